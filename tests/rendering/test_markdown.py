"""The Markdown of a report: GitHub's parser finds our own markup in it, and none of the data's."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from report.core.values import DataDescription
from report.rendering.build import build_document
from report.rendering.document import (
    Alert,
    Bullets,
    Code,
    Column,
    Document,
    Figure,
    Figures,
    Fold,
    Paragraph,
    Section,
    Table,
    below,
    code,
    line,
    marked,
    plain,
    strong,
)
from report.rendering.markdown import render_markdown
from report.rendering.plots.files import PlotFile
from tests.rendering.rendered import Page

if TYPE_CHECKING:
    from report.core.comparison import Comparison

OURS = {
    *("h2", "h3", "p", "strong", "code", "pre", "sub", "br", "span", "ul", "li", "blockquote", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td", "img"),
}
HOSTILE = "@octocat #1 <b>x</b> [a](http://x.example) ![i](j) | `c` **d** <!-- e --> :x: $f$ www.x.example abc1234\nz"
FIXED = {"status", "severity", "split", "kind", "section", "name", "model", "metric", "started"}


def hostile(value: Any, field: str = "", keep: tuple[str, ...] = (), text: str = HOSTILE) -> Any:
    """The same value with hostile text in every place where text is free, fields of the names in `keep` excepted."""
    if isinstance(value, Enum) or field in FIXED or field in keep:
        return value
    if isinstance(value, str):
        return f"{text} {value}"
    if is_dataclass(value):
        changed = {field.name: hostile(getattr(value, field.name), field.name, keep, text) for field in fields(value)}
        return replace(value, **changed)
    if isinstance(value, dict):
        return {
            (key if field == "predictions" else hostile(key, text=text)): hostile(entry, keep=keep, text=text)
            for key, entry in value.items()
        }
    return tuple(hostile(entry, keep=keep, text=text) for entry in value) if isinstance(value, tuple) else value


def test_a_report_is_parsed_as_it_is_meant(comparison: Comparison) -> None:
    page = Page(render_markdown(build_document(comparison)))
    assert set(page.tags) <= OURS
    assert page.linked == []
    assert "[!" not in page.text.replace("[!CAUTION]", "").replace("[!WARNING]", "")
    assert "table" in page.tags


def test_hostile_text_changes_nothing_but_text(comparison: Comparison) -> None:
    attacked = Page(render_markdown(build_document(hostile(comparison))))
    assert set(attacked.tags) <= OURS
    assert attacked.linked == []
    assert attacked.comments == []
    tables = Page(render_markdown(build_document(hostile(comparison, keep=("title",)))))  # whose columns still fit
    assert tables.tags.count("tr") == Page(render_markdown(build_document(comparison))).tags.count("tr")
    assert "@\u200boctocat" in attacked.text


def test_names_of_models_and_metrics_are_inert_too(binary: Comparison) -> None:
    forest, *others = binary.head.models
    named = replace(forest, name=HOSTILE, scores=tuple(replace(score, model=HOSTILE) for score in forest.scores))
    page = Page(render_markdown(build_document(replace(binary, head=replace(binary.head, models=(named, *others))))))
    assert set(page.tags) <= OURS
    assert page.linked == []


def test_folds_hold_markdown() -> None:
    table = Table((Column("a"),), ((line(strong("b"), below("c")),),))
    page = Page(render_markdown(document(Fold("More", (table, Bullets((plain("d"),)), Code("e"))))))
    assert page.tags == [
        *("h2", "h3", "details", "summary", "table", "thead", "tr", "th", "tbody", "tr", "td", "strong", "br", "sub"),
        *("ul", "li", "pre", "code"),
    ]


def test_alerts_are_githubs_own() -> None:
    text = render_markdown(document(Alert("caution", (plain("one"), plain("two")))))
    assert "> [!CAUTION]\n> one\n>\n> two" in text


def test_columns_are_aligned() -> None:
    table = Table((Column("a"), Column("b", "right"), Column("c", "center")), ((plain("1"), plain("2"), plain("3")),))
    cells = [attributes for tag, attributes in Page(render_markdown(document(table))).elements if tag == "td"]
    assert [cell.get("align") for cell in cells] == ["left", "right", "center"]


def test_numbers_are_not_read_as_numbers_by_the_table_writer() -> None:
    table = Table((Column("a", "right"),), ((plain("1e5"),), (plain("0.10"),), (plain("007"),)))
    assert [text for text in ("1e5", "0.10", "007") if text in render_markdown(document(table))] == [
        "1e5",
        "0.10",
        "007",
    ]


def test_pictures_have_words_and_a_width() -> None:
    figure = Figure(Path("plots/loss.png"), 'falls "fast" <b>', 640)
    page = Page(render_markdown(document(Figures((figure,)))))
    assert ("img", {"src": "plots/loss.png", "alt": 'falls "fast" <b>', "width": "640"}) in page.elements


def test_blanks_stay_outside_of_markup() -> None:
    text = render_markdown(document(Paragraph(line("a", strong("b: "), "c", code(" d "), strong("  ")))))
    assert "a**b:** c `d`" in text


def test_backticks_of_our_messages_become_code() -> None:
    assert marked("say `id:` here") == line("say ", code("id:"), " here")
    assert marked("one ` alone") == plain("one ` alone")


@pytest.mark.parametrize("title", ["", "  ", "#", "Wine & cheese"])
def test_any_title_makes_a_heading(title: str) -> None:
    page = Page(render_markdown(Document(title, (Section("a", "A", (Paragraph(plain("x")),)),))))
    assert page.tags[0] == "h2"
    assert title.strip() in page.text


def test_a_label_of_blanks_is_still_a_cell(binary: Comparison) -> None:
    data = replace(binary.head.data, columns=(replace(binary.head.data.columns[0], name=" "),))
    assert isinstance(data, DataDescription)
    page = Page(render_markdown(build_document(replace(binary, head=replace(binary.head, data=data)))))
    assert page.linked == []


def test_plots_stand_in_their_sections(binary: Comparison) -> None:
    plots = tuple(
        PlotFile(name, Path(f"plots/{name}.png"), name, name, section, 400)
        for name, section in (("a", "curves"), ("b", "models"), ("c", "details"), ("samples", "samples"))
    )
    text = render_markdown(build_document(binary, plots))
    places = [text.index(f"plots/{name}.png") for name in ("b", "a", "samples", "c")]
    assert places == sorted(places)
    assert text.index("### Details") < places[-1]


def test_curves_without_a_finite_value_are_dashes(binary: Comparison) -> None:
    curve = binary.head.models[0].curve
    assert curve is not None
    nothing = np.full_like(curve.x, np.nan)
    model = replace(binary.head.models[0], curve=replace(curve, train=nothing, validation=nothing))
    text = render_markdown(build_document(replace(binary, head=replace(binary.head, models=(model,)))))
    assert "could not be made" not in text


def document(*blocks: Any) -> Document:
    return Document("Title", (Section("a", "A", blocks),))
