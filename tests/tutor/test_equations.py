"""The equations taken apart are the library's: unedited sheets give what barreleye.nn gives."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.nn.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from barreleye.nn.network import backward, cost, forward
from barreleye.nn.optimizers import GradientDescent
from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network
from barreleye.tutor.equations import (
    EQUATIONS,
    backward_sheet,
    cost_sheet,
    example,
    forward_sheet,
    line,
    update_sheet,
    worked,
)

HIDDEN = [Tanh(), ReLU(), Sigmoid(), LeakyReLU(0.1)]
sizes = st.lists(st.integers(1, 5), min_size=2, max_size=5)


def same(found, expected):
    assert set(found) == set(expected)
    for l in expected:
        np.testing.assert_allclose(found[l], expected[l], rtol=1e-9, atol=1e-12)


def library(v):
    """The network of an example, and its parameters."""
    n = (v.X.shape[0], *(W.shape[0] for W in v.W.values()))
    hidden = v.g[1] if v.L > 1 else "tanh"
    return Network(n, hidden, "sigmoid"), Parameters(v.W, v.b, {}, {})


@settings(deadline=None, max_examples=40)
@given(sizes, st.integers(1, 6), st.integers(0, 99), st.sampled_from(HIDDEN))
def test_sheets_give_what_the_library_gives(n, m, seed, hidden):
    v = example(tuple(n), m, seed, hidden)
    network, parameters = library(v)
    trace = forward(network, parameters, v.X)
    same(v.Z, trace.Z)
    same(v.A, trace.A)
    np.testing.assert_allclose(worked(cost_sheet(v.L), v).J[v.L], cost(network, parameters, trace, v.Y), rtol=1e-9)
    gradients = backward(network, parameters, trace, v.Y)
    for from_dA in (False, True):
        found = worked(backward_sheet(v.L, from_dA=from_dA), v)
        same(found.dW, gradients.dW)
        same(found.db, gradients.db)
        same(found.dZ, gradients.dZ)


@settings(deadline=None, max_examples=40)
@given(sizes, st.integers(0, 99))
def test_an_update_is_a_step_of_gradient_descent(n, seed):
    v = worked(backward_sheet(len(n) - 1), example(tuple(n), 4, seed))
    new = worked(update_sheet(v.L), v)
    rule = GradientDescent()
    for found, old, gradient in ((new.W_new, v.W, v.dW), (new.b_new, v.b, v.db)):
        same(found, {l: rule.update(old[l], gradient[l], (), 1, v.learning_rate)[0] for l in old})


def test_a_sheet_is_worked_on_a_copy():
    v = example((3, 4, 1), 5, 0, worked_forward=False)
    assert worked(forward_sheet(2), v).A.keys() == {0, 1, 2}
    assert v.A.keys() == {0}


def test_an_edit_takes_the_place_of_its_line_and_of_no_other():
    v = example((3, 4, 1), 5, 0)
    place = line("dW", 1)
    edited, right = (worked(backward_sheet(2), v, edits) for edits in ({place: lambda v, l: 2 * v.W[l]}, None))
    np.testing.assert_array_equal(edited.dW[1], 2 * v.W[1])
    for name in ("dW", "db", "dZ"):
        for l, value in getattr(right, name).items():
            assert (name, l) == ("dW", 1) or (getattr(edited, name)[l] == value).all()


def test_what_follows_from_an_edit_follows():
    v = example((3, 4, 1), 5, 0, worked_forward=False)
    edited = worked(forward_sheet(2), v, {line("Z", 1): lambda v, l: v.W[l] @ v.A[l - 1]})
    np.testing.assert_allclose(edited.Z[2], v.W[2] @ np.tanh(v.W[1] @ v.X) + v.b[2])


@pytest.mark.parametrize("m", [1, 6, 7])
def test_an_example_has_labels_of_both_kinds(m):
    Y = example((3, 4, 1), m, 0).Y
    assert set(np.unique(Y)) == ({0.0} if m == 1 else {0.0, 1.0})
    assert abs(Y.sum() - m / 2) < 1


def test_outputs_lie_on_both_sides_with_another_hidden_activation_too():
    v = example((5, 4, 3, 1), m=7, seed=0)
    for g in (Tanh(), ReLU(), Sigmoid()):
        Z = worked(forward_sheet(3), replace(v, g={1: g, 2: g, 3: Sigmoid()})).Z[3]
        assert Z.min() < 0 < Z.max()


def test_every_equation_stands_on_paper_and_in_code():
    for equation in EQUATIONS.values():
        words = {"l": 2, "p": 1, "n": 3, "g": "tanh", "g_code": "np.tanh", "slope": "(1 - A2 ** 2)"}
        assert "=" in equation.text.format(**words)
        compile(equation.code.format(**words), "solution", "exec")
