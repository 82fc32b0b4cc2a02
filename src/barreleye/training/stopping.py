"""Rules that watch Progress: stop early and keep the best, stop at a target, lower the rate on a plateau.

A rule is a frozen dataclass of settings. What it remembers is a dict of numbers that training carries and a checkpoint
keeps, so that a resumed run decides as the uninterrupted one would. Each look at a Progress counts one of ``patience``.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ..nn.validation import between_0_and_1, check, choose, count, finite, nonnegative
from ..words import catalogue
from .progress import Progress

SAY = catalogue("training")

Monitor = Literal["validation_cost", "validation_score", "cost"]
Memory = dict[str, float]


class Verdict(NamedTuple):
    """What a rule wants done. stop: the reason to end training; best: keep these parameters as the best so far."""

    stop: str | None = None
    rate_factor: float = 1.0
    best: bool = False


@dataclass(frozen=True)
class Rule(ABC):
    """Watches one number of Progress. Subclass it, as a frozen dataclass, to add your own; its fields come first.

    monitor    "validation_cost", "validation_score" or "cost"
    mode       which way is better; None: down for costs, up for a score (train() knows a named score's own way)
    """

    monitor: Monitor = field(default="validation_cost", kw_only=True)
    mode: Literal["min", "max"] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        choose("monitor", self.monitor, {"validation_cost": 0, "validation_score": 0, "cost": 0})
        if self.mode is not None:
            choose("mode", self.mode, {"min": 0, "max": 0})

    def start(self) -> Memory:
        """What it remembers before the first look."""
        return {"best": math.inf, "looks_since": 0}

    @abstractmethod
    def observe(self, memory: Memory, progress: Progress) -> tuple[Memory, Verdict]:
        """What it remembers after this Progress, and its verdict."""

    def value(self, progress: Progress) -> float:
        """The monitored number, its sign turned where higher is better, NaN made the worst; lower is always better."""
        signed = self.sign * getattr(progress, self.monitor)
        return math.inf if math.isnan(signed) else float(signed)

    @property
    def sign(self) -> float:
        """-1 where higher is better, else 1."""
        mode = self.mode or ("max" if self.monitor == "validation_score" else "min")
        return -1.0 if mode == "max" else 1.0


@dataclass(frozen=True)
class EarlyStopping(Rule):
    """Stop after ``patience`` looks without a value better than the best by more than min_delta; None: never stop.

    restore_best=True makes the last Progress hold the best parameters rather than the last; of several that are equally
    good, the latest.
    Source: Prechelt (1998), Early stopping - but when?

    >>> EarlyStopping(5)
    EarlyStopping(monitor='validation_cost', mode=None, patience=5, min_delta=0.0, restore_best=True)
    """

    patience: int | None = 10
    min_delta: float = 0.0
    restore_best: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check(self, min_delta=nonnegative)
        if self.patience is not None:
            check(self, patience=count)

    def observe(self, memory: Memory, progress: Progress) -> tuple[Memory, Verdict]:
        value = self.value(progress)
        if value < memory["best"] - self.min_delta:
            return {"best": value, "looks_since": 0, "step": progress.step}, Verdict(best=self.restore_best)
        since, tie = int(memory["looks_since"]) + 1, value == memory["best"] < math.inf
        memory = {**memory, "looks_since": since} | ({"step": progress.step} if tie else {})
        if self.patience is None or since < self.patience:
            return memory, Verdict(best=tie and self.restore_best)
        best = SAY["ended.no_best"]
        if "step" in memory:
            best = SAY["ended.best"].filled(value=self.sign * memory["best"], step=int(memory["step"]))
        said = SAY["ended.no_better"].filled(monitor=self.monitor, looks=since, best=best)
        return memory, Verdict(stop=said, best=tie and self.restore_best)


@dataclass(frozen=True)
class Target(Rule):
    """Stop as soon as the monitored number is as good as ``target``.

    >>> Target("validation_cost", 0.1).target
    0.1
    """

    monitor: Monitor = field()
    target: float

    def __post_init__(self) -> None:
        super().__post_init__()
        check(self, target=finite)

    def observe(self, memory: Memory, progress: Progress) -> tuple[Memory, Verdict]:
        value = self.value(progress)
        if value > self.sign * self.target:
            return memory, Verdict()
        shown = {"monitor": self.monitor, "value": self.sign * value, "target": self.target}
        return memory, Verdict(stop=SAY["ended.target"].filled(**shown))


@dataclass(frozen=True)
class ReduceOnPlateau(Rule):
    """Multiply the learning rate by ``factor`` after each ``patience`` looks without a better value.

    >>> ReduceOnPlateau(factor=0.1, patience=3).factor
    0.1
    """

    factor: float = 0.5
    patience: int = 5
    min_delta: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()

        check(self, factor=between_0_and_1, patience=count, min_delta=nonnegative)

    def observe(self, memory: Memory, progress: Progress) -> tuple[Memory, Verdict]:
        value = self.value(progress)
        if value < memory["best"] - self.min_delta:
            return {"best": value, "looks_since": 0}, Verdict()
        since = int(memory["looks_since"]) + 1
        if since < self.patience:
            return {**memory, "looks_since": since}, Verdict()
        return {**memory, "looks_since": 0}, Verdict(rate_factor=self.factor)
