"""Columns that measure something: numbers, and dates with times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from ..nn.arrays import Array, cosine, like, namespace
from ..nn.rows import listed
from ..nn.validation import unfit
from ..words import NOTHING, catalogue
from .encoding import SAMPLE, Encoder, Suits, meant
from .frame import Cells, Numbers, Texts, Times, as_texts
from .marks import MISSING, STYLES, Style, plain_number, style_of
from .moments import moments, reading_of

SAY = catalogue("table")


class Quantity(Encoder):
    """What numbers stand for, whose ``of_values`` takes them as they are, in an ONNX graph too."""

    graph_dtype: ClassVar[str] = "float64"

    def in_graph(self, column: Array, marks: Sequence[str] = ()) -> Array:
        return self.of_values(without(column, marks))


@dataclass(frozen=True)
class Number(Quantity):
    """Numbers, however they are written: a missing one is the median, and told by an indicator if any was missing."""

    style: tuple[str, ...]
    median: float
    indicator: bool
    odd: tuple[str, ...] = ()
    kind: ClassVar[str] = "number"

    def __post_init__(self) -> None:
        if self.style not in [(style.thousands, style.decimal, style.sign) for style in STYLES]:
            raise ValueError(unfit("style", self.style))

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        if isinstance(cells, Times):
            return None
        found = (Style(decimal=cells.decimal), []) if isinstance(cells, Numbers) else style_of(meant(cells.levels))
        if found is None:
            return None
        style, odd = found
        said = SAY["why.styled"].filled(style=style.said) if style.said else SAY["why.numbers"]
        infinite = np.count_nonzero(np.isinf(cells.values)) if isinstance(cells, Numbers) else 0
        said += SAY["why.infinite"].filled(n=infinite) if infinite else NOTHING
        said += SAY["why.odd"].filled(levels=listed(odd, 3)) if odd else NOTHING
        return Suits(said, ((style.thousands, style.decimal, style.sign), tuple(odd)))

    @classmethod
    def fit(cls, cells: Cells, how: Any = None) -> Self:
        if how is None:
            suits = None if isinstance(cells, Times) else cls.suits(cells, "")
            how = (("", ".", ""), ()) if suits is None else suits.how
            if suits is None and isinstance(cells, Texts):
                bad = next(level for level in meant(cells.levels) if plain_number(level) is None)
                raise ValueError(SAY["error.odd_number"].filled(bad=bad))
        style, odd = how
        unfitted = cls(style, 0.0, False, odd)
        numbers = unfitted.numbers(cells)
        gone = np.isnan(numbers)
        if gone.all():
            raise ValueError(SAY["error.no_number"])
        there = numbers[~gone]
        return replace(
            unfitted, median=float(np.median(there[:: 1 + len(there) // SAMPLE])), indicator=bool(gone.any())
        )

    @property
    def parts(self) -> tuple[str, ...]:
        return ("", "missing") if self.indicator else ("",)

    def reads(self, decimal: str) -> bool:
        return self.style in (("", ".", ""), ("", decimal, ""))

    @property
    def wanted(self) -> str:
        said = Style(*self.style).said
        return "a number" + f" with {said}" * bool(said)

    def numbers(self, cells: Cells) -> Array:
        """The numbers (m,) as they are written; NaN where there is none."""
        if isinstance(cells, Texts):
            return np.array([*map(self.number, cells.levels), np.nan])[cells.codes]
        return cells.values if isinstance(cells, Numbers) else days_of(cells.values)

    def number(self, level: str) -> float:
        """The number that a text writes; NaN for none."""
        value = None if level in self.odd else Style(*self.style).number(level)
        return np.nan if value is None else value

    def of_values(self, values: Array) -> Array:
        xp = namespace(values)
        gone = xp.isnan(values)
        filled = xp.where(gone, like(self.median, values), values)
        return xp.stack([filled, *[like(gone, values)] * self.indicator], axis=1)

    def of_levels(self, levels: Sequence[str]) -> Array:
        numbers = np.array([*map(self.number, levels), np.nan])
        rows = self.of_values(numbers)
        fine = [level.lower() in MISSING or level in self.odd for level in levels]
        rows[np.isnan(numbers) & ~np.array([*fine, True]), 0] = np.nan
        return rows

    def material(self, cells: Cells) -> tuple[Array, Array | None]:
        return super().material(cells) if isinstance(cells, Texts) else (self.numbers(cells), None)


@dataclass(frozen=True)
class Date(Quantity):
    """Moments: year, month, weekday and hour as far as they vary, and the days that have gone by since the first.

    What comes round again (month, weekday, hour) is a point on a circle, so that December is beside January.
    """

    format: str
    start: float
    varies: tuple[str, ...]
    indicator: bool
    odd: tuple[str, ...] = ()
    kind: ClassVar[str] = "date"

    def __post_init__(self) -> None:
        if not set(self.varies) <= set(parts_of(np.zeros(1))):
            raise ValueError(unfit("varies", self.varies))

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        if isinstance(cells, Times):
            return Suits(SAY["why.dates"])
        if isinstance(cells, Numbers) and not is_year_month_day(cells.values):
            return None
        reading = reading_of(meant(as_texts(cells).levels))
        if reading is None:
            return None
        said = SAY["why.written"].filled(format=spelt(reading.format))
        said += SAY["date.remark"].filled(text=reading.remark) if reading.remark else NOTHING
        said += SAY["why.odd"].filled(levels=listed(reading.odd, 3)) if reading.odd else NOTHING
        return Suits(said, (reading.format, reading.odd))

    @classmethod
    def fit(cls, cells: Cells, how: Any = None) -> Self:
        """how: the format and the texts that are none of it, or the format alone."""
        if how is None and not isinstance(cells, Times):
            reading = reading_of(meant(as_texts(cells).levels))
            if reading is None:
                raise ValueError(SAY["error.odd_date"].filled(levels=listed(as_texts(cells).levels, 2)))
            how = (reading.format, reading.odd)
        form, odd = (how, ()) if isinstance(how, str) else how or ("", ())
        unfitted = cls(form, 0.0, (), False, odd)
        days = unfitted.days(cells)
        gone = np.isnan(days)
        if gone.all():
            raise ValueError(SAY["error.no_date"])
        parts = parts_of(np.unique(days[~gone]))
        varies = tuple(name for name, values in parts.items() if np.unique(values).size > 1)
        return cls(form, float(np.nanmin(days)), varies, bool(gone.any()), odd)

    @property
    def parts(self) -> tuple[str, ...]:
        round_again = [f"{name} {way}" for name in self.varies if name != "year" for way in ("sin", "cos")]
        return ("days", *["year"] * ("year" in self.varies), *round_again, *["missing"] * self.indicator)

    def days(self, cells: Cells) -> Array:
        """Days (m,) since 1970; NaN where there is no moment."""
        if isinstance(cells, Times):
            return days_of(cells.values)
        texts = as_texts(cells)
        return np.append(self.days_of_levels(texts.levels), np.nan)[texts.codes]

    def days_of_levels(self, levels: Sequence[str]) -> Array:
        """The texts' days (len(levels),) since 1970; NaN where one writes no moment."""
        return days_of(moments(levels, self.format))

    def of_values(self, values: Array) -> Array:
        xp = namespace(values)
        gone = xp.isnan(values)
        days = xp.where(gone, like(self.start, values), values)
        found = parts_of(days)
        columns = [days - self.start, *[found["year"]] * ("year" in self.varies)]
        for name in self.varies:
            if name != "year":
                columns += [cosine(found[name] - 0.25), cosine(found[name])]
        return xp.stack([*columns, *[like(gone, values)] * self.indicator], axis=1)

    def of_levels(self, levels: Sequence[str]) -> Array:
        days = np.append(self.days_of_levels(levels), np.nan)
        rows = self.of_values(days)
        fine = [level.lower() in MISSING or level in self.odd for level in levels]
        rows[np.isnan(days) & ~np.array([*fine, True])] = np.nan
        return rows

    @property
    def wanted(self) -> str:
        return "a date" + f" written {spelt(self.format)}" * bool(self.format)

    def material(self, cells: Cells) -> tuple[Array, Array | None]:
        return (days_of(cells.values), None) if isinstance(cells, Times) else super().material(cells)


def without(values: Array, marks: Sequence[str]) -> Array:
    """Values (m,), NaN where one is a mark."""
    for number in filter(None.__ne__, map(plain_number, marks)):
        values = namespace(values).where(values == number, like(np.nan, values), values)
    return values


def days_of(values: Array) -> Array:
    """Moments (m,) as days since 1970; NaN where there is none."""
    days = values.astype("datetime64[us]").astype(np.int64) / 86_400_000_000
    days[np.isnat(values)] = np.nan
    return days


def is_year_month_day(values: Array) -> bool:
    """Whether the numbers are of eight digits such as 20200131, a few of them first.

    >>> is_year_month_day(np.array([20200131.0, np.nan])), is_year_month_day(np.array([20.5]))
    (True, False)
    """
    low, high = 19_000_000, 21_000_000
    return all(
        bool((((some > low) & (some < high) & (some == np.floor(some))) | np.isnan(some)).all())
        for some in (values[:100], values)
    )


def parts_of(days: Array) -> dict[str, Array]:
    """Of moments in days since 1970: the year, and month, weekday and hour in turns of their circles.

    The year is told by the days of 400, 100, 4 and one of them, counted from the first of March, behind which the day
    is that a leap year has more (Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2021).

    >>> {name: float(value[0].round(3)) for name, value in parts_of(np.array([19_782.25])).items()}
    {'year': 2024.0, 'month': 0.162, 'weekday': 0.429, 'hour': 0.25}
    """
    floor = namespace(days).floor
    whole = floor(days)
    since = whole + 719_468  # 1 March of the year 0
    era = floor(since / 146_097)
    day = since - 146_097 * era
    years = floor((day - floor(day / 1460) + floor(day / 36_524) - floor(day / 146_096)) / 365)
    in_march_year = day - (365 * years + floor(years / 4) - floor(years / 100))
    year = 400 * era + years + (in_march_year >= 306) * 1.0
    before = year - 1
    new_year = 365 * before + floor(before / 4) - floor(before / 100) + floor(before / 400) - 719_162
    return {
        "year": year,
        "month": (whole - new_year) / 365.25,
        "weekday": (whole + 3) % 7 / 7,
        "hour": days - whole,
    }


def spelt(form: str) -> str:
    """A format in letters that people know.

    >>> spelt("%d/%m/%Y %H:%M")
    'DD/MM/YYYY hh:mm'
    """
    letters = {
        **{"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%b": "Mon", "%B": "Month", "%H": "hh", "%I": "hh"},
        **{
            "%M": "mm",
            "%S": "ss",
            "%f": "ffffff",
            "%p": "am/pm",
            "%z": "+zzzz",
            "%Z": "UTC",
            "%a": "Day",
            "%A": "Weekday",
        },
    }
    for mark, said in letters.items():
        form = form.replace(mark, said)
    return form
