"""One run of training, with everything decided: stretch by stretch, looked at, judged by rules, reported."""

import math
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .batches import Source, Stream, Table
from .border import Rows
from .divergence import DivergenceError, first_non_finite, layer_of
from .engine import STREAM_ENDED, Ending, Engine, Stretch, seed_word
from .interruption import listening
from .members import Seed, apart, each, orders
from .numpy_engine import NumpyEngine
from .progress import Best, Measured, Progress, Run
from .scores import Score
from .step import Recipe
from .stopping import Rule

INTERRUPTED = Ending("interrupted", "interrupted by Ctrl-C")


@dataclass
class Training:
    """One run: everything decided, nothing left to check."""

    recipe: Recipe
    source: Source
    engine: Engine
    reason: str
    run: Run
    rules: tuple[Rule, ...]
    held_out: Rows | None
    score: Score
    total: int | None
    every: int
    settings: dict[str, Any]
    seed: Seed
    first: Run = field(init=False)
    latest_costs: np.ndarray = field(init=False)

    def progress(self) -> Iterator[Progress]:
        started = time.perf_counter()
        earlier = self.first = self.run
        self.latest_costs = np.zeros(0)
        ending: Ending | None = None
        try:
            while ending is None and (self.total is None or self.run.state.t < self.total):
                before, t = self.run, self.run.state.t
                steps = self.every - (t - self.origin) % self.every
                steps = steps if self.total is None else min(steps, self.total - t)
                with listening() as interrupted:
                    stretch = self.engine.run(self._recipe(before), before.state, steps, interrupted)
                    if stretch.finite:
                        if isinstance(self.source, Stream):
                            self.source.forget(before.state.t)
                        earlier, self.run = before, before._replace(state=stretch.state)
                        if len(stretch.costs):  # else there was nothing more to do, and the last cost stands
                            self.latest_costs = stretch.costs
                        if interrupted():  # rules judge whole stretches, so that going on decides as never stopping
                            look = self._report(self.latest_costs, started)
                        else:
                            look, verdict = self._judge(self._look(stretch, started))
                            ending = stretch.ended or verdict or self._stream_ended()
                if not stretch.finite:
                    yield from self._diverged(earlier, before, stretch, started)
                if interrupted():
                    ending = INTERRUPTED
                    warnings.warn(
                        f"training was interrupted at step {look.step}; its parameters are kept", stacklevel=2
                    )
                if ending is not None or self.run.state.t == self.total:
                    look = replace(look, ending=ending, restored=self._restored())
                yield look
        finally:
            close = getattr(self.engine, "close", None)
            if close is not None:
                close()

    @property
    def origin(self) -> int:
        """The step with which the first epoch began."""
        return self.source.first_step if isinstance(self.source, Table) else 0

    def _recipe(self, run: Run) -> Recipe:
        if run.rate_factor == 1:
            return self.recipe
        return replace(self.recipe, learning_rate=self.recipe.learning_rate * run.rate_factor)

    def _look(self, stretch: Stretch, started: float) -> Progress:
        """Progress after a stretch, validation included."""
        if self.held_out is None:
            return self._report(stretch.costs, started)
        J, Y_hat = self.engine.evaluate(self.recipe, self.run.state, self.held_out)
        with np.errstate(all="ignore"):
            score = float(self.score.function(self.held_out.Y, Y_hat)) if np.isfinite(Y_hat).all() else math.nan
        return self._report(stretch.costs, started, J, score)

    def _report(
        self,
        costs: np.ndarray,
        started: float,
        J: float | None = None,
        score: float | None = None,
        *,
        diverged: bool = False,
    ) -> Progress:
        run = self.run
        t = run.state.t
        full = isinstance(self.source, Table) and self.source.full_batch
        recipe = self._recipe(run)
        latest = costs if len(costs) else self.latest_costs
        cost = math.nan
        if len(latest):
            # After a divergence the last cost is that of the parameters kept, whose own update was not made.
            first = t - len(latest) + diverged
            sizes = self.source.sizes(first, len(latest)) if isinstance(self.source, Table) else np.ones(len(latest))
            cost = float(latest[-1] if full else (latest * sizes).sum() / sizes.sum())
        return Progress(
            step=t,
            epoch=(t - self.origin) / self.source.steps_per_epoch if isinstance(self.source, Table) else math.nan,
            costs=costs,
            measured=Measured(cost, J, score),
            learning_rate=float(recipe.learning_rate * recipe.schedule(max(t - 1, 0))),
            seconds=time.perf_counter() - started,
            network=self.recipe.network,
            run=run,
            engine=self.engine.name,
            engine_reason=self.reason,
            settings=self.settings,
            _engine=self.engine,
        )

    def _judge(self, look: Progress) -> tuple[Progress, Ending | None]:
        """Ask every rule; their memories, the best parameters and the rate's factor become part of the run."""
        memories, stops, run = [], [], self.run
        for rule, memory in zip(self.rules, run.memories, strict=True):
            memory, verdict = rule.observe(memory, look)
            memories.append(memory)
            if verdict.stop is not None:
                stops.append(verdict.stop)
            if verdict.best:
                state = self.engine.fetch(run.state)
                run = run._replace(best=Best(state.parameters, state.averages, look.step, look.measured))
            run = run._replace(rate_factor=run.rate_factor * verdict.rate_factor)
        self.run = run._replace(memories=tuple(memories))
        return replace(look, run=self.run), Ending("rule", "; ".join(stops)) if stops else None

    def _stream_ended(self) -> Ending | None:
        """Said with the last batch's Progress: a stream's end has none of its own."""
        if isinstance(self.source, Table) or self.run.state.t == self.total:
            return None
        return STREAM_ENDED if self.source.ended() else None

    def _restored(self) -> Best | None:
        return self.run.best if self.run.best is not None and self.run.best.step != self.run.state.t else None

    def _diverged(self, earlier: Run, before: Run, stretch: Stretch, started: float) -> Iterator[Progress]:
        """Yield the last finite state, then raise DivergenceError. Steps run again to stand just before the break."""
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
            advice = f"Try learning_rate={suggested:g} (it was {rate:g}), clip_norm=1, or standardised features."
        else:
            lower = "" if at_once and t == 0 else f", or try a rate far below {rate:g}"
            advice = f"Standardise the features, start from smaller weights{lower}."
        met = before.state.t + len(finite)
        ending = Ending("diverged", f"diverged at step {met}")
        look = replace(self._report(finite, started, diverged=len(finite) > 0), ending=ending)
        yield look
        raise DivergenceError(
            f"training diverged at step {met}: {layer_of(quantity)}{whose} is not finite. The parameters after step "
            f"{t} are kept. {advice}",
            look,
            quantity,
            met,
            suggested,
        )

    def _what_broke(self, run: Run) -> tuple[str, str]:
        """The first quantity that is not finite after the run's next step, and in which of several networks.

        J where all that can be looked at is finite.
        """
        recipe, t = self._recipe(run), run.state.t
        members, seeds = apart(self.engine.fetch(run.state)), each(self.seed)
        sources: Sequence[Source] = orders(self.source, self.seed) or [self.source] * len(seeds)
        for one, order, seed in zip(members, sources, seeds, strict=True):
            batch = order.at(t)
            if batch is None:  # of a stream, and gone
                continue
            found = first_non_finite(recipe, one, batch, order.at(t + 1) or batch, seed_word(seed))
            if found is not None:
                return found, f" in the network of seed {seed}" if len(seeds) > 1 else ""
        return "J", ""

    def _rate_that_learns(self, steps: int) -> float | None:
        """The largest of 0.3, 0.1, ... of the rate with which the first steps stay finite and lower the cost."""
        rate, engine, first = self._recipe(self.first).learning_rate, self.engine, self.first.state
        if isinstance(self.source, Stream):  # its first batches are gone: those that are kept, again and again
            engine, first = NumpyEngine(self.source.kept(first.t), self.seed), engine.fetch(first)
        for factor in (0.3, 0.1, 0.03, *(10.0**-k for k in range(2, 13))):
            suggested = float(f"{rate * factor:.1g}")
            recipe = replace(self.recipe, learning_rate=suggested)
            trial = engine.run(recipe, first, min(max(2 * steps, 20), 200))
            if trial.finite and trial.costs[-5:].mean() <= trial.costs[0]:
                return suggested
        return None
