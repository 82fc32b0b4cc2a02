"""A layer as an object is judged by the linear part of a layer, in either layout."""

import pytest

COLUMNS = """
import numpy as np


class Dense:
    def __init__(self, input_size, output_size):
        self.weights = np.random.randn(output_size, input_size)
        self.bias = np.random.randn(output_size, 1)

    def forward(self, input):
        self.input = input
        return np.dot(self.weights, self.input) + self.bias

    def backward(self, output_gradient, learning_rate):
        weights_gradient = np.dot(output_gradient, self.input.T)
        input_gradient = np.dot(self.weights.T, output_gradient)
        self.weights -= learning_rate * weights_gradient
        self.bias -= learning_rate * np.sum(output_gradient, axis=1, keepdims=True)
        return input_gradient
"""
ROWS = """
import numpy as np


class Layer:
    def __init__(self, n_in, n_out):
        self.params = {"W": 0.1 * np.random.randn(n_in, n_out), "b": np.zeros(n_out)}

    def forward(self, x):
        self.x = x
        self.output = x @ self.params["W"] + self.params["b"]

    def backward(self, dvalues):
        self.dW = self.x.T @ dvalues / len(dvalues)
        self.db = dvalues.mean(axis=0)
        self.dinputs = dvalues @ self.params["W"].T
"""


@pytest.mark.parametrize("text", [COLUMNS, ROWS])
def test_a_right_layer_is_right_whatever_it_leaves_in_its_object(text, checked):
    report = checked(text)
    roles = {one.name.split(".")[1]: (one.exercise, one.verdict) for one in report.functions}
    assert roles == {"forward": ("linear_forward", "right"), "backward": ("linear_backward", "right")}


MISTAKES = [
    (COLUMNS, "np.dot(self.weights.T, output_gradient)", "np.dot(self.weights, output_gradient)"),
    (COLUMNS, "* weights_gradient", "* 2 * weights_gradient"),
    (ROWS, "dvalues.mean(axis=0)", "dvalues.mean(axis=0) * 0.5"),
    (ROWS, "/ len(dvalues)", "/ dvalues.shape[1]"),
]


@pytest.mark.parametrize(("text", "old", "new"), MISTAKES)
def test_a_mistake_in_its_backward_pass_is_wrong(text, old, new, checked):
    verdicts = {one.name.split(".")[1]: one.verdict for one in checked(text, (old, new)).functions}
    assert verdicts == {"forward": "right", "backward": "wrong"}


PASSED_OVER = {
    "one sample at a time": ("np.sum(output_gradient, axis=1, keepdims=True)", "output_gradient"),
    "an activation inside": (
        "return np.dot(self.weights, self.input) + self.bias",
        "return np.tanh(self.weights @ input)",
    ),
    "more than two sizes": ("input_size, output_size):", "input_size, output_size, activation):"),
}


@pytest.mark.parametrize("why", PASSED_OVER)
def test_another_layer_is_passed_over(why, checked):
    report = checked(COLUMNS, PASSED_OVER[why])
    assert report.functions == ()
    assert [note.kind for note in report.notes] == ["methods"]
