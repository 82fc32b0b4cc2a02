"""A stretch of steps in calls of a compiled program, each about as long as Ctrl-C may have to wait."""

import time
from collections.abc import Callable

import numpy as np

from .engine import STREAM_ENDED, Placed, Stretch
from .interruption import Interrupted

SECONDS_PER_CALL = 0.25
"""Ctrl-C is heard between calls, so a call should not take much longer than this."""
FULL_BATCH_STEPS = 1024
"""The most steps of one call, when all rows are in each."""


class Pace:
    """How many steps the next call shall take, from how long the last one took."""

    def __init__(self) -> None:
        self._steps = 1

    def run(self, call: Callable[[Placed, int], Stretch], state: Placed, steps: int, heard: Interrupted) -> Stretch:
        """Up to so many steps from the state by calls (state, steps) -> Stretch, fewer once Ctrl-C is heard.

        A call that makes no step says that a stream has ended.

        >>> from .step import State
        >>> def call(state, steps):
        ...     return Stretch(state._replace(t=state.t + steps), np.ones(steps), True)
        >>> Pace().run(call, State(None, None, None, 0), 5, lambda: False).costs
        array([1., 1., 1., 1., 1.])
        """
        costs, finite, ended, last = [np.zeros(0, np.float32)], True, None, state.t + steps
        while state.t < last and finite and not heard():
            started, most = time.perf_counter(), min(last - state.t, self._steps)
            done = call(state, most)
            if not done.costs.size:
                ended = STREAM_ENDED
                break
            costs.append(done.costs)
            state, finite = done.state, done.finite
            self._steps = _next(self._steps, most, time.perf_counter() - started)
        return Stretch(state, np.concatenate(costs), finite, ended)


def _next(steps: int, ran: int, seconds: float) -> int:
    """How many steps the next call should take, from how long ``ran`` steps just took, compilation included."""
    if ran < steps and seconds < SECONDS_PER_CALL:
        return steps
    wanted = int(ran * SECONDS_PER_CALL / max(seconds, 1e-9))
    return max(1, min(wanted, 8 * ran, FULL_BATCH_STEPS))
