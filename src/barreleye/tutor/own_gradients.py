"""What gradients have, or leave out, because a file means it so: an L2 penalty, and what is left to the update.

They are the course's once the share that the update takes is put in, or the penalty's derivative, (lambda / m) W, is
taken from dW.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from ..words import Text, catalogue, listed
from .casting.layouts import Name
from .casting.pupil import Pupil
from .equations import Work, cost_sheet, update_sheet, worked
from .exercises.backward import Backward
from .exercises.update import Update, with_share
from .judgement import Share
from .likeness import SAME
from .report import WRONG, Finding
from .running.answers import Function
from .saying.places import place_of
from .search import Trial, explanation, reproduces

SAID = catalogue("tutor_judging")
Mended = Callable[[Work, Name, Any], Any]
"""The course's gradient, of one that was seen."""


def right_as(mended: Mended, back: Backward, pupil: Pupil, trials: Sequence[Trial]) -> bool:
    """Whether gradients are the course's when they are mended so."""
    ours = []
    for v, observed in trials:
        gradients = {name: np.asarray(seen, float) for name, seen in observed.items()}
        ours.append(Trial(v, {name: mended(v, name, seen) for name, seen in gradients.items()}))
    return explanation(back.readings(pupil, ours), (), (), 0) is not None


# What is left to the update

SHARES: tuple[tuple[Share, Text], ...] = (
    (lambda v: 1 / v.m, SAID["left_to_update.sums"]),
    (lambda v: -1.0, SAID["left_to_update.downhill"]),
)
"""The division by m, or the sign; and what is said of it."""


def left_to_update(back: Backward, pupil: Pupil, trials: Sequence[Trial]) -> tuple[Share, Text] | None:
    """The share that the learner's update has in the gradients, and what is said of it; None where it has none."""
    for share, said in SHARES:
        if right_as(partial(times, share), back, pupil, trials) and shares(pupil, share):
            return share, said
    return None


def times(share: Share, v: Work, name: Name, seen: Any) -> Any:
    """A gradient with the share that is left to the update."""
    return seen * share(v)


def shares(pupil: Pupil, share: Share) -> bool:
    """Whether the learner's update multiplies the gradients that it is given by a share."""
    role = next((one for one in ("update", "update_deep") if one in pupil.cast), None)
    if role is None:
        return False
    update = Update(role)
    for v in update.examples(pupil):
        observed = update.observed(pupil, v, pupil.call(role, update.available(pupil, v)))
        (trial,) = with_share([Trial(v, observed)], share)
        if set(observed) != set(update.required(v)) or reproduces(update_sheet(v.L), trial, {}) != SAME:
            return False
    return True


# The L2 penalty


def penalty_in(trials: Sequence[Trial]) -> float:
    """The lambda with which every cost is the cross-entropy and an L2 penalty on W; 0.0 where there is none.

    Penalties of the form c * sum of W**2 are recognised with c = lambda/2m, lambda/m, lambda/2 or lambda.
    """
    found = []
    for v, observed in trials:
        J = np.asarray(observed.get(("J", v.L), np.nan), float)
        plain = worked(cost_sheet(v.L, v.g[v.L]), v).J[v.L]
        if J.size != 1 or not np.isfinite(J).all():
            return 0.0
        c = float((J.reshape(()) - plain) / sum((W**2).sum() for W in v.W.values()))
        found.append((2 * v.m * c, c))
    lambdas, constants = zip(*found, strict=True)
    return next((values[0] * scale for values, scale in ((lambdas, 1), (constants, 2)) if steady(values)), 0.0)


def steady(values: Sequence[float]) -> bool:
    """Whether these are one positive number."""
    return min(values) > 1e-6 and bool(np.ptp(values) <= 1e-6 * max(values))


def decay_in(back: Backward, pupil: Pupil, trials: Sequence[Trial]) -> float:
    """The lambda with which every gradient is the cross-entropy's and that of an L2 penalty; 0.0 where there is none.

    It is read off dW[L], the one gradient that the hidden activation has no part in.
    """
    found = []
    for v, observed in trials:
        W, dW = v.W[v.L], observed["dW", v.L]
        if np.shape(dW) != W.shape:
            return 0.0
        rest = np.asarray(dW, float) - (v.A[v.L] - v.Y) @ v.A[v.L - 1].T / v.m
        found.append(float((rest * W).sum() / (W * W).sum()) * v.m)
    return found[0] if steady(found) and right_as(without(found[0]), back, pupil, trials) else 0.0


def without(penalty: float, lacking: Sequence[int] = ()) -> Mended:
    """Takes the penalty's derivative from dW, but at layers that lack it."""

    def mended(v: Work, name: Name, seen: Any) -> Any:
        W = v.W[name[1]]
        has = name[0] == "dW" and name[1] not in lacking and seen.shape == W.shape
        return seen - penalty / v.m * W if has else seen

    return mended


def layers_without(penalty: float, back: Backward, pupil: Pupil, trials: Sequence[Trial]) -> tuple[int, ...]:
    """The layers whose dW lacks the penalty, all other gradients being right; () where that is not so."""
    layers = tuple(trials[0].given.W)
    some = (lacking for size in range(1, len(layers) + 1) for lacking in combinations(layers, size))
    return next((lacking for lacking in some if right_as(without(penalty, lacking), back, pupil, trials)), ())


def without_penalty(function: Function, layers: Sequence[int], L: int) -> Finding:
    """A gradient that lacks the penalty which the cost has, at these of L layers."""
    names = [f"dW{l}" for l in layers]
    where, line = place_of(function, names, L)
    every, l = len(names) == L, layers[0]
    return Finding(
        verdict=WRONG,
        quantity="dW" if every else names[0],
        mistake="gradient without the penalty",
        claim=SAID["penalty.every_lacking"] if every else SAID["penalty.lacking"].filled(q=listed(names)),
        should="dW[l] = (1/m) dZ[l] A[l−1]ᵀ + (lambda/m) W[l]",
        seen="dW[l] = (1/m) dZ[l] A[l−1]ᵀ",
        hint=SAID["penalty.derivative"],
        solution=f"dW{l} = np.dot(dZ{l}, {'X' if l == 1 else f'A{l - 1}'}.T) / m + lambd / m * W{l}",
        where=where or function.where,
        line=line,
    )
