"""The package as a whole: every promised name, the tutorials' own argument order and defaults, and nothing heavy."""

import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from barreleye import course

ROOT = Path(__file__).parents[2]
HELPER_MODULES = (
    *("planar_utils", "dnn_utils", "dnn_app_utils", "testCases"),
    *("init_utils", "reg_utils", "opt_utils", "gc_utils"),
)
SIGNATURES = {
    "sigmoid": "Z",
    "sigmoid_derivative": "Z",
    "tanh": "Z",
    "tanh_derivative": "Z",
    "relu": "Z",
    "relu_derivative": "Z",
    "leaky_relu": "Z alpha=0.01",
    "leaky_relu_derivative": "Z alpha=0.01",
    "softmax": "x",
    "layer_sizes": "X Y",
    "initialize_parameters": "n_x n_h n_y",
    "forward_propagation": "X parameters",
    "compute_cost": "A2 Y parameters=None",
    "backward_propagation": "parameters cache X Y",
    "backward_promagation": "parameters cache X Y",
    "update_parameters": "parameters grads learning_rate=1.2",
    "nn_model": "X Y n_h num_iterations=10000 learning_rate=1.2 print_cost=False",
    "predict": "parameters X",
    "initialize_parameters_deep": "layer_dims",
    "L_model_forward": "X parameters",
    "L_model_backward": "AL Y caches",
    "update_parameters_deep": "parameters grads learning_rate",
    "L_layer_model": "X Y layers_dims learning_rate=0.0075 num_iterations=3000 print_cost=False",
    "two_layer_model": "X Y layers_dims learning_rate=0.0075 num_iterations=3000 print_cost=False",
    "predict_deep": "X y parameters",
    "predict_dec": "parameters X",
    "linear_forward": "A W b",
    "linear_activation_forward": "A_prev W b activation",
    "linear_backward": "dZ cache",
    "linear_activation_backward": "dA cache activation",
    "relu_backward": "dA cache",
    "sigmoid_backward": "dA cache",
    "initialize_parameters_zeros": "layers_dims",
    "initialize_parameters_random": "layers_dims",
    "initialize_parameters_he": "layers_dims",
    "compute_cost_with_regularization": "A3 Y parameters lambd",
    "backward_propagation_with_regularization": "X Y cache lambd",
    "forward_propagation_with_dropout": "X parameters keep_prob=0.5",
    "backward_propagation_with_dropout": "X Y cache keep_prob",
    "gradient_check": "x theta epsilon=1e-07 print_msg=False",
    "gradient_check_n": "parameters gradients X Y epsilon=1e-07 print_msg=False",
    "forward_propagation_n": "X Y parameters",
    "backward_propagation_n": "X Y cache",
    "dictionary_to_vector": "parameters",
    "vector_to_dictionary": "theta layers_dims=(4, 5, 3, 1)",
    "gradients_to_vector": "gradients",
    "update_parameters_with_gd": "parameters grads learning_rate",
    "random_mini_batches": "X Y mini_batch_size=64 seed=0",
    "initialize_velocity": "parameters",
    "update_parameters_with_momentum": "parameters grads v beta learning_rate",
    "initialize_adam": "parameters",
    "update_parameters_with_adam": "parameters grads v s t learning_rate=0.01 beta1=0.9 beta2=0.999 epsilon=1e-08",
    "update_lr": "learning_rate0 epoch_num decay_rate",
    "schedule_lr_decay": "learning_rate0 epoch_num decay_rate time_interval=1000",
    "model": "X Y layers_dims optimizer learning_rate=0.0007 mini_batch_size=64 beta=0.9 beta1=0.9 beta2=0.999 "
    "epsilon=1e-08 num_epochs=5000 print_cost=True decay=None decay_rate=1",
    "load_planar_dataset": "",
    "load_extra_datasets": "seed=1",
    "plot_decision_boundary": "model X y",
}


def test_every_name_has_its_signature_checked():
    assert set(course.__all__) == set(SIGNATURES)


@pytest.mark.parametrize("name", SIGNATURES)
def test_arguments_are_the_tutorials_in_their_order(name):
    arguments = inspect.signature(getattr(course, name)).parameters.values()
    theirs = [argument for argument in arguments if argument.kind is argument.POSITIONAL_OR_KEYWORD]
    shown = [f"{a.name}" + ("" if a.default is a.empty else f"={a.default!r}") for a in theirs]
    assert " ".join(shown) == SIGNATURES[name]
    # predict gathers what is too much, to say which function was meant.
    ours = [argument for argument in arguments if argument not in theirs and argument.kind != argument.VAR_POSITIONAL]
    assert all(argument.kind is argument.KEYWORD_ONLY and argument.default is not argument.empty for argument in ours)


@pytest.mark.parametrize("name", HELPER_MODULES)
def test_a_helper_module_is_a_room_that_the_docstring_and_both_readmes_name(name):
    room = importlib.import_module(f"barreleye.course.{name}")
    assert all(callable(getattr(room, function)) for function in room.__all__)
    readmes = [(ROOT / file).read_text(encoding="utf-8") for file in ("README.md", "README.zh-CN.md")]
    assert all(name in text for text in (course.__doc__, *readmes))


def test_importing_and_training_need_neither_jax_nor_matplotlib_nor_scikit_learn():
    code = (
        "import sys; from barreleye import course; X, Y = course.load_planar_dataset(); course.nn_model(X, Y, 4, 3);"
        "print([name for name in ('jax', 'matplotlib', 'sklearn', 'scipy') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
