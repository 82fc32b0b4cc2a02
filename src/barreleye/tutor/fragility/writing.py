"""Which line of a function writes into the caller's arrays, and how it would make new ones instead."""

import ast
from collections.abc import Iterable, Iterator
from textwrap import dedent
from typing import NamedTuple

from ...words import Text
from ..running.answers import Path
from ..saying.assignments import key_text, quantity
from ..syntax import variables_in
from .names import SAID

OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
BUILT_IN = {"zip", "enumerate"}
SAME_ARRAY = ("array", "asarray", "ravel", "reshape", "squeeze", "atleast_2d")
"""What may hand back the very array that it was given."""


class Write(NamedTuple):
    """A line that changes an array in place: its number, the hint, and the lines that would leave it alone."""

    number: int
    hint: Text
    solution: str


def writes(source: str, written: Iterable[Path]) -> list[Write]:
    """The lines that write into the arrays at these paths of the arguments, in the order of the text.

    >>> [(one.number, one.solution) for one in writes("def f(p, g):\\n    W = p['W']\\n    W -= g", [("p", "W")])]
    [(3, 'W = W - g')]
    """
    tree = ast.parse(dedent(source))
    found: dict[int, Write] = {}
    for path in written:
        held = held_by(tree, path)
        for node in ast.walk(tree):
            for one in write_at(node, held, path[-1]):
                found.setdefault(one.number, one)
    return [found[number] for number in sorted(found)]


def held_by(tree: ast.AST, path: Path) -> dict[str, ast.AST | None]:
    """The names that hold the array at a path, each with the statement that made it so: None for an argument.

    A name of the dictionary or list on the way to the array counts where it is taken apart.
    """
    whole, rest = str(path[0]), path[1:]
    held: dict[str, ast.AST | None] = {} if rest else {whole: None}
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.For)]
    for node in sorted(nodes, key=lambda node: node.lineno):
        match node:
            case ast.For(target=target, iter=iterated) if whole in variables_in(iterated):
                held |= dict.fromkeys(variables_in(target), node)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Name(id=name)) if name == whole and rest:
                if isinstance(rest[0], int) and rest[0] < len(names):
                    held |= dict.fromkeys(variables_in(names[rest[0]]), node)
            case ast.Assign(targets=targets, value=value) if same(value, held) or takes(value, whole, rest):
                held |= {one.id: node for one in targets if isinstance(one, ast.Name)}
    return held


def same(value: ast.AST, held: Iterable[str]) -> bool:
    """Whether an expression may be one of these very arrays: the name, np.array(name, copy=False), a view of it."""
    match value:
        case ast.Name(id=name):
            return name in held
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=attr), args=[inner, *_]) if attr in SAME_ARRAY:
            return same(inner, held)
        case (
            ast.Attribute(value=inner, attr="T")
            | ast.Call(func=ast.Attribute(value=inner, attr="ravel" | "reshape" | "squeeze"))
        ):
            return same(inner, held)
    return False


def takes(value: ast.AST, whole: str, rest: Path) -> bool:
    """Whether an expression takes the entry at the end of a path: parameters["W1"], caches[0]."""
    match value:
        case ast.Subscript(value=inner, slice=ast.Constant(value=key)) if rest and key == rest[-1]:
            return whole in variables_in(inner)
    return False


def write_at(node: ast.AST, held: dict[str, ast.AST | None], last: int | str) -> Iterator[Write]:
    """What a statement does to an array that is held: += and its like, or new numbers in some of its places.

    last    the end of the array's path, a key such as "W1" that may be put together: p["W" + str(l)] -= ...
    """
    match node:
        case ast.AugAssign(target=target, op=op, value=value) if is_array(target, held, last):
            made = held.get(target.id) if isinstance(target, ast.Name) else None
            hint = SAID["written.in_place"].filled(op=OPERATORS.get(type(op), ""))
            yield Write(node.lineno, hint, anew(target, op, value, made))
        case (
            ast.AugAssign(target=ast.Subscript(value=ast.Name(id=name)))
            | ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))])
        ) if name in held:
            yield Write(node.lineno, SAID["written.one_array"].filled(q=name), of_its_own(name, held[name]))


def is_array(target: ast.expr, held: Iterable[str], last: int | str) -> bool:
    """Whether what is changed is the array as a whole: its name, or the entry of a dictionary that it is."""
    match target:
        case ast.Name(id=name):
            return name in held
        case ast.Subscript(slice=ast.Constant(value=str())):
            return True
        case ast.Subscript(slice=index):
            letters = quantity(key_text(index))
            return letters is not None and letters[0] == (quantity(str(last)) or ("",))[0]
    return False


def anew(target: ast.expr, op: ast.operator, value: ast.expr, made: ast.AST | None) -> str:
    """A new array in the place of ``target op= value``; in a loop over a list, a new list."""
    new = ast.unparse(ast.BinOp(target, op, value))
    if not isinstance(made, ast.For):
        return f"{ast.unparse(target)} = {new}"
    many = next(name for name in map(ast.unparse, ast.walk(made.iter)) if name in variables_in(made.iter) - BUILT_IN)
    return f"{many} = [{new} for {ast.unparse(made.target)} in {ast.unparse(made.iter)}]"


def of_its_own(name: str, made: ast.AST | None) -> str:
    """The line that gives a name an array of its own."""
    match made:
        case ast.Assign(value=ast.Call(keywords=[_, *_])):
            return ast.unparse(made).replace("copy=False", "copy=True")
        case ast.Assign(targets=[ast.Name()], value=value):
            return f"{name} = {ast.unparse(value)}.copy()"
    return f"{name} = {name}.copy()"
