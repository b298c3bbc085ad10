"""What reads numbers that pandas leaves as text: an expression of pandas, or options of `read:`."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .number_cells import BLANKS, MINUS, Cell, Convention
from .units import BOUNDS, DIRECTIONS, money_of, unit_of

if TYPE_CHECKING:
    from .number_forms import NumberForm

LONGEST = 300  # characters of a hint
_MOST_WORDS = 10  # signs for missing values that a hint names
_OF_PANDAS = frozenset(("NA", "N/A", "NaN", "nan", "null", "NULL", "None", "n/a", "<NA>", "#N/A"))  # read as missing
_BY_HAND = "make it a number in the `prepare` hook"
_POINTS = {"٫": ".", "٬": "", "．": ".", "，": ","}  # of Arabic, and full-width


def reason_against(numbers: Sequence[Cell], convention: Convention) -> str:
    """Why no code can take the marks away, as their numbers would no longer be of one scale; "" where it can."""
    marks = {cell.after for cell in numbers} - {""}
    money = {found for cell in numbers for mark in (cell.before, cell.after) if (found := money_of(mark))}
    if len(money) > 1:
        shown = sorted({mark for cell in numbers for mark in (cell.before, cell.after) if money_of(mark)})
        return f"the currencies differ ({_quoted(shown)})"
    directions = {mark for mark in marks if mark.lstrip("°º ") in DIRECTIONS}
    if directions and directions == marks:
        return "the letters N, S, E and W say the sign"
    if not all(unit_of(mark) or money_of(mark) for mark in marks):
        return f"{_quoted(sorted(marks))} {'say' if len(marks) > 1 else 'says'} the magnitude"
    kinds = {_kind(cell) for cell in numbers} - {""}
    if len(kinds) > 1:
        return f"the units differ ({_quoted(sorted(marks | _before(numbers)))})"
    if "%" in marks and _are_shares([cell for cell in numbers if not cell.after], convention):
        return "'%' is missing in some rows, which seem to be shares of 1"
    return ""


def _kind(cell: Cell) -> str:
    """The unit of a number, or its money."""
    unit = "" if money_of(cell.after) else unit_of(cell.after)
    return unit or money_of(cell.before) or money_of(cell.after)


def _before(numbers: Sequence[Cell]) -> set[str]:
    return {cell.before for cell in numbers if money_of(cell.before)}


def _are_shares(bare: Sequence[Cell], convention: Convention) -> bool:
    return any(convention.value(cell.number) <= 1 and convention.value(cell.number) for cell in bare)


def dropped(numbers: Sequence[Cell]) -> str:
    """The bounds that reading leaves out, "" where there are none."""
    bounds = sorted({cell.before for cell in numbers} & BOUNDS)
    return f"the bound is dropped ({_quoted(bounds)})" if bounds else ""


def code_of(numbers: Sequence[Cell], convention: Convention, words: Sequence[str]) -> str:
    """The expression of pandas that gives the numbers of the column `c`."""
    steps = [*_steps_of_digits(numbers), *_steps_of_signs(numbers)]
    before = {_written(cell, cell.before) for cell in numbers} - {""}
    after = {_written(cell, cell.after) for cell in numbers} - {""}
    steps += _removal(before, after)
    number = "".join(cell.number for cell in numbers)
    removed = {char for char in number if char in convention.thousands}
    removed |= {char for cell in numbers for char in cell.text if char in BLANKS}
    if len(removed) == 1:
        steps.append(f'.replace({_python(removed.pop())}, "")')
    elif removed:
        steps.append(f'.replace({_python("[" + "".join(sorted(removed)) + "]")}, "", regex=True)')
    if convention.decimal != "." and convention.decimal in number:
        steps.append('.replace(",", ".")')
    column = "c" + "".join(f".str{step}" for step in steps)
    return f'pd.to_numeric({column}, errors="coerce")' if words else f"{column}.astype(float)"


def _written(cell: Cell, mark: str) -> str:
    return mark if mark in cell.text else ""


def _steps_of_digits(numbers: Sequence[Cell]) -> list[str]:
    others = {char for cell in numbers for char in cell.text if char.isdecimal() and not char.isascii()}
    zeros = sorted({ord(char) - unicodedata.decimal(char) for char in others})
    steps = [f".translate({{{zero} + i: str(i) for i in range(10)}})" for zero in zeros]
    text = "".join(cell.text for cell in numbers)
    return steps + [f'.replace({_python(mark)}, "{plain}")' for mark, plain in _POINTS.items() if mark in text]


def _steps_of_signs(numbers: Sequence[Cell]) -> list[str]:
    steps, signs = [], {cell.sign for cell in numbers}
    if any(cell.is_whole for cell in numbers):
        steps.append(f'.replace("[.,] ?[-{MINUS[1]}{MINUS[0]}\u2014]+", "", regex=True)')
    if "()" in signs:
        steps.append(r'.replace(r"^\((.*)\)$", r"-\1", regex=True)')
    if "behind" in signs:
        steps.append(r'.replace(r"^(.*)-$", r"-\1", regex=True)')
    if minus := "".join(sorted(signs & set(MINUS))):
        steps.append(f'.replace("[{minus}]", "-", regex=True)')
    return steps


def _removal(before: set[str], after: set[str]) -> list[str]:
    """The steps that take the marks away: whole, so that the e of eV is no exponent."""
    marks = sorted(before | after, key=lambda mark: (-len(mark), mark))
    if not marks:
        return []
    if len(marks) == 1:
        return [f'.replace({_python(marks[0])}, "")']
    if all(len(mark) == 1 for mark in marks):
        escaped = "".join(f"\\{mark}" if mark in "^-]\\" else mark for mark in marks)
        return [f'.replace(r"[{escaped}]", "", regex=True)']
    pattern = "|".join(re.sub(r"([.$^*+?()\[\]{}|\\])", r"\\\1", mark) for mark in marks)
    return [f'.replace(r"{_visible(pattern)}", "", regex=True)']


def _python(text: str) -> str:
    """A literal of Python in which blanks other than a space can be seen."""
    return _visible(json.dumps(text, ensure_ascii=False))


def _visible(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" if char in BLANKS[1:] else char for char in text)


def hint_of(form: NumberForm, *, as_options: bool, columns: Sequence[str] = (), everywhere: bool = False) -> str:
    """What reads these numbers.

    as_options : whether options of `read:` may be named, as they do no harm elsewhere. columns : those of this form,
    that of the form itself where there are none. everywhere : whether their words stand in no other column.
    """
    if form.readings:
        return _hint_of_readings(form, as_options=as_options)
    is_by_user = not _OF_PANDAS.isdisjoint(form.words)  # `na_values` would stand in place of theirs
    if as_options and form.options is not None and (form.options or form.words) and not is_by_user:
        names = columns or ([form.column] if form.column else [])
        for words in (_by_column(names, form.words), list(form.words) if everywhere else None):
            hint = options_as_yaml(form.options, words) if words is not None else ""
            if hint and len(hint) <= LONGEST:
                return hint
    return _hint_of_code(form)


def _by_column(names: Sequence[str], words: Sequence[str]) -> dict[str, list[str]] | list[str] | None:
    """Words for missing values of these columns alone; None where they are too many, or have numbers for names."""
    if len(words) > _MOST_WORDS or (words and any(name.isdigit() for name in names)):
        return None
    return {name: list(words) for name in names} if names and words else list(words)


def _hint_of_code(form: NumberForm) -> str:
    hint = f"in the `prepare` hook, for such a column `c`: `{form.code}`"
    note = f"; {form.note}" if form.note else ""
    if form.code and len(hint) + len(note) <= LONGEST:
        return hint + note
    return f"{form.reason}: {_BY_HAND}" if form.reason else _BY_HAND + note


def _hint_of_readings(form: NumberForm, *, as_options: bool) -> str:
    values = [f"{way.value:.12g}" for way in form.readings]
    plain = as_options and not form.words and all(way.options for way in form.readings)
    ways = [options_as_yaml(way.options or {}) if plain else f"`{way.code}`" for way in form.readings]
    hint = "; ".join(f"if it is {value}: {way}" for value, way in zip(values, ways, strict=True))
    if not plain:
        hint = f"in the `prepare` hook, for such a column `c`: {hint}"
    if len(hint) <= LONGEST and not form.reason and all(way.code for way in form.readings):
        return hint
    return f"it may be {' or '.join(values)}: {_BY_HAND}"


def options_as_yaml(options: Mapping[str, str], words: Sequence[str] | Mapping[str, Sequence[str]] = ()) -> str:
    """Options of `read:` as a user writes them, words that stand for missing values included."""
    entries = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in options.items()]
    if words:
        entries.append(f"na_values: {json.dumps(words, ensure_ascii=False)}")
    return f"`read: {{{', '.join(entries)}}}`"


def _quoted(marks: Sequence[str]) -> str:
    return ", ".join(f"'{mark[:12]}'" for mark in marks[:4])
