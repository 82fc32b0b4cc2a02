"""Functions where numbers leave the range of floats: Z at ±1000, outputs of exactly 0 and 1."""

import re
from collections.abc import Iterator
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


def activation_at_extremes(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """An activation by itself at Z = ±1000."""
    answer = pupil.call(exercise.role, {"Z": np.array([[-FAR, -1.0, 0.0, 2.0, FAR], [FAR, 1.0, 0.5, -2.0, -FAR]])})
    fails = {"sigmoid": SIGMOID_FAILS, "tanh": TANH_FAILS, "softmax": SOFTMAX_FAILS}[exercise.role]
    what = no_number(answer)
    if what is not None:
        yield Fragile(fails, what, place(answer))
    elif exercise.role == "sigmoid" and overflows(answer):
        yield Fragile(SIGMOID_OVERFLOWS, where=place(answer))


def forward_at_extremes(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """A forward pass with Z of about ±1000 in the output layer, then in the hidden ones."""
    v = exercise.examples(pupil)[0]
    for layers, kind in (([v.L], type(v.g[v.L])), (range(1, v.L), type(pupil.hidden))):
        answer = pupil.call(exercise.role, exercise.available(pupil, steep(v, layers)))
        fails = FAILS.get(kind, HIDDEN_FAILS)
        what = no_number(answer)
        if what is not None:
            yield Fragile(fails, what, place(answer))
            return
        if overflows(answer):
            yield Fragile(HIDDEN_OVERFLOWS if fails is HIDDEN_FAILS else SIGMOID_OVERFLOWS, where=place(answer))
            return


def cost_at_extremes(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """A cost where outputs are exactly 0 and 1: all of them right, then one of them wrong."""
    v = exercise.examples(pupil)[0]
    if not takes_output(pupil, exercise, v):
        return
    wrong = v.Y.copy()
    wrong[:, 0] = 1 - wrong[:, 0]
    for A, fragility in ((v.Y, ZERO_LOG_ZERO), (wrong, LOG_OF_ZERO)):
        answer = pupil.call(exercise.role, exercise.available(pupil, replace(v.copy(), A={**v.A, v.L: A})))
        what = no_number(answer)
        if what is not None:
            yield Fragile(fragility, what, place(answer))
            return


def takes_output(pupil: Pupil, exercise: Exercise, v: Work) -> bool:
    """Whether the cost is given A[L]; one that runs the forward pass itself cannot be given another."""
    return "AL" in pupil.given("cost", exercise.available(pupil, v)).values()


def backward_at_extremes(pupil: Pupil, exercise: Exercise) -> Iterator[Fragile]:
    """A backward pass whose outputs are exactly 0 and 1."""
    v = exercise.examples(pupil)[0]
    saturated = worked(forward_sheet(v.L), steep(v, [v.L], 100 * FAR))
    answer = pupil.call(exercise.role, exercise.available(pupil, saturated))
    if answer.trouble is not None and answer.trouble.type != "ZeroDivisionError":
        return  # the forward pass already failed there, and left no cache of its own
    what = no_number(answer)
    if what is not None:
        yield Fragile(DIVIDES_BY_ZERO, what, place(answer))
    elif any("divide by zero" in warning for warning in answer.warnings):
        of_log = all("in log" in warning for warning in answer.warnings if "divide by zero" in warning)
        yield Fragile(LOG_ON_THE_WAY if of_log else DIVIDES_BY_ZERO, SAID["what.warns"], place(answer))


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


def overflows(answer: Answer) -> bool:
    return any("overflow" in warning for warning in answer.warnings)


def place(answer: Answer) -> str:
    """The line that the first warning, or the exception, came from."""
    if answer.trouble is not None:
        return answer.trouble.where
    found = (re.search(r"\(([^()]*line \d+)\)$", warning) for warning in answer.warnings)
    return next((one[1] for one in found if one), "")
