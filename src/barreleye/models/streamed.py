"""Rows of files that are coded piece by piece, as a table's rows are: what training reads in every epoch.

A row that cannot be used (a cell that cannot be read, a class that nobody has met) is left out, as prediction leaves it
unanswered; another of its block stands in its place, so that what was counted once stays true.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

import numpy as np

from ..data.blocks import Block, Piece
from ..data.frame import Cells, Frame, Numbers, Texts, as_texts, missing
from ..data.marks import MISSING, WORDS
from ..data.quantities import Number
from ..data.read import File
from ..data.sample import parted
from ..data.table import Table
from ..data.targets import Targets, labels_of, numbers_of
from ..nn.arrays import Array
from ..words import catalogue

SAY = catalogue("table")

NOTED = 1000
"""Rows that cannot be used, of which it is kept why."""


class Place(NamedTuple):
    """A piece of a file: the file's place, the piece, the rows of all files before its first, and its rows by part."""

    file: int
    piece: Piece
    before: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Parting:
    """How rows are parted by their numbers: see ``parted``."""

    seed: int
    test: bool = True
    validation: bool = True

    def __call__(self, rows: Array) -> Array:
        return parted(rows, self.seed, self.test, self.validation)


@dataclass(frozen=True)
class Source:
    """Files of one table, and what one reading of them has found.

    names          of the columns that are read
    kinds          what the cells of each column are, in all of them
    places         the pieces
    fingerprint    of all their rows
    """

    files: tuple[File, ...]
    names: tuple[str, ...]
    targets: tuple[str, ...]
    weight: str | None
    parting: Parting
    kinds: Mapping[str, type[Cells]] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    fingerprint: str = ""

    @property
    def totals(self) -> tuple[int, ...]:
        """Rows by part."""
        return tuple(map(sum, zip(*(place.rows for place in self.places), strict=True)))

    def blocks(self, place: Place) -> Iterator[tuple[Frame, Array, Block]]:
        """The rows of a piece that count, their numbers among those of all files, and the block that they are of."""
        for block in self.files[place.file].piece(place.piece, self.names, self.kinds):
            yield *countable(block, self.targets, self.weight, place.before), block


def countable(block: Block, targets: Sequence[str], weight: str | None, before: int) -> tuple[Frame, Array]:
    """The rows of a block that have a target and a weight, and their numbers among those of all files."""
    kept = ~np.logical_or.reduce([lacks(block.frame[name]) for name in targets])
    if weight is not None:
        kept &= weighed(block.frame[weight], weight) > 0
    rows = block.rows + before
    return (block.frame, rows) if kept.all() else (block.frame.take(kept), rows[kept])


def lacks(cells: Cells) -> Array:
    """Which cells (m,) of a target hold nothing, whatever the other cells are."""
    if not isinstance(cells, Texts):
        return missing(cells)
    marks = [code for code, level in enumerate(cells.levels) if level.lower() in MISSING - WORDS]
    return missing(cells) | np.isin(cells.codes, marks)


def weighed(cells: Cells, name: str) -> Array:
    """A column's weights of rows. Raises ValueError for what is none."""
    weights = numbers_of(cells, name, "the weight of a row")
    if (weights < 0).any():
        raise ValueError(SAY["error.weight"].filled(name=repr(name), least=f"{weights.min():g}"))
    return weights


@dataclass(frozen=True)
class Streamed:
    """The rows of files in pieces, coded: ``Pieces`` as ``train`` takes them.

    balance    by column of classes: how much a row of each counts; none: all alike
    parts      which are read, by their places in ``Parts``
    sample     of those rows, coded
    unused     rows that cannot be used, by their numbers from 1, and why; some of them
    """

    source: Source
    table: Table
    targets: Targets
    readers: Mapping[str, Number]
    balance: Sequence[Array]
    dtype: Any
    sample: tuple[Array, ...] = ()
    parts: tuple[int, ...] = (0,)
    unused: dict[int, str] = field(default_factory=dict)

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(sum(place.rows[part] for part in self.parts) for place in self.source.places)

    @property
    def fingerprint(self) -> str:
        return self.source.fingerprint

    def of(self, parts: tuple[int, ...], sample: tuple[Array, ...]) -> Self:
        """The rows of those parts, of which some are known."""
        return replace(self, parts=parts, sample=sample)

    def read(self, piece: int) -> Iterator[tuple[Array, ...]]:
        """X, Y and weights, if there are any, block by block. Raises ValueError where no row of a block can be used."""
        place = self.source.places[piece]
        for frame, rows, block in self.source.blocks(place):
            mine = np.isin(self.source.parting(rows), self.parts)
            if mine.any():
                yield self._coded(frame.take(mine), rows[mine], place, block)

    def _coded(self, frame: Frame, rows: Array, place: Place, block: Block) -> tuple[Array, ...]:
        X = self.table(frame, self.dtype)
        columns = [self._column(frame, i) for i in range(len(self.targets.names))]
        gone = np.isnan(X).any(axis=1) | np.logical_or.reduce([np.isnan(column) for column in columns])
        if gone.any():
            self._note(frame, rows, gone)
            if gone.all():
                first, last = rows[[0, -1]] - place.before + 1
                why = next(iter(self.table.unread(frame).values()), SAY["error.no_class"])
                path = self.source.files[place.file].path
                raise ValueError(SAY["error.block"].filled(path=path, first=f"{first:,}", last=f"{last:,}", why=why))
            there = np.flatnonzero(~gone)
            chosen = np.where(gone, there[np.arange(len(gone)) % len(there)], np.arange(len(gone)))
            X, columns, frame = X[chosen], [column[chosen] for column in columns], frame.take(chosen)
        places = [column.astype(np.int64) for column in columns] if self.targets.classes else columns
        Y = self.targets.coded(places).astype(self.dtype)
        if self.source.weight is None and not self.balance:
            return X, Y
        weight = self.source.weight
        own = np.ones(len(Y)) if weight is None else weighed(frame[weight], weight)
        return X, Y, np.prod([own, *(by[k] for by, k in zip(self.balance, places, strict=False))], axis=0)

    def _column(self, frame: Frame, i: int) -> Array:
        """A target's numbers, or the places of its classes, as floats; NaN where there is none."""
        name = self.targets.names[i]
        if self.targets.classes:
            cells = frame[name] if isinstance(frame[name], Numbers) else as_texts(frame[name])
            if isinstance(cells, Texts):
                labels, codes = list(cells.levels), cells.codes
            else:
                distinct, codes = np.unique(cells.values, return_inverse=True)
                labels = labels_of(cells._replace(values=distinct))
            place = {label: float(k) for k, label in enumerate(self.targets.classes[i])}
            return np.array([*(place.get(label, np.nan) for label in labels), np.nan])[codes]
        reader = self.readers.get(name)
        values = numbers_of(frame[name], name) if reader is None else reader.numbers(frame[name])
        return np.where(np.isfinite(values), values, np.nan)

    def _note(self, frame: Frame, rows: Array, gone: Array) -> None:
        unread = self.table.unread(frame.take(gone)) if len(self.unused) < NOTED else {}
        for i, row in enumerate(rows[gone].tolist()):
            if len(self.unused) < NOTED:
                self.unused.setdefault(row + 1, unread.get(i, SAY["error.no_class"]))
