"""Plots by task: confusion, ranking, calibration, regression and pictures of samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.cbook import STEP_LOOKUP_MAP
from matplotlib.colors import to_rgb

from report.core.values import Task
from report.rendering.plots import calibration, confusion, ranking, regression, samples, style
from tests.rendering.plots import builders as build


def with_confusion(counts, classes=None, count=1):
    names = [f"m{i}" for i in range(count)]
    models = [build.model(name, confusion=(build.confusion(name, counts, classes),)) for name in names]
    return build.comparison(*models, task=Task.MULTICLASS)


def test_a_confusion_matrix_has_counts_and_shares_of_each_true_class(draw):
    drawing = draw(confusion.draw, with_confusion([[9, 1], [0, 30]], ("cat", "dog")))
    (axes,) = build.panels(drawing)
    found = {(text.get_text(), text.get_position()[0], int(text.get_position()[1])) for text in axes.texts}
    assert {("9", 0.5, 0), ("90%", 0.5, 0), ("1", 1.5, 0), ("10%", 1.5, 0), ("30", 1.5, 1), ("100%", 1.5, 1)} == found
    assert [label.get_text() for label in axes.get_yticklabels()] == ["cat", "dog"]
    assert axes.get_ylim() == (2, 0)  # the first class on top, as in a table
    assert drawing.alt == "Confusion matrix on validation rows. m0: most often cat taken for dog (1 rows)."


def test_right_cells_are_blue_wrong_ones_orange_and_empty_ones_grey(draw):
    (axes,) = build.panels(draw(confusion.draw, with_confusion([[9, 1], [0, 30]])))
    image = axes.images[0].get_array()
    assert image[1, 1, 2] > image[1, 1, 0]
    assert image[0, 1, 0] > image[0, 1, 2]
    assert np.ptp(image[1, 0]) < 0.03


def test_no_errors_are_told_as_such(draw):
    assert "m0: no errors" in draw(confusion.draw, with_confusion([[5, 0], [0, 5]])).alt


@pytest.mark.parametrize(("classes", "panels"), [(2, 6), (10, 6), (12, 4), (30, 1)])
def test_the_more_classes_the_fewer_matrices(draw, classes, panels):
    drawing = draw(confusion.draw, with_confusion(np.eye(classes) * 7, [f"c{i}" for i in range(classes)], 8))
    assert len(build.panels(drawing)) == panels
    assert any(f"best {panels} of 8 models" in text for text in build.words(drawing))


def test_labels_and_cells_keep_their_size(draw):
    drawing = draw(confusion.draw, with_confusion(np.eye(30) * 120, [f"a long class label {i}" for i in range(30)]))
    (axes,) = build.panels(drawing)
    assert axes.bbox.width / style.SCALE / 30 > 20
    assert all(len(label.get_text()) <= 14 for label in axes.get_yticklabels())
    assert len({label.get_text() for label in axes.get_yticklabels()}) == 30


def test_labels_that_read_the_same_are_both_there(draw):
    (axes,) = build.panels(draw(confusion.draw, with_confusion([[1, 2], [3, 4]], (1, "1"))))
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "1"]


def test_of_several_outputs_those_of_the_best_model_are_shown(draw):
    models = [
        build.model(name, accuracy=(1, score), confusion=tuple(
            build.confusion(name, [[5, 1], [1, 5]], (f"not {out}", out)) for out in ("red", "green", "blue")
        ))
        for name, score in (("worse", 0.6), ("better", 0.8))
    ]  # fmt: skip
    drawing = draw(confusion.draw, build.comparison(*models, task=Task.MULTILABEL))
    assert len(build.panels(drawing)) == 3
    assert {"red", "green", "blue"} <= set(build.words(drawing))
    assert any("better, by output" in text for text in build.words(drawing))


def with_curves(*curves, classes=("no", "yes"), **parts):
    names = dict.fromkeys(curve.model for curve in curves)
    models = [build.model(name, curves=tuple(c for c in curves if c.model == name), **parts) for name in names]
    return build.comparison(*models, classes=classes)


def test_roc_curves_are_drawn_with_chance_and_named_with_their_area(draw):
    drawing = draw(ranking.draw_roc, with_curves(build.lines("a", value=0.8), build.lines("b", value=0.95)))
    (axes,) = build.panels(drawing)
    np.testing.assert_allclose(build.named(axes, "a")[0].get_xydata(), [[0, 0], [0.1, 0.8], [1, 1]])
    np.testing.assert_allclose(build.named(axes, "chance")[0].get_xydata(), [[0, 0], [1, 1]])
    text = build.words(drawing)
    assert text.index("0.950") < text.index("0.800")  # the best first
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("false positive rate", "true positive rate")
    assert drawing.alt == "ROC curves on validation rows, AUC by model. class yes: a 0.800, b 0.950."


def test_the_area_below_a_precision_recall_curve_is_the_average_precision(draw):
    recall, precision = [0, 0.25, 0.5, 1], [1, 1, 0.8, 0.6]
    average = 0.25 * 1 + 0.25 * 0.8 + 0.5 * 0.6
    for x, y in ((recall, precision), (recall[::-1], precision[::-1])):
        curve = build.lines("a", "precision_recall", x=x, y=y, value=average)
        (axes,) = build.panels(draw(ranking.draw_precision_recall, with_curves(curve)))
        (line,) = build.named(axes, "a")
        stepped = np.column_stack(STEP_LOOKUP_MAP[line.get_drawstyle()](*line.get_data()))
        assert abs(np.trapezoid(stepped[:, 1], stepped[:, 0])) == pytest.approx(average)


def test_chance_as_precision_is_the_share_of_the_class(draw):
    matrix = (build.confusion("a", [[60, 10], [10, 20]], ("no", "yes")),)
    report = with_curves(build.lines("a", "precision_recall"), confusion=matrix)
    (axes,) = build.panels(draw(ranking.draw_precision_recall, report))
    np.testing.assert_allclose(build.named(axes, "chance")[0].get_ydata(), [0.3, 0.3])
    (axes,) = build.panels(draw(ranking.draw_precision_recall, with_curves(build.lines("a", "precision_recall"))))
    assert build.named(axes, "chance") == []


def test_each_class_has_a_panel_with_a_line_for_each_model(draw):
    curves = [build.lines(name, label=label) for name in "ab" for label in ("x", "y", "z")]
    drawing = draw(ranking.draw_roc, with_curves(*curves, classes=("x", "y", "z", "rare")))
    assert len(build.panels(drawing)) == 3
    assert all(build.named(axes, "a") and build.named(axes, "b") for axes in build.panels(drawing))
    assert "3 of 4 classes against the rest" in build.words(drawing)


def test_a_report_without_scores_has_no_curves(draw):
    report = build.comparison(build.model())
    assert draw(ranking.draw_roc, report) is None
    assert draw(ranking.draw_precision_recall, report) is None
    assert draw(calibration.draw, report) is None


def test_calibration_shows_bins_the_smaller_the_fewer_their_rows(draw):
    curve = build.lines("a", "calibration", x=[0.1, 0.9], y=[0.2, 0.8], value=0.12, weight=[10, 1000])
    top, below = build.panels(draw(calibration.draw, with_curves(curve)))
    np.testing.assert_allclose(build.named(top, "a")[0].get_xydata(), [[0.1, 0.2], [0.9, 0.8]])
    np.testing.assert_allclose(build.named(top, "perfect")[0].get_xydata(), [[0, 0], [1, 1]])
    sizes = top.collections[0].get_sizes()
    assert sizes[0] < sizes[1]
    heights = [segment[1, 1] for segment in build.named(below, "a")[0].get_segments()]
    assert heights == [10, 1000]


def with_regression(*parts):
    models = [build.model(name, actual_predicted=tuple(p for p in parts if p.model == name))
              for name in dict.fromkeys(part.model for part in parts)]  # fmt: skip
    return build.comparison(*models, task=Task.REGRESSION, classes=())


def test_predicted_values_are_drawn_against_actual_ones_on_equal_axes(draw):
    drawing = draw(regression.draw_predicted, with_regression(build.regression("a", [1, 2, 3], [1.5, 2, 2])))
    (axes,) = build.panels(drawing)
    np.testing.assert_allclose(build.named(axes, "rows")[0].get_xydata(), [[1, 1.5], [2, 2], [3, 2]])
    assert axes.get_xlim() == axes.get_ylim()
    assert axes.bbox.width == pytest.approx(axes.bbox.height)
    assert "a: median residual 0.000" in drawing.alt


def test_residuals_are_actual_minus_predicted(draw):
    drawing = draw(regression.draw_residuals, with_regression(build.regression("a", [1, 2, 3], [1.5, 2, 2])))
    axes = build.panels(drawing)[0]
    np.testing.assert_allclose(build.named(axes, "rows")[0].get_xydata(), [[1.5, -0.5], [2, 0], [2, 1]])
    assert axes.get_ylim()[0] == -axes.get_ylim()[1]


def test_models_share_their_axes(draw):
    parts = build.regression("a", [0, 10], [0, 10]), build.regression("b", [0, 10], [2, 14])
    a, b = build.panels(draw(regression.draw_predicted, with_regression(*parts)))
    assert (a.get_xlim(), a.get_ylim()) == (b.get_xlim(), b.get_ylim())


def test_a_wild_prediction_is_an_arrowhead_and_leaves_the_others_room(draw):
    part = build.regression("a", range(10), [*range(9), 1e6])
    (axes,) = build.panels(draw(regression.draw_predicted, with_regression(part)))
    assert axes.get_ylim()[1] < 20
    (outside,) = build.named(axes, "outside")
    assert outside.get_marker() == "^"
    assert len(build.named(axes, "rows")[0].get_xdata()) == 9


def test_many_rows_are_counted_in_cells(draw):
    rng = np.random.default_rng(0)
    y = rng.normal(size=5000)
    drawing = draw(regression.draw_predicted, with_regression(build.regression("a", y, y + rng.normal(size=5000))))
    (axes,) = build.panels(drawing)
    assert build.named(axes, "rows") == []
    counted = axes.collections[0].get_array()
    outside = sum(len(artist.get_xdata()) for artist in build.named(axes, "outside"))
    assert counted.sum() + outside == 5000
    assert "darker: more rows" in " ".join(build.words(drawing))


@pytest.mark.parametrize(
    ("y_true", "y_pred"), [([5], [5]), ([5, 5], [5, 5]), ([np.nan, 2], [1, 2]), ([0, 1], [np.inf, 1]), ([1e300], [1])]
)
def test_degenerate_rows_do_not_stop_it(draw, y_true, y_pred):
    report = with_regression(build.regression("a", y_true, y_pred))
    for plot in (regression.draw_predicted, regression.draw_residuals):
        drawing = draw(plot, report)
        assert drawing is None or build.panels(drawing)


def test_several_outputs_have_panels_and_axes_of_their_own(draw):
    parts = [build.regression("a", [0, s], [0, s], output) for output, s in (("small", 1), ("large", 1000))]
    small, large = build.panels(draw(regression.draw_predicted, with_regression(*parts)))
    assert small.get_xlim()[1] < 2
    assert large.get_xlim()[1] > 1000


def with_pictures(names, **given):
    return build.comparison(*map(build.model, names), samples=(build.pictures(names, **given),))


def test_each_sample_is_a_picture_with_its_label_and_answers(draw):
    drawing = draw(samples.draw_samples, with_pictures(["a"], count=3))
    (axes,) = build.panels(drawing)
    assert len(axes.images) == 3
    assert len(build.named(axes, "right")) == 3
    text = build.words(drawing)
    assert {"actual 2", "2 90%", "✓"} <= set(text)
    assert drawing.alt == "Predictions on validation rows: 3 images. a right on 3 of 3."


def test_wrong_answers_are_marked_by_colour_and_by_symbol(draw):
    report = with_pictures(["a", "b"], count=2, right=False)
    drawing = draw(samples.draw_samples, report)
    (axes,) = build.panels(drawing)
    assert all(to_rgb(frame.get_edgecolor()) == to_rgb(style.WRONG) for frame in build.named(axes, "wrong"))
    assert len(build.named(axes, "wrong")) == 2
    assert build.words(drawing).count("✗") == 4 + 1  # and once in the key
    assert "a: 0 90%" in build.words(drawing)


def test_new_rows_have_answers_without_a_verdict(draw):
    drawing = draw(samples.draw_samples, with_pictures(["a"], kind="new", truth=False))
    assert drawing.card.title == "Predictions on new data"
    assert not {"✓", "✗"} & set(build.words(drawing))
    assert "4 images with the answers of a" in drawing.alt


def test_worst_errors_are_a_plot_of_their_own(draw):
    report = with_pictures(["a"], kind="worst", right=False)
    assert draw(samples.draw_samples, report) is None
    assert draw(samples.draw_worst, report).card.title == "Worst errors"


def test_pictures_keep_their_shape(draw):
    (axes,) = build.panels(draw(samples.draw_samples, with_pictures(["a"], shape=(10, 20))))
    left, right, bottom, top = axes.images[0].get_extent()
    assert (right - left) == pytest.approx(2 * (bottom - top))


def test_samples_that_are_not_pictures_are_not_drawn(draw):
    plain = replace(build.pictures(["a"]), images=None)
    assert draw(samples.draw_samples, build.comparison(build.model("a"), samples=(plain,))) is None


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_pictures_of_one_shade_are_drawn(draw, value):
    flat = replace(build.pictures(["a"]), images=np.full((4, 8, 8), value))
    drawing = draw(samples.draw_samples, build.comparison(build.model("a"), samples=(flat,)))
    assert len(build.panels(drawing)[0].images) == 4
