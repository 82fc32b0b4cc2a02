"""Mistakes in reading the sizes of the layers off the data: n_x rows of X, n_y rows of Y, n_h as you like."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...words import NOTHING, Text
from ..flaws import WORDS, Flaw
from ..report import FRAGILE


class Sizes(NamedTuple):
    """The data that layer_sizes was given, and what it gave back, in its order."""

    X: Any
    Y: Any
    n_x: Any
    n_h: Any
    n_y: Any


Seen = Sequence[Sizes]


def of(what: str, data: str = "") -> Text:
    """What a size counts: the rows of X, as an equation says it."""
    return WORDS[f"size.{what}"].filled(data=data)


def size(name: str, same: Callable[[Sizes], Any], seen: Text) -> Flaw[Seen]:
    """A flaw that shows where a size is always what ``same`` gives."""
    quantity, hint = name[:3], {"n_x": "columns", "n_y": "labels"}[name[:3]]
    data = quantity[-1].upper()

    def shows(seen: Seen) -> bool:
        return all(np.array_equal(getattr(one, quantity), same(one)) for one in seen)

    left = NOTHING + f"{quantity} = "
    return Flaw(name, quantity, shows, hint, left + seen, left + of("rows", data), f"{quantity} = {data}.shape[0]")


def order(name: str, names: str) -> Flaw[Seen]:
    """A flaw that shows where the sizes come in another order; n_h is whichever is left."""
    at = {one: 2 + i for i, one in enumerate(names.split(", "))}

    def shows(seen: Seen) -> bool:
        rows = ((one[at["n_x"]], one.X.shape[0], one[at["n_y"]], one.Y.shape[0]) for one in seen)
        return all(np.array_equal(n_x, X) and np.array_equal(n_y, Y) for n_x, X, n_y, Y in rows)

    right = "return (n_x, n_h, n_y)"
    return Flaw(name, "order", shows, "order", f"return ({names})", right, right)


def fixed(quantity: str) -> Flaw[Seen]:
    """A flaw that shows where a size is the same number for data of every shape."""
    data = quantity[-1].upper()

    def shows(seen: Seen) -> dict[str, Any] | None:
        numbers = {int(getattr(one, quantity)) for one in seen if np.ndim(getattr(one, quantity)) == 0}
        return {"number": numbers.pop()} if len(numbers) == 1 else None

    should, solution = NOTHING + f"{quantity} = " + of("rows", data), f"{quantity} = {data}.shape[0]"
    return Flaw(f"{quantity} is a fixed number", quantity, shows, "shapes", "", should, solution, FRAGILE)


ORDERS = (
    order("sizes in reverse", "n_y, n_h, n_x"),
    order("hidden size first", "n_h, n_x, n_y"),
    order("hidden size last", "n_x, n_y, n_h"),
)
SIZES = (
    *ORDERS,
    size("n_x counts the samples", lambda one: one.X.shape[1], of("columns", "X")),
    size("n_x counts every number", lambda one: one.X.size, of("entries", "X")),
    size("n_x is a shape", lambda one: one.X.shape, of("shape", "X")),
    size("n_x from Y", lambda one: one.Y.shape[0], of("rows", "Y")),
    size("n_y counts the samples", lambda one: one.Y.shape[1], of("columns", "Y")),
    size("n_y counts every number", lambda one: one.Y.size, of("entries", "Y")),
    size("n_y is a shape", lambda one: one.Y.shape, of("shape", "Y")),
    size("n_y from X", lambda one: one.X.shape[0], of("rows", "X")),
    size("n_y counts the classes", lambda one: len(np.unique(one.Y)), of("labels")),
    fixed("n_x"),
    fixed("n_y"),
)
