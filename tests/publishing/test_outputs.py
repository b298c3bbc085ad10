"""Step outputs and the job summary, as the runner reads their files."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from report.publishing.outputs import SUMMARY_LIMIT, write_outputs, write_summary

GITHUB_LIMIT = 1024 * 1024


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


def test_a_summary_stays_below_the_limit_of_github(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    write_summary(str(file), "| ä | ö |\n" * (SUMMARY_LIMIT // 8))
    assert file.stat().st_size < GITHUB_LIMIT
    last = file.read_text("utf-8").splitlines()
    assert set(last[:-2]) == {"| ä | ö |"}
    assert "left out" in last[-1]


def test_a_short_summary_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "summary"
    write_summary(str(file), "# Wine")
    write_summary(str(file), "# Beer\n")
    assert file.read_text("utf-8") == "# Wine\n# Beer\n"
