"""X on its way into an estimator: what scikit-learn's own checks do not name, the column and the row, is named here."""

import math
from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from ..nn.arrays import Array
from ..nn.sparse import dense_if_it_may_be, is_sparse
from ..training.border import LARGEST, check_features

NON_FINITE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and need to be preprocessed."
)


def checked_rows(estimator: Any, X: Any, y: Any = "no_validation", *, reset: bool = False, **options: Any) -> Any:
    """X, or X and y, by ``validate_data``; X as finite rows of float32 or float64.

    >>> from barreleye.estimators import MLPRegressor
    >>> checked_rows(MLPRegressor(), [[1.0, 2.0], [3.0, float("inf")]], reset=True)
    Traceback (most recent call last):
        ...
    ValueError: X has infinity in column 1, first in row 1: remove or clip it first
    """
    try:
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
    except ValueError as error:
        if "could not convert" not in str(error):
            raise
        raise ValueError(text_column(X) or str(error)) from None
    if isinstance(checked, tuple):
        return finite(estimator, checked[0]), checked[1]
    return finite(estimator, checked)


def finite(estimator: Any, X: Any) -> Array:
    """X as a C-ordered array, or sparse (see nn/sparse.py); ValueError with the column and row of NaN or infinity."""
    X = dense_if_it_may_be(X)
    X = X if is_sparse(X) else np.ascontiguousarray(X)
    if not math.isfinite(largest(X)):
        check_features(X, None, X.dtype, names=list(getattr(estimator, "feature_names_in_", ())))
    return X


def largest(X: Array) -> float:
    """max |x|, without a second array of X's size."""
    return max(abs(float(X.min())), abs(float(X.max())))


def refuse_huge(X: Array) -> None:
    """Raise ValueError, in scikit-learn's words and ours, for an X with which no first layer can stay finite."""
    if largest(X) > LARGEST[X.dtype]:
        raise ValueError(f"{NON_FINITE} X reaches {largest(X):.1e}: standardise the features.")


def refuse_huge_targets(y: Any, dtype: Any) -> None:
    """Raise ValueError for numbers whose squares are beyond the dtype.

    >>> refuse_huge_targets([1e200, 1.0], np.dtype(float))
    Traceback (most recent call last):
        ...
    ValueError: y reaches 1.0e+200, too large to square in float64: divide it by its own size
    """
    reached = np.abs(np.asarray(y, np.float64)).max(initial=0.0)
    if reached > LARGEST[dtype]:
        raise ValueError(f"y reaches {reached:.1e}, too large to square in {dtype}: divide it by its own size")


def text_column(X: Any) -> str | None:
    """What to say of the first column of X that holds text; None when there is none.

    >>> print(text_column([[1.0, "red"]]))
    X holds text in column 1, first 'red' in row 0: encode it first, for instance with OneHotEncoder
    """
    names = list(getattr(X, "columns", ()))
    values = np.asarray(X, dtype=object)
    for column, cells in enumerate(values.T if values.ndim == 2 else ()):
        for row, cell in enumerate(cells):
            try:
                float(cell)
            except (TypeError, ValueError):
                where = f"column {names[column]!r}" if names else f"column {column}"
                return (
                    f"X holds text in {where}, first {cell!r} in row {row}: encode it first, for instance with "
                    "OneHotEncoder"
                )
    return None
