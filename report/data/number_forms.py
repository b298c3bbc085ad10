"""Numbers that pandas leaves as text, such as `1,234`, `50.1%` or `$9.99`: how they are written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .number_cells import BLANKS, CONVENTIONS, LONGEST, Cell, Convention, ascii_digits, parsed, shape_of
from .number_code import code_of, dropped, reason_against
from .units import AREAS, BOUNDS, DIRECTIONS, MAGNITUDES, money_of, unit_of

_MOSTLY = 0.9  # of the cells are numbers, or the column is none
_AT_LEAST = 0.5  # of them, where the others are a few words that stand for a missing value
_FEW_WORDS = 3
_MANY_NUMBERS = 10  # different ones, beside which any word stands for a missing value
_MISSING = (
    *("na", "nan", "nil", "none", "null", "missing", "unknown", "unbekannt", "inconnu", "desconocido", "undefined"),
    *("void", "empty", "tbd", "pending", "error", "err", "n/a", "n.a.", "n.a", "not available", "not applicable"),
    *("not reported", "not recorded", "no data", "nodata", "nd", "n.d.", "k.a."),
)
_MOST_MARKS = 3  # a column with more different signs and units holds codes
_LARGE = 100  # three digits before a comma and three behind are thousands
_LIST = re.compile(r"[0-9]+(?:[,; ]+[0-9]+){2,}")  # answers of a survey, as in 1,3,4


@dataclass(frozen=True)
class Way:
    """One way to read a column. value : of its example. options, code : as of NumberForm."""

    value: float
    options: Mapping[str, str] | None
    code: str


@dataclass(frozen=True)
class NumberForm:
    """How the numbers of a text column are written.

    example : a cell that pandas reads as text. options : of `read:` that read the numbers, None where none does.
    code : what reads them in Python, of a column called `c`; "" where there is none, for this `reason`. words : the
    cells that are no numbers. readings : two ways where the example may be two numbers. note : what the code drops.
    """

    example: str
    options: Mapping[str, str] | None
    code: str
    words: tuple[str, ...] = ()
    readings: tuple[Way, ...] = ()
    column: str = ""
    reason: str = ""
    note: str = ""
    has_points: bool = False


def may_be_numbers(cells: Sequence[str]) -> bool:
    """Whether half of these cells hold one number each."""
    return sum(parsed(text) is not None for text in cells) >= _AT_LEAST * len(cells)


def number_form(cells: Sequence[str]) -> NumberForm | None:
    """The form of a column's numbers; None where pandas reads them all, or where they are no quantities.

    cells : as text, the missing ones left out.
    """
    counts = Counter(cells)
    found = {text: parsed(text) for text in counts}
    numbers = [cell for cell in found.values() if cell is not None]
    if not numbers or not are_marks(numbers) or _are_codes(numbers):
        return None
    fitting = _fitting(numbers)
    if not fitting:
        return None
    fits = {text: cell is not None and fitting[0].fits(cell.number) for text, cell in found.items()}
    words = tuple(text[: 2 * LONGEST] for text in counts if not fits[text])
    share = sum(count for text, count in counts.items() if fits[text]) / len(cells)
    numbers = [cell for text, cell in found.items() if cell is not None and fits[text]]
    if not _are_numbers(share, words, len(numbers)) or (not words and all(_is_plain(cell) for cell in numbers)):
        return None
    return _form(numbers, fitting, words)


def _form(numbers: Sequence[Cell], fitting: Sequence[Convention], words: tuple[str, ...]) -> NumberForm:
    example = next((cell for cell in numbers if not _is_plain(cell)), None)
    reason = reason_against(numbers, fitting[0])
    ways = [
        Way(
            value=one.value(example.number) if example else 0.0,
            options=_options(numbers, one, words),
            code="" if reason else code_of(numbers, one, words),
        )
        for one in fitting
    ]
    return NumberForm(
        example=example.text if example else words[0] if words else numbers[0].text,
        options=ways[0].options,
        code=ways[0].code,
        words=words,
        readings=tuple(ways) if example and len(ways) > 1 else (),
        reason=reason,
        note=dropped(numbers),
        has_points=fitting[0].decimal == "." and any("." in cell.number for cell in numbers),
    )


def _are_numbers(share: float, words: Sequence[str], n_numbers: int) -> bool:
    """Whether a column is of numbers where a share of the cells is, and the others are these words."""
    if any(_LIST.fullmatch(word.strip()) for word in words):
        return False
    if share >= _MOSTLY:
        return True
    if share < _AT_LEAST or len(words) > _FEW_WORDS or any(char.isdigit() for word in words for char in word):
        return False
    return n_numbers > _MANY_NUMBERS or all(
        word.strip().casefold() in _MISSING or not any(map(str.isalnum, word)) for word in words
    )


def are_marks(numbers: Sequence[Cell]) -> bool:
    """Whether what stands around the numbers is money, a known unit or a bound, and the same in most rows."""
    before, after = ({getattr(cell, side) for cell in numbers} - {""} for side in ("before", "after"))
    if len(before) + len(after) > 2 * _MOST_MARKS:
        return False
    if not all(money_of(mark) or mark in BOUNDS for mark in before):
        return False
    if "ZAR" in map(money_of, before | after) and not _is_spaced(numbers, "R"):
        return False
    if _are_directions(after, numbers):
        return True
    kinds = {unit_of(mark) or money_of(mark) for mark in after}
    if all(kinds):
        return len(kinds) <= _MOST_MARKS and _are_units(kinds, after, numbers)
    return bool(any(map(money_of, before)) or _has_fraction(numbers)) and all(
        mark.casefold().strip(".") in MAGNITUDES or _split_magnitude(mark) for mark in after
    )


def _split_magnitude(mark: str) -> bool:
    first, _, rest = mark.casefold().partition(" ")
    return first in MAGNITUDES and bool(money_of(rest))


def _are_units(kinds: set[str], after: set[str], numbers: Sequence[Cell]) -> bool:
    letters = {mark for mark in after if len(mark) == 1 and mark.isalpha() and not money_of(mark)}
    if not letters:
        return True
    return len(kinds) == 1 and (letters.pop().islower() or _has_fraction(numbers))


def _are_directions(after: set[str], numbers: Sequence[Cell]) -> bool:
    marks = {mark.lstrip("°º ") for mark in after}
    return bool(marks) and marks <= DIRECTIONS and _has_fraction(numbers)


def _has_fraction(numbers: Sequence[Cell]) -> bool:
    return any(re.search(r"[.,][0-9]", cell.number) for cell in numbers)


def _is_spaced(numbers: Sequence[Cell], mark: str) -> bool:
    """Whether a letter is written as money is: a blank behind it, or numbers with a fraction or thousands."""
    if any(cell.before == mark.lower() for cell in numbers):
        return False
    return _has_fraction(numbers) or any(cell.text.startswith((f"{mark} ", f"-{mark} ")) for cell in numbers)


def _are_codes(numbers: Sequence[Cell]) -> bool:
    """Digits that are no quantity: with zeros in front, or in so many groups that are alike (a phone number)."""
    if any(re.fullmatch(r"0[0-9]+", cell.number) and not (cell.before or cell.after or cell.sign) for cell in numbers):
        return True
    shapes = {re.sub(r"[0-9]", "0", cell.number) for cell in numbers}
    if len(numbers) < 2 or len(shapes) != 1:
        return False
    shape = shapes.pop()
    is_called = all(cell.sign == "+" for cell in numbers) and re.search(rf"[{BLANKS}].*[{BLANKS}]", shape)
    return bool(is_called or re.fullmatch(rf"000(?:[{BLANKS}]000){{2,}}", shape))


def _fitting(numbers: Sequence[Cell]) -> list[Convention]:
    """The conventions that most cells have: one of each reading, several where the cells do not say which."""
    shapes = Counter(shape_of(cell.number) for cell in numbers)
    counts = {one: sum(count for shape, count in shapes.items() if one.fits_shape(shape)) for one in CONVENTIONS}
    most = max(counts.values())
    readings: dict[tuple[float, ...], Convention] = {}
    for one in (one for one, count in counts.items() if count == most > 0):
        readings.setdefault(tuple(one.value(shape) for shape in shapes if one.fits_shape(shape)), one)
    found = list(readings.values())
    with_thousands = [one for one in found if one.thousands]
    return with_thousands if len(found) > 1 and with_thousands and _are_thousands(numbers) else found


def _are_thousands(numbers: Sequence[Cell]) -> bool:
    """Whether three digits are thousands: of money, of areas, and with commas of large numbers, or beside 950."""
    marks = {mark for cell in numbers for mark in (cell.before, cell.after) if mark}
    if any(money_of(mark) or "".join(mark.casefold().split()).replace(".", "") in AREAS for mark in marks):
        return True
    wholes = sorted(int(found[0]) for cell in numbers if (found := re.match(r"[0-9]+(?=,)", cell.number)))
    if not wholes:
        return False
    bare = [cell.number for cell in numbers if cell.number.isdigit()]
    is_beside = bool(bare) and all(len(number) < 4 for number in bare)  # above 999 they get a comma
    return is_beside or wholes[len(wholes) // 2] >= _LARGE


def _is_plain(cell: Cell) -> bool:
    try:
        float(cell.text)
    except ValueError:
        return False
    return "_" not in cell.text and cell.text.isascii()


def _options(numbers: Sequence[Cell], convention: Convention, words: Sequence[str]) -> dict[str, str] | None:
    if any(cell.before or cell.after or cell.is_whole or cell.sign not in ("", "+", "-") for cell in numbers):
        return None
    if any(ascii_digits(cell.text) != cell.text or re.search(r"[-+]\s", cell.text) for cell in numbers):
        return None
    used = {char for cell in numbers for char in cell.number if char in convention.thousands}
    if len(used) > 1 or not all(char.isascii() for char in used):
        return None
    options = {"thousands": next(iter(used))} if used else {}
    if any(convention.decimal in cell.number for cell in numbers) and convention.decimal != ".":
        options["decimal"] = convention.decimal
    if any(len(word) > LONGEST or any(map(str.isdigit, word)) for word in words):
        return None
    return options
