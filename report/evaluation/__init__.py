"""Metrics, scores, the tables behind plots, and output samples: from model runs to one Evaluation."""

from .choosing import choose_metrics, known_names, unknown_metrics, usual_metrics
from .evaluate import evaluate
from .metrics import Metric
from .metrics.own import FunctionMetric
from .own_values import own_values
from .scoring import curve_scorer, scorer

__all__ = [
    "FunctionMetric",
    "Metric",
    "choose_metrics",
    "curve_scorer",
    "evaluate",
    "known_names",
    "own_values",
    "scorer",
    "unknown_metrics",
    "usual_metrics",
]
