"""The rows of a CSV file without pyarrow, by Python's own parser: the same cells, in many times the time."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

import numpy as np

from .csv_layout import Layout
from .frame import Cells, Numbers, Texts, Times, coded
from .marks import SPELT, plain_number

ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d(?::\d\d(?::\d\d(?:\.\d{1,6})?)?)?)?", re.ASCII)
"""A moment as pyarrow takes it for one."""


def plain_cells(
    layout: Layout, content: bytes, names: Sequence[str], kinds: Mapping[str, type[Cells]], first: bool
) -> tuple[dict[str, Cells], dict[int, str]]:
    """The cells of those columns, and by number, from 0, the rows of another number of cells as text.

    Empty lines are no rows. Raises csv.Error for what Python's parser cannot read.
    """
    text = content.decode("utf-8-sig" if layout.encoding.startswith("utf") else layout.encoding)
    lines = io.StringIO(text, newline="").readlines()[layout.skip if first else 0 :]
    rows, unread = list[list[str]](), dict[int, str]()
    for number, row in enumerate(filter(None, csv.reader(lines, delimiter=layout.delimiter))):
        if len(row) == len(layout.names):
            rows.append(row)
        else:
            unread[number] = layout.delimiter.join(row)
    places = {name: layout.names.index(name) for name in names}
    return {
        name: cells_in([row[place] for row in rows], layout.decimal, kinds.get(name) is Texts)
        for name, place in places.items()
    }, unread


def cells_in(texts: Sequence[str], decimal: str, as_text: bool = False) -> Cells:
    """Texts as cells: numbers where all are, else times in ISO form where all are, else texts without spaces around.

    >>> cells_in(["1,5", "NA"], ",").values, cells_in(["a", " ", "NA"], ".").levels
    (array([1.5, nan]), ('a', 'NA'))
    """
    if not as_text:
        kept = [None if text in SPELT else text for text in texts]
        numbers = [np.nan if text is None else number(text, decimal) for text in kept]
        if None not in numbers:
            return Numbers(np.array(numbers, np.float64), decimal=decimal)
        times = times_of(kept)
        if times is not None:
            return times
    return coded([text.strip() or None for text in texts])


def number(text: str, decimal: str) -> float | None:
    """The number that a cell writes in ASCII, with a point beside a decimal comma too; None where it writes none."""
    text = text.strip().replace(",", ".") if decimal == "," else text.strip()
    return plain_number(text) if text.isascii() else None


def times_of(texts: Sequence[str | None]) -> Times | None:
    """The moments that all texts are, in ISO form; None where one is none.

    >>> times_of(["2024-02-30"]), times_of(["2024-02-29", None]).values.astype("M8[D]").tolist()
    (None, [datetime.date(2024, 2, 29), None])
    """
    if not all(text is None or ISO.fullmatch(text) for text in texts):
        return None
    try:
        return Times(np.array(["NaT" if text is None else text for text in texts], "datetime64[us]"))
    except ValueError:  # of a day that is not there
        return None
