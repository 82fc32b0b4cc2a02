"""How the learning rate changes with the step: a factor for the base rate, as a function of t.

t counts the updates already made, 0, 1, 2, ...; the rate of the next update is learning_rate * schedule(t). Step
counts are numbers of the schedule, so that changing one does not compile anew. All of them also take t as an array.

>>> [float(Step(every=10, factor=0.5)(t)) for t in (0, 9, 10, 25)]
[1.0, 1.0, 0.5, 0.25]
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from .arrays import Array, namespace
from .validation import check, choose, nonnegative, positive, share


@dataclass(frozen=True)
class Schedule(ABC):
    """A factor for the learning rate. Subclass it, as a frozen dataclass, to add your own."""

    @abstractmethod
    def __call__(self, t: Any) -> Array:
        """The factor for the update that follows t earlier ones."""


@dataclass(frozen=True)
class Constant(Schedule):
    """1.

    >>> Constant()(1000)
    1.0
    """

    def __call__(self, t: Any) -> Array:
        return 1.0


@dataclass(frozen=True)
class Step(Schedule):
    """factor ^ floor(t / every).

    >>> float(Step(every=100, factor=0.1)(250))
    0.010000000000000002
    """

    every: float
    factor: float = 0.1

    def __post_init__(self) -> None:
        check(self, every=positive, factor=positive)

    def __call__(self, t: Any) -> Array:
        return self.factor ** namespace(t).floor(t / self.every)


@dataclass(frozen=True)
class Exponential(Schedule):
    """factor ^ (t / every): the rate is multiplied by ``factor`` each ``every`` steps, smoothly.

    >>> float(Exponential(every=2, factor=0.25)(1))
    0.5
    """

    every: float
    factor: float = 0.5

    def __post_init__(self) -> None:
        check(self, every=positive, factor=positive)

    def __call__(self, t: Any) -> Array:
        return self.factor ** (t / self.every)


@dataclass(frozen=True)
class InverseTime(Schedule):
    """1 / (1 + decay t / every); with ``staircase`` the quotient t / every is rounded down. The course's decay.

    >>> float(InverseTime(decay=1.0, every=1)(2)), float(InverseTime(decay=1.0, every=100, staircase=True)(199))
    (0.3333333333333333, 0.5)
    """

    decay: float
    every: float = 1.0
    staircase: bool = False

    def __post_init__(self) -> None:
        check(self, decay=nonnegative, every=positive)

    def __call__(self, t: Any) -> Array:
        quotient = t / self.every
        return 1 / (1 + self.decay * (namespace(t).floor(quotient) if self.staircase else quotient))


@dataclass(frozen=True)
class Cosine(Schedule):
    """last + (1 - last) (1 + cos(pi t / steps)) / 2 up to t = steps, then ``last``.

    Loshchilov and Hutter (2017), arXiv 1608.03983, one period.

    >>> [round(float(Cosine(steps=10)(t)), 3) for t in (0, 5, 10, 99)]
    [1.0, 0.5, 0.0, 0.0]
    """

    steps: float
    last: float = 0.0

    def __post_init__(self) -> None:
        check(self, steps=positive, last=nonnegative)

    def __call__(self, t: Any) -> Array:
        return self.last + (1 - self.last) * _cosine_fall(progress(t, self.steps))


@dataclass(frozen=True)
class Warmup(Schedule):
    """(t + 1) / steps for the first ``steps`` updates, then another schedule that starts counting there.

    >>> schedule = Warmup(4, then=Constant())
    >>> [float(schedule(t)) for t in (0, 1, 3, 4)]
    [0.25, 0.5, 1.0, 1.0]
    """

    steps: float
    then: Schedule = field(default_factory=Constant)

    def __post_init__(self) -> None:
        check(self, steps=positive)

    def __call__(self, t: Any) -> Array:
        xp = namespace(t)
        since = xp.maximum(xp.asarray(t - self.steps), xp.asarray(0.0))
        return xp.where(t < self.steps, progress(t + 1, self.steps), self.then(since))


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Up from 1/div to 1 over the first ``rise`` of the steps, then down to 1/(div final_div), both along a cosine.

    Smith and Topin (2018), arXiv 1708.07120; the cosine form and the defaults of PyTorch's OneCycleLR.

    >>> [round(float(OneCycle(steps=101)(t)), 3) for t in (0, 30, 100)]
    [0.04, 1.0, 0.0]
    """

    steps: float
    rise: float = 0.3
    div: float = 25.0
    final_div: float = 1e4

    def __post_init__(self) -> None:
        check(self, steps=positive, rise=share, div=positive, final_div=positive)

    def __call__(self, t: Any) -> Array:
        xp = namespace(t)
        top, end = self.rise * self.steps - 1, self.steps - 1
        first, last = 1 / self.div, 1 / (self.div * self.final_div)
        rising = 1 + (first - 1) * _cosine_fall(progress(t, top))
        falling = last + (1 - last) * _cosine_fall(progress(t - top, end - top))
        return xp.where(t <= top, rising, falling)


@dataclass(frozen=True)
class CosLog4(Schedule):
    """(1 - cos(2 pi log2(1 + 15 t / steps))) / 2: four cosine periods, each about twice as long as the one before.

    Holzmueller, Grinsztajn and Steinwart (2024), arXiv 2407.04491, "coslog4". It starts and ends at 0.

    >>> [round(float(CosLog4(steps=15)(t)), 3) for t in (0, 1, 3, 15)]
    [0.0, 0.0, 0.0, 0.0]
    """

    steps: float

    def __post_init__(self) -> None:
        check(self, steps=positive)

    def __call__(self, t: Any) -> Array:
        xp = namespace(t)
        return 0.5 * (1 - xp.cos(2 * math.pi * xp.log2(1 + 15 * progress(t, self.steps))))


@dataclass(frozen=True)
class FlatCosine(Schedule):
    """1 for the first half of the steps, then down to 0 along half a cosine.

    RealMLP's "flat_cos" for dropout and weight decay (Holzmueller et al. 2024, arXiv 2407.04491).

    >>> [round(float(FlatCosine(steps=8)(t)), 3) for t in (0, 4, 6, 8)]
    [1.0, 1.0, 0.5, 0.0]
    """

    steps: float

    def __post_init__(self) -> None:
        check(self, steps=positive)

    def __call__(self, t: Any) -> Array:
        return _cosine_fall(namespace(t).clip(2 * progress(t, self.steps) - 1, 0, 1))


def progress(t: Any, steps: Any) -> Array:
    """t / steps, kept within [0, 1]; 1 when there are no steps to go.

    >>> float(progress(5, 10)), float(progress(50, 10))
    (0.5, 1.0)
    """
    xp = namespace(t)
    tiny = 1e-12
    return xp.clip(xp.asarray((t + tiny * (steps <= 0)) / xp.maximum(xp.asarray(steps + 0.0), xp.asarray(tiny))), 0, 1)


def _cosine_fall(x: Array) -> Array:
    """From 1 at x = 0 to 0 at x = 1, along half a cosine."""
    return 0.5 * (1 + namespace(x).cos(math.pi * x))


SCHEDULES: dict[str, type[Schedule]] = {
    "constant": Constant,
    "step": Step,
    "exponential": Exponential,
    "inverse_time": InverseTime,
    "cosine": Cosine,
    "warmup": Warmup,
    "one_cycle": OneCycle,
    "coslog4": CosLog4,
    "flat_cosine": FlatCosine,
}

_RUN_LONG = (Cosine, OneCycle, CosLog4, FlatCosine)


def schedule(name: str | Schedule, steps: float) -> Schedule:
    """The schedule of that name for a run of ``steps`` updates; a Schedule is returned as it is.

    Cosine, one-cycle, coslog4 and flat cosine span the run; warm-up takes its first 5 %; step and exponential divide
    the rate by 10 and 2 each third and tenth of it; inverse time halves it by the end. Build the object for others.

    Raises ValueError with the valid names.

    >>> schedule("cosine", 300)
    Cosine(steps=300.0, last=0.0)
    """
    if isinstance(name, Schedule):
        return name
    kind = choose("schedule", name, SCHEDULES)
    if kind in _RUN_LONG:
        return kind(steps)
    usual: dict[type[Schedule], Schedule] = {
        Constant: Constant(),
        Step: Step(every=steps / 3),
        Exponential: Exponential(every=steps / 10),
        InverseTime: InverseTime(decay=1.0, every=steps),
        Warmup: Warmup(max(1.0, steps / 20)),
    }
    return usual[kind]
