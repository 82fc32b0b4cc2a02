"""The linear model that every network is measured by, at the minimum of its cost.

SciPy has a minimiser too, which takes longer to import than this cost takes to minimise.
"""

import numpy as np

from ..nn.arrays import Array
from ..nn.network import backward, cost, forward, initialize
from ..nn.quantities import Parameters
from ..nn.structure import Network

MEMORY, ITERATIONS, TOLERANCE = 10, 200, 1e-5


def linear(network: Network, X: Array, Y: Array, weights: Array | None = None) -> Parameters:
    """The parameters of a network without hidden layers where no entry of the gradient exceeds 1e-5.

    Rows X (m, n_x) and Y (m, n_y). The cost is convex: L-BFGS with a step that is halved until the cost falls enough
    (Nocedal and Wright 2006, algorithms 7.4, 3.1), 200 iterations at most.

    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> linear(Network((1, 1), head="identity"), X, 3 * X + 1).W[1].round(3)
    array([[3.]])
    """

    def look(at: Array) -> tuple[float, Array]:
        parameters = unpacked(at, start)
        trace = forward(network, parameters, X.T, weights=row)
        gradients = backward(network, parameters, trace, Y.T, row).parameters
        return float(cost(network, parameters, trace, Y.T, row)), packed(gradients)

    row = None if weights is None else weights.reshape(1, -1)
    start = initialize(network, 0).map(np.zeros_like)
    at = packed(start)
    J, slope = look(at)
    steps: list[tuple[Array, Array]] = []
    for _ in range(ITERATIONS):
        if abs(slope).max() <= TOLERANCE:
            break
        direction = -two_loops(slope, steps)
        rate, fall = 1.0, float(direction @ slope)
        while (new := look(at + rate * direction))[0] > J + 1e-4 * rate * fall and rate > 1e-10:
            rate /= 2
        move, change = rate * direction, new[1] - slope
        if move @ change > 0:
            steps = [*steps[1 - MEMORY :], (move, change)]
        at, (J, slope) = at + move, new
    return unpacked(at, start)


def two_loops(slope: Array, steps: list[tuple[Array, Array]]) -> Array:
    """The slope times the inverse curvature that the last moves and changes of slope show."""
    shares = []
    for move, change in reversed(steps):
        share = (move @ slope) / (move @ change)
        slope = slope - share * change
        shares.append(share)
    if steps:
        move, change = steps[-1]
        slope = slope * ((move @ change) / (change @ change))
    for (move, change), share in zip(steps, reversed(shares), strict=True):
        slope = slope + (share - (change @ slope) / (move @ change)) * move
    return slope


def packed(parameters: Parameters) -> Array:
    """W and b of the one layer as a vector."""
    return np.concatenate([p.ravel() for p in parameters.arrays()])


def unpacked(vector: Array, like: Parameters) -> Parameters:
    """The vector as W and b."""
    W, b = like.W[1], like.b[1]
    return like._replace(W={1: vector[: W.size].reshape(W.shape)}, b={1: vector[W.size :].reshape(b.shape)})
