"""Activations and heads in an equation: their formulas in the place of g and g′, with numbers or in letters.

Activations and heads of a user's own have no formula; their numbers stand alone.
"""

import ast
from collections.abc import Mapping
from typing import Any

from ...nn.activations import Activation
from ...nn.heads import ERRORS, ActivatedHead, Head, QuantilesHead, SoftmaxGroupsHead, SoftmaxHead
from ...nn.notation import Tree, paper, parsed, put, written
from ...nn.structure import Network
from ...nn.worked_out import number, rounded
from ...words import NOTHING, Text

SOFTMAX = (SoftmaxHead, SoftmaxGroupsHead)
"""The heads whose outputs hang together: a_k = exp(z_k) / sum_j exp(z_j)."""


def with_constants(text: str, of: Any) -> Tree:
    """The formula with the numbers that an activation or a head holds in the place of their names."""

    def new_of(node: Tree) -> Tree | None:
        held = getattr(of, node.id, None) if isinstance(node, ast.Name) else None
        return rounded(held) if isinstance(held, float | int) else None

    return put(parsed(text), new_of)


def link(network: Network, l: int) -> Activation | Head:
    """g[l], be it an activation or a head."""
    if l < network.L:
        return network.activations[l - 1]
    return network.head.g if isinstance(network.head, ActivatedHead) else network.head


def formula(g: Activation | Head) -> Tree | None:
    """g(Z), if it has a formula: of the sigmoid what it means, for that is what one looks at here."""
    texts = [g.formula] if isinstance(g, Head) else [text for text in g.formulas if text != "sigmoid(Z)"]
    return with_constants(texts[0], g) if texts and texts[0] else None


def slope(g: Activation | Head) -> Tree | None:
    """g′(Z), of Z and A, if it has a formula."""
    return with_constants(g.slopes[0], g) if isinstance(g, Activation) and g.slopes else None


def output_loss(head: Head) -> Tree | None:
    """The loss of one output, of Z, A and Y, if it has a formula."""
    if not isinstance(head, ActivatedHead):
        return with_constants(head.loss_formula, head) if head.loss_formula else None
    error = ERRORS[head.error]()
    return replaced(with_constants(error.loss_formula, error), {"Z": "A"})


def output_slope(head: Head) -> Tree | None:
    """dZ[L] of Z, A and Y: A − Y for every canonical head, a user's own among them; None where it has no formula.

    Of an activated head it is the derivative of its error by A, which g′(Z) multiplies.
    """
    of = ERRORS[head.error]() if isinstance(head, ActivatedHead) else head
    text = "A - Y" if type(of).dZ is Head.dZ else of.slope_formula
    return with_constants(text, of) if text else None


def replaced(tree: Tree, new: Mapping[str, str | Tree]) -> Tree:
    """The tree with other parts in the place of its names."""

    def new_of(node: Tree) -> Tree | None:
        found = new.get(node.id) if isinstance(node, ast.Name) else None
        return parsed(found) if isinstance(found, str) else found

    return put(tree, new_of)


def spelled(tree: Tree, g: Activation | Head | None, *, slopes: bool) -> Tree:
    """The tree with the formula of g in the place of g[l], and that of g′ if ``slopes``, as far as it has them."""

    def new_of(node: Tree) -> Tree | None:
        match node:
            case ast.Call(func=ast.Subscript(value=ast.Name(id="g")), args=[z]) if g and (found := formula(g)):
                return replaced(found, {"Z": z})
            case ast.Call(func=ast.Subscript(value=ast.Name(id="dg")), args=[z, a]) if slopes and g:
                return (found := slope(g)) and replaced(found, {"Z": z, "A": a})
        return None

    return put(tree, new_of)


def in_letters(tree: Tree, y: str = "y", k: str = "") -> Tree:
    """The formula in the small letters of single numbers, those of output k; a sum over outputs is over j.

    >>> str(paper(in_letters(parsed("exp(Z) / sum(exp(Z), axis=0)"), k="ₖ"), entry=True))
    'exp(zₖ) / (Σⱼ exp(zⱼ))'
    """
    named = {"Z": f"z{k}", "A": f"a{k}", "Y": f"{y}{k}", "q": f"q{k}"}

    def new_of(node: Tree) -> Tree | None:
        match node:
            case ast.Name(id=name) if name in named:
                return ast.Name(named[name])
            case ast.Call(func=ast.Name(id="sum"), args=[x], keywords=options):
                return ast.Call(node.func, [in_letters(x, y, "ⱼ")], options)
        return None

    return put(tree, new_of)


def defined(g: Activation | Head, name: str, l: str = "") -> Text:
    """What g(z) or g′(z) is, in letters; nothing for one without a formula.

    >>> from ...nn.activations import Tanh
    >>> defined(Tanh(), "dg", "[1]")
    'g[1]′(z) = 1 − a²'
    """
    found = formula(g) if name == "g" else slope(g)
    if found is None:
        return NOTHING
    k = "ₖ" if "sum(" in written(found) else ""
    return NOTHING + f"g{l}{'′' if name == 'dg' else ''}(z){k} = " + paper(in_letters(found, k=k), entry=True)


def targets(head: Head, n_y: int) -> tuple[str, str]:
    """The letter of what training sees in place of Y, and what it or a further letter of the loss means; "": nothing.

    >>> targets(SoftmaxHead(smoothing=0.1), 3)
    ('Y_smooth', 'Y_smooth = (1 − 0.1)·Y + 0.1/3')
    """
    if isinstance(head, SoftmaxHead) and head.smoothing is not None:
        smoothing = number(head.smoothing)
        return "Y_smooth", f"Y_smooth = (1 − {smoothing})·Y + {smoothing}/{n_y}"
    return "Y", f"q = {head.quantiles}" if isinstance(head, QuantilesHead) else ""
