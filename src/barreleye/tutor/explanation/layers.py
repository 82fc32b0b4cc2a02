"""The quantities of the layers and the cost: their equations, and what the names in them are."""

import ast
from collections.abc import Iterator
from typing import Any

import numpy as np

from ...nn.arrays import Array
from ...nn.equations import PENALTIES, made_by
from ...nn.heads import ActivatedHead, QuantilesHead, SoftmaxGroupsHead
from ...nn.network import cost
from ...nn.notation import Tree, layer_index, paper, parsed, value
from ...nn.worked_out import shapes_in
from ...words import Text
from .formulas import SOFTMAX, in_letters, link, output_loss, output_slope, replaced, targets
from .passes import Passes, Work


def of_layer(passes: Passes, quantity: str, l: int) -> Work:
    """How a quantity of layer l is worked out: one of a Trace or of Gradients."""
    name, v, g = f"{quantity}[{l}]", passes.numbers(l), link(passes.network, l)
    u, s = passes.units[l], passes.sample
    column = passes.units[l - 1] if quantity in ("dW", "dR") else s
    if quantity == "dR":
        text = " + ".join(PENALTIES[which][1] for which in passes.penalties(l))
        return Work(text, v, (u, column), shapes=str(v["W"][l].shape))
    if name == f"dZ[{passes.network.L}]":
        return dZ_output(passes, v)
    work = Work(made_by(name, passes.computed, weighted=passes.weights is not None), v, (u, column), g=g)
    if name != f"A[{passes.network.L}]":
        return work
    rows = together(passes, u)
    return work._replace(v=restricted(v, l, rows), at=(u - rows.start, s), entry=(u, s), shapes=shapes_in(work.text, v))


def dZ_output(passes: Passes, v: dict[str, Any]) -> Work:
    head, L = passes.network.head, passes.network.L
    y, where = targets(head, passes.network.n[L])
    found = output_slope(head)
    tree: Tree = ast.Name("dloss") if found is None else replaced(found, {"Z": "Z[l]", "A": "A[l]", "Y": y})
    if isinstance(head, ActivatedHead):
        tree = ast.BinOp(tree, ast.Mult(), parsed("dg[l](Z[l], A[l])"))
    if passes.weights is not None:
        tree = ast.BinOp(ast.Name("w"), ast.Mult(), tree)
    said = paper(replaced(tree, {"dloss": ast.Name(f"∂loss/∂Z[{L}]")}), layer_index(L))
    return Work(tree, v, (passes.units[L], passes.sample), said, Text(where, where), g=link(passes.network, L))


def together(passes: Passes, unit: int) -> slice:
    """The rows of Z[L] that the answer of an output unit comes from."""
    head, n = passes.network.head, passes.network.n[-1]
    if isinstance(head, SoftmaxGroupsHead):
        return next(group for group in head.groups() if group.start <= unit < group.stop)
    if isinstance(head, QuantilesHead):
        size = len(head.quantiles)
        return slice(unit - unit % size, unit - unit % size + size)
    return slice(0, n)


def restricted(v: dict[str, Any], L: int, rows: Any) -> dict[str, Any]:
    """The numbers with these rows of the output layer alone."""
    layered = {name: {**v[name], L: v[name][L][rows]} for name in ("Z", "A")}
    return v | layered | {name: v[name][rows] for name in ("Y", "Y_smooth", "q") if v[name] is not None}


def cost_works(passes: Passes) -> Iterator[tuple[str, int, Work, Array]]:
    """The loss of the sample shown, the penalty R[l] of each layer that has one, and J: name, layer, work, numbers."""
    L, v, R = passes.network.L, passes.numbers(passes.network.L), {}
    yield "loss", L, loss_work(passes, v), v["loss"]
    for l in passes.network.penalised_layers:
        text, of_l = " + ".join(PENALTIES[which][0] for which in passes.penalties(l)), passes.numbers(l)
        R[l] = value(text, of_l)
        yield f"R[{l}]", l, Work(text, of_l, (), shapes=str(of_l["W"][l].shape)), R[l]
    losses = "loss" if passes.weights is None else "w * loss"
    text = " + ".join([f"sum({losses}, axis=1) / m", *(f"R[{l}]" for l in R)])
    J = np.asarray(cost(passes.network, passes.parameters, passes.trace, passes.Y, passes.weights))
    yield "J", L, Work(text, v | {"R": R}, ()), J


def loss_work(passes: Passes, v: dict[str, Any]) -> Work:
    """The loss of one sample: over several outputs a sum, in which softmax's 0·log(a) is left out."""
    head, L, (n_y, m) = passes.network.head, passes.network.L, passes.Y.shape
    y, where = targets(head, n_y)
    shapes, at, found = f"{(n_y, m)}, {(n_y, m)}", (0, passes.sample), output_loss(head)
    if found is None:
        return Work("loss", v, at, Text("loss(Z, Y)", "loss(Z, Y)"), shapes=shapes)
    each, layered = in_letters(found, y.lower()), replaced(found, {"Z": "Z[l]", "A": "A[l]", "Y": y})
    if n_y > 1:
        each, layered = in_letters(summed(found), y.lower()), summed(layered)
    counted = [k for k in range(n_y) if v[y][k, passes.sample] or type(head) not in SOFTMAX] or [0]
    return Work(layered, restricted(v, L, counted), at, paper(each, entry=True), Text(where, where), shapes)


def summed(tree: Tree) -> Tree:
    """The sum over the outputs."""
    return ast.Call(ast.Name("sum"), [tree], [ast.keyword("axis", ast.Constant(0))])
