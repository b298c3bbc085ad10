"""Colours, marks and sizes that all plots share. Sizes are CSS pixels at the width a plot is shown in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ...core.results import Evaluation, ModelEvaluation

WIDTH = 800.0  # of a comment
HALF = 396.0  # two such cards, with a space between them, stand side by side
SCALE = 2  # device pixels for each CSS pixel
MARGIN = 18.0
TITLE, HEADING, TEXT, SMALL = 15.0, 12.5, 12.0, 11.5

INK = "#1f2328"
MUTED = "#59636e"
GRID = "#e4e8ec"
AXIS = "#8c959f"
BORDER = "#d0d7de"
PAPER = "#ffffff"
RIGHT, WRONG = "#0072B2", "#D55E00"

# Okabe and Ito's colours without yellow and black: distinct for all common kinds of colour blindness.
# https://jfly.uni-koeln.de/color/
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#6e7781")
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)))


class ModelStyle(NamedTuple):
    """How a model looks in every plot; no two models of the first 21 share all three."""

    colour: str
    marker: str
    dashes: str | tuple[float, tuple[float, ...]]


def model_style(index: int) -> ModelStyle:
    """The look of the model at a position of the configuration."""
    turn = index // len(_COLOURS)
    marker = _MARKERS[(index + 2 * turn) % len(_MARKERS)]
    return ModelStyle(_COLOURS[index % len(_COLOURS)], marker, _DASHES[turn % len(_DASHES)])


def model_styles(evaluation: Evaluation) -> dict[str, ModelStyle]:
    """The look of each model, by name."""
    return {model.name: model_style(index) for index, model in enumerate(evaluation.models)}


def leading(evaluation: Evaluation, models: tuple[ModelEvaluation, ...], most: int) -> tuple[ModelEvaluation, ...]:
    """At most so many of the models: the best by the primary metric on validation rows, in the given order."""
    if len(models) <= most:
        return models
    sign = 1 if evaluation.primary.greater_is_better else -1

    def rank(model: ModelEvaluation) -> float:
        score = model.score(evaluation.primary.name)
        value = None if score is None else score.value
        return float("-inf") if value is None or math.isnan(value) else sign * value

    best = sorted(models, key=rank, reverse=True)[:most]
    return tuple(model for model in models if model in best)


def shown_of(shown: int, total: int, what: str = "models") -> str:
    """Words that tell of a cap: "best 6 of 20 models"; nothing when all are shown."""
    return "" if shown >= total else f"best {shown} of {total} {what}".strip()
