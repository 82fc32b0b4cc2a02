"""The border of training: a user's rows, targets and weights fit the network, or an error says what to do."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..nn.heads import Head
from ..nn.rows import LARGEST, check_features, data_dtype, named, refuse_beyond
from ..nn.structure import Network
from ..nn.validation import SAY as KINDS
from ..nn.validation import misshapen, must
from ..words import NOTHING, catalogue

SAY = catalogue("training")


class Range(NamedTuple):
    """What a head's targets lie between."""

    low: float
    high: float


RANGES = {
    "probabilities": Range(0, 1),
    "distributions": Range(0, 1),
    "signs": Range(-1, 1),
    "counts": Range(0, math.inf),
    "numbers": Range(-math.inf, math.inf),
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
        raise TypeError(must("network", network, KINDS["expected.network"]))
    wanted = data_dtype(X) if dtype is None else np.dtype(dtype)
    X = check_features(X, network.n_x, wanted, what=what, names=names)
    Y = check_targets(network.head, Y, network.n[-1], X.shape[0], wanted, what=what)
    if weights is not None:
        label = what + "weights"
        weights = named(label, weights)[0].reshape(-1)
        _same_length(label, weights.shape[0], X.shape[0])
        refuse_beyond(label, weights, LARGEST[wanted], SAY["error.too_large_to_sum"])
        if (weights < 0).any() or not weights.any():
            raise ValueError(SAY["error.weights"].filled(label=label, weights=weights.min()))
        weights = np.asarray(weights, wanted, order="C")
    return Rows(X, Y, weights)


def check_targets(head: Head, Y: Any, n_y: int, m: int, dtype: Any, *, what: str = "") -> np.ndarray:
    """Y as a finite (m, n_y) array within what the head's loss is defined for; (m,) is taken for n_y = 1."""
    label = what + "Y"
    Y, names = named(label, Y)
    if Y.ndim == 1 and n_y == 1:
        Y = Y.reshape(-1, 1)
    if Y.ndim != 2 or Y.shape[1] != n_y:
        hint = SAY["error.one_hot"] if head.targets == "distributions" else NOTHING
        raise ValueError(misshapen(label, Y, f"(m, n[L]) = ({m}, {n_y})", hint))
    _same_length(label, Y.shape[0], m)
    cure = SAY["error.too_large_to_square"].filled(dtype=np.dtype(dtype), label=label)
    refuse_beyond(label, Y, LARGEST[np.dtype(dtype)], cure, names)
    Y = np.asarray(Y, dtype, order="C")
    kind = head.targets if head.targets in RANGES else "numbers"
    (low, high), meaning = RANGES[kind], SAY[f"targets.{kind}"]
    if Y.min() < low or Y.max() > high:
        bad = Y.min() if Y.min() < low else Y.max()
        raise ValueError(SAY["error.beyond"].filled(label=label, bad=bad, head=head, meaning=meaning))
    if head.targets == "distributions" and np.abs(Y.sum(axis=1) - 1).max() > 1e-3:
        row = int(np.abs(Y.sum(axis=1) - 1).argmax())
        raise ValueError(SAY["error.row_sum"].filled(label=label, row=row, Y=Y[row].sum(), head=head, meaning=meaning))
    return Y


def _same_length(label: str, mine: int, m: int) -> None:
    if mine != m:
        raise ValueError(SAY["error.lengths"].filled(label=label, mine=mine, m=m))
