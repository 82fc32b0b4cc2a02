"""How W[l] starts: a rule for one layer's matrix. Biases start at 0, batch norm's gamma at 1 and beta at 0.

    zeros                W = 0: every unit of a layer stays equal to every other (the symmetry lesson)
    normal               Var[W] = scale^2, scale 0.01: the course's first choice, for shallow networks
    xavier               Var[W] = 2 / (n[l-1] + n[l])      Glorot and Bengio (2010)
    he                   Var[W] = 2 / n[l-1]               He et al. (2015), arXiv 1502.01852
    lecun                Var[W] = 1 / n[l-1]               LeCun et al. (1998); the course calls it Xavier's

Each of the last three comes normal or uniform on [-sqrt(3 Var), sqrt(3 Var)], which has the same variance.

>>> import numpy as np
>>> initializer("he_normal").W(np.random.default_rng(0), 3, 200).shape
(3, 200)
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np

from .validation import check, choose, positive


@runtime_checkable
class RandomSource(Protocol):
    """What is asked of a source of random numbers: NumPy's Generator and its legacy RandomState both fit."""

    def standard_normal(self, size: Any) -> Any: ...
    def uniform(self, low: Any, high: Any, size: Any) -> Any: ...


@dataclass(frozen=True)
class Initializer(ABC):
    """A rule that draws W[l], of shape (n[l], n[l-1]). Subclass it to add your own."""

    @abstractmethod
    def W(self, rng: RandomSource, n_out: int, n_in: int) -> np.ndarray:
        """W[l] of shape (n_out, n_in) = (n[l], n[l-1]), float64."""


@dataclass(frozen=True)
class Zeros(Initializer):
    """W = 0.

    >>> Zeros().W(np.random.default_rng(0), 1, 2)
    array([[0., 0.]])
    """

    def W(self, rng: RandomSource, n_out: int, n_in: int) -> np.ndarray:
        return np.zeros((n_out, n_in))


@dataclass(frozen=True)
class Normal(Initializer):
    """W ~ N(0, scale^2).

    >>> bool(abs(Normal(0.01).W(np.random.default_rng(0), 4, 2)).max() < 0.05)
    True
    """

    scale: float = 0.01

    def __post_init__(self) -> None:
        check(self, scale=positive)

    def W(self, rng: RandomSource, n_out: int, n_in: int) -> np.ndarray:
        return rng.standard_normal((n_out, n_in)) * self.scale


@dataclass(frozen=True)
class Scaled(Initializer):
    """W with a variance that keeps the signal's size from layer to layer, normal or uniform.

    >>> W = He("uniform").W(np.random.default_rng(0), 300, 200)
    >>> bool(abs(W.var() * 200 - 2) < 0.05)
    True
    """

    distribution: Literal["normal", "uniform"] = "normal"

    def __post_init__(self) -> None:
        choose("distribution", self.distribution, {"normal": 0, "uniform": 0})

    @abstractmethod
    def variance(self, n_out: int, n_in: int) -> float:
        """Var[W]."""

    def W(self, rng: RandomSource, n_out: int, n_in: int) -> np.ndarray:
        deviation = math.sqrt(self.variance(n_out, n_in))
        if self.distribution == "normal":
            return rng.standard_normal((n_out, n_in)) * deviation
        bound = math.sqrt(3) * deviation
        return rng.uniform(-bound, bound, (n_out, n_in))


@dataclass(frozen=True)
class Xavier(Scaled):
    """Var[W] = 2 / (n[l-1] + n[l]): for tanh, sigmoid and linear layers. Glorot and Bengio (2010), AISTATS.

    >>> Xavier().variance(3, 5)
    0.25
    """

    def variance(self, n_out: int, n_in: int) -> float:
        return 2 / (n_in + n_out)


@dataclass(frozen=True)
class He(Scaled):
    """Var[W] = 2 / n[l-1]: for ReLU and its kin, which pass half of the signal. He et al. (2015), arXiv 1502.01852.

    >>> He().variance(3, 8)
    0.25
    """

    def variance(self, n_out: int, n_in: int) -> float:
        return 2 / n_in


@dataclass(frozen=True)
class LeCun(Scaled):
    """Var[W] = 1 / n[l-1]: for SELU, and the course's normal / sqrt(n[l-1]). LeCun et al. (1998), Efficient BackProp.

    >>> LeCun().variance(3, 4)
    0.25
    """

    def variance(self, n_out: int, n_in: int) -> float:
        return 1 / n_in


INITIALIZERS: dict[str, Initializer] = {
    "zeros": Zeros(),
    "normal": Normal(),
    "xavier_normal": Xavier("normal"),
    "xavier_uniform": Xavier("uniform"),
    "he_normal": He("normal"),
    "he_uniform": He("uniform"),
    "lecun_normal": LeCun("normal"),
    "lecun_uniform": LeCun("uniform"),
}


def initializer(name: str | Initializer) -> Initializer:
    """The initializer of that name; an Initializer is returned as it is. Raises ValueError with the valid names.

    >>> initializer("xavier_uniform")
    Xavier(distribution='uniform')
    """
    return name if isinstance(name, Initializer) else choose("initializer", name, INITIALIZERS)
