"""Tables of rows, and what was done to them."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
import pandas as pd

from report.comparison.base.matching import match_rows
from report.core.rows import MatchTable, RowMatch

NOT_THERE = -1
_NUMBERS = count()


def table(n_rows: int = 200, columns: int = 4, seed: int = 0) -> pd.DataFrame:
    """Numbers, a category, and a label `y`."""
    random = np.random.default_rng(seed)
    drawn = pd.DataFrame(random.normal(size=(n_rows, columns)), columns=[f"x{i}" for i in range(columns)])
    return drawn.assign(c=random.choice(["a", "b", "c"], n_rows), y=random.integers(0, 2, n_rows))


def small(n_rows: int = 300, seed: int = 0) -> pd.DataFrame:
    """A table of few different rows: three small numbers."""
    random = np.random.default_rng(seed)
    drawn = pd.DataFrame(random.integers(0, 4, (n_rows, 3)), columns=["a", "b", "c"])
    return drawn.assign(y=random.integers(0, 2, n_rows))


def side(rows: pd.DataFrame, ids: Any = None, *, fingerprint: str = "", **given: Any) -> MatchTable:
    """A side of the comparison, whose sources differ unless `fingerprint` says otherwise."""
    raw = rows.drop(columns="y").reset_index(drop=True)
    values = {
        "raw": raw,
        "origin": np.arange(len(raw)),
        "fingerprint": fingerprint or f"source {next(_NUMBERS)}",
        "features": raw,
        "labels": rows["y"].to_numpy().reshape(-1, 1),
        "ids": None if ids is None else np.asarray(ids),
        "id_name": None if ids is None else "id",
    }
    return MatchTable(**{**values, **given})


def matched(base: pd.DataFrame | MatchTable, head: pd.DataFrame | MatchTable) -> RowMatch:
    sides = [rows if isinstance(rows, MatchTable) else side(rows) for rows in (base, head)]
    return match_rows(*sides)


def found(base: pd.DataFrame | MatchTable, head: pd.DataFrame | MatchTable) -> list[int]:
    return matched(base, head).base_of_head.tolist()


def order_of(n_rows: int, seed: int = 7) -> np.ndarray:
    return np.random.default_rng(seed).permutation(n_rows)
