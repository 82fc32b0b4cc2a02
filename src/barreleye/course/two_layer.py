"""The two-layer network, function by function: tanh hidden units, a sigmoid output, cross-entropy, gradient descent.

    Z1 = W1 X + b1      A1 = tanh(Z1)          dZ2 = A2 - Y                     dW2 = (1/m) dZ2 A1^T
    Z2 = W2 A1 + b2     A2 = sigmoid(Z2)       dZ1 = W2^T dZ2 * (1 - A1^2)      dW1 = (1/m) dZ1 X^T

Samples are columns. Parameters are {"W1", "b1", "W2", "b2"}, gradients {"dW1", ...}, the cache {"Z1", "A1", "Z2",
"A2"}. No function changes its arguments. Two options come after the tutorials' own arguments:

    activation    the hidden g: "tanh", "sigmoid", "relu", "leaky_relu", or any other name in barreleye.nn.activations
    output        "sigmoid", or "tanh", which then gets the loss that belongs to it (labels are 0 and 1 all the same)

What a model function returns knows both. Elsewhere they are tanh and sigmoid unless you say otherwise.

Each function takes networks with more hidden layers too, as long as the dictionaries have their W3, b3, ...

>>> from .initialization import initialize_parameters_deep
>>> X, Y = [[0, 0, 1, 1], [0, 1, 0, 1]], [[0, 1, 1, 0]]
>>> start = initialize_parameters_deep([2, 4, 1], initialization="lecun")  # XOR starves from weights near 0
>>> predict(nn_model(X, Y, 4, num_iterations=500, parameters=start), X)
array([[False,  True,  True, False]])
"""

import warnings
from collections.abc import Mapping
from typing import Any

from ..nn.activations import Activation, ReLU, Sigmoid, Tanh
from ..nn.arrays import Array
from ..nn.network import backward, forward
from ..nn.optimizers import GradientDescent
from ..nn.quantities import Parameters, Trace
from ..nn.structure import Network
from ..nn.validation import choose, count
from ..nn.validation import missing as lacks
from ..words import catalogue
from .cost import OUTPUTS, Output, warn_of_range
from .initialization import initialize_parameters
from .inputs import as_float, samples
from .loop import descend
from .parameters import Trained, from_dict, network_of, to_dict, updated

SAY = catalogue("course")


def layer_sizes(X: Array, Y: Array) -> tuple[int, int, int]:
    """(n_x, n_h, n_y) for X (n_x, m) and Y (n_y, m), with the exercise's n_h = 4.

    >>> layer_sizes([[0.5, 0.1], [0.2, 0.4], [0.7, 0.8]], [[0, 1]])
    (3, 4, 1)
    """
    X, Y = samples(X, Y)
    return X.shape[0], 4, Y.shape[0]


def forward_propagation(
    X: Array, parameters: Mapping[str, Array], *, activation: str | Activation | None = None, output: str | None = None
) -> tuple[Array, dict[str, Array]]:
    """A2 (n_y, m) and the cache {"Z1", "A1", "Z2", "A2"} for X (n_x, m).

    Raises ValueError for an X that does not fit W1, and for parameters that do not fit each other.

    >>> A2, cache = forward_propagation([[0, 0, 0], [0, 0, 0]], initialize_parameters(2, 4, 1))
    >>> A2
    array([[0.5, 0.5, 0.5]])
    """
    p, network, _ = _network(parameters, activation, output)
    trace = forward(network, p, as_float("X", X))
    return trace.Y_hat, {f"{name}{l}": q[l] for l in trace.Z for name, q in (("Z", trace.Z), ("A", trace.A))}


def backward_propagation(
    parameters: Mapping[str, Array],
    cache: Mapping[str, Array],
    X: Array,
    Y: Array,
    *,
    activation: str | Activation | None = None,
    output: str | None = None,
) -> dict[str, Array]:
    """The derivatives {"dW1", "db1", "dW2", "db2"} of the cost, from the cache of ``forward_propagation``.

    The cache need not come from a forward pass: as in the exercise's code dZ2 = A2 - Y and, for tanh, sigmoid and ReLU,
    the slope of g is read off A1 (1 - A1^2); for other activations it is taken at Z1. A RuntimeWarning says so where A2
    is out of range, or where no network has these parameters.

    Raises ValueError for a cache without what is needed, and for shapes with which nothing can be computed.

    >>> import numpy as np
    >>> X, parameters = np.ones((2, 3)), initialize_parameters(2, 4, 1)
    >>> A2, cache = forward_propagation(X, parameters)
    >>> {name: gradient.shape for name, gradient in backward_propagation(parameters, cache, X, np.ones((1, 3))).items()}
    {'dW1': (4, 2), 'db1': (4, 1), 'dW2': (1, 4), 'db2': (1, 1)}
    """
    p, network, kind = _network(parameters, activation, output, any_shapes=True)
    X, Y = samples(X, Y)
    # tanh, sigmoid and ReLU tell their slope by A, which then stands for Z as well; so does A[L], whose Z is not asked.
    slope_at = [
        f"{'A' if isinstance(g, Tanh | Sigmoid | ReLU) else 'Z'}{l}" for l, g in enumerate(network.activations, 1)
    ]
    names = {"Z": [*slope_at, f"A{network.L}"], "A": [f"A{l}" for l in p.W]}
    if missing := [name for name in (*names["A"], *names["Z"]) if name not in cache]:
        raise ValueError(lacks(repr(missing[0]), cache))
    Z, A = ({l: as_float(name, cache[name]) for l, name in enumerate(names[which], 1)} for which in "ZA")
    warn_of_range(A[network.L], kind)
    trace = Trace(Z, {0: X, **A}, {}, {}, {}, {}, {})
    return to_dict(backward(network, p, trace, kind.labels(Y, X.shape[1])).parameters, "d")


backward_promagation = backward_propagation
"""The same by the name that the fourth tutorial gives it."""


def update_parameters(
    parameters: Mapping[str, Array], grads: Mapping[str, Array], learning_rate: float = 1.2
) -> dict[str, Array]:
    """W[l] - learning_rate dW[l] and b[l] - learning_rate db[l] as a new dictionary; the old arrays stay as they are.

    Shapes need only agree with each other. A RuntimeWarning says so where no network has such parameters, and where a
    smaller gradient, such as a db summed over the units too, is spread over its parameter.

    Raises ValueError for a gradient that is missing or would change its parameter's shape, and for a rate <= 0.

    >>> update_parameters({"W1": [[1.0]], "b1": [[0.0]]}, {"dW1": [[2.0]], "db1": [[-1.0]]}, learning_rate=0.25)
    {'W1': array([[0.5]]), 'b1': array([[0.25]])}
    """
    return updated(GradientDescent(), parameters, grads, learning_rate)[0]


def nn_model(
    X: Array,
    Y: Array,
    n_h: int,
    num_iterations: int = 10000,
    learning_rate: float = 1.2,
    print_cost: bool = False,
    *,
    activation: str | Activation = "tanh",
    output: str = "sigmoid",
    parameters: Mapping[str, Array] | None = None,
) -> dict[str, Array]:
    """Parameters of a network with n_h hidden units after num_iterations steps of gradient descent on all samples.

    X (n_x, m)    Y (n_y, m) of 0 and 1    print_cost    prints the cost before iteration 0, 1000, 2000, ...
    parameters    what to start from; None: ``initialize_parameters``, which draws from legacy seed 2

    Raises ValueError for shapes that do not fit, and Divergence, naming the iteration, when training diverges.

    >>> parameters = nn_model([[-1.0, 1.0]], [[0, 1]], 2, num_iterations=1, print_cost=True)
    Cost after iteration 0: 0.693107
    """
    X, Y = samples(X, Y)
    kind = choose("output", output, OUTPUTS)
    n = (X.shape[0], count("n_h", n_h), Y.shape[0])
    p = from_dict(initialize_parameters(*n) if parameters is None else parameters)
    network = network_of(p, activation, kind.head)
    if network.n != n:
        raise ValueError(SAY["error.other_network"].filled(network=network, n=n))

    def report(i: int, J: float) -> None:
        if print_cost and i % 1000 == 0:
            print(f"Cost after iteration {i}: {J:f}")

    Y = kind.labels(Y, X.shape[1])
    return Trained(descend(network, p, X, Y, num_iterations, learning_rate, report), network)


def predict(
    parameters: Mapping[str, Array],
    X: Array,
    *deep_order: Any,
    activation: str | Activation | None = None,
    output: str | None = None,
) -> Array:
    """The class of each column of X (n_x, m): A2 > 0.5, or A2 > 0 for a tanh output, as booleans (n_y, m).

    predict(X, parameters), the fourth tutorial's order, is the same. What ``nn_model``, ``L_layer_model`` and ``model``
    return knows its hidden g. Another dictionary cannot tell: tanh is taken, with a UserWarning unless you name it. The
    deep exercise's call, predict(X, y, parameters), gets a TypeError that names its function.

    >>> parameters = {"W1": [[9.0]], "b1": [[0.0]], "W2": [[9.0]], "b2": [[0.0]]}
    >>> predict(parameters, [[-1.0, 1.0]], activation="tanh")
    array([[False,  True]])
    """
    if deep_order:
        raise TypeError(SAY["error.predict_deep"].filled(deep_order=2 + len(deep_order)))
    if isinstance(X, Mapping):
        parameters, X = X, parameters
    p, network, kind = _network(parameters, activation, output)
    A2 = forward(network, p, as_float("X", X)).Y_hat
    if activation is None and network.L > 1 and not isinstance(parameters, Trained):
        warnings.warn(
            "a plain dictionary does not say which hidden activation it was trained with: tanh is taken, as in the "
            'planar exercise. Pass activation="relu", or "tanh", or what else it was; predict_dec takes ReLU',
            stacklevel=2,
        )
    return kind.threshold < A2


def _network(
    parameters: Mapping[str, Array], activation: Any, output: str | None, **options: Any
) -> tuple[Parameters, Network, Output]:
    """These parameters, their network and its output: as named, else as trained, else tanh and sigmoid."""
    p, trained = from_dict(parameters), parameters.network if isinstance(parameters, Trained) else None
    if activation is None:
        activation = trained.activations if trained else "tanh"
    if output is None and trained:
        kind = next(kind for kind in OUTPUTS.values() if kind.head == trained.head)
    else:
        kind = choose("output", output or "sigmoid", OUTPUTS)
    return p, network_of(p, activation, kind.head, **options), kind
