"""What runs in the base process: base's own configuration, data and models, judged by rows that head names."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .comparison.base.absent import check_files, explained, parts_apart, told_of_named
from .comparison.base.exchange import write_result
from .comparison.base.matching import NotComparable
from .comparison.base.pairing import FEW_ROWS
from .comparison.base.places import Places
from .comparison.base.question import Question, is_asked, read_question, read_start
from .comparison.base.row_files import ROWS, are_written, write_rows
from .comparison.classes import shared_classes, why_not_shared
from .comparison.cross_validation import held_out
from .comparison.labels import MANY
from .comparison.result import BaseModel, BaseResult, OwnMetric, described
from .config import load_config
from .core.errors import ReportError
from .core.faults import fault_of
from .core.loaded import loaded_files, together
from .core.run import every_package
from .core.values import Dataset, ModelRun, Notice, Predictions, Split, Target, Task
from .data import Leak, foreign_features, leaks, load_dataset, run_commands, side_rows, split_dataset
from .data.table import quoted
from .evaluation import FunctionMetric, choose_metrics, curve_scorer, evaluate, own_values
from .models import fit_models, prepare_workers
from .models.aligning import lost_cells, stacked
from .models.asking import of_unseen_cells

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from .comparison.base.question import Start
    from .config.schema import Config, MetricEntry
    from .core.progress import Progress
    from .evaluation.metrics import Metric

_ABSENT = ("base's commit has no", "there is no file", "no file matches")  # head's configuration may mend that
_OF_BASE = (
    "(base is read by the configuration of its own commit, so that this has to be mended in the base branch first)"
)
_LOOK = 0.02  # seconds between two looks for the question


def answer_question(folder: Path, *, root: Path, cores: int, progress: Progress, head: Path | None = None) -> None:
    """Hand over base's rows, wait for the rows that judge it, and write what its models predict into the exchange.

    root : the worktree of base. head : the same folder of head's checkout. cores : that its fits may keep busy.
    Whatever base does wrong is a result too, with its reason.
    """
    start, places = read_start(folder), Places.of(head or root, root)
    try:
        side = _load(start, places, progress)
        if not are_written(folder / ROWS):
            write_rows(side_rows(side.dataset, side.split), folder / ROWS, known=start.fingerprint)
        while not is_asked(folder):
            time.sleep(_LOOK)
        result = _compared(side, read_question(folder), cores, progress)
    except NotComparable as reason:
        result = BaseResult("not comparable", str(reason))
    except ReportError as error:
        result = BaseResult("failed", _reason(error, places))
    except Exception as error:  # noqa: BLE001 - an error of ours, shown as one: base's own code is guarded where called
        result = BaseResult("failed", fault_of(error))
    write_result(result, folder, packages=every_package())


def _reason(error: ReportError, places: Places) -> str:
    """What is the case, and where a hint holds: what head writes in its configuration changes nothing of base's."""
    told = explained(error, places)
    is_absent = told.problems != error.problems or any(problem.message.startswith(_ABSENT) for problem in told.problems)
    has_hint = any(problem.hint and problem.place.key for problem in told.problems)
    return f"{told}\n{_OF_BASE}" if has_hint and not is_absent else str(told)


@dataclass(frozen=True, eq=False)
class _Base:
    """What base's own configuration and data come to; plain : the configuration as plain values."""

    config: Config
    plain: Mapping[str, Any]
    dataset: Dataset
    split: Split
    places: Places
    leak: Leak
    notices: tuple[Notice, ...] = ()

    @property
    def root(self) -> Path:
        return self.places.base


def _load(start: Start, places: Places, progress: Progress) -> _Base:
    prepare_workers()
    config = load_config(start.config, start.overrides)
    plain = config.model_dump(mode="json", exclude_unset=True)
    config = config.model_copy(update={"data": config.data.model_copy(update={"new": None})})
    root = places.base
    if config.prepare:
        with progress.stage("Prepare"):
            run_commands(config.prepare, root, limit=config.compute.seconds, say=progress.say)
    with progress.stage("Data"):
        check_files(config.data, places)
        apart = parts_apart(config.data, places)
        config = config.model_copy(update={"data": places.data(config.data)})
        dataset = load_dataset(config.data, task=config.task, slices=config.slices, root=root)
        split = split_dataset(dataset, config.data)
        return _Base(config, plain, dataset, split, places, leaks(config.data, dataset, split, root), apart)


def _compared(base: _Base, question: Question, cores: int, progress: Progress) -> BaseResult:
    config, dataset, root = _training_only(base.config, question), base.dataset, base.root
    target = _own_target(dataset, question)
    judged, foreign, left_out = _judged(base, question)
    joined, parts = _with_judged_rows(
        replace(dataset, target=target, slices=None), base.split, question, judged, foreign
    )
    metrics = _metrics(question, joined.target, root)
    beside_loss = curve_scorer(metrics, joined.target)
    with progress.stage("Models"):
        runs = fit_models(
            config,
            joined,
            parts,
            root=root,
            score=None,
            cores=cores,
            curve_score=beside_loss,
            curves=question.curves,
            progress=progress,
        )
    runs = base.leak.marked(runs)
    evaluation = evaluate(joined, parts, runs, metrics, samples=0)
    own_metrics = _own_metrics(config, question, joined.target, root)
    n_own = len(dataset.keys)
    return described(
        replace(dataset, target=target),
        config=base.plain,
        models=tuple(
            BaseModel(
                model,
                _answers(run.validation, judged, n_own),
                _own_values(run, own_metrics, joined.target),
                {fit.seed: _answers(fit.validation, judged, n_own) for fit in run.seeds},
                run.is_fixed,
                held_out(run, question.train),
            )
            for model, run in zip(evaluation.models, runs, strict=True)
        ),
        n_scored=len(judged),
        left_out=left_out,
        code=together(loaded_files(root), *(run.code for run in runs)),
        notices=(
            *base.notices,
            *(() if foreign is None else _of_foreign(runs, foreign, dataset)),
            *(notice for run in runs for notice in told_of_named(run.reason, base.places, run.name)),
        ),
    )


def _of_foreign(runs: tuple[ModelRun, ...], foreign: pd.DataFrame, dataset: Dataset) -> tuple[Notice, ...]:
    """What became of cells of head's rows that base's data have none of."""
    return (*lost_cells(foreign, dataset.features, "of head's validation"), *of_unseen_cells(runs, "base"))


def _judged(base: _Base, question: Question) -> tuple[NDArray[np.int64], pd.DataFrame | None, str | None]:
    """The judged rows that base can predict, the features of those that it does not have, and why others are left out.

    Raises NotComparable when none is left.
    """
    truth, new = _truth(base.dataset.target, question), question.own < 0
    known = truth != -1 if _has_one_label(base.dataset.target.task) else np.ones(len(truth), dtype=np.bool_)
    if not (known & new).any():
        return np.flatnonzero(known), None, None
    rows = question.foreign[known[new]]
    foreign, why = foreign_features(rows, base.dataset, base.config.data, base.root, is_raw=question.foreign_is_raw)
    if foreign is not None:
        return np.flatnonzero(known), foreign, None
    left_out = f"they are not in base's data, and {why}"
    if not (known & ~new).any():
        raise NotComparable(f"none of head's validation rows can be compared: {left_out}")
    return np.flatnonzero(known & ~new), None, left_out


def _training_only(config: Config, question: Question) -> Config:
    """Nothing is fitted that is not compared; with base's own seeds where it has them, else with head's."""
    from .config.schema import CrossValidation

    asked = question.cross_validation
    folds = None
    if asked is not None:
        n_folds, repeats, shuffle, seed = asked
        folds = CrossValidation(folds=n_folds, repeats=repeats, shuffle=shuffle, seed=seed)
    return config.model_copy(update={"cross_validation": folds, "seeds": config.seeds or question.seeds})


def _metrics(question: Question, target: Target, root: Path) -> tuple[Metric, ...]:
    """Head's metrics, which base's training rows are scored by; those usual for the task where base has not all."""
    from pydantic import TypeAdapter

    from .config.schema import MetricEntry

    wanted = TypeAdapter(tuple[MetricEntry, ...]).validate_python(question.metrics)
    found = [metric for entry in wanted for metric in _metric(entry, target, root)]
    return tuple(found) or choose_metrics((), target, root=root)


def _metric(entry: MetricEntry, target: Target, root: Path) -> tuple[Metric, ...]:
    """A metric by base's code; nothing where base does not know it."""
    try:
        return choose_metrics((entry,), target, root=root)
    except ReportError:
        return ()


def _own_metrics(config: Config, question: Question, target: Target, root: Path) -> list[Metric]:
    """Base's metrics that its own code defines, or head's: head is to see whether they mean the same."""
    ours = [metric for entry in config.metrics for metric in _metric(entry, target, root)]
    theirs = {metric.info.name for metric in _metrics(question, target, root) if isinstance(metric, FunctionMetric)}
    return [metric for metric in ours if isinstance(metric, FunctionMetric) or metric.info.name in theirs]


def _own_values(run: ModelRun, metrics: list[Metric], target: Target) -> dict[str, OwnMetric]:
    return {name: OwnMetric(*value) for name, value in own_values(run, metrics, target).items()}


def _own_target(dataset: Dataset, question: Question) -> Target:
    """Base's target with head's positive class. Raises NotComparable when it is another one."""
    target = dataset.target
    if target.names != question.names and not _is_renamed(dataset, question):
        raise NotComparable(f"the target of base is {quoted(target.names)}, that of head {quoted(question.names)}")
    if not (_has_one_label(target.task) and _has_one_label(question.task)):
        if target.task is not question.task:
            raise NotComparable(f"base is {target.task.value}, head is {question.task.value}")
        return target
    shared = shared_classes(target.classes, question.classes)
    if (why := why_not_shared(shared, question.truth)) is not None:
        raise NotComparable(why)
    positive = [code for code, number in enumerate(shared.of_base.tolist()) if number == question.positive]
    return replace(target, positive=positive[0]) if target.task is Task.BINARY and positive else target


def _is_renamed(dataset: Dataset, question: Question) -> bool:
    """Whether head's target is that of base under another name: only one side has either name, and labels are equal."""
    target, matched = dataset.target, question.own >= 0
    given_up, taken = set(target.names) - set(question.names), set(question.names) - set(target.names)
    if given_up & set(question.foreign.columns) or taken & set(dataset.features.columns):
        return False  # one target may be a feature of the other side: it would give the label away
    base, head = target.encoded[question.own[matched]], question.truth[matched]
    if target.task.is_multi != question.task.is_multi or base.shape != head.shape or len(head) < FEW_ROWS:
        return False
    if _has_one_label(target.task) and _has_one_label(question.task):
        base = shared_classes(target.classes, question.classes).of_base[base]
    return target.task is question.task and bool(np.mean(base != head) < MANY)


def _has_one_label(task: Task) -> bool:
    return task in (Task.BINARY, Task.MULTICLASS)


def _with_judged_rows(
    dataset: Dataset, split: Split, question: Question, judged: NDArray[np.int64], foreign: pd.DataFrame | None
) -> tuple[Dataset, Split]:
    """Base's rows with those that judge it behind them, as the validation rows, in the order of `judged`."""
    own, n_own = question.own[judged], len(dataset.keys)
    known = own >= 0
    features = pd.concat([dataset.features, dataset.features.iloc[own[known]]], ignore_index=True)
    features = features if foreign is None else stacked(features, foreign)
    order = np.concatenate([np.flatnonzero(known), np.flatnonzero(~known)])
    at = np.concatenate([np.arange(n_own), n_own + np.argsort(order)])
    joined = replace(
        dataset,
        features=features.iloc[at].reset_index(drop=True),
        target=_joined_target(dataset.target, _truth(dataset.target, question)[judged]),
        keys=np.concatenate([dataset.keys, np.zeros(len(order), dtype=np.uint64)]),
        given_validation=None,
        raw=None,
        weight=_longer(dataset.weight, len(order)),
        group=_longer(dataset.group, len(order)),
        time=_longer(dataset.time, len(order)),
        ids=_longer(dataset.ids, len(order)),
    )
    if joined.weight is not None and question.weight is not None:
        joined.weight[n_own:] = question.weight[judged]
    asked = np.arange(n_own, n_own + len(order))
    return joined, replace(
        split, train=question.train, validation=asked, notices=(), folds=_joined_folds(split, question, judged)
    )


def _joined_folds(split: Split, question: Question, judged: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """The folds of base's own rows and of those that judge it behind them; None where one model is asked about all."""
    if split.folds is None or question.folds is None:
        return None
    return np.concatenate([split.folds, question.folds[judged]])


def _joined_target(target: Target, truth: NDArray[Any]) -> Target:
    is_single_label = target.task.is_classification and not target.task.is_multi
    values = np.asarray(target.classes, dtype=target.values.dtype)[truth] if is_single_label else truth
    return replace(
        target,
        values=np.concatenate([target.values, values]),
        encoded=np.concatenate([target.encoded, truth.astype(target.encoded.dtype)]),
    )


def _truth(target: Target, question: Question) -> NDArray[Any]:
    """Head's labels of the judged rows, encoded as base does; of a class that base does not have base's own label.

    -1 where base has no label of the row either.
    """
    if not _has_one_label(target.task):
        return question.truth
    shared = shared_classes(target.classes, question.classes)
    of_head = np.full(len(shared.common), -1, dtype=np.int64)
    of_head[shared.of_base] = np.arange(len(target.classes))
    own = np.where(question.own >= 0, target.encoded[np.maximum(question.own, 0)], -1)
    truth = of_head[question.truth]
    return np.where(truth >= 0, truth, own)


def _longer(values: NDArray[Any] | None, n: int) -> NDArray[Any] | None:
    """An array with its first entry repeated at its end: rows that are only asked need no other."""
    return None if values is None else np.concatenate([values, np.repeat(values[:1], n)])


def _answers(answers: Predictions | None, judged: NDArray[np.int64], n_own: int) -> Any:
    """The predictions of a model, by position among the judged rows."""
    if answers is None:
        return None
    return replace(answers, positions=judged[answers.positions - n_own])
