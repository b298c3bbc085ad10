"""What head was compared with, by hand: each way in which a comparison can end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from report.core.comparison import (
    BaseSide,
    ChangedPredictions,
    ChangedRow,
    ColumnChange,
    Comparison,
    DataChange,
    FoldChange,
    MetricChange,
    ModelPair,
    ValueChange,
)
from report.core.results import GateResult, Interval, SamplePrediction
from report.core.values import Notice
from tests.rendering.comparisons import binary, curve, model, regression, scores

if TYPE_CHECKING:
    from report.core.comparison import Verdict

COMMIT = "89abcdef0123456789abcdef0123456789abcdef"


def change(
    metric: str, base: float, head: float, low: float | None, high: float | None, verdict: Verdict, **given
) -> MetricChange:
    """A change with its interval, or one that was measured once."""
    interval = None if low is None or high is None else Interval(low, high)
    facts = {"margin": 0.0, "n_rows": 110, "method": "paired difference of row means"}
    return MetricChange(metric, base, head, head - base, interval, verdict, **{**facts, **given})


def predictions() -> ChangedPredictions:
    return ChangedPredictions(
        ("radius", "texture", "region"),
        (
            ChangedRow(
                "row 74",
                ("13.8", "15.79", "south"),
                "malignant",
                SamplePrediction("benign", 0.97, correct=False),
                SamplePrediction("malignant", 0.83, correct=True),
            ),
            ChangedRow(
                "row 298",
                ("14.26", "18.17", "north"),
                "benign",
                SamplePrediction("benign", 0.6, correct=True),
                SamplePrediction("malignant", 0.77, correct=False),
            ),
        ),
        n_rows=110,
        n_changed=5,
        n_fixed=4,
        n_broken=1,
    )


def data() -> DataChange:
    return DataChange(
        n_base=540,
        n_head=569,
        n_added=40,
        n_removed=11,
        n_edited=3,
        n_leaked=7,
        columns=(
            ColumnChange("region", "added", "category"),
            ColumnChange("nurse", "removed", "text"),
            ColumnChange("texture", "kind", "category in base, number in head"),
            ColumnChange("radius", "drift", "Kolmogorov–Smirnov distance", 0.2134),
        ),
        balance={"benign": (0.61, 0.627), "malignant": (0.39, 0.373)},
        note="drift on 540 and 569 rows",
    )


def gates() -> tuple[GateResult, ...]:
    """Rules on the change of two models, on a score and on a time."""
    kept = {"base": 0.9364, "difference": 0.0363, "p_adjusted": 0.036}
    same = {"base": 0.9545, "difference": 0.0, "p_adjusted": 1.0}
    slower = {"base": 0.029, "difference": 0.002}
    return (
        GateResult("accuracy not worse against base", "logistic", "accuracy", 0.9727, True, "fail", **kept),
        GateResult("accuracy not worse against base", "forest", "accuracy", 0.9561, True, "fail", **same),
        GateResult("accuracy ≥ 0.95", "svm", "accuracy", None, False, "fail", "the model failed"),
        GateResult("fit_time ≤ 60 s", "logistic", "fit_time", 0.031, True, "warn", **slower),
    )


def improved() -> Comparison:
    """One model better for sure, one renamed and unclear, one that failed, one removed; base from the cache."""
    head = binary()
    logistic = ModelPair(
        "logistic",
        "logistic",
        "paired",
        params=(ValueChange("C", "1.0", "0.5"), ValueChange("max_iter", None, "500")),
        seeds=(0, 1, 2),
        changes=(
            change(
                "accuracy",
                0.9364,
                0.9727,
                0.0066,
                0.0662,
                "improved",
                p_value=0.018,
                spread=(0.0091, 0.0),
                folds=FoldChange(0.0268, Interval(0.0061, 0.0475), "improved", 5, tells_more=True),
            ),
            change("f1", 0.9121, 0.9634, 0.0103, 0.0923, "improved"),
            change("roc_auc", 0.9959, 0.9957, -0.0021, 0.0017, "unclear", detectable=0.0027),
            change("fit_time", 0.029, 0.031, None, None, "unclear"),
            change("loss", 0.1233, 0.0865, -0.0611, -0.0125, "improved"),
        ),
        predictions=predictions(),
        evaluation=model(
            "logistic",
            "sklearn.linear_model.LogisticRegression",
            scores=scores("logistic", {"accuracy": (0.9802, 0.9364), "loss": (0.0733, 0.1233)}),
            curve=curve(kind="training size", points=5, floor=0.14),
            fit_seconds=0.029,
            size_bytes=1_100_000,
        ),
    )
    forest = ModelPair(
        "forest",
        "trees",
        "renamed",
        changes=(
            change("accuracy", 0.9545, 0.9545, -0.0178, 0.0178, "unclear", detectable=0.0253),
            change("loss", 0.1302, 0.1299, -0.0121, 0.0115, "unclear", detectable=0.0168),
        ),
        predictions=replace(predictions(), n_changed=2, n_fixed=1, n_broken=1),
        evaluation=model(
            "trees",
            "sklearn.ensemble.RandomForestClassifier",
            scores=scores("trees", {"accuracy": (1.0, 0.9545)}),
            curve=curve(floor=0.16),
        ),
    )
    return replace(
        head,
        gates=gates(),
        base=BaseSide(
            "compared",
            commit=COMMIT,
            how="the first parent of the merge commit",
            cached="2025-05-29T06:10:00+00:00",
            n_paired=110,
            n_left_out=4,
            left_out="base has no column `region`, and no row with the same id",
            pairs=(
                forest,
                logistic,
                ModelPair("svm", "svm", "failed", reason="base: ValueError: wide is no gamma"),
                ModelPair(None, "bayes", "removed"),
            ),
            data=data(),
            config=(ValueChange("data.validation", "0.25", "0.2"), ValueChange("slices", None, "[region]")),
            packages=(ValueChange("scikit-learn", "1.6.1", "1.7.0"),),
            notices=(
                Notice("2 of head's validation rows are in base's data twice", severity="note"),
                Notice("base was trained on 300 of its 432 training rows", hint="compare by the same split"),
            ),
        ),
    )


def worse() -> Comparison:
    """A regression: one metric worse for sure, one within its margin."""
    head = regression()
    pair = ModelPair(
        "ridge",
        "ridge",
        "paired",
        params=(ValueChange("alpha", "1.0", "50.0"),),
        changes=(
            change("r2", 0.5012, 0.4526, -0.0841, -0.0131, "worse", n_rows=89),
            change("rmse", 51.4, 53.85, -0.2, 5.1, "no worse", margin=5.14, n_rows=89),
            change("loss", 2642.0, 2900.2, 71.4, 445.0, "worse", n_rows=89),
        ),
        predictions=ChangedPredictions(
            ("bmi",),
            (ChangedRow("row 9", ("0.0617",), "151", SamplePrediction("190.1"), SamplePrediction("206.1167")),),
            89,
            31,
            12,
            19,
        ),
        evaluation=model("ridge", "sklearn.linear_model.Ridge", scores=scores("ridge", {"r2": (0.53, 0.5012)})),
    )
    base = BaseSide("compared", commit=COMMIT, how="the merge base with main", n_paired=89, pairs=(pair,))
    return replace(head, base=replace(base, data=DataChange(442, 442, 0, 0, 0, 0)))


def no_op() -> Comparison:
    """Only a comment changed."""
    head = regression()
    pair = ModelPair(
        "ridge",
        "ridge",
        "paired",
        changes=(
            change("r2", 0.4526, 0.4526, 0.0, 0.0, "unclear", detectable=0.0, n_rows=89),
            change("rmse", 53.85, 53.85, 0.0, 0.0, "unclear", detectable=0.0, n_rows=89),
        ),
        predictions=ChangedPredictions(("bmi",), (), 89, 0, 0, 0),
        evaluation=head.head.models[0],
    )
    base = BaseSide("compared", commit=COMMIT, how="the merge base with main", n_paired=89, pairs=(pair,))
    return replace(head, base=replace(base, data=DataChange(442, 442, 0, 0, 0, 0)))


def added() -> Comparison:
    """A model that base does not have, and none that both have."""
    pairs = (ModelPair("ridge", None, "added"), ModelPair(None, "lasso", "removed"))
    base = BaseSide("compared", commit=COMMIT, how="the commit before this push", n_paired=89, pairs=pairs)
    return replace(regression(), base=base)


def without_base() -> Comparison:
    return replace(regression(), base=BaseSide("none", "the base commit has no `ml-report.yml`", commit=COMMIT))


def failed_base() -> Comparison:
    return replace(regression(), base=BaseSide("failed", "data/diabetes.csv: there is no such file", commit=COMMIT))


def not_comparable() -> Comparison:
    reason = "base predicts `severity`, head `progression`"
    return replace(regression(), base=BaseSide("not comparable", reason, commit=COMMIT))
