"""Classes by other names: whether head's labels are a permutation, a renaming, a merging or a splitting of base's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from .quantity_maps import AGREE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_FEWEST = 10  # rows that are of another class now
_OF_ROWS = 0.05  # of the rows: so many are no single corrected labels, however few rows there are
_ROWS_OF_CLASS = 5  # a class of fewer is another by a few corrections
_SHOWN = 4  # classes


def class_map(base: NDArray[Any], head: NDArray[Any]) -> str | None:
    """What became of base's classes, in words; None where all of them, but for single labels, are what they were.

    base, head : (n_rows,) of the same rows, in one form. A class is another where 95% of its rows are.
    """
    table = pd.DataFrame({"base": base, "head": head}).value_counts().reset_index(name="n")
    became = _most(table, "base", "head")
    if _is_moved(table, became, "base", "head"):
        return _told(became)
    came = _most(table, "head", "base")
    return _split(came) if _is_moved(table, came, "head", "base") else None


def _most(table: pd.DataFrame, given: str, result: str) -> dict[Any, Any]:
    """Class → what 95% of its rows are on the other side; without rare classes, and those whose rows are of several."""
    first = table.sort_values("n", ascending=False, kind="stable").drop_duplicates(given).set_index(given)
    total = table.groupby(given)["n"].sum().reindex(first.index)
    sure = first[(first["n"] >= AGREE * total) & (total >= _ROWS_OF_CLASS)]
    return dict(sure[result].items())


def _is_moved(table: pd.DataFrame, became: Mapping[Any, Any], given: str, result: str) -> bool:
    """Whether the classes that are others now have more rows than somebody corrects."""
    moved = {label for label, now in became.items() if now != label}
    n_moved = int(table.loc[table[given].isin(moved) & (table[given] != table[result]), "n"].sum())
    return bool(moved) and (n_moved >= _FEWEST or n_moved >= _OF_ROWS * int(table["n"].sum()))


def _told(became: Mapping[Any, Any]) -> str:
    moved = {label: now for label, now in became.items() if label != now}
    if len(set(became.values())) < len(became):
        return _merged(became)
    if set(moved) == set(moved.values()):
        if len(moved) == 2:
            first, second = sorted(map(_quoted, moved))
            return f"the classes {first} and {second} are swapped"
        return f"the classes are permuted: {_pairs(moved)}"
    return f"the classes are renamed: {_pairs(moved)}"


def _merged(became: Mapping[Any, Any]) -> str:
    parts: dict[Any, list[Any]] = {}
    for label, now in became.items():
        parts.setdefault(now, []).append(label)
    told = [f"{_joined(labels)} are {_quoted(now)} in head" for now, labels in parts.items() if len(labels) > 1]
    return f"classes are merged: {_listed(told)}"


def _split(came: Mapping[Any, Any]) -> str:
    """Head's class → base's: several of head's are one of base's."""
    parts: dict[Any, list[Any]] = {}
    for label, before in came.items():
        parts.setdefault(before, []).append(label)
    moved = {before: labels for before, labels in parts.items() if labels != [before]}
    told = [f"{_quoted(before)} of base is {_joined(labels, 'or')} in head" for before, labels in moved.items()]
    return f"classes are split: {_listed(told)}"


def _pairs(moved: Mapping[Any, Any]) -> str:
    told = sorted(f"{_quoted(label)} is {_quoted(now)} in head" for label, now in moved.items())
    return _listed(told)


def _listed(told: list[str]) -> str:
    more = f", and {len(told) - _SHOWN:,} more" if len(told) > _SHOWN else ""
    return f"{', '.join(told[:_SHOWN])}{more}"


def _joined(labels: list[Any], word: str = "and") -> str:
    names = sorted(map(_quoted, labels))
    shown = names if len(names) <= _SHOWN else [*names[:_SHOWN], f"{len(names) - _SHOWN:,} more"]
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}" if len(shown) > 1 else shown[0]


def _quoted(label: Any) -> str:
    return f"'{label}'"
