"""What each section says, and that none takes the report down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from report.core.errors import ConfigError
from report.core.results import GateResult, MetricInfo, Score
from report.core.values import Notice
from report.rendering import console_summary
from report.rendering.build import build_document
from report.rendering.document import Alert, Bullets, Figures, Fold, Paragraph, Table, text_of
from report.rendering.plots.files import PlotFile
from report.rendering.sections import DETAILS, SECTION_IDS, SECTIONS, SectionMaker
from report.rendering.sections.layout import COMMENT_WIDTH, Track, track_width

if TYPE_CHECKING:
    from report.core.comparison import Comparison
    from report.core.results import Evaluation
    from report.rendering.document import Block, Document, Section


def section(document: Document, name: str) -> Section:
    return next(part for part in (*document.sections, *document.details) if part.id == name)


def words(blocks: tuple[Block, ...]) -> str:
    """All text of some blocks."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(text_of(block.line))
        elif isinstance(block, (Alert, Bullets)):
            lines += map(text_of, block.lines if isinstance(block, Alert) else block.items)
        elif isinstance(block, Fold):
            lines += [block.title, words(block.blocks)]
        elif isinstance(block, Table):
            lines += [text_of(cell) for row in block.rows for cell in row]
    return "\n".join(lines)


def with_head(comparison: Comparison, **changes: object) -> Comparison:
    head: Evaluation = replace(comparison.head, **changes)  # type: ignore[arg-type]
    return replace(comparison, head=head)


def test_sections_come_in_the_reports_order(binary: Comparison) -> None:
    document = build_document(binary)
    shown = [part.id for part in (*document.sections, *document.details)]
    assert shown == [name for name in SECTION_IDS if name in shown]
    assert shown[:5] == ["summary", "gates", "warnings", "models", "curves"]


def test_what_guessing_scores_is_below_the_table(binary: Comparison) -> None:
    told = words(section(build_document(binary), "models").blocks)
    guessing = "Guessing (always 'benign', the most frequent class of training)"
    assert f"{guessing}: accuracy 0.6316, F1 0.0000, loss (log loss) 0.6589." in told
    assert "no better than guessing" not in told
    assert binary.head.guess is not None
    same = with_head(binary, guess=replace(binary.head.guess, no_better=("forest",)))
    assert "forest: no better than guessing by accuracy." in words(section(build_document(same), "models").blocks)
    unknown = with_head(binary, guess=None)
    assert "uessing" not in words(section(build_document(unknown), "models").blocks)


def with_few(comparison: Comparison, few: dict[tuple[str, str], str]) -> Comparison:
    models = tuple(
        replace(model, scores=tuple(replace(s, few=few.get((model.name, s.metric))) for s in model.scores))
        for model in comparison.head.models
    )
    return with_head(comparison, models=models)


def test_values_that_rest_on_few_rows_say_so_once(binary: Comparison) -> None:
    two = "2 rows of class 'malignant'"
    everywhere = {(model, metric): two for model in ("forest", "logistic") for metric in ("f1", "roc_auc")}
    told = words(section(build_document(with_few(binary, everywhere)), "models").blocks)
    assert f"F1, ROC AUC rest on few validation rows: {two}." in told
    one = words(section(build_document(with_few(binary, {("forest", "f1"): two})), "models").blocks)
    assert f"F1 (forest) rests on few validation rows: {two}." in one
    assert one.count("few validation rows") == told.count("few validation rows") == 1


def test_scores_of_folds_say_which_rows_they_are_of(binary: Comparison) -> None:
    plain = build_document(binary)
    assert "training rows only" in words(section(plain, "cross_validation").blocks)
    split = replace(binary.head.split, method="folds", n_train=569, n_validation=569, n_folds=5)
    document = build_document(with_head(binary, split=split))
    told = words(section(document, "summary").blocks)
    assert "every one of 569 rows predicted by a model that had not seen it (5 folds)" in told
    assert "training rows only" not in words(section(document, "cross_validation").blocks)
    assert "together they are every row" in words(section(document, "cross_validation").blocks)
    parts = section(document, "split").blocks
    assert "569 rows, 3 new." in words(parts)
    [table] = [block for block in parts if isinstance(block, Table)]
    assert [column.title for column in table.columns] == ["Class", "Rows"]


def test_every_id_is_there_once() -> None:
    assert len(set(SECTION_IDS)) == len(SECTION_IDS) == len(SECTIONS) + len(DETAILS)


def test_details_are_folded(comparison: Comparison) -> None:
    assert all(part.folded for part in build_document(comparison).details)


def test_the_verdict_comes_first(binary: Comparison) -> None:
    first = section(build_document(binary), "summary").blocks[0]
    assert words((first,)) == "logistic is best: accuracy 0.9737 on validation (0.9868 on training)."


def test_a_model_as_good_as_the_best_is_named_too(binary: Comparison) -> None:
    forest, logistic, svm = binary.head.models
    twin = replace(forest, scores=tuple(replace(score, model="forest") for score in logistic.scores))
    first = section(build_document(with_head(binary, models=(twin, logistic, svm))), "summary").blocks[0]
    assert words((first,)).endswith("(0.9868 on training). As good: logistic.")


def test_the_commit_is_named_shortly(binary: Comparison) -> None:
    assert "Commit 0123456." in words(section(build_document(binary), "summary").blocks)
    dirty = replace(binary, run=replace(binary.run, commit=f"{binary.run.commit}-dirty"))
    assert "Commit 0123456-dirty." in words(section(build_document(dirty), "summary").blocks)


def test_a_single_model_is_not_called_the_best(binary: Comparison) -> None:
    one = with_head(binary, models=binary.head.models[:1])
    assert words(section(build_document(one), "summary").blocks).startswith("forest: accuracy 0.9561 on validation")


def test_failed_gates_are_an_alert(binary: Comparison) -> None:
    alerts = [block for block in section(build_document(binary), "summary").blocks if isinstance(block, Alert)]
    assert alerts[0].level == "caution"
    assert words((alerts[0],)).startswith("2 of 5 gates failed: accuracy ≥ 0.96 (forest, svm).")


def test_a_warning_gate_fails_nothing(binary: Comparison) -> None:
    mild = replace(binary, gates=tuple(gate for gate in binary.gates if gate.severity == "warn"))
    alerts = [block for block in section(build_document(mild), "summary").blocks if isinstance(block, Alert)]
    assert alerts[0].level == "warning"


def test_gates_that_pass_are_said_in_a_sentence(binary: Comparison) -> None:
    passed = replace(binary, gates=tuple(gate for gate in binary.gates if gate.passed))
    document = build_document(passed)
    assert not any(isinstance(part, Alert) and part.level == "caution" for part in section(document, "summary").blocks)
    assert section(document, "gates").folded
    assert section(document, "gates").title == "✅ All 2 gates passed"
    assert "All 2 gates passed" in console_summary(passed)


def test_no_gates_no_section(binary: Comparison) -> None:
    shown = [part.id for part in build_document(replace(binary, gates=())).sections]
    assert "gates" not in shown


def test_gates_that_failed_lead_their_table(binary: Comparison) -> None:
    table = section(build_document(binary), "gates").blocks[0]
    assert isinstance(table, Table)
    results = [text_of(row[0]) for row in table.rows]
    assert [result.split()[-1] for result in results] == ["failed", "failed", "warned", "passed", "passed"]
    assert [text_of(cell) for cell in table.rows[2]][1:] == [
        "fit_time\u00a0≤\u00a01\u00a0s",
        "forest",
        "1.2 s",
        "0.2500 s too high",
    ]


def test_a_time_is_a_time_even_where_it_is_no_metric(binary: Comparison) -> None:
    gate = GateResult("predict_time ≤ 1 s", "forest", "predict_time", 0.012, True, "fail")
    table = section(build_document(replace(binary, gates=(gate,))), "gates").blocks[0]
    assert isinstance(table, Table)
    assert text_of(table.rows[0][3]) == "12 ms"


def test_the_best_value_of_each_metric_is_bold(binary: Comparison) -> None:
    table = section(build_document(binary), "models").blocks[0]
    assert isinstance(table, Table)
    bold = [[any(span.style == "strong" for span in cell) for cell in row[1:]] for row in table.rows]
    assert bold == [[False] * 5, [True] * 5, [False] * 5]


def test_training_stands_below_validation(binary: Comparison) -> None:
    table = section(build_document(binary), "models").blocks[0]
    assert isinstance(table, Table)
    assert text_of(table.rows[0][1]) == "0.9561 (train\u00a01.0000)"


def test_a_failed_model_is_a_row_with_its_reason(binary: Comparison) -> None:
    blocks = section(build_document(binary), "models").blocks
    assert isinstance(blocks[0], Table)
    assert text_of(blocks[0].rows[2][0]).startswith("svm (failed: InvalidParameterError: The 'gamma' parameter")
    assert [text_of(cell) for cell in blocks[0].rows[2][1:]] == ["–"] * 5


def test_when_all_models_failed_the_report_says_so(binary: Comparison) -> None:
    failed = [replace(model, status="failed", reason="no", scores=(), curve=None) for model in binary.head.models]
    document = build_document(with_head(binary, models=tuple(failed), samples=()))
    assert "No model could be evaluated." in words(section(document, "summary").blocks)
    table = section(document, "models").blocks[0]
    assert isinstance(table, Table)
    assert len(table.rows) == 3


def test_a_value_that_is_missing_has_its_reason(binary: Comparison) -> None:
    forest, *others = binary.head.models
    missing = Score("forest", "roc_auc", "validation", None, "not applicable", "one class only")
    scores = tuple(missing if (s.metric, s.split) == ("roc_auc", "validation") else s for s in forest.scores)
    document = build_document(with_head(binary, models=(replace(forest, scores=scores), *others)))
    text = words(section(document, "models").blocks)
    assert "n/a" in text
    assert "ROC AUC, forest: one class only" in text


def test_losses_of_two_kinds_are_not_ranked(binary: Comparison) -> None:
    forest, logistic, _ = binary.head.models
    models = tuple(
        replace(model, scores=tuple(replace(s, note=note) if s.metric == "loss" else s for s in model.scores))
        for model, note in ((forest, "log loss"), (logistic, "hinge loss"))
    )
    blocks = section(build_document(with_head(binary, models=models)), "models").blocks
    assert isinstance(blocks[0], Table)
    assert not any(span.style == "strong" for row in blocks[0].rows for span in row[-1])
    assert "logistic: hinge loss" in words(blocks)


def test_many_metrics_make_several_tables_that_fit(binary: Comparison) -> None:
    metrics = tuple(MetricInfo(f"metric_{n}", f"Rather long title {n}", True) for n in range(20))
    models = tuple(
        replace(model, scores=tuple(Score(model.name, metric.name, "validation", 0.5) for metric in metrics))
        for model in binary.head.models[:2]
    )
    blocks = section(build_document(with_head(binary, metrics=metrics, models=models)), "models").blocks
    tables = [block for block in blocks if isinstance(block, Table)]
    titles = [column.title for table in tables for column in table.columns[1:]]
    assert titles == [f"Rather long title {n}\u00a0↑" for n in range(20)]
    for table in tables:
        tracks = [Track(column, [row[i] for row in table.rows]) for i, column in enumerate(table.columns)]
        assert sum(map(track_width, tracks)) <= COMMENT_WIDTH


def test_sample_columns_without_room_are_counted(binary: Comparison) -> None:
    samples = binary.head.samples[0]
    columns = tuple(f"a_rather_long_column_{n}" for n in range(30))
    wide = replace(samples, columns=columns, cells=tuple(("1.0",) * 30 for _ in samples.rows))
    blocks = section(build_document(with_head(binary, samples=(wide,))), "samples").blocks
    assert isinstance(blocks[0], Table)
    shown = len(blocks[0].columns) - 3
    assert 0 < shown < 30
    assert f"Columns without room here: {30 - shown}." in words(blocks)


def test_wrong_samples_are_marked(binary: Comparison) -> None:
    fold = section(build_document(binary), "samples").blocks[-1]
    assert isinstance(fold, Fold)
    assert "✗\u00a0benign\u00a0(97.0%)" in words(fold.blocks)


def test_warnings_are_a_count_with_a_fold(binary: Comparison) -> None:
    part = section(build_document(binary), "warnings")
    assert part.folded
    assert part.title == "⚠️ 2 warnings"
    assert "logistic: lbfgs failed to converge" in words(part.blocks)
    assert "1 note" in [entry.title for entry in build_document(binary).details]


def test_a_loss_that_was_asked_for_as_a_metric_is_shown_once(binary: Comparison) -> None:
    asked = MetricInfo("log_loss", "Log loss", False)
    models = tuple(
        replace(
            model,
            scores=(*model.scores, *(replace(s, metric="log_loss") for s in model.scores if s.metric == "loss")),
        )
        for model in binary.head.models
    )
    *others, loss = binary.head.metrics
    document = build_document(with_head(binary, models=models, metrics=(*others, asked, loss)))
    table = section(document, "models").blocks[0]
    assert isinstance(table, Table)
    assert table.columns[-1].title == "Log loss\u00a0↓"


def test_many_warnings_are_counted(binary: Comparison) -> None:
    part = section(build_document(with_head(binary, notices=tuple(Notice(f"{n}") for n in range(1232)))), "warnings")
    assert part.title == "⚠️ 1,234 warnings"
    assert "and 1,184 more warnings: see report.json" in words(part.blocks)


def test_a_warning_of_several_models_is_said_once(binary: Comparison) -> None:
    models = tuple(replace(model, notices=(Notice("slow"),)) for model in binary.head.models)
    part = section(build_document(with_head(binary, models=models)), "warnings")
    assert "forest, logistic, svm: slow" in words(part.blocks)
    assert part.title == "⚠️ 2 warnings"


def test_pictures_of_samples_stand_beside_their_tables(binary: Comparison) -> None:
    plots = tuple(PlotFile(name, Path(name), name, name, "samples", 800) for name in ("samples", "worst_samples"))
    blocks = section(build_document(binary, plots), "samples").blocks
    assert isinstance(blocks[0], Figures)
    assert isinstance(blocks[-1], Fold)
    assert isinstance(blocks[-1].blocks[0], Figures)


def test_a_section_that_fails_says_so_and_the_others_go_on(binary: Comparison, monkeypatch, capsys) -> None:
    def fails(_context: object) -> None:
        raise ZeroDivisionError("by @zero")

    broken = tuple(SectionMaker(maker.id, fails) if maker.id == "gates" else maker for maker in SECTIONS)
    monkeypatch.setattr("report.rendering.build.SECTIONS", broken)
    document = build_document(binary)
    problem = "The section 'gates' could not be made: an error in ml-report-action: ZeroDivisionError: by @zero"
    assert words(section(document, "gates").blocks) == problem
    assert problem in words(section(document, "warnings").blocks)
    assert "in fails" in capsys.readouterr().err
    assert section(document, "models").blocks


def test_sections_are_chosen_by_id(binary: Comparison) -> None:
    document = build_document(binary, wanted=("models", "summary", "split"))
    assert [part.id for part in document.sections] == ["summary", "models"]
    assert [part.id for part in document.details] == ["split"]


def test_an_unknown_section_is_told_with_the_nearest() -> None:
    from report.rendering.build import check_sections

    with pytest.raises(ConfigError, match="there is no section 'modles'") as caught:
        check_sections(("modles",))
    assert caught.value.problems[0].hint == "did you mean 'models'?"


def test_a_report_that_says_little_is_short(report_name: str, comparison: Comparison) -> None:
    shown = {part.id for part in (*build_document(comparison).sections, *build_document(comparison).details)}
    if report_name == "regression":
        assert shown.isdisjoint({"gates", "warnings", "cross_validation", "seeds", "slices", "notes", "plots"})
    assert {"summary", "models", "data", "environment"} <= shown
