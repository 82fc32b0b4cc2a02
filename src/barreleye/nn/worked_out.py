"""An equation with its numbers in it: from what one entry of it was computed, and which shapes met there.

>>> v = {"dZ": {1: np.array([[0.5, -1.0]])}, "A": {0: np.array([[2.0, 3.0], [4.0, 5.0]])}, "m": 2, "l": 1}
>>> worked_out("dZ[l] @ A[l - 1].T / m", v, (0, 1))
'1/2·(0.5·4 + (−1)·5)'
>>> shapes_in("dZ[l] @ A[l - 1].T / m", v)
'(1, 2) (2, 2)'
"""

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .notation import Tree, paper, parsed, value, written

FIRST, LAST = 2, 1
"""How many terms of a long sum are written at its two ends."""

Entry = tuple[int, int]


def number(x: Any, digits: int = 4) -> str:
    """x rounded to so many digits, with a minus sign of its own.

    >>> number(-0.123456), number(3), number(-0.0)
    ('−0.1235', '3', '0')
    """
    return f"{float(x) + 0.0:.{digits}g}".replace("-", "−")


def rounded(x: Any) -> Tree:
    """x as a number of an equation, to four digits."""
    return ast.Constant(float(f"{float(x) + 0.0:.4g}"))


def worked_out(text: str | Tree, v: Mapping[str, Any], entry: Entry = (0, 0)) -> str:
    """The right-hand side as one entry of it is computed; v as for ``notation.value``, arrays of two dimensions.

    The middle of a long sum is left out, of ``where`` stands what holds there, and a sum of everything is its number.
    Raises what ``value`` raises.

    >>> worked_out("where(Z > 0, Z, leak * Z)", {"Z": np.array([[3.0, -2.0]]), "leak": 0.1}, (0, 1))
    '0.1·(−2)'
    """
    tree = parsed(text) if isinstance(text, str) else text
    return str(paper(_Worked(v).at(tree, *entry), entry=True))


class _Worked:
    def __init__(self, v: Mapping[str, Any]) -> None:
        self.v = v

    def value(self, node: Tree) -> Any:
        with np.errstate(all="ignore"):  # of where, the other branch is worked too
            return np.asarray(value(written(node), self.v))

    def at(self, node: Tree, i: int, j: int) -> Tree:
        """The entry (i, j) of a part, as an equation of numbers."""
        match node:
            case ast.Constant():
                return node
            case ast.Attribute(value=x):
                return self.at(x, j, i)
            case ast.UnaryOp(op=sign, operand=x):
                return ast.UnaryOp(sign, self.at(x, i, j))
            case ast.BinOp(left=a, op=ast.MatMult(), right=b):
                inner = self.value(a).shape[1]
                return added(inner, lambda k: ast.BinOp(self.at(a, i, k), ast.Mult(), self.at(b, k, j)))
            case ast.BinOp(left=x, op=ast.Div(), right=ast.Name(id="m") as m) if not isinstance(x, ast.Name):
                share = ast.BinOp(ast.Constant(1), ast.Div(), self.at(m, i, j))
                return ast.BinOp(share, ast.Mult(), self.at(x, i, j))
            case ast.BinOp(left=a, op=op, right=b):
                return ast.BinOp(self.at(a, i, j), op, self.at(b, i, j))
            case ast.Call(func=ast.Name(id="sum"), args=[x], keywords=[ast.keyword(value=ast.Constant(value=axis))]):
                count = self.value(x).shape[1 if axis == 1 else 0]
                return added(count, lambda k: self.at(x, i, k) if axis == 1 else self.at(x, k, j))
            case ast.Call(func=ast.Name(id="where"), args=[condition, a, b]):
                return self.at(a if self.entry(condition, i, j) else b, i, j)
            case ast.Call(func=ast.Name(id="sort"), args=[x]):
                column = [self.at(x, k, j) for k in range(len(self.value(x)))]
                return ast.Name(f"{paper(ast.Call(node.func, column, []), entry=True)}[{i}]")
            case ast.Call(func=function, args=args, keywords=[]) if not written(function).startswith(("sum", "dg")):
                return ast.Call(function, [self.at(one, i, j) for one in args], [])
        return rounded(self.entry(node, i, j))

    def entry(self, node: Tree, i: int, j: int) -> Any:
        """The number at (i, j) of what may be one column, one row or one number for all."""
        x = self.value(node)
        return x[i if x.shape[0] > 1 else 0, j if x.shape[1] > 1 else 0] if x.ndim else x


def added(count: int, term: Callable[[int], Tree]) -> Tree:
    """term(0) + ... + term(count - 1), the middle of a long sum left out.

    >>> str(paper(added(9, rounded), entry=True))
    '0 + 1 + … + 8'
    """
    terms = list(map(term, range(count) if count <= FIRST + LAST + 1 else [*range(FIRST), *range(count - LAST, count)]))
    if len(terms) < count:
        terms.insert(FIRST, ast.Name("…"))
    total, *rest = terms
    for one in rest:
        total = ast.BinOp(total, ast.Add(), one)
    return total


def shapes_in(text: str | Tree, v: Mapping[str, Any]) -> str:
    """The shapes of the arrays that meet in an equation, between the signs that join them; a number has none.

    >>> shapes_in("gamma * Z + b / m", {"gamma": np.ones((3, 1)), "Z": np.ones((3, 5)), "b": np.ones((3, 1)), "m": 5})
    '(3, 1) ∗ (3, 5) + (3, 1)'
    """
    tree = parsed(text) if isinstance(text, str) else text
    return str(paper(_shaped(tree, v) or ast.Name("()")))


def _shaped(node: Tree, v: Mapping[str, Any]) -> Tree | None:
    """The tree with shapes in the place of arrays; None for what is a number."""
    match node:
        case ast.Constant():
            return None
        case ast.BinOp(left=a, op=op, right=b):
            left, right = _shaped(a, v), _shaped(b, v)
            return ast.BinOp(left, op, right) if left and right else left or right
        case ast.UnaryOp(operand=x):
            return _shaped(x, v)
        case ast.Attribute(value=x) if np.ndim(whole := value(written(x), v)) > 2:
            return ast.Name(f"{whole.shape}ᵀ")
        case (
            ast.Call(func=ast.Name(id="sum" | "sqrt" | "abs" | "sign"), args=[x, *_])
            | ast.Call(func=ast.Subscript(), args=[x, *_])
        ):
            return _shaped(x, v)
        case ast.Call(args=args):
            found = {str(paper(one)): one for one in (_shaped(x, v) for x in args) if one}
            return ast.Name(", ".join(found)) if len(found) > 1 else next(iter(found.values()), None)
    shape = np.shape(value(written(node), v))
    return ast.Name(str(shape)) if shape else None
