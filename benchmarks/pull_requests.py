"""Pull requests of known truth, each in a real git repository: what the report said of them, and what is wrong with it.

    python -m benchmarks.pull_requests [no-changes | real-changes | attacks] [--only PATTERN] [--jobs 2]

Exit status 1 when an answer is wrong, or when more than three of the changes of nothing have a warning.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import multiprocessing
import re
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tests.pull_requests.case import PullRequest

NAMES = ("no-changes", "real-changes", "attacks")
NOTHING = "nothing changed"
MOST_WARNED = 3


class Row(NamedTuple):
    """What was said of a pull request."""

    pull_request: str
    right: str
    said: str
    flaws: list[str]
    warnings: list[str]
    seconds: float


def catalogue(name: str) -> tuple[PullRequest, ...]:
    """Imported where it is used: each worker of the product imports this module too."""
    from tests.pull_requests.attacks import ATTACKS
    from tests.pull_requests.no_changes import NO_CHANGES
    from tests.pull_requests.real_changes import REAL_CHANGES

    return dict(zip(NAMES, (NO_CHANGES, REAL_CHANGES, ATTACKS), strict=True))[name]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("catalogues", nargs="*", default=list(NAMES))
    parser.add_argument("--only", default="", help="those whose name has this, a regular expression")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    chosen = [
        (name, number)
        for name in options.catalogues
        for number, pull_request in enumerate(catalogue(name))
        if re.search(options.only, pull_request.name)
    ]
    with ProcessPoolExecutor(options.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        rows = [_told(row) for row in pool.map(_row, chosen)]
    wrong = [row for row in rows if row.flaws]
    warned = [row for row in rows if row.warnings and row.right == NOTHING]
    print(
        f"\n{len(rows)} pull requests: {len(wrong)} wrong; of those that change nothing, {len(warned)} with a warning"
    )
    return int(bool(wrong) or len(warned) > MOST_WARNED)


def _told(row: Row) -> Row:
    print(
        f"{'WRONG' if row.flaws else 'right'} | {row.pull_request} | {row.right} | {row.said} | {row.seconds:.0f} s",
        flush=True,
    )
    for kind, texts in (("flaw", row.flaws), ("warning", row.warnings if row.right == NOTHING else [])):
        for text in texts:
            print(f"    {kind}: {' '.join(text.split())[:400]}", flush=True)
    return row


def _row(place: tuple[str, int]) -> Row:
    from tests.pull_requests.running import flaws, run

    pull_request = catalogue(place[0])[place[1]]
    started, printed = time.monotonic(), io.StringIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.redirect_stderr(printed),
        contextlib.redirect_stdout(printed),
    ):
        try:
            answer = run(pull_request, Path(folder))
            said, wrong = f"{answer.status} {sorted(answer.primary())}", flaws(pull_request, answer)
            warnings = answer.warnings
            wrong += [printed.getvalue()[-300:]] if answer.exit_code > 1 else []
        except Exception:  # noqa: BLE001 - of the product: shown
            said, wrong, warnings = "nothing", [traceback.format_exc()[-300:], printed.getvalue()[-300:]], []
    return Row(pull_request.name, pull_request.right.value, said, wrong, warnings, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
