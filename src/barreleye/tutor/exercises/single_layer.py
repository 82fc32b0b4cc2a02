"""One layer of a deep network: its linear part and the whole layer, forward and backward."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import Any, ClassVar, Self

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
from .cached import held_wrongly
from .caches import layer_caches, linear_caches, running
from .exercise import Beside
from .one_layer import OneLayer

SAID = catalogue("tutor_judging")

FORWARD: tuple[Line, ...] = (line("Z", 1), line("A", 1))
BACKWARD: tuple[Line, ...] = (line("dZ", 1), line("dW", 1), line("db", 1), line("dA", 0))
SHAPES = (((5, 4), 7), ((3, 2), 6))
SQUARE = (((4, 4), 4),)
NAMES: dict[str, Activation] = {"relu": ReLU(), "sigmoid": Sigmoid(), "tanh": Tanh(), "leakyrelu": LeakyReLU()}
"""The activations that a layer is asked for, by the plain form of the word."""


def layer(n: tuple[int, ...], m: int, seed: int, g: Activation) -> Work:
    """A random layer, forward pass worked, with dZ and dA that no pass made. A sigmoid is the output's."""
    v = example(n if g == Sigmoid() else (*n, 1), m, seed, worked_forward=False)
    v = worked(FORWARD, changed(v, g={**v.g, 1: g}))
    rng = np.random.default_rng(seed + 50)
    v.dZ[1], v.dA[1] = rng.normal(size=v.Z[1].shape), rng.normal(size=v.Z[1].shape)
    return v


@dataclass(frozen=True)
class Layer(OneLayer):
    """A function of one layer, with each of the activations that it may have.

    word     of the activation that it is asked for; "" where it is not asked
    kinds    the activations that fit
    """

    word: str = ""
    kinds: tuple[Activation, ...] = (ReLU(),)
    sheet: ClassVar[tuple[Line, ...]]

    def examples(self, pupil: Pupil) -> Sequence[Work]:
        return [layer(n, m, seed, self.kinds[0]) for seed, (n, m) in enumerate(SHAPES)]

    def square(self, pupil: Pupil) -> Sequence[Work]:
        return [layer(n, m, seed, self.kinds[0]) for seed, (n, m) in enumerate(SQUARE)]

    def available(self, pupil: Pupil, v: Work) -> dict[str, Any]:
        """The layer, b in the form of the learner's own biases, and the activation as the function takes it."""
        flat = pupil.flat(v)
        given = {"A_prev": v.A[0], "X": v.A[0], "W": flat["W1"], "b": flat["b1"], "m": v.m}
        return {**given, "activation": handed(pupil, self.role, self.word)} if "activation" in self.role else given

    def readings(self, pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        """The sheet with each of the activations: the same Z, and A that follows from it."""
        given = [[Trial(activated(v, g), seen) for v, seen in trials] for g in self.kinds]
        return [Reading(self.sheet, one) for one in given]

    def cases(self, pupil: Pupil) -> Sequence[Self]:
        """One for each activation that the function knows, or finds in the cache of the one that does.

        Where neither asks for one: one case that any of them fits.
        """
        if "activation" not in self.role:
            return (self,)
        both = (pupil.cast[one] for one in (self.role, "linear_activation_forward") if one in pupil.cast)
        asked = next((one for one in both if asks_for_activation(one)), None)
        if asked is None:
            return [changed(self, kinds=tuple(NAMES.values()))]
        return [changed(self, word=word, kinds=(g,)) for word, g in words_of(asked)]


def activated(v: Work, g: Activation) -> Work:
    """The layer with another activation."""
    return v if v.g[1] == g else worked(FORWARD[1:], changed(v.copy(), g={**v.g, 1: g}))


# Forward


@dataclass(frozen=True)
class LayerForward(Layer):
    """Z and A of a layer: the last of them is what is returned, itself or before a cache."""

    sheet: ClassVar[tuple[Line, ...]] = FORWARD

    def observed(self, pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
        value, quantity = answer.value, self.sheet[-1].quantity
        if isinstance(value, dict):
            value = next((value[key] for key in (quantity, quantity.lower()) if key in value), None)
        elif isinstance(value, tuple | list) and value:
            value = value[0]
        return {} if value is None else {(quantity, 1): value}

    def required(self, v: Work) -> Sequence[Name]:
        return [(self.sheet[-1].quantity, 1)]


@dataclass(frozen=True)
class LinearForward(LayerForward):
    """Z alone."""

    sheet: ClassVar[tuple[Line, ...]] = FORWARD[:1]

    def beside(self, pupil: Pupil, trials: Sequence[Trial]) -> Beside:
        """Z in the cache, where linear_backward takes it for A_prev."""
        v = trials[0].given
        answer = pupil.call(self.role, self.available(pupil, v))
        Z = worked(FORWARD[:1], v).Z[1]
        return held_wrongly(pupil, self.role, answer, {"A_prev": v.A[0]}, {"Z": Z}, LAYERS["linear_backward"])


# Backward


@dataclass(frozen=True)
class LayerBackward(Layer):
    """dA_prev, dW and db from dA and the layer's cache, in the learner's own form."""

    sheet: ClassVar[tuple[Line, ...]] = BACKWARD

    def available(self, pupil: Pupil, v: Work) -> dict[str, Any]:
        given = super().available(pupil, v)
        forward = {**given, "activation": handed(pupil, "linear_activation_forward", self.word)}
        caches = layer_caches(pupil, v, forward)
        return running(pupil, self.role, {**given, "dA": v.dA[1], "Z": v.Z[1]}, caches)

    def observed(self, pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
        """By shape, else in the course's order. Layers as objects may have the 1/m in the derivative they are given."""
        value = tuple(answer.value.values()) if isinstance(answer.value, dict) else answer.value
        found = pupil.quantities(value, v, self.required(v))
        if "linear_backward" not in pupil.cast or not pupil.cast["linear_backward"].owner:
            return found
        right = worked(BACKWARD[1:], v)
        own = {name: getattr(right, name[0])[name[1]] for name in found if name != ("dA", 0)}
        if any(alike(found[name], one) != DIFFERENT for name, one in own.items()):
            return found
        sums = {name: found[name] / v.m for name, one in own.items() if alike(found[name], one * v.m) != DIFFERENT}
        return {**found, **sums}

    def required(self, v: Work) -> Sequence[Name]:
        return [("dA", 0), ("dW", 1), ("db", 1)]


@dataclass(frozen=True)
class LinearBackward(LayerBackward):
    """The same from dZ."""

    sheet: ClassVar[tuple[Line, ...]] = BACKWARD[1:]

    def available(self, pupil: Pupil, v: Work) -> dict[str, Any]:
        given = Layer.available(self, pupil, v)
        return running(pupil, self.role, {**given, "dZ": v.dZ[1]}, linear_caches(pupil, v, given))

    def own(self, pupil: Pupil, trials: Sequence[Trial]) -> Judged | None:
        """Right where dZ has the 1/m in it already, as it has where layers are objects by themselves."""

        sums = []
        for v, seen in trials:
            means = {name: np.asarray(seen[name], float) / v.m for name in (("dW", 1), ("db", 1))}
            sums.append(Trial(v, {**seen, **means}))
        right = pupil.reading.rows and explanation([Reading(self.sheet, sums)], (), (), 0) is not None
        return Judged([], [SAID["single_layer.sums"]], OWN_WAY) if right else None


LAYERS: Mapping[str, Layer] = {
    one.role: one
    for one in (
        LinearForward("linear_forward"),
        LayerForward("linear_activation_forward"),
        LinearBackward("linear_backward"),
        LayerBackward("linear_activation_backward"),
    )
}


# Which activations it knows, and by which words


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
