"""All models of a configuration, fitted in worker processes → one `ModelRun` each."""

from __future__ import annotations

import shutil
import tempfile
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import OutputError
from ..core.loaded import read_loaded
from ..core.memory import release_memory
from ..core.run import usable_cores
from ..core.terminating import terminable
from .assembling import Outcome, assemble, rows_of
from .folds import fold_count, folds_asked
from .handover import NotWrittenError, dump, load
from .pool import Ending, Task, run_tasks
from .preprocessing import is_numeric
from .server import prepare_for_vectorizing, prepare_workers
from .telling import last_lines
from .units import CURVE, FAILURE, FIT, IMPORTANCE, Drawn, Job, Unit
from .worker import JOB, LOG, NOT_WRITTEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..config.schema import Config
    from ..core.progress import Progress
    from ..core.values import Dataset, ModelRun, Split

_ROUNDS_WORTH_A_START = 3


def fit_all(
    config: Config,
    dataset: Dataset,
    split: Split,
    *,
    root: Path,
    drawn: Drawn,
    progress: Progress,
    cores: int | None,
    meanwhile: Callable[[], None] | None,
) -> tuple[ModelRun, ...]:
    """See `fit_models`."""
    split = in_fit_order(dataset, split)
    units = units_of(config, split, has_new=dataset.new is not None and len(dataset.new) > 0)
    parallel = _parallel(config, len(units), cores)
    jobs = [
        _job(config, unit, _threads(cores, min(parallel, len(units) - number)), drawn)
        for number, unit in enumerate(units)
    ]
    _prepare_workers(config, dataset, len(units) // parallel)
    with terminable(), scratch_folder() as folder:
        data = folder / "data"
        dump(rows_of(dataset, split, config), data)
        release_memory()
        outcomes = _run(jobs, folder, parallel, root, config.compute.seconds, progress, meanwhile)
    return tuple(
        assemble(name, model, [o for o in outcomes if o.unit.model == name], dataset, split, seeds=config.seeds)
        for name, model in config.models.items()
    )


def in_fit_order(dataset: Dataset, split: Split) -> Split:
    """The split with its training rows by their rank: fits, folds and curves see them in this order."""
    if dataset.rank is None:
        return split
    return replace(split, train=split.train[np.argsort(dataset.rank[split.train])])


def _prepare_workers(config: Config, dataset: Dataset, rounds: int) -> None:
    """Workers load the vectoriser one by one, unless there are so many that a server that has it is worth its start."""
    vectorized = any(model.preprocess == "auto" for model in config.models.values()) and not is_numeric(
        dataset.features
    )
    if vectorized and rounds > _ROUNDS_WORTH_A_START:
        prepare_for_vectorizing()
    else:
        prepare_workers()


def units_of(config: Config, split: Split, *, has_new: bool) -> list[Unit]:
    """Every fit that a configuration asks for: the models first, then folds and seeds in turn."""
    if split.folds is not None:
        return _units_of_folds(config, folds_asked(split), has_new=has_new)
    main = [Unit(name, "main", 0, name) for name in config.models]
    count = fold_count(config.cross_validation, by_time=split.method == "time")
    folds = [Unit(name, "fold", n, f"{name}: fold {n + 1} of {count}") for n in range(count) for name in config.models]
    seeds = [
        Unit(name, "seed", n, f"{name}: seed {seed}") for n, seed in enumerate(config.seeds) for name in config.models
    ]
    return main + folds + seeds


def _units_of_folds(config: Config, folds: list[int], *, has_new: bool) -> list[Unit]:
    """A fit for each fold, each model's first one before all others; one on all rows where there are new ones."""
    parts = [
        Unit(name, "part" if place else "main", fold, f"{name}: fold {place + 1} of {len(folds)}")
        for place, fold in enumerate(folds)
        for name in config.models
    ]
    return parts + [Unit(name, "whole", 0, f"{name}: all rows") for name in config.models if has_new]


def _job(config: Config, unit: Unit, threads: int, drawn: Drawn) -> Job:
    return Job(
        unit,
        config.models[unit.model],
        threads,
        drawn=drawn if unit.kind == "main" else Drawn(),
        cross_validation=config.cross_validation if unit.kind == "fold" else None,
        seed=config.seeds[unit.number] if unit.kind == "seed" else None,
        has_seeds=bool(config.seeds),
    )


def _parallel(config: Config, n_units: int, cores: int | None) -> int:
    """Fits at a time: as many as the user says, but no more than the cores that are given."""
    jobs = (cores or usable_cores()) if config.compute.jobs == "auto" else config.compute.jobs
    return max(1, min(jobs, cores or jobs, n_units))


def _threads(cores: int | None, at_a_time: int) -> int:
    """A fit's share of the cores; the last fits get those that no later one will need."""
    return max(1, (cores or usable_cores()) // at_a_time)


def _run(  # noqa: PLR0917 - what running takes
    jobs: list[Job],
    folder: Path,
    parallel: int,
    root: Path,
    limit: float,
    progress: Progress,
    meanwhile: Callable[[], None] | None,
) -> list[Outcome]:
    """The outcomes of all jobs, in their order; folds and seeds of a model that failed are not run."""
    outcomes: dict[Unit, Outcome] = {}
    failed: set[str] = set()
    units: dict[Path, Unit] = {}

    def tasks() -> Iterator[Task]:
        for number, job in enumerate(jobs):
            if job.unit.model not in failed:
                task = Task(job.unit.step, folder / str(number))
                task.folder.mkdir()
                dump(job, task.folder / JOB)
                units[task.folder] = job.unit
                yield task

    with closing(
        run_tasks(tasks(), parallel=parallel, data=folder / "data", root=root.resolve(), limit=limit)
    ) as events:
        for task, ending in _with_spare_cores(events, meanwhile, at_once=usable_cores() > parallel):
            if ending is None:
                progress.started(task.name)
                continue
            if ending.exit_code == NOT_WRITTEN:
                raise NotWrittenError(None, f"no room for the result of {task.name}")
            outcome = _outcome(units[task.folder], task.folder, ending)
            outcomes[outcome.unit] = outcome
            if outcome.unit.kind == "main" and outcome.status != "ok":
                failed.add(outcome.unit.model)
            progress.finished(task.name, "" if outcome.status == "ok" else outcome.status)
    return [outcomes[job.unit] for job in jobs if job.unit in outcomes]


def _with_spare_cores(
    events: Iterator[tuple[Task, Ending | None]], meanwhile: Callable[[], None] | None, *, at_once: bool
) -> Iterator[tuple[Task, Ending | None]]:
    """The same events; with the first of them, or the first end of a task, something else begins in a thread."""
    for task, ending in events:
        if meanwhile is not None and (at_once or ending is not None):
            threading.Thread(target=meanwhile, daemon=True).start()
            meanwhile = None
        yield task, ending


def _outcome(unit: Unit, folder: Path, ending: Ending) -> Outcome:
    parts: dict[str, Any] = {
        name: load(folder / name, mapped=False)
        for name in (FIT, CURVE, IMPORTANCE, FAILURE)
        if (folder / name).exists()
    }
    outcome = Outcome(unit, ending, parts, last_lines(folder / LOG), read_loaded(folder))
    shutil.rmtree(folder, ignore_errors=True)
    return outcome


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder for what processes hand each other; it goes with whatever happens."""
    try:
        with tempfile.TemporaryDirectory(prefix="ml-report-", ignore_cleanup_errors=True) as name:
            yield Path(name)
    except BrokenPipeError:  # of whoever listens to the progress
        raise
    except OSError as error:
        raise OutputError(
            f"worker processes and this one cannot hand each other data: {error.strerror or error}",
            hint=f"make room in {tempfile.gettempdir()}, or set TMPDIR to another folder",
        ) from error
