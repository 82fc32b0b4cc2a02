"""A Python loop over ``step``: nothing to compile, float64 by default, and a debugger can stop on every line.

Several networks take their steps in turn: the first step of each, then the second of each.
"""

import math
from typing import Any

import numpy as np

from ..nn.arrays import Array
from ..nn.normalization import Averages
from ..nn.prediction import blocks, rows_at_once
from ..nn.quantities import Parameters
from .batches import Source, Stream, Table
from .border import Rows
from .engine import STREAM_ENDED, Stretch, row_weights, seed_word, total_loss
from .interruption import Interrupted, never
from .members import Seed, apart, each, how_many, in_common, mean, one_of, orders, spread_state, stack
from .step import Recipe, State, joint_step, masked_slopes, slopes, step
from .threads import blas_threads, worthwhile

# A step frees what it has computed, and glibc gives pages back to the system beyond a threshold, to ask for them again
# at the next step: as much work as the arithmetic. The threshold follows the largest block that was ever freed, up to
# 32 MiB, so one is freed here; it is never touched, and takes no memory.
np.empty(2**25 - 2**16, np.uint8)


class NumpyEngine:
    """The engine that runs ``step`` on NumPy arrays as it stands."""

    name = "numpy"

    def __init__(self, source: Source, seed: Seed, shared: bool = False) -> None:
        self._source, self._shared = source, shared
        self._orders = orders(source, seed)
        self._seeds = [seed_word(one) for one in each(seed)]
        self._rows = source.batch_size or 0  # a stream's batches: one thread
        self._full_batches = [order.rows.columns for order in self._orders] if source.full_batch else []

    def place(self, state: State) -> State:
        parameters, averages = state.parameters.map(np.asarray), Averages(*(_as_numpy(part) for part in state.averages))
        placed = State(parameters, state.optimizer.map(lambda s: tuple(map(np.asarray, s))), averages, state.t)
        return in_common(placed) if self._shared else placed

    def fetch(self, state: State) -> State:
        state = spread_state(state) if self._shared else state
        # Copies: what a user writes into them must not reach the run.
        averages = Averages(*({l: p.copy() for l, p in part.items()} for part in state.averages))
        memory = state.optimizer.map(lambda slots: tuple(slot.copy() for slot in slots))
        return State(state.parameters.map(np.copy), memory, averages, state.t)

    def run(self, recipe: Recipe, state: State, steps: int, interrupted: Interrupted = never) -> Stretch:
        members, costs = [state] if self._shared else apart(state), list[float]()
        ended, stop, finite = None, False, True
        # A diverging run overflows on its way to the cost that reports it; warnings on the way would only add noise.
        with blas_threads(worthwhile(recipe.network, self._rows)), np.errstate(all="ignore"):
            while len(costs) < steps and not stop:
                batches = self._full_batches or self._batches(members[0].t)
                if not batches:
                    ended = STREAM_ENDED
                    break
                J = 0.0
                if self._shared:
                    members[0], J = self._joint(recipe, members[0], batches)
                for k, (X, Y, weights) in enumerate([] if self._shared else batches):
                    members[k], own = step(recipe, members[k], X, Y, weights, self._seeds[k])
                    J += float(own) / len(batches)
                costs.append(float(J))
                finite = math.isfinite(J)
                stop = interrupted() or not finite
        finite = finite and all(np.isfinite(p).all() for one in members for p in one.parameters.arrays())
        state = members[0] if self._shared or how_many(state.parameters) is None else stack(members)
        return Stretch(state, np.asarray(costs, state.parameters.W[1].dtype), finite, ended)

    def _joint(self, recipe: Recipe, state: State, batches: list[Any]) -> tuple[State, Array]:
        """A step of networks that share their bodies."""
        each = [
            masked_slopes(recipe, one_of(state.parameters, k), state.t, X, Y, weights, self._seeds[k])[:2]
            for k, (X, Y, weights) in enumerate(batches)
        ]
        costs, gradients = zip(*each, strict=True)
        return joint_step(recipe, state, np.stack(costs), stack(gradients))

    def value_and_gradient(self, recipe: Recipe, parameters: Parameters) -> tuple[float, Parameters, Averages]:
        assert isinstance(self._source, Table)
        with blas_threads(worthwhile(recipe.network, self._source.m)), np.errstate(all="ignore"):
            J, gradients, averages = slopes(recipe.network, parameters, *self._source.rows.columns)
        return float(J), gradients, averages

    def evaluate(self, recipe: Recipe, state: State, rows: Rows) -> tuple[float, np.ndarray]:
        if self._shared:
            members = [state._replace(parameters=one_of(state.parameters, k)) for k in range(len(self._seeds))]
        else:
            members = apart(state)
        losses, Y_hats = zip(*(self._evaluate(recipe, one, rows) for one in members), strict=True)
        return mean(losses), mean(Y_hats)

    def _evaluate(self, recipe: Recipe, state: State, rows: Rows) -> tuple[float, np.ndarray]:
        """One member's loss and Y_hat."""
        weights, total, Y_hat = row_weights(rows), 0.0, []
        size = rows_at_once(recipe.network, rows.Y.dtype.itemsize)
        with blas_threads(worthwhile(recipe.network, min(len(rows.Y), size))), np.errstate(all="ignore"):
            for part in blocks(len(rows.Y), size):
                X, Y, w = rows.X[part].T, rows.Y[part].T, weights[part].reshape(1, -1)
                part_total, part_Y_hat = total_loss(recipe.network, state.parameters, state.averages, X, Y, w)
                total += float(part_total)
                Y_hat.append(part_Y_hat.T)
        return total / float(weights.sum()), np.concatenate(Y_hat)

    def _batches(self, t: int) -> list[tuple[Array, Array, Array | None]]:
        """The columns of step t's batch for each member; none when a stream has ended."""
        if isinstance(self._source, Stream):
            return [batch.columns for batch in self._source.take(1)] * len(self._seeds)
        return [order.at(t).columns for order in self._orders]


def _as_numpy(part: dict[int, Array]) -> dict[int, np.ndarray]:
    return {l: np.asarray(p) for l, p in part.items()}
