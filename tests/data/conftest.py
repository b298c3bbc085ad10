"""A repository in a temporary folder, and the two calls of the room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from report.config.schema import DataConfig
from report.data import load_dataset, split_dataset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from report.core.values import Dataset, Split


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Dataset]:
    """load(source=…, target=…, task="auto", slices=()) → Dataset, paths relative to tmp_path."""

    def call(*, task: str = "auto", slices: tuple[str, ...] = (), **data: Any) -> Dataset:
        return load_dataset(DataConfig(**data), task=task, slices=slices, root=tmp_path)

    return call


@pytest.fixture
def load_frame(tmp_path: Path, load: Callable[..., Dataset]) -> Callable[..., Dataset]:
    """The same for a frame, which goes through a Parquet file so that its dtypes survive."""

    def call(frame: pd.DataFrame, **options: Any) -> Dataset:
        frame.to_parquet(tmp_path / "frame.parquet")
        return load(**{"source": "frame.parquet", "target": "y", **options})

    return call


@pytest.fixture
def load_split(load_frame: Callable[..., Dataset]) -> Callable[..., tuple[Dataset, Split]]:
    """A frame's Dataset and Split."""

    def call(frame: pd.DataFrame, **options: Any) -> tuple[Dataset, Split]:
        dataset = load_frame(frame, **options)
        data = {name: value for name, value in options.items() if name not in ("task", "slices")}
        return dataset, split_dataset(dataset, DataConfig(**{"source": "frame.parquet", "target": "y", **data}))

    return call


@pytest.fixture
def patients() -> pd.DataFrame:
    """60 rows: numbers, whole numbers and text, a target of two words."""
    rng = np.random.default_rng(7)
    return pd.DataFrame(
        {
            "age": rng.integers(20, 90, 60),
            "dose": rng.normal(size=60).round(3),
            "region": rng.choice(["north", "south", "east"], 60),
            "y": rng.choice(["ill", "well"], 60),
        }
    )
