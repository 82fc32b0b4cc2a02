"""Rows that lie in pieces, too many for the memory: read again in every epoch, their order shuffled.

An epoch takes the pieces in an order of its own and deals the rows of a window (BUFFER of them, about) in an order of
its own; both are functions of (seed, epoch, window). So a run that is taken up within an epoch goes on with the batch
that it would have had, and reads again no more than the window where it stopped.

>>> from typing import NamedTuple
>>> class Numbers(NamedTuple):
...     sizes: tuple[int, ...] = (3, 2)
...     fingerprint: str = "0 to 4"
...     sample: tuple[np.ndarray, ...] = (np.zeros((1, 1)), np.zeros((1, 1)))
...     def read(self, piece):
...         rows = np.arange(3 * piece, 3 + 2 * piece).reshape(-1, 1) / 1.0
...         yield rows, rows
>>> passes = Passes(Numbers(), Network((1, 1), head="identity"), 2, seed=0)
>>> passes.steps_per_epoch, sorted(y for batch in passes.take(3) for y in batch.Y[:, 0].tolist())
(3, [0.0, 1.0, 2.0, 3.0, 4.0])
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, Protocol, TypeGuard, TypeVar

import numpy as np

from ..nn.rows import data_dtype
from ..nn.structure import Network
from ..words import catalogue
from .batches import Epochs, Stream, rows_in_step
from .border import Rows, check_rows

SAY = catalogue("training")

BUFFER = 2**16
"""Rows that are shuffled among each other."""

Item = TypeVar("Item")


class Pieces(Protocol):
    """Rows in pieces, each of which can be read by itself, again and again, with the same rows in the same order.

    sizes          rows of each piece
    fingerprint    a word that tells these rows from others, for a run that is taken up
    sample         (X, Y) or (X, Y, weights): some of the rows, for starting weights that look at them
    """

    @property
    def sizes(self) -> Sequence[int]: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def sample(self) -> tuple[Any, ...]: ...

    def read(self, piece: int) -> Iterator[tuple[Any, ...]]:
        """The rows of a piece in blocks, each (X, Y) or (X, Y, weights)."""
        ...


def in_pieces(data: Any) -> TypeGuard[Pieces]:
    """Whether the data are ``Pieces``.

    >>> in_pieces([[0.0, 1.0]])
    False
    """
    return all(hasattr(data, name) for name in ("sizes", "fingerprint", "sample", "read"))


class Passes(Epochs, Stream):
    """Pieces, visited in mini-batches epoch after epoch."""

    def __init__(
        self,
        pieces: Pieces,
        network: Network,
        batch_size: int,
        seed: int,
        shuffle: bool = True,
        first_step: int = 0,
        dtype: Any = None,
    ) -> None:
        self._pieces, self.seed, self.shuffle = pieces, seed, shuffle
        if not self.m:
            raise ValueError(SAY["error.no_row"].filled(pieces=pieces))
        self.batch_size, self.first_step = rows_in_step(batch_size, self.m), first_step
        self._steps_in_window = max(1, BUFFER // self.batch_size)
        X = pieces.sample[0]
        self.sample = check_rows(network, *pieces.sample, dtype=data_dtype(X) if dtype is None else dtype)
        self._network, self.dtype = network, self.sample.X.dtype
        self.begin(first_step)

    @property
    def m(self) -> int:
        return sum(self._pieces.sizes)

    def settings(self) -> dict[str, Any]:
        of_epochs = {"batch_size": self.batch_size, "m": self.m, "first_step": self.first_step}
        return {**of_epochs, "window": self._steps_in_window, "hash of rows": self._pieces.fingerprint}

    @property
    def most_kept(self) -> int:
        return super().most_kept // 16  # what is gone can be read again

    def begin(self, t: int) -> None:
        self._take_from(self._from(t), t)

    def rewind(self, t: int) -> bool:
        if not super().rewind(t):
            self.begin(t)  # read again, where they are kept no more
        return True

    def ended(self) -> bool:
        return False

    def _checked(self, batch: Rows) -> Rows:
        return batch  # its block was

    def _from(self, t: int) -> Iterator[Rows]:
        """The batches of step t and of all after it."""
        epoch, step = divmod(t - self.first_step, self.steps_per_epoch)
        window, before = divmod(step, self._steps_in_window)
        for rows in ahead(self._windows(epoch, window)):
            for begin in range(before * self.batch_size, len(rows.Y), self.batch_size):
                yield some(rows, slice(begin, begin + self.batch_size))
            before = 0

    def _windows(self, epoch: int, window: int) -> Iterator[Rows]:
        """The shuffled windows of an epoch, from one of them on, and of all epochs after it."""
        size = self._steps_in_window * self.batch_size
        for key in ((self.seed, self.first_step + e) for e in count(epoch)):
            # Steps made on other data before these count, as in Table; window 0's order is Table's own.
            places = np.arange(len(self._pieces.sizes))
            order = np.random.default_rng([*key, 0, 1]).permutation(places) if self.shuffle else places
            for place, rows in enumerate(windows(self._blocks(order, window * size), size), window):
                m = len(rows.Y)
                yield some(rows, np.random.default_rng([*key, place]).permutation(m) if self.shuffle else slice(m))
            window = 0

    def _blocks(self, order: Any, before: int) -> Iterator[Rows]:
        """The rows of the pieces in that order, but so many at the beginning; ValueError for a piece that changed."""
        for piece in order:
            m = self._pieces.sizes[piece]
            if before >= m:
                before -= m
                continue
            there = 0
            for block in filter(lambda block: len(block[1]), self._pieces.read(piece)):
                rows = check_rows(self._network, *block, dtype=self.dtype, what=f"piece {piece} ")
                there += len(rows.Y)
                if before < len(rows.Y):
                    yield some(rows, slice(before, None))
                before = max(0, before - len(rows.Y))
            if there != m:
                raise ValueError(SAY["error.changed_piece"].filled(piece=piece, there=there, m=m))


def some(rows: Rows, which: Any) -> Rows:
    """Those of the rows."""
    return Rows(rows.X[which], rows.Y[which], None if rows.weights is None else rows.weights[which])


def windows(blocks: Iterator[Rows], size: int) -> Iterator[Rows]:
    """The rows of all blocks, so many at a time, the last time those that are left."""
    held, m = list[Rows](), 0
    for block in blocks:
        held.append(block)
        m += len(block.Y)
        while m >= size:
            rows = joined(held)
            yield some(rows, slice(size))
            held, m = [some(rows, slice(size, None))], m - size
    if m:
        yield joined(held)


def joined(parts: Sequence[Rows]) -> Rows:
    """The rows of all parts, one below the other."""
    if len(parts) == 1:
        return parts[0]
    X, Y, weights = zip(*parts, strict=True)
    return Rows(np.concatenate(X), np.concatenate(Y), None if weights[0] is None else np.concatenate(weights))


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The items, each made by another thread while the one before it is in use.

    >>> list(ahead(iter("abc")))
    ['a', 'b', 'c']
    """
    worker = ThreadPoolExecutor(1)
    try:
        coming = worker.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = worker.submit(next, items, None)
            yield item
    finally:  # perhaps of the garbage collector, in any thread: nobody waits there for another
        worker.shutdown(wait=False, cancel_futures=True)
