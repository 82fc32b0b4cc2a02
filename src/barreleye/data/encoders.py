"""One frozen encoder for each kind of column: fitted on training cells, it makes numbers of any cells of that column.

``fit`` sees the training rows alone. A call returns (m, k) numbers, one column for each of ``parts``: a missing cell
has a number of its own making, a cell that cannot be read is NaN. Fields are plain values or arrays, so that a file can
hold them. A new kind is one class here, entered in ``KINDS``.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
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

    @abstractmethod
    def __call__(self, cells: Cells) -> Array:
        """The cells as numbers (m, len(parts))."""

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
        levels = as_texts(cells).levels
        return Suits(f"{levels[0]!r} in every row") if len(levels) == 1 and not gone.any() else None

    @classmethod
    def fit(cls, cells: Cells, how: str = "") -> Self:
        return cls(next(iter(as_texts(cells).levels), ""))

    @property
    def parts(self) -> tuple[str, ...]:
        return ()

    def __call__(self, cells: Cells) -> Array:
        return np.empty((len(cells[0]), 0))

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
            return (
                Suits("another text in every row")
                if alone and not worded and Number.suits(cells, name) is None
                else None
            )
        if (np.diff(cells.values) == 1).all() and cells.values[0] in (0, 1):
            return Suits("a counter of the rows")
        named = name.lower().replace(" ", "_").split("_")[-1] in ("id", "uuid", "index", "key") or name.endswith("Id")
        whole = (cells.values == np.floor(cells.values)).all()
        alone = np.unique(cells.values).size == len(cells.values)
        return Suits("named so, and another number in every row") if named and whole and alone else None

    @classmethod
    def fit(cls, cells: Cells, how: str = "") -> Self:
        return cls()

    @property
    def parts(self) -> tuple[str, ...]:
        return ()

    def __call__(self, cells: Cells) -> Array:
        return np.empty((len(cells[0]), 0))


@dataclass(frozen=True)
class Truth(Encoder):
    """Yes and no in any spelling: +1, -1, and 0 where it is missing."""

    kind: ClassVar[str] = "truth"
    WORDS: ClassVar[dict[str, float]] = {
        word: sign
        for yes, no in (
            *(("true", "false"), ("yes", "no"), ("y", "n"), ("t", "f"), ("on", "off"), ("1", "0"), ("是", "否")),
            *(
                ("ja", "nein"),
                ("oui", "non"),
                ("si", "no"),
                ("sí", "no"),
                ("vrai", "faux"),
                ("wahr", "falsch"),
                ("有", "无"),
            ),
        )
        for word, sign in ((yes, 1.0), (no, -1.0))
    }

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        if isinstance(cells, Times):
            return None
        levels = [level for level in as_texts(cells).levels if level.lower() not in MISSING - {"no"}]
        signs = {cls.WORDS.get(level.lower()) for level in levels}
        return Suits(f"{levels[0]!r} or {levels[1]!r}") if len(levels) == 2 and signs == {1.0, -1.0} else None

    @classmethod
    def fit(cls, cells: Cells, how: str = "") -> Self:
        return cls()

    def __call__(self, cells: Cells) -> Array:
        texts = as_texts(cells)
        signs = [self.WORDS.get(level.lower(), 0.0 if level.lower() in MISSING else np.nan) for level in texts.levels]
        return np.array([*signs, 0.0])[texts.codes].reshape(-1, 1)


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
        numbers = numbers_in(cells, style, odd)
        if np.isnan(numbers).all():
            raise ValueError("holds no number")
        gone = np.isnan(numbers)
        return cls(
            (style.thousands, style.decimal, style.sign), float(np.median(numbers[~gone])), bool(gone.any()), tuple(odd)
        )

    @property
    def parts(self) -> tuple[str, ...]:
        return ("", "missing") if self.indicator else ("",)

    def __call__(self, cells: Cells) -> Array:
        numbers = numbers_in(cells, Style(*self.style), self.odd)
        gone = np.isnan(numbers)
        unread = np.zeros(len(gone), bool)
        if isinstance(cells, Texts):
            fine = [
                l.lower() in MISSING or l in self.odd or Style(*self.style).number(l) is not None for l in cells.levels
            ]
            unread = ~np.array([*fine, True])[cells.codes]
        filled = np.where(unread, np.nan, np.where(gone, self.median, numbers))
        return np.column_stack([filled, gone * 1.0]) if self.indicator else filled.reshape(-1, 1)


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
        texts = as_texts(cells)
        if isinstance(cells, Numbers) and not (
            texts.levels and all(len(l) == 8 and l[:2] in ("19", "20") for l in texts.levels)
        ):
            return None
        reading = reading_of(meant(texts.levels))
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
        days = days_in(cells, form)[0]
        parts = parts_of(days)
        gone = np.isnan(days)
        varies = tuple(name for name, values in parts.items() if np.unique(values[~gone]).size > 1)
        return cls(form, float(np.nanmin(days)), varies, bool(gone.any()))

    @property
    def parts(self) -> tuple[str, ...]:
        round_again = [f"{name} {way}" for name in self.varies if name != "year" for way in ("sin", "cos")]
        return ("days", *["year"] * ("year" in self.varies), *round_again, *["missing"] * self.indicator)

    def __call__(self, cells: Cells) -> Array:
        days, unread = days_in(cells, self.format)
        gone = np.isnan(days)
        found = parts_of(np.where(gone, self.start, days))
        columns = [found["year"]] * ("year" in self.varies)
        for name in self.varies:
            if name != "year":
                columns += [np.sin(found[name]), np.cos(found[name])]
        rows = np.column_stack([np.where(gone, 0.0, days - self.start), *columns, *[gone * 1.0] * self.indicator])
        rows[unread] = np.nan
        return rows


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

    def __call__(self, cells: Cells) -> Array:
        texts = as_texts(cells)
        if self.two:
            signs = [{self.levels[0]: -1.0, self.levels[1]: 1.0}.get(self.known(level), 0.0) for level in texts.levels]
            return np.array([*signs, 0.0])[texts.codes].reshape(-1, 1)
        width = len(self.parts)
        table = np.zeros((len(texts.levels) + 1, width))
        for row, level in enumerate(texts.levels):
            place = self.levels.index(self.known(level)) if self.known(level) in self.levels else None
            if level in self.absent:
                table[row, width - 1] = self.indicator
            elif place is not None:
                table[row, place] = 1
            elif self.other:
                table[row, len(self.levels)] = 1
        table[-1, width - 1] = self.indicator
        return table[texts.codes]

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

    def __call__(self, cells: Cells) -> Array:
        texts = as_texts(cells)
        places = {gram: i for i, gram in enumerate(self.grams)}
        table = np.zeros((len(texts.levels) + 1, self.directions.shape[1]))
        for row, level in enumerate(texts.levels):
            found = [places[gram] for gram in grams_of(level) if gram in places]
            if found:
                used, times = np.unique(found, return_counts=True)
                weights = times * self.idf[used]
                table[row] = weights @ self.directions[used] / np.sqrt((weights**2).sum())
        return table[texts.codes]


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


def numbers_in(cells: Cells, style: Style, odd: Sequence[str] = ()) -> Array:
    """The numbers (m,) of cells in a style; NaN where there is none."""
    if isinstance(cells, Numbers):
        return cells.values
    if isinstance(cells, Times):
        return cells.values.astype("datetime64[s]").astype(np.float64) / 86400
    values = [None if level in odd else style.number(level) for level in cells.levels]
    return np.array([*(np.nan if value is None else value for value in values), np.nan])[cells.codes]


def days_in(cells: Cells, form: str) -> tuple[Array, Array]:
    """Days (m,) since 1970, NaN where there is no moment, and which cells could not be read."""
    if isinstance(cells, Times):
        values, unread = cells.values, np.zeros(len(cells.values), bool)
    else:
        texts = as_texts(cells)
        read = moments(texts.levels, form) if form else np.array(texts.levels, "datetime64[us]")
        values = np.append(read, np.datetime64("NaT"))[texts.codes]
        fine = [level.lower() in MISSING for level in texts.levels]
        unread = np.isnat(values) & ~np.array([*fine, True])[texts.codes]
    days = values.astype("datetime64[us]").astype(np.int64) / 86_400_000_000
    return np.where(np.isnat(values), np.nan, days), unread


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
