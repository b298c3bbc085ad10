"""A report, a GitHub on loopback, and a `cml`, real or standing in: everything that a publishing step meets."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from report.publishing import Published, PublishOptions, publish
from report.publishing.github import from_environment

from ..action.conftest import cml_on_path
from ..action.github_server import HEAD, PULL_REQUEST, GitHubServer

REPOSITORY = "team/wine"
TOKEN = "canary-5f0c7d1e9b"  # noqa: S105 - nobody's
MARK = '![](https://cml.dev/watermark.png#{} "CML watermark {}")'


@dataclass
class Step:
    """The publishing step of a job, as often as it is called; `runs` counts them up."""

    server: GitHubServer
    folder: Path
    temporary: Path
    runs: int = 0
    variables: dict[str, str] = field(default_factory=dict)

    def __call__(
        self,
        text: str = "# Wine 🍷\n",
        *,
        report: str = "wine",
        mode: Any = "update",
        head: str = HEAD,
        event: str = "pull_request",
        run: int | None = None,
        attempt: int = 1,
        **limits: float,
    ) -> Published:
        self.runs += 1
        (self.folder / "comment.md").write_text(text, "utf-8", newline="\n")
        environment = self.environment(event, head, run or self.runs, attempt) | self.variables
        options = PublishOptions(comment=mode, title=report, **({"time_limit": 60.0, "cml_time_limit": 30.0} | limits))
        return publish(self.folder, from_environment(environment), options, environment)

    def environment(self, event: str, head: str, run: int, attempt: int) -> dict[str, str]:
        payload = {"pull_request": {"number": PULL_REQUEST, "head": {"sha": head}}} if event.startswith("pull") else {}
        file = self.temporary / f"event-{run}.json"
        file.write_text(json.dumps(payload), "utf-8")
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "HOME", "TEMP") if name in os.environ}
        return kept | {
            "PATH": os.pathsep.join([str(self.temporary / "bin"), os.environ["PATH"]]),
            "NODE_EXTRA_CA_CERTS": str(self.server.certificate),
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SERVER_URL": self.server.url,
            "GITHUB_API_URL": self.server.api,
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_SHA": head,
            "GITHUB_ACTOR": "somebody",
            "GITHUB_RUN_ID": str(run),
            "GITHUB_RUN_ATTEMPT": str(attempt),
            "GITHUB_STEP_SUMMARY": str(self.temporary / "summary"),
            "GITHUB_OUTPUT": str(self.temporary / "output"),
            "ML_REPORT_TOKEN": TOKEN,
        }

    def without_cml(self) -> None:
        """As where CML could not be installed."""
        folder = self.temporary / "no-cml"
        folder.mkdir(exist_ok=True)
        self.variables["PATH"] = str(folder)

    def cml(self, script: str) -> None:
        """Another program in the place of CML; `$CML` in it is the one that was there."""
        there = self.temporary / "bin" / "cml"
        before = self.temporary / "bin" / "cml-before"
        if not before.exists():
            shutil.move(there, before)
        there.write_text(f"#!/bin/sh\nCML={shlex.quote(str(before))}\n{script}\n", "utf-8")
        there.chmod(0o755)

    @property
    def summary(self) -> str:
        return (self.temporary / "summary").read_text("utf-8")

    @property
    def posted(self) -> bytes:
        """The file that was posted."""
        return (self.folder / "comment.md").read_bytes()

    def bodies(self, report: str = "wine") -> list[str]:
        """The comments on the pull request that end with the watermark of a report."""
        return [entry["body"] for entry in self.server.comments if entry["body"].endswith(f'watermark {report}")')]


def start(server: GitHubServer, folder: Path, temporary: Path) -> Step:
    cml_on_path(temporary / "bin")
    return Step(server, folder, temporary)
