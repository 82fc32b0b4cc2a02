"""A line of code in the names that a learner's function has, so that it can stand there."""

import ast
from dataclasses import fields
from functools import partial
from textwrap import dedent

from ...nn.activations import Activation
from ...nn.notation import Tree, alone, code, parsed, put, written
from ..casting.naming import key_of
from ..equations import EQUATIONS, SIGMOID, Equation, Work
from ..equations import Line as Place
from ..likeness import DIFFERENT, alike
from ..running.answers import Function
from ..syntax import tree_of
from .assignments import Line
from .evidence import quantity_name
from .places import best_of
from .transcript import Transcript, Unreadable, transcript


def solution_in(function: Function, place: Place, v: Work, equation: Equation) -> str:
    """The line of code that computes a quantity by its equation in a learner's function.

    >>> from ..equations import example, line
    >>> v = example((3, 4, 1), m=7, seed=0)
    >>> function = Function("f", source="def f(W2, dZ2, A1):\\n    dZ1 = np.dot(W2.T, dZ2) * (1 - A1)")
    >>> solution_in(function, line("dZ", 1), v, EQUATIONS["dZ"])
    'dZ1 = np.dot(W2.T, dZ2) * (1 - A1 ** 2)'
    """
    script, name = transcript(function.source), (place.quantity, place.l)
    line = best_of(script.lines, quantity_name(*name), v.L)
    names = OwnNames(function, script, line, name, v)
    text = forms_of(equation, v, place.l)[0]
    tree = put(parsed(text), lambda node: in_place_of_dA(node, names))
    return f"{names.made(name)} = {code(tree, names.of)}{names.remark}"


def forms_of(equation: Equation, v: Work, l: int) -> list[str]:
    """The right ways to write an equation's right-hand side at a layer, with its activation and the slope of that."""
    g = v.g.get(l, SIGMOID)

    def written_out(node: Tree, formula: str) -> Tree | None:
        match node:
            case ast.Subscript(value=ast.Name(id="slope")) | ast.Call(func=ast.Subscript(value=ast.Name(id="g"))):
                return of_layer(formula, g)
        return None

    texts = [equation.notation, *equation.forms]
    formulas = g.slopes if any("slope[" in text for text in texts) else g.formulas
    made = (put(parsed(text), partial(written_out, formula=one)) for text in texts for one in formulas)
    return list(dict.fromkeys(map(written, made))) or texts


def of_layer(formula: str, g: Activation) -> Tree:
    """A formula of an activation at layer l: Z[l] for Z, and its parameters as numbers."""
    given: dict[str, Tree] = {one.name: ast.Constant(getattr(g, one.name)) for one in fields(g)}
    given |= {q: parsed(f"{q}[l]") for q in ("Z", "A")}
    return put(parsed(formula), lambda node: given.get(node.id) if isinstance(node, ast.Name) else None)


def in_place_of_dA(node: Tree, names: "OwnNames") -> Tree | None:
    """The equation of a hidden dA that the function calls nothing."""
    match node:
        case ast.Subscript(value=ast.Name(id="dA"), slice=index) if not names.has("dA", written(index)):
            return parsed(EQUATIONS["dA"].notation) if names.layer(written(index)) < names.v.L else None
    return None


class OwnNames:
    """What a function calls each quantity, at a line that makes one of them (or would, where there is none).

    In a loop over the layers a quantity that it calls nothing goes by its letters: A_prev, not A1.
    """

    def __init__(
        self, function: Function, script: Transcript, line: Line | None, name: tuple[str, int], v: Work
    ) -> None:
        self.script, self.line, self.v, (self.quantity, self.l) = script, line, v, name
        k = script.turn(line, name, v) if line else None
        self.at = (self.l, self.l if k is None else k)
        self.arguments = {key: one.name for one in function.parameters if (key := key_of(one.name))}
        self.variables = {node.id for node in tree_of(function.source) if isinstance(node, ast.Name)}
        self.variables |= {one.name for one in function.parameters}
        self.called = self._called()
        loop = line.loop if line else None
        self.in_turn = loop is not None and script.layered(loop) is not None

    def _called(self) -> dict[tuple[str, int], str]:
        source = dedent(self.script.source)
        found: dict[tuple[str, int], str] = {}
        nodes = [node for node in tree_of(source) if isinstance(node, ast.Name | ast.Attribute | ast.Subscript)]
        for node in sorted(nodes, key=lambda one: (not isinstance(one, ast.Name), one.lineno)):
            around = [one for one in self.script.lines if one.number <= node.lineno]
            at = around[-1] if around else Line(0, "", False)
            if at.loop is not None and (self.line is None or at.loop is not self.line.loop):
                continue
            try:
                index = self.script.index(node, at, read=isinstance(node.ctx, ast.Load))
            except Unreadable:
                continue
            if index is not None:
                name = index[0], self.script.layer(index[1], self.at, self.v)
                found.setdefault(name, ast.get_source_segment(source, node) or "")
        return found

    def layer(self, index: str) -> int:
        return self.script.layer(parsed(index), self.at, self.v)

    def has(self, letters: str, index: str) -> bool:
        return (letters, self.layer(index)) in self.called

    def of(self, letters: str, index: str) -> str:
        """What the function calls a quantity; without an index, the data, a count or the rate."""
        if not index:
            return self._given(letters)
        l = self.layer(index)
        if (letters, l) in self.called:
            return self.called[letters, l]
        if (letters, l) == ("A", 0):
            return self.arguments.get("X", "X")
        for (q, other), text in self.called.items():  # grads["dW1"] for grads["dW2"]
            if q == letters and text.endswith((f'{other}"]', f"{other}']")):
                return f"{text[:-3]}{l}{text[-2:]}"
        return alone(letters, index) if self.in_turn else f"{letters}{l}"

    def made(self, name: tuple[str, int]) -> str:
        """What stands before the equals sign."""
        letters = name[0].removesuffix("_new")
        if letters in ("J", "answer"):
            return {"J": "cost", "answer": "predictions"}[letters]
        return self.of(letters, "l") if name[1] == self.l else f"{letters}{name[1]}"

    def _given(self, name: str) -> str:
        key = {"alpha": "learning_rate"}.get(name, name)
        return self.arguments.get(key, key) if key in ("X", "Y", "learning_rate", "m") else name

    def data(self) -> str:
        """The array that tells how many samples there are, for this quantity."""
        return self._given("Y") if self.quantity in ("J", "answer") else self.of("A", "l - 1")

    @property
    def remark(self) -> str:
        """A remark where the function goes through the samples one by one, as the line does not."""
        loops = (node for node in tree_of(self.script.source) if isinstance(node, ast.For))
        return "  # for all samples at once" if any(over_samples(self.script, one, self.v) for one in loops) else ""


def over_samples(script: Transcript, loop: ast.For, v: Work) -> bool:
    """Whether a loop runs over the samples."""
    match loop.iter:
        case _ if script.layered(loop) is not None:
            return False
        case ast.Call(func=ast.Name(id="range"), args=[*_, last]):
            return alike(script.made(Line(loop.lineno, "", True, last), (v.L, v.L), v), v.m) != DIFFERENT
    return False
