"""One layer at a time, forward and backward: the pieces of which the exercise on deep networks is put together.

    Z = W A_prev + b            dW = (1/m) dZ A_prev^T        db = (1/m) sum over columns of dZ
    A = g(Z)                    dZ = dA * g'(Z)               dA_prev = W^T dZ

The caches are the exercise's tuples: linear (A_prev, W, b), activation Z, and both together ((A_prev, W, b), Z), or
flat, (A_prev, W, b, Z), as the third tutorial has them. A backward step computes from whatever its cache holds.

>>> A, cache = linear_activation_forward(np.array([[1.0, 2.0]]), np.array([[3.0]]), np.array([[-4.0]]), "relu")
>>> A, [gradient.tolist() for gradient in linear_activation_backward(np.ones((1, 2)), cache, "relu")]
(array([[0., 2.]]), [[[0.0, 3.0]], [[1.0]], [[0.5]]])
"""

from typing import Any, TypeAlias

import numpy as np

from ..nn.activations import Activation, ReLU, Sigmoid
from ..nn.activations import activation as named_activation
from ..nn.arrays import Array
from ..nn.network import backward, forward
from ..nn.quantities import Parameters, Trace
from ..nn.structure import Network
from ..nn.validation import misshapen
from ..words import catalogue
from .inputs import as_float
from .parameters import from_dict, network_of

SAY = catalogue("course")

LinearCache: TypeAlias = tuple[Array, Array, Array]
LayerCache: TypeAlias = tuple[LinearCache, Array]
AnyLayerCache: TypeAlias = LayerCache | tuple[Array, Array, Array, Array]


def linear_forward(A: Array, W: Array, b: Array) -> tuple[Array, LinearCache]:
    """Z = W A + b, (n[l], m), and the cache (A, W, b); A (n[l-1], m), W (n[l], n[l-1]), b (n[l], 1).

    Raises ValueError for shapes that do not fit.

    >>> linear_forward([[1.0, 2.0]], [[3.0]], [[1.0]])[0]
    array([[4., 7.]])
    """
    A, layer = as_float("A", A), from_dict({"W1": W, "b1": b})
    return forward(network_of(layer, (), "identity"), layer, A).Y_hat, (A, layer.W[1], layer.b[1])


def linear_activation_forward(
    A_prev: Array, W: Array, b: Array, activation: str | Activation
) -> tuple[Array, LayerCache]:
    """A = g(W A_prev + b), (n[l], m), and the cache ((A_prev, W, b), Z); shapes as in ``linear_forward``.

    activation    "sigmoid", "relu", "tanh", or any other in barreleye.nn.activations; ValueError with the valid names

    >>> linear_activation_forward([[1.0, 2.0]], [[3.0]], [[-4.0]], "relu")[0]
    array([[0., 2.]])
    """
    Z, cache = linear_forward(A_prev, W, b)
    return named_activation(activation)(Z), (cache, Z)


def linear_backward(dZ: Array, cache: LinearCache) -> tuple[Array, Array, Array]:
    """dA_prev (n[l-1], m), dW (n[l], n[l-1]) and db (n[l], 1) from dZ (n[l], m) and the cache of ``linear_forward``.

    Raises ValueError for shapes that do not fit.

    >>> [gradient.tolist() for gradient in linear_backward([[1.0, 0.0]], ([[1.0, 2.0]], [[3.0]], [[-4.0]]))]
    [[[3.0, 0.0]], [[0.5]], [[0.5]]]
    """
    A_prev, W, b = cache
    dZ, A_prev, W = as_float("dZ", dZ), as_float("A_prev", A_prev), as_float("W", W)
    if W.ndim != 2 or dZ.shape != (W.shape[0], *A_prev.shape[1:]):
        raise ValueError(SAY["error.dZ_shape"].filled(dZ=dZ, W=W, A_prev=A_prev))
    # The backward pass starts from dZ[L] = Y_hat - Y. A last layer with Y_hat = dZ and Y = 0 starts it from dZ itself.
    layer, trace = Parameters({1: W}, {1: b}, {}, {}), Trace({1: dZ}, {0: A_prev, 1: dZ}, {}, {}, {}, {}, {})
    network = Network(W.shape[::-1], (), "identity")
    gradients = backward(network, layer, trace, np.zeros_like(dZ), input_gradient=True)
    return gradients.dA[0], gradients.dW[1], gradients.db[1]


def linear_activation_backward(
    dA: Array, cache: AnyLayerCache, activation: str | Activation
) -> tuple[Array, Array, Array]:
    """dA_prev, dW and db from dA (n[l], m) and the cache of ``linear_activation_forward`` with the same activation.

    >>> cache = (([[2.0]], [[3.0]], [[0.0]]), [[6.0]])
    >>> [gradient.tolist() for gradient in linear_activation_backward([[1.0]], cache, "relu")]
    [[[3.0]], [[2.0]], [[1.0]]]
    """
    linear_cache, Z = nested(cache)
    return linear_backward(activation_backward(dA, Z, named_activation(activation)), linear_cache)


def nested(cache: AnyLayerCache) -> LayerCache:
    """((A_prev, W, b), Z) of a layer's cache in either form.

    >>> nested(("A_prev", "W", "b", "Z"))
    (('A_prev', 'W', 'b'), 'Z')
    """
    if len(cache) == 4:
        return cache[:3], cache[3]
    if len(cache) == 2:
        return cache
    raise ValueError(SAY["error.layer_cache"].filled(cache=len(cache)))


def relu_backward(dA: Array, cache: Array) -> Array:
    """dZ = dA where Z > 0, else 0; the cache is Z. dA itself stays as it is.

    >>> relu_backward([[5.0, 5.0]], [[-1.0, 1.0]])
    array([[0., 5.]])
    """
    return activation_backward(dA, cache, ReLU())


def sigmoid_backward(dA: Array, cache: Array) -> Array:
    """dZ = dA sigmoid(Z) (1 - sigmoid(Z)); the cache is Z.

    >>> sigmoid_backward([[4.0]], [[0.0]])
    array([[1.]])
    """
    return activation_backward(dA, cache, Sigmoid())


def activation_backward(dA: Any, Z: Any, g: Activation) -> Array:
    """dZ = dA * g'(Z), all of one shape; ValueError otherwise."""
    dA, Z = as_float("dA", dA), as_float("Z", Z)
    if dA.shape != Z.shape:
        raise ValueError(misshapen("dA", dA, f"Z.shape = {Z.shape}"))
    return dA * g.derivative(Z, g(Z))
