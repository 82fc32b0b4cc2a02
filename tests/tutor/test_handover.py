"""What one function hands over and another takes for something else is told once, at its source."""

import pytest

from .deep_planting import COURSE
from .planting import VECTORISED, checked

ORDER = "handed over in another order"


def wrong(solution, *edits):
    """(exercise, mistake) of everything that is wrong."""
    return [
        (function.exercise, finding.mistake)
        for function, finding in checked(solution, *edits).findings
        if finding.verdict == "wrong"
    ]


def said(solution, *edits):
    """The one finding that is wrong, with both texts of its claim."""
    (finding,) = [one for _, one in checked(solution, *edits).findings if one.verdict == "wrong"]
    return finding


RETURN = "    return A2, cache"
HANDOVERS = {
    "results of a forward pass": (VECTORISED, (RETURN, "    return cache, A2"), "forward"),
    "gradients of a layer": (
        COURSE,
        (
            "dA_prev = np.dot(W.T, dZ)\n    return dA_prev, dW, db",
            "dA_prev = np.dot(W.T, dZ)\n    return dW, db, dA_prev",
        ),
        "linear_backward",
    ),
    "a cache of arrays": (COURSE, ("cache = (A, W, b)", "cache = (W, A, b)"), "linear_forward"),
    "a cache of caches": (
        COURSE,
        ("cache = (linear_cache, activation_cache)", "cache = (activation_cache, linear_cache)"),
        "linear_activation_forward",
    ),
}


@pytest.mark.parametrize("name", HANDOVERS)
def test_another_order_is_the_fault_of_the_function_that_hands_over(name):
    solution, edit, exercise = HANDOVERS[name]
    assert wrong(solution, edit) == [(exercise, ORDER)]
    finding = said(solution, edit)
    assert "taken apart as" in finding.claim.en
    assert "拆开" in finding.claim.zh
    assert finding.line.strip() in edit[1]


def test_one_caller_that_disagrees_with_the_others_is_the_one():
    source = "    A2, cache = forward_propagation(X, parameters)\n    predictions = A2 > 0.5"
    edit = (source, source.replace("A2, cache", "cache, A2"))
    assert wrong(VECTORISED, edit) == [("predict", ORDER)]


TUPLES = """
import numpy as np

def initialize_parameters(n_x, n_h, n_y):
    rng = np.random.default_rng(0)
    W1, b1 = rng.normal(size=(n_h, n_x)), np.zeros((n_h, 1))
    W2, b2 = rng.normal(size=(n_y, n_h)), np.zeros((n_y, 1))
    return W1, b1, W2, b2

def forward_propagation(X, parameters):
    W1, b1, W2, b2 = parameters
    z1 = W1 @ X + b1
    a1 = np.tanh(z1)
    z2 = W2 @ a1 + b2
    a2 = 1 / (1 + np.exp(-np.clip(z2, -500, 500)))
    return a2, (z1, a1, z2, a2)

def backward_propagation(parameters, cache, X, Y):
    W1, b1, W2, b2 = parameters
    z1, a1, z2, a2 = cache
    dz2 = (a2 - Y) / X.shape[1]
    dz1 = W2.T @ dz2 * (1 - a1**2)
    return dz1 @ X.T, dz1.sum(axis=1, keepdims=True), dz2 @ a1.T, dz2.sum(axis=1, keepdims=True)

def predict(parameters, X):
    a2, _ = forward_propagation(X, parameters)
    return a2 > 0.5
"""
ZIPPED = """
def update_parameters(parameters, grads, learning_rate=1.2):
    return tuple(p - learning_rate * dp for p, dp in zip(parameters, grads))
"""
GRADIENTS = "return dz1 @ X.T, dz1.sum(axis=1, keepdims=True), dz2 @ a1.T, dz2.sum(axis=1, keepdims=True)"
NAMED = """dW1, db1 = dz1 @ X.T, dz1.sum(axis=1, keepdims=True)
    dW2, db2 = dz2 @ a1.T, dz2.sum(axis=1, keepdims=True)
    return """


def test_gradients_in_another_order_than_the_parameters_that_they_are_zipped_with(checked):
    text = TUPLES + ZIPPED
    assert checked(text, (GRADIENTS, NAMED + "dW1, db1, dW2, db2")).verdict == "fragile"
    report = checked(text, (GRADIENTS, NAMED + "dW2, db2, dW1, db1"))
    found = [(one.exercise, finding.mistake) for one, finding in report.findings if finding.verdict == "wrong"]
    assert found == [("backward", ORDER)]


LAST = "return a2, (z1, a1, z2, a2)"


@pytest.mark.parametrize("returned", ["return a2, (a1, z1, a2, z2)", "return a2, (z1, a1, z2)", "return a2"])
def test_a_tuple_in_another_order_or_with_too_few(returned, checked):
    assert checked(TUPLES).verdict == "fragile"
    report = checked(TUPLES, (LAST, returned))
    (found,) = [(one.exercise, finding.mistake) for one, finding in report.findings if finding.verdict == "wrong"]
    assert found == ("forward", ORDER)


def test_a_cache_in_an_order_of_its_own_is_right_where_both_have_it(checked):
    own = (("(z1, a1, z2, a2)", "(a1, z1, a2, z2)"), ("z1, a1, z2, a2 = cache", "a1, z1, a2, z2 = cache"))
    assert checked(TUPLES, *own).verdict == "fragile"


CALL = "grads = backward_propagation(parameters, cache, X, Y)"


@pytest.mark.parametrize("arguments", ["parameters, cache, X, A2", "parameters, cache, Y, X"])
def test_a_call_with_another_thing_in_an_argument_s_place_is_the_fault_of_the_caller(arguments, checked):
    edit = (CALL, f"grads = backward_propagation({arguments})")
    report = checked("right_course_two_layer", edit)
    (found,) = [(one.exercise, finding) for one, finding in report.findings if finding.verdict == "wrong"]
    assert found[0] == "model"
    assert (found[1].mistake, found[1].line) == ("arguments in another order", edit[1])


OUTPUTS = ((LAST, "return a2, (a1, a2)"), ("z1, a1, z2, a2 = cache", "a1, a2 = cache"))
NAMED_CACHE = ("return a2, (a1, a2)", "cache = (a1, a2)\n    return a2, cache")
SQUARED = ("dz1.sum(axis=1, keepdims=True)", "(dz1 * dz1).sum(axis=1, keepdims=True)")


@pytest.mark.parametrize("named", [(), (NAMED_CACHE,)], ids=["in the return", "under a name"])
def test_a_tuple_inside_an_answer_is_not_compared_with_what_takes_the_whole_answer(named, checked):
    assert checked(TUPLES, *OUTPUTS, *named).verdict == "fragile"
    report = checked(TUPLES, *OUTPUTS, *named, SQUARED)
    found = [(one.exercise, finding.mistake) for one, finding in report.findings if finding.verdict == "wrong"]
    assert found == [("backward", None)]


def test_whoever_leaves_the_order_of_the_layers_is_the_one(checked):
    report = checked(TUPLES, *OUTPUTS, ("a1, a2 = cache", "a2, a1 = cache"))
    (found,) = [(one.exercise, finding) for one, finding in report.findings if finding.verdict == "wrong"]
    assert (found[0], found[1].mistake) == ("backward", ORDER)
    assert found[1].line.strip() == "a2, a1 = cache"
    assert "predict" not in found[1].claim.en
    assert (found[1].should, found[1].seen) == (
        "forward_propagation: (a1, a2)",
        "backward_propagation: (a2, a1)",
    )


def test_a_tuple_that_has_a_name_and_is_returned_alone_is_a_whole_answer():
    returned = "dA_prev = np.dot(W.T, dZ)\n    "
    edit = (returned + "return dA_prev, dW, db", returned + "grads = (dW, db, dA_prev)\n    return grads")
    assert wrong(COURSE, edit) == [("linear_backward", ORDER)]
