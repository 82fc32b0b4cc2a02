"""Rows in, columns out: the order in which samples are seen. The engines' ``.T`` is the only transpose.

Epoch e visits the rows in an order that is a function of (seed, e) alone, so step t's rows are known without having
run the steps before it: a resumed run sees what the uninterrupted one would have seen.
"""

import hashlib
import math
import warnings
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..nn.rows import data_dtype, named
from ..nn.sparse import is_sparse
from ..nn.structure import Network
from ..nn.validation import count
from ..words import catalogue
from .border import Rows, check_rows

SAY = catalogue("training")

HASHED_BYTES = 2**23
KEPT_BYTES = 2**26
"""Of a stream's batches, for looking at them again."""


class Epochs(ABC):
    """What m rows in batches have in common, wherever they lie: so many steps make an epoch."""

    batch_size: Any
    first_step: int

    @property
    @abstractmethod
    def m(self) -> int:
        """The rows."""

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.m // self.batch_size)

    def sizes(self, t: int, steps: int) -> np.ndarray:
        """How many rows each of the steps t to t + steps - 1 has."""
        position = (np.arange(t, t + steps) - self.first_step) % self.steps_per_epoch
        return np.minimum(self.batch_size, self.m - position * self.batch_size)


@dataclass
class Table(Epochs):
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
    def dtype(self) -> np.dtype[Any]:
        return self.rows.X.dtype

    @property
    def m(self) -> int:
        return len(self.rows.Y)

    @property
    def full_batch(self) -> bool:
        return self.batch_size == self.m

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

    def settings(self) -> dict[str, Any]:
        """What a resumed run must find again."""
        rows = {f"hash of {name}": fingerprint(part) for name, part in self.rows._asdict().items() if part is not None}
        return {"batch_size": self.batch_size, "m": self.m, "first_step": self.first_step, **rows}

    def at(self, t: int) -> Rows:
        """The rows of step t themselves."""
        if self.full_batch:
            return self.rows
        chosen = self.batch(t)
        X, Y, weights = self.rows
        # take() copies the same rows as indexing does, in a third of the time when they are few.
        X = X[chosen] if is_sparse(X) else X.take(chosen, axis=0)
        return Rows(X, Y.take(chosen, axis=0), None if weights is None else weights.take(chosen))

    def batches(self, t: int, steps: int) -> np.ndarray:
        """The row numbers of steps t to t + steps - 1, (steps, batch_size).

        A short batch is filled up with ~number of its own last row, to be read as that row with weight 0: whatever is
        finite for the rows of the batch is finite for those that fill it up, also where batch norm magnifies.
        """
        parts, done = [], 0
        per_epoch, size = self.steps_per_epoch, self.batch_size
        while done < steps:
            epoch, position = divmod(t + done - self.first_step, per_epoch)
            take = min(steps - done, per_epoch - position)
            part = self.order(epoch)[position * size : (position + take) * size]
            parts.append(np.append(part, np.full(take * size - len(part), ~part[-1], part.dtype)))
            done += take
        return np.concatenate(parts).reshape(steps, size)


def table(rows: Rows, batch_size: int | None, seed: int, shuffle: bool = True, first_step: int = 0) -> Table:
    """Rows in full batches (None) or in mini-batches; a batch size above m warns and means m.

    >>> rows = Rows(np.zeros((5, 1)), np.zeros((5, 1)), None)
    >>> t = table(rows, 2, seed=0)
    >>> t.steps_per_epoch, sorted(np.concatenate([t.batch(i) for i in range(3)]).tolist())
    (3, [0, 1, 2, 3, 4])
    """
    m = len(rows.Y)
    return Table(rows, m if batch_size is None else rows_in_step(batch_size, m), seed, shuffle, first_step)


def rows_in_step(batch_size: int, m: int) -> int:
    """The batch size for m rows: m, with a warning, where it is larger."""
    if count("batch_size", batch_size) > m:
        warnings.warn(f"batch_size={batch_size} is larger than the {m} rows there are; all {m} are used", stacklevel=6)
        return m
    return batch_size


class Stream:
    """A user's own iterable of batches, each (X, Y) or (X, Y, weights) as rows; used as they come, until they end.

    Batches that were taken are kept, up to KEPT_BYTES, until ``forget``: what broke can be looked at again. The first
    batch is that of step ``first_step``, unless ``begin`` says otherwise.
    """

    batch_size: Any = None
    steps_per_epoch: Any = math.nan
    full_batch = False

    def __init__(self, batches: Iterable[Any], network: Network, dtype: Any = None, first_step: int = 0) -> None:
        self._network, self._number, self.first_step = network, 0, first_step
        self._take_from(iter(batches), first_step)
        self.dtype = np.dtype(dtype) if dtype is not None else None
        self.names: tuple[str, ...] = ()
        if not self._read_on():
            raise ValueError(SAY["error.no_batch"])
        self.dtype = self._kept[0].X.dtype

    def _take_from(self, batches: Iterator[Any], t: int) -> None:
        self._batches = batches
        self._error: Exception | None = None
        self._kept: deque[Rows] = deque()
        self._bytes = 0
        # The step of the first batch that is kept, of the next to be taken, of the next to be read.
        self._begin = self._next = self._read = t

    def begin(self, t: int) -> None:
        """Let the next batch be that of step t, of a run that is taken up."""
        self._read += t - self._next
        self._begin = self._next = t

    def settings(self) -> dict[str, Any]:
        """What a resumed run must find again: a stream goes on with other batches."""
        return {"batch_size": self.batch_size}

    @property
    def most_kept(self) -> int:
        """Bytes of batches that are kept."""
        return KEPT_BYTES

    def sizes(self, t: int, steps: int) -> np.ndarray:
        """What each of the steps t to t + steps - 1 counts in the mean of their costs."""
        return np.ones(steps)

    def take(self, most: int) -> list[Rows]:
        """Up to ``most`` batches; an empty list when there are no more."""
        if self._error is not None:
            raise self._error
        taken: list[Rows] = []
        while len(taken) < most and (self._next < self._read or self._read_on()):
            taken.append(self._kept[self._next - self._begin])
            self._next += 1
        return taken

    def ended(self) -> bool:
        """Whether no batch follows. It is read to know; an error of the iterable is raised when the batch is taken."""
        try:
            return self._next == self._read and self._error is None and not self._read_on()
        except Exception as error:
            self._error = error
            return False

    def at(self, t: int) -> Rows | None:
        """The batch of step t, where it has been read and is still kept."""
        place = t - self._begin
        return self._kept[place] if 0 <= place < len(self._kept) else None

    def rewind(self, t: int) -> bool:
        """Take the batch of step t next, also where it was taken before; False where it is gone."""
        if self.at(t) is not None:
            self._next = t
        return self._next == t

    def forget(self, t: int) -> None:
        """Let go of the batches before that of step t."""
        while self._begin < min(self._next, t):
            gone = self._kept.popleft()
            self._bytes -= gone.X.nbytes + gone.Y.nbytes
            self._begin += 1

    def kept(self, first_step: int) -> "Table":
        """The batches that are kept, one after another, as a table."""
        parts = [(b.X, b.Y, np.ones(len(b.X), b.X.dtype) if b.weights is None else b.weights) for b in self._kept]
        rows = Rows(*map(np.concatenate, zip(*parts, strict=True)))
        return Table(rows, len(rows.X) // len(parts), seed=0, shuffle=False, first_step=first_step)

    def _read_on(self) -> bool:
        batch = next(self._batches, None)
        if batch is None:
            return False
        rows = self._checked(batch)
        self._kept.append(rows)
        self._read += 1
        self._bytes += rows.X.nbytes + rows.Y.nbytes
        while self._begin < self._next and self._bytes > self.most_kept:
            self.forget(self._begin + 1)
        return True

    def _checked(self, batch: Any) -> Rows:
        """A copy of the batch as rows, because an iterable may fill one buffer again and again."""
        what, self._number = SAY["batch"].filled(n=self._number), self._number + 1
        if not isinstance(batch, tuple | list) or len(batch) not in (2, 3):
            raise TypeError(SAY["error.no_tuple"].filled(what=what, batch=type(batch).__name__))
        X, self.names = named(what + "X", batch[0], self.names)
        dtype = data_dtype(X) if self.dtype is None else self.dtype
        rows = check_rows(self._network, X, *batch[1:], dtype=dtype, what=what, names=self.names)
        return Rows(rows.X.copy(), rows.Y.copy(), None if rows.weights is None else rows.weights.copy())


def fingerprint(values: Any) -> str:
    """A hash of an array: of all its bits added up, and of up to HASHED_BYTES of its rows, evenly spread.

    >>> fingerprint(np.eye(3)) == fingerprint(np.eye(3)), fingerprint(np.eye(3)) == fingerprint(-np.eye(3))
    (True, False)
    """
    if is_sparse(values):
        return "-".join(map(fingerprint, (values.data, values.indices, values.indptr)))
    words = values.view(f"u{values.itemsize}")
    some = words[:: 1 + values.nbytes // HASHED_BYTES].tobytes()
    return hashlib.blake2b(some, digest_size=8, key=words.sum(dtype=np.uint64).tobytes()).hexdigest()


Source = Table | Stream
