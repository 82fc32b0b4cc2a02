"""A network or a cost that is not the course's is right where the learner's own functions belong together.

A gradient that agrees with finite differences of the learner's own forward pass and cost is right for that cost: with
a squared error, an L2 penalty, or another activation, it is no mistake that it differs from the cross-entropy's. And
who has its gradient right has meant that network and that cost.
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

import numpy as np

from ..words import Text
from .casting.naming import SQUARED_ERRORS, plain
from .casting.pupil import Pupil
from .casting.returned import number_in, output_of
from .classics import CATALOGUE
from .equations import Work, cost_sheet, forward_sheet, worked
from .exercises.backward import BACKWARD, Backward
from .exercises.examples import HIDDEN, with_hidden
from .finite_differences import agrees, slopes_of
from .likeness import DIFFERENT, TOLERANCE, alike
from .saying.judging import layer_words
from .search import Reading, Slip, Trial, explanation
from .syntax import tree_of

FORWARD = ("forward", "forward_deep")


def consistent(pupil: Pupil, forward: str) -> bool:
    """Whether a forward pass, the cost and the backward pass belong together: the gradients are those of this cost.

    Gradients that are themselves finite differences of the cost say nothing.
    """
    back = next((one for one in (forward.replace("forward", "backward"), *BACKWARD) if one in pupil.cast), None)
    if back is None or "cost" not in pupil.cast or "cost" in pupil.helpers(back):
        return False
    exercise = Backward(back)
    alone = all(sample_by_sample(pupil, v, forward) for v in exercise.examples(pupil))
    return alone and gradients_follow(pupil, exercise, forward)


def sample_by_sample(pupil: Pupil, v: Work, forward: str) -> bool:
    """Whether each sample's output comes from that sample: when the samples move on by one, the outputs move along."""
    moved = v.copy()
    moved.X = moved.A[0] = np.roll(v.X, 1, axis=1)
    AL, AL_moved = (output_of(one, pupil.call(forward, pupil.available(one)).value) for one in (v, moved))
    if AL is None or AL_moved is None or np.size(AL) != np.size(v.Y) or np.size(AL_moved) != np.size(v.Y):
        return False
    AL, AL_moved = np.reshape(AL, v.Y.shape), np.reshape(AL_moved, v.Y.shape)
    return alike(AL_moved, np.roll(AL, 1, axis=1)) != DIFFERENT and bool(np.ptp(AL, axis=1).all())


def gradients_follow(pupil: Pupil, back: Backward, forward: str) -> bool:
    """Whether the gradients are those of the learner's own cost after this forward pass, with either label everywhere.

    With the given labels alone, a sample that is left out has the right gradient where its loss happens to be flat.
    """
    given = back.examples(pupil)
    for v in (*given, *(replace(one.copy(), Y=pupil.reading.other_labels(one.Y)) for one in given)):
        answer = pupil.call(back.role, back.available(pupil, v))
        observed = {} if answer.trouble is not None else back.observed(pupil, v, answer)
        slopes = slopes_of(pupil, v, forward) if set(back.required(v)) <= set(observed) else None
        if slopes is None or not agrees(Trial(v, observed), slopes):
            return False
    return True


def slip_in(readings: Sequence[Reading]) -> Slip | None:
    """The one equation of a network or a cost that is not the course's; None where it is none that is known."""
    found = explanation(readings, CATALOGUE.values(), (), 1)
    return found.slips[0] if found is not None and found.slips else None


def paper(slip: Slip, v: Work) -> Text:
    """The equation of a slip, as it stands on paper."""
    return slip.mistake.seen.filled(**layer_words(slip.layers, v))


# The network of a regression


def of_regression(pupil: Pupil) -> bool:
    """Whether the network puts out Z[L] itself, and the cost is a squared error: that is no mistake in either.

    A file with a backward pass shows by that whether they belong together.
    """
    role = next((one for one in (*FORWARD, "predict") if one in pupil.cast), None)
    if role is None or "cost" not in pupil.cast or {*BACKWARD} & {*pupil.cast}:
        return False
    given = [pupil.example((3, 4, 1), m, seed) for seed, m in enumerate((7, 5))]
    costs = [number_in(pupil.call("cost", {**pupil.available(v), "AL": v.A[v.L]}).value) for v in given]
    outputs = [output_of(v, pupil.call(role, pupil.available(v)).value) for v in given]
    networks = ([worked(forward_sheet(v.L), with_hidden(v, g)) for v in given] for g in HIDDEN)
    return share_of_squares([Trial(v, {("J", v.L): J}) for v, J in zip(given, costs, strict=True)]) and any(
        all(np.size(one) == v.m and alike(np.ravel(one), v.Z[v.L][0]) for one, v in zip(outputs, network, strict=True))
        for network in networks
    )


def share_of_squares(trials: Sequence[Trial]) -> bool:
    """Whether every cost is the sum of (A[L] − Y)², its mean, or half of either."""
    shares = []
    for v, observed in trials:
        J = np.asarray(observed["J", v.L])
        if J.size != 1 or J.dtype.kind not in "fi":
            return False
        shares.append((float(J.item() / ((v.A[v.L] - v.Y) ** 2).sum()), v.m))
    return any(all(abs(share * n**k / c - 1) < TOLERANCE for share, n in shares) for k in (0, 1) for c in (1.0, 0.5))


# The cost


def counts_in(trials: Sequence[Trial]) -> list[float]:
    """The number by which the sum of the losses is divided in each trial: m where the cost is right.

    [0.0] where a cost is no number.
    """
    costs = [np.asarray(observed["J", v.L], float) for v, observed in trials]
    if any(J.size != 1 or not np.isfinite(J).all() or not J.any() for J in costs):
        return [0.0]
    means = [worked(cost_sheet(v.L, v.g[v.L]), v).J[v.L] for v, _ in trials]
    return [round(float(mean * v.m / J.item()), 6) for mean, J, (v, _) in zip(means, costs, trials, strict=True)]


def summed_up(pupil: Pupil) -> bool:
    """Whether another function adds the costs of batches up, total += cost(AL, Y), and so is left to divide by m."""
    name = pupil.cast["cost"].name.split(".")[-1]
    added = (node.value for one in pupil.runner.functions for node in tree_of(one.source) if is_sum(node))
    calls = (part.func for value in added for part in ast.walk(value) if isinstance(part, ast.Call))
    return any(name in (getattr(one, "id", ""), getattr(one, "attr", "")) for one in calls)


def is_sum(node: ast.AST) -> TypeGuard[ast.AugAssign]:
    return isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add)


def called_squared(pupil: Pupil) -> bool:
    """Whether the cost is called a squared error: by its name, or, in a file without gradients, by its own words."""
    function = pupil.cast["cost"]
    said = "squared error" in function.source.lower() and not {*BACKWARD} & {*pupil.cast}
    return said or plain(function.name) in SQUARED_ERRORS


OF_MANY = re.compile(r"\b(m|shape|size|len|sum|mean|average)\b")
"""What a cost speaks of that knows of several samples."""
ERRORS = (")²", "|A")
"""In the equation of a squared or an absolute error."""


def rightly_forward(pupil: Pupil) -> str | None:
    """A forward pass that is right; None where there is none."""
    return next((one for one in FORWARD[::-1] if pupil.slips.get(one) == ()), None)
