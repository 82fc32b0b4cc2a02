"""One run of training: its plan, with everything decided, and the plan under way: looked at, judged, reported."""

import math
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..words import NOTHING, Text, catalogue
from .batches import Source, Stream, Table
from .border import Rows
from .divergence import DivergenceError, first_non_finite, layer_of
from .engine import STREAM_ENDED, Ending, Engine, Stretch, seed_word
from .engine_choice import new_engine
from .interruption import listening
from .lbfgs import LBFGS, LBFGSEngine
from .members import Seed, apart, each, orders
from .numpy_engine import NumpyEngine
from .progress import Best, Measured, Progress, Run
from .scores import Score
from .step import Recipe
from .stopping import Rule

SAY = catalogue("training")

INTERRUPTED = Ending("interrupted", SAY["ended.by_hand"])


@dataclass(frozen=True)
class Plan:
    """A run with everything decided and nothing begun, nothing left to check.

    run        where it begins, its state as NumPy arrays
    total      the step with which it ends; None: when its stream does
    every      steps between two Progress
    asked      the engine that was asked for, "auto" among them
    engine     "numpy" or "xla", and the reason
    hosts      of the processes that share each batch; none: this process does it all
    lbfgs      the minimiser, where there is one in the place of steps
    """

    recipe: Recipe
    source: Source
    run: Run
    rules: tuple[Rule, ...]
    held_out: Rows | None
    score: Score
    total: int | None
    every: int
    seed: Seed
    settings: dict[str, Any]
    asked: str
    engine: str
    reason: str
    device: str = "auto"
    precision: str = "float32"
    hosts: tuple[str, ...] = ()
    lbfgs: LBFGS | None = None

    def progress(self) -> Iterator[Progress]:
        """The run on an engine of its own."""
        engine: Engine = new_engine(
            self.engine, self.source, self.seed, self.device, self.recipe.shared, self.precision, self.hosts
        )
        training = Training(self, engine if self.lbfgs is None else LBFGSEngine(self.lbfgs, engine))
        return training.progress()


class Training:
    """A plan under way on an engine: stretch by stretch. The engine may be shared with others, see together.py."""

    def __init__(self, plan: Plan, engine: Engine) -> None:
        self.plan, self.engine = plan, engine
        self.recipe, self.source, self.held_out = plan.recipe, plan.source, plan.held_out
        self.run = self._earlier = self._first = plan.run._replace(state=engine.place(plan.run.state))
        self.ending: Ending | None = None
        self._latest_costs = np.zeros(0)
        self._started = time.perf_counter()

    def progress(self) -> Iterator[Progress]:
        """The run itself, alone on its engine."""
        try:
            while self.steps:
                with listening() as interrupted:
                    stretch = self.engine.run(self.recipe_now, self.run.state, self.steps, interrupted)
                    look = self.after(stretch, interrupted()) if stretch.finite else None
                if look is None:
                    error = self.diverged(stretch)
                    yield error.progress
                    raise error
                if interrupted():
                    look = self.over(look, INTERRUPTED)
                    warnings.warn(
                        f"training was interrupted at step {look.step}; its parameters are kept", stacklevel=2
                    )
                yield look
        finally:
            close = getattr(self.engine, "close", None)
            if close is not None:
                close()

    @property
    def steps(self) -> int:
        """The steps to the next look; 0 when the run is over."""
        t, every = self.run.state.t, self.plan.every
        steps = every - (t - self.origin) % every
        return 0 if self.ending else steps if self.plan.total is None else min(steps, self.plan.total - t)

    def after(
        self, stretch: Stretch, interrupted: bool = False, evaluated: tuple[float, np.ndarray] | None = None
    ) -> Progress:
        """What is to be told behind a stretch that is finite, validation and the rules' verdicts included.

        evaluated: the loss and Y_hat of the rows held out, where they are known already
        """
        if isinstance(self.source, Stream):
            self.source.forget(self.run.state.t)
        self._earlier, self.run = self.run, self.run._replace(state=stretch.state)
        if len(stretch.costs):  # else there was nothing more to do, and the last cost stands
            self._latest_costs = stretch.costs
        if interrupted:  # rules judge whole stretches, so that going on decides as never stopping
            return self._report(self._latest_costs)
        look, verdict = self._judge(self._look(stretch, evaluated))
        return self.over(look, stretch.ended or verdict or self._stream_ended())

    def over(self, look: Progress, ending: Ending | None) -> Progress:
        """The look, which is the last where there is an ending, or all steps are made."""
        self.ending = ending or self.ending
        if self.ending is None and self.run.state.t != self.plan.total:
            return look
        return replace(look, ending=self.ending, restored=self._restored())

    @property
    def origin(self) -> int:
        """The step with which the first epoch began."""
        return self.source.first_step

    @property
    def recipe_now(self) -> Recipe:
        """The recipe with what rules have made of its rate."""
        return self._recipe(self.run)

    def _recipe(self, run: Run) -> Recipe:
        if run.rate_factor == 1:
            return self.recipe
        return replace(self.recipe, learning_rate=self.recipe.learning_rate * run.rate_factor)

    def _look(self, stretch: Stretch, evaluated: tuple[float, np.ndarray] | None) -> Progress:
        """Progress after a stretch, validation included."""
        if self.held_out is None:
            return self._report(stretch.costs)
        J, Y_hat = evaluated or self.engine.evaluate(self.recipe, self.run.state, self.held_out)
        score = self.plan.score.function
        with np.errstate(all="ignore"):
            found = float(score(self.held_out.Y, Y_hat)) if np.isfinite(Y_hat).all() else math.nan
        return self._report(stretch.costs, J, found)

    def _report(
        self,
        costs: np.ndarray,
        J: float | None = None,
        score: float | None = None,
        *,
        diverged: bool = False,
    ) -> Progress:
        run = self.run
        t = run.state.t
        recipe = self._recipe(run)
        latest = costs if len(costs) else self._latest_costs
        cost = math.nan
        if len(latest):
            # After a divergence the last cost is that of the parameters kept, whose own update was not made.
            first = t - len(latest) + diverged
            sizes = self.source.sizes(first, len(latest))
            cost = float(latest[-1] if self.source.full_batch else (latest * sizes).sum() / sizes.sum())
        return Progress(
            step=t,
            epoch=(t - self.origin) / self.source.steps_per_epoch,
            costs=costs,
            measured=Measured(cost, J, score),
            learning_rate=float(recipe.learning_rate * recipe.schedule(max(t - 1, 0))),
            seconds=time.perf_counter() - self._started,
            network=self.recipe.network,
            run=run,
            engine=self.engine.name,
            engine_reason=self.plan.reason,
            settings=self.plan.settings,
            _engine=self.engine,
        )

    def _judge(self, look: Progress) -> tuple[Progress, Ending | None]:
        """Ask every rule; their memories, the best parameters and the rate's factor become part of the run."""
        memories, stops, run = [], [], self.run
        for rule, memory in zip(self.plan.rules, run.memories, strict=True):
            memory, verdict = rule.observe(memory, look)
            memories.append(memory)
            if verdict.stop is not None:
                stops.append(verdict.stop)
            if verdict.best:
                state = self.engine.fetch(run.state)
                run = run._replace(best=Best(state.parameters, state.averages, look.step, look.measured))
            run = run._replace(rate_factor=run.rate_factor * verdict.rate_factor)
        self.run = run._replace(memories=tuple(memories))
        return replace(look, run=self.run), Ending("rule", SAY["ended.and"].join(stops)) if stops else None

    def _stream_ended(self) -> Ending | None:
        """Said with the last batch's Progress: a stream's end has none of its own."""
        if isinstance(self.source, Table) or self.run.state.t == self.plan.total:
            return None
        return STREAM_ENDED if self.source.ended() else None

    def _restored(self) -> Best | None:
        return self.run.best if self.run.best is not None and self.run.best.step != self.run.state.t else None

    def diverged(self, stretch: Stretch) -> DivergenceError:
        """What to raise behind a stretch that is not finite. Steps run again to stand just before the break."""
        earlier, before = self._earlier, self.run
        finite = stretch.costs[np.isfinite(stretch.costs)]
        # The update after the last finite cost is to blame; with no finite cost here, the last of the earlier stretch.
        if len(finite):
            since, steps = before, len(finite) - 1
        else:
            since, steps = earlier, before.state.t - earlier.state.t - 1
        at_once = steps < 0  # the cost of the very first parameters is not finite: no update is to blame
        run = since
        if steps > 0 and (isinstance(self.source, Table) or self.source.rewind(since.state.t)):
            run = since._replace(state=self.engine.run(self._recipe(since), since.state, steps).state)
        self.run, t, rate = run, run.state.t, self._recipe(run).learning_rate
        quantity, whose = self._what_broke(run)
        suggested = None if at_once else self._rate_that_learns(t + 1)
        if suggested is not None:
            advice = SAY["diverged.try"].filled(suggested=suggested, rate=rate)
        else:
            advice = SAY["diverged.at_once" if at_once and t == 0 else "diverged.calmer"].filled(rate=rate)
        met = before.state.t + len(finite)
        self.ending = Ending("diverged", SAY["ended.diverged"].filled(t=met))
        look = replace(self._report(finite, diverged=len(finite) > 0), ending=self.ending)
        return DivergenceError(
            SAY["diverged.said"].filled(met=met, what=layer_of(quantity), whose=whose, t=t, advice=advice),
            look,
            quantity,
            met,
            suggested,
        )

    def _what_broke(self, run: Run) -> tuple[str, Text]:
        """The first quantity that is not finite after the run's next step, and in which of several networks.

        J where all that can be looked at is finite.
        """
        recipe, t = self._recipe(run), run.state.t
        members, seeds = apart(self.engine.fetch(run.state)), each(self.plan.seed)
        sources: Sequence[Source] = orders(self.source, self.plan.seed) or [self.source] * len(seeds)
        for one, order, seed in zip(members, sources, seeds, strict=True):
            batch = order.at(t)
            if batch is None:  # of a stream, and gone
                continue
            found = first_non_finite(recipe, one, batch, order.at(t + 1) or batch, seed_word(seed))
            if found is not None:
                return found, SAY["diverged.seed"].filled(seed=seed) if len(seeds) > 1 else NOTHING
        return "J", NOTHING

    def _rate_that_learns(self, steps: int) -> float | None:
        """The largest of 0.3, 0.1, ... of the rate with which the first steps stay finite and lower the cost."""
        rate, engine, first = self._recipe(self._first).learning_rate, self.engine, self._first.state
        if isinstance(self.source, Stream):  # its first batches are gone: those that are kept, again and again
            engine, first = NumpyEngine(self.source.kept(first.t), self.plan.seed), engine.fetch(first)
        for factor in (0.3, 0.1, 0.03, *(10.0**-k for k in range(2, 13))):
            suggested = float(f"{rate * factor:.1g}")
            recipe = replace(self.recipe, learning_rate=suggested)
            trial = engine.run(recipe, first, min(max(2 * steps, 20), 200))
            if trial.finite and trial.costs[-5:].mean() <= trial.costs[0]:
                return suggested
        return None
