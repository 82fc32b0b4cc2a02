"""What the course's functions are handed, made safe: floats, in shapes that cannot broadcast by accident."""

from typing import Any

import numpy as np

from ..nn.arrays import Array
from ..nn.validation import SAY as KINDS
from ..nn.validation import misshapen, transposed
from ..words import NOTHING, catalogue

SAY = catalogue("course")


def as_float(what: str, value: Any) -> Array:
    """``value`` as an array of floats: float32 and float64 as they are, whole numbers and booleans as float64.

    Labels stored as uint8 must not stay so: -Y and Y - 1 would wrap around. TypeError for anything but real numbers.

    >>> -as_float("Y", np.array([1], np.uint8))
    array([-1.])
    """
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(SAY["error.real"].filled(what=what, array=array))
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def as_labels(Y: Any, m: int) -> Array:
    """Y (n_y, m) as floats. One number for each of m samples, shape (m,) as some exercises have it, is the row (1, m).

    >>> as_labels([1, 1, 0], 3)
    array([[1., 1., 0.]])
    """
    Y = as_float("Y", Y)
    return Y.reshape(1, m) if Y.shape == (m,) else Y


def samples(X: Any, Y: Any) -> tuple[Array, Array]:
    """X (n_x, m) and Y (n_y, m) as floats; ValueError that says what to do unless both have m > 0 finite columns."""
    X = as_float("X", X)
    if X.ndim != 2:
        hint = KINDS["hint.column"] if X.ndim == 1 else NOTHING
        raise ValueError(misshapen("X", X, KINDS["samples"].filled(shape="(n_x, m)"), hint))
    Y = as_labels(Y, X.shape[1])
    if Y.ndim != 2:
        raise ValueError(misshapen("Y", Y, f"(n_y, m) = (n_y, {X.shape[1]})"))
    if X.shape[1] != Y.shape[1]:
        hint = NOTHING
        if X.shape[0] == Y.shape[1]:
            hint = transposed("X")
        elif X.shape[1] == Y.shape[0]:
            hint = transposed("Y")
        raise ValueError(SAY["error.unequal"].filled(X=X, Y=Y, hint=hint))
    if 0 in X.shape or 0 in Y.shape:
        raise ValueError(SAY["error.nothing_to_learn"].filled(X=X, Y=Y))
    for what, array in (("X", X), ("Y", Y)):
        if not np.isfinite(array).all():
            row, column = (int(i) for i in np.argwhere(~np.isfinite(array))[0])
            raise ValueError(SAY["error.not_finite"].filled(what=f"{what}[{row}, {column}]", value=array[row, column]))
    return X, Y
