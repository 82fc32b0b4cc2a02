"""What is where in the answer of a learner's function: the output, the cost, the cache."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..equations import Work
from ..running.answers import Answer, Held, Opaque
from ..running.records import Record
from .layouts import Path, leaves, name_at


def output_of(v: Work, value: Any) -> Any:
    """A[L] in what a forward function returned: the array that fits of a pair, A[L] by its key, else the first or last.

    Not the first of its shape: in (Z1, A1, Z2, A2) that is Z2.
    """
    n, m = v.W[v.L].shape[0], v.m
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, tuple | list) and len(value) == 2:
        pair = [one for one in value if isinstance(one, np.ndarray)]
        fits = [one for one in pair if one.size == n * m]
        if pair:
            return (fits or pair)[0]
        begun = [layers for one in value if (layers := [leaf for _, leaf in leaves(one)]) and as_X(layers[0], v)]
        value = begun[0] if begun else value  # of As and Zs, which are A[0] to A[L]
    arrays = [(path, leaf) for path, leaf in leaves(value) if isinstance(leaf, np.ndarray)]
    named = [leaf for path, leaf in arrays if name_at(path) == ("A", v.L) or path[-1:] == ("AL",)]
    fitting = [leaf for _, leaf in arrays if leaf.size == n * m]
    if fitting and fitting[0] is arrays[0][1]:
        fitting.reverse()
    return (named or fitting or [rows_of_numbers(value)])[-1]


def as_X(leaf: Any, v: Work) -> bool:
    return isinstance(leaf, np.ndarray) and leaf.shape == v.X.shape and bool(np.all(leaf == v.X))


def rows_of_numbers(value: Any) -> Any:
    """A list of numbers, or of lists of them, as an array; None for anything else."""
    if not isinstance(value, list | tuple) or not value:
        return None
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        return None
    return array if array.dtype.kind in "bif" else None


def number_in(value: Any) -> Any:
    """The cost in what was returned: itself, or the first number of a tuple or dictionary; None where there is none."""
    if isinstance(value, tuple | list | dict):
        value = next((leaf for _, leaf in leaves(value)), None)
    return None if isinstance(value, Opaque | str) or np.iscomplexobj(value) else value


def cache_of(answer: Answer, AL: Any) -> tuple[Path, Any] | None:
    """Where the cache is in what a forward function returned, and the cache; None where it returned A[L] alone."""
    value = answer.value
    if isinstance(value, tuple | list | Record) and len(value) == 2:
        (first, A), (second, B) = value.items() if isinstance(value, Record) else enumerate(value)
        if isinstance(B, np.ndarray) and not isinstance(A, np.ndarray):
            return (first,), A
        if paired((A, B), AL):
            return (second,), B
    if isinstance(value, tuple | list | dict) and any(True for _ in leaves(value)):
        return (), value
    return None


def held(answer: Answer, path: Path = ()) -> Held:
    """A part of an earlier answer, passed on as the learner's own object."""
    return Held(answer.call, (*answer.at, *path))


def paired(value: Sequence[Any], AL: Any) -> bool:
    """Whether a pair is A[L] and a cache: by the shape of the first, or by the kind of each."""
    first, second = value
    rows = first if isinstance(first, np.ndarray) else rows_of_numbers(first)  # not lists of arrays of many shapes
    return np.shape(rows) == np.shape(AL) or (
        isinstance(first, np.ndarray | float) and isinstance(second, dict | tuple | list)
    )
