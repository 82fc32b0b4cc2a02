"""The assignments of a learner's function: which name gets which value, in the spellings that people use."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from ..syntax import tree_of

STARTS = ("array", "zeros", "zeros_like", "ones", "empty", "empty_like", "copy", "deepcopy", "list", "dict")
"""Functions that make room for a quantity; it is computed elsewhere."""


class Line(NamedTuple):
    """An assignment: the name that gets a value, and whether it computes that or only looks it up or makes room.

    loop     whether it stands in a for loop
    key      the expression that says the name: the name itself, or what stands in the brackets
    key      also None where the name is one of several that a call's result is taken apart into
    value    the expression that it gets; None where it is not this expression alone
    """

    number: int
    name: str
    computes: bool
    loop: bool = False
    key: ast.expr | None = None
    value: ast.expr | None = None


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


def plain(name: str) -> str:
    return name.lower().replace("_", "")


def assignments(source: str) -> Iterator[Line]:
    """Every name that gets a value in a function, by =, +=, an entry of a dictionary, or return."""
    nodes = tree_of(source)
    looped = {id(node) for loop in nodes if isinstance(loop, ast.For) for node in ast.walk(loop)}
    for node in nodes:
        for one in lines_of(node):
            yield one._replace(loop=id(node) in looped)


def lines_of(node: ast.AST) -> Iterator[Line]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from masked(target) if by_mask(target) else pairs(target, value)
        case ast.AugAssign(target=target):
            yield from masked(target)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from pairs(target, value)
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key is not None:
                    yield Line(value.lineno, key_text(key), computes(value), key=key, value=value)
        case ast.Return(value=ast.expr() as value):
            yield Line(node.lineno, "return", computes(value), key=ast.Constant("return"), value=value)
        case ast.If(test=ast.Compare() as test, body=[ast.Assign(targets=[target], value=ast.Constant()), *_]):
            yield Line(test.lineno, written(target), True, key=ast.Constant(written(target)))
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value])):
            yield Line(node.lineno, name, computes(value), key=ast.Constant(name), value=value)


def pairs(target: ast.expr, value: ast.expr) -> Iterator[Line]:
    """The names of a target with what they get; of a tuple, each."""
    if isinstance(target, ast.Tuple | ast.List):
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
            for one, its in zip(target.elts, value.elts, strict=True):
                yield from pairs(one, its)
        else:
            yield from (line._replace(key=None, value=None) for one in target.elts for line in pairs(one, value))
    else:
        key = target.slice if isinstance(target, ast.Subscript) else ast.Constant(written(target))
        yield Line(target.lineno, written(target), computes(value), key=key, value=value)


def by_mask(target: ast.expr) -> bool:
    """Whether numbers are chosen by a comparison, as in dZ[Z <= 0] = 0: that computes, whatever is put there."""
    return isinstance(target, ast.Subscript) and any(isinstance(one, ast.Compare) for one in ast.walk(target.slice))


def masked(target: ast.expr) -> Iterator[Line]:
    yield Line(target.lineno, written(target), True, key=ast.Constant(written(target)))


def written(target: ast.expr) -> str:
    """The quantity that a target names: "dW1" for dW1, self.dW1, dW[1], grads["dW1"] and dW1[j, i]; "dW" for dW[l]."""
    match target:
        case ast.Subscript(value=inner, slice=index):
            key = key_text(index)
            base = written(inner)
            if quantity(key) is not None:
                return key
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
        case ast.BinOp(left=left, right=ast.Name(id="L") | ast.Call(args=[ast.Name(id="L")])):
            return key_text(left) + "L"
        case ast.BinOp(left=left):
            return key_text(left)
        case ast.JoinedStr(values=[first, ast.FormattedValue(value=ast.Name(id="L"))]):
            return key_text(first) + "L"
        case ast.JoinedStr(values=[first, *_]):
            return key_text(first)
    return ""


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
