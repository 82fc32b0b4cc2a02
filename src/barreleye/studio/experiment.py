"""One training under way: at a step, with the way forward, the way back, and parameters that may be edited by hand.

A step is a function of the state before it, so a state that was kept and the steps since make any moment again, bit
for bit.

>>> run = Experiment(Setup(), {})
>>> run.forward(30)
>>> W = run.state.parameters.W[1].copy()
>>> run.forward(20)
>>> run.go_to(30)
>>> run.step, bool((run.state.parameters.W[1] == W).all())
(30, True)
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..data.frame import Frame
from ..insight.diagnosis.job import Job
from ..models.model import Model
from ..nn.validation import count
from ..training.engine import Ending
from ..training.engine_choice import new_engine
from ..training.plan import planned
from ..training.progress import Measured, Progress, Run
from ..training.step import State, with_number
from ..words import catalogue
from .setup import Setup
from .thinning import superfluous

SAY = catalogue("studio")

MOMENTS, LOOKS, LOOKED = 200, 400, 100
"""States and looks that are kept at most; looks on the way of many steps that are asked for at once."""
MEMORY = 2**26
"""Bytes of states that are kept at most."""


class Edit(NamedTuple):
    """A number of the parameters that was set by hand, after so many steps: W[1][0, 2] = 0.5."""

    step: int
    name: str
    place: tuple[int, int]
    value: float


@dataclass
class Experiment:
    """A run of a setup: ``state`` is where it stands, ``history`` holds looks at the cost up to the furthest step."""

    setup: Setup
    tables: Mapping[str, Frame]

    def __post_init__(self) -> None:
        self.ready = self.setup.prepared(self.tables)
        *what, options = self.setup.settings.arguments(self.ready)
        self.job = Job.of(*what, **options)
        self.plan = planned(self.job.network, self.job.X, self.job.Y, **self.job.options)
        self.engine = new_engine("numpy", self.plan.source, self.plan.seed, "cpu")
        self.state: State = self.engine.place(self.plan.run.state)
        self.kept: dict[int, State] = {0: self.state}
        self.edits: list[Edit] = []
        self.ending: Ending | None = None
        self.history: list[Progress] = [self._look(np.zeros(0))]
        size = sum(array.nbytes for array in self.state.parameters.arrays())
        self._most = max(10, min(MOMENTS, MEMORY // (3 * size)))  # with an optimizer's memory of it
        self._started = time.perf_counter()

    @property
    def step(self) -> int:
        """Updates made."""
        return int(self.state.t)

    @property
    def last(self) -> int:
        """The furthest step that was reached."""
        return self.history[-1].step

    @property
    def total(self) -> int | None:
        """Steps in all, where a schedule ends with them; else a run has no end."""
        return None if self.setup.endless else self.plan.total

    @property
    def over(self) -> bool:
        """Whether there is no step to make: all are made, or the next one diverges."""
        return self.step == self.total or (self.ending is not None and self.step == self.last)

    def forward(self, steps: int) -> None:
        """So many updates; fewer where the run ends or diverges, which leaves the last finite state."""
        if self.total is not None:
            steps = min(steps, self.total - self.step)
        if steps <= 0 or self.over:
            return
        stretch = self.engine.run(self.plan.recipe, self.state, steps)
        if stretch.finite:
            self._arrive(stretch.state, stretch.costs)
            return
        finite = int(np.isfinite(stretch.costs).sum())
        met = self.step + finite
        if finite > 1:  # the update behind the last finite cost is to blame
            again = self.engine.run(self.plan.recipe, self.state, finite - 1)
            self._arrive(again.state, again.costs)
        self.ending = Ending("diverged", catalogue("training")["ended.diverged"].filled(t=met))
        self.history[-1] = replace(self.history[-1], ending=self.ending)

    def forward_seen(self, steps: int) -> None:
        """So many updates, with looks on the way for a curve."""
        piece = max(1, steps // LOOKED)
        for left in range(steps, 0, -piece):
            self.forward(min(piece, left))

    def go_to(self, step: int) -> None:
        """That step, by the nearest state before it that is kept. ValueError for one that was never reached."""
        step = count("step", step, 0)
        if step > self.last:
            raise ValueError(SAY["error.no_step"].filled(step=step, last=self.last))
        before = max(kept for kept in self.kept if kept <= step)
        self.state = self.kept[before]
        if step > before:
            self.state = self.engine.run(self.plan.recipe, self.state, step - before).state

    def edit(self, name: str, place: tuple[int, int], value: float) -> None:
        """Set a number of the parameters, such as "W[1]", by hand; what was ahead of this step is no more."""
        self._redo(Edit(self.step, name, place, value))

    def replay(self, edits: list[Edit], step: int) -> None:
        """The edits at their steps, and then on to a step."""
        for one in edits:
            self.forward_seen(one.step - self.step)
            self._redo(one)
        self.forward_seen(step - self.step)

    def _redo(self, edit: Edit) -> None:
        changed = with_number(self.state, edit.name, edit.place, edit.value)
        self.history = [look for look in self.history if look.step < self.step]
        self.kept = {step: state for step, state in self.kept.items() if step < self.step}
        self.edits = [one for one in self.edits if one.step <= self.step] + [edit]
        self.ending = None
        self.state = self.kept[self.step] = changed
        self.history.append(self._look(np.zeros(0)))

    def _arrive(self, state: State, costs: np.ndarray) -> None:
        """Stand there; a step that is further than any before is looked at and kept."""
        self.state = state
        if self.step <= self.last:
            return
        self.history.append(self._look(costs))
        self.kept[self.step] = state
        if len(self.kept) > self._most:
            steps = list(self.kept)
            del self.kept[steps[superfluous(steps)]]
        if len(self.history) > LOOKS:
            i = superfluous([look.step for look in self.history])
            gone = self.history.pop(i)
            peak = np.concatenate([gone.costs, self.history[i].costs]).max(initial=0.0)
            self.history[i] = replace(self.history[i], costs=np.array([peak]))

    def _look(self, costs: np.ndarray) -> Progress:
        """What a curve and a diagnosis need of this step, no arrays: of its costs the highest, and the loss now."""
        plan, t = self.plan, self.step
        J, score = self.held_out()
        with np.errstate(all="ignore"):
            now, _ = self.engine.evaluate(plan.recipe, self.state, self.job.rows)
        recipe = plan.recipe
        return Progress(
            step=t,
            epoch=t / plan.source.steps_per_epoch,
            costs=np.array([costs.max()]) if len(costs) else costs,
            measured=Measured(now, J, score),
            learning_rate=float(recipe.learning_rate * recipe.schedule(max(t - 1, 0))),
            seconds=0.0 if not t else time.perf_counter() - self._started,
            network=recipe.network,
            run=Run(None),
            engine="numpy",
            engine_reason="",
            settings={},
        )

    def held_out(self) -> tuple[float | None, float | None]:
        """The loss and the score on the rows that are held out; None without."""
        if self.plan.held_out is None:
            return None, None
        J, Y_hat = self.engine.evaluate(self.plan.recipe, self.state, self.plan.held_out)
        good = np.isfinite(Y_hat).all()
        return J, float(self.plan.score.function(self.plan.held_out.Y, Y_hat)) if good else None

    def progress(self) -> Progress:
        """Where it stands, with its arrays: what a training would yield here."""
        at = next((look for look in self.history if look.step == self.step), None) or self._look(np.zeros(0))
        return replace(at, run=Run(self.state))

    def model(self) -> Model:
        """The network of this step, ready for rows as they come."""
        return self.ready.model(self.progress())
