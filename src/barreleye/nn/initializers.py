"""How W[l] starts: a rule for one layer's matrix. Biases start at 0 but for ``FromData``, batch norm's gamma at 1.

    zeros                W = 0: every unit of a layer stays equal to every other (the symmetry lesson)
    normal               Var[W] = scale^2, scale 0.01: the course's first choice, for shallow networks
    xavier               Var[W] = 2 / (n[l-1] + n[l])      Glorot and Bengio (2010)
    he                   Var[W] = 2 / n[l-1]               He et al. (2015), arXiv 1502.01852
    lecun                Var[W] = 1 / n[l-1]               LeCun et al. (1998); the course calls it Xavier's

    from_data            every unit of unit size on the training data, and bent in their midst: see ``FromData``

The three before the last come normal or uniform on [-sqrt(3 Var), sqrt(3 Var)], which has the same variance.

>>> import numpy as np
>>> initializer("he_normal").W(np.random.default_rng(0), 3, 200).shape
(3, 200)
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np

from .validation import check, choose, count, positive


@runtime_checkable
class RandomSource(Protocol):
    """What is asked of a source of random numbers: NumPy's Generator and its legacy RandomState both fit."""

    def standard_normal(self, size: Any) -> Any: ...
    def uniform(self, low: Any, high: Any, size: Any) -> Any: ...


@dataclass(frozen=True)
class Initializer(ABC):
    """A rule that draws W[l], of shape (n[l], n[l-1]). Subclass it to add your own."""

    looks: ClassVar[bool] = False
    """Whether it asks for training data."""

    @abstractmethod
    def W(self, rng: RandomSource, n_out: int, n_in: int) -> np.ndarray:
        """W[l] of shape (n_out, n_in) = (n[l], n[l-1]), float64."""

    def b(self, rng: RandomSource, Z: np.ndarray) -> np.ndarray:
        """b[l] (n[l], 1) of a layer whose W[l] A[l-1] on training data is Z (n[l], m)."""
        return np.zeros((len(Z), 1))


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


@dataclass(frozen=True)
class FromData(Initializer):
    """W ~ N(0, 1), each row divided by the deviation of its Z = W A over training data: every unit has size 1.

    b = -sum_i w_i Z_i over ``rows`` training rows of its own, drawn at random, with weights from an exponential
    distribution that add up to 1: where Z + b is 0, and an activation bends, lies amid the data. Steinwart (2019),
    arXiv 1903.11482 ("he+5"); both in the form of RealMLP (Holzmueller et al. 2024, arXiv 2407.04491, appendix A).

    >>> Z = np.array([[1.0, 1.0], [2.0, 2.0]])
    >>> FromData().b(np.random.default_rng(0), Z).ravel().round(12)
    array([-1., -2.])
    """

    rows: int = 5
    looks: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check(self, rows=count)

    def W(self, rng: RandomSource, n_out: int, n_in: int) -> np.ndarray:
        return rng.standard_normal((n_out, n_in))

    def b(self, rng: RandomSource, Z: np.ndarray) -> np.ndarray:
        n, m = Z.shape
        chosen = (rng.uniform(0.0, 1.0, (n, self.rows)) * m).astype(np.int64)
        shares = -np.log(rng.uniform(1e-12, 1.0, (n, self.rows)))
        shares /= shares.sum(axis=1, keepdims=True)
        return -(np.take_along_axis(Z, chosen, axis=1) * shares).sum(axis=1, keepdims=True)


INITIALIZERS: dict[str, Initializer] = {
    "zeros": Zeros(),
    "normal": Normal(),
    "xavier_normal": Xavier("normal"),
    "xavier_uniform": Xavier("uniform"),
    "he_normal": He("normal"),
    "he_uniform": He("uniform"),
    "lecun_normal": LeCun("normal"),
    "lecun_uniform": LeCun("uniform"),
    "from_data": FromData(),
}


def initializer(name: str | Initializer) -> Initializer:
    """The initializer of that name; an Initializer is returned as it is. Raises ValueError with the valid names.

    >>> initializer("xavier_uniform")
    Xavier(distribution='uniform')
    """
    return name if isinstance(name, Initializer) else choose("initializer", name, INITIALIZERS)
