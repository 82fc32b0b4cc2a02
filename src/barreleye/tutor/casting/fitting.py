"""Whether a function can play the role that its name suggests: by what it takes, and by the form of what it gives."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..equations import Work, cost_sheet, example, worked
from ..likeness import DIFFERENT, alike
from .naming import key_in
from .pupil import Pupil
from .returned import number_in, output_of
from .roles import courses_own


def guessed(pupil: Pupil, role: str, available: Mapping[str, Any]) -> list[str]:
    """The arguments whose names say nothing, or something else: what they were given is a guess."""
    return [name for name, key in pupil.given(role, available).items() if key_in(name, role) not in (key, "parameters")]


def one_number(v: Work, value: Any) -> bool:
    return np.size(number_in(value)) == 1 and np.asarray(number_in(value)).dtype.kind in "biuf"


def as_many_as(quantity: Callable[[Work], Any]) -> Callable[[Work, Any], bool]:
    """Whether there are as many numbers as this quantity has."""
    return lambda v, value: np.size(value) == np.size(quantity(v))


def an_output(v: Work, value: Any) -> bool:
    return np.size(output_of(v, value)) == np.size(v.A[v.L])


def is_another_cost(pupil: Pupil) -> bool:
    """Whether a cost is right by itself in another layout than the file's, or for one unit where that has several.

    A file with a forward pass, or a prediction, shows what its cost is given.
    """
    if any(role.startswith(("forward", "predict")) for role in pupil.cast):
        return False
    alone, v = Pupil(pupil.runner), example((3, 4, 1), 7, 0)
    J = worked(cost_sheet(v.L), v).J[v.L]
    for A, Y in ((v.A[v.L], v.Y), (v.A[v.L].T, v.Y.T)):
        answer = alone.call("cost", {**alone.available(v), "AL": A, "Y": Y})
        if (
            answer.trouble is None
            and alike(np.asarray(number_in(answer.value), dtype=float), np.asarray(J)) != DIFFERENT
        ):
            return True
    return False


FORMS: Mapping[str, Callable[[Work, Any], bool]] = {
    "cost": one_number,
    "predict": an_output,
    "forward": an_output,
    "forward_deep": an_output,
    **dict.fromkeys(("sigmoid", "tanh", "relu", "leaky_relu", "softmax"), as_many_as(lambda v: v.Z[1])),
}
"""What the answer of a function in a role must look like, however it is laid out."""


def has_another_form(pupil: Pupil, role: str) -> bool:
    """Whether a function answers something that no function of its role does, whatever its numbers.

    One that has the course's own name and takes what it says is held to it.
    """
    function = pupil.cast[role]
    v = example((3, 4, 1), 7, 0)
    available = {**pupil.available(v), "Z": v.Z[1]}
    if role not in FORMS or (courses_own(function.name) and not guessed(pupil, role, available)):
        return False
    answer = pupil.call(role, available)
    return answer.trouble is None and not FORMS[role](v, answer.value)
