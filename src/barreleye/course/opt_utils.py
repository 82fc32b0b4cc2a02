"""``opt_utils``: what the exercise on optimization imports.

    from barreleye.course.opt_utils import initialize_parameters, compute_cost, predict, load_dataset

``sigmoid`` and ``relu`` return A alone, the cache is (Z1, A1, W1, b1, ...), and ``predict`` is ``predict_deep``.
``compute_cost`` is the mean over the samples. The later ``opt_utils_v1a`` had their sum, for a notebook that divides
by m itself: multiply by ``Y.shape[1]`` there.
"""

import numpy as np

from ..nn.arrays import Array
from .activations import relu, sigmoid
from .cost import compute_cost_of_a3 as compute_cost
from .deep import predict_dec
from .deep import predict_deep as predict
from .gradient_checking import backward_propagation_n as backward_propagation
from .initialization import initialize_parameters_he as initialize_parameters
from .optimization import load_dataset
from .planar import plot_decision_boundary
from .regularization import forward_propagation

__all__ = [
    "backward_propagation",
    "compute_cost",
    "forward_propagation",
    "initialize_parameters",
    "load_dataset",
    "load_params_and_grads",
    "plot_decision_boundary",
    "predict",
    "predict_dec",
    "relu",
    "sigmoid",
]


def load_params_and_grads(seed: int = 1) -> tuple[Array, ...]:
    """W1 (2, 3), b1 (2, 1), W2 (3, 3), b2 (3, 1), then dW1, db1, dW2, db2 alike: normal numbers from a legacy seed.

    >>> [array.shape for array in load_params_and_grads()]
    [(2, 3), (2, 1), (3, 3), (3, 1), (2, 3), (2, 1), (3, 3), (3, 1)]
    """
    rs = np.random.RandomState(seed)
    return tuple(rs.randn(*shape) for shape in 2 * [(2, 3), (2, 1), (3, 3), (3, 1)])
