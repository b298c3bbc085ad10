"""What publishing needs of `report.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.errors import Place, PublishingError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Result:
    """A finished report in short. passed : as in report.json: no gate failed, and not every model did.

    metrics : model → metric → split → value, None where there is none.
    verdict : on the primary metric of the best model, None where it is not compared. comparison : model → metric →
    base, head, difference, low, high (of its interval, None where there is none) and verdict.
    """

    passed: bool
    best_model: str | None
    metrics: Mapping[str, Mapping[str, Mapping[str, float | None]]]
    failed: tuple[str, ...]  # gates that fail the job, in words
    warned: tuple[str, ...]  # gates that only warn, models that failed, and warnings about the data
    verdict: str | None = None
    comparison: Mapping[str, Mapping[str, Mapping[str, float | str | None]]] = field(default_factory=dict)


def read_result(folder: Path) -> Result:
    """The result of a report's folder; raises PublishingError when there is no whole report in it."""
    file = folder / "report.json"
    try:
        report = json.loads(file.read_text("utf-8"))
        return _result(report)
    except FileNotFoundError:
        raise PublishingError("there is no report", place=Place(str(file)), hint="make one first: `run`") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PublishingError(
            f"the report cannot be read: {error!r}", place=Place(str(file)), hint="make it again: `run`"
        ) from error


def _result(report: Mapping[str, Any]) -> Result:
    failed = [gate for gate in report["gates"] if gate.get("checked", True) and not gate["passed"]]
    return Result(
        passed=report["passed"],
        best_model=report["head"]["best_model"],
        metrics={model["name"]: _metrics(model["scores"]) for model in report["head"]["models"]},
        failed=tuple(_words(gate) for gate in failed if gate["severity"] == "fail"),
        warned=(
            *(_words(gate) for gate in failed if gate["severity"] == "warn"),
            *_unchecked(report["gates"]),
            *_headlines(report),
            *_warnings(report["head"]),
            *_told(report["base"]["notices"] if report["base"] is not None else ()),
        ),
        verdict=report["verdict"],
        comparison=_comparison(report["base"]),
    )


def _unchecked(gates: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The gates that could have been compared with base, and were not."""
    for gate in gates:
        if not gate.get("checked", True) and gate["applies"]:
            yield f"{gate['model']}: {gate['rule']}: {gate['reason']}"


def _headlines(report: Mapping[str, Any]) -> Iterator[str]:
    """What must not be overlooked in how the change was judged."""
    if report["base"] is not None:
        yield from report["base"].get("headlines", ())
    for gate in report["gates"]:
        if gate.get("held"):
            yield f"{gate['model']}: {gate['rule']}: a gate of base that this change removes or weakens"


def _warnings(side: Mapping[str, Any]) -> Iterator[str]:
    for model in side["models"]:
        if model["status"] != "ok":
            yield f"{model['name']}: {model['status']}: {model['reason']}"
    notices = [
        *side["notices"],
        *side["data"]["notices"],
        *(each for model in side["models"] for each in model["notices"]),
    ]
    yield from _told(notices)


def _told(notices: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The warnings among some notices, in words."""
    for notice in notices:
        if notice["severity"] == "warning":
            message = ": ".join(part for part in (notice["subject"], notice["message"]) if part)
            yield f"{message} → {notice['hint']}" if notice["hint"] else message


def _metrics(scores: list[Mapping[str, Any]]) -> dict[str, dict[str, float | None]]:
    metrics: dict[str, dict[str, float | None]] = {}
    for score in scores:
        metrics.setdefault(score["metric"], {})[score["split"]] = score["value"]
    return metrics


def _comparison(base: Mapping[str, Any] | None) -> dict[str, dict[str, dict[str, float | str | None]]]:
    pairs = [] if base is None else base["pairs"]
    return {
        pair["head"]: {change["metric"]: _change(change) for change in pair["changes"]}
        for pair in pairs
        if pair["head"] is not None and pair["changes"]
    }


def _change(change: Mapping[str, Any]) -> dict[str, float | str | None]:
    interval = change["interval"] or {"low": None, "high": None}
    values = {key: change[key] for key in ("base", "head", "difference")}
    return {**values, "low": interval["low"], "high": interval["high"], "verdict": change["verdict"]}


def _words(gate: Mapping[str, Any]) -> str:
    value = "no value" if gate["value"] is None else f"{gate['value']:.6g}"
    reason = f" ({gate['reason']})" if gate.get("reason") else ""
    return f"{gate['model']}: {gate['rule']}, but it is {value}{reason}"
