"""Quantities in other units: whether head's labels are a function of base's, and which one, in words.

A function is accepted where it holds for 95% of the labels that changed, and of all labels: a few edited labels beside
it do not hide it, and a few corrected labels are no function. It is looked for twice, exactly first, then as far as
rounded labels allow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .longest_run import longest_run

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Slack = Callable[[Floats], float]  # labels → how far from a function they may be

EXACT = 1e-6  # of the spread and of the value: what float32 and sums in another order leave
AGREE = 0.95  # of the rows
FEWEST = 20  # changed labels: fewer lie on a line, or in order, by luck
_ROUNDED = 0.01  # of the spread: what rounding of labels leaves
_NEAR = 0.1  # of the spread or the value: so far labels move that are measured again
_HALF = 0.51  # of a step, and a little for sums in another order
_DIGITS = 5  # of a slope
_MOST_ROWS = 5_000
_NORMAL_IQR = 1.349  # the interquartile range of a normal distribution, in standard deviations


class _Form(NamedTuple):
    """A function that labels are put through before a line; words : with {} for the label."""

    words: str
    function: Callable[[Floats], Floats]


_IDENTITY = _Form("{}", lambda labels: labels)
_FORMS = (
    _Form("log({})", np.log),
    _Form("log1p({})", np.log1p),
    _Form("sqrt({})", np.sqrt),
    _Form("square of {}", np.square),
    _Form("absolute value of {}", np.abs),
    _Form("1 / {}", np.reciprocal),
)
_BASES = {1 / np.log(10): "log10({})", 1 / np.log(2): "log2({})"}


class _Line(NamedTuple):
    slope: float
    intercept: float


def spread(labels: Floats) -> float:
    """The standard deviation of labels, by their quartiles where these differ; 1 where all labels are equal."""
    low, high = np.quantile(labels, [0.25, 0.75])
    return float((high - low) / _NORMAL_IQR or labels.std() or 1.0)


def is_changed(base: Floats, head: Floats) -> NDArray[np.bool_]:
    """(n_rows,): whether a label differs by more than rounding."""
    size = np.maximum(np.abs(base), np.abs(head))
    both_missing = np.isnan(base) & np.isnan(head)
    return ~(np.abs(head - base) <= EXACT * size) & ~both_missing


def quantity_map(base: Floats, head: Floats) -> str | None:
    """The function of base's labels that head's are, in words; None where they are none, or mean the same.

    base, head : (n_rows,) of the same rows. Labels that moved by less than a hundredth of their spread mean the same.
    """
    known = np.isfinite(base) & np.isfinite(head)
    base, head = base[known], head[known]
    changed = is_changed(base, head)
    if np.count_nonzero(changed) < FEWEST:
        return None
    base, head, changed = _some(base, head, changed)
    if _agrees(base[changed], head[changed], _rounding(head)):
        return None
    if exact := _formula(base, head, changed, lambda labels: EXACT * spread(labels)):
        return exact
    return None if _is_near(base, head) else _formula(base, head, changed, _rounding) or _in_order(base, head)


def _is_near(base: Floats, head: Floats) -> bool:
    """Whether half of the labels are about what they were: measured again, rounded or cut off, in the same unit."""
    near = np.abs(head - base) <= _NEAR * np.maximum(np.abs(base), spread(base))
    return bool(2 * np.count_nonzero(near) >= len(near))


def _rounding(labels: Floats) -> float:
    """How far rounding may move a label: half the step between labels, at least 1% and at most 10% of their spread."""
    size, steps = spread(labels), np.diff(np.unique(labels))
    return float(np.clip(_HALF * steps.min(initial=np.inf), _ROUNDED * size, _NEAR * size))


def _some(base: Floats, head: Floats, changed: NDArray[np.bool_]) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """At most 5,000 of the changed rows and as many of the others, always the same ones."""
    drawn = np.random.default_rng(0)
    rows = [
        part if len(part) <= _MOST_ROWS else drawn.choice(part, _MOST_ROWS, replace=False)
        for part in (np.flatnonzero(changed), np.flatnonzero(~changed))
    ]
    shown = np.concatenate(rows)
    return base[shown], head[shown], changed[shown]


def _formula(base: Floats, head: Floats, changed: NDArray[np.bool_], slack: Slack) -> str | None:
    """The first form that holds, of base's label, else of head's."""
    if words := _held(_IDENTITY, base, head, changed, slack):
        return f"head's label = {_of(words, 'base')}"
    for names, before, after in ((("head", "base"), base, head), (("base", "head"), head, base)):
        for form in _FORMS:
            if words := _held(form, before, after, changed, slack):
                result, given = names
                return f"{result}'s label = {_of(words, given)}"
    return None


def _of(words: str, side: str) -> str:
    return words.format(f"{side}'s")


def _held(form: _Form, before: Floats, after: Floats, changed: NDArray[np.bool_], slack: Slack) -> str | None:
    """The form with its line in words, when `after` is this function of `before`."""
    given = form.function(before)
    usable = changed & np.isfinite(given)
    if np.count_nonzero(usable) < AGREE * np.count_nonzero(changed):
        return None
    given = np.where(np.isfinite(given), given, np.inf)
    near = slack(after[changed])
    for line in _lines(given[usable], after[usable], near):
        if line is not None and _holds(line, given, after, changed, near):
            short = (_Line(*(_rounded(part, digits) for part in line)) for digits in range(1, _DIGITS))
            return _told(form, next((other for other in short if _holds(other, given, after, changed, near)), line))
    return None


def _lines(given: Floats, after: Floats, slack: float) -> tuple[_Line | None, ...]:
    """The form itself, the line through zero, and any line: the simplest that holds is the one that is told."""
    nonzero = given != 0
    ratio = _Line(float(np.median(after[nonzero] / given[nonzero])), 0.0) if nonzero.any() else None
    return (_Line(1.0, 0.0), _refined(ratio, given, after, slack), _refined(_robust(given, after), given, after, slack))


def _robust(given: Floats, after: Floats) -> _Line | None:
    """The median of slopes between the lower and the upper third, which a few other rows do not move."""
    order = np.argsort(given, kind="stable")
    third = max(1, len(order) // 3)
    low, high = order[:third], order[-third:]
    apart = given[high] > given[low]
    if not apart.any():
        return None
    slope = float(np.median((after[high] - after[low])[apart] / (given[high] - given[low])[apart]))
    return _Line(slope, float(np.median(after - slope * given))) if slope else None


def _refined(line: _Line | None, given: Floats, after: Floats, slack: float) -> _Line | None:
    """The line by least squares of the rows that are near it."""
    if line is None or not np.isfinite(line).all():
        return None
    near = np.abs(after - line.slope * given - line.intercept) <= 3 * slack
    if np.count_nonzero(near) < FEWEST or np.ptp(given[near]) == 0:
        return line
    if line.intercept == 0:
        return _Line(float(given[near] @ after[near] / (given[near] @ given[near])), 0.0)
    middle, level = given[near].mean(), after[near].mean()
    slope = float((given[near] - middle) @ (after[near] - level) / np.square(given[near] - middle).sum())
    return _Line(slope, float(level - slope * middle))


def _holds(line: _Line, given: Floats, after: Floats, changed: NDArray[np.bool_], slack: float) -> bool:
    answer = line.slope * given + line.intercept
    fits = np.abs(after - answer) <= slack + EXACT * np.abs(after)
    return bool(fits.mean() >= AGREE and fits[changed].mean() >= AGREE)


def _agrees(before: Floats, after: Floats, slack: float) -> bool:
    return bool((np.abs(after - before) <= slack).mean() >= AGREE)


def _told(form: _Form, line: _Line) -> str:
    """`1,000 × {}`, `1.8 × {} + 32`, `log10({})`."""
    words, slope = form.words, line.slope
    for known, name in _BASES.items() if form.words == "log({})" else ():
        if np.isclose(slope, known, rtol=1e-4):
            words, slope = name, 1.0
    scaled = words if _digits(slope) == "1" else f"{_digits(slope)} × {words}"
    if slope == -1 or _digits(slope) == "-1":
        scaled = f"−{words}"
    if line.intercept == 0:
        return scaled.replace("-", "−")
    sign = "+" if line.intercept > 0 else "−"
    return f"{scaled} {sign} {_digits(abs(line.intercept))}".replace("-", "−")


def _digits(value: float) -> str:
    """Five digits, without idle zeros."""
    rounded = _rounded(value, _DIGITS)
    return f"{rounded:,.10g}" if 1e-4 <= abs(rounded) < 1e7 else f"{rounded:.5g}"


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def _in_order(base: Floats, head: Floats) -> str | None:
    """Labels that keep the order of base's, or turn it round, by whatever function: ranks, classes of size, powers."""
    if not (_is_function(base, head) or _is_function(head, base)):
        return None
    for sign, words in ((1.0, "increasing"), (-1.0, "decreasing")):
        order = np.lexsort((sign * head, base))
        if longest_run(sign * head[order]) >= AGREE * len(base):
            return f"head's label is a monotone, {words} function of base's"
    return None


def _is_function(before: Floats, after: Floats) -> bool:
    """Whether rows of one label on one side have one label on the other."""
    order = np.lexsort((after, before))
    starts = np.flatnonzero(np.r_[True, np.diff(before[order]) != 0])
    counts = np.diff(np.r_[starts, len(order)])
    middle = after[order][starts + counts // 2]
    return bool((~is_changed(np.repeat(middle, counts), after[order])).mean() >= AGREE)
