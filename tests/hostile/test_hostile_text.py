"""Hostile text in every place where a repository has free text: it is shown, and nothing of it comes to life.

Titles, columns, cells, class labels, names of models, files and branches, messages of exceptions and what models print.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from report.rendering.build import build_document
from report.rendering.html import render_html
from report.rendering.markdown import render_markdown
from tests.hostile.browser import browser, visit
from tests.hostile.repository import HostileRun, file_name, model_names, run_hostile
from tests.hostile.strings import HOSTILE
from tests.publishing.test_annotations import runner_reads
from tests.publishing.test_outputs import runner_reads as outputs_read
from tests.rendering import base_sides
from tests.rendering.rendered import Page
from tests.rendering.test_html import Tree
from tests.rendering.test_markdown import OURS, hostile
from tests.sharing import made_once

if TYPE_CHECKING:
    pass

COMMANDS = {"group", "endgroup", "error", "warning", "notice"}
RUN = "https://github.com/team/wine/actions/runs/"
PAGE_ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "h3", "p", "strong", "code"),
    *("pre", "small", "br", "span", "ul", "li", "div", "details", "summary", "footer", "section", "figure", "img"),
    *("table", "thead", "tbody", "tr", "th", "td", "nav", "article"),
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> HostileRun:
    return made_once(tmp_path_factory, "hostile", run_hostile)


def test_the_table_is_long() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 60


@pytest.mark.parametrize("place", range(len(HOSTILE)), ids=lambda place: ascii(HOSTILE[place])[:30])
def test_each_text_is_inert_wherever_a_report_has_text(place: int, tmp_path: Path) -> None:
    attacked = hostile(base_sides.improved(), text=HOSTILE[place])
    document = build_document(attacked)
    page = Page(render_markdown(document))
    assert set(page.tags) <= OURS
    assert (page.linked, page.comments) == ([], [])
    tree = Tree(render_html(document, tmp_path))
    assert {tag for tag, _ in tree.elements} <= PAGE_ELEMENTS
    assert tree.unclosed == []


@pytest.mark.slow
def test_the_run_really_met_hostile_text(ran: HostileRun) -> None:
    report = json.loads((ran.report / "report.json").read_text("utf-8"))
    names = {model["name"] for model in report["head"]["models"]}
    assert names >= set(model_names())
    assert {column["name"] for column in report["head"]["data"]["columns"]} >= set(HOSTILE[::3])
    assert report["head"]["classes"] == sorted(HOSTILE)
    assert report["head"]["data"]["source"] == file_name()
    assert "<script>" in report["base"]["how"]
    assert any(pair["predictions"] and pair["predictions"]["n_changed"] for pair in report["base"]["pairs"])
    assert {model["status"] for model in report["head"]["models"]} == {"ok", "failed"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["report.md", "comment.md"])
def test_markdown_has_only_our_own_markup(ran: HostileRun, name: str) -> None:
    page = Page((ran.report / name).read_text("utf-8"))
    assert set(page.tags) <= OURS | {"a", "em"}
    assert (page.linked, page.comments) == ([], [])
    links = [given["href"] or "" for tag, given in page.elements if tag == "a"]
    assert all(link.startswith(RUN) for link in links)
    images = [given["src"] or "" for tag, given in page.elements if tag == "img"]
    assert all(re.fullmatch(r"plots/[a-z_]+\.png", image) and (ran.report / image).is_file() for image in images)


@pytest.mark.slow
def test_the_summary_has_only_our_own_markup_and_the_link_to_the_run(ran: HostileRun) -> None:
    page = Page(ran.summary)
    links = [given["href"] or "" for tag, given in page.elements if tag == "a"]
    assert len(links) == 1
    assert links[0].startswith(RUN)
    assert set(page.tags) <= OURS | {"a", "em"}
    assert (page.linked, page.comments) == ([], [])


@pytest.mark.slow
def test_the_log_has_only_our_own_commands(ran: HostileRun) -> None:
    read = [runner_reads(line) for line in re.split(r"[\r\n]", ran.log)]
    assert {command[0] for command in read if command} <= COMMANDS
    assert [line for line in ran.log.split("\n") if "##[" in line and not line.startswith("::")] == []
    assert not re.search(r"[\x1b\x07\x85\u2028\u202e\u2066\u200f]", ran.log)


@pytest.mark.slow
def test_outputs_are_what_the_report_says(ran: HostileRun) -> None:
    outputs = outputs_read(ran.outputs)
    assert outputs["passed"] == "false"
    assert set(json.loads(outputs["metrics"])) >= set(model_names())
    assert outputs["best-model"] in model_names()


@pytest.mark.slow
def test_nothing_was_executed(ran: HostileRun) -> None:
    assert list(ran.folder.rglob("owned")) == []


@pytest.mark.slow
@pytest.mark.skipif(browser() is None, reason="no Chromium is installed")
def test_in_a_browser_no_script_runs_and_no_request_leaves(ran: HostileRun, tmp_path: Path) -> None:
    seen = visit(ran.report / "report.html", tmp_path / "profile")
    tree = Tree(seen.dom)
    assert {tag for tag, _ in tree.elements} <= PAGE_ELEMENTS
    assert title(seen.dom) != "owned"
    assert [line for line in seen.requests if ".example" in line] == []


@pytest.mark.skipif(browser() is None, reason="no Chromium is installed")
def test_the_browser_would_have_told(tmp_path: Path) -> None:
    """The check above can fail: a page of the same text, unescaped, runs scripts and asks for pictures."""
    page = tmp_path / "alive.html"
    page.write_text("<title>fine</title><img src=http://b.example/x.png><script>document.title='owned'</script>")
    seen = visit(page, tmp_path / "profile")
    assert title(seen.dom) == "owned"
    assert [line for line in seen.requests if "b.example" in line]


def title(dom: str) -> str:
    found = re.search(r"<title>(.*?)</title>", dom, re.DOTALL)
    return found[1] if found else ""
