"""The border of training: a user's rows, targets and weights fit the network, or an error says what to do."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..nn.heads import Head
from ..nn.rows import LARGEST, check_features, data_dtype, named, refuse_beyond
from ..nn.structure import Network


class Range(NamedTuple):
    """What a head's targets lie between, and what they are, in words."""

    low: float
    high: float
    meaning: str


RANGES = {
    "probabilities": Range(0, 1, "labels 0 and 1, or probabilities between"),
    "distributions": Range(0, 1, "one-hot rows, or distributions"),
    "signs": Range(-1, 1, "labels -1 and +1: map labels 0 and 1 by 2 Y - 1"),
    "counts": Range(0, math.inf, "counts or rates, 0 or above"),
    "numbers": Range(-math.inf, math.inf, "any finite number"),
}
"""By a head's ``targets``."""


class Rows(NamedTuple):
    """Checked data, samples as rows: X (m, n_x), Y (m, n_y), weights (m,), all C-ordered and of one dtype.

    A sparse X whose dense copy would be large is a csr_array.
    """

    X: Any
    Y: np.ndarray
    weights: np.ndarray | None

    @property
    def columns(self) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """X (n_x, m), Y (n_y, m) and weights (1, m) as the equations take them: views, no copies."""
        return self.X.T, self.Y.T, None if self.weights is None else self.weights.reshape(1, -1)


def check_rows(
    network: Network,
    X: Any,
    Y: Any,
    weights: Any = None,
    *,
    dtype: Any = None,
    what: str = "",
    names: Sequence[str] = (),
) -> Rows:
    """X (m, n[0]), Y (m, n[L]) or (m,) for one output, and weights (m,) as arrays of the dtype.

    Raises TypeError or ValueError that names the argument (prefixed by ``what``, such as "validation "), the first
    bad column and row, and what is wrong there. ``names`` are those of X's columns: see ``named``.

    >>> check_rows(Network((2, 1)), [[1.0, float("nan")]], [1])
    Traceback (most recent call last):
        ...
    ValueError: X has NaN in column 1, first in row 0: remove or fill in missing values first
    """
    if not isinstance(network, Network):
        raise TypeError(f"network={network!r} must be a Network, such as Network((2, 4, 1))")
    wanted = data_dtype(X) if dtype is None else np.dtype(dtype)
    X = check_features(X, network.n_x, wanted, what=what, names=names)
    Y = check_targets(network.head, Y, network.n[-1], X.shape[0], wanted, what=what)
    if weights is not None:
        label = f"{what}weights"
        weights = named(label, weights)[0].reshape(-1)
        _same_length(label, weights.shape[0], X.shape[0])
        refuse_beyond(label, weights, LARGEST[wanted], ", too large to sum: divide them by their mean")
        if (weights < 0).any() or not weights.any():
            raise ValueError(f"{label} must be 0 or above, and not all 0; the smallest is {weights.min():g}")
        weights = np.asarray(weights, wanted, order="C")
    return Rows(X, Y, weights)


def check_targets(head: Head, Y: Any, n_y: int, m: int, dtype: Any, *, what: str = "") -> np.ndarray:
    """Y as a finite (m, n_y) array within what the head's loss is defined for; (m,) is taken for n_y = 1."""
    label = f"{what}Y"
    Y, names = named(label, Y)
    if Y.ndim == 1 and n_y == 1:
        Y = Y.reshape(-1, 1)
    if Y.ndim != 2 or Y.shape[1] != n_y:
        hint = "; one-hot encode class labels, one column a class" if head.targets == "distributions" else ""
        raise ValueError(f"{label} has shape {Y.shape} where (m, n[L]) = ({m}, {n_y}) is expected{hint}")
    _same_length(label, Y.shape[0], m)
    cure = f", too large to square in {np.dtype(dtype)}: divide {label} by its own size"
    refuse_beyond(label, Y, LARGEST[np.dtype(dtype)], cure, names)
    Y = np.asarray(Y, dtype, order="C")
    low, high, meaning = RANGES.get(head.targets, RANGES["numbers"])
    if Y.min() < low or Y.max() > high:
        bad = Y.min() if Y.min() < low else Y.max()
        raise ValueError(f"{label} holds {bad:g}, but {head!r} takes {meaning}")
    if head.targets == "distributions" and np.abs(Y.sum(axis=1) - 1).max() > 1e-3:
        row = int(np.abs(Y.sum(axis=1) - 1).argmax())
        raise ValueError(
            f"{label} row {row} sums to {Y[row].sum():g}, but {head!r} takes {meaning}, whose rows sum to 1"
        )
    return Y


def _same_length(label: str, mine: int, m: int) -> None:
    if mine != m:
        raise ValueError(f"{label} has {mine} rows and X has {m}: each sample needs one of both")
