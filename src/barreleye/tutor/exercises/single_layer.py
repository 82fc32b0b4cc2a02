"""One layer of a deep network: its linear part and the whole layer, forward and backward."""

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace as changed
from typing import Any

import numpy as np

from ...nn.activations import Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from ...words import catalogue
from ..casting.layouts import Name
from ..casting.naming import key_of, plain
from ..casting.pupil import Pupil
from ..equations import Line, Work, example, line, worked
from ..judgement import OWN_WAY, Judged
from ..likeness import DIFFERENT, alike
from ..running.answers import Answer, Function, Named
from ..search import Reading, Trial, explanation
from ..syntax import global_names, tree_of
from .alone import Alone
from .cached import held_wrongly
from .caches import layer_caches, linear_caches, running
from .numeric import Beside, Numeric

SAID = catalogue("tutor_judging")

FORWARD: tuple[Line, ...] = (line("Z", 1), line("A", 1))
BACKWARD: tuple[Line, ...] = (line("dZ", 1), line("dW", 1), line("db", 1), line("dA", 0))
SHAPES = (((5, 4), 7), ((3, 2), 6))
SQUARE = (((4, 4), 4),)
NAMES: dict[str, Activation] = {"relu": ReLU(), "sigmoid": Sigmoid(), "tanh": Tanh(), "leakyrelu": LeakyReLU()}
"""The activations that a layer is asked for, by the plain form of the word."""


def layers(shapes: Iterable[tuple[tuple[int, int], int]], g: Activation) -> Callable[[Pupil], Sequence[Work]]:
    """Random layers of these sizes, forward pass worked, with dZ and dA that no pass made. Sigmoid is the output's."""

    def layer(n: tuple[int, ...], m: int, seed: int) -> Work:
        v = example(n if g == Sigmoid() else (*n, 1), m, seed, worked_forward=False)
        v = worked(FORWARD, changed(v, g={**v.g, 1: g}))
        rng = np.random.default_rng(seed + 50)
        v.dZ[1], v.dA[1] = rng.normal(size=v.Z[1].shape), rng.normal(size=v.Z[1].shape)
        return v

    return lambda pupil: [layer(n, m, seed) for seed, (n, m) in enumerate(shapes)]


def available(pupil: Pupil, v: Work, **more: Any) -> dict[str, Any]:
    """What a function of one layer may ask for, b in the form of the learner's own biases."""
    flat = pupil.flat(v)
    return {"A_prev": v.A[0], "X": v.A[0], "W": flat["W1"], "b": flat["b1"], "m": v.m, **more}


def readings(sheet: Sequence[Line], *kinds: Activation) -> Callable[[Pupil, Sequence[Trial]], Sequence[Reading]]:
    """The sheet with each of these activations; with that of the trials where none is named."""

    def with_each(pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        return [Reading(sheet, [Trial(activated(v, g), seen) for v, seen in trials]) for g in kinds]

    return with_each if kinds else lambda pupil, trials: [Reading(sheet, trials)]


def activated(v: Work, g: Activation) -> Work:
    """The layer with another activation: the same Z, and A that follows from it."""
    return worked(FORWARD[1:], changed(v.copy(), g={**v.g, 1: g}))


# Forward


def before_cache(quantity: str) -> Callable[[Pupil, Work, Answer], Mapping[Name, Any]]:
    """Z or A in what was returned: itself, or what stands before the cache."""

    def observed(pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
        value = answer.value
        if isinstance(value, dict):
            value = next((value[key] for key in (quantity, quantity.lower()) if key in value), None)
        elif isinstance(value, tuple | list) and value:
            value = value[0]
        return {} if value is None else {(quantity, 1): value}

    return observed


def linear_cache(pupil: Pupil, trials: Sequence[Trial]) -> Beside:
    """Z in the cache of linear_forward, where linear_backward takes it for A_prev."""
    v = trials[0].given
    answer = pupil.call("linear_forward", available(pupil, v))
    Z = worked(FORWARD[:1], v).Z[1]
    return held_wrongly(pupil, "linear_forward", answer, {"A_prev": v.A[0]}, {"Z": Z}, LINEAR_BACKWARD)


LINEAR_FORWARD = Numeric(
    role="linear_forward",
    examples=layers(SHAPES, ReLU()),
    square=layers(SQUARE, ReLU()),
    available=available,
    observed=before_cache("Z"),
    required=lambda v: [("Z", 1)],
    readings=readings(FORWARD[:1]),
    beside=linear_cache,
)


def layer_forward(word: str, *kinds: Activation) -> Numeric:
    """The whole layer, asked for an activation by its word."""
    return Numeric(
        role="linear_activation_forward",
        examples=layers(SHAPES, kinds[0]),
        square=layers(SQUARE, kinds[0]),
        available=lambda pupil, v: available(pupil, v, activation=handed(pupil, "linear_activation_forward", word)),
        observed=before_cache("A"),
        required=lambda v: [("A", 1)],
        readings=readings(FORWARD, *kinds),
    )


# Backward


def gradients(pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
    """dA_prev, dW and db by shape, else in the course's order."""
    value = tuple(answer.value.values()) if isinstance(answer.value, dict) else answer.value
    found = pupil.quantities(value, v, gradient_names(v))
    if "linear_backward" not in pupil.cast or not pupil.cast["linear_backward"].owner:
        return found
    right = worked(BACKWARD[1:], v)
    own = {name: getattr(right, name[0])[name[1]] for name in found if name != ("dA", 0)}
    if any(alike(found[name], one) != DIFFERENT for name, one in own.items()):
        return found
    sums = {name: found[name] / v.m for name, one in own.items() if alike(found[name], one * v.m) != DIFFERENT}
    return {**found, **sums}  # layers as objects: the 1/m is in the derivative that they are given


def gradient_names(v: Work) -> list[Name]:
    return [("dA", 0), ("dW", 1), ("db", 1)]


def sums_of_rows(pupil: Pupil, trials: Sequence[Trial]) -> Judged | None:
    """The gradients of a layer whose dZ has the 1/m in it already, as it has where layers are objects by themselves."""
    sums = [
        Trial(
            v, {name: np.asarray(seen, float) / (v.m if name[0] in ("dW", "db") else 1) for name, seen in found.items()}
        )
        for v, found in trials
    ]
    right = pupil.reading.rows and explanation([Reading(BACKWARD[1:], sums)], (), (), 0) is not None
    return Judged([], [SAID["single_layer.sums"]], OWN_WAY) if right else None


LINEAR_BACKWARD = Numeric(
    role="linear_backward",
    examples=layers(SHAPES, ReLU()),
    square=layers(SQUARE, ReLU()),
    available=lambda pupil, v: running(
        pupil, "linear_backward", available(pupil, v, dZ=v.dZ[1]), linear_caches(pupil, v, available(pupil, v))
    ),
    observed=gradients,
    required=gradient_names,
    readings=readings(BACKWARD[1:]),
    own=sums_of_rows,
)


def layer_backward(word: str, *kinds: Activation) -> Numeric:
    """The whole layer, asked for an activation by its word."""

    def offered(pupil: Pupil, v: Work) -> Mapping[str, Any]:
        given = available(pupil, v, activation=handed(pupil, "linear_activation_forward", word))
        caches = layer_caches(pupil, v, given)
        role = "linear_activation_backward"
        given |= {"dA": v.dA[1], "Z": v.Z[1], "activation": handed(pupil, role, word)}
        return running(pupil, role, given, caches)

    return Numeric(
        role="linear_activation_backward",
        examples=layers(SHAPES, kinds[0]),
        square=layers(SQUARE, kinds[0]),
        available=offered,
        observed=gradients,
        required=gradient_names,
        readings=readings(BACKWARD, *kinds),
    )


# Each activation that a layer knows


def each(role: str, case: Callable[..., Numeric]) -> Alone:
    """A case for each activation that the function knows, or finds in the cache of the one that does.

    Where neither asks for one: one case that any of them fits.
    """

    def cases(pupil: Pupil) -> Sequence[Numeric]:
        both = (pupil.cast[one] for one in (role, "linear_activation_forward") if one in pupil.cast)
        asked = next((one for one in both if asks_for_activation(one)), None)
        return [case(word, g) for word, g in words_of(asked)] if asked else [case("", *NAMES.values())]

    return Alone(role, cases)


def asks_for_activation(function: Function) -> list[str]:
    """The arguments that say which activation it is."""
    return [one.name for one in function.parameters[2:] if key_of(one.name) == "activation"]


def handed(pupil: Pupil, role: str, word: str) -> str | Named:
    """An activation as the function of a role takes it: its word, a member of an Enum, or a function to be called."""
    source = pupil.cast[role].source if role in pupil.cast else ""
    member = re.search(rf"\b(\w+)\.{word}\b(?!\()", source, re.IGNORECASE)
    spoken = re.search(rf"[\"']{word}[\"']", source)
    if word and member and not spoken and member[1] in global_names(source):
        return Named(member[0])
    names = asks_for_activation(pupil.cast[role]) if source else []
    calls = [one for one in tree_of(source) if isinstance(one, ast.Call) and ast.unparse(one.func) in names]
    if not calls:
        return word
    kind = plain(word).replace("leakyrelu", "leaky_relu")
    slope = f"{kind}_derivative" if len(calls[0].args) == 1 else f"{kind}_backward"
    wanted = slope if role.endswith("backward") else kind
    return Named(pupil.cast[wanted].name) if wanted in pupil.cast else word


def words_of(function: Function) -> list[tuple[str, Activation]]:
    """The activations that a function's code names, each by the word that it compares with; else the course's two."""
    code = re.sub(r'("""|\'\'\')[\s\S]*?\1|#.*', "", function.source).replace(function.name, "")
    words = {plain(word): word for word in re.findall(r"""["'](\w+)["']""", code)}
    known = {name: g for name, g in NAMES.items() if re.search(rf"(?<!leaky){name}", plain(code))}
    return [
        (words.get(name, name), g) for name, g in (known or {name: NAMES[name] for name in ("relu", "sigmoid")}).items()
    ]


LAYERS: Mapping[str, Numeric | Alone] = {
    one.role: one
    for one in (
        Alone("linear_forward", lambda pupil: [LINEAR_FORWARD]),
        each("linear_activation_forward", layer_forward),
        Alone("linear_backward", lambda pupil: [LINEAR_BACKWARD]),
        each("linear_activation_backward", layer_backward),
    )
}
