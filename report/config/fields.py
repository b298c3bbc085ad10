"""The kinds of values that keys take: each says in plain words what it expects, once, whatever was given instead."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    Strict,
    Tag,
    ValidationError,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

TEXT, LIST, MAPPING, SHARE, FILE, METHOD = "(text)", "(list)", "(mapping)", "(share)", "(file)", "(method)"
FORMS = frozenset({TEXT, LIST, MAPPING, SHARE, FILE, METHOD})  # tags of unions: they are no part of a key

EXPECTED, WRONG = "expected", "wrong"  # the two types of our own pydantic errors
LARGEST_SEED = 2**32 - 1
MOST_SEEDS = 100
LONGEST_NAME = 60
LONGEST_TEXT = 80  # characters of a text in a message
UNSAFE_IN_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]')
RESERVED_NAMES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # on Windows, as file names
NAME = r"[^\W\d]\w*"
IMPORT_PATH = re.compile(rf"{NAME}(\.{NAME})*[.:]{NAME}")
LAUNCHERS = frozenset(("python", "python3", "py", "uv", "run", "poetry", "bash", "sh"))
SCRIPT_ENDING = re.compile(r"\.(py|ipynb|sh)$")
NOTEBOOK = re.compile(rf"\.ipynb\b(?::({NAME}))?")
SAVED_MODEL = re.compile(  # those that may be names of functions too, only with the path of a folder
    r"\.(pkl|pickle|joblib|onnx|h5|hdf5|pt|pth|ckpt|skops|safetensors|cbm|pmml)$|/.*\.(keras|model|bin|json|txt|ubj|sav)$",
    re.IGNORECASE,
)
SKLEARN_SOURCE = re.compile(r"sklearn:\w+")
PYTHON_SOURCE = re.compile(rf"python:{NAME}(\.{NAME})*:{NAME}")
PERCENTAGE = re.compile(r"\d+(?:\.\d+)?%")
TIME_LIMIT = re.compile(r"(\d+(?:\.\d+)?)\s*([smh]?)")
UNIT_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}
IMPORT_PATH_HINT = "write it as package.module.Name, such as sklearn.linear_model.LogisticRegression"


def expects(words: str) -> WrapValidator:
    """One message for all that can be wrong with a value, `words` being what it should have been."""

    def check(value: Any, handler: Callable[[Any], Any]) -> Any:
        try:
            return handler(value)
        except ValidationError:
            raise PydanticCustomError(EXPECTED, words) from None

    return WrapValidator(check)


def one_of(words: str, form: Callable[[Any], str | None]) -> Discriminator:
    """Which member of a union is meant is told by the form of the value alone; `words` when by none of them."""
    return Discriminator(form, custom_error_type=EXPECTED, custom_error_message=words)


def wrong(message: str, hint: str | None = None) -> PydanticCustomError:
    """The error of a validator that knows better than "expected …" what is wrong."""
    return PydanticCustomError(WRONG, "{message}", {"message": message, "hint": hint})


def form_of(value: Any) -> str | None:
    """The tag of text, a list or a mapping; None for anything else."""
    if isinstance(value, str):
        return TEXT
    if isinstance(value, (list, tuple)):
        return LIST
    return MAPPING if isinstance(value, (dict, BaseModel)) else None


def form_of_columns(value: Any) -> str | None:
    """Like `form_of`; a whole number names a column too, in data without a header."""
    return TEXT if isinstance(value, int) and not isinstance(value, bool) else form_of(value)


def is_import_path(text: str) -> bool:
    """Whether a text has the form of an import path: identifiers with a dot or a colon before the last."""
    return IMPORT_PATH.fullmatch(text) is not None


def seconds_of(limit: str | float) -> float | None:
    """Seconds of "30m", "90s", "2h" or a number; None when it is no positive duration."""
    match = TIME_LIMIT.fullmatch(limit.strip()) if isinstance(limit, str) else None
    if isinstance(limit, str) and match is None:
        return None
    seconds = float(match[1]) * UNIT_SECONDS[match[2]] if match else float(limit)
    return seconds if 0 < seconds < math.inf else None


def name_flaw(name: str) -> str | None:
    """Why a model cannot be called so: its name becomes that of files. None when it can."""
    if not name.strip():
        return "a model needs a name"
    if len(name) > LONGEST_NAME:
        return f"the name has {len(name)} characters, at most {LONGEST_NAME} are possible"
    if (found := UNSAFE_IN_NAMES.search(name)) is not None:
        return f"a model's name becomes a file name, so it cannot have {found[0]!r} in it"
    if name != name.strip(" .") or RESERVED_NAMES.fullmatch(name):
        return f"a model's name becomes a file name, so it cannot be {name!r}"
    return None


def _seeds_from(value: Any) -> Any:
    """The first seeds, of a number of them; a list as it is."""
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_SEEDS:
        words = f"a number of seeds from 1 to {MOST_SEEDS}, or a list of them"
        raise PydanticCustomError(EXPECTED, words)
    return tuple(range(value))


def _text_to_many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def one_to_many(value: Any) -> Any:
    """A name alone as a list of one; with a comma in it, it may be meant as several."""
    return (value,) if isinstance(value, str) and value.strip() and "," not in value else value


def _one_column_to_many(value: Any) -> Any:
    return one_to_many(_digits_to_text(value))


def _digits_to_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _check_import_path(text: str) -> str:
    if (flaw := path_flaw(text, "my_function")) is not None:
        raise wrong(*flaw)
    return text


def _check_estimator_path(text: str) -> str:
    if (flaw := path_flaw(text)) is not None:
        raise wrong(*flaw)
    return text


def path_flaw(text: str, name: str = "build_model") -> tuple[str, str] | None:
    """What is wrong with an import path, and what to write; None where it has the form of one.

    name : what a function is called in an example.
    """
    if SAVED_MODEL.search(text) and text.split(maxsplit=1)[0] not in LAUNCHERS:
        hint = f"a saved model is not trained here: name a class or a function that makes it, such as train:{name}"
        return f"'{_cut(text)}' is a file of a saved model, not an import path", hint
    if (notebook := NOTEBOOK.search(text)) is not None:
        hint = f"move the function into a .py file, then name it, such as train:{notebook[1] or name}"
        return f"'{_cut(text)}' is a notebook, not an import path", hint
    found = _script(text)
    if found is None:
        return None if is_import_path(text) else (f"'{_cut(text)}' is not an import path", IMPORT_PATH_HINT)
    module, given = found
    example = f"{module}:{given or name}"
    hint = (
        f"name a class or a function in it, such as {example if is_import_path(example) else f'train:{name}'}; "
        "a training script as a whole is not run"
    )
    return f"'{_cut(text)}' is a file or a command, not an import path", hint


def has_function_form(value: Any) -> bool:
    """Whether a value has the form of a function: `{function: …}`, alone or with `params`."""
    if not (isinstance(value, Mapping) and {"function"} <= value.keys() <= {"function", "params"}):
        return False
    return isinstance(value.get("params", {}), Mapping)


def _script(text: str) -> tuple[str, str] | None:
    """The module of a file of code, as it is called or as it is run, and what it names in it; None of other text."""
    words = text.split()
    is_run = len(words) > 1 and words[0] in LAUNCHERS
    file, _, name = next((word for word in words if not is_run or _is_file(word)), "").partition(":")
    stem = SCRIPT_ENDING.sub("", file)
    if not (is_run or stem != file or "/" in file or "\\" in file):
        return None
    return ".".join(part for part in re.split(r"[/\\]", stem) if part.strip(".")), name


def _is_file(word: str) -> bool:
    return word not in LAUNCHERS and not word.startswith("-")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def _check_source(text: str) -> str:
    if "\x00" in text:
        raise wrong("a path cannot have the character NUL in it", "remove \\0, or use single quotes")
    if text.startswith("sklearn:") and not SKLEARN_SOURCE.fullmatch(text):
        raise wrong(f"'{text}' names no data set", "write it like sklearn:digits")
    if text.startswith("python:") and not PYTHON_SOURCE.fullmatch(text):
        raise wrong(f"'{text}' names no function", "write it as python:MODULE:FUNCTION, such as python:features:load")
    return text


def _check_shared(paths: tuple[str, ...]) -> tuple[str, ...]:
    for path in paths:
        if "\x00" in path or PurePosixPath(path).is_absolute() or PureWindowsPath(path).anchor:
            hint = "write it relative to the folder of the run; an absolute path is one place on both sides as it is"
            raise wrong(f"'{path}' is no path inside the repository", hint)
    return paths


def _check_limit(value: str | float) -> str | float:
    if seconds_of(value) is None:
        raise ValueError
    return value


def _check_margin(value: str | float) -> str | float:
    if isinstance(value, str) and PERCENTAGE.fullmatch(value) is None:
        raise ValueError
    return value


def _check_name(name: str) -> str:
    if (flaw := name_flaw(name)) is not None:
        raise wrong(flaw, "letters, digits, spaces, dots, hyphens and underscores are fine")
    return name


Text: TypeAlias = Annotated[str, Field(min_length=1, pattern=r"\S"), expects("text")]
Column: TypeAlias = Annotated[
    str, Field(min_length=1), expects("the name of a column"), BeforeValidator(_digits_to_text, str | int)
]
ListOfColumns: TypeAlias = Annotated[
    tuple[Column, ...], BeforeValidator(_one_column_to_many, Column | tuple[Column, ...])
]
ListOfNames: TypeAlias = Annotated[tuple[Text, ...], BeforeValidator(one_to_many, Text | tuple[Text, ...])]
Commands: TypeAlias = Annotated[
    tuple[Text, ...], BeforeValidator(_text_to_many, str | list[str]), expects("a command, or a list of them")
]
Columns: TypeAlias = Annotated[tuple[Column, ...], Field(min_length=1)]
EstimatorPath: TypeAlias = Annotated[str, expects("an import path"), AfterValidator(_check_estimator_path)]
Source: TypeAlias = Annotated[str, Field(min_length=1, pattern=r"\S"), expects("a path"), AfterValidator(_check_source)]
ImportPath: TypeAlias = Annotated[str, expects("an import path"), AfterValidator(_check_import_path)]
ModelName: TypeAlias = Annotated[str, AfterValidator(_check_name)]
Flag: TypeAlias = Annotated[bool, Strict(), expects("true or false")]
Number: TypeAlias = Annotated[float, Strict(), Field(allow_inf_nan=False), expects("a number")]
Seed: TypeAlias = Annotated[int, Strict(), Field(ge=0, le=LARGEST_SEED), expects("a whole number from 0 to 4294967295")]
Seeds: TypeAlias = Annotated[
    tuple[Seed, ...],
    BeforeValidator(
        _seeds_from,
        Annotated[int, Field(ge=1, le=MOST_SEEDS)] | list[Annotated[int, Field(ge=0, le=LARGEST_SEED)]],
    ),
]
Share: TypeAlias = Annotated[
    float, Strict(), Field(gt=0, lt=1), expects("a share between 0 and 1, such as 0.2 for a fifth of the rows")
]
Scalar: TypeAlias = Annotated[bool | int | float | str, expects("a class label: text, a number, true or false")]
Margin: TypeAlias = Annotated[
    Annotated[str, Strict()] | Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)],
    AfterValidator(_check_margin),
    expects("a number from 0, or a percentage such as 1%"),
]
TimeLimit: TypeAlias = Annotated[
    Annotated[str, Strict()] | Annotated[float, Strict()],
    AfterValidator(_check_limit),
    expects("a duration such as 30m, 90s or 2h, or a number of seconds"),
]


Count: TypeAlias = Annotated[int, Strict(), Field(ge=1), expects("a whole number from 1")]
Folds: TypeAlias = Annotated[int, Strict(), Field(ge=2), expects("a whole number from 2")]
SampleRows: TypeAlias = Annotated[int, Strict(), Field(ge=0, le=100), expects("a whole number from 0 to 100")]
OneOrManySources: TypeAlias = Annotated[
    Annotated[Source, Tag(TEXT)] | Annotated[tuple[Source, ...], Field(min_length=1), Tag(LIST)],
    one_of("a path, or a list of paths", form_of),
]
OneOrManyColumns: TypeAlias = Annotated[
    Annotated[Column, Tag(TEXT)] | Annotated[Columns, Tag(LIST)],
    one_of("the name of a column, or a list of them", form_of_columns),
]
Paths: TypeAlias = Annotated[
    tuple[Text, ...],
    BeforeValidator(_text_to_many, str | list[str]),
    expects("a path, or a list of paths"),
    AfterValidator(_check_shared),
]
