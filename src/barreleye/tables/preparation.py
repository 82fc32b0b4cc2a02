"""A table made ready for a network: targets as numbers, parts to train, validate and test on, features standardised."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..datasets import Task
from ..nn.arrays import Array
from ..nn.rows import LARGEST, listed, named, refuse_beyond, refuse_missing


class Targets(NamedTuple):
    """Targets as a network takes them: Y (m, n_y), the head that fits them, and the classes, sorted (None: numbers)."""

    Y: Array
    head: str
    classes: tuple[object, ...] | None


def as_labels(y: Array) -> Array:
    """y as labels: whole numbers as integers, so that class 1 is called 1 and not 1.0.

    >>> as_labels(np.array([1.0, 2.0])).tolist()
    [1, 2]
    """
    y = np.asarray(y)
    if y.dtype.kind == "f" and (abs(y) < 2**53).all() and (y == np.floor(y)).all():
        return y.astype(np.int64)
    return y


def refuse_identifier(y: Array, target_name: str) -> None:
    """Raise ValueError where more than half of the classes have a single row: nothing can be learnt about them."""
    classes, counts = np.unique(y, return_counts=True)
    if 2 * (counts == 1).sum() > len(classes):
        numeric = y.dtype.kind in "iuf"
        raise ValueError(
            f"{target_name!r} holds {len(classes)} distinct {'numbers' if numeric else 'texts'} in {len(y)} rows: it "
            f"looks like {'a quantity or ' if numeric else ''}an identifier, not a class. Choose "
            f"{'task regression or ' if numeric else ''}another target"
        )


def encode_targets(y: Array, task: Task, target_name: str = "y") -> Targets:
    """One column of 0 and 1 for two classes, one-hot columns for more, the numbers themselves for regression.

    Raises ValueError for a single class, for the same number in every row, for a missing or huge one, and for text
    where numbers are needed.

    >>> encode_targets(np.array(["cat", "dog", "cat"]), "classification").Y.ravel()
    array([0., 1., 0.])
    """
    if task == "regression":
        label = f"regression needs numbers, and {target_name!r}"
        y, _ = named(label, y)
        cure = ", too large to square in float64: divide it by its own size"
        refuse_beyond(label, y, LARGEST[np.dtype(float)], cure)
        if len(y) and (y == y[0]).all():
            raise ValueError(f"{target_name!r} is {float(y[0]):g} in every row: there is nothing to predict")
        return Targets(y.astype(np.float64).reshape(-1, 1), "identity", None)
    refuse_missing(repr(target_name), y)
    classes, index = np.unique(as_labels(y), return_inverse=True)
    if len(classes) == 1:
        raise ValueError(f"{target_name!r} holds one class only, {str(classes[0])!r}: there is nothing to tell apart")
    if len(classes) == 2:
        return Targets(index.astype(np.float64).reshape(-1, 1), "sigmoid", tuple(classes.tolist()))
    return Targets(np.eye(len(classes))[index], "softmax", tuple(classes.tolist()))


def decode(Y_hat: Array, classes: tuple[object, ...]) -> Array:
    """The class of each row of Y_hat (m, 1) or (m, K).

    >>> decode(np.array([[0.2], [0.9]]), ("cat", "dog"))
    array(['cat', 'dog'], dtype=object)
    """
    index = (Y_hat[:, 0] > 0.5).astype(int) if Y_hat.shape[1] == 1 else Y_hat.argmax(axis=1)
    return np.array(classes, dtype=object)[index]


def split(m: int, share: float, seed: int, y: Array | None, what: str = "test") -> tuple[Array, Array]:
    """Row numbers (kept, split off): ``share`` of m rows at random, each class of y in proportion; y None: at random.

    Raises ValueError where a class is too rare to be in both parts.

    >>> kept, off = split(10, 0.2, 0, np.array([0, 1] * 5))
    >>> len(kept), len(off)
    (8, 2)
    """
    from sklearn.model_selection import train_test_split

    rows = np.arange(m)
    if y is not None:
        classes, counts = np.unique(y, return_counts=True)
        if counts.min() < 2:
            raise ValueError(
                f"class {str(classes[counts.argmin()])!r} has a single row left, so it cannot be both in the training "
                f"part and in the {what} part: merge it with another class, drop it, or gather more rows"
            )
    off = max(round(share * m), 1 if y is None else len(np.unique(y)))
    if off >= m or (y is not None and m - off < len(np.unique(y))):
        raise ValueError(f"{m} rows are too few to split off a {what} part of {share:.0%} with every class in it")
    kept, away = train_test_split(rows, test_size=off, random_state=seed, stratify=y)
    return kept, away


def is_truth_table(X: Array) -> bool:
    """Whether rows X (m, n) are all 2^n combinations of n columns of two values, each once.

    Each row is then a case of its own: what a network says of one that it has not seen is no measure of anything.

    >>> is_truth_table(np.array([[0, 0], [0, 1], [1, 0], [1, 1]])), is_truth_table(np.array([[0, 0], [0, 1], [1, 1]]))
    (True, False)
    """
    m, n = X.shape
    return m == 2**n and len(np.unique(X, axis=0)) == m and all(len(np.unique(column)) == 2 for column in X.T)


@dataclass(frozen=True)
class Standardisation:
    """x -> (x - mean) / scale for each column, with the mean and standard deviation of the training rows.

    A column that is constant there has scale 0 and becomes 0, whatever comes later: no weight has learnt from it.

    >>> s = standardisation(np.array([[1.0, 5.0], [3.0, 5.0]]))
    >>> s(np.array([[3.0, 5.0], [3.0, 90.0]]))
    array([[1., 0.],
           [1., 0.]])
    """

    mean: Array
    scale: Array

    def __call__(self, X: Array) -> Array:
        return (X - self.mean) / np.where(self.scale > 0, self.scale, np.inf)

    def back(self, X: Array) -> Array:
        """(x * scale) + mean."""
        return X * self.scale + self.mean

    def warn_of_change(self, X: Array, names: Sequence[str] = ()) -> None:
        """Warn where a column of rows X (m, n) holds something else than the constant that it was in training."""
        constants = np.where(self.scale == 0, self.mean, np.nan)
        warn_of_change(X, constants, names, "nothing was learnt from it, so it has no say", stacklevel=3)


def standardisation(X: Array) -> Standardisation:
    """The Standardisation of rows X (m, n)."""
    scale = X.std(axis=0)
    # Rounding leaves a constant column with a tiny deviation; its size is that of the numbers, not of their spread.
    constant = scale <= 10 * np.finfo(X.dtype).eps * np.abs(X).max(axis=0)
    return Standardisation(X.mean(axis=0), np.where(constant, 0.0, scale))


def warn_of_change(X: Array, constants: Array, names: Sequence[str], consequence: str, stacklevel: int) -> None:
    """Warn of the columns of rows X that hold something else than ``constants``, theirs in training (NaN: varied)."""
    once = np.flatnonzero(~np.isnan(constants))
    if not once.size:
        return
    near = np.isclose(X[:, once], constants[once], rtol=1e3 * np.finfo(X.dtype).eps, atol=0).all(axis=0)
    if changed := [names[i] if len(names) else int(i) for i in once[~near]]:
        # The same words each time, so that Python's filters show them once.
        what = f"column {listed(changed)} was" if len(changed) == 1 else f"columns {listed(changed)} were"
        warnings.warn(
            f"{what} the same in every row of the training and another now: {consequence}", stacklevel=stacklevel + 1
        )
