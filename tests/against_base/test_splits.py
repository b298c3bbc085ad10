"""Groups, time, and a validation file of its own: what base may know of the rows that head validates on."""

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
GROUPED = REMEMBERING.replace("label}", "label, group: patient}")
TIMED = REMEMBERING.replace("label}", "label, time: day}")
SEPARATE = REMEMBERING.replace("label}", "label, validation: {source: test.csv}}")
SAYS_ITS_GROUPS = """\
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class Memory(ClassifierMixin, BaseEstimator):
    '''Right where it was trained on a row of the same group: `a` is the group.'''

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.groups_ = set(np.asarray(X)[:, 0])
        return self

    def predict(self, X):
        return np.array(['yes' if group in self.groups_ else 'no' for group in np.asarray(X)[:, 0]], dtype=object)
"""


def share_of_no(project: Project) -> float:
    balance = project.report["head"]["split"]["balance"]
    return balance["no"][1] / (balance["no"][1] + balance["yes"][1])


class TestGroups:
    def test_no_row_of_a_group_that_head_validates_on_is_known_to_base(self, project: Project):
        """Another seed moves whole groups over, and new rows of known groups come in."""
        table = rows(120).assign(patient=np.arange(120) // 4)
        table["a"] = table.patient
        project.start(GROUPED, table, memory__py=SAYS_ITS_GROUPS)
        more = rows(30, seed=4).assign(patient=np.arange(30))
        more["a"] = more.patient
        project.save(pd.concat([table, more]))
        project.write(GROUPED.replace("patient}", "patient, validation: {seed: 7}}"))
        base = project.run()
        assert (base["data"]["n_leaked"], base["data"]["n_added"]) == (0, 30)
        assert change_of(base)["difference"] == 0, "both say 'no' to the groups that base validates on"
        assert change_of(base)["base"] < 0.8

    def test_groups_that_only_head_names(self, project: Project):
        """To base the column is a feature: it learns from no patient that head asks about all the same."""
        table = rows(120).assign(patient=np.arange(120) // 4)[["patient", "b", "c", "label"]]
        project.start(REMEMBERING, table, memory__py=SAYS_ITS_GROUPS)
        project.write(GROUPED)
        base = project.run()
        assert (base["status"], base["n_left_out"]) == ("compared", 0)
        assert change_of(base)["base"] == pytest.approx(share_of_no(project))

    def test_no_change(self, project: Project):
        project.start(GROUPED, rows(120).assign(patient=np.arange(120) // 4), memory__py=MEMORY)
        base = project.run()
        assert (base["data"]["n_leaked"], base["n_left_out"], change_of(base)["difference"]) == (0, 0, 0)


class TestTime:
    def days(self, count: int) -> list[str]:
        return pd.date_range("2024-01-01", periods=count).astype(str).tolist()

    def test_newer_rows_validate_and_base_knows_none_of_them(self, project: Project):
        table = rows(150).assign(day=self.days(150))
        project.start(TIMED, table.iloc[:120], memory__py=MEMORY)
        project.save(table)
        base = project.run()
        assert project.report["head"]["split"]["n_validation"] == base["n_paired"] == 30
        assert (base["data"]["n_added"], base["data"]["n_leaked"], base["notices"]) == (30, 0, [])
        assert change_of(base)["base"] == pytest.approx(share_of_no(project))

    def test_base_knows_nothing_of_the_future(self, project: Project):
        """Head has the latest rows no more: base trained on some that are later than all that head validates on."""
        table = rows(150).assign(day=self.days(150))
        project.start(TIMED, table, memory__py=MEMORY)
        project.save(table.iloc[:60])
        base = project.run()
        assert base["data"]["n_leaked"] == 72
        assert change_of(base)["base"] == pytest.approx(share_of_no(project))


class TestValidationFile:
    def test_edited_in_head(self, project: Project):
        """Labels corrected, cells edited, rows added, and one row of training moved over."""
        train, test = rows(80), rows(40, seed=1)
        project.put("test.csv", test.to_csv(index=False))
        project.start(SEPARATE, train, memory__py=MEMORY)
        edited = pd.concat([test, rows(10, seed=2), train.iloc[[0]]])
        edited.iloc[:5, 3] = np.where(edited.label[:5] == "yes", "no", "yes")
        edited.iloc[5:10, 0] += 1
        project.put("test.csv", edited.to_csv(index=False))
        project.save(train.iloc[1:])
        base = project.run()
        assert (base["status"], base["n_paired"], base["n_left_out"]) == ("compared", 50, 0)
        assert (base["data"]["n_edited"], base["data"]["n_added"], base["data"]["n_leaked"]) == (10, 10, 0)
        assert change_of(base)["difference"] == 0, "head is fitted once more, with the row of training in training"

    def test_new_in_head(self, project: Project):
        project.start(REMEMBERING, rows(120), memory__py=MEMORY)
        project.put("test.csv", rows(40, seed=1).to_csv(index=False))
        project.write(SEPARATE)
        base = project.run()
        n_own = base["n_paired"] - 40
        assert 0 < n_own < 60, "the rows that base validates on judge as well"
        assert (base["data"]["n_leaked"], base["data"]["n_added"], change_of(base)["difference"]) == (0, 40, 0)
