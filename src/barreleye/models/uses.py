"""What columns are for besides being learnt from: the target, the weights of rows, the split."""

from collections.abc import Iterable, Sequence

import numpy as np

from ..data import targets as wanted
from ..data.frame import Cells, Frame
from ..data.table import matching
from ..nn.arrays import Array
from ..nn.validation import choose
from ..words import Text, catalogue

SAY = catalogue("results")


def uses(
    target: Sequence[str], drop: Sequence[str], weight: str | None, by: str | None, kinds: Iterable[str], learnt: bool
) -> dict[str, Text]:
    """The columns that are not learnt from, and what each is instead; ``learnt``: whether ``by`` is, unless dropped.

    Raises ValueError for a target, or a column of a kind, that is to be another thing as well.
    """
    others = dict.fromkeys(drop, SAY["use.dropped"])
    others |= {name: SAY[f"use.{what}"] for name, what in ((weight, "weight"), (by, "by")) if name}
    for name in target:
        if name in others:
            raise ValueError(SAY["error.target_and"].filled(name=name, others=others[name]))
    if by and learnt and by not in (*drop, weight):
        del others[by]
    others |= dict.fromkeys(target, SAY["use.target"])
    for name in kinds:
        if name in others:
            raise ValueError(SAY["error.no_kind"].filled(name=name, others=others[name]))
    return others


def split_by(split: str, frame: Frame) -> tuple[str, str | None]:
    """The way to split and the column to split by."""
    way, _, name = split.partition(":")
    choose("split", way, {"random": 0, "time": 0, "group": 0})
    if (way == "random") != (not name):
        raise ValueError(SAY["error.split"].filled(split=split))
    return way, matching(name, frame.names) if name else None


def row_weights(frame: Frame, weight: str | None, balanced: Sequence[Array], train: Array) -> Array | None:
    """Weights of rows (m,): the column's, times m / (K m_k) for a row of class k, for each column of classes."""
    if weight is None and not balanced:
        return None
    weights = np.ones(frame.m) if weight is None else weights_in(frame[weight], weight)
    each = [wanted.balance(places[train], weights[train], places.max() + 1)[places] for places in balanced]
    return np.prod([weights, *each], axis=0)


def weights_in(cells: Cells, name: str) -> Array:
    """A column's weights of rows (m,). Raises ValueError for a negative one, and where all are 0."""
    weights = wanted.numbers_of(cells, name, "the weight of a row").astype(np.float64)
    if (weights < 0).any() or not weights.any():
        raise ValueError(SAY["error.weights"].filled(name=name, weights=weights.min()))
    return weights
