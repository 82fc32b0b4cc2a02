"""What is to be predicted: as a network takes it, (m, n_y), and as people say it, classes or numbers in their units.

>>> from .frame import frame_of
>>> targets, why = fit(frame_of({"animal": ["cat", "dog", "cat"]}))
>>> targets.head, targets.encode(frame_of({"animal": ["dog", "cat"]})).tolist(), targets.answer(np.array([[0.9]]))
('sigmoid', [[1.0], [0.0]], array(['dog'], dtype=object))
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from ..nn.arrays import Array, like, namespace
from ..nn.rows import LARGEST, listed, refuse_beyond
from ..nn.validation import choose
from ..words import catalogue
from .encoding import marks_of
from .frame import Cells, Frame, Numbers, Texts, as_texts, missing
from .quantities import Date, Number

SAY = catalogue("table")

Task: TypeAlias = Literal["classification", "regression"]
Coding: TypeAlias = Literal["probabilities", "distributions", "signs"]
MOST_CLASSES = 20
"""Of whole numbers that are taken for classes without being asked."""


@dataclass(frozen=True)
class Targets:
    """One or more columns to predict: all of them classes, or all of them numbers.

    names         of the columns
    classes       of each column, sorted; none for numbers
    mean, scale   (n,) of each column of numbers in the training rows; the network learns (y - mean) / scale. Empty
                  where it learns the numbers as they are
    coding        what the network's head takes for classes, where it is not ``head``: "distributions" has an output for
                  each class, of two as well; "probabilities" and "signs" (-1 and +1) are one class against the rest,
                  and answers are divided by their sum
    limits        (2, n): the least and the most of each column of numbers in the training rows, beyond which no answer
                  goes; empty: answers go anywhere
    yes_or_no     whether the columns are labels of which any number may hold: classes 0 and 1, one output each
    quantiles     that the network answers for each number, ascending with 1/2 among them, an output each; none: one
                  number alone
    """

    names: tuple[str, ...]
    classes: tuple[tuple[Any, ...], ...]
    mean: Array
    scale: Array
    coding: Coding | None = None
    yes_or_no: bool = False
    quantiles: tuple[float, ...] = ()
    limits: Array = field(default_factory=lambda: np.empty((0, 0)))

    def __post_init__(self) -> None:
        if self.quantiles and (self.classes or 0.5 not in self.quantiles):
            raise ValueError(SAY["error.quantiles_classes" if self.classes else "error.quantiles"].filled(it=self))

    @property
    def task(self) -> Task:
        return "classification" if self.classes else "regression"

    @property
    def head(self) -> str:
        """The network's head: one output for two classes, one for each of more; a group of them for each column."""
        if not self.classes:
            return "quantiles" if self.quantiles else "identity"
        if self.yes_or_no:
            return "sigmoid"
        if len(self.classes) > 1:
            return "softmax_groups"
        return "sigmoid" if self.widths == (1,) else "softmax"

    @property
    def widths(self) -> tuple[int, ...]:
        """Outputs for each column: one where it tells two classes apart, else one for each class."""
        if not self.classes:
            return (len(self.quantiles) or 1,) * len(self.names)
        one = self.yes_or_no or (len(self.classes) == 1 and self.coding != "distributions")
        return tuple(1 if one and len(c) == 2 else len(c) for c in self.classes)

    @property
    def n_y(self) -> int:
        """The network's outputs."""
        return sum(self.widths)

    def encode(self, frame: Frame) -> Array:
        """The columns as the network takes them, (m, n_y).

        Raises ValueError for a class that the targets do not know, and for missing cells.
        """
        if not self.classes:
            return self.coded([numbers_of(frame[name], name) for name in self.names])
        return self.coded([self.indices(frame, i) for i in range(len(self.names))])

    def coded(self, columns: Sequence[Array]) -> Array:
        """Y (m, n_y) of columns of numbers, or of classes as their places in ``classes``."""
        if not self.classes:
            Y = np.column_stack(columns)
            Y = (Y - self.mean) / self.scale if self.mean.size else Y
            return np.repeat(Y, self.widths[0], axis=1)
        hot = [
            np.eye(len(c))[places, -width:] for places, c, width in zip(columns, self.classes, self.widths, strict=True)
        ]
        Y = np.concatenate(hot, axis=1)
        return 2 * Y - 1 if self.coding == "signs" else Y

    def indices(self, frame: Frame, column: int = 0) -> Array:
        """The class of each row (m,), as its place in ``classes[column]``."""
        return places(labels_of(frame[self.names[column]]), self.classes[column], repr(self.names[column]))

    def probabilities(self, Y_hat: Array) -> list[Array]:
        """Of each column's classes, (m, K), from the network's outputs."""
        P = (1 + Y_hat) / 2 if self.coding == "signs" else Y_hat
        xp, ends = namespace(P), list(accumulate(self.widths))
        parts = [P[:, end - width : end] for end, width in zip(ends, self.widths, strict=True)]
        alone = self.coding in ("probabilities", "signs")
        return [
            xp.concat([1 - part, part], axis=1) if width == 1 else shared(part, width) if alone else part
            for part, width in zip(parts, self.widths, strict=True)
        ]

    def decoded(self, Y: Array, place: int = 0) -> Array:
        """``encode`` backwards: the numbers (m, n) of columns Y (m, n_y), wherever they lie."""
        Y = Y[:, place :: self.widths[0]]
        return Y * self.scale + self.mean if self.mean.size else Y

    def numbers(self, Y_hat: Array) -> Array:
        """The numbers (m, n) that the network's outputs (m, n_y) say, in their own units; of quantiles the median."""
        return self.quantile(Y_hat, self.quantiles.index(0.5) if self.quantiles else 0)

    def ends(self, Y_hat: Array) -> tuple[Array, Array]:
        """The lowest and the highest quantile (m, n) in the numbers' own units; without quantiles the number itself."""
        if not self.quantiles:
            return self.numbers(Y_hat), self.numbers(Y_hat)
        return self.quantile(Y_hat, 0), self.quantile(Y_hat, len(self.quantiles) - 1)

    def quantile(self, Y_hat: Array, place: int) -> Array:
        """The quantile (m, n) of that place among ``quantiles``, within the limits."""
        Y = self.decoded(Y_hat, place)
        return namespace(Y).clip(Y, *(like(limit, Y) for limit in self.limits)) if self.limits.size else Y

    def answer(self, Y_hat: Array) -> Array:
        """The likeliest class of each row, or its number: (m,), or (m, n) for several columns."""
        if not self.classes:
            columns = list(self.numbers(Y_hat).T)
        else:
            columns = [
                np.array(c, dtype=object)[P.argmax(axis=1)]
                for c, P in zip(self.classes, self.probabilities(Y_hat), strict=True)
            ]
        return columns[0] if len(columns) == 1 else np.column_stack(columns)


def places(labels: Sequence[Any], classes: Sequence[Any], what: str) -> Array:
    """Each label's place among the classes. Raises ValueError for a label that is none of them.

    >>> places(["b", "a"], ["a", "b"], "y")
    array([1, 0])
    """
    place = {label: i for i, label in enumerate(classes)}
    try:
        return np.fromiter(map(place.__getitem__, labels), np.int64, len(labels))
    except KeyError as error:
        unknown = error.args[0]
    raise ValueError(SAY["error.unknown_class"].filled(what=what, label=unknown, classes=listed(classes)))


def balance(places: Array, weights: Array | None = None, K: int = 0) -> Array:
    """How much a row of each class counts (K,) where classes are to count alike: m / (K m_k), m being sums of weights.

    >>> balance(np.array([0, 0, 1]))
    array([0.75, 1.5 ])
    """
    mass = np.bincount(places, weights, K).astype(np.float64)
    return mass.sum() / (np.count_nonzero(mass) * np.where(mass > 0, mass, 1.0))


def standard(Y: Array, weights: Array | None = None) -> tuple[Array, Array]:
    """The mean and the deviation of each column of Y (m, n), 1 for one without; rows count as their weights say.

    >>> standard(np.array([[1.0, 5.0], [3.0, 5.0]]))
    (array([2., 5.]), array([1., 1.]))
    """
    mean = np.average(Y, axis=0, weights=weights)
    deviation = np.sqrt(np.average((Y - mean) ** 2, axis=0, weights=weights))
    return mean, np.where(deviation > 0, deviation, 1.0)


def shared(P: Array, K: int) -> Array:
    """P (m, K) in its proportions, each row with the sum 1; rows of 0 evenly."""
    xp, total = namespace(P), P.sum(axis=1, keepdims=True)
    return xp.where(total > 0, P / xp.where(total > 0, total, like(1, P)), like(1 / K, P))


def fit(frame: Frame, task: str = "auto", weights: Array | None = None) -> tuple[Targets, str]:
    """The targets that the columns of a frame are, and why, in a sentence; none where the task was asked for.

    task: "classification", "regression" or "auto", by the look of the columns. weights: of rows, for mean and scale.

    Raises ValueError for another task, for a single class, for one number in all rows, for an identifier, for dates
    unless they are asked for as classes, and for text where numbers are asked for.
    """
    choose("task", task, dict.fromkeys(("auto", *get_args(Task))))
    for name, cells in frame:
        if task == "auto" and Date.suits(cells, name) is not None:
            raise ValueError(SAY["error.target_dates"].filled(name=repr(name)))
    judged = {name: task_of(cells, name) for name, cells in frame} if task == "auto" else {}
    wanted = {task} if task != "auto" else {what for what, _ in judged.values()}
    if len(wanted) > 1:
        asks = (SAY["error.asks"].filled(name=repr(name), what=what) for name, (what, _) in judged.items())
        raise ValueError(SAY["error.two_kinds"].filled(kinds=SAY["file.comma"].join(asks)))
    why = SAY["file.and"].join(reason for _, reason in judged.values())
    if wanted == {"classification"}:
        classes = tuple(classes_of(cells, name) for name, cells in frame)
        return Targets(frame.names, classes, np.zeros(0), np.ones(0)), why
    Y = np.column_stack([numbers_of(cells, name) for name, cells in frame])
    for name, column in zip(frame.names, Y.T, strict=True):
        if len(column) and (column == column[0]).all():
            raise ValueError(SAY["error.constant_target"].filled(name=repr(name), value=f"{column[0]:g}"))
    return Targets(frame.names, (), *standard(Y, weights)), why


def task_of(cells: Cells, name: str = "y") -> tuple[Task, str]:
    """The task that a column asks for, and the reason as a sentence for the user.

    Texts and truth values are classes. Whole numbers are classes when few distinct ones share the rows: two, or at most
    20 and at most sqrt(m), so that a class has sqrt(m) rows on average. Everything else is regression.

    >>> task_of(Numbers(np.array([0.0, 1, 1, 0])), "passed")[1]
    "'passed' holds 2 distinct whole numbers, so this is classification; --task regression overrides"
    """
    if isinstance(cells, Texts) and Number.suits(cells, name) is None:
        return "classification", SAY["task.texts"].filled(name=repr(name), n=len(cells.levels))
    if isinstance(cells, Numbers) and cells.truth:
        return "classification", SAY["task.truth"].filled(name=repr(name))
    numbers = numbers_of(cells, name)
    distinct = np.unique(numbers)
    fractions = distinct[distinct != np.floor(distinct)]
    if len(fractions):
        held = SAY["task.fractions"].filled(number=f"{fractions[0]:g}")
    else:
        held = SAY[f"task.whole{'s'[: len(distinct) > 1]}"].filled(n=len(distinct))
        if len(distinct) <= max(2, min(MOST_CLASSES, math.isqrt(len(numbers)))):
            return "classification", SAY["task.classification"].filled(name=repr(name), held=held)
    return "regression", SAY["task.regression"].filled(name=repr(name), held=held)


def lacking(cells: Cells) -> Array:
    """Which cells (m,) of a target hold nothing: empty, or a missing mark."""
    gone = missing(cells)
    if not isinstance(cells, Texts):
        return gone
    suits = Number.suits(cells, "")
    if suits is not None:
        return np.isnan(Number.fit(cells, suits.how).numbers(cells))
    return gone | np.isin(cells.codes, [cells.levels.index(mark) for mark in marks_of(cells.levels)[0]])


def numbers_of(cells: Cells, name: str, use: str = "regression") -> Array:
    """A column's numbers (m,) for that use. Raises ValueError for text, and for missing or infinite numbers."""
    if isinstance(cells, Numbers):
        values = cells.values
    else:
        try:
            values = Number.fit(cells).numbers(cells)
        except ValueError as error:
            raise ValueError(SAY["error.needs_numbers"].filled(name=repr(name), error=error, use=use)) from None
    if not np.isfinite(values).all():
        row = int((~np.isfinite(values)).argmax())
        raise ValueError(SAY["error.needs_number"].filled(name=repr(name), row=row, use=use))
    refuse_beyond(repr(name), values, LARGEST[values.dtype], SAY["error.too_large"])
    return values


def labels_of(cells: Cells) -> list[Any]:
    """A target's labels: whole numbers as integers, so that class 1 is called 1 and not 1.0."""
    if isinstance(cells, Texts):
        return [cells.levels[code] for code in cells.codes]
    values = cells.values
    if isinstance(cells, Numbers) and cells.truth:
        return [bool(value) for value in values]
    if isinstance(cells, Numbers) and (values == np.floor(values)).all():
        return [int(value) for value in values]
    return values.tolist() if isinstance(cells, Numbers) else [as_texts(cells).levels[c] for c in as_texts(cells).codes]


def classes_of(cells: Cells, name: str) -> tuple[Any, ...]:
    """A target's classes, sorted."""
    labels = labels_of(cells)
    counts: dict[Any, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    if len(counts) == 1:
        raise ValueError(SAY["error.one_class"].filled(name=repr(name), label=repr(str(labels[0]))))
    alone = sum(times == 1 for times in counts.values())
    if 2 * alone > len(counts) and len(counts) > 3:
        text = SAY["error.texts_no_classes" if isinstance(cells, Texts) else "error.numbers_no_classes"]
        raise ValueError(text.filled(name=name, n=len(counts), m=len(labels)))
    return tuple(sorted(counts))
