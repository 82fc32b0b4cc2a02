"""The derivatives of the activations by themselves, and the step back through an activation."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace as changed
from typing import Any

import numpy as np

from ...words import Text
from ..casting.naming import key_of
from ..casting.pupil import Pupil
from ..classics import of
from ..constants import read_off
from ..equations import Work, line
from ..likeness import DIFFERENT, alike
from ..search import Explained, Mistake, Reading, Trial
from .activations import INVERSES, KINDS, array_of, layers_of, leak_for, observed_as, with_g
from .alone import Alone, layerless
from .caches import activation_caches, running
from .numeric import Numeric

SLOPES = {
    "sigmoid": ("g′(Z) = A (1 − A) with A = σ(Z)", "A * (1 - A)"),
    "tanh": ("g′(Z) = 1 − A² with A = tanh(Z)", "1 - np.power(A, 2)"),
    "relu": ("g′(Z) = 1 where Z > 0, else 0", "np.where(Z > 0, 1, 0)"),
    "leaky_relu": ("g′(Z) = 1 where Z > 0, else α", "np.where(Z > 0, 1, 0.01)"),
}
"""Each derivative."""


def slope_words(text: str) -> str:
    """A text about dZ = dA ∗ g′ as one about g′ alone.

    >>> slope_words("dZ[1] = dA[1] ∗ (1 − A[1])²")
    'g′(Z) = (1 − A)²'
    >>> slope_words("dZ[1] = −dA[1] ∗ σ′(Z[1])")
    'g′(Z) = −σ′(Z)'
    """
    return re.sub(r"(?<![A-Za-z])dZ(?![A-Za-z])", "g′(Z)", re.sub("dZ = (.*)dA ∗ ", r"g′(Z) = \1", layerless(text)))


def slope_readings(
    role: str, kind: str, *, known: bool = False
) -> Callable[[Pupil, Sequence[Trial]], Sequence[Reading]]:
    """The derivative at Z, or as a function of A: either may have been given; A first where the argument is named so.

    known    it is Z if the learner's own forward functions made the cache
    """

    def readings(pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        found = []
        for g in KINDS[kind]:
            given = with_g(trials, g)
            found.append(Reading((line("A", 1), line("dZ", 1)), given))
            if kind in INVERSES and (takes_A(pupil, role) or not (known and makes_cache(pupil, kind))):
                backwards = INVERSES[kind]
                of_A = [Trial(changed(v, A={0: v.X, 1: v.Z[1]}, Z={1: backwards(v.Z[1])}), seen) for v, seen in given]
                found.append(Reading((line("dZ", 1),), of_A))
        return found[::-1] if takes_A(pupil, role) else found

    return readings


def takes_A(pupil: Pupil, role: str) -> bool:
    """Whether a derivative has an argument called A."""
    return any(key_of(parameter.name) == "AL" for parameter in pupil.cast[role].parameters)


def is_of_A(pupil: Pupil, role: str, v: Work) -> bool:
    """Whether ReLU's derivative has an argument called A, and is not right at Z."""
    if not takes_A(pupil, role):
        return False
    given = {"Z": v.Z[1], "dA": np.ones_like(v.Z[1])}
    return alike(array_of(pupil.call(role, given)), v.Z[1] > 0) == DIFFERENT


def of_A(v: Work) -> Work:
    """v with max(0, Z) for Z: of ReLU's A the derivative is the same."""
    return changed(v, Z={1: np.maximum(0, v.Z[1])})


def makes_cache(pupil: Pupil, kind: str) -> bool:
    """Whether a function of the learner's own returns the cache beside A, so that what is in it need not be guessed."""
    source = pupil.cast[kind].source if kind in pupil.cast else ""
    return "linear_activation_forward" in pupil.cast or bool(re.search(r"return .+,", source))


def slope_mistakes(pupil: Pupil, readings: Sequence[Reading]) -> Iterable[Mistake]:
    """What is wrong with the slope, then with the activation that it is made of: it knows of no layers."""
    return (*of("dZ"), *of("A"), *read_off(readings))


def slope_of_A(pupil: Pupil, explained: Explained) -> Sequence[Text]:
    """Say so where the derivative is one of A."""
    if explained.reading.sheet[0].equation == "A":
        return []
    return [Text("It takes A, not Z: call it with A.", "它的参数是 A 而不是 Z：调用时要传入 A。")]


def slope(kind: str) -> Alone:
    """The derivative: Z or A in, g′ out; times dA where the function asks for dA too."""
    role = f"{kind}_derivative"

    def examples(pupil: Pupil) -> Sequence[Work]:
        asks = any(key_of(parameter.name) == "dA" for parameter in pupil.cast[role].parameters)
        given = layers_of(kind)(pupil)
        given = [of_A(v) for v in given] if kind == "relu" and is_of_A(pupil, role, given[0]) else given
        return [v if asks else changed(v, dA={1: np.ones_like(v.Z[1])}) for v in given]

    numeric = Numeric(
        role=role,
        examples=examples,
        square=lambda pupil: (),
        available=lambda pupil, v: {"Z": v.Z[1], "dA": v.dA[1], **leak_for(pupil, role)},
        observed=observed_as("dZ"),
        required=lambda v: [("dZ", 1)],
        readings=slope_readings(role, kind),
        mistakes=slope_mistakes,
        understood=slope_of_A,
    )
    return Alone(role, lambda pupil: [numeric], slope_words, {"g′(Z)": SLOPES[kind]})


def step_back(kind: str) -> Alone:
    """dZ from dA and the activation's cache: the learner's own, where an own activation returns one."""
    role = f"{kind}_backward"
    paper, code = SLOPES[kind]

    def available(pupil: Pupil, v: Work) -> Mapping[str, Any]:
        given = {"dA": v.dA[1], "Z": v.Z[1]}
        return running(pupil, role, given, activation_caches(pupil, kind, v))

    numeric = Numeric(
        role=role,
        examples=layers_of(kind),
        square=lambda pupil: (),
        available=available,
        observed=observed_as("dZ"),
        required=lambda v: [("dZ", 1)],
        readings=slope_readings(role, kind, known=True),
        mistakes=slope_mistakes,
    )
    solution = (paper.replace("g′(Z) =", "dZ = dA ∗ g′(Z), where g′(Z) ="), f"dZ = dA * {code}")
    return Alone(role, lambda pupil: [numeric], solutions={"dZ": solution})


SLOPE_EXERCISES: Mapping[str, Alone] = {
    one.role: one
    for one in (*(slope(kind) for kind in SLOPES), *(step_back(kind) for kind in ("sigmoid", "relu", "tanh")))
}
