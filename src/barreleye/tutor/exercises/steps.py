"""One step of training, as the learner's own functions make it or as the equations do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from ..casting.layouts import Name
from ..casting.pupil import Pupil, sizes
from ..casting.returned import cache_of, held, output_of
from ..equations import Line, Work, backward_sheet, forward_sheet, update_sheet, worked
from ..likeness import DIFFERENT, alike
from ..mistakes.training import Point
from ..running.answers import Opaque
from ..search import Mistake, Reading, Slip, Trial, slips_of
from .examples import HIDDEN, with_hidden

CHAIN = ("forward", "backward", "update")
Way = Callable[..., Point | None]
"""From the work with some parameters to the parameters after one step."""


def point_in(pupil: Pupil, value: Any, n: Sequence[int]) -> Point | None:
    """W and b of every layer in what was returned, biases as columns; None where one of them is missing."""
    found = pupil.parameters_in(value, n)
    if not found or len(found) < 2 * (len(n) - 1) or any(isinstance(leaf, Opaque) for leaf in found.values()):
        return None
    point = {name: np.asarray(leaf, dtype=float) for name, leaf in found.items()}
    return {name: array.reshape(-1, 1) if name[0] == "b" else array for name, array in point.items()}


def point_of(W: Mapping[int, Any], b: Mapping[int, Any]) -> Point:
    return {**{("W", l): one for l, one in W.items()}, **{("b", l): one for l, one in b.items()}}


# The step that the learner's own functions make


def chain_of(pupil: Pupil, role: str) -> list[str]:
    """The roles of the forward pass, the backward pass and the update that a training calls; [] where one is missing.

    The chosen ones are those that it reaches itself, of two layers or deep.
    """
    helpers = pupil.helpers(role)
    chosen = [next((one for one in helpers if one.removesuffix("_deep") == link), "") for link in CHAIN]
    return chosen if all(chosen) else []


def own_step(pupil: Pupil, roles: Sequence[str], v: Work, rate: float | None) -> Point | None:
    """The parameters after one step of the learner's own three functions; None where they do not run."""
    forward, backward, update = roles
    v = worked(forward_sheet(v.L), v)
    given = pupil.available(v, activation="tanh")
    answer = pupil.call(forward, given)
    found = cache_of(answer, v.A[v.L]) if answer.trouble is None else None
    AL = output_of(v, answer.value) if answer.trouble is None else None
    caches = {} if found is None else {"cache": held(answer, found[0])}
    back = pupil.call(backward, {**given, **caches, "AL": AL})
    if back.trouble is not None:
        return None
    step = {**given, "grads": held(back)}
    if rate is None:
        del step["learning_rate"]
    moved = pupil.call(update, step)
    return None if moved.trouble is not None else point_in(pupil, moved.value, sizes(v))


def own_factor(own: Way, works: Sequence[Work]) -> float | None:
    """The steps as a multiple of those that the learner's own functions make; None where they are no multiple."""
    factors = []
    for v, after in pairwise(works):
        point = own(v)
        if point is None:
            return None
        before, then = point_of(v.W, v.b), point_of(after.W, after.b)
        step, made = (np.concatenate([(to[name] - before[name]).ravel() for name in before]) for to in (point, then))
        factor = float(step @ made / (step @ step)) if step.any() else 1.0
        if alike(made, factor * step) == DIFFERENT:
            return None
        factors.append(factor)
    return factors[0] if np.ptp(factors) < 1e-6 else None


# The step that the equations make


def readings_of(
    pupil: Pupil, role: str, trials: Sequence[Trial], rate: float | None, by: Sequence[Name] = ()
) -> list[Reading]:
    """One step as a sheet, for each hidden activation; the rate is fitted where the function takes none.

    by    the parameters to which it is fitted; all of them where none is named
    """
    L = trials[0].given.L
    ways = (False,) if pupil.reading.classes else (False, True)
    sheets = [(*forward_sheet(L), *backward_sheet(L, from_dA=from_dA), *update_sheet(L)) for from_dA in ways]
    known = pupil.hidden_of(role)
    calls_forward = any(one.startswith("forward") for one in pupil.helpers(role))
    readings = []
    for g in [known] if known is not None and calls_forward else HIDDEN:
        given = [Trial(with_hidden(v, g), seen) for v, seen in trials]
        if not rate:
            rates = [fitted_rate(sheets[0], v, seen, by) for v, seen in given]
            given = [Trial(replace(v, learning_rate=a), seen) for (v, seen), a in zip(given, rates, strict=True)]
        readings += [Reading(sheet, given) for sheet in sheets]
    return readings


def fitted_rate(sheet: Sequence[Line], v: Work, seen: Mapping[Name, Any], by: Sequence[Name] = ()) -> float:
    """The learning rate with which the right gradient comes nearest to this step, in all parameters or in these."""
    right = worked(sheet, v)
    names = by or [(letter, l) for letter in "Wb" for l in v.W]
    G = np.concatenate([getattr(right, f"d{letter}")[l].ravel() for letter, l in names])
    step = np.concatenate([(getattr(v, letter)[l] - seen[f"{letter}_new", l]).ravel() for letter, l in names])
    return float(step @ G / (G @ G)) if G.any() else 0.0


def equations_step(reading: Reading) -> Way:
    """The step by the equations of a reading, with the hidden activation and the rate of its trials."""
    given = max((trial.given for trial in reading.trials), key=lambda v: abs(v.learning_rate))

    def step(v: Work) -> Point:
        made = worked(reading.sheet, replace(v.copy(), g=given.g, learning_rate=given.learning_rate))
        return point_of(made.W_new, made.b_new)

    return step


def inherited_in(pupil: Pupil, role: str, readings: Sequence[Reading]) -> tuple[Slip, ...]:
    """The slips of the functions that a training calls, at every place where these readings may have them."""
    mistakes = list(dict.fromkeys(slip.mistake for slip in pupil.inherited(role)))
    mistakes += [SLOPE_FROM_Z] if mistakes else []
    return tuple(dict.fromkeys(slip for reading in readings for slip in slips_of(reading.sheet, mistakes)))


SLOPE_FROM_Z = Mistake(
    "slope from Z",
    "dZ",
    lambda v, l: v.dA[l] * v.g[l].derivative(v.Z[l], v.g[l](v.Z[l])),
    "dA[l] * slope[l]",
)
"""No mistake, but what it amounts to where A is wrong: a slope that is worked out from Z again does not see it."""
