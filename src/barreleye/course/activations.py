"""The activations and their derivatives as functions of Z: the library's own, from ``barreleye.nn.activations``."""

from typing import Any

import numpy as np

from ..nn.activations import Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from ..nn.arrays import Array
from ..nn.heads import SoftmaxHead
from ..nn.validation import misshapen
from .inputs import as_float


def sigmoid(Z: Any) -> Array:
    """1 / (1 + exp(-Z)), elementwise, for any shape. Range (0, 1). It does not overflow, however negative Z is.

    A alone; in the course's ``dnn_utils`` it returns (A, Z), and so it does in ``barreleye.course.dnn_utils``.

    >>> sigmoid([-1000, 0, 1000])
    array([0. , 0.5, 1. ])
    """
    return _value(Sigmoid(), Z)


def sigmoid_derivative(Z: Any) -> Array:
    """sigmoid(Z) (1 - sigmoid(Z)), elementwise: the derivative at Z, not as a function of A.

    >>> sigmoid_derivative([0])
    array([0.25])
    """
    return _slope(Sigmoid(), Z)


def tanh(Z: Any) -> Array:
    """tanh(Z), elementwise. Range (-1, 1).

    >>> tanh([0, 1000])
    array([0., 1.])
    """
    return _value(Tanh(), Z)


def tanh_derivative(Z: Any) -> Array:
    """1 - tanh(Z)^2, elementwise; (1 - tanh(Z))^2, which looks much the same, is wrong.

    >>> tanh_derivative([0])
    array([1.])
    """
    return _slope(Tanh(), Z)


def relu(Z: Any) -> Array:
    """max(0, Z), elementwise. Range [0, inf). A alone, as ``sigmoid``; (A, Z) in ``barreleye.course.dnn_utils``.

    >>> relu([-2, 3])
    array([0., 3.])
    """
    return _value(ReLU(), Z)


def relu_derivative(Z: Any) -> Array:
    """1 where Z > 0, else 0, elementwise.

    >>> relu_derivative([-2, 0, 3])
    array([0., 0., 1.])
    """
    return _slope(ReLU(), Z)


def leaky_relu(Z: Any, alpha: float = 0.01) -> Array:
    """Z where Z > 0, else alpha Z, elementwise. Range (-inf, inf) for alpha > 0.

    >>> leaky_relu([-200, 3])
    array([-2.,  3.])
    """
    return _value(LeakyReLU(alpha), Z)


def leaky_relu_derivative(Z: Any, alpha: float = 0.01) -> Array:
    """alpha where Z < 0, else 1, elementwise: at the kink the first tutorial takes the slope on the right.

    >>> leaky_relu_derivative([-2, 0, 3])
    array([0.01, 1.  , 1.  ])
    """
    Z = as_float("Z", Z)
    return _slope(LeakyReLU(alpha), np.where(Z == 0, 1, Z))


def softmax(x: Any) -> Array:
    """exp(x[i, k]) / sum over j of exp(x[i, j]) for each row i of x (m, K), as in the course's NumPy warm-up.

    It is the one function of the course that takes samples as rows.

    >>> softmax([[0, 0], [1000, 0]])
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    x = as_float("x", x)
    if x.ndim != 2:
        raise ValueError(misshapen("x", x, "(m, K)"))
    return SoftmaxHead().link(x.T).T


def _value(g: Activation, Z: Any) -> Array:
    return g(as_float("Z", Z))


def _slope(g: Activation, Z: Any) -> Array:
    Z = as_float("Z", Z)
    return g.derivative(Z, g(Z))
