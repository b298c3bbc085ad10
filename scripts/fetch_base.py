"""Find the base commit and fetch it alone, where the checkout has not. Needs the standard library and PyYAML only.

Before the comment, this step and the one that takes the token's fingerprints are alone in being given the token, so
nothing of the repository runs in them: git is asked about commits, runs no hooks, and has the token in its environment
for this server only, never on disk or in arguments.
"""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.request
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]

from train import config_name  # noqa: E402 - found by the line above

from report.cli import overrides  # noqa: E402
from report.comparison.base.commits import BaseCommit, NoBase, fetch_commit, is_here  # noqa: E402
from report.comparison.base.git import GitError, answer, git  # noqa: E402
from report.comparison.base.judging import choose_base  # noqa: E402
from report.comparison.base.worktree import submodules  # noqa: E402
from report.core.errors import ReportError  # noqa: E402
from report.publishing.annotations import log_text  # noqa: E402
from report.publishing.outputs import write_outputs  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 20.0  # for the one question to the API
MOST_BYTES = 20_000_000


@dataclass(frozen=True)
class Server:
    """The repository on its server. token : may be empty, for a public one."""

    url: str
    api: str
    repository: str
    token: str

    @property
    def address(self) -> str:
        return f"{self.url}/{self.repository}"

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """What git runs in: it asks nobody, runs nothing of ours or others', and has the token for this server."""
        basic = b64encode(f"x-access-token:{self.token}".encode()).decode()
        header = f"http.{self.url}/.extraheader"
        settings = [
            *(("core.hooksPath", os.devnull), ("core.fsmonitor", "false"), ("core.askPass", "")),
            *(("credential.helper", ""), ("protocol.allow", "never"), ("protocol.https.allow", "always")),
            (header, ""),  # one that the checkout has left: a second header is refused
            *([(header, f"AUTHORIZATION: basic {basic}")] if self.token else []),
        ]
        kept = {name: value for name, value in variables.items() if not re.match(r"GIT_(?!SSL_)|ML_REPORT_", name)}
        numbered = [(("KEY", key), ("VALUE", value)) for key, value in settings]
        given = {f"GIT_CONFIG_{what}_{i}": text for i, pair in enumerate(numbered) for what, text in pair}
        return kept | given | {"GIT_CONFIG_COUNT": str(len(settings)), "GIT_ASKPASS": "", "SSH_ASKPASS": ""}

    def merge_base(self, ref: str, head: str) -> str | None:
        """The merge base of a ref with a commit, from the API; None when it does not tell."""
        path = f"/repos/{self.repository}/compare/{quote(ref, safe='/')}...{head}?per_page=1&page=2"
        request = urllib.request.Request(self.api + path, headers={"Accept": "application/vnd.github+json"})  # noqa: S310 - GitHub's own
        if self.token:
            request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answered:  # noqa: S310 - as above
                sha = json.loads(answered.read(MOST_BYTES))["merge_base_commit"]["sha"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return sha if isinstance(sha, str) and re.fullmatch(r"[0-9a-f]{40,64}", sha) else None


def main() -> int:
    """0 whatever comes of it: a base that cannot be had is told by the report."""
    variables = os.environ
    root, config = Path.cwd(), Path(variables["ML_REPORT_CONFIG"]).resolve()
    outputs = cache_outputs(config_name(variables), variables)
    os.chdir(variables["RUNNER_TEMP"])  # so that a program of the repository is not taken for git, on Windows
    server = Server(
        url=variables["GITHUB_SERVER_URL"],
        api=variables["GITHUB_API_URL"],
        repository=variables["GITHUB_REPOSITORY"],
        token=variables.get("ML_REPORT_TOKEN", "").strip(),
    )
    try:
        said = _found(root, os.path.relpath(config, root), server, variables, outputs)
    except (ReportError, GitError, OSError) as error:
        said = str(error)
    print(log_text(f"Base: {said}"))
    write_outputs(variables["GITHUB_OUTPUT"], outputs)
    return 0


def cache_outputs(name: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Where results of base are kept, and what the keys of their caches begin with; name : [a-z0-9-]."""
    folder = Path(variables["RUNNER_TEMP"]) / "ml-report-action" / "cache" / name
    runner = re.sub(r"[^A-Za-z0-9]+", "", f"{variables.get('RUNNER_OS', '')}{variables.get('RUNNER_ARCH', '')}")
    return {"cache": str(folder), "cache-key": f"ml-report-1-{runner}-{name}_"}


def _found(root: Path, config: str, server: Server, variables: Mapping[str, str], outputs: dict[str, str]) -> str:
    """Find and fetch it; what came of it, in a line. The commit whose configuration judges is fetched before it."""
    head = answer(root, "rev-parse", "HEAD") or ""
    environment = server.environment(variables)
    fetched = []

    def fetch(sha: str) -> None:
        outputs.update(commit=sha, judge=sha)
        fetched.append(fetch_commit(root, sha, source=server.address, environment=environment))

    choice = choose_base(
        root,
        config,
        overrides=overrides((), variables),
        event_name=variables.get("GITHUB_EVENT_NAME", ""),
        event=_event(variables),
        ask=lambda ref: server.merge_base(ref, head),
        fetch=fetch,
    )
    found = choice.found
    if not isinstance(found, BaseCommit):
        outputs["commit"] = ""
        return found.reason if isinstance(found, NoBase) else "none is asked for"
    outputs |= {"commit": found.sha, "how": found.how}
    fetched.append(fetch_commit(root, found.sha, source=server.address, environment=environment))
    _fetch_rest(root, found, environment)
    return f"{found.sha[:10]}, {found.how}, {'fetched' if any(fetched) else 'is here'}"


def _fetch_rest(root: Path, found: BaseCommit, environment: Mapping[str, str]) -> None:
    """What the checkout has of head, and base may have in another version: submodules, and files of Git LFS."""
    top = Path(git(root, "rev-parse", "--show-toplevel"))
    for path, commit in submodules(top, found.sha):
        if (top / path / ".git").exists() and not is_here(top / path, commit):
            fetch_commit(top / path, commit, environment=environment)
    store = Path(answer(top, "rev-parse", "--path-format=absolute", "--git-common-dir") or "") / "lfs" / "objects"
    if store.is_dir():
        git(top, "lfs", "fetch", "origin", found.sha, environment=environment)


def _event(variables: Mapping[str, str]) -> dict[str, Any]:
    try:
        event = json.loads(Path(variables["GITHUB_EVENT_PATH"]).read_text("utf-8"))
    except (KeyError, OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


if __name__ == "__main__":
    sys.exit(main())
