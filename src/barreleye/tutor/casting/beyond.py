"""Functions of the course that no exercise checks: known by their exact names, or by the arguments that they take.

A name that is merely near says nothing here: update_parameters_with_momentum is no update_parameters.
"""

import ast
from collections.abc import Iterable

from ..running.answers import Function
from ..syntax import tree_of
from .naming import NAMES, key_of, plain

BEYOND = frozenset(map(plain, NAMES["beyond"].split()))

ONE_UNIT = {"forward", "forward_deep", "backward", "backward_deep", "update", "predict", "cost", "model"}
"""Roles whose names logistic regression has too."""


ONE_LAYER = (["dim"], ["nfeatures"], ["numfeatures"], ["nx"], ["nx", "ny"])
"""What an initialization takes that knows of one layer alone."""


def beyond(function: Function, role: str | None = None) -> bool:
    """Whether this is one of those functions; ``role`` is what its name alone would make of it.

    Logistic regression has w and b, initialize(dim) makes them; linear regression's are made by
    initialize(n_x, n_y). The one number of the first gradient check is theta.
    """
    if plain(function.name) in BEYOND:
        return True
    names = [one.name for one in function.parameters if one.required]
    if role in ("initialize", "initialize_deep"):
        return [plain(name) for name in names] in ONE_LAYER
    if role in ("forward", "forward_deep") and "Y" in map(key_of, names):  # with its cost, as in gradient checking
        return True
    one_number = names == ["x", "theta"] and not has_parts(function, "theta")
    return one_unit(function, role) or (role in ("forward", "backward") and one_number)


def one_unit(function: Function, role: str | None) -> bool:
    """Whether a function takes the w and b of one unit: with no layer number, and not W[1], W[2], ... in one."""
    names = {one.name for one in function.parameters if one.required}
    one_of_each = {"w", "b"} <= {name.lower() for name in names}
    return role in ONE_UNIT and one_of_each and not ("W" in names and has_parts(function, "W"))


def has_parts(function: Function, name: str) -> bool:
    """Whether a function takes an argument apart: into names, by an index or a key, in a loop, or counts its parts.

    >>> has_parts(Function("f", source="def f(X, W, b): return W[1] @ X + b[1]"), "W")
    True
    """
    return any(
        isinstance(part, ast.Name) and part.id == name for node in tree_of(function.source) for part in divided(node)
    )


def divided(node: ast.AST) -> list[ast.expr]:
    """What a piece of code takes apart."""
    match node:
        case ast.Subscript(value=value) | ast.For(iter=value) | ast.comprehension(iter=value):
            return [value]
        case ast.Assign(targets=[ast.Tuple() | ast.List()], value=value):
            return [value]
        case ast.Call(func=ast.Name(id="len" | "zip" | "enumerate" | "reversed"), args=values):
            return values
    return []


def of_one_unit(function: Function, role: str) -> bool:
    """Whether a function is logistic regression's too, in a file that has it: it takes nothing of a network."""
    names = {plain(one.name) for one in function.parameters}
    required = [one for one in function.parameters if one.required]
    if role == "initialize_deep":
        return len(required) == 1 and len(plain(required[0].name)) == 1
    return role in ("backward", "model") and not names & OF_A_NETWORK


OF_A_NETWORK = {plain(name) for name in ("parameters", "params", "cache", "caches", "n_h", "layers_dims", "layer_dims")}


def has_one_unit(functions: Iterable[tuple[Function, str | None]]) -> bool:
    return any(one_unit(function, role) for function, role in functions)
