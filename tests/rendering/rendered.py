"""What GitHub makes of Markdown: its own parser with its extensions, and the page's elements and text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
# What GitHub links in the text of a page, whatever Markdown it came from.
LINKED = re.compile(
    r"(?<!\w)@[a-z0-9]|#\d|\b(?:GH|GHSA|CVE)-\w|://|\bwww\.|:[\w+-]*[a-z_+-][\w+-]*:|\$"
    r"|(?<!\w)(?<!\d\.)[0-9a-f]{7,40}\b(?!\.\d)",
    re.IGNORECASE | re.ASCII,
)


class Page(HTMLParser):
    """The elements of a page in their order, and its text outside of code and of protected dollar signs."""

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.all_text: list[str] = []
        self.comments: list[str] = []
        self._open: list[str] = []
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, options=OPTIONS))
        self.close()

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.elements]

    @property
    def text(self) -> str:
        return "".join(self.all_text)

    @property
    def linked(self) -> list[str]:
        """What GitHub would bring to life in the text."""
        return [found.group() for text in self.texts for found in LINKED.finditer(text)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"br", "img", "input", "hr"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.all_text.append(data)
        if not {"code", "pre"} & set(self._open) and not (self._open[-1:] == ["span"] and data == "$"):
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)
