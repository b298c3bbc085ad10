"""Metrics of predicted numbers. With several outputs, each is measured by itself and their mean is reported."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...core.losses import squared_errors
from ...core.pairing import ExplainedShare, NotApplicable, Pairing, RootOfMean
from ...core.results import MetricInfo
from ...core.values import Predictions, Target
from .base import REGRESSION, Metric, RowMetric, ValueMetric
from .counts import truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NO_SPREAD = "the target is constant in these rows"


def squared_rows(predictions: Predictions, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """(n_rows,) squared errors."""
    return squared_errors(truth(predictions), predictions.y_pred)


def absolute_rows(predictions: Predictions, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """(n_rows,) absolute errors."""
    return _per_row(_absolute(predictions))


def percentage_rows(predictions: Predictions, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """(n_rows,) absolute errors as a share of the truth."""
    y_true = truth(predictions)
    if not y_true.all():
        raise NotApplicable("the target holds zeros")
    return _per_row(_absolute(predictions) / np.abs(y_true))


def squared_log_rows(predictions: Predictions, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """(n_rows,) squared errors of log(1 + y)."""
    return _per_row(_squared_log(predictions))


def poisson_rows(predictions: Predictions, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """(n_rows,) Poisson deviances; 0 · log 0 is 0."""
    y_true, y_pred = truth(predictions), predictions.y_pred
    if y_true.min() < 0:
        raise NotApplicable("the target has negative values")
    if y_pred.min() <= 0:
        raise NotApplicable("some predictions are not positive")
    entropy = np.where(y_true > 0, y_true * np.log(np.where(y_true > 0, y_true, 1.0) / y_pred), 0.0)
    return _per_row(2 * (entropy - y_true + y_pred))


def gamma_rows(predictions: Predictions, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """(n_rows,) gamma deviances."""
    y_true, y_pred = truth(predictions), predictions.y_pred
    if y_true.min() <= 0:
        raise NotApplicable("the target has values that are not positive")
    if y_pred.min() <= 0:
        raise NotApplicable("some predictions are not positive")
    return _per_row(2 * (np.log(y_pred / y_true) + y_true / y_pred - 1))


def pinball_rows(quantile: float, predictions: Predictions, target: Target) -> Floats:  # noqa: ARG001 -- one signature
    """(n_rows,) pinball losses: an error below the truth costs `quantile`, one above it 1 − `quantile`."""
    return _per_row(_pinball_losses(quantile, predictions))


def rmse(predictions: Predictions, target: Target) -> float:  # noqa: ARG001 -- one signature
    """Root of the mean squared error."""
    return float(np.mean(np.sqrt(_average(_squares(predictions), predictions.weight))))


def rmsle(predictions: Predictions, target: Target) -> float:  # noqa: ARG001 -- one signature
    """Root of the mean squared logarithmic error."""
    return float(np.mean(np.sqrt(_average(_squared_log(predictions), predictions.weight))))


def r2(predictions: Predictions, target: Target) -> float:  # noqa: ARG001 -- one signature
    """Share of the target's variance that is explained; an output that is constant does not count."""
    return _explained(predictions, _squares(predictions), _squared_spread(predictions))


def explained_variance(predictions: Predictions, target: Target) -> float:  # noqa: ARG001 -- one signature
    """Like R², but blind to a constant error."""
    return _explained(predictions, _centred_squares(predictions), _squared_spread(predictions))


def d2_pinball(quantile: float, predictions: Predictions, target: Target) -> float:  # noqa: ARG001 -- one signature
    """Share of the pinball loss of the best constant that the model avoids."""
    return _explained(predictions, _pinball_losses(quantile, predictions), _pinball_spread(quantile, predictions))


def median_absolute_error(predictions: Predictions, target: Target) -> float:  # noqa: ARG001 -- one signature
    """Median of the absolute errors."""
    return float(np.mean(weighted_quantile(_absolute(predictions), 0.5, predictions.weight)))


def max_error(predictions: Predictions, target: Target) -> float:  # noqa: ARG001 -- one signature
    """The largest absolute error; of several outputs, the largest of all."""
    return float(_absolute(predictions).max())


def root_of_squares(target: Target) -> Pairing:  # noqa: ARG001 -- one signature
    """RMSE is the root of a mean."""
    return RootOfMean(_squares)


def root_of_squared_logs(target: Target) -> Pairing:  # noqa: ARG001 -- one signature
    """RMSLE is the root of a mean."""
    return RootOfMean(_squared_log)


def explained_square(target: Target) -> Pairing:  # noqa: ARG001 -- one signature
    """R² is a ratio of means."""
    return ExplainedShare(_squares, _squared_spread)


def explained_centred_square(target: Target) -> Pairing:  # noqa: ARG001 -- one signature
    """Explained variance is a ratio of means of squares, whose own means need no allowance: these minimise them."""
    return ExplainedShare(_centred_squares, _squared_spread)


def explained_pinball(quantile: float, target: Target) -> Pairing:  # noqa: ARG001 -- one signature
    """D² is a ratio of means; the quantile minimises the loss of a constant."""
    return ExplainedShare(partial(_pinball_losses, quantile), partial(_pinball_spread, quantile))


def no_pairing(target: Target) -> Pairing | None:  # noqa: ARG001 -- one signature
    """One row alone decides the value: other rows say nothing of its uncertainty."""
    return None


def weighted_quantile(values: Floats, quantile: float, weight: Floats | None = None) -> Floats:
    """The averaged inverse of the weighted distribution function, by column: a constant of least pinball loss.

    values : (n_rows,) or (n_rows, n_outputs). weight : (n_rows,), positive. Returns () or (n_outputs,).
    """
    if weight is None:
        of_columns: Floats = np.quantile(values, quantile, axis=0, method="averaged_inverted_cdf")
        return of_columns
    if values.ndim == 2:
        return np.array([weighted_quantile(column, quantile, weight) for column in values.T])
    order = np.argsort(values)
    reached = np.cumsum(weight[order])
    goal = quantile * reached[-1]
    slack = 1e-12 * reached[-1]  # a sum of weights that meets the goal but for rounding meets it
    low, high = np.searchsorted(reached, (goal - slack, goal + slack), side="left").clip(max=len(values) - 1)
    return np.asarray((values[order[low]] + values[order[high]]) / 2)


def _absolute(predictions: Predictions) -> Floats:
    errors: Floats = np.abs(truth(predictions) - predictions.y_pred)
    return errors


def _squared_log(predictions: Predictions) -> Floats:
    y_true, y_pred = truth(predictions), predictions.y_pred
    if y_true.min() <= -1:
        raise NotApplicable("the target has values of −1 or below")
    if y_pred.min() <= -1:
        raise NotApplicable("some predictions are −1 or below")
    squared: Floats = np.square(np.log1p(y_true) - np.log1p(y_pred))
    return squared


def _squares(predictions: Predictions) -> Floats:
    return np.asarray(np.square(truth(predictions) - predictions.y_pred))


def _centred_squares(predictions: Predictions) -> Floats:
    errors = truth(predictions) - predictions.y_pred
    return np.asarray(np.square(errors - _average(errors, predictions.weight)))


def _squared_spread(predictions: Predictions) -> Floats:
    y_true = truth(predictions)
    return np.asarray(np.square(y_true - _average(y_true, predictions.weight)))


def _pinball(y_true: Floats, y_pred: Floats, quantile: float) -> Floats:
    errors = y_true - y_pred
    losses: Floats = np.maximum(quantile * errors, (quantile - 1) * errors)
    return losses


def _pinball_losses(quantile: float, predictions: Predictions) -> Floats:
    return _pinball(truth(predictions), predictions.y_pred, quantile)


def _pinball_spread(quantile: float, predictions: Predictions) -> Floats:
    y_true = truth(predictions)
    return _pinball(y_true, weighted_quantile(y_true, quantile, predictions.weight), quantile)


def _explained(predictions: Predictions, errors: Floats, spread: Floats) -> float:
    """The mean over outputs of 1 − Σ errors / Σ spread; NaN when the truth of every output is constant."""
    y_true, weight = truth(predictions), predictions.weight
    lost, total = np.atleast_1d(_average(errors, weight)), np.atleast_1d(_average(spread, weight))
    spreads = np.atleast_1d(y_true.max(axis=0) > y_true.min(axis=0)) & (total > 0)
    return float(np.mean(1 - lost[spreads] / total[spreads])) if spreads.any() else float("nan")


def _average(values: Floats, weight: Floats | None) -> Floats:
    return np.asarray(np.average(values, axis=0, weights=weight))


def _per_row(values: Floats) -> Floats:
    return values if values.ndim == 1 else values.mean(axis=1)


def pinball_metric(quantile: float, name: str) -> Metric:
    """The pinball loss for a quantile between 0 and 1."""
    return RowMetric(
        info=MetricInfo(
            name, f"Pinball loss ({quantile:g})", False, best=0.0, description=f"Loss of the {quantile:g} quantile."
        ),
        tasks=REGRESSION,
        per_row=partial(pinball_rows, quantile),
    )


def d2_pinball_metric(quantile: float, name: str) -> Metric:
    """The share of the pinball loss of the best constant that the model avoids."""
    return ValueMetric(
        info=MetricInfo(
            name,
            f"D² pinball ({quantile:g})",
            True,
            best=1.0,
            description=f"Share of the {quantile:g} quantile's loss that the best constant has and the model avoids.",
        ),
        tasks=REGRESSION,
        undefined=NO_SPREAD,
        function=partial(d2_pinball, quantile),
        paired=partial(explained_pinball, quantile),
    )


REGRESSION_METRICS: tuple[Metric, ...] = (
    ValueMetric(
        info=MetricInfo("r2", "R²", True, best=1.0, description="Share of the target's variance that is explained."),
        tasks=REGRESSION,
        undefined=NO_SPREAD,
        function=r2,
        paired=explained_square,
    ),
    ValueMetric(
        info=MetricInfo("rmse", "RMSE", False, best=0.0, description="Root of the mean squared error."),
        tasks=REGRESSION,
        function=rmse,
        paired=root_of_squares,
        aliases=("root_mean_squared_error",),
    ),
    RowMetric(
        info=MetricInfo("mse", "MSE", False, best=0.0, description="Mean squared error."),
        tasks=REGRESSION,
        per_row=squared_rows,
        aliases=("mean_squared_error",),
    ),
    RowMetric(
        info=MetricInfo("mae", "MAE", False, best=0.0, description="Mean absolute error."),
        tasks=REGRESSION,
        per_row=absolute_rows,
        aliases=("mean_absolute_error",),
    ),
    RowMetric(
        info=MetricInfo(
            "mape", "MAPE", False, best=0.0, description="Mean absolute error as a share of the truth (1 is 100%)."
        ),
        tasks=REGRESSION,
        per_row=percentage_rows,
        aliases=("mean_absolute_percentage_error",),
    ),
    ValueMetric(
        info=MetricInfo(
            "median_absolute_error", "Median absolute error", False, best=0.0, description="Median of absolute errors."
        ),
        tasks=REGRESSION,
        function=median_absolute_error,
        aliases=("medae",),
    ),
    ValueMetric(
        info=MetricInfo("max_error", "Largest error", False, best=0.0, description="Largest absolute error."),
        tasks=REGRESSION,
        function=max_error,
        paired=no_pairing,
    ),
    ValueMetric(
        info=MetricInfo(
            "explained_variance",
            "Explained variance",
            True,
            best=1.0,
            description="Like R², but blind to a constant error.",
        ),
        tasks=REGRESSION,
        undefined=NO_SPREAD,
        function=explained_variance,
        paired=explained_centred_square,
    ),
    ValueMetric(
        info=MetricInfo(
            "d2_absolute_error",
            "D² absolute error",
            True,
            best=1.0,
            description="Share of the absolute error around the median that is avoided.",
        ),
        tasks=REGRESSION,
        undefined=NO_SPREAD,
        function=partial(d2_pinball, 0.5),
        paired=partial(explained_pinball, 0.5),
        aliases=("d2",),
    ),
    pinball_metric(0.5, "pinball"),
    d2_pinball_metric(0.5, "d2_pinball"),
    RowMetric(
        info=MetricInfo("msle", "MSLE", False, best=0.0, description="Mean squared error of log(1 + y)."),
        tasks=REGRESSION,
        per_row=squared_log_rows,
        aliases=("mean_squared_log_error",),
    ),
    ValueMetric(
        info=MetricInfo("rmsle", "RMSLE", False, best=0.0, description="Root of the mean squared error of log(1 + y)."),
        tasks=REGRESSION,
        function=rmsle,
        paired=root_of_squared_logs,
        aliases=("root_mean_squared_log_error",),
    ),
    RowMetric(
        info=MetricInfo(
            "poisson_deviance", "Poisson deviance", False, best=0.0, description="Mean deviance of counts."
        ),
        tasks=REGRESSION,
        per_row=poisson_rows,
        aliases=("mean_poisson_deviance",),
    ),
    RowMetric(
        info=MetricInfo(
            "gamma_deviance", "Gamma deviance", False, best=0.0, description="Mean deviance of positive amounts."
        ),
        tasks=REGRESSION,
        per_row=gamma_rows,
        aliases=("mean_gamma_deviance",),
    ),
)
