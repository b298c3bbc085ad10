"""The stages in order: configuration → data → models → evaluation → comparison → report."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .comparison.base.code import has_same_code
from .comparison.base.request import HeadRows
from .comparison.base.side import Terms, keep_own, start_base
from .comparison.change_gates import with_adjusted
from .comparison.compare import compare
from .comparison.gates import check_gates, gated_metrics
from .comparison.judge import find_judge, seconds_for_base
from .comparison.result import BaseModel, OwnMetric, described
from .core.comparison import BaseSide, Comparison
from .core.run import available_memory, usable_cores
from .data import content_keys, id_keys, load_dataset, row_table, run_commands, split_dataset
from .evaluation import FunctionMetric, curve_scorer, evaluate, own_values, scorer
from .judging import all_metrics, judged, told_of_gates
from .models import fit_models
from .rendering import check_output, check_report, load_plotting, write_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .comparison.base.request import BaseRequest
    from .comparison.base.side import RunningBase
    from .comparison.result import BaseResult
    from .config.schema import Config
    from .core.progress import Progress
    from .core.results import Evaluation
    from .core.run import RunClock
    from .core.values import Dataset, ModelRun, Split
    from .evaluation import Metric
    from .judging import Judged

_MEMORY_OF_BOTH = 8  # times the table: what reading, preprocessing and fitting take on both sides
_MEMORY_OF_PROGRAM = 2**30  # bytes, of two processes and their workers without any data
_MARKS = ("ids", "group", "time", "weight")


def run(
    config: Config,
    *,
    root: Path,
    output: Path,
    clock: RunClock,
    progress: Progress,
    base: BaseRequest | None = None,
) -> Comparison:
    """Train and evaluate every model of a configuration, compare them with base, and write the report.

    root : the repository: paths and import paths are relative to it. output : the folder of the report.
    base : how to come by what head is compared with; None compares with nothing.
    Raises ReportError where the configuration, the data or the repository's code is at fault.
    """
    check_report(config.report)
    check_output(output)
    judge = find_judge(base)
    if config.prepare:
        with progress.stage("Prepare"), clock.stage("prepare"):
            run_commands(config.prepare, root, limit=config.compute.seconds, say=progress.say)
    with progress.stage("Data"), clock.stage("data"):
        dataset = load_dataset(config.data, task=config.task, slices=config.slices, root=root)
        split = split_dataset(dataset, config.data)
        head = judged(config, dataset, judge, root)
        metrics = all_metrics(head, root, gated_metrics(config.gates, ()))
    with _base_side(base, head, split, progress) as running:
        with progress.stage("Models"), clock.stage("models"):
            runs = fit_models(
                config,
                replace(dataset, target=head.dataset.target),
                split,
                root=root,
                score=scorer(metrics[0], head.dataset.target),
                curve_score=curve_scorer(metrics, head.dataset.target),
                progress=progress,
                cores=_half_of_cores() if running is not None and running.is_running else None,
                meanwhile=load_plotting,
            )
        runs = head.weighed(runs)
        with progress.stage("Evaluation"), clock.stage("evaluation"):
            evaluation = evaluate(head.dataset, split, runs, metrics, samples=config.samples.rows)
        compared = None
        if running is not None:
            with progress.stage("Base"), clock.stage("base"):
                result = running.result()
                same_code = _has_same_code(base, result, root)
                compared = _compared(result, evaluation, head, split, runs, metrics, config, same_code=same_code)
        margin = head.config.baseline.margin
        gates = check_gates(config.gates, evaluation, compared, held=head.held, margin=margin)
    with progress.stage("Report"), clock.stage("report"):
        comparison = Comparison(
            title=config.title or "Model report",
            head=evaluation,
            gates=gates,
            run=clock.info(),
            config=config.model_dump(mode="json", exclude_unset=True),
            base=compared,
        )
        write_report(comparison, output=output, report=config.report, dataset=head.dataset, split=split, runs=runs)
    if base is not None and base.keeps_own:
        rows = _head_rows(head.config, head.dataset, split)
        keep_own(base, rows, lambda: _own_result(config, head.dataset, split, evaluation, runs, metrics))
    return comparison


def _base_side(
    request: BaseRequest | None, head: Judged, split: Split, progress: Progress
) -> AbstractContextManager[RunningBase | None]:
    found = head.judge.found
    if request is None or found is None:
        return nullcontext()
    beside = _may_train_beside(head.dataset)
    own = head.judge.base or head.config
    terms = Terms(
        cores=_half_of_cores() if beside else usable_cores(),
        limit=seconds_for_base(head.config, head.judge, _n_fits),
        say=progress.say,
        beside=beside,
        may_be_own=own.baseline.environment == "auto",
    )
    return start_base(replace(request, found=found), _head_rows(head.config, head.dataset, split), terms)


def _n_fits(config: Config) -> int:
    """How many fits and commands a side has, and one more for its data."""
    return 1 + len(config.models) * (1 + len(config.seeds)) + len(config.prepare)


def _may_train_beside(dataset: Dataset) -> bool:
    """Whether cores and memory allow to train both sides at the same time."""
    free = available_memory()
    size = int(dataset.features.memory_usage(index=False).sum())
    return usable_cores() > 1 and (free is None or free > _MEMORY_OF_BOTH * size + _MEMORY_OF_PROGRAM)


def _head_rows(config: Config, dataset: Dataset, split: Split) -> HeadRows:
    rows = split.validation
    marks = {name: getattr(dataset, name) for name in _MARKS}
    keys = {"content": content_keys(dataset), "ids": id_keys(dataset)}
    return HeadRows(
        features=dataset.features.iloc[rows].reset_index(drop=True),
        positions=rows,
        target=dataset.target,
        columns={mark: name for mark in _MARKS if (name := _column(config, mark)) is not None},
        groups_apart=split.method == "group",
        by_time=split.method == "time",
        metrics=tuple(config.model_dump(mode="json", exclude_unset=True).get("metrics", ())),
        fingerprint=dataset.description.fingerprint if _is_made(config) else "",
        trained={name: values[split.train] for name, values in keys.items() if values is not None},
        seeds=config.seeds,
        **{name: None if values is None else values[rows] for name, values in marks.items()},
    )


def _column(config: Config, mark: str) -> str | None:
    name: str | None = getattr(config.data, "id" if mark == "ids" else mark)
    return name


def _is_made(config: Config) -> bool:
    """Whether the data may be others although the commit is the same."""
    source = config.data.source
    sources = [source] if isinstance(source, str) else list(source)
    return bool(config.prepare) or any(entry.startswith("python:") or Path(entry).is_absolute() for entry in sources)


def _own_result(
    config: Config,
    dataset: Dataset,
    split: Split,
    evaluation: Evaluation,
    runs: Sequence[ModelRun],
    metrics: Sequence[Metric],
) -> BaseResult:
    """What a later run would find out if it trained this commit as its base and asked about these rows."""
    rows = np.arange(len(split.validation))
    own_metrics = [metric for metric in metrics if isinstance(metric, FunctionMetric)]
    models = [
        BaseModel(
            model,
            run.validation and replace(run.validation, positions=rows),
            {name: OwnMetric(*value) for name, value in own_values(run, own_metrics, dataset.target).items()},
            {fit.seed: replace(fit.validation, positions=rows) for fit in run.seeds},
        )
        for model, run in zip(evaluation.models, runs, strict=True)
    ]
    return described(
        dataset,
        config=config.model_dump(mode="json", exclude_unset=True),
        rows=row_table(dataset, split, set(dataset.features.columns)),
        models=tuple(models),
        n_scored=len(rows),
    )


def _half_of_cores() -> int:
    """What each side may keep busy while head and base are trained at the same time."""
    return max(1, usable_cores() // 2)


def _has_same_code(request: BaseRequest | None, result: BaseResult, root: Path) -> bool:
    if request is None or result.commit is None:
        return False
    return has_same_code(root, result.commit.sha, config=request.config_path)


def _compared(  # noqa: PLR0917 - all that is known of head
    result: BaseResult,
    evaluation: Evaluation,
    head: Judged,
    split: Split,
    runs: Sequence[ModelRun],
    metrics: Sequence[Metric],
    config: Config,
    *,
    same_code: bool,
) -> BaseSide:
    dataset = head.dataset
    result = replace(result, unfair=(*result.unfair, *head.unfair))
    rows = None if result.rows is None else row_table(dataset, split, set(result.kinds), result.identity)
    side = compare(
        *(evaluation, result, dataset, split, runs, metrics, config),
        margin=head.config.baseline.margin,
        rows=rows,
        same_code=same_code,
    )
    told = told_of_gates(head, config.gates, evaluation, side)
    side = replace(side, headlines=(*side.headlines, *head.headlines, *told))
    return with_adjusted(side, config.gates, evaluation, head.held)
