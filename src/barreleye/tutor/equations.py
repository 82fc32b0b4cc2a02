"""The course's equations one by one, each a value of its own, so that a mistaken one can be put in its place.

The library computes with ``barreleye.nn``; these are the same equations taken apart (a test holds both together). A
*line* is one equation at one layer, a *sheet* the lines of one exercise in the order in which they are worked. To work
a sheet with an edit at some line gives the numbers that someone gets who made that mistake there, and all that follows
from it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..nn import equations
from ..nn.activations import Activation, ReLU, Sigmoid, Tanh
from ..nn.notation import Tree, code, function, paper, softmax
from ..words import NOTHING, Text

Compute = Callable[["Work", int], Any]


@dataclass(frozen=True)
class Softmax(Activation):
    """g(z)_k = exp(z_k) / sum over j of exp(z_j), along an axis: 0 where samples are columns. No elementwise g′."""

    axis: int = 0

    formulas: ClassVar[tuple[str, ...]] = ("exp(Z) / sum(exp(Z), axis=0)",)

    def __call__(self, Z: Any) -> Any:
        return softmax(Z, self.axis)

    def derivative(self, Z: Any, A: Any) -> Any:
        raise NotImplementedError("softmax has a matrix of derivatives for each sample, no single g'")


SIGMOID = Sigmoid()


@dataclass
class Work:
    """The quantities of one example, by the course's names: the layered ones by layer, v.W[1], v.A[0] = v.X.

    Given are n, X, Y, W, b, and g[1..L]; m and L follow. ``new`` holds the updated parameters, by "W" and "b".
    """

    X: Any
    Y: Any
    W: dict[int, Any]
    b: dict[int, Any]
    g: dict[int, Activation]
    learning_rate: float = 0.0
    Z: dict[int, Any] = field(default_factory=dict)
    A: dict[int, Any] = field(default_factory=dict)
    dZ: dict[int, Any] = field(default_factory=dict)
    dA: dict[int, Any] = field(default_factory=dict)
    dW: dict[int, Any] = field(default_factory=dict)
    db: dict[int, Any] = field(default_factory=dict)
    W_new: dict[int, Any] = field(default_factory=dict)
    b_new: dict[int, Any] = field(default_factory=dict)
    J: dict[int, Any] = field(default_factory=dict)
    answer: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.A.setdefault(0, self.X)

    @property
    def m(self) -> int:
        return int(self.A[0].shape[1])

    @property
    def L(self) -> int:
        return max(self.W)

    @property
    def n(self) -> dict[int, int]:
        """How many units each layer has, and X rows."""
        return {0: self.X.shape[0]} | {l: W.shape[0] for l, W in self.W.items()}

    @property
    def derivatives(self) -> dict[int, Callable[[Any, Any], Any]]:
        """g′ of Z and A, by layer."""
        return {l: g.derivative for l, g in self.g.items()}

    @property
    def slopes(self) -> "Slopes":
        """g′(Z[l]) by layer."""
        return Slopes(self)

    def leak(self, l: int) -> float:
        """The slope of a Leaky ReLU where Z < 0."""
        return float(getattr(self.g.get(l), "slope", 0.01))

    def before(self, lines: Iterable["Line"], given: "Work") -> "Work":
        """The work as it was before these lines: of what they compute, it holds what was given."""
        v = self.copy()
        for one in lines:
            now, then = getattr(v, one.quantity), getattr(given, one.quantity)
            if one.l in then:
                now[one.l] = then[one.l]
            else:
                now.pop(one.l, None)
        return v

    def copy(self) -> "Work":
        """The same numbers in dictionaries of their own."""
        values: dict[str, Any] = {
            name: dict(value) if isinstance(value, dict) else value for name, value in vars(self).items()
        }
        return Work(**values)


class Slopes:
    """g′(Z[l]) by layer, worked out when it is asked for."""

    def __init__(self, v: Work) -> None:
        self.v = v

    def __getitem__(self, l: int) -> Any:
        return self.v.g[l].derivative(self.v.Z[l], self.v.A[l])


class Line(NamedTuple):
    """One equation at layer l: ``v.<quantity>[l] = EQUATIONS[equation].compute(v, l)``."""

    equation: str
    quantity: str
    l: int


@dataclass(frozen=True)
class Equation:
    """What is computed, as it stands on paper (``text``), as one writes it in NumPy (``code``), and the computing.

    In both texts {l} is the layer and {p} the one before it. ``notation`` is the right-hand side that all come from,
    ``forms`` other right ways to write it.
    """

    quantity: str
    text: Text
    code: str
    compute: Compute
    notation: str
    forms: tuple[str, ...]


NAMES = {
    **{q: f"v.{q}" for q in ("X", "Y", "W", "b", "g", "Z", "A", "dZ", "dA", "dW", "db", "m", "n", "L")},
    **{"alpha": "v.learning_rate", "slope": "v.slopes", "dg": "v.derivatives", "leak": "v.leak(l)"},
    "before": "(l - 1 or v.L)",
}
"""What the names of a text are, of a work v at layer l."""


def computing(text: str, further: str = "") -> Any:
    """What works a text out, of a work and a layer, and of further names.

    >>> v = example((3, 4, 1), m=7, seed=0)
    >>> computing("m * k", "k")(v, 1, 3)
    21
    """
    return function(text, f"v, l, {further}", tuple(NAMES.items()))


INDEX = {"l": "{l}", "l - 1": "{p}", "before": "{p}", "l + 1": "{n}", "g": "{g}"}
LEFT = {"J": "J", "answer": "Ŷ", "W_new": "W[{l}]", "b_new": "b[{l}]"}
CODE_NAMES = {"alpha": "learning_rate", "slope": "{slope}", "g": "{g_code}", "J": "cost", "answer": "predictions"}


def shown(text: str | Tree) -> Text:
    """The text as it stands on paper, with {l}, {p}, {n} and {g} to be filled in."""
    return paper(text, lambda index: INDEX.get(index, index))


def on_paper(quantity: str, text: str) -> Text:
    """The equation quantity[l] = text, in the same way."""
    left = LEFT.get(quantity, f"{quantity}[{{l}}]")
    return NOTHING + f"{left} {':=' if quantity.endswith('_new') else '='} " + shown(text)


def in_code(quantity: str, text: str) -> str:
    """The same line in NumPy, with {l}, {p}, {n}, {slope} and {g_code} to be filled in."""

    def named(q: str, index: str) -> str:
        return CODE_NAMES.get(q, q + INDEX.get(index, index))

    return f"{named(quantity.removesuffix('_new'), 'l')} = {code(text, named)}"


def taken_apart(one: equations.Equation) -> Equation:
    """A line of the course as a value that a mistaken one can take the place of."""
    q, text = one.quantity, one.text
    return Equation(q, on_paper(q, text), in_code(q, text), computing(text), text, one.forms)


EQUATIONS: dict[str, Equation] = {name: taken_apart(one) for name, one in equations.EQUATIONS.items()}


def line(equation: str, l: int) -> Line:
    return Line(equation, EQUATIONS[equation].quantity, l)


def forward_sheet(L: int) -> tuple[Line, ...]:
    """Z[1], A[1], ..., Z[L], A[L]."""
    return tuple(line(equation, l) for l in range(1, L + 1) for equation in ("Z", "A"))


def cost_sheet(L: int, output: Activation = SIGMOID) -> tuple[Line, ...]:
    """J from A[L]: of one-hot labels where the output is a softmax."""
    return (line("J classes" if isinstance(output, Softmax) else "J", L),)


def backward_sheet(L: int, *, from_dA: bool = False) -> tuple[Line, ...]:
    """dZ[L], dW[L], db[L], then dA[l], dZ[l], dW[l], db[l] down to layer 1.

    from_dA: dZ[L] comes from dA[L] and the slope of the output's activation, not at once from A[L] − Y.
    """
    lines = [line("dA out", L), line("dZ", L)] if from_dA else [line("dZ out", L)]
    lines += [line("dW", L), line("db", L)]
    for l in range(L - 1, 0, -1):
        lines += [line("dA", l), line("dZ", l), line("dW", l), line("db", l)]
    return tuple(lines)


def update_sheet(L: int) -> tuple[Line, ...]:
    """The new W[l] and b[l]."""
    return tuple(line(equation, l) for l in range(1, L + 1) for equation in ("W new", "b new"))


def worked(sheet: Iterable[Line], given: Work, edits: Mapping[Line, Compute] | None = None) -> Work:
    """The work with every line of the sheet computed from what is given, by its equation or by the edit in its place.

    >>> v = example((2, 3, 1), m=5, seed=0)
    >>> worked(backward_sheet(2), v).dW[1].shape
    (3, 2)
    """
    v = given.copy()
    with np.errstate(all="ignore"):
        for one in sheet:
            compute = (edits or {}).get(one, EQUATIONS[one.equation].compute)
            getattr(v, one.quantity)[one.l] = compute(v, one.l)
    return v


def example(
    n: tuple[int, ...],
    m: int,
    seed: int,
    hidden: Activation | None = None,
    scale: float = 0.8,
    *,
    output: Activation = SIGMOID,
    biases: bool = True,
    worked_forward: bool = True,
) -> Work:
    """A random example of layer sizes n and m samples: X, labels of every kind, W, b, and the forward pass through it.

    With a sigmoid output the labels are 0 and 1, with any other Y is one-hot. Without biases b[l] is the number 0.

    Its outputs lie on both sides of 1/2: were all on one, a step and the number 1 would be the same. So they do, as
    far as they can, with another hidden activation too: the learner's is not known at first.
    """
    rng = np.random.default_rng(seed)
    L = len(n) - 1
    X = rng.normal(size=(n[0], m))
    Y = (rng.permutation(n[L] * m).reshape(n[L], m) % 2).astype(float)
    if output != SIGMOID:
        Y = np.eye(n[L])[:, rng.permutation(m) % n[L]]
    W = {l: rng.normal(size=(n[l], n[l - 1])) * scale for l in range(1, L + 1)}
    b: dict[int, Any] = {l: rng.normal(size=(n[l], 1)) * scale if biases else 0.0 for l in range(1, L + 1)}
    g: dict[int, Activation] = {l: hidden or Tanh() for l in range(1, L)} | {L: output}
    v = Work(X, Y, W, b, g, learning_rate=0.3)
    if not worked_forward:
        return v
    if not biases:
        return worked(forward_sheet(L), v)
    networks = [replace(v, g={**g, **dict.fromkeys(range(1, L), one)}) for one in (hidden or Tanh(), ReLU(), Sigmoid())]
    own, *_ = Z = [worked(forward_sheet(L), one).Z[L] for one in networks]
    low = np.max([one.min(axis=1, keepdims=True) for one in Z], axis=0)
    high = np.min([one.max(axis=1, keepdims=True) for one in Z], axis=0)
    centre, edge = own.mean(axis=1, keepdims=True), np.maximum(high - low, 0) / 10
    off_centre = np.where(low < high, np.clip(centre, low + edge, high - edge), centre)
    return worked(forward_sheet(L), replace(v, b={**b, L: b[L] - off_centre}))
