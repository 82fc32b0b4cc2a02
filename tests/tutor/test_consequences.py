"""The learning curves beside a mistake in the gradients: which tell, and which do not."""

from dataclasses import replace

import pytest

from barreleye.nn.activations import Identity, LeakyReLU, ReLU, Tanh
from barreleye.tutor import curves
from barreleye.tutor.classics import CATALOGUE
from barreleye.tutor.consequences import curves_with, gradients, in_two_layers, with_curves
from barreleye.tutor.equations import backward_sheet
from barreleye.tutor.report import FunctionReport
from barreleye.tutor.search import Slip
from barreleye.tutor.showing.page import page

SOLUTION = "two_layer_vectorised"
SQUARED = ("(1 - np.power(A1, 2))", "(1 - A1) ** 2")
ONE_NUMBER = ("db1 = np.sum(dZ1, axis=1, keepdims=True) / m", "db1 = np.sum(dZ1) / m")
SILENT = "No learning curve would have shown this mistake"


def finding_of(report):
    """The one finding of a report, about the backward pass."""
    ((function, finding),) = report.findings
    assert function.exercise == "backward"
    return finding


def test_a_slope_of_the_wrong_square_shows_in_its_curve(checked):
    report = checked(SOLUTION, SQUARED)
    found = finding_of(report).curves
    assert found.tells
    assert found.right_accuracy > 0.85
    assert found.mistaken_accuracy < 0.6
    assert found.mistaken[-1] > 2 * found.right[-1]
    assert SILENT not in str(report)
    assert "this equation" in str(report)


def test_a_bias_gradient_summed_over_the_units_shows_in_no_curve(checked):
    report = checked(SOLUTION, ONE_NUMBER)
    found = finding_of(report).curves
    assert not found.tells
    assert found.mistaken != found.right
    assert SILENT in " ".join(str(report).split())
    assert SILENT in page(report)
    assert "学习曲线看不出这个错误" in page(report, "zh")


def test_two_mistakes_cost_one_right_curve(checked, monkeypatch):
    descents = []
    descent = curves.descent
    monkeypatch.setattr(curves, "descent", lambda *arguments: descents.append(1) or descent(*arguments))
    curves.trained.cache_clear()
    report = checked(SOLUTION, SQUARED, ONE_NUMBER)
    found = [finding.curves for _, finding in report.findings]
    assert sorted(each.tells for each in found) == [False, True]
    assert found[0].right == found[1].right
    assert len(descents) == 3


def test_the_curves_are_those_of_the_learners_hidden_activation(checked):
    relu = (("np.tanh(Z1)", "np.maximum(0, Z1)"), ("(1 - np.power(A1, 2))", "(Z1 > 0)"))
    finding = finding_of(checked(SOLUTION, *relu, ONE_NUMBER))
    slip = Slip(CATALOGUE[finding.mistake], (1,))
    assert finding.curves == curves_with(slip, ReLU()) != curves_with(slip, Tanh())
    assert 0.65 < finding.curves.right_accuracy < 0.75


@pytest.mark.parametrize(
    ("mistake", "layer"),
    [
        ("dW transposed", 1),  # (2, 4) does not fit W1
        ("slope (1 - A) squared", 2),  # there is no such line at the output
        ("dA without transpose", 1),
    ],
)
def test_what_cannot_be_trained_with_has_no_curves(mistake, layer):
    assert curves_with(Slip(CATALOGUE[mistake], (layer,)), Tanh()) is None


def test_there_are_no_curves_where_the_right_equation_learns_nothing_either():
    assert curves_with(Slip(CATALOGUE["db summed over units too"], (1,)), Identity()) is None


def test_a_slip_of_a_deep_network_is_made_where_it_belongs_in_two_layers():
    mistake = CATALOGUE["dW without 1/m"]
    places = {(1,): (1,), (2,): (1,), (1, 2): (1,), (3,): (2,), (1, 2, 3): (1, 2), (2, 3): (1, 2)}
    assert {layers: in_two_layers(Slip(mistake, layers), 3).layers for layers in places} == places


def test_only_wrong_findings_that_are_slips_get_curves(report):
    function = report.functions[2]
    slip = Slip(CATALOGUE["dW without 1/m"], (1,))
    wrong = function.findings[0]
    found = (wrong, replace(wrong, verdict="fragile"), replace(wrong, mistake=None), replace(wrong, mistake="other"))
    again: FunctionReport = with_curves(replace(function, findings=found), (slip,), None, 2)
    assert [finding.curves is not None for finding in again.findings] == [True, False, False, False]
    assert with_curves(function, (), Tanh(), 2) == function


def test_the_gradients_are_remembered_by_what_they_are():
    assert gradients(backward_sheet(2), Tanh()) is gradients(backward_sheet(2), Tanh())
    assert gradients(backward_sheet(2), Tanh()) is not gradients(backward_sheet(2), LeakyReLU(0.1))
