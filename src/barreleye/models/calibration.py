"""Probabilities made as sharp as they turn out to be: a temperature and Laplace's smoothing, from rows set aside.

>>> rng = np.random.default_rng(0)
>>> p = rng.uniform(0.02, 0.98, 2000)
>>> y = (rng.random(2000) < p).astype(int)
>>> boastful = np.column_stack([1 - p, p]) ** 3  # three times the logits that it should have
>>> boastful /= boastful.sum(axis=1, keepdims=True)
>>> fitted = fit(boastful, y)
>>> round(fitted.temperature), expected_error(boastful, y) > 0.1, expected_error(fitted(boastful), y) < 0.04
(3, True, True)
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..data.frame import Frame
from ..data.targets import Targets
from ..nn.arrays import Array, like, namespace
from ..nn.heads import SoftmaxHead
from ..nn.validation import check, count, positive
from ..words import Text, catalogue

SAY = catalogue("results")

LEAST_ROWS = 50
"""Fewer say too little of how sharp probabilities should be."""
BINS = 15
"""Of confidence: those of Guo, Pleiss, Sun and Weinberger (2017), arXiv 1706.04599."""


@dataclass(frozen=True)
class Calibration:
    """P := P^(1/T) divided by its sum, then (rows P + 1/K) / (rows + 1): never 0, for so many rows cannot show that.

    temperature    above 1 where the network is surer than it is right
    rows           that were set aside and told the temperature
    """

    temperature: float
    rows: int

    def __post_init__(self) -> None:
        check(self, temperature=positive, rows=count)

    @property
    def said(self) -> Text:
        """What it tells of the network, in a sentence."""
        sure = "surer" if self.temperature > 1.05 else "less_sure" if self.temperature < 0.95 else "as_sure"
        return SAY[f"calibration.{sure}"].filled(rows=self.rows, t=f"{self.temperature:.2f}")

    def __call__(self, P: Array) -> Array:
        """Calibrated probabilities (m, K) of probabilities (m, K)."""
        tempered = softmax(logits(P) / self.temperature)
        ones = namespace(P).ones_like(tempered)
        return like((self.rows * tempered + ones / ones.sum(axis=1, keepdims=True)) / (self.rows + 1), P)


def fit(P: Array, y: Array, weights: Array | None = None) -> Calibration:
    """The temperature of the least log-loss on rows with probabilities P (m, K) and classes y (m,), their places.

    s = log(1/T) is where e^s sum over rows of weight (E_p[log p] - log p_y) + 4 s = 0: 30 halvings of [-16, 16]. The
    last term is a normal prior of variance 1/4 on s: rows that are all answered right would want T = 0, with every
    answer as sure as the surest. The temperature is Guo et al.'s (2017); the smoothing beside it, and the search, are
    those of RealMLP (Holzmueller et al. 2024, arXiv 2407.04491).

    Raises ValueError where ``enough`` is not true.
    """
    if not enough(y, P.shape[1]):
        raise ValueError(SAY["error.calibrating"].filled(LEAST_ROWS=LEAST_ROWS))
    return Calibration(temperature(logits(P), y, weights), len(y))


def temperature(Z: Array, y: Array, weights: Array | None = None, halvings: int = 30, reach: float = 16.0) -> float:
    """The temperature of ``fit`` for logits Z (m, K), its logarithm sought within so much of 0."""
    w = np.ones(len(y)) if weights is None else weights
    right, low, high = Z[np.arange(len(y)), y], -reach, reach
    for _ in range(halvings):
        middle = (low + high) / 2
        expected = (softmax(Z * np.exp(middle)) * Z).sum(axis=1)
        if np.exp(middle) * (w * (expected - right)).sum() + 4 * middle > 0:
            high = middle
        else:
            low = middle
    return float(np.exp(-(low + high) / 2))


def tempered_log_loss(P: Array, y: Array, weights: Array | None = None) -> float:
    """The mean of -log p_y behind the best temperature, to about 1 % of it.

    >>> P = np.array([[0.9, 0.1], [0.1, 0.9]] * 50)
    >>> round(tempered_log_loss(P**3 / (P**3).sum(axis=1, keepdims=True), np.array([0, 1] * 48 + [1, 0, 1, 0])), 2)
    0.17
    """
    Z = logits(P)
    Z = Z / temperature(Z, y, weights, halvings=9, reach=3.0)
    losses = np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(y)), y]
    return float(np.average(losses, weights=weights))


def enough(y: Array, K: int) -> bool:
    """Whether rows of the classes y (m,), their places, can tell how sharp probabilities of K classes should be."""
    return len(y) >= LEAST_ROWS and len(np.unique(y)) == K


def tells(targets: Targets, frame: Frame) -> bool:
    """Whether rows are ``enough`` for each column of classes."""
    return all(enough(targets.indices(frame, i), len(classes)) for i, classes in enumerate(targets.classes))


def logits(P: Array) -> Array:
    """log P in float64, each row's greatest 0; what has rounded to 0 is as small as it can be."""
    xp = namespace(P)
    tiny = float(xp.finfo(P.dtype).smallest_normal)
    P = xp.astype(P, xp.float64)
    Z = xp.log(xp.maximum(P, like(tiny, P)))
    return Z - xp.max(Z, axis=1, keepdims=True)


def softmax(Z: Array) -> Array:
    """The probabilities (m, K) of logits (m, K)."""
    return SoftmaxHead().link(Z.T).T


class Reliability(NamedTuple):
    """By bin of the greatest probability, as far as any row falls there: its mean, the share right, and the rows."""

    sure: Array
    right: Array
    rows: Array

    @property
    def error(self) -> float:
        """Expected calibration error: the mean over rows of |confidence - share right| of their bin."""
        return float((np.abs(self.sure - self.right) * self.rows).sum() / self.rows.sum())


def reliability(P: Array, y: Array) -> Reliability:
    """How often probabilities (m, K) are right that are so sure; y (m,): the right classes, their places."""
    sure, right = P.max(axis=1), P.argmax(axis=1) == y
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    rows = np.bincount(bins, minlength=BINS)
    filled = rows > 0
    means = [np.bincount(bins, what, BINS)[filled] / rows[filled] for what in (sure, right)]
    return Reliability(means[0], means[1], rows[filled])


def expected_error(P: Array, y: Array) -> float:
    """The expected calibration error of probabilities (m, K)."""
    return reliability(P, y).error
