"""Two shapes that do not fit: which two things met, as they are written in the line."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from ...nn.notation import value, written
from ...words import NOTHING, Text, catalogue
from ..running.answers import Function, Trouble
from .assignments import Line
from .transcript import UNWORKABLE, Transcript


class Meaning(NamedTuple):
    """Some words after Python's own message, a hint, and the line that would mend it; any may be missing.

    kind    what others ask for by name, such as ``ONE_NUMBER``
    """

    words: Text = NOTHING
    hint: Text = NOTHING
    solution: str = ""
    kind: str = ""


SAID = catalogue("tutor_stops")
PRODUCTS = ("dot", "matmul")


def not_aligned(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    return _unfit(found, trouble, function, available, "not_aligned", ("first_factor", "second_factor"))


def not_broadcast(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    return _unfit(found, trouble, function, available, "not_broadcast", ("first_array", "second_array"))


def _unfit(
    found: re.Match[str],
    trouble: Trouble,
    function: Function,
    available: Mapping[str, Any],
    key: str,
    nameless: tuple[str, str],
) -> Meaning:
    a, b = (tuple(int(n) for n in one.split(",") if n) for one in found.groups())
    written = operands(trouble, function, available, (a, b), product=key == "not_aligned")
    first, second = (one or SAID[f"means.{other}"] for one, other in zip(written, nameless, strict=True))
    return Meaning(SAID[f"means.{key}"].filled(first=first, a=a, second=second, b=b), SAID[f"means.{key}_hint"])


def operands(
    trouble: Trouble, function: Function, available: Mapping[str, Any], shapes: tuple[Any, Any], *, product: bool
) -> tuple[str, str]:
    """The two parts of the line that have these shapes, as they are written; "" where they cannot be told."""
    pairs = list(pairs_in(trouble.line_text, product))
    own = trouble.calls[-1:] in ((), (function.name,))
    script = Transcript(function.source, frozenset(available))
    number = 1 + (function.source + f"\n{trouble.line_text}").split("\n").index(trouble.line_text)
    met = [pair for pair in pairs if own and tuple(shape(one, script, number, available) for one in pair) == shapes]
    chosen = met[0] if met else pairs[0] if len(pairs) == 1 else None
    words = tuple(ast.unparse(one) for one in chosen or ())
    return (words[0], words[1]) if words and max(map(len, words)) <= 40 else ("", "")


def shape(node: ast.expr, script: Transcript, number: int, available: Mapping[str, Any]) -> Any:
    """The shape of a part of a line, worked out of what the function was given; None where it cannot be."""
    given = {name: value for name, value in available.items() if isinstance(value, np.ndarray | int | float)}
    layered: dict[str, Any] = {}
    for name, array in given.items():
        if (found := re.fullmatch(r"(d?[WbZA])(\d)", name)) is not None:
            layered.setdefault(found[1], {})[int(found[2])] = array
    try:
        return np.shape(value(written(script.tree(Line(number, "", True, node))), given | layered))
    except UNWORKABLE:
        return None


def pairs_in(text: str, product: bool) -> Iterator[tuple[ast.expr, ast.expr]]:
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
