"""The data in figures: column summaries, a fingerprint, and everything that a reader should be warned about."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..core.keys import mix
from ..core.values import ColumnSummary, DataDescription, Notice, Target
from .column_checks import Seen, column_notices, look_at
from .table import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..core.keys import Keys

_ALWAYS_COUNTED = 20_000  # rows up to which distinct values are always counted
_FEW = 1_000  # distinct values in the sample up to which they are counted in any case


def describe(
    source: str,
    features: pd.DataFrame,
    target: Target,
    keys: Keys,
    *,
    content: Keys,
    labels: Keys,
    notices: tuple[Notice, ...],
    are_pixels: bool,
) -> DataDescription:
    """The description of labelled rows.

    keys : row keys, by an id when there is one. content : keys of the rows' features. labels : of target and weight.
    notices : what was seen before, to stand first. are_pixels : whether the features are those of pictures.
    """
    columns = look_at(features, target)
    return DataDescription(
        source=source,
        fingerprint=fingerprint(keys, content, labels),
        n_rows=len(features),
        columns=tuple(_summary(seen) for seen in columns),
        notices=(*notices, *column_notices(columns, are_pixels=are_pixels)),
    )


def fingerprint(*keys: Keys) -> str:
    """SHA-256 over the rows, whatever their order; each argument gives every row one number."""
    rows = np.zeros(len(keys[0]), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for part in keys:
            rows = mix(rows + part)
    rows.sort()
    return hashlib.sha256(rows.astype("<u8").tobytes()).hexdigest()


def _summary(seen: Seen) -> ColumnSummary:
    return ColumnSummary(seen.name, seen.kind, seen.missing, _distinct(seen))


def _distinct(seen: Seen) -> int | None:
    if seen.distinct is None or (len(seen.full) > _ALWAYS_COUNTED and seen.distinct > _FEW):
        return None
    return int(seen.full.nunique())


def row_notices(keys: Keys, content: Keys, labels: Keys, id_name: str | None) -> tuple[Notice, ...]:
    """What repeats: ids, copies of rows, and copies with another label. Arguments as in `describe`."""
    notices = []
    if id_name is not None:
        repeated = int(pd.Series(keys).duplicated().sum())
        if repeated:
            hint = "such rows count as one when head and base are compared: name a column that tells rows apart"
            message = f"`id` '{id_name}' is not unique: {counted(repeated, 'row')} {_repeat(repeated)} an earlier one."
            notices.append(Notice(message, hint, subject=id_name))
    copies = pd.Series(content).duplicated().to_numpy()
    if copies.any():
        notices.append(_copies_notice(int(copies.sum()), len(content), has_ids=id_name is not None))
        conflicting = _conflicting(content, labels)
        if conflicting:
            count = f"{counted(conflicting, 'row')} {_have(conflicting)}"
            message = f"{count} the same features as another row, but another label."
            notices.append(Notice(message, "no model can be right on all of them: look at how they were labelled"))
    return tuple(notices)


def _copies_notice(copies: int, rows: int, *, has_ids: bool) -> Notice:
    message = f"{counted(copies, 'row')} of {rows:,} {'is a copy' if copies == 1 else 'are copies'} of another row."
    kept = "without `id` the split by hash keeps" if has_ids else "the split by hash keeps"
    return Notice(message, f"{kept} copies on one side; the `prepare` hook can drop them")


def _conflicting(content: Keys, labels: Keys) -> int:
    """How many rows share their content, but not their label, with another row."""
    repeated: NDArray[np.bool_] = pd.Series(content).duplicated(keep=False).to_numpy()
    rows = pd.DataFrame({"content": content[repeated], "label": labels[repeated]})
    return int((rows.groupby("content", sort=False)["label"].transform("nunique") > 1).sum())


def _repeat(count: int) -> str:
    return "repeats" if count == 1 else "repeat"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
