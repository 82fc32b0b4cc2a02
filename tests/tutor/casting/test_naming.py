"""What the names of arguments say."""

import pytest

from barreleye.tutor.casting.naming import KEYS, key_of, plain


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
