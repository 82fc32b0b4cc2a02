"""Dates and times in the ways that people write them, and the order of day and month told from a whole column."""

import re
from calendar import day_name, month_name
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ..nn.arrays import Array
from ..words import NOTHING, Text, catalogue

SAY = catalogue("table")

DATES = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m", "%Y/%m", "%Y%m%d"),
    *("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m.%d.%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d-%m-%y", "%m-%d-%y", "%m/%Y", "%m-%Y"),
    *("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y", "%d-%B-%Y"),
    *(
        "%b %Y",
        "%B %Y",
        "%b-%Y",
        "%B-%Y",
        "%b-%y",
        "%Y年%m月%d日",
        "%Y年%m月",
        "%a %b %d %Y",
        "%A, %B %d, %Y",
        "%a, %d %b %Y",
    ),
)
CLOCKS = (
    *("", "%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%H:%M:%S%z", "%H:%M:%S.%f%z", "%H:%M%z"),
    *("%I:%M %p", "%I:%M:%S %p", "%H:%M:%S %Z", "%H.%M.%S"),
)
JOINTS = (" ", "T")
TIMES_ONLY = ("%H:%M", "%H:%M:%S", "%H.%M.%S", "%I:%M %p", "%I:%M:%S %p")

NAMES = re.compile(
    "[ap]m|utc|gmt|" + "|".join(f"{n[:3].lower()}({n[3:].lower()})?" for n in (*month_name, *day_name) if n)
)
LETTERS = re.compile("[a-su-y]")
"""But for the names of months and days, and T and Z: no date has them."""
MARKS = re.compile(r"[\s\w]", re.ASCII)


class Reading(NamedTuple):
    """How a column writes moments: the format, in strptime's letters, and what was decided for want of evidence."""

    format: str
    remark: Text = NOTHING
    odd: tuple[str, ...] = ()
    """Texts that are none of it."""


def formats() -> list[str]:
    """Every format that is tried, the ones without a clock first.

    >>> formats()[0], len(formats()) > 300
    ('%Y-%m-%d', True)
    """
    dated = [date + joint + clock for clock in CLOCKS[1:] for date in DATES for joint in JOINTS]
    return [*DATES, *dated, *TIMES_ONLY]


def moment(text: str, form: str) -> datetime | None:
    """The moment that the text writes, in UTC where it names a zone; None where it is not of the format ("": ISO's)."""
    try:
        found = datetime.strptime(" ".join(text.split()), form) if form else datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def reading_of(levels: Sequence[str]) -> Reading | None:
    """The format that all the texts have, but for one in twenty at most; None where there is none.

    Where day and month could stand in either order, the one under which the texts, as they come, run on in time is
    taken; where neither does or both do, the day is taken to be first, and the remark says so.

    >>> reading_of(["31/01/2020", "01/02/2020"]), reading_of(["red"])
    (Reading(format='%d/%m/%Y', remark='', odd=()), None)
    """
    some = levels[:20]
    typical = [level for level in some if may_be_date(level)]
    if 2 * len(typical) <= len(some):
        return None
    alike = {form: MARKS.sub("", form.replace("%", "")) for form in formats()}
    fitting: list[str] = []
    for level in typical:
        marks = MARKS.sub("", level)
        fitting = [f for f, its in alike.items() if ("%z" in f or its == marks) and moment(level, f)]
        if fitting:
            break
    for some in (levels[:50], levels):
        misses = {form: sum(moment(level, form) is None for level in some) for form in fitting}
        fitting = [form for form in fitting if misses[form] <= len(some) // 20]
    fitting = [form for form in fitting if misses[form] == min(misses.values())]
    # %Y%m%d takes "2020" for the year 202: digits alone are a date only where there are eight of them.
    fitting = [form for form in fitting if form != "%Y%m%d" or all(len(level) == 8 for level in levels)]
    if not fitting:
        return None
    first, *others = fitting
    rival = next((form for form in others if "%d" in form and "%d" in first and swapped(form) == first), None)
    odd = tuple(level for level in levels if moment(level, first) is None)
    if rival is None:
        return Reading(first, NOTHING, odd)
    onward = {form: in_order([moment(level, form) for level in levels]) for form in (first, rival)}
    chosen = max((first, rival), key=lambda form: onward[form])
    order = SAY["date.month_first" if chosen.index("%m") < chosen.index("%d") else "date.day_first"]
    shown = next(level for level in levels if level not in odd)
    if len(set(onward.values())) > 1:
        return Reading(chosen, SAY["date.in_order"].filled(shown=repr(shown), order=order), odd)
    return Reading(chosen, SAY["date.could_be"].filled(shown=repr(shown), order=order), odd)


def may_be_date(text: str) -> bool:
    """Whether it has digits, and no letters but those of months, days and clocks.

    >>> may_be_date("3 May 2020"), may_be_date("Oslo 3")
    (True, False)
    """
    return any(c.isdigit() for c in text) and not LETTERS.search(NAMES.sub("", text.lower()))


def swapped(form: str) -> str:
    """The format with day and month changed over.

    >>> swapped("%m/%d/%Y")
    '%d/%m/%Y'
    """
    return form.replace("%m", "%_").replace("%d", "%m").replace("%_", "%d")


def in_order(moments: Sequence[datetime | None]) -> bool:
    """Whether they run on in time, or back."""
    found = [one for one in moments if one is not None]
    steps = [a <= b for a, b in pairwise(found)]
    return all(steps) or not any(steps)


def moments(levels: Sequence[str], form: str) -> Array:
    """The texts as datetime64[us]; NaT where one is not of the format.

    >>> moments(["2020-02-30", "2020-02-28"], "%Y-%m-%d").tolist()
    [None, datetime.datetime(2020, 2, 28, 0, 0)]
    """
    found = [moment(level, form) for level in levels]
    return np.array(
        [np.datetime64("NaT") if one is None else np.datetime64(one, "us") for one in found], "datetime64[us]"
    )
