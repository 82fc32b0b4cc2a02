"""Does a learning curve show a mistake? The flower is learnt twice, with the right gradients and with mistaken ones."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from ..data.builtin import load_dataset
from ..nn.activations import Activation, Tanh
from ..nn.arrays import Array
from .report import Curves

Gradients: TypeAlias = Callable[[Mapping[str, Array], Array, Array], Mapping[str, Any]]
"""gradients({"W1", "b1", "W2", "b2"}, X, Y) -> {"dW1", "db1", "dW2", "db2"}, columns as samples."""

HIDDEN_UNITS, LEARNING_RATE, TANH = 4, 0.4, Tanh()
"""The course's network for the flower, at a third of its rate: at 1.2 several mistakes swing for ever, the last bit
decides where they end, and each processor draws other curves."""


class Point(NamedTuple):
    """The cost and the accuracy at one step; grown: whether a bias has come to hold more numbers than units."""

    cost: float
    accuracy: float
    grown: bool


def curves_of(
    gradients: Gradients, mistaken: Gradients, *, hidden: Activation = TANH, steps: int = 2500, points: int = 60
) -> Curves | None:
    """The cost over ``steps`` full steps of gradient descent with each of the two, seen at about ``points`` of them.

    Both costs are computed rightly, whatever the gradients: J = -(1/m) sum [Y log A2 + (1 - Y) log(1 - A2)], with
    A1 = hidden(Z1). A curve whose parameters overflow ends at the last finite cost. None where the mistaken gradients
    cannot be trained with at all: they raise, or do not fit the parameters that they belong to.

    Curves are remembered by the functions themselves: give the same one again, and nothing is trained twice.

    >>> from .equations import backward_sheet, forward_sheet, worked, Work
    >>> from ..nn.activations import Sigmoid
    >>> def gradients(p, X, Y):
    ...     v = Work(X, Y, {1: p["W1"], 2: p["W2"]}, {1: p["b1"], 2: p["b2"]}, {1: Tanh(), 2: Sigmoid()})
    ...     v = worked(backward_sheet(2), worked(forward_sheet(2), v))
    ...     return {"dW1": v.dW[1], "db1": v.db[1], "dW2": v.dW[2], "db2": v.db[2]}
    >>> def ascending(p, X, Y):
    ...     return {name: -gradient for name, gradient in gradients(p, X, Y).items()}
    >>> curves_of(gradients, ascending, steps=50).tells
    True
    """
    seen = tuple(int(step) for step in np.unique(np.linspace(0, steps, points).round()))
    right = trained(gradients, hidden, seen)
    try:
        wrong = trained(mistaken, hidden, seen)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None
    return Curves(
        seen,
        tuple(point.cost for point in right),
        tuple(point.cost for point in wrong),
        right[-1].accuracy,
        wrong[-1].accuracy,
        wrong[-1].grown,
    )


@lru_cache(maxsize=64)  # a class makes the same few mistakes, and the right curve belongs to all of them
def trained(gradients: Gradients, hidden: Activation, seen: tuple[int, ...]) -> tuple[Point, ...]:
    """The cost and the accuracy at the steps ``seen`` of training on the flower."""
    flower = load_dataset("flower")
    return tuple(descent(gradients, hidden, flower.X.T.copy(), flower.y.astype(float).reshape(1, -1), seen))


def descent(gradients: Gradients, hidden: Activation, X: Array, Y: Array, seen: tuple[int, ...]) -> Iterator[Point]:
    """The cost and the accuracy at the steps ``seen``, up to the last at which the cost is finite."""
    from ..course.initialization import initialize_parameters  # needed where there is a mistake, and takes its time

    p: dict[str, Array] = dict(initialize_parameters(X.shape[0], HIDDEN_UNITS, Y.shape[0]))
    with np.errstate(all="ignore"):
        for step in range(seen[-1] + 1):
            if step in seen:
                point = measured(p, hidden, X, Y)
                if not np.isfinite(point.cost):
                    return
                yield point
            if step < seen[-1]:
                d = gradients(p, X, Y)
                p = {name: value - LEARNING_RATE * np.asarray(d[f"d{name}"]) for name, value in p.items()}


def measured(p: Mapping[str, Array], hidden: Activation, X: Array, Y: Array) -> Point:
    """J and the share of right answers, from Z2: -log A2 = log(1 + exp(-Z2))."""
    Z2 = p["W2"] @ hidden(p["W1"] @ X + p["b1"]) + p["b2"]
    if Z2.shape != Y.shape:
        raise ValueError(f"the mistaken gradients gave Z2 the shape {Z2.shape}")
    grown = any(p[f"b{l}"].size > len(p[f"W{l}"]) for l in (1, 2))
    return Point(float((np.logaddexp(0, Z2) - Y * Z2).mean()), float(((Z2 > 0) == Y).mean()), grown)
