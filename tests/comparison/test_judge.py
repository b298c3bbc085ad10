"""Whose configuration judges a change, by real git repositories; nothing is trained here."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from report.comparison.base.commits import BaseCommit
from report.comparison.base.judging import config_at
from report.comparison.base.request import BaseRequest
from report.comparison.held_gates import is_as_strict
from report.comparison.judge import Judge, find_judge, seconds_for_base
from report.config.schema import Config
from report.judging import judged, uncompared
from tests.comparison.test_change_gates import evaluation
from tests.comparison.test_compare import dataset_of

CONFIG = "data: {source: data.csv, target: label}\nmodels: {tree: a.B}\n"
LABEL = "ml-report: accepted"


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch=main")
        self.base = self.commit(CONFIG + "title: base\n")
        self.git("checkout", "--quiet", "-b", "topic")

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(self.folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, config: str, name: str = "ml-report.yml") -> str:
        (self.folder / name).write_text(config)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def judge(self, config: str | None = CONFIG + "title: head\n", **given: object) -> Judge:
        if config is not None:
            self.commit(config)
        return find_judge(BaseRequest(self.folder, "ml-report.yml", (), **given))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def event(repository: Repository, *labels: str, **more: object) -> dict:
    given = {"base": {"sha": repository.base, "ref": "main"}, "head": {"sha": repository.git("rev-parse", "HEAD")}}
    return {"pull_request": {**given, "labels": [{"name": name} for name in labels]}, **more}


def test_base_s_configuration_judges_by_whatever_the_commit_was_found(repository):
    for given in ({}, {"against": "main"}, {"found": BaseCommit(repository.base, "told")}):
        judge = repository.judge(**given)
        assert (judge.found.sha, judge.config.title, judge.accepted, judge.flaw) == (
            repository.base,
            "base",
            None,
            None,
        )


@pytest.mark.parametrize("against", ["none", "HEAD"])
def test_head_does_not_choose_the_commit(repository, against):
    judge = repository.judge(CONFIG + f"baseline: {{against: {against}}}\n")
    assert (judge.found.sha, judge.config.title) == (repository.base, "base")


def test_base_s_own_setting_holds_also_where_it_compares_with_nothing(repository):
    repository.git("checkout", "--quiet", "main")
    repository.base = repository.commit(CONFIG + "baseline: {against: none}\ntitle: base\n")
    repository.git("checkout", "--quiet", "-b", "other")
    judge = repository.judge(CONFIG)
    assert (judge.found, judge.config.title) == (None, "base")


def test_what_head_changes_is_told_also_where_nothing_is_compared():
    base = config_of("baseline: {against: none}\nseeds: 3\n")
    settled = judged(config_of("baseline: {against: none}\n"), dataset_of(), Judge(None, base), Path())
    side = uncompared(settled, (), evaluation("m"))
    assert (side.status, side.headlines) == ("none", ("`seeds` are not set in head: base's, 3, hold",))
    assert uncompared(judged(base, dataset_of(), Judge(None, base), Path()), (), evaluation("m")) is None


@pytest.mark.parametrize(
    "written",
    [
        "baseline: {against: base, margin: 0.0}\ncompute: {time_limit: 30m}\n",
        "data: {target: label, source: [data.csv], validation: 0.2}\n",
        "data: {source: data.csv, target: label, validation: {method: hash, size: 0.2}}\n",
        "gates: [{metric: accuracy, not: [not compared, worse]}]\n",
    ],
    ids=["defaults", "order of keys", "validation", "order of verdicts"],
)
def test_another_way_to_write_the_same_is_not_told(written):
    base = config_of("gates: [{metric: accuracy, not: [worse, not compared]}]\n")
    head = Config.model_validate(base.model_dump(exclude_unset=True) | yaml.safe_load(written))
    settled = judged(head, dataset_of(), Judge(None, base), Path())
    assert (settled.headlines, settled.unfair) == ((), ())
    assert all(is_as_strict(gate, of_base) for gate, of_base in zip(head.gates, base.gates, strict=True))


def test_without_a_request_or_with_none_asked_for_nothing_judges(repository):
    assert find_judge(None) == Judge(None) or find_judge(None).config is None
    asked = repository.judge(against="none")
    assert (asked.found, asked.base, asked.config) == (None, None, None)


def test_a_label_of_base_s_configuration_lets_head_s_judge(repository):
    repository.commit(CONFIG + "title: head\nbaseline: {accept_label: mine}\n")
    told = {"event_name": "pull_request"}
    without = repository.judge(None, event=event(repository, "mine"), **told)
    assert (without.accepted, without.config.title) == (None, "base")
    judge = repository.judge(None, event=event(repository, LABEL), **told)
    assert (judge.accepted, judge.config, judge.base.title) == (f"by the label '{LABEL}'", None, "base")


@pytest.mark.parametrize(
    ("name", "told"),
    [("merge_group", {}), ("push", {"ref": "refs/heads/main", "repository": {"default_branch": "main"}})],
)
def test_a_merged_change_is_judged_by_its_own_configuration(repository, name, told):
    repository.commit(CONFIG)
    found = BaseCommit(repository.base, "told")
    assert repository.judge(None, event_name=name, event=told, found=found).config is None


def test_a_push_to_another_branch_is_not_merged(repository):
    told = {"ref": "refs/heads/topic", "repository": {"default_branch": "main"}}
    found = BaseCommit(repository.base, "told")
    assert repository.judge(event_name="push", event=told, found=found).config.title == "base"


def test_the_commit_that_judges_may_be_another_than_the_compared_one(repository):
    older = repository.base
    repository.git("checkout", "--quiet", "main")
    newer = repository.commit(CONFIG + "title: newer\n")
    judge = repository.judge(None, found=BaseCommit(older, "a tag"), judge=newer)
    assert (judge.found.sha, judge.config.title) == (older, "newer")


def test_a_configuration_of_base_that_cannot_be_read_is_told(repository):
    repository.git("checkout", "--quiet", "main")
    repository.base = repository.commit(
        "data: {source: data.csv}\nmodels: {tree: a.B}\nnonsense: 1\n".replace("csv}", "csv, target: label}")
    )
    repository.git("checkout", "--quiet", "-b", "other")
    judge = repository.judge()
    assert (judge.config, judge.found.sha) == (None, repository.base)
    assert "nonsense" in judge.flaw


def test_a_configuration_is_found_where_it_was_moved_from(repository):
    repository.git("mv", "ml-report.yml", "new.yml")
    (repository.folder / "ml-report.yml").unlink(missing_ok=True)
    moved = config_at(repository.folder, repository.base, "new.yml")
    assert (moved.path, moved.commit, moved.text) == ("ml-report.yml", repository.base, CONFIG + "title: base")


def test_a_copy_for_the_same_task_counts_as_moved_and_another_task_does_not(repository):
    (repository.folder / "copy.yml").write_text(CONFIG + "title: copy\n")
    assert config_at(repository.folder, repository.base, "copy.yml").path == "ml-report.yml"
    (repository.folder / "copy.yml").write_text(CONFIG.replace("label", "other"))
    assert config_at(repository.folder, repository.base, "copy.yml") is None


def test_of_several_that_were_moved_the_likest_is_taken(repository):
    (repository.folder / "second.yml").write_text(CONFIG.replace("tree", "wood") + "title: second\n")
    commit = repository.commit(CONFIG + "title: base\n")
    repository.git("rm", "--quiet", "ml-report.yml", "second.yml")
    (repository.folder / "new.yml").write_text(CONFIG.replace("tree", "wood") + "title: new\n")
    assert config_at(repository.folder, commit, "new.yml").path == "second.yml"


def config_of(more: str) -> Config:
    from report.config import parse_config

    return parse_config(CONFIG + more, Path("ml-report.yml"), ())


@pytest.mark.parametrize(
    ("head", "base", "seconds"),
    [
        ("compute: {time_limit: 6s}\n", "compute: {time_limit: 60s}\n", 120),
        ("compute: {time_limit: 6s}\nseeds: 3\n", "compute: {time_limit: 60s}\n", 300),
        ("compute: {time_limit: 600s}\n", "compute: {time_limit: 60s}\nseeds: 2\n", 240),
    ],
)
def test_base_has_its_own_time_limit_for_as_many_fits_as_either_side(head, base, seconds):
    """Also where a label accepts the change: how long base's fits take is not for head to say."""
    from report.pipeline import _n_fits

    ours, theirs = config_of(head), config_of(base)
    for accepted in (None, "by a label"):
        assert seconds_for_base(ours, Judge(None, theirs, accepted=accepted), _n_fits) == seconds
    assert seconds_for_base(ours, Judge(None), _n_fits) == ours.compute.seconds * _n_fits(ours)
