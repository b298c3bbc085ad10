"""A template of the user's own for the Markdown: Jinja2 in its sandbox, given the sections ready to be placed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.errors import OutputError, Place
from .markdown import closing, render_section
from .sections import SECTION_IDS

if TYPE_CHECKING:
    from .document import Document

_KEY = "report.template"


class MarkdownTemplate:
    """A template that receives `title` and `sections` (id → Markdown, empty for what has nothing to say).

    Raises OutputError where the file cannot be read, or the template is wrong.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            source = Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise OutputError(f"cannot read the template '{path}': {reason}", place=Place(key=_KEY)) from None
        self._template = self._compile(source)
        self._render("", dict.fromkeys(SECTION_IDS, ""))

    def __call__(self, document: Document) -> str:
        """The document by this template."""
        from .escaping import escape_markdown

        made = {section.id: render_section(section) for section in (*document.sections, *document.details)}
        body = self._render(escape_markdown(document.title), {**dict.fromkeys(SECTION_IDS, ""), **made})
        return f"{body.rstrip()}\n\n{closing(document)}\n"

    def _compile(self, source: str) -> Any:
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        try:
            return environment.from_string(source)
        except TemplateError as error:
            raise self._wrong(error) from None

    def _render(self, title: str, sections: dict[str, str]) -> str:
        try:
            rendered: str = self._template.render(title=title, sections=sections)
        except Exception as error:  # noqa: BLE001 - whatever the user's template does
            raise self._wrong(error) from None
        return rendered

    def _wrong(self, error: Exception) -> OutputError:
        line = getattr(error, "lineno", None) or _template_line(error)
        return OutputError(
            f"the template is wrong: {error}",
            place=Place(self._path, line),
            hint=f"it receives `title` and `sections`, a mapping with the keys {', '.join(SECTION_IDS)}",
        )


def _template_line(error: Exception) -> int | None:
    """The line of the template where an error arose; Jinja2 puts it into the traceback."""
    line, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
