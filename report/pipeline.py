"""The stages in order: configuration → data → models → evaluation → comparison → report."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .base_rows import has_same_data, pair_with_base, pair_with_itself, source_of
from .checking import all_problems
from .comparison.base.changed_files import Used, changed_files
from .comparison.base.code import CodeChange, code_change
from .comparison.base.shared import has_all
from .comparison.base.side import Terms, keep_own, start_base
from .comparison.change_gates import with_adjusted
from .comparison.compare import HeadSide, compare
from .comparison.cross_validation import held_out
from .comparison.gates import check_gates, gated_metrics
from .comparison.judge import find_judge, seconds_for_base
from .comparison.pairs import with_copies
from .comparison.result import BaseModel, OwnMetric, described
from .comparison.settings import data_files
from .config.schema import SplitConfig
from .core.comparison import Comparison
from .core.loaded import loaded_files, together
from .core.run import available_memory, usable_cores
from .data import leaks, load_dataset, run_commands, split_dataset
from .evaluation import FunctionMetric, curve_scorer, evaluate, own_values, scorer
from .judging import all_metrics, judged, told_of_gates, uncompared
from .models import fit_models
from .rendering import check_output, check_report, load_libraries, write_report
from .rendering.shown import shown_curves, shows_importance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .base_rows import PairedSplits
    from .comparison.base.request import BaseRequest, HeadRows
    from .comparison.base.side import EndedBase, RunningBase
    from .comparison.judge import Judge
    from .comparison.result import BaseResult
    from .config.schema import Config
    from .core.comparison import BaseSide, ChangedFiles
    from .core.progress import Progress
    from .core.results import Evaluation
    from .core.run import RunClock
    from .core.values import Dataset, ModelRun, Predictions, Split
    from .data.leaks import Leak
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
    with all_problems(config, root):
        check_report(config.report)
    check_output(output)
    stages = _Stages(config, root, clock, progress, base)
    data = stages.load(find_judge(base))
    settled = data.settled
    with _base_side(base, settled, progress) as running:
        pairing = stages.pair(data, running)
        fitted = stages.fit(data, pairing, running)
        compared = stages.compare(data, pairing, fitted, running)
        gates = check_gates(config.gates, fitted.evaluation, compared, held=settled.held, margin=settled.margin)
    with stages.stage("Report"):
        comparison = Comparison(
            title=config.title or "Model report",
            head=fitted.evaluation,
            gates=gates,
            run=clock.info(),
            config=config.model_dump(mode="json", exclude_unset=True),
            base=compared,
        )
        write_report(
            comparison,
            output=output,
            report=config.report,
            dataset=settled.dataset,
            split=fitted.split,
            runs=fitted.runs,
        )
    stages.keep(data, pairing, fitted)
    return comparison


@dataclass(frozen=True, eq=False)
class _Data:
    """Head's rows and its own split of them, and how they are judged. leak : what `prepare` makes of the labels."""

    settled: Judged
    dataset: Dataset
    split: Split
    leak: Leak
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, eq=False)
class _Fitted:
    """Head's models as they are reported. compared : the fits that are held against base."""

    split: Split
    runs: tuple[ModelRun, ...]
    evaluation: Evaluation
    compared: tuple[ModelRun, ...]


@dataclass(frozen=True, eq=False)
class _Stages:
    """The stages of one run, in the order of their methods."""

    config: Config
    root: Path
    clock: RunClock
    progress: Progress
    base: BaseRequest | None

    @contextmanager
    def stage(self, title: str) -> Iterator[None]:
        with self.progress.stage(title), self.clock.stage(title.lower()):
            yield

    def load(self, judge: Judge) -> _Data:
        config, root = self.config, self.root
        if config.prepare:
            with self.stage("Prepare"):
                run_commands(config.prepare, root, limit=config.compute.seconds, say=self.progress.say)
        with self.stage("Data"), all_problems(config, root) as columns:
            dataset = load_dataset(config.data, task=config.task, slices=config.slices, root=root)
            columns.extend(map(str, dataset.features.columns))
            for notice in dataset.description.notices:
                self.progress.say(notice.message)
            split = split_dataset(dataset, config.data)
            leak = leaks(config.data, dataset, split, root)
            settled = judged(config, leak.noted(dataset), judge, root)
            dataset = replace(dataset, target=settled.dataset.target)
            return _Data(settled, dataset, split, leak, all_metrics(settled, root, gated_metrics(config.gates)))

    def pair(self, data: _Data, running: RunningBase | EndedBase | None) -> PairedSplits | None:
        if self.base is None or running is None:
            return None
        settled = data.settled
        with self.stage("Rows of base"):
            same_data = has_same_data(self.base, running.commit, self.config)
            return pair_with_base(
                running,
                settled.config,
                settled.dataset,
                data.split,
                same_data=same_data,
                in_git=not same_data or has_all(self.root, self.config.data),
            )

    def fit(self, data: _Data, pairing: PairedSplits | None, running: RunningBase | EndedBase | None) -> _Fitted:
        settled, metrics = data.settled, data.metrics
        decided = {name: getattr(settled.config, name) for name in ("seeds", "cross_validation")}
        config = self.config.model_copy(update=decided)
        split, dataset = data.split, data.dataset
        if pairing is not None:
            split, dataset = pairing.reported, replace(dataset, rank=pairing.rank)
        cores = _half_of_cores() if running is not None and running.is_running else None
        with self.stage("Models"):
            runs = fit_models(
                config,
                dataset,
                split,
                root=self.root,
                score=scorer(metrics[0], dataset.target) if shows_importance(config.report) else None,
                curve_score=curve_scorer(metrics, dataset.target),
                curves=shown_curves(config.report),
                progress=self.progress,
                cores=cores,
                meanwhile=load_libraries,
            )
        runs = settled.weighed(data.leak.marked(runs))
        with self.stage("Evaluation"):
            evaluation = evaluate(settled.dataset, split, runs, metrics, samples=config.samples.rows)
        if pairing is None or pairing.compared is pairing.reported:
            return _Fitted(split, runs, evaluation, runs)
        once, labelled = config.model_copy(update={"cross_validation": None}), replace(dataset, new=None)
        with self.stage("Models, by the split of base"):
            again = fit_models(
                once,
                labelled,
                pairing.compared,
                root=self.root,
                score=None,
                curves="none",
                progress=self.progress,
                cores=cores,
            )
        return _Fitted(split, runs, evaluation, settled.weighed(data.leak.marked(again)))

    def compare(
        self,
        data: _Data,
        pairing: PairedSplits | None,
        fitted: _Fitted,
        running: RunningBase | EndedBase | None,
    ) -> BaseSide | None:
        settled, gates = data.settled, self.config.gates
        if running is None:
            return uncompared(settled, gates, fitted.evaluation)
        with self.stage("Base"):
            result = running.result()
            result = replace(result, unfair=(*result.unfair, *settled.unfair))
            runs = fitted.compared if pairing is None else with_copies(fitted.compared, pairing.observed)
            head = self._head(data, fitted, runs)
            matched, no_folds = (None, None) if pairing is None else (pairing.matched, pairing.no_folds)
            code, files = self._code_change(result), self._changed_files(result, fitted)
            side = compare(head, result, matched, code=code, no_folds=no_folds, files=files)
            told = told_of_gates(settled, gates, fitted.evaluation, side)
            side = replace(side, headlines=(*side.headlines, *settled.headlines, *told))
            return with_adjusted(side, gates, fitted.evaluation, settled.held)

    def keep(self, data: _Data, pairing: PairedSplits | None, fitted: _Fitted) -> None:
        """Head's result, for later runs whose base it is; not one that was fitted by the split or order of its own."""
        if self.base is None or not self.base.keeps_own:
            return
        if pairing is not None and not (pairing.reported is data.split and _is_in_order_of(pairing, data.dataset)):
            return

        def answer_itself() -> tuple[HeadRows, BaseResult] | None:
            itself = pair_with_itself(data.settled.config, data.settled.dataset, data.split)
            if itself is None:
                return None
            return itself.asked, _own_result(self._head(data, fitted, fitted.runs), itself, self.root)

        keep_own(self.base, source_of(self.config, data.dataset), answer_itself)

    def _head(self, data: _Data, fitted: _Fitted, runs: Sequence[ModelRun]) -> HeadSide:
        settled = data.settled
        return HeadSide(
            fitted.evaluation,
            settled.dataset,
            fitted.split,
            runs,
            data.metrics,
            self.config,
            settled.margin,
            settled.judge,
        )

    def _code_change(self, result: BaseResult) -> CodeChange:
        if self.base is None or result.commit is None:
            return "other"
        return code_change(self.root, result.commit.sha, config=self.base.config_path, data=self._files_of_data(result))

    def _changed_files(self, result: BaseResult, fitted: _Fitted) -> tuple[ChangedFiles, ...]:
        if self.base is None or result.commit is None or result.status != "ok":
            return ()
        used = Used(
            config=self.base.config_path,
            data=self._files_of_data(result),
            code=together(result.code, _code_of(self.root, fitted.runs)),
            commands=(*self.config.prepare, *result.config.get("prepare", ())),
        )
        return changed_files(self.root, result.commit.sha, used)

    def _files_of_data(self, result: BaseResult) -> set[str]:
        """The paths and patterns of the data of both sides."""
        return {*data_files(result.config), *data_files(self.config.model_dump(mode="json", exclude_unset=True))}


def _is_in_order_of(pairing: PairedSplits, dataset: Dataset) -> bool:
    """Whether fits saw the rows in the order that they have without base."""
    if pairing.rank is None or dataset.rank is None:
        return pairing.rank is dataset.rank
    return np.array_equal(np.argsort(pairing.rank), np.argsort(dataset.rank))


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
    folds, split = config.cross_validation, config.data.validation
    n_folds = 0 if folds is None else folds.folds * folds.repeats
    if isinstance(split, SplitConfig) and split.method == "folds":
        n_folds = split.folds
    return 1 + len(config.models) * (1 + len(config.seeds) + n_folds) + len(config.prepare)


def _may_train_beside(dataset: Dataset) -> bool:
    """Whether cores and memory allow to train both sides at the same time."""
    free = available_memory()
    size = int(dataset.features.memory_usage(index=False).sum())
    return usable_cores() > 1 and (free is None or free > _MEMORY_OF_BOTH * size + _MEMORY_OF_PROGRAM)


def _own_result(head: HeadSide, pairing: PairedSplits, root: Path) -> BaseResult:
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
                () if pairing.asked.cross_validation is None else held_out(run, pairing.asked.base_train),
            )
        )
    return described(
        head.dataset,
        config=head.config.model_dump(mode="json", exclude_unset=True),
        models=tuple(models),
        n_scored=len(pairing.asked.positions),
        code=_code_of(root, head.runs),
    )


def _code_of(root: Path, runs: Sequence[ModelRun]) -> tuple[str, ...] | None:
    """Files of the repository that this process or a fit has loaded; None where that is not known."""
    return together(loaded_files(root), *(run.code for run in runs))


def _judged(answers: Predictions, asked: HeadRows) -> Predictions:
    """Predictions of the judged rows, by their position among these."""
    kept = answers.take(pd.Index(answers.positions).get_indexer(pd.Index(asked.positions)))
    return replace(kept, positions=np.arange(len(asked.positions)))


def _half_of_cores() -> int:
    """What each side may keep busy while head and base are trained at the same time."""
    return max(1, usable_cores() // 2)
