"""``init_utils``: what the exercise on initialization imports.

    from barreleye.course.init_utils import compute_loss, forward_propagation, backward_propagation, load_dataset

``sigmoid`` and ``relu`` return A alone, the cache is (Z1, A1, W1, b1, ...), and ``predict`` is ``predict_deep``.
Networks have ReLU hidden layers and a sigmoid output, in any number of layers. The gradients are named dZ3, dA2 where
the module had dz3, da2; dW3 and db3 are the same.
"""

from .activations import relu, sigmoid
from .cost import compute_cost_of_a3 as compute_loss
from .deep import predict_dec
from .deep import predict_deep as predict
from .deep import update_parameters_deep as update_parameters
from .gradient_checking import backward_propagation_n as backward_propagation
from .initialization import load_dataset
from .planar import plot_decision_boundary
from .regularization import forward_propagation

__all__ = [
    "backward_propagation",
    "compute_loss",
    "forward_propagation",
    "load_dataset",
    "plot_decision_boundary",
    "predict",
    "predict_dec",
    "relu",
    "sigmoid",
    "update_parameters",
]
