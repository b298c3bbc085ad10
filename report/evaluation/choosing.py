"""From names and import paths to metrics; scikit-learn's scoring names are understood."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.errors import MetricError, Place, Problem, gathered
from ..core.importing import nearest
from ..core.values import Target, Task
from .metrics import DEFAULTS, LOSS, METRICS, Metric
from .metrics.own import FunctionMetric, own_metric
from .metrics.regression import d2_pinball_metric, pinball_metric

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..config.schema import OwnMetric

_LONGEST_LIST = 150  # characters of a list of names
_LONGEST_NAME = 40
_QUANTILE_METRICS = {"pinball": pinball_metric, "d2_pinball": d2_pinball_metric}
_QUANTILE_NAME = re.compile(r"(?P<stem>pinball|d2_pinball)_(?P<quantile>0?\.\d+)")
_OF_CLUSTERINGS = frozenset((
    "adjusted_mutual_info", "adjusted_rand", "calinski_harabasz", "completeness", "davies_bouldin", "fowlkes_mallows",
    "homogeneity", "mutual_info", "normalized_mutual_info", "rand", "silhouette", "v_measure",
))  # fmt: skip
_BY_NAME = {name: metric for metric in METRICS for name in (metric.info.name, *metric.aliases)}


def choose_metrics(
    wanted: tuple[str | OwnMetric, ...], target: Target, *, root: Path, keys: Sequence[str] = ()
) -> tuple[Metric, ...]:
    """The metrics of a report in their order, the primary one first; those usual for the task when none are wanted.

    A metric keeps the name that it was asked for by, but for scikit-learn's negated scores: "neg_log_loss" is
    "log_loss", smaller is better. keys : where in the configuration each is asked for, when not in `metrics`.
    Raises MetricError with every problem: an unknown name, a metric of another task, two of one name.
    """
    problems: list[Problem] = []
    chosen: list[Metric] = []
    for index, entry in enumerate(wanted or DEFAULTS[target.task]):
        with gathered(problems):
            chosen.append(_chosen(entry, target, root, keys[index] if keys else f"metrics[{index}]"))
    problems.extend(_clashes(chosen))
    if problems:
        raise MetricError.of(tuple(problems))
    return tuple({metric.info.name: metric for metric in chosen}.values())


def unknown_metrics(wanted: Sequence[str | OwnMetric], keys: Sequence[str], *, root: Path) -> tuple[Problem, ...]:
    """What is wrong with metrics whatever the data are: names that no task knows, functions that cannot be imported.

    keys : where in the configuration each is asked for.
    """
    problems: list[Problem] = []
    for entry, key in zip(wanted, keys, strict=True):
        with gathered(problems):
            _ = _named(entry, None, key) if isinstance(entry, str) else own_metric(entry, root, key)
    return tuple(problems)


def known_names(task: Task) -> tuple[str, ...]:
    """The metrics of a task, in the order of the documentation."""
    return tuple(metric.info.name for metric in METRICS if task in metric.tasks)


def usual_metrics(task: Task) -> tuple[str, ...]:
    """The metrics of a configuration that names none."""
    return DEFAULTS[task]


def _chosen(entry: str | OwnMetric, target: Target, root: Path, key: str) -> Metric:
    metric = _named(entry, target.task, key) if isinstance(entry, str) else own_metric(entry, root, key)
    if target.task not in metric.tasks:
        raise _wrong_task(metric, target, key)
    return metric


def _named(name: str, task: Task | None, key: str) -> Metric:
    """A metric by name. task : for the hint, where it is known."""
    plain = _plain(name)
    stripped = plain.removeprefix("neg_")
    known = _by_known_name(stripped) or _by_known_name(stripped.removesuffix("_score"))
    if known is None:
        raise _unknown(name, task, key)
    if plain != stripped or known is LOSS or known.info.name == name:
        return known
    return replace(known, info=replace(known.info, name=name))


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().casefold())


def _by_known_name(name: str) -> Metric | None:
    match = _QUANTILE_NAME.fullmatch(name)
    if match and 0 < float(match["quantile"]) < 1:
        return _QUANTILE_METRICS[match["stem"]](float(match["quantile"]), name)
    return _BY_NAME.get(name)


def _unknown(name: str, task: Task | None, key: str) -> MetricError:
    shown, place = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…", Place(key=key)
    if _plain(name).removesuffix("_score") in _OF_CLUSTERINGS:
        hint = f"use {', '.join(DEFAULTS[task])}" if task else "use a metric of classes, or of numbers"
        return MetricError(f"'{shown}' compares clusterings, which are not reported", place=place, hint=hint)
    if "." in name and _QUANTILE_NAME.fullmatch(name) is None:
        hint = f"an own function is written {{function: {shown}, greater_is_better: true}}"
    else:
        known = tuple(metric.info.name for metric in METRICS) if task is None else known_names(task)
        near = nearest(name, known) or nearest(name, tuple(_BY_NAME))
        hint = " ".join(filter(None, (near, f"For {task.value}: {_listed(known)}" if task else "")))
    return MetricError(f"there is no metric '{shown}'", place=place, hint=hint or f"such as {_listed(known)}")


def _wrong_task(metric: Metric, target: Target, key: str) -> MetricError:
    """Where it is of the other kind of task, the way out is to say so; where it has averages, these are."""
    name, task = metric.info.name, target.task
    averages = _averages(name, task)
    is_other = all(one.is_classification is not task.is_classification for one in metric.tasks)
    other = _by_other_task(metric, target) if is_other else ""
    return MetricError(
        f"'{name}' is for {_in_words(metric.tasks)}, and this is {task.value}",
        place=Place(key=key),
        hint=f"use {_listed(averages or (DEFAULTS[task] if is_other else known_names(task)))}{other}",
    )


def _averages(name: str, task: Task) -> list[str]:
    return [known for known in known_names(task) if known.startswith(f"{name}_")]


def _by_other_task(metric: Metric, target: Target) -> str:
    """The other task where the target allows it, and the metric or its averages are of it."""
    if target.other is None:
        return ""
    if target.other in metric.tasks:
        return f", or say `task: {target.other_task}`"
    averages = _averages(metric.info.name, target.other)
    return f", or say `task: {target.other_task}` and use {averages[0]}" if averages else ""


def _listed(names: Sequence[str]) -> str:
    """As many names as a message has room for."""
    listed = ", ".join(names)
    if len(listed) <= _LONGEST_LIST:
        return listed
    return f"{listed[:_LONGEST_LIST].rpartition(', ')[0]}, …"


def _in_words(tasks: tuple[Task, ...]) -> str:
    if all(task.is_classification for task in tasks) and len(tasks) == sum(t.is_classification for t in Task):
        return "classification"
    return " and ".join(task.value for task in tasks)


def _clashes(metrics: list[Metric]) -> list[Problem]:
    """Two different metrics of one name; the same one asked for twice is merely shown once."""
    by_name: dict[str, Metric] = {LOSS.info.name: LOSS}  # always in the report
    return [
        Problem(f"two metrics are called '{metric.info.name}'", Place(key="metrics"), "give one of them another `name`")
        for metric in metrics
        if _identity(by_name.setdefault(metric.info.name, metric)) != _identity(metric)
    ]


def _identity(metric: Metric) -> object:
    return metric if isinstance(metric, FunctionMetric) else metric.info
