"""What the sections of a report share: how they say things, and bars on a line."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup

Record = Mapping[str, Any]
Said = Callable[..., Markup]
"""The text of a key of the catalogue, its names filled in."""
Name = Callable[[Any], Markup]
"""A name from a file, as a page may show it."""


class Bar(NamedTuple):
    """Places on a line from 0 to 100: a bar from one to another, a whisker along it, and a mark."""

    start: float
    end: float
    low: float
    high: float
    mark: float | None = None


def on_a_line(low: float, high: float) -> Callable[[float], float]:
    """From numbers between low and high to places from 0 to 100."""
    return lambda value: round(100 * (value - low) / ((high - low) or 1), 1)
