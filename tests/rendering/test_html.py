"""The page: one file that loads nothing, runs nothing, and shows the same cells as the Markdown."""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

from report.rendering.build import build_document
from report.rendering.html import render_html
from report.rendering.markdown import render_markdown
from report.rendering.plots.files import PlotFile
from tests.rendering.rendered import Page
from tests.rendering.test_markdown import hostile

if TYPE_CHECKING:
    from report.core.comparison import Comparison

VOID = {"meta", "img", "br", "link", "input"}


class Tree(HTMLParser):
    """Elements with their attributes, text, and tags that were not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self.unclosed: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in {"td", "th"}:
            self.cells.append("")
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.unclosed):
            self.cells[-1] += data


def markdown_cells(markdown: str) -> list[str]:
    """The cells of all tables as GitHub shows them."""

    class Cells(Page):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            super().handle_starttag(tag, attrs)
            if tag in {"td", "th"}:
                self.found.append("")

        def handle_data(self, data: str) -> None:
            super().handle_data(data)
            if {"td", "th"} & set(self._open):
                self.found[-1] += data

        def __init__(self, markdown: str) -> None:
            self.found: list[str] = []
            super().__init__(markdown)

    return Cells(markdown).found


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def picture(file: Path) -> None:
    """A PNG of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    file.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00\x00")) + chunk(b"IEND", b"")
    )


def test_the_page_has_the_cells_of_the_markdown(comparison: Comparison, tmp_path: Path) -> None:
    document = build_document(comparison)
    page = [squeezed(cell) for cell in Tree(render_html(document, tmp_path)).cells]
    assert page == [squeezed(cell) for cell in markdown_cells(render_markdown(document))]
    assert len(page) > 20


def test_hostile_text_makes_no_elements(comparison: Comparison, tmp_path: Path) -> None:
    fine = Tree(render_html(build_document(comparison), tmp_path))
    attacked = Tree(render_html(build_document(hostile(comparison)), tmp_path))
    assert attacked.unclosed == fine.unclosed == []
    assert {tag for tag, _ in attacked.elements} <= {tag for tag, _ in fine.elements} | {"span"}
    assert not any(name.startswith("on") or name == "style" for _, given in attacked.elements for name in given)


def test_nothing_is_loaded_and_nothing_runs(binary: Comparison, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    plots = (PlotFile("a", Path("a.png"), "A", 'says "hi"', "curves", 400),)
    page = render_html(build_document(binary, plots), tmp_path)
    tree = Tree(page)
    tags = {tag for tag, _ in tree.elements}
    assert tags.isdisjoint({"script", "link", "iframe", "object", "form", "a"})
    images = [given for tag, given in tree.elements if tag == "img"]
    assert [image["alt"] for image in images] == ['says "hi"']
    assert all((image["src"] or "").startswith("data:image/png;base64,") for image in images)


def test_the_policy_allows_the_one_style_and_pictures_inside(binary: Comparison, tmp_path: Path) -> None:
    page = render_html(build_document(binary), tmp_path)
    policy = next(given["content"] for tag, given in Tree(page).elements if "http-equiv" in given)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_failed_gates_are_said_beside_the_title(binary: Comparison, tmp_path: Path) -> None:
    document = build_document(binary)
    assert "gates failed</span>" in render_html(document, tmp_path, passed=False)
    assert "gates failed</span>" not in render_html(document, tmp_path, passed=True)


def test_text_that_acts_unseen_is_shown(binary: Comparison, tmp_path: Path) -> None:
    page = render_html(build_document(replace(binary, title="a\u202eb\x00\ud800")), tmp_path)
    assert "<h1>a\ufffdb\ufffd\ufffd</h1>" in page
    page.encode()
