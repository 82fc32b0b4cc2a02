"""Running a learner's training on small data, and counting the steps that it makes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..casting.forms import told
from ..casting.layouts import leaves, name_at
from ..casting.naming import key_of
from ..casting.pupil import Pupil
from ..equations import Work
from ..mistakes.training import Point, all_finite, equal, fresh
from ..running.answers import Answer, Function
from .examples import HIDDEN
from .steps import point_in

RATE = 0.7
"""A learning rate that nobody has as a default."""
SIZES = {"model": (3, 4, 1), "model_deep": (3, 5, 4, 1)}
FARTHEST = 12
"""So many steps are counted at most."""
LONG, SECONDS = 100, 0.5
"""The iterations of a long run, and how long it may take."""


@dataclass(frozen=True)
class Runs:
    """A training that can be run for any number of iterations: what it returns after them.

    m    the number of samples
    """

    pupil: Pupil
    role: str
    m: int

    @property
    def function(self) -> Function:
        return self.pupil.cast[self.role]

    def named(self, key: str) -> str:
        """What the function calls its argument of this meaning; "" where it has none."""
        return next((one.name for one in self.function.parameters if key_of(one.name) == key), "")

    @property
    def rate(self) -> float | None:
        """The learning rate that it is given; None where it takes none."""
        return RATE if self.named("learning_rate") else None

    @property
    def n(self) -> tuple[int, ...]:
        return self.pupil.reading.sizes(SIZES[self.role])

    @cached_property
    def X_and_other(self) -> Any:
        """The X of every run, and another one."""
        return np.random.default_rng(5).normal(size=(2, 3, self.m))

    @cached_property
    def Y(self) -> Any:
        """Unbalanced labels: b moves from zero parameters too."""
        if self.pupil.reading.classes:
            return np.eye(self.n[-1])[:, np.arange(self.m) % self.n[-1]]
        return (np.arange(self.m).reshape(1, self.m) % 3 == 0).astype(float)

    @property
    def beginning(self) -> Any:
        """Random weights and zero biases in the learner's form, for a training that is handed its parameters."""
        v = self.pupil.example(SIZES[self.role], self.m, 0, worked_forward=False)
        return self.pupil.parameters(replace(v, b={l: 0 * b for l, b in v.b.items()}))

    def answer(self, k: int, **other: Any) -> Answer:
        """What the training returns after k iterations; ``other`` things may be given in place of the usual ones."""
        return self.pupil.call(self.role, self.available(k, **other))

    def available(self, k: int, *, X: Any = None, Y: Any = None, **other: Any) -> dict[str, Any]:
        """All that a training may ask for."""
        data = self.pupil.reading.data(self.X_and_other[0] if X is None else X, self.Y if Y is None else Y)
        given = {**told(self.n), **data, "learning_rate": RATE, "num_iterations": k, "print_cost": False}
        given |= {"X_val": data["X"], "Y_val": data["Y"], "parameters": self.beginning}
        return {**given, "m": self.m, "optimizer": "gd", **other}

    def after(self, k: int, **other: Any) -> Point | None:
        """The parameters after k iterations; None where it returns none."""
        return self.point(self.answer(k, **other))

    def point(self, answer: Answer) -> Point | None:
        """W and b in what was returned, as matrices and columns, where they are of one network; None where not."""
        if answer.trouble is not None:
            return None
        n_x, value = len(self.X_and_other[0]), answer.value
        point = point_in(self.pupil, value, own_sizes(self.pupil, value, n_x)) or point_in(self.pupil, value, self.n)
        if point is None:
            return None
        L = len(point) // 2
        widths = [n_x, *(len(point["b", l]) for l in range(1, L + 1))]
        fits = all(point["W", l].shape == (widths[l], widths[l - 1]) for l in range(1, L + 1))
        return point if fits and widths[-1] == len(self.Y) else None

    def work(self, point: Point) -> Work:
        """The data with these parameters."""
        W, b = ({l: one for (letter, l), one in sorted(point.items()) if letter == q} for q in "Wb")
        g = {l: HIDDEN[0] if l < max(W) else self.pupil.reading.output for l in W}
        return Work(self.X_and_other[0], self.Y, W, b, g, self.rate or 0.0)

    @cached_property
    def start(self) -> Point | None:
        """The parameters before the first step: after so few iterations that there are none, and with no biases yet."""
        found = next((point for k in (-10, 0) if (point := self.after(k)) is not None), None)
        return found if found is not None and fresh(found) else None

    def last(self, seconds: float) -> int | None:
        """The step after which a training stops, on other data too; None where it goes on, or 100 steps take long.

        seconds    that one iteration takes
        """
        if LONG * seconds > SECONDS:
            return None
        end = self.after(LONG)
        if end is None or not all_finite(end) or not equal(self.after(LONG // 2), end):
            return None
        early, late = 0, LONG // 2
        while late - early > 1:
            middle = (early + late) // 2
            early, late = (early, middle) if equal(self.after(middle), end) else (middle, late)
        others: list[dict[str, Any]] = [{"X": self.X_and_other[1]}]
        if not self.pupil.reading.classes:  # half of one kind, and one of a kind: another course
            labels = (np.arange(self.m) % 2, np.arange(self.m) == 0)
            others += [{"Y": one.astype(float).reshape(1, -1)} for one in labels]
        alike = all(
            equal(self.after(late, **other), self.after(LONG, **other))
            and not equal(self.after(late - 1, **other), self.after(late, **other))
            for other in others
        )
        return late if alike else None


def own_sizes(pupil: Pupil, value: Any, n_x: int) -> list[int]:
    """The sizes of the layers of a network that chooses them itself, by its W1, W2, ..."""
    named = {name: leaf for path, leaf in leaves(value) if (name := name_at(path)) and name[0] == "W"}
    weights = [pupil.reading.turned(name, named[name]) for name in sorted(named)]
    return [n_x, *(len(W) for W in weights if np.ndim(W) == 2)]


def counts(
    start: Point | None, points: Sequence[Point], step: Callable[[Point], Point | None]
) -> tuple[int, ...] | None:
    """How many steps from the start each point is; None where one of them is not reached.

    >>> start, points = {("b", 1): np.zeros(1)}, [{("b", 1): np.full(1, x)} for x in (0.0, 1.0, 4.0)]
    >>> counts(start, points, lambda point: {("b", 1): point["b", 1] + 1})
    (0, 1, 4)
    """
    trail: list[Point] = []
    found: dict[int, int] = {}
    at = start
    while at is not None and len(trail) <= FARTHEST and len(found) < len(points):
        for i, point in enumerate(points):
            if i not in found and equal(at, point, 1e-9):
                found[i] = len(trail)
        trail.append(at)
        at = step(at) if len(found) < len(points) else None
    return tuple(found[i] for i in range(len(points))) if len(found) == len(points) else None
