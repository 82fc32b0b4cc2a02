"""How far numbers that are answered lie from the truth: split conformal prediction, by the errors on rows set aside.

>>> errors = np.arange(1.0, 100)[:, None]
>>> half_width(errors, 0.9), half_width(errors, 0.5)
(array([90.]), array([50.]))
"""

import math

import numpy as np

from ..nn.arrays import Array
from ..nn.validation import number

MOST_ROWS = 4096
"""Whose errors a model keeps: more tell no more."""


def errors_of(Y: Array, Y_hat: Array) -> Array:
    """The sizes of the errors of answers (m, n), each column from the smallest up."""
    return np.sort(np.abs(Y - Y_hat), axis=0)


def half_width(errors: Array, coverage: float) -> Array:
    """What the error (n,) of a new row is at most, with a probability of ``coverage`` at least.

    The error of rank ceil((m + 1) coverage) among those (m, n) of m rows set aside: whatever the network is, as long as
    the new row comes as those did (Papadopoulos et al. 2002; Lei et al. 2018, arXiv 1604.04173, theorem 2.2).

    Raises ValueError for a coverage that so few rows cannot promise.
    """
    wanted = "a number in (0, 1)"
    coverage = number("coverage", coverage, wanted, 0, 1, open_low=True, open_high=True)
    m = len(errors)
    rank = math.ceil((m + 1) * coverage)
    if rank > m:
        most = f"at most {math.floor(1000 * m / (m + 1)) / 1000:g}" if m else "none"
        raise ValueError(f"coverage={coverage:g} is more than {m} rows set aside can promise: {most}")
    width: Array = errors[rank - 1]
    return width
