"""Mistakes in the loop of training: they show in the parameters after k, k + 1 and k + 2 iterations."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..flaws import Flaw
from ..likeness import DIFFERENT, alike
from ..report import FRAGILE, WRONG

Point = Mapping[tuple[str, int], Any]
"""W and b by layer, at one moment of the training."""


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


# How many steps there are


def same_number(seen: Training) -> dict[str, Any] | None:
    """The number of steps, where it is one and the same for any number of iterations."""
    return {"steps": seen.counts[0]} if rests(seen) and seen.counts else None


def one_off(seen: Training) -> dict[str, Any] | None:
    """Where there is one step more, or one less, than iterations."""
    off = {made - asked for made, asked in zip(seen.counts or (), seen.asked, strict=False)}
    return other_number(seen) if off in ({1}, {-1}) else None


def other_number(seen: Training) -> dict[str, Any] | None:
    """Where the loop runs as often as steps are made, and that is not as often as it should.

    A training that keeps the best parameters may return those of an earlier step.
    """
    return counted(seen) if seen.counts and seen.counts == seen.turns != tuple(seen.asked) else None


def counted(seen: Training) -> dict[str, Any]:
    """The steps and the iterations asked for, the last of each and all of them."""
    made, asked = tuple(seen.counts or ()), tuple(seen.asked)
    return {
        "made": made[-1],
        "asked": asked[-1],
        "all_made": ", ".join(map(str, made)),
        "all_asked": ", ".join(map(str, asked)),
    }


def updates_twice(factor: float, loop: Loop) -> bool:
    """Whether the steps are twice as long as they should be, and the loop has the update more than once."""
    return abs(factor - 2) < 1e-5 and loop.updates > 1


def climbing(seen: Training) -> dict[str, Any] | None:
    """The learning rate that the steps are made at, where they go up."""
    return {"rate": f"{seen.climbs:.6g}".replace("-", "−")} if seen.climbs else None


def of_another_length(seen: Training) -> dict[str, Any] | None:
    """The length of the steps as a multiple of what it should be, where it is another."""
    return {"factor": f"{seen.factor:.6g}"} if seen.factor is not None and abs(seen.factor - 1) > 1e-5 else None


def under_condition(seen: Training) -> dict[str, Any] | None:
    """The condition under which the update stands, where no step is ever made."""
    return {"condition": seen.loop.updates_under} if stays(seen) and seen.loop.updates_under else None


LOOP = "each iteration: parameters := update(parameters, gradients of these parameters)"
UPDATE = "parameters = update_parameters(parameters, grads, learning_rate)"
RANGE = "for i in range(num_iterations):"
EACH = "one step in each of num_iterations iterations"


def flaw(
    name: str,
    shows: Callable[[Training], Any],
    hint: str,
    seen: str,
    solution: str,
    should: str = LOOP,
    verdict: str = WRONG,
) -> Flaw[Training]:
    """A flaw of the whole loop: of several that show, the first is the one that is said."""
    return Flaw(name, "parameters", lambda training: truth(shows(training)), hint, seen, should, solution, verdict)


def truth(found: Any) -> dict[str, Any] | bool:
    """Words as they are, and whether anything else holds."""
    return found if isinstance(found, dict) else bool(found)


ITERATIONS: tuple[Flaw[Training], ...] = (
    flaw(
        "starts anew in every iteration",
        lambda seen: rests(seen) and seen.loop.initializes,
        "follow",
        "each iteration: parameters := initialize(...), then one step",
        "parameters = initialize_parameters(n_x, n_h, n_y)  # before the loop",
    ),
    flaw(
        "returns in the first iteration",
        lambda seen: once(seen) and seen.loop.returns,
        "return",
        "return after one iteration",
        "return parameters  # after the loop, not inside",
    ),
    flaw(
        "breaks in the first iteration",
        lambda seen: once(seen) and seen.counts and seen.loop.breaks,
        "break",
        "one step, then break",
        "# no break in the loop",
        EACH,
    ),
    flaw(
        "updates after the loop",
        lambda seen: rests(seen) and seen.loop.updates_outside,
        "indented",
        "one update, outside the loop",
        f"{UPDATE}  # inside the loop",
    ),
    flaw(
        "the update is not kept",
        lambda seen: stays(seen) and seen.loop.drops_update,
        "who takes",
        "each iteration: update(parameters, gradients), and parameters stay",
        UPDATE,
    ),
    flaw(
        "updates under a condition",
        under_condition,
        "indented",
        "each iteration: an update only where {condition}",
        f"{UPDATE}  # in every iteration",
    ),
    flaw(
        "the update changes nothing",
        lambda seen: stays(seen) and seen.loop.updates,
        "print",
        "each iteration: parameters stay",
        "",
    ),
    flaw("never updates", stays, "follow", "each iteration: parameters stay", UPDATE),
    flaw("always as many steps", same_number, "what decides", "{steps} iterations", RANGE, EACH),
    flaw(
        "num_iterations is not used",
        lambda seen: rests(seen) and seen.loop.ignores_count,
        "what decides",
        "a number of iterations of its own",
        RANGE,
        EACH,
    ),
    flaw(
        "num_iterations changes nothing",
        rests,
        "follow",
        "the same parameters after one iteration and after many",
        "",
        EACH,
    ),
    flaw(
        "one step too many or too few",
        one_off,
        "how often",
        "{made} steps where num_iterations = {asked}",
        RANGE,
        EACH,
        FRAGILE,
    ),
    flaw(
        "another number of steps",
        other_number,
        "how often",
        "{all_made} steps where num_iterations is {all_asked}",
        RANGE,
        EACH,
    ),
    flaw(
        "stops early",
        lambda seen: {"steps": seen.last} if seen.last else None,
        "what ends",
        "at most {steps} iterations",
        RANGE,
        EACH,
    ),
)
STEPS: tuple[Flaw[Training], ...] = (
    flaw(
        "all units start alike",
        lambda seen: twins(seen.points),
        "which gradients",
        "W[1] starts with equal rows",
        "W1 = np.random.randn(n_h, n_x) * 0.01",
        "W[1] starts with small random numbers",
    ),
    flaw(
        "climbs",
        climbing,
        "uphill",
        "parameters := parameters − ({rate}) gradients",
        "W1 = W1 - learning_rate * dW1  # with learning_rate > 0, and so for every parameter",
        "parameters := parameters − α gradients, α > 0",
    ),
    flaw(
        "gradients of the first iteration",
        lambda seen: repeats(seen, list(seen.points[0])),
        "inside",
        "each iteration: parameters := update(parameters, gradients of the first parameters)",
        "# forward and backward propagation belong inside the loop",
    ),
    flaw(
        "forward pass of the first iteration",
        stale_forward,
        "inside",
        "each iteration: gradients from the A of the first parameters",
        "# forward propagation belongs inside the loop",
    ),
    flaw(
        "learning rate not passed on",
        lambda seen: equal(seen.other_rate, seen.points[0]),
        "which rate",
        "α is always the same",
        UPDATE,
        "α = learning_rate",
    ),
    flaw(
        "X is not the argument",
        lambda seen: equal(seen.other_X, seen.points[0]),
        "which names",
        "gradients from other data than X",
        "# use the argument X",
        "gradients from X and Y",
    ),
    flaw(
        "Y is not the argument",
        lambda seen: equal(seen.other_Y, seen.points[0]),
        "which names",
        "gradients from other labels than Y",
        "# use the argument Y",
        "gradients from X and Y",
    ),
    flaw(
        "updates twice",
        lambda seen: seen.factor is not None and updates_twice(seen.factor, seen.loop),
        "how often called",
        "each iteration: two updates with the same gradients",
        "# one update in each iteration",
    ),
    flaw(
        "steps of another length",
        of_another_length,
        "",
        "parameters := parameters − {factor} α gradients",
        UPDATE,
    ),
)
MODEL: tuple[Flaw[Training], ...] = (*ITERATIONS, *STEPS)


class Shown(NamedTuple):
    """How often the cost before the first step was shown in a long training, which calls the cost in no loop."""

    first: int


COSTS: tuple[Flaw[Shown], ...] = (
    Flaw(
        "cost of the first parameters",
        "cost",
        lambda seen: seen.first > 1,
        "inside",
        "each iteration: J of the first parameters",
        "each iteration: J of the parameters of this iteration",
        "cost = compute_cost(A2, Y)  # inside the loop",
    ),
)
