"""Arrays that remember how they were made, so that the library's own lines become a program for another library.

The equations are written against the Array API: whatever has these operators and functions can go through them. A
``Traced`` array computes an example by NumPy, which knows its shape and dtype, and keeps the expression.

>>> X, W = Traced(np.ones((2, 3)), "X"), Traced(np.ones((4, 2)), "W")
>>> Z = W @ X
>>> A = Z.__array_namespace__().tanh(Z) / (1 + Z)
>>> print("\\n".join(lines([("Z", Z), ("A", A)], NUMPY)))
Z = W @ X  # (4, m)
A = np.tanh(Z) / (1 + Z)  # (4, m)
"""

import ast
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from ..nn.arrays import Array, cosine, erfc

BORN = count()
OPERATORS = {
    **{"add": "+", "sub": "-", "mul": "*", "truediv": "/", "matmul": "@", "mod": "%", "pow": "**"},
    **{"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "and_": "&"},
}
OWN = {"erfc": erfc, "cosine": cosine}
"""Functions that the standard lacks, and that a dialect says in its own way."""


class Traced:
    """An example of an array, and the text that makes it of its ``parts``, which it calls _0, _1, ..."""

    __array_ufunc__ = None  # so that a NumPy array leaves an operator to it

    def __init__(self, value: Any, form: str, parts: Sequence["Traced"] = ()) -> None:
        self.value, self.form, self.parts, self.born = np.asarray(value), form, parts, next(BORN)
        self.shape, self.dtype, self.ndim = self.value.shape, self.value.dtype, self.value.ndim

    def __array_namespace__(self) -> Any:
        return NAMESPACE

    @property
    def T(self) -> "Traced":
        return Traced(self.value.T, "_0.T", [self])

    def __getitem__(self, key: Any) -> "Traced":
        parts = [self]
        return Traced(self.value[key], f"_0[{', '.join(spelt(k, parts) for k in listed(key))}]", parts)

    def __bool__(self) -> bool:
        raise TypeError("what is done with a traced array cannot hang on its values")

    def __abs__(self) -> "Traced":
        return Traced(abs(self.value), "abs(_0)", [self])

    def __neg__(self) -> "Traced":
        return Traced(-self.value, "-_0", [self])

    def sum(self, axis: int, keepdims: bool = False) -> "Traced":
        return Traced(self.value.sum(axis, keepdims=keepdims), f"_0.sum(axis={axis}, keepdims={keepdims})", [self])

    def astype(self, dtype: Any) -> "Traced":
        return Traced(self.value.astype(dtype), f"xp.astype(_0, {spelt(np.dtype(dtype), [])})", [self])


def applied(name: str, turned: bool) -> Callable[[Traced, Any], Traced]:
    """An operator of a traced array and something else; turned: it stands on the right."""

    def of(self: Traced, other: Any) -> Traced:
        pair, parts = [other, self] if turned else [self, other], list[Traced]()
        form = f" {OPERATORS[name]} ".join(spelt(one, parts) for one in pair)
        return Traced(getattr(operator, name)(*map(example, pair)), form, parts)

    return of


for _name in OPERATORS:
    setattr(Traced, f"__{_name.strip('_')}__", applied(_name, False))
    setattr(Traced, f"__r{_name.strip('_')}__", applied(_name, True))


class Namespace:
    """NumPy's functions, for traced arrays; of others they are NumPy's answers."""

    def __getattr__(self, name: str) -> Any:
        known = OWN.get(name) or getattr(np, name)
        if isinstance(known, type):
            return known

        def function(*args: Any, **how: Any) -> Any:
            parts = list[Traced]()
            said = [spelt(one, parts) for one in args] + [f"{key}={spelt(one, parts)}" for key, one in how.items()]
            value = known(*map(example, args), **how)
            return Traced(value, f"xp.{name}({', '.join(said)})", parts) if parts else value

        return function


NAMESPACE = Namespace()


def example(value: Any) -> Any:
    """The value by which an example is computed."""
    if isinstance(value, list | tuple):
        return [example(one) for one in value]
    return value.value if isinstance(value, Traced) else value


def listed(key: Any) -> Sequence[Any]:
    return key if isinstance(key, tuple) else (key,)


def spelt(value: Any, parts: list[Traced]) -> str:
    """What a form has in place of a value; a traced one joins the parts.

    >>> spelt(slice(1, None), []), spelt(slice(None, None, 2), []), spelt(np.array([1, 2]), [])
    ('1:', '::2', 'xp.array([1, 2], dtype=xp.int64)')
    """
    if isinstance(value, Traced):
        parts.append(value)
        return f"_{len(parts) - 1}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(spelt(one, parts) for one in value)}]"
    if isinstance(value, slice):
        ends = ("" if end is None else str(end) for end in (value.start, value.stop, value.step))
        return ":".join(ends).removesuffix(":")
    if isinstance(value, type | np.dtype):
        return f"xp.{np.dtype(value).name}"
    number = repr(value.tolist() if hasattr(value, "tolist") else value)
    number = re.sub(r"\b(inf|nan)\b", r"xp.\1", number)
    return f"xp.array({number}, dtype=xp.{value.dtype.name})" if getattr(value, "ndim", 0) else number


class Dialect(NamedTuple):
    """How a library says what NumPy says: its name in the program, and forms of calls that differ, by the function."""

    name: str
    forms: Mapping[str, str]


NUMPY = Dialect(
    "np",
    {
        "astype": "_0.astype(_1)",
        "concat": "np.concatenate(_0, axis=axis)",
        "erfc": "erfc(_0)",
        "cosine": "cosine(_0)",
        "permute_dims": "np.transpose(_0, _1)",
    },
)
TORCH = Dialect(
    "torch",
    {
        "astype": "_0.to(_1)",
        "erfc": "torch.special.erfc(_0)",
        "cosine": "torch.cos(2 * torch.pi * _0)",
        "array": "torch.tensor(_0, dtype=dtype)",
        "max": "torch.amax(_0, axis=axis, keepdims=keepdims)",
        "maximum": "torch.maximum(_0, torch.as_tensor(_1))",
        "minimum": "torch.minimum(_0, torch.as_tensor(_1))",
        "permute_dims": "torch.permute(_0, _1)",
        "sort": "torch.sort(_0, axis=axis).values",
        "take": "torch.index_select(_0, axis, _1)",
    },
)


class Spoken(ast.NodeTransformer):
    """Puts expressions in the place of names, and calls of a dialect in the place of xp's."""

    def __init__(self, dialect: Dialect, names: Mapping[str, ast.expr]) -> None:
        self.dialect, self.names = dialect, names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.names.get(node.id, node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id == "xp":
            return ast.Attribute(ast.Name(self.dialect.name), node.attr)
        return ast.Attribute(self.visit(node.value), node.attr)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        args = {f"_{i}": self.visit(arg) for i, arg in enumerate(node.args)}
        args |= {str(word.arg): self.visit(word.value) for word in node.keywords}
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "xp" and name in self.dialect.forms:
            return Spoken(self.dialect, args).visit(parsed(self.dialect.forms[name]))
        words = [ast.keyword(word.arg, args[str(word.arg)]) for word in node.keywords]
        return ast.Call(self.visit(node.func), [args[f"_{i}"] for i in range(len(node.args))], words)


def parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def lines(named: Sequence[tuple[str, Array]], dialect: Dialect, shapes: bool = True) -> list[str]:
    """The lines of a program that make the named arrays, in the order in which they were made.

    What is used more than once has a name of its own, t1, t2, ...; an array of two names gets both.

    shapes: whether the shapes of the named ones stand behind them, m being the last axis
    """
    by_array = dict[int, list[str]]()
    for name, array in named:
        by_array.setdefault(array.born, []).append(name)
    reached, uses = dict[int, Traced](), dict[int, int]()
    waiting = [array for _, array in named]
    while waiting:
        one = waiting.pop()
        if one.born not in reached:
            reached[one.born] = one
            waiting += one.parts
            for part in one.parts:
                uses[part.born] = uses.get(part.born, 0) + 1
    said, expressions, extra = list[str](), dict[int, ast.expr](), count(1)
    for born, one in sorted(reached.items()):
        parts = {f"_{i}": expressions[part.born] for i, part in enumerate(one.parts)}
        expression, names = Spoken(dialect, parts).visit(parsed(one.form)), by_array.get(born, [])
        if not names and one.parts and uses.get(born, 0) > 1:
            names = [f"t{next(extra)}"]
        for name in names:
            if (text := ast.unparse(expression)) != name:
                shape = ", ".join([*map(str, one.shape[:-1]), "m"])
                said.append(f"{name} = {text}" + f"  # ({shape})" * (shapes and born in by_array))
            expression = ast.Name(name)
        expressions[born] = expression
    return said
