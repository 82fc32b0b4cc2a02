"""Reading a constant off a learner's numbers: it must be the same in every trial."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..equations import Work, worked
from ..likeness import DIFFERENT, alike
from ..search import Reading


class Seen(NamedTuple):
    """What a function gave in one trial, and all that should have come of what it was given."""

    right: Work
    observed: Mapping[tuple[str, int], Any]

    def got(self, quantity: str, l: int) -> Any:
        """What was observed of a quantity, in the shape that it should have; NaN where it has not."""
        right = np.asarray(getattr(self.right, quantity)[l])
        got = self.observed.get((quantity, l), np.nan)
        return (
            np.reshape(got, right.shape) if np.size(got) == right.size == 1 or np.shape(got) == right.shape else np.nan
        )

    def beyond(self, quantity: str, l: int) -> Any:
        """By how much an observed quantity is not what it should be."""
        return self.got(quantity, l) - getattr(self.right, quantity)[l]


def seen_in(reading: Reading) -> list[Seen]:
    """The trials of a reading, with what was observed as far as it is finite numbers."""
    return [Seen(worked(reading.sheet, given), arrays(observed)) for given, observed in reading.trials]


def arrays(observed: Mapping[tuple[str, int], Any]) -> dict[tuple[str, int], Any]:
    known = {}
    for name, value in observed.items():
        try:
            array = np.asarray(value, float)
        except (TypeError, ValueError):
            continue
        if np.isfinite(array).all():
            known[name] = array
    return known


def along(change: Any, direction: Any) -> float | None:
    """c where the change is c times the direction, and not 0; None where it is no multiple of it.

    >>> along(np.array([2.0, 4.0]), np.array([1.0, 2.0])), along(np.array([2.0, 5.0]), np.array([1.0, 2.0]))
    (2.0, None)
    """
    if np.shape(change) != np.shape(direction) or not np.isfinite(change).all() or not np.any(direction):
        return None
    c = float(np.vdot(direction, change) / np.vdot(direction, direction))
    return c if c and alike(change, c * np.asarray(direction)) != DIFFERENT else None


def steady(values: Sequence[float | None]) -> float | None:
    """The one number that all of these are, to six digits; None where one is missing or differs.

    >>> steady([2.0000000001, 2.0]), steady([2.0, 3.0]), steady([2.0, None])
    (2.0, None, None)
    """
    known = [value for value in values if value is not None]
    same = len(known) == len(values) and np.ptp(known) <= 1e-6 * abs(known[0])
    return float(f"{known[0]:.6g}") if same else None


def said(c: float) -> str:
    """A constant as it stands in a sentence.

    >>> said(-0.5)
    '−0.5'
    """
    return f"{c:g}".replace("-", "−")
