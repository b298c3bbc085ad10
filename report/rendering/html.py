"""A document as one self-contained page: styles and pictures inside, nothing loaded, nothing executed."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from .escaping import clean

if TYPE_CHECKING:
    from .document import Document

_FOLDER = Path(__file__).parent / "templates"


def render_html(document: Document, folder: Path, *, passed: bool = True) -> str:
    """The page. folder : where the pictures are. passed : whether the gates let the job pass."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    environment.filters["data_uri"] = lambda file: _data_uri(folder / file)
    style = (_FOLDER / "page.css").read_text("utf-8")
    page = environment.get_template("page.html")
    return page.render(document=document, style=style, style_hash=_hash(style), passed=passed)


def _clean(value: object) -> object:
    """Text without characters that act unseen; markup of the template itself passes."""
    return clean(value, keep="\n\t") if type(value) is str else value


def _hash(style: str) -> str:
    """How a content security policy names the one style that it allows."""
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


def _data_uri(file: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()}"
