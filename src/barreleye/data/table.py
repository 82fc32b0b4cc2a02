"""The columns of a frame as the rows that a network takes: each by its kind, then centred, scaled and softly clipped.

>>> from .frame import frame_of
>>> frame = frame_of({"age": [20.0, 30.0, 40.0, 70.0], "member": ["yes", "no", "no", "yes"]})
>>> table = fit(frame, look(frame))
>>> table.names, table(frame).round(2).tolist()[0]
(('age', 'member'), [-0.49, 0.95])
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np

from ..nn.arrays import Array
from ..nn.validation import choose, near
from .encoders import KINDS, Constant, Encoder, Number, Suits
from .frame import Cells, Frame, Numbers, Texts, as_texts, frame_of, listed, missing

CLIP = 3.0
"""x / sqrt(1 + (x / 3)^2) lies within -3 and 3 (RealMLP's smooth clip, Holzmueller et al. 2024, arXiv 2407.04491)."""


class Found(NamedTuple):
    """What kind a column is, why, and how it is written."""

    kind: str
    why: str
    how: str = ""


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
            suits = encoder.suits(cells, name) or Suits("")
            found[name] = Found(kind, "as asked for", how or suits.how)
            continue
        kind, suits = next((k, s) for k, e in KINDS.items() if (s := e.suits(cells, name)) is not None)
        found[name] = Found(kind, suits.why, suits.how)
    return found


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
    raise ValueError(f"there is no column {name!r}{near(name, names)}; the columns are {listed(names, 20)}")


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

    def __call__(self, data: Any, dtype: Any = np.float64) -> Array:
        """Rows (m, n_x) of whatever ``frame_of`` takes. A row is NaN where one of its cells cannot be read.

        Columns go by their names: others are passed over. Raises ValueError for missing columns, with their names.
        """
        frame = self.frame(data)
        X = np.empty((frame.m, len(self.names)), dtype)
        done = 0
        for name, encoder in self.encoders.items():
            part = slice(done, done + len(encoder.parts))
            if encoder.parts:
                x = encoder(frame[name])
                X[:, part] = clipped((x - self.centre[part]) * self.scale[part]) if not self.is_plain else x
            done = part.stop
        return X

    def frame(self, data: Any) -> Frame:
        """The data as a frame of the table's columns, marks made missing."""
        frame = frame_of(data, tuple(self.encoders))
        lacking = [name for name in self.inputs if name not in frame.names]
        if lacking:
            raise ValueError(
                f"there is no column {listed(lacking)}, from which the model answers; "
                f"the columns are {listed(frame.names, 20)}"
            )
        kept = {name: frame[name] for name in self.encoders if name in frame.names}
        return without_marks(Frame(kept, frame.m), self.marks)

    def unread(self, data: Any) -> dict[int, str]:
        """The rows with a cell that cannot be read, and that cell in words."""
        frame, found = self.frame(data), dict[int, str]()
        for name in self.inputs:
            for row in np.flatnonzero(np.isnan(self.encoders[name](frame[name])).any(axis=1)).tolist():
                texts = as_texts(frame[name])
                cell = texts.levels[texts.codes[row]] if texts.codes[row] >= 0 else ""
                found.setdefault(row, f"{name!r} holds {cell[:40]!r}, where a {self.encoders[name].kind} is needed")
        return found

    def unfamiliar(self, data: Any) -> dict[str, tuple[int, str, str]]:
        """By column: how many cells hold what no training row had, one of them, and what comes of it."""
        frame, found = self.frame(data), {}
        for name, cells in frame:
            encoder = self.encoders[name]
            new = encoder.unfamiliar(cells)
            if new:
                texts = as_texts(cells)
                times = int(np.isin(texts.codes, [texts.levels.index(level) for level in new]).sum())
                found[name] = (times, new[0], encoder.consequence)
        return found


def fit(frame: Frame, found: Mapping[str, Found], marks: Sequence[str] = (), weights: Array | None = None) -> Table:
    """The table of the training rows; weights (m,): how often each row counts for the scales.

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
            encoders[name] = encoder.fit(frame[name], what.how)
        except ValueError as error:
            raise ValueError(f"column {name!r} is read as {what.kind}, but {error}") from None
        centre, scale = robust_scale(encoders[name](frame[name]), weights)
        centres.append(centre)
        scales.append(scale)
    if not any(encoder.parts for encoder in encoders.values()):
        left = "; ".join(f"{name!r} is {what.kind} ({what.why})" for name, what in found.items())
        raise ValueError(f"no column is left to learn from: {left}. Choose another kind with --kind COLUMN=number")
    return Table(encoders, np.concatenate(centres), np.concatenate(scales), tuple(marks))


def robust_scale(X: Array, weights: Array | None = None) -> tuple[Array, Array]:
    """The median of each column, and 1 / (q75 - q25), or 2 / (max - min) where that is 0, or 0 for a constant.

    Quantiles are numbers that occur, so that a row of weight 2 is a row that is there twice.

    >>> robust_scale(np.array([[1.0, 7.0], [2.0, 7.0], [3.0, 7.0]]))
    (array([2., 7.]), array([0.5, 0. ]))
    """
    if not X.size:
        return np.zeros(X.shape[1]), np.zeros(X.shape[1])
    low, middle, high = np.quantile(X, (0.25, 0.5, 0.75), axis=0, method="inverted_cdf", weights=weights)
    spread, reach = high - low, np.ptp(X, axis=0) / 2
    # Rounding leaves a constant column with a tiny spread; its size is that of the numbers.
    least = 10 * np.finfo(np.float64).eps * np.abs(X).max(axis=0)
    chosen = np.where(spread > least, spread, np.where(reach > least, reach, np.inf))
    return middle, 1 / chosen


def clipped(X: Array) -> Array:
    """x / sqrt(1 + (x / 3)^2)."""
    X = np.clip(X, -1e100, 1e100)
    return X / np.sqrt(1 + np.square(X / CLIP))


def without_marks(frame: Frame, marks: Sequence[str]) -> Frame:
    """The frame with the cells that are one of the marks made missing."""
    if not marks:
        return frame
    numbers = [float(mark) for mark in marks if is_number(mark)]

    def cleared(cells: Cells) -> Cells:
        if isinstance(cells, Numbers):
            return cells._replace(values=np.where(np.isin(cells.values, numbers), np.nan, cells.values))
        if isinstance(cells, Texts):
            gone = [i for i, level in enumerate(cells.levels) if level in marks]
            return cells._replace(codes=np.where(np.isin(cells.codes, gone), -1, cells.codes).astype(np.int32))
        return cells

    return Frame({name: cleared(cells) for name, cells in frame}, frame.m)


def is_number(text: str) -> bool:
    try:
        float(text)
        return True
    except ValueError:
        return False


def codes_for_missing(frame: Frame) -> list[str]:
    """Columns in which one number stands far from all others and recurs, as -200 or 999 for "no reading" does.

    >>> codes_for_missing(Frame({"t": Numbers(np.array([1.0, 2, 3, -200, -200, -200, 2]))}, 7))
    ["'t' holds -200 in 3 rows, far from all else: if it stands for a missing value, pass --missing -200"]
    """
    said = []
    for name, cells in frame:
        if not isinstance(cells, Numbers):
            continue
        values, times = np.unique(cells.values[~np.isnan(cells.values)], return_counts=True)
        if len(values) < 4:
            continue
        for place, next_, rest in ((0, 1, values[1:]), (-1, -2, values[:-1])):
            gap = abs(values[place] - values[next_])
            code = values[place] < 0 or set(f"{values[place]:g}") == {"9"}
            if code and gap > rest[-1] - rest[0] and times[place] >= max(3, 0.005 * len(cells.values)):
                mark = np.format_float_positional(values[place], trim="-")
                said.append(
                    f"{name!r} holds {mark} in {times[place]} rows, far from all else: if it stands for a missing "
                    f"value, pass --missing {mark}"
                )
    return said


def giveaways(frame: Frame, y: Array, classes: bool) -> list[str]:
    """Columns that alone give the target away: half of the rows teach what the other half then has right.

    y (m,): numbers of classes, or the target itself.

    >>> y = np.arange(100) % 2
    >>> giveaways(Frame({"y again": Numbers(5.0 - y)}, 100), y, classes=True)
    ["'y again' alone gives the target away: is it known when an answer is wanted? If not, --drop it"]
    """
    said: list[str] = []
    if len(y) < 20 or (classes and np.bincount(y).max() > 0.95 * len(y)):
        return said
    odd = np.random.default_rng(0).random(len(y)) < 0.5
    for name, cells in frame:
        bins = binned(cells)
        if classes:
            counts = np.zeros((bins.max() + 1, y.max() + 1))
            np.add.at(counts, (bins[odd], y[odd]), 1)
            known = counts.sum(axis=1)[bins] > 0
            right = (counts.argmax(axis=1)[bins] == y) & known
            gone = right[~odd].mean() > 0.995
        elif isinstance(cells, Numbers):
            both = ~np.isnan(cells.values)
            with np.errstate(all="ignore"):  # of numbers whose squares overflow, or that are all alike, nothing is said
                gone = both.mean() > 0.9 and abs(np.corrcoef(cells.values[both], y[both])[0, 1]) > 0.9999
        else:
            gone = False
        if gone:
            said.append(
                f"{name!r} alone gives the target away: is it known when an answer is wanted? If not, --drop it"
            )
    return said


def binned(cells: Cells) -> Array:
    """Cells as whole numbers from 0: a text's code, or one of 64 shares of equal size."""
    if isinstance(cells, Texts):
        return cells.codes + 1
    values = cells.values.astype(np.float64)
    gone = missing(cells)
    if gone.all():
        return np.zeros(len(values), np.int64)
    edges = np.unique(np.quantile(values[~gone], np.linspace(0, 1, 65)[1:-1]))
    return np.where(gone, 0, np.searchsorted(edges, np.where(gone, 0, values), side="right") + 1)
