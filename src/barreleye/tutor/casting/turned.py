"""The network in one turn of a training: which numbers are its weights, its data and its labels, told by their shapes.

Names say little in a script (syn0, 权重1, h), shapes nearly all: the weights are what a turn changes, each takes what
the one before it gives, and the first takes the data.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..running.answers import Answer
from ..running.turns import Kept, Numbers, Place, Turn
from .layouts import Name
from .naming import key_of
from .reading import Reading

LAYOUTS = (Reading(rows=True, in_by_out=True), Reading(), Reading(rows=True), Reading(in_by_out=True))
MOST = 60
"""Among so many of the values that a turn computes its data and labels are looked for."""


@dataclass(frozen=True)
class Cast:
    """One way to see the network in a turn: what each of its quantities is called there.

    parameters    by quantity and layer; there may be no biases
    """

    reading: Reading
    X: str
    Y: str
    parameters: Mapping[Name, str]

    @property
    def L(self) -> int:
        return max(l for _, l in self.parameters)

    def weights(self, value: Any) -> Any:
        """A W, or its gradient, as the course has it."""
        value = np.asarray(value, float).reshape(matrix(np.shape(value), self.reading))
        return value.T if self.reading.in_by_out else value

    def given(self, values: Numbers) -> tuple[Any, Any]:
        """X and Y as the course has them."""
        X, Y = (np.asarray(values[name], float) for name in (self.X, self.Y))
        X = X.T if self.reading.rows else X
        n_y = len(self.weights(values[self.parameters["W", self.L]]))
        if Y.ndim == 2:
            return X, Y.T if self.reading.rows else Y
        return X, np.eye(n_y)[:, Y.astype(int)] if n_y > 1 else Y.reshape(1, -1)

    def quantities(self, values: Numbers) -> dict[Name, Any]:
        """Each parameter as the course has it."""
        return {
            (q, l): self.weights(values[name]) if q == "W" else np.asarray(values[name], float).reshape(-1, 1)
            for (q, l), name in self.parameters.items()
        }


def turn_in(answer: Answer) -> Turn | None:
    """The turn that an answer holds, if any."""
    if answer.trouble is not None or answer.value is None:
        return None
    loop, before, after, kept = answer.value
    lines = [Kept(Place(**one["place"]), one["name"], np.asarray(one["value"])) for one in kept]
    return Turn(Place(**loop), arrays(before), arrays(after), lines)


def arrays(values: Mapping[str, Any]) -> Numbers:
    return {name: np.asarray(value) for name, value in values.items()}


def casts_of(turn: Turn) -> Iterator[Cast]:
    """The ways to see a network in a turn, the likelier first."""
    data = data_in(turn)
    shapes = {name: turn.before[name].shape for name in moved_in(turn)}
    for reading in LAYOUTS:
        for X in sorted(data, key=lambda name: is_called(name, "X"), reverse=True):
            if np.ndim(data[X]) != 2:
                continue
            n, m = data[X].shape[:: -1 if reading.rows else 1]
            parameters = chain(reading, n, shapes)
            if parameters is None:
                continue
            n_y = units(reading, shapes[parameters["W", max(l for _, l in parameters)]])
            for Y in sorted(data, key=lambda name: is_called(name, "Y"), reverse=True):
                if Y != X and are_labels(data[Y], n_y, m, reading):
                    yield Cast(reading, X, Y, parameters)


def moved_in(turn: Turn) -> list[str]:
    """The parameters, by what a turn does to them: other numbers of the same shape."""
    pairs = ((name, one, turn.after.get(name)) for name, one in turn.before.items() if one.dtype.kind == "f")
    return [
        name
        for name, old, new in pairs
        if old.ndim <= 2 and new is not None and new.shape == old.shape and not np.array_equal(old, new)
    ]


def data_in(turn: Turn) -> Numbers:
    """What a turn is given besides its parameters, and what its first lines take of that: batches, one-hot labels."""
    moved = set(moved_in(turn))
    given = {name: one for name, one in turn.before.items() if one.size > 1 and name not in moved}
    known = np.unique(np.concatenate([[0, 1], *map(np.ravel, given.values())]))
    made = {f"{i}.{one.name}": one.value for i, one in enumerate(turn.kept[:MOST]) if one.value.size > 1}
    taken = {name: value for name, value in made.items() if np.isin(value, known).all()}
    found: Numbers = {}
    for name, value in (*given.items(), *taken.items()):
        if not any(one.shape == value.shape and np.array_equal(one, value) for one in found.values()):
            found[name] = value
    return found


def chain(reading: Reading, n: int, shapes: Mapping[str, tuple[int, ...]]) -> dict[Name, str] | None:
    """The weights and biases of a network that takes n features; None where these are not its parameters."""
    left, l = dict(shapes), 0
    found: dict[Name, str] = {}
    while left:
        fits = (name for name, shape in left.items() if takes(reading, shape, n) and not BIAS.search(name))
        W = next(fits, None)
        if W is None:
            return None
        l += 1
        n = units(reading, left.pop(W))
        found["W", l] = W
        fitting = [name for name, shape in left.items() if shape in bias_shapes(reading, n)]
        if fitting:
            b = max(fitting, key=lambda name: BIAS.search(name) is not None)
            found["b", l] = b
            del left[b]
    return found


BIAS = re.compile(r"(?:^|[._\W])b\d*$|bias|intercept|偏置", re.IGNORECASE)


def matrix(shape: tuple[int, ...], reading: Reading) -> tuple[int, int]:
    """The shape of a weight; one vector of weights is those of one unit."""
    if len(shape) == 2:
        return shape[0], shape[1]
    return (shape[0], 1) if reading.in_by_out else (1, shape[0])


def units(reading: Reading, shape: tuple[int, ...]) -> int:
    """How many units a weight of this shape has."""
    return matrix(shape, reading)[1 if reading.in_by_out else 0]


def takes(reading: Reading, shape: tuple[int, ...], n: int) -> bool:
    """Whether a parameter of this shape can be the weights of a layer that takes n numbers."""
    return len(shape) in (1, 2) and matrix(shape, reading)[0 if reading.in_by_out else 1] == n


def bias_shapes(reading: Reading, n: int) -> set[tuple[int, ...]]:
    row_or_column = (1, n) if reading.rows else (n, 1)
    return {row_or_column, (n,)} | ({(), (1,)} if n == 1 else set())


def are_labels(Y: np.ndarray, n_y: int, m: int, reading: Reading) -> bool:
    """Whether these can be the labels of m samples: numbers for each output, or one whole number for several."""
    if Y.ndim == 2:
        return Y.shape == ((m, n_y) if reading.rows else (n_y, m))
    whole = Y.dtype.kind in "iu" and Y.max(initial=0) < n_y
    return Y.shape == (m,) and (n_y == 1 or whole)


def is_called(name: str, key: str) -> bool:
    return key_of(name.split(".")[-1]) == key
