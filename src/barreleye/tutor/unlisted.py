"""The edits of an equation as mistakes: those that can be told apart by their numbers, said by their kind.

What is said of a kind stands in ``words/tutor_mistakes.toml``, [edit]; what a quantity is, in [noun].

>>> [one.name for one in unlisted("dW", Tanh()) if "n[l]" in one.name]
[]
>>> unlisted("db", Tanh())[0].claim.en
'{q}: m + 1 stands where m belongs; m = {m} here.'
"""

import ast
import re
from ast import Add, BinOp, Call, Constant, Div, MatMult, Mult, Name, Pow, Sub, UnaryOp
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from ..nn.activations import Activation, Sigmoid, Tanh
from ..nn.notation import Tree, parsed, written
from ..words import NOTHING, Text, catalogue
from .classics import KINDS, LATER, made, of
from .edits import Edit, edits
from .equations import EQUATIONS, INDEX, Compute, Work, example, forward_sheet, shown, worked
from .search import Mistake, Reading

LONGEST = 34
"""Of what is quoted in a sentence: the equations stand below it as a whole."""


@cache
def unlisted(equation: str, g: Activation) -> tuple[Mistake, ...]:
    """The mistakes by edits of an equation in a layer with this activation, each with numbers of its own.

    Numbers that are infinite, no numbers, or all the same come of too many edits to say which.
    """
    output = EQUATIONS[equation].quantity in ("J", "answer") or equation.endswith("out")
    works = examples(g, output)
    known = {numbers(EQUATIONS[equation].compute, works, output)}
    known |= {numbers(one.compute, works, output) for one in of(equation)}
    known.add((None,) * len(works))
    kind = next((word for word, one in KINDS.items() if isinstance(g, one)), "")
    twin = TWINS.get(equation, "")
    twins = {as_of(twin, one): one for one in edits(twin, g)} if twin else {}
    found, joint = [], []
    for edit in edits(equation, g):
        compute = made(edit.text, kind if equation in ("A", "dZ") else "")
        key = numbers(compute, works, output)
        if key not in known:
            known.add(key)
            one = as_mistake(equation, edit, compute)
            found.append(one)
            if (same_slip := twins.get(as_of(equation, edit))) is not None:
                both = ((twin, made(same_slip.text, "")),)
                joint.append(replace(one, name=f"{one.name}, {EQUATIONS[twin].quantity} alike", also=both))
    return (*joint, *found)


TWINS = {"W new": "b new", "dW": "db"}
"""Two equations in which the same slip is made."""


def as_of(equation: str, edit: Edit) -> tuple[str, ...]:
    """An edit, the same for W and b."""
    if equation.endswith("new"):
        return (edit.kind, *(re.sub(r"[Wb]\[", "p[", text) for text in (edit.was, edit.now)))
    return (edit.kind, edit.was, edit.now)


def as_mistake(equation: str, edit: Edit, compute: Compute) -> Mistake:
    quantity, line = EQUATIONS[equation].quantity, equation.removesuffix(" classes")
    hint = HINTS.get((line, edit.kind)) or HINTS[line, ""]
    name = f"{quantity} = {edit.text}"
    return Mistake(name, equation, compute, edit.text, lambda: (claim(edit), words()[f"hint.{hint}"]))


def words() -> Mapping[str, Text]:
    """What is said of mistakes, read when one is told."""
    return catalogue("tutor_mistakes")


def beyond(reading: Reading) -> Iterable[Mistake]:
    """The mistakes by edits of the lines of a reading. Labels are too few numbers to tell so many apart."""
    v, observed = reading.trials[0]
    if any(quantity == "answer" for quantity, _ in observed):
        return ()
    kinds = dict.fromkeys((one.equation, v.g.get(one.l, Sigmoid())) for one in reading.sheet)
    anywhere = {equation: Sigmoid() for equation, _ in kinds if equation not in ("A", "dZ")}
    chosen = dict.fromkeys((equation, anywhere.get(equation, g)) for equation, g in kinds)
    return [mistake for equation, g in chosen for mistake in unlisted(equation, g)]


# Which have numbers of their own


@cache
def examples(g: Activation, output: bool = False) -> tuple[Work, ...]:
    """Networks with all that there is to compute: one whose sizes all differ, one in which they are the same.

    For what stands at the output, one with a single unit there too: it broadcasts where others would not run.
    """

    def whole(n: tuple[int, ...], m: int) -> Work:
        v = example(n, m, seed=3, hidden=Tanh())
        v.g |= {2: g}
        v = worked(forward_sheet(v.L), v)
        rng = np.random.default_rng(0)  # sums of both signs
        for made_of, like in ((v.dZ, v.Z), (v.dA, v.Z), (v.dW, v.W), (v.db, v.b)):
            made_of |= {l: rng.normal(size=array.shape) for l, array in like.items()}
        return v

    both = whole((5, 4, 3, 6, 2), 7), whole((4, 4, 4, 4, 4), 4)
    return (*both, whole((5, 4, 3, 6, 1), 7)) if output else both


def numbers(compute: Compute, works: Sequence[Work], output: bool) -> tuple[Any, ...]:
    """What is computed in each work, to seven digits; None where nothing is that could be told apart."""
    found: list[Any] = []
    for v in works:
        try:
            with np.errstate(all="ignore"):
                array = np.asarray(compute(v, v.L if output else 2), float)
        except (ValueError, IndexError, TypeError, KeyError, NotImplementedError):
            found.append(None)
            continue
        if not np.isfinite(array).all() or (array.size > 1 and np.ptp(array) == 0) or not array.any():
            found.append(None)
        else:
            found.append((array.shape, (array.astype(np.float32) + 0).tobytes()))
    return tuple(found)


# In words


def claim(edit: Edit) -> Text:
    """What is said of an edit; the layers and the quantity are filled in later."""
    was, now = parsed(edit.was), parsed(edit.now)
    key, values = said(edit.kind, was, now)
    fields: dict[str, Any] = {"was": shown(was), "now": shown(now), **values}
    text = words()[f"edit.{key}"]
    quoted = [value for name, value in fields.items() if f"{{{name}}}" in text.en and isinstance(value, str)]
    if any(len(value) > LONGEST for value in quoted):
        text = words().get(f"edit.{key} long", words()["edit.long"])
    return text.filled(**LATER, **fields)


def said(kind: str, was: Tree, now: Tree) -> tuple[str, dict[str, Any]]:
    """The key of an edit's sentence, and what is filled in beside {was} and {now}."""
    match kind, was, now:
        case "left out", _, _:
            return missing(was, now)
        case "negated", _, UnaryOp(operand=x):
            return "negated", {"x": shown(x)}
        case "exchanged", BinOp(left=a, op=Sub()), BinOp(op=Sub(), right=c) if same(a, c):
            return "exchanged difference", {}
        case "exchanged", BinOp(left=a, op=Div()), BinOp(op=Div(), right=c) if same(a, c):
            return "exchanged quotient", {}
        case "exchanged", BinOp(left=a, op=MatMult()), BinOp(op=MatMult(), right=c) if same(a, c):
            return "exchanged factors", {}
        case "operator", BinOp(left=a, op=MatMult(), right=c), _:
            return "operator matrix", {"x": shown(a), "y": shown(c)}
        case "operator", BinOp(left=a, right=c), BinOp(op=MatMult()):
            return "operator elementwise", {"x": shown(a), "y": shown(c)}
        case "operator", BinOp(left=a, op=op, right=c), BinOp(op=other):
            did, do = (words()[f"operation.{type(one).__name__}"] for one in (other, op))
            return "operator", {"x": shown(a), "y": shown(c), "did": did, "do": do}
        case "quantity", _, _:
            return "quantity", {"what_now": noun(now), "what_was": noun(was)}
        case "transposed", _, ast.Attribute(value=x):
            return "transposed", {"x": shown(x)}
        case "axis", Call(args=[x], keywords=k), Call(keywords=other):
            over, instead = (written(one[0].value) if one else "" for one in (k, other))
            if len(other) > len(k) and over == instead:
                return "axis flat", {}
            summed, instead = (words()[f"axis.{one or 'all'}"] for one in (over, instead))
            return "axis", {"x": shown(x), "over": summed, "instead": instead}
        case "function", _, Call(func=Name(id=name), args=[x]) if same(x, was):
            return "function too many", {"f": name}
        case "factor", _, BinOp(left=x, op=Div(), right=d) if same(x, was):
            return "factor divisor", {"x": shown(d)}
        case "factor", _, BinOp(left=x, op=Mult(), right=y) if same(x, was) or same(y, was):
            return "factor", {"x": shown(y if same(x, was) else x)}
    return kind if kind in QUOTING else "other", {}


QUOTING = ("brackets", "count", "exchanged", "compared", "power", "function", "number")
"""The kinds that are said by what stands there and what should."""


def missing(was: Tree, now: Tree) -> tuple[str, dict[str, Any]]:
    """What is missing, and what it is."""
    match was:
        case BinOp(left=a, op=Div(), right=d) if same(now, a):
            return ("left out mean" if written(d) == "m" else "left out divisor"), {"x": shown(d)}
        case BinOp(left=a, op=Pow(), right=c) if same(now, a):
            return ("left out power" if same(c, Constant(2)) else "other"), {"x": shown(a)}
        case BinOp(left=a, op=op, right=c) if same(now, a) or same(now, c):
            gone = c if same(now, a) else a
            return f"left out {'term' if isinstance(op, Add | Sub) else 'factor'}", {
                "x": shown(gone),
                "what": noun(gone),
            }
        case UnaryOp(operand=x) if same(now, x):
            return "left out minus", {"x": shown(x)}
        case ast.Attribute(value=x) if same(now, x):
            return "left out transpose", {"x": shown(x)}
        case Call(func=Name(id=name), args=[x]) if same(now, x):
            return "left out function", {"f": name, "x": shown(x)}
    return "left out all", {}


def same(a: Tree, c: Tree) -> bool:
    return written(a) == written(c)


def noun(tree: Tree) -> Text:
    """What a quantity is, as an aside: ", the bias of layer {l}"; nothing for what is no quantity."""
    match tree:
        case ast.Subscript(value=Name(id=q), slice=Constant(value=0)):
            key, at = f"{q}0", "0"
        case ast.Subscript(value=Name(id=q), slice=i):
            key, at = q, written(i)
        case Name(id=q):
            key, at = q, ""
        case _:
            return NOTHING
    if f"noun.{key}" not in words():
        return NOTHING
    return words()["noun.aside"].filled(noun=words()[f"noun.{key}"].filled(layer=INDEX.get(at, at)))


HINTS = {
    **{("Z", ""): "own Z", ("Z", "transposed"): "shapes of Z", ("Z", "operator"): "shapes of Z"},
    **{("A", ""): "one case", ("J", ""): "one sample", ("J", "count"): "classes", ("J", "axis"): "one number J"},
    **{("dZ out", ""): "perfect", ("dA out", ""): "halves", ("dW", ""): "carried", ("dW", "count"): "count"},
    **{("dW", one): "shape of dW" for one in ("transposed", "operator", "exchanged")},
    **{("db", ""): "each", ("db", "quantity"): "own error", ("db", "count"): "count", ("dA", ""): "back"},
    **{("dZ", ""): "chain", ("dZ", "brackets"): "brackets", ("answer", ""): "cut"},
    **{(f"{one} new", ""): "step of three" for one in "Wb"},
    **{(f"{one} new", "quantity"): "own gradient" for one in "Wb"},
}
"""By equation and kind: the key of the hint."""
