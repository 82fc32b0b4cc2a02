"""What a hidden layer may have between Z[l] and A[l] beside g[l], in this order, each forward and backward:

    batch norm               Z_tilde = gamma Z_norm + beta, in the place of Z            (normalization.py)
    parametric activation    A = Z + alpha (g(Z) - Z): alpha = 1 takes all of g, alpha = 0 none of it
    dropout                  A := A D / keep_prob, inverted

A plain layer has none of them, and passes by here.

>>> import numpy as np
>>> network, alpha = Network((1, 1, 1), "relu", parametric=True), {1: np.array([[0.75]])}
>>> unit_forward(network, Parameters(alpha=alpha), 1, np.array([[-4.0, 4.0]]))["A"]
array([[-1.,  4.]])
"""

from collections.abc import Mapping

from .arrays import Array, like
from .normalization import Averages, batch_norm_backward, batch_norm_forward, batch_statistics
from .quantities import Parameters, Trace
from .shapes import check_weights
from .structure import Network


def unit_forward(
    network: Network,
    parameters: Parameters,
    l: int,
    Z: Array,
    weights: Array | None = None,
    D: Mapping[int, Array] | None = None,
    averages: Averages | None = None,
) -> dict[str, Array]:
    """A[l], and all on the way to it, by name, from Z[l] (n[l], m)."""
    g, found = network.g[l], dict[str, Array]()
    if l in parameters.gamma:
        if averages:
            mu, sigma2 = averages.mu[l], averages.sigma2[l]
        else:
            mu, sigma2 = batch_statistics(Z, check_weights(Z, weights))
        Z_norm, Z = batch_norm_forward(Z, parameters.gamma[l], parameters.beta[l], mu, sigma2)
        found |= {"mu": mu, "sigma2": sigma2, "Z_norm": Z_norm, "Z_tilde": Z}
    A = g(Z)
    if l in parameters.alpha:
        found["G"], A = A, Z + parameters.alpha[l] * (A - Z)
    if D and l in D:
        found["D"] = like(D[l], A)
        A = A * found["D"] / network.keep_prob[l - 1]
    return found | {"A": A}


def unit_backward(
    network: Network,
    parameters: Parameters,
    trace: Trace,
    l: int,
    dA: Array,
    m: Array,
    weights: Array | None = None,
    averages: Averages | None = None,
) -> dict[str, Array]:
    """dZ[l], and all on the way to it, by name, from dA[l] (n[l], m)."""
    g, found = network.activations[l - 1], dict[str, Array]()
    normalised, dropped, mixed = l in trace.Z_norm, l in trace.D, l in trace.G
    Z = trace.Z_tilde[l] if normalised else trace.Z[l]
    if dropped:
        found["dG"] = dA = dA * trace.D[l] / network.keep_prob[l - 1]
    A = trace.G[l] if mixed else g(Z) if dropped else trace.A[l]
    slope = g.derivative(Z, A)
    if mixed:
        found["dalpha"] = (dA * (A - Z)).sum(axis=1, keepdims=True) / m
        slope = 1 + parameters.alpha[l] * (slope - 1)
    found["dZ"] = dA * slope
    if normalised:
        found["dZ_tilde"] = found["dZ"]
        found["dZ"], found["dgamma"], found["dbeta"] = batch_norm_backward(
            found["dZ"], parameters.gamma[l], trace.Z_norm[l], trace.sigma2[l], weights, statistics=averages is None
        )
    return found
