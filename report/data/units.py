"""Marks that stand before and behind numbers: money, units, bounds."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BOUNDS = _words("< > <= >= ≤ ≥ ~ ≈")
DIRECTIONS = _words("N S E W")
MAGNITUDES = _words("k m b t bn mn mm mio mrd million billion thousand tsd")
AREAS = _words(
    "sqft sf ft² ft2 sqm m² m2 qm km² km2 sqkm acre acres ac ha hectares squarefeet squaremeters squaremetres sqmi"
)
_CODES = _words(
    "USD EUR GBP CHF JPY CNY INR AUD CAD SEK NOK DKK PLN BRL NZD HKD SGD ZAR MXN "
    "CZK HUF RON RUB TRY ILS KRW THB IDR MYR PHP AED SAR EGP NGN KES BTC"
)
_MONEY = {
    **{code: code for code in _CODES},
    **dict.fromkeys(("€", "EURO", "EUROS"), "EUR"),
    **dict.fromkeys(("$", "US$", "DOLLARS"), "USD"),
    **dict.fromkeys(("₹", "RS", "RUPEES"), "INR"),
    **dict.fromkeys(("FR", "SFR"), "CHF"),
    **dict.fromkeys(("РУБ", "Р", "₽"), "RUB"),
    **dict(zip(("£", "R", "R$", "ZŁ", "KR", "KČ"), ("GBP", "ZAR", "BRL", "PLN", "KR", "CZK"), strict=True)),
    **dict(zip(("元", "円", "원", "TL", "RM", "RP"), ("CNY", "JPY", "KRW", "TRY", "MYR", "IDR"), strict=True)),
    **dict(zip(("LEI", "C$", "A$", "CA$", "AU$"), ("RON", "CAD", "AUD", "CAD", "AUD"), strict=True)),
}
_LETTERS = _words("m g s h l d w y K C F V W A N J T")  # units of one letter
_UNITS = _words(
    (
        "mm cm dm km nm µm um pm in inch inches ft feet foot yd yard yards mi mile miles nmi au ly "
        "pc kpc mpc "
        "meter meters metre metres kilometer kilometers kilometre kilometres centimeter centimeters "
        "kg mg µg μg ug ng t ton tons tonne tonnes lb lbs oz st stone gram grams pound pounds ounces "
        "ct kilogram kilograms "
        "ms µs μs us ns sec secs second seconds min mins minute minutes hr hrs hour hours day days week weeks wk wks "
        "month months mo mos mth yo yearsold year years yr yrs j jahre ans anni años "
        "ml cl dl µl μl ul m³ m3 cm³ cm3 km³ ft³ ft3 cc liter liters litre litres gal gallon gallons qt "
        "pt pint pints "
        "cup cups floz tbsp tsp bbl ccm dm³ hl "
        "°c °f °k ° º ºc ºf deg degc degf celsius fahrenheit kelvin rad "
        "kmh kph kmph mph kn kt knot knots mps fps rpm "
        "kw mw gw tw hp ps bhp whp kva va kwh mwh gwh wh twh kj mj gj kcal cal ev kev mev gev btu "
        "bar mbar pa kpa mpa hpa psi atm mmhg torr inhg "
        "mv kv ma µa ω Ω kω mω ohm ohms kohm µf nf pf mh ah mah tesla gauss "
        "hz khz mhz ghz thz db dba dbm bit bits byte bytes kb mb gb tb pb kib mib gib tib kbps mbps gbps kbit mbit bps "
        "px dpi mp mpx fps lm lux lx cd "
        "pcs pc piece pieces stk stück st. unit units item items people persons person ppl "
        "bd ba bds bed beds br bath "
        "baths bedroom bedrooms room rooms zimmer pers seats doors cyl reviews votes views points pts steps "
        "times x star stars season seasons episode episodes kmpl "
        "% ‰ pct percent percentage pp bps ppm ppb ppt iu u mol mmol µmol μmol umol nmol pmol meq mg/dl mpg nm kn "
        "\" ″ ' ′ lbs. mm/hg g/l bpm"
    ).casefold()
)
_POWERS = str.maketrans({"²": "2", "³": "3", "^": ""})
_PART = re.compile(r"[/·*]|(?<=\S)per(?=\S)")


@lru_cache(maxsize=1_000)
def money_of(mark: str) -> str:
    """The currency that a mark names, "" where it names none."""
    plain = "".join(mark.upper().split()).strip(".")
    if plain in _MONEY:
        return _MONEY[plain]
    has_sign = any(unicodedata.category(char) == "Sc" for char in plain)
    return plain if has_sign and len(plain) <= 4 else ""


@lru_cache(maxsize=1_000)
def unit_of(mark: str) -> str:
    """The unit that a mark behind a number is, as all spellings of it have it; "" where it is none that is known."""
    plain = "".join(mark.split()).replace(".", "").translate(_POWERS)
    folded = plain.casefold()
    if plain in _LETTERS:
        return plain
    if folded in AREAS or folded in _UNITS:
        return _singular(plain)
    parts = _PART.split(plain)
    if len(parts) > 1 and all(part in _LETTERS or _is_part(part) for part in parts):
        return plain
    return ""


def _is_part(part: str) -> bool:
    folded = re.sub(r"(?:\^?-?[23²³]|⁻[¹²³])$", "", part.casefold())
    return folded in _UNITS or folded in AREAS or folded in {letter.casefold() for letter in _LETTERS}


def _singular(unit: str) -> str:
    if len(unit) == 2:
        return unit if unit.casefold() in ("mw", "mb", "ma", "mm", "pb", "mv", "mj") else unit.casefold()
    folded = unit.casefold()
    return folded[:-1] if folded.endswith("s") and len(folded) > 2 else folded
