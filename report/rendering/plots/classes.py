"""What plots of curves by class have in common: a panel for each class, a line for each model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...core.numbers import format_number
from . import style
from .keys import Entry
from .scales import known
from .text import clean, short_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...core.comparison import Comparison
    from ...core.results import ModelEvaluation, XYCurve

_TOLD = 4  # classes in an alternative text


class ClassCurves(NamedTuple):
    """The curves of all models for one class."""

    label: str
    curves: tuple[XYCurve, ...]


class Chosen(NamedTuple):
    """The models that are drawn and their curves by class; `left_out` are words on the models that are not drawn."""

    names: dict[str, str]
    looks: dict[str, style.ModelStyle]
    classes: list[ClassCurves]
    left_out: str

    @property
    def single(self) -> bool:
        return len(self.classes) == 1

    def entries(self, *, greater_is_better: bool) -> list[Entry]:
        """Of the key: where there is one class, with the value of each curve, the best first."""
        if not self.single:
            return [Entry(name, self.looks[model]) for model, name in self.names.items()]
        sign = -1 if greater_is_better else 1
        curves = sorted(self.classes[0].curves, key=lambda c: float("inf") if c.value is None else sign * c.value)
        return [Entry(self.names[c.model], self.looks[c.model], format_number(c.value, 3)) for c in curves]

    def words(self) -> str:
        """The values of the first classes, for an alternative text."""
        parts = []
        for panel in self.classes[:_TOLD]:
            values = ", ".join(f"{clean(c.model)} {format_number(c.value, 3)}" for c in panel.curves)
            parts.append(f"class {clean(panel.label)}: {values}")
        more = len(self.classes) - _TOLD
        return "; ".join(parts) + (f"; and {more} more classes" if more > 0 else "")


def choose(comparison: Comparison, kind: str, *, models: int, classes: int) -> Chosen | None:
    """The curves of a kind that can be drawn, of the best models and the first classes; None where there are none."""
    evaluation = comparison.head
    having = tuple(model for model in evaluation.models if _usable(model, kind))
    if not having:
        return None
    chosen = style.leading(evaluation, having, models)
    curves = [curve for model in chosen for curve in _usable(model, kind)]
    panels = _by_class(curves)[:classes]
    what = "" if len(panels) == 1 else "models"  # a narrow card has no room for the word
    names = short_names(model.name for model in chosen)
    return Chosen(names, style.model_styles(evaluation), panels, style.shown_of(len(chosen), len(having), what))


def _usable(model: ModelEvaluation, kind: str) -> list[XYCurve]:
    return [curve for curve in model.curves if curve.kind == kind and len(known(curve.x)) and len(known(curve.y))]


def _by_class(curves: Sequence[XYCurve]) -> list[ClassCurves]:
    labels = dict.fromkeys(curve.label for curve in curves)
    return [ClassCurves(label, tuple(curve for curve in curves if curve.label == label)) for label in labels]
