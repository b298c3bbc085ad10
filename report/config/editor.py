"""The JSON Schema of the configuration, by which editors complete and check it: `docs/schema.json`."""

from __future__ import annotations

from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SHORT_MODEL = {"type": "string", "description": "The import path of an estimator, with its default parameters."}


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the configuration file, short forms included."""
    from .schema import Config

    schema = _plain(Config.model_json_schema())
    models = schema["properties"]["models"]
    models["additionalProperties"] = {"anyOf": [_SHORT_MODEL, models["additionalProperties"]]}
    return {"$schema": DIALECT, "title": "ml-report.yml", **schema}


def _plain(schema: Any) -> Any:
    """Without what says nothing, and differs between versions of pydantic.

    Titles that it makes of names (an editor would show them above each description), and `additionalProperties: true`.
    """
    if isinstance(schema, list):
        return [_plain(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _plain(value) for key, value in schema.items() if not _says_nothing(key, value)}


def _says_nothing(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "additionalProperties" and value is True)
