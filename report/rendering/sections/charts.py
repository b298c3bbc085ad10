"""Two charts as text, for where pictures cannot be shown: the models side by side, and how the best one learned."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..document import Chart
from ..escaping import shorten
from .comparing import compared
from .context import Context, metric_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...core.results import ModelEvaluation
    from ...core.values import LossCurve

_MOST_MODELS = 8
_NAME = 24  # characters
_POINTS = 40  # of a line
_ROOM = 0.05  # above and below the lines, as a share of their range


def comparison_chart(context: Context) -> tuple[Chart, ...]:
    """The primary metric of each model, in base and in head."""
    primary = context.head.primary
    bars = [bar for model in context.evaluated[:_MOST_MODELS] for bar in _bars(context, model)]
    if not bars:
        return ()
    values = tuple(value for _, value in bars)
    labels = tuple(f"{name} {metric_text(value, primary)}" for name, value in bars)
    limits = (min(0.0, *values), max(0.0, *values) or 1.0)
    better = "greater" if primary.greater_is_better else "smaller"
    title = f"{primary.title} on validation rows ({better} is better)"
    return (Chart("metrics", title, primary.title, limits, (values,), labels=labels),)


def _bars(context: Context, model: ModelEvaluation) -> list[tuple[str, float]]:
    """Head's value, and that of base before it."""
    metric, name = context.head.primary.name, shorten(model.name, _NAME)
    base = compared(context)
    pair = base.pair(model.name) if base else None
    change, score = pair.change(metric) if pair else None, model.score(metric)
    sides = [(f"{name}: base", change.base if change else None), (f"{name}: head", score.value if score else None)]
    if base is None:
        sides = [(name, value) for _, value in sides]
    return [(label, value) for label, value in sides if value is not None and math.isfinite(value)]


def _base_curve(context: Context, name: str, curve: LossCurve) -> LossCurve | None:
    """Base's curve of the model where it is of the same kind and loss."""
    base = compared(context)
    pair = base.pair(name) if base else None
    other = pair.evaluation.curve if pair and pair.evaluation else None
    same = other is not None and (other.kind, other.loss) == (curve.kind, curve.loss) and len(other.x) > 1
    return other if same else None


def _around(values: NDArray[np.float64]) -> tuple[float, float]:
    """A range with some room; what is never below zero has no room below it."""
    low, high = float(values.min()), float(values.max())
    room = _ROOM * (high - low) or 1.0
    return max(0.0, low - room) if low >= 0 else low - room, high + room


def _on(grid: NDArray[np.float64], x: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A line at even steps, which is what the chart takes; beyond its end the model stays as it is."""
    return np.interp(grid, x, values)


def loss_chart(context: Context) -> tuple[Chart, ...]:
    """The loss curve of the best model, base's validation loss behind it."""
    curves = {model.name: model.curve for model in context.head.models if model.curve is not None}
    name = context.head.best_model if context.head.best_model in curves else next(iter(curves), None)
    curve = curves.get(name) if name is not None else None
    if name is None or curve is None or len(curve.x) < 2:
        return ()
    base = _base_curve(context, name, curve)
    longest = max(curve.x[-1], base.x[-1]) if base is not None else curve.x[-1]
    grid = np.linspace(curve.x[0], longest, _POINTS)
    lines = [_on(grid, curve.x, curve.validation), _on(grid, curve.x, curve.train)]
    lines += [_on(grid, base.x, base.validation)] if base is not None else []
    values = np.concatenate(lines)
    if not np.isfinite(values).all():
        return ()
    told = "Blue: validation, orange: training" + (", grey: validation in base." if base is not None else ".")
    return (
        Chart(
            "loss",
            f"{shorten(name, _NAME)}: {curve.loss}",
            curve.loss,
            _around(values),
            tuple(tuple(line.tolist()) for line in lines),
            x="training rows" if curve.kind == "training size" else curve.kind,
            x_limits=(float(grid[0]), float(grid[-1])),
            caption=told,
        ),
    )
