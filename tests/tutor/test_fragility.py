"""Every fragility, planted in two solutions each, is told by its name and by nothing else."""

import re

import pytest

from barreleye.tutor.fragility import names, precision
from barreleye.tutor.fragility.surroundings import data_globals, surroundings
from barreleye.tutor.running.answers import Function
from barreleye.words import Text

Edit = tuple[str, str]

PLANTED: list[tuple[str, str, str, tuple[Edit, ...]]] = [
    # name, function, solution, edits
    ("sigmoid overflows", "sigmoid", "right_l2", (("np.exp(-np.clip(z, -600, 600))", "np.exp(-z)"),)),
    (
        "sigmoid overflows",
        "feed_forward",
        "right_unfolded",
        (("np.exp(-np.logaddexp(0, -z2))", "1 / (1 + np.exp(-z2))"),),
    ),
    (
        "sigmoid overflows",
        "forward",
        "right_one_by_one",
        (
            (
                "return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))",
                "return 1 / (1 + np.exp(-x))",
            ),
        ),
    ),
    (
        "sigmoid fails at large Z",
        "sigmoid",
        "right_l2",
        (("1 / (1 + np.exp(-np.clip(z, -600, 600)))", "np.exp(z) / (1 + np.exp(z))"),),
    ),
    (
        "sigmoid fails at large Z",
        "forward_propagation",
        "right_loops",
        (("    if t >= 0:\n        return 1 / (1 + math.exp(-t))\n", ""),),
    ),
    ("tanh fails at large Z", "forward_propagation", "right_long_functions", (("np.clip(Z1, -300, 300)", "Z1"),)),
    (
        "tanh fails at large Z",
        "forward_propagation",
        "right_loops",
        (("math.tanh(s)", "(math.exp(s) - math.exp(-s)) / (math.exp(s) + math.exp(-s))"),),
    ),
    ("0 log 0", "computeCost", "right_einsum_tuples", (("np.clip(yhat, 1e-10, 1 - 1e-10)", "yhat"),)),
    (
        "0 log 0",
        "compute_cost",
        "right_loops",
        (
            (
                "        if Y[0, i] == 1:\n            J -= math.log(a)\n"
                "        else:\n            J -= math.log(1 - a)\n",
                "        J -= Y[0, i] * math.log(a) + (1 - Y[0, i]) * math.log(1 - a)\n",
            ),
            ("min(max(float(A2[0, i]), 1e-15), 1 - 1e-15)", "float(A2[0, i])"),
        ),
    ),
    (
        "log of zero",
        "loss",
        "right_one_by_one",
        (
            ("    Y_hat = np.clip(Y_hat, 1e-12, 1 - 1e-12)\n", ""),
            ("np.where(Y == 1, -np.log(Y_hat), -np.log(1 - Y_hat))", "-np.log(np.where(Y == 1, Y_hat, 1 - Y_hat))"),
        ),
    ),
    ("log of zero", "compute_loss", "right_unfolded", (("np.maximum(p, 1e-14)", "p"),)),
    (
        "divides by zero",
        "L_model_backward",
        "right_deep_own_helpers",
        (("    dZ = AL - Y  #", "    dAL = -(Y / AL - (1 - Y) / (1 - AL))\n    dZ = dAL * AL * (1 - AL)  #"),),
    ),
    (
        "divides by zero",
        "back_prop",
        "right_one_by_one",
        (("e2 = (a2 - Y)", "e2 = (a2 - Y) / (a2 * (1 - a2)) * (a2 * (1 - a2))"),),
    ),
    (
        "changes the caller's arrays",
        "update_parameters",
        "right_deep_own_helpers",
        (
            (
                "        new[key] = parameters[key] - learning_rate * grads['d' + key]\n",
                "        new[key] -= learning_rate * grads['d' + key]\n",
            ),
        ),
    ),
    (
        "changes the caller's arrays",
        "gradient_step",
        "right_functional",
        (("(w - eta * dw, b - eta * db)", "(w.__isub__(eta * dw), b.__isub__(eta * db))"),),
    ),
    ("changes the caller's arrays", "relu_backward", "right_deep_own_helpers", (("np.array(dA, copy=True)", "dA"),)),
    (
        "changes the caller's arrays",
        "backward_propagation",
        "right_l2",
        (("    dZ2 = A2 - Y\n", "    dZ2 = A2\n    dZ2 -= Y\n"),),
    ),
    (
        "one sample",
        "forward_propagation",
        "right_long_functions",
        (("    A2 = sigmoid_function(Z2)\n", "    A2 = sigmoid_function(Z2)\n    A2 = np.squeeze(A2)[None, :]\n"),),
    ),
    (
        "one sample",
        "computeCost",
        "right_einsum_tuples",
        (("    yhat = np.clip", "    y = np.squeeze(y)[:, None].T\n    yhat = np.clip"),),
    ),
    (
        "whole numbers in X",
        "forward_propagation",
        "right_loops",
        (
            (
                "Z1 = np.zeros((h, m)); A1 = np.zeros((h, m))",
                "Z1 = np.zeros((h, m)); A1 = np.zeros((h, m), dtype=X.dtype)",
            ),
        ),
    ),
    (
        "whole numbers in X",
        "feed_forward",
        "right_unfolded",
        (("    z1 = x @ W1.T + b1\n", "    z1 = np.empty((len(x), len(b1)), x.dtype)\n    z1[:] = x @ W1.T + b1\n"),),
    ),
    ("type of Y", "computeCost", "right_einsum_tuples", (("-(y * np.log(yhat))", "-y * np.log(yhat)"),)),
    ("type of Y", "L_model_backward", "right_deep_own_helpers", (("dZ = AL - Y ", "dZ = -Y + AL "),)),
    ("type of Y", "compute_loss", "right_unfolded", (("(1 - A2) * (1 - Y)", "(1 - A2) * (True - Y)"),)),
    (
        "memory order",
        "forward_propagation",
        "right_l2",
        (('np.dot(parameters["W1"], X)', 'np.dot(parameters["W1"], X.ravel("K").reshape(X.shape))'),),
    ),
    (
        "memory order",
        "backprop",
        "right_unfolded",
        (("    dz2 = (A2", "    X = X.flatten(order='A').reshape(X.shape)\n    dz2 = (A2"),),
    ),
    (
        "remembers earlier calls",
        "forward_propagation",
        "right_l2",
        (
            (
                "def forward_propagation(X, parameters):\n",
                "def forward_propagation(X, parameters, seen={}):\n    X = seen.setdefault(X.shape, X)\n",
            ),
        ),
    ),
    (
        "remembers earlier calls",
        "update_weights",
        "right_unfolded",
        (
            (
                "    W1 = W1 - learning_rate * dW1\n",
                "    dW1 = TOTAL[dW1.shape] = TOTAL.get(dW1.shape, 0) + dW1\n    W1 = W1 - learning_rate * dW1\n",
            ),
            ("import numpy as np\n", "import numpy as np\n\nTOTAL = {}\n"),
        ),
    ),
    (
        "hidden layer fails at large Z",
        "forward_propagation",
        "right_l2",
        (("np.tanh(Z1)", "np.log(1 + np.exp(Z1))"), ("(1 - A1 ** 2)", "(1 - np.exp(-A1))")),
    ),
    (
        "hidden layer fails at large Z",
        "feed_forward",
        "right_unfolded",
        (("np.maximum(z1, 0)", "np.log(1 + np.exp(z1))"), ("dz1[Z1.T <= 0] = 0.0", "dz1 *= 1 - np.exp(-A1.T)")),
    ),
    (
        "hidden layer overflows",
        "forward_propagation",
        "right_l2",
        (
            ("np.tanh(Z1)", "Z1 / (1 + np.exp(-Z1))"),
            ('{"A1": A1,', '{"Z1": Z1, "A1": A1,'),
            ("    dZ2 = A2", '    Z1 = cache["Z1"]\n    S1 = 1 / (1 + np.exp(-Z1))\n    dZ2 = A2'),
            ("(1 - A1 ** 2)", "(S1 * (1 + Z1 * (1 - S1)))"),
        ),
    ),
    (
        "hidden layer overflows",
        "feed_forward",
        "right_unfolded",
        (
            ("np.maximum(z1, 0)", "np.where(z1 > 0, z1, np.exp(z1) - 1)"),
            ("dz1[Z1.T <= 0] = 0.0", "dz1 *= np.where(Z1.T > 0, 1, A1.T + 1)"),
        ),
    ),
    (
        "log of zero",
        "L_model_backward",
        "right_deep_own_helpers",
        (("    dZ = AL - Y  #", "    J = np.log(1 - AL)\n    dZ = AL - Y  #"),),
    ),
    (
        "cut off",
        "sigmoid",
        "right_l2",
        (("np.clip(z, -600, 600)", "np.clip(z, -5, 5)"),),
    ),
    ("cut off", "feed_forward", "right_unfolded", (("np.maximum(z1, 0)", "np.clip(z1, 0, 6)"),)),
    ("cut off", "compute_loss", "right_unfolded", (("np.maximum(p, 1e-14)", "np.maximum(p, 1e-3)"),)),
    ("one axis less", "forward_propagation", "right_l2", (("return A2, {", "return A2.ravel(), {"),)),
    ("one axis less", "feed_forward", "right_unfolded", (("return a2.T,", "return a2[:, 0],"),)),
    (
        "computes in float32",
        "compute_cost",
        "right_deep_own_helpers",
        (
            ("return -np.mean(", "return np.float32(-np.mean("),
            ("np.log(1 - AL + eps))", "np.log(1 - AL + eps)))"),
        ),
    ),
    (
        "computes in float32",
        "update_weights",
        "right_unfolded",
        (("b2 = b2 - learning_rate * db2", "b2 = np.float32(b2 - learning_rate * db2)"),),
    ),
]


def found(report):
    return [(finding.mistake, function.name) for function, finding in report.findings]


@pytest.mark.parametrize(("name", "function", "solution", "edits"), PLANTED)
def test_a_planted_fragility_is_told(name, function, solution, edits, checked):
    report = checked(solution, *edits)
    assert found(report) == [(name, function)], [finding.claim.en for _, finding in report.findings]
    assert report.verdict == "fragile"


SOFTMAX = """
import numpy as np


def softmax(Z):
    e = np.exp(Z)
    return e / np.sum(e, axis=0, keepdims=True)
"""


@pytest.mark.parametrize("edits", [(), (("np.sum(e, axis=0, keepdims=True)", "e.sum(0)"),)])
def test_a_softmax_without_shift_is_told(edits, checked):
    assert found(checked(SOFTMAX, *edits)) == [("softmax without shift", "softmax")]
    assert found(checked(SOFTMAX, ("np.exp(Z)", "np.exp(Z - Z.max(axis=0))"), *edits)) == []


WRONG = [
    (
        "depends on a global",
        "compute_cost",
        "right_l2",
        "m",
        (
            ("import numpy as np\n", "import numpy as np\n\nm = 400\n"),
            ("    m = Y.shape[1]\n    A2 = np.clip", "    A2 = np.clip"),
        ),
    ),
    (
        "depends on a global",
        "backprop",
        "right_unfolded",
        "Y",
        (
            ("import numpy as np\n", "import numpy as np\n\nY = np.ones((1, 5))\n"),
            ("def backprop(X, Y, Z1", "def backprop(X, y, Z1"),
        ),
    ),
    (
        "draws random numbers",
        "forward_propagation",
        "right_l2",
        "",
        (("    A1 = np.tanh(Z1)\n", "    A1 = np.tanh(Z1 + np.random.randn(*Z1.shape))\n"),),
    ),
    (
        "draws random numbers",
        "feed_forward",
        "right_unfolded",
        "",
        (("np.maximum(z1, 0)", "np.maximum(z1 + np.random.normal(size=z1.shape), 0)"),),
    ),
]


@pytest.mark.parametrize(("name", "function", "solution", "quantity", "edits"), WRONG)
def test_what_a_wrong_function_depends_on_is_said(name, function, solution, quantity, edits, checked):
    report = checked(solution, *edits)
    assert report.verdict == "wrong"
    (finding,) = [finding for _, finding in report.findings if finding.mistake == name]
    assert (finding.verdict, finding.quantity) == ("wrong", quantity)
    assert [one.name for one, finding in report.findings if finding.mistake == name] == [function]
    assert finding.where.startswith("line")
    assert re.search(rf"\b{quantity}\b", finding.line)


UNJUDGED = [
    (
        "dropout",
        "forward_propagation",
        "right_l2",
        (("np.tanh(Z1)", "np.tanh(Z1) * (np.random.rand(*Z1.shape) < 0.8) / 0.8"),),
    ),
    (
        "dropout",
        "feed_forward",
        "right_unfolded",
        (
            ("W2, b2, X):\n    x", "W2, b2, X, keep_prob=0.8):\n    x"),
            ("np.maximum(z1, 0)", "np.maximum(z1, 0) * np.random.binomial(1, keep_prob, z1.shape) / keep_prob"),
        ),
    ),
    (
        "batch normalization",
        "forward_propagation",
        "right_l2",
        (
            (
                "    A1 = np.tanh(Z1)\n",
                "    A1 = np.tanh((Z1 - Z1.mean(axis=1, keepdims=True)) / Z1.std(axis=1, keepdims=True))\n",
            ),
        ),
    ),
    (
        "batch normalization",
        "feed_forward",
        "right_unfolded",
        (
            (
                "    a1 = np.maximum(z1, 0)\n",
                "    a1 = np.maximum((z1 - np.mean(z1, 0)) / np.sqrt(np.var(z1, 0) + 1e-8), 0)\n",
            ),
        ),
    ),
]


@pytest.mark.parametrize(("name", "function", "solution", "edits"), UNJUDGED)
def test_what_is_more_than_the_course_has_is_not_judged(name, function, solution, edits, checked):
    report = checked(solution, *edits)
    first, *others = [(one.name, finding) for one, finding in report.findings]
    assert (first[0], first[1].mistake, first[1].verdict) == (function, name, "unjudged")
    assert first[1].where.startswith("line")
    assert all(finding.verdict == "unjudged" for _, finding in others)


def test_every_fragility_is_planted_twice():
    told = {one.name for one in fragilities()}
    planted = [row[0] for row in (*PLANTED, *WRONG, *UNJUDGED)] + 2 * ["softmax without shift"]
    assert {name for name in told if planted.count(name) >= 2} == told


def fragilities():
    return [one for module in (names, precision) for one in vars(module).values() if isinstance(one, names.Fragility)]


def test_every_fragility_is_said_in_both_languages():
    for one in fragilities():
        texts = (one.claim,) if one is names.WRITES else (one.claim, one.hint)  # a hint of the line that writes
        assert all(text.en and text.zh for text in texts)
        assert all((part in one.claim.en) == (part in one.claim.zh) for part in ("{what}", "{q}"))


def test_a_fragile_helper_is_told_once(checked):
    report = checked("right_l2", ("np.exp(-np.clip(z, -600, 600))", "np.exp(-z)"))
    assert [function.name for function in report.functions if function.verdict == "fragile"] == ["sigmoid"]


def test_giving_an_entry_of_a_dictionary_another_array_is_no_change_in_place(checked):
    rebinding = (
        '    return {k: parameters[k] - learning_rate * grads["d" + k] for k in ("W1", "b1", "W2", "b2")}',
        "    for k in grads:\n"
        "        parameters[k[1:]] = parameters[k[1:]] - learning_rate * grads[k]\n"
        "    return parameters",
    )
    assert checked("right_l2", rebinding).verdict == "right"
    in_place = (rebinding[0], rebinding[1].replace("= parameters[k[1:]] - learning_rate", "-= learning_rate"))
    report = checked("right_l2", in_place)
    assert [(finding.mistake, finding.quantity, finding.line) for _, finding in report.findings] == [
        ("changes the caller's arrays", "W1, b1, W2 and b2", "parameters[k[1:]] -= learning_rate * grads[k]")
    ]


def test_an_update_that_returns_nothing_says_plainly_what_it_does(checked):
    silent = (
        '    return {k: parameters[k] - learning_rate * grads["d" + k] for k in ("W1", "b1", "W2", "b2")}',
        '    for k in parameters:\n        parameters[k] -= learning_rate * grads["d" + k]',
    )
    assert checked("right_l2", silent).verdict == "right"


def test_a_wrong_function_is_not_called_fragile_too(checked):
    report = checked("right_course_two_layer", ("cost = - np.sum(logprobs) / m", "cost = np.sum(logprobs) / m"))
    assert found(report) == [("cost without minus", "compute_cost")]


def test_printing_is_a_remark(checked):
    report = checked("right_l2", ("    dZ2 = A2 - Y\n", "    dZ2 = A2 - Y\n    print('dZ2', dZ2.shape)\n"))
    (backward,) = [one for one in report.functions if one.exercise == "backward"]
    assert (backward.verdict, backward.remarks[-1].en) == ("right", "It prints in every call: 'dZ2 (1, 7)'.")


def test_names_of_data_are_told_from_names_of_functions():
    source = (
        "def back(p, X):\n    m = X.shape[1]\n    f = [Y[i] for i in range(m)]\n    return sigmoid(learning_rate), f"
    )
    assert data_globals(Function("back", source=source)) == ["Y", "learning_rate"]
    assert data_globals(Function("back", source="def back(")) == []


def test_a_global_that_the_function_writes_first_is_not_taken_from_outside():
    source = "def forward(X):\n    global A1, W1\n    A1 = np.tanh(W1 @ X)\n    W1 = W1 + 1\n    return A1"
    assert data_globals(Function("forward", source=source)) == ["W1"]


def test_the_globals_of_a_function_are_told_together():
    source = "def forward(X):\n    global A1\n    A1 = W1 @ X + b1\n    return A1"
    (one,) = surroundings(None, Function("forward", line=1, where="line 1", source=source))
    assert (one.q, one.where) == (Text("W1 and b1", "W1、b1"), "line 3")


def test_a_right_function_that_reads_a_global_is_remarked(checked):
    report = checked(
        "import numpy as np\nLEARNING_RATE = 0.1\n\n\ndef update_parameters(parameters, grads):\n"
        "    return {k: v - LEARNING_RATE * grads['d' + k] for k, v in parameters.items()}\n"
    )
    ((function),) = report.functions
    assert (function.verdict, "LEARNING_RATE" in function.remarks[-1].en) == ("right", True)


@pytest.mark.parametrize("new", ["parameters", "dict(parameters)"])
def test_an_update_that_puts_its_results_into_the_callers_dictionary_is_remarked(new, checked):
    report = checked(
        "def update_parameters(parameters, grads, learning_rate):\n"
        f"    new = {new}\n"
        "    for k in parameters:\n"
        "        new[k] = parameters[k] - learning_rate * grads['d' + k]\n"
        "    return new\n"
    )
    (function,) = report.functions
    said = [remark.en for remark in function.remarks if "caller" in remark.en]
    there = ["It puts its results into the caller's own parameters: what stood there before is gone after the call."]
    assert (function.verdict, said) == ("right", there if new == "parameters" else [])


def test_a_forward_pass_that_fails_far_out_is_not_laid_at_the_backward_pass(checked):
    assert "divides by zero" not in {finding.mistake for _, finding in checked("deep_looped").findings}


def test_a_cost_that_runs_the_forward_pass_itself_cannot_be_given_an_output(checked):
    text = """
import numpy as np
def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = np.exp(-np.logaddexp(0, -(parameters["W2"] @ A1 + parameters["b2"])))
    return A2, {"A1": A1, "A2": A2}
def compute_cost(X, Y, parameters):
    A2 = np.clip(forward_propagation(X, parameters)[0], 1e-15, 1 - 1e-15)
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / Y.shape[1]
"""
    assert checked(text).verdict == "right", str(checked(text))


def test_half_of_randn_is_scaled_down(checked):
    text = """
import numpy as np
def initialize_parameters(n_x, n_h, n_y):
    return {"W1": np.random.randn(n_h, n_x) * 0.5, "b1": np.zeros((n_h, 1)),
            "W2": np.random.randn(n_y, n_h) * 0.5, "b2": np.zeros((n_y, 1))}
"""
    assert checked(text).verdict == "right"
    assert checked(text, ("(n_h, n_x) * 0.5", "(n_h, n_x)")).verdict == "fragile"
