"""What a call did to the trees that it was given: what changed, and what shares memory."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from .answers import Path
from .records import fields_of

_array, _dict, _sequence = np.ndarray, dict, (list, tuple)


def differences(before: Any, after: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of a tree whose values are not what they were, are new, or are gone.

    >>> list(differences({"a": [1, 2]}, {"a": [1, 3], "b": 4}))
    [('a', 1), ('b',)]
    """
    if len(path) > 50:
        return
    before, after = by_field(before), by_field(after)
    if isinstance(before, _array) and isinstance(after, _array):
        if before is not after and not _same(before, after):
            yield path
    elif isinstance(before, _dict) and isinstance(after, _dict):
        for key in {**before, **after}:
            if key in before and key in after:
                yield from differences(before[key], after[key], (*path, key))
            else:
                yield (*path, key)
    elif isinstance(before, _sequence) and type(before) is type(after):
        for i in range(max(len(before), len(after))):
            if i < min(len(before), len(after)):
                yield from differences(before[i], after[i], (*path, i))
            else:
                yield (*path, i)
    elif type(before) is not type(after) or (
        isinstance(before, bool | int | float | str) and not (before == after or (before != before and after != after))
    ):
        yield path


def overwritten(before: Iterable[tuple[Path, np.ndarray]], arrays: Iterable[tuple[Path, np.ndarray]]) -> Iterator[Path]:
    """The paths of the arrays that do not hold what they held before.

    >>> W = np.zeros(2)
    >>> before = [(("W",), W.copy())]
    >>> W -= 1
    >>> list(overwritten(before, [(("W",), W)]))
    [('W',)]
    """
    for (path, old), (_, new) in zip(before, arrays, strict=True):
        if not _same(old, new):
            yield path


def shared(value: Any, given: Any) -> Iterator[tuple[Path, Path]]:
    """(path into value, path into given) for the arrays of two trees that share memory."""
    arguments = list(arrays(given))
    for path, array in arrays(value):
        for where, argument in arguments:
            if array is argument or np.shares_memory(array, argument):
                yield path, where


def arrays(tree: Any, path: Path = ()) -> Iterator[tuple[Path, np.ndarray]]:
    """The arrays of numbers in a tree of dicts, lists and tuples, with their paths."""
    tree = by_field(tree)
    if isinstance(tree, _array):
        if not tree.dtype.hasobject:
            yield path, tree
    elif isinstance(tree, (_dict, *_sequence)) and len(path) <= 50:
        for key, value in tree.items() if isinstance(tree, _dict) else enumerate(tree):
            yield from arrays(value, (*path, key))


def by_field(value: Any) -> Any:
    """An object with named fields as their dictionary, anything else as it is."""
    parts = fields_of(value)
    return value if parts is None else parts


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.hasobject:
        return not any(True for _ in differences(a.ravel().tolist(), b.ravel().tolist()))
    return a.tobytes() == b.tobytes()
