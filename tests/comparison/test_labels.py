"""Labels of matched rows held against each other: the same, edited, unrelated, or a function of each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.comparison.labels import MatchedLabels, label_change, matched_labels
from report.comparison.longest_run import longest_run
from report.core.rows import MatchTable, RowMatch

RNG = np.random.default_rng(5)
SIGNED = RNG.normal(size=500)
POSITIVE = RNG.lognormal(3, 1, 500)
ABC = RNG.choice(["a", "b", "c"], 500).astype(object)
YES = RNG.choice(["no", "yes"], 500).astype(object)


def change_of(base, head, *, classes=None, names=("y",)):
    base, head = np.asarray(base), np.asarray(head)
    classes = base.dtype.kind != "f" if classes is None else classes
    return label_change(MatchedLabels(base, head, np.arange(len(base))), names, classes=classes)


def renamed(labels, **names):
    return np.array([names.get(label, label) for label in labels], dtype=object)


@pytest.mark.parametrize(
    ("base", "head", "words"),
    [
        (SIGNED, 1000 * SIGNED, "1,000 × base's"),
        (POSITIVE, POSITIVE / 1000, "0.001 × base's"),
        (SIGNED, 1.8 * SIGNED + 32, "1.8 × base's + 32"),
        (SIGNED, SIGNED - 273.15, "base's − 273.15"),
        (SIGNED, -SIGNED, "−base's"),
        (SIGNED, -2.5 * SIGNED, "−2.5 × base's"),
        (SIGNED, (SIGNED - SIGNED.mean()) / SIGNED.std(), None),
        (POSITIVE, np.log(POSITIVE), "log(base's)"),
        (POSITIVE, np.log1p(POSITIVE), "log1p(base's)"),
        (POSITIVE, np.log10(POSITIVE), "log10(base's)"),
        (POSITIVE, np.log2(POSITIVE), "log2(base's)"),
        (POSITIVE, 3 * np.log(POSITIVE) + 1, "3 × log(base's) + 1"),
        (POSITIVE, np.sqrt(POSITIVE), "sqrt(base's)"),
        (SIGNED, SIGNED**2, "square of base's"),
        (SIGNED, np.abs(SIGNED), "absolute value of base's"),
        (POSITIVE, 1 / POSITIVE, "1 / base's"),
    ],
)
def test_a_quantity_in_another_unit_is_named(base, head, words):
    change = change_of(base, head)
    assert change.kind == "mapped"
    assert change.map.startswith("head's label = ")
    assert words is None or change.map == f"head's label = {words}"


@pytest.mark.parametrize(
    ("base", "head", "words"),
    [
        (np.log(POSITIVE), POSITIVE, "base's label = log(head's)"),
        (np.log10(POSITIVE), POSITIVE, "base's label = log10(head's)"),
        (np.log1p(POSITIVE), POSITIVE, "base's label = log1p(head's)"),
        (POSITIVE, np.argsort(np.argsort(POSITIVE)).astype(float), "monotone, increasing function of base's"),
        (POSITIVE, -np.sqrt(POSITIVE - POSITIVE.min() + 1) * POSITIVE, "monotone, decreasing function of base's"),
        (POSITIVE, np.digitize(POSITIVE, [5, 20, 60]).astype(float), "monotone, increasing function of base's"),
    ],
)
def test_the_other_way_round_and_any_function_that_keeps_the_order(base, head, words):
    change = change_of(base, head)
    assert change.kind == "mapped"
    assert change.map.endswith(words)


def test_rounded_labels_in_another_unit_are_still_named():
    assert change_of(POSITIVE, (POSITIVE / 1000).round(3)).map == "head's label = 0.001 × base's"
    assert change_of(10 * SIGNED, (18 * SIGNED + 32).round(1)).map.startswith("head's label = 1.8 × base's + 3")
    assert change_of(POSITIVE, np.log(POSITIVE).round(2)).map == "head's label = log(base's)"


@pytest.mark.parametrize(("share", "kind"), [(0.04, "mapped"), (0.06, "unrelated")])
def test_a_few_edited_labels_do_not_hide_a_function(share, kind):
    head = 1000 * SIGNED
    edited = RNG.choice(500, int(share * 500), replace=False)
    head[edited] = 1000 * RNG.normal(size=len(edited))
    assert change_of(SIGNED, head).kind == kind


def test_zeros_that_stay_zeros_do_not_hide_another_unit():
    rain = np.where(RNG.random(500) < 0.9, 0.0, POSITIVE)
    change = change_of(rain, rain / 25.4)
    assert (change.kind, change.n_changed) == ("mapped", np.count_nonzero(rain))
    assert change.map == "head's label = 0.03937 × base's"


@pytest.mark.parametrize("n_changed", [19, 20])
def test_nineteen_changed_labels_are_no_function(n_changed):
    zeros = np.where(np.arange(500) < n_changed, SIGNED, 0.0)
    change = change_of(zeros, 1000 * zeros)
    assert change.kind == ("mapped" if n_changed == 20 else "unrelated")


@pytest.mark.parametrize(("n_changed", "kind"), [(0, "same"), (1, "edited"), (9, "edited"), (10, "unrelated")])
def test_two_in_a_hundred_labels_are_many(n_changed, kind):
    head = YES.copy()
    head[:n_changed] = np.where(YES[:n_changed] == "no", "yes", "no")
    change = change_of(YES, head)
    assert (change.kind, change.n_changed, change.n_rows, change.reason) == (kind, n_changed, 500, None)


@pytest.mark.parametrize(("shift", "kind"), [(0.005, "unrelated"), (0.05, "mapped")])
def test_a_shift_of_less_than_a_hundredth_of_the_spread_is_no_other_unit(shift, kind):
    assert change_of(SIGNED, SIGNED + shift).kind == kind


def test_labels_measured_again_are_no_function_however_near_they_are():
    for noise in (0.0001, 0.001, 0.01, 0.05, 0.2, 1.0):
        assert change_of(SIGNED, SIGNED + RNG.normal(scale=noise, size=500)).kind == "unrelated"
        few = SIGNED[:40]
        assert change_of(few, few + RNG.normal(scale=noise, size=40)).kind == "unrelated"


def test_labels_beside_other_rows_are_unrelated():
    assert change_of(SIGNED, RNG.permutation(SIGNED)).kind == "unrelated"
    assert change_of(YES, RNG.permutation(YES)).kind == "unrelated"


def test_a_target_that_is_cut_off_is_compared_by_both_labels():
    change = change_of(POSITIVE, np.minimum(POSITIVE, np.quantile(POSITIVE, 0.9)))
    assert (change.kind, change.n_changed) == ("unrelated", 50)


@pytest.mark.parametrize(
    ("base", "head", "words"),
    [
        (YES, renamed(YES, yes="no", no="yes"), "the classes 'no' and 'yes' are swapped"),
        (
            ABC,
            renamed(ABC, a="b", b="c", c="a"),
            "the classes are permuted: 'a' is 'b' in head, 'b' is 'c' in head, 'c' is 'a' in head",
        ),
        (ABC, renamed(ABC, a="cat"), "the classes are renamed: 'a' is 'cat' in head"),
        (ABC, renamed(ABC, b="c"), "classes are merged: 'b' and 'c' are 'c' in head"),
        (renamed(ABC, b="c"), ABC, "classes are split: 'c' of base is 'b' or 'c' in head"),
        ((YES == "yes").astype(np.int64), YES, "the classes are renamed: '0' is 'no' in head, '1' is 'yes' in head"),
        (YES == "yes", YES == "no", "the classes 'False' and 'True' are swapped"),
        (
            (YES == "yes").astype(np.int64),
            np.where(YES == "yes", 1, -1),
            "the classes are renamed: '0' is '-1' in head",
        ),
    ],
)
def test_classes_by_other_names_are_named(base, head, words):
    change = change_of(base, head)
    assert (change.kind, change.map) == ("mapped", words)
    assert change.reason == (f"the labels mean something else: {words} ({change.n_changed} of 500 labels changed)")


@pytest.mark.parametrize(("n_edited", "kind"), [(4, "mapped"), (60, "unrelated")])
def test_a_few_edited_labels_do_not_hide_swapped_classes(n_edited, kind):
    head = renamed(YES, yes="no", no="yes")
    head[:n_edited] = YES[:n_edited]
    assert change_of(YES, head).kind == kind


def test_single_rows_of_rare_classes_are_corrections():
    rare = YES.copy()
    rare[:12] = [f"rare {number // 2}" for number in range(12)]
    assert change_of(rare, np.where(np.arange(500) < 12, "yes", rare).astype(object)).kind == "unrelated"


@pytest.mark.parametrize(("n_rows", "kind"), [(9, "edited"), (10, "mapped")])
def test_a_class_of_ten_rows_that_is_another_class_now_was_merged(n_rows, kind):
    base = np.where(np.arange(1000) < n_rows, "rare", np.resize(YES, 1000)).astype(object)
    assert change_of(base, renamed(base, rare="no")).kind == kind


@pytest.mark.parametrize(
    "others",
    [
        [1.0, 0.0, 1.0, 1.0],
        [True, False, True, True],
        np.array(["1", "0", "1", "1"], dtype=object),
        np.array(["1.0", "0.0", "1.0", "1.0"], dtype=object),
        np.array(["True", "false", "TRUE", "True"], dtype=object),
    ],
)
def test_labels_of_another_type_that_say_the_same_are_the_same(others):
    assert change_of([1, 0, 1, 1], others, classes=True).kind == "same"
    assert change_of(others, [1, 0, 1, 1], classes=True).kind == "same"


def test_a_quantity_in_single_precision_is_the_same():
    assert change_of(POSITIVE, POSITIVE.astype(np.float32)).kind == "same"
    assert change_of(np.round(POSITIVE), np.round(POSITIVE).astype(np.int64), classes=False).kind == "same"


def test_each_output_is_held_against_its_own():
    base, names = np.column_stack([SIGNED, POSITIVE]), ("depth", "price")
    assert change_of(base, base, names=names).kind == "same"
    change = change_of(base, np.column_stack([SIGNED, np.log(POSITIVE)]), names=names)
    assert (change.kind, change.map) == ("mapped", "of 'price', head's label = log(base's)")
    labels = RNG.integers(0, 2, (500, 2))
    swapped = np.column_stack([labels[:, 0], 1 - labels[:, 1]])
    assert change_of(labels, swapped, names=names).map == "of 'price', the classes '0' and '1' are swapped"
    swapped[10:] = labels[10:]
    assert change_of(labels, swapped, names=names).kind == "unrelated"
    swapped[9:] = labels[9:]
    assert change_of(labels, swapped, names=names).kind == "edited"


def test_no_rows_in_common_are_the_same():
    assert change_of(np.empty(0), np.empty(0)).kind == "same"


def test_labels_are_taken_of_rows_that_are_surely_the_same():
    tables = [
        MatchTable(None, None, "", None, labels) for labels in (np.arange(4)[:, None], 10 * np.arange(3)[:, None])
    ]
    match = RowMatch(np.array([3, -1, 0]), np.zeros(3, bool), np.array([False, False, True]), np.full(3, -1), "by id")
    labels = matched_labels(*tables, match)
    assert (labels.base.tolist(), labels.head.tolist(), labels.positions.tolist()) == ([[3]], [[0]], [0])


QUANTITIES = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).lognormal(1, 1.5, 60))
FUNCTIONS = {
    "log(base's)": np.log,
    "log1p(base's)": np.log1p,
    "log10(base's)": np.log10,
    "sqrt(base's)": np.sqrt,
    "square of base's": np.square,
    "1 / base's": np.reciprocal,
}


@given(QUANTITIES, st.sampled_from(sorted(FUNCTIONS)))
def test_every_known_function_is_named_whatever_the_labels_are(labels, words):
    assert change_of(labels, FUNCTIONS[words](labels)).map == f"head's label = {words}"


@given(QUANTITIES, st.floats(0.001, 0.9) | st.floats(1.1, 1e6), st.floats(-1e3, 1e3), st.sampled_from([-1, 1]))
def test_every_line_is_a_line_whatever_the_labels_are(labels, slope, intercept, sign):
    change = change_of(labels, sign * slope * labels + intercept)
    assert change.kind == "mapped"
    assert "× base's" in change.map


@given(QUANTITIES, st.integers(0, 2**32 - 1))
def test_any_function_that_keeps_the_order_is_found(labels, seed):
    steps = np.random.default_rng(seed).exponential(size=len(labels))
    head = np.cumsum(steps)[np.argsort(np.argsort(labels))] + 1000
    assert change_of(labels, head).kind == "mapped"


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=50))
def test_identical_quantities_are_the_same(labels):
    assert change_of(np.array(labels), np.array(labels)).kind == "same"


@given(st.lists(st.text() | st.integers(), max_size=50))
def test_identical_classes_are_the_same(labels):
    given = np.array(labels, dtype=object)
    assert change_of(given, given, classes=True).kind == "same"


@given(st.lists(st.floats(), max_size=40), st.lists(st.floats(), max_size=40))
def test_any_two_columns_of_numbers_are_held_against_each_other(base, head):
    n_rows = min(len(base), len(head))
    change = change_of(np.array(base[:n_rows], float), np.array(head[:n_rows], float), classes=False)
    assert (change.map is not None) == (change.kind == "mapped")


@given(st.permutations("abcd"), st.integers(0, 2**32 - 1))
def test_any_permutation_of_classes_is_found(order, seed):
    labels = np.random.default_rng(seed).choice(list("abcd"), 400).astype(object)
    change = change_of(labels, renamed(labels, **dict(zip("abcd", order, strict=True))))
    assert change.kind == ("same" if list(order) == list("abcd") else "mapped")


@given(st.lists(st.integers(0, 20), max_size=12))
def test_the_longest_run_is_that_of_all_subsequences(values):
    best = 0
    lengths: list[int] = []
    for at, value in enumerate(values):
        lengths.append(1 + max((lengths[i] for i in range(at) if values[i] <= value), default=0))
        best = max(best, lengths[at])
    assert longest_run(np.array(values)) == best
