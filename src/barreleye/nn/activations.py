"""The activations g of the hidden layers, each with its derivative: one value for both.

Every activation is a frozen dataclass with ``__call__(Z) -> A`` and ``derivative(Z, A) -> g'(Z)``, where
A = g(Z) is passed because many derivatives are simplest in terms of it. Both work elementwise on arrays of
any shape and keep the dtype. A float field (a slope, a scale) is a number of the model: it can change
without a new compilation.

None of them overflows: every exponential is taken of a non-positive argument. Values keep a few units in
the last place over the whole real line, the left tails of the two GELUs excepted, which one rounding of z itself
moves by more. Derivatives written as in the textbook (sigma(1 - sigma), 1 - tanh^2)
keep a few units of the largest slope instead: deep in saturation, where 1 - A cancels, they reach 0 a
little before the exact value does.

>>> import numpy as np
>>> g = activation("relu")
>>> Z = np.array([[-1.0, 2.0]])
>>> g(Z), g.derivative(Z, g(Z))
(array([[0., 2.]]), array([[0., 1.]]))
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from .arrays import Array, erfc, like, namespace
from .initializers import He, Initializer, LeCun, Xavier
from .validation import check, choose, finite


@dataclass(frozen=True)
class Activation(ABC):
    """An elementwise g and its derivative. Subclass it, as a frozen dataclass, to add your own.

    Take functions from ``barreleye.nn.arrays.namespace(Z)``, so that both engines can run it.

    >>> @dataclass(frozen=True)
    ... class Sine(Activation):
    ...     def __call__(self, Z): return namespace(Z).sin(Z)
    ...     def derivative(self, Z, A): return namespace(Z).cos(Z)
    >>> float(Sine()(0.0))
    0.0
    """

    usual_initializer: ClassVar[Initializer] = Xavier()
    """What W of a layer with this activation starts from when the user names nothing."""
    formulas: ClassVar[tuple[str, ...]] = ()
    """g(Z) in the language of ``notation.py``, the shortest first; fields of the activation go by their names."""
    slopes: ClassVar[tuple[str, ...]] = ()
    """g'(Z), of Z and A, in the same way."""

    @abstractmethod
    def __call__(self, Z: Array) -> Array:
        """A = g(Z), elementwise."""

    @abstractmethod
    def derivative(self, Z: Array, A: Array) -> Array:
        """g'(Z), elementwise; A = g(Z) is given so that it need not be computed twice."""


@dataclass(frozen=True)
class Identity(Activation):
    """g(z) = z, g'(z) = 1. Range (-inf, inf).

    Hidden layers of identities collapse to one linear map: W2(W1 x + b1) + b2 = (W2 W1) x + (W2 b1 + b2).

    >>> Identity()(3.0)
    3.0
    """

    formulas: ClassVar[tuple[str, ...]] = ("Z",)
    slopes: ClassVar[tuple[str, ...]] = ("1",)

    def __call__(self, Z: Array) -> Array:
        return Z

    def derivative(self, Z: Array, A: Array) -> Array:
        return namespace(Z).ones_like(Z)


@dataclass(frozen=True)
class Sigmoid(Activation):
    """g(z) = 1 / (1 + exp(-z)), g'(z) = g(z) (1 - g(z)). Range (0, 1).

    >>> import numpy as np
    >>> Sigmoid()(np.array([-1e4, 0.0, 1e4]))
    array([0. , 0.5, 1. ])
    """

    formulas: ClassVar[tuple[str, ...]] = ("sigmoid(Z)", "1 / (1 + exp(-Z))", "exp(Z) / (1 + exp(Z))")
    slopes: ClassVar[tuple[str, ...]] = ("A * (1 - A)", "A - A**2", "sigmoid(Z) * (1 - sigmoid(Z))")

    def __call__(self, Z: Array) -> Array:
        return sigmoid(Z)

    def derivative(self, Z: Array, A: Array) -> Array:
        return A * (1 - A)


@dataclass(frozen=True)
class Tanh(Activation):
    """g(z) = tanh(z), g'(z) = 1 - g(z)^2 (and not (1 - g(z))^2). Range (-1, 1).

    >>> Tanh().derivative(0.5, math.tanh(0.5)) == 1 - math.tanh(0.5) ** 2
    True
    """

    formulas: ClassVar[tuple[str, ...]] = (
        "tanh(Z)",
        "(exp(Z) - exp(-Z)) / (exp(Z) + exp(-Z))",
        "(1 - exp(-2 * Z)) / (1 + exp(-2 * Z))",
    )
    slopes: ClassVar[tuple[str, ...]] = ("1 - A**2", "1 - A * A", "1 - tanh(Z) ** 2")

    def __call__(self, Z: Array) -> Array:
        return namespace(Z).tanh(Z)

    def derivative(self, Z: Array, A: Array) -> Array:
        return 1 - A * A


@dataclass(frozen=True)
class ReLU(Activation):
    """g(z) = max(0, z); g'(z) = 1 where z > 0, else 0. Range [0, inf).

    >>> import numpy as np
    >>> ReLU()(np.array([-2.0, 3.0]))
    array([0., 3.])
    """

    usual_initializer: ClassVar[Initializer] = He()
    formulas: ClassVar[tuple[str, ...]] = ("maximum(0, Z)", "relu(Z)", "Z * (Z > 0)", "where(Z > 0, Z, 0)")
    slopes: ClassVar[tuple[str, ...]] = ("Z > 0", "where(Z > 0, 1, 0)")

    def __call__(self, Z: Array) -> Array:
        return namespace(Z).maximum(Z, like(0, Z))

    def derivative(self, Z: Array, A: Array) -> Array:
        return like(Z > 0, Z)


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """g(z) = z where z > 0, else slope z; g'(z) = 1 or slope. Range (-inf, inf) for slope > 0.

    Source: Maas, Hannun and Ng (2013), with slope 0.01.

    >>> import numpy as np
    >>> LeakyReLU(slope=0.25)(np.array([-2.0, 3.0]))
    array([-0.5,  3. ])
    """

    slope: float = 0.01
    usual_initializer: ClassVar[Initializer] = He()
    formulas: ClassVar[tuple[str, ...]] = ("where(Z > 0, Z, slope * Z)",)
    slopes: ClassVar[tuple[str, ...]] = ("where(Z > 0, 1, slope)",)

    def __post_init__(self) -> None:
        check(self, slope=finite)

    def __call__(self, Z: Array) -> Array:
        return namespace(Z).where(Z > 0, Z, self.slope * Z)

    def derivative(self, Z: Array, A: Array) -> Array:
        return namespace(Z).where(Z > 0, like(1, Z), like(self.slope, Z))


@dataclass(frozen=True)
class ELU(Activation):
    """g(z) = z where z > 0, else alpha (exp(z) - 1); g'(z) = 1, else g(z) + alpha. Range (-alpha, inf).

    Source: Clevert, Unterthiner and Hochreiter (2016), arXiv 1511.07289.

    >>> ELU().derivative(1.0, 1.0).item()
    1.0
    """

    alpha: float = 1.0
    usual_initializer: ClassVar[Initializer] = He()
    formulas: ClassVar[tuple[str, ...]] = ("where(Z > 0, Z, alpha * (exp(Z) - 1))",)
    slopes: ClassVar[tuple[str, ...]] = ("where(Z > 0, 1, A + alpha)",)

    def __post_init__(self) -> None:
        check(self, alpha=finite)

    def __call__(self, Z: Array) -> Array:
        xp = namespace(Z)
        return xp.where(Z > 0, Z, self.alpha * xp.expm1(xp.minimum(Z, like(0, Z))))

    def derivative(self, Z: Array, A: Array) -> Array:
        xp = namespace(Z)
        return xp.where(Z > 0, xp.ones_like(A), A + self.alpha)


@dataclass(frozen=True)
class SELU(Activation):
    """g(z) = scale z where z > 0, else scale alpha (exp(z) - 1). Range (-1.758, inf).

    scale and alpha make mean 0 and variance 1 a fixed point of the layer; start it with LeCun normal weights.
    Source: Klambauer et al. (2017), arXiv 1706.02515.

    >>> import numpy as np
    >>> round(float(SELU()(np.array(-1e4))), 4)
    -1.7581
    """

    usual_initializer: ClassVar[Initializer] = LeCun()
    scale: ClassVar[float] = 1.0507009873554804934
    alpha: ClassVar[float] = 1.6732632423543772848
    formulas: ClassVar[tuple[str, ...]] = ("where(Z > 0, scale * Z, scale * alpha * (exp(Z) - 1))",)
    slopes: ClassVar[tuple[str, ...]] = ("where(Z > 0, scale, A + scale * alpha)",)

    def __call__(self, Z: Array) -> Array:
        xp = namespace(Z)
        return self.scale * xp.where(Z > 0, Z, self.alpha * xp.expm1(xp.minimum(Z, like(0, Z))))

    def derivative(self, Z: Array, A: Array) -> Array:
        xp = namespace(Z)
        return xp.where(Z > 0, like(self.scale, A), A + self.scale * self.alpha)


@dataclass(frozen=True)
class GELU(Activation):
    """g(z) = z Phi(z), g'(z) = Phi(z) + z phi(z), with Phi and phi of the standard normal. Range (-0.17, inf).

    The exact form. Source: Hendrycks and Gimpel (2016), arXiv 1606.08415.

    >>> import numpy as np
    >>> GELU()(np.array([0.0, 100.0]))
    array([  0., 100.])
    """

    usual_initializer: ClassVar[Initializer] = He()
    formulas: ClassVar[tuple[str, ...]] = ("Z * normal_cdf(Z)",)
    slopes: ClassVar[tuple[str, ...]] = ("normal_cdf(Z) + Z * exp(-(Z**2) / 2) / sqrt(2 * pi)",)

    def __call__(self, Z: Array) -> Array:
        return Z * normal_cdf(Z)

    def derivative(self, Z: Array, A: Array) -> Array:
        density = namespace(Z).exp(-0.5 * Z * Z) / math.sqrt(2 * math.pi)
        return normal_cdf(Z) + Z * density


@dataclass(frozen=True)
class GELUTanh(Activation):
    """g(z) = z (1 + tanh u) / 2 with u = sqrt(2/pi) (z + 0.044715 z^3): GELU's tanh form, within 5e-4 of it.

    Computed as z sigmoid(2u), the same function without the cancellation in 1 + tanh u.
    Source: Hendrycks and Gimpel (2016), arXiv 1606.08415.

    >>> import numpy as np
    >>> GELUTanh()(np.array([-1e4, 0.0]))
    array([-0.,  0.])
    """

    usual_initializer: ClassVar[Initializer] = He()
    formulas: ClassVar[tuple[str, ...]] = ("Z * sigmoid(sqrt(8 / pi) * (Z + 0.044715 * Z**3))",)
    slopes: ClassVar[tuple[str, ...]] = ("A / Z + A * (1 - A / Z) * sqrt(8 / pi) * (1 + 0.134145 * Z**2)",)

    def __call__(self, Z: Array) -> Array:
        return Z * sigmoid(self._two_u(Z))

    def derivative(self, Z: Array, A: Array) -> Array:
        two_u = self._two_u(Z)
        s = sigmoid(two_u)
        two_u_prime = 2 * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * Z * Z)
        return s + Z * two_u_prime * s * sigmoid(-two_u)  # sigmoid(-u) is 1 - s without its cancellation

    @staticmethod
    def _two_u(Z: Array) -> Array:
        return 2 * math.sqrt(2 / math.pi) * (Z + 0.044715 * Z * Z * Z)


@dataclass(frozen=True)
class SiLU(Activation):
    """g(z) = z sigmoid(z), g'(z) = s + g(z) (1 - s) with s = sigmoid(z). Range (-0.28, inf). Also called swish.

    Source: Elfwing, Uchibe and Doya (2018), arXiv 1702.03118.

    >>> import numpy as np
    >>> SiLU()(np.array([0.0, 1e4]))
    array([    0., 10000.])
    """

    usual_initializer: ClassVar[Initializer] = He()
    formulas: ClassVar[tuple[str, ...]] = ("Z * sigmoid(Z)",)
    slopes: ClassVar[tuple[str, ...]] = ("sigmoid(Z) + A * (1 - sigmoid(Z))",)

    def __call__(self, Z: Array) -> Array:
        return Z * sigmoid(Z)

    def derivative(self, Z: Array, A: Array) -> Array:
        return sigmoid(Z) + A * sigmoid(-Z)  # sigmoid(-z) is 1 - s without its cancellation, which z would magnify


@dataclass(frozen=True)
class Softplus(Activation):
    """g(z) = log(1 + exp(z)), g'(z) = sigmoid(z). Range (0, inf): a smooth ReLU.

    >>> import numpy as np
    >>> Softplus()(np.array([-1e4, 1e4]))
    array([    0., 10000.])
    """

    usual_initializer: ClassVar[Initializer] = He()
    formulas: ClassVar[tuple[str, ...]] = ("log(1 + exp(Z))",)
    slopes: ClassVar[tuple[str, ...]] = ("sigmoid(Z)",)

    def __call__(self, Z: Array) -> Array:
        return softplus(Z)

    def derivative(self, Z: Array, A: Array) -> Array:
        return sigmoid(Z)


@dataclass(frozen=True)
class Mish(Activation):
    """g(z) = z t with t = tanh(softplus(z)); g'(z) = t + z sigmoid(z) (1 - t^2). Range (-0.31, inf).

    Because tanh(log(1 + exp(z))) = n / (n + 2) with n = exp(z) (exp(z) + 2), one exponential is enough.
    Source: Misra (2019), arXiv 1908.08681.

    >>> import numpy as np
    >>> Mish()(np.array([0.0, 1e4]))
    array([    0., 10000.])
    """

    usual_initializer: ClassVar[Initializer] = He()
    formulas: ClassVar[tuple[str, ...]] = ("Z * tanh(log(1 + exp(Z)))",)
    slopes: ClassVar[tuple[str, ...]] = ("tanh(log(1 + exp(Z))) + Z * sigmoid(Z) * (1 - tanh(log(1 + exp(Z))) ** 2)",)

    def __call__(self, Z: Array) -> Array:
        n, d = self._fraction(Z)
        return Z * (n / (n + d))

    def derivative(self, Z: Array, A: Array) -> Array:
        n, d = self._fraction(Z)
        t, one_minus_t = n / (n + d), d / (n + d)
        return t + Z * sigmoid(Z) * (1 + t) * one_minus_t

    @staticmethod
    def _fraction(Z: Array) -> tuple[Array, Array]:
        """n and d with t = n / (n + d); where z > 0 both are multiplied by exp(-2z), so that nothing overflows."""
        xp = namespace(Z)
        e = xp.exp(-abs(Z))
        return xp.where(Z > 0, 1 + 2 * e, e * (e + 2)), xp.where(Z > 0, 2 * e * e, like(2, e))


def sigmoid(Z: Array) -> Array:
    """1 / (1 + exp(-z)), elementwise, with exp taken of -|z| only so that it cannot overflow.

    >>> import numpy as np
    >>> sigmoid(np.array([-1e4, 0.0]))
    array([0. , 0.5])
    """
    xp = namespace(Z)
    e = xp.exp(-abs(Z))
    return xp.maximum(e, like(Z >= 0, e)) / (1 + e)  # above the line exp(min(z, 0)): 1 or e


def softplus(Z: Array) -> Array:
    """log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|)), elementwise.

    >>> import numpy as np
    >>> softplus(np.array([0.0])) == np.log(2)
    array([ True])
    """
    xp = namespace(Z)
    return xp.maximum(Z, like(0, Z)) + xp.log1p(xp.exp(-abs(Z)))


def normal_cdf(Z: Array) -> Array:
    """Phi(z) = erfc(-z / sqrt 2) / 2, elementwise: the standard normal's distribution function.

    >>> import numpy as np
    >>> normal_cdf(np.array([0.0]))
    array([0.5])
    """
    return 0.5 * erfc(-Z / math.sqrt(2))


ACTIVATIONS: dict[str, type[Activation]] = {
    "identity": Identity,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "elu": ELU,
    "selu": SELU,
    "gelu": GELU,
    "gelu_tanh": GELUTanh,
    "silu": SiLU,
    "softplus": Softplus,
    "mish": Mish,
}


def activation(name: str | Activation) -> Activation:
    """The activation of that name with its usual constants; an Activation is returned as it is.

    Raises ValueError with the valid names.

    >>> activation("tanh"), activation(LeakyReLU(0.3))
    (Tanh(), LeakyReLU(slope=0.3))
    """
    return name if isinstance(name, Activation) else choose("activation", name, ACTIVATIONS)()
