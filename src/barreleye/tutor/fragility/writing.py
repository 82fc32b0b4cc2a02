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
    whole: dict[str, ast.AST | None] = {str(path[0]): None}
    held: dict[str, ast.AST | None] = dict(whole) if len(path) == 1 else {}
    rest = path[1:]
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.For)]
    for node in sorted(nodes, key=lambda node: node.lineno):
        if isinstance(node, ast.For):
            if variables_in(node.iter) & whole.keys():
                held |= dict.fromkeys(variables_in(node.target), node)
            continue
        for target in node.targets:
            if (isinstance(target, ast.Name) and same(node.value, held)) or (
                isinstance(target, ast.Name) and entry(node.value, whole, rest)
            ):
                held[target.id] = node
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Name) and node.value.id in whole:
                names = [one.id for one in target.elts if isinstance(one, ast.Name)]
                if rest and isinstance(rest[0], int) and rest[0] < len(names):
                    held[names[rest[0]]] = node
    return held


def same(value: ast.AST, held: Iterable[str]) -> bool:
    """Whether an expression may be one of these very arrays: the name, np.array(name, copy=False), a view of it."""
    match value:
        case ast.Name(id=name):
            return name in held
        case ast.Attribute(value=inner, attr="T"):
            return same(inner, held)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=attr), args=[inner, *_]) if attr in SAME_ARRAY:
            return same(inner, held)
        case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr in SAME_ARRAY:
            return same(inner, held)
    return False


def entry(value: ast.AST, whole: Iterable[str], rest: Path) -> bool:
    """Whether an expression takes the entry at the end of a path: parameters["W1"], caches[0]."""
    match value:
        case ast.Subscript(value=inner, slice=ast.Constant(value=key)) if rest and key == rest[-1]:
            return not variables_in(inner).isdisjoint(whole)
    return False


def write_at(node: ast.AST, held: dict[str, ast.AST | None], last: int | str) -> Iterator[Write]:
    """What a statement does to an array that is held: += and its like, or new numbers in some of its places.

    last    the end of the array's path, a key such as "W1" that may be put together: p["W" + str(l)] -= ...
    """
    match node:
        case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value) if name in held:
            yield Write(
                node.lineno,
                SAID["written.in_place"].filled(op=OPERATORS.get(type(op), "")),
                anew(target, op, value, held[name]),
            )
        case ast.AugAssign(target=ast.Subscript(slice=ast.Constant(value=str())) as target, op=op, value=value):
            yield Write(node.lineno, in_place(op), anew(target, op, value, None))
        case ast.AugAssign(target=ast.Subscript(slice=index) as target, op=op, value=value) if (
            letters_of(key_text(index)) == letters_of(str(last)) != ""
        ):
            yield Write(node.lineno, in_place(op), anew(target, op, value, None))
        case (
            ast.AugAssign(target=ast.Subscript(value=ast.Name(id=name)))
            | ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))])
        ) if name in held:
            yield Write(node.lineno, SAID["written.one_array"].filled(q=name), of_its_own(name, held[name]))


def letters_of(key: str) -> str:
    """The quantity of a key, whatever its layer: "W" of "W1"."""
    return (quantity(key) or ("",))[0]


def in_place(op: ast.operator) -> Text:
    return SAID["written.in_place"].filled(op=OPERATORS.get(type(op), ""))


def anew(target: ast.expr, op: ast.operator, value: ast.expr, made: ast.AST | None) -> str:
    """A new array in the place of ``target op= value``; in a loop over a list, a new list."""
    term = f"({ast.unparse(value)})" if isinstance(value, ast.BinOp) and not times(value.op) else ast.unparse(value)
    new = f"{ast.unparse(target)} {OPERATORS.get(type(op), '?')} {term}"
    if not isinstance(made, ast.For):
        return f"{ast.unparse(target)} = {new}"
    many = next(
        one.id for one in ast.walk(made.iter) if isinstance(one, ast.Name) and one.id not in ("zip", "enumerate")
    )
    return f"{many} = [{new} for {ast.unparse(made.target)} in {ast.unparse(made.iter)}]"


def times(op: ast.operator) -> bool:
    return isinstance(op, ast.Mult | ast.MatMult | ast.Pow)


def of_its_own(name: str, made: ast.AST | None) -> str:
    """The line that gives a name an array of its own."""
    if isinstance(made, ast.Assign) and isinstance(made.value, ast.Call) and made.value.keywords:
        return ast.unparse(made).replace("copy=False", "copy=True")
    source = (
        ast.unparse(made.value) if isinstance(made, ast.Assign) and not isinstance(made.targets[0], ast.Tuple) else name
    )
    return f"{name} = {source}.copy()"
