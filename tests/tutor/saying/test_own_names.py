"""A line of code that can stand in the learner's function."""

import pytest

from barreleye.nn.activations import ReLU
from barreleye.tutor.equations import EQUATIONS, example, line
from barreleye.tutor.running.answers import Function, Parameter
from barreleye.tutor.saying.own_names import solution_in

V = example((3, 4, 1), m=7, seed=0, hidden=ReLU())


@pytest.mark.parametrize(
    ("source", "equation", "l", "own"),
    [
        ("dZ1 = np.dot(W2.T, dZ2)", "dZ", 1, "dZ1 = np.dot(W2.T, dZ2) * (Z1 > 0)"),
        ("da1 = W2.T @ dZ2", "dZ", 1, "dZ1 = da1 * (Z1 > 0)"),
        ("b2 = b2 - g['db1']", "b new", 2, "b2 = b2 - learning_rate * g['db2']"),
        ("dAL = Y / AL", "dA out", 2, "dAL = -(Y / AL - (1 - Y) / (1 - AL))"),
        ("for i in range(m):\n        s += 1", "dZ out", 2, "dZ2 = A2 - Y  # for all samples at once"),
        ("for l in range(L):\n        s += 1", "dZ out", 2, "dZ2 = A2 - Y"),
        (
            'for l in range(1, L):\n        g["dW" + str(l)] = dZ @ A[l - 1].T',
            "dW",
            1,
            'g["dW" + str(l)] = np.dot(dZ, A[l - 1].T) / m',
        ),
    ],
)
def test_own_names(source, equation, l, own):
    function = Function("f", source=f"def f():\n    {source}")
    assert solution_in(function, line(equation, l), V, EQUATIONS[equation]) == own


def test_own_arguments():
    function = Function("f", (Parameter("labels", True), Parameter("lr", True)), source="def f(labels, lr): pass")
    assert solution_in(function, line("dZ out", 2), V, EQUATIONS["dZ out"]) == "dZ2 = A2 - labels"
    assert solution_in(function, line("W new", 1), V, EQUATIONS["W new"]) == "W1 = W1 - lr * dW1"
