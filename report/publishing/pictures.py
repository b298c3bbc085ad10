"""The plots of a comment: read from the report's folder, and put into the text by the addresses where they are."""

from __future__ import annotations

import os
import re
import stat
from html import escape
from typing import TYPE_CHECKING

from ..core.errors import Place, PublishingError
from .hosting import Hosted
from .png import LONGEST_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MOST_PICTURES = 30
LONGEST_ADDRESS = 300  # characters: what the report has kept room for
PLOTS = "plots"

# Text never holds such an element: the report's own text has no "<" outside of code.
_PICTURE = re.compile(rf'(?<=<img src="){PLOTS}/([a-z][a-z0-9_]{{0,60}})\.png(?=" alt=")')


def picture_names(markdown: str) -> tuple[str, ...]:
    """The plots that a text shows, in their order: `loss` for plots/loss.png."""
    return tuple(dict.fromkeys(_PICTURE.findall(markdown)))


def read_pictures(folder: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    """The files of plots in a report's folder, by name.

    Raises PublishingError for too many, for one that is missing, too large, a link or anything else but a plain file.
    """
    if len(names) > MOST_PICTURES:
        raise PublishingError(f"there are {len(names)} plots, more than {MOST_PICTURES}")
    if (folder / PLOTS).is_symlink():
        raise PublishingError("it is a link, and what it leads to is not published", place=Place(str(folder / PLOTS)))
    return {name: _read(folder / PLOTS / f"{name}.png") for name in names}


def with_addresses(markdown: str, addresses: Mapping[str, str]) -> str:
    """The text with each plot at its address.

    Raises PublishingError when one has none, or an address is no short https address.
    """

    def address(match: re.Match[str]) -> str:
        found = escape(addresses.get(match[1], ""))
        if len(found) > LONGEST_ADDRESS or not re.fullmatch(r"https://[\x21-\x7e]+", found):
            raise PublishingError(f"the plot '{match[1]}' has no address that a comment can show")
        return found

    return _PICTURE.sub(address, markdown)


def show_pictures(folder: Path, host: Callable[[Mapping[str, bytes]], Hosted]) -> Hosted:
    """Give `comment.md` its plots, where they can be hosted; else it stays as it is, in text.

    host : puts PNG files, by name, where the comment's readers see them.
    """
    try:
        markdown = (folder / "comment-with-plots.md").read_text("utf-8")
        pictures = read_pictures(folder, picture_names(markdown))
        hosted = host(pictures)
        if hosted.addresses:
            (folder / "comment.md").write_bytes(with_addresses(markdown, hosted.addresses).encode())
    except FileNotFoundError:
        return Hosted()
    except PublishingError as problem:
        return Hosted(problem=problem)
    except (OSError, ValueError) as error:
        return Hosted(problem=PublishingError(f"the plots cannot be shown: {error}"))
    return hosted


def _read(file: Path) -> bytes:
    try:
        with os.fdopen(os.open(file, _FLAGS), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise PublishingError("it is no plain file", place=Place(str(file)))
            data = stream.read(LONGEST_FILE + 1)
    except OSError as error:
        raise PublishingError(f"it cannot be read: {error.strerror}", place=Place(str(file))) from None
    if len(data) > LONGEST_FILE:
        raise PublishingError(f"it has more than {LONGEST_FILE:,} bytes", place=Place(str(file)))
    return data


# A link is not followed, and a pipe not waited for.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
