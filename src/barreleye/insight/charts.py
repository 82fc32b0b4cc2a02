"""Small pictures as values, in pixels: where each tick, line and point lies. A template writes them as SVG.

>>> found = chart([Curve("cost", (0, 1, 2), (4.0, 2.0, 1.0))], x_name="epoch", y_name="J")
>>> found.marks[0].path[:1], [tick.name for tick in found.x.ticks], found.y(4.0) < found.y(1.0)
('M', ['0', '0.5', '1', '1.5', '2'], True)
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator

from .curves import LARGEST, thinned

WIDTH, HEIGHT, LETTER, ROW = 380, 236, 6.6, 22
"""Of a picture; of a letter on it; and of a line of names beside it."""
MOST_LETTERS = 18
Values = Sequence[float | None]


class Curve(NamedTuple):
    """Numbers to be drawn; a pair of which one is None leaves a gap.

    dots     points, joined by no line
    sizes    their radii, where all of them are there
    """

    name: str
    x: Values
    y: Values
    dots: bool = False
    sizes: Sequence[float] = ()


class Tick(NamedTuple):
    """A place on an axis, in pixels, and its name."""

    at: float
    name: str


class Axis(NamedTuple):
    """From numbers to pixels."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False
    ticks: tuple[Tick, ...] = ()

    def __call__(self, value: float) -> float:
        low, high, value = (math.log(v) if self.log else v for v in (self.low, self.high, value))
        return round(self.start + (self.end - self.start) * (value - low) / ((high - low) or 1), 1)


class Mark(NamedTuple):
    """One curve as drawn: a path of lines, or of points (lines without length); or points with a radius each."""

    name: str
    path: str
    dots: bool
    points: tuple[tuple[float, float, float], ...] = ()


class Chart(NamedTuple):
    """A picture: its size, axes and curves; where a line is drawn upwards, and whether one along the diagonal."""

    width: int
    height: int
    x: Axis
    y: Axis
    x_name: str
    y_name: str
    marks: tuple[Mark, ...]
    rule: float | None = None
    diagonal: bool = False


def chart(
    curves: Sequence[Curve],
    *,
    x_name: str,
    y_name: str,
    log: bool | None = False,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    rows: Sequence[str] = (),
    rule: float | None = None,
    diagonal: bool = False,
    height: int = HEIGHT,
    named: Callable[[float], str] | None = None,
) -> Chart:
    """The picture of curves.

    log        whether y goes by its logarithm; None: where all are above 0 and the greatest is 20 times the least
    rule       the x of a line upwards
    rows       names of y = 0, 1, 2, ..., from above
    diagonal   one scale for both, and the line on which they are equal
    named      how a number on the x axis is written
    """
    xs, ys = finite(v for c in curves for v in c.x), finite(v for c in curves for v in c.y)
    x_low, x_high = x_range or widened(min(xs), max(xs))
    y_low, y_high = y_range or widened(min(ys), max(ys))
    if log is None:
        log = min(ys) > 0 and max(ys) > 20 * min(ys)
    if log:
        y_low, y_high = min(ys) / 1.1, max(ys) * 1.1
    if diagonal:
        x_low, x_high = y_low, y_high = min(x_low, y_low), max(x_high, y_high)
    if rows:
        height = 52 + ROW * len(rows)
        y_low, y_high = len(rows) - 0.5, -0.5
        names = [shortened(name) for name in rows]
        y_ticks = [(float(i), name) for i, name in enumerate(names)]
    else:
        y_ticks = [(value, written(value)) for value in ticks_of(y_low, y_high, 5, log)]
    left = 14 + LETTER * max((width_of(name) for _, name in y_ticks), default=1)
    x = Axis(x_low, x_high, left, WIDTH - 14)
    y = Axis(y_low, y_high, height - 40, 22 if not rows else 8, log)
    x_ticks = [(value, (named or written)(value)) for value in ticks_of(x_low, x_high, 3 if named else 5)]
    x = x._replace(ticks=tuple(Tick(x(value), name) for value, name in x_ticks))
    y = y._replace(ticks=tuple(Tick(y(value), name) for value, name in y_ticks))
    marks = tuple(mark(curve, x, y) for curve in curves)
    return Chart(WIDTH, height, x, y, x_name, y_name, marks, None if rule is None else x(rule), diagonal)


def mark(curve: Curve, x: Axis, y: Axis) -> Mark:
    """A curve in pixels."""
    pairs = list(map(pair, curve.x, curve.y))
    if curve.sizes:
        sized = zip(filter(None, pairs), curve.sizes, strict=True)
        return Mark(curve.name, "", True, tuple((x(a), y(b), round(size, 1)) for (a, b), size in sized))
    if curve.dots:
        return Mark(curve.name, "".join(f"M{x(a):g},{y(b):g}h0" for a, b in filter(None, pairs)), True)
    pieces: list[list[tuple[float, float]]] = [[]]
    for one in pairs:
        if one:
            pieces[-1].append(one)
        else:
            pieces.append([])
    path, alone = "", []
    for piece in filter(None, pieces):
        drawn = list(zip(*(values.tolist() for values in thinned(*np.array(piece).T)), strict=True))
        path += "M" + "L".join(f"{x(a):g},{y(b):g}" for a, b in drawn)
        alone += [(x(a), y(b), 3.0) for a, b in drawn[:1] if len(drawn) == 1]
    return Mark(curve.name, path, False, tuple(alone))


def pair(x: float | None, y: float | None) -> tuple[float, float] | None:
    """Both, if they can be drawn."""
    return None if x is None or y is None or max(abs(x), abs(y)) >= LARGEST else (x, y)


def finite(values: Iterable[float | None]) -> list[float]:
    """Those that can be drawn; 0 where there is none."""
    return [value for value in values if value is not None and abs(value) < LARGEST] or [0.0]


def widened(low: float, high: float) -> tuple[float, float]:
    """A range with some room on both sides.

    >>> widened(0.0, 100.0), widened(5.0, 5.0)
    ((-4.0, 104.0), (4.5, 5.5))
    """
    room = 0.04 * (high - low) or 0.1 * abs(low) or 1.0
    return low - room, high + room


def ticks_of(low: float, high: float, most: int, log: bool = False) -> list[float]:
    """Round numbers within a range, not many more than ``most``."""
    for subs in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)) if log else ():
        found = [v for v in map(float, LogLocator(subs=subs, numticks=most).tick_values(low, high)) if low <= v <= high]
        if 2 <= len(found) <= most:
            return found
    found = list(map(float, MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)))
    margin = 1e-9 * (high - low)
    return [value for value in found if low - margin <= value <= high + margin and (value > 0 or not log)]


def written(value: float, digits: int = 4) -> str:
    """A number at an axis.

    >>> written(-0.0), written(12500.0), written(0.0002), written(3e9)
    ('0', '12,500', '0.0002', '3e+09')
    """
    value = value + 0.0
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e7 else f"{value:.{digits}g}"


def shortened(name: Any, most: int = MOST_LETTERS) -> str:
    """A name as far as there is room for it; an empty cell is a dash.

    >>> shortened(""), shortened("Frauenfeld an der Thur"), shortened("非常长的一个中文类别的名字")
    ('–', 'Frauenfeld an der…', '非常长的一个中文…')
    """
    text = str(name) or "–"
    if width_of(text) <= most:
        return text
    while width_of(text) > most - 1:
        text = text[:-1]
    return f"{text}…"


def width_of(text: str) -> float:
    """How many letters wide a text is; Chinese characters are nearly two.

    >>> width_of("ab"), width_of("中文")
    (2.0, 3.8)
    """
    return sum(1.9 if ord(letter) > 0x2E7F else 1.0 for letter in text)
