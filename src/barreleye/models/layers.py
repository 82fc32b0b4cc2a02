"""What a trained network's layers hold on some of the rows that it learnt from: the spread of A, dZ and W.

>>> from ..data.frame import frame_of
>>> from .preparing import prepare
>>> from .run import Settings
>>> x = np.linspace(-1, 1, 100)
>>> ready = prepare(frame_of({"x": x, "y": 3 * x}), ["y"])
>>> *_, last = Settings(layers=(16,), epochs=5, engine="numpy").train(ready)
>>> [(layer.units, layer.W is None) for layer in layers(ready, ready.model(last))]
[(1, True), (16, False), (1, False)]
"""

from typing import NamedTuple

import numpy as np

from ..nn.arrays import Array
from ..nn.network import backward, forward
from .model import Model
from .preparing import Prepared

ROWS = 256
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class Spread(NamedTuple):
    """Of all numbers of an array: their mean, root of the mean square, and 5, 25, 50, 75 and 95 % quantiles."""

    mean: float
    rms: float
    quantiles: Array


class Layer(NamedTuple):
    """One layer, from 0, the input.

    units    n[l]
    still    of its units: whose A[l] is the same for every row, so that they tell nothing
    A        of the units and rows
    dZ, W    of the derivatives by Z[l] of each row's loss, and of the weights; None for layer 0
    """

    units: int
    still: int
    A: Spread
    dZ: Spread | None
    W: Spread | None


def spread(values: Array) -> Spread:
    """The spread of an array's numbers.

    >>> spread(np.array([[3.0, -3.0], [3.0, -3.0]])).rms
    3.0
    """
    values = values.astype(np.float64)
    return Spread(float(values.mean()), float(np.sqrt(np.square(values).mean())), np.quantile(values, QUANTILES))


def layers(ready: Prepared, model: Model) -> list[Layer]:
    """The layers on at most 256 training rows, evenly among all, without dropout; of several networks, the first's."""
    train = ready.parts.train
    X, Y, *weights = (part.T for part in ready.data(train[:: -(-len(train) // ROWS)]))
    network, (parameters, averages) = model.network, model.first
    of_rows = weights[0][None] if weights else None
    with np.errstate(all="ignore"):  # of a network that diverged
        trace = forward(network, parameters, X, weights=of_rows, averages=averages)
        dZ = backward(network, parameters, trace, Y, of_rows, averages=averages).dZ
        return [
            Layer(
                len(A),
                int((A.max(axis=1) == A.min(axis=1)).sum()),
                spread(A),
                spread(dZ[l]) if l else None,
                spread(parameters.W[l]) if l else None,
            )
            for l, A in sorted(trace.A.items())
        ]
