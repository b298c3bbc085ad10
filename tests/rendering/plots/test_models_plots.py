"""Loss curves, the comparison of models, importance and spread: what is drawn is what was measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from report.rendering.plots import changes as plot_of_changes
from report.rendering.plots import importance, loss, scores, spread
from report.rendering.plots.style import model_style, model_styles
from tests.rendering.plots import builders as build

NAN = float("nan")


def test_a_loss_curve_is_drawn_as_it_is_with_its_best_iteration(draw):
    report = build.comparison(build.model(curve=build.curve([0.5, 0.3, 0.2], [0.6, 0.4, 0.45])))
    drawing = draw(loss.draw, report)
    (axes,) = build.panels(drawing)
    (train,), (validation,), (best,) = (build.named(axes, name) for name in ("train", "validation", "best"))
    np.testing.assert_allclose(train.get_xydata(), [[1, 0.5], [2, 0.3], [3, 0.2]])
    np.testing.assert_allclose(validation.get_xydata(), [[1, 0.6], [2, 0.4], [3, 0.45]])
    np.testing.assert_allclose(best.get_xydata(), [[2, 0.4]])
    assert train.get_linestyle() != validation.get_linestyle()
    assert "best 0.400 at 2" in build.words(drawing)
    assert "forest ends at training 0.200, validation 0.450, best 0.400 at 2" in drawing.alt


def test_a_curve_by_training_size_has_no_best_point(draw):
    curve = build.curve([0.1, 0.2], [0.6, 0.4], x=[50, 100], kind="training size")
    drawing = draw(loss.draw, build.comparison(build.model(curve=curve)))
    (axes,) = build.panels(drawing)
    assert build.named(axes, "best") == []
    assert axes.get_xlabel() == "training rows"


def test_models_of_one_loss_share_their_axis_and_others_do_not(draw):
    models = [
        build.model("a", curve=build.curve([0.1, 0.1], [0.2, 0.3])),
        build.model("b", curve=build.curve([0.5, 0.4], [0.9, 0.8])),
        build.model("c", curve=build.curve([5, 4], [9, 8], loss="hinge loss")),
    ]
    a, b, c = (axes.get_ylim() for axes in build.panels(draw(loss.draw, build.comparison(*models))))
    assert a == b
    assert a[0] <= 0.1
    assert a[1] >= 0.9
    assert c[1] >= 9


def test_several_losses_are_named_where_they_are_drawn(draw):
    models = [
        build.model("a", curve=build.curve([1, 0.01], [1, 0.02])),
        build.model("b", curve=build.curve([5, 4], [9, 8], loss="hinge loss")),
    ]
    drawing = draw(loss.draw, build.comparison(*models))
    assert [axes.get_xlabel() for axes in build.panels(drawing)] == ["iteration · log loss", "iteration · hinge loss"]
    assert "log loss (log scale), hinge loss · lower is better" in build.words(drawing)


@pytest.mark.parametrize("points", [1, 2, 3, 7, 1000])
def test_iterations_are_whole_numbers(draw, points):
    (axes,) = build.panels(draw(loss.draw, build.comparison(build.model(curve=build.curve(*[[0.5] * points] * 2)))))
    ticks = axes.get_xticks()
    assert len(ticks) > 0
    assert (ticks % 1 == 0).all()


@pytest.mark.parametrize(
    ("train", "validation", "log"),
    [
        ([1.0, 0.5], [1.0, 0.2], False),
        ([1.0, 0.01], [1.0, 0.02], True),
        ([1.0, 1e-16], [1.0, 0.6], False),  # training may vanish: validation decides
        ([1.0, 0.5], [1.0, 0.0], False),
        ([50.0, 0.0], [50.0, 0.5], True),
        ([-1.0, -5.0], [-1.0, -400.0], False),
    ],
)
def test_the_axis_is_logarithmic_where_validation_ranges_far(draw, train, validation, log):
    drawing = draw(loss.draw, build.comparison(build.model(curve=build.curve(train, validation))))
    (axes,) = build.panels(drawing)
    assert (axes.get_yscale() == "log") is log
    assert any("(log scale)" in text for text in build.words(drawing)) is log


def test_the_metric_has_curves_of_its_own_whose_best_is_the_highest(draw):
    curve = build.curve([0.5, 0.3, 0.2], [0.6, 0.4, 0.45], accuracy=([0.8, 0.9, 1.0], [0.7, 0.85, 0.8]))
    drawing = draw(loss.draw_metric, build.comparison(build.model(curve=curve)))
    (axes,) = build.panels(drawing)
    (train,), (validation,), (best,) = (build.named(axes, name) for name in ("train", "validation", "best"))
    np.testing.assert_allclose(train.get_xydata(), [[1, 0.8], [2, 0.9], [3, 1.0]])
    np.testing.assert_allclose(validation.get_xydata(), [[1, 0.7], [2, 0.85], [3, 0.8]])
    np.testing.assert_allclose(best.get_xydata(), [[2, 0.85]])
    assert {"Accuracy curves", "higher is better"} <= set(build.words(drawing))
    assert draw(loss.draw_metric, build.comparison(build.model(curve=build.curve([1, 2], [1, 2])))) is None
    assert drawing.alt.startswith("Accuracy curves on training and validation rows: ")


def test_an_axis_of_shares_is_never_logarithmic(draw):
    curve = build.curve([1, 1], [1, 1], accuracy=([0.1, 0.99], [0.1, 0.98]))
    (axes,) = build.panels(draw(loss.draw_metric, build.comparison(build.model(curve=curve))))
    assert axes.get_yscale() == "linear"


def test_the_curve_of_base_lies_behind_that_of_head(draw):
    report = build.comparison(build.model(curve=build.curve([0.5, 0.3], [0.6, 0.4], accuracy=([0.8, 1], [0.7, 0.9]))))
    base = build.model(curve=build.curve([0.9, 0.8, 0.7], [0.95, 0.9, 0.85], accuracy=([0.5] * 3, [0.4] * 3)))
    compared = build.against(report, base)
    for drawer, values in ((loss.draw, [0.95, 0.9, 0.85]), (loss.draw_metric, [0.4] * 3)):
        drawing = draw(drawer, compared)
        (axes,) = build.panels(drawing)
        (behind,), (line,) = build.named(axes, "base validation"), build.named(axes, "validation")
        np.testing.assert_allclose(behind.get_ydata(), values)
        assert behind.get_zorder() < line.get_zorder()
        assert axes.get_xlim()[1] > 3, "both fit on the axis"
        assert "base" in build.words(drawing)
        assert f"base {values[-1]:.3f}" in drawing.alt


@pytest.mark.parametrize("other", [{"kind": "epoch"}, {"loss": "hinge loss"}])
def test_a_curve_of_another_kind_or_loss_is_not_drawn_behind(draw, other):
    report = build.comparison(build.model(curve=build.curve([0.5, 0.3], [0.6, 0.4])))
    drawing = draw(loss.draw, build.against(report, build.model(curve=build.curve([9, 8], [9, 8], **other))))
    assert build.named(build.panels(drawing)[0], "base validation") == []
    assert "base" not in build.words(drawing)


def test_the_change_from_base_is_drawn_with_its_interval(draw):
    changes = (
        build.changed("accuracy", 0.85, 0.9, 0.01, 0.09, "improved"),
        build.changed("loss", 0.26, 0.25, -0.05, 0.03),
    )
    metrics = (replace(build.ACCURACY, is_share=True), build.LOSS)
    report = build.against(build.comparison(build.model(), metrics=metrics), build.model(), changes=changes)
    drawing = draw(plot_of_changes.draw, report)
    accuracy, losses = build.panels(drawing)
    (interval,), (mark,) = build.named(accuracy, "interval"), build.named(accuracy, "change")
    np.testing.assert_allclose(interval.get_xdata(), [1, 9])  # in points of a hundred
    np.testing.assert_allclose(mark.get_xdata(), [5])
    assert accuracy.get_xlim()[0] < 0, "no change is on the axis"
    assert build.named(accuracy, "no change")
    (certain,), (uncertain,) = (build.named(axes, "change") for axes in (accuracy, losses))
    assert certain.get_markerfacecolor() != uncertain.get_markerfacecolor()
    assert {"+5.00 pt", "−0.0100", "95% interval"} <= set(build.words(drawing))
    assert drawing.alt == "Change from base of Accuracy, with intervals: forest +5.00 pt."


@pytest.mark.parametrize("changes", [(), (build.changed("fit_time", 1.0, 2.0, None, None),)])
def test_without_an_interval_there_is_no_plot_of_changes(draw, changes):
    report = build.comparison(build.model())
    assert draw(plot_of_changes.draw, report) is None
    assert draw(plot_of_changes.draw, build.against(report, build.model(), changes=changes)) is None


def test_the_comparison_of_models_marks_the_value_in_base(draw):
    report = build.comparison(build.model(accuracy=(0.97, 0.91)), build.model("new"))
    report = build.against(report, build.model(), changes=(build.changed("accuracy", 0.6, 0.91, 0.2, 0.4),))
    drawing = draw(scores.draw, report)
    accuracy, losses = build.panels(drawing)
    (base,) = build.named(accuracy, "base")
    np.testing.assert_allclose(base.get_xydata(), [[0.6, 0]])
    assert accuracy.get_xlim()[0] < 0.6
    assert build.named(losses, "base") == []
    assert "base" in build.words(drawing)


def test_what_a_logarithmic_axis_cannot_hold_lies_on_its_floor(draw):
    curve = build.curve([9.0, 1e-15, 0.0], [9.0, 0.1, 0.2])
    (axes,) = build.panels(draw(loss.draw, build.comparison(build.model(curve=curve))))
    (train,) = build.named(axes, "train")
    floor = axes.get_ylim()[0]
    assert 0.001 < floor < 0.1
    np.testing.assert_allclose(train.get_ydata(), [9.0, floor, floor])


def test_a_single_point_is_a_mark(draw):
    (axes,) = build.panels(draw(loss.draw, build.comparison(build.model(curve=build.curve([0.5], [0.6])))))
    (validation,) = build.named(axes, "validation")
    assert validation.get_marker() == "o"
    assert build.named(axes, "best") == []


def test_unknown_values_are_gaps(draw):
    curve = build.curve([NAN, 0.3, NAN], [0.5, NAN, 0.4])
    drawing = draw(loss.draw, build.comparison(build.model(curve=curve)))
    (axes,) = build.panels(drawing)
    (best,) = build.named(axes, "best")
    np.testing.assert_allclose(best.get_xydata(), [[3, 0.4]])
    assert "training 0.300" in drawing.alt


def test_a_curve_without_any_value_is_no_curve(draw):
    assert draw(loss.draw, build.comparison(build.model(curve=build.curve([NAN], [NAN])))) is None
    assert draw(loss.draw, build.comparison(build.model())) is None


def test_notes_of_curves_are_told(draw):
    models = [
        build.model("a", curve=build.curve([1, 2], [1, 2], note="on 100,000 of 800,000 rows")),
        build.model("b", curve=build.curve([1, 2], [1, 2])),
    ]
    assert "a: on 100,000 of 800,000 rows" in build.words(draw(loss.draw, build.comparison(*models)))


def test_of_many_models_the_best_are_drawn_in_their_order(draw):
    models = [build.model(f"m{i}", accuracy=(1.0, 0.5 + i / 100), curve=build.curve([1, 2], [2, 1])) for i in range(20)]
    drawing = draw(loss.draw, build.comparison(*models))
    headings = [text for text in build.words(drawing) if text.startswith("m") and text[1:].isdigit()]
    assert headings == [f"m{i}" for i in range(8, 20)]
    assert any("best 12 of 20 models" in text for text in build.words(drawing))


def test_a_model_has_the_same_colour_in_every_plot(draw):
    report = build.full_classification(4)
    looks = model_styles(report.head)
    curves = build.panels(draw(loss.draw, report))
    for model, axes in zip(report.head.models, curves, strict=True):
        assert build.named(axes, "validation")[0].get_color() == looks[model.name].colour
    for axes in build.panels(draw(scores.draw, report)):
        colours = [artist.get_color() for artist in build.named(axes, "validation")]
        assert colours == [looks[model.name].colour for model in report.head.models]


def test_the_first_models_are_told_apart_by_more_than_colour():
    assert len({model_style(index) for index in range(21)}) == 21
    assert len({model_style(index).marker for index in range(7)}) == 7


def test_validation_is_a_filled_mark_and_training_a_hollow_one(draw):
    drawing = draw(scores.draw, build.comparison(build.model(accuracy=(0.97, 0.91), loss=(0.1, 0.3))))
    accuracy, losses = build.panels(drawing)
    (filled,), (hollow,) = build.named(accuracy, "validation"), build.named(accuracy, "train")
    assert (filled.get_xdata()[0], hollow.get_xdata()[0]) == (0.91, 0.97)
    assert filled.get_markerfacecolor() == filled.get_color() != hollow.get_markerfacecolor()
    assert build.named(losses, "validation")[0].get_xdata()[0] == 0.3
    assert {"0.9100", "higher is better →", "← lower is better"} <= set(build.words(drawing))
    assert (
        drawing.alt
        == "Model comparison. Accuracy on validation rows, higher is better: forest 0.9100 (training 0.9700)."
    )


def test_the_best_value_of_a_metric_is_bold_by_its_direction(draw):
    models = [build.model("a", accuracy=(1, 0.8), loss=(0, 0.3)), build.model("b", accuracy=(1, 0.9), loss=(0, 0.5))]
    drawing = draw(scores.draw, build.comparison(*models))
    bold = [text.get_text() for text in drawing.card.figure.texts if text.get_weight() == "bold"]
    assert {"0.9000", "0.3000"} <= set(bold)
    assert not {"0.8000", "0.5000"} & set(bold)


def test_values_that_read_like_the_best_one_are_bold_as_in_the_table(draw):
    drawing = draw(
        scores.draw, build.comparison(build.model("a", accuracy=(1, 0.90001)), build.model("b", accuracy=(1, 0.90002)))
    )
    numbers = [text for text in drawing.card.figure.texts if text.get_text() == "0.9000"]
    assert [text.get_weight() for text in numbers] == ["bold", "bold"]


def test_losses_of_two_kinds_are_not_ranked(draw):
    models = [build.model("a", loss=(0, 0.3)), build.model("b", loss=(0, 0.5))]
    other = replace(models[1], scores=tuple(replace(score, note="hinge loss") for score in models[1].scores))
    drawing = draw(scores.draw, build.comparison(models[0], other, metrics=(build.LOSS,)))
    numbers = [text for text in drawing.card.figure.texts if text.get_text() in ("0.3000", "0.5000")]
    assert [text.get_weight() == "bold" for text in numbers] == [False, False]


def test_a_value_far_off_is_an_arrowhead_at_the_edge_and_its_number_is_told(draw):
    models = [build.model(f"m{i}", loss=(0.1, 2.0 + i / 10)) for i in range(4)] + [build.model("off", loss=(0.1, 1e9))]
    drawing = draw(scores.draw, build.comparison(*models, metrics=(build.LOSS,)))
    (axes,) = build.panels(drawing)
    off = build.named(axes, "validation")[-1]
    assert off.get_marker() == ">"
    assert off.get_xdata()[0] == axes.get_xlim()[1] < 100
    assert "1,000,000,000" in build.words(drawing)


def test_metrics_that_no_model_has_and_values_that_are_missing_are_left_out(draw):
    models = [build.model("a", accuracy=(None, None)), build.model("b", accuracy=(None, None), loss=(0.2, None))]
    drawing = draw(scores.draw, build.comparison(*models))
    (axes,) = build.panels(drawing)
    assert [artist.get_xdata()[0] for artist in build.named(axes, "validation")] == [0.25]
    assert "–" in build.words(drawing)
    assert "Accuracy" not in build.words(drawing)


def test_a_loss_that_is_also_a_metric_is_drawn_once(draw):
    same = replace(build.LOSS, name="log_loss", title="Log loss")
    model = build.model()
    model = replace(
        model, scores=(*(replace(s, metric="log_loss") for s in model.scores if s.metric == "loss"), *model.scores)
    )
    drawing = draw(scores.draw, build.comparison(model, metrics=(build.ACCURACY, same, build.LOSS)))
    assert "Log loss" in build.words(drawing)
    assert "Loss (log loss)" not in build.words(drawing)


def test_the_loss_is_shown_however_many_metrics_there_are(draw):
    many = tuple(replace(build.ACCURACY, name=f"m{i}", title=f"M{i}") for i in range(12))
    scored = [replace(s, metric=f"m{i}") for i in range(12) for s in build.model().scores if s.metric == "accuracy"]
    model = build.model()
    model = replace(model, scores=(*scored, *model.scores))
    drawing = draw(scores.draw, build.comparison(model, metrics=(*many, build.LOSS)))
    assert len(build.panels(drawing)) == scores.MOST_METRICS
    assert {"M7", "Loss (log loss)"} <= set(build.words(drawing))
    assert "M8" not in build.words(drawing)


def test_importance_is_a_bar_for_each_column_with_its_error(draw):
    drawing = draw(importance.draw, build.comparison(build.model(importance=build.importance([0.3, 0.1], [0.05, 0.0]))))
    (axes,) = build.panels(drawing)
    assert [bar.get_width() for bar in axes.patches] == [0.3, 0.1]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["x0", "x1"]
    errors = axes.collections[0].get_segments()
    np.testing.assert_allclose(errors[0][:, 0], [0.25, 0.35])
    assert axes.get_ylim() == (1.5, -0.5)  # the most important on top
    assert any("how much worse Accuracy gets when a column is shuffled" in text for text in build.words(drawing))


def test_models_share_the_axis_of_importance(draw):
    models = [
        build.model("a", importance=build.importance([0.3])),
        build.model("b", importance=build.importance([0.1])),
    ]
    a, b = build.panels(draw(importance.draw, build.comparison(*models)))
    assert a.get_xlim() == b.get_xlim()
    assert a.get_xlim()[0] == 0


def test_of_many_columns_the_first_are_shown_and_it_is_said(draw):
    drawing = draw(importance.draw, build.comparison(build.model(importance=build.importance(np.linspace(1, 0, 40)))))
    assert len(build.panels(drawing)[0].patches) == importance.MOST_FEATURES
    assert any("top 15 of 40" in text for text in build.words(drawing))


@pytest.mark.parametrize("means", [[0.0, 0.0], [NAN, 0.1], [-0.1, -0.2]])
def test_importance_of_nothing_or_less_is_drawn(draw, means):
    (axes,) = build.panels(draw(importance.draw, build.comparison(build.model(importance=build.importance(means)))))
    assert axes.get_xlim()[0] < axes.get_xlim()[1]
    assert axes.get_xlim()[0] <= 0 <= axes.get_xlim()[1]


@pytest.mark.parametrize(("fits", "plot"), [("folds", spread.draw_folds), ("seeds", spread.draw_seeds)])
def test_every_fit_is_a_mark_and_their_mean_a_bar(draw, fits, plot):
    measured = build.spread("forest", [0.88, None, 0.92], mean=0.9, std=0.028)
    drawing = draw(plot, build.comparison(build.model(**{fits: (measured,)})))
    (axes,) = build.panels(drawing)
    assert [artist.get_xdata()[0] for artist in build.named(axes, "fit")] == [0.88, 0.92]
    assert build.named(axes, "mean")[0].get_xdata()[0] == 0.9
    assert "0.900 ± 0.028" in build.words(drawing)
    assert f"3 {fits}, bar: mean" in build.words(drawing)


def test_a_report_without_folds_has_no_plot_of_them(draw):
    assert draw(spread.draw_folds, build.comparison(build.model())) is None
    empty = build.spread("forest", [None, None], mean=None, std=None)
    assert draw(spread.draw_folds, build.comparison(build.model(folds=(empty,)))) is None
