"""A grid of samples that are images, with what the models say of them: wrong ones by colour and by symbol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...core.numbers import format_share
from . import style
from .canvas import Card, Drawing
from .scales import finite
from .text import POINTS, clean, fit, short_names, shorten, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from ...core.comparison import Comparison
    from ...core.results import SamplePrediction, Samples

MOST_MODELS, MOST_IMAGES = 3, 24
_TOP, _LINE = 44.0, 17.0
_RIGHT, _WRONG = "✓", "✗"


class Tile(NamedTuple):
    """One sample: its image, its label if it has one, and the answers by short model name."""

    image: NDArray[np.float64]
    truth: str | None
    answers: tuple[tuple[str, SamplePrediction], ...]

    @property
    def wrong(self) -> bool:
        return any(answer.correct is False for _, answer in self.answers)


def draw_samples(comparison: Comparison) -> Drawing | None:
    """New rows, or else validation rows."""
    titles = {"new": "Predictions on new data", "validation": "Predictions on validation rows"}
    for samples in comparison.head.samples:
        if samples.kind in titles and _usable(samples):
            return _draw(comparison, samples, titles[samples.kind])
    return None


def draw_worst(comparison: Comparison) -> Drawing | None:
    """The validation rows with the worst errors."""
    worst = next((s for s in comparison.head.samples if s.kind == "worst" and _usable(s)), None)
    return None if worst is None else _draw(comparison, worst, "Worst errors")


def _usable(samples: Samples) -> bool:
    return samples.images is not None and samples.images.size > 0 and bool(samples.predictions)


def _draw(comparison: Comparison, samples: Samples, title: str) -> Drawing:
    evaluation = comparison.head
    answering = tuple(model for model in evaluation.models if model.name in samples.predictions)
    models = [model.name for model in style.leading(evaluation, answering, MOST_MODELS)]
    tiles = _tiles(samples, models)
    columns = 8 if len(models) == 1 else 5
    wide = (style.WIDTH - 2 * style.MARGIN + 10) / columns
    side = wide - 22 if len(models) == 1 else 92.0
    lines = len(models) + (samples.truth is not None)
    high = side + 10 + _LINE * lines + 14
    caps = [_count(len(tiles), samples), style.shown_of(len(models), len(answering))]
    if len(models) == 1 and len(answering) == 1:
        caps.insert(0, shorten(models[0]))
    card = Card(
        title, _TOP + -(-len(tiles) // columns) * high, subtitle=" · ".join(filter(None, caps)), key=150, neutral=True
    )
    axes = _sheet(card)
    limits = _brightness(samples)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        left, top = style.MARGIN + column * wide, _TOP + row * high
        _picture(axes, tile, left, top, side, limits)
        _captions(card, tile, left, top + side + 18, wide - 10, named=len(models) > 1)
    if samples.truth is not None:
        _key(card)
    return Drawing(card, _alt(title, tiles, models))


def _tiles(samples: Samples, models: list[str]) -> list[Tile]:
    images = finite(samples.images)  # type: ignore[arg-type]  # there are images, see _usable
    names = short_names(models, 13)
    tiles = []
    for index, image in enumerate(images[:MOST_IMAGES]):
        answers = tuple((names[model], samples.predictions[model][index]) for model in models)
        tiles.append(Tile(image, None if samples.truth is None else samples.truth[index], answers))
    return tiles


def _sheet(card: Card) -> Axes:
    """Axes over the whole card, in CSS pixels from the top left."""
    axes = card.axes(0, 0, card.width, card.height)
    axes.set_axis_off()
    axes.set_xlim(0, card.width)
    axes.set_ylim(card.height, 0)
    return axes


def _brightness(samples: Samples) -> tuple[float, float]:
    values = finite(samples.images if samples.images is not None else [])
    values = values[~np.isnan(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    return low, high if high > low else low + 1.0


def _picture(axes: Axes, tile: Tile, left: float, top: float, side: float, limits: tuple[float, float]) -> None:
    from matplotlib.patches import Rectangle

    rows, columns = tile.image.shape
    scale = side / max(rows, columns)
    width, height = columns * scale, rows * scale
    axes.imshow(
        np.nan_to_num(tile.image, nan=limits[0]), cmap="gray", vmin=limits[0], vmax=limits[1], aspect="auto",
        extent=(left, left + width, top + height, top), interpolation="nearest" if scale >= 1 else "antialiased",
    )  # fmt: skip
    axes.set_xlim(0, axes.bbox.width / style.SCALE)
    axes.set_ylim(axes.bbox.height / style.SCALE, 0)
    colour, thick, kind = (style.WRONG, 3.0, "wrong") if tile.wrong else (style.BORDER, 1.0, "right")
    look: dict[str, Any] = {"edgecolor": colour, "linewidth": thick * POINTS, "gid": kind}
    axes.add_patch(Rectangle((left, top), width, height, fill=False, **look))


def _captions(card: Card, tile: Tile, left: float, baseline: float, wide: float, *, named: bool) -> None:
    if tile.truth is not None:
        card.text(left, baseline, fit(f"actual {clean(tile.truth)}", wide), colour=style.MUTED)
        baseline += _LINE
    for name, answer in tile.answers:
        x = left
        if answer.correct is not None:
            colour = style.RIGHT if answer.correct else style.WRONG
            card.text(x, baseline, _RIGHT if answer.correct else _WRONG, colour=colour, weight="bold")
            x += 15
        card.text(x, baseline, _answer(name, answer, wide - (x - left), named=named))
        baseline += _LINE


def _answer(name: str, answer: SamplePrediction, wide: float, *, named: bool) -> str:
    """The answer with as much beside it as there is room for."""
    label = shorten(answer.text, 14)
    share = "" if answer.probability is None else f" {format_share(answer.probability)}".replace(".0%", "%")
    start = f"{name}: " if named else ""
    for text in (f"{start}{label}{share}", f"{start}{label}"):
        if text_width(text, style.TEXT) <= wide:
            return text
    return fit(f"{shorten(name, 7)}: {label}" if named else label, wide)


def _count(shown: int, samples: Samples) -> str:
    total = len(samples.rows)
    return f"first {shown} of {total}" if total > shown else ""


def _key(card: Card) -> None:
    right = card.width - style.MARGIN
    for symbol, word, colour in ((_WRONG, "wrong", style.WRONG), (_RIGHT, "right", style.RIGHT)):
        right -= text_width(word, style.TEXT)
        card.text(right, 25, word, colour=style.MUTED)
        card.text(right - 15, 25, symbol, colour=colour, weight="bold")
        right -= 32


def _alt(title: str, tiles: list[Tile], models: list[str]) -> str:
    labelled = [tile for tile in tiles if tile.truth is not None]
    if not labelled:
        return f"{title}: {len(tiles)} images with the answers of {', '.join(map(clean, models))}."
    parts = []
    for index, model in enumerate(models):
        right = sum(tile.answers[index][1].correct is True for tile in labelled)
        parts.append(f"{clean(model)} right on {right} of {len(labelled)}")
    return f"{title}: {len(tiles)} images. {'; '.join(parts)}."
