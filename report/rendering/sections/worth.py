"""What the values of the models are worth: against guessing, and by the rows that they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..document import Paragraph, line, plain, strong
from ..escaping import shorten
from .context import LONGEST_NAME, metric_text, rest_of, sentence_title

if TYPE_CHECKING:
    from ..document import Block
    from .context import Context

_METRICS = 4  # that a guess is shown by
_LONGEST_GUESS = 100  # characters
_KINDS = 5  # notes on few rows
_FEW = 200  # characters of one


def guessed(context: Context) -> list[Block]:
    """What the same answer for every row scores, and the models that are no better."""
    guess = context.head.guess
    if guess is None:
        return []
    values = {score.metric: score.value for score in guess.scores if score.value is not None}
    shown = [metric for metric in context.head.metrics if metric.name in values][:_METRICS]
    if not shown:
        return []
    texts = ", ".join(
        f"{shorten(sentence_title(metric), LONGEST_NAME)} {metric_text(values[metric.name], metric)}"
        for metric in shown
    )
    told = f"Guessing ({shorten(guess.by, _LONGEST_GUESS)}): {texts}."
    return [*_no_better(context, guess.no_better), Paragraph(plain(told), muted=True)]


def _no_better(context: Context, names: tuple[str, ...]) -> list[Block]:
    if not names:
        return []
    primary = shorten(sentence_title(context.head.primary), LONGEST_NAME)
    models = ", ".join(shorten(name, LONGEST_NAME) for name in names[:_METRICS])
    more = f" and {len(names) - _METRICS:,} more" if len(names) > _METRICS else ""
    return [Paragraph(line(strong(models), f"{more}: no better than guessing by {primary}."))]


def of_few(context: Context) -> list[Block]:
    """The values that rest on few rows: those of all models that rest on the same ones together."""
    grouped: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for metric in context.head.metrics:
        found: dict[str, list[str]] = {}
        for model in context.evaluated:
            score = model.score(metric.name)
            if score is not None and score.few is not None:
                found.setdefault(score.few, []).append(model.name)
        for few, models in found.items():
            grouped.setdefault((few, tuple(models)), []).append(shorten(metric.title, LONGEST_NAME))
    notes = [_of_few(context, few, models, titles) for (few, models), titles in grouped.items()]
    return [*notes[:_KINDS], *rest_of(len(notes) - _KINDS, "note")]


def _of_few(context: Context, few: str, models: tuple[str, ...], titles: list[str]) -> Paragraph:
    whose = "" if len(models) == len(context.evaluated) else f" ({shorten(', '.join(models), _FEW)})"
    rest = "rests" if len(titles) == 1 else "rest"
    told = f"{', '.join(titles)}{whose} {rest} on few validation rows: {shorten(few, _FEW)}."
    return Paragraph(plain(told), muted=True)
