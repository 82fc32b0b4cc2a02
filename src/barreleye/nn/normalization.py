"""Batch norm in the course's place, on Z: forward and backward.

    mu = (1/m) sum_i Z_i          sigma2 = (1/m) sum_i (Z_i - mu)^2          (each (n[l], 1))
    Z_norm = (Z - mu) / sqrt(sigma2 + epsilon)          Z_tilde = gamma Z_norm + beta

Every sum is weighted by the sample weights when there are any, so that a weight of 2 is a sample seen twice and
a weight of 0 a sample not there. For predictions mu and sigma2 are running averages of training.

Source: Ioffe and Szegedy (2015), arXiv 1502.03167.
"""

from typing import NamedTuple

from .arrays import Array, like, namespace, shapes

EPSILON = 1e-5


class Averages(NamedTuple):
    """Running mean and variance of Z for each batch-normalised layer l: {l: (n[l], 1)} each."""

    mu: dict[int, Array]
    sigma2: dict[int, Array]

    def __repr__(self) -> str:
        return shapes(self)


def sample_count(Z: Array, weights: Array | None) -> Array:
    """m: the columns of Z (n, m), or the sum of their weights (1, m).

    Infinity when all weights are 0, so that a mean over no sample is 0 and not NaN.

    >>> import numpy as np
    >>> Z = np.zeros((5, 2))
    >>> [float(6 / sample_count(Z, weights)) for weights in (None, np.array([[1.0, 2.0]]), np.array([[0.0, 0.0]]))]
    [3.0, 2.0, 0.0]
    """
    if weights is None:
        return float(Z.shape[1])  # NumPy divides by a Python float sooner than by an int
    m = weights.sum()
    return namespace(m).where(m != 0, m, like(float("inf"), m))


def batch_statistics(Z: Array, weights: Array | None) -> tuple[Array, Array]:
    """mu and sigma2 over the columns of Z (n, m), both (n, 1); weights are (1, m) or None.

    >>> import numpy as np
    >>> batch_statistics(np.array([[1.0, 3.0]]), None)
    (array([[2.]]), array([[1.]]))
    """
    m = sample_count(Z, weights)
    if weights is None:
        mu = Z.sum(axis=1, keepdims=True) / m
        return mu, ((Z - mu) ** 2).sum(axis=1, keepdims=True) / m
    mu = (weights * Z).sum(axis=1, keepdims=True) / m
    return mu, (weights * (Z - mu) ** 2).sum(axis=1, keepdims=True) / m


def batch_norm_forward(Z: Array, gamma: Array, beta: Array, mu: Array, sigma2: Array) -> tuple[Array, Array]:
    """Z_norm and Z_tilde, both of Z's shape (n, m); gamma, beta, mu and sigma2 are (n, 1).

    >>> import numpy as np
    >>> one = np.ones((1, 1))
    >>> batch_norm_forward(np.array([[1.0, 3.0]]), 5 * one, one, 2 * one, one)[1].round(3)
    array([[-4.,  6.]])
    """
    Z_norm = (Z - mu) / namespace(Z).sqrt(sigma2 + EPSILON)
    return Z_norm, gamma * Z_norm + beta


def batch_norm_backward(
    dZ_tilde: Array, gamma: Array, Z_norm: Array, sigma2: Array, weights: Array | None, *, statistics: bool = True
) -> tuple[Array, Array, Array]:
    """dZ (n, m), dgamma and dbeta (n, 1) from dZ_tilde (n, m).

        dgamma = (1/m) sum_i dZ_tilde_i Z_norm_i       dbeta = (1/m) sum_i dZ_tilde_i
        dZ_norm = gamma dZ_tilde
        dZ = (dZ_norm - (1/m) sum dZ_norm - Z_norm (1/m) sum dZ_norm Z_norm) / sqrt(sigma2 + epsilon)

    With sample weights m is their sum and the two means are spread over the samples by weight. With
    ``statistics=False`` mu and sigma2 were constants (running averages) and dZ = dZ_norm / sqrt(sigma2 + epsilon).

    >>> import numpy as np
    >>> dZ, dgamma, dbeta = batch_norm_backward(np.ones((1, 2)), 1.0, np.array([[-1.0, 1.0]]), np.ones((1, 1)), None)
    >>> dZ, dgamma, dbeta
    (array([[0., 0.]]), array([[0.]]), array([[1.]]))
    """
    m = sample_count(dZ_tilde, weights)
    dgamma = (dZ_tilde * Z_norm).sum(axis=1, keepdims=True) / m
    dbeta = dZ_tilde.sum(axis=1, keepdims=True) / m
    dZ = gamma * dZ_tilde
    if statistics:
        through_statistics = gamma * (dbeta + Z_norm * dgamma)
        dZ = dZ - (through_statistics if weights is None else weights * through_statistics)
    return dZ / namespace(dZ).sqrt(sigma2 + EPSILON), dgamma, dbeta
