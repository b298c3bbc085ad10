"""The JSON Schema of the configuration, by which editors complete and check it: `docs/schema.json`."""

from __future__ import annotations

from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the configuration file, short forms included."""
    from .schema import Config

    schema = _untitled(Config.model_json_schema())
    return {"$schema": DIALECT, "title": "ml-report.yml", **schema}


def _untitled(schema: Any) -> Any:
    """Without the titles that pydantic makes of names: an editor would show them above each description."""
    if isinstance(schema, list):
        return [_untitled(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _untitled(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))}
