"""Text from data, configuration and exceptions is shown, and nothing in it comes to life on GitHub."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from report.rendering.escaping import clean, code_block, code_span, escape_markdown, one_line
from tests.hostile.strings import HOSTILE
from tests.rendering.rendered import Page

texts = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=r"""ab12 @#:/.\`*_~[]()!|<>&$-+=w""", max_size=40),
    st.lists(st.sampled_from(HOSTILE), max_size=4).map(" ".join),
    st.lists(st.sampled_from(HOSTILE), max_size=4).map("".join),
)
PLACES = {
    "paragraph": "{}",
    "item": "- {}",
    "strong": "a **{}**: b",
    "cell": "| a | b |\n|---|---|\n| {} | x |",
    "small": "x<br><sub>{}</sub>",
}
TAGS = {
    "paragraph": {"p"},
    "item": {"ul", "li"},
    "strong": {"p", "strong"},
    "cell": {"table", "thead", "tbody", "tr", "th", "td"},
    "small": {"p", "br", "sub"},
}


def shown(text: str) -> str:
    """Text as a reader sees it: zero-width spaces and white space do not matter."""
    return re.sub(r"[\s\u200b]+", "", text)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text: str, place: str) -> None:
    assert_inert(text, place)


@given(text=texts, place=st.sampled_from(sorted(PLACES)))
@example(text="a\u00a0", place="paragraph")
@example(text=f":{'x' * 300}:", place="cell")
def test_any_text_is_inert(text: str, place: str) -> None:
    if one_line(text):
        assert_inert(text, place)


def assert_inert(text: str, place: str) -> None:
    page = Page(PLACES[place].format(escape_markdown(text)))
    assert set(page.tags) - {"span"} <= TAGS[place]
    assert page.comments == []
    assert page.linked == []
    assert shown(one_line(text)) in shown(page.text)


def test_the_parser_that_judges_brings_hostile_text_to_life() -> None:
    """The check above can fail: unescaped, GitHub's parser makes elements or linkable text of these."""
    alive = [text for text in HOSTILE if set(Page(text).tags) != {"p"} or Page(text).linked or Page(text).comments]
    assert len(alive) > 40


@given(texts)
def test_escaped_text_is_one_line(text: str) -> None:
    assert len(escape_markdown(text).splitlines()) <= 1
    assert len(code_span(text).splitlines()) <= 1


@pytest.mark.parametrize("text", ["0.9123", "n_estimators", "f1_macro", "3 of 4", "x = 1", "(a)", "ä 日本", "1.5 s"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert escape_markdown(text) == text


@given(text=texts)
def test_code_spans_show_their_text_in_cells_and_elsewhere(text: str) -> None:
    line = one_line(text)
    for place in ("paragraph", "cell"):
        page = Page(PLACES[place].format(code_span(text) or "x"))
        assert set(page.tags) - {"span"} <= TAGS[place] | {"code"}
        assert page.comments == []
        assert page.linked == []
        assert shown(line) in shown(page.text)


@given(st.one_of(texts, st.lists(texts, max_size=4).map("\n".join)))
def test_code_blocks_hold_their_text(text: str) -> None:
    page = Page(f"before\n\n{code_block(text)}\n\nafter")
    assert page.tags == ["p", "pre", "code", "p"]
    assert shown(re.sub("`{100,}", "`" * 100 + "…", clean(text, keep="\n"))) in shown(page.text)


@pytest.mark.parametrize("length", [3, 99, 100, 254, 255, 256, 600])
def test_no_run_of_backticks_ends_a_code_block(length: int) -> None:
    page = Page(f"{code_block(f'a{chr(10)}{chr(96) * length}{chr(10)}@octocat')}\n\nafter")
    assert page.tags == ["pre", "code", "p"]
    assert "".join(page.texts).strip() == "after"


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x1b",
        "\x7f",
        "\x9f",
        "\u202e",
        "\u2066",
        "\u200f",
        "\u061c",
        "\u200b",
        "\ufeff",
        "\U000e0041",
        "\ud800",
    ],
)
def test_characters_that_act_unseen_are_shown(character: str) -> None:
    assert clean(f"a{character}b") == "a\ufffdb"


def test_words_of_all_scripts_stay_whole() -> None:
    for text in ("می\u200cخواهم", "👩\u200d🔬", "नमस्ते", "Größe", "精度"):
        assert clean(text) == text


def test_line_breaks_become_blanks() -> None:
    assert one_line(" a\r\n\tb\u2028c ") == "a b c"
