"""What is seen of a training: the parameters after some numbers of iterations, and what follows from them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...words import Text
from ..flaws import Flaw
from ..likeness import DIFFERENT, alike

Point = Mapping[tuple[str, int], Any]
"""W and b by layer, at one moment of the training."""
LOOP = "each iteration: parameters := update(parameters, gradients of these parameters)"


class Loop(NamedTuple):
    """What the code says of its loops.

    line                            where the loop begins, in the function's text; 0 where there is none
    initializes, returns, breaks    whether the initialization is called in a loop, whether it returns or breaks there
    costs                           how many calls of the cost stand in the loops
    updates                         how many calls of the update stand in the loops
    drops_update                    whether one of them is handed on under no name that the forward pass is given
    updates_outside                 whether the update is called, but in no loop
    ignores_count                   whether num_iterations is read nowhere
    updates_under                   the condition under which the update stands in the loop, "" where under none
    """

    line: int = 0
    initializes: bool = False
    returns: bool = False
    breaks: bool = False
    costs: int = 0
    updates: int = 0
    drops_update: bool = False
    updates_outside: bool = False
    ignores_count: bool = False
    updates_under: str = ""


class Training(NamedTuple):
    """The parameters after k, k + 1, k + 2 iterations, and what the tests of the arguments gave.

    asked         k, k + 1, k + 2
    start         the parameters before the first iteration; None where they could not be seen
    counts        how many steps each of the points is away from the start; None where that could not be told
    turns         how often the loop runs then by what stands at its head; None where that cannot be read
    last          the step after which it stops, where that comes before the last iteration; None where it goes on
    other_rate    after k iterations at another learning rate; None where that is no argument
    other_X       after k iterations on another X; other_Y: with other labels
    factor        each step as a multiple of the one that the learner's own functions make; None: no multiple
    climbs        the rate of the steps, where they are those of gradient descent with a negative one
    """

    points: Sequence[Point]
    asked: Sequence[int]
    loop: Loop
    start: Point | None = None
    counts: tuple[int, ...] | None = None
    turns: tuple[int, ...] | None = None
    last: int | None = None
    other_rate: Point | None = None
    other_X: Point | None = None
    other_Y: Point | None = None
    factor: float | None = None
    climbs: float | None = None


def equal(a: Point | None, b: Point | None, tolerance: float = 1e-12) -> bool:
    return a is not None and b is not None and all(alike(a[name], b[name], tolerance) != DIFFERENT for name in a)


def rests(seen: Training) -> bool:
    """Whether the parameters are the same, and numbers, after any number of iterations."""
    return still(seen.points) and finite(seen)


def finite(seen: Training) -> bool:
    return all(map(all_finite, seen.points))


def all_finite(point: Point) -> bool:
    return all(np.isfinite(value).all() for value in point.values())


def still(points: Sequence[Point]) -> bool:
    return all(equal(points[0], point) for point in points[1:])


def stays(seen: Training) -> bool:
    """Whether the parameters never leave the start, which has no biases yet where it was not seen itself."""
    start = seen.start or seen.points[0]
    return rests(seen) and equal(start, seen.points[0]) and (seen.start is not None or fresh(start))


def once(seen: Training) -> bool:
    """Whether there is one step, or at least some, however many iterations are asked for."""
    return rests(seen) and not stays(seen) and (seen.counts is None or set(seen.counts) == {1})


def fresh(point: Point) -> bool:
    """Whether all biases are 0, as they are before the first step.

    >>> fresh({("W", 1): np.ones((2, 2)), ("b", 1): np.zeros((2, 1))})
    True
    """
    return not any(np.any(value) for (letter, _), value in point.items() if letter == "b")


def twins(points: Sequence[Point]) -> bool:
    """Whether the units of the first layer stay the same as one another: they began so, and no step parts them."""
    return all(len(point["W", 1]) > 1 and not np.ptp(point["W", 1], axis=0).any() for point in points)


def steps(seen: Training) -> list[Point]:
    """By how much the parameters moved in each iteration."""
    return [
        {name: after[name] - before[name] for name in before}
        for before, after in zip(seen.points, seen.points[1:], strict=False)
    ]


def repeats(seen: Training, names: Sequence[tuple[str, int]]) -> bool:
    """Whether these parameters move by the same amount in every iteration, to the last digit that can be trusted."""
    first, second = steps(seen)
    scale = {name: np.abs(seen.points[-1][name]).max() for name in names}
    return all(
        np.abs(first[name]).max() > 0 and np.abs(first[name] - second[name]).max() <= 1e-12 * (1 + scale[name])
        for name in names
    )


def stale_forward(seen: Training) -> bool:
    """The output layer takes the same step every time, the layers below do not: A stays, W moves."""
    L = max(l for _, l in seen.points[0])
    top, below = [("W", L), ("b", L)], [("W", l) for l in range(1, L)]
    return bool(below) and repeats(seen, top) and not repeats(seen, below)


def flaw(
    name: str, shows: Callable[[Training], Any], claim: Text, hint: Text, seen: str, solution: str, should: str = LOOP
) -> Flaw[Training]:
    """A flaw of the whole loop: of several that show, the first is the one that is said."""

    def words(training: Training) -> dict[str, Any] | None:
        found = shows(training)
        return found if isinstance(found, dict) else {} if found else None

    return Flaw(name, "parameters", words, claim, hint, should, seen, solution)
