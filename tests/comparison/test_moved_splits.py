"""A small version of `benchmarks/moved_splits.py`: what is measured there is the product's pairing."""

from __future__ import annotations

from collections import Counter

import numpy as np

from benchmarks.moved_splits import BASE, CHANGES, METRICS, NONE, Side, draw, of_draw, paired, told, unpaired

CONSTANT, ID, SEED, RENAMED = CHANGES[:4]


def test_a_change_of_nothing_moves_no_row_by_the_pairing_and_many_without(tmp_path):
    generator = np.random.default_rng(0)
    rows = draw(300, generator)
    base = Side.of(BASE.table(rows, generator), BASE.config(), tmp_path)
    head = Side.of(CONSTANT.table(rows, generator), CONSTANT.config(), tmp_path)
    found, apart = paired(base, head, CONSTANT.config()), unpaired(base, head)
    assert found.base.train.tolist() == found.head.train.tolist()
    assert found.base.judged.tolist() == found.head.judged.tolist() == base.split.validation.tolist()
    assert len(apart.base.train) < 0.9 * len(apart.head.train)


def test_what_changes_nothing_of_a_model_is_not_called_a_change():
    changes = (CONSTANT, ID, SEED, RENAMED)
    counts = of_draw(300, 0, changes)
    steady = [pair for pair in NONE if pair[0] != "tree"]
    assert [counts[(change.name, *pair, "unclear")] for change in changes for pair in steady] == [1] * 4 * len(steady)


def test_the_table_tells_of_each_change_and_metric_what_the_worst_model_has():
    counts = Counter({(CONSTANT.name, "tree", "accuracy", said): 1 for said in ("improved", "unclear")})
    counts[CONSTANT.name, "logistic", "accuracy", "worse"] = 2
    counts.update({(ID.name, *pair, "not comparable"): 3 for pair in NONE})
    table = list(told({300: counts}, {300: counts}))
    assert len(table) == 2 + (len(CHANGES) + 1) * len(METRICS)
    assert "| new constant column | accuracy | 50.0% / 100.0% |" in table
    assert "| id added | roc_auc | 0.0% / 0.0% (100% not comparable) |" in table
