"""The same ``step``, compiled by XLA: a whole stretch of steps is one program with a loop inside (xla_programs.py).

Programs are keyed by structure, batch size and dtype only. Hyperparameters are arguments (see numbers.py); the number
of steps is an argument of the loop; the number of rows is rounded up to a capacity and the rows that are not there
are copies of one that is, with weight 0. So another learning rate, penalty or number of rows runs the program that is
already compiled.

64-bit numbers are switched on by context around each call, for scalars too when the data are float32, and never for the
user's own JAX code. Where there are several devices the programs are the same; their rows lie on all of them.
"""

import warnings
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import jax
import numpy as np

from ..nn.normalization import Averages
from ..nn.prediction import blocks
from ..nn.quantities import Parameters
from ..nn.sparse import dense, dense_bytes, is_sparse
from .batches import Source, Stream, Table
from .border import Rows
from .engine import Placed, Stretch, row_weights, seed_word
from .forked import refuse_forked
from .interruption import Interrupted, never
from .members import Seed, SideBySide, apart, each, how_many, in_common, mean, orders, spread, spread_state, stack
from .numbers import split
from .pace import FULL_BATCH_STEPS, Pace
from .step import Recipe, State
from .threads import processors
from .xla_programs import arrays_of, evaluate, run_steps, value_and_gradient, with_arrays
from .xla_setup import Devices, find_devices, full_batch_capacity, row_capacity, use_compilation_cache

MINI_BATCH_STEPS = 256
STREAM_BATCHES = 32
STREAM_BYTES = 2**26
EVALUATION_ROWS = 4096


class XlaEngine:
    """The engine that compiles ``step`` for a CPU, GPU or TPU.

    device: "auto" (what JAX finds best), "cpu", "gpu" or "tpu"; of several of a kind all. precision: see ``train``.
    Raises ValueError for a device that is not there, and RuntimeError in a process that was forked after XLA had
    started.
    """

    name = "xla"

    def __init__(
        self, source: Source, seed: Seed, device: str = "auto", shared: bool = False, precision: str = "float32"
    ) -> None:
        refuse_forked()
        use_compilation_cache()
        self.devices = find_devices(device, source.batch_size)
        self._at_work = partial(self.devices.at_work, source.dtype, precision)
        self._source, self._shared = source, shared
        self._orders = orders(source, seed)
        words = np.stack([seed_word(one) for one in each(seed)])
        self._seed = words if isinstance(seed, tuple) else words[0]
        self._pace = Pace()
        self._held_out: tuple[Any, list[Any]] = (None, [])
        self._batch_size = 0
        self._fresh = True
        # Several devices work on a step together: there the networks take turns, in the same order in each process.
        at_once = min(len(each(seed)), processors()) if self.devices.count == 1 else 1
        self._workers = ThreadPoolExecutor(at_once)
        with self._at_work():
            if isinstance(source, Stream) or (is_sparse(source.rows.X) and not source.full_batch):
                self._data = None
            else:
                if is_sparse(source.rows.X):
                    warnings.warn(
                        f"full batches on XLA need X dense, {dense_bytes(source.rows.X) / 2**30:.2g} GiB: take "
                        "mini-batches, or engine='numpy', which multiplies sparse rows as they are",
                        stacklevel=5,
                    )
                m = source.m
                capacity = full_batch_capacity(m) if source.full_batch else row_capacity(m)
                self._data = padded(source.rows, capacity, self.devices, dealt=source.full_batch)

    def place(self, state: State) -> Placed:
        several = how_many(state.parameters) is not None and isinstance(self._source, Table)
        if self._shared:
            return self._placed(in_common(state))
        if several and self.devices.platform == "cpu":
            # One program of all takes nearly twice as long there: a step's products are too small to be shared out
            # among cores, and a core for each network is not. So each runs as the program that a single one is.
            return SideBySide(tuple(self._placed(one) for one in apart(state)))
        return self._placed(state)

    def _placed(self, state: State) -> State:
        with self._at_work():
            return with_arrays(state, self.devices.put(arrays_of(state), self.devices.whole))

    def fetch(self, state: Placed) -> State:
        if isinstance(state, SideBySide):
            return stack([with_arrays(one, jax.device_get(arrays_of(one))) for one in state.states])
        fetched = with_arrays(state, jax.device_get(arrays_of(state)))
        return spread_state(fetched) if self._shared else fetched

    def run(self, recipe: Recipe, state: Placed, steps: int, interrupted: Interrupted = never) -> Stretch:
        refuse_forked()
        return self._pace.run(partial(self.call, recipe), state, steps, interrupted)

    def call(self, recipe: Recipe, state: Placed, steps: int) -> Stretch:
        """Up to so many steps, as many as one call of a program makes; none when a stream is over."""
        if not isinstance(state, SideBySide):
            return self._call(recipe, state, self._orders, self._seed, steps)
        each = zip(state.states, self._orders, self._seed, strict=True)
        done = self._all([partial(self._call, recipe, one, [order], seed, steps) for one, order, seed in each])
        made = min(len(one.costs) for one in done)  # fewer after a cost that is not finite
        states = SideBySide(tuple(one.state for one in done))
        return Stretch(states, mean([one.costs[:made] for one in done]), all(one.finite for one in done))

    def _all(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """What the calls give, as many at a time as there are cores; the very first alone, which compiles for all."""
        alone = calls[: 1 if self._fresh else 0] if len(calls) > 1 else calls
        done = [call() for call in alone]
        self._fresh = False
        return done + list(self._workers.map(lambda call: call(), calls[len(alone) :]))

    def close(self) -> None:
        """End the workers, if any were begun."""
        self._workers.shutdown(wait=False)

    def _call(self, recipe: Recipe, state: State, orders: list[Table], seed: np.ndarray, steps: int) -> Stretch:
        """``call`` for one network, or for several in one program."""
        structure, numbers = split(recipe)
        with self._at_work():
            data, indices, most = self._next(state.t, steps, orders, seed)
            if most == 0:
                return Stretch(state, np.zeros(0), True)
            arrays, J, ran, all_finite = run_steps(
                structure, numbers, arrays_of(state), state.t, most, *data, indices, seed
            )
            costs, finite = np.asarray(J)[: int(ran)], bool(all_finite)
        return Stretch(with_arrays(state, arrays)._replace(t=state.t + len(costs)), costs, finite)

    def value_and_gradient(self, recipe: Recipe, parameters: Parameters) -> tuple[float, Parameters, Averages]:
        assert self._data is not None
        structure, numbers = split(recipe.network)
        with self._at_work():
            J, gradients, averages = value_and_gradient(
                structure, numbers, self.devices.put(parameters, self.devices.whole), *self._data
            )
            return float(J), *jax.device_get((gradients, averages))

    def evaluate(self, recipe: Recipe, state: Placed, rows: Rows) -> tuple[float, np.ndarray]:
        if isinstance(state, SideBySide):
            each = self._all([partial(self._evaluate, recipe, one, rows) for one in state.states])
            losses, Y_hats = zip(*each, strict=True)
            return mean(losses), mean(Y_hats)
        if self._shared:
            state = state._replace(parameters=spread(state.parameters))
        return self._evaluate(recipe, state, rows)

    def _evaluate(self, recipe: Recipe, state: State, rows: Rows) -> tuple[float, np.ndarray]:
        structure, numbers = split(recipe.network)
        m = len(rows.Y)
        size = min(row_capacity(m), EVALUATION_ROWS)
        if is_sparse(rows.X):
            size = max(1, min(size, STREAM_BYTES * m // dense_bytes(rows.X)))
        size = self.devices.rounded(size)
        weights, total, Y_hat, parts = row_weights(rows), 0.0, [], blocks(m, size)
        with self._at_work():
            for part, data in zip(parts, self._on_devices(rows, weights, parts, size), strict=True):
                part_total, part_Y_hat = evaluate(structure, numbers, state.parameters, state.averages, *data)
                total += float(part_total)
                Y_hat.append(np.asarray(part_Y_hat)[: part.stop - part.start])
        return total / float(weights.sum()), np.concatenate(Y_hat)

    def _on_devices(self, rows: Rows, weights: np.ndarray, parts: Sequence[slice], size: int) -> Iterable[Any]:
        """Parts of rows that are judged, again and again, by their size; those that lie elsewhere stay there."""
        if self._held_out[0] is rows:
            return self._held_out[1]
        each = (
            padded(Rows(rows.X[part], rows.Y[part], weights[part]), size, self.devices, dealt=True) for part in parts
        )
        if self.devices.platform == "cpu" or is_sparse(rows.X):
            return each
        self._held_out = rows, list(each)
        return self._held_out[1]

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
        size = self._source.batch_size
        indices = np.zeros((most, len(orders), self.devices.rounded(size)), np.int32)
        for k, order in enumerate(orders):
            indices[:steps, k, :size] = order.batches(t, steps)
        last = indices[..., size - 1 : size]
        indices[..., size:] = np.where(last < 0, last, ~last)  # with weight 0, where the devices do not share evenly
        if data is None:
            data, indices = self._laid_out(self._source.rows, indices)
        return data, indices if seed.ndim == 2 else indices[:, 0], steps

    def _laid_out(self, rows: Rows, indices: np.ndarray) -> tuple[tuple[Any, Any, Any], np.ndarray]:
        """The rows that the indices name, dense and one after another, and where each index finds its own there."""
        counts = indices >= 0
        chosen = np.where(counts, indices, ~indices).reshape(-1)
        laid = Rows(rows.X[chosen], rows.Y[chosen], row_weights(rows)[chosen])
        places = np.arange(len(chosen), dtype=np.int32).reshape(indices.shape)
        return padded(laid, len(chosen), self.devices), np.where(counts, places, ~places)

    def _next_of_stream(self, stream: Stream, steps: int) -> tuple[tuple[Any, Any, Any], Any, int]:
        """The next batches of a stream, laid one after another as rows and padded to one size."""
        first = stream.take(1)
        if not first:
            return self._data or (None, None, None), None, 0
        self._batch_size = size = max(self._batch_size, self.devices.rounded(len(first[0].X)))
        n_x, n_y = first[0].X.shape[1], first[0].Y.shape[1]
        fits = STREAM_BYTES // (size * (n_x + n_y + 1) * first[0].X.itemsize)
        most = max(1, min(STREAM_BATCHES, fits))
        batches = first + stream.take(min(steps, most) - 1)
        self._batch_size = size = max(size, *(self.devices.rounded(len(batch.X)) for batch in batches))
        dtype = first[0].X.dtype
        X, Y = np.zeros((most * size, n_x), dtype), np.zeros((most * size, n_y), dtype)
        weights = np.zeros(most * size, dtype)
        indices = np.arange(most * size, dtype=np.int32).reshape(most, size)
        for k, batch in enumerate(batches):
            begin, end = k * size, k * size + len(batch.X)
            X[begin:end], Y[begin:end], weights[begin:end] = batch.X, batch.Y, row_weights(batch)
            indices[k, len(batch.X) :] = ~(end - 1)
        return self.devices.put((X, Y, weights), self.devices.whole), indices, len(batches)


def padded(rows: Rows, capacity: int, devices: Devices, dealt: bool = False) -> tuple[Any, Any, Any]:
    """X, Y and weights on the devices, filled up to ``capacity`` with copies of the last row that weigh 0.

    dealt: whether each device has its part of the rows, and not all of them
    """
    missing, X = (devices.rounded(capacity) if dealt else capacity) - len(rows.Y), dense(rows.X)
    if missing:
        X, Y = (np.concatenate([values, np.repeat(values[-1:], missing, axis=0)]) for values in (X, rows.Y))
        rows = Rows(X, Y, np.append(row_weights(rows), np.zeros(missing, X.dtype)))
    X, Y, weights = devices.put((X, rows.Y, row_weights(rows)), devices.dealt if dealt else devices.whole)
    return X, Y, weights
