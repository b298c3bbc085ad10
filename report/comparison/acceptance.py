"""A label on the pull request by which a person accepts that the change is judged by its own configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def acceptance_of(event: Mapping[str, Any], label: str) -> str | None:
    """How the label came to be on the pull request of an event, in words; None where it is not on it.

    event : what GitHub tells. Who set it and when is known of the event by which it was set alone.
    """
    pull_request = _mapping(event.get("pull_request"))
    labels = pull_request.get("labels")
    names = [_mapping(entry).get("name") for entry in labels] if isinstance(labels, list) else []
    if label not in names:
        return None
    by = _mapping(event.get("sender")).get("login")
    if event.get("action") != "labeled" or _mapping(event.get("label")).get("name") != label or not by:
        return f"by the label '{label}'"
    when = pull_request.get("updated_at")
    return f"by the label '{label}', set by {by}" + (f" at {when}" if when else "")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
