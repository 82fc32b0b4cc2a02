"""The course's dictionaries {"W1": ..., "b1": ...} as the library's Parameters, and back.

Gradients {"dW1": ..., "db1": ...} and the optimizers' memories v and s have the same form behind the prefix "d".
"""

from collections.abc import Mapping
from typing import Any

from ..nn.arrays import Array
from ..nn.quantities import Parameters
from ..nn.structure import Network
from .inputs import as_float


def from_dict(values: Mapping[str, Any], prefix: str = "") -> Parameters:
    """The arrays W1, b1, ..., WL, bL of a dictionary, behind ``prefix``; what else it holds is left alone.

    Raises TypeError for anything but a dictionary; ValueError for a missing array, a W[l] that does not fit W[l-1], and
    a b[l] of another shape than (n[l], 1), which would broadcast over Z without a word.

    >>> from_dict({"W1": [[1, 2]], "b1": [[0]]}).named()
    {'W[1]': array([[1., 2.]]), 'b[1]': array([[0.]])}
    """
    if not isinstance(values, Mapping):
        raise TypeError(
            f"{type(values).__name__} given where a dictionary {{'{prefix}W1': ..., '{prefix}b1': ...}} is expected; "
            "mind the order of arguments: forward_propagation(X, parameters), but predict(parameters, X)"
        )
    L = 0
    while f"{prefix}W{L + 1}" in values:
        L += 1
    missing = [f"{prefix}b{l}" for l in range(1, L + 1) if f"{prefix}b{l}" not in values] or [f"{prefix}W1"] * (L == 0)
    if missing:
        given = ", ".join(map(str, values)) or "nothing"
        raise ValueError(f"{missing[0]!r} is missing: each layer l has {prefix}W[l] and {prefix}b[l]; here are {given}")
    W = {l: as_float(f"{prefix}W{l}", values[f"{prefix}W{l}"]) for l in range(1, L + 1)}
    b = {l: as_float(f"{prefix}b{l}", values[f"{prefix}b{l}"]) for l in range(1, L + 1)}
    for l in range(1, L + 1):
        if W[l].ndim != 2 or (l > 1 and W[l].shape[1] != W[l - 1].shape[0]):
            before = f"({'n[1]' if l == 1 else 'n[l]'}, {'n[0]' if l == 1 else W[l - 1].shape[0]})"
            raise ValueError(f"{prefix}W{l} has shape {W[l].shape} where (n[l], n[l-1]) = {before} is expected")
        n = W[l].shape[0]
        if b[l].shape != (n, 1):
            hint = f"; pass {prefix}b{l}.reshape({n}, 1)" if b[l].size == n else ""
            raise ValueError(f"{prefix}b{l} has shape {b[l].shape} where (n[l], 1) = ({n}, 1) is expected{hint}")
    return Parameters(W, b, {}, {})


def gradients_from_dict(values: Mapping[str, Any], parameters: Parameters) -> Parameters:
    """The arrays dW1, db1, ... of a dictionary; ValueError unless each is there and has its parameter's shape."""
    gradients = {}
    for name, p in to_dict(parameters).items():
        if f"d{name}" not in values:
            raise ValueError(f"d{name} is missing; here are {', '.join(map(str, values)) or 'nothing'}")
        gradients[f"d{name}"] = d = as_float(f"d{name}", values[f"d{name}"])
        if d.shape != p.shape:
            hint = "; sum over the samples only, axis=1, and keep the column, keepdims=True" if name[0] == "b" else ""
            raise ValueError(f"d{name} has shape {d.shape} where {name} has shape {p.shape}{hint}")
    return from_dict(gradients, "d")


def to_dict(parameters: Parameters, prefix: str = "") -> dict[str, Array]:
    """{"W1", "b1", "W2", ...} in the course's order, each name behind ``prefix``.

    >>> list(to_dict(Parameters({1: 0, 2: 0}, {1: 0, 2: 0}, {}, {}), "d"))
    ['dW1', 'db1', 'dW2', 'db2']
    """
    W, b = parameters.W, parameters.b
    return {f"{prefix}{name}{l}": array[l] for l in sorted(W) for name, array in (("W", W), ("b", b))}


def network_of(parameters: Parameters, activations: Any, head: Any, **options: Any) -> Network:
    """The network that these parameters belong to: its sizes are read from their shapes."""
    W = parameters.W
    n = (W[1].shape[1], *(W[l].shape[0] for l in sorted(W)))
    return Network(n, activations, head, **options)
