"""Functions that take one number at a time: right where the learner's own code gives them no more than that."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...words import catalogue
from ..casting.pupil import Pupil
from ..judgement import Judged, Judgement
from ..likeness import DIFFERENT, alike
from ..running.answers import Answer
from ..saying.errors import ONE_NUMBER
from .activations import KINDS, layer_of
from .backward import Backward

SAID = catalogue("tutor_judging")


def one_at_a_time(pupil: Pupil, role: str, judged: Judged) -> Judged:
    """The judgement of an activation or a derivative that stops at an array: right where it is for single numbers."""
    stopped = any(finding.kind == ONE_NUMBER for finding in judged.findings)
    if not stopped or not right_by_number(pupil, role) or any(stops_in(pupil, one, role) for one in pupil.cast):
        return judged
    return Judged([], [SAID["one_number.at_a_time"]], Judgement(()))


def right_by_number(pupil: Pupil, role: str) -> bool:
    """Whether an activation, or a derivative as one of Z, has the right value at every number; no other role has."""
    kind, derivative = role.removesuffix("_derivative"), role.endswith("_derivative")
    if kind not in KINDS or kind == "softmax":
        return False
    Z = layer_of(kind, 0, (4, 5), spread=True).Z[1].ravel()
    values = [number(pupil.call(role, {"Z": float(z)})) for z in Z]
    right = [g.derivative(Z, g(Z)) if derivative else g(Z) for g in KINDS[kind]]
    return any(alike(values, one) != DIFFERENT for one in right)


def number(answer: Answer) -> float:
    """The number that was returned; NaN where there is none."""
    value = answer.value
    return float(value) if answer.trouble is None and np.ndim(value) == 0 and np.isreal(value) else np.nan


def stops_in(pupil: Pupil, user: str, role: str) -> bool:
    """Whether another of the learner's functions gives it an array, and stops there."""
    if user == role or role not in pupil.helpers(user):
        return False
    trouble = pupil.call(user, available(pupil, user, role)).trouble
    return trouble is not None and pupil.cast[role].name in trouble.calls


def available(pupil: Pupil, user: str, role: str) -> Mapping[str, Any]:
    """What the functions of one layer, and of a network, ask for."""
    v = pupil.example((3, 4, 1), 7, 0)
    if user.startswith("backward"):
        return Backward(user).available(pupil, v)
    layer = {"A_prev": v.X, "W": v.W[1], "b": v.b[1], "activation": role.removesuffix("_derivative")}
    return {**pupil.available(v), **layer}
