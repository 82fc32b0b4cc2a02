"""The border of training: rows from a user become clean arrays, or an error says what to do. Inside, all is trusted."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..nn.heads import Head
from ..nn.sparse import dense, dense_if_it_may_be, is_sparse
from ..nn.structure import Network

LARGEST = {np.dtype(np.float32): 1e18, np.dtype(np.float64): 1e150}
"""The largest |x| whose square is far from overflow; beyond it no first layer can stay finite for long."""


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


def data_dtype(X: Any) -> np.dtype[Any]:
    """float32 for float32 data, float64 for everything else.

    >>> data_dtype(np.zeros(1, np.float32)), data_dtype([1, 2])
    (dtype('float32'), dtype('float64'))
    """
    return np.dtype(np.float32) if getattr(X, "dtype", None) == np.float32 else np.dtype(np.float64)


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
    bad column (by ``names`` where given) and row, and what is wrong there.

    >>> check_rows(Network((2, 1)), [[1.0, float("nan")]], [1])
    Traceback (most recent call last):
        ...
    ValueError: X has NaN in column 1, first in row 0: remove or fill in missing values first
    """
    wanted = data_dtype(X) if dtype is None else np.dtype(dtype)
    X = check_features(X, network.n[0], wanted, what=what, names=names)
    Y = check_targets(network.head, Y, network.n[-1], X.shape[0], wanted, what=what)
    if weights is not None:
        weights = numbers(f"{what}weights", weights, wanted).reshape(-1)
        _same_length(f"{what}weights", weights.shape[0], X.shape[0])
        _refuse_non_finite(f"{what}weights", weights.reshape(-1, 1), ())
        if (weights < 0).any() or not weights.any():
            raise ValueError(f"{what}weights must be 0 or above, and not all 0; the smallest is {weights.min():g}")
    return Rows(X, Y, weights)


def check_features(X: Any, n_x: int | None, dtype: Any, *, what: str = "", names: Sequence[str] = ()) -> np.ndarray:
    """X as a finite (m, n_x) array of rows, or csr_array (see nn/sparse.py); any width when n_x is None."""
    label = f"{what}X"
    X = dense_if_it_may_be(X)
    if is_sparse(X):
        X.data = numbers(label, X.data, dtype)
    else:
        X = numbers(label, X, dtype)
    if X.ndim != 2:
        hint = {1: "; for one feature pass X.reshape(-1, 1), for one sample X.reshape(1, -1)"}.get(X.ndim, "")
        raise ValueError(f"{label} has {X.ndim} dimensions, shape {X.shape}, where rows (m, n_x) are expected{hint}")
    if 0 in X.shape:
        raise ValueError(f"{label} has shape {X.shape}: there is {'no row' if X.shape[0] == 0 else 'no column'} in it")
    if n_x is not None and X.shape[1] != n_x:
        hint = "; samples are rows here, so pass X.T" if X.shape[0] == n_x else ""
        raise ValueError(f"{label} has {X.shape[1]} columns where the network has n[0] = {n_x} inputs{hint}")
    _refuse_non_finite(label, X, names)
    largest = np.ravel(dense(abs(X).max(axis=0)))
    column = int(largest.argmax())
    if largest[column] > LARGEST[np.dtype(dtype)]:
        raise ValueError(
            f"{label} reaches {largest[column]:.1e} in {_column(column, names)}, too large to multiply in {dtype}: "
            "standardise the features"
        )
    return X


def check_targets(head: Head, Y: Any, n_y: int, m: int, dtype: Any, *, what: str = "") -> np.ndarray:
    """Y as a finite (m, n_y) array within what the head's loss is defined for; (m,) is taken for n_y = 1."""
    label = f"{what}Y"
    Y = numbers(label, Y, dtype)
    if Y.ndim == 1 and n_y == 1:
        Y = Y.reshape(-1, 1)
    if Y.ndim != 2 or Y.shape[1] != n_y:
        hint = "; one-hot encode class labels, one column a class" if head.targets == "distributions" else ""
        raise ValueError(f"{label} has shape {Y.shape} where (m, n[L]) = ({m}, {n_y}) is expected{hint}")
    _same_length(label, Y.shape[0], m)
    _refuse_non_finite(label, Y, ())
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


def numbers(label: str, values: Any, dtype: Any) -> np.ndarray:
    """``values`` as a C-ordered array of the dtype; TypeError for text, dates, objects or complex numbers."""
    try:
        values = np.asarray(values)
    except ValueError as error:  # rows of different lengths
        raise ValueError(f"{label} is not a table of numbers ({error})") from None
    kind = values.dtype.kind
    if kind == "c":
        raise TypeError(f"{label} holds complex numbers; pass real ones, such as {label}.real or abs({label})")
    if kind not in "biuf":
        odd = next((str(value) for value in values.flat if kind != "O" or isinstance(value, str | bytes)), None)
        if odd is not None:
            raise TypeError(f"{label} holds something that is not a number ({odd!r}); encode it first")
        try:
            values = values.astype(np.float64)
        except (TypeError, ValueError, OverflowError) as error:
            raise TypeError(f"{label} holds something that is not a number ({error}); encode it first") from None
    with np.errstate(over="ignore"):
        converted = np.asarray(values, dtype, order="C")
    if converted.dtype.itemsize < values.dtype.itemsize and np.isinf(converted).any() and np.isfinite(values).all():
        raise ValueError(f"{label} reaches {np.abs(values).max():.1e}, too large for {converted.dtype}: standardise it")
    return converted


def _same_length(label: str, mine: int, m: int) -> None:
    if mine != m:
        raise ValueError(f"{label} has {mine} rows and X has {m}: each sample needs one of both")


def _refuse_non_finite(label: str, values: Any, names: Sequence[str]) -> None:
    if np.isfinite(values.data if is_sparse(values) else values).all():
        return
    if is_sparse(values):
        cells = values.tocoo()
        bad = ~np.isfinite(cells.data)
        column = int(cells.col[bad].min())
        row = int(cells.row[bad & (cells.col == column)].min())
    else:
        bad = ~np.isfinite(values)
        column = int(bad.any(axis=0).argmax())
        row = int(bad[:, column].argmax())
    kind = "NaN" if np.isnan(values[row, column]) else "infinity"
    advice = "remove or fill in missing values first" if kind == "NaN" else "remove or clip it first"
    raise ValueError(f"{label} has {kind} in {_column(column, names)}, first in row {row}: {advice}")


def _column(column: int, names: Sequence[str]) -> str:
    return f"column {names[column]!r}" if names else f"column {column}"
