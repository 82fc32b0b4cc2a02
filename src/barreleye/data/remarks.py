"""What is worth a second look in the columns of a table, in sentences."""

import numpy as np

from ..nn.arrays import Array
from ..words import Text, catalogue
from .frame import Cells, Frame, Numbers, Texts, missing
from .table import Table

SAY = catalogue("table")


def codes_for_missing(frame: Frame) -> list[Text]:
    """Columns in which one number stands far from all others and recurs, as -200 or 999 for "no reading" does.

    >>> codes_for_missing(Frame({"t": Numbers(np.array([1.0, 2, 3, -200, -200, -200, 2]))}, 7))
    ["'t' holds -200 in 3 rows, far from all else: if it stands for a missing value, pass --missing -200"]
    """
    said: list[Text] = []
    for name, cells in frame:
        if not isinstance(cells, Numbers):
            continue
        values = cells.values[~np.isnan(cells.values)]
        if not values.size:
            continue
        for code, others in ((values.min(), values > values.min()), (values.max(), values < values.max())):
            rest, times = values[others], values.size - np.count_nonzero(others)
            if times < max(3, 0.005 * len(cells.values)) or not (code < 0 or set(f"{code:g}") == {"9"}):
                continue
            if np.unique(rest).size < 3:
                continue
            far = min(abs(code - rest.min()), abs(code - rest.max())) > np.ptp(rest)
            if far or code < 0 <= rest.min():
                mark = np.format_float_positional(code, trim="-")
                where = SAY["note.far" if far else "note.below"]
                what = {"name": repr(name), "mark": mark, "times": f"{times:,}", "where": where}
                said.append(SAY["note.code"].filled(**what))
    return said


def giveaways(frame: Frame, y: Array, classes: bool) -> list[Text]:
    """What is to be said of the columns that ``leaks`` names.

    >>> y = np.arange(100) % 2
    >>> giveaways(Frame({"y again": Numbers(5.0 - y)}, 100), y, classes=True)
    ["'y again' alone gives the target away: is it known when an answer is wanted? If not, --drop it"]
    """
    return [SAY["note.giveaway"].filled(name=repr(name)) for name in leaks(frame, y, classes)]


def leaks(frame: Frame, y: Array, classes: bool) -> list[str]:
    """Columns that alone give the target away: half of the rows teach what the other half then has right.

    y (m,): numbers of classes, or the target itself.

    >>> y = np.arange(100) % 2
    >>> leaks(Frame({"y again": Numbers(5.0 - y), "odd": Numbers(y * 0.0)}, 100), y, classes=True)
    ['y again']
    """
    found: list[str] = []
    if len(y) < 20 or (classes and np.bincount(y).max() > 0.95 * len(y)):
        return found
    odd = np.random.default_rng(0).random(len(y)) < 0.5
    for name, cells in frame:
        bins = binned(cells)
        if classes:
            shape = (bins.max() + 1, y.max() + 1)
            counts = np.bincount(bins[odd] * shape[1] + y[odd], minlength=shape[0] * shape[1]).reshape(shape)
            known = counts.sum(axis=1)[bins] > 0
            right = (counts.argmax(axis=1)[bins] == y) & known
            gone = right[~odd].mean() > 0.995
        elif isinstance(cells, Numbers):
            both = ~np.isnan(cells.values)
            with np.errstate(all="ignore"):  # of numbers whose squares overflow, or that are all alike, nothing is said
                gone = both.mean() > 0.9 and abs(np.corrcoef(cells.values[both], y[both])[0, 1]) > 0.9999
        else:
            gone = False
        if gone:
            found.append(name)
    return found


def running_on(frame: Frame, table: Table) -> list[Text]:
    """Columns of moments in whose order the rows stand, as in a history: it is the latest rows that test a forecast."""
    said: list[Text] = []
    for name, cells in frame:
        if table.encoders[name].kind == "date":
            steps = np.diff(table.encoders[name](cells)[:, 0])
            if (steps >= 0).all() or (steps <= 0).all():
                said.append(SAY["note.history"].filled(name=repr(name), column=name))
    return said


def binned(cells: Cells) -> Array:
    """Cells as whole numbers from 0: a text's code, or one of 64 shares of equal size."""
    if isinstance(cells, Texts):
        return cells.codes + 1
    values = cells.values.astype(np.float64)
    gone = missing(cells)
    if gone.all():
        return np.zeros(len(values), np.int64)
    edges = np.unique(np.quantile(values[~gone], np.linspace(0, 1, 65)[1:-1]))
    return np.where(gone, 0, np.searchsorted(edges, np.where(gone, 0, values), side="right") + 1)
