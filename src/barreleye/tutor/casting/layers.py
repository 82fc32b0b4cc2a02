"""A learner's layer as an object: its W and b, forward and backward play the linear part of a layer.

Such a class is taken for one where its object is made of two sizes and its forward is W A + b, however it is laid out.
Any other may have its activation inside, and is passed over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..likeness import DIFFERENT, alike
from ..running.answers import Answer, Function, Held
from ..running.calling import Runner
from ..running.records import Record
from .layouts import Path, at, leaves, name_at, replaced, squeezed

SIZES, M = (5, 4), 7
ROLES = {"forward": "linear_forward", "backward": "linear_backward"}
"""What the methods play that would be those of a whole network."""


@dataclass(frozen=True)
class Layer:
    """A class of layers: an object of it for ``SIZES``, and where in it are W and b."""

    owner: str
    template: Record
    W: Path
    b: Path

    def filled(self, W: Any, b: Any) -> Record:
        """An object with these parameters."""
        return replaced(self.template, {self.W: W, self.b: b})


def layer_of(runner: Runner, methods: Mapping[str, Mapping[str, Function]]) -> Layer | None:
    """The first class that is a linear layer.

    methods    for each class, its methods by the parts that they would play in a network
    """
    return next((layer for owner, parts in methods.items() if (layer := made(runner, owner, parts))), None)


def made(runner: Runner, owner: str, parts: Mapping[str, Function]) -> Layer | None:
    maker = next((one for one in runner.functions if one.name == f"{owner}.__init__"), None)
    if maker is None or not ROLES.keys() <= parts.keys() or sum(one.required for one in maker.parameters) > 2:
        return None
    answer = runner.call(maker.name, *SIZES)
    arrays = [(path, leaf) for path, leaf in leaves(answer.value) if isinstance(leaf, np.ndarray)]
    W = [path for path, leaf in arrays if sorted(leaf.shape) == sorted(SIZES)]
    b = [path for path, leaf in arrays if squeezed(leaf.shape) == SIZES[1:]]
    if not isinstance(answer.value, Record) or len(W) != 1 or len(b) != 1:
        return None
    layer = Layer(owner, answer.value, W[0], b[0])
    many, one = (gradients_of(runner, layer, parts, m) for m in (M, 1))
    if many is None or (not many and one):  # no linear layer, or one that takes a single sample
        return None
    return layer


def gradients_of(runner: Runner, layer: Layer, parts: Mapping[str, Function], m: int) -> bool | None:
    """Whether a backward pass over m samples gives dA, dW and db; None where the forward pass is not W A + b."""
    rng = np.random.default_rng(0)
    W, b = (rng.normal(size=np.shape(at(layer.template, path))) for path in (layer.W, layer.b))
    X = rng.normal(size=(m, SIZES[0]))
    Z = X @ (W if W.shape == SIZES else W.T) + b.reshape(1, -1)
    before = layer.filled(W, b)
    for given, expected in ((X, Z), (X.T, Z.T)):
        answer = runner.call(parts["forward"].name, before, given)
        forward = forward_of_method(answer)
        if forward.trouble is None and alike(np.asarray(forward.value[0]), expected) != DIFFERENT:
            rates = [0.5] * (sum(one.required for one in parts["backward"].parameters) - 1)
            back = runner.call(parts["backward"].name, Held(answer.call, (1,)), expected, *rates)
            found = backward_of_method(back, layer, before, 0.5)
            return found.trouble is None and len(list(leaves(found.value))) > 2
    return None


def forward_of_method(answer: Answer) -> Answer:
    """(Z, the object) of a layer's forward pass, which returns Z or leaves it in the object."""
    if answer.trouble is not None:
        return answer
    value, after = answer.value
    if value is None and isinstance(after, Record):
        value = next((leaf for name, leaf in after.items() if name.lower() in ("output", "outputs", "out", "z")), None)
    return replace(answer, value=(value, after))


def backward_of_method(answer: Answer, layer: Layer, before: Any, rate: float) -> Answer:
    """dA, dW and db of a layer's backward pass: returned, left in the object, or told by the step that it took.

    before    the object that the forward pass was called with
    """
    if answer.trouble is not None:
        return answer
    value, after = answer.value
    found = [leaf for _, leaf in leaves(value) if isinstance(leaf, np.ndarray)]
    if len(found) > 2 or not isinstance(after, Mapping):
        return replace(answer, value=value, at=(0,))
    left = [(str(path[-1]), leaf) for path, leaf in leaves(after) if isinstance(leaf, np.ndarray)]
    gradients: dict[str, Any] = {"dA": found[0]} if found else {}
    for quantity, path in (("dW", layer.W), ("db", layer.b)):
        old, new = at(before, path), at(after, path)
        named = [
            leaf for name, leaf in left if is_gradient(name, quantity) and squeezed(leaf.shape) == squeezed(old.shape)
        ]
        if named:
            gradients[quantity] = named[0]
        elif np.any(old != new):
            gradients[quantity] = (old - new) / rate
    inputs = [leaf for name, leaf in left if name.lower() in ("dinputs", "dinput", "dx", "da", "grad_input", "da_prev")]
    return replace(answer, value={"dA": inputs[0], **gradients} if inputs and not found else gradients, at=())


def is_gradient(name: str, quantity: str) -> bool:
    """Whether an attribute is called after the gradient of W, or of b.

    >>> is_gradient("weights_gradient", "dW"), is_gradient("dbiases", "db"), is_gradient("weights", "dW")
    (True, True, False)
    """
    short = name.lower().replace("gradients", "").replace("gradient", "").replace("grad", "").strip("_")
    plainly = name_at((name, 0))
    return (plainly or ("",))[0] == quantity or (
        short != name.lower() and (name_at((short, 0)) or ("",))[0] == quantity.removeprefix("d")
    )


def parts_of(functions: Iterable[tuple[Function, str | None]]) -> dict[str, dict[str, Function]]:
    """For each class, its methods by the parts that they would play."""
    found: dict[str, dict[str, Function]] = {}
    for function, role in functions:
        if function.takes_object and role is not None:
            found.setdefault(function.owner, {}).setdefault(role.removesuffix("_deep"), function)
    return found
