"""Rows of both sides by folds, in the test's own process: no row is asked of a model that learned from it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from report.base_rows import pair_with_base
from report.comparison.base.row_files import read_rows, write_rows
from report.data import side_rows
from tests.against_base.project import rows
from tests.against_base.test_pairing_in_process import Running, config_of, loaded

FOLDS = {"method": "folds", "folds": 4}


@pytest.fixture
def paired(tmp_path):
    """Pairs head's table with base's: head's split, the pairing, and the base side with what it was asked."""

    def pair(base, head, base_data=None, head_data=None):
        sides = []
        for name, table, data in (("base", base, base_data), ("head", head, head_data)):
            place, config = tmp_path / name, config_of(**({"validation": FOLDS} if data is None else data))
            place.mkdir()
            sides.append((config, *loaded(place, table, config)))
        [(_, *theirs), (config, dataset, split)] = sides
        running = Running(side_rows(*theirs))
        return split, pair_with_base(running, config, dataset, split), running

    return pair


def folds_by_content(table, folds):
    return dict(zip(map(tuple, table[["a", "b", "c"]].to_numpy().tolist()), folds.tolist(), strict=True))


def test_matched_rows_have_the_fold_of_base_and_all_rows_judge(paired):
    table = rows(200)
    changed = table.sample(frac=1, random_state=3).assign(d=lambda frame: frame.a * 2)
    split, found, running = paired(table, changed)
    base, asked = running.rows(), running.asked
    assert split.folds.tolist() != found.reported.folds.tolist(), "by itself another column moves rows"
    assert found.compared is found.reported
    assert folds_by_content(changed, found.reported.folds) == folds_by_content(table, base.folds)
    assert asked.positions.tolist() == list(range(200))
    assert asked.folds.tolist() == base.folds[asked.own].tolist()
    assert asked.base_train.tolist() == list(range(200))
    assert (asked.cross_validation, asked.seeds) == (None, ())


def test_the_same_data_are_the_same_split(paired):
    table = rows(200)
    split, found, _ = paired(table, table)
    assert found.reported is found.compared is split


def test_new_rows_judge_too_and_copies_go_where_the_row_is(paired):
    table = rows(200)
    changed = pd.concat([table, rows(40, seed=9), table.iloc[:30]], ignore_index=True)
    _, found, running = paired(table, changed)
    folds = found.reported.folds
    assert len(running.asked.positions) == 270
    assert folds[240:].tolist() == folds[:30].tolist()
    assert set(folds[200:240]) <= {0, 1, 2, 3}
    assert (running.asked.own[200:240] == -1).all()


def test_new_rows_of_a_group_are_in_its_fold(paired):
    table = rows(200).assign(g=np.arange(200) // 5)
    added = rows(20, seed=9).assign(g=[*range(10), *([77] * 10)])
    data = {"validation": FOLDS, "group": "g"}
    changed = pd.concat([added, table], ignore_index=True)
    _, found, running = paired(table, changed, data, data)
    assert running.ended is None
    grouped = pd.Series(found.reported.folds).groupby(changed.g.to_numpy())
    assert (grouped.max() == grouped.min()).all()
    assert (
        folds_by_content(table, running.rows().folds).items() <= folds_by_content(changed, found.reported.folds).items()
    )


def test_groups_that_base_mixes_are_not_comparable(paired):
    table = rows(200).assign(g=np.arange(200) // 5)
    _, found, running = paired(table, table, {"validation": FOLDS}, {"validation": FOLDS, "group": "g"})
    assert found is None
    assert running.ended.status == "not comparable"
    assert "head keeps rows of a group together, and the folds of base do not" in running.ended.reason


def test_where_base_has_no_folds_its_split_judges(paired):
    table = rows(200)
    split, found, running = paired(table, table, {})
    base = running.rows()
    assert found.reported is split
    assert found.compared.folds is None
    assert found.compared.validation.tolist() == running.asked.own.tolist() == base.validation.tolist()
    assert sorted([*found.compared.train, *found.compared.validation]) == list(range(200))
    assert running.asked.folds is None


def test_where_head_has_none_the_folds_of_base_judge(paired):
    table = rows(200)
    split, found, running = paired(table, table, None, {})
    assert found.reported is split
    assert split.folds is None
    assert found.compared.folds.tolist() == running.rows().folds.tolist() == running.asked.folds.tolist()
    assert found.compared.train.tolist() == found.compared.validation.tolist() == list(range(200))


@pytest.mark.parametrize("change", [{"folds": 8}, {"seed": 1}, {"shuffle": False}])
def test_where_the_user_changes_the_folds_those_of_base_judge(paired, change):
    table = rows(200)
    split, found, running = paired(table, table, None, {"validation": {**FOLDS, **change}})
    assert found.reported is split
    assert split.folds.tolist() != running.rows().folds.tolist()
    assert found.compared.folds.tolist() == running.rows().folds.tolist()


def test_copies_that_are_in_several_folds_do_not_judge(paired):
    table = pd.concat([rows(200), rows(200).iloc[:20]], ignore_index=True).assign(key=np.arange(220))
    data = {"validation": FOLDS, "id": "key"}
    _, found, running = paired(table, table, data, data)
    folds = found.reported.folds
    apart = {row for row in range(20) if folds[row] != folds[200 + row]}
    assert apart
    assert set(range(220)) - set(running.asked.positions) == apart | {200 + row for row in apart}
    assert found.matched.paired.left_out == f"{2 * len(apart)} have copies in other folds"


def test_folds_are_handed_over_as_they_are(tmp_path):
    config = config_of(validation=FOLDS)
    side = side_rows(*loaded(tmp_path, rows(60), config))
    write_rows(side, tmp_path / "exchange", known="")
    assert read_rows(tmp_path / "exchange").folds.tolist() == side.folds.tolist()
