"""A document as one self-contained page: styles and pictures inside, nothing loaded, nothing executed."""

from __future__ import annotations

import base64
import hashlib
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from .escaping import clean

if TYPE_CHECKING:
    from jinja2 import Template

    from .document import Document

_FOLDER = Path(__file__).parent / "templates"


def render_html(document: Document, folder: Path, *, passed: bool = True) -> str:
    """The page. folder : where the pictures are. passed : whether the gates let the job pass."""
    style = (_FOLDER / "page.css").read_text("utf-8")
    picture = partial(_data_uri, folder)
    return page_template().render(
        document=document, style=style, style_hash=_hash(style), passed=passed, picture=picture
    )


@cache
def page_template() -> Template:
    """The compiled template of the page; the first call imports the template library."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    return environment.get_template("page.html")


def _clean(value: object) -> object:
    """Text without characters that act unseen; markup of the template itself passes."""
    return clean(value, keep="\n\t") if type(value) is str else value


def _hash(style: str) -> str:
    """How a content security policy names the one style that it allows."""
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


def _data_uri(folder: Path, file: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode((folder / file).read_bytes()).decode()}"
