"""Readers, row keys, the split and the description: from a configuration to a Dataset and a Split."""

from ..core.keys import row_keys
from .column_checks import likely_roles
from .commands import run_commands
from .folding import among_folds, folded_as
from .foreign import foreign_features
from .leaks import Leak, leaks
from .load import load_dataset, number_options
from .order import shared_ranks
from .row_table import content_keys, match_table
from .side_rows import side_rows
from .split import split_as, split_dataset
from .target import with_positive

__all__ = [
    "Leak",
    "among_folds",
    "content_keys",
    "folded_as",
    "foreign_features",
    "leaks",
    "likely_roles",
    "load_dataset",
    "match_table",
    "number_options",
    "row_keys",
    "run_commands",
    "shared_ranks",
    "side_rows",
    "split_as",
    "split_dataset",
    "with_positive",
]
