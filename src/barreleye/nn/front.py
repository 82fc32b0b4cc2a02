"""What stands before layer 1: rows of X made into rows of A[0], by parts, each with parameters of its own.

    numbers      u = omega x + phase,  H = wave(u),  F = g(V H + v)  and x itself: several numbers of each one
    levels       F = E[x], the row of a table that a whole number names
    rows         F = X

    A[0] = s[0] * F,  the parts' F below each other

A part k takes so many rows of X, one after another as the parts stand. With waves that are cosines it is the PBLD
embedding of RealMLP (Holzmueller, Grinsztajn and Steinwart 2024, arXiv 2407.04491), with pairs of cosine and sine PL
and PLR (Gorishniy, Rubachev and Babenko 2022, arXiv 2203.05556), with ramps their piecewise-linear encoding. The scale
s is RealMLP's too: training finds what each row is worth.

>>> import numpy as np
>>> front = Front((Numbers(2, waves=4), Levels(3, size=2), Rows(1)))
>>> front.n_x, front.n_out
(4, 11)
>>> parameters = initialize_front(front, np.random.default_rng(0))
>>> X = np.array([[0.5, -1.0], [0.0, 2.0], [3.0, 0.0], [1.0, 1.0]])
>>> A0, H, F = front_forward(front, parameters, X)
>>> A0.shape, H[1].shape
((11, 2), (2, 4, 2))
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .activations import ACTIVATIONS, activation
from .arrays import Array, cosine, namespace, sums_by
from .initializers import RandomSource
from .quantities import Gradients, Parameters, Trace
from .validation import SAY, check, choose, count, must, positive

Drawn = dict[str, np.ndarray]
"""The parameters of one part, by field."""


@dataclass(frozen=True)
class Part(ABC):
    """Some rows of X and what is made of them."""

    @property
    @abstractmethod
    def n_x(self) -> int:
        """How many rows of X it takes."""

    @property
    @abstractmethod
    def n_out(self) -> int:
        """How many rows of A[0] it makes."""

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of its parameters, by field."""
        return {}

    def draw(self, rng: RandomSource, X: np.ndarray | None) -> Drawn:
        """Starting parameters; X: its rows of training data, where there are any to look at."""
        return {}

    @abstractmethod
    def forward(self, p: Mapping[str, Array], X: Array) -> tuple[Array | None, Array]:
        """H, where it has waves, and F (n_out, m) of its rows X (n_x, m)."""

    @abstractmethod
    def backward(
        self, p: Mapping[str, Array], X: Array, H: Array | None, F: Array, dF: Array
    ) -> tuple[dict[str, Array], Array]:
        """Derivatives of m J by dF (n_out, m): by H and by each parameter, under the parameter's name; and by X."""


@dataclass(frozen=True)
class Rows(Part):
    """F = X: rows that are taken as they are.

    >>> Rows(2).n_out
    2
    """

    n: int

    def __post_init__(self) -> None:
        check(self, n=count)

    @property
    def n_x(self) -> int:
        return self.n

    @property
    def n_out(self) -> int:
        return self.n

    def forward(self, p: Mapping[str, Array], X: Array) -> tuple[Array | None, Array]:
        return None, X

    def backward(
        self, p: Mapping[str, Array], X: Array, H: Array | None, F: Array, dF: Array
    ) -> tuple[dict[str, Array], Array]:
        return {}, dF


@dataclass(frozen=True)
class Levels(Part):
    """F = E[x]: one row of X holds whole numbers from 0 to ``levels``, and each has ``size`` numbers that are learnt.

    Row 0 is for a missing level and for those that training never met.

    dE[level] = (1/m) sum of dF over the columns with that level

    >>> Levels(levels=12, size=8).shapes()
    {'E': (13, 8)}
    """

    levels: int
    size: int = 8

    def __post_init__(self) -> None:
        check(self, levels=count, size=count)

    @property
    def n_x(self) -> int:
        return 1

    @property
    def n_out(self) -> int:
        return self.size

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"E": (self.levels + 1, self.size)}

    def draw(self, rng: RandomSource, X: np.ndarray | None) -> Drawn:
        return {"E": rng.standard_normal((self.levels + 1, self.size))}

    def forward(self, p: Mapping[str, Array], X: Array) -> tuple[Array | None, Array]:
        return None, namespace(X).take(p["E"], self.codes(X), axis=0).T

    def backward(
        self, p: Mapping[str, Array], X: Array, H: Array | None, F: Array, dF: Array
    ) -> tuple[dict[str, Array], Array]:
        return {"E": sums_by(self.codes(X), dF.T, self.levels + 1)}, namespace(X).zeros_like(X)

    def codes(self, X: Array) -> Array:
        """The levels (m,) as whole numbers; what is out of range, and so no level, as 0."""
        xp = namespace(X)
        x = X[0, :]
        return xp.where((x >= 0) & (x <= self.levels), x, xp.zeros_like(x)).astype(xp.asarray(0).dtype)


@dataclass(frozen=True)
class Numbers(Part):
    """F = g(V H + v) and, below it, x: each number x of ``n`` rows becomes ``size`` numbers that waves make of it.

    wave      "cosine": H = cos(2 pi omega x + phase), frequencies from N(0, sigma^2), phases uniform;
              "pairs": half as many frequencies, cosine and sine of each, no phases;
              "ramp": H = min(max(omega x + phase, 0), 1), each the way between two neighbouring quantiles of x
    waves     of each row
    size      of what is made of each row, x included where ``beside``
    sigma     deviation of the frequencies
    g         activation of V H + v; "relu" with "pairs" is PLR
    beside    whether x itself stands beside them, as in a DenseNet

    omega, phase are (n, waves), V (n, size - beside, waves), v (n, size - beside); V and v start uniform within
    1/sqrt(waves). Backward:

        dV = (1/m) dE H^T            dv = (1/m) sum dE          dE = dF * g'
        dH = V^T dE                  dphase = (1/m) sum dH * wave'(u)
        domega = (1/m) sum dH * wave'(u) * x                    (cosine: times 2 pi)

    >>> Numbers(3).n_out, Numbers(3).shapes()["V"]
    (12, (3, 3, 16))
    """

    n: int
    waves: int = 16
    size: int = 4
    sigma: float = 0.1
    wave: str = "cosine"
    g: str = "identity"
    beside: bool = True

    def __post_init__(self) -> None:
        check(self, n=count, waves=count, size=count, sigma=positive)
        choose("wave", self.wave, WAVES)
        choose("g", self.g, ACTIVATIONS)
        if self.wave == "pairs" and self.waves % 2:
            raise ValueError(must("waves", self.waves, SAY["expected.even"]))
        if self.size <= self.beside:
            raise ValueError(SAY["front.size"].filled(size=self.size))

    @property
    def n_x(self) -> int:
        return self.n

    @property
    def n_out(self) -> int:
        return self.n * self.size

    def shapes(self) -> dict[str, tuple[int, ...]]:
        own, made = self.waves // 2 if self.wave == "pairs" else self.waves, self.size - self.beside
        shapes = {"omega": (self.n, own), "phase": (self.n, own), "V": (self.n, made, self.waves), "v": (self.n, made)}
        return {name: shape for name, shape in shapes.items() if name != "phase" or self.wave != "pairs"}

    def draw(self, rng: RandomSource, X: np.ndarray | None) -> Drawn:
        shapes, bound = self.shapes(), 1 / math.sqrt(self.waves)
        if self.wave == "ramp":
            drawn = ramps(self.n, self.waves, X)
        else:
            drawn = {"omega": self.sigma * rng.standard_normal(shapes["omega"])}
            if "phase" in shapes:
                drawn["phase"] = rng.uniform(-math.pi, math.pi, shapes["phase"])
        return drawn | {name: rng.uniform(-bound, bound, shapes[name]) for name in ("V", "v")}

    def forward(self, p: Mapping[str, Array], X: Array) -> tuple[Array | None, Array]:
        xp = namespace(X)
        H = WAVES[self.wave].value(self.u(p, X))
        made = activation(self.g)(p["V"] @ H + p["v"][:, :, None])
        if self.beside:
            made = xp.concat([made, X[:, None, :]], axis=1)
        return H, xp.reshape(made, (self.n_out, -1))

    def backward(
        self, p: Mapping[str, Array], X: Array, H: Array | None, F: Array, dF: Array
    ) -> tuple[dict[str, Array], Array]:
        xp, m = namespace(X), X.shape[1]
        parts, slopes = F.reshape(self.n, self.size, m), dF.reshape(self.n, self.size, m)
        made = self.size - self.beside
        A, dE = parts[:, :made], slopes[:, :made]
        if self.g != "identity":
            dE = dE * activation(self.g).derivative(p["V"] @ H + p["v"][:, :, None], A)
        dH = xp.permute_dims(p["V"], (0, 2, 1)) @ dE
        du = dH * WAVES[self.wave].derivative(self.u(p, X))
        domega, dphase = (du * X[:, None, :]).sum(axis=2), du.sum(axis=2)
        omega = p["omega"]
        if self.wave == "pairs":
            domega, omega = (
                domega[:, : self.waves // 2] + domega[:, self.waves // 2 :],
                xp.concat([omega, omega], axis=1),
            )
        factor = WAVES[self.wave].turn
        found = {"H": dH, "V": dE @ xp.permute_dims(H, (0, 2, 1)), "v": dE.sum(axis=2), "omega": factor * domega}
        found |= {} if self.wave == "pairs" else {"phase": dphase}
        dX = factor * (du * omega[:, :, None]).sum(axis=1)
        return found, dX + slopes[:, made] if self.beside else dX

    def u(self, p: Mapping[str, Array], X: Array) -> Array:
        """What the waves are of, (n, waves, m): of cosines in turns, of which 1 is all the way round."""
        xp = namespace(X)
        u = p["omega"][:, :, None] * X[:, None, :]
        if self.wave == "pairs":
            return xp.concat([u, u - 0.25], axis=1)  # a sine is a cosine a quarter turn later
        return u + (p["phase"] / WAVES[self.wave].turn)[:, :, None]


def ramps(n: int, waves: int, X: np.ndarray | None) -> Drawn:
    """omega and phase (n, waves) of ramps between neighbouring quantiles of each row of X; evenly in [-2, 2] without.

    A ramp goes from 0 at the one quantile to 1 at the next. Where quantiles coincide, or differ by no more than
    rounding, it is as steep as the narrowest of the others.

    >>> drawn = ramps(1, 2, np.array([[0.0, 1.0, 3.0]]))
    >>> drawn["omega"], drawn["phase"]
    (array([[1. , 0.5]]), array([[-0. , -0.5]]))
    """
    shares = np.linspace(0, 1, waves + 1)
    edges = np.tile(np.linspace(-2, 2, waves + 1), (n, 1)) if X is None else np.quantile(X, shares, axis=1).T
    width = np.diff(edges, axis=1)
    least = np.finfo(np.float64).eps * abs(edges).max(axis=1, keepdims=True)
    apart = width > np.maximum(least, 1e-30)  # float32 holds the slope of such a width
    narrowest = np.where(apart, width, np.inf).min(axis=1, keepdims=True)
    omega = 1 / np.where(apart, width, np.where(np.isfinite(narrowest), narrowest, 1))
    return {"omega": omega, "phase": -edges[:, :-1] * omega}


@dataclass(frozen=True)
class Wave:
    """A function of u and its derivative by what u was before it was divided by ``turn``."""

    turn: float

    def value(self, u: Array) -> Array:
        return cosine(u)

    def derivative(self, u: Array) -> Array:
        return -cosine(u - 0.25)


@dataclass(frozen=True)
class Ramp(Wave):
    """min(max(u, 0), 1)."""

    def value(self, u: Array) -> Array:
        return namespace(u).clip(u, 0, 1)

    def derivative(self, u: Array) -> Array:
        return ((u > 0) & (u < 1)).astype(u.dtype)


WAVES: dict[str, Wave] = {"cosine": Wave(2 * math.pi), "pairs": Wave(2 * math.pi), "ramp": Ramp(1.0)}

PARTS: dict[str, type[Part]] = {"rows": Rows, "levels": Levels, "numbers": Numbers}


@dataclass(frozen=True)
class Front:
    """The parts that stand before layer 1, from the first row of X to the last, and the scale behind them.

    order    the rows of X as the parts take them, each once; None: as they come
    scale    how s starts: "ones"; or "normal", N(0, 1), one number for all that is made of a row of X, which tells
             networks with a body in common apart (TabM: Gorishniy, Kotelnikov and Babenko 2025, arXiv 2410.24210)

    >>> Front((Numbers(1), Rows(2)), order=(1, 0, 2)).n_out
    6
    """

    parts: tuple[Part, ...]
    order: tuple[int, ...] | None = None
    scale: str = "ones"

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(self.parts))
        if not self.parts or not all(isinstance(part, Part) for part in self.parts):
            raise TypeError(must("parts", self.parts, SAY["expected.parts"]))
        choose("scale", self.scale, {"ones": 0, "normal": 0})
        if self.order is not None:
            object.__setattr__(self, "order", tuple(count("order", row, least=0) for row in self.order))
            if sorted(self.order) != list(range(self.n_x)):
                raise ValueError(must("order", self.order, SAY["expected.order"].filled(n_x=self.n_x)))

    @cached_property
    def n_x(self) -> int:
        """The rows of X."""
        return sum(part.n_x for part in self.parts)

    @cached_property
    def n_out(self) -> int:
        """The rows of A[0]."""
        return sum(part.n_out for part in self.parts)

    def shapes(self) -> dict[str, dict[int, tuple[int, ...]]]:
        """Of its parameters, by field and place."""
        found: dict[str, dict[int, tuple[int, ...]]] = {"s": {0: (self.n_out, 1)}}
        for k, part in enumerate(self.parts, start=1):
            for name, shape in part.shapes().items():
                found.setdefault(name, {})[k] = shape
        return found

    def ordered(self, X: Array) -> Array:
        """The rows of X (n_x, m) as the parts take them."""
        xp = namespace(X)
        return X if self.order is None else xp.take(X, xp.asarray(self.order), axis=0)

    def places(self) -> Iterator[tuple[int, Part, slice, slice]]:
        """Each part's number, itself, its rows of X and its rows of F."""
        x = out = 0
        for k, part in enumerate(self.parts, start=1):
            yield k, part, slice(x, x + part.n_x), slice(out, out + part.n_out)
            x, out = x + part.n_x, out + part.n_out


def initialize_front(
    front: Front, rng: RandomSource, dtype: Any = np.float64, X: np.ndarray | None = None
) -> Parameters:
    """Starting parameters of the parts, drawn one after another, and of s. X (n_x, m): data that ramps look at."""
    drawn: dict[str, dict[int, np.ndarray]] = {"s": {0: np.ones((front.n_out, 1), dtype)}}
    X = None if X is None else front.ordered(X)
    for k, part, rows, _ in front.places():
        for name, array in part.draw(rng, None if X is None else X[rows]).items():
            drawn.setdefault(name, {})[k] = array.astype(dtype)
    if front.scale == "normal":
        made = [part.n_out // part.n_x for part in front.parts for _ in range(part.n_x)]
        drawn["s"][0] = np.repeat(rng.standard_normal(front.n_x), made).reshape(-1, 1).astype(dtype)
    return Parameters(**drawn)


def front_forward(front: Front, parameters: Parameters, X: Array) -> tuple[Array, dict[int, Array], dict[int, Array]]:
    """A[0] = s[0] * F (n_out, m), and H[k] and F[k] of each part k, for X (n_x, m)."""
    H, F, X = dict[int, Array](), dict[int, Array](), front.ordered(X)
    for k, part, rows, _ in front.places():
        waves, F[k] = part.forward(own(parameters, part, k), X[rows, :])
        if waves is not None:
            H[k] = waves
    return parameters.s[0] * namespace(X).concat(list(F.values()), axis=0), H, F


def front_backward(
    front: Front, parameters: Parameters, trace: Trace, dA0: Array, m: Any, *, input_gradient: bool = False
) -> Gradients:
    """ds, and of each part dF, dH and the derivatives by its parameters, from dA[0] (n_out, m).

    ds = (1/m) sum over columns of dA[0] * F;  dF = s * dA[0]. ``input_gradient=True`` adds dX[0].
    """
    xp, X = namespace(dA0), front.ordered(trace.X[0])
    F, dF = xp.concat(list(trace.F.values()), axis=0), parameters.s[0] * dA0
    found: dict[str, dict[int, Array]] = {"ds": {0: (dA0 * F).sum(axis=1, keepdims=True) / m}}
    by_X = []
    for k, part, rows, out in front.places():
        found.setdefault("dF", {})[k] = dF[out]
        slopes, dX = part.backward(own(parameters, part, k), X[rows], trace.H.get(k), trace.F[k], dF[out])
        by_X.append(dX)
        for name, slope in slopes.items():
            found.setdefault(f"d{name}", {})[k] = slope if name == "H" else slope / m
    if input_gradient:
        dX = xp.concat(by_X, axis=0)
        found["dX"] = {0: dX if front.order is None else dX[np.argsort(front.order)]}
    return Gradients(**found)


def own(parameters: Parameters, part: Part, k: int) -> dict[str, Array]:
    """The parameters of part k, by field."""
    return {name: getattr(parameters, name)[k] for name in part.shapes()}
