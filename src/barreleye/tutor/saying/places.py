"""Where in a learner's function is a quantity computed? Read from the assignments, in the spellings that people use."""

import ast
import re
from collections.abc import Iterable

from ..casting.naming import plain
from ..running.answers import Function
from .assignments import Line, assignments, quantity

OTHERS = {
    "J": ("j", "cost", "loss", "costs", "total", "totalcost"),
    "predictions": ("predictions", "prediction", "pred", "preds", "p", "yhat", "ypred", "ypredict", "labels"),
    "m": ("m", "nsamples", "numsamples"),
}
"""What quantities without a layer are called, in small letters without underscores."""
INSTEAD = {("dA", "dZ"): 1, ("Z", "A"): 1, ("dZ", "dW"): 5}
"""Where a quantity has no line of its own it is usually computed in that of the other one, at the same layer: how well
the line fits it, 0 being best."""


def place_of(function: Function, names: Iterable[str], last: int = 0) -> tuple[str, str]:
    """The line of the function that computes one of these quantities: ("line 12", its text), or ("", "").

    Where none of them has a line, what is returned is where they are computed.

    last    the number of layers, of which AL and "dW" + str(L) are the last; 0 where it is not known

    >>> source = 'def f(g):\\n    W1 = g["W1"]\\n    dW2 = 1\\n    g["dW1"] = W1 * 2'
    >>> place_of(Function("f", line=5, where="line 5", source=source), ["dW1"])
    ('line 8', 'g["dW1"] = W1 * 2')
    """
    lines = assignments(function.source)
    best = next((one for name in names if (one := best_of(lines, name, last)) is not None), None)
    return at_line(function, best.number) if best else end_of(function)


def best_of(found: Iterable[Line], name: str, last: int = 0) -> Line | None:
    """The line that computes a quantity; None where there is none.

    Of several that name no layer, the last layer's is the one before the loop over the layers, the others' in it.
    """
    hidden = last and (quantity(name) or ("", ""))[1] != str(last)

    def order(one: Line) -> tuple[int, bool, int]:
        its_own = (quantity(one.name) or ("", ""))[1].isdigit()
        return rank(one, name, last), bool(last) and not its_own and (one.loop is not None) != hidden, -one.number

    lines = list(found)
    best = min(lines, key=order, default=None)
    return made_at(lines, best) if best is not None and rank(best, name, last) < NOT_IT else None


def at_line(function: Function, number: int) -> tuple[str, str]:
    return moved(function.where, number - 1), function.source.splitlines()[number - 1].strip()


def end_of(function: Function) -> tuple[str, str]:
    """The line that computes what is returned last, by the names that hand it on; ("", "") where nothing is.

    >>> end_of(Function("f", line=1, where="line 1", source="def f(x):\\n    s = x + 1\\n    return s"))
    ('line 2', 's = x + 1')
    """
    lines = assignments(function.source)
    last = max((one for one in lines if one.name == "return"), key=lambda one: one.number, default=None)
    return at_line(function, made_at(lines, last).number) if last else ("", "")


def made_at(lines: Iterable[Line], line: Line) -> Line:
    """The line that computes what a line only hands on: where ``return s`` or {"dW1": s} has got its s."""
    before = [one for one in lines if one.name == handed_on(line.value) and one.number < line.number]
    makers = [one for one in before if one.computes] or [one for one in before if handed_on(one.value)]
    return made_at(lines, max(makers, key=lambda one: one.number)) if makers else line


def handed_on(value: ast.expr | None) -> str:
    """The name whose value an expression hands on as it is, where that name is no quantity's; else "".

    >>> handed_on(ast.parse("tuple(new)", mode="eval").body)
    'new'
    """
    match value:
        case ast.Name(id=name) if quantity(name) is None:
            return name
        case ast.Tuple(elts=[first, _]):  # A and its cache; of more, it is not known which is meant
            return handed_on(first)
        case ast.Call(func=ast.Name(id="tuple" | "list" | "float"), args=[inner]):
            return handed_on(inner)
    return ""


NOT_IT = 16


def rank(one: Line, name: str, last: int = 0) -> int:
    """How well an assignment fits a quantity: 0 best; NOT_IT where it is of another one."""
    if name in OTHERS:
        whole = one.value is not None or one.target is not None
        fits = plain(one.name) in OTHERS[name] and (whole or name != "predictions")
        return (0 if one.computes else 2) if fits else 6 if one.name == "return" and one.computes else NOT_IT
    letters, layer = quantity(name) or ("", "")
    its = quantity(one.name)
    if its is None:
        return NOT_IT
    mine = 0 if its[0] == letters else INSTEAD.get((letters, its[0]), NOT_IT)
    written_layer = {"L": str(last) if last else ""}.get(its[1], its[1])
    place = 0 if written_layer == layer else 2 if not written_layer else 3 if its[1] == "L" else NOT_IT
    entry = isinstance(one.target, ast.Subscript)
    itself = entry and isinstance(one.value, ast.Name) and quantity(one.value.id) == its  # "W1": W1
    return min(NOT_IT, mine + place + (0 if one.computes else 6 if itself else 5 if makes_room(one) else 4))


def makes_room(line: Line) -> bool:
    """Whether it calls something, such as np.zeros, for others to write into."""
    return isinstance(line.value, ast.Call)


def moved(where: str, lines: int) -> str:
    """A place some lines further down.

    >>> moved("cell 3, line 4", 2)
    'cell 3, line 6'
    """
    return re.sub(r"line (\d+)", lambda found: f"line {int(found[1]) + lines}", where)
