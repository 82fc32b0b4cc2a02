"""What Python and NumPy say here and now is known by its form, and told in words of both languages."""

import math

import numpy as np
import pytest

from barreleye.tutor.saying.messages import error_in_words, told
from barreleye.words import catalogue


def unset():
    print(x)  # noqa: F821
    x = 1
    return x


def f(a, b):
    return a


def unmet():
    raise AssertionError


def endless():
    return endless()


ERRORS = {
    "not_aligned": lambda: np.dot(np.ones((4, 7)), np.ones((5, 4))),
    "core": lambda: np.ones((4, 7)) @ np.ones((5, 4)),
    "broadcast": lambda: np.ones((4, 7)) + np.ones((5, 7)),
    "broadcast_into": lambda: np.ones((2, 2)).__setitem__(0, np.ones(3)),
    "reshape": lambda: np.ones(12).reshape(3, 5),
    "truth": lambda: bool(np.ones(2)),
    "scalar": lambda: math.exp(np.ones(3)),
    "integer_index": lambda: np.ones(3)[np.ones(2)],
    "out_of_bounds": lambda: np.ones((2, 3))[2],
    "axis": lambda: np.ones(3).sum(axis=1),
    "too_many_indices": lambda: np.ones(3)[1, 2],
    "list_index": lambda: [1, 2][5],
    "not_defined": lambda: eval("dz2"),
    "unset": unset,
    "unexpected": lambda: f(1, AL=2),
    "missing": lambda: f(1),
    "too_many": lambda: f(1, 2, 3),
    "operands": lambda: 1 + None,
    "subscript": lambda: eval("x[0]", {"x": None}),
    "callable": lambda: eval("f(4)", {"f": 3}),
    "no_member": lambda: np.leaky_relu,
    "no_attribute": lambda: [].shape,
    "unpack_more": lambda: eval("[a for a, b in [(1, 2, 3)]]"),
    "unpack_fewer": lambda: eval("[a for a, b in [(1,)]]"),
    "iterate": lambda: list(3),
    "zero": lambda: 1 / 0,
    "range": lambda: math.exp(1000),
    "domain": lambda: math.log(0),
    "recursion": endless,
    "key": lambda: {}["W3"],
    "assertion": unmet,
}


@pytest.mark.parametrize("key", ERRORS)
def test_every_form_is_known_by_what_is_raised(key):
    with pytest.raises(Exception) as raised:  # noqa: PT011
        ERRORS[key]()
    said = error_in_words(raised.type.__name__, str(raised.value))
    template = catalogue("tutor_errors")[f"message.{key}"]
    start = template.zh.partition("{")[0]
    assert said.zh.startswith(start)
    assert said.zh != str(raised.value)
    assert "{" not in said.zh + said.en


def test_a_learners_own_words_stand():
    assert told("ValueError", "mein Fehler").zh == "ValueError：mein Fehler"
    assert told("AssertionError", "W1 has the wrong shape").en == "AssertionError: W1 has the wrong shape"


def test_numbers_stand_where_they_belong():
    with pytest.raises(ValueError, match="core dimension") as raised:
        ERRORS["core"]()
    said = error_in_words("ValueError", str(raised.value))
    assert said.en == "in a matrix product the columns of the first factor are 7, the rows of the second 5"
