"""Readers, row keys, the split and the description: from a configuration to a Dataset and a Split."""

from .column_checks import likely_roles
from .commands import run_commands
from .keys import row_keys
from .load import load_dataset
from .row_table import content_keys, id_keys, row_table, shared_rows, with_marks
from .split import split_dataset

__all__ = [
    "content_keys",
    "id_keys",
    "likely_roles",
    "load_dataset",
    "row_keys",
    "row_table",
    "run_commands",
    "shared_rows",
    "split_dataset",
    "with_marks",
]
