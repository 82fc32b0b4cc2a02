"""What one line of a learner's code makes of right numbers: whether the line is wrong, or what it reads.

Nothing of the learner's is run here. The arithmetic of a line is worked out node by node, as far as it is plain NumPy
of the course's quantities; of anything else there is nothing to say.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..casting.naming import key_of
from ..equations import Work
from ..likeness import DIFFERENT, alike
from .assignments import Line, assignments, plain, quantity

OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.MatMult: operator.matmul,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}
NUMPY = (
    *("dot", "matmul", "multiply", "divide", "add", "subtract", "power", "square", "sqrt", "exp", "log", "log1p"),
    *("log2", "log10", "tanh", "sum", "mean", "transpose", "abs", "where", "maximum", "minimum", "squeeze", "negative"),
)
"""The functions of NumPy, and the methods of arrays, that are worked out."""
OF_SCALARS: Mapping[str, Callable[..., Any]] = {"str": str, "float": float, "int": int, "len": len}


class Unreadable(Exception):
    """A part of a line that is not worked out."""


def makes_right(source: str, line: Line, name: tuple[str, int], v: Work) -> bool | None:
    """Whether a line gives a quantity its right numbers when all that it reads is right; None where that is not known.

    >>> from ..equations import backward_sheet, example, worked
    >>> v = worked(backward_sheet(2), example((3, 4, 1), m=7, seed=0))
    >>> source = "def f(A1, W2, dZ2):\\n    dZ1 = np.dot(W2.T, dZ2) * (1 - 2 * A1)"
    >>> [makes_right(source, line, ("dZ", 1), v) for line in assignments(source)]
    [False]
    """
    same = [one for one in assignments(source) if (one.name, one.loop) == (line.name, line.loop)]
    once = [one for one in same if one.computes or one.number == line.number]  # an entry "dW1": dW1 is no second line
    if line.value is None or line.key is None or len(once) > 1:
        return None
    right = getattr(v, name[0])[name[1]]
    for k in (name[1], name[1] - 1):  # what the variable of a loop over the layers may be at this layer
        reader = Reader(source, v, name[1], k)
        try:
            with np.errstate(all="ignore"):
                if not names(str(reader.value(line.key)), name, v):
                    continue
                made = reader.value(line.value)
        except (Unreadable, ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError):
            continue
        return None if isinstance(made, tuple | str) else alike(made, right) != DIFFERENT
    return None


def names(word: str, name: tuple[str, int], v: Work) -> bool:
    """Whether a word may stand for a quantity: dW1, dW_1 and dW for dW[1]; any that is no other quantity for J."""
    found = quantity(word)
    if found is None or name[0] in ("J", "answer"):
        return found is None and name[0] in ("J", "answer")
    letters, layer = found
    return letters == name[0].removesuffix("_new") and layer in ("", str(name[1]), *(("L",) if name[1] == v.L else ()))


class Reader:
    """Works out expressions with the numbers of v, for layer l, where the variable of the loop is k."""

    def __init__(self, source: str, v: Work, l: int, k: int) -> None:
        self.v, self.l, self.k = v, l, k
        self.assigned = list(assignments(source))
        self.loops = any(one.loop for one in self.assigned)
        self.waiting: list[str] = []

    def value(self, node: ast.AST) -> Any:
        match node:
            case ast.Constant(value=str() | int() | float() as constant):
                return constant
            case ast.Name(id=name):
                return self.named(name)
            case ast.BinOp(left=ast.Call(func=ast.Name(id="len")), op=ast.FloorDiv(), right=ast.Constant(value=2)):
                return self.v.L  # one W and one b for each layer
            case ast.BinOp(left=left, op=op, right=right):
                return self.worked(op, self.value(left), self.value(right))
            case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
                return OPERATORS[type(op)](self.value(operand))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
                return OPERATORS[type(op)](self.value(left), self.value(right))
            case ast.Attribute(value=value, attr="T" | "shape" | "size" as attribute):
                return getattr(self.value(value), attribute)
            case ast.Subscript(value=value, slice=index):
                return self.entry(value, self.value(index))
            case ast.JoinedStr(values=parts):
                return "".join(str(self.value(part)) for part in parts)
            case ast.FormattedValue(value=value):
                return self.value(value)
            case ast.Tuple(elts=parts):
                return tuple(self.value(part) for part in parts)
            case ast.Call(func=function, args=args, keywords=keywords):
                given = {one.arg or "": self.constant(one.value) for one in keywords}
                return self.called(function, [self.value(one) for one in args], given)
        raise Unreadable

    def worked(self, op: ast.AST, left: Any, right: Any) -> Any:
        """Of two whole numbers only sums and differences stay whole: what grows beyond bounds is then no number."""
        if isinstance(left, int) and isinstance(right, int) and not isinstance(op, ast.Add | ast.Sub):
            left, right = float(left), float(right)
        if type(op) not in OPERATORS or (isinstance(left, str) and not isinstance(right, str)):
            raise Unreadable
        return OPERATORS[type(op)](left, right)

    def constant(self, node: ast.AST) -> Any:
        return node.value if isinstance(node, ast.Constant) else self.value(node)

    def entry(self, value: ast.AST, index: Any) -> Any:
        """An entry of a dictionary is known by its key alone: cache["A1"], grads["dW" + str(l)]."""
        if isinstance(index, str):
            return self.quantity(index)
        held = self.value(value)
        if isinstance(held, tuple) and isinstance(index, int):
            return held[index]
        raise Unreadable

    def called(self, function: ast.AST, args: list[Any], keywords: dict[str, Any]) -> Any:
        match function:
            case ast.Name(id=name) if name in OF_SCALARS and len(args) == 1 and not keywords:
                return OF_SCALARS[name](*args)
            case ast.Name(id="sigmoid") if len(args) == 1:
                return 1 / (1 + np.exp(-args[0]))
            case ast.Name(id="relu") if len(args) == 1:
                return np.maximum(0, args[0])
            case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name) if name in NUMPY:
                return getattr(np, name)(*args, **keywords)
            case ast.Attribute(value=value, attr="sum" | "dot" | "mean" | "transpose" as name):
                return getattr(self.value(value), name)(*args, **keywords)
        raise Unreadable

    def named(self, name: str) -> Any:
        """A quantity by its name; another name by the only line that gives it a value."""
        try:
            return self.quantity(name)
        except Unreadable:
            lines = [one for one in self.assigned if one.name == name]
            if name in ("l", "i", "k") and not lines:
                return self.k
            if len(lines) != 1 or lines[0].value is None or name in self.waiting:
                raise
            self.waiting.append(name)
            return self.value(lines[0].value)

    def quantity(self, name: str) -> Any:
        v = self.v
        alone = {"X": v.X, "Y": v.Y, "m": v.m, "L": v.L, "learning_rate": v.learning_rate}
        name = "AL" if plain(name) == "yhat" else name
        key = name if name in ("L", "l") else key_of(name)
        if key in alone:
            return alone[key]
        letters, layer = quantity(name) or ("", "")
        if not letters or (layer in ("", "0") and self.loops):  # at which layer the loop is when it stands there
            raise Unreadable
        l = {"": self.l, "L": v.L, "0": self.l - 1}.get(layer) if layer in ("", "L", "0") else int(layer)
        if l not in getattr(v, letters):
            raise Unreadable
        return getattr(v, letters)[l]
