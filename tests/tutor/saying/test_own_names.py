"""A line of code that can stand in the learner's function."""

import pytest

from barreleye.tutor.equations import example
from barreleye.tutor.running.answers import Function, Parameter
from barreleye.tutor.saying.own_names import in_own_names

V = example((3, 4, 1), m=7, seed=0)


@pytest.mark.parametrize(
    ("source", "code", "own"),
    [
        ("dZ1 = np.dot(W2.T, dZ2)", "dZ1 = dA1 * (Z1 > 0)", "dZ1 = np.dot(W2.T, dZ2) * (Z1 > 0)"),
        ("da1 = W2.T @ dZ2", "dZ1 = dA1 * (Z1 > 0)", "dZ1 = dA1 * (Z1 > 0)"),
        ("b2 = b2 - g['db1']", "b2 = b2 - learning_rate * db2", 'b2 = b2 - learning_rate * g["db2"]'),
        ("dAL = Y / AL", "dA2 = -(Y / A2)", "dAL = -(Y / AL)"),
        ("for i in range(m):\n        s += 1", "dZ2 = A2 - Y", "dZ2 = A2 - Y  # for all samples at once"),
        ("for l in range(L):\n        s += 1", "dZ2 = A2 - Y", "dZ2 = A2 - Y"),
    ],
)
def test_own_names(source, code, own):
    assert in_own_names(code, Function("f", source=f"def f():\n    {source}"), V) == own


def test_own_arguments():
    function = Function("f", (Parameter("labels", True), Parameter("lr", True)), source="def f(labels, lr): pass")
    assert in_own_names("dZ2 = A2 - Y", function, V) == "dZ2 = A2 - labels"
    assert in_own_names("W1 = W1 - learning_rate * dW1", function, V) == "W1 = W1 - lr * dW1"
