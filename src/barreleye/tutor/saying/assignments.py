"""The assignments of a learner's function: which name gets which value, in the spellings that people use."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from textwrap import dedent
from typing import NamedTuple

from ..casting.naming import key_of, plain
from ..syntax import variables_in

STARTS = (
    *("array", "copy", "deepcopy", "list", "dict", "zeros", "zeros_like", "ones", "ones_like"),
    *("empty", "empty_like", "full", "full_like"),
)
"""Functions that make room for a quantity; it is computed elsewhere."""
Around = tuple[tuple[ast.stmt, str], ...]
"""The statements around one, the outermost first, each with the part of it that it stands in: "body", "orelse"."""


class Line(NamedTuple):
    """An assignment: the name that gets a value, and whether it computes that or only looks it up or makes room.

    value    the expression that it gets; None where that is not this expression alone
    target   what is assigned to; None in a return, and where a call's result is taken apart into several
    call     that call
    """

    number: int
    name: str
    computes: bool
    value: ast.expr | None = None
    target: ast.expr | None = None
    around: Around = ()
    call: ast.expr | None = None

    @property
    def reads(self) -> set[str]:
        """The names of variables in what it gets."""
        return variables_in(self.value or self.call)

    @property
    def loop(self) -> ast.For | None:
        """The innermost for loop around it."""
        return next((one for one, _ in reversed(self.around) if isinstance(one, ast.For)), None)


@cache
def quantity(name: str) -> tuple[str, str] | None:
    """The letters and the layer of a name: ("dW", "1") for dw_1, ("A", "") for A_l; None where it is no quantity.

    The last layer is "L", and the one before a layer that stands alone is "0"; a dW_temp is a dW, delta is dZ.

    >>> quantity("dw_1"), quantity("A"), quantity("dAL"), quantity("dA_prev"), quantity("cost")
    (('dW', '1'), ('A', ''), ('dA', 'L'), ('dA', '0'), None)
    """
    found = re.fullmatch(r"(d?|grad)([wbza])(\d+|l|prev)?(?:te?mp)?", plain(name).replace("delta", "dz"))
    if found is None:
        return None
    d, letter, layer = found.groups(default="")
    layer = {"l": "L" if name.endswith("L") else "", "prev": "0"}.get(layer, layer)
    return ("d" if d else "") + (letter if letter == "b" else letter.upper()), layer


@cache
def assignments(source: str) -> tuple[Line, ...]:
    """Every name that gets a value in a function, by =, +=, an entry of a dictionary, append, or return, in order.

    >>> [(one.number, one.name) for one in assignments("def f(g):\\n    W1 = g['W1']\\n    return {'dW1': 2 * W1}")]
    [(2, 'W1'), (3, 'dW1'), (3, 'return')]
    """
    try:
        return tuple(sorted(_inside(ast.parse(dedent(source)).body, ()), key=lambda line: line.number))
    except (SyntaxError, ValueError):
        return ()


def _inside(body: list[ast.stmt], around: Around) -> Iterator[Line]:
    for node in body:
        blocks = {name: part for name, part in ast.iter_fields(node) if _is_block(part)}
        for one in _expressions(node):
            for line in _entries(one):
                yield line._replace(around=around)
        for line in _lines_of(node):
            yield line._replace(around=around)
        for name, part in blocks.items():
            for held in part:
                inner = [held] if isinstance(held, ast.stmt) else held.body
                yield from _inside(inner, around if isinstance(node, ast.FunctionDef) else (*around, (node, name)))


def _is_block(part: object) -> bool:
    return isinstance(part, list) and bool(part) and isinstance(part[0], ast.stmt | ast.ExceptHandler | ast.match_case)


def _expressions(node: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement that are no statements themselves."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from ast.walk(child)


def _entries(node: ast.AST) -> Iterator[Line]:
    match node:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is not None:
                    yield Line(value.lineno, key_text(key), computes(value), value, ast.Subscript(ast.Name(""), key))


def _lines_of(node: ast.stmt) -> Iterator[Line]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _pairs(target, value)
        case ast.AugAssign(target=target, op=op, value=value):
            yield Line(node.lineno, written(target), True, ast.BinOp(target, op, value), target)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _pairs(target, value)
        case ast.Return(value=ast.expr() as value):
            yield Line(node.lineno, "return", computes(value), value)
        case ast.If(test=ast.Compare() as test, body=[ast.Assign(targets=[target], value=ast.Constant()), *_]):
            yield Line(test.lineno, written(target), True, target=target)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value])):
            yield Line(node.lineno, name, computes(value), value)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[Line]:
    """The names of a target with what they get; of a tuple, each. Numbers that are chosen by a comparison, as in
    dZ[Z <= 0] = 0, are computed whatever is put there."""
    match target, value:
        case ((ast.Tuple(elts=names) | ast.List(elts=names)), (ast.Tuple(elts=values) | ast.List(elts=values))) if len(
            names
        ) == len(values):
            for one, its in zip(names, values, strict=True):
                yield from _pairs(one, its)
        case ((ast.Tuple(elts=names) | ast.List(elts=names)), _):
            yield from (
                line._replace(value=None, target=None, call=value) for one in names for line in _pairs(one, value)
            )
        case ast.Subscript(value=base, slice=index), _ if any(isinstance(one, ast.Compare) for one in ast.walk(index)):
            chosen = ast.Call(ast.Name("where"), [index, value, base], [])
            yield Line(target.lineno, written(target), True, chosen, base)
        case _:
            yield Line(target.lineno, written(target), computes(value), value, target)


def written(target: ast.expr) -> str:
    """The quantity that a target names: "dW1" for dW1, self.dW1, dW[1], grads["dW1"] and dW1[j, i]; "dW" for dW[l]."""
    match target:
        case ast.Subscript(value=inner, slice=index):
            key, base = key_text(index), written(inner)
            if quantity(key) is not None:
                return f"d{key}" if key[0] in "Wb" and key_of(base) == "grads" else key
            letters, layer = quantity(base) or ("", "")
            return base + key if letters and not layer and key.isdigit() else base
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def key_text(index: ast.expr) -> str:
    """What an index says: the text in it, without the layer where that is a variable; a number; else nothing."""
    match index:
        case ast.Constant(value=str() | int() as value):
            return str(value)
        case ast.BinOp(left=first, right=ast.Call(args=[last]) | last) if is_last(last):
            return key_text(first) + "L"
        case ast.JoinedStr(values=[first, ast.FormattedValue(value=last)]) if is_last(last):
            return key_text(first) + "L"
        case ast.BinOp(left=first) | ast.JoinedStr(values=[first, *_]):
            return key_text(first)
    return ""


def is_last(layer: ast.expr) -> bool:
    """Whether this is L, or an object's own: the number of the last layer."""
    return (isinstance(layer, ast.Name) and layer.id == "L") or (isinstance(layer, ast.Attribute) and layer.attr == "L")


def computes(value: ast.expr) -> bool:
    """Whether an expression computes something: it is no name, no lookup, no constant, and does not only make room."""
    match value:
        case ast.Constant() | ast.Name() | ast.Attribute() | ast.Subscript() | ast.List() | ast.Dict():
            return False
        case ast.Tuple(elts=each):
            return any(computes(one) for one in each)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name not in STARTS
    return True
