"""Names and numbers as plots show them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.core.results import MetricInfo
from report.rendering.plots.text import (
    LONGEST,
    clean,
    fit,
    metric_value,
    short_names,
    shorten,
    text_width,
    tick_label,
    tick_labels,
)

texts = st.text(max_size=80)


@given(texts)
def test_clean_text_is_one_line_that_stays_as_it_is(text):
    line = clean(text)
    assert line.isprintable()
    assert clean(line) == line


def test_what_has_no_glyph_becomes_a_square():
    assert clean("wine 🍷") == "wine □"
    assert clean("Größe – µm²") == "Größe – µm²"


@given(texts, st.integers(6, 40))
def test_short_text_is_never_longer_than_asked_for(text, longest):
    assert len(shorten(text, longest)) <= longest


def test_shortened_text_keeps_both_ends():
    assert shorten("gradient_boosting_with_many_trees") == "gradient_bo…h_many_trees"
    assert shorten("forest") == "forest"


@given(st.lists(texts, max_size=8, unique=True))
def test_short_names_are_distinct_and_short(names):
    short = short_names(names)
    assert list(short) == names
    assert len(set(short.values())) == len(names)
    assert all(len(form) <= LONGEST for form in short.values())


def test_short_names_keep_what_tells_them_apart():
    names = [f"logistic_regression_C_{c}_penalty_l2_solver_lbfgs" for c in ("0.001", "0.01", "10")]
    short = short_names(names)
    assert all(c in short[name] for c, name in zip(("0.001", "0.01", "10"), names, strict=True))


@given(texts, st.floats(10, 300))
def test_fitted_text_is_no_wider_than_its_room(text, width):
    assert text_width(fit(text, width), 12.0) <= width


def test_bold_text_is_wider():
    assert text_width("validation", 12.0, bold=True) > text_width("validation", 12.0) > 40


@pytest.mark.parametrize(
    ("ticks", "labels"),
    [
        ([0.0, 0.5, 1.0], ["0.0", "0.5", "1.0"]),
        ([0.925, 0.975], ["0.925", "0.975"]),
        ([0.15, 0.25], ["0.15", "0.25"]),
        ([-200.0, 0.0, 200.0], ["−200", "0", "200"]),
        ([0.0, 250000.0, 500000.0], ["0", "250,000", "500,000"]),
        ([0.0, 1e7, 2e7], ["0", "1e7", "2e7"]),
        ([0.0, 2.5e-5], ["0", "2.5e−5"]),
        ([3.0], ["3"]),
        ([], []),
    ],
)
def test_ticks_have_the_places_that_they_need(ticks, labels):
    assert tick_labels(ticks) == labels


@pytest.mark.parametrize(("tick", "label"), [(0.01, "0.01"), (1.0, "1"), (200.0, "200"), (1e9, "1e9"), (1e-6, "1e−6")])
def test_a_tick_of_a_logarithmic_axis_stands_alone(tick, label):
    assert tick_label(tick) == label


def test_values_have_the_unit_of_their_metric():
    seconds = MetricInfo("fit_time", "Fit time", greater_is_better=False, unit="s")
    size = MetricInfo("model_size", "Size", greater_is_better=False, unit="bytes")
    share = MetricInfo("accuracy", "Accuracy", greater_is_better=True)
    assert [metric_value(v, seconds) for v in (0.25, 75.0, None)] == ["250 ms", "1 min 15 s", "–"]
    assert [metric_value(v, size) for v in (1500.0, float("nan"))] == ["1.5 kB", "–"]
    assert [metric_value(v, share) for v in (0.5, float("inf"))] == ["0.5000", "∞"]
