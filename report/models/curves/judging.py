"""The loss and the metric of a model, or of answers that are there already, on the rows of one split."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...core.losses import Loss, mean_loss
from ...core.values import LossCurve, MetricCurve, Predictions
from ..predicting import labels_of, predict
from ..targets import codes_of
from .rows import as_array, draw, take_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ...core.scoring import Scorer
    from ...core.values import CurveKind, Target
    from .rows import CurveRows
    from .unwrapping import Unwrapped


class Judged(NamedTuple):
    """What is drawn of one side of a point; metric : NaN where there is none."""

    loss: Loss
    metric: float

    def is_close(self, other: Judged) -> bool:
        """Whether both are the same, up to rounding."""
        values, others = (self.loss.value, self.metric), (other.loss.value, other.metric)
        same = np.allclose(values, others, rtol=1e-6, atol=1e-12, equal_nan=True)
        return self.loss.name == other.loss.name and same


class Judge:
    """Measures the innermost estimator, or of a copy of it as it was earlier.

    X : the rows as the innermost estimator sees them. positions : (n_rows,) into `target`.
    """

    def __init__(
        self,
        unwrapped: Unwrapped,
        X: Any,
        target: Target,
        positions: NDArray[np.int64],
        weight: NDArray[np.float64] | None,
        score: Scorer | None,
    ) -> None:
        self.X = X
        self._unwrapped = unwrapped
        self._target = target
        self._positions = positions
        self._y_true = target.encoded[positions]
        self._weight = weight
        self._score = score

    def of_model(self, estimator: Any) -> Judged:
        """What a fitted estimator's answers are worth."""
        if self._unwrapped.targets:
            estimator = _Numbers(self._unwrapped.to_target_scale(estimator.predict(self.X)))
        return self._of(estimator)

    def of_answers(self, answers: Any, *, final: bool = False) -> Judged:
        """What predictions (regression) are worth, or probabilities in the order of the estimator's classes.

        final : whether they are those of the fitted estimator, which is asked then where two classes are as probable.
        """
        task = self._target.task
        if not task.is_classification:
            return self._of(_Numbers(self._unwrapped.to_target_scale(answers)))
        if task.is_multi:
            return self._of(_Outputs(answers, self._unwrapped.estimator.classes_))
        y_score = np.zeros((len(self._positions), len(self._target.classes)))
        y_score[:, self._columns] = answers
        estimator = self._unwrapped.estimator
        labels = labels_of(y_score, estimator, self.X, self._target) if final else y_score.argmax(axis=1)
        return self._judged(
            Predictions(
                y_pred=labels,
                y_true=self._y_true,
                positions=self._positions,
                y_score=y_score,
                score_kind="probability",
                weight=self._weight,
            ),
        )

    @cached_property
    def _columns(self) -> NDArray[np.int64]:
        return codes_of(np.asarray(self._unwrapped.estimator.classes_), self._target.classes)

    def _of(self, estimator: Any) -> Judged:
        predictions = predict(
            estimator, self.X, self._target, self._positions, y_true=self._y_true, weight=self._weight
        )
        return self._judged(predictions)

    def _judged(self, predictions: Predictions) -> Judged:
        metric = np.nan if self._score is None else self._score(predictions)
        return Judged(mean_loss(self._target.task, predictions), metric)


def both_sides(
    unwrapped: Unwrapped, rows: CurveRows, train: NDArray[np.int64], most: int, *, as_arrays: bool = False
) -> tuple[Judge, Judge]:
    """Judges of some training rows, and of at most `most` validation rows.

    as_arrays : whether the innermost estimator takes arrays as well as data frames.
    """
    validation = draw(len(rows.validation_positions), most)
    sides = (
        (rows.X_train, rows.train_positions, rows.weight_train, train),
        (rows.X_validation, rows.validation_positions, rows.weight_validation, validation),
    )
    judges = []
    for X, positions, weight, part in sides:
        inner_rows = unwrapped.transform(take_rows(X, part))
        judges.append(
            Judge(
                unwrapped,
                as_array(inner_rows) if as_arrays else inner_rows,
                rows.target,
                positions[part],
                None if weight is None else weight[part],
                rows.score,
            )
        )
    return judges[0], judges[1]


def curve_of(
    kind: CurveKind, x: Sequence[int], judged: Sequence[tuple[Judged, Judged]], score: Scorer | None, note: str | None
) -> LossCurve:
    """The curve of some points, each judged on training and validation rows."""
    train, validation = zip(*judged, strict=True)
    return LossCurve(
        kind=kind,
        loss=validation[-1].loss.name,
        x=np.array(x, dtype=np.float64),
        train=np.array([side.loss.value for side in train]),
        validation=np.array([side.loss.value for side in validation]),
        note=note,
        metric=_metric_curve(train, validation, score),
    )


def _metric_curve(train: Sequence[Judged], validation: Sequence[Judged], score: Scorer | None) -> MetricCurve | None:
    values = [np.array([side.metric for side in sides], dtype=np.float64) for sides in (train, validation)]
    if score is None or np.isnan(values).all():
        return None
    return MetricCurve(score.name, score.title, score.greater_is_better, *values)


class _Numbers:
    def __init__(self, y_pred: Any) -> None:
        self._y_pred = y_pred

    def predict(self, _X: Any) -> Any:
        return self._y_pred


class _Outputs:
    """Probabilities of several outputs: one array an output, or one column an output."""

    def __init__(self, values: Any, classes: Any) -> None:
        self._values = values
        self.classes_ = classes

    def predict_proba(self, _X: Any) -> Any:
        return self._values

    def predict(self, _X: Any) -> Any:
        if isinstance(self._values, list):
            labels = zip(self.classes_, self._values, strict=True)
            return np.column_stack([classes[scores.argmax(axis=1)] for classes, scores in labels])
        return np.asarray(self._values) > 0.5
