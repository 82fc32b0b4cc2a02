"""A learner's lines in the notation of the equations, so that they can be worked with right numbers: numbers prove.

Nothing of the learner's is run here. What the notation does not have, such as a call of another function of theirs, is
not transcribed, and there is nothing to say of it.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np

from ...nn.notation import Tree, is_quantity, paper, parsed, parts, put, value, written
from ...words import NOTHING, Text
from ..casting.naming import key_of, plain
from ..equations import Work
from ..likeness import DIFFERENT, alike
from ..syntax import tree_of, variables_in
from .assignments import Line, assignments, is_last, quantity
from .assignments import written as assigned_name

CALLED = {
    **dict.fromkeys(("dot", "matmul"), "x @ y"),
    **dict.fromkeys(("divide", "true_divide"), "x / y"),
    **{"multiply": "x * y", "add": "x + y", "subtract": "x - y", "power": "x ** y", "square": "x ** 2"},
    **{
        "negative": "-x",
        "transpose": "x.T",
        "ones_like": "like(1, x)",
        "zeros_like": "like(0, x)",
        "len": "shape(x, 0)",
    },
    **dict.fromkeys(("array", "asarray", "copy", "astype", "float", "float64", "int"), "x"),
    **{name: f"{name}(x)" for name in ("exp", "log", "log2", "log10", "log1p", "sqrt", "tanh", "sinh", "abs", "round")},
    **{name: f"{name}(x)" for name in ("squeeze", "sigmoid", "relu")},
    **{name: f"{name}(x, y)" for name in ("maximum", "minimum")},
    **{name: f"{name}(x, y, z)" for name in ("where", "clip")},
}
"""What functions of NumPy, methods of arrays and the course's activations are, of what they are given."""
REDUCES = {"sum": "sum", "mean": "mean", "average": "mean", "max": "max", "amax": "max"}
OPERATIONS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.MatMult, ast.Pow)
MODULES = ("np", "numpy", "math")
UNWORKABLE = (ValueError, TypeError, ArithmeticError, LookupError, NameError, AttributeError, RecursionError)
"""What a line raises, besides being unreadable, when its shapes do not go together or it needs what is not there."""

MOST_NODES = 500
"""Of one tree: a name that stands in it twice is written out twice, and so on through the lines before."""


class Unreadable(ValueError):
    """A part of a line that the notation does not have, or a name of which it is not known what it holds there."""


@cache
def transcript(source: str) -> "Transcript":
    return Transcript(source)


@dataclass(frozen=True)
class Transcript:
    """The lines of a learner's function, what each computes, and of which quantities.

    given    the names of the quantities that are known by what the function was given, the others being what their
             lines compute; None: all are known
    """

    source: str
    given: frozenset[str] | None = None

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return assignments(self.source)

    @cached_property
    def counters(self) -> frozenset[str]:
        """The variables of its for loops."""
        loops = (node for node in tree_of(self.source) if isinstance(node, ast.For))
        return frozenset(one.target.id for one in loops if isinstance(one.target, ast.Name))

    @cached_property
    def looped(self) -> frozenset[str]:
        """The names that get their values in loops."""
        return frozenset(line.name for line in self.lines if line.loop)

    @cached_property
    def updates(self) -> bool:
        """Whether gradients of parameters stand in it: else an alpha is the slope of a Leaky ReLU."""
        words = {_last_name(node) for node in tree_of(self.source) if isinstance(node, ast.Name | ast.Subscript)}
        return any((quantity(word) or ("",))[0] in ("dW", "db") or key_of(word) == "grads" for word in words)

    def held(self, name: str, at: Line) -> Line | None:
        """The line by which a name has its value at another line; None where there is none, or it is not always one."""
        others = [one for one in self.lines if one.name == name and not _apart(one, at)]
        before = [one for one in others if one.number < at.number]
        if not before or any(one.number >= at.number and one.loop and one.loop is at.loop for one in others):
            return None
        last = before[-1]
        return last if last.around == at.around[: len(last.around)] else None

    def tree(self, line: Line, instead: Mapping[Line, Tree] = {}) -> Tree:
        """What a line computes, in the notation; names that are no quantities are what their own lines compute.

        instead    other right-hand sides of some of the lines

        >>> script = Transcript("def f(dZ1, A0):\\n    s = np.dot(dZ1, A0.T)\\n    dW1 = s / m")
        >>> written(script.tree(script.lines[-1]))
        'dZ[1] @ A[0].T / m'
        """
        if line in instead:
            return instead[line]
        if line.value is None:
            raise Unreadable
        try:
            tree = _Transcriber(self, line, instead).of(line.value)
        except RecursionError:
            raise Unreadable from None
        if sum(1 for _ in ast.walk(tree)) > MOST_NODES:
            raise Unreadable
        return tree

    def transcribed(self, line: Line) -> Tree | None:
        """What a line computes; None where the notation does not have it."""
        try:
            return self.tree(line)
        except Unreadable:
            return None

    def made(self, line: Line, at: tuple[int, int], v: Work, instead: Mapping[Line, Tree] = {}) -> Any:
        """The numbers of a line at a layer and a turn of its loop where all that it reads is right; None: not known."""
        try:
            with np.errstate(all="ignore"):
                return np.asarray(value(written(self.tree(line, instead)), self.numbers(v, *at)), float)
        except UNWORKABLE:
            return None

    def on_paper(self, line: Line, at: tuple[int, int], v: Work) -> Text:
        """What a line computes as it stands on paper, with the layers as numbers; nothing where it is not known.

        >>> from ..equations import example
        >>> script = Transcript("def f(A1, W2, dZ2):\\n    dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 3))")
        >>> script.on_paper(script.lines[0], (1, 1), example((3, 4, 1), m=7, seed=0))
        'W[2]ᵀ dZ[2] ∗ (1 − A[1]³)'
        """
        tree = self.transcribed(line)
        return NOTHING if tree is None else paper(tree, lambda index: str(self.layer(parsed(index), at, v)))

    def right(self, line: Line, name: tuple[str, int], v: Work) -> bool | None:
        """Whether a line gives a quantity its right numbers when all that it reads is right; None: not known.

        >>> from ..equations import backward_sheet, example, worked
        >>> v = worked(backward_sheet(2), example((3, 4, 1), m=7, seed=0))
        >>> script = Transcript("def f(A1, W2, dZ2):\\n    dZ1 = np.dot(W2.T, dZ2) * (1 - 2 * A1)")
        >>> script.right(script.lines[0], ("dZ", 1), v)
        False
        """
        k = self.turn(line, name, v)
        made = None if k is None else self.made(line, (name[1], k), v)
        return None if made is None else alike(made, getattr(v, name[0])[name[1]]) != DIFFERENT

    def turn(self, line: Line, name: tuple[str, int], v: Work) -> int | None:
        """What the variable of its loop is when a line makes a quantity; None where it does not."""
        letters, l = name[0].removesuffix("_new"), name[1]
        if letters in ("J", "answer"):
            return l
        named = self.target(line)
        if named is None:
            return None
        turns = range(v.L + 1) if letters == named[0] else ()
        return next((k for k in turns if self.layer(named[1], (l, k), v) == l), None)

    def target(self, line: Line) -> tuple[str, Tree] | None:
        """The quantity that a line makes, and its layer; None where it is none, or the layer is not known."""
        try:
            return self.index(line.target, line, read=False) if line.target is not None else None
        except Unreadable:
            return None

    def layer(self, index: Tree, at: tuple[int, int], v: Work) -> int:
        """The layer that an index names; −1 where it names none."""
        try:
            return int(value(written(index), self.numbers(v, *at)))
        except UNWORKABLE:
            return -1

    def numbers(self, v: Work, l: int, k: int) -> dict[str, Any]:
        """What the names in a line stand for; whole numbers as floats, whose powers do not grow beyond bounds."""
        layered = {q: getattr(v, q) for q in ("W", "b", "Z", "A", "dZ", "dA", "dW", "db")}
        counts = {"m": float(v.m), "L": float(v.L), "l": float(l), "alpha": v.learning_rate, "leak": v.leak(l)}
        given = {"X": v.X, "Y": v.Y, "n": v.n, "g": v.g, "slope": v.slopes}
        return {**layered, **counts, **given, **dict.fromkeys(self.counters, float(k))}

    def index(self, node: ast.expr, at: Line, *, read: bool = True) -> tuple[str, Tree] | None:
        """The quantity that a name or an entry stands for at a line, and its layer: ("dW", l + 1); None: none.

        A name without a layer is of the layer that is looked at, and in a loop over the layers of its turn; an A that
        was left by the turn before is of the layer before. What is carried out of a loop is not known: Unreadable.

        read     whether it is read there, or set
        """
        match node:
            case ast.Subscript(value=base, slice=ast.Constant(value=str(key))):
                return self._named(key, at, read, of_gradients=key_of(_last_name(base)) == "grads")
            case ast.Subscript(value=base, slice=key):
                word, layer = _pieces(key)
                letters, written_layer = quantity(word or _last_name(base)) or ("", "")
                if not letters or written_layer or isinstance(layer, ast.Slice | ast.Tuple):
                    return None
                if word and key_of(_last_name(base)) == "grads" and letters in ("W", "b"):
                    letters = f"d{letters}"
                return letters, _Transcriber(self, at, {}).of(layer)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return self._named(name, at, read)
        return None

    def _named(self, name: str, at: Line, read: bool, *, of_gradients: bool = False) -> tuple[str, Tree] | None:
        own = any(one.name == name for one in self.lines)
        found = quantity(name) or (None if own else quantity(key_of(name) or ""))
        if found is None:
            return None
        letters, layer = found
        letters = f"d{letters}" if of_gradients and letters in ("W", "b") else letters
        if layer == "L" or (layer.isdigit() and not plain(name).rstrip("temp").endswith("prev")):
            return letters, ast.Name("L") if layer == "L" else ast.Constant(int(layer))
        here = self._here(name, letters, at, read=read)
        return letters, ast.BinOp(here, ast.Sub(), ast.Constant(1)) if layer else here

    def _here(self, name: str, letters: str, at: Line, *, read: bool) -> Tree:
        """The layer of a name without one: in a loop over the layers, that of its turn, of the one before or after."""
        layer, loop = self.layered(at.loop) if at.loop else None, at.loop
        if name not in self.looped and layer is None:
            takes_A = quantity(name) == ("A", "") and not any(one.name == name for one in self.lines)
            makes_Z = any(quantity(one.name) == ("Z", "") for one in self.lines)
            return parsed("l - 1") if takes_A and makes_Z else parsed("l")
        first = min((one.number for one in self.lines if one.name == name and one.loop is loop), default=0)
        if loop is None or layer is None or not first:
            raise Unreadable
        reads = (
            node for part in loop.body for node in ast.walk(part) if isinstance(node, ast.Name) and node.id == name
        )
        carried = any(isinstance(node.ctx, ast.Load) and node.lineno <= first for node in reads)
        earlier = at.number < first or (at.number == first and read)
        before = carried and earlier != letters.startswith("d")
        return ast.BinOp(layer, ast.Sub(), ast.Constant(1)) if before else layer

    def layered(self, loop: ast.For) -> Tree | None:
        """The layer of a loop over them, as it stands in the keys of its body: that of W, or of what is stored."""
        inside = [node for part in loop.body for node in ast.walk(part) if isinstance(node, ast.Subscript)]
        for node in sorted(inside, key=lambda one: not isinstance(one.ctx, ast.Store)):
            word, layer = _pieces(node.slice)
            letters = (quantity(word or _last_name(node.value)) or ("",))[0]
            if letters.strip("d") in ("W", "b", "Z") and variables_in(layer) & self.counters:
                try:
                    return _Transcriber(self, Line(loop.lineno, "", False), {}).of(layer)
                except Unreadable:
                    continue
        return None


def _pieces(key: ast.expr) -> tuple[str, ast.expr]:
    """The word and the layer of a key that is put together: "dW" and l + 1 of "dW" + str(l + 1); of l, "" and l."""
    match key:
        case ast.BinOp(left=ast.Constant(value=str(word)), right=ast.Call(func=ast.Name(id="str"), args=[layer])):
            return word, layer
        case ast.JoinedStr(values=[ast.Constant(value=str(word)), ast.FormattedValue(value=layer)]):
            return word, layer
        case ast.BinOp(left=ast.Constant(value=str(word)), op=ast.Mod(), right=layer):
            return word.removesuffix("%d"), layer
    return "", key


def _last_name(node: ast.expr) -> str:
    """The name at the end of a chain: "dW" of self.dW and of grads["dW"]; "" where there is none."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def _apart(one: Line, other: Line) -> bool:
    """Whether two lines stand in different branches of one statement."""
    return any(a is b and part != its for (a, part), (b, its) in zip(one.around, other.around, strict=False))


class _Transcriber:
    """Expressions at one line, as trees of the notation."""

    def __init__(self, script: Transcript, line: Line, instead: Mapping[Line, Tree]) -> None:
        self.script, self.line, self.instead = script, line, instead

    def of(self, node: ast.expr) -> Tree:
        match node:
            case ast.Constant(value=int() | float() as number):
                return ast.Constant(float(number) if number > 2**31 else number)
            case ast.BinOp(left=ast.Call(func=ast.Name(id="len")), op=ast.FloorDiv(), right=ast.Constant(value=2)):
                return ast.Name("L")  # one W and one b for each layer
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, OPERATIONS):
                return self.joined(op, self.of(left), self.of(right))
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() as op, operand=operand):
                return ast.UnaryOp(op, self.of(operand))
            case ast.Compare(left=left, ops=[ast.Gt() | ast.GtE() | ast.Lt() | ast.LtE() as op], comparators=[right]):
                return ast.Compare(self.of(left), [op], [self.of(right)])
            case ast.Attribute(value=inner, attr="T"):
                return ast.Attribute(self.of(inner), "T")
            case ast.Attribute(value=inner, attr="size"):
                return self.filled("shape(x, 0) * shape(x, 1)", [inner])
            case ast.Subscript(value=ast.Attribute(value=inner, attr="shape"), slice=ast.Constant(value=int()) as axis):
                return ast.Call(ast.Name("shape"), [self.of(inner), axis], [])
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self.named(node)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)) if module in MODULES:
                return self.called(name, node.args, node.keywords)
            case ast.Call(func=ast.Attribute(value=inner, attr=name)) if _last_name(inner) != "self":
                return self.called(name, [inner, *node.args], node.keywords)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                return self.called(name, node.args, node.keywords)
        raise Unreadable

    def joined(self, op: ast.operator, left: Tree, right: Tree) -> Tree:
        """One operation; the powers of whole numbers are made floats, which do not grow beyond bounds."""
        if isinstance(op, ast.Pow) and _is_number(left):
            left = put(left, _floating)
        if isinstance(op, ast.MatMult) and (_is_number(left) or _is_number(right)):
            op = ast.Mult()
        return ast.BinOp(left, op, right)

    def called(self, name: str, args: list[ast.expr], keywords: list[ast.keyword]) -> Tree:
        options = {one.arg: one.value for one in keywords}
        match name, args:
            case "reshape", [inner, *shape] if [ast.unparse(one) for one in shape] in (["-1", "1"], ["(-1, 1)"]):
                made = self.of(inner)
                if isinstance(made, ast.Call) and any(one.arg == "keepdims" for one in made.keywords):
                    return ast.Call(made.func, made.args, [one for one in made.keywords if one.arg == "axis"])
            case (("sum" | "mean" | "average" | "max" | "amax"), [inner, *axis]):
                along = options.get("axis", next(iter(axis), ast.Constant(None)))
                if isinstance(along, ast.Constant | ast.UnaryOp):
                    kept = ast.unparse(options.get("keepdims", ast.Constant(False))) in ("True", "1")
                    flat = [] if kept else [ast.keyword("keepdims", ast.Constant(False))]
                    axes = [] if getattr(along, "value", along) is None else [ast.keyword("axis", along), *flat]
                    return ast.Call(ast.Name(REDUCES[name]), [self.of(inner)], axes)
            case _ if name in CALLED and options.keys() <= {"dtype", "copy"}:
                return self.filled(CALLED[name], args)
        raise Unreadable

    def filled(self, text: str, args: list[ast.expr]) -> Tree:
        """A text of the notation with these arguments for x, y and z."""
        given = dict(zip("xyz", args, strict=False))
        if len(args) < len({*"xyz"} & variables_in(parsed(text))):
            raise Unreadable
        made = {name: self.of(one) for name, one in given.items() if name in variables_in(parsed(text))}
        tree = put(parsed(text), lambda one: made.get(one.id) if isinstance(one, ast.Name) else None)
        return self.joined(tree.op, tree.left, tree.right) if isinstance(tree, ast.BinOp) else tree

    def named(self, node: ast.expr) -> Tree:
        script, name = self.script, assigned_name(node)
        held = script.held(name, self.line)
        if name == self.line.name and held is not None and not isinstance(node, ast.Subscript):
            return script.tree(held, self.instead)  # dW1 = dW1 / m
        known = script.given is None or key_of(name) in script.given
        if known and (index := script.index(node, self.line)) is not None:
            return ast.Subscript(ast.Name(index[0]), index[1])
        if isinstance(node, ast.Subscript):
            raise Unreadable
        if isinstance(node, ast.Name):
            if name in script.counters or is_last(node):
                return node
        elif is_last(node):
            return ast.Name("L")
        own = held is not None and held.computes and name not in GIVEN.values()
        if (key := key_of(name)) in GIVEN and not own:
            return ast.Name("leak" if name == "alpha" and not script.updates else GIVEN[key])
        if held is None:
            raise Unreadable
        return script.tree(held, self.instead)


GIVEN = {"X": "X", "Y": "Y", "m": "m", "learning_rate": "alpha"}
"""What is no quantity of a layer, in the notation. Others of its names, such as t, may be of own lines."""


def _floating(node: Tree) -> Tree | None:
    return ast.Constant(float(str(node.value))) if isinstance(node, ast.Constant) else None


def _is_number(tree: Tree) -> bool:
    """Whether a tree is made of numbers alone: no array is in it, unless its size is asked for."""
    counts = isinstance(tree, ast.Call) and written(tree.func) == "shape"
    return counts or not any(is_quantity(one) for one in parts(tree))
