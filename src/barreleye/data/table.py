"""The columns of a frame as the rows that a network takes: each by its kind, then centred, scaled and softly clipped.

>>> from .frame import frame_of
>>> frame = frame_of({"age": [20.0, 30.0, 40.0, 70.0], "member": ["yes", "no", "no", "yes"]})
>>> table = fit(frame, look(frame))
>>> table.names, table(frame).round(2).tolist()[0]
(('age', 'member'), [-0.49, 0.95])
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple, Self

import numpy as np

from ..nn.arrays import Array, namespace
from ..nn.rows import listed
from ..nn.validation import choose, near
from ..words import NOTHING, Text, catalogue
from .encoders import KINDS
from .encoding import SAMPLE, Encoder, Suits, marks_of
from .frame import Cells, Frame, Numbers, Texts, as_texts, frame_of, missing, take
from .marks import MISSING, plain_number
from .names import NUMBERED, Category, Constant
from .quantities import Number

SAY = catalogue("table")

BLOCK = 2**12
CLIP = 3.0
"""x / sqrt(1 + (x / 3)^2) lies within -3 and 3 (RealMLP's smooth clip, Holzmueller et al. 2024, arXiv 2407.04491)."""


class Found(NamedTuple):
    """What kind a column is, why, and how it is written."""

    kind: str
    why: str
    how: Any = None


def look(frame: Frame, kinds: Mapping[str, str] | None = None) -> dict[str, Found]:
    """The kind of each column: the first of ``KINDS`` that suits it, or the one that ``kinds`` names.

    A date's format may be named as well: {"day": "date:%d.%m.%Y"}. Raises ValueError for a column or kind that is not
    there.
    """
    asked = {matching(name, frame.names): kind for name, kind in (kinds or {}).items()}
    found = {}
    for name, cells in frame:
        if name in asked:
            kind, _, how = asked[name].partition(":")
            encoder = choose(f"the kind of column {name!r}", kind, KINDS)
            suits = Suits(SAY["why.asked"], how or (encoder.suits(cells, name) or Suits("")).how)
        else:
            kind, suits = next((k, s) for k, e in KINDS.items() if (s := e.suits(cells, name)) is not None)
        found[name] = Found(kind, suits.why + nothing_in(cells, kind), suits.how)
    return found


def nothing_in(cells: Cells, kind: str) -> Text:
    """How many cells of a column hold nothing or a missing mark, as the end of a sentence.

    >>> nothing_in(Texts(np.array([0, 1, 1, -1]), ("Oslo", "?")), "category")
    "; 3 missing ('?')"
    """
    marks: list[str] = []
    if isinstance(cells, Texts) and kind != "text":
        marks = [level for level in cells.levels if level.lower() in MISSING]
        marks = marks_of(cells.levels)[0] if kind == "category" else marks
    gone = missing(cells)
    if marks:
        gone = gone | np.isin(cells.codes, [cells.levels.index(mark) for mark in marks])  # type: ignore[union-attr]
    if not gone.any() or missing(cells).all():
        return NOTHING
    said = SAY["why.missing"].filled(n=f"{np.count_nonzero(gone):,}")
    return said + SAY["why.marks"].filled(marks=listed(marks, 3)) if marks else said


def matching(name: str, names: Sequence[str]) -> str:
    """The column that is meant by a name: itself, or the only one that differs in case and spaces alone.

    >>> matching("Age", ["age", "height"])
    'age'
    """
    if name in names:
        return name
    alike = [one for one in names if "".join(one.lower().split()) == "".join(name.lower().split())]
    if len(alike) == 1:
        return alike[0]
    shown = {"name": repr(name), "near": near(name, names), "names": listed(names, 20)}
    raise ValueError(SAY["error.no_column"].filled(**shown))


@dataclass(frozen=True)
class Table:
    """Fitted encoders by column, and the scale of each number that they make.

    centre, scale    (n_x,): x -> (x - centre) scale, then the smooth clip; scale 0 for what was constant. Empty for
                     numbers that are taken as they are
    marks            further texts or numbers that stand for a missing cell
    """

    encoders: dict[str, Encoder]
    centre: Array
    scale: Array
    marks: tuple[str, ...] = ()

    @classmethod
    def plain(cls, names: Sequence[str]) -> Self:
        """Columns of numbers that are taken as they are; a row with a missing one cannot be read.

        >>> Table.plain(["a", "b"])({"b": [1000.0], "a": ["-3"]})
        array([[  -3., 1000.]])
        """
        return cls(dict.fromkeys(names, Number(("", ".", ""), np.nan, False)), np.zeros(0), np.zeros(0))

    @property
    def is_plain(self) -> bool:
        """Whether it is one of ``Table.plain``."""
        return not self.scale.size

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that have a say."""
        return tuple(name for name, encoder in self.encoders.items() if encoder.parts)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the numbers that come out, (n_x,): a column's name and what part of it each is."""
        return tuple(f"{name} {part}".strip() for name, encoder in self.encoders.items() for part in encoder.parts)

    @property
    def rows(self) -> tuple[int | None, ...]:
        """Of each number that comes out: of how many rows it names one (``Encoder.rows``), or None."""
        return tuple(encoder.rows for encoder in self.encoders.values() for _ in encoder.parts)

    @property
    def places(self) -> dict[str, slice]:
        """Of each column with a say: which of the numbers that come out are its own."""
        ends = dict(zip(self.inputs, accumulate(len(self.encoders[name].parts) for name in self.inputs), strict=True))
        return {name: slice(end - len(self.encoders[name].parts), end) for name, end in ends.items()}

    def __call__(self, data: Any, dtype: Any = np.float64) -> Array:
        """Rows (m, n_x) of whatever ``frame_of`` takes. A row is NaN where one of its cells cannot be read.

        Columns go by their names: others are passed over. Raises ValueError for missing columns, with their names.
        """
        frame = self.frame(data)
        X = np.empty((frame.m, len(self.names)), dtype)
        columns: list[tuple[Encoder, Any, Array, Array | None]] = []
        for name, own in self.places.items():
            values, rows = self.encoders[name].material(frame[name])
            coded = None if rows is None else self.scaled(rows, own, self.encoders[name]).T.copy()
            columns.append((self.encoders[name], own, values, coded))
        block = np.empty((X.shape[1], BLOCK))  # of rows that stay in the processor's cache, as columns
        for start in range(0, frame.m, BLOCK):
            part, m = np.s_[start : start + BLOCK], min(BLOCK, frame.m - start)
            for encoder, own, values, rows in columns:
                if rows is None:
                    block[own, :m] = self.scaled(encoder.of_values(values[part]), own, encoder).T
                else:
                    block[own, :m] = rows.take(values[part], axis=1, mode="wrap")  # -1 is the last
            X[part] = block[:, :m].T
        return X

    def in_graph(self, columns: Mapping[str, Array]) -> Array:
        """Columns (m,) of an ONNX graph, by their names, as rows (m, n_x)."""
        parts = [
            self.scaled(self.encoders[name].in_graph(columns[name], self.marks), own, self.encoders[name])
            for name, own in self.places.items()
        ]
        return namespace(parts[0]).concat(parts, axis=1)

    def scaled(self, rows: Array, own: slice, encoder: Encoder) -> Array:
        """Numbers (m, k) of those columns, centred, scaled and softly clipped; plain and numbered ones as they are."""
        if self.is_plain or encoder.rows is not None:
            return rows
        return clipped((namespace(rows).clip(rows, -1e300, 1e300) - self.centre[own]) * self.scale[own])

    def frame(self, data: Any) -> Frame:
        """The data as a frame of the table's columns, marks made missing."""
        frame = frame_of(data, tuple(self.encoders))
        lacking = [name for name in self.inputs if name not in frame.names]
        if lacking:
            there = listed(frame.names, 20)
            raise ValueError(SAY["error.lacks_column"].filled(names=listed(lacking), there=there))
        kept = {name: frame[name] for name in self.encoders if name in frame.names}
        return without_marks(Frame(kept, frame.m), self.marks)

    def unread(self, data: Any) -> dict[int, str]:
        """The rows with a cell that cannot be read, and that cell in words."""
        frame, found = self.frame(data), dict[int, str]()
        for name in self.inputs:
            if (bad := np.isnan(self.encoders[name](frame[name])).any(axis=1)).any():
                texts = as_texts(frame[name])
                for row in np.flatnonzero(bad).tolist():
                    cell = "" if texts.codes[row] < 0 else texts.levels[texts.codes[row]][:40]
                    found.setdefault(row, f"{name!r} holds {cell!r}, where {self.encoders[name].wanted} is needed")
        return found

    def unfamiliar(self, data: Any) -> dict[str, tuple[int, str, str]]:
        """By column: how many cells hold what no training row had, one of them ("": nothing), and what comes of it."""
        frame, found = self.frame(data), {}
        for name, cells in frame:
            encoder = self.encoders[name]
            new = encoder.unfamiliar(cells)
            if new:
                texts = as_texts(cells)
                times = int(np.isin(texts.codes, [texts.levels.index(level) for level in new]).sum())
                found[name] = (times, new[0], encoder.consequence)
            elif not getattr(encoder, "indicator", True) and (times := int(np.count_nonzero(missing(cells)))):
                found[name] = (times, "", "read as usual ones, because no training row lacked it")
        return found


def fit(
    frame: Frame,
    found: Mapping[str, Found],
    marks: Sequence[str] = (),
    weights: Array | None = None,
    numbered: bool = False,
) -> Table:
    """The table of the training rows; weights (m,): how often each row counts for the scales.

    numbered: whether the levels of a category of many are numbered, for a network that learns what each is worth

    Raises ValueError where no column is left that could be learnt from.
    """
    frame = without_marks(frame, marks)
    encoders: dict[str, Encoder] = {}
    centres, scales = [np.empty(0)], [np.empty(0)]
    for name, what in found.items():
        encoder = KINDS[what.kind]
        if missing(frame[name]).all():  # in the training rows, if not in all
            encoder = Constant
        try:
            encoders[name] = encoder.fit(frame[name], NUMBERED if numbered and encoder is Category else what.how)
        except ValueError as error:
            raise ValueError(SAY["error.read_as"].filled(name=repr(name), kind=what.kind, error=error)) from None
        centre, scale = column_scale(encoders[name], frame[name], weights)
        centres.append(centre)
        scales.append(scale)
    if not any(encoder.parts for encoder in encoders.values()):
        left = "; ".join(f"{name!r} is {what.kind} ({what.why})" for name, what in found.items())
        raise ValueError(SAY["error.none_left"].filled(left=left))
    return Table(encoders, np.concatenate(centres), np.concatenate(scales), tuple(marks))


def column_scale(encoder: Encoder, cells: Cells, weights: Array | None) -> tuple[Array, Array]:
    """The scale of the numbers that an encoder makes of a column: of the rows where cells recur, each counted once."""
    values, rows = encoder.material(cells)
    if rows is None:
        some = np.s_[:: 1 + len(values) // SAMPLE]
        return robust_scale(encoder.of_values(values[some]), None if weights is None else weights[some])
    counts = np.bincount(np.where(values < 0, len(rows) - 1, values), weights, minlength=len(rows))
    return robust_scale(rows[counts > 0], counts[counts > 0])


def robust_scale(X: Array, weights: Array | None = None) -> tuple[Array, Array]:
    """The median of each column, and 1 / (q75 - q25), or 2 / (max - min) where that is 0, or 0 for a constant.

    Quantiles are numbers that occur, so that a row of weight 2 is a row that is there twice.

    >>> robust_scale(np.array([[1.0, 7.0], [2.0, 7.0], [3.0, 7.0]]))
    (array([2., 7.]), array([0.5, 0. ]))
    """
    if not X.size:
        return np.zeros(X.shape[1]), np.zeros(X.shape[1])
    low, middle, high = np.quantile(X, (0.25, 0.5, 0.75), axis=0, method="inverted_cdf", weights=weights)
    X = np.where(np.isinf(X), middle, X)
    spread, reach = high - low, np.ptp(X, axis=0) / 2
    # Rounding leaves a constant column with a tiny spread; its size is that of the numbers.
    least = 10 * np.finfo(np.float64).eps * np.abs(X).max(axis=0)
    chosen = np.where(spread > least, spread, np.where(reach > least, reach, np.inf))
    return middle, 1 / chosen


def clipped(X: Array) -> Array:
    """x / sqrt(1 + (x / 3)^2)."""
    xp = namespace(X)
    X = xp.clip(X, -1e100, 1e100)
    return X / xp.sqrt(1 + xp.square(X / CLIP))


def without_marks(frame: Frame, marks: Sequence[str]) -> Frame:
    """The frame with the cells that are one of the marks made missing."""
    return Frame({name: cleared(cells, marks) for name, cells in frame}, frame.m) if marks else frame


def cleared(cells: Cells, marks: Sequence[str]) -> Cells:
    """The cells, those that are one of the marks made missing."""
    if isinstance(cells, Numbers):
        numbers = [number for mark in marks if (number := plain_number(mark)) is not None]
        return cells._replace(values=np.where(np.isin(cells.values, numbers), np.nan, cells.values))
    if isinstance(cells, Texts):
        gone = [i for i, level in enumerate(cells.levels) if level in marks]
        codes = np.where(np.isin(cells.codes, gone), -1, cells.codes).astype(np.int32)
        return take(cells._replace(codes=codes), slice(None))
    return cells
