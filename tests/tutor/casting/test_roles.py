"""Which of the course's functions a name stands for."""

import pytest

from barreleye.tutor.casting.roles import ROLES, role_by_name, role_of, roles_of
from barreleye.tutor.running.answers import Function, Parameter


def function(name, *arguments):
    return Function(name, tuple(Parameter(one.rstrip("?"), required=not one.endswith("?")) for one in arguments))


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_known_by_each_of_its_names(role):
    one = ROLES[role]
    arguments = [name for name in one.arguments if name not in one.optional]
    for name in one.names:
        assert role_of(function(name, *arguments)) == role


@pytest.mark.parametrize(
    ("name", "arguments", "role"),
    [
        ("backward_promagation", ("parameters", "cache", "X", "Y"), "backward"),
        ("back_prop", ("X", "Y"), "backward"),
        ("backProp", (), "backward"),
        ("BackwardPropagation", (), "backward"),
        ("backwards_propagation", (), "backward"),
        ("forwardPass", ("X",), "forward"),
        ("forward_propogation", ("X",), "forward"),
        ("computeCost", ("A2", "Y"), "cost"),
        ("compute_costs", ("A2", "Y"), "cost"),
        ("gradientDescent", ("p", "g"), "update"),
        ("update_parameter", ("p", "g"), "update"),
        ("L_model_forward", ("X", "parameters"), "forward_deep"),
        ("l_model_backward", ("AL", "Y", "caches"), "backward_deep"),
        ("initialize_parameters", ("layer_dims",), "initialize_deep"),
        ("initialize_parameters", ("n_x", "n_h", "n_y"), "initialize"),
        ("initialize_parameters", ("n_x", "n_h", "n_y", "seed?"), "initialize"),
        ("init_params", ("sizes",), "initialize_deep"),
        ("nn_model", ("X", "Y", "n_h"), "model"),
        ("model", ("X", "Y", "layers_dims"), "model_deep"),
        ("leaky_relu", ("Z",), "leaky_relu"),
        ("relu_prime", ("Z",), "relu_derivative"),
        ("plot_decision_boundary", ("model", "X", "y"), None),
        ("load_data", (), None),
        ("f", ("x",), None),
        ("σ", ("z",), None),
        ("compute", ("x",), None),
        ("accuracy", ("Y", "P"), None),
    ],
)
def test_near_names_are_known_and_others_left_alone(name, arguments, role):
    assert role_of(function(name, *arguments)) == role


def test_of_two_for_one_role_the_courses_own_name_is_taken_else_the_last():
    own, first, last = function("compute_cost", "A2", "Y"), function("loss", "A", "Y"), function("calc_cost", "A", "Y")
    assert roles_of([own, first])[0]["cost"] is own
    assert roles_of([first, own])[0]["cost"] is own
    assert roles_of([first, last])[0]["cost"] is last
    assert roles_of([first, last, function("show")])[1] == (first, function("show"))


def test_every_role_has_a_title_in_both_languages():
    assert all(role.title.en and role.title.zh and role.names and role.arguments for role in ROLES.values())


@pytest.mark.parametrize(
    "name", ["elu", "elu_prime", "prelu", "hard_sigmoid", "my_selu", "relu6_derivative", "gelu_grad"]
)
def test_another_activation_is_none_of_the_courses(name):
    assert role_by_name(Function(name)) is None


ANOTHER = ["step_function", "binary_crossentropy_prime", "cost_d", "loss_grad", "test_prediction", "layer_sizes_test"]
ANOTHER += ["forward_propagation_test_case", "check_gradients", "plot_cost", "dlinear_forward_d"]


@pytest.mark.parametrize("name", ANOTHER)
def test_a_function_about_another_one_does_not_play_its_role(name):
    assert role_by_name(Function(name)) is None


def test_a_derivative_is_one_of_an_activation():
    assert [role_by_name(Function(name)) for name in ("sigma_d", "grad_relu", "tanhDeriv", "lrelu_diff")] == [
        *("sigmoid_derivative", "relu_derivative", "tanh_derivative", "leaky_relu_derivative")
    ]


@pytest.mark.parametrize("name", ["rellu", "relu_prime", "leaky_relu", "sigmod", "tanh_derivative"])
def test_a_near_name_still_is(name):
    assert role_by_name(Function(name)) is not None
