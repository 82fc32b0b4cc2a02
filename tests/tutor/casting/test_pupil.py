"""A learner's functions are called with what they ask for, in the learner's own form."""

import numpy as np
import pytest

from barreleye.tutor.casting.arguments import argument_keys
from barreleye.tutor.casting.pupil import Pupil, parameter_shapes
from barreleye.tutor.equations import example
from barreleye.tutor.running.answers import Function
from barreleye.tutor.running.calling import InProcess
from barreleye.tutor.running.describing import described


@pytest.fixture
def pupil():
    """``pupil(name=function, ...)``."""
    runners = []

    def make(**functions):
        for name, one in functions.items():
            one.__name__ = name
        runners.append(InProcess(functions))
        return Pupil(runners[-1])

    yield make
    for runner in runners:
        runner.close()


V = example((3, 4, 1), 7, 0)
PLAIN = Pupil(InProcess({}))


def given(one, role, vague=False):
    """What a function's arguments are given in a role."""
    return argument_keys(
        described("f", one), role, {"AL": 0, "grads": 0, "cache": 0, **Pupil.available(PLAIN, V)}, vague
    )


def test_arguments_are_known_by_name_in_any_order():
    found = given(lambda lr, grads, params: None, "update")
    assert found == {"lr": "learning_rate", "grads": "grads", "params": "parameters"}


def test_arguments_without_a_telling_name_follow_the_courses_order():
    assert given(lambda foo, bar: None, "cost") == {"foo": "AL", "bar": "Y"}
    assert given(lambda foo, X, bar: None, "backward") == {"foo": "parameters", "X": "X", "bar": "cache"}


def test_what_has_a_default_keeps_it_unless_the_course_asks_for_it():
    assert given(lambda A2, Y, eps=1e-8, lambd=0.7, g=None: None, "cost") == {"A2": "AL", "Y": "Y"}
    assert given(lambda w, g, a=0.1: None, "update") == {"w": "parameters", "g": "grads"}
    assert given(lambda w, g, alpha=0.1: None, "update")["alpha"] == "learning_rate"


def test_quantities_can_be_asked_for_one_by_one():
    assert given(lambda X, Y, A1, W2: None, "backward") == {one: one for one in ("X", "Y", "A1", "W2")}


def test_letters_say_nothing_where_the_course_order_is_tried():
    assert given(lambda p, t: None, "cost") == {"p": "parameters", "t": "Y"}
    assert given(lambda p, t: None, "cost", vague=True) == {"p": "AL", "t": "Y"}
    assert given(lambda y, p: None, "cost", vague=True) == {"y": "Y", "p": "AL"}


CALLED = {
    "by letters": lambda p, t: p - t,
    "without names": lambda *args: args[0] - args[1],
    "half": lambda A2, *rest: A2 - rest[0],
    "by keywords": lambda **named: named["AL"] - named["Y"],
}


@pytest.mark.parametrize("way", CALLED)
def test_a_function_is_called_in_the_way_that_it_can_be(way, pupil):
    found = pupil(compute_cost=CALLED[way])
    for _ in range(2):
        np.testing.assert_array_equal(found.call("cost", found.available(V)).value, V.A[2] - V.Y)


def test_a_function_that_stops_either_way_stops_as_its_names_have_it(pupil):
    found = pupil(compute_cost=lambda p, t: p["W1"] + "t")
    assert found.call("cost", found.available(V)).trouble.type == "UFuncTypeError"


FORMS = {
    "flat biases": lambda n_x, n_h, n_y: {
        "W1": np.ones((n_h, n_x)), "b1": np.zeros(n_h), "W2": np.ones((n_y, n_h)), "b2": np.zeros(n_y)},
    "pairs": lambda n_x, n_h, n_y: [
        (np.ones((n_h, n_x)), np.zeros((n_h, 1))), (np.ones((n_y, n_h)), np.zeros((n_y, 1)))],
    "tuple": lambda n_x, n_h, n_y: (np.ones((n_h, n_x)), np.zeros((n_h, 1)), np.ones((n_y, n_h)), np.zeros((n_y, 1))),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_parameters_have_the_form_of_the_learners_own(form, pupil):
    own = FORMS[form](3, 4, 1)
    given = pupil(initialize_parameters=FORMS[form]).parameters(V)
    assert type(given) is type(own)
    flat = [np.ravel(p[l]) for l in (1, 2) for p in (V.W, V.b)]
    leaves = (
        given.values() if isinstance(given, dict) else [p for pair in given for p in pair] if form == "pairs" else given
    )
    shapes = own.values() if isinstance(own, dict) else [p for pair in own for p in pair] if form == "pairs" else own
    for one, right, like in zip(leaves, flat, shapes, strict=True):
        np.testing.assert_array_equal(one.ravel(), right)
        assert one.shape == like.shape


def stops(n_x, n_h, n_y):
    raise RuntimeError


@pytest.mark.parametrize("bad", [stops, lambda n_x, n_h, n_y: None, lambda n_x, n_h, n_y: {"W1": np.ones((4, 3))}])
def test_without_a_usable_initialization_parameters_are_the_courses(bad, pupil):
    assert set(pupil(initialize_parameters=bad).parameters(V)) == {"W1", "b1", "W2", "b2"}
    assert set(pupil(compute_cost=lambda A, Y: 0).parameters(V)) == {"W1", "b1", "W2", "b2"}


def calls(source, *others):
    """The roles that a forward pass with this body reaches."""

    class Runner:
        functions = (Function("forward", source=source), *others)

    return Pupil(Runner()).helpers("forward")


def test_helpers_are_the_functions_that_are_called_directly_or_through_others():
    sigmoid = Function("sigmoid", source="def sigmoid(z):\n    return 1 / (1 + np.exp(-z))")
    softmax = Function("softmax", source="def softmax(z):\n    return sigmoid(z)")
    assert calls("def forward(X):\n    return sigmoid(X)", sigmoid) == ("sigmoid",)
    assert calls("def forward(X):\n    return {'s': sigmoid}['s'](X)", sigmoid) == ("sigmoid",)
    assert calls("def forward(X):\n    return softmax(X)", sigmoid, softmax) == ("softmax", "sigmoid")


def test_a_name_inside_another_name_or_a_variable_of_that_name_is_no_call():
    sigmoid = Function("sigmoid", source="def sigmoid(z):\n    return z")
    assert calls("def forward(X):\n    return my_sigmoid(X)", sigmoid) == ()
    assert calls("def forward(X):\n    sigmoid = X\n    return sigmoid", sigmoid) == ()
    assert calls("def forward(X):\n    return special.sigmoid(X)", sigmoid) == ()


def test_shapes_of_parameters_follow_the_sizes():
    assert parameter_shapes((3, 4, 1)) == {("W", 1): (4, 3), ("b", 1): (4, 1), ("W", 2): (1, 4), ("b", 2): (1, 1)}


CHOICE = """
import numpy as np


def activate(Z, kind):
    return {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}[kind](Z)


def slope(A, kind):
    return {"tanh": 1 - A**2, "relu": (A > 0) * 1.0}[kind]


def forward_propagation(X, parameters, activation="relu"):
    A1 = activate(parameters["W1"] @ X + parameters["b1"], activation)
    return np.exp(-np.logaddexp(0, -(parameters["W2"] @ A1 + parameters["b2"]))), {"A1": A1}


def backward_propagation(parameters, cache, X, Y, A2, activation="relu"):
    m, A1 = X.shape[1], cache["A1"]
    dZ2 = A2 - Y
    dZ1 = parameters["W2"].T @ dZ2 * slope(A1, activation)
    return {"dW1": dZ1 @ X.T / m, "db1": dZ1.sum(1, keepdims=True) / m,
            "dW2": dZ2 @ A1.T / m, "db2": dZ2.sum(1, keepdims=True) / m}
"""
IN_FORWARD, IN_BACKWARD = 'parameters, activation="relu"', 'A2, activation="relu"'


@pytest.mark.parametrize(
    ("edits", "name"),
    [
        ((), "ReLU"),
        (((IN_FORWARD, "parameters, activation"),), "ReLU"),
        (((IN_BACKWARD, "A2, activation"),), "ReLU"),
        (((IN_FORWARD, "parameters, activation"), (IN_BACKWARD, "A2, activation")), "Tanh"),
    ],
)
def test_both_passes_are_given_one_activation(edits, name, checked):
    report = checked(CHOICE, *edits)
    assert report.verdict == "right", str(report)
    assert report.functions[0].remarks[0].en == f"The hidden activation is {name}."


def test_defaults_that_differ_are_a_mistake(checked):
    report = checked(CHOICE, (IN_FORWARD, 'parameters, activation="tanh"'))
    assert [finding.mistake for _, finding in report.findings] == ["slope of ReLU"]
