"""Where in a learner's function is a quantity computed? Read from the assignments, in the spellings that people use."""

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..running.answers import Function

OTHERS = {
    "J": ("j", "cost", "loss", "costs", "total", "totalcost"),
    "predictions": ("predictions", "prediction", "pred", "preds", "p", "yhat", "ypred", "ypredict", "labels"),
    "m": ("m", "nsamples", "numsamples"),
}
"""What quantities without a layer are called, in small letters without underscores."""
INSTEAD = {("dA", "dZ"): 1, ("Z", "A"): 1, ("dZ", "dW"): 5}
"""Where a quantity has no line of its own it is usually computed in that of the other one, at the same layer: how well
the line fits it, 0 being best."""
STARTS = ("array", "zeros", "zeros_like", "ones", "empty", "empty_like", "copy", "deepcopy", "list", "dict")
"""Functions that make room for a quantity; it is computed elsewhere."""


class Line(NamedTuple):
    """An assignment: the name that gets a value, and whether it computes that or only looks it up or makes room.

    loop     whether it stands in a for loop
    key      the expression that says the name: the name itself, or what stands in the brackets
    value    the expression that it gets; None where it is not this expression alone
    """

    number: int
    name: str
    computes: bool
    loop: bool = False
    key: ast.expr | None = None
    value: ast.expr | None = None


def place_of(function: Function, names: Iterable[str], last: int = 0, *, loop: bool = False) -> tuple[str, str]:
    """The line of the function that computes one of these quantities: ("line 12", its text), or ("", "").

    Where none of them has a line, what is returned is where they are computed.

    last    the number of layers, of which AL and "dW" + str(L) are the last; 0 where it is not known
    loop    the mistake is in the loop over the layers, where the line stands in one

    >>> source = 'def f(g):\\n    W1 = g["W1"]\\n    dW2 = 1\\n    g["dW1"] = W1 * 2'
    >>> place_of(Function("f", line=5, where="line 5", source=source), ["dW1"])
    ('line 8', 'g["dW1"] = W1 * 2')
    """
    found = list(assignments(function.source))
    for name in names:
        best = best_of(found, name, last)
        if best is not None:
            over_layers = loop and not (quantity(best.name) or ("", "0"))[1]
            return at_line(function, loop_around(function.source, best.number) if over_layers else best.number)
    return end_of(function)


def best_of(found: Iterable[Line], name: str, last: int = 0) -> Line | None:
    """The line that computes a quantity; None where there is none.

    Of several that name no layer, the last layer's is the one before the loop over the layers, the others' in it.
    """
    hidden = last and (quantity(name) or ("", ""))[1] != str(last)

    def order(one: Line) -> tuple[int, bool, int]:
        return rank(one, name, last), bool(last) and one.loop != hidden, one.number

    best = min(found, key=order, default=None)
    return best if best is not None and rank(best, name, last) < NOT_IT else None


def at_line(function: Function, number: int) -> tuple[str, str]:
    return moved(function.where, number - 1), function.source.splitlines()[number - 1].strip()


def loop_around(source: str, number: int) -> int:
    """The first line of the innermost for loop around a line; the line itself where there is none."""
    loops = [node for node in ast.walk(ast.parse(textwrap.dedent(source))) if isinstance(node, ast.For)]
    return max((one.lineno for one in loops if one.lineno < number <= (one.end_lineno or 0)), default=number)


def end_of(function: Function) -> tuple[str, str]:
    """The last line that returns something; ("", "") where there is none."""
    last = max((one.number for one in assignments(function.source) if one.name == "return"), default=0)
    return at_line(function, last) if last else ("", "")


NOT_IT = 16


def rank(one: Line, name: str, last: int = 0) -> int:
    """How well an assignment fits a quantity: 0 best; NOT_IT where it is of another one."""
    if name in OTHERS:
        fits = plain(one.name) in OTHERS[name]
        return (0 if one.computes else 2) if fits else 6 if one.name == "return" and one.computes else NOT_IT
    letters, layer = quantity(name) or ("", "")
    its = quantity(one.name)
    if its is None:
        return NOT_IT
    mine = 0 if its[0] == letters else INSTEAD.get((letters, its[0]), NOT_IT)
    written_layer = {"L": str(last) if last else ""}.get(its[1], its[1])
    place = 0 if written_layer == layer else 2 if not written_layer else 3 if its[1] == "L" else NOT_IT
    return min(NOT_IT, mine + place + (0 if one.computes else 4))


def quantity(name: str) -> tuple[str, str] | None:
    """The letters and the layer of a name: ("dW", "1") for dw_1, ("A", "") for A_l; None where it is no quantity.

    The last layer is "L", and the one before a layer that stands alone is "0"; a dW_temp is a dW.

    >>> quantity("dw_1"), quantity("A"), quantity("dAL"), quantity("dA_prev"), quantity("cost")
    (('dW', '1'), ('A', ''), ('dA', 'L'), ('dA', '0'), None)
    """
    found = re.fullmatch(r"(d?|grad)([wbza])(\d+|l|prev)?(?:te?mp)?", plain(name))
    if found is None:
        return None
    d, letter, layer = found.groups(default="")
    layer = {"l": "L" if name.endswith("L") else "", "prev": "0"}.get(layer, layer)
    return ("d" if d else "") + (letter if letter == "b" else letter.upper()), layer


def plain(name: str) -> str:
    return name.lower().replace("_", "")


def assignments(source: str) -> Iterator[Line]:
    """Every name that gets a value in a function, by =, +=, an entry of a dictionary, or return."""
    try:
        tree = ast.parse(textwrap.dedent(source))
    except SyntaxError:
        return
    looped = {id(node) for loop in ast.walk(tree) if isinstance(loop, ast.For) for node in ast.walk(loop)}
    for node in ast.walk(tree):
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
            yield Line(test.lineno, written(target), True)


def pairs(target: ast.expr, value: ast.expr) -> Iterator[Line]:
    """The names of a target with what they get; of a tuple, each."""
    if isinstance(target, ast.Tuple | ast.List):
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
            for one, its in zip(target.elts, value.elts, strict=True):
                yield from pairs(one, its)
        else:
            yield from (line._replace(value=None) for one in target.elts for line in pairs(one, value))
    else:
        key = target.slice if isinstance(target, ast.Subscript) else ast.Constant(written(target))
        yield Line(target.lineno, written(target), computes(value), key=key, value=value)


def by_mask(target: ast.expr) -> bool:
    """Whether numbers are chosen by a comparison, as in dZ[Z <= 0] = 0: that computes, whatever is put there."""
    return isinstance(target, ast.Subscript) and any(isinstance(one, ast.Compare) for one in ast.walk(target.slice))


def masked(target: ast.expr) -> Iterator[Line]:
    yield Line(target.lineno, written(target), True)


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


def moved(where: str, lines: int) -> str:
    """A place some lines further down.

    >>> moved("cell 3, line 4", 2)
    'cell 3, line 6'
    """
    return re.sub(r"line (\d+)", lambda found: f"line {int(found[1]) + lines}", where)
