"""What a column holds, in a few numbers: how much is missing, how many values, from where to where, which are common.

>>> from .encoders import KINDS
>>> from .frame import frame_of
>>> cells = frame_of({"age": [20.0, 30.0, None, 70.0]})["age"]
>>> found = summary(cells, KINDS["number"].fit(cells))
>>> found.missing, found.distinct, found.low, found.middle, found.high
(0.25, 3, 20.0, 30.0, 70.0)
"""

from typing import NamedTuple

import numpy as np

from ..nn.arrays import Array
from .encoding import Encoder, marks_of
from .frame import Cells, Texts, as_texts, plain
from .names import Category, Constant, Truth
from .quantities import Date, Number

BINS, COMMONEST, LETTERS = 16, 5, 60


class Summary(NamedTuple):
    """A column in a few numbers.

    missing              the share of cells that hold nothing
    distinct             values
    low, middle, high    the least, the median and the greatest number, or day as people write it; None for names
    bars                 cells in each of 16 stretches of equal length from the least to the greatest; none for names
    common               the commonest names, their first 60 letters, and the cells of each; at most five
    """

    missing: float
    distinct: int
    low: float | str | None = None
    middle: float | str | None = None
    high: float | str | None = None
    bars: tuple[int, ...] = ()
    common: tuple[tuple[str, int], ...] = ()


def summary(cells: Cells, encoder: Encoder) -> Summary:
    """The summary of a column's cells, read as its encoder reads them. Of free texts and identifiers no text is kept.

    >>> from .frame import frame_of
    >>> cells = frame_of({"city": ["Oslo", "Turku", "?", "Oslo"]})["city"]
    >>> summary(cells, Category.fit(cells)).common
    (('Oslo', 2), ('Turku', 1))
    """
    if isinstance(encoder, Date):
        found = of_numbers(encoder.days(cells))
        days = [day_of(value) for value in (found.low, found.middle, found.high)]
        return found._replace(low=days[0], middle=days[1], high=days[2])
    if isinstance(encoder, Number):
        return of_numbers(encoder.numbers(cells))
    found = of_names(as_texts(cells), marks_of(as_texts(cells).levels)[0])
    return found if isinstance(encoder, Category | Constant | Truth) else found._replace(common=())


def of_numbers(values: Array) -> Summary:
    """The summary of numbers (m,); NaN: none. Infinite ones count as values, and stand in no bar."""
    there = values[~np.isnan(values)]
    finite = there[np.isfinite(there)]
    missing, distinct = 1 - there.size / max(values.size, 1), int(np.unique(there).size)
    if not finite.size:
        return Summary(missing, distinct)
    low, middle, high = (float(value) for value in np.quantile(finite, (0, 0.5, 1), method="inverted_cdf"))
    place = (finite - low) / ((high - low) or 1) if np.isfinite(high - low) else np.zeros(finite.size)
    bars = np.bincount(np.minimum((place * BINS).astype(int), BINS - 1), minlength=BINS)
    return Summary(missing, distinct, low, middle, high, tuple(bars.tolist()))


def of_names(texts: Texts, marks: list[str]) -> Summary:
    """The summary of texts, of which some are marks of a missing cell."""
    rows = np.bincount(texts.codes[texts.codes >= 0], minlength=len(texts.levels))
    rows[[texts.levels.index(mark) for mark in marks]] = 0
    most = [i for i in np.argsort(-rows, kind="stable").tolist() if rows[i]]
    common = tuple((texts.levels[i][:LETTERS], int(rows[i])) for i in most[:COMMONEST])
    return Summary(float(1 - rows.sum() / max(len(texts.codes), 1)), len(most), common=common)


def day_of(days: float | str | None) -> str | None:
    """Days since 1970 as people write a moment.

    >>> day_of(1.0)
    '1970-01-02'
    """
    return None if days is None else plain(np.datetime64(round(float(days) * 86_400_000_000), "us"))
