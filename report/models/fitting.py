"""Build, fit and ask one estimator, inside a process of its own; parts of the result are saved as they come."""

from __future__ import annotations

import pickle
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..core.errors import ReportError
from ..core.faults import FAULT, is_ours, traceback_of
from ..core.values import Notice
from .asking import ask
from .building import build, check_task
from .consistency import check_labels, check_rows
from .curves import CurveRows, recorder_for
from .curves.unwrapping import inner
from .folds import fold
from .importance import permutation_importance
from .naming import with_safe_names
from .predicting import predict
from .preprocessing import problems_of_steps, with_preprocessing
from .searching import told_of_searches
from .seeding import seed_unset, set_seed
from .targets import as_codes, training_values
from .telling import collected_warnings, one_line
from .units import CURVE, FIT, IMPORTANCE, CurvePart, FitPart, ImportancePart
from .weights import weight_parameter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from ..core.scoring import Scorer
    from ..core.values import Predictions
    from .asking import Asked
    from .curves import Recorder
    from .units import FitData, Job

    Save = Callable[[str, object], None]
    Weights = NDArray[np.float64] | None


class Built(NamedTuple):
    """An estimator ready to be fitted. `has_seed` : whether a seed can change its fit."""

    estimator: Any
    preprocessing: str
    notices: tuple[Notice, ...]
    has_seed: bool


class _Fit(NamedTuple):
    """A fitted estimator. `seconds` : of the fit, without those of watching it."""

    estimator: Any
    seconds: float


def build_for(job: Job, data: FitData, root: Path) -> Built:
    """The estimator of a job with preprocessing and seeds. Raises ReportError where the configuration is wrong."""
    model = job.unit.model
    try:
        estimator = build(job.config, root=root, key=job.key)
    except ReportError as error:
        others = problems_of_steps(job.config.preprocess, list(data.X_train.columns), root, job.key)
        raise type(error).of((*error.problems, *others)) from error
    check_task(estimator, data.target, key=job.key)
    notices = seed_unset(estimator, model, has_seeds=job.has_seeds)
    has_seed = job.seed is None or set_seed(estimator, job.seed)
    frames = [frame for frame in (data.X_train, data.X_validation, data.X_new) if frame is not None]
    prepared = with_preprocessing(estimator, job.config.preprocess, frames, root=root, key=job.key)
    seed_unset(prepared.estimator, model)
    with_safe_names(prepared.estimator)
    if data.weight is not None and weight_parameter(prepared.estimator) is None:
        message = "its `fit` takes no sample_weight: the weights count in its scores only"
        notices += (Notice(message, severity="note", subject=model),)
    told = tuple(replace(notice, subject=notice.subject or model) for notice in (*data.notices, *prepared.notices))
    return Built(prepared.estimator, prepared.sentence, notices + told, has_seed)


def fit(estimator: Any, X: Any, y: NDArray[Any], weight: Weights) -> Any:
    """`estimator.fit`, with weights where it takes them; the fitted estimator."""
    parameter = None if weight is None else weight_parameter(estimator)
    fitted = estimator.fit(X, y, **({} if parameter is None else {parameter: weight}))
    return fitted if hasattr(fitted, "predict") else estimator


def run_fold(job: Job, data: FitData, built: Built, save: Save) -> None:
    """Fit on all folds but one, and predict that one."""
    assert job.cross_validation is not None  # noqa: S101 — only then are there folds
    with collected_warnings(job.unit.model) as notices:
        rows, held_out = fold(job.unit.number, job.cross_validation, data)
        positions = data.train[rows]
        target = as_codes(data.target, positions) if data.is_coded else data.target
        known, asked = data.X_train.iloc[rows], data.X_train.iloc[held_out]
        fitted = fit(built.estimator, known, training_values(target, positions), _of(data.weight, positions))
        answers = ask(fitted, asked, target, data.train[held_out], known, side="held-out").answers
    save(FIT, FitPart(built.preprocessing, validation=answers, notices=tuple(notices)))


def run_seed(job: Job, data: FitData, built: Built, save: Save) -> None:
    """Fit again with another seed."""
    if not built.has_seed:
        save(FIT, FitPart(built.preprocessing))
        return
    with collected_warnings(job.unit.model):  # the first fit has told them
        fitted = fit(
            built.estimator, data.X_train, training_values(data.target, data.train), _of(data.weight, data.train)
        )
        train, validation = _on_both_sides(fitted, data)
    save(FIT, FitPart(built.preprocessing, train=train, validation=validation))


def run_part(job: Job, data: FitData, built: Built, save: Save) -> None:
    """Fit on all folds but one, and ask about both sides, as of the model itself."""
    with collected_warnings(job.unit.model) as notices:
        done = _timed_fit(built, data, None)
        train, validation = _on_both_sides(done.estimator, data)
    searched = (replace(notice, subject=job.unit.model) for notice in told_of_searches(done.estimator))
    told = (*built.notices, *notices, *searched)
    save(FIT, FitPart(built.preprocessing, train, validation, fit_seconds=done.seconds, notices=told))


def run_whole(job: Job, data: FitData, built: Built, save: Save) -> None:
    """Fit on all rows, and ask about new ones."""
    with collected_warnings(job.unit.model) as notices:
        new = _of_new_rows(_timed_fit(built, data, None).estimator, data)
    save(FIT, FitPart(built.preprocessing, new=None if new is None else new.answers, notices=tuple(notices)))


def run_main(job: Job, data: FitData, built: Built, save: Save, time_left: Callable[[], float]) -> None:
    """Fit, ask, weigh; then the loss curve and the importance of columns, which may fail without harm."""
    with collected_warnings(job.unit.model) as notices:
        recorder = _recorder(job, built, data, time_left, save)
        done = _timed_fit(built, data, recorder)
        fitted = done.estimator
        asked = time.perf_counter()
        validation = ask(fitted, data.X_validation, data.target, data.validation, data.X_train, side="validation")
        predict_seconds = time.perf_counter() - asked
        train = predict(fitted, data.X_train, data.target, data.train)
        new = _of_new_rows(fitted, data)
        checked = check_rows(fitted, validation.X, data.target, validation.answers, predict_seconds, time_left())
    told = (*validation.notices, *(new.notices if new else ()), *checked.notices)
    told += told_of_searches(fitted)
    told += check_labels(validation.answers, data.target.task, inner(fitted))
    save(
        FIT,
        FitPart(
            built.preprocessing,
            train,
            validation.answers,
            None if new is None else new.answers,
            done.seconds,
            predict_seconds,
            pickled_size(fitted),
            (*built.notices, *notices, *(replace(notice, subject=job.unit.model) for notice in told)),
            checked.unfair,
        ),
    )
    if recorder is not None:
        _save_curve(job, recorder, fitted, save)
    if job.drawn.score is not None:
        data = replace(data, X_validation=validation.X)
        _save_importance(job, data, fitted, job.drawn.score, save, time_left)


def _of_new_rows(fitted: Any, data: FitData) -> Asked | None:
    if data.X_new is None:
        return None
    return ask(fitted, data.X_new, data.target, np.arange(len(data.X_new)), data.X_train, side="new")


def _timed_fit(built: Built, data: FitData, recorder: Recorder | None) -> _Fit:
    y_train, weight = training_values(data.target, data.train), _of(data.weight, data.train)
    begun = time.perf_counter()
    with recorder or nullcontext():
        fitted = fit(built.estimator, data.X_train, y_train, weight)
    seconds = time.perf_counter() - begun
    return _Fit(fitted, max(seconds - (recorder.overhead_seconds if recorder else 0.0), 0.0))


def _recorder(job: Job, built: Built, data: FitData, time_left: Callable[[], float], save: Save) -> Recorder | None:
    if job.drawn.curves == "none":
        return None
    rows = CurveRows(
        X_train=data.X_train,
        y_train=training_values(data.target, data.train),
        weight_train=_of(data.weight, data.train),
        X_validation=data.X_validation,
        weight_validation=_of(data.weight, data.validation),
        target=data.target,
        train_positions=data.train,
        validation_positions=data.validation,
        fit=fit,
        time_left=time_left,
        score=job.drawn.curve_score,
    )
    try:
        return recorder_for(built.estimator, rows, by_size=job.drawn.curves == "auto")
    except Exception as error:  # noqa: BLE001 — the model's own code, or ours, as the notice says: it costs no model
        save(CURVE, CurvePart(None, (_left_out("the loss curve", job, error),), _fault(error)))
        return None


def _save_curve(job: Job, recorder: Recorder, fitted: Any, save: Save) -> None:
    try:
        save(CURVE, CurvePart(recorder.curve(fitted)))
    except Exception as error:  # noqa: BLE001 — as above
        save(CURVE, CurvePart(None, (_left_out("the loss curve", job, error),), _fault(error)))


def _save_importance(
    job: Job, data: FitData, fitted: Any, score: Scorer, save: Save, time_left: Callable[[], float]
) -> None:
    try:
        importance = permutation_importance(
            fitted,
            data.X_validation,
            data.target,
            data.validation,
            _of(data.weight, data.validation),
            score,
            time_left=time_left,
        )
        save(IMPORTANCE, ImportancePart(importance))
    except Exception as error:  # noqa: BLE001 — as above
        notice = _left_out("the importance of columns", job, error)
        save(IMPORTANCE, ImportancePart(None, (notice,), _fault(error)))


def _left_out(what: str, job: Job, error: Exception) -> Notice:
    whose = f"{FAULT}: " if is_ours(error) else ""
    return Notice(f"{what} is left out: {whose}{one_line(error)}", subject=job.unit.model)


def _fault(error: Exception) -> str:
    return traceback_of(error) if is_ours(error) else ""


def _on_both_sides(fitted: Any, data: FitData) -> tuple[Predictions, Predictions]:
    train = predict(fitted, data.X_train, data.target, data.train)
    asked = ask(fitted, data.X_validation, data.target, data.validation, data.X_train, side="validation")
    return train, asked.answers


def _of(weight: Weights, positions: NDArray[np.int64]) -> Weights:
    return None if weight is None else weight[positions]


def pickled_size(fitted: Any) -> int | None:
    """How many bytes the pickled estimator has, without holding them; None when it cannot be pickled."""
    counter = _Counter()
    try:
        pickle.Pickler(counter, protocol=5).dump(fitted)
    except Exception:  # noqa: BLE001 — objects refuse to be pickled in ways of their own
        return None
    return counter.size


class _Counter:
    """A file that counts what is written to it, and keeps nothing."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        self.size += size
        return size
