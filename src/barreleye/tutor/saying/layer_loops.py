"""The loop over the layers: which layers it makes, which it should make, and the line that would make them."""

import ast
from collections.abc import Iterator
from textwrap import dedent
from typing import NamedTuple

from ..equations import Work
from ..syntax import tree_of
from .assignments import quantity
from .lines import Reader, Unreadable


class LayerLoop(NamedTuple):
    """made and should: layers, in the order of the loop; mended: its first line as it should be."""

    number: int
    made: tuple[int, ...]
    should: tuple[int, ...]
    mended: str


def layer_loop(source: str, v: Work, down: bool = False) -> LayerLoop | None:
    """The first loop of a function whose body names a W or dW by layer; None where that cannot be read.

    down    it should run from the last layer to the first

    >>> from ..equations import example
    >>> v = example((2, 3, 3, 1), m=5, seed=0)
    >>> layer_loop("def f(p):\\n    for l in range(1, L - 1):\\n        W = p[f'W{l}']", v)
    LayerLoop(number=2, made=(1,), should=(1, 2, 3), mended='for l in range(1, L + 1):')
    """
    nodes = tree_of(source)
    for loop in (node for node in nodes if isinstance(node, ast.For) and isinstance(node.target, ast.Name)):
        ranged = next((one for one in ast.walk(loop.iter) if isinstance(one, ast.Call) and is_range(one)), None)
        if ranged is None:
            continue
        inside = {id(node) for node in ast.walk(loop)}
        apart = any(layers_of(node, source, v, 0) == {v.L} for node in nodes if id(node) not in inside)
        try:
            bounds = [int(Reader(source, v, v.L, 0).value(one)) for one in ranged.args]
            runs = list(range(*bounds))[:: -1 if isinstance(loop.iter, ast.Call) and loop.iter is not ranged else 1]
        except (Unreadable, ValueError, TypeError, LookupError):
            continue
        made = tuple(max(found) for k in runs if (found := layers_in(loop, source, v, k)))
        first = layers_in(loop, source, v, 1)
        if not first:
            continue
        should = tuple(range(1, v.L if apart else v.L + 1))
        shift = max(first) - 1
        words = range_words(loop, ranged, shift, apart, down)
        line = source.splitlines()[loop.lineno - 1].strip()
        written = ast.get_source_segment(dedent(source), loop.iter) or ""
        return LayerLoop(loop.lineno, made, should[::-1] if down else should, line.replace(written, words, 1))
    return None


def is_range(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "range"


def layers_in(loop: ast.For, source: str, v: Work, k: int) -> set[int]:
    """The layers whose W or dW the body of a loop names when its variable is k."""
    return {l for part in loop.body for node in ast.walk(part) for l in layers_of(node, source, v, k)}


def layers_of(node: ast.AST, source: str, v: Work, k: int) -> set[int]:
    """The layer that a key such as "W" + str(l + 1) names."""
    if not isinstance(node, ast.Subscript) or isinstance(node.slice, ast.Constant):
        return set()
    try:
        key = Reader(source, v, 0, k).value(node.slice)
    except (Unreadable, ValueError, TypeError, LookupError):
        return set()
    letters, layer = quantity(str(key)) or ("", "")
    return {int(layer)} if letters in ("W", "dW") and layer.isdigit() else set()


def range_words(loop: ast.For, ranged: ast.Call, shift: int, apart: bool, down: bool) -> str:
    """The range over all layers, or all but the last, in the learner's own way; shift is layer minus variable."""
    L = next(names_in(ranged), "L")

    def plus(k: int) -> str:
        return L if k == 0 else f"{L} {'-' if k < 0 else '+'} {abs(k)}"

    first, past = 1 - shift, (0 if apart else 1) - shift
    if down and len(ranged.args) == 3:
        return f"range({plus(past - 1)}, {first - 1}, -1)"
    up = f"range({first}, {plus(past)})" if first else f"range({plus(past)})"
    return f"reversed({up})" if down else up


def names_in(node: ast.AST) -> Iterator[str]:
    return (one.id for one in ast.walk(node) if isinstance(one, ast.Name) and one.id != "range")
