"""``dnn_app_utils`` (also ``_v2``, ``_v3``): the pieces with which the exercise on applying a deep network is built.

    from barreleye.course.dnn_app_utils import *

Both initialisations draw from legacy seed 1 here, and the deep one divides by sqrt(n[l-1]), without which its network
would not learn. ``predict(X, y, parameters)`` is ``predict_deep``. The module's ``load_data`` and
``print_mislabeled_images`` belong to its pictures of cats, which are not ours to ship.

>>> parameters = initialize_parameters_deep([2, 3, 1])
>>> AL, caches = L_model_forward([[1.0, -1.0], [0.0, 2.0]], parameters)
>>> parameters = update_parameters(parameters, L_model_backward(AL, [[1, 0]], caches), learning_rate=0.1)
>>> compute_cost(L_model_forward([[1.0, -1.0], [0.0, 2.0]], parameters)[0], [[1, 0]]) < compute_cost(AL, [[1, 0]])
True
"""

from collections.abc import Sequence

from ..nn.arrays import Array
from . import initialization
from .cost import compute_cost_of_AL as compute_cost
from .deep import L_model_backward, L_model_forward
from .deep import predict_deep as predict
from .deep import update_parameters_deep as update_parameters
from .dnn_utils import relu, relu_backward, sigmoid, sigmoid_backward
from .single_layer import linear_activation_backward, linear_activation_forward, linear_backward, linear_forward

__all__ = [
    "L_model_backward",
    "L_model_forward",
    "compute_cost",
    "initialize_parameters",
    "initialize_parameters_deep",
    "linear_activation_backward",
    "linear_activation_forward",
    "linear_backward",
    "linear_forward",
    "predict",
    "relu",
    "relu_backward",
    "sigmoid",
    "sigmoid_backward",
    "update_parameters",
]


def initialize_parameters(n_x: int, n_h: int, n_y: int) -> dict[str, Array]:
    """W1 (n_h, n_x) and W2 (n_y, n_h) ~ N(0, 0.01^2) from legacy seed 1, b1 (n_h, 1) and b2 (n_y, 1) zero.

    >>> initialize_parameters(2, 1, 1)["W1"].round(4)
    array([[ 0.0162, -0.0061]])
    """
    return initialization.initialize_parameters(n_x, n_h, n_y, seed=1)


def initialize_parameters_deep(layer_dims: Sequence[int]) -> dict[str, Array]:
    """W[l] (n[l], n[l-1]) ~ N(0, 1 / n[l-1]) from legacy seed 1, b[l] (n[l], 1) zero.

    >>> initialize_parameters_deep([4, 1])["W1"].round(4)
    array([[ 0.8122, -0.3059, -0.2641, -0.5365]])
    """
    return initialization.initialize_parameters_deep(layer_dims, initialization="lecun", seed=1)
