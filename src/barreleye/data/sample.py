"""Rows parted and drawn by a hash of their number: the same whatever comes in between, wherever reading begins.

By the number and not by the cells: equal rows would all fall into one part, which of a table of a few categories would
leave parts that are unlike each other.
"""

import numpy as np

from ..nn.arrays import Array
from .frame import Frame
from .read import joined
from .split import SHARE

PART, DRAW = 0, 1
"""What a hash is for."""


def hashed(rows: Array, seed: int, use: int) -> Array:
    """Numbers of rows as words of 64 bits, each as likely (splitmix64, Steele, Lea and Flood 2014).

    >>> words = hashed(np.arange(100_000), 0, PART)
    >>> bool(abs((words < 2**62).mean() - 0.25) < 0.01)
    True
    """
    start = np.random.SeedSequence([seed, use, 0x57]).generate_state(1, np.uint64)
    z = start + (rows.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def parted(rows: Array, seed: int, test: bool = True, validation: bool = True) -> Array:
    """The part of each row, its place in ``Parts``: a fifth are to test, a fifth of the others stop the training.

    >>> np.bincount(parted(np.arange(100_000), 0)).round(-3).tolist()
    [64000, 16000, 20000]
    """
    share = hashed(rows, seed, PART) / 2.0**64
    tested = SHARE * test
    stops = tested + (1 - tested) * SHARE * validation
    return np.where(share < tested, 2, np.where(share < stops, 1, 0))


class Sample:
    """So many of the rows that are offered, each as likely as any other: those whose hash is least."""

    def __init__(self, size: int, seed: int) -> None:
        self._size, self._seed, self._most = size, seed, np.uint64(2**64 - 1)
        self._frames: list[Frame] = []
        self._rows: list[Array] = []

    def offer(self, frame: Frame, rows: Array) -> None:
        """Rows of a frame, and their numbers, which no other rows have."""
        near = hashed(rows, self._seed, DRAW) <= self._most
        if near.any():
            self._frames.append(frame.take(near))
            self._rows.append(rows[near])
        if sum(map(len, self._rows)) > 1.5 * self._size:
            self._cut()

    def taken(self) -> tuple[Frame, Array] | None:
        """The rows in order, and their numbers; None where none were offered."""
        if not self._rows:
            return None
        self._cut()
        order = np.argsort(self._rows[0], kind="stable")
        return self._frames[0].take(order), self._rows[0][order]

    def _cut(self) -> None:
        frame, rows = joined(self._frames), np.concatenate(self._rows)
        words = hashed(rows, self._seed, DRAW)
        if len(rows) > self._size:
            self._most = np.partition(words, self._size - 1)[self._size - 1]
            frame, rows = frame.take(words <= self._most), rows[words <= self._most]
        self._frames, self._rows = [frame], [rows]
