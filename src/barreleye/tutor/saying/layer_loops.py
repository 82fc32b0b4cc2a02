"""The loop over the layers: which layers it makes, which it should make, and the line that would make them."""

import ast
from textwrap import dedent
from typing import NamedTuple

from ..equations import Work
from ..syntax import tree_of, variables_in
from .assignments import Line
from .transcript import Transcript, Unreadable, transcript


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
    script, nodes = transcript(source), tree_of(source)
    for loop in (node for node in nodes if isinstance(node, ast.For) and isinstance(node.target, ast.Name)):
        ranged = next((one for one in ast.walk(loop.iter) if isinstance(one, ast.Call) and is_range(one)), None)
        bounds = [script.made(Line(loop.lineno, "", True, one), (v.L, 0), v) for one in ranged.args] if ranged else []
        if ranged is None or any(one is None or one.ndim for one in bounds):
            continue
        runs = list(range(*map(int, bounds)))[
            :: -1 if isinstance(loop.iter, ast.Call) and loop.iter is not ranged else 1
        ]
        inside = [node for part in loop.body for node in ast.walk(part)]
        apart = any(layer_of(node, script, v, 0) == v.L for node in nodes if node not in {*inside})
        made = tuple(max(found) for k in runs if (found := {layer_of(node, script, v, k) for node in inside} - {0}))
        first = {layer_of(node, script, v, 1) for node in inside} - {0}
        if not first:
            continue
        should = tuple(range(1, v.L if apart else v.L + 1))
        words = range_words(ranged, max(first) - 1, apart, down)
        line = source.splitlines()[loop.lineno - 1].strip()
        written = ast.get_source_segment(dedent(source), loop.iter) or ""
        return LayerLoop(loop.lineno, made, should[::-1] if down else should, line.replace(written, words, 1))
    return None


def is_range(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "range"


def layer_of(node: ast.AST, script: Transcript, v: Work, k: int) -> int:
    """The layer of the W or dW that a key such as "W" + str(l + 1) names when the variable is k; 0 for none."""
    if not isinstance(node, ast.Subscript) or isinstance(node.slice, ast.Constant):
        return 0
    try:
        letters, index = script.index(node, Line(node.lineno, "", False)) or ("", None)
    except Unreadable:
        return 0
    return max(script.layer(index, (0, k), v), 0) if index is not None and letters in ("W", "dW") else 0


def range_words(ranged: ast.Call, shift: int, apart: bool, down: bool) -> str:
    """The range over all layers, or all but the last, in the learner's own way; shift is layer minus variable."""
    L = next(iter(sorted(variables_in(ranged) - {"range"})), "L")

    def plus(k: int) -> str:
        return L if k == 0 else f"{L} {'-' if k < 0 else '+'} {abs(k)}"

    first, past = 1 - shift, (0 if apart else 1) - shift
    if down and len(ranged.args) == 3:
        return f"range({plus(past - 1)}, {first - 1}, -1)"
    up = f"range({first}, {plus(past)})" if first else f"range({plus(past)})"
    return f"reversed({up})" if down else up
