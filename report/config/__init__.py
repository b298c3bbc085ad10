"""YAML and action inputs → one frozen `Config`; every problem is reported at once."""
