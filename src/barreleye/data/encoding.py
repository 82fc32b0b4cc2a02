"""What every encoder of a column does: fitted on training cells, it makes numbers of any cells of that column."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..nn.arrays import Array, namespace
from .frame import Cells, as_texts
from .marks import MISSING, WORDS

SAMPLE = 2**17
"""Numbers of a longer column whose quantiles are told by as many of them, evenly apart: to a thousandth of a rank."""


UNHEARD_OF = "\0"
"""A text that no column has."""


class Suits(NamedTuple):
    """Why a column is of a kind, in words, and how it is written, for ``fit``, where the whole column told."""

    why: str
    how: Any = None


@dataclass(frozen=True)
class Encoder(ABC):
    """Cells of one kind as numbers."""

    kind: ClassVar[str]
    consequence: ClassVar[str] = ""
    graph_dtype: ClassVar[str] = "utf8"
    """Of a cell in an ONNX graph."""

    @classmethod
    @abstractmethod
    def suits(cls, cells: Cells, name: str) -> Suits | None:
        """Whether a whole column is of this kind, and why; None where it is not."""

    @classmethod
    def fit(cls, cells: Cells, how: Any = None) -> Self:
        """The encoder of a column, from its training cells. Raises ValueError where they are not of this kind."""
        return cls()

    def reads(self, decimal: str) -> bool:
        """Whether cells may come as the numbers that a file with that decimal mark holds; else as they are written."""
        return True

    @property
    def wanted(self) -> str:
        """What a cell must hold, in words."""
        return f"a {self.kind}"

    @property
    def parts(self) -> tuple[str, ...]:
        """What each number is, to follow the column's name; "" for the column itself. None: it is left out."""
        return ("",)

    @property
    def rows(self) -> int | None:
        """Of a table in which a network learns what each level is worth, where the encoder leaves that to it."""
        return None

    @property
    def measured(self) -> tuple[bool, ...]:
        """Which of the numbers are amounts of something, and not marks that are there or not."""
        return tuple(part != "missing" for part in self.parts)

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

    @property
    def vocabulary(self) -> dict[str, str]:
        """Every text that is read otherwise than one that nobody has met, and how it is written in ``of_levels``."""
        return {}

    def in_graph(self, column: Array, marks: Sequence[str] = ()) -> Array:
        """A column (m,) of an ONNX graph, with "" and marks for a missing cell, as rows of numbers (m, len(parts))."""
        from ndonnx.extensions import static_map

        known = self.vocabulary
        rows = self.of_levels([*known.values(), UNHEARD_OF])
        places = {text: i for i, text in enumerate(known)} | dict.fromkeys(("", *marks), len(rows) - 1)
        return namespace(column).take(
            namespace(column).asarray(rows), static_map(column, places, default=len(rows) - 2), axis=0
        )

    def __call__(self, cells: Cells) -> Array:
        """The cells as numbers (m, len(parts))."""
        values, rows = self.material(cells)
        return self.of_values(values) if rows is None else rows[values]

    def unfamiliar(self, cells: Cells) -> list[str]:
        """Texts among the cells that no training row had, and that are answered for as ``consequence`` says."""
        return []


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
