"""``reg_utils``: what the exercise on regularisation imports, except ``load_2D_dataset``, whose data file is not ours.

    from barreleye.course.reg_utils import compute_cost, forward_propagation, backward_propagation, predict

``sigmoid`` and ``relu`` return A alone, the cache is (Z1, A1, W1, b1, ...), and ``predict`` is ``predict_deep``.
"""

from collections.abc import Sequence

from ..nn.arrays import Array
from .activations import relu, sigmoid
from .cost import compute_cost_of_a3 as compute_cost
from .deep import predict_dec
from .deep import predict_deep as predict
from .deep import update_parameters_deep as update_parameters
from .gradient_checking import backward_propagation_n as backward_propagation
from .initialization import initialize_parameters_deep
from .planar import plot_decision_boundary
from .regularization import forward_propagation

__all__ = [
    "backward_propagation",
    "compute_cost",
    "forward_propagation",
    "initialize_parameters",
    "plot_decision_boundary",
    "predict",
    "predict_dec",
    "relu",
    "sigmoid",
    "update_parameters",
]


def initialize_parameters(layer_dims: Sequence[int]) -> dict[str, Array]:
    """W[l] (n[l], n[l-1]) ~ N(0, 1 / n[l-1]) from legacy seed 3, b[l] (n[l], 1) zero.

    >>> initialize_parameters([4, 1])["W1"].round(4)
    array([[ 0.8943,  0.2183,  0.0482, -0.9317]])
    """
    return initialize_parameters_deep(layer_dims, initialization="lecun", seed=3)
