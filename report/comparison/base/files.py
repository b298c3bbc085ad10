"""What the two processes write for each other: JSON of a fixed form and Parquet. Nothing runs when it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


class BadExchange(Exception):  # noqa: N818 - told as "damaged", whoever reads decides what that means
    """A file of the exchange is missing, damaged, or says what cannot be."""


class Document(BaseModel):
    """A JSON file of the exchange."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="constants", strict=False)


def columns_of(values: NDArray[Any], name: str) -> pd.DataFrame:
    """An array, (n_rows,) or (n_rows, n_columns), as columns `name`0, `name`1, …"""
    table = values if values.ndim == 2 else values[:, None]
    return pd.DataFrame({f"{name}{i}": table[:, i] for i in range(table.shape[1])})


def storable(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """A frame that Parquet takes; the names of the columns whose cells had to become text for that."""
    import pyarrow as pa

    as_text: dict[str, Any] = {}
    for name, column in frame.items():
        try:
            pa.Array.from_pandas(column)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):  # noqa: PERF203 - a few columns
            as_text[str(name)] = text_of(column).set_axis(frame.index)
    return frame.assign(**as_text) if as_text else frame, tuple(as_text)


def text_of(column: pd.Series[Any]) -> pd.Series[Any]:
    """The cells as text, missing ones as None."""
    return pd.Series([None if pd.api.types.is_scalar(cell) and pd.isna(cell) else str(cell) for cell in column])


def write_table(frame: pd.DataFrame, file: Path) -> None:
    """Text with a dictionary; numbers seldom repeat, and to look whether they do takes longer than to write them."""
    texts = [str(name) for name, dtype in frame.dtypes.items() if dtype.kind not in "biufmM"]
    frame.to_parquet(file, index=False, use_dictionary=texts)


def read_table(file: Path) -> pd.DataFrame:
    """A table; raises BadExchange whatever its reader stumbles over."""
    try:
        return pd.read_parquet(file)
    except Exception as error:  # a damaged file raises whatever the reader stumbles over
        raise BadExchange(f"{file.name}: {error}") from error
