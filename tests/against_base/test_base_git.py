"""The base of every kind of checkout, up to what the report says of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from report.cli import main
from report.comparison.base.commits import fetch_commit, is_here
from tests.against_base.project import CONFIG, Project

pytestmark = pytest.mark.slow
DEEPER = CONFIG.replace("max_depth: 2", "max_depth: 4")


@pytest.fixture
def checkout(project: Project, tmp_path_factory, monkeypatch):
    """What the checkout action leaves of a commit of `project`: it alone, without history; and runs there."""
    project.git("config", "uploadpack.allowAnySHA1InWant", "true")
    folder = tmp_path_factory.mktemp("checkout")

    def check_out(sha: str) -> Project:
        shallow = Project.__new__(Project)
        shallow.folder, shallow.base = folder, ""
        for arguments in (
            ["init", "--quiet"],
            ["remote", "add", "origin", project.folder.as_uri()],
            ["fetch", "--quiet", "--depth=1", "origin", sha],
            ["checkout", "--quiet", "--detach", "FETCH_HEAD"],
        ):
            shallow.git(*arguments)
        monkeypatch.chdir(folder)
        return shallow

    return check_out


def run(project: Project, event_name: str = "", event: dict | None = None) -> dict:
    """The base side, when GitHub tells of an event."""
    file = project.folder / ".git" / "event.json"
    file.write_text(json.dumps(event or {}))
    told = {"GITHUB_EVENT_NAME": event_name, "GITHUB_EVENT_PATH": str(file)} if event_name else {}
    assert main(["run"], {**os.environ, **told}) == 0
    return project.report["base"]


def pull_request(head: str, base: str) -> dict:
    return {"pull_request": {"head": {"sha": head}, "base": {"sha": base, "ref": "main"}}}


@pytest.fixture
def merged(project):
    """A pull request on main, which has moved on, as GitHub merges it: (tip of main, head, merge)."""
    project.git("checkout", "--quiet", "-b", "topic")
    project.write(DEEPER)
    head = project.commit()
    project.git("checkout", "--quiet", "main")
    (project.folder / "notes.md").write_text("…")
    tip = project.commit()
    project.git("checkout", "--quiet", "--detach", "main")
    project.git("merge", "--quiet", "--no-ff", "--message", "merge", "topic")
    return tip, head, project.git("rev-parse", "HEAD")


def test_the_merge_commit_alone(checkout, merged):
    tip, head, merge = merged
    project = checkout(merge)
    base = run(project, "pull_request", pull_request(head, tip))
    assert (base["status"], base["commit"], base["how"]) == ("compared", tip, "the first parent of the merge commit")
    assert base["pairs"][0]["params"] == [{"name": "max_depth", "base": "2", "head": "4"}]
    assert project.git("worktree", "list").count("\n") == 0


def test_the_head_commit_alone(checkout, merged):
    tip, head, _ = merged
    base = run(checkout(head), "pull_request", pull_request(head, tip))
    assert (base["status"], base["commit"], base["how"]) == ("compared", tip, "the tip of main")


def test_a_push_to_main(checkout, project):
    before = project.base
    project.write(DEEPER)
    after = project.commit()
    base = run(checkout(after), "push", {"before": before, "after": after})
    assert (base["status"], base["commit"], base["how"]) == ("compared", before, "the commit before this push")


def test_a_merge_group(checkout, project):
    project.write(DEEPER)
    base = run(checkout(project.commit()), "merge_group", {"merge_group": {"base_sha": project.base}})
    assert (base["commit"], base["how"]) == (project.base, "the base of the merge group")


def test_the_first_commit_of_a_repository(checkout, project):
    base = run(checkout(project.base), "push", {"before": "0" * 40, "after": project.base})
    assert (base["status"], base["reason"]) == ("none", "this is the first commit")


def test_a_base_that_cannot_be_fetched_is_told(checkout, project):
    project.write(DEEPER)
    shallow = checkout(project.commit())
    shallow.git("remote", "set-url", "origin", "https://localhost:1/nowhere.git")
    base = run(shallow, "push", {"before": project.base})
    assert base["status"] == "failed"
    assert "cannot be fetched" in base["reason"]
    assert "contents: read" in base["reason"]


def test_a_dirty_work_tree_on_a_laptop_is_held_against_the_last_commit(project):
    project.write(DEEPER)
    base = run(project)
    assert base["how"] == "the last commit, without the changes of the work tree"
    assert base["commit"] == project.base
    assert base["pairs"][0]["params"] == [{"name": "max_depth", "base": "2", "head": "4"}]
    assert (project.folder / "ml-report.yml").read_text() == DEEPER


def test_data_of_a_submodule_are_those_of_the_commit(project, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "file")
    shared = Project(tmp_path_factory.mktemp("shared"))
    project.git("rm", "--quiet", "data.csv")
    project.git("submodule", "--quiet", "add", shared.folder.as_uri(), "shared")
    project.write(CONFIG.replace("source: data.csv", "source: shared/data.csv"))
    project.base = project.commit()
    shared.save(shared.table.iloc[:100])
    newer = shared.commit()
    project.git("-C", "shared", "fetch", "--quiet", "origin", newer)
    project.git("-C", "shared", "checkout", "--quiet", newer)
    base = project.run()
    assert base["status"] == "compared"
    assert (base["data"]["n_base"], base["data"]["n_head"]) == (120, 100)


def test_a_submodule_without_the_commit_of_base_is_the_reason(project, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "file")
    shared = Project(tmp_path_factory.mktemp("shared"))
    project.git("submodule", "--quiet", "add", shared.folder.as_uri(), "shared")
    project.base = project.commit()
    shutil.rmtree(project.folder / ".git" / "modules" / "shared")
    shutil.rmtree(project.folder / "shared")
    project.git("init", "--quiet", "shared")
    (project.folder / "shared" / "data.csv").write_text("another history")
    for arguments in (["add", "--all"], ["commit", "--quiet", "--message", "only"]):
        project.git("-C", "shared", *arguments)
    base = project.run()
    assert base["status"] == "failed"
    assert "the submodule 'shared' does not have its commit" in base["reason"]


POINTER = """\
version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 12345
"""


def test_pointers_of_git_lfs_are_named(project, monkeypatch):
    """Base's version of a file is not here: a pointer is no table, and the report says what it is."""
    (project.folder / ".gitattributes").write_text("*.csv filter=lfs diff=lfs merge=lfs -text\n")
    data = (project.folder / "data.csv").read_text()
    (project.folder / "data.csv").write_text(POINTER)
    project.base = project.commit()
    (project.folder / "data.csv").write_text(data)
    base = project.run()
    assert base["status"] == "failed"
    assert "data.csv is a Git LFS pointer, not the data" in base["reason"]


@pytest.mark.skipif(not shutil.which("git-lfs"), reason="git-lfs is not here")
def test_files_of_git_lfs_are_those_of_the_commit(project):
    for arguments in (["lfs", "install", "--local", "--skip-repo"], ["lfs", "track", "*.csv"]):
        project.git(*arguments)
    (project.folder / "data.csv").touch()
    project.git("add", "--renormalize", ".")
    project.base = project.commit()
    assert project.git("show", "HEAD:data.csv").startswith("version https://git-lfs")
    project.save(project.table.iloc[:100])
    base = project.run()
    assert base["status"] == "compared"
    assert (base["data"]["n_base"], base["data"]["n_head"]) == (120, 100)


def test_a_package_that_is_installed_from_the_repository_is_that_of_the_side(project, monkeypatch):
    """`pip install -e .` puts head's `src` on the path of this interpreter: base must not learn by head's code."""
    source = project.folder / "src"
    source.mkdir()
    model = "from sklearn.tree import DecisionTreeClassifier\ndef make(): return DecisionTreeClassifier(max_depth={})\n"
    (source / "deep_or_not.py").write_text(model.format(1))
    project.write(
        "\n".join(line for line in CONFIG.splitlines() if "tree:" not in line).replace(
            "models:", "models: {tree: deep_or_not.make}"
        )
        + "\n"
    )
    project.base = project.commit()
    (source / "deep_or_not.py").write_text(model.format(9))
    monkeypatch.syspath_prepend(str(source))
    monkeypatch.setenv("PYTHONPATH", str(source))
    [pair] = project.run()["pairs"]
    assert pair["predictions"]["n_changed"] > 0, "by head's code, its answers would be those of head"


def test_a_fetch_leaves_a_whole_repository_whole(project, tmp_path_factory):
    """A commit fetched without its history would cut the history of a laptop's clone."""
    project.git("config", "uploadpack.allowAnySHA1InWant", "true")
    clone = Path(tmp_path_factory.mktemp("clone"))
    subprocess.run(["git", "clone", "--quiet", project.folder.as_uri(), str(clone)], check=True)
    project.write(DEEPER)
    newer = project.commit()
    assert fetch_commit(clone, newer)
    assert is_here(clone, newer)
    assert not (clone / ".git" / "shallow").exists()
