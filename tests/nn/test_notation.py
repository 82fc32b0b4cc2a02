"""The notation: numbers, print and code of one text agree with what Python and NumPy make of it."""

import ast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barreleye.nn.equations import EQUATIONS
from barreleye.nn.notation import code, paper, parsed, parts, put, value, written

RNG = np.random.default_rng(0)
V = {
    "W": {1: RNG.normal(size=(3, 2)), 2: RNG.normal(size=(1, 3))},
    "A": {0: RNG.normal(size=(2, 5)), 1: RNG.uniform(0.1, 0.9, (3, 5)), 2: RNG.uniform(0.1, 0.9, (1, 5))},
    "dZ": {1: RNG.normal(size=(3, 5)), 2: RNG.normal(size=(1, 5))},
    "b": {1: RNG.normal(size=(3, 1)), 2: RNG.normal(size=(1, 1))},
    **{"Y": np.array([[0, 1, 1, 0, 1.0]]), "m": 5, "n": {0: 2, 1: 3, 2: 1}},
}
names = st.sampled_from(["W[l]", "A[l - 1]", "dZ[l]", "m", "2", "Y"])
trees = st.recursive(
    names,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]}) {t[1]} ({t[2]})"),
        inner.map(lambda t: f"-({t})"),
        inner.map(lambda t: f"exp({t})"),
        inner.map(lambda t: f"({t}) ** 2"),
        inner.map(lambda t: f"({t}).T"),
    ),
    max_leaves=6,
)


def run(text, l):
    """What the code of a text gives, where W2 stands for W[2]."""

    def named(q, index):
        return q + str(eval(index, {"l": l})) if index else q

    arrays = {f"{q}{i}": array for q, layers in V.items() if isinstance(layers, dict) for i, array in layers.items()}
    return eval(code(text, named), {"np": np, "Y": V["Y"], "m": 5, **arrays})


@pytest.mark.parametrize("name", ["Z", "J", "dA out", "dZ out", "dW", "db", "dA", "answer"])
def test_the_code_of_every_form_gives_its_numbers_and_all_forms_are_one(name):
    l = 1 if name == "dA" else 2
    equation = EQUATIONS[name]
    given = {**V, "Z": {2: np.log(V["A"][2] / (1 - V["A"][2]))}, "l": l}
    for text in (equation.text, *equation.forms):
        np.testing.assert_allclose(value(text, given), value(equation.text, given), err_msg=text)
        if "Z[" not in text:
            np.testing.assert_allclose(run(text, l), value(text, given), err_msg=text)


@given(trees)
def test_a_text_is_written_back_as_it_was(text):
    assert ast.dump(parsed(written(parsed(text)))) == ast.dump(parsed(text))
    assert written(put(parsed(text), lambda part: None)) == written(parsed(text))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("(1 - A[l]) ** 2", "(1 − A[l])²"),
        ("1 - A[l] ** 2", "1 − A[l]²"),
        ("dA[l] * (1 - A[l])", "dA[l] ∗ (1 − A[l])"),
        ("dA[l] * 1 - A[l]", "dA[l] ∗ 1 − A[l]"),
        ("A[l] / (m - 1)", "(1/(m − 1)) A[l]"),
        ("A[l] / (2 * m)", "(1/2m) A[l]"),
        ("A[l] - (Y - A[l])", "A[l] − (Y − A[l])"),
        ("alpha * dW[l]", "α dW[l]"),
        ("W[l].T @ dZ[l]", "W[l]ᵀ dZ[l]"),
        ("(W[l] @ A[l - 1]).T", "(W[l] A[l−1])ᵀ"),
        ("sum(dZ[l], axis=0)", "Σⱼ dZ[l]ⱼ"),
        ("where(Z[l] > 0, 1, leak)", "1 where Z[l] > 0, else α"),
        ("A[l] < 0.5", "1 where A[l] < 0.5, else 0"),
        ("-sum(Y * log(A[l])) / m", "−(1/m) Σ Y log A[l]"),
    ],
)
def test_on_paper(text, printed):
    assert paper(text) == printed


@pytest.mark.parametrize("text", ["open('x')", "().__class__", "[1]", "lambda: 0", "A[l].shape"])
def test_nothing_but_the_notation_is_worked(text):
    with pytest.raises((ValueError, NameError)):
        value(text, V)


def test_parts_are_those_that_have_a_value():
    assert [written(part) for part in parts(parsed("sum(dZ[l], axis=1) / m"))] == [
        *("sum(dZ[l], axis=1) / m", "sum(dZ[l], axis=1)", "dZ[l]", "m"),
    ]
