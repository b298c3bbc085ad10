"""Import paths and parameters of models, tried without any data: so that their problems are told with all others."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from ..core.errors import Problem, gathered
from ..core.terminating import terminable
from .building import build
from .handover import dump, load
from .pool import Task, run_tasks
from .preprocessing import problems_of_steps
from .runs import scratch_folder
from .units import PROBLEMS, Drawn, Job, Unit
from .worker import JOB

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..config.schema import Config

_SECONDS = 30.0  # for each model: what it does longer than that is no spelling


def problems_of_models(config: Config, root: Path, columns: tuple[str, ...] | None = None) -> tuple[Problem, ...]:
    """What is wrong with the models of a configuration whatever the rows are, in its order.

    columns : of the features, where they are known.

    Each is built in a process of its own; one that takes long, or ends its process, has no problem that is known here.
    """
    found: list[Problem] = []
    with terminable(), scratch_folder() as folder:

        def tasks() -> Iterator[Task]:
            for number, (name, model) in enumerate(config.models.items()):
                task = Task(name, folder / str(number))
                task.folder.mkdir()
                dump(
                    Job(Unit(name, "check", 0, name), model, threads=1, drawn=Drawn(), columns=columns),
                    task.folder / JOB,
                )
                yield task

        limit = min(_SECONDS, config.compute.seconds)
        with closing(run_tasks(tasks(), parallel=1, data=folder / "data", root=root.resolve(), limit=limit)) as events:
            for task, ending in events:
                if ending is not None and (task.folder / PROBLEMS).exists():
                    found += load(task.folder / PROBLEMS, mapped=False)
    return tuple(found)


def check(job: Job, root: Path) -> tuple[Problem, ...]:
    """In a worker: build the estimator and the transformers of a model, and give what is wrong with them."""
    problems: list[Problem] = []
    with gathered(problems):
        build(job.config, root=root, key=job.key)
    problems += problems_of_steps(job.config.preprocess, job.columns, root, job.key)
    return tuple(problems)
