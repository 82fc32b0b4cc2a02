"""Starting parameters, by the course's rules and legacy seeds. Weights are drawn for layers 1..L in turn; biases are 0.

    small     W ~ N(0, 0.01^2): the course's first choice; it starves deep ReLU networks
    zeros     W = 0: every unit of a layer stays the same as every other
    random    W ~ N(0, 10^2): far too large, the middle part of the exercise on initialization
    he        W ~ N(0, 2 / n[l-1]): for ReLU
    lecun     W ~ N(0, 1 / n[l-1]): the cat networks of the course, which calls it Xavier's

Seeds are those of NumPy's legacy RandomState. The global random state is neither read nor reset.
"""

from collections.abc import Sequence

import numpy as np

from ..data.builtin import circles
from ..nn.arrays import Array
from ..nn.initializers import He, Initializer, LeCun, Normal, Zeros
from ..nn.network import initialize
from ..nn.structure import Network
from ..nn.validation import choose, count
from .parameters import to_dict

INITIALIZATIONS: dict[str, Initializer] = {
    "small": Normal(0.01),
    "zeros": Zeros(),
    "random": Normal(10),
    "he": He(),
    "lecun": LeCun(),
}


def initialize_parameters(n_x: int, n_h: int, n_y: int, *, seed: int = 2) -> dict[str, Array]:
    """W1 (n_h, n_x) and W2 (n_y, n_h) ~ N(0, 0.01^2), b1 (n_h, 1) and b2 (n_y, 1) zero.

    seed    2 in the planar exercise, 1 in the one on building a deep network

    Raises TypeError or ValueError for a size that is no whole number above 0.

    >>> initialize_parameters(2, 4, 1)["W2"].round(4)
    array([[-0.0106, -0.0091,  0.0055,  0.0229]])
    """
    sizes = [count(name, size) for name, size in (("n_x", n_x), ("n_h", n_h), ("n_y", n_y))]
    return initialize_parameters_deep(sizes, seed=seed)


def initialize_parameters_deep(
    layer_dims: Sequence[int], *, initialization: str = "small", seed: int = 3
) -> dict[str, Array]:
    """W[l] (n[l], n[l-1]) by the rule named, b[l] (n[l], 1) zero, for layer_dims = [n[0], ..., n[L]].

    initialization    "small", "zeros", "random", "he" or "lecun": see the top of this module

    Raises ValueError for an unknown rule, with the valid ones, and for sizes that are no whole numbers above 0.

    >>> initialize_parameters_deep([3, 2, 1])["W1"].shape
    (2, 3)
    """
    rule = choose("initialization", initialization, INITIALIZATIONS)
    return to_dict(initialize(Network(layer_dims), np.random.RandomState(seed), rule))


def initialize_parameters_zeros(layers_dims: Sequence[int]) -> dict[str, Array]:
    """W[l] = 0 and b[l] = 0: the units of a layer never become different, and the cost stays near log 2.

    >>> initialize_parameters_zeros([2, 1])
    {'W1': array([[0., 0.]]), 'b1': array([[0.]])}
    """
    return initialize_parameters_deep(layers_dims, initialization="zeros")


def initialize_parameters_random(layers_dims: Sequence[int]) -> dict[str, Array]:
    """W[l] ~ N(0, 10^2), seed 3: so large that the first outputs are 0 or 1, and the first cost is high.

    >>> initialize_parameters_random([3, 2])["W1"].round(2)
    array([[ 17.89,   4.37,   0.96],
           [-18.63,  -2.77,  -3.55]])
    """
    return initialize_parameters_deep(layers_dims, initialization="random")


def initialize_parameters_he(layers_dims: Sequence[int]) -> dict[str, Array]:
    """W[l] ~ N(0, 2 / n[l-1]), seed 3: made for ReLU. He et al. (2015), arXiv 1502.01852.

    >>> initialize_parameters_he([3, 1])["W1"].round(4)
    array([[1.4604, 0.3564, 0.0788]])
    """
    return initialize_parameters_deep(layers_dims, initialization="he")


def load_dataset() -> tuple[Array, Array, Array, Array]:
    """The exercise's circles: train_X (2, 300), train_Y (1, 300), test_X (2, 100), test_Y (1, 100).

    >>> [array.shape for array in load_dataset()]
    [(2, 300), (1, 300), (2, 100), (1, 100)]
    """
    train, test = (circles(np.random.RandomState(seed), m, factor=0.8, noise=0.05) for seed, m in ((1, 300), (2, 100)))
    return train[0].T, train[1].reshape(1, -1), test[0].T, test[1].reshape(1, -1)
