"""What a section is made from, and the cells that several sections share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ...core.numbers import format_count, format_in_unit
from ..document import Block, Column, Figure, Figures, Line, Paragraph, line, plain, strong
from ..escaping import NO_BREAK

if TYPE_CHECKING:
    from ...core.comparison import Comparison
    from ...core.results import Evaluation, MetricInfo, ModelEvaluation, Spread
    from ...core.values import Notice
    from ..plots.files import PlotFile, PlotSection

LONGEST_NAME = 40  # characters of a model's name, a label or a column in a table


@dataclass(frozen=True, eq=False)
class Context:
    """The report's values, its pictures, and what went wrong while it was written."""

    comparison: Comparison
    plots: tuple[PlotFile, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def head(self) -> Evaluation:
        return self.comparison.head

    def figures(self, section: PlotSection, *ids: str) -> tuple[Figures, ...]:
        """The pictures that belong to a section, or those of some ids of it: one block, or none."""
        files = (file for file in self.plots if file.section == section and (not ids or file.id in ids))
        figures = tuple(Figure(file.file, file.alt, file.width) for file in files)
        return (Figures(figures),) if figures else ()

    @property
    def evaluated(self) -> tuple[ModelEvaluation, ...]:
        """The models that did not fail."""
        return tuple(model for model in self.head.models if model.status == "ok")


def metric_text(value: float | None, metric: MetricInfo) -> str:
    """A value of a metric, in its unit."""
    return format_in_unit(value, metric.unit, metric.digits)


def directed_title(metric: MetricInfo) -> str:
    """A metric's title with an arrow to where better values are."""
    return f"{metric.title}{NO_BREAK}{'↑' if metric.greater_is_better else '↓'}"


def sentence_title(metric: MetricInfo) -> str:
    """A metric's title within a sentence: "Accuracy" becomes "accuracy", and "ROC AUC" stays."""
    first = metric.title.split(" ", 1)[0]
    return metric.title[:1].lower() + metric.title[1:] if first[1:].islower() else metric.title


def value_column(title: str) -> Column:
    return Column(title, "right")


def best_marked(texts: list[str], values: list[float | None], metric: MetricInfo) -> list[Line]:
    """One cell a value; those that read like the best one in bold, where there is something to choose from."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return [plain(text) for text in texts]
    best = (max if metric.greater_is_better else min)(known)
    shown = metric_text(best, metric)
    return [line(strong(text)) if text == shown else plain(text) for text in texts]


def spread_text(spread: Spread | None, metric: MetricInfo) -> str:
    """Mean ± standard deviation."""
    if spread is None or spread.mean is None:
        return "–"
    mean = metric_text(spread.mean, metric)
    return mean if spread.std is None else f"{mean} ± {metric_text(spread.std, metric)}"


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """A count with its noun: 1 model, 1,200 rows."""
    return f"{format_count(count)} {singular if count == 1 else plural or f'{singular}s'}"


def short_commit(commit: str) -> str:
    """The first seven digits of a commit, and the mark of files changed since."""
    sha, mark, rest = commit.partition("-")
    return f"{sha[:7]}{mark}{rest}"


def date_text(moment: str) -> str:
    """A moment as people write it, given in ISO 8601 and UTC."""
    try:
        return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return moment


def rest_of(count: int, noun: str, plural: str | None = None) -> tuple[Block, ...]:
    """What stands for rows that a table has no room for; nothing for none."""
    if count <= 0:
        return ()
    more = counted(count, f"more {noun}", f"more {plural or f'{noun}s'}")
    return (Paragraph(plain(f"and {more}: see report.json"), muted=True),)
