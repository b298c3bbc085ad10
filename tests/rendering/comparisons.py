"""Reports made by hand, one a task: what the tests and the golden files are drawn from."""

from __future__ import annotations

import numpy as np

from report.core.comparison import Comparison
from report.core.results import (
    ActualPredicted,
    ConfusionMatrix,
    Evaluation,
    GateResult,
    Guess,
    MetricInfo,
    ModelEvaluation,
    RunInfo,
    SamplePrediction,
    Samples,
    Score,
    SliceScore,
    SplitSummary,
    Spread,
    XYCurve,
)
from report.core.values import ColumnSummary, DataDescription, Importance, LossCurve, MetricCurve, Notice, Task

ACCURACY = MetricInfo(
    "accuracy", "Accuracy", True, best=1.0, description="Share of rows whose class is right.", is_share=True
)
F1 = MetricInfo("f1", "F1", True, best=1.0, description="Harmonic mean of precision and recall.", is_share=True)
ROC_AUC = MetricInfo("roc_auc", "ROC AUC", True, best=1.0, description="Area under the ROC curve.", is_share=True)
FIT_TIME = MetricInfo("fit_time", "Fit time", False, unit="s", description="Wall time of the fit.")
LOG_LOSS = MetricInfo("loss", "Loss (log loss)", False, best=0.0, description="What the curves show.")
R2 = MetricInfo("r2", "R²", True, best=1.0)
RMSE = MetricInfo("rmse", "RMSE", False, best=0.0)
SQUARED = MetricInfo("loss", "Loss (mean squared error)", False, best=0.0)

RUN = RunInfo(
    started="2025-06-01T09:30:00+00:00",
    seconds={"data": 0.12, "models": 7.9, "evaluation": 0.4},
    python="3.12.4",
    platform="Linux-6.8",
    cores=4,
    packages={"numpy": "2.1.0", "pandas": "2.3.0", "scikit-learn": "1.7.0"},
    version="1.0.0",
    commit="0123456789abcdef0123456789abcdef01234567",
    config_file="ml-report.yml",
)


def scores(model: str, values: dict[str, tuple[float | None, float | None]]) -> tuple[Score, ...]:
    """Metric → (training, validation)."""
    return tuple(
        Score(model, metric, split, value)
        for metric, pair in values.items()
        for split, value in zip(("train", "validation"), pair, strict=True)
        if value is not None
    )


def curve(kind="iteration", loss="log loss", points=50, floor=0.12, note=None) -> LossCurve:
    x = np.arange(1.0, points + 1)
    train = 0.02 + 0.6 * np.exp(-x / 12)
    validation = floor + 0.5 * np.exp(-x / 9) + 0.0012 * np.maximum(0, x - 30)
    metric = (
        MetricCurve("accuracy", "Accuracy", True, 1 - train / 2, 1 - validation / 2) if loss == "log loss" else None
    )
    return LossCurve(kind, loss, x, train, validation, note, metric)


def model(name: str, estimator: str, **given) -> ModelEvaluation:
    defaults = {
        "params": {},
        "preprocessing": "Numbers as they are.",
        "status": "ok",
        "reason": None,
        "output": None,
        "scores": (),
        "fit_seconds": 1.25,
        "predict_seconds": 0.012,
        "size_bytes": 1_250_000,
    }
    return ModelEvaluation(name=name, estimator=estimator, **{**defaults, **given})


def spread(name: str, metric: str, *values: float) -> Spread:
    return Spread(name, metric, values, float(np.mean(values)), float(np.std(values, ddof=1)))


def binary() -> Comparison:
    """Three models, one of which failed; gates that pass, fail and warn; warnings; everything that can be shown."""
    forest = model(
        "forest",
        "sklearn.ensemble.RandomForestClassifier",
        params={"n_estimators": "200", "random_state": "0"},
        scores=scores(
            "forest",
            {
                "accuracy": (1.0, 0.9561),
                "f1": (1.0, 0.9412),
                "roc_auc": (1.0, 0.9931),
                "fit_time": (None, 1.25),
                "loss": (0.0312, 0.1299),
            },
        ),
        curve=curve(note="on 100,000 of 800,000 training rows"),
        importance=Importance("accuracy", ("radius", "texture"), (0.11, 0.02), (0.01, 0.004)),
        folds=(spread("forest", "accuracy", 0.95, 0.96, 0.97), spread("forest", "loss", 0.12, 0.14, 0.11)),
        seeds=(spread("forest", "accuracy", 0.9561, 0.9474, 0.9561),),
        slices=(
            SliceScore("forest", "accuracy", "region", "north", 80, 0.975),
            SliceScore("forest", "accuracy", "region", "south", 34, 0.912),
        ),
        confusion=(ConfusionMatrix("forest", ("benign", "malignant"), np.array([[70, 2], [3, 39]])),),
        notices=(Notice("random_state was not set: 0 is used", severity="note", subject="forest"),),
        curves=(XYCurve("forest", "roc", "malignant", np.array([0, 0.1, 1]), np.array([0, 0.98, 1]), 0.9931),),
    )
    logistic = model(
        "logistic",
        "sklearn.linear_model.LogisticRegression",
        params={"C": "0.5"},
        scores=scores(
            "logistic",
            {
                "accuracy": (0.9868, 0.9737),
                "f1": (0.9821, 0.9639),
                "roc_auc": (0.9975, 0.9957),
                "fit_time": (None, 0.031),
                "loss": (0.0541, 0.0865),
            },
        ),
        curve=curve(kind="training size", points=5, floor=0.09),
        folds=(spread("logistic", "accuracy", 0.97, 0.98, 0.96), spread("logistic", "loss", 0.09, 0.08, 0.1)),
        seeds=(spread("logistic", "accuracy", 0.9737, 0.9737, 0.9737),),
        slices=(
            SliceScore("logistic", "accuracy", "region", "north", 80, 0.9875),
            SliceScore("logistic", "accuracy", "region", "south", 34, 0.9412),
        ),
        notices=(Notice("lbfgs failed to converge (status=1)", "raise max_iter, or scale the data"),),
    )
    machine = model(
        "svm",
        "sklearn.svm.SVC",
        params={"gamma": "wide"},
        status="failed",
        reason="InvalidParameterError: The 'gamma' parameter of SVC must be a str among {'auto', 'scale'} or "
        "a float in the range [0.0, inf). Got 'wide' instead.",
        output="fitting…\nno luck",
        fit_seconds=None,
        predict_seconds=None,
        size_bytes=None,
    )
    return Comparison(
        title="Tumours",
        head=Evaluation(
            task=Task.BINARY,
            target=("diagnosis",),
            classes=("benign", "malignant"),
            positive="malignant",
            metrics=(ACCURACY, F1, ROC_AUC, FIT_TIME, LOG_LOSS),
            models=(forest, logistic, machine),
            data=DataDescription(
                "data/tumours.csv",
                "5f2b6c0d" * 8,
                569,
                (
                    ColumnSummary("radius", "number", 0, 456),
                    ColumnSummary("texture", "number", 12, 479),
                    ColumnSummary("region", "category", 0, 2),
                ),
                (Notice("4 rows are exact copies of others", hint="drop them, or name an `id` column"),),
            ),
            split=SplitSummary(
                "hash",
                "By a hash of each row: the same row gets the same side whatever rows surround it",
                455,
                114,
                3,
                {"benign": (285, 72), "malignant": (170, 42)},
            ),
            samples=(
                Samples(
                    "new",
                    ("radius", "texture", "region"),
                    ("row 1", "row 2", "row 3"),
                    (("17.99", "10.38", "north"), ("9.504", "12.44", "south"), ("13.08", "15.71", "north")),
                    {
                        "forest": (
                            SamplePrediction("malignant", 0.985),
                            SamplePrediction("benign", 1.0),
                            SamplePrediction("benign", 0.92),
                        ),
                        "logistic": (
                            SamplePrediction("malignant", 0.9996),
                            SamplePrediction("benign", 0.9989),
                            SamplePrediction("malignant", 0.512),
                        ),
                    },
                ),
                Samples(
                    "worst",
                    ("radius", "texture", "region"),
                    ("row 74", "row 298"),
                    (("13.8", "15.79", "south"), ("14.26", "18.17", "north")),
                    {
                        "forest": (
                            SamplePrediction("benign", 0.97, correct=False),
                            SamplePrediction("malignant", 0.6, correct=True),
                        ),
                        "logistic": (
                            SamplePrediction("benign", 0.83, correct=False),
                            SamplePrediction("benign", 0.77, correct=False),
                        ),
                    },
                    truth=("malignant", "malignant"),
                ),
            ),
            guess=Guess(
                "always 'benign', the most frequent class of training",
                scores("guessing", {"accuracy": (None, 0.6316), "f1": (None, 0.0), "loss": (None, 0.6589)}),
            ),
        ),
        gates=(
            GateResult("accuracy ≥ 0.96", "forest", "accuracy", 0.9561, False, "fail", "0.0039 too low"),
            GateResult("accuracy ≥ 0.96", "logistic", "accuracy", 0.9737, True, "fail"),
            GateResult("accuracy ≥ 0.96", "svm", "accuracy", None, False, "fail", "the model failed"),
            GateResult("fit_time ≤ 1 s", "forest", "fit_time", 1.25, False, "warn", "0.2500 s too high"),
            GateResult("fit_time ≤ 1 s", "logistic", "fit_time", 0.031, True, "warn"),
        ),
        run=RUN,
        config={"data": {"source": "data/tumours.csv", "target": "diagnosis"}},
    )


def regression() -> Comparison:
    """One model, no gates, no warnings."""
    ridge = model(
        "ridge",
        "sklearn.linear_model.Ridge",
        scores=scores("ridge", {"r2": (0.5245, 0.4526), "rmse": (53.45, 53.85), "loss": (2857.1, 2900.2)}),
        curve=LossCurve(
            "training size",
            "mean squared error",
            np.array([35.0, 62.0, 111.0, 198.0, 353.0]),
            np.array([1810.0, 2240.5, 2611.0, 2790.2, 2857.1]),
            np.array([4120.0, 3480.0, 3150.5, 2985.0, 2900.2]),
        ),
        actual_predicted=(
            ActualPredicted("ridge", "progression", np.array([151.0, 75.0, 141.5]), np.array([206.1, 68.07, 176.9])),
        ),
    )
    return Comparison(
        title="Model report",
        head=Evaluation(
            task=Task.REGRESSION,
            target=("progression",),
            classes=(),
            positive=None,
            metrics=(R2, RMSE, SQUARED),
            models=(ridge,),
            data=DataDescription("sklearn:diabetes", "ab" * 32, 442, (ColumnSummary("bmi", "number", 0, 163),)),
            split=SplitSummary("random", "By chance, with seed 42", 353, 89),
            samples=(
                Samples(
                    "validation",
                    ("bmi", "bp"),
                    ("row 9", "row 30"),
                    (("0.0617", "0.0219"), ("−0.0515", "−0.0263")),
                    {"ridge": (SamplePrediction("206.1167"), SamplePrediction("68.0716"))},
                    truth=("151", "75"),
                ),
            ),
            guess=Guess(
                "always the mean of training", scores("guessing", {"r2": (None, -0.0119), "loss": (None, 5361.5)})
            ),
        ),
        gates=(),
        run=RUN,
        config={},
    )


def digits() -> Comparison:
    """Ten classes, samples that are pictures."""
    generator = np.random.default_rng(0)
    network = model(
        "mlp",
        "sklearn.neural_network.MLPClassifier",
        params={"hidden_layer_sizes": "[64]", "max_iter": "40"},
        scores=scores("mlp", {"accuracy": (1.0, 0.9694), "loss": (0.0061, 0.1067)}),
        curve=curve("epoch", points=40),
    )
    return Comparison(
        title="Digits",
        head=Evaluation(
            task=Task.MULTICLASS,
            target=("target",),
            classes=tuple(range(10)),
            positive=None,
            metrics=(ACCURACY, LOG_LOSS),
            models=(network,),
            data=DataDescription(
                "sklearn:digits",
                "cd" * 32,
                1797,
                tuple(
                    ColumnSummary(f"pixel_{row}_{column}", "number", 0, 17) for row in range(8) for column in range(8)
                ),
            ),
            split=SplitSummary(
                "hash", "By a hash of each row", 1437, 360, balance={str(digit): (143, 36) for digit in range(10)}
            ),
            samples=(
                Samples(
                    "validation",
                    (),
                    tuple(f"row {row}" for row in range(1, 13)),
                    ((),) * 12,
                    {"mlp": tuple(SamplePrediction(str(row % 10), 0.9, correct=row != 7) for row in range(1, 13))},
                    truth=tuple(str(row % 10 if row != 7 else 1) for row in range(1, 13)),
                    images=generator.uniform(0, 16, (12, 8, 8)),
                ),
            ),
        ),
        gates=(GateResult("accuracy ≥ 0.9", "mlp", "accuracy", 0.9694, True, "fail"),),
        run=RUN,
        config={},
    )
