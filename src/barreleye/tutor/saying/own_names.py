"""A line of code in the names that a learner's function has, so that it can stand there."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from ..casting.naming import key_of
from ..equations import EQUATIONS, Equation, Line, Work
from ..running.answers import Function
from ..syntax import tree_of, variables_in
from .assignments import quantity
from .lines import Reader, Unreadable


def solution_in(function: Function, one: Line, v: Work, equation: Equation) -> str:
    """The line of code that computes a quantity by its equation in a learner's function."""
    return in_own_names(solution_of(equation.code, v, one.l), function, v)


def solution_of(code: str, v: Work, l: int) -> str:
    """An equation's line of code for layer l; A0 is X there."""
    slope = {
        "Tanh": "(1 - np.power(A{l}, 2))",
        "Sigmoid": "A{l} * (1 - A{l})",
        "ReLU": "(Z{l} > 0)",
        "LeakyReLU": "np.where(Z{l} > 0, 1, {a})",
    }
    g = v.g.get(l)
    kind = type(g).__name__
    a = getattr(g, "slope", "")
    text = code.replace("{slope}", slope.get(kind, "g_prime(Z{l})").replace("{a}", str(a)))
    text = text.replace("{g_code}", {"Tanh": "np.tanh", "ReLU": "relu", "Sigmoid": "sigmoid"}.get(kind, "g"))
    return re.sub(r"\bA0\b", "X", text.format(l=l, p=l - 1, n=l + 1))


def in_own_names(code: str, function: Function, v: Work) -> str:
    """The line with the learner's own AL, labels and grads["dW1"], and with what dA1 is where they have none.

    >>> from ..equations import example
    >>> v = example((3, 4, 1), m=7, seed=0)
    >>> function = Function("f", source="def f(W2, dZ2, A1):\\n    dZ1 = np.dot(W2.T, dZ2) * (1 - A1)")
    >>> in_own_names("dZ1 = dA1 * (1 - np.power(A1, 2))", function, v)
    'dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))'
    """
    nodes = tree_of(function.source)
    if not nodes:
        return code
    names = variables_in(nodes[0]) | {one.name for one in function.parameters}
    entries = {key: text for one in nodes for key, text in entry_of(one)}
    arguments = {key: one.name for one in function.parameters if (key := key_of(one.name))}
    made, equals, value = code.partition(" = ")
    value = re.sub(r"\b[A-Za-z_]+\d*\b", lambda found: own(found[0], names, entries, arguments, v), value)
    return f"{last_layer(made, names, v)}{equals}{value}{all_samples(nodes, function, v)}" if equals else code


def own(name: str, names: set[str], entries: Mapping[str, str], arguments: Mapping[str, str], v: Work) -> str:
    """What a function calls a quantity; its equation where it is a dA that the function calls nothing."""
    letters, layer = quantity(name) or ("", "")
    name = last_layer(name, names, v)
    if name in names:
        return name
    if name in ("X", "Y", "learning_rate"):
        return arguments.get(name, name)
    if letters in entries and layer.isdigit():
        return entries[letters].format(layer)
    its_own = {found for one in names if (found := quantity(one))}
    if letters == "dA" and layer.isdigit() and 0 < int(layer) < v.L and not its_own & {("dA", layer), ("dA", "")}:
        return EQUATIONS["dA"].code.partition(" = ")[2].format(l=layer, n=int(layer) + 1)
    return name


def last_layer(name: str, names: set[str], v: Work) -> str:
    """AL for A3, where it is called so.

    A name of the last layer stays as it is where the function has it.
    """
    letters, layer = quantity(name) or ("", "")
    return f"{letters}L" if layer == str(v.L) and name not in names and f"{letters}L" in names else name


def entry_of(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The letters of an entry such as grads["dW1"], and how an entry of another layer is written."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(key)), ctx=ast.Load()):
            letters, layer = quantity(key) or ("", "")
            if letters and layer.isdigit() and key.endswith(layer):
                yield letters, f'{name}["{key.removesuffix(layer)}{{}}"]'


def all_samples(nodes: Iterable[ast.AST], function: Function, v: Work) -> str:
    """A remark where the function goes through the samples one by one, as the line does not."""
    for loop in (node for node in nodes if isinstance(node, ast.For)):
        match loop.iter:
            case ast.Call(func=ast.Name(id="range"), args=[*_, last]):
                try:
                    if Reader(function.source, v, v.L, v.L).value(last) == v.m:
                        return "  # for all samples at once"
                except (Unreadable, ValueError, TypeError, LookupError, AttributeError):
                    continue
    return ""
