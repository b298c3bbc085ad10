"""What later steps and people see without a comment: step outputs and the job summary."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SUMMARY_LIMIT = 1_000_000  # bytes; GitHub drops a summary of more than 1 MiB without failing the step


def write_outputs(file: str, outputs: Mapping[str, str]) -> None:
    """Append step outputs to the file that GITHUB_OUTPUT names; values may have any characters and several lines."""
    with Path(file).open("a", encoding="utf-8", newline="\n") as stream:
        for name, value in outputs.items():
            delimiter = f"end-{secrets.token_hex(16)}"
            stream.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def write_summary(file: str, markdown: str) -> None:
    """Append Markdown to the file that GITHUB_STEP_SUMMARY names, cut at a line where it is too long."""
    encoded = markdown.encode()
    if len(encoded) > SUMMARY_LIMIT:
        kept = encoded[:SUMMARY_LIMIT].rpartition(b"\n")[0].decode()
        markdown = f"{kept}\n\n*The rest was left out: see the report.*\n"
    with Path(file).open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(markdown if markdown.endswith("\n") else f"{markdown}\n")
