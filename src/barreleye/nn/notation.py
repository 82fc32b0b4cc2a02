"""An equation is text once: its numbers, its print on paper and its NumPy code are derived from one small language.

The language is a corner of Python's own, read by ``ast``: + - * / // @ ** and comparisons; numbers; names; quantities
by layer, ``dW[l]``, ``A[l - 1]``; functions, ``sum(dZ[l], axis=1)``; and ``.T``. A sum keeps its dimensions, as the
course writes it (keepdims=True), and without an axis it is one number.

>>> paper("dZ[l] @ A[l - 1].T / m")
'(1/m) dZ[l] A[l−1]ᵀ'
>>> code("dZ[l] @ A[l - 1].T / m")
'np.dot(dZ, A_prev.T) / m'
>>> value("2 * W[l] + m", {"W": {1: np.array([1.0, 2.0])}, "m": 7, "l": 1})
array([ 9., 11.])
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import CodeType
from typing import Any, cast

import numpy as np

from ..words import Text, catalogue
from .activations import normal_cdf, sigmoid
from .heads import SoftmaxHead

Tree = ast.expr

NODES = (
    *(ast.BinOp, ast.UnaryOp, ast.Compare, ast.Call, ast.Subscript, ast.Attribute, ast.Name, ast.Constant),
    *(ast.operator, ast.unaryop, ast.cmpop, ast.expr_context, ast.keyword),
)


@cache
def parsed(text: str) -> Tree:
    """The tree of a text. Raises ValueError for what the language does not have."""
    tree = ast.parse(text, mode="eval").body
    for node in ast.walk(tree):
        if not isinstance(node, NODES) or (isinstance(node, ast.Attribute) and node.attr != "T"):
            raise ValueError(f"{text!r}: {ast.unparse(node)!r} is not of the notation")
    return tree


def written(tree: Tree) -> str:
    """The text of a tree: equal for equal trees.

    >>> written(parsed("(A*B)+C"))
    'A * B + C'
    """
    return ast.unparse(tree)


# Its numbers


def _reduced(function: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(x: Any, axis: int | None = None, keepdims: bool = True) -> Any:
        return function(np.asarray(x), axis=axis, keepdims=keepdims and axis is not None)

    return reduce


def softmax(Z: Any, axis: int = 0) -> Any:
    """exp(z_k) / sum over j of exp(z_j), along an axis."""
    return SoftmaxHead().link(Z) if axis == 0 else SoftmaxHead().link(Z.T).T


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in ("exp", "log", "log2", "log10", "log1p", "sqrt", "tanh", "sinh", "abs")},
    **{name: getattr(np, name) for name in ("sin", "cos", "cosh", "sign")},
    **{name: getattr(np, name) for name in ("round", "clip", "maximum", "minimum", "where")},
    **{name: _reduced(getattr(np, name)) for name in ("sum", "mean", "max", "any", "all")},
    "sigmoid": sigmoid,
    "normal_cdf": normal_cdf,
    "softmax": softmax,
    "relu": lambda Z: np.maximum(0, Z),
    "argmax": lambda A: np.argmax(A, axis=0),
    "step": lambda Z: np.where(Z > 0, 1.0, 0.0),
    "like": lambda x, y: x + np.zeros_like(y, dtype=float),
    "shape": lambda x, i: float(np.shape(x)[i]),
    "squeeze": np.squeeze,
    "sample": lambda x, i: x[:, i : i + 1 or None],
    "only": lambda x, i: x * np.eye(x.shape[1])[i],
    "without": lambda x, i: x * (1 - np.eye(x.shape[1])[i]),
    "fading": lambda x: x * float(x.shape[1]) ** (1 - np.arange(x.shape[1], 0, -1)),
    "last_first": lambda x: np.roll(x, 1, axis=1),
}
"""What a text may call. The last rows are what loops over the samples (columns) get wrong: ``sample(x, i)`` is one
column, ``only(x, i)`` has zeros in all others, ``fading(x)`` is divided by m again after each."""
_GLOBALS = {"__builtins__": {}, "pi": np.pi, **FUNCTIONS}


@cache
def _compiled(text: str) -> CodeType:
    return compile(ast.fix_missing_locations(ast.Expression(parsed(text))), text, "eval")


def value(text: str, v: Mapping[str, Any]) -> Any:
    """The numbers of a text: v holds the quantities by layer, {"A": {0: X, ...}}, and plain names, {"l": 2, "m": 7}.

    Raises KeyError where there is no such quantity at this layer, ValueError where the shapes do not go together.
    """
    return eval(_compiled(text), _GLOBALS, v)  # a text of the notation, with no builtins


@cache
def function(text: str, parameters: str, names: tuple[tuple[str, str], ...]) -> Callable[..., Any]:
    """The text as a function: ``names`` says what names of the text are, as expressions of these parameters.

    >>> function("A[l - 1] / m", "layers, l", (("A", "layers"), ("m", "len(layers)")))([6.0, 8.0], 1)
    Traceback (most recent call last):
    ...
    NameError: name 'len' is not defined
    >>> function("A[l - 1] / 2", "layers, l", (("A", "layers"),))([6.0, 8.0], 1)
    3.0
    """
    meant = dict(names)
    parsed(text)  # of the notation, or refused
    body = re.sub(r"\b[A-Za-z_]\w*", lambda name: meant.get(name[0], name[0]), text)
    return cast(Callable[..., Any], eval(f"lambda {parameters}: {body}", _GLOBALS))


# Its parts


def is_quantity(node: ast.AST) -> bool:
    """Whether this is W[l], Y and the like: a part that has no parts of its own."""
    return isinstance(node, ast.Subscript) or (isinstance(node, ast.Name) and node.id in ("X", "Y", "Z", "A", "loss"))


def parts(tree: Tree) -> Iterator[Tree]:
    """The tree and every part of it that has a value; the index of a quantity and the name of a function have none.

    >>> [written(part) for part in parts(parsed("W[l] @ A[l - 1]"))]
    ['W[l] @ A[l - 1]', 'W[l]', 'A[l - 1]']
    """
    yield tree
    if isinstance(tree, ast.Name | ast.Constant | ast.Subscript):
        return
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.expr) and not (isinstance(tree, ast.Call) and child is tree.func):
            yield from parts(child)


def put(tree: Any, new_of: Callable[[Tree], Tree | None]) -> Any:
    """The tree with new_of(part) in the place of each topmost part for which that is not None."""
    if isinstance(tree, ast.expr) and (new := new_of(tree)) is not None:
        return new
    fields = {}
    for name, child in ast.iter_fields(tree):
        if isinstance(child, list):
            fields[name] = [put(one, new_of) if isinstance(one, ast.AST) else one for one in child]
        else:
            fields[name] = put(child, new_of) if isinstance(child, ast.AST) else child
    return type(tree)(**fields)


def without_count(tree: Tree) -> Tree:
    """The tree without its divisions by m, or by another number of samples or units.

    >>> written(without_count(parsed("dZ[l] @ A[l - 1].T / (m - 1)")))
    'dZ[l] @ A[l - 1].T'
    """

    def new_of(node: Tree) -> Tree | None:
        match node:
            case ast.BinOp(left=x, op=ast.Div(), right=below) if _counts(below):
                return without_count(x)
            case ast.BinOp(left=share, op=ast.Mult(), right=x) if _shares(share):
                return without_count(x)
        return None

    return put(tree, new_of)


# On paper

_OPERATORS = {
    **{ast.Add: (1, " + "), ast.Sub: (1, " − "), ast.Mult: (2, " ∗ "), ast.Div: (2, " / "), ast.FloorDiv: (2, " // ")},
    ast.MatMult: (2, " "),
}
_SIGNS = {ast.Gt: ">", ast.Lt: "<", ast.GtE: "≥", ast.LtE: "≤", ast.Eq: "="}
_UP = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_LETTERS = {"alpha": "α", "leak": "α", "pi": "π", "dwave": "wave′"}
_CALLED = {
    **{"sigmoid": "σ", "normal_cdf": "Φ", "maximum": "max", "minimum": "min", "sqrt": "√"},
    **{"log2": "log₂", "log10": "log₁₀", "relu": "ReLU"},
}
_ALONG = {"1": "ᵢ", "0": "ⱼ"}
_SAMPLE = {"0": "⁽¹⁾", "-1": "⁽ᵐ⁾"}
_COUNTED = {
    **{"only, 0": ("", "⁽¹⁾", "i = 1"), "only, -1": ("", "⁽ᵐ⁾", "i = m")},
    **{"without, 0": ("Σ₍ᵢ>₁₎ ", "⁽ⁱ⁾", "i > 1"), "without, -1": ("Σ₍ᵢ<ₘ₎ ", "⁽ⁱ⁾", "i < m")},
    "fading": ("Σᵢ (1/mᵐ⁻ⁱ) ", "⁽ⁱ⁾", ""),
}
"""Samples that do not all count alike: what stands before the sum over them, the mark of a sample, which they are."""
Index = Callable[[str], str]


def letters(index: str) -> str:
    """The index of a quantity as it stands on paper, with a minus of its own: l−1."""
    return index.replace(" - ", "−").replace(" + ", "+")


def layer_index(l: int) -> Index:
    """The indices of an equation at layer l: 2 for l, 1 for l - 1; g has that of the layer.

    >>> paper("g[l](A[l - 1])", layer_index(2))
    'g[2](A[1])'
    """
    shown = {"l": f"{l}", "l - 1": f"{l - 1}", "l + 1": f"{l + 1}", "g": f"g[{l}]"}
    return lambda index: shown.get(index, index)


def paper(text: str | Tree, index: Index = letters, *, entry: bool = False) -> Text:
    """The text as it stands on paper, with the few words in it in both languages.

    index    how an index of the text is shown
    entry    whether its names and numbers are single entries of arrays: their product is a dot

    >>> paper("-sum(Y * log(A[L]) + (1 - Y) * log(1 - A[L])) / m")
    '−(1/m) Σ [Y log A[L] + (1 − Y) log(1 − A[L])]'
    >>> paper("sum(dZ[l], axis=1) / m", {"l": "2"}.get)
    '(1/m) Σᵢ dZ[2]⁽ⁱ⁾'
    >>> paper("1 - a * -b", entry=True), paper("where(Z > 0, 1, leak)").zh
    ('1 − a·(−b)', '1（Z > 0 时），否则 α')
    """
    tree = parsed(text) if isinstance(text, str) else text
    english = _Paper(index, entry)
    said = english.of(tree)
    return Text(said, _Paper(index, entry, "zh").of(tree) if english.has_words else said)


class _Paper:
    def __init__(self, index: Index, entry: bool, lang: str = "en") -> None:
        self.index, self.entry, self.lang = index, entry, lang
        self.has_words = False

    def words(self, key: str, **parts: str) -> str:
        """The words of that key, about these parts."""
        self.has_words = True
        return catalogue("notation")[key].said(self.lang).format(**parts)

    def of(self, node: Tree, tight: int = 0) -> str:
        """The node, in brackets where it binds less than ``tight``: 1 a sum, 2 a product, 3 a sign, 4 a power."""
        level, text = self._said(node)
        return f"({text})" if level < tight else text

    def _said(self, node: Tree) -> tuple[int, str]:
        match node:
            case ast.Constant(value=c):
                number = float(str(c))
                return 1 if number < 0 else 9, f"{number:g}".replace("-", "−")
            case ast.Name(id=name):
                return 9, _LETTERS.get(name, name)
            case ast.Subscript(value=ast.Name(id="n"), slice=ast.Constant(value=0)):
                return 9, "n_x"
            case ast.Subscript(value=ast.Name(id="slope"), slice=i):
                return 5, f"{self.index('g')}′(Z[{self.index(written(i))}])"
            case ast.Subscript(value=ast.Name(id=q), slice=i):
                return 9, f"{q}[{self.index(written(i))}]"
            case ast.Attribute(value=x):
                return 5, self.of(x, 5) + "ᵀ"
            case ast.UnaryOp(operand=ast.BinOp(left=x, op=ast.Div(), right=ast.Name() as below)) if not _plain(x):
                return 2, f"−{self._share(below)} {self.of(x, 2)}"
            case ast.UnaryOp(operand=x):
                return 2, "−" + self.of(x, 2)
            case ast.Compare():
                return 0, self.words("cases", a="1", c="0", condition=self._condition(node))
            case ast.BinOp():
                return self._operation(node)
            case ast.Call():
                return self._call(node)
        raise ValueError(f"{ast.unparse(node)!r} is not of the notation")

    def _condition(self, node: Tree) -> str:
        if isinstance(node, ast.Compare):
            compared = zip(node.ops, node.comparators, strict=True)
            return " ".join([self.of(node.left), *(f"{_SIGNS[type(op)]} {self.of(c)}" for op, c in compared)])
        return self.of(node)

    def _share(self, below: Tree, above: str = "1") -> str:
        match below:
            case ast.BinOp(op=ast.Mult()) | ast.BinOp(op=ast.Pow()) | ast.Name() | ast.Subscript():
                return f"({above}/{self.of(below).replace(' ', '')})"
        return f"({above}/{self.of(below, 3)})"

    def _operation(self, node: ast.BinOp) -> tuple[int, str]:
        a, c = node.left, node.right
        match node.op, c:
            case ast.Pow(), ast.Constant():
                return 4, self.of(a, 5) + self.of(c).translate(_UP)
            case ast.Pow(), _:
                return 4, f"{self.of(a, 5)}^{self.of(c, 5)}"
            case ast.Div(), _ if _counts(c) and _plain(a):
                return 5, self._share(c, self.of(a))
            case ast.Div(), _ if _counts(c):
                minus, a = ("−", a.operand) if isinstance(a, ast.UnaryOp) else ("", a)
                return 2, f"{minus}{self._share(c)} {self.of(a, 2)}"
            case ast.MatMult(), ast.Attribute(value=x) if counted := _counted(a):
                before, mark, _ = counted
                return 2, f"{before}{self.of(_summed(a), 5)}{mark} ({self.of(x, 5)}{mark})ᵀ"
        level, sign = _OPERATORS[type(node.op)]
        if self.entry:
            return self._of_entries(node)
        if isinstance(node.op, ast.Mult) and (_scales(a) or _shares(a)):
            return level, f"{self.of(a, 3 if _shares(a) else 2)} {self.of(c, 3 if isinstance(c, ast.UnaryOp) else 2)}"
        sign = " " if sign == " ∗ " and _is_log(c) else sign
        return level, f"{self.of(a, level)}{sign}{self.of(c, level + 1)}"

    def _of_entries(self, node: ast.BinOp) -> tuple[int, str]:
        """An operation on numbers: a minus may take the place of a plus, and 1/7 needs no room."""
        level, sign = _OPERATORS[type(node.op)]
        left, right = self.of(node.left, level), self.of(node.right, level + 1)
        match node:
            case ast.BinOp(op=ast.Add(), right=ast.Constant() | ast.UnaryOp() as c) if (it := self.of(c))[0] == "−":
                sign, right = " − ", it[1:]
            case ast.BinOp(op=ast.Mult()):
                sign = "·"
            case ast.BinOp(left=ast.Constant(), op=ast.Div(), right=ast.Constant()):
                sign = "/"
            case ast.BinOp(left=ast.Constant(), op=ast.Div(), right=ast.BinOp(op=ast.Mult())):
                sign = "/"
        return level, f"{left}{sign}{right}"

    def _call(self, node: ast.Call) -> tuple[int, str]:
        options = {str(one.arg): written(one.value) for one in node.keywords}
        along, flat = _ALONG.get(options.get("axis", ""), ""), self.words("flat") if "keepdims" in options else ""
        x, *rest = node.args
        match node.func, rest:
            case ast.Name(id="sum"), _:
                return 2, self._sum(x, along) + flat
            case ast.Name(id="mean"), _:
                key = {"ᵢ": "mean_over_samples", "ⱼ": "mean_over_units"}.get(along, "mean")
                return 2, self.words(key, x=self.of(x, 2)) + flat
            case ast.Name(id="abs"), _:
                return 9, f"|{self.of(x)}|"
            case ast.Name(id="where"), [a, c]:
                return 0, self.words("cases", a=self.of(a), c=self.of(c), condition=self._condition(x))
            case ast.Name(id="like"), _:
                return self._said(x)
            case ast.Name(id="sample"), [i]:
                return 5, self.of(x, 5) + _SAMPLE[written(i)]
            case ast.Name(id="last_first"), _:
                return 5, self.of(x, 5) + _SAMPLE["-1"]
            case ast.Name(id="only" | "without"), _ if counted := _counted(node):
                return 0, self.words("cases", a=self.of(x), c="0", condition=counted[2])
            case ast.Name(id="log" | "log2" | "log10" as name), [] if is_quantity(x):
                return 3, f"{_CALLED.get(name, name)} {self.of(x)}"
            case ast.Subscript(value=ast.Name(id="g"), slice=i), _:
                return 9, f"{self.index('g') if written(i) == 'l' else 'g'}({self.of(x)})"
            case ast.Subscript(value=ast.Name(id="dg")), [y]:
                said = f"({self.of(x)})"
                if written(x) == written(y):
                    said = self.words("in_place", x=self.of(x), y=self.of(x).replace("Z", "A"))
                return 9, f"{self.index('g')}′{said}"
            case ast.Name(id=name), _:
                arguments = ", ".join(self.of(one) for one in node.args)
                return 9, f"{_CALLED.get(name, name)}{along}({arguments}){flat}"
        raise ValueError(f"{ast.unparse(node)!r} is not of the notation")

    def _sum(self, x: Tree, along: str) -> str:
        mark = {"ᵢ": "⁽ⁱ⁾", "ⱼ": "ⱼ", "": "ⱼ⁽ⁱ⁾"}[along]
        every = "Σⱼ Σᵢ " if not along and is_quantity(x) else f"Σ{along} "
        before, mark, _ = _counted(x) or (every, mark, "")
        inner = _summed(x)
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Add | ast.Sub):
            return f"{before}[{self.of(inner)}]{mark if inner is not x else ''}"
        return f"{before}{self.of(inner, 2)}{mark if inner is not x or is_quantity(x) else ''}"


def _counted(node: Tree) -> tuple[str, str, str] | None:
    """How the samples count in only(x, i), without(x, i) and fading(x)."""
    if not isinstance(node, ast.Call):
        return None
    return _COUNTED.get(", ".join([written(node.func), *map(written, node.args[1:])]))


def _summed(node: Tree) -> Tree:
    """x of only(x, i) and its like, and of anything else itself."""
    return node.args[0] if isinstance(node, ast.Call) and _counted(node) else node


def _plain(node: Tree) -> bool:
    """Whether this may stand above m in a share: a number, or the strength of a penalty."""
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in ("L1", "L2"))


def _counts(node: Tree) -> bool:
    """Whether a divisor is m, or a number of units, or made of them: it is printed as a share, (1/m)."""
    made_of = [one for one in parts(node) if not isinstance(one, ast.BinOp | ast.Constant)]
    names = [one.value if isinstance(one, ast.Subscript) else one for one in made_of]
    return bool(names) and all(isinstance(one, ast.Name) and one.id in ("m", "n") for one in names)


def _scales(node: Tree) -> bool:
    """Whether this is a number, or α or a power of it: it stands before a product without a sign."""
    match node:
        case ast.UnaryOp(operand=x) | ast.BinOp(left=x, op=ast.Pow()):
            return _scales(x)
        case ast.BinOp(left=x, op=ast.Mult(), right=y):
            return _scales(x) and _scales(y)
    return _plain(node) or (isinstance(node, ast.Name) and node.id in _LETTERS)


def _shares(node: Tree) -> bool:
    """Whether this is 1 / m or 1 // m."""
    return isinstance(node, ast.BinOp) and _plain(node.left) and _counts(node.right)


def _is_log(node: Tree) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.startswith("log")


# In NumPy

Named = Callable[[str, str], str]


def alone(quantity: str, index: str) -> str:
    """What one layer's function calls a quantity: dZ for dZ[l], A_prev for A[l - 1]."""
    return quantity + {"l - 1": "_prev", "l + 1": "_next"}.get(index, "")


def code(text: str | Tree, named: Named = alone) -> str:
    """The text as NumPy code; ``named(quantity, index)`` gives the name of a quantity, of layer ``index`` or "".

    >>> code("W[l] @ A[l - 1] + b[l]", lambda q, at: q + {"l": "2", "l - 1": "1"}.get(at, at))
    'np.dot(W2, A1) + b2'
    >>> code("sum(dZ[l], axis=1) / m")
    'np.sum(dZ, axis=1, keepdims=True) / m'
    """

    def new_of(node: Tree) -> Tree | None:
        match node:
            case ast.Subscript(value=ast.Name(id=q), slice=i):
                return ast.Name(named(q, written(i)))
            case ast.Name(id=name):
                return ast.Name(named(name, ""))
            case ast.BinOp(left=a, op=ast.MatMult(), right=c):
                return ast.Call(ast.Name("np.dot"), [put(a, new_of), put(c, new_of)], [])
            case ast.Call(func=f, args=args, keywords=options):
                function = f.id if isinstance(f, ast.Name) else written(put(f, new_of))
                keys = [one for one in options if one.arg != "keepdims"]
                if keys and function in ("sum", "mean", "max") and len(keys) == len(options):
                    keys.append(ast.keyword("keepdims", ast.Constant(True)))
                known = hasattr(np, function)
                arguments = [put(one, new_of) for one in args]
                return ast.Call(ast.Name(f"np.{function}" if known else function), arguments, keys)
        return None

    return written(put(parsed(text) if isinstance(text, str) else text, new_of))
