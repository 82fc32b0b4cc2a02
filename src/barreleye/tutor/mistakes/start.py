"""What an initialization gives, and how the mistakes in it show."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np


class Start(NamedTuple):
    """The sizes n[0..L] given to an initialization; W and b by layer as it gave them, and every name that it used."""

    n: Sequence[int]
    W: Mapping[int, np.ndarray]
    b: Mapping[int, np.ndarray]
    names: frozenset[tuple[str, int]]

    @property
    def L(self) -> int:
        return len(self.n) - 1


Seen = Sequence[Start]
"""Some trials; the first has layers so large that the spread of its weights can be told."""
Shows = Callable[[Seen], dict[str, Any] | None]


def where(layers: Iterable[int], letter: str) -> dict[str, Any] | None:
    """The names of the parameters of some layers, as {q}; None where there are none."""
    names = [f"{letter}{l}" for l in layers]
    return {"q": ", ".join(names)} if names else None


def some(letter: str, wrong: Callable[[np.ndarray, int, Sequence[int]], bool]) -> Shows:
    """Shows where some W or b of the first trial is wrong, told from its numbers, its layer, and the sizes."""

    def shows(seen: Seen) -> dict[str, Any] | None:
        start = seen[0]
        return where([l for l, array in getattr(start, letter).items() if wrong(array, l, start.n)], letter)

    return shows


def always(letter: str, wrong: Callable[[np.ndarray, int, Sequence[int]], bool]) -> Shows:
    """Shows where every W or b of every trial is so."""

    def shows(seen: Seen) -> dict[str, Any] | None:
        arrays = [(array, l, start.n) for start in seen for l, array in getattr(start, letter).items()]
        return {} if arrays and all(wrong(*one) for one in arrays) else None

    return shows
