"""L2 regularisation and dropout for networks of ReLU hidden layers and a sigmoid output.

The caches are the exercise's flat tuples: (Z1, A1, W1, b1, Z2, A2, W2, b2, ..., WL, bL), and with dropout
(Z1, D1, A1, W1, b1, ..., ZL, AL, WL, bL), where A[l] is what is left after the mask D[l] and the division by keep_prob.
The exercise has L = 3; these functions take any L.

>>> from .initialization import initialize_parameters_he
>>> X, Y, parameters = np.ones((2, 5)), np.ones((1, 5)), initialize_parameters_he([2, 4, 3, 1])
>>> A3, cache = forward_propagation_with_dropout(X, parameters, keep_prob=0.8)
>>> backward_propagation_with_dropout(X, Y, cache, keep_prob=0.8)["dW1"].shape
(4, 2)
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..nn.arrays import Array
from ..nn.heads import SigmoidHead
from ..nn.network import backward, forward
from ..nn.quantities import Parameters, Trace
from ..nn.shapes import check_X
from ..nn.validation import share
from ..words import catalogue
from .cost import OUTPUTS, cost_of_output, warn_of_range
from .inputs import as_float, samples
from .parameters import from_dict, network_of, relu_network

SAY = catalogue("course")


def forward_propagation(X: Array, parameters: Mapping[str, Array]) -> tuple[Array, tuple[Array, ...]]:
    """A3 (n[L], m) and the cache (Z1, A1, W1, b1, ...) for X (n[0], m): this exercise's own, without regularisation.

    >>> A3, cache = forward_propagation(np.ones((1, 2)), {"W1": [[1.0]], "b1": [[-1.0]]})
    >>> A3, len(cache)
    (array([[0.5, 0.5]]), 4)
    """
    p, network = relu_network(parameters)
    return _with_cache(p, forward(network, p, as_float("X", X)))


def compute_cost_with_regularization(A3: Array, Y: Array, parameters: Mapping[str, Array], lambd: float) -> float:
    """J = cross-entropy of A3 and Y + lambd/(2m) sum over all W of W^2; biases are not penalised.

    Raises ValueError and warns as ``compute_cost`` does, and for lambd < 0.

    >>> compute_cost_with_regularization([[1.0]], [[1]], {"W1": [[3.0]], "b1": [[7.0]]}, 0.5)
    2.25
    """
    p, network = relu_network(parameters, L2=lambd)
    return cost_of_output(as_float("A3", A3), Y, OUTPUTS["sigmoid"], network, p)


def backward_propagation_with_regularization(
    X: Array, Y: Array, cache: Sequence[Array], lambd: float
) -> dict[str, Array]:
    """The derivatives of that cost: {"dZ3", "dW3", "db3", "dA2", "dZ2", ...}, with dW[l] + lambd/m W[l].

    ``cache`` is that of ``forward_propagation``, or any of its form: as in the exercise's code dZ3 = A3 - Y, and ReLU's
    slope is 1 where A[l] > 0. Warnings and errors are those of ``backward_propagation``; ValueError for lambd < 0.

    >>> A3, cache = forward_propagation(np.ones((1, 2)), {"W1": [[1.0]], "b1": [[-1.0]]})
    >>> backward_propagation_with_regularization(np.ones((1, 2)), np.ones((1, 2)), cache, lambd=2.0)["dW1"]
    array([[0.5]])
    """
    return _backward(X, Y, cache, dropout=False, L2=lambd)


def forward_propagation_with_dropout(
    X: Array, parameters: Mapping[str, Array], keep_prob: float = 0.5, *, seed: int = 1
) -> tuple[Array, tuple[Array, ...]]:
    """A3 and the cache, with inverted dropout of every hidden layer: A[l] := A[l] D[l] / keep_prob.

    seed    of the legacy RandomState that draws D[l] = rand(n[l], m) < keep_prob for l = 1..L-1 in turn. Like the
            exercise's function it draws the same masks on every call: to train, pass another seed each time

    Raises ValueError for shapes that do not fit and for a keep_prob outside (0, 1].

    >>> from .initialization import initialize_parameters_he
    >>> A3, cache = forward_propagation_with_dropout(np.ones((2, 3)), initialize_parameters_he([2, 2, 1]), 0.7)
    >>> cache[1]
    array([[ True, False,  True],
           [ True,  True,  True]])
    """
    X, rs = as_float("X", X), np.random.RandomState(seed)
    p, network = relu_network(parameters, keep_prob=share("keep_prob", keep_prob))
    check_X(network, X)
    D = {l: rs.rand(network.n[l], X.shape[1]) < keep_prob for l in range(1, network.L)}
    if keep_prob == 1:  # all of D is True, and a network that drops nothing takes no masks
        return _with_cache(p, forward(network, p, X), D)
    return _with_cache(p, forward(network, p, X, D=D), D)


def backward_propagation_with_dropout(X: Array, Y: Array, cache: Sequence[Array], keep_prob: float) -> dict[str, Array]:
    """{"dZ3", "dW3", "db3", "dA2", ...} through the masks of the cache; dA[l] is given after mask and division.

    ``cache`` is that of ``forward_propagation_with_dropout``, and keep_prob the same. Raises ValueError as above.

    >>> from .initialization import initialize_parameters_he
    >>> A3, cache = forward_propagation_with_dropout(np.ones((2, 3)), initialize_parameters_he([2, 2, 1]), 0.7)
    >>> list(backward_propagation_with_dropout(np.ones((2, 3)), np.ones((1, 3)), cache, 0.7))
    ['dZ2', 'dW2', 'db2', 'dA1', 'dZ1', 'dW1', 'db1']
    """
    return _backward(X, Y, cache, dropout=True, keep_prob=share("keep_prob", keep_prob))


def _with_cache(p: Parameters, trace: Trace, D: Mapping[int, Array] | None = None) -> tuple[Array, tuple[Array, ...]]:
    """A[L], and the flat cache: for each layer Z, the mask where there is one, A, W, b."""
    masks = D or {}
    cache = [
        part for l in trace.Z for part in (trace.Z[l], *([masks[l]] if l in masks else []), trace.A[l], p.W[l], p.b[l])
    ]
    return trace.Y_hat, tuple(cache)


def _backward(X: Array, Y: Array, cache: Sequence[Array], *, dropout: bool, **options: Any) -> dict[str, Array]:
    """Every gradient, from layer L to layer 1, of the network and the pass that a flat cache remembers."""
    X, Y = samples(X, Y)
    names, L = ("ZDAWb", (len(cache) + 1) // 5) if dropout else ("ZAWb", len(cache) // 4)
    order = [f"{name}{l}" for l in range(1, L + 1) for name in names if (name, l) != ("D", L)]
    if len(order) != len(cache) or L == 0:
        layout = "(Z1, D1, A1, W1, b1, ..., ZL, AL, WL, bL)" if dropout else "(Z1, A1, W1, b1, ..., ZL, AL, WL, bL)"
        raise ValueError(SAY["error.cache_entries"].filled(cache=len(cache), layout=layout))
    named = dict(zip(order, cache, strict=True))
    p = from_dict(named)
    A = {l: as_float(f"A{l}", named[f"A{l}"]) for l in p.W}
    network = network_of(p, "relu", SigmoidHead(), any_shapes=True, **options)
    warn_of_range(A[L], OUTPUTS["sigmoid"], f"A{L}")
    D = {l: as_float(f"D{l}", named[f"D{l}"]) for l in network.dropout_layers}
    # ReLU's slope is read off A, which stands for Z as well.
    gradients = backward(network, p, Trace(A, {0: X, **A}, D, {}, {}, {}, {}), Y)
    dA = {l: dA * D[l] / network.keep_prob[l - 1] if l in D else dA for l, dA in gradients.dA.items()}
    quantities = {"dZ": gradients.dZ, "dW": gradients.dW, "db": gradients.db, "dA": dA}
    found = [(name, l) for k in range(L, 0, -1) for name, l in (("dZ", k), ("dW", k), ("db", k), ("dA", k - 1))]
    return {f"{name}{l}": quantities[name][l] for name, l in found if l > 0}
