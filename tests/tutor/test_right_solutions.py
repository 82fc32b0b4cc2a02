"""Correct solutions in many styles raise no complaint, in this process, as a file and as a notebook."""

import json
from pathlib import Path

import pytest

from barreleye.tutor.checking import check_file

SOLUTIONS = Path(__file__).parent / "solutions"
RIGHT = sorted(path.stem for path in SOLUTIONS.glob("right_*.py"))
FRAGILE = {
    "right_course_two_layer": {("compute_cost", "0 log 0")},
    "right_course_deep": {("compute_cost", "0 log 0"), ("L_model_backward", "divides by zero")},
}
"""The course's own code is right and takes the logarithm of 0 and divides by it where an output saturates."""


def said(report):
    return {(function.name, finding.mistake, finding.claim.en) for function, finding in report.findings}


def test_there_are_many_styles():
    assert len(RIGHT) >= 10
    assert len(set(RIGHT) - set(FRAGILE)) >= 10


@pytest.mark.parametrize("name", RIGHT)
def test_right_code_is_never_accused(name, checked, seconds):
    report = checked(name)
    assert len(report.functions) >= 4
    assert {(function, mistake) for function, mistake, _ in said(report)} == FRAGILE.get(name, set())
    assert report.verdict == ("fragile" if name in FRAGILE else "right")
    assert seconds() < 2


@pytest.mark.parametrize("name", ["right_course_two_layer", "right_list_of_layers", "right_loops"])
def test_in_a_process_of_its_own(name):
    report = check_file(SOLUTIONS / f"{name}.py")
    assert {(function, mistake) for function, mistake, _ in said(report)} == FRAGILE.get(name, set())


def test_in_a_notebook(tmp_path):
    cells = (SOLUTIONS / "right_course_deep.py").read_text(encoding="utf-8").split("\n\n\n")
    notebook = {
        "cells": [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = tmp_path / "homework.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    report = check_file(path)
    assert {(function, mistake) for function, mistake, _ in said(report)} == FRAGILE["right_course_deep"]


OBJECTS = """
import numpy as np


class Net:
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2


def initialize_parameters(n_x, n_h, n_y):
    r = np.random.RandomState(2)
    return Net(r.randn(n_h, n_x) * 0.01, np.zeros((n_h, 1)), r.randn(n_y, n_h) * 0.01, np.zeros((n_y, 1)))


def forward_propagation(X, net):
    A1 = np.tanh(net.W1 @ X + net.b1)
    return np.exp(-np.logaddexp(0, -(net.W2 @ A1 + net.b2)))
"""


def test_parameters_of_a_class_of_their_own_are_judged_too(checked):
    report = checked(OBJECTS)
    assert [(one.name, one.verdict) for one in report.functions] == [
        ("initialize_parameters", "right"),
        ("forward_propagation", "right"),
    ]
    wrong = checked(OBJECTS, ("net.W1 @ X + net.b1", "net.W1 @ X"))
    assert [finding.mistake for _, finding in wrong.findings] == ["Z without b"]


def test_an_update_whose_rate_is_no_argument_may_still_add(checked):
    report = checked("right_globals", ("- learning_rate*", "+ learning_rate*"))
    assert report.verdict == "wrong"
    assert {function.exercise for function, _ in report.findings} == {"update"}
