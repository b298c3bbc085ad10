"""Which of head's validation rows base is asked about, by which rows of its own, and what it is not trained on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .comparison.base.exchange import Question, text_of
from .comparison.base.matching import LABEL, NotComparable, edited_rows, first_positions, held_back
from .core.values import Notice
from .data import id_keys, row_keys, with_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .config.schema import DataConfig
    from .core.values import Dataset, Split

    Keys = NDArray[np.uint64]
    Mask = NDArray[np.bool_]

_TOLD_APART = 0.9  # of the rows that all columns tell apart, the columns of both sides must tell so many
_MANY = 0.05  # of base's training rows: a model that learns from so many fewer is at a disadvantage
_SAME_SPLIT = (
    "keep seed and share of the split; where columns have changed, a `data: {id: COLUMN}` keeps rows on their side"
)
_NAME_AN_ID = "name a column that tells rows apart: `data: {id: COLUMN}`"


@dataclass(frozen=True, eq=False)
class AskedRows:
    """Which of head's validation rows base is asked about, and what it is not trained on.

    rows : (n_asked,) int64 into head's validation rows. own : (n_asked,) int64, the same row of base, or -1.
    train : base's training rows without those that head validates on. identity : as in `BaseResult`.
    """

    rows: NDArray[np.int64]
    own: NDArray[np.int64]
    train: NDArray[np.int64]
    n_leaked: int
    left_out: str | None
    identity: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, eq=False)
class _Known:
    """What base and head know of the same rows.

    base, head : keys by which rows are the same, of base's rows and of head's validation rows. trained : those of
    head's training rows; None where they cannot be known. ours, theirs : the tables behind the keys; None with ids.
    """

    base: Keys
    head: Keys
    trained: Keys | None
    ours: pd.DataFrame | None = None
    theirs: pd.DataFrame | None = None


def adapted(dataset: Dataset, config: DataConfig, question: Question) -> tuple[Dataset, Question]:
    """Both with the columns that are a feature on one side, and on the other id, group, time or weight."""
    ours, theirs = dataset.features, question.features
    for mark, named in (("ids", config.id), ("group", config.group)):
        name = question.columns.get(mark)
        if getattr(dataset, mark) is None and name in ours.columns:
            values: dict[str, Any] = {mark: ours[name].to_numpy(dtype=object)}
            dataset = replace(dataset, **values)
        if mark not in question.marks and named in theirs.columns:
            question = replace(question, marks=question.marks.assign(**{mark: theirs[named].to_numpy()}))
    lent = {
        name: question.marks[mark].to_numpy()
        for mark, name in question.columns.items()
        if name in ours.columns and name not in theirs.columns
    }
    return dataset, replace(question, features=theirs.assign(**lent)) if lent else question


def match_rows(dataset: Dataset, split: Split, question: Question) -> AskedRows:
    """Find head's validation rows among base's. Raises NotComparable when rows cannot be told apart, or none is left.

    By id where both sides have one, else by the content of the columns that both have; rows of which some cells were
    edited by the rest of their content.
    """
    known = _by_id(dataset, question) or _by_content(dataset, question)
    own = first_positions(known.base, known.head)
    gone = _gone(known)
    edited = _edited(known, own, gone, dataset, question)
    own = np.where(edited >= 0, edited, own)
    askable, left_out = _askable(own, dataset, question)
    older = np.isin(known.base, known.base[edited[edited >= 0]])
    leaked = held_back(known.base[split.train], known.head, known.trained) | older[split.train]
    leaked |= _of_asked_groups(dataset, question)[split.train]
    if known.ours is None:
        leaked |= _of_other_ids(dataset, question, split)
    later = _later(dataset, question)[split.train] & ~leaked
    train = split.train[~leaked & ~later]
    if not len(train):
        raise NotComparable("head validates on every row that base was trained on")
    rows = np.flatnonzero(askable).astype(np.int64)
    return AskedRows(
        rows,
        own[rows],
        train,
        int(leaked.sum()),
        left_out,
        identity=_identity(known, edited),
        notices=(
            *_told_of_edits(known, own, edited, gone),
            *_told_of_training(len(split.train), len(train), int(later.sum())),
        ),
    )


def _by_id(dataset: Dataset, question: Question) -> _Known | None:
    base = id_keys(dataset)
    if base is None or "ids" not in question.marks:
        return None
    head = row_keys(pd.DataFrame({"id": question.marks["ids"]}))
    return _Known(base, head, _trained(question, "ids"))


def _by_content(dataset: Dataset, question: Question) -> _Known:
    """Raises NotComparable when the columns of both sides do not tell rows apart."""
    ours, theirs = _contents(dataset, question)
    common = [name for name in ours.columns if name in theirs.columns]
    full, n_columns = row_keys(ours), ours.shape[1]
    ours, theirs = (side.drop(columns=[name for name in side if name not in common]) for side in (ours, theirs))
    base = full if len(common) == n_columns else row_keys(ours)
    if len(np.unique(base)) < _TOLD_APART * len(np.unique(full)):
        shared = listed(common) if common else "none"
        raise NotComparable(
            f"the columns that both sides have ({shared}) do not tell rows apart: name a column that does as `data.id`"
        )
    return _Known(
        base,
        row_keys(theirs),
        _trained(question, "content") if _has_same_columns(dataset, question) else None,
        ours,
        theirs,
    )


def _contents(dataset: Dataset, question: Question) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is known of base's rows and of head's validation rows, but for ids."""
    both = [name for name in ("group", "time") if getattr(dataset, name) is not None and name in question.marks]
    ours = with_marks(_with_text(dataset, question), {name: getattr(dataset, name) for name in both})
    return ours, with_marks(question.features, {name: question.marks[name].to_numpy() for name in both})


def _of_other_ids(dataset: Dataset, question: Question, split: Split) -> Mask:
    """Base's training rows that say what head validates on under other ids, more often than head trains on it."""
    if not _has_same_columns(dataset, question):
        return np.zeros(len(split.train), dtype=np.bool_)
    ours, theirs = _contents(dataset, question)
    return held_back(row_keys(ours)[split.train], row_keys(theirs), _trained(question, "content"))


def _with_text(dataset: Dataset, question: Question) -> pd.DataFrame:
    """Base's features, with the columns as text that head's had to be handed over as text."""
    names = [name for name in question.text_columns if name in dataset.features.columns]
    return dataset.features.assign(**{name: text_of(dataset.features[name]) for name in names})


def _has_same_columns(dataset: Dataset, question: Question) -> bool:
    """Whether the keys of both sides' contents are made of the same columns."""
    marks = all((getattr(dataset, name) is not None) == (name in question.marks) for name in ("group", "time"))
    return marks and not question.text_columns and set(dataset.features.columns) == set(question.features.columns)


def _trained(question: Question, name: str) -> Keys | None:
    return question.trained[name].to_numpy() if name in question.trained else None


def _gone(known: _Known) -> Mask | None:
    """Which of base's rows head has no more, (n_base,); None where that cannot be known."""
    if known.trained is None:
        return None
    return ~(np.isin(known.base, known.head) | np.isin(known.base, known.trained))


def _edited(
    known: _Known, own: NDArray[np.int64], gone: Mask | None, dataset: Dataset, question: Question
) -> NDArray[np.int64]:
    """For each of head's validation rows that base does not have, the row of base that it was, or −1."""
    found = np.full(len(own), -1, dtype=np.int64)
    new = np.flatnonzero(own < 0)
    if known.ours is None or known.theirs is None or gone is None or not gone.any() or not len(new):
        return found
    ours = known.ours.assign(**{LABEL: _label_keys(dataset.target.encoded)})
    theirs = known.theirs.iloc[new].assign(**{LABEL: _label_keys(question.truth[new])})
    found[new] = edited_rows(ours, theirs, gone, row_keys)
    return found


def _label_keys(encoded: NDArray[Any]) -> NDArray[np.int64]:
    return row_keys(pd.DataFrame(encoded.reshape(len(encoded), -1))).view(np.int64)


def _askable(own: NDArray[np.int64], dataset: Dataset, question: Question) -> tuple[Mask, str | None]:
    """The rows that base has, or that head knows all of base's columns of; and why the others are none of them."""
    missing = [name for name in dataset.features.columns if name not in question.features.columns]
    askable = own >= 0 if missing else np.ones(len(own), dtype=np.bool_)
    if askable.all():
        return askable, None
    left_out = f"they are not in base's data, and head's data have no {listed(missing)}"
    if not askable.any():
        raise NotComparable(f"none of head's validation rows can be compared: {left_out}")
    return askable, left_out


def _of_asked_groups(dataset: Dataset, question: Question) -> Mask:
    """Base's rows of the groups that head validates on, when head keeps groups on one side, (n_base,)."""
    if not question.groups_apart or dataset.group is None or "group" not in question.marks:
        return np.zeros(len(dataset.keys), dtype=np.bool_)
    base, head = (row_keys(pd.DataFrame({"group": values})) for values in (dataset.group, question.marks["group"]))
    return np.isin(base, head)


def _later(dataset: Dataset, question: Question) -> Mask:
    """Base's rows that are not earlier than all that head validates on, when head does so by time, (n_base,)."""
    nothing = np.zeros(len(dataset.keys), dtype=np.bool_)
    if not question.by_time or dataset.time is None:
        return nothing
    asked = question.marks["time"].to_numpy()
    is_date = [times.dtype.kind == "M" for times in (dataset.time, asked)]
    return dataset.time >= asked.min() if is_date[0] == is_date[1] else nothing


def _identity(known: _Known, edited: NDArray[np.int64]) -> tuple[str, ...]:
    """The columns that tell rows apart where others changed in most rows; nothing where all columns do."""
    at = np.flatnonzero(edited >= 0)
    if known.ours is None or known.theirs is None or 2 * len(at) < len(edited):
        return ()
    ours, theirs = known.ours.iloc[edited[at]], known.theirs.iloc[at]
    same = {name: (row_keys(ours[[name]]) == row_keys(theirs[[name]])).mean() for name in ours.columns}
    kept = tuple(str(name) for name, share in same.items() if 2 * share >= 1 and not name.startswith(" "))
    return kept if len(np.unique(row_keys(known.ours[list(kept)]))) == len(known.ours) else ()


def _told_of_edits(known: _Known, own: NDArray[np.int64], edited: NDArray[np.int64], gone: Mask | None) -> list[Notice]:
    """How many rows were known again, and how many may be older rows without it being seen."""
    notices = []
    if n_edited := int((edited >= 0).sum()):
        message = (
            f"{n_edited:,} of head's validation {_are(n_edited)} in base's data with other values, known again "
            "by the label and most columns: base was asked about the older values, and not trained on them"
        )
        notices.append(Notice(message, hint=f"to be certain, {_NAME_AN_ID}", severity="note"))
    n_new = int((own < 0).sum())
    n_gone = None if gone is None else int((gone & ~np.isin(known.base, known.base[own[own >= 0]])).sum())
    if known.ours is not None and n_new and n_gone != 0:
        lost = "head has other columns" if n_gone is None else f"{_counted(n_gone)} of base's data are not in head's"
        message = (
            f"{n_new:,} of head's validation {_are(n_new)} not in base's data, and {lost}: if they are rows of "
            "base with other values, base was trained on older versions of them, which is in its favour"
        )
        notices.append(Notice(message, hint=_NAME_AN_ID))
    return notices


def _told_of_training(n_before: int, n_after: int, n_later: int) -> list[Notice]:
    """That base learned from fewer rows than it would have by itself, when these are many."""
    notices = []
    if n_later:
        message = (
            f"{_counted(n_later)} of base's training data, not earlier than head's validation, were kept from base"
        )
        notices.append(Notice(message, severity="note"))
    if n_before - n_after > _MANY * n_before:
        message = (
            f"base was trained on {n_after:,} of its {_counted(n_before, 'training row')}, since head validates on "
            "others of them: learning from fewer rows is to its disadvantage"
        )
        notices.append(Notice(message, hint=_SAME_SPLIT))
    return notices


def listed(names: Sequence[Any]) -> str:
    """Names as text, the first five of them."""
    shown = ", ".join(f"'{name}'" for name in names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5:,} more"


def _counted(count: int, noun: str = "row") -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return "rows is" if count == 1 else "rows are"
