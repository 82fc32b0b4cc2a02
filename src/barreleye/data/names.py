"""Columns that name something: constants, identifiers, truth values and categories."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ..nn.arrays import Array
from ..nn.rows import listed
from ..words import catalogue
from .encoding import Encoder, Suits, marks_of
from .frame import Cells, Numbers, Texts, Times, as_texts, missing, plain
from .marks import MISSING, WORDS, plain_number
from .quantities import Number

SAY = catalogue("table")

ONE_HOT_LEVELS = 9
"""As RealMLP has it (Holzmueller et al. 2024, arXiv 2407.04491); rarer levels go together."""
NUMBERED = "numbered"
"""How a category is fitted whose levels, if they are more, are numbered."""
TEXT_LEVELS = 40
"""Texts with more distinct values are read by their letters, as in skrub's defaults."""


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
            return Suits(SAY["why.empty"])
        if gone.any() or (cells[0] != cells[0][0]).any():
            return None
        return Suits(SAY["why.everywhere"].filled(level=repr(as_texts(cells).levels[0])))

    @classmethod
    def fit(cls, cells: Cells, how: Any = None) -> Self:
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
            return Suits(SAY["why.other_texts"]) if named else None
        if is_counter(cells.values):
            return Suits(SAY["why.counter"])
        named = name.lower().replace(" ", "_").split("_")[-1] in ("id", "uuid", "index", "key") or name.endswith("Id")
        whole = named and (cells.values == np.floor(cells.values)).all()
        alone = whole and np.unique(cells.values).size == len(cells.values)
        return Suits(SAY["why.identifies"]) if alone else None

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
    measured: ClassVar[tuple[bool, ...]] = (False,)
    WORDS: ClassVar[dict[str, float]] = {
        word: sign for pair in SPELLINGS for word, sign in zip(pair, (1.0, -1.0), strict=True)
    }

    @classmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        if isinstance(cells, Times) or (isinstance(cells, Numbers) and not is_binary(cells.values)):
            return None
        levels = [level for level in as_texts(cells).levels if level.lower() not in MISSING - {"no"}]
        signs = {cls.WORDS.get(level.lower()) for level in levels}
        shown = ("True", "False") if isinstance(cells, Numbers) and cells.truth else map(repr, levels)
        return Suits(" or ".join(shown)) if len(levels) == 2 and signs == {1.0, -1.0} else None

    @property
    def vocabulary(self) -> dict[str, str]:
        words = [*self.WORDS, *MISSING]
        return {spelt: word for word in words for spelt in (word, word.upper(), word.title(), word.capitalize())}

    def of_levels(self, levels: Sequence[str]) -> Array:
        signs = [self.WORDS.get(level.lower(), 0.0 if level.lower() in MISSING else np.nan) for level in levels]
        return np.array([*signs, 0.0]).reshape(-1, 1)


def is_binary(values: Array) -> bool:
    """Whether the numbers are 0, 1 and NaN. A few of them mostly tell that they are not."""
    return all(bool(((some == 0) | (some == 1) | np.isnan(some)).all()) for some in (values[:100], values))


@dataclass(frozen=True)
class Category(Encoder):
    """One of a few names: a column for each of the commonest, one for all others, one for none.

    Two names alone are one column of -1 and 1. Where ``numbered``, all names are one column that counts them from 1, 0
    being none and any other: the row of a table in which a network learns what each is worth.
    """

    levels: tuple[str, ...]
    absent: tuple[str, ...]
    other: bool
    indicator: bool
    numbered: bool = False
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
        said = SAY["why.names"].filled(n=len(kept))
        return Suits(said + SAY["why.word"].filled(levels=listed(named, 2), level=named[0]) if named else said)

    @classmethod
    def fit(cls, cells: Cells, how: Any = None) -> Self:
        texts = as_texts(cells)
        absent, kept = marks_of(texts.levels)
        times = np.bincount(texts.codes[texts.codes >= 0], minlength=len(texts.levels))
        counts = dict(zip(texts.levels, times.tolist(), strict=True))
        commonest = sorted(kept, key=lambda level: (-counts[level], level))[:ONE_HOT_LEVELS]
        gone = bool((texts.codes < 0).any() or absent)
        if how == NUMBERED and len(kept) + gone > ONE_HOT_LEVELS:
            return cls(tuple(sorted(kept)), tuple(absent), True, gone, True)
        return cls(tuple(sorted(commonest)), tuple(absent), len(kept) > len(commonest), gone)

    @property
    def parts(self) -> tuple[str, ...]:
        if self.numbered:
            return ("level",)
        if self.two:
            return (f"is {self.levels[1]}",)
        return (*(f"is {level}" for level in self.levels), *["is another"] * self.other, *["missing"] * self.indicator)

    @property
    def measured(self) -> tuple[bool, ...]:
        return (False,) * len(self.parts)

    @property
    def rows(self) -> int | None:
        return len(self.levels) + 1 if self.numbered else None

    @property
    def two(self) -> bool:
        """Whether there are two names and nothing else."""
        return len(self.levels) == 2 and not self.other

    @property
    def vocabulary(self) -> dict[str, str]:
        known = {level: level for level in (*self.levels, *self.absent)}
        return {f"{level}.0": level for level in self.levels if level.lstrip("-").isdecimal()} | known

    def of_levels(self, levels: Sequence[str]) -> Array:
        n, width = len(self.levels), len(self.parts)
        if self.numbered:
            place = {level: i for i, level in enumerate(self.levels, start=1)}
            return np.array([[place.get(self.known(level), 0.0)] for level in [*levels, ""]])
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
        if self.other and not self.numbered:
            return []
        levels = marks_of(as_texts(cells).levels)[1]
        return [level for level in levels if self.known(level) not in self.levels and level not in self.absent]
