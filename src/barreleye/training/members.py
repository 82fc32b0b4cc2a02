"""Several networks trained at once, each from a seed of its own: starting weights, order of the rows, dropout masks.

Every array of theirs has a leading axis, one entry for each member: W[l] is (k, n[l], n[l-1]). A member is what a run
with its seed alone would be, because the members share nothing but the rows.

>>> from barreleye.nn.network import initialize
>>> from barreleye.nn.structure import Network
>>> together = stack([initialize(Network((2, 4, 1)), seed) for seed in (5, 6, 7)])
>>> together.W[1].shape, member(together, 0).W[1].shape
((3, 4, 2), (4, 2))
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import numpy as np

from ..nn.arrays import namespace
from ..nn.quantities import Parameters
from ..nn.validation import count
from ..words import catalogue
from .batches import Source, Table
from .step import State, is_own

SAY = catalogue("training")

Seed = int | tuple[int, ...]
"""One seed: one network. A tuple of them: as many members."""

Arrays = TypeVar("Arrays")
"""Parameters, a State, running averages: named tuples and dicts of arrays."""

Number = TypeVar("Number", float, np.ndarray)


def checked_seed(seed: Any) -> Seed:
    """A seed, or several as a tuple, each a whole number of 0 or above; TypeError or ValueError for others.

    >>> checked_seed([3, 5])
    (3, 5)
    """
    if not isinstance(seed, list | tuple | np.ndarray):
        return count("seed", seed, least=0)
    if len(seed) == 0:
        raise ValueError(SAY["error.no_seed"])
    return tuple(count(f"seed[{i}]", one, least=0) for i, one in enumerate(seed))


def each(seed: Seed) -> tuple[int, ...]:
    """The seed of each network.

    >>> each(3), each((3, 5))
    ((3,), (3, 5))
    """
    return seed if isinstance(seed, tuple) else (seed,)


def orders(source: Source, seed: Seed) -> list[Table]:
    """The rows in the order of each seed; none for a stream, whose batches are for all members as they come."""
    return [replace(source, seed=one, _order=None) for one in each(seed)] if isinstance(source, Table) else []


def stack(members: Sequence[Arrays]) -> Arrays:
    """The members' arrays as one, with a leading axis; of their counts of steps the largest.

    >>> stack([{1: np.zeros(2)}, {1: np.ones(2)}])
    {1: array([[0., 0.],
           [1., 1.]])}
    """
    first: Any = members[0]
    parts: Sequence[Any] = members
    if isinstance(first, dict):
        together: Any = {key: stack([part[key] for part in parts]) for key in first}
    elif isinstance(first, tuple):
        together = _like(first, [stack(fields) for fields in zip(*parts, strict=True)])
    else:
        together = np.stack(parts) if np.ndim(first) else max(parts)
    return together


def member(together: Arrays, index: int) -> Arrays:
    """One member's arrays, as views."""
    part: Any = together
    if isinstance(part, dict):
        one: Any = {key: member(value, index) for key, value in part.items()}
    elif isinstance(part, tuple):
        one = _like(part, [member(value, index) for value in part])
    else:
        one = part[index] if np.ndim(part) else part
    return one


def how_many(parameters: Parameters) -> int | None:
    """The members that the arrays hold; None for those of a single network, which have no leading axis."""
    W = parameters.W[max(parameters.W)]
    return len(W) if W.ndim == 3 else None


def in_common(state: State) -> State:
    """The stacked state of networks that share their bodies, with each shared array once."""
    L = max(state.parameters.W)

    def once(field: str, l: int, array: Any) -> Any:
        return array if is_own(field, l, L) else member(array, 0)

    return state._replace(parameters=state.parameters.by_place(once), optimizer=state.optimizer.by_place(once))


def spread(parameters: Parameters) -> Parameters:
    """Of what ``in_common`` has made, stacked again: each network whole."""
    L, k = max(parameters.W), how_many(parameters) or 1

    def copied(field: str, l: int, array: Any) -> Any:
        return array if is_own(field, l, L) else namespace(array).stack([array] * k)

    return parameters.by_place(copied)


def spread_state(state: State) -> State:
    """``spread`` for all of a state, as NumPy arrays."""
    L, k = max(state.parameters.W), how_many(state.parameters) or 1

    def copied(field: str, l: int, slots: Any) -> Any:
        return slots if is_own(field, l, L) else stack([slots] * k)

    return state._replace(parameters=spread(state.parameters), optimizer=state.optimizer.by_place(copied))


def one_of(parameters: Parameters, index: int) -> Parameters:
    """The parameters of one network among those that ``in_common`` holds."""
    L = max(parameters.W)
    return parameters.by_place(lambda field, l, array: array[index] if is_own(field, l, L) else array)


def apart(state: State) -> list[State]:
    """The state of each member; of a single network, its own."""
    members = how_many(state.parameters)
    return [state] if members is None else [member(state, i) for i in range(members)]


class SideBySide(NamedTuple):
    """The states of several networks where an engine computes: stacked, they would be copied at every look."""

    states: tuple[State, ...]

    @property
    def t(self) -> Any:
        """The updates that each of them has made."""
        return self.states[0].t


def mean(values: Sequence[Number]) -> Number:
    """The mean of the members' numbers or arrays, in their own precision.

    >>> mean([1.0, 2.0])
    1.5
    """
    return sum(values[1:], values[0]) / len(values)


def _like(fields: tuple[Any, ...], values: list[Any]) -> tuple[Any, ...]:
    """The values as a tuple of the same kind, named or not."""
    kind: Any = type(fields)
    return tuple(values) if kind is tuple else kind(*values)
