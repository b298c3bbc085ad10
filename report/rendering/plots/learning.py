"""What plots of learning curves show: a panel a model, head's lines, and those of base where they compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from ...core.comparison import Comparison
from ...core.values import LossCurve
from . import style
from .scales import finite, known, padded, wants_log
from .text import short_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ...core.values import CurveKind

Quantity: TypeAlias = Literal["loss", "metric"]

MOST_MODELS = 12
_DEEPEST = 0.02  # a logarithmic axis goes down to this share of the best validation value


@dataclass(frozen=True, eq=False)
class Lines:
    """One side of a curve, drawable: finite or NaN; (n_points,) each."""

    x: NDArray[np.float64]
    train: NDArray[np.float64]
    validation: NDArray[np.float64]

    @property
    def has_points(self) -> bool:
        return len(known(self.x)) > 0 and len(known(self.train, self.validation)) > 0


@dataclass(frozen=True, eq=False)
class Panel:
    """The curve of one model. quantity : what is drawn, in words. best : the position of the best validation value."""

    model: str
    name: str
    look: style.ModelStyle
    quantity: str
    greater_is_better: bool
    kind: CurveKind
    note: str | None
    head: Lines
    base: Lines | None
    best: int | None

    @property
    def sides(self) -> tuple[Lines, ...]:
        return (self.head,) if self.base is None else (self.head, self.base)


@dataclass(frozen=True)
class YScale:
    """The vertical axis that the panels of one quantity share."""

    limits: tuple[float, float]
    log: bool


def panels_of(comparison: Comparison, quantity: Quantity) -> tuple[list[Panel], int]:
    """The panels of the models that have such a curve, at most twelve of them; and how many models have one."""
    evaluation = comparison.head
    looks = style.model_styles(evaluation)
    curves = {model.name: model.curve for model in evaluation.models if model.curve is not None}
    having = tuple(m for m in evaluation.models if m.name in curves and _drawable(curves[m.name], quantity))
    chosen = style.leading(evaluation, having, MOST_MODELS)
    names = short_names(model.name for model in chosen)
    panels = [
        _panel(curves[m.name], _base_curve(comparison, m.name), quantity, (m.name, names[m.name], looks[m.name]))
        for m in chosen
    ]
    return panels, len(having)


def scale_of(panels: Sequence[Panel]) -> YScale:
    """One range for some panels; logarithmic where what is to become small ranges far."""
    sides = [side for panel in panels for side in panel.sides]
    validation = known(*(side.validation for side in sides))
    values = known(*(side.train for side in sides), validation)
    judged = validation if len(validation) else values
    if any(panel.greater_is_better for panel in panels) or not wants_log(judged):
        return YScale(padded(values), log=False)
    low = max(float(values[values > 0].min()), _DEEPEST * float(judged.min()))
    high = float(values.max())
    room = (high / low) ** 0.05
    return YScale((low / room, high * room), log=True)


def _drawable(curve: LossCurve, quantity: Quantity) -> bool:
    lines = _lines(curve, quantity)
    return lines is not None and lines.has_points


def _lines(curve: LossCurve, quantity: Quantity) -> Lines | None:
    values = curve if quantity == "loss" else curve.metric
    return None if values is None else Lines(finite(curve.x), finite(values.train), finite(values.validation))


def _base_curve(comparison: Comparison, model: str) -> LossCurve | None:
    base = comparison.base
    pair = base.pair(model) if base is not None and base.status == "compared" else None
    return pair.evaluation.curve if pair is not None and pair.evaluation is not None else None


def _panel(
    curve: LossCurve, base: LossCurve | None, quantity: Quantity, called: tuple[str, str, style.ModelStyle]
) -> Panel:
    head = _lines(curve, quantity)
    assert head is not None  # noqa: S101 - see `_drawable`
    metric = curve.metric if quantity == "metric" else None
    return Panel(
        *called,
        quantity=curve.loss if metric is None else metric.title,
        greater_is_better=metric is not None and metric.greater_is_better,
        kind=curve.kind,
        note=curve.note,
        head=head,
        base=_base_lines(curve, base, quantity),
        best=_best(head, curve, greater=metric is not None and metric.greater_is_better),
    )


def _base_lines(curve: LossCurve, base: LossCurve | None, quantity: Quantity) -> Lines | None:
    """Base's lines where they are of the same kind and quantity."""
    if base is None or base.kind != curve.kind or _named(base, quantity) != _named(curve, quantity):
        return None
    lines = _lines(base, quantity)
    return lines if lines is not None and lines.has_points else None


def _named(curve: LossCurve, quantity: Quantity) -> str | None:
    if quantity == "loss":
        return curve.loss
    return None if curve.metric is None else curve.metric.metric


def _best(lines: Lines, curve: LossCurve, *, greater: bool) -> int | None:
    seen = ~np.isnan(lines.x) & ~np.isnan(lines.validation)
    if curve.kind == "training size" or seen.sum() < 2:
        return None
    sign = -1.0 if greater else 1.0
    return int(np.argmin(np.where(seen, sign * lines.validation, np.inf)))
