"""What the base side is asked: which commit, how to start it, and the rows that head validates on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from ...config import Override
    from ...core.values import Curves, Target
    from .commits import BaseCommit, NoBase


CrossFolds: TypeAlias = tuple[int, int, bool, int]  # folds, repeats, whether rows are shuffled, the first seed


@dataclass(frozen=True)
class BaseRequest:
    """How to come by a base.

    root : the folder that paths of the configuration start from, as in head. config_path : relative to it.
    overrides : keys that win over the configuration on both sides. against : "base" or a git ref; None leaves it to
    the configuration. found : the commit, where an earlier step has found it; judge : then, the commit whose
    configuration judges. event_name, event : what GitHub tells; empty on a laptop.
    command : how to start this program anew. variables : the environment of the base process.
    requirements : the file, relative to root, that head's environment was made of; uv : the program that makes another.
    cache : the folder of earlier results; None keeps none. keeps_own : whether head is a base of later runs.
    """

    root: Path
    config_path: str
    command: tuple[str, ...]
    against: str | None = None
    overrides: tuple[Override, ...] = ()
    found: BaseCommit | NoBase | None = None
    judge: str | None = None
    event_name: str = ""
    event: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    requirements: str | None = None
    uv: Path | None = None
    cache: Path | None = None
    keeps_own: bool = False


@dataclass(frozen=True, eq=False)
class HeadRows:
    """The rows that judge both sides, and what base learns from.

    positions : (n_judged,) int64 into head's Dataset. own : (n_judged,) int64, the same row of base, or -1. foreign :
    the latter rows, as head's source has them where `foreign_is_raw`, else head's features. base_train : (n_train,)
    int64, rows of base. target : of all of head's rows. weight, group : (n_judged,). metrics : of head, as
    plain values. seeds : that head is fitted with, beside the fit of its own parameters. cross_validation : its
    settings, where both sides have the same folds; trained : then, the rows of head that `base_train` are, (n_train,).
    curves : the learning curves that the report shows. folds : (n_judged,), where base predicts each by its fold.
    """

    positions: NDArray[np.int64]
    own: NDArray[np.int64]
    foreign: pd.DataFrame
    foreign_is_raw: bool
    base_train: NDArray[np.int64]
    target: Target
    weight: NDArray[np.float64] | None = None
    group: NDArray[Any] | None = None
    metrics: tuple[Any, ...] = ()
    seeds: tuple[int, ...] = ()
    cross_validation: CrossFolds | None = None
    trained: NDArray[np.int64] | None = None
    curves: Curves = "auto"
    folds: NDArray[np.int64] | None = None
