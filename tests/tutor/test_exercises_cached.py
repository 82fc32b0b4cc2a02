"""A cache that holds other quantities than it should is the fault of the function that made it, and told there."""

import pytest

from .deep_planting import COURSE
from .planting import VECTORISED, checked, diagnoses

CACHE = '"A1": A1'
WRONG = "cache holds another quantity"


def wrong(solution, *edits):
    return [one for one in diagnoses(checked(solution, *edits)) if one[1] == WRONG]


def verdicts(solution, *edits):
    return {one.exercise: one.verdict for one in checked(solution, *edits).functions}


@pytest.mark.parametrize(("edit", "quantity"), [((CACHE, '"A1": Z1'), "A1"), (('"Z1": Z1', '"Z1": A1'), "Z1")])
def test_a_name_that_holds_another_quantity(edit, quantity):
    found = verdicts(VECTORISED, edit)
    if quantity == "A1":
        assert wrong(VECTORISED, edit) == [("forward", WRONG, "A1")]
    assert found["backward"] != "wrong"


def test_two_in_each_other_s_place_are_one_finding():
    edits = ((CACHE, '"A1": Z1'), ('"Z1": Z1', '"Z1": A1'))
    report = checked(VECTORISED, *edits)
    (finding,) = [one for _, one in report.findings if one.mistake == WRONG]
    assert "A1 where Z1 belongs and Z1 where A1 belongs" in finding.claim.en
    assert '"Z1": A1' in finding.line


LOOPED = """
import numpy as np

def forward_propagation(X, parameters):
    cache = {"A0": X}
    A, L = X, len(parameters) // 2
    for l in range(1, L + 1):
        Z = parameters[f"W{l}"] @ A + parameters[f"b{l}"]
        A = 1 / (1 + np.exp(-np.clip(Z, -500, 500))) if l == L else np.maximum(0, Z)
        cache[f"Z{l}"] = Z
        cache[f"A{l}"] = A
    return A, cache

def backward_propagation(parameters, cache, Y):
    grads, L = {}, len(parameters) // 2
    dZ = cache[f"A{L}"] - Y
    for l in range(L, 0, -1):
        grads[f"dW{l}"] = dZ @ cache[f"A{l-1}"].T / Y.shape[1]
        grads[f"db{l}"] = dZ.mean(axis=1, keepdims=True)
        if l > 1:
            dZ = parameters[f"W{l}"].T @ dZ * (cache[f"Z{l-1}"] > 0)
    return grads
"""
ALL_LAYERS = {
    "each other's place": (('cache[f"Z{l}"] = Z', 'cache[f"Z{l}"] = A'), ('cache[f"A{l}"] = A', 'cache[f"A{l}"] = Z')),
    "other numbers": (('"A0": X', '"A0": 0 * X'),),
}


@pytest.mark.parametrize("name", ALL_LAYERS)
def test_a_cache_of_all_layers_is_told_once_and_the_backward_pass_is_right(name, tmp_path):
    from barreleye.tutor.checking import check

    text = LOOPED
    for old, new in ALL_LAYERS[name]:
        text = text.replace(old, new)
    path = tmp_path / "own.py"
    path.write_text(text, encoding="utf-8")
    report = check(path)
    assert [(one.exercise, finding.mistake) for one, finding in report.findings if finding.verdict == "wrong"] == [
        ("forward", WRONG)
    ]
    (finding,) = [one for _, one in report.findings if one.mistake == WRONG]
    assert ALL_LAYERS[name][0][1] in finding.line


APPENDED = 'parameters["b" + str(l)], "relu")\n'
LAST = "    caches.append(cache)\n    return AL, caches"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ((LAST, "    return AL, caches"), "none of layer 3"),
        ((APPENDED, APPENDED + "        caches.append(cache)\n"), "2 of layer 1 and 2 of layer 2"),
    ],
)
def test_a_cache_for_each_layer(edit, said):
    report = checked(COURSE, edit)
    ((exercise, finding),) = [(one.exercise, finding) for one, finding in report.findings if finding.verdict == "wrong"]
    assert (exercise, finding.mistake) == ("forward_deep", "not one cache for each layer")
    assert said in finding.claim.en
    assert "caches.append" in finding.line


def test_a_backward_pass_that_knows_is_not_accused():
    edits = ((CACHE, '"A1": Z1'), ('A1 = cache["A1"]', 'A1 = np.tanh(cache["A1"])'))
    assert wrong(VECTORISED, *edits) == []


@pytest.mark.parametrize(
    ("edit", "exercise", "quantity"),
    [
        (("cache = (A, W, b)", "cache = (Z, W, b)"), "linear_forward", "A_prev"),
    ],
)
def test_a_tuple_that_lacks_a_quantity(edit, exercise, quantity):
    assert wrong(COURSE, edit) == [(exercise, WRONG, quantity)]
    found = verdicts(COURSE, edit)
    assert all(found[one] != "wrong" for one in ("linear_backward", "linear_activation_backward", "backward_deep"))


RARE = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))

def forward_propagation(X, parameters):
    W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))
    Z1 = W1 @ X + b1
    A1 = G
    A2 = sigmoid(W2 @ A1 + b2)
    return A2, {"Z1": Z1, "A1": A1, "A2": A2}

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    Z1, A1, A2 = cache["Z1"], cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dZ1 = parameters["W2"].T @ dZ2 * SLOPE
    return {"dW1": dZ1 @ X.T / m, "db1": dZ1.mean(axis=1, keepdims=True),
            "dW2": dZ2 @ A1.T / m, "db2": dZ2.mean(axis=1, keepdims=True)}
"""
KINDS = {
    "Softplus": ("np.logaddexp(0, Z1)", "sigmoid(Z1)"),
    "ELU": ("np.where(Z1 > 0, Z1, np.expm1(np.minimum(Z1, 0)))", "np.where(Z1 > 0, 1, A1 + 1)"),
    "SiLU": ("Z1 * sigmoid(Z1)", "sigmoid(Z1) * (1 + Z1 * (1 - sigmoid(Z1)))"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_rarer_activations_are_right(kind, tmp_path):
    from barreleye.tutor.checking import check

    g, slope = KINDS[kind]
    path = tmp_path / "own.py"
    path.write_text(RARE.replace("= G", f"= {g}").replace("SLOPE", slope), encoding="utf-8")
    report = check(path)
    assert [one.verdict for one in report.functions] == ["right"] * 3
    assert f"The hidden activation is {kind}." in [text.en for one in report.functions for text in one.remarks]
    path.write_text(RARE.replace("= G", f"= {g}").replace("SLOPE", "A1"), encoding="utf-8")
    assert {one.exercise: one.verdict for one in check(path).functions}["backward"] == "wrong"


THREE = """
import numpy as np

def forward_propagation(X, parameters):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = np.maximum(0, W1 @ X + b1)
    a2 = np.maximum(0, W2 @ a1 + b2)
    a3 = 1 / (1 + np.exp(-np.clip(W3 @ a2 + b3, -500, 500)))
    return a3, (a1, W1, b1, a2, W2, b2, a3, W3, b3)

def backward_propagation(X, Y, cache):
    a1, W1, b1, a2, W2, b2, a3, W3, b3 = cache
    m = X.shape[1]
    dz3 = (a3 - Y) / m
    dz2 = W3.T @ dz3 * (a2 > 0)
    dz1 = W2.T @ dz2 * (a1 > 0)
    return {"dW3": dz3 @ a2.T, "db3": dz3.sum(axis=1, keepdims=True),
            "dW2": dz2 @ a1.T, "db2": dz2.sum(axis=1, keepdims=True),
            "dW1": dz1 @ X.T, "db1": dz1.sum(axis=1, keepdims=True)}
"""


def test_three_layers_by_name(tmp_path):
    from barreleye.tutor.checking import check

    path = tmp_path / "own.py"
    path.write_text(THREE, encoding="utf-8")
    assert check(path).verdict == "right"
    path.write_text(THREE.replace("dz2 @ a1.T", "dz2 @ a1.T / m"), encoding="utf-8")
    (finding,) = [one for _, one in check(path).findings]
    assert finding.quantity == "dW2"


TUPLE = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))

def forward_propagation(X, parameters):
    W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))
    m = X.shape[1]
    A1, A2 = np.zeros((W1.shape[0], m)), np.zeros((W2.shape[0], m))
    for i in range(m):
        z1 = W1 @ X[:, i:i + 1] + b1
        a1 = sigmoid(z1)
        z2 = W2 @ a1 + b2
        a2 = sigmoid(z2)
        A1[:, i:i + 1] = a1
        A2[:, i:i + 1] = a2
    return A2, (A1, A2)

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache
    dZ2 = A2 - Y
    dZ1 = parameters["W2"].T @ dZ2 * A1 * (1 - A1)
    return {"dW1": dZ1 @ X.T / m, "db1": dZ1.mean(axis=1, keepdims=True),
            "dW2": dZ2 @ A1.T / m, "db2": dZ2.mean(axis=1, keepdims=True)}
"""
HOLDS_Z1 = ("A1[:, i:i + 1] = a1", "A1[:, i:i + 1] = z1")
NO_SIGMOID = ("a2 = sigmoid(z2)", "a2 = z2")
NO_MEAN = ('"db2": dZ2.mean(axis=1, keepdims=True)', '"db2": dZ2.sum(axis=1, keepdims=True)')
PLACES = {
    "another quantity": ((HOLDS_Z1,), [("forward", WRONG)]),
    "another quantity, and a mistake behind it": (
        (HOLDS_Z1, NO_MEAN),
        [("forward", WRONG), ("backward", "db without 1/m")],
    ),
    "a mistake that makes two quantities alike": ((NO_SIGMOID,), [("forward", "output without sigmoid")]),
    "the same, and a mistake behind it": (
        (NO_SIGMOID, NO_MEAN),
        [("forward", "output without sigmoid"), ("backward", "db without 1/m")],
    ),
    "names of the learner's own, and a mistake behind them": (
        (
            ("a1 = sigmoid(z1)", "h = sigmoid(z1)"),
            ("z2 = W2 @ a1 + b2", "z2 = W2 @ h + b2"),
            HOLDS_Z1,
            ("    A1, A2 = cache\n", "    A1, A2 = cache\n    H = sigmoid(A1)\n"),
            ("dZ2 * A1 * (1 - A1)", "dZ2 * H * (1 - H)"),
            ("dZ2 @ A1.T / m", "dZ2 @ H.T"),
        ),
        [("backward", "dW without 1/m")],
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_place_in_a_tuple_is_what_the_code_names_it(name, tmp_path):
    from barreleye.tutor.checking import check

    edits, expected = PLACES[name]
    text = TUPLE
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = tmp_path / "own.py"
    path.write_text(text, encoding="utf-8")
    found = [(one.exercise, finding.mistake) for one, finding in check(path).findings if finding.verdict == "wrong"]
    assert found == expected
