"""Which files of a report are pictures of its comment, and what becomes of the text that shows them."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from report.core.errors import PublishingError
from report.publishing.hosting import Hosted
from report.publishing.pictures import MOST_PICTURES, picture_names, read_pictures, show_pictures, with_addresses
from report.publishing.png import LONGEST_FILE
from report.rendering.document import Code, Document, Figure, Figures, Paragraph, Section, code, line, plain
from report.rendering.markdown import render_markdown
from tests.rendering.rendered import Page

ADDRESS = "https://github.example/team/wine/blob/0123/{}.png?raw=true"
HOSTILE = '<img src="plots/loss.png" alt="x" width="9">'


def image(name: str) -> str:
    return f'<img src="plots/{name}.png" alt="A plot." width="400">'


def document(*names: str, text: str = "") -> str:
    figures = Figures(tuple(Figure(Path(f"plots/{name}.png"), "A plot.", 400) for name in names))
    blocks = (Paragraph(line(text, code(text))), Code(text), figures)
    return render_markdown(Document("Wine", (Section("models", "Models", blocks),), footer=plain(text)))


def test_plots_are_shown_at_their_addresses() -> None:
    markdown = document("loss", "precision_recall", "loss")
    assert picture_names(markdown) == ("loss", "precision_recall")
    text = with_addresses(markdown, {name: ADDRESS.format(name) for name in picture_names(markdown)})
    sources = [attributes["src"] for tag, attributes in Page(text).elements if tag == "img"]
    assert sources == [ADDRESS.format(name) for name in ("loss", "precision_recall", "loss")]
    assert re.sub(r'src="[^"]+"', "", text) == re.sub(r'src="[^"]+"', "", markdown)


def test_text_of_others_shows_no_picture() -> None:
    """What looks like an element of ours is text, in code too, and stays so."""
    markdown = document("loss", text=HOSTILE)
    page = Page(with_addresses(markdown, {"loss": ADDRESS.format("loss")}))
    assert page.tags.count("img") == 1


@pytest.mark.parametrize(
    "name", ["../secret", "..%2Fsecret", "a/b", "-rf", "A", "1", "a.b", "a b", "", "x" * 62, "$(id)", "a\n", "é"]
)
def test_a_hostile_name_is_no_plot(name: str) -> None:
    assert picture_names(image(name)) == ()


@pytest.mark.parametrize("address", ["", "http://a/b", "javascript:alert(1)", "https://a/ b", f"https://{'a' * 300}"])
def test_an_address_that_cannot_be_shown_is_refused(address: str) -> None:
    with pytest.raises(PublishingError, match="loss"):
        with_addresses(image("loss"), {"loss": address})


def test_an_address_does_not_end_its_attribute() -> None:
    text = with_addresses(image("loss"), {"loss": 'https://a/"><script>'})
    assert Page(text).tags == ["img"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "loss.png").write_bytes(b"loss")
    (tmp_path / "secret").write_bytes(b"secret")
    return tmp_path


def test_files_are_read(folder: Path) -> None:
    assert read_pictures(folder, ("loss",)) == {"loss": b"loss"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_is_not_followed(folder: Path) -> None:
    (folder / "plots" / "roc.png").symlink_to(folder / "secret")
    with pytest.raises(PublishingError, match=r"roc\.png"):
        read_pictures(folder, ("loss", "roc"))
    (folder / "plots").rename(folder / "elsewhere")
    (folder / "plots").symlink_to(folder / "elsewhere")
    with pytest.raises(PublishingError, match="link"):
        read_pictures(folder, ("loss",))


@pytest.mark.skipif(sys.platform == "win32", reason="there are none")
def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "plots" / "roc.png")
    with pytest.raises(PublishingError, match="no plain file"):
        read_pictures(folder, ("roc",))


def test_other_things_are_told(folder: Path) -> None:
    (folder / "plots" / "roc.png").mkdir()
    (folder / "plots" / "large.png").write_bytes(b"\0" * (LONGEST_FILE + 1))
    for name in ("roc", "large", "missing"):
        with pytest.raises(PublishingError, match=rf"{name}\.png"):
            read_pictures(folder, (name,))
    with pytest.raises(PublishingError, match="more than"):
        read_pictures(folder, tuple(f"p{n}" for n in range(MOST_PICTURES + 1)))


def test_the_comment_has_its_plots_only_where_all_are_hosted(folder: Path) -> None:
    (folder / "comment.md").write_text("in text", "utf-8")
    (folder / "comment-with-plots.md").write_text(image("loss"), "utf-8")
    assert show_pictures(folder, lambda _: Hosted()).problem is None
    assert (folder / "comment.md").read_text("utf-8") == "in text"
    hosted = show_pictures(folder, lambda pictures: Hosted({name: ADDRESS.format(name) for name in pictures}))
    assert hosted.problem is None
    assert (folder / "comment.md").read_text("utf-8") == image("loss").replace("plots/loss.png", ADDRESS.format("loss"))


def test_a_report_without_plots_asks_nobody(folder: Path) -> None:
    assert show_pictures(folder, lambda _: pytest.fail("nothing to host")) == Hosted()


@pytest.mark.parametrize("answer", [{}, {"loss": "http://a/b"}, {"roc": "https://a/b"}])
def test_an_answer_without_a_good_address_leaves_the_text(folder: Path, answer: dict[str, str]) -> None:
    (folder / "comment.md").write_text("in text", "utf-8")
    (folder / "comment-with-plots.md").write_text(image("loss"), "utf-8")
    hosted = show_pictures(folder, lambda _: Hosted(answer))
    assert (folder / "comment.md").read_text("utf-8") == "in text"
    assert (hosted.problem is None) == (not answer)
