"""A function that takes one number at a time is right where no other gives it an array."""

import pytest

from barreleye.words import catalogue

SAID = catalogue("tutor_judging")

SCALARS = """
import math
import numpy as np

def sigmoid(x):
    return 1 / (1 + math.exp(-x))

def relu_derivative(x):
    return 1 if x > 0 else 0
"""
FORWARD = """
def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = {}(parameters["W2"] @ A1 + parameters["b2"])
    return A2, {{"A1": A1, "A2": A2}}
"""


@pytest.mark.parametrize("more", ["", FORWARD.format("np.vectorize(sigmoid)")])
def test_a_function_of_one_number_is_right(more, checked):
    report = checked(SCALARS + more)
    assert report.verdict == "right", str(report)
    assert [function.remarks for function in report.functions[:2]] == [(SAID["one_number.at_a_time"],)] * 2


def test_one_that_is_given_an_array_is_not(checked):
    assert checked(SCALARS + FORWARD.format("sigmoid")).functions[0].verdict != "right"


@pytest.mark.parametrize("edit", [("exp(-x)", "exp(x)"), ("1 if x > 0", "1 if x < 0")])
def test_one_that_is_wrong_for_one_number_is_not(edit, checked):
    assert checked(SCALARS, edit).verdict != "right"
