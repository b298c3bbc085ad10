"""One mistake is told with all others that can be known without it being mended."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .comparison.gates import gated_metrics
from .core.errors import ReportError, gathered
from .evaluation import unknown_metrics
from .judging import named_metrics
from .models import prepare_workers, problems_of_models

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .config.schema import Config
    from .core.errors import Problem


@contextmanager
def all_problems(config: Config, root: Path) -> Iterator[list[str]]:
    """An error of the data or the metrics is raised with what is wrong with metrics, gates and models besides.

    Gives a list, for the feature columns as soon as they are known.
    """
    columns: list[str] = []
    try:
        yield columns
    except ReportError as error:
        others = known_problems(config, root, tuple(columns) or None)
        raise type(error).of(_each_once((*error.problems, *others))) from error


def with_well_formed(error: ReportError, config: Config, root: Path) -> ReportError:
    """An error of the configuration together with what is wrong with the parts of it that can be read.

    config : these parts.
    """
    if config.models:
        prepare_workers()
    return type(error).of((*error.problems, *known_problems(config, root)))


def known_problems(config: Config, root: Path, columns: tuple[str, ...] | None = None) -> tuple[Problem, ...]:
    """What is wrong with metrics, gates and models whatever the rows are. columns : of the features, where known."""
    named = named_metrics(config)
    gated = {name: key for name, key in gated_metrics(config.gates).items() if name not in named}
    keys = (*(f"metrics[{index}]" for index in range(len(config.metrics))), *gated.values())
    problems = list(unknown_metrics((*config.metrics, *gated), keys, root=root))
    if config.models:
        with gathered(problems):
            problems += problems_of_models(config, root=root, columns=columns)
    return tuple(problems)


def _each_once(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The first of those that say the same of a key."""
    found: dict[tuple[str | None, str], Problem] = {}
    for problem in problems:
        found.setdefault((problem.place.key, problem.message), problem)
    return tuple(found.values())
