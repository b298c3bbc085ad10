"""Which rows validate, as a user writes it: a share, a file or a method; and labels in a file of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, Tag, model_validator

from .fields import (
    FILE,
    LIST,
    MAPPING,
    METHOD,
    SHARE,
    TEXT,
    Column,
    Columns,
    Flag,
    Folds,
    OneOrManySources,
    Seed,
    Share,
    form_of_columns,
    one_of,
)

Options: TypeAlias = Mapping[str, Any]  # plain values that are passed on


class Section(BaseModel):
    """A mapping of the file: unknown keys are errors, values do not change once read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, protected_namespaces=(), defer_build=True, ser_json_inf_nan="constants"
    )

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_not_given(cls, value: Any) -> Any:
        """A key without a value (`gates:` with every entry commented out) counts as not given."""
        if not isinstance(value, dict):
            return value
        return {key: entry for key, entry in value.items() if entry is not None or key not in cls.model_fields}


class LabelFile(Section):
    """Labels in a file of their own, joined by an id that both files have, else row by row."""

    source: OneOrManySources = Field(
        description="The file of labels: joined by an id that both files have, else row by row in the order of the "
        "data."
    )
    column: Column | None = Field(default=None, description="Its column with the labels, when it has several.")
    read: Options = Field(default={}, description='Options of the pandas reader, such as {sep: ";"}.')


class ValidationFile(Section):
    """A separate file of validation rows, with a label file of its own where the labels are apart."""

    source: OneOrManySources = Field(description="The file of validation rows, such as data/test.csv.")
    target: LabelFile | None = Field(default=None, description="Its labels, when they are in a file of their own.")
    read: Options | None = Field(
        default=None, description="Options of the pandas reader; by default those of the data."
    )


class SplitConfig(Section):
    """How rows are split into training and validation."""

    method: Literal["hash", "random", "group", "time", "folds"] = Field(
        default="hash",
        description="hash: each row's side depends on its content (or id) alone, so that it stays when data are added. "
        "random: train_test_split of scikit-learn. group: groups stay together. time: the latest rows validate. "
        "folds: every row validates, predicted by a model that was fitted on the other folds.",
    )
    size: Share = Field(default=0.2, description="The share of rows that validate, such as 0.2.")
    folds: Folds = Field(default=5, description="How many parts of the rows there are, such as 5 (method folds).")
    seed: Seed = Field(default=42, description="The seed of the split.")
    stratify: Flag = Field(default=False, description="Keep the shares of the classes on both sides (method random).")
    shuffle: Flag = Field(default=True, description="Shuffle rows before they are split (methods random and folds).")


def _form_of_validation(value: Any) -> str | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return SHARE
    if isinstance(value, ValidationFile) or (isinstance(value, dict) and not value.keys().isdisjoint(_FILE_KEYS)):
        return FILE
    return METHOD if isinstance(value, (dict, SplitConfig)) else None


_FILE_KEYS = frozenset({"source", "target", "read"})
Target: TypeAlias = Annotated[
    Annotated[Column, Tag(TEXT)] | Annotated[Columns, Tag(LIST)] | Annotated[LabelFile, Tag(MAPPING)],
    one_of("a column, a list of columns, or {source: FILE}", form_of_columns),
]
Validation: TypeAlias = Annotated[
    Annotated[Share, Tag(SHARE)] | Annotated[ValidationFile, Tag(FILE)] | Annotated[SplitConfig, Tag(METHOD)],
    one_of("a share such as 0.2, {source: FILE}, or {method: hash, random, group, time or folds}", _form_of_validation),
]
