"""From the configuration to a Dataset: read, tell the columns apart, look at the target, describe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..config.schema import ValidationFile
from ..core.errors import DataError, Place
from ..core.keys import row_keys
from ..core.values import Dataset
from .columns import groups, times, weights
from .date_notices import date_notices
from .description import describe, row_notices
from .number_notices import number_forms, number_notices, shared_options
from .order import row_ranks
from .rows import Rows, read_rows
from .table import only, plain_frame
from .target import build_target, labelled_rows

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from ..config.schema import DataConfig
    from ..core.rows import RawRows


def load_dataset(config: DataConfig, *, task: str, slices: tuple[str, ...], root: Path) -> Dataset:
    """Every labelled row, separate validation rows included, and the rows without labels.

    task : auto, classification or regression. root : what paths and import paths are relative to.
    Raises DataError where the data cannot be read, or are not what the configuration says.
    """
    rows = read_rows(config, slices, root)
    roles = rows.roles
    has_label, left_out = labelled_rows(rows.frame, roles.target)
    frame = rows.frame if has_label is None else rows.frame.loc[has_label]
    target, decided = build_target(
        frame,
        roles.target,
        task=task,
        positive=config.positive,
        n_labelled=rows.n_labelled,
        has_options=rows.has_text_options,
    )
    features = plain_frame(only(frame, roles.features(frame)))
    keys = row_keys(only(frame, roles.key(frame)))
    content = keys if roles.id is None else row_keys(features)
    labels = row_keys(only(frame, (*roles.target, roles.weight)))
    given = _roles(frame, rows)
    image_shape = _image_shape(rows, features.shape[1], asked_for=config.image_shape is not None)
    return Dataset(
        features=features,
        target=target,
        keys=keys,
        description=describe(
            rows.source,
            features,
            target,
            keys,
            content=content,
            labels=labels,
            notices=(
                *rows.notices,
                *left_out,
                *decided,
                *row_notices(keys, content, labels, roles.id),
                *number_notices(_features(rows), has_options=rows.has_text_options, frame=rows.frame),
                *date_notices(features, has_options=rows.has_text_options),
            ),
            are_pixels=image_shape is not None,
        ),
        given_validation=_given(frame, rows) if isinstance(config.validation, ValidationFile) else None,
        image_shape=image_shape,
        raw=rows.raw if has_label is None else _labelled_raw(rows.raw, has_label),
        rank=None if config.keep_order else row_ranks(keys, content, labels, time=given["time"]),
        **given,
        **_new(rows, list(features.columns)),
    )


def _features(rows: Rows) -> pd.DataFrame:
    """Those of all rows: what made text of a column may stand in a row without a label."""
    return plain_frame(only(rows.frame, rows.roles.features(rows.frame)))


def number_options(config: DataConfig, root: Path) -> dict[str, str]:
    """The options of `read:` by which numbers that pandas leaves as text are read; empty where there are none."""
    rows = read_rows(config, (), root)
    found = shared_options(rows.frame, number_forms(rows.frame)) if rows.has_text_options else None
    return found or {}


def _labelled_raw(raw: RawRows, has_label: NDArray[np.bool_]) -> RawRows:
    return raw if raw.origin is None else replace(raw, origin=raw.origin[has_label])


def _roles(frame: pd.DataFrame, rows: Rows) -> dict[str, Any]:
    roles, n_labelled, has_options = rows.roles, rows.n_labelled, rows.has_text_options
    return {
        "ids": None if roles.id is None else frame[roles.id].to_numpy(),
        "weight": None if roles.weight is None else weights(frame[roles.weight], n_labelled),
        "group": None if roles.group is None else groups(frame[roles.group], n_labelled),
        "time": None if roles.time is None else times(frame[roles.time], n_labelled, has_options=has_options),
        "slices": plain_frame(frame[list(roles.slices)]) if roles.slices else None,
    }


def _new(rows: Rows, features: list[str]) -> dict[str, Any]:
    if rows.new is None:
        return {}
    identifier = rows.roles.id
    return {
        "new": plain_frame(rows.new[features]),
        "new_keys": row_keys(only(rows.new, rows.roles.key(rows.new))),
        "new_ids": rows.new[identifier].to_numpy() if identifier in rows.new.columns else None,
    }


def _given(frame: pd.DataFrame, rows: Rows) -> NDArray[np.bool_]:
    return np.asarray(frame.index.to_numpy() >= rows.n_labelled)


def _image_shape(rows: Rows, n_features: int, *, asked_for: bool) -> tuple[int, int] | None:
    """The shape of a row as a picture; the one that a source brings holds as long as no column was left out."""
    if rows.image_shape is None:
        return None
    height, width = rows.image_shape
    if height * width == n_features:
        return rows.image_shape
    if not asked_for:
        return None
    raise DataError(
        f"pictures of {height} × {width} have {height * width:,} pixels, and there are {n_features:,} features",
        place=Place(key="data.image_shape"),
        hint="it is [height, width]; leave other columns out with `drop`",
    )
