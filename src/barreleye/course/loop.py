"""The loop of the course's models: the library's own training step, once per iteration, on columns."""

from collections.abc import Callable

import numpy as np

from ..nn.arrays import Array
from ..nn.optimizers import GradientDescent
from ..nn.quantities import Parameters
from ..nn.structure import Network
from ..nn.validation import count
from ..training.border import Rows
from ..training.divergence import first_non_finite, layer_of
from ..training.engine import seed_word
from ..training.step import Recipe, State, first_state, step
from ..words import catalogue
from .parameters import to_dict

SAY = catalogue("course")


class Divergence(FloatingPointError):
    """Training met NaN or infinity. ``parameters`` are the last finite ones, {"W1": ..., "b1": ...}."""

    def __init__(self, message: str, parameters: dict[str, Array]) -> None:
        super().__init__(message)
        self.parameters = parameters


def descend(
    network: Network,
    parameters: Parameters,
    X: Array,
    Y: Array,
    num_iterations: int,
    learning_rate: float,
    report: Callable[[int, float], None],
    seed: int = 1,
) -> Parameters:
    """The parameters after so many steps of gradient descent on all samples.

    ``report`` gets i = 0, 1, ... and J before update i. ``seed`` is that of the dropout masks, which differ from one
    iteration to the next. Raises Divergence, naming the iteration, as soon as the cost or a parameter is not finite.
    """
    recipe = Recipe(network, GradientDescent(), learning_rate)
    state, word = first_state(recipe, parameters), seed_word(seed)
    for i in range(count("num_iterations", num_iterations, 0)):
        state, J = finite_step(recipe, state, X, Y, word)
        report(i, J)
    return state.parameters


def finite_step(recipe: Recipe, state: State, X: Array, Y: Array, seed: Array) -> tuple[State, float]:
    """One step, and the cost before it; Divergence where a number is lost."""
    # A diverging run overflows on its way to the error below; warnings on the way would only add noise.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        after, J = step(recipe, state, X, Y, None, seed)
    if np.isfinite(J) and all(np.isfinite(p).all() for p in after.parameters.arrays()):
        return after, float(J)
    rows = Rows(X.T, Y.T, None)
    quantity = first_non_finite(recipe, state, rows, rows, seed)
    rate = recipe.learning_rate
    shown = {"t": state.t, "what": layer_of(quantity or "J"), "rate": rate, "suggested": rate / 10}
    raise Divergence(SAY["error.diverged"].filled(**shown), to_dict(state.parameters))
