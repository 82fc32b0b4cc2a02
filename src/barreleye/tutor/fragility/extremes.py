"""Functions where numbers leave the range of floats: Z at ±1000, outputs of exactly 0 and 1."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ...nn.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from ...words import Text
from ..casting.layouts import leaves
from ..casting.pupil import Pupil
from ..equations import Softmax, Work, forward_sheet, worked
from ..exercises.exercise import Exercise
from ..running.answers import Answer
from .inputs import stops
from .names import (
    DIVIDES_BY_ZERO,
    HIDDEN_FAILS,
    HIDDEN_OVERFLOWS,
    LOG_OF_ZERO,
    LOG_ON_THE_WAY,
    SAID,
    SIGMOID_FAILS,
    SIGMOID_OVERFLOWS,
    SOFTMAX_FAILS,
    TANH_FAILS,
    ZERO_LOG_ZERO,
    Fragile,
    Fragility,
)

FAR = 1000.0
FAILS: dict[Any, Fragility] = {
    Tanh: TANH_FAILS,
    Softmax: SOFTMAX_FAILS,
    **dict.fromkeys((Sigmoid, ReLU, LeakyReLU), SIGMOID_FAILS),
}
"""What fails far out with a hidden activation. Of ReLU's kin none does, but the output after it may."""
OVERFLOWS = {SIGMOID_FAILS: SIGMOID_OVERFLOWS, HIDDEN_FAILS: HIDDEN_OVERFLOWS}
"""What there is to say where only a warning tells of it."""
Extreme = tuple[Mapping[str, Any], Fragility]
"""What is given to a function, and what it is that fails there."""


def at_extremes(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """A function where numbers leave the range of floats: the first of its extremes at which it fails."""
    for given, fails in EXTREMES[exercise.role.removesuffix("_deep")](pupil, exercise):
        answer = pupil.call(exercise.role, given)
        overflow = [one for one in answer.warnings if "overflow" in one]
        zero = [one for one in answer.warnings if "divide by zero" in one]
        what, where = no_number(answer), place(answer)
        if what is not None:
            left_no_cache = fails is DIVIDES_BY_ZERO and answer.trouble and answer.trouble.type != "ZeroDivisionError"
            if not left_no_cache:  # the forward pass already failed there
                yield Fragile(fails, what, where)
            return
        if overflow and fails in OVERFLOWS:
            yield Fragile(OVERFLOWS[fails], where=where)
            return
        if zero and fails is DIVIDES_BY_ZERO:
            of_log = all("in log" in warning for warning in zero)
            yield Fragile(LOG_ON_THE_WAY if of_log else fails, SAID["what.warns"], where)


def of_activation(fails: Fragility) -> Callable[[Pupil, Exercise], Iterator[Extreme]]:
    """An activation by itself at Z = ±1000."""
    Z = np.array([[-FAR, -1.0, 0.0, 2.0, FAR], [FAR, 1.0, 0.5, -2.0, -FAR]])
    return lambda pupil, exercise: iter([({"Z": Z}, fails)])


def of_forward(pupil: Pupil, exercise: Exercise) -> Iterator[Extreme]:
    """A forward pass with Z of about ±1000 in the output layer, then in the hidden ones."""
    v = exercise.examples(pupil)[0]
    for layers, kind in (([v.L], type(v.g[v.L])), (range(1, v.L), type(pupil.hidden))):
        yield exercise.available(pupil, steep(v, layers)), FAILS.get(kind, HIDDEN_FAILS)


def of_cost(pupil: Pupil, exercise: Exercise) -> Iterator[Extreme]:
    """A cost where outputs are exactly 0 and 1: all of them right, then one of them wrong."""
    v = exercise.examples(pupil)[0]
    wrong = v.Y.copy()
    wrong[:, 0] = 1 - wrong[:, 0]
    for A, fails in ((v.Y, ZERO_LOG_ZERO), (wrong, LOG_OF_ZERO)) if takes_output(pupil, exercise, v) else ():
        yield exercise.available(pupil, replace(v.copy(), A={**v.A, v.L: A})), fails


def of_backward(pupil: Pupil, exercise: Exercise) -> Iterator[Extreme]:
    """A backward pass whose outputs are exactly 0 and 1."""
    v = exercise.examples(pupil)[0]
    yield exercise.available(pupil, worked(forward_sheet(v.L), steep(v, [v.L], 100 * FAR))), DIVIDES_BY_ZERO


EXTREMES: Mapping[str, Callable[[Pupil, Exercise], Iterator[Extreme]]] = {
    "sigmoid": of_activation(SIGMOID_FAILS),
    "tanh": of_activation(TANH_FAILS),
    "softmax": of_activation(SOFTMAX_FAILS),
    "forward": of_forward,
    "cost": of_cost,
    "backward": of_backward,
}


def takes_output(pupil: Pupil, exercise: Exercise, v: Work) -> bool:
    """Whether the cost is given A[L]; one that runs the forward pass itself cannot be given another."""
    return "AL" in pupil.given("cost", exercise.available(pupil, v)).values()


def steep(v: Work, layers: Any, scale: float = FAR) -> Work:
    """v with the weights of these layers so large that their Z lies far out, on both sides."""
    return replace(v.copy(), W={l: W * (4 * scale if l in layers else 1) for l, W in v.W.items()}, Z={}, A={0: v.X})


def no_number(answer: Answer) -> Text | None:
    """How the answer fails to be numbers: it stops, or some are NaN or infinite; None where all are finite."""
    if answer.trouble is not None:
        return stops(answer)
    for _, leaf in leaves(answer.value):
        array = np.asarray(leaf) if isinstance(leaf, np.ndarray | float) else np.zeros(())
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            nan = np.isnan(array).any()
            return SAID["what.nan" if nan else "what.infinity"]
    return None


def place(answer: Answer) -> str:
    """The line that the first warning, or the exception, came from."""
    if answer.trouble is not None:
        return answer.trouble.where
    found = (re.search(r"\(([^()]*line \d+)\)$", warning) for warning in answer.warnings)
    return next((one[1] for one in found if one), "")
