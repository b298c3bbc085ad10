"""Output samples: what every model says of some rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.numbers import format_share
from ..document import Block, Cell, Column, Fold, Paragraph, Section, line, plain, strong
from ..escaping import NO_BREAK, shorten
from .context import Context
from .layout import COMMENT_WIDTH, Track, fitting, table_of, track_width

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...core.results import SamplePrediction, Samples

ID = "samples"
_LONGEST = 30  # characters of a cell
_TITLES = {"new": "new rows", "validation": "validation rows", "worst": "worst errors on validation rows"}


def build(context: Context) -> Section | None:
    samples = [entry for entry in context.head.samples if entry.rows]
    if not samples:
        return None
    first, *others = samples
    folds = (Fold(_title(entry), _blocks(entry, context)) for entry in others)
    return Section(ID, f"Output samples: {_TITLES[first.kind]}", (*_blocks(first, context), *folds))


def _title(samples: Samples) -> str:
    return f"{_TITLES[samples.kind][:1].upper()}{_TITLES[samples.kind][1:]}"


def _blocks(samples: Samples, context: Context) -> tuple[Block, ...]:
    rows = _track("Row", samples.rows)
    truth = [] if samples.truth is None else [_track("Truth", samples.truth)]
    answers = [
        Track(_column(name), [answer_cell(prediction) for prediction in predictions])
        for name, predictions in samples.predictions.items()
    ]
    features = _features(samples)
    shown = fitting(features, COMMENT_WIDTH - sum(map(track_width, [rows, *truth, *answers])))
    legend = _legend(samples, len(features) - len(shown))
    figures = context.figures("samples", "worst_samples" if samples.kind == "worst" else "samples")
    return (*figures, table_of([rows, *shown, *truth, *answers]), *legend)


def _features(samples: Samples) -> list[Track]:
    if samples.images is not None:
        return []
    return [_track(name, (row[index] for row in samples.cells)) for index, name in enumerate(samples.columns)]


def _track(title: str, texts: Iterable[str]) -> Track:
    return Track(_column(title), [plain(shorten(text, _LONGEST)) for text in texts])


def _column(title: str) -> Column:
    return Column(shorten(title, _LONGEST))


def answer_cell(prediction: SamplePrediction) -> Cell:
    """An answer with its probability, marked where it is wrong."""
    text = shorten(prediction.text, _LONGEST)
    sure = "" if prediction.probability is None else f"{NO_BREAK}({format_share(prediction.probability)})"
    return line(f"✗{NO_BREAK}", strong(text), sure) if prediction.correct is False else plain(f"{text}{sure}")


def _legend(samples: Samples, left_out: int) -> list[Block]:
    answers = [answer for answers in samples.predictions.values() for answer in answers]
    parts = []
    if any(answer.correct is False for answer in answers):
        parts.append("✗ and bold: wrong.")
    if any(answer.probability is not None for answer in answers):
        parts.append("In brackets: the model's probability of its answer.")
    if left_out:
        parts.append(f"Columns without room here: {left_out}.")
    return [Paragraph(plain(" ".join(parts)), muted=True)] if parts else []
