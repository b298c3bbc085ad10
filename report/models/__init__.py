"""Estimators by import path, preprocessing and fitting → one `ModelRun` per model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .server import prepare_workers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..config.schema import Config
    from ..core.errors import Problem
    from ..core.progress import Progress
    from ..core.scoring import Scorer
    from ..core.values import Curves, Dataset, ModelRun, Split

__all__ = ["fit_models", "prepare_workers", "problems_of_models"]


def fit_models(  # noqa: PLR0913 - keywords, each a choice of its own
    config: Config,
    dataset: Dataset,
    split: Split,
    *,
    root: Path,
    score: Scorer | None,
    progress: Progress,
    cores: int | None = None,
    curve_score: Scorer | None = None,
    curves: Curves = "auto",
    meanwhile: Callable[[], None] | None = None,
) -> tuple[ModelRun, ...]:
    """Fit every model on the training rows and ask it about all rows, in the configuration's order.

    root : the repository, for import paths. score : what permutation importance is measured by; None leaves it out.
    curves : which learning curves are made; curve_score : the metric that is drawn beside the loss.
    meanwhile : called in a thread, once a core is free.
    cores : that fits may keep busy, by several at a time or by threads of one; None for all that there are.
    A model that fails, ends its process or takes too long is a run with the reason; the others go on.
    """
    from .runs import fit_all  # not before workers are prepared: it loads much
    from .units import Drawn

    return fit_all(
        config,
        dataset,
        split,
        root=root,
        drawn=Drawn(score, curve_score, curves),
        progress=progress,
        cores=cores,
        meanwhile=meanwhile,
    )


def problems_of_models(config: Config, *, root: Path, columns: tuple[str, ...] | None = None) -> tuple[Problem, ...]:
    """Import paths, parameters and, where these are known, columns that are wrong, tried in worker processes."""
    from .checking import problems_of_models as found  # not before workers are prepared: it loads much

    return found(config, root, columns)
