"""The number in a cell of text, with its sign and its marks, and the conventions by which numbers are written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

LONGEST = 60  # characters of a number with its marks
BLANKS = " \u00a0\u202f\u2009"
APOSTROPHES = "'’"
MINUS = "\u2212\u2013\u2012\ufe63\uff0d"  # minus, en dash, figure dash, small and full-width hyphen
WHOLE = re.compile(rf"(?<=[0-9])[.,] ?[-{MINUS}\u2014]+(?![0-9])")  # 12,- as prices without cents are written
_CELL = re.compile(
    rf"(?P<before>[^0-9.,]*[^\W\d_]\.(?=[\s0-9])|[^0-9.,]*)\s*"
    rf"(?P<number>[.,]?[0-9](?:[0-9.,_{APOSTROPHES}{BLANKS}]*[0-9])?[.,]?(?:[eE][+-]?[0-9]+)?)"
    rf"(?P<after>(?:[^0-9.,].*)?)",
    re.ASCII,
)


class Convention(NamedTuple):
    """What stands between thousands, and before the fraction."""

    thousands: str
    decimal: str

    def fits(self, number: str) -> bool:
        return self.fits_shape(shape_of(number))

    def fits_shape(self, shape: str) -> bool:
        """Whether a number is written so. shape : its digits other than 0 as 1."""
        return _fits(self, shape)

    def value(self, number: str) -> float:
        return float(number.translate(str.maketrans("", "", self.thousands)).replace(self.decimal, "."))


def shape_of(number: str) -> str:
    """A number with its digits other than 0 as 1, which is all that its convention depends on."""
    return number.translate(_ONES)


_ONES = str.maketrans("23456789", "11111111")


@lru_cache(maxsize=100_000)
def _fits(one: Convention, shape: str) -> bool:
    whole, fraction = r"[0-9]+", rf"[{one.decimal}][0-9]*"
    if one.thousands:
        between = f"[{re.escape(one.thousands)}]"
        group = "{2,3}" if one.thousands == "," else "{3}"  # 1,00,000 in India
        whole = rf"(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{between}[0-9]{group})*{between}[0-9]{{3}})"
    return re.fullmatch(rf"(?:{whole}(?:{fraction})?|[{one.decimal}][0-9]+)(?:[eE][+-]?[0-9]+)?", shape) is not None


CONVENTIONS = tuple(
    Convention(thousands, decimal)
    for thousands in ("", ",", ".", BLANKS, APOSTROPHES, "_")
    for decimal in (".", ",")
    if decimal not in thousands
)


class Cell(NamedTuple):
    """A number with its sign and its marks: text that is written before and behind it. is_whole : 12,- for 12."""

    text: str
    number: str
    before: str
    after: str
    sign: str
    is_whole: bool


@lru_cache(maxsize=20_000)
def parsed(text: str) -> Cell | None:
    """The number in a cell, None where it holds none or more than one."""
    if len(text) > LONGEST:
        return None
    text = text.strip()
    plain = ascii_digits(text)
    is_loss = plain.startswith("(") and plain.endswith(")")  # as accountants write a negative number
    plain, n_whole = WHOLE.subn("", plain[1:-1] if is_loss else plain)
    found = _CELL.fullmatch(plain.strip())
    if found is None:
        return None
    before, after = (found[part].strip() for part in ("before", "after"))
    sign = "()" if is_loss else ""
    signs = ("+", "-", *MINUS)
    if before.endswith(signs):
        before, sign = before[:-1].strip(), before[-1]
    elif before.startswith(signs):
        before, sign = before[1:].strip(), before[0]
    elif after == "-" and not n_whole:
        after, sign = "", "behind"
    return Cell(text, found["number"], before, after, sign, n_whole > 0)


_POINTS = str.maketrans("٫٬．，", ".,.,")  # of Arabic, and full-width


def ascii_digits(text: str) -> str:
    """Arabic, Persian, Indian and full-width digits as those of ASCII."""
    if text.isascii():
        return text
    digits = (str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    return "".join(digits).translate(_POINTS)
