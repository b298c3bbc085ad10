"""Ask a fitted estimator: its labels or numbers, and its probabilities or decision values, as `Predictions`."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..core.errors import ModelError
from ..core.numbers import format_count
from ..core.values import Predictions, Task
from .targets import codes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..core.values import ScoreKind, Target

    Floats = NDArray[np.float64]

# scikit-learn's classifiers that predict the class of highest probability, up to ties and rounding: these need no
# second pass over the rows. (SVC is not among them: its probabilities come from another model than its labels.)
_ARGMAX_OF_PROBABILITIES = frozenset(
    {
        "BaggingClassifier",
        "CalibratedClassifierCV",
        "DecisionTreeClassifier",
        "ExtraTreeClassifier",
        "ExtraTreesClassifier",
        "GaussianNB",
        "GradientBoostingClassifier",
        "HistGradientBoostingClassifier",
        "KNeighborsClassifier",
        "LinearDiscriminantAnalysis",
        "LogisticRegression",
        "LogisticRegressionCV",
        "MLPClassifier",
        "QuadraticDiscriminantAnalysis",
        "RandomForestClassifier",
    }
)
_TIE = 1e-6  # two probabilities this close may be ordered otherwise by `predict`


class _Scores(NamedTuple):
    values: Floats
    kind: ScoreKind


def predict(
    estimator: Any,
    X: Any,
    target: Target,
    positions: NDArray[np.int64],
    *,
    y_true: NDArray[Any] | None = None,
    weight: NDArray[np.float64] | None = None,
    group: NDArray[Any] | None = None,
) -> Predictions:
    """What a fitted estimator says of the rows of `X`.

    X : (n_rows, n_features). positions : (n_rows,), where these rows are in the data set.
    y_true : `target.encoded` of these rows; None for rows without labels. weight, group : of these rows.
    A class that the estimator never saw has probability 0. Probabilities that are NaN or fail are left out, with a
    Python warning. Raises ModelError when predictions have another shape than the target, are NaN or infinite, or
    name a class that does not exist; whatever the estimator raises passes through.
    """
    final, inner = _final_step(estimator, X)
    task, n_rows = target.task, len(positions)
    scores: _Scores | None = None
    y_pred: NDArray[Any]
    if task is Task.MULTILABEL:
        scores = _multilabel_scores(final, inner, n_rows, len(target.names))
        y_pred = _multilabel_labels(final.predict(inner), n_rows, len(target.names))
    elif task.is_classification:
        scores = _class_scores(final, inner, target, n_rows)
        y_pred = _labels(final, inner, target, n_rows, scores)
    else:
        y_pred = _numbers(final.predict(inner), n_rows, len(target.names))
    return Predictions(
        y_pred=y_pred,
        positions=positions,
        y_true=y_true,
        y_score=None if scores is None else scores.values,
        score_kind=None if scores is None else scores.kind,
        weight=weight,
        group=group,
    )


def _final_step(estimator: Any, X: Any) -> tuple[Any, Any]:
    """The estimator that answers, and the rows as it sees them: a pipeline's transformers run once, not per method."""
    while True:
        name = _sklearn_name(estimator)
        if name == "Pipeline" and len(estimator.steps) > 1 and hasattr(estimator.steps[-1][1], "predict"):
            X, estimator = estimator[:-1].transform(X), estimator.steps[-1][1]
        elif name in ("GridSearchCV", "RandomizedSearchCV") and hasattr(estimator, "best_estimator_"):
            estimator = estimator.best_estimator_
        else:
            return estimator, X


def _sklearn_name(estimator: Any) -> str:
    kind = type(estimator)
    return kind.__name__ if kind.__module__.startswith("sklearn.") else ""


# Regression


def _numbers(raw: Any, n_rows: int, n_outputs: int) -> Floats:
    values = _array(raw)
    try:
        y_pred: Floats = values.astype(np.float64)
    except (TypeError, ValueError):
        raise ModelError(f"the model predicts {values.item(0)!r}, which is not a number") from None
    y_pred = _shaped(y_pred, n_rows, n_outputs)
    broken = int((~np.isfinite(y_pred)).sum())
    if broken:
        raise ModelError(f"{format_count(broken)} of {format_count(y_pred.size)} predictions are NaN or infinite")
    return y_pred


# Labels


def _labels(final: Any, X: Any, target: Target, n_rows: int, scores: _Scores | None) -> NDArray[np.int64]:
    if scores is None or scores.kind != "probability" or _sklearn_name(final) not in _ARGMAX_OF_PROBABILITIES:
        return codes_of(_shaped(_array(final.predict(X)), n_rows, 1), target.classes)
    return labels_of(scores.values, final, X, target)


def labels_of(probabilities: Floats, estimator: Any, X: Any, target: Target) -> NDArray[np.int64]:
    """The most probable class of each row, (n_rows,); where two are as probable, the one that the estimator predicts.

    probabilities : (n_rows, n_classes), what the estimator gives for the rows of `X`.
    """
    y_pred: NDArray[np.int64] = probabilities.argmax(axis=1)
    tied = np.flatnonzero(_margins(probabilities) < _TIE)
    if len(tied):
        y_pred[tied] = codes_of(_shaped(_array(estimator.predict(_rows(X, tied))), len(tied), 1), target.classes)
    return y_pred


def _margins(probabilities: Floats) -> Floats:
    """How far the highest probability of each row is above the second, (n_rows,)."""
    if probabilities.shape[1] == 2:
        margins: Floats = np.abs(probabilities[:, 0] - probabilities[:, 1])
        return margins
    top = np.partition(probabilities, -2, axis=1)
    return top[:, -1] - top[:, -2]


def _rows(X: Any, positions: NDArray[Any]) -> Any:
    return X.iloc[positions] if hasattr(X, "iloc") else X[positions]


def _multilabel_labels(raw: Any, n_rows: int, n_outputs: int) -> NDArray[np.int64]:
    labels = _shaped(_array(raw), n_rows, n_outputs).astype(np.float64)
    return np.asarray(labels > 0.5, dtype=np.int64)


# Probabilities and decision values


def _class_scores(final: Any, X: Any, target: Target, n_rows: int) -> _Scores | None:
    seen = _seen_classes(final, target)
    probabilities = _asked(final, "predict_proba", X)
    if probabilities is not None:
        values = _two_columns(_array(probabilities), seen, complement=True)
        if values.shape == (n_rows, len(seen)) and np.isfinite(values).all():
            return _Scores(_in_order(values, seen, target, fill=0.0), _kind(values))
        _left_out("predict_proba", values, (n_rows, len(seen)))
    if getattr(final, "decision_function_shape", "ovr") == "ovo" and len(seen) > 2:
        return None  # one column a pair of classes
    decisions = _asked(final, "decision_function", X)
    if decisions is None:
        return None
    values = _two_columns(_array(decisions), seen, complement=False)
    if values.shape != (n_rows, len(seen)) or not np.isfinite(values).all():
        _left_out("decision_function", values, (n_rows, len(seen)))
        return None
    return _Scores(_in_order(values, seen, target, fill=values.min() - 1.0), "decision")


def _seen_classes(final: Any, target: Target) -> NDArray[np.int64]:
    """Which classes the columns of the estimator's scores stand for, as indices into `target.classes`."""
    classes = getattr(final, "classes_", None)
    return np.arange(len(target.classes)) if classes is None else codes_of(np.asarray(classes), target.classes)


def _asked(final: Any, method: str, X: Any) -> Any:
    """The answer of an optional method; None when there is none, or when it fails where `predict` may not."""
    ask = getattr(final, method, None)
    if ask is None:
        return None
    try:
        return ask(X)
    except (AttributeError, NotImplementedError):
        return None
    except Exception as error:  # noqa: BLE001 — the model's own code; its labels are still worth a report
        warnings.warn(f"{method} failed, so it is left out: {type(error).__name__}: {error}", stacklevel=2)
        return None


def _two_columns(values: NDArray[Any], seen: NDArray[np.int64], *, complement: bool) -> Floats:
    """One column of the positive side becomes two: 1 - p and p, or -d and d."""
    values = values.astype(np.float64, copy=False)
    if len(seen) == 2 and (values.ndim == 1 or values.shape[1] == 1):
        positive = values.reshape(-1)
        return np.column_stack([1.0 - positive if complement else -positive, positive])
    return values


def _in_order(values: Floats, seen: NDArray[np.int64], target: Target, *, fill: float) -> Floats:
    if len(seen) == len(target.classes) and (seen == np.arange(len(seen))).all():
        return values
    ordered = np.full((len(values), len(target.classes)), fill)
    ordered[:, seen] = values
    return ordered


def _kind(values: Floats) -> ScoreKind:
    """Scores that are called probabilities but are none, such as votes, are decision values."""
    inside = values.size == 0 or (values.min() >= -1e-6 and values.max() <= 1.0 + 1e-6)
    return "probability" if inside and np.allclose(values.sum(axis=1), 1.0, atol=1e-3) else "decision"


def _left_out(method: str, values: Floats, expected: tuple[int, int]) -> None:
    what = f"is of shape {values.shape}, not {expected}" if values.shape != expected else "has NaN or infinite values"
    warnings.warn(f"{method} {what}, so it is left out", stacklevel=2)


def _multilabel_scores(final: Any, X: Any, n_rows: int, n_outputs: int) -> _Scores | None:
    for method, kind in (("predict_proba", "probability"), ("decision_function", "decision")):
        raw = _asked(final, method, X)
        if raw is None:
            continue
        values = _positive_sides(raw, final) if isinstance(raw, list) else _array(raw).astype(np.float64, copy=False)
        if values.shape == (n_rows, n_outputs) and np.isfinite(values).all():
            return _Scores(values, "probability" if kind == "probability" else "decision")
        _left_out(method, values, (n_rows, n_outputs))
    return None


def _positive_sides(raw: list[Any], final: Any) -> Floats:
    """The column of class 1 of each output's (n_rows, n_seen) scores; zeros where training had no such row."""
    columns = []
    for output, scores in enumerate(raw):
        values = np.asarray(scores, dtype=np.float64)
        if values.ndim == 1 or values.shape[1] == 2:
            columns.append(values if values.ndim == 1 else values[:, 1])
        else:
            only_positive = bool(np.all(final.classes_[output] == 1))
            columns.append(values[:, 0] if only_positive else np.zeros(len(values)))
    return np.column_stack(columns)


# Shapes


def _array(raw: Any) -> NDArray[Any]:
    return np.asarray(raw.toarray() if hasattr(raw, "toarray") else raw)


def _shaped(values: NDArray[Any], n_rows: int, n_outputs: int) -> NDArray[Any]:
    """(n_rows,) for one output, else (n_rows, n_outputs)."""
    expected = (n_rows,) if n_outputs == 1 else (n_rows, n_outputs)
    if values.shape == (n_rows, 1) and n_outputs == 1:
        return values.reshape(-1)
    if values.shape != expected:
        raise ModelError(f"the model's predictions are of shape {values.shape}, not {expected}")
    return values
