"""The forms in which learners keep the parameters of a network, where none of their functions shows which."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..running.records import Record
from .layouts import Name, Path


def usual_forms(shapes: Mapping[Name, tuple[int, ...]]) -> Iterator[Any]:
    """Zeros of these shapes in each form, the course's dictionary first.

    >>> for form in usual_forms({("W", 1): (), ("b", 1): ()}):
    ...     print(form)
    {'W1': array(0.), 'b1': array(0.)}
    ((array(0.), array(0.)),)
    (array(0.), array(0.))
    [{'W': array(0.), 'b': array(0.)}]
    ([array(0.)], [array(0.)])
    ({1: array(0.)}, {1: array(0.)})
    Parameters(W1=array(0.), b1=array(0.))
    """
    named = {f"{quantity}{l}": np.zeros(shape) for (quantity, l), shape in shapes.items()}
    W, b = ({l: np.zeros(shape) for (quantity, l), shape in shapes.items() if quantity == one} for one in "Wb")
    yield named
    if b:
        yield tuple((W[l], b[l]) for l in W)
    yield tuple(named.values())
    if b:
        yield [{"W": W[l], "b": b[l]} for l in W]
        yield list(W.values()), list(b.values())
        yield W, b
    yield Record("Parameters", named)


def told(n: Sequence[int]) -> dict[str, Any]:
    """The sizes of the layers, by each name that an initialization may ask for them.

    >>> told((3, 4, 1))
    {'n_x': 3, 'n_h': 4, 'n_y': 1, 'layer_dims': [3, 4, 1]}
    """
    return {"n_x": n[0], "n_h": n[1], "n_y": n[-1], "layer_dims": list(n)}


def halves(tree: Any, paths: Mapping[Name, Path]) -> dict[str, Any]:
    """All W and all b by themselves, by letter, where the form keeps them apart; {} where it does not.

    >>> halves(([1, 2], [3, 4]), {("W", 1): (0, 0), ("W", 2): (0, 1), ("b", 1): (1, 0), ("b", 2): (1, 1)})
    {'W': [1, 2], 'b': [3, 4]}
    """
    under: dict[str, set[int | str]] = {}
    for (quantity, _), path in paths.items():
        under.setdefault(quantity, set()).add(path[0] if len(path) > 1 else "")
    keys = {quantity: key for quantity, (key, *more) in under.items() if not more and key != ""}
    return {q: tree[key] for q, key in keys.items()} if len(set(keys.values())) == len(under) else {}
