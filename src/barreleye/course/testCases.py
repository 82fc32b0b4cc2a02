"""``testCases``: inputs to try the exercises' functions with, drawn here from the seeds that the exercises' files name.

    from barreleye.course.testCases import *

Each function returns what its exercise's function takes, in the order of the exercise's file, and says what the course
publishes for it, which our functions find. Some of these inputs come from no forward pass. The deep exercise's own
``compute_cost_test_case`` is in ``barreleye.course.testCases_v4``.

>>> from barreleye.course import forward_propagation
>>> forward_propagation(*forward_propagation_test_case())[0].round(4)
array([[0.2129, 0.2127, 0.213 ]])
"""

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from ..nn.arrays import Array
from .initialization import initialize_parameters
from .opt_utils import load_params_and_grads
from .optimization import initialize_adam, initialize_velocity
from .regularization import forward_propagation as relu_forward
from .regularization import forward_propagation_with_dropout
from .two_layer import forward_propagation

Dictionary = dict[str, Array]


def _drawn(seed: int, *shapes: tuple[int, int]) -> tuple[Array, ...]:
    rs = np.random.RandomState(seed)
    return tuple(rs.randn(*shape) for shape in shapes)


def _network(seed: int, m: int, *n: int) -> tuple[Array, Dictionary]:
    """X (n[0], m), unless m is 0, and the parameters of a network, the biases too, drawn as W1, b1, W2, b2, ..."""
    shapes = {f"{p}{l}": (k, j if p == "W" else 1) for l, (j, k) in enumerate(pairwise(n), 1) for p in "Wb"}
    X, *drawn = _drawn(seed, (n[0], m), *shapes.values())
    return X, dict(zip(shapes, drawn, strict=True))


def _start() -> Dictionary:
    """The planar exercise's start, to the eight digits that its file holds."""
    return {name: array.round(8) for name, array in initialize_parameters(2, 4, 1).items()}


initialize_parameters_test_case = partial(tuple, (2, 4, 1))
"""n_x, n_h, n_y. Published, by seed 2: W1 begins with -0.00416758, W2 with -0.01057952."""

layer_sizes_test_case = partial(_drawn, 1, (5, 3), (2, 3))
"""X, Y. Published: n_x = 5, n_h = 4, n_y = 2."""

linear_forward_test_case = partial(_drawn, 1, (3, 2), (1, 3), (1, 1))
"""A, W, b. Published: Z = [[3.26295337 -1.23429987]]."""

linear_activation_forward_test_case = partial(_drawn, 2, (3, 2), (1, 3), (1, 1))
"""A_prev, W, b. Published: A = [[0.96890023 0.11013289]] by sigmoid, [[3.43896131 0.]] by ReLU."""

L_model_forward_test_case = partial(_network, 1, 2, 4, 3, 1)
"""X (4, 2), parameters. Published: AL = [[0.17007265 0.2524272]]."""

L_model_forward_test_case_2hidden = partial(_network, 6, 4, 5, 4, 3, 1)
"""X (5, 4), parameters. Published: AL = [[0.03921668 0.70498921 0.19734387 0.04728177]]."""

forward_propagation_with_dropout_test_case = partial(_network, 1, 5, 3, 2, 3, 1)
"""X (3, 5), parameters. Published for keep_prob=0.7: A3 begins with 0.36974721."""


def forward_propagation_test_case() -> tuple[Array, Dictionary]:
    """X (2, 3), parameters. Published: A2 = [[0.21292656 0.21274673 0.21295976]]."""
    X, b1 = _drawn(1, (2, 3), (4, 1))
    return X, {**_start(), "b1": b1, "b2": np.array([[-1.3]])}


def compute_cost_test_case() -> tuple[Array, Array, Dictionary]:
    """A2 (1, 3), Y, parameters. Published: 0.6930587610394646."""
    A2, _ = forward_propagation(nn_model_test_case()[0], _start())
    return A2.round(8), _drawn(1, (1, 3))[0] > 0, _start()


def backward_propagation_test_case() -> tuple[Dictionary, Dictionary, Array, Array]:
    """parameters, cache, X (2, 3), Y. Published: dW1 begins with 0.00301023, db2 = [[-0.16655712]]."""
    X, Y = nn_model_test_case()
    return _start(), forward_propagation(X, _start())[1], X, Y


def update_parameters_test_case() -> tuple[Dictionary, Dictionary]:
    """parameters, grads. Published for learning_rate=0.1: W1 begins with -0.59562069."""
    return _network(2, 0, 4, 3, 1)[1], {f"d{name}": array for name, array in _network(3, 0, 4, 3, 1)[1].items()}


def nn_model_test_case() -> tuple[Array, Array]:
    """X (2, 3) and Y (1, 3), which is True, False, True."""
    X, Y = _drawn(1, (2, 3), (1, 3))
    return X, Y > 0


def predict_test_case() -> tuple[Dictionary, Array]:
    """parameters, X (2, 3). Published: True, False, True."""
    return _start(), nn_model_test_case()[0]


def linear_backward_test_case() -> tuple[Array, tuple[Array, ...]]:
    """dZ (3, 4) and the cache (A, W, b). Published: db = [[-0.14713786] [-0.11313155] [-0.13209101]]."""
    dZ, *cache = _drawn(1, (3, 4), (5, 4), (3, 5), (3, 1))
    return dZ, tuple(cache)


def linear_activation_backward_test_case() -> tuple[Array, tuple[Any, Array]]:
    """dA (1, 2) and the cache ((A, W, b), Z). Published: db = [[-0.05729622]] for sigmoid, [[-0.20837892]] for ReLU."""
    dA, A, W, b, Z = _drawn(2, (1, 2), (3, 2), (1, 3), (1, 1), (1, 2))
    return dA, ((A, W, b), Z)


def L_model_backward_test_case() -> tuple[Array, Array, Any]:
    """AL (1, 2), outside 0..1, Y, caches. Published: dW1 begins with 0.41010002, db2 = [[0.15187861]]."""
    AL, A0, W1, b1, Z1, *last, Z2 = _drawn(3, (1, 2), (4, 2), (3, 4), (3, 1), (3, 2), (3, 2), (1, 3), (1, 1), (1, 2))
    return AL, np.array([[1, 0]]), (((A0, W1, b1), Z1), (tuple(last), Z2))


def compute_cost_with_regularization_test_case() -> tuple[Array, Array, Dictionary]:
    """A3 (1, 5), Y, parameters. Published for lambd=0.1: 1.7864859451590758."""
    _, Y, cache = backward_propagation_with_regularization_test_case()
    return cache[9].round(8), Y, _network(1, 0, 3, 2, 3, 1)[1]


def backward_propagation_with_regularization_test_case() -> tuple[Array, Array, tuple[Array, ...]]:
    """X (3, 5), Y, cache. Published for lambd=0.7: dW1 begins with -0.25604646."""
    X, parameters = forward_propagation_with_dropout_test_case()
    return X, np.array([[1, 1, 0, 1, 0]]), relu_forward(X, parameters)[1]


def backward_propagation_with_dropout_test_case() -> tuple[Array, Array, tuple[Array, ...]]:
    """X (3, 5), Y, cache. Published for keep_prob=0.8, though the cache kept a half: dW1 begins with 0.00019884."""
    X, parameters = forward_propagation_with_dropout_test_case()
    return X, np.array([[1, 1, 0, 1, 0]]), forward_propagation_with_dropout(X, parameters, 0.5)[1]


def gradient_check_n_test_case() -> tuple[Array, Array, Dictionary]:
    """x (4, 3), y (3,), parameters. Published for right gradients: 1.19e-07."""
    X, parameters = _network(1, 3, 4, 5, 3, 1)
    return X, np.array([1, 1, 0]), parameters


def update_parameters_with_gd_test_case() -> tuple[Dictionary, Dictionary, float]:
    """parameters, grads, learning_rate. Published: W1 begins with 1.63535156. No network has this W1 and this W2."""
    arrays, names = load_params_and_grads(), ("W1", "b1", "W2", "b2")
    grads = {f"d{name}": array for name, array in zip(names, arrays[4:], strict=True)}
    return dict(zip(names, arrays[:4], strict=True)), grads, 0.01


def random_mini_batches_test_case() -> tuple[Array, Array, int]:
    """X (12288, 148), Y (1, 148), 64. Published: the first batch begins with 0.90085595."""
    X, Y = _drawn(1, (12288, 148), (1, 148))
    return X, Y < 0.5, 64


def initialize_velocity_test_case() -> Dictionary:
    """parameters; ``initialize_adam_test_case`` is the same."""
    return update_parameters_with_gd_test_case()[0]


initialize_adam_test_case = initialize_velocity_test_case


def update_parameters_with_momentum_test_case() -> tuple[Dictionary, Dictionary, Dictionary]:
    """parameters, grads, v. Published for beta=0.9, learning_rate=0.01: W1 begins with 1.62544598."""
    parameters, grads, _ = update_parameters_with_gd_test_case()
    return parameters, grads, initialize_velocity(parameters)


def update_parameters_with_adam_test_case() -> tuple[Dictionary, Dictionary, Dictionary, Dictionary]:
    """parameters, grads, v, s. Published for t=2: W1 begins with 1.63178673."""
    parameters, grads, _ = update_parameters_with_gd_test_case()
    return parameters, grads, *initialize_adam(parameters)


def print_grads(grads: Dictionary) -> None:
    """Prints dW1, db1 and dA1."""
    print("\n".join(f"{name} = {grads[name]}" for name in ("dW1", "db1", "dA1")))


__all__ = ["print_grads", *(name for name in list(globals()) if "_test_case" in name)]
