"""Mistakes that nobody listed: an equation with one small edit of its tree, by some fifteen kinds.

The right forms of an equation come first the commonest way to write it, the kinds in the order in which they read best:
of several edits with the same numbers the first is said. An edit uses only what exists when its line is worked. They
are made when a line needs them, never at import.

>>> [edit.text for edit in edits("dW", Tanh()) if edit.kind == "exchanged"][:2]
['m / (dZ[l] @ A[l - 1].T)', 'A[l - 1] @ dZ[l].T / m']
"""

import ast
import re
from ast import Add, BinOp, Call, Compare, Constant, Div, MatMult, Mult, Name, Pow, Sub, UnaryOp
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from ..nn.activations import Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from ..nn.notation import Tree, is_quantity, parsed, parts, put, written
from .equations import EQUATIONS, Softmax

SOFTMAX_FORMULAS = (
    *("softmax(Z)", "exp(Z) / sum(exp(Z), axis=0)"),
    "exp(Z - max(Z, axis=0)) / sum(exp(Z - max(Z, axis=0)), axis=0)",
    "exp(Z - max(Z)) / sum(exp(Z - max(Z)), axis=0)",
)


class Edit(NamedTuple):
    """The right-hand side ``text``, in which ``now`` stands where ``was`` should."""

    kind: str
    was: str
    now: str
    text: str


class Line(NamedTuple):
    """What is edited: a form of an equation, in a layer with this activation; "J" stands for "J classes" too."""

    equation: str
    g: Activation
    root: Tree


Rule = Callable[[Tree, Line], Iterator[Tree]]


def layered(text: str) -> str:
    """A formula of Z and A as one of Z[l] and A[l], with the slope of a Leaky ReLU by its name here.

    >>> layered("where(Z > 0, Z, slope * Z)")
    'where(Z[l] > 0, Z[l], leak * Z[l])'
    """
    return re.sub(r"\b([ZA])\b", r"\1[l]", text).replace("slope", "leak")


def forms(equation: str, g: Activation) -> tuple[str, ...]:
    """The right ways to write an equation in a layer with this activation, the commonest first."""
    formulas = SOFTMAX_FORMULAS if isinstance(g, Softmax) else g.formulas
    own = {
        "A": [layered(one) for one in formulas],
        "dZ": [f"dA[l] * ({layered(one)})" for one in g.slopes],
    }.get(equation, [])
    right = EQUATIONS[equation]
    found = [right.notation, *right.forms, *own] if equation != "A" else own
    return tuple(dict.fromkeys(written(parsed(one)) for one in found))


def binary(a: Tree, op: ast.operator, c: Tree) -> Tree:
    return BinOp(a, op, c)


def minus(x: Tree) -> Tree:
    return UnaryOp(ast.USub(), x)


def called(function: Tree, x: Tree, options: list[ast.keyword]) -> Tree:
    return Call(function, [x], options)


def replaced(tree: Tree, new: Iterable[tuple[Tree, Tree]]) -> Tree:
    """The tree with other parts in the place of some of its own."""
    at = {id(part): other for part, other in new}
    return put(tree, lambda part: at.get(id(part)))


def transpose(x: Tree) -> Tree:
    return x.value if isinstance(x, ast.Attribute) else ast.Attribute(x, "T", ast.Load())


# The kinds


def brackets(node: Tree, line: Line) -> Iterator[Tree]:
    """A pair less, or a pair elsewhere."""
    match node:
        case BinOp(left=a, op=op, right=BinOp(left=c, op=o, right=d)):
            yield binary(binary(a, op, c), o, d)
    match node:
        case BinOp(left=BinOp(left=a, op=op, right=c), op=o, right=d):
            yield binary(a, op, binary(c, o, d))
        case BinOp(left=a, op=op, right=Call(func=h, args=[x], keywords=[])):
            yield called(h, binary(a, op, x), [])
        case UnaryOp(op=sign, operand=BinOp(left=a, op=o, right=c)):
            yield binary(UnaryOp(sign, a), o, c)
        case Call(func=h, args=[BinOp(left=a, op=op, right=c)], keywords=k):
            yield binary(called(h, a, k), op, c)
            yield binary(a, op, called(h, c, k))
    if node is line.root:
        yield from (parsed(text) for text in with_fewer_brackets(written(node)))


def with_fewer_brackets(text: str) -> Iterator[str]:
    """The text without one pair of brackets that groups, for each of them, and without any.

    >>> list(with_fewer_brackets("(A - B) * exp(C) / (D + E)"))
    ['A - B * exp(C) / (D + E)', '(A - B) * exp(C) / D + E', 'A - B * exp(C) / D + E']
    """
    pairs, open_ = [], []
    for i, sign in enumerate(text):
        if sign == "(":
            open_.append(i)
        elif sign == ")":
            start = open_.pop()
            if not (start and (text[start - 1].isalnum() or text[start - 1] in "_]")):
                pairs.append((start, i))
    sets = [[pair] for pair in sorted(pairs)] + ([pairs] if len(pairs) > 1 else [])
    for chosen in sets:
        gone = {i for pair in chosen for i in pair}
        yield "".join(sign for i, sign in enumerate(text) if i not in gone)


def count(node: Tree, line: Line) -> Iterator[Tree]:
    """Another number than m."""
    match node:
        case Name(id="m"):
            others = ("m - 1", "m + 1", "2 * m", "m ** 2", "n[0]", "n[l - 1]", "n[l]")
            yield from (parsed(one) for one in others if line.equation != "J" or "n" not in one)


def left_out(node: Tree, line: Line) -> Iterator[Tree]:
    """A term, factor, divisor, sign, transpose, power or function; or all but one part."""
    match node:
        case BinOp(left=a, op=Add() | Mult() | MatMult(), right=c):
            yield from (a, c)
        case BinOp(left=a, op=Sub(), right=c):
            yield from (a, minus(c), c)
        case BinOp(left=a, op=Div() | Pow()):
            yield a
        case UnaryOp(operand=a) | ast.Attribute(value=a) | Compare(left=a):
            yield a
        case Call(func=Name(id="where"), args=[_, a, c]):
            yield from (a, c)
        case Call(func=Name(id="maximum"), args=args):
            yield from args
        case Call(args=[a, *_]):
            yield a
    if node is line.root:
        yield from (part for part in parts(node) if part is not node and not isinstance(part, Constant))


def operator(node: Tree, line: Line) -> Iterator[Tree]:
    """Another one of + - * / @; elementwise with or without the transpose."""
    match node:
        case BinOp(left=a, op=MatMult(), right=ast.Attribute(value=c)):
            yield binary(a, Mult(), c)
        case BinOp(left=ast.Attribute(value=a), op=MatMult(), right=c):
            yield binary(a, Mult(), c)
    match node:
        case BinOp(left=a, op=MatMult(), right=c):
            yield binary(a, Mult(), c)
        case BinOp(left=a, op=Add() | Sub() | Mult() | Div() as op, right=c):
            others = (Add(), Sub(), Mult(), Div(), *([MatMult()] if isinstance(op, Mult) else []))
            yield from (binary(a, one, c) for one in others if type(one) is not type(op))


def exchanged(node: Tree, line: Line) -> Iterator[Tree]:
    """The two sides of - / @, the branches of where, two quantities."""
    match node:
        case BinOp(left=a, op=Sub() | Div() | MatMult() as op, right=c):
            yield binary(c, op, a)
        case Call(func=Name(id="where") as where, args=[c, x, y]):
            yield Call(where, [c, y, x], [])
    if node is line.root:
        found: dict[str, list[Tree]] = {}
        for one in parts(node):
            if is_quantity(one) or is_complement(one):
                found.setdefault(written(one), []).append(one)
        for these, others in combinations(found.values(), 2):
            yield replaced(node, [*((one, others[0]) for one in these), *((one, these[0]) for one in others)])


def is_complement(node: Tree) -> bool:
    """Whether this is 1 - something."""
    return isinstance(node, BinOp) and isinstance(node.op, Sub) and isinstance(node.left, Constant)


def compared(node: Tree, line: Line) -> Iterator[Tree]:
    """Another comparison, another line."""
    match node:
        case Compare(left=a, ops=[op], comparators=[c]):
            for sign in (ast.Lt(), ast.Gt()):
                if type(sign) is not type(op):
                    yield Compare(a, [sign], [c])
            if line.equation == "answer":
                yield from (Compare(a, [ast.Gt()], [parsed(one)]) for one in ("0", "1", f"mean({written(a)})", "0.5"))
                yield parsed(f"where({written(node)}, 1, -1)")


def axis(node: Tree, line: Line) -> Iterator[Tree]:
    """Over the other axis, over everything, without keepdims."""
    match node:
        case Call(func=Name(id="sum" | "mean" | "max" as name), args=[x], keywords=k):
            own = written(k[0].value) if k else ""
            for other in ("1", "0", ""):
                for keep in ("", ", keepdims=False") if other else ("",):
                    if (other, keep) != (own, ""):
                        yield parsed(f"{name}({written(x)}{f', axis={other}' if other else ''}{keep})")
        case Call(func=Name(id="softmax"), args=[x]):
            yield parsed(f"softmax({written(x)}, axis=1)")


def transposed(node: Tree, line: Line) -> Iterator[Tree]:
    """A transpose too many, or on the other factor."""
    if is_quantity(node) or node is line.root:
        yield transpose(node)
    match node:
        case BinOp(left=a, op=MatMult(), right=c) if isinstance(a, ast.Attribute) or isinstance(c, ast.Attribute):
            yield binary(transpose(a), MatMult(), transpose(c))
        case BinOp(op=MatMult()):
            yield transpose(node)


RELATIVES = {
    **{"A": "Z dA dZ", "Z": "A dZ", "W": "dW b", "b": "db W", "dZ": "dA A Z dW", "dA": "dZ A Z", "dW": "W db"},
    **{"db": "b dW", "slope": "A Z"},
}
SISTERS = {
    "dZ": ("A[l] - Y", "dA[l]", "dZ[l + 1]", "dA[l] * (dA[l] > 0)", "dZ[l + 1] * slope[l]"),
    "dZ out": ("-(Y / A[l] - (1 - Y) / (1 - A[l]))",),
    "dA out": ("A[l] - Y",),
    "dA": ("like(dZ[l + 1], A[l])",),
    "A": ("A[l - 1]",),
    "J": ("sum((A[l] - Y) ** 2) / m",),
}
"""What the right-hand side of an equation is taken from by mistake."""


def quantity(node: Tree, line: Line) -> Iterator[Tree]:
    """A relative of it, the same of another layer, or the right side of a sister equation."""
    match node:
        case ast.Subscript(value=Name(id=q), slice=i) if q in RELATIVES:
            at = written(i)
            others = {"l": ("l + 1", "l - 1"), "l - 1": ("l",), "l + 1": ("l",)}.get(at, ())
            yield from (parsed(f"{q}[{other}]") for other in (*others, *(["0"] if q == "A" and at != "0" else [])))
            yield from (parsed(f"{other}[{at}]") for other in RELATIVES[q].split())
            yield from (parsed(f"{RELATIVES[q].split()[0]}[{other}]") for other in others)
            if q in ("A", "Z", "dZ", "dA"):
                yield Name("Y")
        case Name(id="Y"):
            yield from (parsed("A[l]"), Name("X"))
    if written(node) in ("A[l]", "Y") and line.equation in ("J", "dA out", "dZ out", "dZ"):
        yield binary(Constant(1), Sub(), node)
    if node is line.root:
        yield from (parsed(one) for one in SISTERS.get(line.equation, ()))
        for other in ("l + 1", "l - 1"):
            yield parsed(written(node).replace("[l]", f"[{other}]"))
        yield parsed(re.sub(r"([WZAb])\[l\]", r"\1[l - 1]", written(node).replace("[l - 1]", "[l - 2]")))
    if node is slope_in(line):
        yield from map(parsed, ("A[l]", "Z[l]", "1 - A[l]", "dg[l](A[l], g[l](A[l]))", "dg[l](Z[l], Z[l])"))


def slope_in(line: Line) -> Tree | None:
    """The slope in dA[l] * slope."""
    match line.root:
        case BinOp(left=ast.Subscript(value=Name(id="dA")), op=Mult(), right=slope) if line.equation == "dZ":
            return slope
    return None


def power(node: Tree, line: Line) -> Iterator[Tree]:
    """A square that is twice, moved, or too many; a function or a factor once more."""
    match node:
        case BinOp(left=a, op=Pow(), right=Constant(value=2) as two):
            yield binary(two, Mult(), a)
        case BinOp(left=a, op=Sub() | Add() as op, right=BinOp(left=c, op=Pow(), right=two)):
            yield binary(binary(a, op, c), Pow(), two)
    match node:
        case BinOp(left=Call(func=h, args=[x], keywords=k), op=Pow(), right=two):
            yield called(h, binary(x, Pow(), two), k)
        case BinOp(left=a, op=Mult(), right=c):
            yield binary(binary(a, Mult(), a), Mult(), c)
            yield binary(binary(a, Mult(), c), Mult(), c)
        case Call(func=Name(id="tanh" | "sigmoid" | "relu") as h):
            yield called(h, node, [])
    if node is line.root:
        yield binary(node, Pow(), Constant(2))
    if node is slope_in(line):
        yield from map(parsed, ("-2 * A[l]", "1 - 2 * A[l]", f"({written(node)}) * ({written(node)})"))


def negated(node: Tree, line: Line) -> Iterator[Tree]:
    """A minus too many."""
    if not isinstance(node, Constant):
        yield minus(node)


KINDRED = {
    **{"tanh": "sigmoid relu step sinh", "sigmoid": "tanh relu step softmax", "relu": "sigmoid tanh step abs"},
    **{"softmax": "sigmoid tanh relu", "exp": "log", "log": "log2 log10 log1p exp sqrt", "sum": "mean max"},
    **{"mean": "sum", "max": "sum mean", "maximum": "minimum", "round": "step", "sqrt": "abs"},
}
OTHER_SLOPES = {Tanh: Tanh(), Sigmoid: Sigmoid(), ReLU: ReLU(), LeakyReLU: LeakyReLU()}


def function(node: Tree, line: Line) -> Iterator[Tree]:
    """A kin of the function, here or everywhere; one too many; the slope of another activation."""
    match node:
        case Call(func=Name(id=name), args=args, keywords=k) if name in KINDRED:
            yield from (Call(Name(other), args, k) for other in KINDRED[name].split())
    if node is line.root:
        yield from (called(Name(wrap), node, []) for wrap in ("abs", "log", "exp"))
        for name in sorted(
            {one.func.id for one in parts(node) if isinstance(one, Call) and isinstance(one.func, Name)}
        ):
            for other in KINDRED.get(name, "").split():
                yield parsed(re.sub(rf"\b{name}\(", f"{other}(", written(node)))
    if node is slope_in(line):
        others = (g for kind, g in OTHER_SLOPES.items() if not isinstance(line.g, kind))
        yield from (parsed(layered(one).replace("leak", "0.01")) for g in others for one in g.slopes)
    if written(node) == "A[l]" and line.equation in ("dZ out", "dA out", "J"):
        yield from map(parsed, ("sigmoid(A[l])", "A[l] > 0.5"))


def factor(node: Tree, line: Line) -> Iterator[Tree]:
    """1/m, m, 2, a half, the learning rate or a slope too many: on all, on one term, in a function."""
    if node is line.root:
        yield from (binary(node, Div(), Name("m")), binary(Constant(2), Mult(), node), binary(node, Div(), Constant(2)))
        yield binary(Name("m"), Mult(), node)
        if "new" in line.equation:
            yield binary(Name("alpha"), Mult(), node)
        if line.equation in ("dZ out", "dA out", "dZ"):
            yield from (binary(node, Mult(), parsed(one)) for one in ("A[l] * (1 - A[l])", "1 - A[l] ** 2", "A[l]"))
    match line.root:
        case BinOp(left=x, op=Add() | Sub(), right=y) if node is x or node is y:
            yield from (binary(node, Div(), Name("m")), binary(Constant(2), Mult(), node))
    match node:
        case Call(func=Name(id="tanh" | "sigmoid" | "exp") as h, args=[x]):
            yield from (called(h, binary(Constant(2), Mult(), x), []), called(h, binary(x, Div(), Constant(2)), []))


def number(node: Tree, line: Line) -> Iterator[Tree]:
    """0, 1 or 2 that is another one."""
    match node:
        case Constant(value=int() as c):
            yield from (Constant(other) for other in {0: (1,), 1: (0, 2), 2: (1, 3)}.get(c, ()))


KINDS: dict[str, Rule] = {
    **{"brackets": brackets, "count": count, "left out": left_out, "operator": operator, "exchanged": exchanged},
    **{"compared": compared, "axis": axis, "transposed": transposed, "quantity": quantity, "power": power},
    **{"negated": negated, "function": function, "factor": factor, "number": number},
}
"""In the order in which their sentences read best, which was measured."""

# What exists when a line is worked

FORWARD, BACK = ("Z", "A"), ("dA", "dZ", "dW", "db")


def exists(equation: str, text: str) -> bool:
    """Whether all that a text names is there when its line is worked, and is not what the line makes."""
    made = EQUATIONS[equation].quantity
    for q, at in re.findall(r"\b(d?[ZAWb])\[(.+?)\]", text):
        later = at.startswith("l +")
        if equation.endswith("new"):
            there = q in ("W", "b", "dW", "db")
        elif q in BACK:
            there = made in BACK and (later or (at == "l" and BACK.index(q) < BACK.index(made)))
        elif q in FORWARD and made in FORWARD:
            there = not later and (at != "l" or FORWARD.index(q) < FORWARD.index(made))
        else:
            there = not (later and made in ("J", "answer"))
        if not there:
            return False
    data = {"Y": made in (*BACK, "J"), "X": made in (*BACK, "Z")}
    return all(allowed or not re.search(rf"\b{name}\b", text) for name, allowed in data.items())


def edits(equation: str, g: Activation) -> Iterator[Edit]:
    """Every edit of every form of an equation that uses only what exists."""
    edited = edits_of(forms(equation, g), equation.removesuffix(" classes"), g, KINDS)
    return (one for one in edited if exists(equation, one.text))


def edits_of(rights: Sequence[str], equation: str, g: Activation, kinds: Mapping[str, Rule]) -> Iterator[Edit]:
    """Each text once: the first right form's edits before the second's, the first kind's before the next.

    A part that stands several times is edited everywhere, then in each place alone.
    """
    met = {*rights}
    for form in rights:
        line = Line(equation, g, parsed(form))
        places = [(part, written(part)) for part in parts(line.root)]
        alike = {text: [part for part, was in places if was == text] for _, text in places}
        for kind, rule in kinds.items():
            for part, was in places:
                for new in rule(part, line):
                    everywhere = [alike[was]] if len(alike[was]) > 1 else []
                    for edited in (*everywhere, [part]):
                        text = written(replaced(line.root, [(one, new) for one in edited]))
                        if text not in met:
                            met.add(text)
                            yield Edit(kind, was, written(new), text)
