"""The functions of the course and its tutorials by their own names; a room for each helper module they came with.

    from barreleye.course.planar_utils import load_planar_dataset, plot_decision_boundary
    from barreleye.course import nn_model, predict

Names, argument order, dictionary keys, defaults and random seeds are the course's; every equation is the library's
own, in ``barreleye.nn``. A script that imports a helper module finds it here by its own name:

    planar_utils     sigmoid, the planar data sets, the decision boundary
    dnn_utils        sigmoid and relu, which return (A, cache), and their backward steps
    dnn_app_utils    those, and the deep network's pieces with seed 1; predict(X, y, parameters)
    init_utils, reg_utils, opt_utils, gc_utils
    testCases        inputs to try the functions with, and what the course publishes for them; testCases_v4

The course has one name for several functions. In this package itself ``sigmoid`` and ``relu`` return A alone,
``predict(parameters, X)`` is the two-layer network's, and ``predict_deep(X, y, parameters)`` the deep network's. So
import from the room of the exercise that you are in. The functions that the exercises ask you to write are in:

    activations          sigmoid, tanh, relu, leaky_relu, their derivatives, softmax
    two_layer            the planar exercise: layer_sizes ... nn_model, predict(parameters, X)
    single_layer, deep   the deep network, step by step; L_layer_model, predict_deep
    initialization       zeros, random, He; the circles, its ``load_dataset``
    regularization       L2 and dropout; its own ``forward_propagation`` with a tuple as cache
    gradient_checking    gradient_check, gradient_check_n, and the way from dictionaries to vectors
    optimization         mini-batches, momentum, Adam, decay, ``model``; the moons, its ``load_dataset``
    planar               the planar data sets and the decision boundary

Not here, because they are not ours to ship: the pictures of cats (``lr_utils``, ``load_data``), the football field
(``load_2D_dataset``), and the exercises' own files of tests (``public_tests``).

>>> X, Y = load_planar_dataset()
>>> parameters = nn_model(X, Y, n_h=4, num_iterations=2000)
>>> bool((predict(parameters, X) == Y).mean() > 0.85)
True
"""

# ruff: noqa: I001 - "as" tells type checkers which names are public, so that they are listed once

from .activations import (
    leaky_relu as leaky_relu,
    leaky_relu_derivative as leaky_relu_derivative,
    relu as relu,
    relu_derivative as relu_derivative,
    sigmoid as sigmoid,
    sigmoid_derivative as sigmoid_derivative,
    softmax as softmax,
    tanh as tanh,
    tanh_derivative as tanh_derivative,
)
from .cost import compute_cost as compute_cost
from .deep import (
    L_layer_model as L_layer_model,
    L_model_backward as L_model_backward,
    L_model_forward as L_model_forward,
    predict_dec as predict_dec,
    predict_deep as predict_deep,
    two_layer_model as two_layer_model,
    update_parameters_deep as update_parameters_deep,
)
from .gradient_checking import (
    backward_propagation_n as backward_propagation_n,
    dictionary_to_vector as dictionary_to_vector,
    forward_propagation_n as forward_propagation_n,
    gradient_check as gradient_check,
    gradient_check_n as gradient_check_n,
    gradients_to_vector as gradients_to_vector,
    vector_to_dictionary as vector_to_dictionary,
)
from .initialization import (
    initialize_parameters as initialize_parameters,
    initialize_parameters_deep as initialize_parameters_deep,
    initialize_parameters_he as initialize_parameters_he,
    initialize_parameters_random as initialize_parameters_random,
    initialize_parameters_zeros as initialize_parameters_zeros,
)
from .optimization import (
    initialize_adam as initialize_adam,
    initialize_velocity as initialize_velocity,
    model as model,
    random_mini_batches as random_mini_batches,
    schedule_lr_decay as schedule_lr_decay,
    update_lr as update_lr,
    update_parameters_with_adam as update_parameters_with_adam,
    update_parameters_with_gd as update_parameters_with_gd,
    update_parameters_with_momentum as update_parameters_with_momentum,
)
from .planar import (
    load_extra_datasets as load_extra_datasets,
    load_planar_dataset as load_planar_dataset,
    plot_decision_boundary as plot_decision_boundary,
)
from .regularization import (
    backward_propagation_with_dropout as backward_propagation_with_dropout,
    backward_propagation_with_regularization as backward_propagation_with_regularization,
    compute_cost_with_regularization as compute_cost_with_regularization,
    forward_propagation_with_dropout as forward_propagation_with_dropout,
)
from .single_layer import (
    linear_activation_backward as linear_activation_backward,
    linear_activation_forward as linear_activation_forward,
    linear_backward as linear_backward,
    linear_forward as linear_forward,
    relu_backward as relu_backward,
    sigmoid_backward as sigmoid_backward,
)
from .two_layer import (
    backward_promagation as backward_promagation,
    backward_propagation as backward_propagation,
    forward_propagation as forward_propagation,
    layer_sizes as layer_sizes,
    nn_model as nn_model,
    predict as predict,
    update_parameters as update_parameters,
)

__all__ = [name for name, function in globals().items() if callable(function)]
