"""A network whose samples are rows is told so, and is not accused."""

from pathlib import Path

import pytest

from barreleye.tutor.checking import check

ROWS = """
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-np.clip(z, -500, 500)))
def initialize_parameters(n_x, n_h, n_y):
    return {"W1": np.random.randn(n_x, n_h) * 0.1, "b1": np.zeros((1, n_h)),
            "W2": np.random.randn(n_h, n_y) * 0.1, "b2": np.zeros((1, n_y))}
def forward_propagation(X, parameters):
    A1 = np.tanh(X @ parameters["W1"] + parameters["b1"])
    A2 = sigmoid(A1 @ parameters["W2"] + parameters["b2"])
    return A2, {"A1": A1, "A2": A2}
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[0]
    dZ2 = cache["A2"] - Y
    dZ1 = dZ2 @ parameters["W2"].T * (1 - cache["A1"] ** 2)
    return {"dW1": X.T @ dZ1 / m, "db1": dZ1.mean(0, keepdims=True),
            "dW2": cache["A1"].T @ dZ2 / m, "db2": dZ2.mean(0, keepdims=True)}
"""


def said(report):
    return [(function.name, function.verdict) for function in report.functions]


def test_samples_as_rows_are_not_judged_and_not_accused(tmp_path):
    file = tmp_path / "rows.py"
    file.write_text(ROWS)
    report = check(file)
    assert said(report) == [
        ("sigmoid", "right"),
        ("initialize_parameters", "unjudged"),
        ("forward_propagation", "unjudged"),
        ("backward_propagation", "unjudged"),
    ]
    assert all("samples are rows" in finding.claim.en for _, finding in report.findings)


def test_a_first_weight_the_wrong_way_round_is_a_mistake_and_no_convention(tmp_path):
    file = tmp_path / "columns.py"
    file.write_text(ROWS.replace("X @ parameters", "parameters").replace('["W1"] +', '["W1"].T @ X +'))
    assert check(file).verdict == "wrong"


@pytest.mark.parametrize("solution", sorted((Path(__file__).parent / "solutions").glob("right_row*.py")))
def test_biases_as_rows_are_no_samples_as_rows(solution):
    assert all("samples are rows" not in finding.claim.en for _, finding in check(solution).findings)
