"""Results of base are kept, found again for the same question only, and believed only when whole."""

from __future__ import annotations

import json
import os
import shutil
import threading

import pandas as pd
import pytest

from report import __version__
from report.cli import main
from report.comparison.base import cache, side
from report.comparison.base.exchange import read_result
from report.comparison.base.files import BadExchange
from tests.against_base.project import CONFIG, change_of

pytestmark = pytest.mark.slow
DEEPER = CONFIG.replace("max_depth: 2", "max_depth: 4")


def entries(project) -> list:
    return list(project.folder.glob(".git/ml-report-cache/*"))


def test_a_second_run_takes_base_from_the_cache_and_says_when_it_was_made(project):
    project.write(DEEPER)
    first, second = project.run(), project.run()
    assert (first["cached"], second["status"]) == (None, "compared")
    assert f"made {second['cached'][:4]}" in project.page
    assert second["pairs"][0]["changes"][0] == first["pairs"][0]["changes"][0]


def test_the_run_on_main_is_the_base_of_a_branch_that_changes_no_data(project):
    """Head's own result is kept, and is what training that commit as a base would have given."""
    assert main(["run"], dict(os.environ)) == 0
    [entry] = entries(project)
    project.write(DEEPER)
    kept = project.run()
    assert kept["cached"] is not None
    for file in entry.iterdir():
        file.unlink()
    trained = project.run()
    assert trained["cached"] is None
    assert comparable(kept) == comparable(trained)


@pytest.mark.parametrize("shared", ["", ", shared: data.csv"])
def test_so_it_is_where_git_does_not_have_the_data_as_long_as_these_are_the_same(project, shared):
    """Base's rows need not be read then: it has been trained with what is there."""
    project.git("rm", "--quiet", "--cached", "data.csv")
    project.put(".gitignore", "ml-report/\n__pycache__/\ndata.csv\n")
    config = CONFIG.replace("label}", f"label{shared}}}")
    project.start(config)
    assert main(["run"], dict(os.environ)) == 0
    project.write(config.replace("max_depth: 2", "max_depth: 4"))
    kept = project.run()
    assert (kept["status"], kept["cached"] is not None) == ("compared", True), kept["reason"]
    project.save(project.table.assign(b=project.table.b.to_numpy()[::-1]))
    changed = project.run()
    assert changed["cached"] is None
    assert changed["status"] == ("compared" if shared else "failed")


def comparable(base: dict) -> dict:
    """All but the time at which it was made, and how long fits took."""
    text = json.dumps(base | {"cached": None})
    measured = ("fit_time", "predict_time", "fit_seconds", "predict_seconds")

    def without(found: dict) -> dict | None:
        kept = {key: value for key, value in found.items() if key not in measured}
        return None if kept.get("metric") in measured else kept

    return json.loads(text, object_hook=without)


def test_a_pull_request_and_a_try_on_the_command_line_keep_no_result_of_head(project, monkeypatch):
    assert main(["run", "models.tree.params.max_depth=3"], dict(os.environ)) == 0
    project.write(DEEPER)
    assert main(["run", "--base=none"], dict(os.environ)) == 0, "a changed file is no commit"
    project.commit()
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
    assert main(["run", "--base=none"], dict(os.environ)) == 0
    assert entries(project) == []


def test_rows_that_judge_anew_are_a_miss_and_another_split_of_head_is_none(project):
    assert main(["run"], dict(os.environ)) == 0
    project.write(CONFIG.replace("label}", "label, validation: {seed: 7}}"))
    assert project.run()["cached"] is not None, "it is compared by the split of base"
    project.save(project.table.iloc[1:])
    assert project.run()["cached"] is None


def test_another_commit_is_a_miss(project):
    project.write(DEEPER)
    project.run()
    project.base = project.commit()
    assert main(["run", "--base=none", "title=x"], dict(os.environ)) == 0
    project.write(CONFIG)
    assert project.run()["cached"] is None


def test_a_damaged_entry_is_a_miss_and_base_is_trained_again(project):
    project.write(DEEPER)
    before = project.run()
    [entry] = entries(project)
    (entry / "answers-0.parquet").write_bytes((entry / "answers-0.parquet").read_bytes()[:-20])
    after = project.run()
    assert (after["status"], after["cached"]) == ("compared", None)
    assert change_of(after) == change_of(before)


def in_result(**values):
    """Change what result.json says; of a model with a leading underscore."""

    def change(entry) -> None:
        result = json.loads((entry / "result.json").read_text())
        for name, value in values.items():
            (result["models"][0] if name.startswith("_") else result)[name.lstrip("_")] = value
        (entry / "result.json").write_text(json.dumps(result))

    return change


def in_table(file: str, change):
    """Change a table of an entry."""
    return lambda entry: change(pd.read_parquet(entry / file)).to_parquet(entry / file, index=False)


DAMAGE = {
    "text for a number": in_result(_score_kind="decision", _fit_seconds="<img>"),
    "a number beyond all bounds": in_result(_size_bytes=10**400),
    "more rows than there are": in_result(n_scored=10**9),
    "fewer rows than none": in_result(n_scored=-1),
    "models without names": in_result(config={"models": ["tree"]}),
    "some answers": in_table("answers-0.parquet", lambda answers: answers[:-1]),
    "answers of no row": in_table("answers-0.parquet", lambda answers: answers.drop(columns="row")),
}


def test_a_result_whose_answers_are_not_those_of_base_is_not_believed(project, monkeypatch):
    """Who can write to the cache can write its sums too: what is read is validated as well."""
    asked = []
    monkeypatch.setattr(side, "read_result", lambda *given: asked.append(given) or read_result(*given))
    project.write(DEEPER)
    project.run()
    [entry] = entries(project)
    [(_, rows, packages)] = asked
    assert read_result(entry, rows, packages).status == "ok"
    for name, damage in DAMAGE.items():
        place = project.folder / ".git" / name
        shutil.copytree(entry, place)
        damage(place)
        with pytest.raises(BadExchange):
            read_result(place, rows, packages)


@pytest.mark.parametrize("damage", ["manifest.json", "a", "more"])
def test_an_entry_of_which_a_file_is_truncated_or_new_is_a_miss(tmp_path, damage):
    file = kept(tmp_path) / damage
    file.write_bytes(file.read_bytes()[:-1] if file.exists() else b"more")
    assert cache.find_entry(tmp_path / "cache", "key") is None


@pytest.mark.parametrize("file", ["manifest.json", "a"])
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path, file):
    entry = kept(tmp_path)
    (entry / file).unlink()
    os.mkfifo(entry / file)
    found = []
    looking = threading.Thread(target=lambda: found.append(cache.find_entry(tmp_path / "cache", "key")), daemon=True)
    looking.start()
    looking.join(timeout=60)
    assert found == [None]


def test_a_manifest_that_is_too_deep_is_a_miss(tmp_path):
    (kept(tmp_path) / "manifest.json").write_text("[" * 100_000 + "]" * 100_000)
    assert cache.find_entry(tmp_path / "cache", "key") is None


def kept(folder):
    """The folder of an entry with one file, "a"."""
    (folder / "result").mkdir()
    (folder / "result" / "a").write_bytes(b"a")
    cache.store_entry(folder / "cache", "key", folder / "result")
    assert cache.find_entry(folder / "cache", "key") is not None
    return folder / "cache" / "key"


def test_an_entry_of_another_version_is_a_miss(project, monkeypatch):
    project.write(DEEPER)
    with monkeypatch.context() as context:
        context.setattr("report.comparison.base.side.__version__", f"{__version__}.older")
        project.run()
    assert project.run()["cached"] is None
    assert len(entries(project)) == 2


def test_old_entries_go_by_number_and_by_size(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "_KEPT", 3)
    result = tmp_path / "result"
    result.mkdir()
    (result / "a").write_bytes(b"x" * 1000)
    for number in range(5):
        cache.store_entry(tmp_path / "cache", f"key{number}", result)
        os.utime(tmp_path / "cache" / f"key{number}" / "manifest.json", (number, number))
    cache.store_entry(tmp_path / "cache", "newest", result)
    assert {path.name for path in (tmp_path / "cache").iterdir()} == {"newest", "key4", "key3"}
    monkeypatch.setattr(cache, "_MOST_BYTES", 1500)
    cache.store_entry(tmp_path / "cache", "last", result)
    assert {path.name for path in (tmp_path / "cache").iterdir()} == {"last"}
