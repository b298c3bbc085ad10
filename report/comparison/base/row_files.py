"""The rows of base as its process hands them over, before head says which of them judge: JSON and Parquet.

They are read as if somebody else had written them: a file that is not what it should be is BadExchange.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from pydantic import ValidationError

from ...core.rows import MatchTable, SideRows
from .files import BadExchange, Document, columns_of, read_table, storable, text_of, write_table

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

ROWS = "rows"
_FILE = "rows.json"
_MARKS = ("ids", "group", "time")
_CONTENT: tuple[Literal["raw", "features"], ...] = ("raw", "features")


class _Rows(Document):
    format: Literal[1] = 1
    fingerprint: str
    method: str
    settings: dict[str, Any]
    content: tuple[Literal["raw", "features"], ...]
    id_name: str | None


def write_rows(rows: SideRows, folder: Path, *, known: str) -> None:
    """Write the rows of a side into a new folder; `rows.json` last, so that the others are there when it is.

    known : the fingerprint of the other side's source. Where it is this one's, cells need not be handed over.
    """
    folder.mkdir(parents=True)
    table = rows.table
    is_known = table.origin is not None and table.fingerprint == known
    content = tuple(name for name in _CONTENT if not is_known and getattr(table, name) is not None)
    for name in content:
        write_table(storable(getattr(table, name))[0], folder / f"{name}.parquet")
    write_table(_facts(rows), folder / "facts.parquet")
    document = _Rows(
        fingerprint=table.fingerprint,
        method=rows.method,
        settings=dict(rows.settings),
        content=content,
        id_name=table.id_name,
    )
    unfinished = folder / f"{_FILE}.new"
    unfinished.write_text(document.model_dump_json(), "utf-8")
    unfinished.replace(folder / _FILE)


def are_written(folder: Path) -> bool:
    """Whether the rows of base are there."""
    return (folder / _FILE).is_file()


def read_rows(folder: Path) -> SideRows:
    """Read what `write_rows` wrote; raises BadExchange."""
    try:
        found = _Rows.model_validate_json((folder / _FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise BadExchange(str(error)) from error
    facts = read_table(folder / "facts.parquet")
    content = {name: read_table(folder / f"{name}.parquet") for name in found.content}
    if "train" not in facts or any(len(frame) != len(facts) for frame in content.values()):
        raise BadExchange("rows of another form")
    labels = facts[[name for name in facts.columns if str(name).startswith("label")]]
    table = MatchTable(
        raw=content.get("raw"),
        origin=facts["origin"].to_numpy() if "origin" in facts else None,
        fingerprint=found.fingerprint,
        features=content.get("features", pd.DataFrame(index=facts.index)),
        labels=labels.to_numpy(dtype=object) if labels.shape[1] > 1 else labels.iloc[:, [0]].to_numpy(),
        id_name=found.id_name,
        **{name: facts[name].to_numpy() for name in _MARKS if name in facts},
    )
    return SideRows(
        table=table,
        train=np.flatnonzero(facts["train"].to_numpy()),
        validation=np.flatnonzero(facts["validation"].to_numpy()),
        method=found.method,
        settings=found.settings,
        weight=facts["weight"].to_numpy() if "weight" in facts else None,
        rank=_rank(facts),
        folds=_folds(facts),
    )


def _rank(facts: pd.DataFrame) -> NDArray[np.int64] | None:
    if "rank" not in facts:
        return None
    rank = facts["rank"].to_numpy()
    if not np.array_equal(np.sort(rank), np.arange(len(rank))):
        raise BadExchange("an order of another form")
    return rank


def _folds(facts: pd.DataFrame) -> NDArray[np.int64] | None:
    if "fold" not in facts:
        return None
    folds = facts["fold"].to_numpy()
    if folds.dtype != np.int64 or not len(folds) or folds.min() < 0 or folds.max() >= len(folds):
        raise BadExchange("folds of another form")
    return folds


def with_text_like(table: MatchTable, base: MatchTable) -> MatchTable:
    """Head's rows, with those columns as text that base's had to be handed over as text: cells of several kinds."""
    raw = table.raw if table.raw is None or base.raw is None else _with_text(table.raw, base.raw)
    return replace(table, raw=raw, features=_with_text(table.features, base.features))


def _with_text(frame: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    common = frame[[name for name in frame.columns if name in base.columns and frame[name].dtype.kind == "O"]]
    mixed = storable(common)[1]
    return frame.assign(**{name: text_of(frame[name]).set_axis(frame.index) for name in mixed}) if mixed else frame


def _facts(rows: SideRows) -> pd.DataFrame:
    table = rows.table
    marks = {name: values for name in _MARKS if (values := getattr(table, name)) is not None}
    others = {"origin": table.origin, "weight": rows.weight, "rank": rows.rank, "fold": rows.folds}
    marks |= {name: values for name, values in others.items() if values is not None}
    sides = {"train": _mask(rows.train, rows.n_rows), "validation": _mask(rows.validation, rows.n_rows)}
    named = storable(pd.DataFrame(marks, index=range(rows.n_rows)))[0]
    return pd.concat([pd.DataFrame(sides), named, storable(columns_of(table.labels, "label"))[0]], axis=1)


def _mask(positions: NDArray[np.int64], n_rows: int) -> NDArray[np.bool_]:
    mask = np.zeros(n_rows, dtype=np.bool_)
    mask[positions] = True
    return mask
