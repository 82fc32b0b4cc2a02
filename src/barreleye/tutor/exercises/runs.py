"""Running a learner's training on small data, and counting the steps that it makes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..casting.forms import told
from ..casting.pupil import Pupil
from ..equations import Work
from ..mistakes.training import Point, all_finite, equal, fresh
from ..running.answers import Answer
from .examples import HIDDEN
from .steps import own_sizes, point_in

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
    def n(self) -> tuple[int, ...]:
        return self.pupil.reading.sizes(SIZES[self.role])

    @property
    def X(self) -> Any:
        return np.random.default_rng(5).normal(size=(2, 3, self.m))[0]

    @property
    def other_X(self) -> Any:
        return np.random.default_rng(5).normal(size=(2, 3, self.m))[1]

    @property
    def Y(self) -> Any:
        """Unbalanced labels: b moves from zero parameters too."""
        if self.pupil.reading.classes:
            return np.eye(self.n[-1])[:, np.arange(self.m) % self.n[-1]]
        return (np.arange(self.m).reshape(1, self.m) % 3 == 0).astype(float)

    @property
    def beginning(self) -> Work:
        """Random weights and zero biases, for a training that is handed its parameters."""
        v = self.pupil.example(SIZES[self.role], self.m, 0, worked_forward=False)
        return replace(v, b={l: 0 * b for l, b in v.b.items()})

    def answer(self, k: int, **other: Any) -> Answer:
        """What the training returns after k iterations; ``other`` things may be given in place of the usual ones."""
        return self.pupil.call(self.role, self.available(k, **other))

    def available(self, k: int, *, X: Any = None, Y: Any = None, **other: Any) -> dict[str, Any]:
        """All that a training may ask for."""
        data = self.pupil.reading.data(self.X if X is None else X, self.Y if Y is None else Y)
        given = {**told(self.n), **data, "learning_rate": RATE, "num_iterations": k, "print_cost": False}
        given |= {"X_val": data["X"], "Y_val": data["Y"], "parameters": self.pupil.parameters(self.beginning)}
        return {**given, "m": self.m, "optimizer": "gd", **other}

    def after(self, k: int, **other: Any) -> Point | None:
        """The parameters after k iterations; None where it returns none."""
        return self.point(self.answer(k, **other))

    def point(self, answer: Answer) -> Point | None:
        """W and b in what was returned, as matrices and columns, where they are of one network; None where not."""
        if answer.trouble is not None:
            return None
        pupil, value = self.pupil, answer.value
        point = point_in(pupil, value, own_sizes(pupil, value, self.X)) or point_in(pupil, value, self.n)
        if point is None:
            return None
        L = len(point) // 2
        widths = [self.X.shape[0], *(len(point["b", l]) for l in range(1, L + 1))]
        fits = all(point["W", l].shape == (widths[l], widths[l - 1]) for l in range(1, L + 1))
        return point if fits and widths[-1] == len(self.Y) else None

    def work(self, point: Point, rate: float) -> Work:
        L = max(l for _, l in point)
        W, b = ({l: point[letter, l] for l in range(1, L + 1)} for letter in "Wb")
        return Work(self.X, self.Y, W, b, {l: HIDDEN[0] if l < L else self.pupil.reading.output for l in W}, rate)

    @property
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
        labels = (np.arange(self.m) % 2, np.arange(self.m) == 0)  # half of one kind, and one of a kind: another course
        others = [{"X": self.other_X}, *({"Y": one.astype(float).reshape(1, -1)} for one in labels)]
        others = others[:1] if self.pupil.reading.classes else others
        alike = all(
            equal(self.after(late, **other), self.after(LONG, **other))
            and not equal(self.after(late - 1, **other), self.after(late, **other))
            for other in others
        )
        return late if alike else None


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
