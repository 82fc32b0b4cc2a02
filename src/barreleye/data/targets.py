"""What is to be predicted: as a network takes it, (m, n_y), and as people say it, classes or numbers in their units.

>>> from .frame import frame_of
>>> targets, why = fit(frame_of({"animal": ["cat", "dog", "cat"]}))
>>> targets.head, targets.encode(frame_of({"animal": ["dog", "cat"]})).tolist(), targets.answer(np.array([[0.9]]))
('sigmoid', [[1.0], [0.0]], array(['dog'], dtype=object))
"""

import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from ..nn.arrays import Array
from ..nn.rows import LARGEST, refuse_beyond
from .encoders import Number, marks_of
from .frame import Cells, Frame, Numbers, Texts, as_texts, listed, missing

Task: TypeAlias = Literal["classification", "regression"]
MOST_CLASSES = 20
"""Of whole numbers that are taken for classes without being asked."""


@dataclass(frozen=True)
class Targets:
    """One or more columns to predict: all of them classes, or all of them numbers.

    names         of the columns
    classes       of each column, sorted; none for numbers
    mean, scale   (n,) of each column of numbers in the training rows; the network learns (y - mean) / scale
    """

    names: tuple[str, ...]
    classes: tuple[tuple[Any, ...], ...]
    mean: Array
    scale: Array

    @property
    def task(self) -> Task:
        return "classification" if self.classes else "regression"

    @property
    def head(self) -> str:
        """The network's head: one output for two classes, one for each of more; a group of them for each column."""
        if not self.classes:
            return "identity"
        if len(self.classes) > 1:
            return "softmax_groups"
        return "sigmoid" if len(self.classes[0]) == 2 else "softmax"

    @property
    def n_y(self) -> int:
        """The network's outputs."""
        if not self.classes:
            return len(self.names)
        return 1 if self.head == "sigmoid" else sum(map(len, self.classes))

    def encode(self, frame: Frame) -> Array:
        """The columns as the network takes them, (m, n_y).

        Raises ValueError for a class that the targets do not know, and for missing cells.
        """
        if not self.classes:
            numbers = np.column_stack([numbers_of(frame[name], name) for name in self.names])
            return (numbers - self.mean) / self.scale
        indices = [self.indices(frame, i) for i in range(len(self.names))]
        if self.head == "sigmoid":
            return indices[0].reshape(-1, 1).astype(np.float64)
        return np.column_stack([np.eye(len(c))[index] for c, index in zip(self.classes, indices, strict=True)])

    def indices(self, frame: Frame, column: int = 0) -> Array:
        """The class of each row (m,), as its place in ``classes[column]``."""
        labels = labels_of(frame[self.names[column]])
        places = {label: i for i, label in enumerate(self.classes[column])}
        unknown = [label for label in dict.fromkeys(labels) if label not in places]
        if unknown:
            raise ValueError(
                f"{self.names[column]!r} holds {unknown[0]!r}, which no training row had; "
                f"the classes are {listed([str(c) for c in self.classes[column]])}"
            )
        return np.array([places[label] for label in labels], np.int64)

    def probabilities(self, Y_hat: Array) -> list[Array]:
        """Of each column's classes, (m, K), from the network's outputs."""
        if self.head == "sigmoid":
            return [np.column_stack([1 - Y_hat[:, 0], Y_hat[:, 0]])]
        return np.split(Y_hat, np.cumsum([len(c) for c in self.classes])[:-1], axis=1)

    def numbers(self, Y_hat: Array) -> Array:
        """The network's outputs (m, n) in the targets' own units."""
        return Y_hat * self.scale + self.mean

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


def fit(frame: Frame, task: str = "auto", weights: Array | None = None) -> tuple[Targets, str]:
    """The targets that the columns of a frame are, and why, in a sentence.

    task: "classification", "regression" or "auto", by the look of the columns. weights: of rows, for mean and scale.

    Raises ValueError for a single class, for one number in all rows, for an identifier, and for text where numbers are
    asked for.
    """
    judged = {name: task_of(cells, name) for name, cells in frame}
    wanted = {task} if task != "auto" else {what for what, _ in judged.values()}
    if len(wanted) > 1:
        kinds = ", ".join(f"{name!r} asks for {what}" for name, (what, _) in judged.items())
        raise ValueError(f"targets of two kinds need two models: {kinds}; name the task if one of them is meant")
    why = "; ".join(reason for _, reason in judged.values())
    if wanted == {"classification"}:
        classes = tuple(classes_of(cells, name, task != "auto") for name, cells in frame)
        return Targets(frame.names, classes, np.zeros(0), np.ones(0)), why
    Y = np.column_stack([numbers_of(cells, name) for name, cells in frame])
    for name, column in zip(frame.names, Y.T, strict=True):
        if len(column) and (column == column[0]).all():
            raise ValueError(f"{name!r} is {column[0]:g} in every row: there is nothing to predict")
    mean = np.average(Y, axis=0, weights=weights)
    scale = np.sqrt(np.average((Y - mean) ** 2, axis=0, weights=weights))
    return Targets(frame.names, (), mean, scale), why


def task_of(cells: Cells, name: str = "y") -> tuple[Task, str]:
    """The task that a column asks for, and the reason as a sentence for the user.

    Texts and truth values are classes. Whole numbers are classes when few distinct ones share the rows: two, or at most
    20 and at most sqrt(m), so that a class has sqrt(m) rows on average. Everything else is regression.

    >>> task_of(Numbers(np.array([0.0, 1, 1, 0])), "passed")[1]
    "'passed' holds 2 distinct whole numbers, so this is classification; --task regression overrides"
    """
    if isinstance(cells, Texts) and Number.suits(cells, name) is None:
        return "classification", f"{name!r} holds {len(cells.levels)} different texts, so this is classification"
    if isinstance(cells, Numbers) and cells.truth:
        return "classification", f"{name!r} holds truth values, so this is classification"
    numbers = numbers_of(cells, name)
    distinct = np.unique(numbers)
    fractions = distinct[distinct != np.floor(distinct)]
    if len(fractions):
        held = f"fractions such as {fractions[0]:g}"
    else:
        held = f"{len(distinct)} distinct whole number{'s'[: len(distinct) > 1]}"
        if len(distinct) <= max(2, min(MOST_CLASSES, math.isqrt(len(numbers)))):
            return "classification", f"{name!r} holds {held}, so this is classification; --task regression overrides"
    return "regression", f"{name!r} holds {held}, so this is regression; --task classification overrides"


def lacking(cells: Cells) -> Array:
    """Which cells (m,) of a target hold nothing: empty, or a missing mark."""
    gone = missing(cells)
    if not isinstance(cells, Texts):
        return gone
    if Number.suits(cells, "") is not None:
        return np.isnan(Number.fit(cells).numbers(cells))
    return gone | np.isin(cells.codes, [cells.levels.index(mark) for mark in marks_of(cells.levels)[0]])


def numbers_of(cells: Cells, name: str) -> Array:
    """A target's numbers (m,). Raises ValueError for text, and for numbers that are missing or infinite."""
    if isinstance(cells, Numbers):
        values = cells.values
    else:
        try:
            values = Number.fit(cells).numbers(cells)
        except ValueError as error:
            raise ValueError(f"{name!r} {error}: regression needs numbers") from None
    if not np.isfinite(values).all():
        row = int((~np.isfinite(values)).argmax())
        raise ValueError(f"{name!r} has no number in row {row}: leave out the rows without a target")
    refuse_beyond(repr(name), values, LARGEST[values.dtype], ", too large to square: divide it by its own size")
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


def classes_of(cells: Cells, name: str, asked: bool) -> tuple[Any, ...]:
    """A target's classes, sorted."""
    labels = labels_of(cells)
    counts: dict[Any, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    if len(counts) == 1:
        raise ValueError(f"{name!r} holds one class only, {str(labels[0])!r}: there is nothing to tell apart")
    alone = sum(times == 1 for times in counts.values())
    if 2 * alone > len(counts) and len(counts) > 3:
        numeric = not isinstance(cells, Texts)
        raise ValueError(
            f"{name!r} holds {len(counts)} distinct {'numbers' if numeric else 'texts'} in {len(labels)} rows: it "
            f"looks like {'a quantity or ' if numeric else ''}an identifier, not a class. Choose "
            f"{'task regression or ' if numeric else ''}another target"
        )
    return tuple(sorted(counts))
