"""Predictions for any number of rows, a block of them at a time: no layer of all rows is ever held."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import Array
from .network import predict
from .normalization import Averages
from .quantities import Parameters
from .structure import Network

BLOCK_BYTES = 2**21
"""What the widest layer of a block takes: little enough to stay in a core's cache on the way to the next layer."""
FEWEST_ROWS = 256
"""Rows of a block, however wide the layers: W is read from memory once for each block."""


def rows_at_once(network: Network, itemsize: int) -> int:
    """How many rows make a block.

    >>> rows_at_once(Network((2, 64, 1)), 8)
    4096
    """
    return max(FEWEST_ROWS, BLOCK_BYTES // (itemsize * max(network.n[1:])))


def blocks(m: int, size: int) -> list[slice]:
    """Slices of at most ``size`` that cover m rows.

    >>> blocks(5, 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return [slice(i, min(i + size, m)) for i in range(0, m, size)]


def predict_rows(
    network: Network,
    parameters: Parameters,
    X: Any,
    averages: Averages | None = None,
    prepare: Callable[[Any], Any] = lambda rows: rows,
) -> Array:
    """Y_hat as rows (m, n[L]) for rows X (m, n[0]), dense or sparse, by ``predict`` block after block.

    prepare: what is done to the rows of a block first, such as their standardisation

    >>> from .network import initialize
    >>> network = Network((2, 64, 1))
    >>> predict_rows(network, initialize(network), np.zeros((10_000, 2))).shape
    (10000, 1)
    """
    parts = [
        predict(network, parameters, prepare(X[part]).T, averages).T
        for part in blocks(X.shape[0], rows_at_once(network, X.dtype.itemsize))
    ]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
