"""The stages in order: configuration → data → models → evaluation → comparison → report."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .comparison.base.code import CodeChange, code_change
from .comparison.base.request import HeadRows
from .comparison.base.side import Terms, keep_own, start_base
from .comparison.change_gates import with_adjusted
from .comparison.compare import compare
from .comparison.gates import check_gates, gated_metrics
from .comparison.result import BaseModel, OwnMetric, described
from .comparison.settings import data_files
from .core.comparison import BaseSide, Comparison
from .core.run import available_memory, usable_cores
from .data import content_keys, id_keys, load_dataset, row_table, run_commands, split_dataset
from .evaluation import FunctionMetric, choose_metrics, curve_scorer, evaluate, own_values, scorer
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
    from .core.values import Dataset, ModelRun, Split, Target
    from .evaluation import Metric

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
    if config.prepare:
        with progress.stage("Prepare"), clock.stage("prepare"):
            run_commands(config.prepare, root, limit=config.compute.seconds, say=progress.say)
    with progress.stage("Data"), clock.stage("data"):
        dataset = load_dataset(config.data, task=config.task, slices=config.slices, root=root)
        split = split_dataset(dataset, config.data)
        metrics = _metrics(config, dataset.target, root)
    with _base_side(base, config, dataset, split, progress) as running:
        with progress.stage("Models"), clock.stage("models"):
            runs = fit_models(
                config,
                dataset,
                split,
                root=root,
                score=scorer(metrics[0], dataset.target),
                curve_score=curve_scorer(metrics, dataset.target),
                progress=progress,
                cores=_half_of_cores() if running is not None and running.is_running else None,
                meanwhile=load_plotting,
            )
        with progress.stage("Evaluation"), clock.stage("evaluation"):
            evaluation = evaluate(dataset, split, runs, metrics, samples=config.samples.rows)
        compared = None
        if running is not None:
            with progress.stage("Base"), clock.stage("base"):
                result = running.result()
                code = _code_change(base, result, config, root)
                compared = _compared(result, evaluation, dataset, split, runs, metrics, config, code=code)
        gates = check_gates(config.gates, evaluation, compared)
    with progress.stage("Report"), clock.stage("report"):
        comparison = Comparison(
            title=config.title or "Model report",
            head=evaluation,
            gates=gates,
            run=clock.info(),
            config=config.model_dump(mode="json", exclude_unset=True),
            base=compared,
        )
        write_report(comparison, output=output, report=config.report, dataset=dataset, split=split, runs=runs)
    if base is not None and base.keeps_own:
        rows = _head_rows(config, dataset, split)
        keep_own(base, rows, lambda: _own_result(config, dataset, split, evaluation, runs, metrics))
    return comparison


def _metrics(config: Config, target: Target, root: Path) -> tuple[Metric, ...]:
    """Those of the configuration, or of the task, and those that only a gate asks for."""
    metrics = choose_metrics(config.metrics, target, root=root)
    gated = gated_metrics(config.gates, (metric.info.name for metric in metrics))
    if not gated:
        return metrics
    return (*metrics, *choose_metrics(tuple(gated), target, root=root, keys=tuple(gated.values())))


def _base_side(
    request: BaseRequest | None, config: Config, dataset: Dataset, split: Split, progress: Progress
) -> AbstractContextManager[RunningBase | None]:
    against = config.baseline.against if request is None or request.against is None else request.against
    if request is None or against == "none":
        return nullcontext()
    beside = _may_train_beside(dataset)
    terms = Terms(
        cores=_half_of_cores() if beside else usable_cores(),
        limit=config.compute.seconds * (1 + len(config.models) * (1 + len(config.seeds)) + len(config.prepare)),
        say=progress.say,
        beside=beside,
        may_be_own=config.baseline.environment == "auto",
    )
    return start_base(request, _head_rows(config, dataset, split), terms, against=against)


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
            run.is_fixed,
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


def _code_change(request: BaseRequest | None, result: BaseResult, config: Config, root: Path) -> CodeChange:
    if request is None or result.commit is None:
        return "other"
    data = {*data_files(result.config), *data_files(config.model_dump(mode="json", exclude_unset=True))}
    return code_change(root, result.commit.sha, config=request.config_path, data=data)


def _compared(  # noqa: PLR0917 - all that is known of head
    result: BaseResult,
    head: Evaluation,
    dataset: Dataset,
    split: Split,
    runs: Sequence[ModelRun],
    metrics: Sequence[Metric],
    config: Config,
    *,
    code: CodeChange,
) -> BaseSide:
    rows = None if result.rows is None else row_table(dataset, split, set(result.kinds), result.identity)
    side = compare(
        *(head, result, dataset, split, runs, metrics, config),
        margin=config.baseline.margin,
        rows=rows,
        code=code,
    )
    return with_adjusted(side, config.gates, head)
