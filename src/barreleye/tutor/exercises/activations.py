"""The activations by themselves, their derivatives, and the step back through one: Z in; A, g′ or dZ out."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import Any

import numpy as np

from ...nn.activations import Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from ...nn.notation import code, paper
from ...words import Text, catalogue
from ..casting.layouts import Name
from ..casting.naming import key_of
from ..casting.pupil import Pupil
from ..classics import of
from ..constants import read_off
from ..edits import SOFTMAX_FORMULAS
from ..equations import Softmax, Work, line
from ..likeness import DIFFERENT, alike
from ..running.answers import Answer
from ..search import Explained, Mistake, Reading, Trial
from .cached import held_wrongly
from .caches import activation_caches, running
from .examples import HIDDEN
from .exercise import Beside
from .one_layer import OneLayer, layerless

SAID = catalogue("tutor_judging")

KINDS: dict[str, tuple[Activation, ...]] = {
    "sigmoid": (Sigmoid(),),
    "tanh": (Tanh(),),
    "relu": (ReLU(),),
    "leaky_relu": tuple(g for g in HIDDEN if isinstance(g, LeakyReLU)),
    "softmax": (Softmax(),),
}
INVERSES: dict[str, Callable[[Any], Any]] = {"sigmoid": lambda A: np.log(A / (1 - A)), "tanh": np.arctanh}
"""Z from A, where that can be told."""


def layer_of(kind: str, seed: int, shape: tuple[int, int], spread: bool) -> Work:
    """One layer with random Z and dA, where Z = A_prev: W is the identity and b is 0. All but a sigmoid are hidden.

    Z is in the range of g where g has an inverse, so that it may be an A as well; with ``spread`` it is not.
    """
    rng = np.random.default_rng(seed)
    n = shape[0]
    Z = rng.normal(size=shape) * 1.5
    if kind in INVERSES and not spread:
        Z = rng.uniform(0.05, 0.95, size=shape) * (np.sign(Z) if kind == "tanh" else 1)
    v = Work(Z, np.zeros(shape), {1: np.eye(n)}, {1: np.zeros((n, 1))}, {1: KINDS[kind][0]}, Z={1: Z})
    if kind != "sigmoid":
        v.W[2], v.b[2], v.g[2] = np.ones((1, n)), np.zeros((1, 1)), Sigmoid()
    v.dA[1] = rng.normal(size=shape)
    return v


def array_of(answer: Answer) -> Any:
    """A in what an activation returned: itself, or the first of (A, cache)."""
    value = answer.value
    return value[0] if isinstance(value, tuple | list) and len(value) == 2 and np.ndim(value[0]) else value


def with_g(trials: Sequence[Trial], g: Activation) -> list[Trial]:
    return [Trial(changed(v.copy(), g={**v.g, 1: g}), seen) for v, seen in trials]


def leak_for(pupil: Pupil, role: str) -> dict[str, float]:
    """A slope for a Leaky ReLU that asks for one, by the name alpha; one with a default keeps it."""
    asked = [key_of(parameter.name) for parameter in pupil.cast[role].parameters if parameter.required]
    return {"learning_rate": 0.01} if "learning_rate" in asked else {}


def takes(pupil: Pupil, role: str, key: str) -> bool:
    """Whether a function has an argument of this meaning."""
    return any(key_of(parameter.name) == key for parameter in pupil.cast[role].parameters)


@dataclass(frozen=True)
class OfZ(OneLayer):
    """A function of the Z of one layer, by the activation that it is about."""

    kind: str
    quantity: str = "dZ"

    def examples(self, pupil: Pupil) -> Sequence[Work]:
        spread = self.quantity == "A"
        return [layer_of(self.kind, seed, shape, spread) for seed, shape in enumerate(((4, 5), (3, 4)))]

    def square(self, pupil: Pupil) -> Sequence[Work]:
        return ()

    def observed(self, pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
        return {} if answer.value is None else {(self.quantity, 1): array_of(answer)}

    def required(self, v: Work) -> Sequence[Name]:
        return [(self.quantity, 1)]


# g


@dataclass(frozen=True)
class Value(OfZ):
    """The activation itself: Z in, A or (A, cache) out."""

    quantity: str = "A"

    def available(self, pupil: Pupil, v: Work) -> Mapping[str, Any]:
        return {"Z": v.Z[1], **leak_for(pupil, self.role)}

    def readings(self, pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        candidates = (*KINDS[self.kind], *leaking(self.kind, trials), *by_rows(self.kind, pupil))
        return [Reading((line("A", 1),), with_g(trials, g)) for g in candidates]

    def understood(self, pupil: Pupil, explained: Explained) -> Sequence[Text]:
        """The slope of a Leaky ReLU, and which way a softmax runs, are the learner's to choose, and worth a word."""
        g = explained.reading.trials[0].given.g[1]
        if explained.slips:
            return []
        if isinstance(g, LeakyReLU):
            return [SAID["activations.slope"].filled(slope=f"{g.slope:g}")]
        return [SAID["activations.rows"]] if g == Softmax(axis=1) else []

    def beside(self, pupil: Pupil, trials: Sequence[Trial]) -> Beside:
        """A in the cache of an activation, where the step back takes it for Z."""
        if (user := SLOPES.get(f"{self.kind}_backward")) is None:
            return Beside()
        v = trials[0].given
        answer = pupil.call(self.role, self.available(pupil, v))
        return held_wrongly(pupil, self.role, answer, {"Z": v.Z[1]}, {"A": v.g[1](v.Z[1])}, user)

    @property
    def solutions(self) -> Mapping[str, tuple[str, str]]:
        """A by its name and by its formula, and the line of NumPy."""
        g = KINDS[self.kind][0]
        formulas = SOFTMAX_FORMULAS if isinstance(g, Softmax) else g.formulas
        texts = [one.replace("slope", "alpha") for one in formulas]
        named = texts[: 2 if texts[0] == f"{self.kind}(Z)" else 1]
        lines = (code(one).replace("alpha", "0.01") for one in texts)
        written = next(one for one in lines if not one.startswith(f"{self.kind}("))
        return {"A": (f"A = {' = '.join(map(paper, named))}", f"A = {written}")}


def leaking(kind: str, trials: Sequence[Trial]) -> list[Activation]:
    """The Leaky ReLU whose slope is the ratio of A and Z where Z < 0, if there is one such between 0 and 1."""
    given, seen = trials[0]
    if kind != "leaky_relu" or np.shape(seen["A", 1]) != given.Z[1].shape:
        return []
    below = given.Z[1] < 0
    ratios = np.asarray(seen["A", 1])[below] / given.Z[1][below]
    slope = float(f"{ratios.mean():.9g}")
    return [LeakyReLU(slope)] if 0 < slope < 1 and alike(ratios, slope + 0 * ratios) != DIFFERENT else []


def by_rows(kind: str, pupil: Pupil) -> list[Activation]:
    """Softmax over the rows where the argument is x: the course's NumPy warm-up has one sample in each row."""
    arguments = [key_of(parameter.name) for parameter in pupil.cast[kind].parameters]
    return [Softmax(axis=1)] if kind == "softmax" and arguments[:1] == ["X"] else []


# g′


@dataclass(frozen=True)
class Slope(OfZ):
    """What is made of g′: its sheet is dZ = dA ∗ g′(Z)."""

    def readings(self, pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        """The derivative at Z, or as a function of A: either may have been given; A first where it is named so."""
        of_A = takes(pupil, self.role, "AL")
        found = []
        for g in KINDS[self.kind]:
            given = with_g(trials, g)
            found.append(Reading((line("A", 1), line("dZ", 1)), given))
            if self.kind in INVERSES and (of_A or not self.is_given_Z(pupil)):
                Z_of = INVERSES[self.kind]
                by_A = [Trial(changed(v, A={0: v.X, 1: v.Z[1]}, Z={1: Z_of(v.Z[1])}), seen) for v, seen in given]
                found.append(Reading((line("dZ", 1),), by_A))
        return found[::-1] if of_A else found

    def is_given_Z(self, pupil: Pupil) -> bool:
        """Whether what it is given is Z for certain."""
        return False

    def mistakes(self, pupil: Pupil, readings: Sequence[Reading]) -> Iterable[Mistake]:
        """What is wrong with the slope, then with the activation that it is made of: it knows of no layers."""
        return (*of("dZ"), *of("A"), *read_off(readings))

    @property
    def slope(self) -> tuple[str, str]:
        """The derivative on paper, and as a text of the notation."""
        g = KINDS[self.kind][0]
        text = next(one for one in g.slopes if not one.startswith("Z >")).replace("slope", "alpha")
        return paper(text) + (f" with A = {paper(g.formulas[0])}" if "A" in text else ""), text


@dataclass(frozen=True)
class Derivative(Slope):
    """The derivative: Z or A in, g′ out; times dA where the function asks for dA too."""

    def examples(self, pupil: Pupil) -> Sequence[Work]:
        given = super().examples(pupil)
        if self.kind == "relu" and self.is_of_A(pupil, given[0]):  # for whose A the derivative is the same
            given = [changed(v, Z={1: np.maximum(0, v.Z[1])}) for v in given]
        asks = takes(pupil, self.role, "dA")
        return [v if asks else changed(v, dA={1: np.ones_like(v.Z[1])}) for v in given]

    def is_of_A(self, pupil: Pupil, v: Work) -> bool:
        """Whether it has an argument called A, and is not right at Z."""
        if not takes(pupil, self.role, "AL"):
            return False
        given = {"Z": v.Z[1], "dA": np.ones_like(v.Z[1])}
        return alike(array_of(pupil.call(self.role, given)), v.Z[1] > 0) == DIFFERENT

    def available(self, pupil: Pupil, v: Work) -> Mapping[str, Any]:
        return {"Z": v.Z[1], "dA": v.dA[1], **leak_for(pupil, self.role)}

    def understood(self, pupil: Pupil, explained: Explained) -> Sequence[Text]:
        """Say so where the derivative is one of A."""
        return [] if explained.reading.sheet[0].equation == "A" else [SAID["activations.takes_A"]]

    def words(self, text: str) -> str:
        return slope_words(text)

    @property
    def solutions(self) -> Mapping[str, tuple[str, str]]:
        on_paper, text = self.slope
        return {"g′(Z)": (f"g′(Z) = {on_paper}", code(text).replace("alpha", "0.01"))}


def slope_words(text: str) -> str:
    """A text about dZ = dA ∗ g′ as one about g′ alone.

    >>> slope_words("dZ[1] = dA[1] ∗ (1 − A[1])²")
    'g′(Z) = (1 − A)²'
    >>> slope_words("dZ[1] = −dA[1] ∗ σ′(Z[1])")
    'g′(Z) = −σ′(Z)'
    """
    return re.sub(r"(?<![A-Za-z])dZ(?![A-Za-z])", "g′(Z)", re.sub("dZ = (.*)dA ∗ ", r"g′(Z) = \1", layerless(text)))


@dataclass(frozen=True)
class StepBack(Slope):
    """dZ from dA and the activation's cache: the learner's own, where an own activation returns one."""

    def available(self, pupil: Pupil, v: Work) -> Mapping[str, Any]:
        given = {"dA": v.dA[1], "Z": v.Z[1]}
        return running(pupil, self.role, given, activation_caches(pupil, self.kind, v))

    def is_given_Z(self, pupil: Pupil) -> bool:
        """Whether a function of the learner's own returns the cache beside A: what is in it need not be guessed."""
        source = pupil.cast[self.kind].source if self.kind in pupil.cast else ""
        return "linear_activation_forward" in pupil.cast or bool(re.search(r"return .+,", source))

    @property
    def solutions(self) -> Mapping[str, tuple[str, str]]:
        on_paper, text = self.slope
        return {"dZ": (f"dZ = dA ∗ g′(Z), where g′(Z) = {on_paper}", f"dZ = {code(f'dA * ({text})')}")}


ACTIVATIONS: Mapping[str, OfZ] = {kind: Value(kind, kind) for kind in KINDS}
SLOPES: Mapping[str, OfZ] = {
    **{f"{kind}_derivative": Derivative(f"{kind}_derivative", kind) for kind in KINDS if kind != "softmax"},
    **{f"{kind}_backward": StepBack(f"{kind}_backward", kind) for kind in ("sigmoid", "relu", "tanh")},
}
