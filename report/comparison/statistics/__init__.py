"""Intervals for the change of a metric between two models that were scored on the same rows."""
