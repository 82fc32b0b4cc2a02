"""One step of training: forward, cost, backward, update. Both engines run these lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ..nn.arrays import Array, namespace
from ..nn.network import backward, cost, forward
from ..nn.normalization import Averages
from ..nn.optimizers import Adam, Optimizer, start, update
from ..nn.quantities import Parameters
from ..nn.schedules import Constant, Schedule
from ..nn.structure import Network, with_keep_prob
from ..nn.validation import check, choose, count, finite, fraction, positive
from ..words import catalogue
from .masks import dropout_masks
from .transforms import Change, Transform, composed

SAY = catalogue("training")


@dataclass(frozen=True)
class Recipe:
    """What a step does: structure and numbers, no arrays. Its floats may change without a new compilation.

    learning_rate    alpha before the schedule
    transforms       what is done to gradients, rates and decays before the optimizer takes them: see transforms.py
    averaging        batch norm's running averages become averaging * old + (1 - averaging) * this batch
    dropping         a factor of the share of units that dropout drops, as a function of the step
    shared           whether several networks have all but s[0], W[L] and b[L] in common: see ``joint_step``
    """

    network: Network
    optimizer: Optimizer = field(default_factory=Adam)
    learning_rate: float = 0.001
    schedule: Schedule = field(default_factory=Constant)
    transforms: tuple[Transform, ...] = ()
    averaging: float = 0.9
    dropping: Schedule = field(default_factory=Constant)
    shared: bool = False

    def __post_init__(self) -> None:
        check(self, learning_rate=positive, averaging=fraction)

    def network_at(self, t: Any) -> Network:
        """The network as it is in the update that follows t others: dropout may change on the way."""
        if not self.network.dropout_layers or isinstance(self.dropping, Constant):
            return self.network
        share = self.dropping(t)
        return with_keep_prob(self.network, [k if k is None else 1 - (1 - k) * share for k in self.network.keep_prob])


class State(NamedTuple):
    """What a step changes. Replaced, never mutated.

    t counts the updates made; optimizer has the form of Parameters, with a tuple of arrays for each array.
    """

    parameters: Parameters
    optimizer: Parameters
    averages: Averages
    t: Any


def first_state(recipe: Recipe, parameters: Parameters) -> State:
    """The state before the first update: fresh optimizer memory, running averages of mean 0 and variance 1."""
    averages = Averages(
        {l: np.zeros_like(gamma) for l, gamma in parameters.gamma.items()},
        {l: np.ones_like(gamma) for l, gamma in parameters.gamma.items()},
    )
    return State(parameters, start(recipe.optimizer, parameters), averages, 0)


def with_number(state: State, name: str, place: tuple[int, int], value: float) -> State:
    """The state, of NumPy arrays, with one number of its parameters set by hand: "W[1]" at (0, 2), say.

    Raises ValueError for a name or a place that there is not, and a value that is not finite.
    """
    parameters = state.parameters.map(np.copy)
    array = choose("parameter", name, parameters.named())
    i, j = (count(f"place in {name}", at, 0) for at in place)
    if i >= array.shape[0] or j >= array.shape[1]:
        raise ValueError(SAY["error.no_entry"].filled(entry=f"{name}[{i}, {j}]", name=name, shape=array.shape))
    array[i, j] = finite("value", value)
    return state._replace(parameters=parameters)


def slopes(
    network: Network,
    parameters: Parameters,
    X: Array,
    Y: Array,
    weights: Array | None = None,
    D: Mapping[int, Array] | None = None,
) -> tuple[Array, Parameters, Averages]:
    """J, its gradients and batch norm's statistics for columns X (n[0], m), Y (n[L], m), weights (1, m), masks D."""
    trace = forward(network, parameters, X, weights=weights, D=D)
    J = cost(network, parameters, trace, Y, weights)
    return J, backward(network, parameters, trace, Y, weights).parameters, Averages(trace.mu, trace.sigma2)


def step(recipe: Recipe, state: State, X: Array, Y: Array, weights: Array | None, seed: Array) -> tuple[State, Array]:
    """The state after one update on the batch X (n[0], m), Y (n[L], m), weights (1, m), and J before it."""
    J, gradients, new = masked_slopes(recipe, state.parameters, state.t, X, Y, weights, seed)
    after = _taken(recipe, state, gradients)
    if recipe.network.batch_norm_layers:
        pairs = zip(state.averages, new, strict=True)
        after = after._replace(averages=Averages(*(_averaged(recipe.averaging, *pair, weights) for pair in pairs)))
    return after, J


def masked_slopes(
    recipe: Recipe, parameters: Parameters, t: Any, X: Array, Y: Array, weights: Array | None, seed: Array
) -> tuple[Array, Parameters, Averages]:
    """``slopes`` with the dropout of the step that follows t others."""
    network = recipe.network_at(t)
    D = dropout_masks(network, seed, t, X) if network.dropout_layers else None
    return slopes(network, parameters, X, Y, weights, D)


def joint_step(recipe: Recipe, state: State, J: Array, gradients: Parameters) -> tuple[State, Array]:
    """The state after one update of k networks that share all but s[0], W[L] and b[L], and the mean of their J (k,).

    TabM-mini (Gorishniy, Kotelnikov and Babenko 2025, arXiv 2410.24210): the cost is the mean of the networks' own
    costs, so what they share moves by the mean of their gradients, and what each has by 1/k of its own. gradients have
    a leading axis for the networks, as s[0], W[L] and b[L] of the state have.
    """
    k, L = J.shape[0], recipe.network.L
    joint = gradients.by_place(lambda field, l, g: (g if is_own(field, l, L) else g.sum(axis=0)) / k)
    return _taken(recipe, state, joint), J.sum() / k


def is_own(field: str, l: int, L: int) -> bool:
    """Whether each of several networks with a body in common has this array for itself."""
    return field == "s" or (l == L and field in ("W", "b"))


def _taken(recipe: Recipe, state: State, gradients: Parameters) -> State:
    """The state after the update by these gradients."""
    t = state.t
    rate: Any = recipe.learning_rate * recipe.schedule(t)
    decays = None
    if recipe.transforms:
        own = {} if recipe.optimizer.weight_decay is None else {"W": recipe.optimizer.weight_decay}
        change = Change(gradients, dict.fromkeys(Parameters._fields, rate), own)
        gradients, rate, decays = composed(recipe.transforms, change, t)
    updated = update(recipe.optimizer, state.parameters, gradients, state.optimizer, t + 1, rate, decays)
    return State(*updated, state.averages, t + 1)


def _averaged(
    averaging: float, old: dict[int, Array], new: dict[int, Array], weights: Array | None
) -> dict[int, Array]:
    """averaging * old + (1 - averaging) * new for each layer; a batch without a sample brings no news."""
    mixed = {l: averaging * old[l] + (1 - averaging) * new[l] for l in old}
    if weights is None:
        return mixed
    return {l: namespace(old[l]).where(weights.sum() > 0, mixed[l], old[l]) for l in old}
