"""Loss over the course of training: exactly by iteration or epoch where the estimator allows, else by training size."""

from __future__ import annotations

import time
import warnings
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

from .averaging import averaging_stages
from .boosting import boosting_stages
from .judging import both_sides, curve_of
from .libraries import library_stages
from .refits import refit_stages, watch_input
from .rows import CurveRows, draw, row_note, rows_within_budget
from .snapshots import logistic_stages, perceptron_stages, watch_logistic, watch_perceptron
from .stages import Fitted, Stages
from .training_size import curve_by_training_size
from .unwrapping import inner, unfitted_copy, unwrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from ...core.values import LossCurve
    from .judging import Judge, Judged
    from .watching import Watch

_Argument = TypeVar("_Argument")
_Result = TypeVar("_Result")

__all__ = ["CurveRows", "Recorder", "recorder_for"]

WATCHES: tuple[Callable[[Any], Watch | None], ...] = (watch_logistic, watch_perceptron, watch_input)
KINDS: tuple[Callable[[Fitted], Stages | None], ...] = (
    boosting_stages,
    averaging_stages,
    library_stages,
    logistic_stages,
    perceptron_stages,
    refit_stages,
)


def recorder_for(estimator: Any, rows: CurveRows, *, by_size: bool = True) -> Recorder:
    """A recorder of one fit: `with recorder: fitted = estimator.fit(…)`, then `recorder.curve(fitted)`.

    by_size : whether an estimator without iterations is fitted again, on fewer rows.
    """
    return Recorder(estimator, rows, by_size=by_size)


class Recorder(AbstractContextManager["Recorder"]):
    """Watches a fit without changing its result, and draws the loss curve afterwards.

    overhead_seconds : the time that watching added to the fit.
    """

    def __init__(self, estimator: Any, rows: CurveRows, *, by_size: bool = True) -> None:
        self._unfitted = unfitted_copy(estimator) if by_size else None
        self._rows = rows
        self._watch = _first(WATCHES, inner(estimator))
        self._seconds = 0.0

    @property
    def overhead_seconds(self) -> float:
        return 0.0 if self._watch is None else self._watch.seconds

    def __enter__(self) -> Self:
        if self._watch is not None:
            self._watch.start()
        self._seconds = -time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self._seconds += time.perf_counter()
        if self._watch is not None:
            self._watch.stop()

    def curve(self, fitted: Any) -> LossCurve | None:
        """The loss curve of the fitted estimator; None when there is neither an iteration nor the time for refits."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what prediction has to say is told where the scores are made
            curve = self._by_iteration(fitted)
            if curve is None and self._unfitted is not None and self._rows.time_left() > 0:
                curve = curve_by_training_size(self._unfitted, fitted, self._rows, self._seconds)
        return curve

    def _by_iteration(self, fitted: Any) -> LossCurve | None:
        unwrapped = unwrap(fitted)
        recorded = None if self._watch is None else self._watch.recorded.get(unwrapped.estimator)
        known = Fitted(unwrapped, self._rows, self._seconds, recorded)
        stages = _first(KINDS, known)
        return None if stages is None or len(stages.points) < 2 else _draw(known, stages)


def _first(functions: tuple[Callable[[_Argument], _Result | None], ...], argument: _Argument) -> _Result | None:
    """What the first of some functions gives that has something to give."""
    return next((result for function in functions if (result := function(argument)) is not None), None)


def _draw(fitted: Fitted, stages: Stages) -> LossCurve | None:
    """The curve by iteration; None when it does not lead to the fitted model, as of a class that predicts otherwise."""
    most = rows_within_budget(stages.passes)
    train, validation = both_sides(
        fitted.unwrapped, fitted.rows, draw(len(fitted.rows.train_positions), most), most, as_arrays=bool(stages.models)
    )
    judged = _judged(stages, train, validation)
    if not judged[stages.points.index(stages.kept)][1].is_close(validation.of_model(fitted.estimator)):
        return None
    notes = (row_note(fitted.rows, most), _kept_note(stages), stages.note)
    note = "; ".join(part for part in notes if part) or None
    return curve_of(stages.unit, stages.points, judged, fitted.rows.score, note)


def _kept_note(stages: Stages) -> str | None:
    return None if stages.kept == stages.points[-1] else f"the model is that of {stages.unit} {stages.kept}"


def _judged(stages: Stages, train: Judge, validation: Judge) -> list[tuple[Judged, Judged]]:
    if stages.models is not None:
        return [(train.of_model(model), validation.of_model(model)) for model in stages.models()]
    if stages.answers is None:
        raise ValueError("stages have either models or answers")
    pairs = zip(stages.points, stages.answers(train.X), stages.answers(validation.X), strict=True)
    return [
        (train.of_answers(first, final=point == stages.kept), validation.of_answers(second, final=point == stages.kept))
        for point, first, second in pairs
    ]
