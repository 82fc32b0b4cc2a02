"""The engine of several processes: each computes its part of every batch, and one of them answers.

The run itself, with its rules, its Ctrl-C and its files, stays in the process that began it, which loads no XLA. It
keeps the state that each stretch ended with; so where one of the others dies or stops answering, all are started again
and make that stretch again, to the same bit.
"""

import statistics
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import partial
from typing import Any, TypeVar

import numpy as np

from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from ..words import catalogue
from .batches import Source, Stream, Table
from .border import Rows
from .crew import Crew, LostError
from .engine import Stretch
from .hosts import HERE
from .interruption import Interrupted, never
from .members import Seed
from .pace import Pace
from .step import Recipe, State

SAY = catalogue("training")

MOST_RESTARTS = 3
START_SECONDS = 300.0
"""For all to import JAX, meet and test their sums; and for the first of each kind of answer, which compiles."""
LEAST_SECONDS = 60.0
STALLED_AFTER = 50.0
"""Times as long as such an answer usually takes, and at least so many seconds: then a process is stuck."""
STREAM_STEPS = 32
"""Batches of a stream that go with one question."""

Answer = TypeVar("Answer")


class Processes:
    """The engine that asks a process on each host, all of which run the programs of ``XlaEngine`` on their part.

    hosts    as ``hosts_of`` gives them; started when they are first asked

    The state in this engine's form is the State of NumPy arrays itself.
    """

    name = "xla"

    def __init__(
        self, source: Source, seed: Seed, device: str, shared: bool, precision: str, hosts: Sequence[str]
    ) -> None:
        self._source, self._hosts, self._device = source, tuple(hosts), device
        self._begin = (source if isinstance(source, Table) else source.dtype, seed, device, shared, precision)
        self._crew: Crew | None = None
        self._placed: State | None = None
        self._held_out: Rows | None = None
        self._pace = Pace()
        self._restarts = 0
        self._seconds: dict[str, deque[float]] = {}

    def place(self, state: State) -> State:
        return state

    def fetch(self, state: State) -> State:
        return deepcopy(state)  # what a user writes into it must not reach the run

    def run(self, recipe: Recipe, state: State, steps: int, interrupted: Interrupted = never) -> Stretch:
        return self._surely(state.t, partial(self._run, recipe, state, steps, interrupted))

    def _run(self, recipe: Recipe, state: State, steps: int, interrupted: Interrupted) -> Stretch:
        self._place(state)
        made = self._pace.run(partial(self._steps, recipe), state, steps, interrupted)
        self._placed = self._ask("fetch")
        return made._replace(state=self._placed)

    def _steps(self, recipe: Recipe, state: State, steps: int) -> Stretch:
        """A call, as ``Pace`` makes it; of the state its count alone counts, the arrays being elsewhere."""
        batches = self._source.take(min(steps, STREAM_STEPS)) if isinstance(self._source, Stream) else []
        steps = len(batches) if isinstance(self._source, Stream) else steps
        if not steps:
            return Stretch(state, np.zeros(0), True)
        costs, finite = self._ask("steps", recipe, steps, batches, units=steps)
        return Stretch(state._replace(t=state.t + len(costs)), costs, finite)

    def value_and_gradient(self, recipe: Recipe, parameters: Parameters) -> tuple[float, Parameters, Averages]:
        return self._surely(0, partial(self._ask, "value_and_gradient", recipe, parameters))

    def evaluate(self, recipe: Recipe, state: State, rows: Rows) -> tuple[float, np.ndarray]:
        return self._surely(state.t, partial(self._evaluate, recipe, state, rows))

    def _evaluate(self, recipe: Recipe, state: State, rows: Rows) -> tuple[float, np.ndarray]:
        self._place(state)
        if rows is not self._held_out:
            self._ask("hold_out", rows)
            self._held_out = rows
        return self._ask("evaluate", recipe)

    def close(self) -> None:
        """End the processes, if any were started."""
        if self._crew is not None:
            self._crew.end()
        self._crew = self._placed = self._held_out = None

    def __del__(self) -> None:
        self.close()

    def _place(self, state: State) -> None:
        """Have the processes go on from that state, which is theirs already where they have just made it."""
        if self._crew is None or state is not self._placed:
            self._ask("place", state)
        self._placed = None

    def _surely(self, t: int, job: Callable[[], Answer]) -> Answer:
        """What the job gives, begun again from the state after t updates where a process was lost on the way."""
        while True:
            try:
                return job()
            except LostError as lost:
                self.close()
                if self._restarts == MOST_RESTARTS:
                    raise RuntimeError(SAY["error.given_up"].filled(lost=lost, MOST_RESTARTS=MOST_RESTARTS)) from None
                if isinstance(self._source, Stream) and not self._source.rewind(t):
                    raise RuntimeError(SAY["error.stream_gone"].filled(lost=lost, t=t)) from None
                self._restarts += 1
                warnings.warn(f"{lost}; all are started again, from step {t}", stacklevel=2)
            except BaseException:
                self.close()
                raise

    def _ask(self, name: str, *arguments: Any, units: int = 1) -> Any:
        """The answer of the first process, when all have given theirs; they are started where there are none."""
        if self._crew is None:
            self._start()
        assert self._crew is not None
        known = self._seconds.setdefault(name, deque(maxlen=32))
        limit = max(LEAST_SECONDS, STALLED_AFTER * statistics.median(known) * units) if known else START_SECONDS
        begun = time.monotonic()
        answer = self._crew.ask(name, *arguments, seconds=limit)[0]
        known.append((time.monotonic() - begun) / units)
        return answer

    def _start(self) -> None:
        crew = self._crew = Crew(self._hosts)
        here = set(self._hosts) == {HERE}
        name = "127.0.0.1" if here else self._hosts[0].rpartition("@")[2]
        address = f"{name}:{self._port(crew)}"
        ask = partial(crew.ask, seconds=START_SECONDS)
        ask("join", address, self._hosts, self._device, sys.path, START_SECONDS)
        ask("begin", *self._begin)
        self._placed = self._held_out = None
        self._seconds.clear()

    def _port(self, crew: Crew) -> int:
        """A port where the processes can meet; where another program takes it first, all are started again."""
        return int(crew.ask("free_port", seconds=START_SECONDS)[0])
