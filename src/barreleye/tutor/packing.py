"""The tuples of names in a learner's functions: where one is packed, and where one is taken apart."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from .casting.pupil import Pupil
from .running.answers import Function
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
    """
    nodes = tree_of(function.source)
    alone = {node.value.id for node in nodes if isinstance(node, ast.Return) and isinstance(node.value, ast.Name)}
    for node in nodes:
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Name):
            yield (node.value.id,), node.lineno, True
        if isinstance(node, ast.Return | ast.Assign) and node.value is not None:
            top = node.value
            bound = isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name)
            inner = top.elts if isinstance(top, ast.Tuple) else []
            for one in () if bound else (top, *inner):
                if names := names_in(one):
                    yield names, node.lineno, one is top and isinstance(node, ast.Return)
                    if isinstance(node, ast.Assign) and one is top and ast.unparse(node.targets[0]) in alone:
                        yield names, node.lineno, True


def unpackings(pupil: Pupil, user: str) -> Iterator[Taken]:
    """The names that a function takes something apart into, and what that is called."""
    for node in tree_of(pupil.cast[user].source):
        if isinstance(node, ast.Assign) and (names := names_in(node.targets[0])):
            match node.value:
                case ast.Name(id=source) | ast.Call(func=ast.Name(id=source)):
                    yield Taken(user, names, source, node.lineno)


def takings(pupil: Pupil, user: str, maker: str) -> Iterator[Taken]:
    """The names into which one function takes apart what a call of another gives it."""
    return (one for one in unpackings(pupil, user) if one.source == pupil.cast[maker].name)


def from_names(pupil: Pupil, user: str) -> Iterator[Taken]:
    """The names into which one function takes apart what has a name there: no whole answer of a call."""
    functions = {function.name for function in pupil.cast.values()}
    return (one for one in unpackings(pupil, user) if one.source not in functions)


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
