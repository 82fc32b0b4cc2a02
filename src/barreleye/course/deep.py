"""The L-layer network: ReLU hidden layers, a sigmoid output, cross-entropy, gradient descent.

    A[0] = X,  Z[l] = W[l] A[l-1] + b[l],  A[l] = relu(Z[l]) for l < L,  AL = sigmoid(Z[L])

Samples are columns. caches[l-1] is ((A[l-1], W[l], b[l]), Z[l]). No function changes its arguments, and nothing
divides by AL: the backward pass starts from dZ[L] = AL - Y, not from dAL = -Y/AL + (1 - Y)/(1 - AL).
"""

from collections.abc import Mapping, Sequence

from ..nn.arrays import Array
from ..nn.heads import SigmoidHead
from ..nn.network import backward, forward
from ..nn.quantities import Parameters, Trace
from .cost import OUTPUTS, check_range
from .initialization import initialize_parameters_deep
from .inputs import as_float, samples
from .loop import descend
from .parameters import from_dict, network_of, to_dict
from .single_layer import LayerCache
from .two_layer import predict, update_parameters


def L_model_forward(X: Array, parameters: Mapping[str, Array]) -> tuple[Array, list[LayerCache]]:
    """AL (n[L], m) and the caches of layers 1..L for X (n[0], m).

    Raises ValueError for an X that does not fit W1, and for parameters that do not fit each other.

    >>> import numpy as np
    >>> AL, caches = L_model_forward(np.ones((3, 2)), initialize_parameters_deep([3, 4, 1]))
    >>> AL.shape, len(caches)
    ((1, 2), 2)
    """
    p = from_dict(parameters)
    trace = forward(network_of(p, "relu", SigmoidHead()), p, as_float("X", X))
    return trace.Y_hat, [((trace.A[l - 1], p.W[l], p.b[l]), trace.Z[l]) for l in trace.Z]


def L_model_backward(AL: Array, Y: Array, caches: Sequence[LayerCache]) -> dict[str, Array]:
    """{"dA0", "dW1", "db1", "dA1", ...} from the caches of ``L_model_forward``; dA[l] is the derivative by A[l].

    Raises ValueError for a Y of another shape than AL, and for an AL out of range.

    >>> import numpy as np
    >>> AL, caches = L_model_forward(np.ones((3, 2)), initialize_parameters_deep([3, 4, 1]))
    >>> {name: gradient.shape for name, gradient in L_model_backward(AL, np.ones((1, 2)), caches).items()}
    {'dA0': (3, 2), 'dW1': (4, 3), 'db1': (4, 1), 'dA1': (4, 2), 'dW2': (1, 4), 'db2': (1, 1)}
    """
    layers = range(1, len(caches) + 1)
    p = Parameters({l: caches[l - 1][0][1] for l in layers}, {l: caches[l - 1][0][2] for l in layers}, {}, {})
    Z, A = {l: caches[l - 1][1] for l in layers}, {l - 1: caches[l - 1][0][0] for l in layers}
    AL = as_float("AL", AL)
    check_range(AL, OUTPUTS["sigmoid"])
    trace = Trace(Z, {**A, len(layers): AL}, {}, {}, {}, {}, {})
    gradients = backward(network_of(p, "relu", SigmoidHead()), p, trace, Y, input_gradient=True)
    named = (("dA", gradients.dA, 1), ("dW", gradients.dW, 0), ("db", gradients.db, 0))
    return {f"{name}{l - back}": q[l - back] for l in layers for name, q, back in named}


def update_parameters_deep(
    parameters: Mapping[str, Array], grads: Mapping[str, Array], learning_rate: float
) -> dict[str, Array]:
    """W[l] - learning_rate dW[l] and b[l] - learning_rate db[l] as a new dictionary; the old arrays stay as they are.

    Raises ValueError for a gradient that is missing or has another shape than its parameter, and for a rate <= 0.

    >>> update_parameters_deep({"W1": [[1.0]], "b1": [[0.0]]}, {"dW1": [[2.0]], "db1": [[-1.0]]}, 0.25)
    {'W1': array([[0.5]]), 'b1': array([[0.25]])}
    """
    return update_parameters(parameters, grads, learning_rate)


def L_layer_model(
    X: Array,
    Y: Array,
    layers_dims: Sequence[int],
    learning_rate: float = 0.0075,
    num_iterations: int = 3000,
    print_cost: bool = False,
    *,
    initialization: str = "small",
    seed: int = 3,
    lambd: float = 0.0,
    keep_prob: float = 1.0,
    parameters: Mapping[str, Array] | None = None,
) -> tuple[dict[str, Array], list[float]]:
    """Parameters after num_iterations steps of gradient descent, and the cost before iteration 0, 100, 200, ...

    X (n[0], m)       Y (n[L], m) of 0 and 1       layers_dims = [n[0], ..., n[L]]
    print_cost        prints the costs that it records
    initialization    a rule of ``initialize_parameters_deep``, with its ``seed``. "small", the default, starves a
                      network of several hidden layers: its cost stays where it is; "he" and "lecun" do not
    lambd             the L2 penalty, part of the recorded cost
    keep_prob         the share of each hidden layer's units that dropout keeps, with new masks in every iteration
    parameters        what to start from, instead of an initialization

    Raises ValueError for shapes that do not fit, and Divergence, naming the iteration, when training diverges.

    >>> X, Y = [[-1.0, 1.0]], [[0, 1]]
    >>> parameters, costs = L_layer_model(X, Y, [1, 4, 1], 0.5, 200, initialization="he")
    >>> costs[1] < costs[0]
    True
    """
    X, Y = samples(X, Y)
    if parameters is None:
        parameters = initialize_parameters_deep(layers_dims, initialization=initialization, seed=seed)
    p = from_dict(parameters)
    network = network_of(p, "relu", SigmoidHead(), L2=lambd, keep_prob=keep_prob)
    if network.n != tuple(layers_dims):
        raise ValueError(f"parameters belong to a network of sizes {network.n}, but layers_dims={list(layers_dims)}")
    costs: list[float] = []

    def report(i: int, J: float) -> None:
        if i % 100 == 0:
            costs.append(J)
            if print_cost:
                print(f"Cost after iteration {i}: {J:f}")

    return to_dict(descend(network, p, X, Y, num_iterations, learning_rate, report, seed)), costs


def two_layer_model(
    X: Array,
    Y: Array,
    layers_dims: Sequence[int],
    learning_rate: float = 0.0075,
    num_iterations: int = 3000,
    print_cost: bool = False,
) -> tuple[dict[str, Array], list[float]]:
    """``L_layer_model`` with one hidden layer of ReLU units, layers_dims = (n_x, n_h, n_y), drawn from legacy seed 1.

    >>> parameters, costs = two_layer_model([[-1.0, 1.0]], [[0, 1]], (1, 4, 1), num_iterations=1)
    >>> [round(J, 3) for J in costs]
    [0.693]
    """
    if len(layers_dims) != 3:
        raise ValueError(
            f"layers_dims={layers_dims!r} must be (n_x, n_h, n_y); L_layer_model takes any number of layers"
        )
    return L_layer_model(X, Y, layers_dims, learning_rate, num_iterations, print_cost, seed=1)


def predict_deep(X: Array, y: Array, parameters: Mapping[str, Array]) -> Array:
    """The class of each column of X by a network with ReLU hidden units, 0.0 or 1.0, (n[L], m); prints the accuracy.

    The exercise on deep networks calls it ``predict``, which here is the name of the two-layer network's function.

    >>> predict_deep([[-1.0, 1.0]], [[0, 0]], {"W1": [[9.0]], "b1": [[0.0]]})
    Accuracy: 0.5
    array([[0., 1.]])
    """
    X, y = samples(X, y)
    p = predict_dec(parameters, X)
    print(f"Accuracy: {(p == y).mean():.10g}")
    return p.astype(X.dtype)


def predict_dec(parameters: Mapping[str, Array], X: Array) -> Array:
    """AL > 0.5 as booleans (n[L], m), by a network with ReLU hidden units: what ``plot_decision_boundary`` asks for.

    >>> predict_dec({"W1": [[9.0]], "b1": [[0.0]]}, [[-1.0, 1.0]])
    array([[False,  True]])
    """
    return predict(parameters, X, activation="relu")
