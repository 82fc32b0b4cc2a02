"""Gradient checking as the exercise does it: central differences of the cost, one parameter at a time.

    gradapprox = (J(theta + epsilon) - J(theta - epsilon)) / (2 epsilon)
    difference = ||grad - gradapprox|| / (||grad|| + ||gradapprox||)

The exercise takes epsilon = 1e-7 and its cost from A3. What is then left of a right gradient's difference is rounding,
1.2e-7 on the exercise's own data, which its first edition, with a limit of 1e-7, called wrong. These functions return
that number as it is. ``barreleye.nn.gradient_check`` takes its costs from Z, knows what rounding explains, and is not
misled by a kink of ReLU.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from ..nn.arrays import Array
from ..nn.validation import positive
from ..words import catalogue
from .cost import compute_cost
from .inputs import as_float, samples
from .parameters import from_dict, gradients_from_dict, relu_network, to_dict
from .regularization import backward_propagation_with_regularization, forward_propagation

SAY = catalogue("course")

LIMIT = 2e-7
"""The largest difference that the exercise's later editions call right."""


def gradient_check(x: float, theta: float, epsilon: float = 1e-7, print_msg: bool = False) -> float:
    """The difference for the exercise's one-dimensional cost J(theta) = theta x, whose derivative is x.

    >>> difference = gradient_check(2, 4, print_msg=True)
    The gradient is correct! difference = 2.919335883291695e-10
    """
    at, grad = np.array([[theta]], np.float64), np.array([[x]], np.float64)
    return _difference(lambda theta: theta.item() * x, at, grad, epsilon, print_msg)


def gradient_check_n(
    parameters: Mapping[str, Array],
    gradients: Mapping[str, Array],
    X: Array,
    Y: Array,
    epsilon: float = 1e-7,
    print_msg: bool = False,
) -> float:
    """The difference for the gradients {"dW1", "db1", ...} of a network of ReLU hidden layers and a sigmoid output.

    X (n[0], m), Y (n[L], m), or (m,) as the exercise has it.

    Raises ValueError for a gradient that is missing or does not fit its parameter.

    >>> from .initialization import initialize_parameters_he
    >>> X, Y, parameters = [[1.0, -2.0]], [[1, 0]], initialize_parameters_he([1, 3, 1])
    >>> J, cache = forward_propagation_n(X, Y, parameters)
    >>> gradients = backward_propagation_n(X, Y, cache)
    >>> gradient_check_n(parameters, gradients, X, Y) < 2e-7
    True
    >>> gradient_check_n(parameters, {**gradients, "dW1": 2 * gradients["dW1"]}, X, Y) > 0.1
    True
    """
    X, Y = samples(X, Y)
    p, network = relu_network(parameters)
    grad = _column(to_dict(gradients_from_dict(gradients, p)))

    def J(theta: Array) -> float:
        return forward_propagation_n(X, Y, vector_to_dictionary(theta, network.n))[0]

    return _difference(J, _column(to_dict(p)), grad, epsilon, print_msg)


def forward_propagation_n(X: Array, Y: Array, parameters: Mapping[str, Array]) -> tuple[float, tuple[Array, ...]]:
    """The cost, from A3, and the cache (Z1, A1, W1, b1, ...) of the network that ``gradient_check_n`` checks.

    >>> round(forward_propagation_n([[1.0]], [[1]], {"W1": [[1.0]], "b1": [[-1.0]]})[0], 6)
    0.693147
    """
    A3, cache = forward_propagation(X, parameters)
    return compute_cost(A3, Y), cache


def backward_propagation_n(X: Array, Y: Array, cache: Sequence[Array]) -> dict[str, Array]:
    """{"dZ3", "dW3", "db3", "dA2", ...} from that cache: the right gradients, without the exercise's planted mistakes.

    >>> J, cache = forward_propagation_n([[1.0]], [[1]], {"W1": [[1.0]], "b1": [[-1.0]]})
    >>> backward_propagation_n([[1.0]], [[1]], cache)["dW1"]
    array([[-0.5]])
    """
    return backward_propagation_with_regularization(X, Y, cache, 0.0)


def dictionary_to_vector(parameters: Mapping[str, Array]) -> tuple[Array, list[str]]:
    """theta (k, 1), the numbers of W1, b1, W2, b2, ... one below the other, and the name of the array of each.

    >>> theta, keys = dictionary_to_vector({"W1": [[1, 2]], "b1": [[3]]})
    >>> theta.ravel(), keys
    (array([1., 2., 3.]), ['W1', 'W1', 'b1'])
    """
    named = to_dict(from_dict(parameters))
    return _column(named), [name for name, array in named.items() for _ in range(array.size)]


def vector_to_dictionary(theta: Array, layers_dims: Sequence[int] = (4, 5, 3, 1)) -> dict[str, Array]:
    """The way back: {"W1", "b1", ...} of a network of these sizes (the exercise's, unless others are given).

    Raises ValueError for a vector of another length.

    >>> vector_to_dictionary(np.array([[1.0], [2.0], [3.0]]), (2, 1))
    {'W1': array([[1., 2.]]), 'b1': array([[3.]])}
    """
    theta = as_float("theta", theta).ravel()
    shapes = {
        f"{name}{l}": (n, n_before if name == "W" else 1)
        for l, (n_before, n) in enumerate(pairwise(layers_dims), start=1)
        for name in "Wb"
    }
    ends = np.cumsum([rows * columns for rows, columns in shapes.values()])
    if not shapes or theta.size != ends[-1]:
        needed = ends[-1] if shapes else 0
        raise ValueError(SAY["error.theta"].filled(theta=theta, layers_dims=tuple(layers_dims), needed=needed))
    parts = np.split(theta, ends[:-1])
    return {name: part.reshape(shape) for (name, shape), part in zip(shapes.items(), parts, strict=True)}


def gradients_to_vector(gradients: Mapping[str, Array]) -> Array:
    """(k, 1), the numbers of dW1, db1, dW2, db2, ... one below the other; dZ and dA are left out.

    >>> gradients_to_vector({"dW1": [[1, 2]], "db1": [[3]], "dZ1": [[9]]}).ravel()
    array([1., 2., 3.])
    """
    return _column(to_dict(from_dict(gradients, "d"), "d"))


def _column(named: Mapping[str, Array]) -> Array:
    return np.concatenate([array.ravel() for array in named.values()]).reshape(-1, 1)


def _difference(J: Callable[[Array], float], theta: Array, grad: Array, epsilon: float, print_msg: bool) -> float:
    """The difference for ``grad`` (k, 1) as the gradient of J at theta (k, 1)."""
    gradapprox = np.zeros_like(theta)
    for i in range(theta.size):
        step = np.zeros_like(theta)
        step[i] = positive("epsilon", epsilon)
        gradapprox[i] = (J(theta + step) - J(theta - step)) / (2 * epsilon)
    scale = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = float(np.linalg.norm(grad - gradapprox) / scale) if scale else 0.0
    if print_msg:
        right = difference <= LIMIT
        verdict = "The gradient is correct!" if right else "There is a mistake in the backward propagation!"
        print(f"{verdict} difference = {difference}")
    return difference
