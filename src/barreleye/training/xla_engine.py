"""The same ``step``, compiled by XLA: a whole stretch of steps is one program with a loop inside.

Programs are keyed by structure, batch size and dtype only. Hyperparameters are arguments (see numbers.py); the number
of steps is an argument of the loop; the number of rows is rounded up to a capacity and the rows that are not there
have weight 0. So another learning rate, penalty or number of rows runs the program that is already compiled.

Several networks are one program: the step of one, mapped over their arrays, orders and seeds.

64-bit numbers are switched on by context around each call, for scalars too when the data are float32, and never for the
user's own JAX code.
"""

import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from .batches import Source, Stream
from .border import Rows
from .engine import Stretch, blocks, cost_and_gradients, row_weights, seed_word, total_loss
from .interruption import Interrupted, never
from .members import Seed, each, how_many, orders
from .numbers import merge, split
from .step import Recipe, State, step
from .xla_setup import find_device, full_batch_capacity, row_capacity, use_compilation_cache

FULL_BATCH_STEPS = 1024
MINI_BATCH_STEPS = 256
STREAM_BATCHES = 32
STREAM_BYTES = 2**26
EVALUATION_ROWS = 4096
SECONDS_PER_CALL = 0.25
"""Ctrl-C is heard between calls, so a call should not take much longer than this."""

_traced: list[str] = []


def programs_traced() -> int:
    """How many programs this process has traced and compiled (or taken from the persistent cache) for training.

    >>> isinstance(programs_traced(), int)
    True
    """
    return len(_traced)


class XlaEngine:
    """The engine that compiles ``step`` for a CPU, GPU or TPU.

    device: "auto" (what JAX finds best), "cpu", "gpu" or "tpu". Raises ValueError for one that is not there.
    """

    name = "xla"

    def __init__(self, source: Source, seed: Seed, device: str = "auto") -> None:
        use_compilation_cache()
        self.device = find_device(device)
        self._source = source
        self._orders = orders(source, seed)
        words = np.stack([seed_word(one) for one in each(seed)])
        self._seed = words if isinstance(seed, tuple) else words[0]
        self._steps_per_call = 1
        self._batch_size = 0
        with jax.enable_x64(True):
            if isinstance(source, Stream):
                self._data = None
            else:
                m = source.m
                capacity = full_batch_capacity(m) if source.full_batch else row_capacity(m)
                self._data = self._padded(source.rows, capacity)

    def place(self, state: State) -> State:
        with jax.enable_x64(True):
            return with_arrays(state, jax.device_put(arrays_of(state), self.device))

    def fetch(self, state: State) -> State:
        return with_arrays(state, jax.device_get(arrays_of(state)))

    def run(self, recipe: Recipe, state: State, steps: int, interrupted: Interrupted = never) -> Stretch:
        structure, numbers = split(recipe)
        costs = [np.zeros(0, np.float32)]
        finite, ended, last = True, None, state.t + steps
        while state.t < last and finite and not interrupted():
            started = time.perf_counter()
            with jax.enable_x64(True), jax.default_matmul_precision("highest"):
                data, indices, most = self._next(state.t, min(last - state.t, self._steps_per_call))
                if most == 0:
                    ended = "the stream of batches ended"
                    break
                arrays, J, ran, all_finite = _run(
                    structure, numbers, arrays_of(state), state.t, most, *data, indices, self._seed
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
            J, gradients, averages = _value_and_gradient(
                structure, numbers, jax.device_put(parameters, self.device), *self._data
            )
            return float(J), *jax.device_get((gradients, averages))

    def evaluate(self, recipe: Recipe, state: State, rows: Rows) -> tuple[float, np.ndarray]:
        structure, numbers = split(recipe.network)
        m = len(rows.X)
        size = min(row_capacity(m), EVALUATION_ROWS)
        weights, total, Y_hat = row_weights(rows), 0.0, []
        with jax.enable_x64(True), jax.default_matmul_precision("highest"):
            for part in blocks(m, size):
                data = self._padded(Rows(rows.X[part], rows.Y[part], weights[part]), size)
                part_total, part_Y_hat = _evaluate(structure, numbers, state.parameters, state.averages, *data)
                total += float(part_total)
                Y_hat.append(np.asarray(part_Y_hat)[: part.stop - part.start])
        return total / float(weights.sum()), np.concatenate(Y_hat)

    def _padded(self, rows: Rows, capacity: int) -> tuple[Any, Any, Any]:
        """X, Y and weights on the device, filled up to ``capacity`` with rows of weight 0."""

        def fill(values: np.ndarray) -> np.ndarray:
            missing = capacity - len(values)
            return np.concatenate([values, np.zeros((missing, *values.shape[1:]), values.dtype)]) if missing else values

        X, Y, weights = jax.device_put((fill(rows.X), fill(rows.Y), fill(row_weights(rows))), self.device)
        return X, Y, weights

    def _next(self, t: int, steps: int) -> tuple[tuple[Any, Any, Any], Any, int]:
        """Data on the device, the rows of each step (None: all in every step), and the number of steps they serve."""
        if isinstance(self._source, Stream):
            return self._next_of_stream(self._source, steps)
        assert self._data is not None
        if self._source.full_batch:
            return self._data, None, min(steps, FULL_BATCH_STEPS)
        steps = min(steps, MINI_BATCH_STEPS)
        indices = np.zeros((MINI_BATCH_STEPS, len(self._orders), self._source.batch_size), np.int32)
        for k, order in enumerate(self._orders):
            indices[:steps, k] = order.batches(t, steps, filler=order.m)
        return self._data, indices if self._seed.ndim == 2 else indices[:, 0], steps

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
        for k, batch in enumerate(batches):
            place = slice(k * size, k * size + len(batch.X))
            X[place], Y[place], weights[place] = batch.X, batch.Y, row_weights(batch)
        indices = np.arange(most * size, dtype=np.int32).reshape(most, size)
        return jax.device_put((X, Y, weights), self.device), indices, len(batches)


Arrays = tuple[Parameters, Parameters, Averages]


def arrays_of(state: State) -> Arrays:
    """The arrays of a state, without its count of steps."""
    return state.parameters, state.optimizer, state.averages


def with_arrays(state: State, arrays: Arrays) -> State:
    """The state with other arrays and the same count of steps."""
    return State(arrays[0], arrays[1], arrays[2], state.t)


def _program(function: Callable[..., Any]) -> Any:
    return jax.jit(function, static_argnames="structure")


@_program
def _run(
    structure: Any,
    numbers: Any,
    arrays: Arrays,
    t: Any,
    steps: Any,
    X: Any,
    Y: Any,
    weights: Any,
    indices: Any,
    seed: Any,
) -> tuple[Any, Any, Any, Any]:
    """Up to ``steps`` steps; the arrays after them, their costs, their number, and whether all is finite.

    Several networks have a leading axis in their arrays, in seed (k, 1) and, unless they share them, in the rows of a
    step, indices (steps, k, batch_size); their costs are means.
    """
    _traced.append("run")
    recipe = merge(structure, numbers)
    most = FULL_BATCH_STEPS if indices is None else indices.shape[0]
    columns = (X.T, Y.T, weights.reshape(1, -1))

    def batch(rows: Any) -> tuple[Any, Any, Any]:
        return columns if rows is None else (X[rows].T, Y[rows].T, weights[rows].reshape(1, -1))

    def one(arrays: Arrays, t: Any, rows: Any, seed: Any) -> tuple[Arrays, Any]:
        state, J = step(recipe, State(arrays[0], arrays[1], arrays[2], t), *batch(rows), seed)
        return arrays_of(state), J

    def together(arrays: Arrays, t: Any, rows: Any, seed: Any) -> tuple[Arrays, Any]:
        own_rows = 0 if rows is not None and rows.ndim == 2 else None
        arrays, J = jax.vmap(one, (0, None, own_rows, 0))(arrays, t, rows, seed)
        return arrays, J.mean()

    look = one if how_many(arrays[0]) is None else together

    def body(carry: tuple[Any, ...]) -> tuple[Any, ...]:
        i, arrays, costs, _ = carry
        arrays, J = look(arrays, t + i, None if indices is None else indices[i], seed)
        return i + 1, arrays, costs.at[i].set(J), jnp.isfinite(J)

    def go_on(carry: tuple[Any, ...]) -> Any:
        i, _, _, finite = carry
        return (i < steps) & finite

    start = (0, arrays, jnp.zeros(most, X.dtype), jnp.asarray(True))
    ran, arrays, costs, finite = jax.lax.while_loop(go_on, body, start)
    for p in arrays[0].arrays():
        finite = finite & jnp.isfinite(p).all()
    return arrays, costs, ran, finite


@_program
def _value_and_gradient(structure: Any, numbers: Any, parameters: Parameters, X: Any, Y: Any, weights: Any) -> Any:
    """J and its gradients over all rows at once, for a full-batch minimiser."""
    _traced.append("value_and_gradient")
    network = merge(structure, numbers)
    return cost_and_gradients(network, parameters, X.T, Y.T, weights.reshape(1, -1))


@_program
def _evaluate(
    structure: Any, numbers: Any, parameters: Parameters, averages: Averages, X: Any, Y: Any, weights: Any
) -> tuple[Any, Any]:
    _traced.append("evaluate")
    network = merge(structure, numbers)

    def one(parameters: Parameters, averages: Averages) -> tuple[Any, Any]:
        return total_loss(network, parameters, averages, X.T, Y.T, weights.reshape(1, -1))

    if how_many(parameters) is None:
        total, Y_hat = one(parameters, averages)
        return total, Y_hat.T
    totals, Y_hats = jax.vmap(one)(parameters, averages)
    return totals.mean(), Y_hats.mean(axis=0).T


def _pace(steps: int, ran: int, seconds: float) -> int:
    """How many steps the next call should take, from how long ``ran`` steps just took, compilation included."""
    if ran < steps and seconds < SECONDS_PER_CALL:
        return steps
    wanted = int(ran * SECONDS_PER_CALL / max(seconds, 1e-9))
    return max(1, min(wanted, 8 * ran, FULL_BATCH_STEPS))
