"""Where paths of base's configuration lead from its worktree."""

from __future__ import annotations

import os

import pytest

from report.comparison.base.places import Places
from report.comparison.base.worktree import worktree
from report.config.schema import DataConfig


@pytest.fixture
def places(repository):
    """A run in the folder `project` of a repository that has data in git, and untracked ones."""
    top = repository.folder
    for name in ("project", "data"):
        (top / name).mkdir()
    for name in ("project/own.csv", "data/d.csv"):
        (top / name).write_text("of base")
    repository.commit()
    (top / "data" / "new.csv").write_text("untracked")
    (top.parent / "out.csv").write_text("outside")
    with worktree(top / "project", "HEAD") as base:
        yield Places.of(top / "project", base)


@pytest.mark.parametrize("entry", ["own.csv", "no.csv", "../data/d.csv", "../data/*.csv", "sklearn:iris", "python:a:b"])
def test_what_is_inside_is_bases_own(places, entry):
    assert places.seen(entry) == entry


@pytest.mark.parametrize("entry", ["../../out.csv", "./../../out.csv", "../data/../../out.csv"])
def test_what_leaves_the_repository_is_the_same_place(places, entry):
    assert places.seen(entry) == str(places.head_top.parent / "out.csv")


def test_an_absolute_path_into_the_checkout_is_bases_own_where_it_has_the_file(places):
    assert places.seen(f"{places.head_top}/data/d.csv") == str(places.base_top / "data" / "d.csv")
    assert places.seen(f"{places.head_top}/data/new.csv") == str(places.head_top / "data" / "new.csv")
    assert places.seen("/data/d.csv") == os.path.normpath("/data/d.csv")


def test_every_source_is_looked_at(places):
    out = "../../out.csv"
    validation = {"source": [out, "own.csv"], "target": {"source": out}}
    data = DataConfig(source=[out], target={"source": out}, validation=validation, new=out)
    seen = places.data(data).model_dump(mode="json")
    there = str(places.head_top.parent / "out.csv")
    assert (seen["source"], seen["target"]["source"], seen["new"]) == ([there], there, there)
    assert (seen["validation"]["source"], seen["validation"]["target"]["source"]) == ([there, "own.csv"], there)
