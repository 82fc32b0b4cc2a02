"""A Python loop over ``step``: nothing to compile, float64 by default, and a debugger can stop on every line.

Several networks take their steps in turn: the first step of each, then the second of each.
"""

import math

import numpy as np

from ..nn.arrays import Array
from ..nn.normalization import Averages
from ..nn.prediction import blocks, rows_at_once
from ..nn.quantities import Parameters
from .batches import Source, Stream, Table
from .border import Rows
from .engine import Stretch, cost_and_gradients, row_weights, seed_word, total_loss
from .interruption import Interrupted, never
from .members import Seed, apart, each, how_many, mean, orders, stack
from .step import Recipe, State, step


class NumpyEngine:
    """The engine that runs ``step`` on NumPy arrays as it stands."""

    name = "numpy"

    def __init__(self, source: Source, seed: Seed) -> None:
        self._source = source
        self._orders = orders(source, seed)
        self._seeds = [seed_word(one) for one in each(seed)]

    def place(self, state: State) -> State:
        parameters, averages = state.parameters.map(np.asarray), Averages(*(_as_numpy(part) for part in state.averages))
        return State(parameters, state.optimizer.map(lambda s: tuple(map(np.asarray, s))), averages, state.t)

    def fetch(self, state: State) -> State:
        # Copies: what a user writes into them must not reach the run.
        averages = Averages(*({l: p.copy() for l, p in part.items()} for part in state.averages))
        memory = state.optimizer.map(lambda slots: tuple(slot.copy() for slot in slots))
        return State(state.parameters.map(np.copy), memory, averages, state.t)

    def run(self, recipe: Recipe, state: State, steps: int, interrupted: Interrupted = never) -> Stretch:
        members, costs = apart(state), list[float]()
        ended, stop, finite = None, False, True
        # A diverging run overflows on its way to the cost that reports it; warnings on the way would only add noise.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            while len(costs) < steps and not stop:
                batches = self._batches(members[0].t)
                if not batches:
                    ended = "the stream of batches ended"
                    break
                looks = [
                    step(recipe, one, *batch.columns, seed)
                    for one, batch, seed in zip(members, batches, self._seeds, strict=True)
                ]
                members = [one for one, _ in looks]
                J = mean([J for _, J in looks])
                costs.append(J)
                finite = math.isfinite(J)
                stop = interrupted() or not finite
        finite = finite and all(np.isfinite(p).all() for one in members for p in one.parameters.arrays())
        state = members[0] if how_many(state.parameters) is None else stack(members)
        return Stretch(state, np.asarray(costs), finite, ended)

    def value_and_gradient(self, recipe: Recipe, parameters: Parameters) -> tuple[float, Parameters, Averages]:
        assert isinstance(self._source, Table)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            J, gradients, averages = cost_and_gradients(recipe.network, parameters, *self._source.rows.columns)
        return float(J), gradients, averages

    def evaluate(self, recipe: Recipe, state: State, rows: Rows) -> tuple[float, np.ndarray]:
        losses, Y_hats = zip(*(self._evaluate(recipe, one, rows) for one in apart(state)), strict=True)
        return mean(losses), mean(Y_hats)

    def _evaluate(self, recipe: Recipe, state: State, rows: Rows) -> tuple[float, np.ndarray]:
        """One member's loss and Y_hat."""
        weights, total, Y_hat = row_weights(rows), 0.0, []
        with np.errstate(over="ignore", invalid="ignore"):
            for part in blocks(len(rows.Y), rows_at_once(recipe.network, rows.X.dtype.itemsize)):
                X, Y, w = rows.X[part].T, rows.Y[part].T, weights[part].reshape(1, -1)
                part_total, part_Y_hat = total_loss(recipe.network, state.parameters, state.averages, X, Y, w)
                total += float(part_total)
                Y_hat.append(part_Y_hat.T)
        return total / float(weights.sum()), np.concatenate(Y_hat)

    def _batches(self, t: int) -> list[Rows]:
        """The batch of step t for each member; none when a stream has ended."""
        if isinstance(self._source, Stream):
            return self._source.take(1) * len(self._seeds)
        return [order.at(t) for order in self._orders]


def _as_numpy(part: dict[int, Array]) -> dict[int, np.ndarray]:
    return {l: np.asarray(p) for l, p in part.items()}
