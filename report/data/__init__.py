"""Readers, row keys, the split and the description: from a configuration to a Dataset and a Split."""

from .keys import row_keys
from .load import load_dataset
from .row_table import row_table
from .split import split_dataset

__all__ = ["load_dataset", "row_keys", "row_table", "split_dataset"]
