"""How head compares with base, and the whole report: what comparison finds out, ready to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from .results import Evaluation, GateResult, Interval, ModelEvaluation, RunInfo, SamplePrediction
from .values import Notice

Verdict: TypeAlias = Literal["improved", "worse", "no worse", "unclear", "luck", "not comparable"]


@dataclass(frozen=True)
class FoldChange:
    """The change of one metric over the folds of cross-validation that both sides were fitted and asked on.

    difference : the mean of head − base over the folds. interval : of it, by Nadeau and Bengio; None where folds
    say nothing of its uncertainty. tells_more : whether it is narrower than that of the validation rows.
    """

    difference: float
    interval: Interval | None
    verdict: Verdict
    n_folds: int
    tells_more: bool


@dataclass(frozen=True)
class MetricChange:
    """The change of one metric of one model on the paired validation rows.

    base, head : the values on those rows; difference : head − base. interval : of the difference, None where rows say
    nothing of its uncertainty. detectable : the smallest change that these rows would show four times out of five.
    verdict : of the interval and the margin; "unclear" without an interval; "not comparable" where the pairing is
    unfair, "luck" where nothing that was changed explains the difference. why : the reason of these two, and of a
    missing interval. p_adjusted : by Holm, of gated ones only. spread : the standard deviation over the fits
    of base and of head, where the values are means over several. folds : the change by cross-validation, where both
    sides have the same folds; it is shown beside the verdict, and decides nothing.
    """

    metric: str
    base: float
    head: float
    difference: float
    interval: Interval | None
    verdict: Verdict
    margin: float
    n_rows: int
    method: str
    detectable: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    why: str | None = None
    spread: tuple[float, ...] | None = None
    folds: FoldChange | None = None


@dataclass(frozen=True)
class ChangedRow:
    """A validation row whose prediction changed; the probabilities are those that each side gives its own answer."""

    row: str
    cells: tuple[str, ...]
    truth: str
    base: SamplePrediction
    head: SamplePrediction


@dataclass(frozen=True)
class ChangedPredictions:
    """Rows whose prediction changed, most confident first, at most as many as output samples are asked for.

    n_changed, n_fixed, n_broken : of all paired rows; fixed: wrong in base and right in head. For regression, changed
    are those that moved by more than a tenth of the target's standard deviation, fixed those that came closer.
    """

    columns: tuple[str, ...]
    rows: tuple[ChangedRow, ...]
    n_rows: int
    n_changed: int
    n_fixed: int
    n_broken: int


@dataclass(frozen=True)
class ValueChange:
    """A key of the configuration, or a parameter, or the version of a package: None where there was or is none."""

    name: str
    base: str | None
    head: str | None


@dataclass(frozen=True, eq=False)
class ModelPair:
    """A model of head with the same one in base, found by name, else by equal estimator and parameters ("renamed").

    status : "added" has no base, "removed" no head; "failed": base's side of it could not be fitted or asked.
    not_compared : metric → why it has no change, where base means something else by it. is_luck : nothing that decides
    its answers has changed, and they have: its training is not deterministic, so that nothing is concluded.
    seeds : values are means over the fits with these on both sides; none: of the fits of the configuration, one a side.
    is_fixed : whether it is known that no seed can change either of these two.
    """

    head: str | None
    base: str | None
    status: Literal["paired", "renamed", "added", "removed", "failed"]
    reason: str | None = None
    params: tuple[ValueChange, ...] = ()
    changes: tuple[MetricChange, ...] = ()
    predictions: ChangedPredictions | None = None
    evaluation: ModelEvaluation | None = None  # base's side: its scores on its own training rows, its curve, times
    not_compared: Mapping[str, str] = field(default_factory=dict)
    is_luck: bool = False
    seeds: tuple[int, ...] = ()
    is_fixed: bool = False

    def change(self, metric: str) -> MetricChange | None:
        """The change of a metric, if it could be estimated."""
        return next((change for change in self.changes if change.metric == metric), None)


@dataclass(frozen=True)
class ColumnChange:
    """A column that was added, removed or got another kind, or whose distribution drifted.

    statistic : the population stability index of categories, or Kolmogorov and Smirnov's distance of numbers.
    """

    name: str
    change: Literal["added", "removed", "kind", "drift"]
    detail: str
    statistic: float | None = None


@dataclass(frozen=True)
class DataChange:
    """How base's data differ from head's, in rows that were matched.

    n_edited : matched rows with other cells, another label or weight. n_leaked : rows of base's own training part from
    which it does not learn, since head validates on them, on their group, or on earlier ones. balance : class → share
    in base, in head. order : what comes in another order, of "columns" and "rows".
    """

    n_base: int
    n_head: int
    n_added: int
    n_removed: int
    n_edited: int
    n_leaked: int
    columns: tuple[ColumnChange, ...] = ()
    balance: Mapping[str, tuple[float, float]] | None = None
    note: str | None = None
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChangedFile:
    """A file of the repository that differs between base and head. before : its name in base, where it was renamed.

    what : "comments" where nothing else differs.
    """

    name: str
    what: Literal["changed", "comments", "added", "deleted", "renamed"]
    before: str | None = None


@dataclass(frozen=True)
class ChangedFiles:
    """Files that differ, the first of them, and how many there are.

    kind : "code" that either side has run, "data" that either configuration names, Python files and notebooks that
    were "not run", and "other" files, which a model or a command may read.
    """

    kind: Literal["code", "data", "not run", "other"]
    files: tuple[ChangedFile, ...]
    n_files: int


@dataclass(frozen=True, eq=False)
class BaseSide:
    """What head was compared with, or why it could not be.

    status : "compared"; "none": there is no base (first use, no configuration there); "failed": base could not be
        trained; "not comparable": it predicts something else. reason : for all but the first, in a sentence.
    how : how the commit was found. cached : ISO 8601 time at which the result was made, when it comes from the cache.
    judged : the model of head that the verdict of the report is of: the one that the configuration names, else the like
        of base's best. unjudged : why there is none, in a sentence.
    n_paired, n_left_out : of head's validation rows; left_out : why the others are not compared. headlines : what
    must not be overlooked in how the change was judged, each a sentence without its full stop. files : of the
    repository, that differ. n_folds : where each row was predicted by the model of its fold, on both sides.
    """

    status: Literal["compared", "none", "failed", "not comparable"]
    reason: str | None = None
    commit: str | None = None
    how: str | None = None
    cached: str | None = None
    own_environment: bool = False
    n_paired: int = 0
    n_left_out: int = 0
    left_out: str | None = None
    pairs: tuple[ModelPair, ...] = ()
    data: DataChange | None = None
    config: tuple[ValueChange, ...] = ()
    packages: tuple[ValueChange, ...] = ()
    notices: tuple[Notice, ...] = ()
    judged: str | None = None
    unjudged: str | None = None
    headlines: tuple[str, ...] = ()
    files: tuple[ChangedFiles, ...] = ()
    n_folds: int | None = None

    def pair(self, head: str) -> ModelPair | None:
        """The pair of a model of head."""
        return next((pair for pair in self.pairs if pair.head == head), None)


@dataclass(frozen=True, eq=False)
class Comparison:
    """The whole report as values: `report.json` is this, serialised."""

    title: str
    head: Evaluation
    gates: tuple[GateResult, ...]
    run: RunInfo
    config: Mapping[str, Any]  # the configuration in effect, as plain values
    base: BaseSide | None = None  # None when no comparison was asked for

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on the primary metric of the judged model; None when there is none.

        A report that names none, as of an earlier version, is judged by head's best model.
        """
        if self.base is None or self.base.unjudged is not None:
            return None
        if self.base.status == "not comparable":
            return "not comparable"
        judged = self.base.judged or self.head.best_model
        pair = None if judged is None else self.base.pair(judged)
        change = pair.change(self.head.primary.name) if pair is not None else None
        return change.verdict if change is not None else None

    @property
    def passed(self) -> bool:
        """Whether no gate of severity "fail" failed, and not every model did."""
        if all(model.status != "ok" for model in self.head.models):
            return False
        return not any(gate.failed and gate.severity == "fail" for gate in self.gates)
