"""What a model answers, held against itself: its probabilities, and its answers about some of the rows alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..core.values import Notice, Task
from .predicting import predict
from .telling import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..core.values import Predictions, Target

    Mask = NDArray[np.bool_]

_MOST_ROWS = 200
_SHARE = (
    0.05  # of the rows asked again may be answered otherwise: neighbours as near as each other, sums in another order
)
_FEW = 2  # such rows, however few are asked
_CLOSE = 1e-4  # of the spread of answers: computed in batches of another size
_TIE = 1e-6  # between two probabilities
_UNLIKE = 0.01  # of the rows
_MOST_CLASSES = 50
_CALLS = 3  # of predicting all rows, which there has to be time for
_KNOWN = ("SVC", "NuSVC")  # their probabilities come from another model than their labels


class Checked(NamedTuple):
    """unfair : as in `ModelRun`. notices : what a reader should know beside it."""

    unfair: str | None = None
    notices: tuple[Notice, ...] = ()


def check_rows(fitted: Any, X: Any, target: Target, answers: Predictions, seconds: float, time_left: float) -> Checked:
    """Whether answers are a function of the row: some rows alone and in another order get the same.

    answers : what `fitted` said of all rows of `X`, which took so many `seconds`.
    """
    n_asked = min(_MOST_ROWS, len(X) // 2)
    if not n_asked:
        return Checked()
    if time_left < _CALLS * seconds:
        return Checked(notices=(Notice("no time to ask about some of its rows again", severity="note"),))
    rows = np.random.default_rng(0).permutation(len(X))[:n_asked]
    try:
        alone = predict(fitted, X.iloc[rows], target, rows)
    except Exception as error:  # noqa: BLE001 — the model's own code
        return Checked(f"it fails when it is asked about {n_asked} of its validation rows alone: {one_line(error)}")
    differ = unlike(answers.take(rows), alone)
    if not _are_many(differ):
        return Checked()
    return _why(differ, unlike(answers, predict(fitted, X, target, answers.positions)))


def _why(alone: Mask, again: Mask) -> Checked:
    if _are_many(again):
        message = (
            f"asked again about the same rows, it answers otherwise in {again.sum():,} of {len(again):,}: its "
            "predictions draw random numbers"
        )
        return Checked(notices=(Notice(message, hint="seed what it draws, or turn it off where it predicts"),))
    return Checked(
        f"its answers depend on the other rows or on their order: {alone.sum():,} of {len(alone):,} validation rows "
        "were answered otherwise without the others"
    )


def _are_many(differ: Mask) -> bool:
    return int(differ.sum()) > max(_FEW, _SHARE * len(differ))


def unlike(first: Predictions, second: Predictions) -> Mask:
    """Which rows have another label, number or score, (n_rows,)."""
    differ = np.zeros(len(first.positions), dtype=np.bool_)
    for name in ("y_pred", "y_score"):
        one, other = getattr(first, name), getattr(second, name)
        if one is None or other is None:
            continue
        is_exact = one.dtype.kind != "f"
        scale = 0.0 if is_exact else 1.0 if name == "y_score" and first.score_kind == "probability" else np.std(one)
        differ |= (np.abs(one - other) > _CLOSE * scale).reshape(len(one), -1).any(axis=1)
    return differ


def check_labels(answers: Predictions, task: Task, estimator: Any) -> tuple[Notice, ...]:
    """A notice where labels are other answers than the probabilities beside them, whatever threshold there is.

    estimator : the one that answers, for its name.
    """
    if answers.y_score is None or answers.score_kind != "probability" or not task.is_classification:
        return ()
    explained: Callable[[Any, Any], bool] = _explained if task is not Task.MULTILABEL else _explained_outputs
    differ = _not_most_probable(answers.y_score, answers.y_pred, task)
    if differ.sum() <= _UNLIKE * len(differ) or explained(answers.y_score, answers.y_pred):
        return ()
    message = (
        f"its predict and its predict_proba disagree in {differ.sum():,} of {len(differ):,} validation rows, which no "
        "threshold explains: metrics of labels and metrics of probabilities are of different answers"
    )
    is_known = type(estimator).__name__ in _KNOWN and type(estimator).__module__.startswith("sklearn.")
    return (Notice(message, severity="note") if is_known else Notice(message, kind="labels apart"),)


def _not_most_probable(scores: NDArray[np.float64], labels: NDArray[Any], task: Task) -> Mask:
    if task is Task.MULTILABEL:
        sure = np.abs(scores - 0.5) > _TIE
        differ: Mask = (((scores > 0.5) != labels.astype(np.bool_)) & sure).any(axis=1)
        return differ
    given = np.take_along_axis(scores, labels[:, np.newaxis], axis=1)[:, 0]
    return np.asarray(scores.max(axis=1) - given > _TIE)


def _explained_outputs(scores: NDArray[np.float64], labels: NDArray[Any]) -> bool:
    return all(
        _explained(np.column_stack([1 - score, score]), label) for score, label in zip(scores.T, labels.T, strict=True)
    )


def _explained(scores: NDArray[np.float64], labels: NDArray[Any]) -> bool:
    """Whether labels are the most probable class once each class has a weight, as a threshold gives to two classes.

    Row by row, log w_label − log w_other ≥ log p_other − log p_label: differences that can all hold exactly when no
    cycle of classes asks for more than nothing (Cormen et al., difference constraints; Floyd and Warshall).
    """
    n_classes = scores.shape[1]
    if n_classes > _MOST_CLASSES:
        return False
    logs = np.log(np.clip(scores, 1e-300, None))
    asked = np.full((n_classes, n_classes), -np.inf)
    for label in np.unique(labels):
        rows = logs[labels == label]
        asked[label] = (rows - rows[:, [label]]).max(axis=0)
    for via in range(n_classes):
        asked = np.maximum(asked, asked[:, [via]] + asked[[via], :])
    return bool((np.diag(asked) <= _TIE).all())
