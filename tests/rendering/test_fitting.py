"""A text that has to fit does, and is whole Markdown: nothing is cut within a table row, a fence or a fold."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import cmarkgfm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.rendering.comment import COMMENT_LIMIT, RESERVED, render_comment, render_summary, utf16_length
from report.rendering.document import (
    Alert,
    Block,
    Bullets,
    Chart,
    Code,
    Column,
    Document,
    Figure,
    Figures,
    Fold,
    Paragraph,
    Section,
    Table,
    code,
    line,
    plain,
    strong,
)
from report.rendering.fitting import shorten_section
from tests.rendering.rendered import OPTIONS, Page

FOOTER = "Made by nobody on no day."
HOSTILE = [
    "```",
    "~~~~",
    "</details>",
    "<details><summary>",
    "| a |",
    "\\",
    "🍷" * 9,
    "\ud83c",
    "`",
    "x" * 300,
    "\n\n",
    "",
]
texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=12), max_size=4).map(" ".join)
lines = st.builds(lambda a, b, c: line(a, strong(b), code(c)), texts, texts, texts)
repeats = st.sampled_from([1, 2, 40])
leaves = st.one_of(
    st.builds(Paragraph, lines, st.booleans()),
    st.builds(lambda kind, some, n: Alert(kind, tuple(some * n)), st.sampled_from(["note", "caution"]),
              st.lists(lines, min_size=1, max_size=2), repeats),
    st.builds(lambda some, n: Bullets(tuple(some * n)), st.lists(lines, min_size=1, max_size=2), repeats),
    st.builds(lambda text, n: Code(f"{text}\n" * n), texts, repeats),
    st.builds(lambda text, n: Chart("loss", text, text, (0.0, 1.0), ((0.5,) * n,), (text,) * n), texts, repeats),
    st.builds(lambda a, b, n: Table((Column("A"), Column("B", "right")), ((a, b),) * n), lines, lines, repeats),
)  # fmt: skip
blocks = leaves | st.builds(
    lambda title, some: Fold(title, tuple(some)), texts, st.lists(leaves, min_size=1, max_size=3)
)
sections = st.builds(
    lambda title, some, folded: Section("any", title, tuple(some), folded),
    st.sampled_from(["Models", "Loss | curves", ""]),
    st.lists(blocks, min_size=1, max_size=4),
    st.just(False),
)
documents = st.builds(
    lambda title, some, details: Document(
        title,
        tuple(some),
        tuple(replace(section, folded=True, title=section.title or "D") for section in details),
        plain(FOOTER),
    ),
    texts.map(lambda text: f"T {text}"),
    st.lists(sections, max_size=4),
    st.lists(sections, max_size=3),
)


def assert_whole(text: str) -> None:
    """The last line is the footer, outside of any fence and fold, and folds are balanced."""
    page = Page(text)
    assert FOOTER in "".join(page.texts), "a fence is open"
    assert page._open == [], "an element is open"
    html = cmarkgfm.github_flavored_markdown_to_html(text, options=OPTIONS)
    closed = html[: html.rindex(FOOTER)].count("</details>")
    assert page.tags.count("details") == page.tags.count("summary") == closed


@settings(max_examples=60, deadline=None)
@given(documents, st.integers(3_000, 12_000))
def test_every_document_fits_and_stays_whole(document: Document, limit: int) -> None:
    text = render_comment(document, limit=limit)
    assert utf16_length(text) <= limit
    assert len(text) <= limit
    assert_whole(text)


@settings(max_examples=60, deadline=None)
@given(documents, st.integers(3_000, 12_000))
def test_a_summary_fits_in_bytes(document: Document, limit: int) -> None:
    text = render_summary(document, limit=limit)
    assert len(text.encode()) <= limit
    assert_whole(text)


def document(*blocks: Block, details: tuple[Section, ...] = ()) -> Document:
    sections = (Section("summary", "", (Paragraph(plain("forest is best")),)), Section("models", "Models", blocks))
    return Document("Wine", sections, details, plain(FOOTER))


def table(rows: int, columns: int = 20) -> Table:
    cells = tuple(plain(f"0.{column:04}") for column in range(columns))
    return Table(tuple(Column(f"metric {n}") for n in range(columns)), tuple((*cells,) for _ in range(rows)))


@pytest.mark.parametrize(
    ("block", "unit"),
    [
        (table(3000), "rows"),
        (Bullets((line(strong("forest"), ": accuracy 0.9 → 0.8 (−0.1): worse."),) * 5000), "lines"),
        (Alert("warning", (plain("it did not converge"),) * 9000), "lines"),
        (Code("warning: it did not converge\n" * 9000), "lines"),
        (Paragraph(plain("🍷 " * 90_000)), "characters"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_block_that_is_too_long_alone_loses_its_end(block: Block, unit: str) -> None:
    text = render_comment(document(block))
    assert utf16_length(text) <= COMMENT_LIMIT
    assert utf16_length(text) > COMMENT_LIMIT // 3, "what there is room for is there"
    assert "forest is best" in text
    assert re.search(rf"Left out for want of room: [\d,]+ more {unit}\. The whole report has it\.", text)
    assert_whole(text)


def test_a_table_is_cut_between_rows() -> None:
    text = render_comment(document(table(3000)))
    page = Page(text)
    missing = int(re.search(r"room: ([\d,]+) more rows", text)[1].replace(",", ""))
    assert page.tags.count("tr") - 1 + missing == 3000
    assert page.tags.count("td") == 20 * (page.tags.count("tr") - 1)


def test_details_go_before_any_row_does() -> None:
    details = tuple(Section(f"d{n}", f"Detail {n}", (table(90, 10),), folded=True) for n in range(5))
    text = render_comment(document(table(100, 10), details=details))
    assert Page(text).tags.count("tr") >= 101
    assert "<summary>Detail 0</summary>" in text
    assert "_Left out for want of room: Detail 3, Detail 4. The whole report has them._" in text
    assert "more rows" not in text


def test_a_fold_is_cut_within_and_closed() -> None:
    text = render_comment(
        document(Fold("All rows", (Paragraph(plain("first")), table(3000))), Paragraph(plain("last")))
    )
    assert "<summary>All rows</summary>\n\nfirst" in text
    assert "more rows" in text
    assert "last" not in text
    assert_whole(text)


def test_nothing_is_cut_in_a_section_that_fits() -> None:
    section = Section("models", "Models", (table(5),))
    assert shorten_section(section, 10_000, len) == section


def test_what_one_reader_counts_as_two_is_counted_so() -> None:
    assert utf16_length("🍷a") == 3
    text = render_comment(document(Paragraph(plain("🍷" * 40_000))))
    assert utf16_length(text) <= COMMENT_LIMIT


def test_there_is_room_for_a_link_and_the_watermark() -> None:
    link = "\n[The whole report, with its plots](https://github.example/team/wine/actions/runs/1/artifacts/12345678)\n"
    watermark = f'\n\n![](https://cml.dev/watermark.png#{"0" * 40} "CML watermark {"x" * 100}")'
    assert 2 * len(link + watermark) <= RESERVED
    assert COMMENT_LIMIT + RESERVED == 60_000


def test_pictures_have_the_addresses_that_are_given(tmp_path) -> None:
    figures = Figures(tuple(Figure(tmp_path / f"{name}.png", f"The {name}.", 400) for name in ("loss", "roc", "own")))
    address = "https://github.example/team/wine/blob/0123/loss.png?raw=true&x=1"
    text = render_comment(document(figures), pictures={"loss": address, "roc": "https://github.example/roc.png"})
    shown = [attributes for tag, attributes in Page(text).elements if tag == "img"]
    assert [(each["src"], each["alt"], each["width"]) for each in shown] == [
        (address, "The loss.", "400"),
        ("https://github.example/roc.png", "The roc.", "400"),
    ]


def test_addresses_count() -> None:
    figures = [Figures((Figure(Path(f"plots/p{n}.png"), "A plot.", 400),)) for n in range(40)]
    pictures = {f"p{n}": "https://github.example/" + "x" * 270 for n in range(40)}
    details = tuple(Section(f"d{n}", f"Detail {n}", (figure,), folded=True) for n, figure in enumerate(figures))
    text = render_comment(document(details=details), pictures=pictures, limit=9_000)
    assert 20 <= Page(text).tags.count("img") < 30
    assert len(text) <= 9_000
