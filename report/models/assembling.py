"""From the outcomes of a model's units to its `ModelRun`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..core.loaded import together
from ..core.logs import to_log
from ..core.numbers import format_duration
from ..core.values import ModelRun, Notice, SeedRun
from .aligning import sides
from .building import flat_params
from .pooling import known, of_folds
from .telling import exit_words
from .units import CURVE, FAILURE, FIT, IMPORTANCE, FitData, FitPart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..config.schema import Config, ModelConfig
    from ..core.values import Dataset, Split
    from .pool import Ending
    from .units import Unit


@dataclass(frozen=True, eq=False)
class Outcome:
    """What became of one unit: the parts of its result that were saved, and the last lines that it printed.

    code : files of the repository that its process has loaded; None where it was ended before it could tell.
    """

    unit: Unit
    ending: Ending
    parts: Mapping[str, Any]
    printed: str
    code: tuple[str, ...] | None = None

    @property
    def fit(self) -> FitPart | None:
        part = self.parts.get(FIT)
        return part if isinstance(part, FitPart) else None

    @property
    def status(self) -> Literal["ok", "failed", "timed out"]:
        if self.fit is not None:
            return "ok"
        return "timed out" if self.ending.timed_out else "failed"

    @property
    def ended_early(self) -> bool:
        """Whether the process came to its end, by itself or not, after the fit but before it was done."""
        return self.fit is not None and (self.ending.timed_out or self.ending.exit_code != 0)

    @property
    def reason(self) -> str:
        if self.ending.timed_out:
            return f"the time limit of {format_duration(round(self.ending.seconds))} was reached"
        failure = self.parts.get(FAILURE)
        return exit_words(self.ending.exit_code) if failure is None else failure.reason


def rows_of(dataset: Dataset, split: Split, config: Config) -> FitData:
    """The rows that fits need, and nothing else of the data set."""
    folds = config.cross_validation is not None
    new = dataset.new if dataset.new is not None and len(dataset.new) else None
    X_train, X_validation, X_new, notices = sides(dataset.features, split.train, split.validation, new)
    return FitData(
        X_train=X_train,
        X_validation=X_validation,
        X_new=X_new,
        target=dataset.target,
        train=split.train,
        validation=split.validation,
        weight=dataset.weight,
        group=_codes(dataset.group) if folds and dataset.group is not None else None,
        time=dataset.time if folds else None,
        by_time=split.method == "time",
        folds=split.folds,
        notices=notices,
    )


def assemble(
    name: str, config: ModelConfig, outcomes: list[Outcome], dataset: Dataset, split: Split, *, seeds: tuple[int, ...]
) -> ModelRun:
    """One model's run from the outcomes of its units, the main one first. seeds : as in the configuration."""
    main, *others = outcomes
    code = together(*(outcome.code for outcome in outcomes))
    run = ModelRun(name, config.estimator, flat_params(config.params), status=main.status, code=code)
    if split.folds is not None and (ended := next((o for o in outcomes if o.fit is None), None)) is not None:
        return _failed(replace(run, status=ended.status), ended, of=ended.unit.step.removeprefix(f"{name}: "))
    if main.fit is None:
        return _failed(run, main)
    fit, curve, importance = main.fit, main.parts.get(CURVE), main.parts.get(IMPORTANCE)
    for part in (curve, importance):
        if part is not None and part.fault:
            to_log(part.fault)
    folds, refits = ([o for o in others if o.unit.kind in kinds] for kinds in (("fold", "part", "whole"), ("seed",)))
    run = replace(
        run,
        preprocessing=fit.preprocessing,
        train=known(fit.train, dataset, None if split.folds is not None else split.train),
        validation=known(fit.validation, dataset, None if split.folds is not None else split.validation),
        new=fit.new,
        curve=None if curve is None else curve.curve,
        importance=None if importance is None else importance.importance,
        folds=tuple(known(o.fit.validation, dataset) for o in folds if o.fit and o.fit.validation),
        seeds=tuple(
            SeedRun(
                seeds[o.unit.number],
                train=known(o.fit.train, dataset, split.train),
                validation=known(o.fit.validation, dataset, split.validation),
            )
            for o in refits
            if o.fit and o.fit.train and o.fit.validation
        ),
        is_fixed=any(o.fit and o.fit.train is None for o in refits),
        fit_seconds=fit.fit_seconds,
        predict_seconds=fit.predict_seconds,
        size_bytes=fit.size_bytes,
        unfair=fit.unfair,
        notices=_notices(main, folds, refits),
    )
    return run if split.folds is None else of_folds(run, [o.fit for o in outcomes if o.fit], dataset, split)


def _failed(run: ModelRun, main: Outcome, *, of: str = "") -> ModelRun:
    """The run with why there is none. of : the fit that failed, where the model is made of several."""
    failure = main.parts.get(FAILURE)
    traceback = "" if failure is None else failure.output
    return replace(
        run,
        reason=f"{of}: {main.reason}" if of else main.reason,
        output="\n".join(text for text in (main.printed, traceback) if text) or None,
        preprocessing="" if failure is None else failure.preprocessing,
        notices=() if failure is None else failure.notices,
    )


def _notices(main: Outcome, folds: list[Outcome], refits: list[Outcome]) -> tuple[Notice, ...]:
    model = main.unit.model
    told = [notice for part in main.parts.values() for notice in part.notices]
    if main.ended_early:
        what = "the importance of columns is" if CURVE in main.parts else "loss curve and importance are"
        told.append(Notice(f"{what} left out: {main.reason}", subject=model))
    told += [notice for fold in folds if fold.fit for notice in fold.fit.notices]
    told += [
        Notice(f"{o.unit.step.removeprefix(model + ': ')} failed: {o.reason}", subject=model)
        for o in (*folds, *refits)
        if not o.fit
    ]
    if any(o.fit and o.fit.train is None for o in refits):
        message = "it has no random_state, so it was not fitted again with other seeds"
        told.append(Notice(message, severity="note", subject=model))
    return tuple(dict.fromkeys(told))


def _codes(group: NDArray[Any]) -> NDArray[np.int64]:
    """Groups as numbers in their sorted order."""
    import pandas as pd

    return np.asarray(pd.factorize(group, sort=True)[0], dtype=np.int64)
