"""Rows in, columns out: the order in which samples are seen. The engines' ``.T`` is the only transpose.

Epoch e visits the rows in an order that is a function of (seed, e) alone, so step t's rows are known without having
run the steps before it: a resumed run sees what the uninterrupted one would have seen.
"""

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..nn.rows import data_dtype, named
from ..nn.structure import Network
from ..nn.validation import count
from .border import Rows, check_rows


@dataclass
class Table:
    """Data that fits in memory, visited in full batches or in mini-batches.

    The last batch of an epoch holds what is left and may be shorter. The first epoch begins with step ``first_step``.
    """

    rows: Rows
    batch_size: int
    seed: int
    shuffle: bool = True
    first_step: int = 0
    _order: tuple[int, np.ndarray] | None = field(default=None, repr=False)

    @property
    def m(self) -> int:
        return len(self.rows.X)

    @property
    def full_batch(self) -> bool:
        return self.batch_size == self.m

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.m // self.batch_size)

    def order(self, epoch: int) -> np.ndarray:
        """The rows in epoch ``epoch``'s order."""
        if self._order is None or self._order[0] != epoch:
            # Steps made on other data before these count, so that each of many short runs has orders of its own.
            rng = np.random.default_rng([self.seed, self.first_step + epoch])
            order = rng.permutation(self.m) if self.shuffle else np.arange(self.m)
            self._order = (epoch, order.astype(np.int32))
        return self._order[1]

    def batch(self, t: int) -> np.ndarray:
        """The row numbers of step t."""
        epoch, position = divmod(t - self.first_step, self.steps_per_epoch)
        return self.order(epoch)[position * self.batch_size : (position + 1) * self.batch_size]

    def sizes(self, t: int, steps: int) -> np.ndarray:
        """How many rows each of the steps t to t + steps - 1 has."""
        position = (np.arange(t, t + steps) - self.first_step) % self.steps_per_epoch
        return np.minimum(self.batch_size, self.m - position * self.batch_size)

    def at(self, t: int) -> Rows:
        """The rows of step t themselves."""
        if self.full_batch:
            return self.rows
        chosen = self.batch(t)
        X, Y, weights = self.rows
        # take() copies the same rows as indexing does, in a third of the time when they are few.
        return Rows(X.take(chosen, axis=0), Y.take(chosen, axis=0), None if weights is None else weights.take(chosen))

    def batches(self, t: int, steps: int, filler: int) -> np.ndarray:
        """The row numbers of steps t to t + steps - 1, (steps, batch_size), short batches filled up with ``filler``."""
        parts, done = [], 0
        per_epoch, size = self.steps_per_epoch, self.batch_size
        while done < steps:
            epoch, position = divmod(t + done - self.first_step, per_epoch)
            take = min(steps - done, per_epoch - position)
            part = self.order(epoch)[position * size : (position + take) * size]
            parts.append(np.append(part, np.full(take * size - len(part), filler, part.dtype)))
            done += take
        return np.concatenate(parts).reshape(steps, size)


def table(rows: Rows, batch_size: int | None, seed: int, shuffle: bool = True, first_step: int = 0) -> Table:
    """Rows in full batches (None) or in mini-batches; a batch size above m warns and means m.

    >>> rows = Rows(np.zeros((5, 1)), np.zeros((5, 1)), None)
    >>> t = table(rows, 2, seed=0)
    >>> t.steps_per_epoch, sorted(np.concatenate([t.batch(i) for i in range(3)]).tolist())
    (3, [0, 1, 2, 3, 4])
    """
    m = len(rows.X)
    size = m if batch_size is None else count("batch_size", batch_size)
    if size > m:
        warnings.warn(f"batch_size={size} is larger than the {m} rows there are; all {m} are used", stacklevel=3)
        size = m
    return Table(rows, size, seed, shuffle, first_step)


class Stream:
    """A user's own iterable of batches, each (X, Y) or (X, Y, weights) as rows; used as they come, until they end."""

    def __init__(self, batches: Iterable[Any], network: Network, dtype: Any = None) -> None:
        self._batches: Iterator[Any] = iter(batches)
        self._network = network
        self._pushed_back: list[Rows] = []
        self._taken = 0
        self.dtype = np.dtype(dtype) if dtype is not None else None
        self.names: tuple[str, ...] = ()
        first = self.take(1)
        if not first:
            raise ValueError("the iterable of batches is empty: it must yield (X, Y) or (X, Y, weights) as rows")
        self._pushed_back = first

    def take(self, most: int) -> list[Rows]:
        """Up to ``most`` batches; an empty list when there are no more."""
        taken = self._pushed_back[:most]
        self._pushed_back = self._pushed_back[most:]
        while len(taken) < most and (batch := next(self._batches, None)) is not None:
            if not isinstance(batch, tuple | list) or len(batch) not in (2, 3):
                raise TypeError(f"batch {self._taken} is {type(batch).__name__}, not a tuple (X, Y) or (X, Y, weights)")
            what = f"batch {self._taken} "
            X, names = named(f"{what}X", batch[0], self.names)
            self.names = names
            if self.dtype is None:
                self.dtype = data_dtype(X)
            taken.append(check_rows(self._network, X, *batch[1:], dtype=self.dtype, what=what, names=names))
            self._taken += 1
        return taken


Source = Table | Stream
