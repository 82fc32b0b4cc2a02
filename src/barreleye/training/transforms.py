"""What is done to a step before it is taken: small transforms, composed in the order in which they stand.

A transform turns a ``Change`` into another: the gradients, the learning rate of each field of the parameters, and the
share of itself that each field loses on the way (decoupled weight decay). The optimizer's rule then takes the step.

>>> import numpy as np
>>> p = Parameters({1: np.array([[3.0]])}, {1: np.array([[4.0]])})
>>> change = composed((Clip(1.0), Rates({"b": 0.1})), Change(p, dict.fromkeys(Parameters._fields, 0.5), {}), 0)
>>> change.gradients.W[1], change.rates["W"], change.rates["b"]
(array([[0.6]]), 0.5, 0.05)
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ..nn.optimizers import clip_by_global_norm
from ..nn.quantities import Parameters
from ..nn.schedules import Constant, Schedule
from ..nn.schedules import schedule as named_schedule
from ..nn.validation import check, choose, nonnegative, positive

Factors = Mapping[str, float] | Sequence[tuple[str, float]]


class Change(NamedTuple):
    """What the optimizer's rule is given: gradients, and by field the rate and what p loses, rate * decay * p."""

    gradients: Parameters
    rates: dict[str, Any]
    decays: dict[str, Any]


@dataclass(frozen=True)
class Transform(ABC):
    """Turns a change into another. Subclass it, as a frozen dataclass, to add your own."""

    @abstractmethod
    def __call__(self, change: Change, t: Any) -> Change:
        """The change that is made of it for the update that follows t earlier ones."""

    def over(self, steps: float) -> "Transform":
        """Itself for a run of so many updates."""
        return self


@dataclass(frozen=True)
class Clip(Transform):
    """Gradients times min(1, limit / norm), with one norm over all of them: ``clip_by_global_norm``."""

    limit: float

    def __post_init__(self) -> None:
        check(self, limit=positive)

    def __call__(self, change: Change, t: Any) -> Change:
        return change._replace(gradients=clip_by_global_norm(change.gradients, self.limit))


@dataclass(frozen=True)
class Rates(Transform):
    """The rate of each field times its factor, such as {"s": 6, "b": 0.1}; fields that are not named keep theirs.

    >>> Rates({"b": 0.1}).factors
    (('b', 0.1),)
    """

    factors: Factors

    def __post_init__(self) -> None:
        object.__setattr__(self, "factors", by_field(self.factors))

    def __call__(self, change: Change, t: Any) -> Change:
        return change._replace(rates=change.rates | {f: change.rates[f] * factor for f, factor in pairs(self.factors)})


@dataclass(frozen=True)
class Decay(Transform):
    """Decoupled weight decay by field: p loses rate * amount * factor * schedule(t) * p in each update.

    Loshchilov and Hutter (2019), arXiv 1711.05101. An optimizer's own ``weight_decay`` is this for W alone.

    factors     fields that are not named lose nothing
    schedule    of the amount, by name (spanning the run) or as an object
    """

    amount: float
    factors: Factors = (("W", 1.0),)
    schedule: str | Schedule = field(default_factory=Constant)

    def __post_init__(self) -> None:
        check(self, amount=nonnegative)
        object.__setattr__(self, "factors", by_field(self.factors))
        named_schedule(self.schedule, 1)

    def __call__(self, change: Change, t: Any) -> Change:
        amount = self.amount * named_schedule(self.schedule, 1)(t)
        return change._replace(decays=change.decays | {f: amount * factor for f, factor in pairs(self.factors)})

    def over(self, steps: float) -> "Decay":
        return replace(self, schedule=named_schedule(self.schedule, steps))


def composed(transforms: Sequence[Transform], change: Change, t: Any) -> Change:
    """The change behind all the transforms, the first of them first."""
    for transform in transforms:
        change = transform(change, t)
    return change


def by_field(factors: Factors) -> tuple[tuple[str, float], ...]:
    """Factors as pairs, whose numbers may change without a new compilation; ValueError for a field that is none."""
    fields = dict.fromkeys(Parameters._fields)
    for name, _ in pairs(factors):
        choose("field", name, fields)
    return tuple((name, nonnegative(f"factor of {name}", factor)) for name, factor in pairs(factors))


def pairs(factors: Factors) -> Sequence[tuple[str, float]]:
    """The factors one by one."""
    return tuple(factors.items()) if isinstance(factors, Mapping) else factors
