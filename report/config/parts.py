"""Of a mapping with flaws, the parts that can be looked at all the same: models, metrics, the metrics of gates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .flaws import Flaw
    from .schema import Config

_ANY_DATA = {"source": "data", "target": "target"}
_KNOWN = "loss"  # what stands in for an entry with a flaw, so that the others keep their number


def parts_without(value: dict[Any, Any], flaws: Iterable[Flaw]) -> Config | None:
    """A configuration of what has no flaw, the rest by default; None where nothing is left to be looked at."""
    from pydantic import ValidationError

    from .schema import Config

    flawed = {flaw.path[:2] for flaw in flaws}
    given = value.get("models")
    models = given if isinstance(given, dict) else {}
    kept = {name: model for name, model in models.items() if ("models", name) not in flawed}
    metrics = [_KNOWN if ("metrics", at) in flawed else entry for at, entry in enumerate(_listed(value, "metrics"))]
    gates = [{"metric": _metric(gate), "min": 0} for gate in _listed(value, "gates")]
    if not (kept or metrics or gates):  # and nothing heavy is imported for that
        return None
    try:
        return Config.model_validate({"data": _ANY_DATA, "models": kept, "metrics": metrics, "gates": gates})
    except ValidationError:  # a whole section is flawed in a way that none of its entries is
        return None


def _listed(value: dict[Any, Any], key: str) -> list[Any]:
    given = value.get(key)
    return [given] if isinstance(given, str) and "," not in given else given if isinstance(given, list) else []


def _metric(gate: Any) -> str:
    given = gate.get("metric") if isinstance(gate, dict) else None
    return given if isinstance(given, str) and given.strip() else _KNOWN
