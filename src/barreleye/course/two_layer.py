"""The two-layer network, function by function: tanh hidden units, a sigmoid output, cross-entropy, gradient descent.

    Z1 = W1 X + b1      A1 = tanh(Z1)          dZ2 = A2 - Y                     dW2 = (1/m) dZ2 A1^T
    Z2 = W2 A1 + b2     A2 = sigmoid(Z2)       dZ1 = W2^T dZ2 * (1 - A1^2)      dW1 = (1/m) dZ1 X^T

Samples are columns. Parameters are {"W1", "b1", "W2", "b2"}, gradients {"dW1", ...}, the cache {"Z1", "A1", "Z2",
"A2"}. No function changes its arguments. Two options come after the tutorials' own arguments:

    activation    the hidden g: "tanh", "sigmoid", "relu", "leaky_relu", or any other name in barreleye.nn.activations
    output        "sigmoid", or "tanh", which then gets the loss that belongs to it (labels are 0 and 1 all the same)

Each function takes networks with more hidden layers too, as long as the dictionaries have their W3, b3, ...

>>> from .initialization import initialize_parameters_deep
>>> X, Y = [[0, 0, 1, 1], [0, 1, 0, 1]], [[0, 1, 1, 0]]
>>> start = initialize_parameters_deep([2, 4, 1], initialization="lecun")  # XOR starves from weights near 0
>>> predict(nn_model(X, Y, 4, num_iterations=500, parameters=start), X)
array([[False,  True,  True, False]])
"""

from collections.abc import Mapping
from typing import Any

from ..nn.activations import Activation
from ..nn.arrays import Array
from ..nn.network import backward, forward
from ..nn.optimizers import GradientDescent, start, update
from ..nn.quantities import Trace
from ..nn.validation import choose, count, positive
from .cost import OUTPUTS, check_range
from .initialization import initialize_parameters
from .inputs import as_float, samples
from .loop import descend
from .parameters import from_dict, gradients_from_dict, network_of, to_dict


def layer_sizes(X: Array, Y: Array) -> tuple[int, int, int]:
    """(n_x, n_h, n_y) for X (n_x, m) and Y (n_y, m), with the exercise's n_h = 4.

    >>> layer_sizes([[0.5, 0.1], [0.2, 0.4], [0.7, 0.8]], [[0, 1]])
    (3, 4, 1)
    """
    X, Y = samples(X, Y)
    return X.shape[0], 4, Y.shape[0]


def forward_propagation(
    X: Array, parameters: Mapping[str, Array], *, activation: str | Activation = "tanh", output: str = "sigmoid"
) -> tuple[Array, dict[str, Array]]:
    """A2 (n_y, m) and the cache {"Z1", "A1", "Z2", "A2"} for X (n_x, m).

    Raises ValueError for an X that does not fit W1, and for parameters that do not fit each other.

    >>> A2, cache = forward_propagation([[0, 0, 0], [0, 0, 0]], initialize_parameters(2, 4, 1))
    >>> A2
    array([[0.5, 0.5, 0.5]])
    """
    p = from_dict(parameters)
    trace = forward(network_of(p, activation, choose("output", output, OUTPUTS).head), p, as_float("X", X))
    return trace.Y_hat, {f"{name}{l}": q[l] for l in trace.Z for name, q in (("Z", trace.Z), ("A", trace.A))}


def backward_propagation(
    parameters: Mapping[str, Array],
    cache: Mapping[str, Array],
    X: Array,
    Y: Array,
    *,
    activation: str | Activation = "tanh",
    output: str = "sigmoid",
) -> dict[str, Array]:
    """The derivatives {"dW1", "db1", "dW2", "db2"} of the cost, from the cache of ``forward_propagation``.

    Raises ValueError for shapes that do not fit, a cache without Z or A of a layer, and an A2 out of range.

    >>> import numpy as np
    >>> X, parameters = np.ones((2, 3)), initialize_parameters(2, 4, 1)
    >>> A2, cache = forward_propagation(X, parameters)
    >>> {name: gradient.shape for name, gradient in backward_propagation(parameters, cache, X, np.ones((1, 3))).items()}
    {'dW1': (4, 2), 'db1': (4, 1), 'dW2': (1, 4), 'db2': (1, 1)}
    """
    kind = choose("output", output, OUTPUTS)
    p = from_dict(parameters)
    X, Y = samples(X, Y)
    missing = [name for l in p.W for name in (f"Z{l}", f"A{l}") if name not in cache]
    if missing:
        raise ValueError(f"the cache lacks {missing[0]!r}; here are {', '.join(cache) or 'nothing'}")
    Z, A = ({l: as_float(f"{name}{l}", cache[f"{name}{l}"]) for l in p.W} for name in "ZA")
    trace = Trace(Z, {0: X, **A}, {}, {}, {}, {}, {})
    check_range(trace.Y_hat, kind)
    return to_dict(backward(network_of(p, activation, kind.head), p, trace, kind.labels(Y)).parameters, "d")


def update_parameters(
    parameters: Mapping[str, Array], grads: Mapping[str, Array], learning_rate: float = 1.2
) -> dict[str, Array]:
    """W[l] - learning_rate dW[l] and b[l] - learning_rate db[l] as a new dictionary; the old arrays stay as they are.

    Raises ValueError for a gradient that is missing or has another shape than its parameter, and for a rate <= 0.

    >>> update_parameters({"W1": [[1.0]], "b1": [[0.0]]}, {"dW1": [[2.0]], "db1": [[-1.0]]}, learning_rate=0.25)
    {'W1': array([[0.5]]), 'b1': array([[0.25]])}
    """
    rule, p = GradientDescent(), from_dict(parameters)
    gradients = gradients_from_dict(grads, p)
    return to_dict(update(rule, p, gradients, start(rule, p), 1, positive("learning_rate", learning_rate))[0])


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
        raise ValueError(f"parameters belong to a network of sizes {network.n}, but X, n_h and Y ask for {n}")

    def report(i: int, J: float) -> None:
        if print_cost and i % 1000 == 0:
            print(f"Cost after iteration {i}: {J:f}")

    return to_dict(descend(network, p, X, kind.labels(Y), num_iterations, learning_rate, report))


def predict(
    parameters: Mapping[str, Array],
    X: Array,
    *deep_order: Any,
    activation: str | Activation = "tanh",
    output: str = "sigmoid",
) -> Array:
    """The class of each column of X (n_x, m): A2 > 0.5, or A2 > 0 for a tanh output, as booleans (n_y, m).

    The network of ``L_layer_model`` has ReLU hidden units: ask ``predict_dec`` or ``predict_deep`` about it. The deep
    exercise's call, predict(X, y, parameters), gets a TypeError that says so.

    >>> predict({"W1": [[9.0]], "b1": [[0.0]], "W2": [[9.0]], "b2": [[0.0]]}, [[-1.0, 1.0]])
    array([[False,  True]])
    """
    if deep_order:
        raise TypeError(
            f"predict(parameters, X) takes 2 arguments, not {2 + len(deep_order)}. For the deep exercise's "
            "predict(X, y, parameters) call predict_deep, or import predict from barreleye.course.dnn_app_utils"
        )
    A2, _ = forward_propagation(X, parameters, activation=activation, output=output)
    return choose("output", output, OUTPUTS).threshold < A2
