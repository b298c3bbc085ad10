"""The step of the trusted workflow: a GitHub on loopback holds the artifacts of a run for a fork's pull request."""

from __future__ import annotations

import io
import itertools
import json
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from report.fork_pipeline import Outcome, comment_on_run
from report.publishing.artifacts import PREFIX
from report.rendering.json_report import render_json
from report.rendering.plots.files import PlotFile
from tests.action import github_forms as forms
from tests.action.github_artifacts import Stored, packed
from tests.action.github_server import HEAD, GitHubServer
from tests.rendering.base_sides import improved

from .github import REPOSITORY, TOKEN

FORK = "stranger/wine"
BRANCH = "better-model"
NUMBER = 12
RUN = 4711
LOSS = PlotFile("loss", Path("plots/loss.png"), "Loss curves", "Loss of 2 models.", "curves", 800)


def png(width: int = 8, height: int = 8) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(file, "PNG", pnginfo=None)
    return file.getvalue()


def report(**changes: Any) -> bytes:
    """A report.json; changes : keys by their dotted path, with `__` for the dot."""
    plain = json.loads(render_json(improved(), [LOSS]))
    for path, value in changes.items():
        *folders, name = path.split("__")
        place = plain
        for folder in folders:
            place = place[int(folder) if folder.isdecimal() else folder]
        place[name] = value
    return json.dumps(plain).encode()


def bundle(content: bytes | None = None, **plots: bytes) -> bytes:
    files = {"report.json": report() if content is None else content}
    return packed(files | {f"plots/{name}.png": data for name, data in plots.items()})


def entry(name: str, data: bytes = b"x", *, mode: int = 0) -> bytes:
    """An archive with a good report and one more entry."""
    archive = io.BytesIO(bundle())
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    with zipfile.ZipFile(archive, "a") as writer:
        writer.writestr(info, data)
    return archive.getvalue()


@dataclass
class RunStep:
    """The step `comment --from-run`, as often as it is called."""

    server: GitHubServer
    temporary: Path
    variables: dict[str, str] = field(default_factory=dict)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def open_pull(self, number: int = NUMBER, *, sha: str = HEAD, **changes: Any) -> dict[str, Any]:
        """A pull request from the fork."""
        pull = forms.pull(self.server.api, REPOSITORY, number, sha=sha)
        pull["head"] |= {"ref": BRANCH, "repo": forms.repository(self.server.api, FORK)}
        self.server.pulls[number] = pull | changes
        return pull

    def leave(self, archive: bytes, *, report_id: str = "wine", run: int = RUN, name: str | None = None) -> Stored:
        """An artifact of a run."""
        stored = Stored(next(self.numbers), run, name or f"{PREFIX}{report_id}", archive)
        self.server.artifacts.append(stored)
        return stored

    def __call__(self, *, event_name: str = "workflow_run", **run: Any) -> Outcome:
        told = {
            "id": RUN,
            "run_attempt": 1,
            "event": "pull_request",
            "head_sha": HEAD,
            "head_branch": BRANCH,
            "head_repository": {"full_name": FORK},
            "pull_requests": [],
        }
        file = self.temporary / "event.json"
        file.write_text(json.dumps({"workflow_run": told | run}), "utf-8")
        return comment_on_run(self._environment(event_name, file) | self.variables)

    def _environment(self, event: str, file: Path) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("SYSTEMROOT", "HOME", "TEMP") if name in os.environ}
        return kept | {
            "PATH": "",
            "NODE_EXTRA_CA_CERTS": str(self.server.certificate),
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SERVER_URL": self.server.url,
            "GITHUB_API_URL": self.server.api,
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_SHA": "d" * 40,
            "GITHUB_RUN_ID": "9000",
            "GITHUB_STEP_SUMMARY": str(self.temporary / "summary"),
            "GITHUB_OUTPUT": str(self.temporary / "output"),
            "ML_REPORT_PLOTS": "none",
            "ML_REPORT_TOKEN": TOKEN,
        }

    @property
    def bodies(self) -> list[str]:
        """The comments that are there, in their order."""
        return [comment["body"] for comment in self.server.comments]
