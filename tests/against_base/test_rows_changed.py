"""What the report says when rows, labels or columns change: base never knows a row that it is scored on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.against_base.memory import MEMORY
from tests.against_base.project import Project, change_of, rows

pytestmark = pytest.mark.slow

REMEMBERING = """\
data: {source: data.csv, target: label}
models: {memory: memory.Memory}
metrics: [accuracy]
report: {plots: none}
"""
TREE = REMEMBERING.replace("memory.Memory", "{estimator: sklearn.tree.DecisionTreeClassifier, params: {max_depth: 3}}")


@pytest.fixture
def remembering(project: Project) -> Project:
    """A project whose model is right about what it was trained on, and says 'no' to all else."""
    project.start(REMEMBERING, memory__py=MEMORY)
    return project


def share_of_no(project: Project) -> float:
    """The accuracy of a model that knows none of head's validation rows."""
    balance = project.report["head"]["split"]["balance"]
    return balance["no"][1] / (balance["no"][1] + balance["yes"][1])


def counts(base: dict) -> dict[str, int]:
    """Rows that were added, removed, edited and kept from base."""
    return {name: base["data"][f"n_{name}"] for name in ("added", "removed", "edited", "leaked") if base["data"]}


class TestMoreRows:
    def test_appended_and_shuffled(self, remembering: Project):
        grown = pd.concat([remembering.table, rows(60, seed=1)]).sample(frac=1, random_state=0)
        remembering.save(grown)
        base = remembering.run()
        assert counts(base) == {"added": 60, "removed": 0, "edited": 0, "leaked": 0}
        assert base["notices"] == []
        assert base["left_out"] in {None, "1 may be other versions of rows of base"}, "by chance one is near an old one"
        assert "Rows: 120 → 180; 60 added, 0 removed, 0 edited." in remembering.page

    def test_another_split_is_compared_by_the_split_of_base(self, remembering: Project):
        """Head is fitted once more: it remembers the same rows as base, and none that judges."""
        remembering.run()
        base_split, unknown = remembering.report["head"]["split"], share_of_no(remembering)
        remembering.write(REMEMBERING.replace("label}", "label, validation: 0.4}"))
        base = remembering.run()
        change = change_of(base)
        assert (change["difference"], base["data"]["n_leaked"], base["n_left_out"]) == (0, 0, 0)
        assert change["base"] == pytest.approx(unknown), "it answers 'no' to all it has not seen"
        assert base["n_paired"] == base_split["n_validation"] != remembering.report["head"]["split"]["n_validation"]


class TestLabels:
    def test_corrected_labels_are_the_truth_for_both(self, remembering: Project):
        table = remembering.table.copy()
        table.loc[:14, "label"] = np.where(table.label[:15] == "yes", "no", "yes")
        remembering.save(table)
        base = remembering.run()
        assert counts(base) == {"added": 0, "removed": 0, "edited": 15, "leaked": 0}
        assert change_of(base)["base"] == pytest.approx(share_of_no(remembering))
        assert "15 edited" in remembering.page


class TestEditedCells:
    def test_edited_rows_are_matched_by_their_other_cells(self, remembering: Project):
        """Without an id: 40 rows with one other cell each look new, and base was trained on their older versions."""
        table = remembering.table.copy()
        table.loc[:39, "b"] += 0.5
        remembering.save(table)
        base = remembering.run()
        assert change_of(base)["base"] == pytest.approx(share_of_no(remembering)), "it knows none of them"
        assert counts(base) == {"added": 0, "removed": 0, "edited": 40, "leaked": 0}


class TestColumns:
    def test_new_rows_that_lack_a_column_of_base_are_left_out_and_counted(self, remembering: Project):
        remembering.save(pd.concat([remembering.table, rows(60, seed=1)]).rename(columns={"c": "gamma"}))
        base = remembering.run()
        n_validation = remembering.report["head"]["split"]["n_validation"]
        assert 0 < base["n_left_out"] < n_validation
        assert base["n_paired"] + base["n_left_out"] == n_validation
        assert base["left_out"].endswith("they are not in base's data, and head's data have no 'c'")
        assert change_of(base)["n_rows"] == base["n_paired"]
        assert f"{base['n_left_out']} more were left out: " in remembering.page
        assert change_of(base)["base"] < 1, "of the rows that it is asked about it was trained on none"

    def test_rows_that_the_columns_that_are_left_do_not_tell_apart_are_not_compared(self, project: Project):
        table = project.table.assign(a=project.table.a.round(), b=project.table.b.round())
        project.start(TREE, table)
        project.save(table.drop(columns="c").sample(frac=1, random_state=0))
        base = project.run()
        assert base["status"] == "not comparable"
        assert "('a', 'b') do not tell rows apart: 109 of 120 rows could be others" in base["reason"]


class TestId:
    WITH_ID = REMEMBERING.replace("label}", "label, id: key}")

    def test_edited_rows_stay_the_same_rows(self, remembering: Project):
        table = remembering.table.assign(key=[f"row-{i}" for i in range(120)])
        remembering.start(self.WITH_ID, table)
        edited = table.assign(a=table.a * 100, b=-table.b, c=0.0)
        remembering.save(edited)
        base = remembering.run()
        assert counts(base) == {"added": 0, "removed": 0, "edited": 120, "leaked": 0}
        assert (base["n_left_out"], base["notices"]) == (0, [])
        assert change_of(base)["base"] == pytest.approx(share_of_no(remembering))
