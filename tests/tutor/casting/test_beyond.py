"""The course's functions that no exercise checks are told from those that one does, and from strangers."""

import pytest

from barreleye.tutor.casting.beyond import BEYOND
from barreleye.tutor.casting.roles import ROLES, of_the_course, role_of
from barreleye.tutor.running.answers import Function, Parameter


def function(name, *arguments):
    return Function(name, tuple(Parameter(one.rstrip("?"), required=not one.endswith("?")) for one in arguments))


BEYOND_ROLES = [
    ("initialize_adam", ("parameters",)),
    ("update_parameters_with_momentum", ("parameters", "grads", "v", "beta", "learning_rate")),
    ("compute_cost_with_regularization", ("A3", "Y", "parameters", "lambd")),
    ("forward_propagation_with_dropout", ("X", "parameters", "keep_prob")),
    ("forward_propagation_n", ("X", "Y", "parameters")),
    ("forward_propagation", ("x", "theta")),
    ("backward_propagation", ("x", "theta")),
    ("propagate", ("w", "b", "X", "Y")),
    ("optimize", ("w", "b", "X", "Y", "num_iterations", "learning_rate", "print_cost?")),
    ("predict", ("w", "b", "X")),
    ("initialize", ("dim",)),
    ("initialize_with_zeros", ("dim",)),
    ("normalizeRows", ("x",)),
    ("L1", ("yhat", "y")),
]


@pytest.mark.parametrize(("name", "arguments"), BEYOND_ROLES)
def test_they_play_no_role_and_are_of_the_course(name, arguments):
    one = function(name, *arguments)
    assert role_of(one) is None
    assert of_the_course(one)


@pytest.mark.parametrize(
    ("name", "arguments", "role"),
    [
        ("optimize", ("parameters", "grads", "learning_rate"), "update"),
        ("predict", ("parameters", "X"), "predict"),
        ("initialize", ("layer_dims",), "initialize_deep"),
        ("forward_propagation", ("X", "theta"), "forward"),
        ("linear_forward", ("A", "W", "b"), "linear_forward"),
        ("linear_activation_forward", ("A_prev", "W", "b", "activation"), "linear_activation_forward"),
        ("前向传播", ("X", "参数"), "forward"),
        ("反向传播", ("参数", "缓存", "X", "Y"), "backward"),
        ("初始化参数", ("n_x", "n_h", "n_y"), "initialize"),
        ("计算代价", ("A2", "Y"), "cost"),
        ("更新参数", ("参数", "梯度"), "update"),
        ("预测", ("参数", "X"), "predict"),
        ("binary_cross_entropy", ("input", "target"), "cost"),
        ("sgd_step", ("params", "grads", "lr"), "update"),
        ("画图", ("X",), None),
    ],
)
def test_functions_of_a_network_keep_their_roles(name, arguments, role):
    assert role_of(function(name, *arguments)) == role


def test_no_role_has_a_name_that_is_beyond():
    assert not BEYOND & {name.replace("_", "").lower() for role in ROLES.values() for name in role.names}


LOGISTIC = """
import numpy as np


def initialize(n):
    return np.zeros((n, 1)), 0.0


def forward_propagation(w, b, X):
    return 1 / (1 + np.exp(-(w.T @ X + b)))


def backward_propagation(X, A, Y):
    return X @ (A - Y).T / X.shape[1], np.mean(A - Y)


def update_parameters(w, b, dw, db, lr):
    return w - lr * dw, b - lr * db


def show_it(w):
    print(w)


def model(X, Y, num_iterations=2000, learning_rate=0.5):
    w, b = initialize(X.shape[0])
    for i in range(num_iterations):
        w, b = update_parameters(w, b, *backward_propagation(X, forward_propagation(w, b, X), Y), learning_rate)
    return {"w": w, "b": b}
"""


def test_logistic_regression_is_left_alone_as_a_whole(checked):
    report = checked(LOGISTIC)
    assert report.functions == ()
    assert report.unknown == ("show_it",)
    assert len(report.unchecked) == 5
    for lang, words in (("en", "no exercise here is theirs: initialize,"), ("zh", "initialize")):
        assert words in report.said(lang)


SOFTMAX = """
import numpy as np


def softmax(Z):
    e = np.exp(Z - Z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    return softmax(parameters["W2"] @ A1 + parameters["b2"]), {}


def compute_cost(A2, Y):
    return -np.sum(Y * np.log(A2)) / Y.shape[1]
"""


def test_a_network_for_several_classes_is_judged(checked):
    assert [one.verdict for one in checked(SOFTMAX).functions] == ["right", "right", "fragile"]


def test_a_softmax_beside_the_cost_of_one_unit_is_wrong(checked):
    edit = ("np.sum(Y * np.log(A2))", "np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))")
    assert "wrong" in [one.verdict for one in checked(SOFTMAX, edit).functions]


def test_a_cost_of_the_ones_beside_a_sigmoid_is_wrong(checked):
    edit = ("return softmax(parameters", "return 1 / (1 + np.exp(-(parameters")
    report = checked(SOFTMAX, edit, ('parameters["b2"]), {}', 'parameters["b2"]))), {}'))
    cost = next(one for one in report.functions if one.exercise == "cost")
    assert cost.findings[0].mistake == "cost of the ones only"
