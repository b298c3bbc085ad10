"""What later steps and people see without a comment: step outputs and the job summary."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SUMMARY_LIMIT = 1 << 20  # bytes; GitHub drops a summary of more, without failing the step


def write_outputs(file: str, outputs: Mapping[str, str]) -> None:
    """Append step outputs to the file that GITHUB_OUTPUT names; values may have any characters and several lines."""
    with Path(file).open("a", encoding="utf-8", newline="\n") as stream:
        for name, value in outputs.items():
            delimiter = f"end-{secrets.token_hex(16)}"
            stream.write(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def write_summary(file: str, *texts: str) -> None:
    """Append the first of these Markdown texts that there is room for to the file that GITHUB_STEP_SUMMARY names."""
    summary = Path(file)
    room = SUMMARY_LIMIT - (summary.stat().st_size if summary.exists() else 0)
    for text in texts:
        content = f"{text.rstrip()}\n".encode()
        if len(content) <= room:
            with summary.open("ab") as stream:
                stream.write(content)
            return
