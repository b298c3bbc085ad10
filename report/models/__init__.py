"""Estimators by import path, preprocessing and fitting → one `ModelRun` per model."""
