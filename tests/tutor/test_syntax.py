"""The names that a function takes from outside, read off its text."""

import pytest

from barreleye.tutor.syntax import global_names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(X):\n    m = X.shape[1]\n    return X / m", set()),
        ("def f(X):\n    return sigmoid(X) / m", {"sigmoid", "m"}),
        ("def f(X, m=400):\n    return [X * n for n in range(m)]", {"range"}),
        ("def f(X):\n    def g(Z):\n        return Z * slope + X\n    return g(X)", {"slope"}),
        ("def f(X):\n    global total\n    total = X", {"total"}),
        ("    def f(X):\n        return relu(X)\n", {"relu"}),
        ("f = lambda Z: relu(Z)", {"relu"}),
        ("def f(", set()),
        ("", set()),
    ],
)
def test_names_from_outside(source, names):
    assert global_names(source) == names
