"""Two shapes that do not fit: which two things met, as they are written in the line."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from ...words import NOTHING, Text
from ..casting.naming import key_of
from ..equations import example
from ..running.answers import Function, Trouble
from .lines import Reader, Unreadable


class Meaning(NamedTuple):
    """Some words after Python's own message, a hint, and the line that would mend it; any may be missing."""

    words: Text = NOTHING
    hint: Text = NOTHING
    solution: str = ""


PRODUCTS = ("dot", "matmul")


def not_aligned(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    a, b = (tuple(int(n) for n in one.split(",") if n) for one in found.groups())
    first, second = operands(trouble, function, available, (a, b), product=True)
    return Meaning(
        Text(
            f"{first or 'The first factor'} is {a}, {second or 'the second'} is {b}: in a matrix product the first "
            f"needs as many columns as the second has rows.",
            f"{first or '第一个因子'} 的形状是 {a}，{second or '第二个'} 的形状是 {b}："
            "矩阵乘法要求前者的列数等于后者的行数。",
        ),
        Text(
            "Write the shapes of both factors under the equation: should one be transposed, or the order be another?",
            "把两个因子的形状写在公式下面：是不是有一个要转置，或者次序不对？",
        ),
    )


def not_broadcast(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    a, b = (tuple(int(n) for n in one.split(",") if n) for one in found.groups())
    first, second = operands(trouble, function, available, (a, b), product=False)
    return Meaning(
        Text(
            f"{first or 'One array'} is {a}, {second or 'the other'} is {b}: entry by entry these do not fit together.",
            f"{first or '一个数组'} 的形状是 {a}，{second or '另一个'} 的形状是 {b}：无法逐元素运算。",
        ),
        Text(
            "Which shapes should the two have on paper, and which brackets hold them together?",
            "在纸上，这两个量应当是什么形状？括号又把谁和谁括在了一起？",
        ),
    )


class Given(Reader):
    """Works out expressions with what a function was given."""

    def __init__(self, source: str, available: Mapping[str, Any]) -> None:
        super().__init__(source, example((1, 1), 1, 0), 0, 0)
        self.available = available

    def quantity(self, name: str) -> Any:
        value = self.available.get(key_of(name) or name)
        if not isinstance(value, np.ndarray | int | float):
            raise Unreadable
        return value


def operands(
    trouble: Trouble, function: Function, available: Mapping[str, Any], shapes: tuple[Any, Any], *, product: bool
) -> tuple[str, str]:
    """The two parts of the line that have these shapes, as they are written; "" where they cannot be told."""
    pairs = list(pairs_in(trouble.line_text, product))
    own = trouble.calls[-1:] in ((), (function.name,))
    met = [pair for pair in pairs if own and tuple(shape(one, function.source, available) for one in pair) == shapes]
    chosen = met[0] if met else pairs[0] if len(pairs) == 1 else None
    words = tuple(ast.unparse(one) for one in chosen or ())
    return (words[0], words[1]) if words and max(map(len, words)) <= 40 else ("", "")


def shape(node: ast.AST, source: str, available: Mapping[str, Any]) -> Any:
    try:
        return np.shape(Given(source, available).value(node))
    except (Unreadable, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        return None


def pairs_in(text: str, product: bool) -> Iterator[tuple[ast.AST, ast.AST]]:
    """What is multiplied as matrices in a line, or joined entry by entry."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        match node:
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, ast.MatMult) == product:
                yield left, right
            case ast.Call(func=ast.Attribute(value=value, attr=attr), args=args) if (attr in PRODUCTS) == product:
                if len(args) == 2:
                    yield args[0], args[1]
                elif len(args) == 1 and product:
                    yield value, args[0]
