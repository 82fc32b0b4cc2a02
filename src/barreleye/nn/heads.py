"""The output layer: its activation (the link) and the loss, as one object, because only together are they simple.

A canonical loss is B(Z) - <Y, Z> plus a term of Y alone, with prediction Y_hat = B'(Z). Its derivative is then

    dZ[L] = Y_hat - Y

whatever the link: sigmoid + binary cross-entropy (B = softplus), softmax + cross-entropy (B = logsumexp),
identity + squared error (B = z^2 / 2), tanh + cross-entropy on labels -1 and +1 (B = log(2 cosh z)), and
exp + Poisson (B = exp). The other heads here (Huber, absolute error, quantile, and any of these or the squared error
behind another activation) state their own dZ.

Losses are computed from Z, never from A: log(0) cannot happen, and a loss of 1e-20 is 1e-20 and not 0.
Shapes: Z, Y and Y_hat are (n_y, m); a loss is (1, m), summed over the n_y outputs of a sample.

>>> import numpy as np
>>> sigmoid_head = head("sigmoid")
>>> sigmoid_head.loss(np.array([[0.0, 1e4]]), np.array([[1.0, 0.0]]))
array([[6.93147181e-01, 1.00000000e+04]])
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

from .activations import ACTIVATIONS, Activation, sigmoid
from .arrays import Array, like, namespace
from .validation import SAY, between_0_and_1, check, choose, count, fraction, must, positive


@dataclass(frozen=True)
class Head(ABC):
    """Link and loss of the output layer. Subclass it, as a frozen dataclass, to add your own loss.

    A subclass whose loss is not canonical overrides ``dZ`` with the derivative of its loss by Z. Take functions from
    ``barreleye.nn.arrays.namespace(Z)``, so that both engines can run it.

    >>> @dataclass(frozen=True)
    ... class LogCosh(Head):
    ...     targets = "numbers"
    ...     def link(self, Z): return Z
    ...     def losses(self, Z, Y):
    ...         xp = namespace(Z)  # NumPy or JAX: a head or activation that names one of them runs on that engine only
    ...         return abs(Z - Y) + xp.log1p(xp.exp(-2 * abs(Z - Y))) - 0.6931471805599453
    ...     def dZ(self, Z, A, Y): return namespace(Z).tanh(Z - Y)
    >>> import numpy as np
    >>> LogCosh().loss(np.zeros((1, 2)), np.zeros((1, 2)))
    array([[0., 0.]])
    """

    targets: ClassVar[str] = "numbers"
    """What Y holds: "probabilities" (0 to 1), "distributions" (columns summing to 1), "signs" (-1 to 1),
    "counts" (0 or above) or "numbers"."""

    classifies: ClassVar[bool] = False

    formula: ClassVar[str] = ""
    """Y_hat in the language of ``notation.py``, of Z; fields of the head go by their names."""
    loss_formula: ClassVar[str] = ""
    """The loss of one output in the same way, of Z, A = Y_hat and Y."""
    slope_formula: ClassVar[str] = ""
    """Its derivative by Z, where that is not A - Y."""

    @property
    def judge(self) -> "Head":
        """The head whose loss answers are judged by, where training minimises another one."""
        return self

    @abstractmethod
    def link(self, Z: Array) -> Array:
        """Y_hat = A[L], the prediction: (n_y, m) -> (n_y, m)."""

    @abstractmethod
    def losses(self, Z: Array, Y: Array) -> Array:
        """The loss of each output of each sample: (n_y, m), (n_y, m) -> (n_y, m)."""

    def loss(self, Z: Array, Y: Array) -> Array:
        """The loss of each sample, summed over its outputs: (n_y, m), (n_y, m) -> (1, m)."""
        return self.losses(Z, Y).sum(axis=0, keepdims=True)

    def dZ(self, Z: Array, A: Array, Y: Array) -> Array:
        """The derivative of the loss by Z, given A = link(Z): A - Y for a canonical head."""
        return A - self.smoothed(Y)

    def smoothed(self, Y: Array) -> Array:
        """What training sees in place of Y: of most heads Y itself."""
        return Y


@dataclass(frozen=True)
class SigmoidHead(Head):
    """Sigmoid + binary cross-entropy: -(y log a + (1 - y) log(1 - a)) = max(z, 0) - y z + log(1 + exp(-|z|)).

    n_y = 1 for two classes; n_y > 1 for independent yes/no labels, whose losses add up. Y in [0, 1].

    >>> import numpy as np
    >>> h = SigmoidHead(); Z = np.array([[2.0]]); Y = np.array([[1.0]])
    >>> h.dZ(Z, h.link(Z), Y) == h.link(Z) - Y
    array([[ True]])
    """

    targets = "probabilities"
    classifies = True
    formula = "1 / (1 + exp(-Z))"
    loss_formula = "-(Y * log(A) + (1 - Y) * log(1 - A))"

    def link(self, Z: Array) -> Array:
        return sigmoid(Z)

    def losses(self, Z: Array, Y: Array) -> Array:
        xp = namespace(Z)
        return (xp.maximum(Z, like(0, Z)) - Y * Z) + xp.log1p(xp.exp(-abs(Z)))


@dataclass(frozen=True)
class SoftmaxHead(Head):
    """Softmax + cross-entropy: -sum_k y_k log a_k = logsumexp(z) - <y, z>, a_k = exp(z_k) / sum_j exp(z_j).

    Columns of Y are one-hot, or any distribution over the n_y classes.

    The largest z of a column contributes exp(0) = 1 to the sum of exponentials, so that log1p of the others keeps
    the tiny loss of a confident, right answer.

    smoothing    epsilon: training sees (1 - epsilon) Y + epsilon/n_y in place of Y (Szegedy et al. 2016,
                 arXiv 1512.00567), whose loss has a floor above 0; answers are judged by Y itself. None: Y

    >>> import numpy as np
    >>> SoftmaxHead().loss(np.array([[50.0], [0.0]]), np.array([[1.0], [0.0]])) > 0
    array([[ True]])
    >>> SoftmaxHead(smoothing=0.2).dZ(None, np.array([[0.5], [0.5]]), np.array([[1.0], [0.0]]))
    array([[-0.4],
           [ 0.4]])
    """

    smoothing: float | None = None
    targets = "distributions"
    classifies = True
    formula = "exp(Z) / sum(exp(Z), axis=0)"
    loss_formula = "-Y * log(A)"

    def __post_init__(self) -> None:
        if self.smoothing is not None:
            check(self, smoothing=fraction)

    def __repr__(self) -> str:
        return "SoftmaxHead()" if self.smoothing is None else f"SoftmaxHead(smoothing={self.smoothing})"

    @property
    def judge(self) -> Head:
        return SoftmaxHead()

    def smoothed(self, Y: Array) -> Array:
        """(1 - epsilon) Y + epsilon/n_y."""
        return Y if self.smoothing is None else (1 - self.smoothing) * Y + self.smoothing / Y.shape[0]

    def link(self, Z: Array) -> Array:
        e = namespace(Z).exp(Z - namespace(Z).max(Z, axis=0, keepdims=True))
        return e / e.sum(axis=0, keepdims=True)

    def losses(self, Z: Array, Y: Array) -> Array:
        xp = namespace(Z)
        below = Z - xp.max(Z, axis=0, keepdims=True)
        terms = xp.where(below < 0, xp.exp(below), like(0, Z)).sum(axis=0, keepdims=True)
        ties = xp.where(below < 0, like(0, Z), like(1, Z)).sum(axis=0, keepdims=True) - 1
        return self.smoothed(Y) * (xp.log1p(terms + ties) - below)


@dataclass(frozen=True)
class SoftmaxGroupsHead(Head):
    """Softmax + cross-entropy within each group of outputs: several questions with several answers each.

    sizes    the number of classes of each question; they add up to n_y, and the losses of the questions add up

    >>> import numpy as np
    >>> SoftmaxGroupsHead((2, 3)).link(np.zeros((5, 1))).ravel().round(3)
    array([0.5  , 0.5  , 0.333, 0.333, 0.333])
    """

    sizes: tuple[int, ...]
    targets = "probabilities"
    classifies = True
    formula = "exp(Z) / sum(exp(Z), axis=0)"
    loss_formula = "-Y * log(A)"

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", tuple(count(f"sizes[{k}]", size) for k, size in enumerate(self.sizes)))

    def link(self, Z: Array) -> Array:
        return namespace(Z).concat([SoftmaxHead().link(Z[group, :]) for group in self.groups()], axis=0)

    def losses(self, Z: Array, Y: Array) -> Array:
        return namespace(Z).concat([SoftmaxHead().losses(Z[group], Y[group]) for group in self.groups()], axis=0)

    def groups(self) -> list[slice]:
        """The rows of Z that belong to each question."""
        ends = list(accumulate(self.sizes))
        return [slice(end - size, end) for size, end in zip(self.sizes, ends, strict=True)]


@dataclass(frozen=True)
class TanhHead(Head):
    """Tanh + cross-entropy on labels y = -1 or +1: P(+1) = sigmoid(2z) = (1 + tanh z) / 2.

    The loss is log(2 cosh z) - y z = |z| - y z + log(1 + exp(-2|z|)), and dZ = tanh z - y. The binary cross-entropy on
    labels 0 and 1 may not be used with a tanh output: it takes the logarithm of negative numbers.

    >>> import numpy as np
    >>> TanhHead().loss(np.array([[0.0]]), np.array([[-1.0]])) == np.log(2)
    array([[ True]])
    """

    targets = "signs"
    classifies = True
    formula = "tanh(Z)"
    loss_formula = "log(2 * cosh(Z)) - Y * Z"

    def link(self, Z: Array) -> Array:
        return namespace(Z).tanh(Z)

    def losses(self, Z: Array, Y: Array) -> Array:
        xp = namespace(Z)
        return (abs(Z) - Y * Z) + xp.log1p(xp.exp(-2 * abs(Z)))


@dataclass(frozen=True)
class IdentityHead(Head):
    """Identity + squared error: (z - y)^2 / 2.

    >>> import numpy as np
    >>> IdentityHead().loss(np.array([[3.0]]), np.array([[1.0]]))
    array([[2.]])
    """

    formula = "Z"
    loss_formula = "(Z - Y) ** 2 / 2"

    def link(self, Z: Array) -> Array:
        return Z

    def losses(self, Z: Array, Y: Array) -> Array:
        return 0.5 * (Z - Y) ** 2


@dataclass(frozen=True)
class PoissonHead(Head):
    """Exp + Poisson half deviance: exp(z) - y - y (z - log y), with 0 log 0 = 0. Y holds counts or rates, 0 or above.

    It is 0 where exp(z) = y. exp(z) itself leaves float32 beyond z = 88 and float64 beyond z = 709.

    >>> import numpy as np
    >>> PoissonHead().loss(np.log(np.array([[3.0]])), np.array([[3.0]])).round(12) + 0
    array([[0.]])
    """

    targets = "counts"
    formula = "exp(Z)"
    loss_formula = "where(Y > 0, A - Y - Y * (Z - log(Y)), A)"

    def link(self, Z: Array) -> Array:
        return namespace(Z).exp(Z)

    def losses(self, Z: Array, Y: Array) -> Array:
        xp = namespace(Z)
        r = Z - xp.log(xp.where(Y > 0, Y, like(1, Y)))
        # Near the minimum, y (exp(r) - 1 - r) keeps the digits that exp(z) - y - y r loses; far from it r may overflow.
        near = xp.minimum(r, like(1, r))
        return xp.where((Y > 0) & (r <= 1), Y * (xp.expm1(near) - near), xp.exp(Z) - Y * (1 + r))


@dataclass(frozen=True)
class HuberHead(Head):
    """Identity + Huber's loss: r^2 / 2 where |r| <= delta, else delta (|r| - delta / 2), with r = z - y.

    Source: Huber (1964), Annals of Mathematical Statistics 35.

    >>> import numpy as np
    >>> HuberHead(delta=1.0).loss(np.array([[3.0]]), np.array([[0.0]]))
    array([[2.5]])
    """

    delta: float = 1.0
    formula = "Z"
    loss_formula = "where(abs(Z - Y) > delta, delta * (abs(Z - Y) - delta / 2), (Z - Y) ** 2 / 2)"
    slope_formula = "maximum(-delta, minimum(delta, A - Y))"

    def __post_init__(self) -> None:
        check(self, delta=positive)

    def link(self, Z: Array) -> Array:
        return Z

    def losses(self, Z: Array, Y: Array) -> Array:
        xp = namespace(Z)
        r = abs(Z - Y)
        inner = xp.minimum(r, like(self.delta, r))
        return inner * (r - 0.5 * inner)

    def dZ(self, Z: Array, A: Array, Y: Array) -> Array:
        xp = namespace(Z)
        delta = like(self.delta, Z)
        return xp.maximum(xp.minimum(A - Y, delta), -delta)


@dataclass(frozen=True)
class AbsoluteErrorHead(Head):
    """Identity + absolute error: |z - y|, dZ = sign(z - y). Its minimum is the conditional median.

    >>> import numpy as np
    >>> AbsoluteErrorHead().loss(np.array([[3.0]]), np.array([[1.0]]))
    array([[2.]])
    """

    formula = "Z"
    loss_formula = "abs(Z - Y)"
    slope_formula = "sign(A - Y)"

    def link(self, Z: Array) -> Array:
        return Z

    def losses(self, Z: Array, Y: Array) -> Array:
        return abs(Z - Y)

    def dZ(self, Z: Array, A: Array, Y: Array) -> Array:
        return namespace(Z).sign(A - Y)


@dataclass(frozen=True)
class QuantileHead(Head):
    """Identity + pinball loss: q (y - z) where y > z, else (1 - q)(z - y). Its minimum is the conditional q-quantile.

    Source: Koenker and Bassett (1978), Econometrica 46.

    >>> import numpy as np
    >>> QuantileHead(q=0.9).loss(np.array([[1.0, 3.0]]), np.array([[2.0, 2.0]])).round(3)
    array([[0.9, 0.1]])
    """

    q: float = 0.5
    formula = "Z"
    loss_formula = "where(Y > Z, q * (Y - Z), (1 - q) * (Z - Y))"
    slope_formula = "where(A > Y, 1 - q, where(A < Y, -q, 0))"

    def __post_init__(self) -> None:
        check(self, q=fraction)
        check(self, q=positive)

    def link(self, Z: Array) -> Array:
        return Z

    def losses(self, Z: Array, Y: Array) -> Array:
        r = Y - Z
        return namespace(Z).maximum(self.q * r, (self.q - 1) * r)

    def dZ(self, Z: Array, A: Array, Y: Array) -> Array:
        xp = namespace(Z)
        slope = xp.where(A < Y, like(-self.q, Z), like(1 - self.q, Z))
        return xp.where(A == Y, like(0, Z), slope)


@dataclass(frozen=True)
class QuantilesHead(Head):
    """Several quantiles of each number at once: the sum of their pinball losses, sum_k max(q_k r_k, (q_k - 1) r_k).

    r_k = y - z_k. The answers are the z_k of a number from the smallest up: a lower quantile that was learnt as the
    larger one has changed places with it (Chernozhukov, Fernandez-Val and Galichon 2010, Econometrica 78).

    quantiles    ascending, each in (0, 1): of output k of each number; Y holds a number as often as there are quantiles

    Source: Koenker and Bassett (1978), Econometrica 46.

    >>> import numpy as np
    >>> h = QuantilesHead((0.1, 0.5, 0.9)); Z = np.array([[1.0], [4.0], [3.0]]); Y = np.full((3, 1), 2.0)
    >>> h.link(Z).ravel(), h.losses(Z, Y).ravel().round(2), h.dZ(Z, h.link(Z), Y).ravel().round(2)
    (array([1., 3., 4.]), array([0.1, 1. , 0.1]), array([-0.1,  0.5,  0.1]))
    """

    quantiles: tuple[float, ...] = (0.05, 0.5, 0.95)
    formula = "sort(Z)"
    loss_formula = "where(Y > Z, q * (Y - Z), (1 - q) * (Z - Y))"
    slope_formula = "where(Z > Y, 1 - q, where(Z < Y, -q, 0))"

    def __post_init__(self) -> None:
        each = [between_0_and_1(f"quantiles[{k}]", q) for k, q in enumerate(self.quantiles)]
        if not each or sorted(set(each)) != each:
            raise ValueError(must("quantiles", self.quantiles, SAY["expected.ascending"]))
        object.__setattr__(self, "quantiles", tuple(each))

    def link(self, Z: Array) -> Array:
        xp, size = namespace(Z), len(self.quantiles)
        return xp.concat([xp.sort(Z[k : k + size, :], axis=0) for k in range(0, Z.shape[0], size)], axis=0)

    def losses(self, Z: Array, Y: Array) -> Array:
        q, r = self.of_outputs(Z), Y - Z
        return namespace(Z).maximum(q * r, (q - 1) * r)

    def dZ(self, Z: Array, A: Array, Y: Array) -> Array:
        """By Z itself, for A has it in another order."""
        q, xp = self.of_outputs(Z), namespace(Z)
        return xp.where(Z == Y, like(0, Z), xp.where(Z < Y, -q, 1 - q))

    def of_outputs(self, Z: Array) -> Array:
        """The quantile of each output, (n_y, 1)."""
        each = [like(self.quantiles[k % len(self.quantiles)], Z) for k in range(len(Z))]
        return namespace(Z).stack(each).reshape(-1, 1)


@dataclass(frozen=True)
class Exp(Activation):
    """g(z) = exp(z) = g'(z). Range (0, inf). It leaves float32 beyond z = 88 and float64 beyond z = 709.

    >>> import numpy as np
    >>> Exp()(np.array([0.0]))
    array([1.])
    """

    formulas: ClassVar[tuple[str, ...]] = ("exp(Z)",)
    slopes: ClassVar[tuple[str, ...]] = ("A",)

    def __call__(self, Z: Array) -> Array:
        return namespace(Z).exp(Z)

    def derivative(self, Z: Array, A: Array) -> Array:
        return A


LINKS: dict[str, type[Activation]] = {**ACTIVATIONS, "exp": Exp}

ERRORS: dict[str, type[Head]] = {
    "identity": IdentityHead,
    "huber": HuberHead,
    "absolute_error": AbsoluteErrorHead,
    "quantile": QuantileHead,
}


@dataclass(frozen=True)
class ActivatedHead(Head):
    """Any activation g + an error of its value: loss(z, y) = error(g(z), y), dZ = error'(g(z), y) g'(z).

    With the squared error, (g(z) - y)^2 / 2 and dZ = (A - Y) g'(Z). For numbers that have a range: softplus and exp
    answer above 0, the sigmoid between 0 and 1. Where g is flat nothing is learned: ReLU may be dead from the start.

    activation    an activation's name, or "exp"
    error         "identity" (the squared error), "huber", "absolute_error" or "quantile" (the median)

    >>> import numpy as np
    >>> h = ActivatedHead("relu"); Z = np.array([[-1.0, 3.0]]); Y = np.array([[2.0, 1.0]])
    >>> h.link(Z), h.losses(Z, Y), h.dZ(Z, h.link(Z), Y)
    (array([[0., 3.]]), array([[2., 2.]]), array([[-0.,  2.]]))
    """

    activation: str = "softplus"
    error: str = "identity"

    def __post_init__(self) -> None:
        choose("activation", self.activation, LINKS)
        choose("error", self.error, ERRORS)

    @property
    def targets(self) -> str:  # type: ignore[override]
        """Y within the range of g, where it has an end that is worth the name."""
        ranges = {"sigmoid": "probabilities", "tanh": "signs"} | dict.fromkeys(("relu", "softplus", "exp"), "counts")
        return ranges.get(self.activation, "numbers")

    @property
    def g(self) -> Activation:
        """The activation itself."""
        return LINKS[self.activation]()

    def link(self, Z: Array) -> Array:
        return self.g(Z)

    def losses(self, Z: Array, Y: Array) -> Array:
        return ERRORS[self.error]().losses(self.g(Z), Y)

    def dZ(self, Z: Array, A: Array, Y: Array) -> Array:
        return ERRORS[self.error]().dZ(A, A, Y) * self.g.derivative(Z, A)


HEADS: dict[str, type[Head]] = {
    "sigmoid": SigmoidHead,
    "softmax": SoftmaxHead,
    "tanh": TanhHead,
    "identity": IdentityHead,
    "poisson": PoissonHead,
    "huber": HuberHead,
    "absolute_error": AbsoluteErrorHead,
    "quantile": QuantileHead,
    "activated": ActivatedHead,
}


def head(name: str | Head) -> Head:
    """The head of that name with its usual constants; a Head is returned as it is.

    Raises ValueError with the valid names.

    >>> head("softmax"), head(QuantileHead(0.9))
    (SoftmaxHead(), QuantileHead(q=0.9))
    """
    return name if isinstance(name, Head) else choose("head", name, HEADS)()
