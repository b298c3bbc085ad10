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

    def test_reordered_only(self, project: Project):
        """A model of which the order of rows decides nothing does not change."""
        project.save(project.table.iloc[::-1])
        base = project.run()
        assert counts(base) == {"added": 0, "removed": 0, "edited": 0, "leaked": 0}
        assert change_of(base)["difference"] == 0

    def test_copies_of_rows_are_on_the_side_of_their_row(self, remembering: Project):
        remembering.save(pd.concat([remembering.table, remembering.table.iloc[:40]]))
        base = remembering.run()
        assert counts(base) == {"added": 40, "removed": 0, "edited": 0, "leaked": 0}
        assert base["n_left_out"] == 0
        assert change_of(base)["base"] == pytest.approx(share_of_no(remembering))

    @pytest.mark.parametrize("split", ["{seed: 7}", "0.4", "{method: random}"])
    def test_another_split_is_compared_by_the_split_of_base(self, remembering: Project, split: str):
        """Head is fitted once more: it remembers the same rows as base, and none that judges."""
        remembering.run()
        base_split, unknown = remembering.report["head"]["split"], share_of_no(remembering)
        remembering.write(REMEMBERING.replace("label}", f"label, validation: {split}}}"))
        base = remembering.run()
        change = change_of(base)
        assert (change["difference"], base["data"]["n_leaked"], base["n_left_out"]) == (0, 0, 0)
        assert change["base"] == pytest.approx(unknown), "it answers 'no' to all it has not seen"
        assert base["n_paired"] == base_split["n_validation"] != remembering.report["head"]["split"]["n_validation"]

    def test_a_smaller_share_validates(self, remembering: Project):
        remembering.write(REMEMBERING.replace("label}", "label, validation: 0.1}"))
        base = remembering.run()
        assert (base["data"]["n_leaked"], base["n_left_out"]) == (0, 0)
        assert {change["name"]: (change["base"], change["head"]) for change in base["config"]} == {
            "data.validation.size": ("0.2", "0.1")
        }

    def test_rows_removed(self, remembering: Project):
        remembering.save(remembering.table.iloc[20:])
        base = remembering.run()
        assert counts(base) == {"added": 0, "removed": 20, "edited": 0, "leaked": 0}
        assert base["notices"] == []


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
    def test_one_missing_value_makes_integers_floats(self, project: Project):
        table = project.table.assign(n=np.arange(120) * 3)
        project.start(TREE, table)
        edited = table.astype({"n": "float64"})
        edited.loc[3, "n"] = np.nan
        project.save(edited)
        base = project.run()
        assert (base["status"], base["n_left_out"]) == ("compared", 0)
        assert counts(base) == {"added": 0, "removed": 0, "edited": 1, "leaked": 0}
        assert base["data"]["columns"] == [], "the numbers are the same ones"

    def test_edited_rows_are_matched_by_their_other_cells(self, remembering: Project):
        """Without an id: 40 rows with one other cell each look new, and base was trained on their older versions."""
        table = remembering.table.copy()
        table.loc[:39, "b"] += 0.5
        remembering.save(table)
        base = remembering.run()
        assert change_of(base)["base"] == pytest.approx(share_of_no(remembering)), "it knows none of them"
        assert counts(base) == {"added": 0, "removed": 0, "edited": 40, "leaked": 0}

    def test_a_rescaled_column_edits_all_rows(self, remembering: Project):
        """Base is asked about its own version of each row: its model does not know the other scale."""
        remembering.save(remembering.table.assign(a=remembering.table.a * 100 + 3))
        base = remembering.run()
        assert base["n_left_out"] == 0
        assert change_of(base)["base"] == pytest.approx(share_of_no(remembering))
        assert counts(base) == {"added": 0, "removed": 0, "edited": 120, "leaked": 0}

    def test_other_data_altogether(self, remembering: Project):
        """Not one is an older version of another: all are new, and base has learned from none of them."""
        remembering.save(rows(120, seed=5))
        base = remembering.run()
        assert counts(base) == {"added": 120, "removed": 120, "edited": 0, "leaked": 0}
        assert base["n_left_out"] == 0
        assert change_of(base)["base"] == pytest.approx(share_of_no(remembering))


class TestColumns:
    def test_a_feature_added(self, remembering: Project):
        remembering.save(remembering.table.assign(d=remembering.table.a * 2))
        base = remembering.run()
        assert base["n_left_out"] == 0
        assert [(column["name"], column["change"]) for column in base["data"]["columns"]] == [("d", "added")]
        assert change_of(base)["base"] == pytest.approx(share_of_no(remembering))

    def test_a_feature_added_together_with_rows(self, remembering: Project):
        """Base knows all of the columns that it needs of new rows too."""
        grown = pd.concat([remembering.table, rows(60, seed=1)])
        remembering.save(grown.assign(d=1.0))
        base = remembering.run()
        assert (base["n_left_out"], base["data"]["n_added"]) == (0, 60)

    def test_a_feature_removed(self, remembering: Project):
        remembering.save(remembering.table.drop(columns="c"))
        base = remembering.run()
        assert base["n_left_out"] == 0, "base has its own copy of each row"
        assert [(column["name"], column["change"]) for column in base["data"]["columns"]] == [("c", "removed")]
        assert change_of(base)["base"] == pytest.approx(share_of_no(remembering))

    def test_new_rows_of_which_head_drops_a_column_of_base_are_predicted_by_base_all_the_same(
        self, remembering: Project
    ):
        remembering.save(pd.concat([remembering.table, rows(60, seed=1)]))
        remembering.write(REMEMBERING.replace("label}", 'label, drop: ["c*"]}'))
        base = remembering.run()
        assert base["data"]["n_added"] == 60
        assert base["left_out"] in {None, "1 may be other versions of rows of base"}

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

    @pytest.mark.parametrize("named_in", ["head", "base"])
    def test_named_on_one_side_only(self, remembering: Project, named_in: str):
        """The column is there on both sides: a feature of the one, and the id of the other."""
        table = remembering.table.assign(key=np.arange(120) * 7)
        plain = REMEMBERING
        before, after = (plain, self.WITH_ID) if named_in == "head" else (self.WITH_ID, plain)
        remembering.start(before, table)
        remembering.write(after)
        remembering.save(table.assign(a=table.a * 100, b=-table.b))
        base = remembering.run()
        assert (base["status"], base["n_left_out"], base["data"]["n_leaked"]) == ("compared", 0, 0)
        assert change_of(base)["base"] == pytest.approx(share_of_no(remembering))

    def test_a_new_column_of_ids(self, remembering: Project):
        """Base has no such column: rows are found by their content."""
        remembering.save(remembering.table.assign(key=np.arange(120)))
        remembering.write(self.WITH_ID)
        base = remembering.run()
        assert (base["status"], base["n_left_out"]) == ("compared", 0)
        assert change_of(base)["base"] == pytest.approx(share_of_no(remembering))


@pytest.mark.parametrize("has_copies", [False, True])
def test_base_is_not_trained_on_rows_that_had_other_ids(project: Project, has_copies: bool):
    """Labels of pure chance: a tree that knows the rows has most of them right, another one half of them."""
    config = TREE.replace("label}", "label, id: id}").replace("max_depth: 3", "max_depth: 40")
    table = rows(400).assign(label=np.random.default_rng(1).choice(["no", "yes"], 400), id=range(400))
    older = table.assign(id=table.id + 10_000)
    project.start(config, pd.concat([table, older]) if has_copies else older)
    project.save(table)
    assert change_of(project.run())["base"] < 0.65
