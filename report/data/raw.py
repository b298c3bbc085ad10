"""The rows as the source has them, beside what the repository's own function makes of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..config.schema import ValidationFile
from ..core.rows import RawRows
from .origin import followed
from .sources import digest_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..config.schema import DataConfig
    from .columns import Roles
    from .table import Table


@dataclass(frozen=True, eq=False)
class Prepared:
    """A table after `prepare`, and its rows before.

    index : as `prepare` returned it; None where there is no hook. seconds : that it took.
    """

    table: Table
    raw: pd.DataFrame
    index: pd.Index[Any] | None = None
    seconds: float = 0.0

    def origin(self) -> NDArray[np.int64] | None:
        """For each row of the table its row in `raw`; None where they cannot be followed."""
        if self.index is None:
            return np.arange(len(self.raw), dtype=np.int64)
        return followed(self.raw, self.table.frame.set_axis(self.index, axis=0))


def own_copy(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame that may be written to without a change of this one: no cell is copied where pandas sees to that."""
    return frame.copy(deep=int(pd.__version__.partition(".")[0]) < 3)  # from 3 on, writing copies


def raw_rows(parts: Sequence[Prepared], frame: pd.DataFrame, config: DataConfig, roles: Roles) -> RawRows:
    """What rows are matched by. parts : the labelled rows, and those of a validation file. frame : all rows."""
    apart = tuple(name for name in (*roles.target, roles.weight) if name is not None)
    seconds = sum(part.seconds for part in parts)
    return RawRows(_frame(parts, frame), _origin(parts), _fingerprint(parts, config), apart, roles.id, seconds)


def _frame(parts: Sequence[Prepared], frame: pd.DataFrame) -> pd.DataFrame:
    if len(parts) == 1:
        return parts[0].raw
    if all(part.index is None for part in parts):
        return frame
    return pd.concat([part.raw for part in parts], join="inner", ignore_index=True)


def _origin(parts: Sequence[Prepared]) -> NDArray[np.int64] | None:
    origins, start = [], 0
    for part in parts:
        origin = part.origin()
        if origin is None:
            return None
        origins.append(origin + start)
        start += len(part.raw)
    return np.concatenate(origins)


def _fingerprint(parts: Sequence[Prepared], config: DataConfig) -> str:
    read = [config.read]
    if isinstance(config.validation, ValidationFile):
        read.append(config.read if config.validation.read is None else config.validation.read)
    return digest_of([*(part.table.digest for part in parts), *map(options_text, read)])


def options_text(options: Mapping[str, Any]) -> str:
    """Options of a reader as text, whatever their order."""
    return json.dumps(dict(options), sort_keys=True, default=str)
