"""The stages in order: configuration → data → models → evaluation → comparison → report."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .base_rows import has_same_data, pair_with_base, pair_with_itself, source_of
from .comparison.base.code import CodeChange, code_change
from .comparison.base.side import Terms, keep_own, start_base
from .comparison.change_gates import with_adjusted
from .comparison.compare import HeadSide, compare
from .comparison.gates import check_gates, gated_metrics
from .comparison.judge import find_judge, seconds_for_base
from .comparison.pairs import with_copies
from .comparison.result import BaseModel, OwnMetric, described
from .comparison.settings import data_files
from .core.comparison import Comparison
from .core.run import available_memory, usable_cores
from .data import content_keys, leaks, load_dataset, run_commands, split_dataset
from .evaluation import FunctionMetric, curve_scorer, evaluate, own_values, scorer
from .judging import all_metrics, judged, told_of_gates
from .models import fit_models
from .rendering import check_output, check_report, load_plotting, write_report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .base_rows import PairedSplits
    from .comparison.base.request import BaseRequest, HeadRows
    from .comparison.base.side import EndedBase, RunningBase
    from .comparison.judge import Judge
    from .comparison.result import BaseResult
    from .config.schema import Config
    from .core.progress import Progress
    from .core.results import Evaluation
    from .core.run import RunClock
    from .core.values import Dataset, ModelRun, Predictions, Split
    from .evaluation import Metric
    from .judging import Judged

_MEMORY_OF_BOTH = 8  # times the table: what reading, preprocessing and fitting take on both sides
_MEMORY_OF_PROGRAM = 2**30  # bytes, of two processes and their workers without any data


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
        split = own_split = split_dataset(dataset, config.data)
        leak = leaks(config.data, dataset, split, root)
        settled = judged(config, leak.noted(dataset), judge, root)
        metrics = all_metrics(settled, root, gated_metrics(config.gates, ()))
        target = settled.dataset.target
    with _base_side(base, settled, progress) as running:
        pairing = None
        if base is not None and running is not None:
            with progress.stage("Rows of base"), clock.stage("rows of base"):
                same_data = has_same_data(base, running.commit, config)
                pairing = pair_with_base(running, settled.config, settled.dataset, split, same_data=same_data)
        split, dataset = (split, dataset) if pairing is None else (pairing.reported, _ranked(dataset, pairing))
        with progress.stage("Models"), clock.stage("models"):
            runs = fit_models(
                _with_seeds(config, judge),
                replace(dataset, target=target),
                split,
                root=root,
                score=scorer(metrics[0], target),
                curve_score=curve_scorer(metrics, target),
                progress=progress,
                cores=_half_of_cores() if running is not None and running.is_running else None,
                meanwhile=load_plotting,
            )
        runs = settled.weighed(leak.marked(runs))
        with progress.stage("Evaluation"), clock.stage("evaluation"):
            evaluation = evaluate(settled.dataset, split, runs, metrics, samples=config.samples.rows)
        compared_runs = runs
        if pairing is not None and pairing.compared is not pairing.reported:
            with progress.stage("Models, by the split of base"), clock.stage("models by the split of base"):
                again = _fitted_again(
                    _with_seeds(config, judge), replace(dataset, target=target), pairing.compared, root, progress
                )
                compared_runs = settled.weighed(again)
        compared = None
        if running is not None:
            with progress.stage("Base"), clock.stage("base"):
                result = running.result()
                result = replace(result, unfair=(*result.unfair, *settled.unfair))
                observed = with_copies(compared_runs, content_keys(dataset))
                head = _head(settled, evaluation, split, observed, metrics, config)
                code = _code_change(base, result, config, root)
                side = compare(head, result, None if pairing is None else pairing.matched, code=code)
                told = told_of_gates(settled, config.gates, evaluation, side)
                side = replace(side, headlines=(*side.headlines, *settled.headlines, *told))
                compared = with_adjusted(side, config.gates, evaluation, settled.held)
        gates = check_gates(config.gates, evaluation, compared, held=settled.held, margin=settled.margin)
    with progress.stage("Report"), clock.stage("report"):
        comparison = Comparison(
            title=config.title or "Model report",
            head=evaluation,
            gates=gates,
            run=clock.info(),
            config=config.model_dump(mode="json", exclude_unset=True),
            base=compared,
        )
        write_report(comparison, output=output, report=config.report, dataset=settled.dataset, split=split, runs=runs)
    if base is not None and base.keeps_own and split is own_split and dataset.rank is settled.dataset.rank:
        itself = pair_with_itself(settled.config, settled.dataset, split)
        own = _head(settled, evaluation, split, runs, metrics, config)
        keep_own(base, source_of(config, dataset), itself.asked, lambda: _own_result(own, itself))
    return comparison


def _ranked(dataset: Dataset, pairing: PairedSplits) -> Dataset:
    return replace(dataset, rank=pairing.rank)


def _with_seeds(config: Config, judge: Judge) -> Config:
    """Head's configuration with the seeds of the one that judges, where that has any: base is fitted with these."""
    theirs = () if judge.config is None else judge.config.seeds
    return config.model_copy(update={"seeds": theirs or config.seeds})


def _fitted_again(
    config: Config, dataset: Dataset, split: Split, root: Path, progress: Progress
) -> tuple[ModelRun, ...]:
    """Head's models, fitted on other rows for the comparison alone."""
    once = config.model_copy(update={"cross_validation": None})
    return fit_models(once, replace(dataset, new=None), split, root=root, score=None, progress=progress)


def _head(
    settled: Judged,
    evaluation: Evaluation,
    split: Split,
    runs: Sequence[ModelRun],
    metrics: Sequence[Metric],
    config: Config,
) -> HeadSide:
    return HeadSide(evaluation, settled.dataset, split, runs, metrics, config, settled.margin)


def _base_side(
    request: BaseRequest | None, settled: Judged, progress: Progress
) -> AbstractContextManager[RunningBase | EndedBase | None]:
    found = settled.judge.found
    if request is None or found is None:
        return nullcontext()
    beside = _may_train_beside(settled.dataset)
    own = settled.judge.base or settled.config
    terms = Terms(
        cores=_half_of_cores() if beside else usable_cores(),
        limit=seconds_for_base(settled.config, settled.judge, _n_fits),
        say=progress.say,
        beside=beside,
        may_be_own=own.baseline.environment == "auto",
    )
    return start_base(replace(request, found=found), source_of(settled.config, settled.dataset), terms)


def _n_fits(config: Config) -> int:
    """How many fits and commands a side has, and one more for its data."""
    return 1 + len(config.models) * (1 + len(config.seeds)) + len(config.prepare)


def _may_train_beside(dataset: Dataset) -> bool:
    """Whether cores and memory allow to train both sides at the same time."""
    free = available_memory()
    size = int(dataset.features.memory_usage(index=False).sum())
    return usable_cores() > 1 and (free is None or free > _MEMORY_OF_BOTH * size + _MEMORY_OF_PROGRAM)


def _own_result(head: HeadSide, pairing: PairedSplits) -> BaseResult:
    """What a later run would find out if it trained this commit as its base and asked the same of it."""
    target = head.dataset.target
    own_metrics = [metric for metric in head.metrics if isinstance(metric, FunctionMetric)]
    models = []
    for model, run in zip(head.evaluation.models, head.runs, strict=True):
        judged = replace(run, validation=run.validation and _judged(run.validation, pairing.asked))
        values = own_values(judged, own_metrics, target)
        repeats = {fit.seed: _judged(fit.validation, pairing.asked) for fit in run.seeds}
        models.append(
            BaseModel(
                model,
                judged.validation,
                {name: OwnMetric(*value) for name, value in values.items()},
                repeats,
                run.is_fixed,
            )
        )
    return described(
        head.dataset,
        config=head.config.model_dump(mode="json", exclude_unset=True),
        models=tuple(models),
        n_scored=len(pairing.asked.positions),
    )


def _judged(answers: Predictions, asked: HeadRows) -> Predictions:
    """Predictions of the judged rows, by their position among these."""
    kept = answers.take(pd.Index(answers.positions).get_indexer(pd.Index(asked.positions)))
    return replace(kept, positions=np.arange(len(asked.positions)))


def _half_of_cores() -> int:
    """What each side may keep busy while head and base are trained at the same time."""
    return max(1, usable_cores() // 2)


def _code_change(request: BaseRequest | None, result: BaseResult, config: Config, root: Path) -> CodeChange:
    if request is None or result.commit is None:
        return "other"
    data = {*data_files(result.config), *data_files(config.model_dump(mode="json", exclude_unset=True))}
    return code_change(root, result.commit.sha, config=request.config_path, data=data)
