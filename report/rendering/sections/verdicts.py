"""Did this change make the model better? One line a model, and on which rows, against what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ...core.numbers import format_count, format_duration
from ..document import Block, Bullets, Line, Paragraph, code, line, marked, plain, strong
from ..escaping import shorten
from .comparing import (
    change_text,
    compared,
    confidence,
    interval_of,
    interval_text,
    is_decided,
    marked_verdict,
    ordered_pairs,
    size_text,
)
from .context import Context, counted, date_text, metric_text, sentence_title, short_commit

if TYPE_CHECKING:
    from ...core.comparison import BaseSide, MetricChange, ModelPair
    from ...core.results import MetricInfo

_LISTED = 10  # models told one by one
_REASON = 300  # characters of a reason
_NOT_COMPARED = {
    "none": "There is no base to compare with",
    "failed": "Not compared: base could not be trained",
    "not comparable": "Not comparable with base",
}


def verdict_blocks(context: Context) -> list[Block]:
    """The verdict on each compared model, best first, or why there is none; nothing when none was asked for."""
    base = compared(context)
    if base is None:
        return _not_compared(context)
    primary = context.head.primary
    told = [(pair, change) for pair in ordered_pairs(context, base) if (change := pair.change(primary.name))]
    lines = [_verdict(pair, change, primary, base, named=len(context.head.models) > 1) for pair, change in told]
    if not lines:
        return [Paragraph(plain("No model could be compared with base."))]
    unjudged = [Paragraph(line("No verdict: ", *marked(_sentence(base.unjudged))))] if base.unjudged else []
    more = [plain(f"and {len(lines) - _LISTED} more: see the table of models")] if len(lines) > _LISTED else []
    first, *others = lines[:_LISTED]
    return [*unjudged, Paragraph(first), *([Bullets((*others, *more))] if others else [])]


def base_blocks(context: Context) -> list[Block]:
    """What head was compared with, on which rows, and what the intervals leave out; or why it was not."""
    base = context.comparison.base
    if base is None or base.status != "compared":
        return _not_compared(context, first_use=True)
    scope = Paragraph((*_base(context, base), *_rows(base), *_held_fixed(context, base)), muted=True)
    unpaired = _unpaired(context, base)
    return [*([Paragraph(unpaired)] if unpaired else []), scope]


def _not_compared(context: Context, *, first_use: bool = False) -> list[Block]:
    """Why nothing was compared: above all else, but at first use, where nothing could be."""
    base = context.comparison.base
    if base is None or base.status == "compared" or (base.status == "none") is not first_use:
        return []
    reason = _sentence(base.reason or "no reason is known")
    said = _NOT_COMPARED[base.status]
    return [Paragraph(line(said if first_use else strong(said), ": ", *marked(reason)))]


def _verdict(pair: ModelPair, change: MetricChange, metric: MetricInfo, base: BaseSide, *, named: bool) -> Line:
    """`forest: accuracy 0.9120 → 0.9210 (+0.90 pt, 95% CI +0.30 … +1.50): improved`."""
    was = f" (was {pair.base})" if pair.base and pair.base != pair.head else ""
    name = (strong(pair.head or ""), f"{was}: ") if named or was else ()
    values = f"{metric_text(change.base, metric)} → {metric_text(change.head, metric)}"
    detail = f"({change_text(change.difference, metric)}{_fits(pair, change, base)}{interval_of(change, metric)})"
    verdict = marked_verdict(change.verdict)
    said = strong(verdict) if is_decided(change.verdict) else verdict
    explained = f"{_explained(pair, change, metric)}.{_by_folds(change, metric)}"
    return line(*name, f"{sentence_title(metric)} {values} {detail}: ", said, explained)


def _by_folds(change: MetricChange, metric: MetricInfo) -> str:
    """` By 5 folds: +1.20 pt, 95% CI +0.40 … +2.00: improved; the folds tell more.` It decides nothing: no mark."""
    folds = change.folds
    if folds is None:
        return ""
    interval = f", {confidence(folds.interval)} {interval_text(folds.interval, metric)}" if folds.interval else ""
    more = "the folds tell more" if folds.tells_more else "the validation rows tell more"
    return f" By {folds.n_folds} folds: {change_text(folds.difference, metric)}{interval}: {folds.verdict}; {more}."


def _fits(pair: ModelPair, change: MetricChange, base: BaseSide) -> str:
    """Of how many fits the values are, where that matters."""
    if base.n_folds:
        return ""
    if pair.seeds:
        return f", mean of {counted(len(pair.seeds), 'seed')}"
    is_same = pair.predictions is not None and pair.predictions.n_changed == 0 and change.difference == 0
    return "" if pair.is_fixed or is_same or change.why is not None else " of these two fits"


def _explained(pair: ModelPair, change: MetricChange, metric: MetricInfo) -> str:
    if change.why is not None:
        return f": {shorten(change.why, _REASON).rstrip('.')}"
    if change.verdict == "no worse":
        return f" by more than {size_text(change.margin, metric)}"
    if change.verdict != "unclear":
        return ""
    if pair.predictions is not None and pair.predictions.n_changed == 0 and change.difference == 0:
        return ", not one prediction changed"
    if change.detectable is None:
        return ", nothing is known of its uncertainty"
    return f", these rows would show a change of {size_text(change.detectable, metric)}"


def _base(context: Context, base: BaseSide) -> Line:
    commit = (" ", code(short_commit(base.commit))) if base.commit else ()
    how = f", {base.how}" if base.how else ""
    cached = f", from the cache: made {_age(base.cached, context.comparison.run.started)}" if base.cached else ""
    own = ", in an environment of its own" if base.own_environment else ""
    return line("Base is", *commit, f"{how}{own}{cached}. ") if commit or how or cached or own else ()


def _age(made: str, now: str) -> str:
    """When something was made, and how long ago that was."""
    try:
        seconds = (datetime.fromisoformat(now) - datetime.fromisoformat(made)).total_seconds()
    except (TypeError, ValueError):  # no date, or one without a time zone
        return date_text(made)
    return f"{date_text(made)}, {_ago(max(0.0, seconds))} before this run"


def _ago(seconds: float) -> str:
    days, hours = int(seconds // 86400), int(seconds // 3600)
    return counted(days, "day") if days >= 2 else counted(hours, "hour") if hours >= 2 else format_duration(seconds)


def _rows(base: BaseSide) -> Line:
    scored = f"Both were scored on the same {counted(base.n_paired, 'validation row')}"
    if base.n_folds:
        scored = f"{scored}, each by models that had not seen it (the same {base.n_folds} folds)"
    if not base.n_left_out:
        return plain(f"{scored}. ")
    why = f": {_sentence(base.left_out)}" if base.left_out else "."
    verb = "was" if base.n_left_out == 1 else "were"
    return line(f"{scored}; {format_count(base.n_left_out)} more {verb} left out", *marked(why), " ")


def _held_fixed(context: Context, base: BaseSide) -> Line:
    """Whether luck in training is in the intervals, and how large it is where seeds tell."""
    primary = context.head.primary
    [pair, *_] = [*ordered_pairs(context, base), None]
    if pair is None or pair.is_fixed:
        return ()
    if base.n_folds:
        return plain("Intervals are no narrower than the corrected t test over the folds has them.")
    if not pair.seeds:
        return plain("Intervals hold the fitted models fixed: they leave out luck in training.")
    held = f"Values are means over {counted(len(pair.seeds), 'seed')}, and the intervals hold luck in training too"
    change = pair.change(primary.name)
    if change is None or change.spread is None:
        return plain(f"{held}.")
    before, after = (size_text(spread, primary) for spread in change.spread)
    bands = f" varies by ±{after} (head), ±{before} (base)."
    return line(f"{held}. Over the seeds, {sentence_title(primary)} of ", strong(pair.head or ""), bands)


def _unpaired(context: Context, base: BaseSide) -> Line:
    """The models that have no verdict, and why."""
    primary = context.head.primary.name
    missing = [pair for pair in base.pairs if pair.change(primary) is None]
    if not missing:
        return ()
    parts = [(strong(pair.head or pair.base or ""), *marked(f" {_why(pair)}")) for pair in missing[:_LISTED]]
    more = f"; and {len(missing) - _LISTED} more" if len(missing) > _LISTED else ""
    joined = [span for part in parts for span in (*part, *plain("; "))][:-1]
    return line("Without a verdict: ", *joined, f"{more}.")


def _why(pair: ModelPair) -> str:
    reason = f": {shorten(pair.reason, _REASON).rstrip('.')}" if pair.reason else ""
    said = {"added": "is new", "removed": "was removed", "failed": "failed in base"}
    return f"{said.get(pair.status, 'could not be compared')}{reason}"


def _sentence(text: str | None) -> str:
    return f"{shorten(text or '', _REASON).rstrip('.')}."
