"""What an error means, in words: which key, which name, which two shapes."""

import ast

import numpy as np
import pytest

from barreleye.tutor.running.answers import Function, Trouble
from barreleye.tutor.saying.errors import meaning

GIVEN = {
    "X": np.ones((3, 7)),
    "Y": np.ones((1, 7)),
    "W1": np.ones((4, 3)),
    "W2": np.ones((1, 4)),
    "A1": np.ones((4, 7)),
}
PARAMETERS = {"parameters": dict.fromkeys(("W1", "b1", "W2", "b2"))}


def told(line, available=GIVEN):
    """What is said of a function whose only line, with what is given, raises."""
    source = f"def f(X, Y, W1, W2, A1):\n    return {line}"
    try:
        eval(line, {"np": np, **available})
    except Exception as error:
        said = str(error.args[0] if isinstance(error, KeyError) else error)
        trouble = Trouble("exception", type(error).__name__, said, "line 2", f"return {line}", ("f",))
        return meaning(trouble, Function("f", source=source), available)
    raise AssertionError(f"{line} runs")


@pytest.mark.parametrize(
    ("line", "first", "second"),
    [
        ("np.dot(X, W1)", "X is (3, 7)", "W1 is (4, 3)"),
        ("np.dot(W1, X) + np.dot(W2, X)", "W2 is (1, 4)", "X is (3, 7)"),
        ("X.dot(W1.T)", "X is (3, 7)", "W1.T is (3, 4)"),
        ("np.dot(W2.T, Y) * X", "np.dot(W2.T, Y) is (4, 7)", "X is (3, 7)"),
        ("np.multiply(A1, X)", "A1 is (4, 7)", "X is (3, 7)"),
    ],
)
def test_the_two_that_met_are_named(line, first, second):
    words = told(line).words
    assert first in words.en
    assert second in words.en
    assert "的形状是" in words.zh


def test_two_shapes_without_names_where_they_cannot_be_told():
    said = told("np.dot(g(X), W1)", {**GIVEN, "g": lambda X: X}).words.en
    assert "(3, 7)" in said


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("x + Y", "X"),
        ("np.dott(W1, X)", "dot"),
        ("X.summ()", "sum"),
        ("np.sum(X, keepdim=True)", "keepdims"),
    ],
)
def test_did_you_mean(line, meant):
    said = told(line).words
    assert said.en == f"Did you mean {meant}?"
    assert meant in said.zh


def test_a_name_like_no_other_is_no_guess():
    assert told("zzz + 1").words.en == ""


def test_parameters_of_a_layer_that_is_not_there():
    said = told("parameters['W3']", {**GIVEN, **PARAMETERS})
    assert "W3" in said.words.en
    assert "W1, b1, W2, b2" in said.words.en


UPWARD = """def f(AL, Y, caches):
    for l in range(L - 1):
        dA, dW, db = back(grads["dA" + str(l + 1)], caches[l])
        grads["dA" + str(l)] = dA
        grads["dW" + str(l + 1)] = dW
    grads["dW" + str(L)] = dW"""


@pytest.mark.parametrize(
    ("loop", "solution"),
    [("range(L - 1)", "for l in reversed(range(L - 1)):"), ("reversed(range(L - 1))", "")],
)
def test_a_gradient_that_is_not_there_yet(loop, solution):
    source = UPWARD.replace("range(L - 1)", loop)
    ast.parse(source)
    trouble = Trouble("exception", "KeyError", "dA1", "line 3", source.splitlines()[2])
    said = meaning(trouble, Function("f", source=source), {"W1": 1, "W2": 2, "W3": 3})
    assert "dA1" in said.words.en
    assert ("upwards" in said.words.en or "goes up" in said.words.en) == bool(solution)
    assert said.solution == solution


@pytest.mark.parametrize("line", ["X if X > 0 else 0", "float(X)", "np.max(0, X)"])
def test_one_number_at_a_time(line):
    said = told(line)
    assert "one number at a time" in said.words.en
    assert "np.maximum" in said.hint.en
