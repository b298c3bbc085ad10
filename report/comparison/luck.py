"""Luck in training: a model that answers otherwise although nothing that decides its answers has changed.

A seed, the order of rows or of columns, a thread count, how much is printed, or the form of a file decide nothing: two
fits that differ by these alone are two draws from the same models, and which of them is better is luck.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..core.values import Notice
from .withholding import withheld

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.comparison import ModelPair, ValueChange
    from ..core.values import Dataset, Predictions
    from .base.code import CodeChange
    from .base.pairing import MatchedRows
    from .changes import Fits
    from .result import BaseResult

_OF_TRAINING = ("data", "prepare")
_OF_FILES = {"source": "the data's file", "read": "how it is read", "keep_order": "the order of rows"}
_HARMLESS = ("new", "image_shape", "shared")  # of `data`: they decide what is shown, and whence files come
_OF_LUCK = re.compile(
    r"(.*__)?(random_state|random_seed|seed|n_jobs|nthread|n_threads|num_threads|thread_count|verbose|verbosity|silent)"
)
_ROUNDING = 1e-6  # answers that differ by less, of their size, differ by the order of sums
NOT_DETERMINISTIC = "nothing that decides its answers has changed: its training is not deterministic"


class Alike(NamedTuple):
    """Two sides that train on the same rows with the same code and packages.

    differs : what differs nevertheless, and decides nothing, in words. base, head : the models of both configurations.
    """

    differs: tuple[str, ...]
    base: Mapping[str, Any]
    head: Mapping[str, Any]


def sides_alike(
    result: BaseResult,
    matched: MatchedRows,
    dataset: Dataset,
    config: Mapping[str, Any],
    changes: Sequence[ValueChange],
    *,
    code: CodeChange,
) -> Alike | None:
    """What both sides have in common, where all that could decide a model's answers is the same; else None.

    matched : the rows of both. config : head's, plain. changes : its keys that changed. code : how the repository's
    code did.
    """
    if code == "other" or result.packages or not matched.train_alike:
        return None
    settings = [change.name.split(".") for change in changes if change.name.split(".", maxsplit=1)[0] in _OF_TRAINING]
    deciding = [key for key, *rest in settings if key == "prepare" or rest[0] not in (*_OF_FILES, *_HARMLESS)]
    columns = [str(name) for name in dataset.features.columns]
    moved = set(result.kinds) ^ set(columns)
    if deciding or not all(_is_constant(name, dataset, result) for name in moved):
        return None
    differs = dict.fromkeys(_OF_FILES[rest[0]] for _, *rest in settings if rest and rest[0] in _OF_FILES)
    if code == "seeds":
        differs["seeds in the code"] = None
    if not _is_same_order(matched):
        differs["the order of rows"] = None
    if moved:
        differs["a column of one value"] = None
    elif list(result.kinds) != columns:
        differs["the order of columns"] = None
    return Alike(tuple(differs), result.config.get("models", {}), config.get("models", {}))


def _is_constant(name: str, dataset: Dataset, result: BaseResult) -> bool:
    """Whether a column that only one side has is the same in every row: it moves what is drawn, and tells nothing."""
    rows = dataset.features if name in dataset.features.columns else result.sample
    return rows is not None and rows[name].astype(str).nunique() <= 1


def judged_for_luck(pair: ModelPair, alike: Alike | None, main: Fits, repeated: Fits | None) -> ModelPair:
    """The pair without a verdict where it gives other answers and nothing that decides them has changed.

    main : the fits of both configurations. repeated : those with several seeds, where there are any.
    """
    if alike is None or (main.agree(_answer_alike) and (repeated is None or repeated.agree(_answer_alike))):
        return pair
    before, after = (
        dict(_parts(model)) for model in (alike.base.get(pair.base or ""), alike.head.get(pair.head or ""))
    )
    if _without_luck(before) != _without_luck(after):
        return pair
    names = [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
    differs = (*names, *alike.differs)
    why = f"nothing differs but {_listed(differs)}" if differs else NOT_DETERMINISTIC
    return replace(withheld(pair, "luck", why), is_luck=True)


def told_of_luck(pairs: Sequence[ModelPair]) -> list[Notice]:
    """A warning for each model whose training is not deterministic."""
    return [
        Notice(
            "it answers otherwise than in base, with the same parameters, code, packages and training rows: its "
            "training is not deterministic, and a change of it may be luck",
            hint="seed all random numbers that it draws; `seeds: 5` judges the mean over seeds",
            subject=pair.head,
        )
        for pair in pairs
        if any(change.why == NOT_DETERMINISTIC for change in pair.changes)
    ]


def _parts(model: Any, above: str = "") -> list[tuple[str, str]]:
    """The values of a model's description by their dotted keys, inner estimators and steps of preprocessing too."""
    if isinstance(model, Mapping):
        if "estimator" in model:
            model = {"params": {}, "preprocess": "auto", **model}
        return [part for key, value in model.items() for part in _parts(value, f"{above}.{key}" if above else str(key))]
    if isinstance(model, (list, tuple)):
        return [part for place, value in enumerate(model) for part in _parts(value, f"{above}.{place}")]
    return [(above.removeprefix("params."), repr(model))]


def _without_luck(parts: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in parts.items() if not _OF_LUCK.fullmatch(name.rpartition(".")[2])}


def _is_same_order(matched: MatchedRows) -> bool:
    """Whether the rows that both have come in the same order in the files of both."""
    theirs = matched.match.base_of_head
    return bool((np.diff(theirs[theirs >= 0]) > 0).all())


def _answer_alike(base: Predictions, head: Predictions) -> bool:
    return all(_is_close(getattr(base, name), getattr(head, name)) for name in ("y_pred", "y_score"))


def _is_close(before: np.ndarray | None, after: np.ndarray | None) -> bool:
    if before is None or after is None:
        return before is after
    return before.shape == after.shape and np.allclose(before, after, rtol=_ROUNDING, atol=_ROUNDING, equal_nan=True)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
