"""Which pictures a report gets, and as what files."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from report.core.errors import ConfigError
from report.rendering.plots import PLOT_IDS, check_plots, draw_plots
from report.rendering.plots.catalogue import PLOTS
from tests.rendering.plots.builders import (
    LOSS,
    comparison,
    confusion,
    curve,
    full_classification,
    full_regression,
    lines,
    model,
)


def ids(drawn):
    return [file.id for file in drawn.files]


@pytest.fixture(scope="module")
def classified(tmp_path_factory):
    """The folder and the plots of a classification."""
    folder = tmp_path_factory.mktemp("report")
    return folder, draw_plots(full_classification(), folder)


def test_a_classification_gets_its_plots_in_the_order_of_the_catalogue(classified):
    _, drawn = classified
    wanted = [plot for plot in PLOT_IDS if plot not in {"predicted", "residuals"}]
    assert ids(drawn) == wanted
    assert drawn.notices == ()


def test_a_regression_gets_its_plots(tmp_path):
    assert ids(draw_plots(full_regression(), tmp_path)) == ["metrics", "predicted", "residuals", "importance"]


def test_plots_are_files_of_twice_the_width_they_are_shown_in(classified):
    folder, drawn = classified
    for file in drawn.files:
        assert file.file == Path("plots") / f"{file.id}.png"
        with Image.open(folder / file.file) as image:
            assert image.format == "PNG"
            assert image.width == 2 * file.width
        assert 396 <= file.width <= 800
        assert (folder / file.file).stat().st_size < 150_000


def test_alternative_texts_are_sentences_with_a_figure(classified):
    for file in classified[1].files:
        assert file.alt.endswith(".")
        assert "\n" not in file.alt
        assert any(letter.isdigit() for letter in file.alt), file.alt


def test_many_classes_are_ranked_by_roc_alone_unless_more_is_asked_for(tmp_path):
    report = full_classification(1, classes=5)
    assert "precision_recall" not in ids(draw_plots(report, tmp_path))
    assert ids(draw_plots(report, tmp_path, ("precision_recall",))) == ["precision_recall"]


def test_wanted_plots_alone_are_drawn(tmp_path):
    assert ids(draw_plots(full_classification(), tmp_path, ("roc", "loss"))) == ["loss", "roc"]
    assert not (tmp_path / "plots" / "metrics.png").exists()


def test_none_draws_nothing_and_makes_no_folder(tmp_path):
    assert draw_plots(full_classification(), tmp_path, "none").files == ()
    assert not (tmp_path / "plots").exists()


def test_a_report_without_models_has_no_plots(tmp_path):
    drawn = draw_plots(comparison(), tmp_path)
    assert (drawn.files, drawn.notices) == ((), ())


def test_models_that_failed_do_not_stop_the_others(tmp_path):
    failed = model("broken", accuracy=(None, None), loss=(None, None), status="failed", reason="it broke")
    report = full_classification(2)
    report = replace(report, head=replace(report.head, models=(failed, *report.head.models)))
    drawn = draw_plots(report, tmp_path)
    assert drawn.notices == ()
    assert "broken" not in next(file.alt for file in drawn.files if file.id == "metrics")


def test_an_unknown_plot_is_an_error_with_the_nearest_name(tmp_path):
    with pytest.raises(
        ConfigError, match=r"report\.plots: there is no plot 'confussion'\n  → did you mean 'confusion'"
    ):
        draw_plots(full_classification(), tmp_path, ("confussion",))
    with pytest.raises(ConfigError, match="plots are: loss, metric_curves"):
        check_plots(("zzz",))


def test_without_a_plotting_library_the_report_comes_without_plots(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # as where it cannot be imported
    drawn = draw_plots(full_classification(1), tmp_path, ("roc", "loss"))
    assert drawn.files == ()
    assert ["could not be drawn" in notice.message for notice in drawn.notices] == [True, True]


def test_a_plot_that_fails_is_left_out_and_said(tmp_path, capsys):
    report = full_classification(1)
    broken = replace(report.head.models[0], confusion=(confusion("model 0", np.zeros((2, 2)), ("a", "b", "c")),))
    report = replace(report, head=replace(report.head, models=(broken,)))
    drawn = draw_plots(report, tmp_path)
    assert "confusion" not in ids(drawn)
    assert "roc" in ids(drawn)
    [notice] = drawn.notices
    told = "the plot 'confusion' could not be drawn: an error in ml-report-action: ValueError: "
    assert notice.message.startswith(told)
    assert "Traceback" in capsys.readouterr().err


def test_the_same_report_gives_the_same_bytes(classified, tmp_path):
    folder, drawn = classified
    again = draw_plots(full_classification(), tmp_path)
    for one, other in zip(drawn.files, again.files, strict=True):
        assert (folder / one.file).read_bytes() == (tmp_path / other.file).read_bytes()


def test_files_carry_pixels_alone(classified):
    folder, drawn = classified
    for file in drawn.files:
        with Image.open(folder / file.file) as image:
            assert set(image.info) <= {"transparency"}


def test_settings_of_the_repository_do_not_reach_the_plots_and_stay_as_they_are(tmp_path):
    plain = draw_plots(full_classification(), tmp_path / "a", ("loss",)).files[0]
    theirs = {"axes.facecolor": "black", "font.size": 30.0, "text.usetex": True, "lines.linewidth": 9.0}
    with mpl.rc_context(theirs):
        draw_plots(full_classification(), tmp_path / "b", ("loss",))
        assert {key: mpl.rcParams[key] for key in theirs} == theirs
    assert (tmp_path / "a" / plain.file).read_bytes() == (tmp_path / "b" / plain.file).read_bytes()


def test_several_threads_draw_what_one_draws(tmp_path):
    reports = [full_classification(seed=seed) for seed in range(2)]
    for index, report in enumerate(reports):
        draw_plots(report, tmp_path / f"one {index}", ("loss", "confusion"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: draw_plots(reports[i], tmp_path / f"many {i}", ("loss", "confusion")), range(2)))
    for index in range(2):
        for name in ("loss", "confusion"):
            files = [tmp_path / f"{how} {index}" / "plots" / f"{name}.png" for how in ("one", "many")]
            assert files[0].read_bytes() == files[1].read_bytes()


def test_pyplot_is_never_imported_and_matplotlib_only_to_draw():
    script = (
        "import sys; from pathlib import Path; from tempfile import mkdtemp\n"
        "from report.rendering.plots import check_plots, draw_plots; check_plots(('loss',))\n"
        "assert 'matplotlib' not in sys.modules\n"
        "from tests.rendering.plots.builders import full_regression\n"
        "draw_plots(full_regression(), Path(mkdtemp()))\n"
        "assert 'matplotlib' in sys.modules and 'matplotlib.pyplot' not in sys.modules\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_each_plot_has_a_section_of_the_report():
    assert {plot.section for plot in PLOTS} == {"curves", "models", "details", "samples"}


def extreme(value):
    """A model all of whose numbers are this value, or none."""
    some = np.array([0.0, 1.0, 2.0]), np.array([value, value, 1.0]), np.full(3, value)
    return comparison(
        model(
            accuracy=(value, value),
            loss=(value, 1.0),
            curve=curve(some[1], some[2]),
            curves=(lines("forest", "roc", x=some[0], y=some[1], value=value),),
            confusion=(confusion("forest", np.zeros((2, 2))),),
        ),
        metrics=(LOSS,),
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e308, -1e308, 1e-308, 5e-324, 1e15, -3.0])
def test_no_number_stops_a_plot(tmp_path, value):
    drawn = draw_plots(extreme(value), tmp_path)
    assert drawn.notices == ()
    assert {"metrics", "confusion", "loss"} <= set(ids(drawn))


HOSTILE = (
    "$\\frac{1}{0}$ and $x",
    "100% {name} %s %(x)d",
    "two\nlines\ttab\r",
    "🦄 emoji 👩‍👩‍👧 and 漢字 and שלום",
    "\x00\x1b[31m\ud800",
    "",
    " ",
    "a" * 500,
    "<b>&amp;</b> | `x` @user",
    "\\usepackage{evil} ^_{}~#",
)


def test_no_name_stops_a_plot_or_warns(tmp_path):
    report = full_classification(len(HOSTILE), 5, name=lambda index: HOSTILE[index], labels=HOSTILE[:5])
    metrics = tuple(replace(metric, title=HOSTILE[0] * 3) for metric in report.head.metrics)
    report = replace(report, head=replace(report.head, metrics=metrics))
    drawn = draw_plots(report, tmp_path, PLOT_IDS)
    assert drawn.notices == ()
    assert len(drawn.files) == len(PLOT_IDS) - 2
    assert all(file.alt.isprintable() for file in drawn.files)


@pytest.mark.parametrize(("models", "classes"), [(1, 2), (20, 3), (2, 30)])
def test_many_models_and_classes_are_still_drawn(tmp_path, models, classes):
    drawn = draw_plots(full_classification(models, classes), tmp_path, PLOT_IDS)
    assert drawn.notices == ()
    assert len(drawn.files) == len(PLOT_IDS) - 2
    assert all((tmp_path / file.file).stat().st_size < 200_000 for file in drawn.files)


def test_pictures_of_data_keep_their_greys(tmp_path):
    drawn = draw_plots(full_classification(), tmp_path, ("samples",))
    with Image.open(tmp_path / drawn.files[0].file) as image:
        pixels = np.asarray(image.convert("RGBA"))[..., :3].astype(int)
    tints = np.ptp(pixels, axis=-1)
    assert tints.max() > 60, "marks have their colour"
    greys = tints[tints <= 30]
    assert len(greys) > 0.9 * tints.size
    assert (greys == 0).mean() > 0.99
