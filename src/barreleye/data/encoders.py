"""One frozen encoder for each kind of column: fitted on training cells, it makes numbers of any cells of that column.

``fit`` sees the training rows alone. A call returns (m, k) numbers, one column for each of ``parts``: a missing cell
has a number of its own making, a cell that cannot be read is NaN. Fields are plain values or arrays, so that a file can
hold them. A new kind is one class here, entered in ``KINDS``.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple, Self

import numpy as np

from ..nn.arrays import Array
from .frame import Cells, Numbers, Texts, Times, as_texts, listed, missing, plain
from .marks import MISSING, STYLES, WORDS, Style, plain_number, style_of
from .moments import moments, reading_of

ONE_HOT_LEVELS = 9
"""As RealMLP has it (Holzmueller et al. 2024, arXiv 2407.04491); rarer levels go together."""
TEXT_LEVELS = 40
"""Texts with more distinct values are read by their letters, as in skrub's defaults."""


SAMPLE = 2**17
"""Numbers of a longer column whose quantiles are told by as many of them, evenly apart: to a thousandth of a rank."""


class Suits(NamedTuple):
    """Why a column is of a kind, in words, and how it is written, for ``fit``, where the whole column told."""

    why: str
    how: str = ""


@dataclass(frozen=True)
class Encoder(ABC):
    """Cells of one kind as numbers."""

    kind: ClassVar[str]
    consequence: ClassVar[str] = ""

    @classmethod
    @abstractmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        """Whether a whole column is of this kind, and why; None where it is not."""

    @classmethod
    @abstractmethod
    def fit(cls, cells: Cells, how: str = "") -> Self:
        """The encoder of a column, from its training cells. Raises ValueError where they are not of this kind."""

    @property
    def parts(self) -> tuple[str, ...]:
        """What each number is, to follow the column's name; "" for the column itself. None: it is left out."""
        return ("",)

    def of_levels(self, levels: Sequence[str]) -> Array:
        """Texts as rows of numbers (len(levels) + 1, len(parts)), the last for none; NaN where one cannot be read."""
        return np.empty((len(levels) + 1, 0))

    def of_values(self, values: Array) -> Array:
        """Values that ``material`` hands out as they are, (m,), as rows of numbers (m, len(parts))."""
        raise NotImplementedError

    def material(self, cells: Cells) -> tuple[Array, Array | None]:
        """Values for ``of_values`` and None; or, where cells recur, their places (m,) in rows of numbers."""
        texts = as_texts(cells)
        return texts.codes, self.of_levels(texts.levels)

    def __call__(self, cells: Cells) -> Array:
        """The cells as numbers (m, len(parts))."""
        values, rows = self.material(cells)
        return self.of_values(values) if rows is None else rows[values]

    def unfamiliar(self, cells: Cells) -> list[str]:
        """Texts among the cells that no training row had, and that are answered for as ``consequence`` says."""
        return []


@dataclass(frozen=True)
class Constant(Encoder):
    """The same in every row: nothing can be learnt from it, and it has no say in an answer."""

    value: str = ""
    kind: ClassVar[str] = "constant"
    consequence: ClassVar[str] = "without a say, because all training rows were alike"

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        gone = missing(cells)
        if gone.all():
            return Suits("empty")
        if gone.any() or (cells[0] != cells[0][0]).any():
            return None
        return Suits(f"{as_texts(cells).levels[0]!r} in every row")

    @classmethod
    def fit(cls, cells: Cells, how: str = "") -> Self:
        return cls(next(iter(as_texts(cells).levels), ""))

    @property
    def parts(self) -> tuple[str, ...]:
        return ()

    def unfamiliar(self, cells: Cells) -> list[str]:
        return [level for level in as_texts(cells).levels if level != self.value]


@dataclass(frozen=True)
class Identifier(Encoder):
    """A counter, or another text in every row: it names a row and says nothing about it."""

    kind: ClassVar[str] = "identifier"

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        if isinstance(cells, Times) or missing(cells).any() or len(cells[0]) < 10:
            return None
        if isinstance(cells, Texts):
            alone = len(cells.levels) == len(cells.codes)
            worded = sum(" " in level for level in cells.levels) > len(cells.levels) / 2
            named = alone and not worded and Number.suits(cells, name) is None
            return Suits("another text in every row") if named else None
        if is_counter(cells.values):
            return Suits("a counter of the rows")
        named = name.lower().replace(" ", "_").split("_")[-1] in ("id", "uuid", "index", "key") or name.endswith("Id")
        whole = named and (cells.values == np.floor(cells.values)).all()
        alone = whole and np.unique(cells.values).size == len(cells.values)
        return Suits("named so, and another number in every row") if alone else None

    @classmethod
    def fit(cls, cells: Cells, how: str = "") -> Self:
        return cls()

    @property
    def parts(self) -> tuple[str, ...]:
        return ()


def is_counter(values: Array) -> bool:
    """Whether the numbers count rows, from 0 or 1 on, of which a fifth at most have gone since.

    >>> is_counter(np.array([1.0, 2, 3, 4, 6])), is_counter(np.array([2001.0, 2002, 2003]))
    (True, False)
    """
    whole = values[0] >= 0 and values[-1] <= 1.25 * len(values) and (values == np.floor(values)).all()
    return bool(whole and (np.diff(values) > 0).all())


SPELLINGS = (
    *(("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("on", "off"), ("1", "0"), ("是", "否"), ("有", "无")),
    *(("ja", "nein"), ("oui", "non"), ("si", "no"), ("sí", "no"), ("vrai", "faux"), ("wahr", "falsch")),
)


@dataclass(frozen=True)
class Truth(Encoder):
    """Yes and no in any spelling: +1, -1, and 0 where it is missing."""

    kind: ClassVar[str] = "truth"
    WORDS: ClassVar[dict[str, float]] = {
        word: sign for pair in SPELLINGS for word, sign in zip(pair, (1.0, -1.0), strict=True)
    }

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        if isinstance(cells, Times) or (isinstance(cells, Numbers) and not is_binary(cells.values)):
            return None
        levels = [level for level in as_texts(cells).levels if level.lower() not in MISSING - {"no"}]
        signs = {cls.WORDS.get(level.lower()) for level in levels}
        return Suits(f"{levels[0]!r} or {levels[1]!r}") if len(levels) == 2 and signs == {1.0, -1.0} else None

    @classmethod
    def fit(cls, cells: Cells, how: str = "") -> Self:
        return cls()

    def of_levels(self, levels: Sequence[str]) -> Array:
        signs = [self.WORDS.get(level.lower(), 0.0 if level.lower() in MISSING else np.nan) for level in levels]
        return np.array([*signs, 0.0]).reshape(-1, 1)


def is_binary(values: Array) -> bool:
    """Whether the numbers are 0, 1 and NaN. A few of them mostly tell that they are not."""
    return all(bool(((some == 0) | (some == 1) | np.isnan(some)).all()) for some in (values[:100], values))


@dataclass(frozen=True)
class Number(Encoder):
    """Numbers, however they are written: a missing one is the median, and told by an indicator if any was missing."""

    style: tuple[str, ...]
    median: float
    indicator: bool
    odd: tuple[str, ...] = ()
    kind: ClassVar[str] = "number"

    def __post_init__(self) -> None:
        if self.style not in [(style.thousands, style.decimal, style.sign) for style in STYLES]:
            raise ValueError(f"style {self.style!r} is no way to write numbers")

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        if isinstance(cells, Numbers):
            return Suits("numbers")
        found = None if isinstance(cells, Times) else style_of(meant(cells.levels))
        if found is None:
            return None
        style, odd = found
        said = f"numbers with {style}" if str(style) else "numbers"
        return Suits(said + (f"; {listed(odd, 3)} read as missing" if odd else ""))

    @classmethod
    def fit(cls, cells: Cells, how: str = "") -> Self:
        style, odd = Style(), list[str]()
        if isinstance(cells, Texts):
            found = style_of(meant(cells.levels))
            if found is None:
                bad = next(level for level in meant(cells.levels) if plain_number(level) is None)
                raise ValueError(f"holds {bad!r}, which is no number")
            style, odd = found
        unfitted = cls((style.thousands, style.decimal, style.sign), 0.0, False, tuple(odd))
        numbers = unfitted.numbers(cells)
        gone = np.isnan(numbers)
        if gone.all():
            raise ValueError("holds no number")
        there = numbers[~gone]
        return replace(
            unfitted, median=float(np.median(there[:: 1 + len(there) // SAMPLE])), indicator=bool(gone.any())
        )

    @property
    def parts(self) -> tuple[str, ...]:
        return ("", "missing") if self.indicator else ("",)

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
        gone = np.isnan(values)
        filled = np.where(gone, self.median, values)
        return np.column_stack([filled, gone]) if self.indicator else filled.reshape(-1, 1)

    def of_levels(self, levels: Sequence[str]) -> Array:
        numbers = np.array([*map(self.number, levels), np.nan])
        rows = self.of_values(numbers)
        fine = [level.lower() in MISSING or level in self.odd for level in levels]
        rows[np.isnan(numbers) & ~np.array([*fine, True]), 0] = np.nan
        return rows

    def material(self, cells: Cells) -> tuple[Array, Array | None]:
        return super().material(cells) if isinstance(cells, Texts) else (self.numbers(cells), None)


@dataclass(frozen=True)
class Date(Encoder):
    """Moments: year, month, weekday and hour as far as they vary, and the days that have gone by since the first.

    What comes round again (month, weekday, hour) is a point on a circle, so that December is beside January.
    """

    format: str
    start: float
    varies: tuple[str, ...]
    indicator: bool
    kind: ClassVar[str] = "date"

    def __post_init__(self) -> None:
        if not set(self.varies) <= set(parts_of(np.zeros(1))):
            raise ValueError(f"varies {self.varies!r} are no parts of a date")

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        if isinstance(cells, Times):
            return Suits("dates")
        if isinstance(cells, Numbers) and not is_year_month_day(cells.values):
            return None
        reading = reading_of(meant(as_texts(cells).levels))
        if reading is None:
            return None
        return Suits(f"written {spelt(reading.format)}" + f"; {reading.remark}" * bool(reading.remark), reading.format)

    @classmethod
    def fit(cls, cells: Cells, how: str = "") -> Self:
        form = how
        if not how and not isinstance(cells, Times):
            reading = reading_of(meant(as_texts(cells).levels))
            if reading is None:
                raise ValueError(f"holds {listed(as_texts(cells).levels, 2)}, in no format that is known for dates")
            form = reading.format
        unfitted = cls(form, 0.0, (), False)
        days = unfitted.days(cells)
        gone = np.isnan(days)
        if gone.all():
            raise ValueError("holds no date")
        parts = parts_of(np.unique(days[~gone]))
        varies = tuple(name for name, values in parts.items() if np.unique(values).size > 1)
        return cls(form, float(np.nanmin(days)), varies, bool(gone.any()))

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
        return days_of(moments(levels, self.format) if self.format else np.array(levels, "datetime64[us]"))

    def of_values(self, values: Array) -> Array:
        gone = np.isnan(values)
        found = parts_of(np.where(gone, self.start, values))
        columns = [found["year"]] * ("year" in self.varies)
        for name in self.varies:
            if name != "year":
                columns += [np.sin(found[name]), np.cos(found[name])]
        return np.column_stack([np.where(gone, 0.0, values - self.start), *columns, *[gone * 1.0] * self.indicator])

    def of_levels(self, levels: Sequence[str]) -> Array:
        days = np.append(self.days_of_levels(levels), np.nan)
        rows = self.of_values(days)
        rows[np.isnan(days) & ~np.array([*(level.lower() in MISSING for level in levels), True])] = np.nan
        return rows

    def material(self, cells: Cells) -> tuple[Array, Array | None]:
        return (days_of(cells.values), None) if isinstance(cells, Times) else super().material(cells)


@dataclass(frozen=True)
class Category(Encoder):
    """One of a few names: a column for each of the commonest, one for all others, one for none.

    Two names alone are one column of -1 and 1.
    """

    levels: tuple[str, ...]
    absent: tuple[str, ...]
    other: bool
    indicator: bool
    kind: ClassVar[str] = "category"
    consequence: ClassVar[str] = "read as another name, because no training row had it"

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        if not isinstance(cells, Texts):
            return None
        kept = marks_of(cells.levels)[1]
        if len(kept) > TEXT_LEVELS and len(kept) > len(cells.codes) / 20:
            return None
        named = [level for level in kept if level.lower() in WORDS]
        named_ = f"; {listed(named, 2)} read as a name: --missing {named[0]} makes it missing" if named else ""
        return Suits(f"{len(kept)} names{named_}")

    @classmethod
    def fit(cls, cells: Cells, how: str = "") -> Self:
        texts = as_texts(cells)
        absent, kept = marks_of(texts.levels)
        times = np.bincount(texts.codes[texts.codes >= 0], minlength=len(texts.levels))
        counts = dict(zip(texts.levels, times.tolist(), strict=True))
        commonest = sorted(kept, key=lambda level: (-counts[level], level))[:ONE_HOT_LEVELS]
        gone = (texts.codes < 0).any() or bool(absent)
        return cls(tuple(sorted(commonest)), tuple(absent), len(kept) > len(commonest), bool(gone))

    @property
    def parts(self) -> tuple[str, ...]:
        if self.two:
            return (f"is {self.levels[1]}",)
        return (*(f"is {level}" for level in self.levels), *["is another"] * self.other, *["missing"] * self.indicator)

    @property
    def two(self) -> bool:
        """Whether there are two names and nothing else."""
        return len(self.levels) == 2 and not self.other

    def of_levels(self, levels: Sequence[str]) -> Array:
        n, width = len(self.levels), len(self.parts)
        own, none = np.eye(n, width), np.zeros(width)
        if self.two:
            own = np.array([[-1.0], [1.0]])
        elif self.indicator:
            none = np.eye(width)[-1]
        rest = np.eye(width)[n] if self.other else np.zeros(width)
        known = dict(zip(self.levels, own, strict=True)) | dict.fromkeys(self.absent, none)
        return np.array([*(known.get(self.known(level), rest) for level in levels), none])

    def known(self, level: str) -> str:
        """The level as it was met in training: "1.0" and "01" are "1" where that was one of them."""
        number = None if level in self.levels else plain_number(level)
        return level if number is None or not np.isfinite(number) else plain(number)

    def unfamiliar(self, cells: Cells) -> list[str]:
        if self.other:
            return []
        levels = marks_of(as_texts(cells).levels)[1]
        return [level for level in levels if self.known(level) not in self.levels and level not in self.absent]


@dataclass(frozen=True)
class Text(Encoder):
    """Free text, by the letters in it: TF-IDF of runs of 3 and 4 characters, and its 30 main directions (SVD).

    scikit-learn fits it; an answer needs NumPy alone. As in skrub's defaults.
    """

    grams: tuple[str, ...]
    directions: Array
    """(len(grams), k): the weight of each run, idf included, in each direction."""
    idf: Array
    kind: ClassVar[str] = "text"

    def __post_init__(self) -> None:
        if self.directions.ndim != 2 or {len(self.directions), *self.idf.shape} != {len(self.grams)}:
            raise ValueError(f"directions of shape {self.directions.shape} for {len(self.grams)} runs of characters")

    DIRECTIONS: ClassVar[int] = 30
    MOST_GRAMS: ClassVar[int] = 10_000
    ROWS: ClassVar[int] = 50_000

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        return Suits(f"{len(cells.levels)} different texts") if isinstance(cells, Texts) else None

    @classmethod
    def fit(cls, cells: Cells, how: str = "") -> Self:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        texts = as_texts(cells)
        rows = texts.codes[texts.codes >= 0]
        if len(rows) > cls.ROWS:
            rows = rows[np.linspace(0, len(rows) - 1, cls.ROWS).astype(int)]
        vectorizer = TfidfVectorizer(analyzer=grams_of, max_features=cls.MOST_GRAMS, dtype=np.float64)
        weights = vectorizer.fit_transform([texts.levels[code] for code in rows])
        k = min(cls.DIRECTIONS, *(size - 1 for size in weights.shape))
        svd = TruncatedSVD(max(k, 1), random_state=0).fit(weights)
        return cls(tuple(map(str, vectorizer.get_feature_names_out())), svd.components_.T.copy(), vectorizer.idf_)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(f"text {i + 1}" for i in range(self.directions.shape[1]))

    def of_levels(self, levels: Sequence[str]) -> Array:
        places = {gram: i for i, gram in enumerate(self.grams)}
        rows = np.zeros((len(levels) + 1, self.directions.shape[1]))
        for row, level in enumerate(levels):
            found = [places[gram] for gram in grams_of(level) if gram in places]
            if found:
                used, times = np.unique(found, return_counts=True)
                weights = times * self.idf[used]
                rows[row] = weights @ self.directions[used] / np.sqrt((weights**2).sum())
        return rows


KINDS: dict[str, type[Encoder]] = {one.kind: one for one in (Constant, Date, Truth, Identifier, Number, Category, Text)}
"""By name, in the order in which they are tried."""


def meant(levels: Sequence[str]) -> list[str]:
    """The levels that stand for something: no missing marks."""
    return [level for level in levels if level.lower() not in MISSING]


def marks_of(levels: Sequence[str]) -> tuple[list[str], list[str]]:
    """The levels that are missing marks, and the names. "NA" and "None" are names where they are the only such marks.

    >>> marks_of(["Gd", "NA"]), marks_of(["Gd", "NA", "?"])
    (([], ['Gd', 'NA']), (['NA', '?'], ['Gd']))
    """
    marks = [level for level in levels if level.lower() in MISSING]
    if all(mark.lower() in WORDS for mark in marks):
        marks = []
    return marks, [level for level in levels if level not in marks]


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
    """Of moments in days: the year in whole numbers, and month, weekday and hour as angles."""
    moments_ = (np.nan_to_num(days) * 86_400_000_000).round().astype("int64").astype("datetime64[us]")
    years = moments_.astype("datetime64[Y]")
    in_year = (moments_ - years).astype(np.float64) / 86_400_000_000
    whole = np.floor(np.nan_to_num(days))
    turn = 2 * np.pi
    return {
        "year": years.astype(np.int64) + 1970.0,
        "month": turn * in_year / 365.25,
        "weekday": turn * ((whole + 3) % 7) / 7,
        "hour": turn * (np.nan_to_num(days) - whole),
    }


def spelt(form: str) -> str:
    """A format in letters that people know.

    >>> spelt("%d/%m/%Y %H:%M")
    'DD/MM/YYYY hh:mm'
    """
    letters = {
        **{"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%b": "Mon", "%B": "Month", "%H": "hh", "%I": "hh"},
        **{"%M": "mm", "%S": "ss", "%f": "ffffff", "%p": "am/pm", "%z": "+zzzz", "%a": "Day", "%A": "Weekday"},
    }
    for mark, said in letters.items():
        form = form.replace(mark, said)
    return form


def grams_of(text: str) -> list[str]:
    """Runs of 3 and 4 characters within words, a space at either end of a word counting.

    >>> grams_of("An ox")
    [' an', 'an ', ' an ', ' ox', 'ox ', ' ox ']
    """
    found = []
    for word in text.lower().split():
        padded = f" {word} "
        for n in (3, 4):
            found += [padded[i : i + n] for i in range(max(1, len(padded) - n + 1))]
            if len(padded) <= n:  # a short word counts once
                break
    return found
