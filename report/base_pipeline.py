"""What runs in the base process: base's own configuration, data and models, asked about head's validation rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .base_rows import AskedRows, NotComparable, adapted, listed, match_rows
from .comparison.base.exchange import Question, read_question, write_result
from .comparison.result import BaseModel, BaseResult, OwnMetric, described
from .config import load_config
from .core.errors import ReportError
from .core.run import every_package
from .core.values import Dataset, ModelRun, Predictions, Split, Target
from .data import load_dataset, row_table, run_commands, split_dataset
from .evaluation import FunctionMetric, choose_metrics, curve_scorer, evaluate, own_values
from .models import fit_models, prepare_workers

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from .config.schema import Config, MetricEntry
    from .core.progress import Progress
    from .evaluation.metrics import Metric


def answer_question(folder: Path, *, root: Path, cores: int, progress: Progress) -> None:
    """Train base without head's validation rows, ask it about them, and write what came out into the exchange.

    root : the worktree of base. cores : that its fits may keep busy. Whatever base does wrong is a result
    too, with its reason.
    """
    question = read_question(folder)
    try:
        result = _compared(question, root, cores, progress)
    except NotComparable as reason:
        result = BaseResult("not comparable", str(reason))
    except ReportError as error:
        result = BaseResult("failed", str(error))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - base's own code raises what it likes
        result = BaseResult("failed", f"{type(error).__name__}: {error}")
    write_result(result, folder, packages=every_package())


def _compared(question: Question, root: Path, cores: int, progress: Progress) -> BaseResult:
    prepare_workers()
    config = load_config(question.config, question.overrides)
    plain = config.model_dump(mode="json", exclude_unset=True)
    config = _training_only(config, question)
    if config.prepare:
        with progress.stage("Prepare"):
            run_commands(config.prepare, root, limit=config.compute.seconds, say=progress.say)
    with progress.stage("Data"):
        dataset = load_dataset(config.data, task=config.task, slices=config.slices, root=root)
        target = _same_target(dataset.target, question)
        split = split_dataset(dataset, config.data)
        shared = set(question.features.columns)
        dataset, question = adapted(dataset, config.data, question)
    asked = match_rows(dataset, split, question)
    joined, parts = _with_asked_rows(replace(dataset, target=target, slices=None), split, question, asked)
    metrics = _metrics(question, joined.target, root)
    beside_loss = curve_scorer(metrics, joined.target)
    with progress.stage("Models"):
        runs = fit_models(
            config, joined, parts, root=root, score=None, cores=cores, curve_score=beside_loss, progress=progress
        )
    evaluation = evaluate(joined, parts, runs, metrics, samples=0)
    own_metrics = _own_metrics(config, question, joined.target, root)
    return described(
        replace(dataset, target=target),
        config=plain,
        rows=row_table(dataset, split, shared, asked.identity),
        models=tuple(
            BaseModel(
                model,
                _answers(run.validation, asked, len(dataset.keys)),
                _own_values(run, own_metrics, joined.target),
                {fit.seed: _answers(fit.validation, asked, len(dataset.keys)) for fit in run.seeds},
                run.is_fixed,
            )
            for model, run in zip(evaluation.models, runs, strict=True)
        ),
        n_scored=len(asked.rows),
        n_leaked=asked.n_leaked,
        left_out=asked.left_out,
        identity=asked.identity,
        notices=asked.notices,
    )


def _training_only(config: Config, question: Question) -> Config:
    """Nothing is fitted that is not compared; with base's own seeds where it has them, else with head's."""
    return config.model_copy(
        update={
            "data": config.data.model_copy(update={"new": None}),
            "cross_validation": None,
            "seeds": config.seeds or question.seeds,
        }
    )


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


def _same_target(target: Target, question: Question) -> Target:
    """Base's target with head's positive class. Raises NotComparable when it is another one."""
    if target.names != question.names:
        raise NotComparable(f"the target of base is {listed(target.names)}, that of head {listed(question.names)}")
    if target.task is not question.task:
        raise NotComparable(f"base is {target.task.value}, head is {question.task.value}")
    if target.classes != question.classes:
        only_base = [label for label in target.classes if label not in question.classes]
        only_head = [label for label in question.classes if label not in target.classes]
        sides = [("base", only_base), ("head", only_head)]
        found = "; ".join(f"only {side} has {listed(labels)}" for side, labels in sides if labels)
        raise NotComparable(f"the classes differ: {found or 'they are of another type'}")
    return replace(target, positive=question.positive)


def _with_asked_rows(dataset: Dataset, split: Split, question: Question, asked: AskedRows) -> tuple[Dataset, Split]:
    """Base's rows with those that it is asked about behind them, as the validation rows."""
    known, foreign = asked.own >= 0, asked.rows[asked.own < 0]
    n_own = len(dataset.keys)
    frames = [dataset.features, dataset.features.iloc[asked.own[known]]]
    if len(foreign):
        frames.append(_like(question.features.iloc[foreign], dataset.features))
    order = np.concatenate([np.flatnonzero(known), np.flatnonzero(~known)])
    at = np.concatenate([np.arange(n_own), n_own + np.argsort(order)])
    joined = replace(
        dataset,
        features=pd.concat(frames, ignore_index=True).iloc[at].reset_index(drop=True),
        target=_joined_target(dataset.target, question.truth[asked.rows]),
        keys=np.concatenate([dataset.keys, np.zeros(len(order), dtype=np.uint64)]),
        given_validation=None,
        weight=_longer(dataset.weight, len(order)),
        group=_longer(dataset.group, len(order)),
        time=_longer(dataset.time, len(order)),
        ids=_longer(dataset.ids, len(order)),
    )
    if joined.weight is not None and "weight" in question.marks:
        joined.weight[n_own:] = question.marks["weight"].to_numpy()[asked.rows]
    return joined, replace(split, train=asked.train, validation=np.arange(n_own, n_own + len(order)), notices=())


def _like(rows: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Head's rows with base's columns, in base's dtypes where they say the same."""
    return pd.DataFrame({name: _cast(rows[name], column.dtype) for name, column in base.items()}, index=rows.index)


def _cast(column: pd.Series[Any], dtype: Any) -> pd.Series[Any]:
    try:
        cast = column.astype(dtype)
        same = (cast == column) | (cast.isna() & column.isna())
    except (TypeError, ValueError):
        return column
    return cast if same.fillna(value=False).all() else column


def _joined_target(target: Target, truth: NDArray[Any]) -> Target:
    is_single_label = target.task.is_classification and not target.task.is_multi
    values = np.asarray(target.classes, dtype=target.values.dtype)[truth] if is_single_label else truth
    return replace(
        target,
        values=np.concatenate([target.values, values]),
        encoded=np.concatenate([target.encoded, truth.astype(target.encoded.dtype)]),
    )


def _longer(values: NDArray[Any] | None, n: int) -> NDArray[Any] | None:
    """An array with its first entry repeated at its end: rows that are only asked need no other."""
    return None if values is None else np.concatenate([values, np.repeat(values[:1], n)])


def _answers(answers: Predictions | None, asked: AskedRows, n_own: int) -> Any:
    """The predictions of a model, by position among head's validation rows."""
    if answers is None:
        return None
    return replace(answers, positions=asked.rows[answers.positions - n_own])
