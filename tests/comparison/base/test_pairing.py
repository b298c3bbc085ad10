"""Which rows both sides learn from and are judged by, on rows that were matched by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.comparison.base.matching import NotComparable
from report.comparison.base.pairing import MatchedRows, pair_rows
from report.core.rows import MatchTable, RowMatch, SideRows

HASH = {"method": "hash", "size": 0.2, "seed": 42}
TIME = {"method": "time", "size": 0.2}
GROUP = {"method": "group", "size": 0.2, "seed": 42}


def side(n_rows, validation, *, settings=HASH, labels=None, group=None, time=None):
    validation = np.array(validation, dtype=np.int64)
    table = MatchTable(
        raw=None,
        origin=np.arange(n_rows),
        fingerprint="",
        features=pd.DataFrame({"x": np.arange(n_rows)}),
        labels=np.arange(n_rows).reshape(-1, 1) if labels is None else np.array(labels).reshape(-1, 1),
        group=None if group is None else np.array(group, dtype=object),
        time=None if time is None else np.array(time),
    )
    train = np.setdiff1d(np.arange(n_rows), validation)
    return SideRows(table, train, validation, settings["method"], settings)


def match(base_of_head, *, doubtful=(), copy_of=None):
    base_of_head = np.array(base_of_head, dtype=np.int64)
    mask = np.zeros(len(base_of_head), dtype=bool)
    mask[list(doubtful)] = True
    none = np.zeros(len(base_of_head), dtype=bool)
    doubt = f"{mask.sum()} rows may be older versions" if mask.any() else None
    copy_of = np.full(len(base_of_head), -1) if copy_of is None else np.array(copy_of)
    return RowMatch(base_of_head, none, mask, copy_of=copy_of, how="by content", doubt=doubt)


def paired(head, base, rows, contents=None):
    keys = np.arange(head.n_rows) if contents is None else np.array(contents)
    return pair_rows(head, base, rows, keys.astype(np.uint64))


def test_matched_rows_keep_the_side_that_they_have_in_base():
    """A new column moves the hash of every row: head alone would validate on others."""
    found = paired(side(10, [7, 8, 9]), side(10, [0, 1]), match(range(10)))
    assert np.flatnonzero(found.is_validation).tolist() == [0, 1]
    assert found.judged.tolist() == found.base_of_judged.tolist() == [0, 1]
    assert found.base_train.tolist() == found.compared_train.tolist() == list(range(2, 10))
    assert not found.needs_another_fit
    assert found.unfair == ()


def test_rows_in_another_order_keep_their_side():
    found = paired(side(4, [0]), side(4, [0, 3]), match([3, 2, 1, 0]))
    assert found.compared_validation.tolist() == [0, 3]
    assert found.base_of_judged.tolist() == [3, 0]


def test_new_rows_have_the_side_that_head_gives_them():
    found = paired(side(6, [4]), side(4, [0]), match([0, 1, 2, 3, -1, -1]))
    assert found.judged.tolist() == [0, 4]
    assert found.base_of_judged.tolist() == [0, -1]
    assert found.compared_train.tolist() == [1, 2, 3, 5]
    assert found.base_train.tolist() == [1, 2, 3]


@pytest.mark.parametrize("change", [{"seed": 7}, {"size": 0.4}, {"method": "random"}])
def test_where_the_user_changes_the_split_head_is_fitted_once_more_with_the_sides_of_base(change):
    head = side(10, [6, 7, 8, 9], settings=HASH | change)
    found = paired(head, side(10, [0, 1]), match(range(10)))
    assert np.flatnonzero(found.is_validation).tolist() == [6, 7, 8, 9], "the report has the split of the user"
    assert found.needs_another_fit
    assert found.judged.tolist() == [0, 1]
    assert found.compared_train.tolist() == found.base_train.tolist(), "both learn from equally many rows"


GIVEN = {"method": "given"}


def test_rows_that_move_between_the_files_of_training_and_validation_are_a_change_of_the_split():
    found = paired(side(6, [4, 5], settings=GIVEN), side(6, [3, 5], settings=GIVEN), match(range(6)))
    assert found.needs_another_fit
    assert found.judged.tolist() == [3, 5]
    assert paired(side(6, [5], settings=GIVEN), side(6, [0, 5], settings=GIVEN), match(range(6))).needs_another_fit


def test_rows_of_the_validation_file_that_are_appended_to_the_training_file_do_not_judge():
    """Head has rows 4 and 5 twice: in training as 6 and 7."""
    n_rows, copies = 80, 30
    base = side(n_rows, range(40, 80), settings=GIVEN)
    head = side(
        n_rows + copies,
        range(40, 80),
        settings=GIVEN,
        labels=[*range(n_rows), *range(40, 40 + copies)],
    )
    contents = [*range(n_rows), *range(40, 40 + copies)]
    found = paired(head, base, match([*range(n_rows), *[-1] * copies]), contents)
    assert found.judged.tolist() == list(range(70, 80))
    assert found.left_out == "30 are training rows too"
    assert found.unfair == ("10 of 40 validation rows can judge: 30 are training rows too",)


def test_no_row_can_judge_where_all_validation_rows_are_training_rows_too():
    head = side(8, [2, 3], settings=GIVEN, labels=[0, 1, 2, 3, 4, 5, 2, 3])
    with pytest.raises(NotComparable, match="none of 2 validation rows can be judged: 2 are training rows too"):
        paired(head, side(6, [2, 3], settings=GIVEN), match([*range(6), -1, -1]), [0, 1, 2, 3, 4, 5, 2, 3])


@pytest.mark.parametrize(
    ("n_validation", "n_left", "is_unfair"), [(100, 19, True), (100, 20, False), (500, 49, True), (500, 50, False)]
)
def test_fewer_than_twenty_rows_or_a_tenth_that_are_left_do_not_judge(n_validation, n_left, is_unfair):
    contents = np.concatenate([np.arange(n_validation), np.arange(n_validation - n_left), [500]])
    n_rows = len(contents)
    head = side(n_rows, range(n_validation), labels=contents)
    found = paired(head, side(n_rows, range(n_validation), labels=contents), match(range(n_rows)), contents)
    assert len(found.judged) == n_left
    assert bool(found.unfair) is is_unfair


@pytest.mark.parametrize("of", ["head", "base"])
def test_rows_that_a_hook_makes_anew_are_no_fair_judges_where_most_are_unknown_to_base(of):
    """Means of several rows: base may have learned from what they are made of."""
    sides = {"head": side(6, [3, 4, 5]), "base": side(6, [0])}
    sides[of] = replace(sides[of], table=replace(sides[of].table, origin=None))
    found = paired(sides["head"], sides["base"], match([1, 2, 3, 0, -1, -1]))
    why = f"2 rows that judge may be made of rows of base: `prepare` of {of} makes rows anew"
    assert found.unfair == (why,)


@pytest.mark.parametrize(("n_doubtful", "is_unfair"), [(5, False), (6, True)])
def test_more_than_one_doubtful_row_in_twenty_makes_the_pairing_unfair(n_doubtful, is_unfair):
    doubtful = range(100, 100 + n_doubtful)
    rows = match([*range(100), *[-1] * n_doubtful], doubtful=doubtful)
    head = side(100 + n_doubtful, range(100 - n_doubtful, 100 + n_doubtful))
    head = side(100 + n_doubtful, [*range(100 - (100 - n_doubtful), 100), *doubtful])
    found = paired(head, side(100, range(n_doubtful, 100)), rows)
    assert len(found.compared_validation) == 100
    assert found.unfair == ((rows.doubt,) if is_unfair else ())
    assert not set(found.judged) & set(doubtful)


@pytest.mark.parametrize(("n_moved", "is_unfair"), [(2, False), (3, True)])
def test_rows_that_both_sides_have_and_one_alone_learns_from_make_the_pairing_unfair(n_moved, is_unfair):
    """By time, where cells of the time column were edited: head puts these rows after its validation rows."""
    base = side(120, range(100, 120), settings=TIME, time=range(120))
    times = np.arange(120)
    times[:n_moved] = 500
    head = side(120, range(100, 120), settings=TIME, time=times)
    found = paired(head, base, match(range(120)))
    assert len(found.base_train) == 100
    why = f"of the rows that both sides have, 0 train head alone and {n_moved} train base alone"
    assert found.unfair == ((why,) if is_unfair else ())


@pytest.mark.parametrize(("n_moved", "is_unfair"), [(2, False), (3, True)])
def test_rows_of_base_that_head_alone_learns_from_make_the_pairing_unfair_too(n_moved, is_unfair):
    """Head puts base's latest rows before its validation rows, by edited times; base does not learn from them."""
    base = side(120, range(100, 120), settings=TIME, time=range(120))
    times = np.arange(120)
    times[120 - n_moved :] = 0
    head = side(120, range(100, 120 - n_moved), settings=TIME, time=times)
    found = paired(head, base, match(range(120)))
    assert len(found.base_train) == 100
    why = f"of the rows that both sides have, {n_moved} train head alone and 0 train base alone"
    assert found.unfair == ((why,) if is_unfair else ())


def test_rows_that_base_alone_has_train_base():
    """Head has fewer rows: that is its change, and no disadvantage of the comparison."""
    found = paired(side(5, [0]), side(10, [0]), match(range(5)))
    assert found.base_train.tolist() == list(range(1, 10))
    assert found.unfair == ()


def test_base_does_not_learn_from_rows_of_its_own_that_are_copies_of_a_row_that_judges():
    """Base has row 0, a validation row, once more as row 4, which head has removed."""
    head, base = side(4, [0]), side(5, [0])
    sources = np.arange(4).astype(np.uint64), np.array([0, 1, 2, 3, 0], dtype=np.uint64)
    found = pair_rows(head, base, match(range(4)), np.arange(4).astype(np.uint64), sources)
    assert found.base_train.tolist() == found.compared_train.tolist() == [1, 2, 3]
    assert found.n_held_out == 1


def test_copies_that_are_no_reason_to_learn_from_fewer_rows():
    """One that head has too, one of a training row, and one that base does not learn from by itself."""
    keys = np.arange(5).astype(np.uint64)
    both = np.array([0, 1, 2, 3, 0], dtype=np.uint64)
    found = pair_rows(side(5, [4]), side(5, [4]), match(range(5)), keys, (both, both))
    assert (found.base_train.tolist(), found.n_held_out) == ([0, 1, 2, 3], 0)
    of_training = np.array([0, 1, 2, 3, 1], dtype=np.uint64)
    found = pair_rows(side(4, [0]), side(5, [0]), match(range(4)), keys[:4], (keys[:4], of_training))
    assert (found.base_train.tolist(), found.n_held_out) == ([1, 2, 3, 4], 0)
    found = pair_rows(side(4, [0]), side(5, [0, 4]), match(range(4)), keys[:4], (keys[:4], both))
    assert (found.base_train.tolist(), found.n_held_out) == ([1, 2, 3], 0)


def test_validation_rows_of_base_that_head_has_lost_do_not_train_base():
    found = paired(side(5, [0]), side(6, [0, 5]), match(range(5)))
    assert found.base_train.tolist() == [1, 2, 3, 4]


def matched_of(head, base, rows):
    keys = np.arange(head.n_rows).astype(np.uint64)
    return MatchedRows(head, base, rows, pair_rows(head, base, rows, keys))


def test_rows_of_other_cells_labels_or_weights_differ_and_new_rows_do_not():
    head = replace(side(5, [3, 4], labels=[9, 1, 2, 3, 4]), weight=np.array([1.0, 1.0, 2.0, 1.0, 1.0]))
    rows = replace(match([0, 1, 2, 3, -1]), edited=np.array([False, True, False, False, False]))
    assert matched_of(head, side(4, [3]), rows).differ.tolist() == [True, True, True, False, False]


def test_both_sides_train_alike_on_the_same_rows_in_any_order():
    labels, order = list(range(6)), [5, 4, 3, 2, 1, 0]
    base = side(6, [0])
    alike = matched_of(side(6, [5], labels=order), base, match(order))
    assert alike.train_alike
    assert alike.trained.tolist() == [4, 3, 2, 1, 0]
    assert not matched_of(side(6, [0], labels=[*labels[:5], 9]), base, match(labels)).train_alike
    assert not matched_of(side(7, [0]), base, match([*labels, -1])).train_alike


def test_a_training_row_for_another_one_is_not_the_same_training():
    replaced = matched_of(side(5, [0]), side(5, [0]), match([0, 1, 2, 3, -1]))
    assert replaced.trained is None
    assert not replaced.train_alike


def test_a_side_without_training_rows_cannot_be_compared():
    with pytest.raises(NotComparable, match="no row is left to learn from"):
        paired(side(2, [0]), side(4, [0, 1]), match([0, 1]))


def test_a_base_that_has_only_rows_of_the_validation_of_head_cannot_be_compared():
    head, base = side(4, [2, 3], settings=TIME, time=range(4)), side(2, [1], settings=TIME, time=[2, 3])
    with pytest.raises(NotComparable, match="no row is left to learn from"):
        paired(head, base, match([-1, -1, 0, 1]))


def test_a_head_without_the_validation_rows_of_base_cannot_be_compared():
    with pytest.raises(NotComparable, match="head has none of the rows that base validates on"):
        paired(side(4, [3]), side(6, [4, 5]), match(range(4)))


@st.composite
def sides(draw):
    n_base, n_new = draw(st.integers(4, 30)), draw(st.integers(0, 10))
    kept = draw(st.permutations(range(n_base)).flatmap(lambda rows: st.just(rows[: max(2, len(rows) // 2)])))
    base_of_head = [*kept, *[-1] * n_new]
    n_head = len(base_of_head)
    method = draw(st.sampled_from([HASH, TIME, GROUP]))
    other = draw(st.booleans())
    groups = draw(st.lists(st.integers(0, 4), min_size=n_base + n_new, max_size=n_base + n_new))
    own = [groups[row] for row in kept] + groups[n_base:]
    times = np.arange(n_base + n_new)
    head_times = np.concatenate([times[list(kept)], times[n_base:]]).astype(np.int64)
    base = side(n_base, _drawn(draw, n_base), settings=method, group=groups[:n_base], time=times[:n_base])
    settings = method | ({"size": 0.5} if other else {})
    head = side(n_head, _drawn(draw, n_head), settings=settings, group=own, time=head_times)
    return head, base, match(base_of_head)


def _drawn(draw, n_rows):
    return sorted(draw(st.sets(st.integers(0, n_rows - 1), min_size=1, max_size=n_rows - 1)))


@given(sides())
def test_no_row_group_or_later_time_that_judges_is_among_the_training_rows_of_base(rows):
    head, base, matched = rows
    try:
        found = paired(head, base, matched)
    except NotComparable:
        return
    assert not set(found.base_train) & set(found.base_of_judged)
    assert not set(found.compared_train) & set(found.judged)
    if head.method == "group":
        judging = set(head.table.group[found.judged])
        assert not judging & set(base.table.group[found.base_train])
        assert not judging & set(head.table.group[found.compared_train])
    if head.method == "time":
        first = head.table.time[found.judged].min()
        assert (base.table.time[found.base_train] < first).all()
        assert (head.table.time[found.compared_train] < first).all()
    theirs = matched.base_of_head[found.compared_train]
    only_head = set(theirs[theirs >= 0]) - set(found.base_train)
    both = set(matched.base_of_head[matched.base_of_head >= 0])
    only_base = (set(found.base_train) & both) - set(theirs)
    assert found.unfair or len(only_head) + len(only_base) <= 0.02 * len(found.base_train)
