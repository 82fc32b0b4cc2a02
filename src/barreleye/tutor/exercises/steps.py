"""One step of training, as the learner's own functions make it or as the equations do."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..casting.layouts import Name, leaves, name_at
from ..casting.pupil import Pupil, sizes
from ..casting.returned import cache_of, held, output_of
from ..equations import Line, Work, forward_sheet, worked
from ..likeness import DIFFERENT, alike
from ..mistakes.training import Point
from ..running.answers import Opaque
from ..search import Reading

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


def own_sizes(pupil: Pupil, value: Any, X: Any) -> list[int]:
    """The sizes of the layers of a network that chooses them itself, by its W1, W2, ..."""
    named = {name: leaf for path, leaf in leaves(value) if (name := name_at(path)) and name[0] == "W"}
    weights = [pupil.reading.turned(name, named[name]) for name in sorted(named)]
    return [X.shape[0], *(len(W) for W in weights if np.ndim(W) == 2)]


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
        before = {**{("W", l): W for l, W in v.W.items()}, **{("b", l): b for l, b in v.b.items()}}
        step = np.concatenate([(point[name] - before[name]).ravel() for name in before])
        made = np.concatenate([(getattr(after, name[0])[name[1]] - before[name]).ravel() for name in before])
        factor = float(step @ made / (step @ step)) if step.any() else 1.0
        if alike(made, factor * step) == DIFFERENT:
            return None
        factors.append(factor)
    return factors[0] if np.ptp(factors) < 1e-6 else None


# The step that the equations make


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
        v.g, v.learning_rate = given.g, given.learning_rate
        made = worked(reading.sheet, v)
        return {**{("W", l): W for l, W in made.W_new.items()}, **{("b", l): b for l, b in made.b_new.items()}}

    return step


def new(point: Point) -> dict[Name, Any]:
    return {(f"{letter}_new", l): value for (letter, l), value in point.items()}
