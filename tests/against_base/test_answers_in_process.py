"""What base learns from and answers, in the test's own process."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from report.base_pipeline import answer_question
from report.base_rows import pair_with_itself
from report.comparison.base.exchange import read_result
from report.comparison.base.question import write_question, write_start
from report.comparison.base.row_files import ROWS, read_rows
from report.config.schema import Config, CrossValidation
from report.core.progress import Silent
from report.models import fit_models
from tests.against_base.memory import MEMORY
from tests.against_base.project import rows
from tests.against_base.test_pairing_in_process import TREE, config_of, loaded


@pytest.fixture
def answered(tmp_path, monkeypatch):
    """Asks base, in a folder of its own, and gives its result."""
    monkeypatch.chdir(tmp_path)

    def ask(table, judge, config=None, **files):
        place, exchange = tmp_path, tmp_path / "exchange"
        config = config or "data: {source: data.csv, target: label}\nmodels: {memory: memory.Memory}\n"
        (place / "ml-report.yml").write_text(config)
        (place / "memory.py").write_text(MEMORY)
        for name, text in files.items():
            (place / name.replace("__", ".")).write_text(text)
        table.to_csv(place / "data.csv", index=False)
        parsed = Config.model_validate({"data": {"source": "data.csv", "target": "label"}, "models": {"m": TREE}})
        dataset, split = loaded(place, config=parsed)
        write_start(exchange, config="ml-report.yml", overrides=(), fingerprint="")
        asked = judge(pair_with_itself(parsed, dataset, split).asked)
        write_question(asked, exchange)
        answer_question(exchange, root=place, cores=1, progress=Silent())
        return read_result(exchange / "out", asked, {}), asked, read_rows(exchange / ROWS)

    return ask


def right(result, asked) -> np.ndarray:
    answers = result.models[0].predictions
    assert answers.positions.tolist() == asked.positions.tolist()
    return answers.y_pred == answers.y_true


def test_base_learns_from_the_rows_that_head_names_and_no_others(answered):
    """The model is right about what it was trained on, and says 'no' to all else."""
    table = rows(120)

    def judge(asked):
        half = asked.base_train[::2]
        return replace(asked, base_train=half, positions=asked.base_train, own=asked.base_train)

    result, asked, _ = answered(table, judge)
    assert result.status == "ok", result.reason
    known = np.isin(asked.own, asked.base_train)
    is_no = table.label.to_numpy()[asked.positions] == "no"
    assert right(result, asked).tolist() == (known | is_no).tolist()


def test_base_answers_about_the_folds_that_head_has(answered, tmp_path):
    """Both sides draw the folds from the same rows in the same order."""

    def judge(asked):
        return replace(asked, cross_validation=(4, 2, True, 0), trained=asked.base_train)

    result, asked, _ = answered(rows(120), judge)
    theirs = result.models[0].folds
    dataset, split = loaded(tmp_path)
    config = config_of().model_copy(update={"cross_validation": CrossValidation(folds=4, repeats=2)})
    [run] = fit_models(config, dataset, split, root=tmp_path, score=None, progress=Silent(), cores=1)
    assert len(run.folds) == 8
    assert [sorted(fold.positions) for fold in theirs] == [sorted(fold.positions) for fold in run.folds]
    assert sorted(np.concatenate([fold.positions for fold in theirs[:4]])) == sorted(asked.base_train)
    assert all((fold.y_true == dataset.target.encoded[fold.positions]).all() for fold in theirs)


def test_rows_that_base_does_not_have_go_through_its_own_prepare(answered):
    table, new = rows(120), rows(2, seed=5)
    config = "data: {source: data.csv, target: label, prepare: hooks.scaled}\nmodels: {tree: {estimator: hooks.Sees}}\n"
    hooks = (
        "import numpy as np\nfrom sklearn.base import BaseEstimator, ClassifierMixin\n"
        "def scaled(frame):\n    return frame.assign(a=frame.a * 1000)\n"
        "class Sees(ClassifierMixin, BaseEstimator):\n"
        "    def fit(self, X, y):\n        self.classes_ = np.unique(y)\n        return self\n"
        "    def predict(self, X):\n"
        "        return np.where(np.abs(np.asarray(X)[:, 0]) > 50, 'yes', 'no').astype(object)\n"
    )

    def judge(asked):
        own = asked.own.copy()
        own[:2] = -1
        return replace(asked, own=own, foreign=new.assign(a=[0.1, 0.01]))

    result, _, _ = answered(table, judge, config, hooks__py=hooks)
    assert result.status == "ok", result.reason
    assert result.models[0].predictions.y_pred[:2].tolist() == [1, 0], "0.1 is 100 by the hook, and 0.01 is 10"


def test_rows_that_lack_a_column_of_base_are_left_out(answered):
    def judge(asked):
        own = asked.own.copy()
        own[:3] = -1
        return replace(asked, own=own, foreign=rows(3, seed=5).drop(columns="c"))

    result, asked, _ = answered(rows(120), judge)
    assert result.n_scored == len(asked.own) - 3
    assert result.left_out == "they are not in base's data, and head's data have no 'c'"
    assert result.models[0].predictions.positions.tolist() == asked.positions[3:].tolist()


def test_another_target_is_not_comparable(answered):
    def judge(asked):
        return replace(asked, target=replace(asked.target, names=("other",)))

    result, _, found = answered(rows(120), judge)
    assert (result.status, "the target of base is 'label'" in result.reason) == ("not comparable", True)
    assert found.n_rows == 120


def renamed_target(asked, *, keeps_old=False, n_others=0):
    """What head asks when its target is called 'outcome', with other labels in some of the rows."""
    encoded = asked.target.encoded.copy()
    encoded[asked.positions[:n_others]] = 1 - encoded[asked.positions[:n_others]]
    foreign = asked.foreign if keeps_old else asked.foreign.rename(columns={"label": "outcome"})
    return replace(asked, target=replace(asked.target, names=("outcome",), encoded=encoded), foreign=foreign)


def test_a_target_under_another_name_is_the_same_one(answered):
    result, asked, _ = answered(rows(200), renamed_target)
    assert result.status == "ok", result.reason
    assert result.models[0].predictions.positions.tolist() == asked.positions.tolist()


@pytest.mark.parametrize("change", [{"keeps_old": True}, {"n_others": 1}])
def test_a_target_that_head_has_as_a_feature_or_with_other_labels_is_another_one(answered, change):
    result, asked, _ = answered(rows(200), lambda asked: renamed_target(asked, **change))
    assert len(asked.positions) < 50, "one label is more than a few percent of them"
    assert result.status == "not comparable"
    assert result.reason == "the target of base is 'label', that of head 'outcome'"
