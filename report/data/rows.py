"""All rows that the configuration names, in one frame: data, labels of their own file, separate validation rows."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from ..config.schema import LabelFile, ValidationFile
from ..core.errors import DataError, Place
from ..core.values import Notice
from .columns import Roles, check_roles, role_notices
from .hooks import call_hook
from .labels import in_order, label_column
from .nested import without_nesting
from .raw import Prepared, options_text, own_copy, raw_rows
from .sources import check_same_columns, differing_columns, digest_of, read_table
from .table import Table, plain_frame, quoted, stacked
from .words import word_notices

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from ..config.schema import DataConfig
    from ..core.rows import RawRows

_LABEL_NAME = "target"  # for a label column whose own name is one of the features'


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows with and without labels, prepared, and what their columns are for.

    frame : rows from `n_labelled` on are those of the separate validation file. raw : the same before `prepare`, where
    `origin` says which row of `frame` is which. new : rows without labels; they have all of the features.
    has_text_options : as of `Table`, of all tables.
    """

    frame: pd.DataFrame
    roles: Roles
    n_labelled: int
    source: str
    image_shape: tuple[int, int] | None
    notices: tuple[Notice, ...]
    raw: RawRows
    new: pd.DataFrame | None = None
    has_text_options: bool = False


def read_rows(config: DataConfig, slices: tuple[str, ...], root: Path) -> Rows:
    """Read and prepare everything that `data:` names; raises DataError."""
    labelled = _labelled(config, slices, root)
    roles = Roles.of(config, labelled.table.target, slices)
    check_roles(labelled.table.frame, roles)
    notices = role_notices(labelled.table.frame, roles)
    parts = [labelled]
    frame = roles.needed(labelled.table.frame)
    n_labelled = len(frame)
    if isinstance(config.validation, ValidationFile):
        validation = _validation(config, config.validation, labelled.table.target, slices, root)
        frame = _joined(frame, validation.table, roles)
        parts.append(validation)
    tables = [part.table for part in parts]
    return Rows(
        frame=frame,
        roles=roles,
        n_labelled=n_labelled,
        source="; validation: ".join(table.source for table in tables),
        image_shape=config.image_shape or labelled.table.image_shape,
        notices=(
            *(notice for table in tables for notice in table.notices),
            *word_notices(tuple(word for table in tables for word in table.words)),
            *notices,
        ),
        raw=raw_rows(parts, frame, config, roles),
        new=_new(config, frame, roles, root),
        has_text_options=all(table.has_text_options for table in tables),
    )


def _labelled(config: DataConfig, slices: tuple[str, ...], root: Path) -> Prepared:
    """The main table with its target, prepared."""
    wanted = config.target
    names = (wanted,) if isinstance(wanted, str) else wanted if isinstance(wanted, tuple) else ()
    keep = (*names, *_named(config), *slices)
    table = read_table(config.source, config.read, root, key="data.source", labels=names, keep=keep)
    if isinstance(wanted, LabelFile):
        table = _with_labels(table, wanted, None, root, key="data.target", identifier=config.id)
    elif names:
        table = replace(table, target=names)
    if not table.target:
        raise DataError(
            "no target is named",
            place=Place(key="data.target"),
            hint=f"which column is to be predicted? The columns are {quoted(list(table.frame.columns), 12)}",
        )
    return _prepared(table, config, root, "on the labelled rows")


def _validation(
    config: DataConfig, wanted: ValidationFile, target: tuple[str, ...], slices: tuple[str, ...], root: Path
) -> Prepared:
    """The separate validation rows with the same target columns, prepared."""
    options = config.read if wanted.read is None else wanted.read
    keep = (*target, *_named(config), *slices)
    table = read_table(wanted.source, options, root, key="data.validation.source", labels=target, keep=keep)
    if wanted.target is not None:
        at = "data.validation.target"
        table = _with_labels(table, wanted.target, target[0], root, key=at, identifier=config.id)
    return _prepared(table, config, root, "on the validation rows")


def _named(config: DataConfig) -> tuple[str, ...]:
    return tuple(name for name in (config.id, config.group, config.time, config.weight) if name is not None)


def _with_labels(
    table: Table, wanted: LabelFile, name: str | None, root: Path, *, key: str, identifier: str | None
) -> Table:
    """The table with a label column from a file of its own, called `name` or as it is called there."""
    wanted_names = None if wanted.column is None else (wanted.column,)
    keep = () if identifier is None else (identifier,)
    labels = read_table(wanted.source, wanted.read, root, key=f"{key}.source", labels=wanted_names, keep=keep)
    column = label_column(labels, table, wanted.column, key)
    labels = in_order(labels, table, column, identifier, key=key)
    name = name or (column if column not in table.frame.columns else _LABEL_NAME)
    if name in table.frame.columns:
        raise DataError(
            f"column '{name}' is in {table.source} and in {labels.source}",
            place=Place(key=key),
            hint="rename one of them",
        )
    words = tuple(replace(word, column=name) for word in labels.words if word.column == column)
    return replace(
        table,
        frame=table.frame.assign(**{name: labels.frame[column]}),
        target=(name,),
        notices=table.notices + labels.notices,
        words=table.words + words,
        digest=digest_of([table.digest, labels.digest, options_text(wanted.read)]),
    )


def prepare_frame(frame: pd.DataFrame, config: DataConfig, root: Path, doing: str) -> pd.DataFrame:
    """What the hook `prepare` makes of rows, all columns of the source among them; raises DataError."""
    return _prepared(Table(plain_frame(frame), source=""), config, root, doing).table.frame


def _prepared(table: Table, config: DataConfig, root: Path, doing: str) -> Prepared:
    if config.prepare is None:
        table = _without_nesting(table, config)
        return Prepared(table, table.frame)
    place = Place(key="data.prepare")
    given = own_copy(table.frame)
    begun = time.perf_counter()
    frame: Any = call_hook(config.prepare, given, root=root, key="data.prepare", doing=doing)
    seconds = time.perf_counter() - begun
    if not isinstance(frame, pd.DataFrame):
        what = "nothing" if frame is None else f"an object of type {type(frame).__name__}"
        raise DataError(f"'{config.prepare}' returned {what} {doing}", place=place, hint="return the DataFrame")
    if frame.empty:
        raise DataError(f"'{config.prepare}' left no rows or no columns {doing}", place=place)
    plain = plain_frame(frame)
    repeated = plain.columns[plain.columns.duplicated()].unique()
    if len(repeated):
        raise DataError(f"'{config.prepare}' gave several columns called {quoted(list(repeated))}", place=place)
    if len(plain) != len(table.frame):
        verb = "made" if len(plain) > len(table.frame) else "left"
        message = f"`prepare` {verb} {len(plain):,} rows of the {len(table.frame):,} of {table.source}."
        table = replace(table, notices=(*table.notices, Notice(message, severity="note")))
    prepared = _without_nesting(replace(table, frame=plain), config)
    return Prepared(prepared, table.frame, frame.index, seconds)


def _without_nesting(table: Table, config: DataConfig) -> Table:
    """Lists and objects as columns, those that are dropped or have a role left alone."""
    roles = Roles.of(config, table.target, ())
    named = {name for _, name in roles.named()}
    keep = [name for name in table.frame.columns if name in named or roles.drops(name)]
    frame, notices = without_nesting(table.frame, keep)
    return replace(table, frame=frame, notices=(*table.notices, *notices)) if notices else table


def _joined(frame: pd.DataFrame, validation: Table, roles: Roles) -> pd.DataFrame:
    place = Place(key="data.validation")
    missing = [name for name in roles.target if name not in validation.frame.columns]
    if missing:
        hint = "labels in a file of their own: `validation: {source: …, target: {source: …}}`"
        raise DataError(f"{validation.source} has no target {quoted(missing)}", place=place, hint=hint)
    others = roles.needed(validation.frame)
    check_same_columns(frame, others, f"{validation.source} and the labelled rows", "data.validation")
    return stacked([frame, others])


def _new(config: DataConfig, frame: pd.DataFrame, roles: Roles, root: Path) -> pd.DataFrame | None:
    """The rows without labels; a target column in them is ignored, and other roles need not be there."""
    if config.new is None:
        return None
    table = read_table(config.new, config.read, root, key="data.new", keep=_named(config))
    new = roles.needed(_prepared(table, config, root, "on the new rows").table.frame)
    features, roles_apart = roles.features(frame), set(roles.apart()) | set(roles.slices)
    missing = [name for name in features if name not in new.columns]
    extra = [name for name in new.columns if name not in features and name not in roles_apart]
    if missing or extra:
        raise DataError(
            f"the new rows in {table.source} have other columns: {differing_columns(missing, extra)}",
            place=Place(key="data.new"),
            hint="they need the features of the labelled rows; a target is ignored",
        )
    return new
