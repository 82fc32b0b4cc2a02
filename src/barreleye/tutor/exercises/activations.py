"""The activations by themselves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace as changed
from typing import Any

import numpy as np

from ...nn.activations import Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from ...words import Text
from ..casting.layouts import Name
from ..casting.naming import key_of
from ..casting.pupil import Pupil
from ..equations import Softmax, Work, line
from ..likeness import DIFFERENT, alike
from ..running.answers import Answer
from ..search import Explained, Reading, Trial
from .alone import Alone
from .cached import held_wrongly
from .examples import HIDDEN
from .numeric import Beside, Numeric

KINDS: dict[str, tuple[Activation, ...]] = {
    "sigmoid": (Sigmoid(),),
    "tanh": (Tanh(),),
    "relu": (ReLU(),),
    "leaky_relu": tuple(g for g in HIDDEN if isinstance(g, LeakyReLU)),
    "softmax": (Softmax(),),
}
VALUES = {
    "sigmoid": ("A = σ(Z) = 1 / (1 + exp(−Z))", "A = 1 / (1 + np.exp(-Z))"),
    "tanh": ("A = tanh(Z) = (exp(Z) − exp(−Z)) / (exp(Z) + exp(−Z))", "A = np.tanh(Z)"),
    "relu": ("A = max(0, Z)", "A = np.maximum(0, Z)"),
    "leaky_relu": ("A = Z where Z > 0, else α Z, with a small α such as 0.01", "A = np.where(Z > 0, Z, 0.01 * Z)"),
    "softmax": (
        "A = exp(Z) / Σ over the units of exp(Z)",
        "A = np.exp(Z) / np.sum(np.exp(Z), axis=0, keepdims=True)",
    ),
}
"""Each activation on paper and in NumPy."""
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


def layers_of(kind: str, *, spread: bool = False) -> Callable[[Pupil], Sequence[Work]]:
    """Two such layers. spread: with Z of any size, where it need not be an A as well."""
    return lambda pupil: [layer_of(kind, seed, shape, spread) for seed, shape in enumerate(((4, 5), (3, 4)))]


def array_of(answer: Answer) -> Any:
    """A in what an activation returned: itself, or the first of (A, cache)."""
    value = answer.value
    return value[0] if isinstance(value, tuple | list) and len(value) == 2 and np.ndim(value[0]) else value


def observed_as(quantity: str) -> Callable[[Pupil, Work, Answer], Mapping[Name, Any]]:
    def observed(pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
        return {} if answer.value is None else {(quantity, 1): array_of(answer)}

    return observed


def with_g(trials: Sequence[Trial], g: Activation) -> list[Trial]:
    return [Trial(changed(v.copy(), g={**v.g, 1: g}), seen) for v, seen in trials]


# g


def value(kind: str) -> Alone:
    """The activation itself: Z in, A or (A, cache) out."""

    def readings(pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        candidates = (*KINDS[kind], *leaking(kind, trials), *by_rows(kind, pupil))
        return [Reading((line("A", 1),), with_g(trials, g)) for g in candidates]

    numeric = Numeric(
        role=kind,
        examples=layers_of(kind, spread=True),
        square=lambda pupil: (),
        available=lambda pupil, v: {"Z": v.Z[1], **leak_for(pupil, kind)},
        observed=observed_as("A"),
        required=lambda v: [("A", 1)],
        readings=readings,
        understood=value_understood,
        beside=lambda pupil, trials: activation_cache(pupil, kind, trials),
    )
    return Alone(kind, lambda pupil: [numeric], solutions={"A": VALUES[kind]})


def activation_cache(pupil: Pupil, kind: str, trials: Sequence[Trial]) -> Beside:
    """A in the cache of an activation, where the step back takes it for Z."""
    from .slopes import SLOPE_EXERCISES  # which need the activations

    role = f"{kind}_backward"
    v = trials[0].given
    if role not in SLOPE_EXERCISES:
        return Beside()
    answer = pupil.call(kind, {"Z": v.Z[1], **leak_for(pupil, kind)})
    (user,) = SLOPE_EXERCISES[role].cases(pupil)
    return held_wrongly(pupil, kind, answer, {"Z": v.Z[1]}, {"A": v.g[1](v.Z[1])}, user)


def leak_for(pupil: Pupil, role: str) -> dict[str, float]:
    """A slope for a Leaky ReLU that asks for one, by the name alpha; one with a default keeps it."""
    asked = [key_of(parameter.name) for parameter in pupil.cast[role].parameters if parameter.required]
    return {"learning_rate": 0.01} if "learning_rate" in asked else {}


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


def value_understood(pupil: Pupil, explained: Explained) -> Sequence[Text]:
    """The slope of a Leaky ReLU, and which way a softmax runs, are the learner's to choose, and worth a word."""
    g = explained.reading.trials[0].given.g[1]
    if explained.slips:
        return []
    if isinstance(g, LeakyReLU):
        return [Text(f"Its slope on the negative side is {g.slope:g}.", f"它在负半轴的斜率是 {g.slope:g}。")]
    if g == Softmax(axis=1):
        return [
            Text(
                "Each row adds up to 1: right for samples in rows. A network of this course has them in columns "
                "(axis=0).",
                "每一行之和为 1：适用于每行一个样本的情形。课程的网络里，每一列是一个样本（axis=0）。",
            )
        ]
    return []


ACTIVATIONS: Mapping[str, Alone] = {kind: value(kind) for kind in KINDS}
