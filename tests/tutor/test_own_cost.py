"""A backward pass that is right for the learner's own cost is not accused; one that is wrong for it is located."""

import numpy as np
import pytest

from barreleye.tutor.calling import InProcess
from barreleye.tutor.checking import check
from barreleye.tutor.equations import backward_sheet, example, worked
from barreleye.tutor.own_cost import PENALISED, SUMS, agrees, slopes_of, sums
from barreleye.tutor.pupil import Pupil
from barreleye.tutor.search import Trial

L2_COST = ("    return cross_entropy + penalty\n", "    return np.mean((A2 - Y) ** 2)\n")
SQUARED = {  # J = c (1/m) Σ (A2 − Y)², dZ2 = 2c (A2 − Y) A2 (1 − A2)
    "right_long_functions": (
        ("    daijia = np.divide(daijia, -m)\n", "    daijia = np.divide(np.sum(np.power(A2 - Y, 2)), 2 * m)\n"),
        ('np.subtract(cache["A2"], Y)\n', 'np.subtract(cache["A2"], Y) * cache["A2"] * (1 - cache["A2"])\n'),
    ),
    "right_one_by_one": (
        ("np.average(np.where(Y == 1, -np.log(Y_hat), -np.log(1 - Y_hat)))", "np.sum((Y_hat - Y) ** 2) / Y.shape[1]"),
        ("e2 = (a2 - Y)", "e2 = 2 * (a2 - Y) * a2 * (1 - a2)"),
    ),
    "right_pairs": (
        ("    return cost  # (1, 1)", "    return np.abs(AL - Y) @ np.abs(AL - Y).T / m"),
        ("delta = (AL - Y) / m", "delta = 2 * (AL - Y) * AL * (1 - AL) / m"),
    ),
}


def by_role(report, start):
    (found,) = [one for one in report.functions if one.exercise.startswith(start)]
    return found


@pytest.mark.parametrize("solution", SQUARED)
def test_the_gradient_of_a_squared_error_is_right_for_that_cost(solution, checked):
    report = checked(solution, *SQUARED[solution])
    assert by_role(report, "cost").verdict == "wrong"
    backward = by_role(report, "backward")
    assert backward.verdict == "right"
    assert "right for your own cost" in backward.remarks[-1].en
    assert len(list(report.findings)) == 1


@pytest.mark.parametrize("solution", SQUARED)
def test_a_gradient_that_is_wrong_for_that_cost_too_is_wrong(solution, checked):
    cost, (old, new) = SQUARED[solution]
    report = checked(solution, cost, (old, new.replace("A2", "A2 * 1.1 * A2 / A2").replace("(a2 -", "(1.1 * a2 -")
                                      .replace("(AL - Y)", "(1.1 * AL - Y)")))  # fmt: skip
    assert by_role(report, "backward").verdict == "wrong"


def test_an_L2_penalty_is_recognised_and_its_gradient_right(checked):
    report = checked("right_l2", ("lambd=0.7", "lambd=0.25"))
    assert report.verdict == "right"
    assert by_role(report, "backward").remarks[-1] == PENALISED.filled(lambd="0.25")
    assert "lambda = 0.25" in by_role(report, "cost").remarks[-1].en


def test_the_gradient_of_a_penalty_is_right_without_a_forward_pass_too():
    def compute_cost(A2, Y, parameters, lambd=0.1):
        W = parameters["W1"], parameters["W2"]
        J = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / Y.shape[1]
        return J + lambd / (2 * Y.shape[1]) * sum(np.sum(one**2) for one in W)

    def backward_propagation(parameters, cache, X, Y, lambd=0.1):
        m, A1 = X.shape[1], cache["A1"]
        dZ2 = cache["A2"] - Y
        dZ1 = parameters["W2"].T @ dZ2 * (1 - A1**2)
        dW1, dW2 = (dZ @ A.T / m for dZ, A in ((dZ1, X), (dZ2, A1)))
        db1, db2 = (dZ.mean(axis=1, keepdims=True) for dZ in (dZ1, dZ2))
        dW1, dW2 = dW1 + lambd / m * parameters["W1"], dW2 + lambd / m * parameters["W2"]
        return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}

    assert by_role(check(compute_cost, backward_propagation), "backward").verdict == "right"


@pytest.mark.parametrize(
    ("factor", "slope"), [("lambd / 2", "lambd * m"), ("lambd", "2 * lambd * m"), ("lambd / m", "2 * lambd")]
)
def test_a_penalty_of_another_scale_is_recognised(factor, slope, checked):
    edits = (("lambd / (2 * m)", factor), ("lambd * W2", f"{slope} * W2"), ("lambd * W1", f"{slope} * W1"))
    assert checked("right_l2", *edits).verdict == "right"


def test_a_gradient_without_the_penalty_is_wrong(checked):
    report = checked("right_l2", (" + lambd * W2", ""), (" + lambd * W1", ""))
    ((function, finding),) = report.findings
    assert (function.exercise, finding.mistake, finding.quantity) == ("backward", "gradient without the penalty", "dW")
    assert finding.line.startswith("dW")


def test_a_penalty_in_one_layer_only_is_located_by_the_learners_cost(checked):
    report = checked("right_l2", (" + lambd * W1", ""))
    ((function, finding),) = report.findings
    assert (function.exercise, finding.verdict) == ("backward", "wrong")
    assert finding.evidence[-1].quantity == "ΔJ / ΔW1"


def test_sums_that_the_update_divides_by_m_are_right(checked):
    assert by_role(checked("right_sums_then_mean"), "backward").remarks[-1] == SUMS


def test_sums_that_nobody_divides_by_m_are_wrong(checked):
    report = checked("right_sums_then_mean", ("learning_rate / m *", "learning_rate *"))
    assert by_role(report, "backward").verdict == "wrong"
    assert all("without 1/m" in finding.mistake for _, finding in report.findings)


def test_means_that_the_update_divides_by_m_again_are_wrong(checked):
    report = checked("right_sums_then_mean", ("dZ2 = A2 - Y\n", "dZ2 = (A2 - Y) / X.shape[1]\n"))
    assert by_role(report, "backward").verdict == "right"
    assert by_role(report, "update").verdict == "wrong"


def test_an_update_by_itself_may_divide_by_m(checked):
    text = """
import numpy as np


def update_parameters(parameters, grads, learning_rate, m):
    return {k: parameters[k] - learning_rate * grads["d" + k] / m for k in parameters}
"""
    assert checked(text).verdict == "right"
    assert checked(text, ("/ m", "* m")).verdict == "wrong"


# The slopes themselves, by the mathematics


@pytest.fixture
def pupil():
    def forward_propagation(X, parameters):
        A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
        return 1 / (1 + np.exp(-(parameters["W2"] @ A1 + parameters["b2"]))), {}

    def compute_cost(A2, Y):
        return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))

    with InProcess({one.__name__: one for one in (forward_propagation, compute_cost)}) as runner:
        found = Pupil(runner)
        found.slips["forward"] = ()
        yield found


def gradients(v):
    right = worked(backward_sheet(v.L), v)
    return {(f"d{q}", l): value for q in ("W", "b") for l, value in getattr(right, f"d{q}").items()}


def test_slopes_are_those_of_the_gradient(pupil):
    v = example((3, 4, 1), 7, 0)
    slopes = slopes_of(pupil, v)
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
    assert not agrees(Trial(v, found), slopes_of(pupil, v))


def test_without_a_right_forward_pass_there_are_no_slopes(pupil):
    pupil.slips.clear()
    assert slopes_of(pupil, example((3, 4, 1), 7, 0)) is None


def test_sums_are_m_times_the_means():
    v = example((3, 4, 1), 7, 0)
    assert sums([Trial(v, {name: 7 * one for name, one in gradients(v).items()})])
    assert not sums([Trial(v, gradients(v))])
