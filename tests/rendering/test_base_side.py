"""What a report says of base: verdicts, changes, and why there is nothing to compare."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from report.core.comparison import BaseSide, ChangedFile, ChangedFiles, ModelPair, ValueChange
from report.core.results import MetricInfo
from report.rendering import console_summary
from report.rendering.build import build_document
from report.rendering.document import Table, text_of
from report.rendering.json_report import render_json
from report.rendering.markdown import render_markdown
from report.rendering.reading import read_report
from report.rendering.sections.comparing import change_text
from tests.rendering import base_sides
from tests.rendering.comparisons import regression
from tests.rendering.rendered import Page
from tests.rendering.test_sections import section, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from report.core.comparison import Comparison


def summary(comparison: Comparison) -> list[str]:
    return console_summary(comparison).splitlines()


def cells(comparison: Comparison) -> dict[str, list[str]]:
    """Model → its row in the table of models."""
    tables = [block for block in section(build_document(comparison), "models").blocks if isinstance(block, Table)]
    return {row[0][0].text: [text_of(cell) for cell in row] for row in tables[0].rows}


def test_the_best_models_verdict_comes_first() -> None:
    first, second, *_ = summary(base_sides.improved())
    assert first == (
        "logistic: accuracy 0.9364 → 0.9727 (+3.63\u00a0pt, mean of 3 seeds, 95% CI +0.66 … +6.62): ▲\u00a0improved. "
        "By 5 folds: +2.68\u00a0pt, 95% CI +0.61 … +4.75: improved; the folds tell more."
    )
    assert second == (
        "forest (was trees): accuracy 0.9545 → 0.9545 (±0\u00a0pt of these two fits, 95% CI −1.78 … +1.78): unclear, "
        "these rows would show a change of 2.53\u00a0pt."
    )


def test_it_says_what_was_compared_and_what_was_not() -> None:
    text = "\n".join(summary(base_sides.improved()))
    assert "Without a verdict: svm failed in base: base: ValueError: wide is no gamma; bayes was removed." in text
    assert "Base is 89abcde, the first parent of the merge commit, from the cache: made 2025-05-29 06:10 UTC" in text
    assert "3 days before this run" in text
    assert "the same 110 validation rows; 4 more were left out: base has no column region" in text
    assert "Over the seeds, accuracy of logistic varies by ±0\u00a0pt (head), ±0.91\u00a0pt (base)." in text


def test_a_change_of_a_score_that_is_no_share_is_told_in_its_own_size() -> None:
    assert (
        summary(base_sides.worse())[0] == "R² 0.5012 → 0.4526 (−0.0486 of these two fits, 95% CI −0.0841 … −0.0131): "
        "▼\u00a0worse."
    )


def test_a_change_of_nothing_improves_nothing() -> None:
    first = summary(base_sides.no_op())[0]
    assert first.endswith("(±0): unclear, not one prediction changed.")
    assert "improved" not in first
    assert base_sides.no_op().verdict == "unclear"
    table = [cell for row in cells(base_sides.no_op()).values() for cell in row]
    assert any("(±0)" in cell for cell in table)
    assert not any("±0\u00a0…" in cell for cell in table), "an interval of nothing says nothing"


def test_models_without_a_partner() -> None:
    lines = summary(base_sides.added())
    assert lines[0] == "No model could be compared with base."
    assert "Without a verdict: ridge is new; lasso was removed." in lines
    rows = cells(base_sides.added())
    assert rows["ridge"][0] == "ridge (Ridge) (new)"
    assert rows["lasso"] == ["lasso (removed)", "–", "–", "–"]


@pytest.mark.parametrize(
    ("make", "said", "verdict"),
    [
        (base_sides.without_base, "There is no base to compare with: the base commit has no ml-report.yml.", None),
        (
            base_sides.failed_base,
            "Not compared: base could not be trained: data/diabetes.csv: there is no such file.",
            None,
        ),
        (
            base_sides.not_comparable,
            "Not comparable with base: base predicts severity, head progression.",
            "not comparable",
        ),
    ],
)
def test_one_line_says_why_there_is_no_comparison(make: Callable[[], Comparison], said: str, verdict: str) -> None:
    with_reason, alone = summary(make()), summary(regression())
    assert [line for line in with_reason if line not in alone] == [said]
    assert len(with_reason) == len(alone) + 1
    shown = [part for part in render_markdown(build_document(make())).splitlines() if part.startswith("#")]
    assert shown == [part for part in render_markdown(build_document(regression())).splitlines() if part[:1] == "#"]
    assert make().verdict == verdict
    first = with_reason[0] == said
    assert first is (make is not base_sides.without_base), "above all else, but at first use"


def test_the_table_has_base_and_change_below_the_value_of_head() -> None:
    rows = cells(base_sides.improved())
    assert rows["logistic"][1] == (
        "0.9737 (train\u00a00.9868) (3\u00a0seeds:\u00a00.9727, base\u00a00.9364) (▲\u00a0+3.63\u00a0pt) "
        "(+0.66\u00a0…\u00a0+6.62)"
    )
    assert rows["logistic"][4] == "31 ms (base\u00a029 ms) (+2\u00a0ms)"
    assert rows["forest"][0] == "forest (RandomForestClassifier) (was trees)"
    assert rows["svm"][0].endswith("(base failed: base: ValueError: wide is no gamma)")


def test_only_what_is_certain_is_bold() -> None:
    text = render_markdown(build_document(base_sides.improved()))
    assert "<br><sub>**▲\u00a0+3.63\u00a0pt**</sub>" in text
    assert "<br><sub>±0\u00a0pt</sub>" in text


@pytest.mark.parametrize(
    ("change", "metric", "shown"),
    [
        (0.009, MetricInfo("accuracy", "Accuracy", True, is_share=True), "+0.90\u00a0pt"),
        (-1e-9, MetricInfo("accuracy", "Accuracy", True, is_share=True), "−1.00e−07\u00a0pt"),
        (0.0, MetricInfo("accuracy", "Accuracy", True, is_share=True), "±0\u00a0pt"),
        (-2.45, MetricInfo("rmse", "RMSE", False), "−2.4500"),
        (0.12, MetricInfo("fit_time", "Fit time", False, unit="s"), "+120\u00a0ms"),
        (-0.0002, MetricInfo("fit_time", "Fit time", False, unit="s"), "−0.200\u00a0ms"),
        (0.0, MetricInfo("fit_time", "Fit time", False, unit="s"), "±0\u00a0s"),
        (-1500, MetricInfo("model_size", "Model size", False, unit="bytes", digits=0), "−1.5\u00a0kB"),
    ],
)
def test_changes_as_text(change: float, metric: MetricInfo, shown: str) -> None:
    assert change_text(change, metric) == shown


HOSTILE = "@octocat <img src=x> | #1 `x` https://example.org [a](b)"


def test_hostile_text_of_base_stays_text() -> None:
    comparison = base_sides.improved()
    base = comparison.base
    assert base is not None
    values = (ValueChange(HOSTILE, HOSTILE, HOSTILE),)
    best = replace(base.pairs[1], base=HOSTILE, status="renamed", params=values)
    pairs = (best, ModelPair("svm", HOSTILE, "failed", reason=HOSTILE), ModelPair(None, HOSTILE, "removed"))
    hostile = replace(
        base, commit=HOSTILE, how=HOSTILE, cached=HOSTILE, left_out=HOSTILE, pairs=pairs, config=values, packages=values
    )
    page = Page(render_markdown(build_document(replace(comparison, base=hostile))))
    assert page.linked == []
    assert page.comments == []
    assert "img" not in page.tags
    for status in ("none", "failed", "not comparable"):
        reason = render_markdown(build_document(replace(comparison, base=BaseSide(status, HOSTILE))))
        assert Page(reason).linked == []
        assert "img" not in Page(reason).tags


def test_changed_predictions_are_counted_and_shown_with_the_truth() -> None:
    blocks = section(build_document(base_sides.improved()), "changed_predictions").blocks
    text = words(blocks)
    assert "logistic: 5 of 110 predictions changed: 4 fixed, 1 broken." in text
    assert "✗\u00a0benign\u00a0(97.0%)\nmalignant\u00a0(83.0%)" in text
    moved = words(section(build_document(base_sides.worse()), "changed_predictions").blocks)
    assert "12 closer to the truth, 19 farther" in moved


def test_what_changed_is_listed() -> None:
    text = words(section(build_document(base_sides.improved()), "changes").blocks)
    assert "C\n1.0\n0.5" in text
    assert "max_iter\ndefault\n500" in text
    assert "Rows: 540 → 569; 40 added, 11 removed, 3 edited." in text
    assert "Base did not learn from 7 rows of its training part: head validates on them" in text
    assert "radius\ndrift\nKolmogorov–Smirnov distance\n0.213" in text
    assert "benign\n61.0%\n62.7%" in text
    assert "scikit-learn\n1.6.1\n1.7.0" in text


def test_a_change_of_nothing_says_so() -> None:
    document = build_document(base_sides.no_op())
    assert "are the same" in words(section(document, "changes").blocks)
    assert "changed_predictions" not in [part.id for part in document.sections]


def test_changed_files_are_told_by_what_the_report_did_with_them() -> None:
    files = (
        ChangedFiles("code", (ChangedFile("new.py", "renamed", "old.py"), ChangedFile("own.py", "comments")), 2),
        ChangedFiles("not run", (ChangedFile("train.py", "changed"),), 1),
        ChangedFiles("other", tuple(ChangedFile(f"{number}.txt", "added") for number in range(20)), 2000),
    )
    report = base_sides.no_op()
    assert report.base is not None
    report = replace(report, base=replace(report.base, files=files))
    text = words(section(build_document(report), "changes").blocks)
    assert "What the configuration says, the data and the packages are the same." in text
    assert "Code that ran: old.py → new.py, own.py (comments alone)." in text
    assert "train.py changed, but this report does not run it." in text
    assert "3.txt (new), 4.txt (new) and 1,995 more." in text
    stored = read_report(render_json(report).encode()).comparison.base
    assert stored is not None
    assert stored.files == files


@pytest.mark.parametrize(
    ("kind", "what", "sentence"),
    [
        ("not run", "changed", "Parameters, configuration, data and packages are the same."),
        ("code", "comments", "Parameters, configuration, data and packages are the same."),
        ("code", "changed", "What the configuration says, the data and the packages are the same."),
        ("other", "changed", "What the configuration says, the data and the packages are the same."),
        ("data", "changed", "What the configuration says and the packages are the same."),
    ],
)
def test_code_and_files_that_were_read_may_set_what_the_configuration_does_not_say(kind, what, sentence) -> None:
    report = base_sides.no_op()
    assert report.base is not None
    files = (ChangedFiles(kind, (ChangedFile("a.py", what),), 1),)
    text = words(section(build_document(replace(report, base=replace(report.base, files=files))), "changes").blocks)
    assert sentence in text


def test_columns_in_another_order_are_told() -> None:
    report = base_sides.no_op()
    assert report.base is not None
    assert report.base.data is not None
    data = replace(report.base.data, order=("columns", "rows"))
    text = words(section(build_document(replace(report, base=replace(report.base, data=data))), "changes").blocks)
    assert "The columns and the rows come in another order." in text
    assert "are the same" not in text


def table_of(comparison: Comparison, name: str) -> list[list[str]]:
    """The title row and the rows of the first table of a section."""
    table = next(block for block in section(build_document(comparison), name).blocks if isinstance(block, Table))
    return [[column.title for column in table.columns], *([text_of(cell) for cell in row] for row in table.rows)]


def test_gates_show_base_and_the_change_and_what_luck_is_allowed_for() -> None:
    titles, failed, logistic, forest, slower = table_of(base_sides.improved(), "gates")
    assert titles == ["Result", "Rule", "Model", "Value", "Base", "Change", "Adjusted p", "Reason"]
    assert failed[3:7] == ["–", "–", "–", "–"]
    assert logistic[3:7] == ["0.9727", "0.9364", "+3.63\u00a0pt", "0.036"]
    assert forest[3:7] == ["0.9561", "0.9545", "±0\u00a0pt", "1.000"]
    assert slower[3:7] == ["31 ms", "29 ms", "+2\u00a0ms", "–"]


def test_one_gated_comparison_has_no_p_value_to_adjust() -> None:
    report = base_sides.improved()
    titles, *_ = table_of(replace(report, gates=report.gates[:1]), "gates")
    assert titles == ["Result", "Rule", "Model", "Value", "Base", "Change"]


def test_times_and_sizes_are_told_from_base_to_head() -> None:
    rows = {row[0]: row[1:] for row in table_of(base_sides.improved(), "timings")}
    told = [cell.replace("\u00a0", " ") for cell in rows["logistic"]]
    assert told == ["29 ms → 1.2 s", "12 ms → 12 ms", "1.1 MB → 1.2 MB"]
    assert rows["svm"] == ["–", "–", "–"]


def test_what_is_noticed_of_base_is_told_with_the_other_notices() -> None:
    document = build_document(base_sides.improved())
    warned, noted = (words(section(document, name).blocks) for name in ("warnings", "notes"))
    assert "base was trained on 300 of its 432 training rows → compare by the same split" in warned
    assert "2 of head's validation rows are in base's data twice" in noted


def test_long_values_are_shown_from_where_they_differ() -> None:
    base = ", ".join(f"column_{i}" for i in range(20))
    change = ValueChange("data.drop", f"[{base}]", f"[{base}, target_of_next_year]")
    side = base_sides.improved()
    assert side.base is not None
    document = build_document(replace(side, base=replace(side.base, config=(change,))))
    assert "target_of_next_year" in words(section(document, "changes").blocks)


def test_a_value_of_head_that_is_not_the_one_compared_has_that_beside_base() -> None:
    report = base_sides.no_op()
    assert report.base is not None
    pair = report.base.pairs[0]
    others = tuple(replace(change, head=0.125, base=0.125, difference=0.0, spread=None) for change in pair.changes)
    pairs = (replace(pair, changes=others), *report.base.pairs[1:])
    text = words(section(build_document(replace(report, base=replace(report.base, pairs=pairs))), "models").blocks)
    assert "as compared: 0.1250, base 0.1250" in text.replace("\u00a0", " ")
    assert "as compared" not in words(section(build_document(report), "models").blocks)
