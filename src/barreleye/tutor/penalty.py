"""The L2 penalty: found in a cost, (lambda / 2m) Σ W², and in a gradient, (lambda / m) W."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from ..words import Text
from .casting.pupil import Pupil
from .equations import cost_sheet, worked
from .exercises.backward import Backward
from .report import Finding
from .running.answers import Function
from .saying.evidence import listed
from .saying.judging import wrong_as_a_whole
from .saying.places import place_of
from .search import Trial, explanation


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


def decay_in(pupil: Pupil, trials: Sequence[Trial], back: Backward) -> float:
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
    return found[0] if steady(found) and right_with(found[0], pupil, trials, back) else 0.0


def right_with(
    penalty: float, pupil: Pupil, trials: Sequence[Trial], back: Backward, lacking: Sequence[int] = ()
) -> bool:
    """Whether the gradients are the cross-entropy's once (lambda/m) W is taken from dW, but at layers that lack it."""
    plain = []
    for v, observed in trials:
        penalties = {("dW", l): penalty / v.m * W for l, W in v.W.items() if l not in lacking}
        if any(np.shape(observed[name]) != one.shape for name, one in penalties.items()):
            return False
        less = {name: np.asarray(observed[name], float) - one for name, one in penalties.items()}
        plain.append(Trial(v, {**observed, **less}))
    return explanation(back.readings(pupil, plain), (), (), 0) is not None


def layers_without(penalty: float, pupil: Pupil, trials: Sequence[Trial], back: Backward) -> tuple[int, ...]:
    """The layers whose dW lacks the penalty, all other gradients being right; () where that is not so."""
    layers = tuple(trials[0].given.W)
    some = (lacking for size in range(1, len(layers) + 1) for lacking in combinations(layers, size))
    return next((lacking for lacking in some if right_with(penalty, pupil, trials, back, lacking)), ())


def without_penalty(function: Function, layers: Sequence[int], L: int) -> Finding:
    """A gradient that lacks the penalty which the cost has, at these of L layers."""
    names = [f"dW{l}" for l in layers]
    where, line = place_of(function, names, L)
    every, l = len(names) == L, layers[0]
    return replace(
        wrong_as_a_whole(
            function,
            Text(
                f"Your cost has an L2 penalty, and {'every dW' if every else listed(names)} lacks its derivative.",
                f"你的代价里有 L2 正则项，而{'每个 dW' if every else ' ' + '、'.join(names)} 少了它的导数。",
            ),
            "gradient without the penalty",
        ),
        quantity="dW" if every else names[0],
        should="dW[l] = (1/m) dZ[l] A[l−1]ᵀ + (lambda/m) W[l]",
        seen="dW[l] = (1/m) dZ[l] A[l−1]ᵀ",
        hint=Text("What is the derivative of (lambda / 2m) W² by W?", "(lambda / 2m) W² 对 W 的导数是什么？"),
        solution=f"dW{l} = np.dot(dZ{l}, {'X' if l == 1 else f'A{l - 1}'}.T) / m + lambd / m * W{l}",
        where=where or function.where,
        line=line,
    )
