"""The L-layer network: ReLU hidden layers, a sigmoid output, cross-entropy, gradient descent.

    A[0] = X,  Z[l] = W[l] A[l-1] + b[l],  A[l] = relu(Z[l]) for l < L,  AL = sigmoid(Z[L])

Samples are columns. caches[l-1] is ((A[l-1], W[l], b[l]), Z[l]). No function changes its arguments, and a saturated AL
divides nothing by 0: dZ[L] = dAL * sigmoid'(Z[L]) with dAL = -Y/AL + (1 - Y)/(1 - AL) is AL - Y, and is computed so.
"""

import warnings
from collections.abc import Mapping, Sequence

import numpy as np

from ..nn.activations import ReLU, Sigmoid
from ..nn.arrays import Array
from ..nn.heads import SigmoidHead
from ..nn.network import forward
from ..words import catalogue
from .cost import OUTPUTS, warn_of_range
from .initialization import initialize_parameters_deep
from .inputs import as_float, as_labels, samples
from .loop import descend
from .parameters import Trained, from_dict, network_of, relu_network
from .single_layer import AnyLayerCache, LayerCache, activation_backward, linear_backward, nested
from .two_layer import predict, update_parameters

SAY = catalogue("course")


def L_model_forward(X: Array, parameters: Mapping[str, Array]) -> tuple[Array, list[LayerCache]]:
    """AL (n[L], m) and the caches of layers 1..L for X (n[0], m).

    Raises ValueError for an X that does not fit W1, and for parameters that do not fit each other.

    >>> import numpy as np
    >>> AL, caches = L_model_forward(np.ones((3, 2)), initialize_parameters_deep([3, 4, 1]))
    >>> AL.shape, len(caches)
    ((1, 2), 2)
    """
    p, network = relu_network(parameters)
    trace = forward(network, p, as_float("X", X))
    return trace.Y_hat, [((trace.A[l - 1], p.W[l], p.b[l]), trace.Z[l]) for l in trace.Z]


def L_model_backward(AL: Array, Y: Array, caches: Sequence[AnyLayerCache]) -> dict[str, Array]:
    """{"dA1", "dW2", "db2", "dA0", "dW1", "db1"}, from layer L down, from the caches of ``L_model_forward``.

    The caches need not come from a forward pass. Where AL is not the sigmoid of Z[L], nested ones start from
    dZ[L] = dAL * sigmoid'(Z[L]), as the exercise's code does, and the third tutorial's flat ones, (A_prev, W, b, Z),
    from AL - Y. A RuntimeWarning says so where AL lies outside 0..1.

    Raises ValueError for shapes with which nothing can be computed.

    >>> import numpy as np
    >>> AL, caches = L_model_forward(np.ones((3, 2)), initialize_parameters_deep([3, 4, 1]))
    >>> {name: gradient.shape for name, gradient in L_model_backward(AL, np.ones((1, 2)), caches).items()}
    {'dA1': (4, 2), 'dW2': (1, 4), 'db2': (1, 1), 'dA0': (3, 2), 'dW1': (4, 3), 'db1': (4, 1)}
    """
    AL = as_float("AL", AL)
    Y = as_labels(Y, AL.size)
    if not caches or AL.ndim != 2 or Y.shape != AL.shape:
        raise ValueError(SAY["error.caches"].filled(AL=AL, Y=Y, caches=len(caches)))
    warn_of_range(AL, OUTPUTS["sigmoid"], "AL")
    L, grads = len(caches), {}
    dZ = AL - Y
    if len(caches[-1]) == 2:
        ratio = _slope_ratio(AL, as_float("Z", caches[-1][1]))
        if not np.isfinite(ratio).all():
            why = "dAL divides by 0: AL is exactly 0 or 1 where the sigmoid of Z[L] is not"
            warnings.warn(why, RuntimeWarning, stacklevel=2)
        dZ = dZ * ratio
    for l in range(L, 0, -1):
        linear_cache, _ = nested(caches[l - 1])
        grads[f"dA{l - 1}"], grads[f"dW{l}"], grads[f"db{l}"] = linear_backward(dZ, linear_cache)
        if l > 1:
            dZ = activation_backward(grads[f"dA{l - 1}"], nested(caches[l - 2])[1], ReLU())
    return grads


def _slope_ratio(AL: Array, Z: Array) -> Array:
    """sigmoid'(Z) / (AL (1 - AL)), by which dAL sigmoid'(Z) differs from AL - Y: 1 where AL is the sigmoid of Z."""
    A = Sigmoid()(Z)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = Sigmoid().derivative(Z, A) / (AL * (1 - AL))
    return np.where(abs(AL - A) <= 8 * np.finfo(A.dtype).eps, 1, ratio)


def update_parameters_deep(
    parameters: Mapping[str, Array], grads: Mapping[str, Array], learning_rate: float
) -> dict[str, Array]:
    """``update_parameters`` by its name in the third tutorial, which changed the caller's arrays in place.

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
        raise ValueError(SAY["error.other_sizes"].filled(network=network, layers_dims=list(layers_dims)))
    costs: list[float] = []

    def report(i: int, J: float) -> None:
        if i % 100 == 0:
            costs.append(J)
            if print_cost:
                print(f"Cost after iteration {i}: {J:f}")

    return Trained(descend(network, p, X, Y, num_iterations, learning_rate, report, seed), network), costs


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
        raise ValueError(SAY["error.three_sizes"].filled(layers_dims=layers_dims))
    return L_layer_model(X, Y, layers_dims, learning_rate, num_iterations, print_cost, seed=1)


def predict_deep(X: Array, y: Array, parameters: Mapping[str, Array]) -> Array:
    """``predict_dec`` as 0.0 and 1.0, (n[L], m); prints the accuracy.

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
    """AL > 0.5 as booleans (n[L], m): what ``plot_decision_boundary`` asks for.

    Hidden units are ReLU, unless a model function trained these parameters for other ones.

    >>> predict_dec({"W1": [[9.0]], "b1": [[0.0]]}, [[-1.0, 1.0]])
    array([[False,  True]])
    """
    return predict(parameters, X, activation=None if isinstance(parameters, Trained) else "relu")
