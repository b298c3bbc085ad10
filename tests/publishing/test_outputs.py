"""Step outputs and the job summary, as the runner reads their files."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from report.publishing.outputs import SUMMARY_LIMIT, write_outputs, write_summary


def runner_reads(text: str) -> dict[str, str]:
    """The `NAME<<DELIMITER` form of GITHUB_OUTPUT."""
    lines, found = iter(text.split("\n")), {}
    for line in lines:
        if not line:
            continue
        name, _, delimiter = line.partition("<<")
        value: list[str] = []
        while (part := next(lines)) != delimiter:
            value.append(part)
        found[name] = "\n".join(value)
    return found


values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))


@given(st.dictionaries(st.sampled_from(["passed", "report", "metrics"]), values | st.just("x\nmetrics<<EOF\n1\nEOF")))
def test_outputs_have_exactly_the_values_given(outputs: dict[str, str]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, "output")
        file.write_bytes(b"")
        write_outputs(str(file), outputs)
        assert runner_reads(file.read_bytes().decode()) == outputs


def test_outputs_are_added_to_those_of_others(tmp_path: Path) -> None:
    file = tmp_path / "output"
    write_outputs(str(file), {"a": "1"})
    write_outputs(str(file), {"b": "2"})
    assert runner_reads(file.read_text("utf-8")) == {"a": "1", "b": "2"}


def test_a_summary_is_the_longest_text_that_there_is_room_for(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    texts = ("ä" * SUMMARY_LIMIT, "b" * SUMMARY_LIMIT, "ö" * (SUMMARY_LIMIT // 2 - 1), "short")
    write_summary(str(file), *texts)
    assert file.read_bytes().decode() == f"{texts[2]}\n"
    assert file.stat().st_size <= 1024 * 1024
    write_summary(str(file), "no room for this", "")
    assert file.read_bytes().decode() == f"{texts[2]}\n\n"


def test_room_for_a_summary_is_what_the_step_has_not_used(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    file.write_text("x" * (SUMMARY_LIMIT - 10), "utf-8")
    write_summary(str(file), "a long text of a report", "a short\n")
    assert file.read_text("utf-8").endswith("xxa short\n")


def test_a_short_summary_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    write_summary(str(file), "# Wine")
    write_summary(str(file), "# Beer\n")
    assert file.read_text("utf-8") == "# Wine\n# Beer\n"
