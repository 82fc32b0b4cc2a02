"""How a whole file means its network: what is laid out otherwise than in the course, and which output it has."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...nn import equations
from ...nn.activations import Activation
from ...nn.notation import Tree, parsed, put, written
from ...words import Text
from ..equations import EQUATIONS, SIGMOID, Equation, Softmax, Work, taken_apart
from ..running.answers import Answer
from ..search import Trial
from .layouts import Name, mapping_like


@dataclass(frozen=True)
class Reading:
    """How this file means it. The course's way is the one without arguments.

    rows         samples are rows: X (m, n_x), Z and A (m, n), b (1, n)
    in_by_out    W[l] is (n[l-1], n[l])
    X_in_rows    X alone is (m, n_x), and is transposed inside
    biases       there is a b in each layer; the network without is not judged
    classes      the output is a softmax over several units, and the cost the cross-entropy of a one-hot Y
    whole        the labels of several classes are whole numbers, one for each sample
    said         what is said of it

    Everything is computed in the course's layout: what goes to the learner's functions and what comes back from them
    is laid out at that border, by ``handed`` and ``received`` (all that has two dimensions) and by ``turned`` (a W or
    its gradient, known by name), and by ``data`` (X and Y).
    """

    rows: bool = False
    in_by_out: bool = False
    X_in_rows: bool = False
    biases: bool = True
    classes: bool = False
    whole: bool = False
    said: tuple[Text, ...] = ()

    @property
    def turns_W(self) -> bool:
        """Whether W is the other way round once rows are columns."""
        return self.rows != self.in_by_out

    @property
    def output(self) -> Activation:
        """The activation of the output layer."""
        return Softmax() if self.classes else SIGMOID

    def handed(self, tree: Any) -> Any:
        """Arguments as the file has them."""
        return transposed(tree) if self.rows else tree

    def received(self, answer: Answer) -> Answer:
        """An answer in the course's layout."""
        if not self.rows:
            return answer
        return replace(answer, value=transposed(answer.value), arguments_after=transposed(answer.arguments_after))

    def turned(self, name: Name, value: Any) -> Any:
        """A quantity, transposed where it is a W or the gradient of one that is the other way round."""
        return np.transpose(value) if self.turns_W and name[0].strip("d") == "W" and np.ndim(value) == 2 else value

    def shape(self, name: Name, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape that a parameter has in the file, rows being columns."""
        return shape[::-1] if self.turns_W and name[0].strip("d") == "W" else shape

    def sizes(self, n: tuple[int, ...]) -> tuple[int, ...]:
        """The sizes of the layers with as many output units as there are classes, no other layer being as large.

        >>> Reading(classes=True).sizes((3, 4, 1)), Reading(classes=True).sizes((2, 3, 4, 1))
        ((3, 4, 2), (2, 3, 4, 5))
        """
        n_y = 10 if self.whole else next(k for k in range(2, 10) if k not in n)
        return (*n[:-1], n_y) if self.classes else n

    def other_labels(self, Y: Any) -> Any:
        """Another label for every sample."""
        return np.roll(Y, 1, axis=0) if self.classes else 1 - Y

    def data(self, X: Any, Y: Any) -> dict[str, Any]:
        """X and Y as the functions of the file take them."""
        labels = np.argmax(Y, axis=0) if self.whole else Y
        return {"X": np.transpose(X) if self.X_in_rows else X, "Y": labels}

    def work(self, v: Work) -> Work:
        """A work laid out as the file has it, to read the learner's lines by."""
        if not (self.rows or self.in_by_out or self.X_in_rows or self.whole):
            return v
        names = [name for name, held in vars(v).items() if isinstance(held, dict) and name != "g"]
        laid = {q: {l: self.laid((q, l), value) for l, value in getattr(v, q).items()} for q in names}
        given = self.data(v.X, v.Y)
        laid["A"][0] = X = self.handed(given["X"])
        return Laid(**{**vars(v), **laid, "X": X, "Y": self.handed(given["Y"])}, samples=v.m)

    def laid(self, name: Name, value: Any) -> Any:
        """A quantity as the file has it."""
        return self.handed(self.turned((name[0].removesuffix("_new"), name[1]), value))

    def trial(self, trial: Trial) -> Trial:
        """What was given and what was seen, as the file has both."""
        return Trial(self.work(trial.given), {name: self.laid(name, seen) for name, seen in trial.observed.items()})

    def equation(self, name: str) -> Equation:
        """One of the course's equations as it stands in a file that is laid out so."""
        one = equations.EQUATIONS[name]
        if one.quantity.endswith("_new") or not (self.rows or self.in_by_out):
            return EQUATIONS[name]
        tree = parsed(one.text)
        tree = turned_over(tree) if self.turns_W and name == "dW" else tree
        paper, code = (taken_apart(replace(one, text=written(put(tree, laid)))) for laid in (self._paper, self._code))
        return replace(code, text=paper.text)

    def _code(self, node: Tree) -> Tree | None:
        match node:
            case ast.Call(func=f, args=args, keywords=[ast.keyword(arg="axis", value=ast.Constant(value=int(axis)))]):
                along = ast.keyword("axis", ast.Constant(1 - axis if self.rows else axis))
                return ast.Call(f, [put(one, self._code) for one in args], [along])
        return self._paper(node)

    def _paper(self, node: Tree) -> Tree | None:
        match node:
            case ast.BinOp(left=a, op=ast.MatMult(), right=c) if self.rows:
                return ast.BinOp(put(c, self._paper), ast.MatMult(), put(a, self._paper))
            case ast.Attribute(value=ast.Subscript(value=ast.Name(id="W")) as W) if self.turns_W:
                return W
            case ast.Subscript(value=ast.Name(id="W")) if self.turns_W:
                return ast.Attribute(node, "T")
        return None


@dataclass
class Laid(Work):
    """A work whose arrays lie otherwise, so that they do not tell how many samples there are."""

    samples: int = 0

    @property
    def m(self) -> int:
        return self.samples


def turned_over(tree: Tree) -> Tree:
    """The transpose of a tree of products, written without a transpose of the whole.

    >>> written(turned_over(parsed("dZ[l] @ A[l-1].T / m")))
    'A[l - 1] @ dZ[l].T / m'
    """
    match tree:
        case ast.BinOp(left=a, op=ast.MatMult(), right=c):
            return ast.BinOp(turned_over(c), ast.MatMult(), turned_over(a))
        case ast.BinOp(left=a, op=op, right=c):
            return ast.BinOp(turned_over(a), op, turned_over(c))
        case ast.Attribute(value=x):
            return x
        case ast.Subscript():
            return ast.Attribute(tree, "T")
    return tree


def transposed(tree: Any) -> Any:
    """A tree with each of its arrays of two dimensions transposed.

    >>> transposed({"X": np.zeros((2, 3)), "b": [np.zeros(4)]})["X"].shape
    (3, 2)
    """
    if isinstance(tree, Mapping):
        return mapping_like(tree, {key: transposed(value) for key, value in tree.items()})
    if isinstance(tree, list | tuple):
        return type(tree)(transposed(value) for value in tree)
    return tree.T.copy() if isinstance(tree, np.ndarray) and tree.ndim == 2 else tree
