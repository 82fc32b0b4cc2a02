"""The programs that XLA compiles: a stretch of steps, a cost with its gradients, an evaluation.

Each is keyed by structure, shapes and dtype; numbers are arguments (see numbers.py). Several networks are one program:
the step of one, mapped over their arrays, orders and seeds.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from .engine import total_loss
from .members import how_many
from .numbers import merge
from .pace import FULL_BATCH_STEPS
from .step import State, is_own, joint_step, masked_slopes, slopes, step
from .xla_setup import dealt, whole

PROGRAMS_KEPT = 16
"""Of each kind below. A program holds 2 to 5 MiB; one that is dropped comes back from the persistent cache."""

_traced: list[str] = []


def programs_traced() -> int:
    """How many programs this process has traced and compiled (or taken from the persistent cache) for training.

    >>> isinstance(programs_traced(), int)
    True
    """
    return len(_traced)


Arrays = tuple[Parameters, Parameters, Averages]


def arrays_of(state: State) -> Arrays:
    """The arrays of a state, without its count of steps."""
    return state.parameters, state.optimizer, state.averages


def with_arrays(state: State, arrays: Arrays) -> State:
    """The state with other arrays and the same count of steps."""
    return State(arrays[0], arrays[1], arrays[2], state.t)


def _program(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, compiled for each structure and shapes; the programs used last are kept.

    A jitted function keeps all that it has compiled for as long as it lives, so each program is one of its own.
    """

    @lru_cache(PROGRAMS_KEPT)
    def program(structure: Any, forms: Any) -> Callable[..., Any]:
        @wraps(function)
        def run(*arguments: Any) -> Any:
            return function(structure, *arguments)

        return jax.jit(run)

    def call(structure: Any, *arguments: Any) -> Any:
        leaves = jax.tree.leaves(arguments, is_leaf=lambda leaf: leaf is None)
        forms = tuple((np.shape(leaf), getattr(leaf, "dtype", None)) for leaf in leaves)
        return program(structure, forms)(*arguments)

    return wraps(function)(call)


def batch_of(X: Any, Y: Any, weights: Any, rows: Any) -> tuple[Any, Any, Any]:
    """X, Y and the weights (1, m) of those rows as columns, of all where rows is None; ~row is row with weight 0."""
    if rows is None:
        return X.T, Y.T, weights.reshape(1, -1)
    rows = dealt(rows)
    there = rows >= 0
    rows = jnp.where(there, rows, ~rows)
    return X[rows].T, Y[rows].T, jnp.where(there, weights[rows], 0).reshape(1, -1)


@_program
def run_steps(
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

    A number below 0 in ``indices`` stands for the row ~number with weight 0: it fills up a short batch.
    Several networks have a leading axis in their arrays, in seed (k, 1) and, unless they share them, in the rows of a
    step, indices (steps, k, batch_size); their costs are means.
    """
    _traced.append("run")
    recipe = merge(structure, numbers)
    most = FULL_BATCH_STEPS if indices is None else indices.shape[0]

    def batch(rows: Any) -> tuple[Any, Any, Any]:
        return batch_of(X, Y, weights, rows)

    def one(arrays: Arrays, t: Any, rows: Any, seed: Any) -> tuple[Arrays, Any]:
        state, J = step(recipe, State(arrays[0], arrays[1], arrays[2], t), *batch(rows), seed)
        return arrays_of(state), J

    def together(arrays: Arrays, t: Any, rows: Any, seed: Any) -> tuple[Arrays, Any]:
        own_rows = 0 if rows is not None and rows.ndim == 2 else None
        arrays, J = jax.vmap(one, (0, None, own_rows, 0))(arrays, t, rows, seed)
        return arrays, J.mean()

    def jointly(arrays: Arrays, t: Any, rows: Any, seed: Any) -> tuple[Arrays, Any]:
        def of(parameters: Parameters, rows: Any, seed: Any) -> Any:
            return masked_slopes(recipe, parameters, t, *batch(rows), seed)[:2]

        own = arrays[0].by_place(lambda field, l, _: 0 if is_own(field, l, recipe.network.L) else None)
        J, gradients = jax.vmap(of, (own, None if rows is None else 0, 0))(arrays[0], rows, seed)
        state, J = joint_step(recipe, State(arrays[0], arrays[1], arrays[2], t), J, gradients)
        return arrays_of(state), J

    look = jointly if recipe.shared else one if how_many(arrays[0]) is None else together

    def at(i: Any, arrays: Arrays) -> tuple[Arrays, Any]:
        return look(arrays, t + i, None if indices is None else indices[i], seed)

    return _stretch(at, arrays, steps, jnp.zeros(most, X.dtype))


@_program
def value_and_gradient(structure: Any, numbers: Any, parameters: Parameters, X: Any, Y: Any, weights: Any) -> Any:
    """J and its gradients over all rows at once, for a full-batch minimiser."""
    _traced.append("value_and_gradient")
    network = merge(structure, numbers)
    return whole(slopes(network, parameters, X.T, Y.T, weights.reshape(1, -1)))


@_program
def evaluate(
    structure: Any, numbers: Any, parameters: Parameters, averages: Averages, X: Any, Y: Any, weights: Any
) -> tuple[Any, Any]:
    _traced.append("evaluate")
    network = merge(structure, numbers)

    def one(parameters: Parameters, averages: Averages) -> tuple[Any, Any]:
        return total_loss(network, parameters, averages, X.T, Y.T, weights.reshape(1, -1))

    if how_many(parameters) is None:
        total, Y_hat = one(parameters, averages)
        return whole((total, Y_hat.T))
    totals, Y_hats = jax.vmap(one)(parameters, averages)
    return whole((totals.mean(), Y_hats.mean(axis=0).T))


@_program
def run_places(
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
    """``steps`` steps of several networks, each with numbers, a count of steps, rows and a seed of its own.

    As ``run_steps``, where numbers, arrays, t (k,), seed (k, 1) and the rows of a step, indices (n, k, batch_size),
    have a leading axis for the networks; step i takes the rows i % n. Costs are (most, k), and what is finite (k,):
    none waits for another.
    """
    _traced.append("run places")
    most = FULL_BATCH_STEPS if indices is None or len(indices) == 1 else indices.shape[0]

    def one(numbers: Any, arrays: Arrays, t: Any, rows: Any, seed: Any) -> tuple[Arrays, Any]:
        state, J = step(merge(structure, numbers), State(*arrays, t), *batch_of(X, Y, weights, rows), seed)
        return arrays_of(state), J

    def at(i: Any, arrays: Arrays) -> tuple[Arrays, Any]:
        rows = None if indices is None else indices[i % len(indices)]
        return jax.vmap(one, (0, 0, 0, None if rows is None else 0, 0))(numbers, arrays, t + i, rows, seed)

    return _stretch(at, arrays, steps, jnp.zeros((most, len(seed)), X.dtype))


def _stretch(at: Callable[[Any, Arrays], Any], arrays: Arrays, steps: Any, costs: Any) -> tuple[Any, Any, Any, Any]:
    """Steps ``at(i, arrays)``, i = 0, 1, ..., until there are so many, or the costs of one are all not finite.

    Returns the arrays after them, their costs, one or some a step, their number, and whether all is finite, as many.
    """

    def body(carry: tuple[Any, ...]) -> tuple[Any, ...]:
        i, arrays, costs, _ = carry
        arrays, J = whole(at(i, arrays))
        return i + 1, arrays, costs.at[i].set(J), jnp.isfinite(J)

    def go_on(carry: tuple[Any, ...]) -> Any:
        i, _, _, finite = carry
        return (i < steps) & finite.any()

    start = (0, arrays, costs, jnp.ones(costs.shape[1:], bool))
    ran, arrays, costs, finite = jax.lax.while_loop(go_on, body, start)
    for p in arrays[0].arrays():
        finite = finite & jnp.isfinite(p).reshape(*finite.shape, -1).all(axis=-1)
    return arrays, costs, ran, finite


@_program
def evaluate_places(
    structure: Any, numbers: Any, parameters: Parameters, averages: Averages, X: Any, Y: Any, weights: Any, rows: Any
) -> tuple[Any, Any]:
    """The sum of weight * loss (k,) and Y_hat (k, rows, n_y) of several networks, each on rows (k, n) of its own."""
    _traced.append("evaluate places")

    def one(numbers: Any, parameters: Parameters, averages: Averages, rows: Any) -> tuple[Any, Any]:
        recipe = merge(structure, numbers)
        total, Y_hat = total_loss(recipe.network, parameters, averages, *batch_of(X, Y, weights, rows))
        return total, Y_hat.T

    return jax.vmap(one)(numbers, parameters, averages, rows)


@jax.jit
def as_weak(numbers: list[float]) -> Any:
    """Numbers as one array that, as they, leaves the dtype of what it is multiplied with as it is."""
    return jnp.stack(numbers)
