"""report.json is read back as what it was; what somebody else made of it is told in one sentence, and does no harm."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from report.core.errors import OutputError
from report.core.results import GateResult
from report.rendering.build import build_document
from report.rendering.json_report import render_json
from report.rendering.markdown import render_markdown
from report.rendering.plots.files import PlotFile
from report.rendering.reading import AT_MOST_BYTES, read_report
from tests.rendering import strategies
from tests.rendering.base_sides import improved
from tests.rendering.rendered import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from report.core.comparison import Comparison

LOSS = PlotFile("loss", Path("plots/loss.png"), "Loss curves", "Loss of 2 models.", "curves", 800)
VERSIONS = Path(__file__).parent / "versions"


def rendered(comparison: Comparison, plots: tuple[PlotFile, ...] = ()) -> str:
    return render_markdown(build_document(comparison, plots))


def refusal(content: bytes) -> str:
    with pytest.raises(OutputError) as caught:
        read_report(content)
    assert len(str(caught.value)) < 1000
    return str(caught.value)


def damaged(damage: Callable[[Any], Any]) -> bytes:
    report = json.loads(render_json(improved()))
    damage(report)
    return json.dumps(report).encode()


def test_it_renders_the_same_text(comparison: Comparison) -> None:
    stored = read_report(render_json(comparison, [LOSS]).encode())
    assert stored.plots == (LOSS,)
    assert rendered(stored.comparison, stored.plots) == rendered(comparison, (LOSS,))


def test_it_is_written_again_byte_for_byte(comparison: Comparison) -> None:
    text = render_json(comparison)
    assert render_json(read_report(text.encode()).comparison) == text


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(strategies.comparisons())
def test_any_report_renders_the_same_text(comparison: Comparison) -> None:
    text = render_json(comparison)
    stored = read_report(text.encode())
    assert rendered(stored.comparison) == rendered(comparison)
    assert render_json(stored.comparison) == text


def test_numbers_that_are_not_finite_come_back(binary: Comparison) -> None:
    gates = tuple(GateResult("r", "forest", "m", value, False, "fail") for value in (math.inf, -math.inf, None))
    curve = replace(binary.head.models[0].curve, train=np.array([math.nan, 1.0]))  # type: ignore[type-var]
    head = replace(binary.head, models=(replace(binary.head.models[0], curve=curve),))
    stored = read_report(render_json(replace(binary, gates=gates, head=head)).encode()).comparison
    assert [gate.value for gate in stored.gates] == [math.inf, -math.inf, None]
    assert stored.head.models[0].curve is not None
    np.testing.assert_array_equal(stored.head.models[0].curve.train, [math.nan, 1.0])


@pytest.mark.parametrize("file", sorted(VERSIONS.glob("*.json")), ids=lambda file: file.stem)
def test_reports_of_older_versions_are_read(file: Path) -> None:
    """Stored as they were written; a field that was added later needs a default."""
    stored = read_report(file.read_bytes())
    assert stored.comparison.verdict == "improved"
    assert "base 0.9364" in Page(rendered(stored.comparison)).text.replace("\u00a0", " ")


HUGE = b"9" * 5000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON: recursion limit"),
        (b'{"schema_version": 1, "title": NaN}', "not JSON"),
        (b'{"schema_version": 1, "title": "\\ud800"}', "not JSON"),
        (b'{"schema_version": ' + HUGE + b"}", "not JSON"),
        (b"[1]", "no version"),
        (b"{}", "no version"),
        (b'{"schema_version": 2}', "version 2, and this program reads version 1"),
        (b'{"schema_version": "1"}', "version 1, and"),
        (b'{"schema_version": true}', "has version True"),
        (b'{"schema_version": 1}', "title: Field required"),
        (b" " * (AT_MOST_BYTES + 1), "larger than 16 MB"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_what_is_no_report_is_refused(content: bytes, said: str) -> None:
    assert said in refusal(content)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda report: report.update(extra=1), "extra: Extra inputs are not permitted"),
        (lambda report: report.update(passed="yes"), "passed"),
        (lambda report: report.update(title=7), "title"),
        (lambda report: report.update(title="x" * 100_001), "title"),
        (lambda report: report["head"].update(task="clustering"), "head.task"),
        (lambda report: report["head"].update(metrics=[]), "head.metrics"),
        (lambda report: report["head"].update(models=report["head"]["models"] * 200), "head.models"),
        (lambda report: report["head"]["metrics"][0].update(digits=10**6), "metrics.0.digits"),
        (lambda report: report["head"]["models"][0].update(status="fine"), "head.models.0.status"),
        (lambda report: report["head"]["models"][0].update(size_bytes=10**25), "head.models.0.size_bytes"),
        (lambda report: report["head"]["models"][0].update(size_bytes=1.5), "head.models.0.size_bytes"),
        (lambda report: report["head"]["models"][0]["scores"][0].update(value="0.9"), "scores.0.value"),
        (lambda report: report["head"]["models"][0]["scores"][0].update(value=True), "scores.0.value"),
        (lambda report: report["head"]["models"][0]["confusion"][0].update(counts=[["a"]]), "counts"),
        (lambda report: report["head"]["models"][0]["confusion"][0].update(counts=[[1.5]]), "counts"),
        (lambda report: report["head"]["models"][0]["confusion"][0].update(counts=[[1], [1, 2]]), "equally long"),
        (lambda report: report["head"]["models"][0]["confusion"][0].update(counts=[[2**63]]), "smaller numbers"),
        (lambda report: report["head"]["models"][0]["curve"].update(x=[[[[1]]]]), "curve.x"),
        (lambda report: report["head"]["split"]["balance"].update(benign=[1]), "balance.benign"),
        (lambda report: report.update(plots=[{"id": "../x", "title": "", "alt": "", "section": "curves"}]), "plots.0"),
        (lambda report: report.update(plots=[plot(id="../../etc/passwd")]), "one of the plots"),
        (lambda report: report.update(plots=[plot(width=10**9)]), "one of the plots"),
        (lambda report: report.update(plots=[plot(file="/etc/passwd")]), "plots.0.file: Extra"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(damage: Callable[[Any], Any], said: str) -> None:
    assert said in refusal(damaged(damage))


@pytest.mark.parametrize("place", ["value", "array", "config"])
def test_a_number_beyond_all_floats_is_refused(place: str) -> None:
    marks = {
        "value": lambda report: report["gates"][0].update(value=0.123454321),
        "array": lambda report: report["head"]["models"][0]["curve"]["train"].append(0.123454321),
        "config": lambda report: report["config"].update(limit=[{"a": 0.123454321}]),
    }
    assert "this is no report" in refusal(damaged(marks[place]).replace(b"0.123454321", b"1e999"))


def test_what_is_refused_is_not_repeated() -> None:
    """Neither a value nor a long key of the file gets into the message as it is."""
    told = refusal(damaged(lambda report: report["head"].update({"task": "<script>", "\n::error::" + "x" * 500: 1})))
    assert "<script>" not in told
    assert "\n::error" not in told


def plot(**given: Any) -> dict[str, Any]:
    return {"id": "loss", "title": "", "alt": "", "section": "curves", "width": 800} | given
