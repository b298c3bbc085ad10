"""What the base process is asked: first where its rows are, then which of them judge, in JSON and Parquet.

Both are read as if somebody else had written them: a file that is not what it should be is BadExchange.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from pydantic import ValidationError

from ...config import Override
from ...core.values import Curves, Label, Task
from .files import BadExchange, Document, columns_of, read_table, storable, write_table
from .request import CrossFolds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .request import HeadRows

IN = "in"
_START, _QUESTION = "start.json", "question.json"


class _Override(Document):
    origin: str
    key: str
    value: str


class _Start(Document):
    config: str
    overrides: tuple[_Override, ...]
    fingerprint: str


class _Question(Document):
    format: Literal[7] = 7
    names: tuple[str, ...]
    task: Task
    classes: tuple[bool | int | float | str, ...]
    positive: int | None
    metrics: tuple[Any, ...]
    seeds: tuple[int, ...]
    cross_validation: CrossFolds | None
    curves: Curves
    foreign_is_raw: bool


@dataclass(frozen=True)
class Start:
    """What base needs to load its rows. fingerprint : of head's source, "" where its rows cannot be followed back."""

    config: Path
    overrides: tuple[Override, ...]
    fingerprint: str


@dataclass(frozen=True, eq=False)
class Question:
    """What judges base, and what it learns from.

    own : (n_judged,) int64, base's row, or -1 for a row that only head has. foreign : the latter rows in order, as
    head's source has them where `foreign_is_raw`, else head's features. truth : (n_judged,) or (n_judged, n_outputs),
    encoded as head does. weight : (n_judged,), where head weighs rows. train : (n_train,) int64, rows of base.
    cross_validation : of the training rows, None without. curves, folds : as in `HeadRows`.
    """

    names: tuple[str, ...]
    task: Task
    classes: tuple[Label, ...]
    positive: int | None
    metrics: tuple[Any, ...]
    seeds: tuple[int, ...]
    foreign_is_raw: bool
    own: NDArray[np.int64]
    foreign: pd.DataFrame
    truth: NDArray[Any]
    train: NDArray[np.int64]
    weight: NDArray[np.float64] | None = None
    cross_validation: CrossFolds | None = None
    curves: Curves = "auto"
    folds: NDArray[np.int64] | None = None


def write_start(folder: Path, *, config: str, overrides: Sequence[Override], fingerprint: str) -> None:
    """Write what base needs to begin with, into a new folder."""
    place = folder / IN
    place.mkdir(parents=True)
    said = tuple(_Override(**asdict(override)) for override in overrides)
    start = _Start(config=config, overrides=said, fingerprint=fingerprint)
    (place / _START).write_text(start.model_dump_json(), "utf-8")


def read_start(folder: Path) -> Start:
    """Read what `write_start` wrote; raises BadExchange."""
    try:
        start = _Start.model_validate_json((folder / IN / _START).read_bytes())
    except (OSError, ValidationError) as error:
        raise BadExchange(str(error)) from error
    overrides = tuple(Override(entry.origin, entry.key, entry.value) for entry in start.overrides)
    return Start(Path(start.config), overrides, start.fingerprint)


def write_question(rows: HeadRows, folder: Path) -> None:
    """Write what judges base; `question.json` last, so that the tables are there when it is."""
    place = folder / IN
    target = rows.target
    question = _Question(
        names=target.names,
        task=target.task,
        classes=target.classes,
        positive=target.positive,
        metrics=rows.metrics,
        seeds=rows.seeds,
        cross_validation=rows.cross_validation,
        curves=rows.curves,
        foreign_is_raw=rows.foreign_is_raw,
    )
    known = {"weight": rows.weight, "fold": rows.folds}
    judged = {"own": rows.own, **{name: values for name, values in known.items() if values is not None}}
    write_table(pd.DataFrame(judged), place / "judged.parquet")
    write_table(columns_of(target.encoded[rows.positions], "truth"), place / "truth.parquet")
    write_table(pd.DataFrame({"train": rows.base_train}), place / "train.parquet")
    write_table(storable(rows.foreign)[0], place / "foreign.parquet")
    unfinished = place / f"{_QUESTION}.new"
    unfinished.write_text(question.model_dump_json(), "utf-8")
    unfinished.replace(place / _QUESTION)


def withdraw_question(folder: Path) -> None:
    """Take back what `write_question` wrote: another one follows."""
    (folder / IN / _QUESTION).unlink(missing_ok=True)


def is_asked(folder: Path) -> bool:
    """Whether the question is there."""
    return (folder / IN / _QUESTION).is_file()


def read_question(folder: Path) -> Question:
    """Read what `write_question` wrote; raises BadExchange."""
    place = folder / IN
    try:
        asked = _Question.model_validate_json((place / _QUESTION).read_bytes())
    except (OSError, ValidationError) as error:
        raise BadExchange(str(error)) from error
    judged, truth = read_table(place / "judged.parquet"), read_table(place / "truth.parquet").to_numpy()
    return Question(
        **{name: getattr(asked, name) for name in _Question.model_fields if name != "format"},
        own=judged["own"].to_numpy(),
        weight=judged["weight"].to_numpy() if "weight" in judged else None,
        folds=judged["fold"].to_numpy() if "fold" in judged else None,
        foreign=read_table(place / "foreign.parquet"),
        truth=truth if asked.task.is_multi else truth[:, 0],
        train=read_table(place / "train.parquet")["train"].to_numpy(),
    )
