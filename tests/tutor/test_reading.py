"""A network that is laid out in another way throughout is judged in that way, its mistakes named."""

from pathlib import Path

import pytest

from barreleye.tutor.checking import check
from barreleye.words import catalogue

SAID = catalogue("tutor_judging")

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


def mistakes(report):
    return [(finding.mistake, finding.quantity, finding.where) for _, finding in report.findings]


def test_samples_as_rows_are_judged(checked):
    report = checked(ROWS)
    assert {verdict for _, verdict in said(report)} == {"right"}
    assert sum("samples are rows" in remark.en for one in report.functions for remark in one.remarks) == 1


@pytest.mark.parametrize(
    ("edit", "mistake", "quantity", "where"),
    [
        (("X.T @ dZ1 / m", "X.T @ dZ1"), "dW without 1/m", "dW1", "line 15"),
        (("dZ1.mean(0, keepdims=True)", "dZ1.mean()"), "db averaged over units too", "db1", "line 15"),
        (('dZ2 = cache["A2"] - Y', 'dZ2 = Y - cache["A2"]'), "output delta reversed", "dZ2", "line 13"),
        (('(1 - cache["A1"] ** 2)', '(1 - cache["A1"]) ** 2'), "slope (1 - A) squared", "dZ1", "line 14"),
        ((' + parameters["b1"]', ""), "Z without b", "Z1", "line 8"),
    ],
)
def test_mistakes_are_named_where_samples_are_rows(edit, mistake, quantity, where, checked):
    assert mistakes(checked(ROWS, edit)) == [(mistake, quantity, where)]


TRANSPOSED_INSIDE = (
    ('X @ parameters["W1"]', 'X @ parameters["W1"].T'),
    ('A1 @ parameters["W2"]', 'A1 @ parameters["W2"].T'),
)
OUT_BY_IN = (
    *TRANSPOSED_INSIDE,
    ("randn(n_x, n_h)", "randn(n_h, n_x)"),
    ("randn(n_h, n_y)", "randn(n_y, n_h)"),
    ('parameters["W2"].T * (1', 'parameters["W2"] * (1'),
    ("X.T @ dZ1", "dZ1.T @ X"),
    ('cache["A1"].T @ dZ2', 'dZ2.T @ cache["A1"]'),
)


def test_rows_with_weights_out_by_in_are_judged(checked):
    assert {verdict for _, verdict in said(checked(ROWS, *OUT_BY_IN))} == {"right"}
    assert mistakes(checked(ROWS, *OUT_BY_IN, ("dZ1.T @ X / m", "dZ1.T @ X"))) == [("dW without 1/m", "dW1", "line 15")]


COLUMNS = """
import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-np.clip(z, -500, 500)))
def initialize_parameters(n_x, n_h, n_y):
    return {"W1": np.random.randn(n_h, n_x) * 0.1, "b1": np.zeros((n_h, 1)),
            "W2": np.random.randn(n_y, n_h) * 0.1, "b2": np.zeros((n_y, 1))}
def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = sigmoid(parameters["W2"] @ A1 + parameters["b2"])
    return A2, {"A1": A1, "A2": A2}
def compute_cost(A2, Y):
    A2 = np.clip(A2, 1e-15, 1 - 1e-15)
    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
def backward_propagation(parameters, cache, X, Y):
    m = Y.shape[1]
    dZ2 = cache["A2"] - Y
    dZ1 = parameters["W2"].T @ dZ2 * (1 - cache["A1"] ** 2)
    return {"dW1": dZ1 @ X.T / m, "db1": dZ1.mean(1, keepdims=True),
            "dW2": dZ2 @ cache["A1"].T / m, "db2": dZ2.mean(1, keepdims=True)}
"""
INSIDE_FORWARD, INSIDE_BACKWARD = ('["W1"] @ X', '["W1"] @ X.T'), ("dZ1 @ X.T", "dZ1 @ X")
W_STARTS = ("randn(n_h, n_x)", "randn(n_x, n_h)"), ("randn(n_y, n_h)", "randn(n_h, n_y)")
W_FORWARD = ('["W1"] @ X', '["W1"].T @ X'), ('["W2"] @ A1', '["W2"].T @ A1')
W_BACKWARD = (
    ('["W2"].T @ dZ2', '["W2"] @ dZ2'),
    ("dZ1 @ X.T", "X @ dZ1.T"),
    ('dZ2 @ cache["A1"].T', 'cache["A1"] @ dZ2.T'),
)


def test_the_convention_of_the_course_is_judged(checked):
    assert checked(COLUMNS).verdict == "right"


def test_rows_that_are_transposed_inside_are_judged(checked):
    report = checked(COLUMNS, INSIDE_FORWARD, INSIDE_BACKWARD)
    assert {verdict for _, verdict in said(report)} == {"right"}
    assert report.functions[1].remarks[0].en.startswith("You take X with samples as rows")
    wrong = checked(COLUMNS, INSIDE_FORWARD, INSIDE_BACKWARD, ("dZ1 @ X / m", "dZ1 @ X"))
    assert mistakes(wrong) == [("dW without 1/m", "dW1", "line 18")]


def test_weights_that_are_n_in_by_n_out_are_judged(checked):
    report = checked(COLUMNS, *W_STARTS, *W_FORWARD, *W_BACKWARD)
    assert {verdict for _, verdict in said(report)} == {"right"}
    assert "W[l] is (n[l−1], n[l])" in report.functions[1].remarks[0].en
    wrong = checked(COLUMNS, *W_STARTS, *W_FORWARD, *W_BACKWARD, ("X @ dZ1.T / m", "X @ dZ1.T"))
    assert mistakes(wrong) == [("dW without 1/m", "dW1", "line 18")]


@pytest.mark.parametrize(
    "edits", [(INSIDE_FORWARD,), (INSIDE_BACKWARD,), W_STARTS, W_FORWARD, W_BACKWARD, (*W_STARTS, *W_FORWARD)]
)
def test_a_transposition_that_not_all_go_along_with_is_a_mistake(edits, checked):
    assert checked(COLUMNS, *edits).verdict == "wrong"


def test_a_first_weight_the_wrong_way_round_is_a_mistake_and_no_convention(tmp_path):
    file = tmp_path / "columns.py"
    file.write_text(ROWS.replace("X @ parameters", "parameters").replace('["W1"] +', '["W1"].T @ X +'))
    assert check(file).verdict == "wrong"


@pytest.mark.parametrize("solution", sorted((Path(__file__).parent / "solutions").glob("right_row*.py")))
def test_biases_as_rows_are_no_samples_as_rows(solution):
    assert all("samples are rows" not in finding.claim.en for _, finding in check(solution).findings)


WITHOUT = """
import numpy as np
def initialize_parameters(n_x, n_h, n_y): return np.random.randn(n_h, n_x) * 0.1, np.random.randn(n_y, n_h) * 0.1
def forward(X, W1, W2):
    A1 = np.tanh(W1 @ X)
    return A1, 1 / (1 + np.exp(-W2 @ A1))
def backward(X, Y, A1, A2, W2):
    m, d2 = X.shape[1], A2 - Y
    return W2.T @ d2 * (1 - A1**2) @ X.T / m, d2 @ A1.T / m
"""


def test_a_network_without_biases_is_judged(checked):
    report = checked(WITHOUT)
    assert [function.verdict for function in report.functions] == ["right", "fragile", "right"]
    assert report.functions[0].remarks[0] == SAID["reading.without_biases"]
    assert mistakes(checked(WITHOUT, ("X.T / m", "X.T")))[-1] == ("dW without 1/m", "dW1", "line 9")


def test_a_bias_that_is_forgotten_in_one_place_is_a_mistake(checked):
    assert checked(WITHOUT, ("n_y): return", "n_y): b1 = b2 = 0; return")).verdict == "wrong"


ROWS_ALONE = """
import numpy as np
def compute_cost(y_hat, y):
    return -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)).sum() / len(y)
def predict(X, W1, b1, W2, b2):
    return (1 / (1 + np.exp(-(np.tanh(X @ W1 + b1) @ W2 + b2))) > 0.5).astype(int)
"""


def test_a_prediction_shows_rows_where_there_is_no_forward_pass(checked):
    assert [function.verdict for function in checked(ROWS_ALONE).functions] == ["fragile", "right"]
    columns = checked(ROWS_ALONE, ("X @ W1", "W1 @ X"), ("np.tanh(W1 @ X + b1) @ W2", "W2 @ np.tanh(W1 @ X + b1)"))
    assert [function.verdict for function in columns.functions] == ["wrong", "right"]


TWO_CLASSES = """
import numpy as np

def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    e = np.exp(Z2 - Z2.max(axis=0, keepdims=True))
    A2 = e / e.sum(axis=0, keepdims=True)  # softmax
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

def compute_cost(A2, Y):
    return -np.sum(Y * np.log(A2 + 1e-12)) / Y.shape[1]

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dZ1 = parameters["W2"].T @ dZ2 * (1 - cache["A1"] ** 2)
    return {"dW1": dZ1 @ X.T / m, "db1": dZ1.mean(1, keepdims=True),
            "dW2": dZ2 @ cache["A1"].T / m, "db2": dZ2.mean(1, keepdims=True)}

def predict(parameters, X):
    return forward_propagation(X, parameters)[0].argmax(axis=0)
"""
WHOLE = (
    ("Y * np.log(A2 + 1e-12)) / Y.shape[1]", "np.log(A2[Y, np.arange(Y.size)])) / Y.size"),
    ('dZ2 = cache["A2"] - Y', 'dZ2 = cache["A2"].copy()\n    dZ2[Y, np.arange(m)] -= 1'),
)


@pytest.mark.parametrize("labels", [(), WHOLE])
def test_a_network_for_several_classes_is_judged(labels, checked):
    report = checked(TWO_CLASSES, *labels)
    assert {verdict for _, verdict in said(report)} <= {"right", "fragile"}
    assert sum("several classes" in remark.en for one in report.functions for remark in one.remarks) == 1


@pytest.mark.parametrize("labels", [(), WHOLE])
def test_mistakes_are_named_in_a_network_for_several_classes(labels, checked):
    report = checked(TWO_CLASSES, *labels, ("dZ1 @ X.T / m", "dZ1 @ X.T"), ("argmax(axis=0)", "argmax(axis=1)"))
    wrong = {
        one.exercise: [finding.mistake for finding in one.findings]
        for one in report.functions
        if one.verdict == "wrong"
    }
    assert wrong.pop("backward") == ["dW without 1/m"]
    assert set(wrong) == {"predict"}


def test_a_cost_of_the_ones_alone_is_of_several_classes_only_where_the_file_says_so(checked):
    alone = "import numpy as np\ndef compute_cost(A2, Y):\n    return -np.sum(Y * np.log(A2)) / Y.shape[1]\n"
    assert mistakes(checked(alone))[0][0] == "cost of the ones only"
    assert checked(alone + "def softmax(Z):\n    return np.exp(Z) / np.exp(Z).sum(axis=0)\n").verdict == "fragile"


LAYER = """
import numpy as np
def affine_forward(x, w, b):
    return x.dot(w) + b, (x, w, b)
def affine_backward(dout, cache):
    x, w, b = cache
    return dout.dot(w.T), x.T.dot(dout), np.sum(dout, axis=0)
"""


def test_a_layer_by_itself_whose_samples_are_rows_is_judged(checked):
    assert {verdict for _, verdict in said(checked(LAYER))} == {"right"}
    summed = checked(LAYER, ("dout", "dZ"), ("np.sum(dZ, axis=0)", "np.sum(dZ)"))
    assert said(summed)[1] == ("affine_backward", "wrong")
    swapped = checked(LAYER, ("x, w, b):", "A_prev, w, b):"), ("x.dot(w) + b, (x", "A_prev.dot(w) + b, (A_prev"))
    assert said(swapped)[0] == ("affine_forward", "wrong")


def test_a_cost_beside_the_cache_of_a_forward_pass_is_not_taken_for_its_output(checked):
    text = COLUMNS.replace("return A2, {", "cost = 0.5\n    return cost, {")
    assert {verdict for _, verdict in said(checked(text))} == {"right"}


DIGITS = """
import numpy as np
def init_params():
    W1, b1 = np.random.rand(10, 784) - 0.5, np.random.rand(10, 1) - 0.5
    W2, b2 = np.random.rand(10, 10) - 0.5, np.random.rand(10, 1) - 0.5
    return W1, b1, W2, b2
def ReLU(Z): return np.maximum(Z, 0)
def softmax(Z):
    E = np.exp(Z - Z.max())
    return E / sum(E)
def forward_prop(W1, b1, W2, b2, X):
    Z1 = W1.dot(X) + b1
    A1 = ReLU(Z1)
    Z2 = W2.dot(A1) + b2
    return Z1, A1, Z2, softmax(Z2)
def one_hot(Y):
    table = np.zeros((Y.size, Y.max() + 1))
    table[np.arange(Y.size), Y] = 1
    return table.T
def backward_prop(Z1, A1, Z2, A2, W2, X, Y):
    m = Y.size
    dZ2 = A2 - one_hot(Y)
    dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
    dW2, db2 = dZ2.dot(A1.T) / m, dZ2.sum(1, keepdims=True) / m
    return dZ1.dot(X.T) / m, dZ1.sum(1, keepdims=True) / m, dW2, db2
def get_predictions(A2): return np.argmax(A2, 0)
"""


def test_digits_with_whole_labels_and_sizes_of_their_own_are_judged(checked):
    assert {verdict for _, verdict in said(checked(DIGITS))} <= {"right", "fragile"}
    summed = checked(DIGITS, ("dZ2.sum(1, keepdims=True)", "dZ2.sum()"), ("dZ1.sum(1, keepdims=True)", "dZ1.sum()"))
    assert "db summed over units too" in [mistake for mistake, *_ in mistakes(summed)]


STEPPING = "    return {k: p - learning_rate * d['d' + k] for k, p in parameters.items()}\n"
STEPS = (
    ("parameters, cache, X, Y):", "parameters, cache, X, Y, learning_rate):"),
    ('    return {"dW1"', '    d = {"dW1"'),
    ("dZ2.mean(1, keepdims=True)}\n", "dZ2.mean(1, keepdims=True)}\n" + STEPPING),
)


def test_a_backward_pass_that_steps_itself_is_judged_by_its_step(checked):
    assert {verdict for _, verdict in said(checked(COLUMNS, *STEPS))} <= {"right"}
    assert mistakes(checked(COLUMNS, *STEPS, ("dZ1 @ X.T / m", "dZ1 @ X.T")))[0][:2] == ("dW without 1/m", "dW1")
