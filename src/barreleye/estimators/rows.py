"""X and y on their way into an estimator: what scikit-learn's checks do not name, the column and the row, is named."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import validate_data

from ..nn.arrays import Array
from ..nn.rows import LARGEST, check_features, columns, listed, named, real, refuse_beyond, refuse_missing
from ..nn.sparse import dense_if_it_may_be, is_sparse
from ..nn.validation import SAY as KINDS
from ..words import catalogue

SAY = catalogue("estimators")

NON_FINITE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."
)


ENOUGH_ROWS = 20


def checked_rows(estimator: Any, X: Any, y: Any = "no_validation", *, reset: bool = False, **options: Any) -> Any:
    """X, or X and y, by ``validate_data``; X as finite rows of float32 or float64.

    Without y, dictionaries are rows too: their cells are found by ``feature_names_in_``.

    >>> from barreleye.estimators import MLPRegressor
    >>> checked_rows(MLPRegressor(), [[1.0, 2.0], [3.0, float("inf")]], reset=True)
    Traceback (most recent call last):
        ...
    ValueError: X has infinity in column 1, first in row 1: remove or clip it first
    """
    if is_dictionaries(X):
        names = list(getattr(estimator, "feature_names_in_", ()))
        if not names or not isinstance(y, str):
            raise ValueError(SAY["error.dictionaries"])
        return check_features(X, None, np.float64, names=names)
    if columns("X", X) is None and not hasattr(X, "toarray"):
        real("X", X)
    has_y = not isinstance(y, str)
    if has_y:
        refuse_odd_targets(estimator, y)
    checked = validate_data(
        estimator,
        X,
        y,
        accept_sparse=["csr", "csc"],
        dtype=(np.float64, np.float32),
        ensure_all_finite=False,
        reset=reset,
        **options,
    )
    X, y = checked if has_y else (checked, None)
    X = dense_if_it_may_be(X)
    X = X if is_sparse(X) else np.ascontiguousarray(X)
    cure = KINDS["cure.multiply"].filled(dtype=X.dtype) + f". {NON_FINITE}" * has_y
    refuse_beyond("X", X, LARGEST[X.dtype], cure, list(getattr(estimator, "feature_names_in_", ())))
    return (X, y) if has_y else X


def refuse_odd_targets(estimator: Any, y: Any, dtype: Any = np.float64) -> None:
    """Raise, with the row, for a missing label or, of a regressor, what is no number or has a square beyond the dtype.

    >>> from barreleye.estimators import MLPRegressor
    >>> refuse_odd_targets(MLPRegressor(), [1e200, 1.0])
    Traceback (most recent call last):
        ...
    ValueError: y reaches 1.0e+200, first in row 0, too large to square in float64: divide it by its own size
    """
    if y is None or hasattr(y, "toarray"):
        return  # scikit-learn has words for the first; and sparse labels are 0 and 1
    if is_classifier(estimator):
        refuse_missing("y", y)
        return
    numbers, names = named("y", y)
    cure = SAY["error.too_large_to_square"].filled(dtype=np.dtype(dtype))
    refuse_beyond("y", numbers, LARGEST[np.dtype(dtype)], cure, names)


def is_dictionaries(X: Any) -> bool:
    """Whether X is a dictionary or a list of them. Some of scipy's sparse matrices are dictionaries too."""
    first = X[0] if isinstance(X, list | tuple) and len(X) else X
    return isinstance(first, Mapping) and not hasattr(X, "toarray")


def constants(X: Array, before: Array | None = None) -> Array:
    """The value of each column that is the same in all rows X, and in those ``before``; NaN for others.

    Of sparse rows, and of fewer than 20, nothing is said: they may be alike by chance.

    >>> constants(np.array([[1.0, 5.0], [2.0, 5.0]] * 10))
    array([nan,  5.])
    """
    if is_sparse(X) or len(X) < ENOUGH_ROWS:
        return np.full(X.shape[1], np.nan)
    values = np.where(X.min(axis=0) == X.max(axis=0), X[0], np.nan)
    return values if before is None else np.where(values == before, values, np.nan)


def warn_of_change(X: Array, constants: Array, names: Sequence[str], stacklevel: int) -> None:
    """Warn of the columns of rows X that hold something else than ``constants``, theirs in training (NaN: varied)."""
    once = np.flatnonzero(~np.isnan(constants))
    if not once.size:
        return
    near = np.isclose(X[:, once], constants[once], rtol=1e3 * np.finfo(X.dtype).eps, atol=0).all(axis=0)
    if changed := [names[i] if len(names) else int(i) for i in once[~near]]:
        # The same words each time, so that Python's filters show them once.
        what = f"column {listed(changed, 12)} was" if len(changed) == 1 else f"columns {listed(changed, 12)} were"
        warnings.warn(
            f"{what} the same in every row of the training and another now: its weights are as they were drawn: leave "
            "it out of both",
            stacklevel=stacklevel + 1,
        )
