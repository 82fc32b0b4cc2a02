"""Scores of predictions, higher is better or lower is better, as functions of rows: score(Y, Y_hat) -> float."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from ..nn.heads import Head
from ..nn.validation import choose


class Score(NamedTuple):
    """A score of Y_hat (m, n_y) against Y (m, n_y), and which way is better."""

    function: Callable[[np.ndarray, np.ndarray], float]
    mode: Literal["max", "min"]


def accuracy(Y: np.ndarray, Y_hat: np.ndarray) -> float:
    """The share of samples whose labels are all right.

    Several columns that sum to 1 (softmax) are decided by the largest; other outputs by 0.5. Labels -1 and +1, and
    outputs between, are brought to 0 and 1 by ``score`` first.

    >>> accuracy(np.array([[0.0], [1.0]]), np.array([[0.4], [0.3]]))
    0.5
    """
    if Y.shape[1] > 1 and np.allclose(Y_hat.sum(axis=1), 1, atol=1e-3) and np.allclose(Y.sum(axis=1), 1, atol=1e-3):
        return float((Y.argmax(axis=1) == Y_hat.argmax(axis=1)).mean())
    return float(((Y > 0.5) == (Y_hat > 0.5)).all(axis=1).mean())


def r2(Y: np.ndarray, Y_hat: np.ndarray) -> float:
    """1 - sum (y - y_hat)^2 / sum (y - mean y)^2, averaged over outputs; scikit-learn's r2_score.

    >>> r2(np.array([[0.0], [2.0]]), np.array([[0.0], [2.0]]))
    1.0
    """
    if len(Y) < 2:
        return float("nan")
    error, spread = ((Y - Y_hat) ** 2).sum(axis=0), ((Y - Y.mean(axis=0)) ** 2).sum(axis=0)
    alike = np.where(error > 0, 0.0, 1.0)  # of an output that is the same in every row
    return float(np.where(spread > 0, 1 - error / np.where(spread > 0, spread, 1), alike).mean())


def mean_absolute_error(Y: np.ndarray, Y_hat: np.ndarray) -> float:
    """The mean of |y - y_hat|.

    >>> mean_absolute_error(np.array([[0.0], [2.0]]), np.array([[1.0], [2.0]]))
    0.5
    """
    return float(np.abs(Y - Y_hat).mean())


def root_mean_squared_error(Y: np.ndarray, Y_hat: np.ndarray) -> float:
    """The square root of the mean of (y - y_hat)^2.

    >>> root_mean_squared_error(np.array([[0.0], [2.0]]), np.array([[2.0], [0.0]]))
    2.0
    """
    return float(np.sqrt(np.mean((Y - Y_hat) ** 2)))


SCORES: dict[str, Score] = {
    "accuracy": Score(accuracy, "max"),
    "r2": Score(r2, "max"),
    "mean_absolute_error": Score(mean_absolute_error, "min"),
    "root_mean_squared_error": Score(root_mean_squared_error, "min"),
}


def usual_score(head: Head) -> str:
    """The score that a task is known by: accuracy for classes, R2 for numbers."""
    return "accuracy" if head.classifies else "r2"


def score(name: str | Score | Callable[[np.ndarray, np.ndarray], float] | None, head: Head) -> Score:
    """The score of that name, or itself; a function of (Y, Y_hat): higher is better; None is the task's usual one.

    >>> from barreleye.nn.heads import head
    >>> score(None, head("identity")).mode
    'max'
    """
    if isinstance(name, Score):
        return name
    if callable(name):
        return Score(name, "max")
    wanted: Any = usual_score(head) if name is None else name
    if wanted == "accuracy" and head.targets == "signs":
        return Score(lambda Y, Y_hat: accuracy((Y + 1) / 2, (Y_hat + 1) / 2), "max")
    return choose("score", wanted, SCORES)
