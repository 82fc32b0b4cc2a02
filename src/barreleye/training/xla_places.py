"""Several networks as one program, each in a place: numbers, rows, seed and count of steps of its own.

A place that has become free takes another network of the same structure without a compilation, for what differs from
one to the next are arrays with a leading axis. On a CPU a step of many small networks costs less, a network, than that
of one alone: what is done once a step is done once for all of them, and their arrays fill the caches.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import numpy as np

from ..nn.quantities import Parameters
from .batches import Table
from .border import Rows
from .engine import Stretch, row_weights, seed_word
from .interruption import Interrupted, never
from .members import each, member, stack
from .numbers import split
from .numpy_engine import NumpyEngine
from .pace import FULL_BATCH_STEPS
from .run import Plan
from .step import Recipe, State
from .xla_engine import EVALUATION_ROWS, MINI_BATCH_STEPS, STREAM_BYTES, padded
from .xla_programs import arrays_of, as_weak, evaluate_places, run_places
from .xla_setup import Devices, find_devices, full_batch_capacity, row_capacity, use_compilation_cache


def on_cpu(device: str) -> bool:
    """Whether JAX's device of that kind is a CPU, whose cores each have a program of their own."""
    return bool(find_devices(device, rows=1).platform == "cpu")


class Placed(NamedTuple):
    """The state of one network among several: its place in their arrays, and its own count of steps."""

    arrays: Any
    place: int
    t: int


class Places:
    """k places on a device; each call is one program for all of them."""

    def __init__(self, k: int, device: str = "auto", precision: str = "float32") -> None:
        use_compilation_cache()
        self.k, self._precision, self._devices = k, precision, find_devices(device, rows=1)
        self._train, self._held_out = _Gathered(self._devices), _Gathered(self._devices)
        self._recipes: list[Recipe] = []
        self._numbers: tuple[Any, list[Any]] = ((), [])

    def run(
        self, plans: Sequence[Plan], recipes: Sequence[Recipe], states: Sequence[State | Placed], steps: int
    ) -> list[Stretch]:
        """Up to so many steps of the network in each place; the stretch of each."""
        sources = [plan.source for plan in plans if isinstance(plan.source, Table)]
        with self._devices.at_work(sources[0].dtype, self._precision):
            indices, most = self._rows(sources, [one.t for one in states], steps)
            steps = min(steps, most)
            structure, numbers = self._split(recipes)
            arrays, J, _, finite = run_places(
                structure,
                numbers,
                self._together(states),
                np.array([one.t for one in states]),
                steps,
                *self._train.data,
                indices,
                np.stack([seed_word(seed) for plan in plans for seed in each(plan.seed)]),
            )
            costs, finite = np.asarray(J)[:steps], np.asarray(finite)
        placed = [Placed(arrays, i, one.t + steps) for i, one in enumerate(states)]
        return [
            Stretch(state, _up_to_a_break(costs[:, i]), bool(finite[i] and np.isfinite(costs[:, i]).all()))
            for i, state in enumerate(placed)
        ]

    def evaluate(
        self, recipes: Sequence[Recipe], states: Sequence[Placed], held_out: Sequence[Rows]
    ) -> list[tuple[float, np.ndarray]]:
        """The loss without penalties and Y_hat (m, n_y), of the network in each place, on rows held out from it."""
        with self._devices.at_work(held_out[0].Y.dtype, self._precision):
            begins = self._held_out.begins(held_out)
            longest = max(len(rows.Y) for rows in held_out)
            size = min(row_capacity(longest), EVALUATION_ROWS)
            structure, numbers = self._split(recipes)
            parameters, _, averages = self._together(states)
            totals, parts = np.zeros(len(states)), []
            for begin in range(0, longest, size):
                counts = np.arange(begin, begin + size)
                own = [np.where(counts < len(r.Y), b + counts, ~b) for b, r in zip(begins, held_out, strict=True)]
                rows = np.stack(own).astype(np.int32)
                total, Y_hat = evaluate_places(structure, numbers, parameters, averages, *self._held_out.data, rows)
                totals += np.asarray(total)
                parts.append(np.asarray(Y_hat))
        Y_hats = np.concatenate(parts, axis=1)
        sums = [float(row_weights(rows).sum()) for rows in held_out]
        return [
            (float(total) / weight, Y_hat[: len(rows.Y)])
            for total, weight, Y_hat, rows in zip(totals, sums, Y_hats, held_out, strict=True)
        ]

    def fetched(self, placed: Placed) -> State:
        """The state in a place, as NumPy arrays of its own."""
        arrays = jax.tree.map(np.copy, member(jax.device_get(placed.arrays), placed.place))
        parameters, memory, averages = arrays
        return State(parameters, memory, averages, placed.t)

    def _together(self, states: Sequence[State | Placed]) -> Any:
        """The arrays of all places: those of the last call, if nobody has come or gone since."""
        first = states[0]
        if isinstance(first, Placed) and all(
            isinstance(one, Placed) and one.arrays is first.arrays and one.place == i for i, one in enumerate(states)
        ):
            return first.arrays
        apart = [self.fetched(one) if isinstance(one, Placed) else one for one in states]
        return self._devices.put(arrays_of(stack(apart)), self._devices.whole)

    def _split(self, recipes: Sequence[Recipe]) -> tuple[Any, list[Any]]:
        """The structure that the recipes have in common, and their numbers, each with a leading axis for them."""
        if len(recipes) != len(self._recipes) or any(a is not b for a, b in zip(recipes, self._recipes, strict=True)):
            structures, numbers = zip(*map(split, recipes), strict=True)
            self._recipes = list(recipes)
            self._numbers = structures[0], [as_weak(list(each)) for each in zip(*numbers, strict=True)]
        return self._numbers

    def _rows(self, sources: Sequence[Table], t: Sequence[int], steps: int) -> tuple[Any, int]:
        """The rows of each step in each place, None for all rows in every step; and how many steps they serve."""
        begins = self._train.begins([source.rows for source in sources], full=sources[0].full_batch)
        if sources[0].full_batch:
            if len(self._train) == 1:
                return None, FULL_BATCH_STEPS
            counts = np.arange(full_batch_capacity(max(source.m for source in sources)))
            rows = [np.where(counts < source.m, b + counts, ~b) for b, source in zip(begins, sources, strict=True)]
            return np.stack(rows).astype(np.int32)[None], FULL_BATCH_STEPS
        size = sources[0].batch_size
        most = max(2, min(MINI_BATCH_STEPS, STREAM_BYTES // (4 * size * len(sources))))
        indices = np.zeros((most, len(sources), size), np.int32)
        orders: dict[Any, np.ndarray] = {}  # of trials on the same rows from the same seed there is one
        for i, (source, begin) in enumerate(zip(sources, begins, strict=True)):
            key = (begin, source.seed, source.first_step, source.shuffle, t[i])
            if key not in orders:
                own = source.batches(t[i], min(steps, most))
                orders[key] = np.where(own >= 0, own + begin, own - begin)
            indices[: len(orders[key]), i] = orders[key]
        return indices, most


class PlaceEngine:
    """One place as a ``Training`` sees its engine. What is done again after a divergence is done on NumPy."""

    name = "xla"

    def __init__(self, places: Places, plan: Plan) -> None:
        self._places, self._alone = places, NumpyEngine(plan.source, plan.seed)

    def place(self, state: State) -> State:
        return state

    def fetch(self, state: State | Placed) -> State:
        return self._places.fetched(state) if isinstance(state, Placed) else state

    def run(self, recipe: Recipe, state: Any, steps: int, interrupted: Interrupted = never) -> Stretch:
        return self._alone.run(recipe, self.fetch(state), steps, interrupted)

    def value_and_gradient(self, recipe: Recipe, parameters: Parameters) -> Any:
        return self._alone.value_and_gradient(recipe, parameters)

    def evaluate(self, recipe: Recipe, state: Any, rows: Rows) -> tuple[float, np.ndarray]:
        return self._alone.evaluate(recipe, self.fetch(state), rows)


class _Gathered:
    """Rows of several tables one after another on a device, each table once, by whose arrays they are."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices
        self._begins: dict[int, int] = {}
        self._rows: list[Rows] = []
        self.data: tuple[Any, Any, Any] = (None, None, None)

    def __len__(self) -> int:
        return len(self._rows)

    def begins(self, tables: Sequence[Rows], full: bool = False) -> list[int]:
        """The first row of each, which is put there if it is new."""
        fresh = {id(rows.X): rows for rows in tables if id(rows.X) not in self._begins}
        if fresh:
            self._rows += fresh.values()
            m = 0
            for rows in self._rows:
                self._begins[id(rows.X)], m = m, m + len(rows.Y)
            X, Y = (np.concatenate([getattr(rows, name) for rows in self._rows]) for name in ("X", "Y"))
            weights = np.concatenate([row_weights(rows) for rows in self._rows])
            alone = full and len(self._rows) == 1
            capacity = full_batch_capacity(m) if alone else row_capacity(m)
            self.data = padded(Rows(X, Y, weights), capacity, self._devices)
        return [self._begins[id(rows.X)] for rows in tables]


def _up_to_a_break(costs: np.ndarray) -> np.ndarray:
    """The costs as far as the first that is not finite, which is the last then."""
    broken = np.flatnonzero(~np.isfinite(costs))
    return costs[: broken[0] + 1] if broken.size else costs
