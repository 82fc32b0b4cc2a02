"""When a fit has converged, by scikit-learn's rule, and the schedules of a learning rate that goes on."""

import math
from dataclasses import dataclass
from typing import Any

from ..nn.arrays import Array, namespace
from ..nn.schedules import Schedule
from ..training.progress import Progress
from ..training.stopping import Memory, Rule, Verdict

SMALLEST_RATE = 1e-6


@dataclass(frozen=True)
class InverseScaling(Schedule):
    """1 / (samples seen + 1)^power, where the samples are counted at the end of each epoch, as scikit-learn does.

    >>> float(InverseScaling(0.5, rows=3.0, steps_per_epoch=2.0)(2))
    0.5
    """

    power: float = 0.5
    rows: float = 1.0
    steps_per_epoch: float = 1.0
    first_step: float = 0.0
    seen: float = 0.0

    def __call__(self, t: Any) -> Array:
        epochs = namespace(t).floor((t - self.first_step) / self.steps_per_epoch)
        return (self.seen + self.rows * epochs + 1) ** -self.power


@dataclass(frozen=True)
class Since(Schedule):
    """Another schedule, counted from the step with which a warm start begins.

    >>> from barreleye.nn.schedules import Cosine
    >>> float(Since(100.0, Cosine(steps=10.0))(105).round(6))
    0.5
    """

    first_step: float
    schedule: Schedule

    def __call__(self, t: Any) -> Array:
        return self.schedule(t - self.first_step)


@dataclass(frozen=True)
class NoImprovement(Rule):
    """Stop when for more than ``patience`` epochs in a row the loss has not fallen by ``tol``, or the score not risen.

    adaptive      divide the learning rate by 5 instead, until it is below 1e-6
    by_score      watch the validation score; its best parameters are kept
    base_rate     the learning rate that the run began with
    begun         what an earlier fit left to remember, for a warm start
    once          partial_fit: count, but never stop
    """

    patience: float = 10.0
    tol: float = 1e-4
    adaptive: bool = False
    by_score: bool = False
    base_rate: float = 0.001
    begun: tuple[tuple[str, float], ...] = ()
    once: bool = False

    def start(self) -> Memory:
        return {"best": math.inf, "since": 0.0, "factor": 1.0, **dict(self.begun)}

    def observe(self, memory: Memory, progress: Progress) -> tuple[Memory, Verdict]:
        if self.by_score:
            score = math.nan if progress.validation_score is None else progress.validation_score
            better = -score < memory["best"]
            since = memory["since"] + 1 if score < -memory["best"] + self.tol else 0.0
            memory = {**memory, "best": -score if better else memory["best"], "since": since}
            verdict = Verdict(best=better)
        else:
            loss = progress.cost
            since = memory["since"] + 1 if loss > memory["best"] - self.tol else 0.0
            memory = {**memory, "best": min(loss, memory["best"]), "since": since}
            verdict = Verdict()
        if self.once or not since > self.patience:
            return memory, verdict
        rate = self.base_rate * memory["factor"]
        if not self.adaptive or rate <= SMALLEST_RATE:
            return memory, verdict._replace(stop=self.reason(rate))
        return {**memory, "since": 0.0, "factor": memory["factor"] / 5}, verdict._replace(rate_factor=0.2)

    def reason(self, rate: float) -> str:
        """scikit-learn's sentence."""
        what = "Validation score" if self.by_score else "Training loss"
        small = " Learning rate too small." if self.adaptive and rate <= SMALLEST_RATE else ""
        return f"{what} did not improve more than tol={self.tol:f} for {self.patience:g} consecutive epochs.{small}"
