"""How numbers that were answered lie beside the true ones."""

from typing import NamedTuple

import numpy as np

from ..nn.arrays import Array

SHOWN = 300
SHARES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


class Residuals(NamedTuple):
    """Of one target, in its own units.

    truth, answers    of at most 300 rows, evenly among all
    shares            of rows: 0, 0.05, 0.25, 0.5, 0.75, 0.95 and 1
    quantiles         so many of all rows have a residual, answer - truth, of at most this
    rows              that there are
    """

    truth: Array
    answers: Array
    shares: tuple[float, ...]
    quantiles: Array
    rows: int


def residuals(truth: Array, answers: Array) -> Residuals:
    """The residuals of answers (m,) to true numbers (m,).

    >>> residuals(np.array([1.0, 2.0, 3.0]), np.array([1.5, 2.0, 2.0])).quantiles[[0, 3, 6]].tolist()
    [-1.0, 0.0, 0.5]
    """
    some = np.s_[:: -(-len(truth) // SHOWN)]
    return Residuals(truth[some], answers[some], SHARES, np.quantile(answers - truth, SHARES), len(truth))
