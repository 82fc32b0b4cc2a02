"""How tables write numbers and the lack of them: missing marks, thousands, decimal commas, percent, currency."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..words import Text, catalogue

SAY = catalogue("table")

WORDS = {"na", "none"}
"""Marks that may be names as well: of a garage that is not there, of no answer given."""
MISSING = {"", "?", "-", "--", ".", "nan", "n/a", "#n/a", "null", "<na>", "nat"} | WORDS
"""Cells, in lower case, that stand for a missing value."""
SPELT = {*MISSING, *(mark.upper() for mark in MISSING), "NaN", "None", "Null"}
"""The same as they are usually spelt."""

CURRENCY = r"(?:[$＄€£￡¥￥₹₩￦₽₺₪฿₫]|元|US\$|USD|EUR|GBP|CHF|JPY|CNY|RMB|INR|kr|zł)"
MARKS = {"": "", ",": ",", ".": r"\.", " ": "[ \u00a0\u202f]", "'": "['’]"}


@dataclass(frozen=True)
class Style:
    """A way to write numbers: its thousands mark, its decimal mark, and the sign before or after."""

    thousands: str = ""
    decimal: str = "."
    sign: str = ""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        mark = MARKS[self.thousands]
        whole = rf"\d{{1,3}}(?:{mark}\d{{3}})+|\d+" if mark else r"\d+"
        number = rf"(?:(?:{whole})(?:{MARKS[self.decimal]}\d*)?|{MARKS[self.decimal]}\d+)(?:[eE][+-]?\d+)?"
        sign = {"": "", "%": r"\s*[%％]", "currency": ""}[self.sign]
        before = rf"{CURRENCY}?\s*" if self.sign == "currency" else ""
        after = rf"\s*{CURRENCY}?" if self.sign == "currency" else ""
        return re.compile(rf"(\(?)\s*([+\-−]?)\s*{before}([+\-−]?){'('}{number}{')'}{after}{sign}\s*\)?")

    def number(self, text: str) -> float | None:
        """The number that the text writes; None if it writes none.

        >>> Style(",").number("1,234.5"), Style(".", ",").number("1.234,5"), Style().number("1,234")
        (1234.5, 1234.5, None)
        >>> Style(",", ".", "currency").number("($1,250)")
        -1250.0
        """
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        bracket, one, other, digits = found.groups()
        if self.thousands:
            digits = re.sub(MARKS[self.thousands], "", digits)
        value = float(digits.replace(self.decimal, "."))
        return -value if (one or other) in ("-", "−") or bracket else value

    @property
    def said(self) -> Text:
        """What is special about it, in words; nothing where nothing is."""
        marks = {",": "comma", ".": "point", " ": "space", "'": "apostrophe"}
        parts = [marks[self.thousands]] if self.thousands else []
        parts += ["decimal"] * (self.decimal == ",")
        parts += [{"%": "percent", "currency": "currency"}[self.sign]] if self.sign else []
        return SAY["style.and"].join(SAY[f"style.{part}"] for part in parts)


STYLES = tuple(
    Style(thousands, decimal, sign)
    for sign in ("", "%", "currency")
    for thousands, decimal in (("", "."), (",", "."), (" ", "."), ("'", "."), ("", ","), (".", ","), (" ", ","))
)
"""In the order in which they are tried: a lone "1,234" is a thousand."""


def style_of(levels: Sequence[str], decimal: str = ".") -> tuple[Style, list[str]] | None:
    """The style in which the levels are numbers, and the few levels that are none in it; None: they are no numbers.

    Up to one level in twenty may be no number; it is read as missing.

    >>> style_of(["1,234", "12"])
    (Style(thousands=',', decimal='.', sign=''), [])
    >>> style_of(["red", "green"])
    """
    if not levels:
        return None
    # A comma is the decimal mark of the whole file, if it is that of the file's plain numbers.
    best = None
    sample = levels[:200]  # enough to see that a long column of texts is none of numbers
    for style in sorted(STYLES, key=lambda style: decimal != style.decimal) if decimal == "," else STYLES:
        if 4 * sum(style.number(level) is None for level in sample) > len(sample):
            continue
        odd = [level for level in levels if style.number(level) is None]
        if not odd:
            return style, []
        if len(odd) <= len(levels) // 20 and (best is None or len(odd) < len(best[1])):
            best = style, odd
    return best


def plain_number(cell: str, decimal: str = ".") -> float | None:
    """The number in a cell, NaN and infinity too; None if there is none. 1_000 is a name, though not to Python.

    >>> plain_number("1e3"), plain_number("1,5", ","), plain_number("1_000")
    (1000.0, 1.5, None)
    """
    if "_" in cell or (decimal == "," and "." in cell):
        return None
    try:
        return float(cell.replace(",", ".") if decimal == "," else cell)
    except ValueError:
        return None
