"""The network: what it is made of, and its three equations: forward, cost, backward.

m samples are the columns of X (n[0], m) and Y (n[L], m). Layers are numbered 1..L as on paper; layer 0 is the input.

    forward                               backward
    A[0] = X                              dZ[L] = Y_hat - Y
    Z[l] = W[l] A[l-1] + b[l]             dW[l] = (1/m) dZ[l] A[l-1]^T
    A[l] = g[l](Z[l])                     db[l] = (1/m) sum over columns of dZ[l]
    Y_hat = A[L]                          dA[l-1] = W[l]^T dZ[l]
                                          dZ[l-1] = dA[l-1] * g[l-1]'(Z[l-1])

Everything is written against the Array API: NumPy arrays run at once, and the same lines run under ``jax.jit``.

>>> import numpy as np
>>> network = Network((2, 3, 1), "tanh", "sigmoid")
>>> parameters = initialize(network, np.random.default_rng(0))
>>> X, Y = np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([[1.0, 0.0]])
>>> trace = forward(network, parameters, X)
>>> gradients = backward(network, parameters, trace, Y)
>>> gradients.dW[1].shape, trace.Y_hat.shape
((3, 2), (1, 2))
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .arrays import Array, namespace, product
from .front import front_backward, front_forward, initialize_front
from .initializers import Initializer, RandomSource, Xavier
from .initializers import initializer as named_initializer
from .normalization import Averages, sample_count
from .quantities import Gradients, Parameters, Trace
from .shapes import check_parameters, check_weights, check_X, check_Y
from .structure import Network, refuse_what_cannot_fit
from .units import unit_backward, unit_forward
from .validation import SAY, must

PREDICTED_AT_ONCE = 2**20
"""Numbers A[0], ..., A[L] that ``predict`` holds at a time: more rows than that would only leave the cache."""


def initialize(
    network: Network,
    rng: RandomSource | int = 0,
    initializer: str | Initializer | None = None,
    dtype: Any = np.float64,
    X: np.ndarray | None = None,
) -> Parameters:
    """Starting parameters: W[l] by the initializer, drawn for l = 1..L in turn; b = 0, gamma = alpha = 1, beta = 0.

    rng            a NumPy Generator or RandomState, or a seed for a Generator
    initializer    one rule for every layer, by name or as Initializer. None: each layer's W gets the variance
                   that its activation asks for: 2/n[l-1] for ReLU's kin (He), 1/n[l-1] for SELU (LeCun), else Xavier
    X              training data (n_x, m), for "from_data", which looks at what each layer makes of it

    Raises MemoryError, before anything is allocated, for layers that cannot fit in this machine's memory.

    >>> initialize(Network((2, 4, 1)), 1).W[1].shape
    (4, 2)
    """
    refuse_what_cannot_fit(network, np.dtype(dtype).itemsize)
    if not isinstance(rng, int | np.integer | RandomSource):
        raise TypeError(must("rng", rng, SAY["expected.rng"]))
    source = np.random.default_rng(rng) if isinstance(rng, int | np.integer) else rng
    chosen = None if initializer is None else named_initializer(initializer)
    n, normalised, front = network.n, network.batch_norm_layers, network.front
    drawn = Parameters() if front is None else initialize_front(front, source, dtype, X)
    W, b = drawn.W, drawn.b
    for l in range(1, network.L + 1):
        W[l] = (chosen or usual_initializer(network, l)).W(source, n[l], n[l - 1]).astype(dtype)
        for field, value in ((drawn.gamma, 1), (drawn.beta, 0)) if l in normalised else ((b, 0),):
            field[l] = np.full((n[l], 1), value, dtype)
        if l in network.parametric_layers:
            drawn.alpha[l] = np.ones((n[l], 1), dtype)
    if chosen is not None and chosen.looks:
        if X is None:
            raise ValueError(SAY["network.looks"].filled(initializer=initializer))
        A = X if front is None else front_forward(front, drawn, X)[0]
        for l in range(1, network.L + 1):
            Z = W[l] @ A * (n[l - 1] ** -0.5 if network.ntk else 1.0)
            size = Z.std(axis=1, keepdims=True)
            size[size == 0] = 1
            W[l], Z = W[l] / size, Z / size
            if l in b:
                b[l] = chosen.b(source, Z).astype(dtype)
                Z = Z + b[l]
            A = unit_forward(network, drawn, l, Z)["A"]
    return drawn


def forward(
    network: Network,
    parameters: Parameters,
    X: Array,
    *,
    weights: Array | None = None,
    D: Mapping[int, Array] | None = None,
    averages: Averages | None = None,
) -> Trace:
    """A[L] = g[L](W[L] ... g[1](W[1] X + b[1]) ... + b[L]), and everything on the way.

    X          (n_x, m), samples as columns
    weights    sample weights (1, m), which batch norm's statistics heed; None: all 1
    D          dropout masks {l: (n[l], m) of 0 and 1}: A[l] := A[l] D[l] / keep_prob[l]; None: no unit is dropped
    averages   batch norm's running averages, for predictions; None: the statistics of this batch

    Raises ValueError for an X or weights of another shape.

    >>> network = Network((2, 3, 1), "tanh")
    >>> trace = forward(network, initialize(network, 0), np.zeros((2, 5)))
    >>> trace.Z[1].shape, float(trace.Y_hat[0, 0])
    ((3, 5), 0.5)
    """
    check_X(network, X)
    W, b, n, g = parameters.W, parameters.b, network.n, network.g
    trace = Trace()
    Z, A = trace.Z, trace.A
    A[0] = X
    if network.front is not None:
        A[0], H, F = front_forward(network.front, parameters, X)
        trace = trace._replace(X={0: X}, H=H, F=F)
    for l in range(1, network.L + 1):
        Z[l] = W[l] @ A[l - 1]
        if network.ntk:
            trace.P[l], Z[l] = Z[l], Z[l] * n[l - 1] ** -0.5
        if l in b:
            Z[l] = Z[l] + b[l]
        if l not in network.layers_with_options:
            A[l] = g[l](Z[l])
        else:
            for name, value in unit_forward(network, parameters, l, Z[l], weights, D, averages).items():
                getattr(trace, name)[l] = value
    return trace


def predict(network: Network, parameters: Parameters, X: Array, averages: Averages | None = None) -> Array:
    """Y_hat (n[L], m) for X (n_x, m): ``forward`` without dropout, over a block of columns after the other.

    averages: batch norm's running averages; a network with batch norm cannot predict without them.

    >>> network = Network((2, 3, 1))
    >>> predict(network, initialize(network, 0), np.zeros((2, 2)))
    array([[0.5, 0.5]])
    """
    check_X(network, X)
    check_parameters(network, parameters)
    if averages is None and (normalised := network.batch_norm_layers):
        raise ValueError(SAY["network.averages"].filled(l=normalised[0]))
    m, size = X.shape[1], max(1, PREDICTED_AT_ONCE // sum(network.n))
    parts = [forward(network, parameters, X[:, i : i + size], averages=averages).Y_hat for i in range(0, m, size)]
    return parts[0] if len(parts) == 1 else namespace(parts[0]).concat(parts, axis=1)


def loss(network: Network, trace: Trace, Y: Array, weights: Array | None = None) -> Array:
    """(1/m) sum over samples of weight * loss(Z[L], Y): the cost without its penalties, a scalar array.

    m is the number of samples, or the sum of their weights (1, m); of no sample, with weights all 0, the loss is 0.
    Raises ValueError for Y or weights of another shape.

    >>> network = Network((2, 1))
    >>> trace = forward(network, initialize(network, 0), np.zeros((2, 2)))
    >>> bool(loss(network, trace, np.array([[0.0, 1.0]])) == np.log(2))
    True
    """
    Z = trace.Z[network.L]
    Y, weights = check_Y(Z, Y), check_weights(Z, weights)
    losses = network.head.losses(Z, Y)
    return (losses if weights is None else weights * losses).sum() / sample_count(Z, weights)


def cost(network: Network, parameters: Parameters, trace: Trace, Y: Array, weights: Array | None = None) -> Array:
    """J = loss + sum over layers of lambda2[l]/(2m) sum W[l]^2 + lambda1[l]/m sum |W[l]|, a scalar array.

    Y is (n[L], m); weights (1, m) or None. Biases, gamma and beta are not penalised.

    >>> network = Network((1, 1), head="identity", L2=4.0)
    >>> parameters = Parameters({1: np.array([[3.0]])}, {1: np.zeros((1, 1))}, {}, {})
    >>> trace = forward(network, parameters, np.array([[1.0, 1.0]]))
    >>> float(cost(network, parameters, trace, np.array([[3.0, 3.0]])))  # 0 + 4 / (2 * 2) * 3^2
    9.0
    """
    J, Z = loss(network, trace, Y, weights), trace.Z[network.L]
    if network.penalised_layers:
        m = sample_count(Z, check_weights(Z, weights))
        for l in network.penalised_layers:
            W, L2, L1 = parameters.W[l], network.L2[l - 1], network.L1[l - 1]
            if L2 is not None:
                J = J + L2 / (2 * m) * (W * W).sum()
            if L1 is not None:
                J = J + L1 / m * abs(W).sum()
    return J


def backward(
    network: Network,
    parameters: Parameters,
    trace: Trace,
    Y: Array,
    weights: Array | None = None,
    *,
    averages: Averages | None = None,
    input_gradient: bool = False,
) -> Gradients:
    """The derivatives of J by every quantity of the trace, by hand, from layer L to layer 1.

    Pass the weights and averages that ``forward`` was given. ``input_gradient=True`` adds dA[0], the derivative by X
    (dX[0] where a front makes A[0] of it), which training does not need. Where |W| has no derivative (W = 0)
    L1 contributes 0.

    Raises ValueError for Y or weights of another shape.

    >>> network = Network((1, 1), head="identity")
    >>> parameters = Parameters({1: np.array([[3.0]])}, {1: np.zeros((1, 1))}, {}, {})
    >>> trace = forward(network, parameters, np.array([[1.0, 2.0]]))
    >>> gradients = backward(network, parameters, trace, np.array([[2.0, 5.0]]))
    >>> gradients.dZ[1], gradients.dW[1], gradients.db[1]
    (array([[1., 1.]]), array([[1.5]]), array([[1.]]))
    """
    L, W, A = network.L, parameters.W, trace.A
    Y, weights = check_Y(trace.Z[L], Y), check_weights(trace.Z[L], weights)
    m = sample_count(Y, weights)
    gradients = Gradients()
    dZ, dA, dW, db = gradients.dZ, gradients.dA, gradients.dW, gradients.db

    dZ[L] = network.head.dZ(trace.Z[L], A[L], Y)
    if weights is not None:
        dZ[L] = weights * dZ[L]
    for l in range(L, 0, -1):
        dP = dZ[l]
        if network.ntk:
            dP = gradients.dP[l] = dP * network.n[l - 1] ** -0.5
        dW[l] = dP @ A[l - 1].T / m
        if l in parameters.b:
            db[l] = dZ[l].sum(axis=1, keepdims=True) / m
        if l > 1 or network.front is not None or input_gradient:
            dA[l - 1] = product(W[l].T, dP)
        if l > 1 and l - 1 not in network.layers_with_options:
            dZ[l - 1] = dA[l - 1] * network.activations[l - 2].derivative(trace.Z[l - 1], A[l - 1])
        elif l > 1:
            found = unit_backward(network, parameters, trace, l - 1, dA[l - 1], m, weights, averages)
            for name, value in found.items():
                getattr(gradients, name)[l - 1] = value
    for l in network.penalised_layers:
        gradients.dR[l] = _penalty_slope(network, l, parameters.W[l], m)
        dW[l] = dW[l] + gradients.dR[l]
    if network.front is not None:
        before = front_backward(network.front, parameters, trace, dA[0], m, input_gradient=input_gradient)
        gradients = gradients._replace(**{name: each for name, each in before._asdict().items() if each})
    return gradients


def _penalty_slope(network: Network, l: int, W: Array, m: Array) -> Array:
    """dR[l]: lambda2[l]/m W[l] + lambda1[l]/m sign(W[l])."""
    L2, L1 = network.L2[l - 1], network.L1[l - 1]
    slopes = [] if L2 is None else [L2 / m * W]
    if L1 is not None:
        slopes.append(L1 / m * namespace(W).sign(W))
    return sum(slopes[1:], slopes[0])


def usual_initializer(network: Network, l: int) -> Initializer:
    """The initializer that layer l gets when none is named: by its activation, and Xavier for the output layer.

    >>> usual_initializer(Network((2, 3, 1), "relu"), 1)
    He(distribution='normal')
    """
    return network.activations[l - 1].usual_initializer if l < network.L else Xavier()
