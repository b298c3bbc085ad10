"""What models are given and what they answer, against base: gaps, new categories, leaks, answers that look aside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.against_base.project import CONFIG, Project, change_of, notices

pytestmark = pytest.mark.slow

N = 400
RNG = np.random.default_rng(8)
SIGNAL = RNG.normal(size=N).round(3)
TABLE = pd.DataFrame(
    {
        "id": np.arange(N),
        "signal": SIGNAL,
        "wide": (RNG.normal(size=N) * 1000).round(1),
        "label": np.where(SIGNAL + RNG.normal(size=N) / 4 > 0, "yes", "no"),
    }
)
NEAR = (
    CONFIG.replace("target: label", "target: label, id: id")
    .replace("DecisionTreeClassifier, params: {max_depth: 2}", "KNeighborsClassifier")
    .replace("sklearn.tree", "sklearn.neighbors")
)
BOOSTERS = """\
data: {source: data.parquet, target: label, id: id}
models:
  light: {estimator: lightgbm.LGBMClassifier, params: {n_estimators: 10, verbose: -1}, preprocess: none}
  extreme:
    {estimator: xgboost.XGBClassifier, params: {n_estimators: 10, enable_categorical: true}, preprocess: none}
  trees: {estimator: sklearn.ensemble.HistGradientBoostingClassifier, params: {max_iter: 10}, preprocess: none}
  linear: sklearn.linear_model.LogisticRegression
metrics: [accuracy, log_loss]
report: {plots: none}
"""


def with_gaps(table: pd.DataFrame, rows: slice) -> pd.DataFrame:
    return table.assign(signal=table["signal"].where(~table.index.isin(table.index[rows])))


@pytest.mark.parametrize("rows", [slice(0, 10), slice(50, 51)])
def test_gaps_in_some_rows_do_not_make_another_model_of_the_others(project: Project, rows: slice):
    project.start(NEAR, TABLE)
    project.save(with_gaps(TABLE, rows))
    change = change_of(project.run())
    assert change["base"] < 0.65  # nothing is scaled: .9 where it is
    assert change["verdict"] == "unclear"
    assert abs(change["difference"]) < 0.02


def test_a_gap_in_the_new_rows_changes_nothing(project: Project):
    project.put("new.csv", with_gaps(TABLE.head(5), slice(0, 0)).to_csv(index=False))
    config = NEAR.replace("id: id", "id: id, new: new.csv")
    project.start(config, TABLE)
    project.put("new.csv", with_gaps(TABLE.head(5), slice(1, 2)).to_csv(index=False))
    assert change_of(project.run())["difference"] == 0.0


def test_another_column_of_text_scales_no_number(project: Project):
    project.start(NEAR, TABLE)
    project.save(TABLE.assign(city=np.where(TABLE.index % 2, "Ulm", "Bern")))
    change = change_of(project.run())
    assert change["base"] < 0.65
    assert change["head"] < 0.65


def test_base_is_asked_about_new_categories_and_gaps_as_in_production(project: Project):
    table = TABLE.assign(kind=pd.Categorical(np.where(TABLE.index % 3, "a", "b")))
    table.to_parquet(project.folder / "data.parquet")
    project.start(BOOSTERS)
    more = table.head(200).assign(
        id=np.arange(1000, 1200),
        signal=(table["signal"].head(200) + 0.5).where(np.arange(200) % 10 != 0),
        wide=(table["wide"].head(200) * 1.37 + 11).round(1),
        kind=np.where(np.arange(200) % 5 == 0, "new", "b"),
    )
    both = pd.concat([table.astype({"kind": object}), more], ignore_index=True)
    both.assign(kind=pd.Categorical(both["kind"], categories=["new", "b", "a"])).to_parquet(
        project.folder / "data.parquet"
    )
    base = project.run()
    assert base["status"] == "compared", base["reason"]
    for name in ("light", "extreme", "trees", "linear"):
        change = change_of(base, model=name)
        assert change["n_rows"] > 110
        assert change["base"] > 0.8
    told = notices(base)
    assert "of head's validation rows have values that no training row has, in 'kind': taken as missing" in told
    assert "rows have a gap that no training row has, in 'signal': filled by the median of training" in told


LEAKING = """\
def encoded(frame):
    noise = frame["wide"].rank() / len(frame) / 10
    return frame.assign(hint=(frame["label"] == "yes") + noise)


def plain(frame):
    return frame.assign(hint=frame["wide"].rank())
"""


@pytest.mark.parametrize("side", ["head", "base"])
def test_a_hook_that_makes_features_of_labels_gives_no_verdict(project: Project, side: str):
    tree = CONFIG.replace("target: label", "target: label, id: id")
    configs = {hook: tree.replace("id: id", f"id: id, prepare: hooks:{hook}") for hook in ("plain", "encoded")}
    base, head = ("plain", "encoded") if side == "head" else ("encoded", "plain")
    project.start(configs[base], TABLE, hooks__py=LEAKING)
    project.write(configs[head])
    change = change_of(project.run())
    assert change["verdict"] == "not comparable"
    assert change["why"] == (
        f"{side}: the hook 'hooks:encoded' uses the labels of validation: with these shuffled it gives other values of "
        "'hint'"
    )
    assert "uses the labels of validation: with these shuffled it gives other values" in project.page


PEEKING = """\
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.tree import DecisionTreeClassifier


class Ranked(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.tree_ = DecisionTreeClassifier(max_depth=4).fit(self.ranked(X), y)
        self.classes_ = self.tree_.classes_
        return self

    def predict(self, X):
        return self.tree_.predict(self.ranked(X))

    @staticmethod
    def ranked(X):
        centred = np.asarray(X, float) - np.asarray(X, float).mean(axis=0)
        return np.sort(centred, axis=0)
"""


@pytest.mark.parametrize("side", ["head", "base"])
def test_a_model_whose_answers_depend_on_the_other_rows_gives_no_verdict(project: Project, side: str):
    configs = {"plain": CONFIG, "ranked": CONFIG.replace("sklearn.tree.DecisionTreeClassifier", "peeking.Ranked")}
    configs["ranked"] = configs["ranked"].replace(", params: {max_depth: 2}", "")
    base, head = ("plain", "ranked") if side == "head" else ("ranked", "plain")
    project.start(configs[base], TABLE.drop(columns="id"), peeking__py=PEEKING)
    project.write(configs[head])
    change = change_of(project.run())
    assert change["verdict"] == "not comparable"
    assert change["why"].startswith(f"{side}: its answers depend on the other rows or on their order: ")
