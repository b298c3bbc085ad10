"""Text from data, configuration and exceptions made inert: it is shown, and nothing in it comes to life.

GitHub acts on more than Markdown: it links mentions, issue numbers, commits and addresses, and draws emoji and
formulas, in the text of the page that Markdown became, where no backslash protects. There a zero-width space breaks
what would be found, and a dollar sign goes into an element of its own, as GitHub's documentation advises.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape as _escape_html

NO_BREAK = "\u00a0"  # a blank at which no line ends
_BREAK = "&#8203;"  # zero-width space
_JOINERS = "\u200c\u200d"  # parts of words in some scripts, and of emoji
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_REPLACEMENT = "\ufffd"

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_PUNCTUATION = re.compile(r"([\\`*~\[\]!|#])|((?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")
_LONG_RUN = re.compile(r"(`{100})`+")  # GitHub's parser counts the length of a fence to 255
_LINE_START = re.compile(r"^([-+]|\d{1,9}(?=[.)](?:\s|$)))")
_ALIVE = re.compile(
    r"""
    (?P<mark>[@\#])                                 # mentions, mail addresses, issues
  | (?P<scheme>:)(?=//)                             # addresses
  | (?P<www>www)(?=\.)
  | (?P<emoji>:)(?=(?:100|1234|(?!\d+:)[\w+-]+):)
  | (?P<reference>\b(?:GH|GHSA|CVE)-)(?=\w)         # issues and advisories
  | (?P<commit>(?<!\w)(?<!\d\.)[0-9a-f]{7,40}\b(?!\.\d))   # commits
    """,
    re.VERBOSE | re.IGNORECASE,
)


def clean(text: str, *, keep: str = "") -> str:
    """The text without characters that act but are not seen (control, direction, surrogates): each is shown as �.

    keep : control characters to leave as they are. Other white space becomes one blank.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_seen(character, keep) for character in text)


def one_line(text: str) -> str:
    """The cleaned text on one line, white space at its ends removed and elsewhere one blank."""
    return re.sub(" +", " ", clean(text)).strip()


def escape_markdown(text: str) -> str:
    """The text as inert inline Markdown, good for paragraphs, list items and table cells."""
    line = _ALIVE.sub(_break, one_line(text))
    line = _PUNCTUATION.sub(r"\\\g<0>", line.translate(_ENTITIES))
    line = _LINE_START.sub(_escape_start, line)
    return line.replace("\0", _BREAK).replace("$", "<span>$</span>")


def code_span(text: str) -> str:
    """The text as inert inline code, good for table cells too."""
    line = one_line(text)
    if not line:
        return ""
    return f"<code>{escape_markdown(line)}</code>" if re.search(r"[`|]", line) else f"`{line}`"


def code_block(text: str) -> str:
    """The text as a fenced block."""
    body = clean(text.replace("\r\n", "\n").replace("\r", "\n"), keep="\n").strip("\n")
    body = _LONG_RUN.sub(r"\1…", body)
    longest = max((len(run) for run in re.findall(r"`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{body}\n{fence}"


def escape_attribute(text: str) -> str:
    """The text for an HTML attribute or element inside Markdown, where backslashes mean nothing."""
    return _escape_html(one_line(text))


def shorten(text: str, longest: int) -> str:
    """The text on one line, with its end left out where it is longer than `longest` characters."""
    line = one_line(text)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _seen(character: str, keep: str) -> str:
    if character in keep or character == NO_BREAK:
        return character
    if character.isspace():
        return " "
    unseen = unicodedata.category(character) in _UNSEEN and character not in _JOINERS
    return _REPLACEMENT if unseen else character


def _break(match: re.Match[str]) -> str:
    """A mark for a zero-width space after what was found, and within a commit often enough that none is left."""
    if match["commit"] is None:
        return f"{match.group()}\0"
    return re.sub(r".{6}(?=.)", "\\g<0>\0", match.group())


def _escape_start(match: re.Match[str]) -> str:
    found = match.group()
    return f"{found}\\" if found[0].isdigit() else f"\\{found}"
