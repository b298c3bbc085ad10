"""Reports made by hand, for plots to be drawn of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from report.core.comparison import BaseSide, Comparison, MetricChange, ModelPair
from report.core.results import (
    ActualPredicted,
    ConfusionMatrix,
    Evaluation,
    Interval,
    MetricInfo,
    ModelEvaluation,
    RunInfo,
    SamplePrediction,
    Samples,
    Score,
    SplitSummary,
    Spread,
    XYCurve,
)
from report.core.values import DataDescription, Importance, LossCurve, MetricCurve, Task

ACCURACY = MetricInfo("accuracy", "Accuracy", greater_is_better=True, best=1.0)
LOSS = MetricInfo("loss", "Loss (log loss)", greater_is_better=False, best=0.0)
FIT_TIME = MetricInfo("fit_time", "Fit time", greater_is_better=False, unit="s")
SIZE = MetricInfo("model_size", "Model size", greater_is_better=False, unit="bytes")


def comparison(*models: ModelEvaluation, metrics=(ACCURACY, LOSS), task=Task.BINARY, samples=(), classes=("no", "yes")):
    """A report of these models."""
    head = Evaluation(
        task=task,
        target=("y",),
        classes=classes,
        positive=None,
        metrics=metrics,
        models=models,
        data=DataDescription("data.csv", "f", 100, ()),
        split=SplitSummary("hash", "", 80, 20),
        samples=samples,
    )
    return Comparison("Report", head, (), RunInfo("", {}, "", "", 1, {}, ""), {})


def model(name="forest", *, accuracy=(0.95, 0.9), loss=(0.1, 0.25), **parts):
    """A model; accuracy, loss : training and validation."""
    scores = tuple(
        Score(name, metric, split, value, "ok" if value is not None else "failed")
        for metric, pair in (("accuracy", accuracy), ("loss", loss))
        for split, value in zip(("train", "validation"), pair, strict=True)
    )
    given = {"status": "ok", "reason": None, "output": None, "scores": scores, **parts}
    return ModelEvaluation(name=name, estimator="x.Y", params={}, preprocessing="", **given)


def curve(train, validation, x=None, kind="iteration", loss="log loss", note=None, *, accuracy=None):
    """A loss curve; accuracy : training and validation at the same points."""
    x = np.arange(1.0, len(train) + 1) if x is None else x
    metric = None if accuracy is None else MetricCurve("accuracy", "Accuracy", True, *map(np.asarray, accuracy))
    return LossCurve(kind, loss, *(np.asarray(part, dtype=float) for part in (x, train, validation)), note, metric)


def against(report, *base: ModelEvaluation, changes=()):
    """The report compared with base's side of the same models; changes : of each of them."""
    pairs = tuple(ModelPair(m.name, m.name, "paired", changes=tuple(changes), evaluation=m) for m in base)
    return replace(report, base=BaseSide("compared", pairs=pairs))


def changed(metric, base, head, low, high, verdict="unclear"):
    """The change of a metric, with an interval unless its ends are None."""
    interval = None if low is None else Interval(low, high)
    return MetricChange(metric, base, head, head - base, interval, verdict, 0.0, 20, "paired difference")


def confusion(name, counts, classes=None):
    """A confusion matrix, its classes a, b, c … unless given."""
    counts = np.asarray(counts, dtype=np.int64)
    return ConfusionMatrix(name, tuple(classes or map(chr, range(97, 97 + len(counts)))), counts)


def lines(name, kind="roc", label="yes", x=(0, 0.1, 1), y=(0, 0.8, 1), *, value=0.9, weight=None):
    """A curve of scores."""
    weight = None if weight is None else np.asarray(weight, dtype=float)
    return XYCurve(name, kind, label, np.asarray(x, dtype=float), np.asarray(y, dtype=float), value, weight)


def importance(means, stds=None, features=None, metric="accuracy"):
    """Permutation importance of columns x0, x1 … unless given."""
    features = features or [f"x{i}" for i in range(len(means))]
    return Importance(metric, tuple(features), tuple(means), tuple(stds or [0.01] * len(means)))


def regression(name, y_true, y_pred, output="y"):
    """Actual and predicted values."""
    return ActualPredicted(name, output, np.asarray(y_true, dtype=float), np.asarray(y_pred, dtype=float))


def spread(name, values, metric="accuracy", mean=0.9, std=0.02):
    """One metric over fits."""
    return Spread(name, metric, tuple(values), mean, std)


def pictures(names, count=4, kind="validation", shape=(8, 8), *, right=True, truth=True):
    """Samples that are images of rising brightness."""
    images = np.linspace(0, 16, count * shape[0] * shape[1]).reshape(count, *shape)
    answers = tuple(SamplePrediction(str(i), 0.9, (right if truth else None)) for i in range(count))
    labels = tuple(str(i) for i in range(count)) if truth else None
    rows = tuple(map(str, range(count)))
    return Samples(kind, (), rows, (), dict.fromkeys(names, answers), labels, images)


def full_classification(count=3, classes=2, *, name=None, labels=None, seed=0):
    """Models with everything that a classification report can draw."""
    rng = np.random.default_rng(seed)
    labels = labels or tuple(f"class {i}" for i in range(classes))
    shown = labels[1:] if classes == 2 else labels[:6]
    models = []
    for index in range(count):
        called = f"model {index}" if name is None else name(index)
        points = np.sort(rng.uniform(size=30))
        curves = [lines(called, "roc", label, points, np.sqrt(points)) for label in shown]
        curves += [lines(called, "precision_recall", label, points, 1 - points**3) for label in shown]
        curves.append(
            lines(called, "calibration", "predicted class", points[::3], points[::3], value=0.1, weight=range(10))
        )
        steps = np.arange(1.0, 61)
        models.append(
            model(
                called,
                accuracy=(0.97, 0.9 - index / 100),
                loss=(0.1, 0.2 + index / 50),
                curve=curve(
                    0.6 * np.exp(-steps / 10),
                    0.2 + 0.5 * np.exp(-steps / 8) + steps / 1000,
                    accuracy=(1 - 0.4 * np.exp(-steps / 10), 0.9 - 0.4 * np.exp(-steps / 8)),
                ),
                importance=importance(np.linspace(0.2, -0.01, 20)),
                folds=(spread(called, rng.normal(0.9, 0.02, 5)), spread(called, rng.normal(0.2, 0.02, 5), "loss")),
                seeds=(spread(called, rng.normal(0.9, 0.02, 3)),),
                confusion=(confusion(called, rng.integers(0, 9, (classes, classes)), labels),),
                curves=tuple(curves),
            )
        )
    names = [m.name for m in models]
    samples = (pictures(names, 10), pictures(names, 6, "worst", right=False))
    task = Task.BINARY if classes == 2 else Task.MULTICLASS
    changes = (changed("accuracy", 0.8, 0.9, 0.05, 0.15, "improved"), changed("loss", 0.3, 0.2, -0.3, 0.1))
    return against(comparison(*models, samples=samples, classes=labels, task=task), *models, changes=changes)


def full_regression(count=3, rows=200, outputs=("y",), seed=0):
    """Models with everything that a regression report can draw."""
    rng = np.random.default_rng(seed)
    models = []
    for index in range(count):
        y = rng.normal(50, 10, rows)
        parts = tuple(regression(f"model {index}", y, y + rng.normal(0, 3, rows), output) for output in outputs)
        models.append(model(f"model {index}", actual_predicted=parts, importance=importance([0.3, 0.1, 0.0])))
    return comparison(*models, task=Task.REGRESSION, classes=())


def with_models(report, **changes):
    """The same report with the same changes to every model."""
    models = tuple(replace(m, **changes) for m in report.head.models)
    return replace(report, head=replace(report.head, models=models))


def panels(drawing):
    """The axes of a drawing, in the order in which they were placed."""
    return drawing.card.figure.axes


def named(axes, gid):
    """The artists of axes that are called `gid`."""
    return [artist for artist in axes.get_children() if artist.get_gid() == gid]


def words(drawing):
    """All text of a drawing."""
    from matplotlib.text import Text

    return [text.get_text() for text in drawing.card.figure.findobj(Text) if text.get_text()]
