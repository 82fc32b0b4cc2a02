"""When the cost stops being finite: which quantity of which layer went first, at which step, and what to try."""

import numpy as np

from ..nn.arrays import Array
from ..nn.network import backward, cost, forward
from ..nn.quantities import Parameters
from ..words import LANGUAGES, Text, catalogue
from .border import Rows
from .masks import dropout_masks
from .progress import Progress
from .step import Recipe, State, step

SAY = catalogue("training")


class DivergenceError(FloatingPointError):
    """Training met a cost or a parameter that is not finite.

    progress    the last finite state, as a Progress: its parameters are those before the update that broke, or those
                of the last look at a stream whose batches are too many to be kept
    quantity    the first quantity that was not finite, by its name on paper, such as "Z[2]"
    step        the number of updates after which it was met
    suggested   a learning rate to try, or None when the rate is not to blame
    """

    def __init__(self, message: Text, progress: Progress, quantity: str, step: int, suggested: float | None) -> None:
        super().__init__(message)
        self.message = message
        self.progress = progress
        self.quantity = quantity
        self.step = step
        self.suggested = suggested

    def said(self, rate: str) -> Text:
        """The message, the learning rate called as the caller's own parameter is."""
        return Text(*(self.message.said(lang).replace("learning_rate=", f"{rate}=") for lang in LANGUAGES))


def first_non_finite(recipe: Recipe, state: State, batch: Rows, next_batch: Rows, seed: Array) -> str | None:
    """The first quantity that is not finite when ``state`` takes one step on ``batch`` and looks at ``next_batch``.

    Looked for in the order of computation: forward pass, J, backward pass, the updated parameters, then the next
    forward pass, J and backward pass. None when all of them are finite.
    """
    network, parameters = recipe.network, state.parameters

    def look(parameters: Parameters, rows: Rows, t: int) -> str | None:
        X, Y, weights = rows.columns
        D = dropout_masks(network, seed, t, X)
        trace = forward(network, parameters, X, weights=weights, D=D)
        J = cost(network, parameters, trace, Y, weights)
        gradients = backward(network, parameters, trace, Y, weights)
        computed = {name: value for name, value in trace.named().items() if name != "A[0]"}  # X was checked
        return _first(computed) or _first({"J": J}) or _first(gradients.named())

    with np.errstate(all="ignore"):
        found = look(parameters, batch, state.t)
        if found is None:
            after, _ = step(recipe, state, *batch.columns, seed)
            found = _first(after.parameters.named()) or look(after.parameters, next_batch, after.t)
    return found


def layer_of(quantity: str) -> Text:
    """ "Z[2]" -> "Z[2], layer 2"; J belongs to no layer.

    >>> layer_of("Z[2]"), layer_of("J")
    ('Z[2] (layer 2)', 'the cost J')
    """
    if "[" not in quantity:
        return SAY["diverged.cost"]
    return SAY["diverged.layer"].filled(quantity=quantity, l=quantity[:-1].split("[")[1])


def _first(quantities: dict[str, Array]) -> str | None:
    return next((name for name, value in quantities.items() if not np.isfinite(value).all()), None)
