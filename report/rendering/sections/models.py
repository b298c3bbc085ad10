"""Every model × metric, on validation and training data; the best value of each metric in bold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...core.numbers import MISSING, format_number
from ..document import (
    Block,
    Cell,
    Code,
    Column,
    Fold,
    Line,
    Paragraph,
    Section,
    Table,
    below,
    line,
    marked,
    plain,
    strong,
)
from ..escaping import NO_BREAK, shorten
from .charts import comparison_chart
from .comparing import change_mark, change_text, compared, interval_text, is_decided, is_wide
from .context import LONGEST_NAME, Context, best_marked, counted, directed_title, metric_text, rest_of, value_column
from .layout import Track, tables_of
from .worth import guessed, of_few

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...core.comparison import BaseSide, ModelPair
    from ...core.results import MetricInfo, ModelEvaluation, Score

ID = "models"
_LOSS = "loss"  # the metric that is always reported
_REASON = 60  # characters of the reason for a failure, in the table
_WHOLE = 4000  # and below it
_NOTES = 10  # notes on values
_NOTE = 300  # characters of one
_NOT_APPLICABLE = "n/a"


def build(context: Context) -> Section:
    failed = [model for model in context.head.models if model.status != "ok"]
    blocks = (
        *_tables(context, failed),
        *_legend(context),
        *_whys(failed),
        *context.figures("models"),
        *comparison_chart(context),
    )
    return Section(ID, "Models", blocks)


def _tables(context: Context, failed: Sequence[ModelEvaluation]) -> list[Table]:
    """The models with their scores; those that failed end the first table."""
    models = context.evaluated
    names = Track(Column("Model"), [_name(model, context) for model in models])
    first, *others = tables_of(names, _shown(context))
    missing = [plain(MISSING)] * (len(first.columns) - 1)
    ended = [*(_name(model, context) for model in failed), *_removed(context)]
    rows = (*first.rows, *((name, *missing) for name in ended))
    return [replace(first, rows=rows), *(table for table in others if table.rows)]


def _shown(context: Context) -> list[Track]:
    """A column a metric; the loss has none where a metric that was asked for says the same."""
    tracks = {metric.name: _metric_track(context.evaluated, metric) for metric in context.head.metrics}
    loss = tracks.get(_LOSS)
    twins = [track for name, track in tracks.items() if loss and name != _LOSS and track.cells == loss.cells]
    return [
        _with_changes(context, metric, tracks[metric.name])
        for metric in context.head.metrics
        if metric.name != _LOSS or not twins or not loss or not loss.cells
    ]


def _name(model: ModelEvaluation, context: Context) -> Cell:
    about = _estimator(model) if model.status == "ok" else _failure(model)
    return line(strong(shorten(model.name, LONGEST_NAME)), below(about), *_fate(model, context))


def _fate(model: ModelEvaluation, context: Context) -> Line:
    """What became of the model between base and head, where that is worth a word."""
    base = compared(context)
    pair = base.pair(model.name) if base else None
    if pair is None:
        return ()
    primary = context.head.primary
    if model.status != "ok" and (change := pair.change(primary.name)):
        return (below(f"base{NO_BREAK}{metric_text(change.base, primary)}"),)
    reason = f": {shorten(pair.reason, _REASON)}" if pair.reason else ""
    fates = {
        "added": "new",
        "renamed": f"was {shorten(pair.base or '', LONGEST_NAME)}",
        "failed": f"base failed{reason}",
    }
    return (below(fates[pair.status]),) if pair.status in fates else ()


def _removed(context: Context) -> list[Cell]:
    base = compared(context)
    gone = [pair.base or "" for pair in (base.pairs if base else ()) if pair.status == "removed"]
    return [line(strong(shorten(name, LONGEST_NAME)), below("removed")) for name in gone]


def _estimator(model: ModelEvaluation) -> str:
    return shorten(model.estimator.replace(":", ".").rpartition(".")[2], LONGEST_NAME)


def _failure(model: ModelEvaluation) -> str:
    return f"{model.status}: {shorten(model.reason or 'no reason given', _REASON)}"


def _metric_track(models: Sequence[ModelEvaluation], metric: MetricInfo) -> Track:
    scores = [model.score(metric.name) for model in models]
    values = [None if score is None else score.value for score in scores]
    texts = [_text(score, metric) for score in scores]
    comparable = len({score.note for score in scores if score is not None}) <= 1  # not a log loss with a hinge loss
    large = best_marked(texts, values, metric) if comparable else [plain(text) for text in texts]
    cells = [cell + _training(model, metric) for cell, model in zip(large, models, strict=True)]
    return Track(value_column(directed_title(metric)), cells)


def _with_changes(context: Context, metric: MetricInfo, track: Track) -> Track:
    """The track with the value in base and the change to head below that of head."""
    base = compared(context)
    if base is None:
        return track
    pairs = [base.pair(model.name) for model in context.evaluated]
    shown = [_text(model.score(metric.name), metric) for model in context.evaluated]
    cells = [cell + _change(pair, metric, above) for cell, pair, above in zip(track.cells, pairs, shown, strict=True)]
    return track._replace(cells=cells)


def _change(pair: ModelPair | None, metric: MetricInfo, above: str) -> Line:
    """Base and the change to head. above : head as it is shown there, which may be of another fit or other rows."""
    change = None if pair is None else pair.change(metric.name)
    if pair is None or change is None:
        return ()
    before = f"base{NO_BREAK}{metric_text(change.base, metric)}"
    head = metric_text(change.head, metric)
    if change.spread is not None:  # both are means, and the value above is that of one fit
        seeds = counted(len(pair.seeds), "seed").replace(" ", NO_BREAK)
        before = f"{seeds}:{NO_BREAK}{head}, {before}"
    elif head != above:
        before = f"as{NO_BREAK}compared:{NO_BREAK}{head}, {before}"
    change_of = f"{change_mark(change.verdict)}{change_text(change.difference, metric)}"
    interval = change.interval
    ends = (below(_unbroken(interval_text(interval, metric))),) if is_wide(interval) else ()
    return (below(before), below(change_of, strong=is_decided(change.verdict)), *ends)


def _unbroken(text: str) -> str:
    return text.replace(" ", NO_BREAK)


def _text(score: Score | None, metric: MetricInfo) -> str:
    if score is not None and score.value is None and score.status != "ok":
        return _NOT_APPLICABLE if score.status == "not applicable" else score.status
    return metric_text(None if score is None else score.value, metric)


def _training(model: ModelEvaluation, metric: MetricInfo) -> Line:
    score = model.score(metric.name, "train")
    return (
        () if score is None or score.value is None else (below(f"train{NO_BREAK}{metric_text(score.value, metric)}"),)
    )


def _legend(context: Context) -> list[Block]:
    parts = ["Large: validation, small: training. ↑ greater is better, ↓ smaller is better"]
    if len(context.evaluated) > 1:
        parts.append("; bold: best on validation")
    base = compared(context)
    if base is not None and any(pair.changes for pair in base.pairs):
        parts.append(_explained(context, base))
    notes = list(dict.fromkeys(note for metric in context.head.metrics for note in _notes(context, metric)))
    shown = [Paragraph(note, muted=True) for note in notes[:_NOTES]]
    legend = Paragraph(plain(f"{''.join(parts)}."), muted=True)
    return [legend, *guessed(context), *shown, *rest_of(len(notes) - _NOTES, "note"), *of_few(context)]


def _explained(context: Context, base: BaseSide) -> str:
    """How to read the values of base and the changes."""
    rows = f" on the {counted(base.n_paired, 'row')} that both were scored on" if base.n_left_out else ""
    intervals = {change.interval.level for pair in base.pairs for change in pair.changes if change.interval}
    level = f", with the {format_number(100 * max(intervals), 0)}% confidence interval" if intervals else ""
    points = "; pt: hundredths" if any(metric.is_share for metric in context.head.metrics) else ""
    return f". Base and the change from it{rows}{level}: ▲ improved, ▼ worse, no mark: not certain{points}"


def _notes(context: Context, metric: MetricInfo) -> list[Line]:
    """What to know of the values of one metric, and why some are missing: each text once, with its models."""
    grouped: dict[str, list[str]] = {}
    for model in context.evaluated:
        for score in model.scores:
            text = score.reason or score.note or ""
            if score.metric == metric.name and text not in metric.title and model.name not in grouped.get(text, ()):
                grouped.setdefault(text, []).append(model.name)
    return [
        line(f"{metric.title}, ", strong(", ".join(models)), ": ", *marked(shorten(text, _NOTE)))
        for text, models in grouped.items()
    ]


def _whys(failed: Sequence[ModelEvaluation]) -> list[Block]:
    blocks = [block for model in failed for block in _why(model)]
    return [Fold("Why a model failed" if len(failed) == 1 else "Why models failed", tuple(blocks))] if blocks else []


def _why(model: ModelEvaluation) -> list[Block]:
    reason = model.reason or "no reason given"
    head = Paragraph(line(strong(model.name), f" {model.status}:"))
    blocks: list[Block] = [head, Code(reason[-_WHOLE:])]
    return (
        [*blocks, Paragraph(plain("The last that it printed:")), Code(model.output[-_WHOLE:])]
        if model.output
        else blocks
    )
