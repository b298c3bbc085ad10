"""Metrics, scores, the tables behind plots, and output samples: from model runs to one Evaluation."""

from .choosing import choose_metrics, known_names
from .evaluate import evaluate
from .metrics import Metric
from .scoring import curve_scorer, scorer

__all__ = ["Metric", "choose_metrics", "curve_scorer", "evaluate", "known_names", "scorer"]
