"""Rows in parts: those that are trained on, that stop the training, and that nobody looks at before the end."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..nn.arrays import Array
from ..words import Text, catalogue
from .frame import Cells, Texts, as_texts, counted

SAY = catalogue("table")

SHARE = 0.2


class Parts(NamedTuple):
    """Numbers of rows, in order, each row in one part."""

    train: Array
    validation: Array
    test: Array


def parts_of(
    m: int,
    *,
    classes: Array | None = None,
    test: bool = True,
    validation: bool = True,
    seed: int = 0,
    by: Cells | None = None,
    grouped: bool = False,
    name: str = "by",
    share: float = SHARE,
) -> Parts:
    """m rows in parts at random, each class in proportion.

    classes    of each row, whole numbers: a class with too few rows for every part is in the training rows first
    by         moments or numbers: the latest rows test, and the latest of the others stop the training; or, with
               ``grouped``, any cells: rows of one group stay together. ``name`` is its column's
    share      of the rows that test, and of the rest that stop the training

    Raises ValueError where a part would be empty, and for times that put the rows in no order.

    >>> [len(part) for part in parts_of(10)]
    [6, 2, 2]
    >>> parts_of(4, classes=np.array([0, 0, 0, 1]), validation=False).train.tolist()[-1]
    3
    """
    rng = np.random.default_rng([seed, 0x5917])
    rest = np.arange(m)
    order = None if by is None else groups_of(by, name, 1 + test + validation) if grouped else order_of(by, name)
    rest, tested = off(rest, classes, rng, order, grouped, share, "test") if test else (rest, rest[:0])
    train, stopping = off(rest, classes, rng, order, grouped, share, "validation") if validation else (rest, rest[:0])
    return Parts(train, stopping, tested)


def off(
    rows: Array,
    classes: Array | None,
    rng: np.random.Generator,
    by: Array | None,
    grouped: bool,
    share: float,
    what: str,
) -> tuple[Array, Array]:
    """Rows kept and rows split off, in order."""
    size = max(1, round(share * len(rows)))
    if len(rows) < 3:
        raise ValueError(SAY["error.spare"].filled(rows=counted(len(rows), "row"), what=SAY[f"part.{what}"]))
    if by is not None and not grouped:
        latest = rows[np.argsort(by[rows], kind="stable")[len(rows) - size :]]
    elif by is not None:
        groups = by[rows]
        order = rng.permutation(np.unique(groups))
        ends = np.cumsum([(groups == group).sum() for group in order])
        chosen = order[: max(1, int((ends <= size).sum()))]
        latest = rows[np.isin(groups, chosen)]
    elif classes is None:
        latest = rng.permutation(rows)[:size]
    else:
        latest = stratified(rows, classes, size, rng)
    kept = np.setdiff1d(rows, latest)
    return kept, np.sort(latest)


def stratified(rows: Array, classes: Array, size: int, rng: np.random.Generator) -> Array:
    """``size`` of the rows, or a few more, each class in proportion; of a class with one row none."""
    chosen = []
    labels, counts = np.unique(classes[rows], return_counts=True)
    wanted = counts * size / len(rows)
    take = np.floor(wanted).astype(int)
    for place in np.argsort(take - wanted, kind="stable")[: size - take.sum()]:
        take[place] += 1
    take = np.where(counts > 1, np.clip(take, 1, counts - 1), 0)
    for label, times in zip(labels, take, strict=True):
        chosen.append(rng.permutation(rows[classes[rows] == label])[:times])
    return np.concatenate(chosen)


def groups_of(cells: Cells, name: str, parts: int) -> Array:
    """The group of each row, a whole number. Raises ValueError for fewer groups than parts."""
    codes = as_texts(cells).codes
    if (there := len(np.unique(codes))) < parts:
        raise ValueError(SAY["error.groups"].filled(name=repr(name), there=counted(there, "group"), parts=parts))
    return codes


def order_of(cells: Cells, name: str) -> Array:
    """What rows are put in order by: moments or numbers. Raises ValueError for others, missing ones, and one alone."""
    from .quantities import Date, Number

    values: Array = cells[0]
    if isinstance(cells, Texts):
        if Number.suits(cells, "") is not None:
            values = Number.fit(cells).numbers(cells)
        elif (suits := Date.suits(cells, "")) is not None:
            values = Date.fit(cells, suits.how).days(cells)
        else:
            raise ValueError(SAY["error.order_text"].filled(name=repr(name)))
    if gone := int((values != values).sum()):
        raise ValueError(SAY["error.order_gaps"].filled(name=repr(name), gone=counted(gone, "missing cell")))
    if len(values) and (values == values[0]).all():
        raise ValueError(SAY["error.order_same"].filled(name=repr(name)))
    return values


def too_rare(classes: Array, names: Sequence[object], parts: Parts) -> list[Text]:
    """Classes that a part lacks, in sentences."""
    said = []
    for place, name in enumerate(names):
        lacking = [w for w, part in zip(Parts._fields, parts, strict=True) if part.size and place not in classes[part]]
        if lacking:
            times = int((classes == place).sum())
            which = SAY["note.parts" if len(lacking) > 1 else "note.part"]
            parts_ = SAY["style.and"].join(SAY[f"part.{one}"] for one in lacking)
            rows = counted(times, "row")
            said.append(SAY["note.rare"].filled(name=repr(str(name)), rows=rows, which=which.filled(parts=parts_)))
    return said
