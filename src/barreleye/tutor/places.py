"""Where in a learner's function is a quantity computed? Read from the assignments, in the spellings that people use."""

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .answers import Function

OTHERS = {
    "J": ("j", "cost", "loss", "costs", "total", "totalcost"),
    "predictions": ("predictions", "prediction", "pred", "preds", "p", "yhat", "ypred", "ypredict", "labels"),
}
"""What quantities without a layer are called, in small letters without underscores."""
INSTEAD = {"dA": "dZ", "Z": "A"}
"""Where a quantity has no line of its own it is usually computed in the line of this one, at the same layer."""
STARTS = ("zeros", "zeros_like", "ones", "empty", "empty_like", "copy", "deepcopy", "list", "dict")
"""Functions that make room for a quantity; it is computed elsewhere."""


class Line(NamedTuple):
    """An assignment: the name that gets a value, and whether it computes that or only looks it up or makes room."""

    number: int
    name: str
    computes: bool


def place_of(function: Function, names: Iterable[str]) -> tuple[str, str]:
    """The line of the function that computes one of these quantities: ("line 12", its text), or ("", "").

    >>> source = 'def f(g):\\n    W1 = g["W1"]\\n    dW2 = 1\\n    g["dW1"] = W1 * 2'
    >>> place_of(Function("f", line=5, where="line 5", source=source), ["dW1"])
    ('line 8', 'g["dW1"] = W1 * 2')
    """
    found = list(assignments(function.source))
    for name in names:
        best = min(found, key=lambda one: (rank(one, name), one.number), default=None)
        if best is not None and rank(best, name) < NOT_IT:
            text = function.source.splitlines()[best.number - 1].strip()
            return moved(function.where, best.number - 1), text
    return "", ""


NOT_IT = 8


def rank(one: Line, name: str) -> int:
    """How well an assignment fits a quantity: 0 best; NOT_IT where it is of another one."""
    if name in OTHERS:
        fits = plain(one.name) in OTHERS[name]
        return (0 if one.computes else 2) if fits else 6 if one.name == "return" and one.computes else NOT_IT
    letters, layer = quantity(name) or ("", "")
    its = quantity(one.name)
    if its is None:
        return NOT_IT
    mine = 0 if its[0] == letters else 1 if its[0] == INSTEAD.get(letters) else NOT_IT
    place = 0 if its[1] == layer else 2 if not its[1] else NOT_IT
    return min(NOT_IT, mine + place + (0 if one.computes else 4))


def quantity(name: str) -> tuple[str, str] | None:
    """The letters and the layer of a name: ("dW", "1") for dw_1, ("A", "") for A_l; None where it is no quantity.

    >>> quantity("dw_1"), quantity("A"), quantity("cost")
    (('dW', '1'), ('A', ''), None)
    """
    found = re.fullmatch(r"(d?|grad)([wbza])(\d*)l?", plain(name))
    if found is None:
        return None
    d, letter, layer = found.groups()
    return ("d" if d else "") + (letter if letter == "b" else letter.upper()), layer


def plain(name: str) -> str:
    return name.lower().replace("_", "")


def assignments(source: str) -> Iterator[Line]:
    """Every name that gets a value in a function, by =, +=, an entry of a dictionary, or return."""
    try:
        tree = ast.parse(textwrap.dedent(source))
    except SyntaxError:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from pairs(target, value)
            case ast.AugAssign(target=target, value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from pairs(target, value)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if key is not None:
                        yield Line(value.lineno, key_text(key), computes(value))
            case ast.Return(value=ast.expr() as value):
                yield Line(node.lineno, "return", computes(value))


def pairs(target: ast.expr, value: ast.expr) -> Iterator[Line]:
    """The names of a target with what they get; of a tuple, each."""
    if isinstance(target, ast.Tuple | ast.List):
        each = value.elts if isinstance(value, ast.Tuple | ast.List) else [value] * len(target.elts)
        for one, its in zip(target.elts, each, strict=False):
            yield from pairs(one, its)
    else:
        yield Line(target.lineno, written(target), computes(value))


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
        case ast.BinOp(left=left):
            return key_text(left)
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


def moved(where: str, lines: int) -> str:
    """A place some lines further down.

    >>> moved("cell 3, line 4", 2)
    'cell 3, line 6'
    """
    return re.sub(r"line (\d+)", lambda found: f"line {int(found[1]) + lines}", where)
