"""What an estimator learns of y, and back from outputs to answers in y's own form.

The coding is that of ``data.targets``; here are scikit-learn's conventions: forms of y, and the sentences about it.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from ..data.targets import Targets, standard
from ..nn.arrays import Array
from ..nn.heads import Head
from ..training.border import RANGES
from ..words import catalogue

SAY = catalogue("estimators")


class Learnt(ABC):
    """What is known of y after a first look at it; a value, from which y is coded and outputs are read."""

    @property
    @abstractmethod
    def targets(self) -> Targets:
        """The coding."""

    @abstractmethod
    def behind(self, head: Head, said: str) -> Self:
        """For the outputs of that head, which the parameters in ``said`` ask for."""

    @abstractmethod
    def encode(self, y: Any, dtype: Any) -> Array:
        """y as the network takes it, rows (m, n_y)."""

    @abstractmethod
    def answer(self, Y_hat: Array) -> Array:
        """What ``predict`` says for the network's rows Y_hat (m, n_y)."""

    @abstractmethod
    def spread(self, Y_hats: list[Array]) -> Array:
        """The standard deviation over the members, in the form and the units of ``predict``'s answer."""

    def strata(self, y: Any) -> Any:
        """The classes whose proportions a split keeps, where y is one column of them."""
        return None


@dataclass(frozen=True)
class Numbers(Learnt):
    """Numbers to predict.

    mean, scale    of each column; empty where they are learnt as they are
    span           the least and the greatest number that the output can answer, and the parameter that says so
    """

    columns: int
    mean: Array
    scale: Array
    span: tuple[float, float, str] = (-math.inf, math.inf, "")

    @classmethod
    def of(cls, y: Any, standardize: bool, sample_weight: Any = None) -> Self:
        """What y holds, its rows as heavy as their weights say."""
        Y = np.asarray(y, np.float64).reshape(len(y), -1)
        return cls(Y.shape[1], *(standard(Y, sample_weight) if standardize else (np.zeros(0), np.ones(0))))

    @property
    def targets(self) -> Targets:
        return Targets(names(self.columns), (), self.mean, self.scale)

    def behind(self, head: Head, said: str) -> Self:
        return replace(self, span=(*RANGES[head.targets][:2], said))

    def encode(self, y: Any, dtype: Any) -> Array:
        Y = self.targets.coded(list(np.asarray(y, np.float64).reshape(len(y), -1).T)).astype(dtype)
        low, high, said = self.span
        odd = Y[np.clip(Y, low, high) != Y]
        if odd.size:
            within = SAY["error.or_above" if high == math.inf else "error.to"].filled(low=low, high=high)
            raise ValueError(SAY["error.target_range"].filled(flat=odd.flat[0], said=said, within=within))
        return Y

    def answer(self, Y_hat: Array) -> Array:
        numbers = self.targets.numbers(Y_hat).astype(Y_hat.dtype, copy=False)
        return numbers.ravel() if self.columns == 1 else numbers

    def spread(self, Y_hats: list[Array]) -> Array:
        deviation = np.std(Y_hats, axis=0)
        if self.scale.size:
            deviation = deviation * self.scale.astype(deviation.dtype)
        return deviation.ravel() if self.columns == 1 else deviation


def names(columns: int) -> tuple[str, ...]:
    """What the columns of y are called in a file."""
    return ("y",) if columns == 1 else tuple(f"y{k}" for k in range(columns))
