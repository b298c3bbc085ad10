"""A repository with metrics of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULE = '''
import numpy as np

LIMIT = 3


def cost(y_true, y_pred, miss=1.0, sample_weight=None):
    """Missed rows are dear."""
    return float(np.average(np.where(y_true == y_pred, 0.0, miss), weights=sample_weight))


def unweighted(y_true, y_pred):
    return float(np.mean(y_true == y_pred))


def first_label(y_true, y_pred):
    return float(isinstance(y_true[0], str) and y_true[0] in ("bad", "good"))


def mean_score(y_true, y_score):
    y_true[:] = y_true[0]
    y_score *= 2
    return float(y_score.mean()) / 2


def shape_of(y_true, y_score):
    return float(y_score.ndim * 10 + y_score.shape[-1])


def spoil(y_true, y_pred):
    y_true[:], y_pred[:] = 0, 0
    return 1.0


def broken(y_true, y_pred):
    raise KeyError("no such cost\\nsecond line")


def leaves(y_true, y_pred):
    raise SystemExit("enough")


def words(y_true, y_pred):
    return "very good"


def several(y_true, y_pred):
    return [1.0, 2.0]


def nan(y_true, y_pred):
    return np.nan


def infinite(y_true, y_pred):
    return np.inf


def masked(y_true, y_pred):
    return np.ma.masked
'''


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Path]:
    """A folder with `costs.py`; its module is forgotten afterwards."""
    (tmp_path / "costs.py").write_text(MODULE)
    path = list(sys.path)
    yield tmp_path
    sys.path[:] = path
    sys.modules.pop("costs", None)
