"""A real runner of workflows (act) on this host, a GitHub on loopback, and stand-ins for what needs the network."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from .github_server import GitHubServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
STAND_INS = Path(__file__).parent / "stand_ins"
ACTION_FILES = ("action.yml", "entrypoint.py", "report", "scripts", "requirements.lock", "pyproject.toml", "comment")
ACTION = "org/ml-report-action@v1"
REPOSITORY = "team/wine"
CANARY = "canary-5f0c7d1e9b"
HEAD = "1234567890abcdef1234567890abcdef12345678"
PULL_REQUEST = 7
TIME_LIMIT = 420.0


def real_cml() -> list[str] | None:
    """The CML that tests use when there is one: ML_REPORT_CML, else `cml` on PATH."""
    given = os.environ.get("ML_REPORT_CML")
    if given:
        return shlex.split(given)
    return ["cml"] if shutil.which("cml") else None


def real_cache() -> str | None:
    """A checkout of actions/cache, when ML_REPORT_ACTIONS_CACHE names one."""
    return os.environ.get("ML_REPORT_ACTIONS_CACHE") or None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which CML the comments went through, and which cache kept results of base."""
    real = real_cml()
    terminalreporter.write_line(
        f"CML in the action's tests: {shlex.join(real) if real else 'a stand-in, as none is here'}"
    )
    terminalreporter.write_line(f"actions/cache in the action's tests: {real_cache() or 'a stand-in'}")


@dataclass(frozen=True)
class ActRun:
    """A finished workflow run. results : what the last step of the workflow kept."""

    exit_code: int
    log: str
    results: Path
    artifacts: Path

    @property
    def outputs(self) -> dict[str, str]:
        return json.loads((self.results / "outputs.json").read_text("utf-8"))

    @property
    def workspace(self) -> Path:
        return self.results / "workspace"

    @property
    def report(self) -> Path:
        return self.workspace / "ml-report"

    @property
    def files_with_token(self) -> list[str]:
        """The files of the workspace and of the runner's temporary folder that held the token at the end."""
        return (self.results / "files-with-token.txt").read_text("utf-8").splitlines()


@dataclass(frozen=True)
class Act:
    """Runs workflows of a repository for one pull request, again and again."""

    server: GitHubServer
    folder: Path
    repository: Path
    action: Path
    cml: Path
    shell: Path

    def __call__(
        self,
        inputs: Mapping[str, str] | None = None,
        *,
        event: str = "pull_request",
        payload: Mapping[str, Any] | None = None,
        with_cml: bool = True,
        env: Mapping[str, str] | None = None,
        workflow: str | None = None,
    ) -> ActRun:
        """Run a workflow: the given one, or one that uses the action with `inputs` and keeps what it leaves."""
        run = self.folder / f"run-{len(list(self.folder.glob('run-*')))}"
        results, artifacts, home = run / "results", run / "artifacts", run / "home"
        for path in (results, artifacts, home):
            path.mkdir(parents=True)
        workflow_file = run / "workflow.yml"
        workflow_file.write_text(workflow or _workflow(inputs or {}, env or {}), "utf-8")
        event_file = run / "event.json"
        event_file.write_text(json.dumps(payload or self.payload(event)), "utf-8")
        secrets = run / "secrets"
        secrets.write_text(f"GITHUB_TOKEN={CANARY}\n", "utf-8")
        ended = subprocess.run(
            [
                str(Path(sys.executable).with_name("act")),
                event,
                *self._flags(workflow_file, event_file, secrets, home),
                *self._environment_flags(results, artifacts),
            ],
            cwd=self.repository,
            env=self._environment(home, with_cml=with_cml),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=TIME_LIMIT,
        )
        (run / "log.txt").write_text(ended.stdout, "utf-8")
        print(ended.stdout)
        secrets.unlink()
        return ActRun(ended.returncode, _plain(ended.stdout), results, artifacts)

    def payload(self, event: str) -> dict[str, Any]:
        """The event as GitHub would tell it."""
        owner, _, name = REPOSITORY.partition("/")
        repository = {"name": name, "full_name": REPOSITORY, "owner": {"login": owner}, "default_branch": "main"}
        if event == "push":
            return {"repository": repository, "ref": "refs/heads/main", "after": HEAD}
        head = {"sha": HEAD, "ref": "topic", "repo": repository}
        base = {"sha": "0" * 40, "ref": "main", "repo": repository}
        return {
            "action": "synchronize",
            "number": PULL_REQUEST,
            "pull_request": {"number": PULL_REQUEST, "head": head, "base": base},
            "repository": repository,
        }

    def _flags(self, workflow: Path, event: Path, secrets: Path, home: Path) -> list[str]:
        replaced = {ACTION: self.action} | _nested_actions()
        return [
            *("--platform", "ubuntu-latest=-self-hosted", "--github-instance", self.server.host, "--rm"),
            *("--workflows", str(workflow), "--eventpath", str(event), "--secret-file", str(secrets)),
            *("--action-cache-path", str(home), "--actor", "somebody", *self._cache_flags()),
            *(part for use, folder in replaced.items() for part in ("--local-repository", f"{use}={folder}")),
        ]

    def _cache_flags(self) -> list[str]:
        if real_cache() is None:
            return ["--no-cache-server"]
        return ["--cache-server-addr", "127.0.0.1", "--cache-server-path", str(self.folder / "caches")]

    def _environment_flags(self, results: Path, artifacts: Path) -> list[str]:
        values = {
            "RESULTS": str(results),
            "STAND_IN_ARTIFACTS": str(artifacts),
            "STAND_IN_CACHES": str(self.folder / "caches"),
            "STAND_IN_PYTHON": sys.executable,
            "STAND_IN_CML": str(self.cml),
            "NODE_EXTRA_CA_CERTS": str(self.server.certificate),
            "REQUESTS_CA_BUNDLE": "",  # that of this machine knows no loopback
            "GIT_SSL_CAINFO": str(self.server.certificate),
        }
        return [part for name, value in values.items() for part in ("--env", f"{name}={value}")]

    def _environment(self, home: Path, *, with_cml: bool) -> dict[str, str]:
        path = [str(Path(sys.executable).parent), os.environ["PATH"]]
        first = [str(self.shell), *([str(self.cml)] if with_cml else [])]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "ACTIONS_", "CI"))}
        return kept | {"PATH": os.pathsep.join(first + path), "XDG_CONFIG_HOME": str(home)}


@pytest.fixture
def act(tmp_path: Path, action_copy: Path, example: Path) -> Iterator[Act]:
    """act on a repository with one model, and a GitHub that it posts to."""
    with GitHubServer(REPOSITORY, CANARY, tmp_path) as server:
        remote = f"{server.url}/{REPOSITORY}.git"
        subprocess.run(["git", "-C", str(example), "remote", "add", "origin", remote], check=True)
        shell = bash_of_github(tmp_path / "shell")
        yield Act(server, tmp_path, example, action_copy, cml_on_path(tmp_path / "bin"), shell)


@pytest.fixture(scope="session")
def action_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The action as a repository would get it: only the files that it is made of."""
    folder = tmp_path_factory.mktemp("action")
    for name in ACTION_FILES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, folder / name)
    return folder


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A git repository with a table, a configuration and a model of its own that looks for tokens."""
    folder = tmp_path / "repository"
    shutil.copytree(Path(__file__).parent / "repository", folder)
    for arguments in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "first"]):
        identity = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.com"]
        subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True)
    return folder


def _workflow(inputs: Mapping[str, str], env: Mapping[str, str]) -> str:
    keep = """
        printf "%s" "$OUTPUTS" > "$RESULTS/outputs.json"
        grep -rlF -e "$TOKEN" "$GITHUB_WORKSPACE" "$RUNNER_TEMP" > "$RESULTS/files-with-token.txt"
        cp -R "$GITHUB_WORKSPACE" "$RESULTS/workspace"
    """
    kept = {"OUTPUTS": "${{ toJSON(steps.report.outputs) }}", "TOKEN": "${{ secrets.GITHUB_TOKEN }}"}
    steps = [
        {"uses": "actions/checkout@v4"},
        {"id": "report", "uses": ACTION, "with": dict(inputs)},
        {"if": "always()", "shell": "bash {0}", "env": kept, "run": keep},
    ]
    job = {"runs-on": "ubuntu-latest", "env": dict(env), "steps": steps}
    permissions = {"contents": "read", "pull-requests": "write"}
    return yaml.safe_dump(
        {
            "name": "Wine",
            "on": ["pull_request", "pull_request_target", "push"],
            "permissions": permissions,
            "jobs": {"report": job},
        }
    )


def _nested_actions() -> dict[str, Path]:
    """Each action that ours uses, by `owner/name@sha`, and the folder that stands in for it."""
    text = "".join(file.read_text("utf-8") for file in (ROOT / "action.yml", ROOT / "comment" / "action.yml"))
    uses = re.findall(r"^\s+uses: (\S+)", text, re.MULTILINE)
    actions = {"/".join(path.split("/")[:2]) + f"@{sha}" for path, _, sha in (use.partition("@") for use in uses)}
    return {use: _folder_for(use.partition("@")[0].partition("/")[2]) for use in actions}


def _folder_for(name: str) -> Path:
    return Path(real_cache() or STAND_INS / name) if name == "cache" else STAND_INS / name


def cml_on_path(folder: Path) -> Path:
    """A folder for PATH with a program `cml`: the real one, or the stand-in."""
    folder.mkdir()
    program = real_cml() or [sys.executable, str(Path(__file__).with_name("cml_stand_in.py"))]
    command = [shutil.which(program[0]) or program[0], *program[1:]]
    script = folder / "cml"
    script.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', "utf-8")
    script.chmod(0o755)
    return folder


def bash_of_github(folder: Path) -> Path:
    """A folder for PATH with a bash that sees what it does on GitHub: act adds the action's inputs to its steps."""
    folder.mkdir()
    script = folder / "bash"
    script.write_text(
        "#!/bin/sh\n"
        f"""exec env $(env | sed -n 's/^\\(INPUT_[^=]*\\)=.*/-u \\1/p') {shutil.which("bash")} "$@"\n""",
        "utf-8",
    )
    script.chmod(0o755)
    return folder


def _plain(log: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", log)
