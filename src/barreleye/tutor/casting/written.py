"""How a function's own code names what stands without keys in the tuples that it returns."""

import ast
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..running.answers import Function
from ..syntax import tree_of
from .layouts import Name, Path, name_at


def written_names(function: Function, value: Any, part: Path = ()) -> dict[Path, Name]:
    """The quantity that the code names at each place of a returned tuple, or of this part of it.

    ``return A2, (A1, A2)`` says that A[2] is at (0,) and at (1, 1), and that A[1] is at (1, 0).
    """
    nodes = tree_of(function.source)
    tuples = {
        node.targets[0].id: node.value
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Tuple)
    }
    returned = [node.value for node in nodes if isinstance(node, ast.Return) and node.value is not None]
    if len(returned) != 1:  # which of them it was is not known
        return {}
    named = places(returned[0], value, tuples)
    return {path[len(part) :]: name for path, name in named if path[: len(part)] == part}


def places(node: ast.AST, value: Any, tuples: dict[str, ast.Tuple], path: Path = ()) -> Iterator[tuple[Path, Name]]:
    """Each array of a value beside the name that stands in its place in an expression."""
    if isinstance(node, ast.Name) and isinstance(value, np.ndarray):
        if (name := name_at((node.id,))) is not None:
            yield path, name
    elif isinstance(node, ast.Name) and node.id in tuples:
        yield from places(tuples[node.id], value, tuples, path)
    elif isinstance(node, ast.Tuple) and isinstance(value, tuple) and len(node.elts) == len(value):
        for i, (one, its) in enumerate(zip(node.elts, value, strict=True)):
            yield from places(one, its, tuples, (*path, i))
