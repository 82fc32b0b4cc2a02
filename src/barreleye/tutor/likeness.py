"""When two answers are the same: in numbers, up to rounding, and in shape."""

from typing import Any

import numpy as np

TOLERANCE = 1e-6
"""Of the largest number of a quantity: far above rounding in float64 and guards such as log(A + 1e-8), far below any
mistake."""
FLOAT32_TOLERANCE = 2e-4

DIFFERENT, SAME_NUMBERS, SAME = range(3)


def alike(observed: Any, expected: Any, tolerance: float = TOLERANCE) -> int:
    """SAME: one shape and the same numbers, to ``tolerance`` of the largest (NaN equals NaN). DIFFERENT: other numbers.

    SAME_NUMBERS: one number each in arrays of different shape, (), (1,) or (1, 1).

    >>> alike([1.0], [[1.0]]) == SAME_NUMBERS, alike([1.0, 2.0], [[1.0], [2.0]]) == DIFFERENT
    (True, True)
    """
    try:
        a, b = np.asarray(observed, dtype=float), np.asarray(expected, dtype=float)
    except (TypeError, ValueError):
        return DIFFERENT
    likeness = SAME
    if a.shape != b.shape:
        if a.size != 1 or b.size != 1 or max(a.ndim, b.ndim) > 2:
            return DIFFERENT
        a, b, likeness = a.reshape(()), b.reshape(()), SAME_NUMBERS
    with np.errstate(invalid="ignore"):
        gap = np.abs(a - b)
    if np.isfinite(gap).all():
        near = gap <= tolerance * max(np.abs(b).max(initial=0.0), 1e-12)
        return likeness if near.all() else DIFFERENT
    finite = np.isfinite(b)
    if not np.array_equal(np.isfinite(a), finite) or not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return DIFFERENT
    scale = np.abs(b[finite]).max(initial=0.0)
    near = np.abs(a[finite] - b[finite]) <= tolerance * max(scale, 1e-12)
    return likeness if near.all() else DIFFERENT
