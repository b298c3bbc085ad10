"""CML as a process: what it is given, what it must not see, and what is told of how it ended."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from report.core.errors import PublishingError
from report.publishing.cml import cml_environment, post
from report.publishing.github import GitHub, Target
from report.publishing.marks import Mark

TOKEN = "ghs_0123456789abcdef"  # noqa: S105 - nobody's
SERVER = "https://github.example"
HEAD = "ab" * 20

FAKE_CML = """
import json, os, sys
from pathlib import Path
here = Path(__file__).parent
(here / "seen.json").write_text(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ)}))
answer = json.loads((here / "answer.json").read_text())
print(answer.get("out", ""))
print(answer.get("err", ""), file=sys.stderr)
sys.exit(answer["code"])
"""


@pytest.fixture
def cml(tmp_path: Path) -> Path:
    """A folder for PATH with a program that notes what it is given; `answer.json` says what it answers."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "fake.py").write_text(FAKE_CML, "utf-8")
    script = folder / ("cml.cmd" if os.name == "nt" else "cml")
    start = "@" if os.name == "nt" else "#!/bin/sh\nexec "
    rest = "%*" if os.name == "nt" else '"$@"'
    script.write_text(f'{start}"{sys.executable}" "{folder / "fake.py"}" {rest}\n', "utf-8")
    script.chmod(0o755)
    answers(folder, code=0, out=f"{SERVER}/team/wine/pull/7#issuecomment-1")
    return folder


def answers(cml: Path, **answer: Any) -> None:
    (cml / "answer.json").write_text(json.dumps(answer), "utf-8")


def run(cml: Path, *, mode: Any = "update", time_limit: float = 60.0, **variables: str) -> str:
    body = cml / "comment.md"
    body.write_text("text", "utf-8")
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "COMSPEC", "PATHEXT") if name in os.environ}
    environment = kept | {"PATH": os.pathsep.join([str(cml), os.environ["PATH"]])} | variables
    github = GitHub(SERVER, "team/wine", "pull_request", HEAD, SERVER, token=TOKEN, target=Target(7, HEAD))
    mark = Mark("wine", HEAD, 12, 1, mode)
    return post(github, body, mark, environment=environment, time_limit=time_limit)


def test_cml_is_called_as_it_needs_it(cml: Path) -> None:
    url = run(cml, HOME="/home/somebody", GITHUB_TOKEN=TOKEN[::-1], CML_COMMENT_UNKNOWN="fatal", GITHUB_SHA="merge")
    assert url == f"{SERVER}/team/wine/pull/7#issuecomment-1"
    seen = json.loads((cml / "seen.json").read_text("utf-8"))
    assert seen["arguments"] == [
        *("comment", "create", "--update", "--publish=false", "--target=pr/7", "--driver=github"),
        *(f"--repo={SERVER}/team/wine", "--watermark-title=wine", str(cml / "comment.md")),
    ]
    environment = seen["environment"]
    assert (environment["REPO_TOKEN"], environment["GITHUB_SHA"]) == (TOKEN, HEAD)
    assert (environment["CI"], environment["ITERATIVE_DO_NOT_TRACK"]) == ("true", "1")
    assert environment["HOME"] != "/home/somebody"
    assert not Path(environment["HOME"]).exists(), "it was temporary"
    assert not {"GITHUB_TOKEN", "CML_COMMENT_UNKNOWN"} & set(environment)
    assert TOKEN not in "".join(seen["arguments"])


def test_a_new_comment_is_no_update(cml: Path) -> None:
    run(cml, mode="new")
    assert "--update" not in json.loads((cml / "seen.json").read_text("utf-8"))["arguments"]


def test_nothing_that_steers_the_runner_or_changes_by_event_reaches_cml() -> None:
    given = {
        "INPUT_GITHUB-TOKEN": "x",
        "ACTIONS_RUNTIME_TOKEN": "x",
        "CML_LOG": "x",
        "GH_TOKEN": "x",
        "GITHUB_SERVER_URL": "x",
        "GITHUB_EVENT_NAME": "x",
        "GITHUB_EVENT_PATH": "x",
        "HTTPS_PROXY": "p",
    }
    assert set(cml_environment(given, token="t", home="h", sha="s")) == {  # noqa: S106 - nobody's
        *("HTTPS_PROXY", "REPO_TOKEN", "HOME", "USERPROFILE", "CI", "ITERATIVE_DO_NOT_TRACK", "GITHUB_SHA")
    }


def test_how_it_ended_is_told_without_its_log(cml: Path) -> None:
    log = [
        json.dumps({"level": "debug", "message": "the whole body"}),
        json.dumps({"level": "error", "message": f"HttpError: no\n{'x' * 5000}", "status": 422}),
    ]
    answers(cml, code=1, err="\n".join(log))
    with pytest.raises(PublishingError, match="exit code 1, GitHub answered 422: HttpError: no") as caught:
        run(cml)
    assert len(str(caught.value)) < 600
    assert "the whole body" not in str(caught.value)


def test_an_entry_of_its_log_that_breaks_off_is_not_told(cml: Path) -> None:
    """CML ends before all of a long line is out, and what was asked of GitHub is in it."""
    entry = json.dumps({"level": "error", "message": "Forbidden", "request": {"body": "secret " * 9}}, separators=",:")
    for length, says in ((len(entry) - 5, "Forbidden"), (30, "it says nothing")):
        answers(cml, code=1, err=entry[:length])
        with pytest.raises(PublishingError, match=f"exit code 1: {says}$"):
            run(cml)


@pytest.mark.parametrize("answer", [{"code": 0, "out": ""}, {"code": 0, "out": "http://elsewhere"}, {"code": 3}])
def test_an_answer_without_an_address_is_a_failure(cml: Path, answer: dict[str, Any]) -> None:
    answers(cml, **answer)
    with pytest.raises(PublishingError, match="it says nothing"):
        run(cml)


def test_cml_that_never_ends_is_ended(cml: Path) -> None:
    (cml / "fake.py").write_text("import time; time.sleep(60)", "utf-8")
    begun = time.perf_counter()
    with pytest.raises(PublishingError, match="did not end in time"):
        run(cml, time_limit=0.5)
    assert time.perf_counter() - begun < 20
