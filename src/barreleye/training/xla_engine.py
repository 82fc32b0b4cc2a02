"""The same ``step``, compiled by XLA: a whole stretch of steps is one program with a loop inside (xla_programs.py).

Programs are keyed by structure, batch size and dtype only. Hyperparameters are arguments (see numbers.py); the number
of steps is an argument of the loop; the number of rows is rounded up to a capacity and the rows that are not there
are copies of one that is, with weight 0. So another learning rate, penalty or number of rows runs the program that is
already compiled.

64-bit numbers are switched on by context around each call, for scalars too when the data are float32, and never for the
user's own JAX code.
"""

import time
import warnings
from typing import Any

import jax
import numpy as np

from ..nn.normalization import Averages
from ..nn.prediction import blocks
from ..nn.quantities import Parameters
from ..nn.sparse import dense, dense_bytes, is_sparse
from .batches import Source, Stream, Table
from .border import Rows
from .engine import STREAM_ENDED, Stretch, row_weights, seed_word
from .forked import refuse_forked
from .interruption import Interrupted, never
from .members import Seed, apart, each, how_many, mean, orders, stack
from .numbers import split
from .step import Recipe, State
from .xla_programs import FULL_BATCH_STEPS, arrays_of, evaluate, run_steps, value_and_gradient, with_arrays
from .xla_setup import find_device, full_batch_capacity, row_capacity, use_compilation_cache

MINI_BATCH_STEPS = 256
STREAM_BATCHES = 32
STREAM_BYTES = 2**26
EVALUATION_ROWS = 4096
SECONDS_PER_CALL = 0.25
"""Ctrl-C is heard between calls, so a call should not take much longer than this."""


class XlaEngine:
    """The engine that compiles ``step`` for a CPU, GPU or TPU.

    device: "auto" (what JAX finds best), "cpu", "gpu" or "tpu". Raises ValueError for one that is not there, and
    RuntimeError in a process that was forked after XLA had started.
    """

    name = "xla"

    def __init__(self, source: Source, seed: Seed, device: str = "auto") -> None:
        refuse_forked()
        use_compilation_cache()
        self.device = find_device(device)
        self._source = source
        self._orders = orders(source, seed)
        words = np.stack([seed_word(one) for one in each(seed)])
        self._seed = words if isinstance(seed, tuple) else words[0]
        self._steps_per_call = 1
        self._batch_size = 0
        with jax.enable_x64(True):
            if isinstance(source, Stream) or (is_sparse(source.rows.X) and not source.full_batch):
                self._data = None
            else:
                if is_sparse(source.rows.X):
                    warnings.warn(
                        f"full batches on XLA need X dense, {dense_bytes(source.rows.X) / 2**30:.2g} GiB: take "
                        "mini-batches, or engine='numpy', which multiplies sparse rows as they are",
                        stacklevel=4,
                    )
                m = source.m
                capacity = full_batch_capacity(m) if source.full_batch else row_capacity(m)
                self._data = self._padded(source.rows, capacity)

    def place(self, state: State) -> State:
        with jax.enable_x64(True):
            return with_arrays(state, jax.device_put(arrays_of(state), self.device))

    def fetch(self, state: State) -> State:
        return with_arrays(state, jax.device_get(arrays_of(state)))

    def run(self, recipe: Recipe, state: State, steps: int, interrupted: Interrupted = never) -> Stretch:
        refuse_forked()
        if not self._in_turn(recipe, state):
            return self._stretch(recipe, state, steps, interrupted, self._orders, self._seed)
        stretches: list[Stretch] = []
        for one, order, seed in zip(apart(state), self._orders, self._seed, strict=True):
            stretches.append(self._stretch(recipe, one, steps, never if stretches else interrupted, [order], seed))
            steps = len(stretches[-1].costs)  # fewer after Ctrl-C, or a cost that is not finite
        costs = mean([stretch.costs[:steps] for stretch in stretches])
        return Stretch(stack([stretch.state for stretch in stretches]), costs, all(one.finite for one in stretches))

    def _in_turn(self, recipe: Recipe, state: State) -> bool:
        """Whether several networks run one after another, each as the program that a single one is.

        On a CPU, one program of eight takes 4 to 7 times a single step. Only float64 products between hidden layers
        are slower side by side (8.2 to 9 times), because XLA runs a batch of small products on fewer threads.
        """
        several = how_many(state.parameters) is not None and isinstance(self._source, Table)
        return (
            several
            and self.device.platform == "cpu"
            and recipe.network.L > 2
            and state.parameters.W[1].dtype == np.float64
        )

    def _stretch(
        self, recipe: Recipe, state: State, steps: int, interrupted: Interrupted, orders: list[Table], seed: np.ndarray
    ) -> Stretch:
        """A stretch of one network, or of several in one program, with their orders and seeds."""
        structure, numbers = split(recipe)
        costs = [np.zeros(0, np.float32)]
        finite, ended, last = True, None, state.t + steps
        while state.t < last and finite and not interrupted():
            started = time.perf_counter()
            with jax.enable_x64(True), jax.default_matmul_precision("highest"):
                data, indices, most = self._next(state.t, min(last - state.t, self._steps_per_call), orders, seed)
                if most == 0:
                    ended = STREAM_ENDED
                    break
                arrays, J, ran, all_finite = run_steps(
                    structure, numbers, arrays_of(state), state.t, most, *data, indices, seed
                )
                J, finite = np.asarray(J)[: int(ran)], bool(all_finite)
            costs.append(J)
            state = with_arrays(state, arrays)._replace(t=state.t + len(J))
            self._steps_per_call = _pace(self._steps_per_call, most, time.perf_counter() - started)
        return Stretch(state, np.concatenate(costs), finite, ended)

    def value_and_gradient(self, recipe: Recipe, parameters: Parameters) -> tuple[float, Parameters, Averages]:
        assert self._data is not None
        structure, numbers = split(recipe.network)
        with jax.enable_x64(True), jax.default_matmul_precision("highest"):
            J, gradients, averages = value_and_gradient(
                structure, numbers, jax.device_put(parameters, self.device), *self._data
            )
            return float(J), *jax.device_get((gradients, averages))

    def evaluate(self, recipe: Recipe, state: State, rows: Rows) -> tuple[float, np.ndarray]:
        structure, numbers = split(recipe.network)
        m = len(rows.Y)
        size = min(row_capacity(m), EVALUATION_ROWS)
        if is_sparse(rows.X):
            size = max(1, min(size, STREAM_BYTES * m // dense_bytes(rows.X)))
        weights, total, Y_hat = row_weights(rows), 0.0, []
        with jax.enable_x64(True), jax.default_matmul_precision("highest"):
            for part in blocks(m, size):
                data = self._padded(Rows(rows.X[part], rows.Y[part], weights[part]), size)
                part_total, part_Y_hat = evaluate(structure, numbers, state.parameters, state.averages, *data)
                total += float(part_total)
                Y_hat.append(np.asarray(part_Y_hat)[: part.stop - part.start])
        return total / float(weights.sum()), np.concatenate(Y_hat)

    def _padded(self, rows: Rows, capacity: int) -> tuple[Any, Any, Any]:
        """X, Y and weights on the device, filled up to ``capacity`` with copies of the last row that weigh 0."""
        missing, X = capacity - len(rows.Y), dense(rows.X)
        if missing:
            X, Y = (np.concatenate([values, np.repeat(values[-1:], missing, axis=0)]) for values in (X, rows.Y))
            rows = Rows(X, Y, np.append(row_weights(rows), np.zeros(missing, X.dtype)))
        X, Y, weights = jax.device_put((X, rows.Y, row_weights(rows)), self.device)
        return X, Y, weights

    def _next(self, t: int, steps: int, orders: list[Table], seed: np.ndarray) -> tuple[tuple[Any, Any, Any], Any, int]:
        """Data on the device, the rows of each step (None: all in every step), and the number of steps they serve."""
        if isinstance(self._source, Stream):
            return self._next_of_stream(self._source, steps)
        if self._source.full_batch:
            assert self._data is not None
            return self._data, None, min(steps, FULL_BATCH_STEPS)
        most, data = MINI_BATCH_STEPS, self._data
        if data is None:
            step_bytes = dense_bytes(self._source.rows.X) // self._source.m * self._source.batch_size * len(orders)
            most = max(1, min(most, STREAM_BYTES // step_bytes))
        steps = min(steps, most)
        indices = np.zeros((most, len(orders), self._source.batch_size), np.int32)
        for k, order in enumerate(orders):
            indices[:steps, k] = order.batches(t, steps)
        if data is None:
            data, indices = self._laid_out(self._source.rows, indices)
        return data, indices if seed.ndim == 2 else indices[:, 0], steps

    def _laid_out(self, rows: Rows, indices: np.ndarray) -> tuple[tuple[Any, Any, Any], np.ndarray]:
        """The rows that the indices name, dense and one after another, and where each index finds its own there."""
        counts = indices >= 0
        chosen = np.where(counts, indices, ~indices).reshape(-1)
        laid = Rows(rows.X[chosen], rows.Y[chosen], row_weights(rows)[chosen])
        places = np.arange(len(chosen), dtype=np.int32).reshape(indices.shape)
        return self._padded(laid, len(chosen)), np.where(counts, places, ~places)

    def _next_of_stream(self, stream: Stream, steps: int) -> tuple[tuple[Any, Any, Any], Any, int]:
        """The next batches of a stream, laid one after another as rows and padded to one size."""
        first = stream.take(1)
        if not first:
            return self._data or (None, None, None), None, 0
        self._batch_size = size = max(self._batch_size, len(first[0].X))
        n_x, n_y = first[0].X.shape[1], first[0].Y.shape[1]
        fits = STREAM_BYTES // (size * (n_x + n_y + 1) * first[0].X.itemsize)
        most = max(1, min(STREAM_BATCHES, fits))
        batches = first + stream.take(min(steps, most) - 1)
        self._batch_size = size = max(size, *(len(batch.X) for batch in batches))
        dtype = first[0].X.dtype
        X, Y = np.zeros((most * size, n_x), dtype), np.zeros((most * size, n_y), dtype)
        weights = np.zeros(most * size, dtype)
        indices = np.arange(most * size, dtype=np.int32).reshape(most, size)
        for k, batch in enumerate(batches):
            begin, end = k * size, k * size + len(batch.X)
            X[begin:end], Y[begin:end], weights[begin:end] = batch.X, batch.Y, row_weights(batch)
            indices[k, len(batch.X) :] = ~(end - 1)
        return jax.device_put((X, Y, weights), self.device), indices, len(batches)


def _pace(steps: int, ran: int, seconds: float) -> int:
    """How many steps the next call should take, from how long ``ran`` steps just took, compilation included."""
    if ran < steps and seconds < SECONDS_PER_CALL:
        return steps
    wanted = int(ran * SECONDS_PER_CALL / max(seconds, 1e-9))
    return max(1, min(wanted, 8 * ran, FULL_BATCH_STEPS))
