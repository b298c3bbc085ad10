"""YAML and action inputs → one frozen `Config`; every problem is reported at once."""

from .editor import json_schema
from .loading import load_config, parse_config, placed
from .overrides import Override

__all__ = ["Override", "json_schema", "load_config", "parse_config", "placed"]
