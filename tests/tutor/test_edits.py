"""Edits: each kind makes what it should, of what is there, and never what is right."""

import re

import numpy as np
import pytest

from barreleye.nn.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from barreleye.nn.notation import parsed, written
from barreleye.tutor.classics import of
from barreleye.tutor.edits import KINDS, edits, exists, forms, with_fewer_brackets
from barreleye.tutor.equations import EQUATIONS, Softmax, computing, example, worked
from barreleye.tutor.equations import backward_sheet as backward
from barreleye.tutor.likeness import DIFFERENT, alike
from barreleye.tutor.unlisted import examples, numbers

EXAMPLES = (
    ("brackets", "dZ", Tanh(), "dA[l] * 1 - A[l] ** 2"),
    ("brackets", "A", Sigmoid(), "1 / 1 + exp(-Z[l])"),
    ("count", "dW", Tanh(), "dZ[l] @ A[l - 1].T / (m - 1)"),
    ("left out", "Z", Tanh(), "W[l] @ A[l - 1]"),
    ("left out", "db", Tanh(), "sum(dZ[l], axis=1)"),
    ("operator", "W new", Tanh(), "W[l] + alpha * dW[l]"),
    ("operator", "dA", Tanh(), "W[l + 1].T * dZ[l + 1]"),
    ("exchanged", "dZ out", Sigmoid(), "Y - A[l]"),
    ("exchanged", "dZ", LeakyReLU(0.1), "dA[l] * where(Z[l] > 0, leak, 1)"),
    ("compared", "answer", Sigmoid(), "A[l] < 0.5"),
    ("axis", "db", Tanh(), "sum(dZ[l], axis=0) / m"),
    ("axis", "A", Softmax(), "softmax(Z[l], axis=1)"),
    ("transposed", "dW", Tanh(), "dZ[l].T @ A[l - 1] / m"),
    ("quantity", "dW", Tanh(), "dZ[l] @ Z[l - 1].T / m"),
    ("quantity", "b new", Tanh(), "b[l] - alpha * b[l]"),
    ("power", "dZ", Tanh(), "dA[l] * (1 - A[l]) ** 2"),
    ("negated", "dA", Tanh(), "-(W[l + 1].T @ dZ[l + 1])"),
    ("function", "J", Sigmoid(), "-sum(Y * log2(A[l]) + (1 - Y) * log2(1 - A[l])) / m"),
    ("factor", "dZ out", Sigmoid(), "(A[l] - Y) / m"),
    ("number", "A", ReLU(), "maximum(1, Z[l])"),
)


@pytest.mark.parametrize(("kind", "equation", "g", "text"), EXAMPLES)
def test_a_kind_makes_the_slip(kind, equation, g, text):
    found = {edit.text: edit.kind for edit in edits(equation, g)}
    text = written(parsed(text))
    assert text in found
    assert list(KINDS).index(found[text]) <= list(KINDS).index(kind)  # an earlier kind may have made it first


def test_every_kind_has_an_example():
    assert {row[0] for row in EXAMPLES} == {*KINDS}


@pytest.mark.parametrize("g", [Tanh(), Sigmoid(), ReLU(), LeakyReLU(0.1)], ids=lambda g: type(g).__name__)
def test_the_forms_of_an_equation_are_all_right(g):
    v = worked(backward(3, from_dA=True), example((4, 3, 5, 1), 6, 0, g))
    v.g[3] = Sigmoid()
    for name, equation in EQUATIONS.items():
        if name.endswith("classes"):
            continue
        l = 2 if name in ("A", "dZ", "dA") else 3
        for form in forms(name, g):
            assert alike(computing(form)(v, l) * 1.0, equation.compute(v, l) * 1.0) != DIFFERENT, form


@pytest.mark.parametrize("equation", EQUATIONS)
def test_an_edit_is_of_what_is_there_and_is_no_right_form(equation):
    made = EQUATIONS[equation].quantity.removesuffix("_new")
    for edit in edits(equation, Tanh()):
        assert edit.text not in forms(equation, Tanh())
        if equation.endswith("new"):
            assert not re.search(r"\b(d?[AZ]\[|X|Y)", edit.text)
        elif made in ("Z", "A", "answer"):
            assert not re.search(r"\bd[ZAWb]\[|\bY\b", edit.text)
        elif made.startswith("d"):
            assert f"{made}[l]" not in edit.text


def test_what_comes_later_does_not_exist():
    assert exists("dZ", "dA[l] * A[l]")
    assert exists("dA", "W[l].T @ dA[l + 1]")
    assert not exists("dZ", "dW[l]")
    assert not exists("dW", "db[l]")
    assert not exists("Z", "A[l]")
    assert not exists("A", "Z[l + 1]")


def test_each_pair_of_brackets_is_dropped_and_all():
    assert [*with_fewer_brackets("(A + B) * log(Y)")] == ["A + B * log(Y)"]
    assert len([*with_fewer_brackets("(A + B) * (Y - 1)")]) == 3


def test_most_of_the_named_mistakes_are_edits():
    """They keep their names and sentences; that the kinds make them shows that the kinds are those of real mistakes."""
    named, met = set(), set()
    for equation in ("Z", "dA out", "dZ out", "dW", "db", "dA", "W new", "b new"):
        output = equation.endswith("out")
        works = examples(Tanh(), output)
        with np.errstate(all="ignore"):
            edited = {numbers(computing(edit.text), works, output) for edit in edits(equation, Tanh())}
        own = {one.name: numbers(one.compute, works, output) for one in of(equation) if not one.also}
        own = {name: key for name, key in own.items() if any(key) and "sample" not in name and "//" not in name}
        named |= {*own}
        met |= {name for name, key in own.items() if key in edited}
    assert len(named) > 90
    assert len(met) > 0.9 * len(named)
