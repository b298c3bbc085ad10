"""Numbers that pandas leaves as text, such as `1,234`, `50.1%` or `$9.99`: how they are written, what reads them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

_MOSTLY = 0.9  # of the cells are numbers, or the column is none
_MOST_MARKS = 3  # a column with more different signs and units holds codes
_MOST_WORDS = 3  # signs for missing values that a hint names
_BLANKS = " \u00a0\u202f\u2009"
_APOSTROPHES = "'’"
_MINUS = "\u2212\u2013\u2012\ufe63\uff0d"  # minus, en dash, figure dash, small and full-width hyphen
_BOUNDS = frozenset(("<", ">", "<=", ">=", "≤", "≥", "~", "≈"))
_LETTERS_OF_MONEY = frozenset(
    ("USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "AUD", "CAD", "SEK", "NOK", "DKK", "PLN", "BRL", "R", "RS", "KR")
)
_ORDINALS = frozenset(("st", "nd", "rd", "th"))
_MAGNITUDES = frozenset("kKmMbB")
_UNIT = re.compile(r"[a-zA-Zµμ°Ωω²³%‰/·\"″]{1,8}")
_LIST = re.compile(r"\d+(?:[,; ]+\d+){2,}")  # answers of a survey, as in 1,3,4
_CELL = re.compile(
    rf"(?P<before>[^\d.,]*)(?P<number>[.,]?\d(?:[\d.,_{_APOSTROPHES}{_BLANKS}]*\d)?[.,]?(?:[eE][+-]?\d+)?)(?P<after>[^\d.,]*)"
)


@dataclass(frozen=True)
class NumberForm:
    """How the numbers of a text column are written.

    example : a cell that pandas reads as text. options : of `read:` that read the numbers, None where none does.
    code : what reads them in Python, of a column called `c`. words : the cells that are no numbers. readings : the
    numbers that the example may be, where it may be two, each with its options.
    """

    example: str
    options: Mapping[str, str] | None
    code: str
    words: tuple[str, ...] = ()
    readings: tuple[tuple[float, Mapping[str, str] | None], ...] = ()


class _Convention(NamedTuple):
    """What stands between thousands, and before the fraction."""

    thousands: str
    decimal: str

    def fits(self, number: str) -> bool:
        whole, fraction = r"\d+", rf"[{self.decimal}]\d*"
        if self.thousands:
            between = f"[{re.escape(self.thousands)}]"
            whole = rf"(?:\d+|[1-9]\d{{0,2}}(?:{between}\d{{2,3}})*{between}\d{{3}})"
        return re.fullmatch(rf"(?:{whole}(?:{fraction})?|[{self.decimal}]\d+)(?:[eE][+-]?\d+)?", number) is not None

    def value(self, number: str) -> float:
        return float(number.translate(str.maketrans("", "", self.thousands)).replace(self.decimal, "."))


_CONVENTIONS = tuple(
    _Convention(thousands, decimal)
    for thousands in ("", ",", ".", _BLANKS, _APOSTROPHES, "_")
    for decimal in (".", ",")
    if decimal not in thousands
)


class _Cell(NamedTuple):
    """A number with its sign and its marks: text that is written before and behind it."""

    text: str
    number: str
    before: str
    after: str
    sign: str


def number_form(cells: Sequence[str]) -> NumberForm | None:
    """The form of a column's numbers; None where pandas reads them all, or where they are no quantities.

    cells : as text, the missing ones left out.
    """
    found = [_parsed(text.strip()) for text in cells]
    numbers = [cell for cell in found if cell is not None]
    if not numbers or len(numbers) < _MOSTLY * len(cells) or not _are_marks(numbers) or _are_codes(numbers):
        return None
    fitting = _fitting(numbers)
    if not fitting:
        return None
    convention = fitting[0]
    is_number = [cell is not None and convention.fits(cell.number) for cell in found]
    words = tuple(dict.fromkeys(text.strip() for text, fits in zip(cells, is_number, strict=True) if not fits))
    if sum(is_number) < _MOSTLY * len(cells) or any(_LIST.fullmatch(word) for word in words):
        return None
    example = next((cell for cell in numbers if not _is_plain(cell.text)), None)
    readings = [(one.value(example.number), _options(numbers, one, words)) for one in fitting] if example else []
    return NumberForm(
        example=example.text if example else words[0] if words else numbers[0].text,
        options=_options(numbers, convention, words),
        code=_code(numbers, convention, words),
        words=words,
        readings=tuple(readings) if len(readings) > 1 else (),
    )


def _parsed(text: str) -> _Cell | None:
    is_loss = text.startswith("(") and text.endswith(")")  # as accountants write a negative number
    found = _CELL.fullmatch(text[1:-1] if is_loss else text)
    if found is None:
        return None
    before, after = (found[part].strip() for part in ("before", "after"))
    sign = "()" if is_loss else ""
    if before[-1:] in ("+", "-", *_MINUS):
        before, sign = before[:-1].strip(), before[-1]
    elif before[:1] in ("+", "-", *_MINUS):
        before, sign = before[1:].strip(), before[0]
    elif after == "-":
        after, sign = "", "behind"
    return _Cell(text, found["number"], before, after, sign)


def _are_marks(numbers: Sequence[_Cell]) -> bool:
    """Whether what stands around the numbers is money, a unit or a bound, and the same in most rows."""
    before, after = ({getattr(cell, side) for cell in numbers} - {""} for side in ("before", "after"))
    if len(before) + len(after) > _MOST_MARKS or after & _ORDINALS:
        return False
    letters = {mark for mark in after if len(mark) == 1 and mark.isalpha()}
    if len(letters) > 1 and not letters <= _MAGNITUDES:
        return False
    return all(_is_money(mark) or mark in _BOUNDS for mark in before) and all(
        _is_money(mark) or _UNIT.fullmatch(mark.replace(" ", "")) for mark in after
    )


def _is_money(mark: str) -> bool:
    letters = "".join(char for char in mark if unicodedata.category(char) != "Sc").strip(" .")
    return (letters != mark and len(letters) <= 3) or letters.upper() in _LETTERS_OF_MONEY


def _are_codes(numbers: Sequence[_Cell]) -> bool:
    """Digits that are no quantity: with zeros in front, or in so many groups that are alike (a phone number)."""
    if any(re.fullmatch(r"0\d+", cell.number) and not (cell.before or cell.after or cell.sign) for cell in numbers):
        return True
    shapes = {re.sub(r"\d", "0", cell.number) for cell in numbers}
    return (
        len(numbers) > 1
        and len(shapes) == 1
        and re.fullmatch(rf"000(?:[{_BLANKS}]000){{2,}}", shapes.pop()) is not None
    )


def _fitting(numbers: Sequence[_Cell]) -> list[_Convention]:
    """The conventions that most cells have: one of each reading, several where the cells do not say which."""
    counts = {one: sum(one.fits(cell.number) for cell in numbers) for one in _CONVENTIONS}
    most = max(counts.values())
    readings: dict[tuple[float, ...], _Convention] = {}
    for one in (one for one, count in counts.items() if count == most > 0):
        readings.setdefault(tuple(one.value(cell.number) for cell in numbers if one.fits(cell.number)), one)
    found = list(readings.values())
    if len(found) < 2:
        return found
    bare = [cell.number for cell in numbers if cell.number.isdigit()]
    has_thousands = bool(bare) and all(
        len(number) < 4 for number in bare
    )  # 950 beside 1,234: above 999 they get a comma
    return [one for one in found if one.thousands] if has_thousands else found


def _is_plain(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text and text.isascii()


def _options(numbers: Sequence[_Cell], convention: _Convention, words: Sequence[str]) -> dict[str, str] | None:
    if any(cell.before or cell.after or cell.sign not in ("", "+", "-") for cell in numbers):
        return None
    used = {char for cell in numbers for char in cell.number if char in convention.thousands}
    if len(used) > 1 or not all(char.isascii() for char in used):
        return None
    options = {"thousands": next(iter(used))} if used else {}
    if any(convention.decimal in cell.number for cell in numbers) and convention.decimal != ".":
        options["decimal"] = convention.decimal
    if words and any(char.isdigit() for word in words for char in word):
        return None
    return options


def _code(numbers: Sequence[_Cell], convention: _Convention, words: Sequence[str]) -> str:
    """The expression of pandas that gives the numbers of the column `c`; "" where the marks change the value."""
    marks = {cell.after for cell in numbers} - {""}
    if marks & _MAGNITUDES or len(marks) > 1:
        return ""
    steps: list[str] = []
    signs = {cell.sign for cell in numbers}
    if "()" in signs:
        steps.append(r'.replace(r"^\((.*)\)$", r"-\1", regex=True)')
    if "behind" in signs:
        steps.append(r'.replace(r"^(.*)-$", r"-\1", regex=True)')
    if minus := "".join(sorted(signs & set(_MINUS))):
        steps.append(f'.replace("[{minus}]", "-", regex=True)')
    text = "".join(cell.before + cell.after + cell.number for cell in numbers)
    removed = {char for char in text if char in convention.thousands}
    removed |= {char for cell in numbers for char in cell.before + cell.after}
    if len(removed) == 1 and not removed & set(_BLANKS):
        steps.append(f'.replace({json.dumps(removed.pop(), ensure_ascii=False)}, "")')
    elif removed:
        steps.append(f'.replace(r"[{_class(removed)}]", "", regex=True)')
    if convention.decimal != "." and convention.decimal in text:
        steps.append('.replace(",", ".")')
    column = "c" + "".join(f".str{step}" for step in steps)
    return f'pd.to_numeric({column}, errors="coerce")' if words else f"{column}.astype(float)"


def _class(characters: set[str]) -> str:
    blanks = r"\s" if characters & set(_BLANKS) else ""
    return blanks + "".join(re.escape(char) for char in sorted(characters - set(_BLANKS)))


def hint_of(form: NumberForm, *, as_options: bool) -> str:
    """What reads these numbers. as_options : whether options of `read:` may be named, as they do no harm elsewhere."""
    if form.readings:
        values = [f"{value:.12g}" for value, _ in form.readings]
        ways = [options_as_yaml(options) for _, options in form.readings if options]
        if as_options and len(ways) == len(values):
            return "; ".join(f"if it is {value}: {way}" for value, way in zip(values, ways, strict=True))
        return f"it may be {' or '.join(values)}: make it a number in the `prepare` hook"
    if as_options and form.options is not None and (form.options or form.words):
        return options_as_yaml(form.options, form.words)
    if form.code:
        return f"in the `prepare` hook, for such a column `c`: `{form.code}`"
    return "make it a number in the `prepare` hook"


def options_as_yaml(options: Mapping[str, str], words: Sequence[str] = ()) -> str:
    """Options of `read:` as a user writes them, words that stand for missing values included."""
    entries = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in options.items()]
    if words:
        entries.append(f"na_values: {json.dumps(list(words[:_MOST_WORDS]), ensure_ascii=False)}")
    return f"`read: {{{', '.join(entries)}}}`"
