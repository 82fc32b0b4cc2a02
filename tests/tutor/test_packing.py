"""A place in a returned tuple has the name that stands there in the code."""

import numpy as np
import pytest

from barreleye.tutor.packing import written_names
from barreleye.tutor.running.answers import Function

ONE, TWO = np.ones((4, 3)), np.zeros((1, 3))
VALUE = (TWO, (ONE, TWO))
BOTH = {(0,): ("A", 2), (1, 0): ("A", 1), (1, 1): ("A", 2)}


def function(*lines):
    source = "\n    ".join(("def forward(X):", *lines))
    return Function("forward", source=source)


@pytest.mark.parametrize(
    "lines",
    [
        ("return A2, (A1, A2)",),
        ("cache = (A1, A2)", "return A2, cache"),
        ("cache = (a1, a2)", "answer = (a2, cache)", "return answer"),
    ],
)
def test_the_names_of_all_places(lines):
    assert written_names(function(*lines), VALUE) == BOTH
    assert written_names(function(*lines), VALUE, (1,)) == {(0,): ("A", 1), (1,): ("A", 2)}


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        (("return out, (hidden, out)",), {}),
        (("return A2, make(A1, A2)",), {(0,): ("A", 2)}),
        (("return A2, (A1, Z2, A2)",), {(0,): ("A", 2)}),
        (("if X: return A2, (A1, A2)", "return A1, (A2, A1)"), {}),
    ],
)
def test_what_the_code_does_not_say_is_not_known(lines, known):
    assert written_names(function(*lines), VALUE) == known
