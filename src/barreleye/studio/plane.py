"""The plane of two columns of numbers: a grid of rows over it, all other columns at their middle.

>>> from .setup import Setup
>>> plane = plane_of(Setup().prepared({}), None)
>>> plane.names, plane.X.shape
(('x1', 'x2'), (9216, 2))
"""

from typing import NamedTuple

import numpy as np

from ..data.frame import Cells, Frame, Numbers, Texts, Times, missing
from ..models.preparing import Prepared
from ..nn.arrays import Array
from ..nn.validation import choose

SIDE = 96
"""Points of the grid along each axis: a multiple of 3, for the units' small pictures take every third."""
MARGIN = 0.08


class Plane(NamedTuple):
    """Two columns and what they span.

    names     of the column to the right and of the one up; of one column alone, that one: a line
    limits    where each begins and ends
    X         the coded rows of the grid, row by row from below, or of the line
    points    (m, 2) where the rows of the table lie, or (m, 1)
    """

    names: tuple[str, ...]
    limits: tuple[tuple[float, float], ...]
    X: Array
    points: Array


def plane_of(ready: Prepared, named: tuple[str, str] | None) -> Plane | None:
    """The plane of those two columns, or of the first two of numbers; the line of the only one; None without any.

    ValueError for a column that is not one of numbers.
    """
    there = numeric(ready)
    names = tuple(choose("plane", name, {one: one for one in there}) for name in named or there[:2])
    if not names:
        return None
    points = np.column_stack([ready.frame[name][0] for name in names])
    limits = tuple(_limits(x) for x in points.T)
    steps = [np.linspace(low, high, SIDE) for low, high in limits]
    grid = [axis.ravel() for axis in np.meshgrid(*steps)]
    m = len(grid[0])
    columns = {name: _middle(ready.frame[name], m) for name in ready.table.inputs}
    columns |= {name: Numbers(axis) for name, axis in zip(names, grid, strict=True)}
    return Plane(names, limits, ready.table(Frame(columns, m)), points)


def _limits(x: Array) -> tuple[float, float]:
    """From a little below the least to a little above the greatest."""
    x = x[np.isfinite(x)]
    low, high = float(x.min()), float(x.max())
    room = MARGIN * (high - low) or 1.0
    return low - room, high + room


def _middle(cells: Cells, m: int) -> Cells:
    """m cells that all hold the column's median, or its commonest text."""
    there = cells[0][~missing(cells)]
    if isinstance(cells, Texts):
        return Texts(np.full(m, np.bincount(there).argmax() if there.size else -1, cells.codes.dtype), cells.levels)
    middle = np.sort(there)[len(there) // 2] if there.size else np.nan
    return (Times if isinstance(cells, Times) else Numbers)(np.full(m, middle, cells[0].dtype))


def numeric(ready: Prepared) -> list[str]:
    """The columns of numbers that the network is given."""
    return [name for name in ready.table.inputs if isinstance(ready.frame[name], Numbers)]
