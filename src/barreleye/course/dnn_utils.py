"""``dnn_utils`` (also ``dnn_utils_v2``): the activations of the exercise on building a deep network, with their caches.

    from barreleye.course.dnn_utils import sigmoid, sigmoid_backward, relu, relu_backward

Here ``sigmoid`` and ``relu`` return (A, cache), where the cache is Z. In ``barreleye.course`` they return A alone.
"""

from typing import Any

from ..nn.arrays import Array
from . import activations
from .inputs import as_float
from .single_layer import relu_backward, sigmoid_backward

__all__ = ["relu", "relu_backward", "sigmoid", "sigmoid_backward"]


def sigmoid(Z: Any) -> tuple[Array, Array]:
    """A = 1 / (1 + exp(-Z)), elementwise, and the cache Z that ``sigmoid_backward`` takes.

    >>> A, cache = sigmoid([[0.0]])
    >>> A, sigmoid_backward([[4.0]], cache)
    (array([[0.5]]), array([[1.]]))
    """
    return activations.sigmoid(Z), as_float("Z", Z)


def relu(Z: Any) -> tuple[Array, Array]:
    """A = max(0, Z), elementwise, and the cache Z that ``relu_backward`` takes.

    >>> A, cache = relu([[-2.0, 3.0]])
    >>> A, relu_backward([[5.0, 5.0]], cache)
    (array([[0., 3.]]), array([[0., 5.]]))
    """
    return activations.relu(Z), as_float("Z", Z)
