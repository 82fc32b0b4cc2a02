"""The random inputs on which the functions of the chain are tried."""

from collections.abc import Callable, Sequence
from dataclasses import replace as changed

from ...nn.activations import Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from ..equations import Work, example
from ..pupil import Pupil

HIDDEN: tuple[Activation, ...] = (Tanh(), ReLU(), Sigmoid(), *(LeakyReLU(a) for a in (0.01, 0.1, 0.2, 0.3, 0.05)))
"""The hidden activations that are recognised by their values; leaky slopes are the ones that tutorials use."""
SHALLOW = (((3, 4, 1), 7), ((2, 5, 1), 6))
DEEP = (((5, 4, 3, 1), 7), ((2, 3, 4, 1), 6))
MANY = (((3, 4, 1), 150), ((2, 5, 1), 120))
"""A prediction says only yes or no: it takes many of them to tell one mistake from another."""
SHAPES = {"predict": MANY, "forward": SHALLOW, "forward_deep": DEEP, "backward": SHALLOW, "backward_deep": DEEP}


def examples_of(role: str) -> Callable[[Pupil], Sequence[Work]]:
    """Random inputs in the shapes that belong to a role, with the hidden activation that the learner uses."""
    shapes = SHAPES.get(role, SHALLOW)

    def examples(pupil: Pupil) -> Sequence[Work]:
        return [example(n, m, seed, pupil.hidden_of(role)) for seed, (n, m) in enumerate(shapes)]

    return examples


def square_of(role: str) -> Callable[[Pupil], Sequence[Work]]:
    """An input whose sizes are all the same, on which a product that is the wrong way round runs too."""
    size = 12 if role == "predict" else 4
    n = (size,) * (4 if role.endswith("deep") else 3)
    return lambda pupil: [example(n, size, 9, pupil.hidden_of(role))]


def with_hidden(v: Work, g: Activation) -> Work:
    """The same example with another hidden activation; Z and A are to be worked again."""
    return changed(v.copy(), g={l: g if l < v.L else v.g[l] for l in v.g})
