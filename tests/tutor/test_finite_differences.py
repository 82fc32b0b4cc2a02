"""The slopes of a learner's own cost, against the gradient by the mathematics."""

import numpy as np
import pytest

from barreleye.tutor.casting.pupil import Pupil
from barreleye.tutor.equations import backward_sheet, example, worked
from barreleye.tutor.finite_differences import agrees, evidence_against, slopes_of
from barreleye.tutor.running.calling import InProcess
from barreleye.tutor.search import Trial


@pytest.fixture
def pupil():
    def forward_propagation(X, parameters):
        A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
        return 1 / (1 + np.exp(-(parameters["W2"] @ A1 + parameters["b2"]))), {}

    def compute_cost(A2, Y):
        return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))

    with InProcess({one.__name__: one for one in (forward_propagation, compute_cost)}) as runner:
        yield Pupil(runner)


def gradients(v):
    right = worked(backward_sheet(v.L), v)
    return {(f"d{q}", l): value for q in ("W", "b") for l, value in getattr(right, f"d{q}").items()}


def test_slopes_are_those_of_the_gradient(pupil):
    v = example((3, 4, 1), 7, 0)
    slopes = slopes_of(pupil, v, "forward")
    assert set(slopes) == {("W", 1), ("b", 1), ("W", 2), ("b", 2)}
    assert agrees(Trial(v, gradients(v)), slopes)
    for name in gradients(v):
        off = gradients(v)
        off[name] = off[name] * 1.001
        assert not agrees(Trial(v, off), slopes)


def test_a_gradient_of_another_shape_does_not_agree(pupil):
    v = example((3, 4, 1), 7, 0)
    found = gradients(v)
    found["db", 1] = found["db", 1].ravel()
    assert not agrees(Trial(v, found), slopes_of(pupil, v, "forward"))


def test_without_a_cost_there_are_no_slopes(pupil):
    del pupil.cast["cost"]
    assert slopes_of(pupil, example((3, 4, 1), 7, 0), "forward") is None


def test_the_evidence_is_the_first_gradient_from_the_output_on(pupil):
    v = example((3, 4, 1), 7, 0)
    off = {name: 2 * one if name in (("dW", 1), ("db", 2)) else one for name, one in gradients(v).items()}
    slopes = slopes_of(pupil, v, "forward")
    (one,) = evidence_against(Trial(v, off), slopes)
    assert one.quantity == "ΔJ / Δb2"
    assert float(one.got) == pytest.approx(2 * float(one.expected), rel=1e-4)
    assert evidence_against(Trial(v, gradients(v)), slopes) == ()
