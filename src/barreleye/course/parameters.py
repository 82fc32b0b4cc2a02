"""The course's dictionaries {"W1": ..., "b1": ...} as the library's Parameters, and back.

Gradients {"dW1": ..., "db1": ...} and the optimizers' memories v and s have the same form behind the prefix "d".
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..nn.activations import ReLU
from ..nn.arrays import Array
from ..nn.heads import SigmoidHead
from ..nn.optimizers import Optimizer, update
from ..nn.quantities import Parameters
from ..nn.structure import Network
from ..nn.validation import misshapen, missing, positive
from ..words import NOTHING, Text, catalogue
from .inputs import as_float

SAY = catalogue("course")


class Trained(dict[str, Array]):
    """The dictionary that a model function returns. It knows the network that it was trained for; its copies do not.

    >>> Trained(Parameters({1: 3.0}, {1: 4.0}, {}, {}), Network((1, 1)))
    {'W1': 3.0, 'b1': 4.0}
    """

    def __init__(self, parameters: Parameters, network: Network) -> None:
        super().__init__(to_dict(parameters))
        self.network = network


def from_dict(values: Mapping[str, Any], prefix: str = "") -> Parameters:
    """The arrays W1, b1, ..., WL, bL of a dictionary, behind ``prefix``, in any shapes; the rest is left alone.

    Raises TypeError for anything but a dictionary, and ValueError for a missing array.

    >>> from_dict({"W1": [[1, 2]], "b1": [[0]]}).named()
    {'W[1]': array([[1., 2.]]), 'b[1]': array([[0.]])}
    """
    if not isinstance(values, Mapping):
        raise TypeError(SAY["error.no_dictionary"].filled(given=type(values).__name__, prefix=prefix))
    L = 0
    while f"{prefix}W{L + 1}" in values:
        L += 1
    lacking = [f"{prefix}b{l}" for l in range(1, L + 1) if f"{prefix}b{l}" not in values] or [f"{prefix}W1"] * (L == 0)
    if lacking:
        raise ValueError(missing(repr(lacking[0]), values))
    W, b = ({l: as_float(f"{prefix}{name}{l}", values[f"{prefix}{name}{l}"]) for l in range(1, L + 1)} for name in "Wb")
    return Parameters(W, b, {}, {})


def to_dict(parameters: Parameters, prefix: str = "") -> dict[str, Array]:
    """{"W1", "b1", "W2", ...} in the course's order, each name behind ``prefix``.

    >>> list(to_dict(Parameters({1: 0, 2: 0}, {1: 0, 2: 0}, {}, {}), "d"))
    ['dW1', 'db1', 'dW2', 'db2']
    """
    W, b = parameters.W, parameters.b
    return {f"{prefix}{name}{l}": array[l] for l in sorted(W) for name, array in (("W", W), ("b", b))}


def misfit(parameters: Parameters) -> Text:
    """Why no network has these arrays: a W[l] that does not fit W[l-1], or a b[l] that would broadcast; "" if one has.

    >>> misfit(from_dict({"W1": np.ones((2, 3)), "b1": np.ones(2)}))
    'b1 has shape (2,) where (n[l], 1) = (2, 1) is expected; pass b1.reshape(2, 1)'
    """
    W, b = parameters.W, parameters.b
    for l in W:
        if W[l].ndim != 2 or (l > 1 and W[l].shape[1] != W[l - 1].shape[0]):
            before = f"({'n[1]' if l == 1 else 'n[l]'}, {'n[0]' if l == 1 else W[l - 1].shape[0]})"
            return misshapen(f"W{l}", W[l], f"(n[l], n[l-1]) = {before}")
        n = W[l].shape[0]
        if b[l].shape != (n, 1):
            hint = SAY["hint.reshape"].filled(how=f"b{l}.reshape({n}, 1)") if b[l].size == n else NOTHING
            return misshapen(f"b{l}", b[l], f"(n[l], 1) = ({n}, 1)", hint)
    return NOTHING


def network_of(
    parameters: Parameters, activations: Any, head: Any, *, any_shapes: bool = False, **options: Any
) -> Network:
    """The network that these parameters belong to: its sizes are read from their shapes.

    Raises ValueError where they fit no network. With ``any_shapes``, for a backward pass through a cache that no
    forward pass made, that is only a RuntimeWarning.
    """
    if why := misfit(parameters):
        if not any_shapes:
            raise ValueError(why)
        warnings.warn(f"{why}: no network has these parameters. Computed all the same", RuntimeWarning, stacklevel=4)
    W = parameters.W
    n = (W[1].shape[-1], *(W[l].shape[0] for l in sorted(W)))
    return Network(n, activations, head, **options)


def relu_network(values: Mapping[str, Any], **options: Any) -> tuple[Parameters, Network]:
    """The parameters of a dictionary and their network of ReLU hidden layers and a sigmoid output.

    A RuntimeWarning says so where the dictionary comes from a model of another kind.
    """
    p = from_dict(values)
    if isinstance(values, Trained) and not all(isinstance(g, ReLU) for g in values.network.activations):
        warnings.warn(
            f"these parameters were trained for {values.network}, and this function computes ReLU hidden layers: "
            "forward_propagation and predict of barreleye.course follow the training",
            RuntimeWarning,
            stacklevel=3,
        )
    return p, network_of(p, "relu", SigmoidHead(), **options)


def gradients_from_dict(values: Mapping[str, Any], parameters: Parameters, stacklevel: int = 3) -> Parameters:
    """The arrays dW1, db1, ... of a dictionary, each in the shape of its parameter.

    A smaller one that NumPy spreads over its parameter, such as a db summed over the units too, is taken with a
    RuntimeWarning. Raises ValueError for a missing one, and for one that would change its parameter's shape.
    """
    gradients = {}
    for name, p in to_dict(parameters).items():
        if f"d{name}" not in values:
            raise ValueError(missing(f"d{name}", values))
        d = as_float(f"d{name}", values[f"d{name}"])
        if d.shape != p.shape:
            hint = SAY["hint.keepdims"] if name[0] == "b" else NOTHING
            why = misshapen(f"d{name}", d, f"{name}.shape = {p.shape}", hint)
            try:
                d = np.broadcast_to(d, p.shape)
            except ValueError:
                raise ValueError(why) from None
            warnings.warn(f"{why}. Spread over {name} all the same", RuntimeWarning, stacklevel=stacklevel)
        gradients[f"d{name}"] = d
    return from_dict(gradients, "d")


def updated(
    rule: Optimizer,
    parameters: Mapping[str, Any],
    grads: Mapping[str, Any],
    learning_rate: Any,
    memories: Sequence[Mapping[str, Any]] = (),
    t: int = 1,
) -> tuple[dict[str, Array], list[dict[str, Array]]]:
    """The parameters and the memories after update number t by this rule, as new dictionaries; any shapes will do."""
    p = from_dict(parameters)
    if why := misfit(p):
        warnings.warn(f"{why}: no network has these parameters. Updated all the same", RuntimeWarning, stacklevel=3)
    slots = [gradients_from_dict(memory, p, stacklevel=4) for memory in memories]
    state = p.map(lambda _, *s: s, *slots)
    gradients = gradients_from_dict(grads, p, stacklevel=4)
    p, state = update(rule, p, gradients, state, t, positive("learning_rate", learning_rate))
    return to_dict(p), [memory_of(state, k) for k in range(len(slots))]


def memory_of(state: Parameters, slot: int) -> dict[str, Array]:
    """One slot of an optimizer's state as the course's dictionary."""
    return to_dict(state.map(lambda slots: slots[slot]), "d")
