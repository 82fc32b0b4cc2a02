"""Sparse rows, as SciPy has them: W @ A[0] and dZ @ A[0].T are SciPy's products then, and all else is as ever."""

from typing import Any

import numpy as np

SMALL = 2**26
"""Bytes that a dense copy may always take: dense products are the faster ones, by either engine."""


def is_sparse(X: Any) -> bool:
    """Whether X is one of SciPy's sparse matrices or arrays.

    >>> from scipy.sparse import eye_array
    >>> is_sparse(eye_array(3)), is_sparse(np.eye(3))
    (True, False)
    """
    return hasattr(X, "tocsr")


def dense_bytes(X: Any) -> int:
    """The memory that a dense copy of X takes."""
    return int(X.shape[0]) * int(X.shape[1]) * int(X.dtype.itemsize)


def dense_if_it_may_be(X: Any) -> Any:
    """X dense, where that takes 64 MiB at most or 4 times what X takes; else as a csr_array. Dense X as it is.

    >>> from scipy.sparse import eye_array
    >>> type(dense_if_it_may_be(eye_array(10))).__name__, type(dense_if_it_may_be(eye_array(10_000))).__name__
    ('ndarray', 'csr_array')
    """
    if not is_sparse(X):
        return X
    from scipy.sparse import csr_array

    rows = csr_array(X)
    needed = rows.data.nbytes + rows.indices.nbytes + rows.indptr.nbytes
    return rows.toarray() if dense_bytes(rows) <= max(SMALL, 4 * needed) else rows


def dense(X: Any) -> np.ndarray:
    """X as an array, sparse or not."""
    return X.toarray() if is_sparse(X) else X
