"""How a gradient changes a parameter: each optimizer is one rule for one array, lifted once over Parameters.

An Optimizer is a frozen dataclass of numbers with ``init(p) -> s``, its state for one array, and
``update(p, dp, s, t, learning_rate) -> (p, s)``, where t = 1, 2, ... counts the updates. Arrays are never changed in
place. ``start`` and ``update`` of this module apply the rule to every array of a network.

Decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101) is open to every optimizer: each W, and no b,
gamma or beta, also loses learning_rate * weight_decay * W.

>>> import numpy as np
>>> rule = Momentum(beta=0.9)
>>> rule.update(1.0, 2.0, (0.0,), 1, 0.5)
(0.9, (0.19999999999999996,))
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, ClassVar, TypeAlias

from .arrays import Array, like, namespace, number_like
from .quantities import Parameters
from .validation import check, choose, fraction, nonnegative, positive

Slots: TypeAlias = tuple[Array, ...]
"""An optimizer's memory of one parameter array: arrays of the same shape, such as Adam's v and s."""


@dataclass(frozen=True)
class Optimizer(ABC):
    """A rule for one array. Subclass it, as a frozen dataclass, to add your own."""

    weight_decay: float | None = field(default=None, kw_only=True)
    usual_learning_rate: ClassVar[float] = 0.1
    """Where to start when nobody has tuned it."""

    def __post_init__(self) -> None:
        if self.weight_decay is not None:
            check(self, weight_decay=nonnegative)

    @abstractmethod
    def init(self, p: Array) -> Slots:
        """The state before the first update of an array like p."""

    @abstractmethod
    def update(self, p: Array, dp: Array, s: Slots, t: Any, learning_rate: Any) -> tuple[Array, Slots]:
        """The array and the state after update number t = 1, 2, ... with gradient dp."""


@dataclass(frozen=True)
class GradientDescent(Optimizer):
    """p := p - alpha dp.

    >>> GradientDescent().update(1.0, 2.0, (), 1, 0.25)
    (0.5, ())
    """

    def init(self, p: Array) -> Slots:
        return ()

    def update(self, p: Array, dp: Array, s: Slots, t: Any, learning_rate: Any) -> tuple[Array, Slots]:
        return p - learning_rate * dp, s


@dataclass(frozen=True)
class Momentum(Optimizer):
    """v := beta v + (1 - dampening) dp;  p := p - alpha v.

    dampening = beta (None, the default) is the course's form, an average of past gradients without bias correction.
    dampening = 0 is Polyak's (1964), whose steps are 1 / (1 - beta) times longer at the same alpha.

    >>> Momentum(0.5, dampening=0.0).update(1.0, 2.0, (4.0,), 1, 0.25)
    (0.0, (4.0,))
    """

    beta: float = 0.9
    dampening: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check(self, beta=fraction)
        if self.dampening is not None:
            check(self, dampening=fraction)

    def init(self, p: Array) -> Slots:
        return (namespace(p).zeros_like(p),)

    def update(self, p: Array, dp: Array, s: Slots, t: Any, learning_rate: Any) -> tuple[Array, Slots]:
        dampening = self.beta if self.dampening is None else self.dampening
        v = self.beta * s[0] + (1 - dampening) * dp
        return p - learning_rate * v, (v,)


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """v := beta v + dp;  p := p - alpha (dp + beta v): the gradient is taken where the momentum is about to lead.

    Nesterov (1983) in the form of Sutskever et al. (2013), ICML, section 2, written at the look-ahead point as
    PyTorch and scikit-learn do.

    >>> Nesterov(0.5).update(1.0, 2.0, (0.0,), 1, 0.25)
    (0.25, (2.0,))
    """

    beta: float = 0.9
    usual_learning_rate: ClassVar[float] = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        check(self, beta=fraction)

    def init(self, p: Array) -> Slots:
        return (namespace(p).zeros_like(p),)

    def update(self, p: Array, dp: Array, s: Slots, t: Any, learning_rate: Any) -> tuple[Array, Slots]:
        v = self.beta * s[0] + dp
        return p - learning_rate * (dp + self.beta * v), (v,)


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """s := beta s + (1 - beta) dp^2;  p := p - alpha dp / (sqrt(s) + epsilon), epsilon outside the root.

    Tieleman and Hinton (2012), Neural Networks for Machine Learning, lecture 6.5; the form of the course and PyTorch.

    >>> p, s = RMSProp(beta=0.75, epsilon=1.0).update(1.0, 2.0, (0.0,), 1, 1.0)
    >>> float(p), s
    (0.0, (1.0,))
    """

    beta: float = 0.9
    epsilon: float = 1e-8
    usual_learning_rate: ClassVar[float] = 0.001

    def __post_init__(self) -> None:
        super().__post_init__()
        check(self, beta=fraction, epsilon=positive)

    def init(self, p: Array) -> Slots:
        return (namespace(p).zeros_like(p),)

    def update(self, p: Array, dp: Array, s: Slots, t: Any, learning_rate: Any) -> tuple[Array, Slots]:
        average = self.beta * s[0] + (1 - self.beta) * dp * dp
        return p - learning_rate * dp / (namespace(p).sqrt(average) + self.epsilon), (average,)


@dataclass(frozen=True)
class Adam(Optimizer):
    """v := beta1 v + (1 - beta1) dp;  s := beta2 s + (1 - beta2) dp^2;
    p := p - alpha (v / (1 - beta1^t)) / (sqrt(s / (1 - beta2^t)) + epsilon), epsilon outside the root.

    Kingma and Ba (2015), arXiv 1412.6980, algorithm 1.

    >>> p, (v, s) = Adam().update(1.0, 2.0, (0.0, 0.0), 1, 0.25)
    >>> round(float(p), 6)
    0.75
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    usual_learning_rate: ClassVar[float] = 0.001

    def __post_init__(self) -> None:
        super().__post_init__()
        check(self, beta1=fraction, beta2=fraction, epsilon=positive)

    def init(self, p: Array) -> Slots:
        zeros = namespace(p).zeros_like(p)
        return (zeros, zeros)

    def update(self, p: Array, dp: Array, s: Slots, t: Any, learning_rate: Any) -> tuple[Array, Slots]:
        v = self.beta1 * s[0] + (1 - self.beta1) * dp
        squares = self.beta2 * s[1] + (1 - self.beta2) * dp * dp
        # Both corrections are numbers, not arrays: outside, they save two divisions for each parameter.
        # Of v's dtype, because t may be a 64-bit integer beside float32 parameters.
        rate = number_like(learning_rate / (1 - self.beta1**t), v)
        correction = number_like((1 - self.beta2**t) ** -0.5, v)
        return p - rate * v / (namespace(p).sqrt(squares) * correction + self.epsilon), (v, squares)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with decoupled weight decay on W: W := W - alpha (Adam's step + weight_decay W).

    Loshchilov and Hutter (2019), arXiv 1711.05101, with the schedule multiplying both terms, as in PyTorch.

    >>> AdamW().weight_decay
    0.01
    """

    weight_decay: float | None = field(default=0.01, kw_only=True)


OPTIMIZERS: dict[str, type[Optimizer]] = {
    "gd": GradientDescent,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
}


def optimizer(name: str | Optimizer) -> Optimizer:
    """The optimizer of that name with its usual constants; an Optimizer is returned as it is.

    Raises ValueError with the valid names.

    >>> optimizer("rmsprop")
    RMSProp(weight_decay=None, beta=0.9, epsilon=1e-08)
    """
    return name if isinstance(name, Optimizer) else choose("optimizer", name, OPTIMIZERS)()


def start(rule: Optimizer, parameters: Parameters) -> Parameters:
    """The optimizer's state before the first update: the form of Parameters, with a tuple of arrays for each array."""
    return parameters.map(rule.init)


def update(
    rule: Optimizer,
    parameters: Parameters,
    gradients: Parameters,
    state: Parameters,
    t: Any,
    learning_rate: Any,
    decay: dict[str, Any] | None = None,
) -> tuple[Parameters, Parameters]:
    """The parameters and the optimizer's state after update number t = 1, 2, ... of every array.

    learning_rate    one for all, or {field: rate}
    decay            {field: amount}: p of that field loses rate * amount * p; None: W loses the rule's weight_decay

    >>> import numpy as np
    >>> p = Parameters({1: np.ones((1, 1))}, {1: np.ones((1, 1))})
    >>> rule = GradientDescent(weight_decay=0.5)
    >>> update(rule, p, p, start(rule, p), 1, 0.5)[0].named()
    {'W[1]': array([[0.25]]), 'b[1]': array([[0.5]])}
    """
    W, each = parameters.W[1], type(learning_rate) is dict
    # One dtype for all: a rate of another precision would change the parameters'.
    rate = None if each else number_like(learning_rate, W)
    if decay is None:
        decay = {} if rule.weight_decay is None else {"W": rule.weight_decay}
    updated, memory = [], []
    for name, old, dp, slots in zip(Parameters._fields, parameters, gradients, state, strict=True):
        p, s = ({}, {}) if old else (old, slots)
        if old:
            own = number_like(learning_rate[name], W) if each else rate
            for l in old:
                p[l], s[l] = rule.update(old[l], dp[l], slots[l], t, own)
            if name in decay:
                lost = own * number_like(decay[name], W)
                for l in old:
                    p[l] = p[l] - lost * old[l]
        updated.append(p)
        memory.append(s)
    return Parameters._make(updated), Parameters._make(memory)


def global_norm(gradients: Parameters) -> Array:
    """The square root of the sum of squares over every array, a scalar array.

    >>> import numpy as np
    >>> float(global_norm(Parameters({1: np.array([[3.0]])}, {1: np.array([[4.0]])})))
    5.0
    """
    squares = reduce(lambda total, square: total + square, ((dp * dp).sum() for dp in gradients.arrays()))
    return namespace(squares).sqrt(squares)


def clip_by_global_norm(gradients: Parameters, limit: Any) -> Parameters:
    """gradients * min(1, limit / norm), with one norm over all arrays, so that the direction is kept.

    Pascanu, Mikolov and Bengio (2013), arXiv 1211.5063.

    >>> import numpy as np
    >>> clip_by_global_norm(Parameters({1: np.array([[3.0]])}, {1: np.array([[4.0]])}), 1.0).W[1].round(3)
    array([[0.6]])
    """
    norm = global_norm(gradients)
    bound = like(limit, norm)
    scale = bound / namespace(norm).maximum(norm, bound)
    return gradients.map(lambda dp: dp * scale)
