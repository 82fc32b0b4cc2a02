"""What names say: arguments, and what a function takes from outside."""

import pytest

from barreleye.tutor.naming import KEYS, global_names, key_of, plain


@pytest.mark.parametrize(
    ("argument", "key"),
    [
        ("X", "X"),
        ("X_train", "X"),
        ("y_true", "Y"),
        ("Y_hat", "AL"),
        ("A2", "AL"),
        ("a1", "A1"),
        ("w1", "W1"),
        ("B_2", "b2"),
        ("dZ_1", "dZ1"),
        ("learning_rate", "learning_rate"),
        ("lr", "learning_rate"),
        ("Params", "parameters"),
        ("caches", "cache"),
        ("layers_dims", "layer_dims"),
        ("shape_of_things", None),
        ("W10x", None),
    ],
)
def test_an_argument_is_known_by_its_name(argument, key):
    assert key_of(argument) == key


def test_no_name_stands_for_two_things():
    names = [name for names in KEYS.values() for name in names]
    assert len(names) == len(set(names))
    assert all(plain(name) == name for name in names)


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
