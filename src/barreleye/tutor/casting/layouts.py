"""Reading quantities out of whatever a learner's function returns, and writing them in the same form.

Parameters may be a dictionary, a tuple or a list, by layer or not; caches too. A leaf is known by its key ("W1",
"dW_2", or "W" in the second element of a list), else by its shape, else by its place.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..running.answers import Opaque
from ..running.records import Record

Path = tuple[int | str, ...]
Name = tuple[str, int]


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every array and number in a tree of dictionaries, lists and tuples, with its path."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from leaves(value, (*path, key))
    elif isinstance(tree, list | tuple):
        for i, value in enumerate(tree):
            yield from leaves(value, (*path, i))
    elif isinstance(tree, np.ndarray | float | int | Opaque) and not isinstance(tree, bool):
        yield path, tree


def at(tree: Any, path: Path) -> Any:
    """The part of a tree at a path."""
    for key in path:
        tree = tree[key]
    return tree


def replaced(tree: Any, values: Mapping[Path, Any], path: Path = ()) -> Any:
    """The tree with other leaves at these paths."""
    if path in values:
        return values[path]
    if isinstance(tree, Mapping):
        return mapping_like(tree, {key: replaced(value, values, (*path, key)) for key, value in tree.items()})
    if isinstance(tree, list | tuple):
        return type(tree)(replaced(value, values, (*path, i)) for i, value in enumerate(tree))
    return tree


def mapping_like(tree: Mapping[Any, Any], values: dict[Any, Any]) -> dict[Any, Any]:
    """These values as a record of the same kind where the tree is one."""
    return Record(tree.kind, values) if isinstance(tree, Record) else values


def prefixed(tree: Any, prefix: str) -> Any:
    """The tree with a prefix before the keys that name quantities.

    >>> prefixed({"W1": 1.0, "layers": [{"b": 2.0}]}, "d")
    {'dW1': 1.0, 'layers': [{'db': 2.0}]}
    """
    if isinstance(tree, Mapping):
        named = {
            prefix + key if isinstance(key, str) and name_at((key, 0)) else key: prefixed(value, prefix)
            for key, value in tree.items()
        }
        return mapping_like(tree, named)
    if isinstance(tree, list | tuple):
        return type(tree)(prefixed(value, prefix) for value in tree)
    return tree


def name_at(path: Path) -> Name | None:
    """What a path says: ("dW", 1) for ("dW1",), ("W", 2) for (1, "W"); None where no key names a quantity.

    What lies among gradients is one, by whatever name.

    >>> name_at(("layer2", "b")), name_at(("W", 0)), name_at(("cost",)), name_at(("grads", "W2"))
    (('b', 2), ('W', 1), None, ('dW', 2))
    """
    for depth in range(len(path) - 1, -1, -1):
        found = QUANTITY.fullmatch(key) if isinstance(key := path[depth], str) else None
        if not found:
            continue
        d, word, layer = found.groups()
        d = d or "d" * any(isinstance(key, str) and GRADIENTS.fullmatch(key) is not None for key in path[:depth])
        quantity = d.lower() + ("b" if word[0] in "bB" else word[0].upper())
        if layer:
            return quantity, int(layer)
        numbers = [n for key in (*path[:depth], *path[depth + 1 :]) if (n := layer_in(key)) is not None]
        if numbers:
            return quantity, numbers[-1]
    return None


QUANTITY = re.compile(r"(d?)_?(weights?|biase?s?|[wb]s?|[za])[_\[(]?(\d*)[\])]?", re.IGNORECASE)
GRADIENTS = re.compile(r"_?grad(?:ient)?s?", re.IGNORECASE)


def layer_in(key: int | str) -> int | None:
    """The layer that a key speaks of: the first in a list is layer 1, "layer2" is layer 2."""
    if isinstance(key, int):
        return key + 1
    found = re.search(r"(\d+)$", key)
    return int(found[1]) if found else None


def names_of(paths: Iterable[Path]) -> dict[Path, Name | None]:
    """What each path says; where layers are counted from 1 by whole numbers, as in {1: W1, 2: W2}, they are so here."""
    names = {path: name_at(path) for path in paths}
    layers = [name[1] for path, name in names.items() if name and any(isinstance(key, int) for key in path)]
    late = 1 if layers and min(layers) == 2 else 0
    return {path: name and (name[0], name[1] - late) for path, name in names.items()}


def read(tree: Any, expected: Mapping[Name, tuple[int, ...]]) -> dict[Name, Path]:
    """Where in the tree each expected quantity is: by key, else by place where the shapes fit, else by shape.

    >>> read({"W1": np.zeros((4, 3)), "b1": np.zeros((4, 1))}, {("W", 1): (4, 3), ("b", 1): (4, 1)})
    {('W', 1): ('W1',), ('b', 1): ('b1',)}
    >>> read((np.zeros((4, 1)), np.zeros((4, 3))), {("W", 1): (4, 3), ("b", 1): (4, 1)})
    {('b', 1): (0,), ('W', 1): (1,)}
    """
    shapes = {path: np.shape(leaf) for path, leaf in leaves(tree)}
    found: dict[Name, Path] = {}
    loose: list[Path] = []
    for path, name in names_of(shapes).items():
        if name is None:
            loose.append(path)
        elif name in expected:
            found[name] = path
        elif (gradient := ("d" + name[0], name[1])) in expected:  # which are named like their parameters
            found.setdefault(gradient, path)
    missing = {name: shape for name, shape in expected.items() if name not in found}
    nameless = [path for path in loose if not any(isinstance(key, str) for key in path)]
    placed = by_place(missing, nameless, shapes) or by_shape(missing, nameless, shapes)
    if len(placed) < len(missing):  # names of the learner's own are taken if they fit all that is missing
        own = by_shape(missing, loose, shapes)
        placed = own if len(own) == len(missing) else placed
    return found | placed


Shapes = Mapping[Path, tuple[int, ...]]


def by_place(missing: Mapping[Name, tuple[int, ...]], loose: Sequence[Path], shapes: Shapes) -> dict[Name, Path]:
    """One leaf for each quantity, in one of the usual orders, the one in which most shapes are right; else {}.

    At most one may be wrong, as that of a gradient that was not summed.

    The orders: W1, b1, W2, b2; W1, W2, b1, b2; and both from the last layer on.
    """
    if len(loose) != len(missing):
        return {}
    best: dict[Name, Path] = {}
    most = (len(missing) - 1, 0)
    grouped = sorted(missing, key=lambda name: (name[0][-1] == "b", name[1]))
    last_first = sorted(missing, key=lambda name: (-name[1], name[0][-1] == "b"))
    for order in (list(missing), grouped, last_first, sorted(grouped, key=lambda name: (name[0][-1] == "b", -name[1]))):
        pairs = dict(zip(order, loose, strict=True))
        fitting = sum(squeezed(shapes[path]) == squeezed(missing[name]) for name, path in pairs.items())
        exact = sum(shapes[path] == missing[name] for name, path in pairs.items())
        if (fitting, exact) > most:
            best, most = pairs, (fitting, exact)
    return {name: path for path in loose for name in best if best[name] == path}


def by_shape(missing: Mapping[Name, tuple[int, ...]], loose: Sequence[Path], shapes: Shapes) -> dict[Name, Path]:
    """The leaves of just the right shape, then of that shape but for dimensions of 1; then, if no more and no fewer are
    left than quantities, by place."""
    placed: dict[Path, Name] = {}
    for same in (lambda shape: shape, squeezed):
        for name, shape in missing.items():
            fits = (path for path in loose if path not in placed and same(shapes[path]) == same(shape))
            path = next(fits, None) if name not in placed.values() else None
            if path is not None:
                placed[path] = name
    if len(loose) == len(missing):
        rest = [name for name in missing if name not in placed.values()]
        placed |= dict(zip([path for path in loose if path not in placed], rest, strict=True))
    return {placed[path]: path for path in loose if path in placed}


def squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without the dimensions of 1, which a bias may or may not have."""
    return tuple(n for n in shape if n != 1)


def shaped_like(value: Any, leaf: Any) -> Any:
    """The value in the form in which the learner has it: a bias (n, 1) as (n,) or (1, n) where theirs is."""
    shape = np.shape(leaf)
    value = np.asarray(value)
    if value.shape != shape and squeezed(value.shape) == squeezed(shape):
        return value.reshape(shape)
    return value
