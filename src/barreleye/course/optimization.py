"""Mini-batches, momentum, Adam and learning-rate decay; and the model that uses them.

The memories v and s have the form of the gradients, {"dW1": ..., "db1": ...}. No function changes its arguments.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..data.builtin import moons
from ..nn.arrays import Array
from ..nn.heads import SigmoidHead
from ..nn.optimizers import Adam, GradientDescent, Momentum, Optimizer, start
from ..nn.schedules import InverseTime
from ..nn.validation import choose, count
from ..training.engine import seed_word
from ..training.step import Recipe, first_state
from .deep import update_parameters_deep
from .initialization import initialize_parameters_he
from .inputs import samples
from .loop import finite_step
from .parameters import Trained, from_dict, memory_of, network_of, updated

update_parameters_with_gd = update_parameters_deep
"""The same by its name in this exercise."""


def random_mini_batches(X: Array, Y: Array, mini_batch_size: int = 64, seed: int = 0) -> list[tuple[Array, Array]]:
    """The columns of X (n_x, m) and Y (n_y, m), shuffled together and cut into batches; the last one may be smaller.

    seed    of the legacy RandomState whose permutation(m) is the order; the global state stays as it is

    Raises ValueError for an X and a Y of different numbers of columns, and for a size that is no whole number above 0.

    >>> [batch_X.shape for batch_X, batch_Y in random_mini_batches(np.ones((2, 5)), np.ones((1, 5)), 2)]
    [(2, 2), (2, 2), (2, 1)]
    """
    samples(X, Y)
    return _batches(np.asarray(X), np.atleast_2d(Y), count("mini_batch_size", mini_batch_size), seed)


def initialize_velocity(parameters: Mapping[str, Array]) -> dict[str, Array]:
    """v = {"dW1": 0, "db1": 0, ...}, zeros of the parameters' shapes.

    >>> initialize_velocity({"W1": [[1.0, 2.0]], "b1": [[3.0]]})
    {'dW1': array([[0., 0.]]), 'db1': array([[0.]])}
    """
    return memory_of(start(Momentum(), from_dict(parameters)), 0)


def update_parameters_with_momentum(
    parameters: Mapping[str, Array],
    grads: Mapping[str, Array],
    v: Mapping[str, Array],
    beta: float,
    learning_rate: float,
) -> tuple[dict[str, Array], dict[str, Array]]:
    """v := beta v + (1 - beta) d, then p := p - learning_rate v, for each parameter p and its gradient d. Returns both.

    Warnings and errors are those of ``update_parameters``; ValueError for beta outside [0, 1).

    >>> p, d = {"W1": [[1.0]], "b1": [[0.0]]}, {"dW1": [[2.0]], "db1": [[0.0]]}
    >>> update_parameters_with_momentum(p, d, initialize_velocity(p), 0.5, 0.25)[0]["W1"]
    array([[0.75]])
    """
    p, (v1,) = updated(Momentum(beta), parameters, grads, learning_rate, (v,))
    return p, v1


def initialize_adam(parameters: Mapping[str, Array]) -> tuple[dict[str, Array], dict[str, Array]]:
    """v and s, the averages of the gradients and of their squares, both zero.

    >>> v, s = initialize_adam({"W1": [[1.0, 2.0]], "b1": [[3.0]]})
    >>> s["dW1"]
    array([[0., 0.]])
    """
    state = start(Adam(), from_dict(parameters))
    return memory_of(state, 0), memory_of(state, 1)


def update_parameters_with_adam(
    parameters: Mapping[str, Array],
    grads: Mapping[str, Array],
    v: Mapping[str, Array],
    s: Mapping[str, Array],
    t: int,
    learning_rate: float = 0.01,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    *,
    corrected: bool = False,
) -> tuple[dict[str, Array], ...]:
    """The parameters, v and s after update number t = 1, 2, ...:

    v := beta1 v + (1 - beta1) d                 s := beta2 s + (1 - beta2) d^2
    p := p - learning_rate v / (1 - beta1^t) / (sqrt(s / (1 - beta2^t)) + epsilon), with epsilon outside the root

    corrected    return v / (1 - beta1^t) and s / (1 - beta2^t) too, five dictionaries, as the exercise of 2021 does

    Warnings and errors are those of ``update_parameters``; ValueError for numbers out of range.
    Source: Kingma and Ba (2015), arXiv 1412.6980, algorithm 1.

    >>> p, d = {"W1": [[1.0]], "b1": [[0.0]]}, {"dW1": [[2.0]], "db1": [[-1.0]]}
    >>> updated, v, s = update_parameters_with_adam(p, d, *initialize_adam(p), 1, 0.25)
    >>> updated["W1"].round(6), v["dW1"].round(6), s["dW1"].round(6)
    (array([[0.75]]), array([[0.2]]), array([[0.004]]))
    """
    rule, t = Adam(beta1, beta2, epsilon), count("t", t)
    p, (v1, s1) = updated(rule, parameters, grads, learning_rate, (v, s), t)
    if not corrected:
        return p, v1, s1
    averages = ((v1, beta1), (s1, beta2))
    return p, v1, s1, *({name: a / (1 - beta**t) for name, a in average.items()} for average, beta in averages)


def update_lr(learning_rate0: float, epoch_num: int, decay_rate: float) -> float:
    """learning_rate0 / (1 + decay_rate epoch_num).

    >>> update_lr(0.5, 4, 1)
    0.1
    """
    return float(learning_rate0 * InverseTime(decay_rate)(epoch_num))


def schedule_lr_decay(learning_rate0: float, epoch_num: int, decay_rate: float, time_interval: float = 1000) -> float:
    """learning_rate0 / (1 + decay_rate floor(epoch_num / time_interval)).

    >>> schedule_lr_decay(0.5, 1999, 1)
    0.25
    """
    return float(learning_rate0 * InverseTime(decay_rate, time_interval, staircase=True)(epoch_num))


def model(
    X: Array,
    Y: Array,
    layers_dims: Sequence[int],
    optimizer: str,
    learning_rate: float = 0.0007,
    mini_batch_size: int = 64,
    beta: float = 0.9,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    num_epochs: int = 5000,
    print_cost: bool = True,
    decay: Callable[[float, int, float], float] | None = None,
    decay_rate: float = 1,
) -> dict[str, Array]:
    """Parameters of a network of ReLU hidden layers and a sigmoid output, trained on mini-batches.

    optimizer     "gd", "momentum" (with beta) or "adam" (with beta1, beta2, epsilon)
    print_cost    prints the mean loss over the batches of epoch 0, 1000, 2000, ...
    decay         ``update_lr`` or ``schedule_lr_decay``: the next rate from (learning_rate, epoch, decay_rate)

    Weights are drawn by He's rule from legacy seed 3; the batches of epoch e from seed 11 + e, as in the exercise.

    Raises ValueError for an unknown optimizer, with the valid ones, for shapes that do not fit and for numbers out of
    range; Divergence, naming the update, when training diverges.

    >>> parameters = model([[-1.0, 1.0]], [[0, 1]], [1, 4, 1], "adam", num_epochs=1)
    Cost after epoch 0: 0.673326
    """
    X, Y = samples(X, Y)
    adam = Adam(beta1, beta2, epsilon)
    rules: dict[str, Optimizer] = {"gd": GradientDescent(), "momentum": Momentum(beta), "adam": adam}
    rule = choose("optimizer", optimizer, rules)
    mini_batch_size = count("mini_batch_size", mini_batch_size)
    p = from_dict(initialize_parameters_he(layers_dims))
    recipe = Recipe(network_of(p, "relu", SigmoidHead()), rule, learning_rate)
    state, word = first_state(recipe, p), seed_word(0)
    for epoch in range(count("num_epochs", num_epochs, 0)):
        total = 0.0
        for batch_X, batch_Y in _batches(X, Y, mini_batch_size, seed=11 + epoch):
            state, J = finite_step(recipe, state, batch_X, batch_Y, word)
            total += J * batch_X.shape[1]
        if print_cost and epoch % 1000 == 0:
            print(f"Cost after epoch {epoch}: {total / X.shape[1]:f}")
        if decay is not None:
            recipe = replace(recipe, learning_rate=decay(learning_rate, epoch, decay_rate))
    return Trained(state.parameters, recipe.network)


def load_dataset() -> tuple[Array, Array]:
    """The exercise's moons: train_X (2, 300) and train_Y (1, 300).

    >>> [array.shape for array in load_dataset()]
    [(2, 300), (1, 300)]
    """
    X, y = moons(np.random.RandomState(3), 300, noise=0.2)
    return X.T, y.reshape(1, -1)


def _batches(X: Array, Y: Array, size: int, seed: int) -> list[tuple[Array, Array]]:
    order = np.random.RandomState(seed).permutation(X.shape[1])
    parts = [order[i : i + size] for i in range(0, len(order), size)]
    return [(X[:, part], Y[:, part]) for part in parts]
