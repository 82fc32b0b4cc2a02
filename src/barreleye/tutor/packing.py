"""The tuples of names in a learner's functions: where one is packed or taken apart, and what stands in it."""

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from .casting.layouts import Name, Path, name_at
from .casting.pupil import Pupil
from .running.answers import Function
from .saying.assignments import assignments
from .syntax import tree_of

Names = tuple[str, ...]


class Taken(NamedTuple):
    """Names that get their values at once, in a line of a role's function: from a call, or from what a name is."""

    role: str
    names: Names
    source: str
    line: int


def packings(function: Function) -> Iterator[tuple[Names, int, bool]]:
    """The tuples of names that a function makes, their lines, and whether one is all that it returns.

    A tuple that is assigned to a name and then returned alone is both: a part, and all.

    >>> list(packings(Function("f", source="def f(A, W):\\n    cache = (A, W)\\n    return cache")))
    [(('A', 'W'), 2, False), (('A', 'W'), 2, True), (('cache',), 3, True)]
    """
    lines = assignments(function.source)
    returned = [line for line in lines if line.name == "return"]
    alone = {line.value.id for line in returned if isinstance(line.value, ast.Name)}
    for line in lines:
        if isinstance(line.value, ast.Tuple):
            for one in (line.value, *line.value.elts):
                if names := names_in(one):
                    yield names, line.number, one is line.value and line in returned
                    if one is line.value and line.name in alone:
                        yield names, line.number, True
        elif isinstance(line.value, ast.Name) and line in returned:
            yield (line.value.id,), line.number, True


def takings(pupil: Pupil, user: str, maker: str = "") -> Iterator[Taken]:
    """The names into which a function takes apart what a call of another gives it; of no maker, what has a name."""
    functions = {function.name for function in pupil.cast.values()}
    sources = {pupil.cast[maker].name} if maker else set()
    together: dict[ast.expr, list[str]] = {}
    for line in assignments(pupil.cast[user].source):
        if line.call is not None:
            together.setdefault(line.call, []).append(line.name)
    for call, names in together.items():
        match call:
            case ast.Name(id=source) | ast.Call(func=ast.Name(id=source)):
                if source in sources if maker else source not in functions:
                    yield Taken(user, tuple(names), source, call.lineno)


def paired(pupil: Pupil, user: str) -> Iterator[Taken]:
    """The order in which an update that goes through zip(parameters, gradients) takes the gradients."""
    zips = [node for node in tree_of(pupil.cast[user].source) if isinstance(node, ast.Name) and node.id == "zip"]
    makers = [role for role in ("initialize", "initialize_deep") if role in pupil.cast]
    if zips and makers and user.startswith("update"):
        for names, _, returned in packings(pupil.cast[makers[0]]):
            if returned and len(names) > 1:
                yield Taken(user, tuple(f"d{name}" for name in names), "zip", zips[0].lineno)


def names_in(node: ast.AST) -> Names:
    """The names of a tuple that consists of names; () for anything else."""
    names = tuple(one.id for one in node.elts if isinstance(one, ast.Name)) if isinstance(node, ast.Tuple) else ()
    return names if isinstance(node, ast.Tuple) and len(names) == len(node.elts) else ()


def written_names(function: Function, value: Any, part: Path = ()) -> dict[Path, Name]:
    """The quantity that the code names at each place of a returned tuple, or of this part of it.

    ``return A2, (A1, A2)`` says that A[2] is at (0,) and at (1, 1), and that A[1] is at (1, 0).
    """
    lines = assignments(function.source)
    tuples = {line.name: line.value for line in lines if isinstance(line.value, ast.Tuple) and line.name != "return"}
    returned = [line.value for line in lines if line.name == "return" and line.value is not None]
    if len(returned) != 1:  # which of them it was is not known
        return {}
    named = _places(returned[0], value, tuples)
    return {path[len(part) :]: name for path, name in named if path[: len(part)] == part}


def _places(node: ast.AST, value: Any, tuples: dict[str, ast.Tuple], path: Path = ()) -> Iterator[tuple[Path, Name]]:
    """Each array of a value beside the name that stands in its place in an expression."""
    if isinstance(node, ast.Name) and isinstance(value, np.ndarray):
        if (name := name_at((node.id,))) is not None:
            yield path, name
    elif isinstance(node, ast.Name) and node.id in tuples:
        yield from _places(tuples[node.id], value, tuples, path)
    elif isinstance(node, ast.Tuple) and isinstance(value, tuple) and len(node.elts) == len(value):
        for i, (one, its) in enumerate(zip(node.elts, value, strict=True)):
            yield from _places(one, its, tuples, (*path, i))
