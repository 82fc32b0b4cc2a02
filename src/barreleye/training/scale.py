"""Validation rows that missed what X went through: a validation cost that means nothing, told as soon as it can be."""

import warnings
from typing import Any

import numpy as np

from ..nn.sparse import is_sparse

ENOUGH_ROWS = 20
"""Rows whose range says where others may lie."""
LOOKED_AT = 1000
"""Validation rows that are enough to tell."""


def far_outside(X: Any, X_val: Any) -> list[int]:
    """The columns in which half of X_val lies farther outside X's range than that range is wide.

    Of columns that are constant in X, of sparse rows and of an X of less than 20 rows nothing can be said.

    >>> X = np.random.default_rng(0).normal(size=(50, 2))
    >>> far_outside(X, X[:10]), far_outside(X, X[:10] + [0, 100])
    ([], [1])
    """
    if is_sparse(X) or is_sparse(X_val) or len(X) < ENOUGH_ROWS:
        return []
    low, high = X.min(axis=0), X.max(axis=0)
    middle = np.median(X_val[:: -(-len(X_val) // LOOKED_AT)], axis=0)
    width = high - low
    return np.flatnonzero((width > 0) & ((middle > high + width) | (middle < low - width))).tolist()


def warn_of_another_scale(X: Any, X_val: Any) -> None:
    """Warn where X_val lies far outside X."""
    columns = far_outside(X, X_val)
    if columns:
        k = columns[0]
        warnings.warn(
            f"the validation rows lie far outside X in {len(columns)} of {X.shape[1]} columns: column {k} is around "
            f"{np.median(X_val[:, k]):.3g} there, and {X[:, k].min():.3g} to {X[:, k].max():.3g} in X. Scale both "
            'alike; a Pipeline scales X_val with transform_input=["X_val"]',
            stacklevel=4,
        )
