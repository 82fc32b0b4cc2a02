"""The random inputs on which the functions of the chain are tried."""

import ast
from collections.abc import Sequence
from dataclasses import replace as changed
from functools import cache

from ...nn.activations import (
    ELU,
    GELU,
    SELU,
    Activation,
    GELUTanh,
    LeakyReLU,
    Mish,
    ReLU,
    Sigmoid,
    SiLU,
    Softplus,
    Tanh,
)
from ..casting.pupil import Pupil
from ..equations import Work
from ..syntax import tree_of

HIDDEN: tuple[Activation, ...] = (Tanh(), ReLU(), Sigmoid(), *(LeakyReLU(a) for a in (0.01, 0.1, 0.2, 0.3, 0.05)))
"""The hidden activations that are recognised by their values; leaky slopes are the ones that tutorials use."""
RARER: tuple[Activation, ...] = (Softplus(), ELU(), SELU(), SiLU(), GELU(), GELUTanh(), Mish())
"""Those that are recognised where they are right; looking for mistakes with each of them would take too long."""
SHALLOW = (((3, 4, 1), 7), ((2, 5, 1), 6))
DEEP = (((5, 4, 3, 1), 7), ((2, 3, 4, 1), 6))
MANY = (((3, 4, 1), 150), ((2, 5, 1), 120))
"""A prediction says only yes or no: it takes many of them to tell one mistake from another."""
MANY_DEEP = (((3, 5, 4, 1), 150), ((2, 3, 4, 1), 120))
SHAPES = {"predict": MANY, "forward": SHALLOW, "forward_deep": DEEP, "backward": SHALLOW, "backward_deep": DEEP}


def examples_of(role: str, pupil: Pupil) -> Sequence[Work]:
    """Random inputs in the shapes that belong to a role, with the hidden activation that the learner uses."""
    shapes = SHAPES.get(role, SHALLOW)
    if names_three_layers(pupil):
        shapes = MANY_DEEP if role == "predict" else DEEP
    return [pupil.example(n, m, seed, pupil.hidden_of(role)) for seed, (n, m) in enumerate(shapes)]


def square_of(role: str, pupil: Pupil) -> Sequence[Work]:
    """An input whose sizes are all the same, on which a product that is the wrong way round runs too."""
    size = 12 if role == "predict" else 4
    n = (size,) * (4 if role.endswith("deep") or names_three_layers(pupil) else 3)
    return [pupil.example(n, size, 9, pupil.hidden_of(role))]


def names_three_layers(pupil: Pupil) -> bool:
    """Whether the forward or the backward pass has the weights of three layers by name, W1, W2 and W3."""
    return any(three_layers(pupil.cast[role].source) for role in ("forward", "backward") if role in pupil.cast)


@cache
def three_layers(source: str) -> bool:
    """Whether code names W3, and no W4, as a variable or as a key.

    >>> three_layers("def f(p): return p['W3']"), three_layers("def f(W1, W2): return W1")
    (True, False)
    """
    nodes = tree_of(source)
    names = {node.id if isinstance(node, ast.Name) else node.value for node in nodes if isinstance(node, NAMING)}
    return bool({"W3", "w3"} & names) and not {"W4", "w4"} & names


NAMING = (ast.Name, ast.Constant)


def with_hidden(v: Work, g: Activation) -> Work:
    """The same example with another hidden activation; Z and A are to be worked again."""
    return changed(v.copy(), g={l: g if l < v.L else v.g[l] for l in v.g})
