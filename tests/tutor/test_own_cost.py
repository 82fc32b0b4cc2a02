"""A cost, a network or a gradient that is the learner's own is not accused where its parts belong together."""

from functools import partial

import numpy as np
import pytest
from rich.console import Console

from barreleye.tutor.casting.pupil import Pupil
from barreleye.tutor.checking import check
from barreleye.tutor.equations import backward_sheet, example, worked
from barreleye.tutor.exercises.backward import Backward
from barreleye.tutor.own_gradients import right_as, times
from barreleye.tutor.running.calling import InProcess
from barreleye.tutor.search import Trial
from barreleye.words import catalogue

SAID = catalogue("tutor_judging")

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
    cost, backward = by_role(report, "cost"), by_role(report, "backward")
    assert not list(report.findings)
    assert "(A[2] − Y)²" in cost.remarks[-1].en
    assert "right for your own cost" in backward.remarks[-1].en


@pytest.mark.parametrize("solution", SQUARED)
def test_a_squared_error_with_the_gradient_of_the_cross_entropy_is_wrong(solution, checked):
    report = checked(solution, SQUARED[solution][0])
    assert [function.exercise for function, _ in report.findings] == ["cost"]


@pytest.mark.parametrize("solution", SQUARED)
def test_a_gradient_that_is_wrong_for_that_cost_too_is_wrong(solution, checked):
    cost, (old, new) = SQUARED[solution]
    report = checked(solution, cost, (old, new.replace("A2", "A2 * 1.1 * A2 / A2").replace("(a2 -", "(1.1 * a2 -")
                                      .replace("(AL - Y)", "(1.1 * AL - Y)")))  # fmt: skip
    assert by_role(report, "backward").verdict == "wrong"


def test_an_L2_penalty_is_recognised_and_its_gradient_right(checked):
    report = checked("right_l2", ("lambd=0.7", "lambd=0.25"))
    assert report.verdict == "right"
    assert by_role(report, "backward").remarks[-1] == SAID["penalty.penalised"].filled(lambd="0.25")
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


def test_a_penalty_in_one_layer_only_is_missing_in_the_other(checked):
    report = checked("right_l2", (" + lambd * W1", ""))
    ((function, finding),) = report.findings
    assert (function.exercise, finding.mistake, finding.quantity) == ("backward", "gradient without the penalty", "dW1")
    assert finding.line.startswith("dW1")


def test_a_gradient_that_has_no_name_is_located_by_the_learners_cost(checked):
    report = checked(NETWORK, ('dZ2 = cache["A2"] - Y', 'dZ2 = np.sinh(cache["A2"] - Y)'))
    ((_, finding),) = report.findings
    assert finding.evidence[-1].quantity == "ΔJ / ΔW2"


def test_sums_that_the_update_divides_by_m_are_right(checked):
    assert by_role(checked("right_sums_then_mean"), "backward").remarks[-1] == SAID["left_to_update.sums"]


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
from functools import partial

import numpy as np


def update_parameters(parameters, grads, learning_rate, m):
    return {k: parameters[k] - learning_rate * grads["d" + k] / m for k in parameters}
"""
    assert checked(text).verdict == "right"
    assert checked(text, ("/ m", "* m")).verdict == "wrong"


# Another network


NETWORK = """
from functools import partial

import numpy as np


def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    A2 = np.exp(-np.logaddexp(0, -Z2))
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def compute_cost(A2, Y):
    A2 = np.clip(A2, 1e-15, 1 - 1e-15)
    return float(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))


def backward_propagation(parameters, cache, X, Y):
    m, A1 = X.shape[1], cache["A1"]
    dZ2 = cache["A2"] - Y
    dZ1 = parameters["W2"].T @ dZ2 * (1 - A1**2)
    return {"dW1": dZ1 @ X.T / m, "db1": dZ1.sum(1, keepdims=True) / m,
            "dW2": dZ2 @ A1.T / m, "db2": dZ2.sum(1, keepdims=True) / m}


def predict(parameters, X):
    return forward_propagation(X, parameters)[0] > 0.5
"""
SIGMOID, TANH, SLOPE = "np.exp(-np.logaddexp(0, -Z2))", "A1 = np.tanh(Z1)", "(1 - A1**2)"
CROSS_ENTROPY = "-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))"
SINE = (TANH, "A1 = np.sin(Z1)"), (SLOPE, 'np.cos(cache["Z1"])')
OTHERS = {
    "sine": SINE,
    "softsign": ((TANH, "A1 = Z1 / (1 + abs(Z1))"), (SLOPE, "(1 - abs(A1)) ** 2")),
    "hard tanh": ((TANH, "A1 = np.clip(Z1, -1, 1)"), (SLOPE, '(abs(cache["Z1"]) < 1)')),
    "scaled tanh": ((TANH, "A1 = 1.7159 * np.tanh(2 / 3 * Z1)"), (SLOPE, "(1.7159 - A1**2 / 1.7159) * 2 / 3")),
    "regression": (
        (SIGMOID, "Z2"),
        ("    A2 = np.clip(A2, 1e-15, 1 - 1e-15)\n", ""),
        (CROSS_ENTROPY, "np.mean((A2 - Y) ** 2) / 2"),
    ),
    "tanh output": (
        (SIGMOID, "np.tanh(Z2)"),
        ("    A2 = np.clip(A2, 1e-15, 1 - 1e-15)\n", "    A2, Y = (1 + A2) / 2, (1 + Y) / 2\n"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("edits", OTHERS.values(), ids=OTHERS)
def test_another_network_is_right_where_its_gradient_is(edits, checked):
    report = checked(NETWORK, *edits)
    assert report.verdict == "right", str(report)
    assert "another network" in by_role(report, "forward").remarks[-1].en


@pytest.mark.parametrize("edits", OTHERS.values(), ids=OTHERS)
def test_another_network_without_its_gradient_is_wrong(edits, checked):
    report = checked(NETWORK, *edits, ("dZ2 @ A1.T / m", "dZ2 @ A1.T * 1.01 / m"))
    assert by_role(report, "forward").verdict == "wrong"
    assert report.verdict == "wrong"


@pytest.mark.parametrize("filled", ["slice(0, -1)", "slice(1, None)", "slice(0, 1)", "slice(0, 0)"])
def test_a_network_that_leaves_samples_out_is_wrong_though_the_gradient_goes_along(filled, checked):
    columns = f"    A2, full = np.zeros_like(A2), A2\n    A2[:, {filled}] = full[:, {filled}]\n    return A2, {{"
    flat = ('dZ2 = cache["A2"] - Y', f'dZ2 = np.zeros_like(Y)\n    dZ2[:, {filled}] = (cache["A2"] - Y)[:, {filled}]')
    for gradient in ((), (flat,)):
        report = checked(NETWORK, ("    return A2, {", columns), *gradient)
        assert by_role(report, "forward").verdict == "wrong"


def test_a_gradient_is_tried_with_either_label(checked):
    """Where only samples labelled 1 count, one labelled 0 can be left out unseen."""
    cost = (CROSS_ENTROPY, "np.mean(Y * (1 - A2) ** 2)")
    gradient = 'dZ2 = -2 * Y * (1 - cache["A2"]) ** 2 * cache["A2"]'
    right = checked(NETWORK, cost, ('dZ2 = cache["A2"] - Y', gradient))
    without_last = checked(NETWORK, cost, ('dZ2 = cache["A2"] - Y', f"{gradient}\n    dZ2[:, -1] = 0"))
    assert by_role(right, "backward").verdict == "right"
    assert by_role(without_last, "backward").verdict == "wrong"
    assert {*example((3, 4, 1), 7, 0).Y[:, -1], *example((2, 5, 1), 6, 1).Y[:, -1]} == {0.0}


def test_a_mistake_in_a_hidden_layer_is_told_though_the_gradient_goes_along(checked):
    report = checked(NETWORK, (TANH, "A1 = Z1"), (SLOPE, "1"))
    assert "A without activation" in {finding.mistake for _, finding in report.findings}


def test_finite_differences_of_the_cost_say_nothing_of_the_network(checked):
    numeric = """

def backward_propagation(parameters, cache, X, Y, h=1e-5):
    def J(key, i, step):
        moved = {k: v.copy() for k, v in parameters.items()}
        moved[key].flat[i] += step
        return compute_cost(forward_propagation(X, moved)[0], Y)
    return {"d" + k: np.array([(J(k, i, h) - J(k, i, -h)) / (2 * h) for i in range(v.size)]).reshape(v.shape)
            for k, v in parameters.items()}
"""
    source = NETWORK[: NETWORK.index("def backward_propagation")] + numeric
    assert by_role(checked(source), "backward").verdict == "right"
    assert by_role(checked(source, (TANH, "A1 = np.tanh(Z1) + Z1")), "forward").verdict == "wrong"


def test_the_prediction_of_another_network_is_judged_by_its_own_output(checked):
    assert by_role(checked(NETWORK, *SINE), "predict").verdict == "right"
    signs = ("forward_propagation(X, parameters)[0] > 0.5", "np.sign(forward_propagation(X, parameters)[0])")
    assert by_role(checked(NETWORK, *OTHERS["tanh output"], signs), "predict").verdict == "unjudged"


def test_another_cost_that_has_no_name_here_is_right_with_its_gradient(checked):
    weighted = (CROSS_ENTROPY, "-np.mean(3 * Y * np.log(A2) + (1 - Y) * np.log(1 - A2))")
    gradient = ('dZ2 = cache["A2"] - Y', 'dZ2 = (1 - Y) * cache["A2"] - 3 * Y * (1 - cache["A2"])')
    assert checked(NETWORK, weighted, gradient).verdict == "right"
    assert by_role(checked(NETWORK, weighted), "cost").verdict == "wrong"
    assert by_role(checked(NETWORK, gradient), "backward").verdict == "wrong"


def test_a_cross_entropy_with_a_mistake_is_told_though_the_gradient_goes_along(checked):
    report = checked(NETWORK, ("-np.mean(Y", "-0.5 * np.mean(Y"), ("m, A1 = X.shape[1]", "m, A1 = 2 * X.shape[1]"))
    assert [function.exercise for function, _ in report.findings] == ["cost"]


SUM = ("-np.mean(Y", "-np.sum(Y")


def test_a_sum_whose_gradients_are_sums_is_right(checked):
    report = checked(NETWORK, SUM, ("m, A1 = X.shape[1]", "m, A1 = 1"))
    assert report.verdict == "right", str(report)
    assert by_role(report, "cost").remarks[-1] == SAID["own_cost.total"]
    for wrong in (SUM, ("-np.mean(Y", "-3 * np.sum(Y")):  # its gradients are means, or those of another sum
        assert by_role(checked(NETWORK, wrong), "cost").verdict == "wrong"


UPDATE = """

def update_parameters(parameters, grads, learning_rate=1.2):
    return {name: parameters[name] + learning_rate * grads["d" + name] for name in parameters}
"""


def test_negative_gradients_that_the_update_adds_are_right(checked):
    negative = ('dZ2 = cache["A2"] - Y', 'dZ2 = Y - cache["A2"]')
    report = checked(NETWORK + UPDATE, negative)
    assert report.verdict == "right", str(report)
    assert by_role(report, "backward").remarks[-1] == SAID["left_to_update.downhill"]
    assert [function.exercise for function, _ in checked(NETWORK + UPDATE).findings] == ["update"]
    subtracted = ("parameters[name] + learning", "parameters[name] - learning")
    report = checked(NETWORK + UPDATE, negative, subtracted)
    assert [function.exercise for function, _ in report.findings] == ["backward"]


LOGITS = (
    ('return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}', 'return Z2, {"A1": A1, "Z2": Z2}'),
    ("    A2 = np.clip(A2, 1e-15, 1 - 1e-15)\n", ""),
    ("compute_cost(A2, Y)", "compute_cost(Z2, Y)"),
    (CROSS_ENTROPY, "np.mean(np.maximum(Z2, 0) - Z2 * Y + np.log1p(np.exp(-np.abs(Z2))))"),
    ('dZ2 = cache["A2"] - Y', 'dZ2 = 1 / (1 + np.exp(-cache["Z2"])) - Y'),
    ("forward_propagation(X, parameters)[0] > 0.5", "forward_propagation(X, parameters)[0] > 0"),
)


def test_a_network_whose_output_is_Z_and_whose_cost_takes_Z_is_right(checked):
    assert checked(NETWORK, *LOGITS).verdict == "right", str(checked(NETWORK, *LOGITS))
    assert by_role(checked(NETWORK, LOGITS[0], LOGITS[3]), "forward").verdict == "wrong"


def test_an_m_from_outside_is_a_remark_on_the_cross_entropy(checked):
    outside = ("import numpy as np\n", "import numpy as np\n\nm = 100\n")
    cost = checked(NETWORK, outside, (CROSS_ENTROPY, "-np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m"))
    cost = by_role(cost, "cost")
    assert (cost.verdict, [remark.en[:10] for remark in cost.remarks]) == ("right", ["It reads m"])


@pytest.mark.parametrize("gradient", ["", ' * cache["A2"] * (1 - cache["A2"])'])
def test_a_cost_called_a_squared_error_is_one(gradient, checked):
    edits = (("compute_cost", "mse_cost"), (CROSS_ENTROPY, "np.mean((A2 - Y) ** 2) / 2"))
    report = checked(NETWORK, *edits, ('dZ2 = cache["A2"] - Y', f'dZ2 = (cache["A2"] - Y){gradient}'))
    assert report.verdict == "right", str(report)
    assert "as its name says" in by_role(report, "cost").remarks[-1].en


def test_a_squared_error_beside_a_cost_is_none_of_the_courses(checked):
    report = checked(NETWORK + "\n\ndef mse(A2, Y):\n    return np.mean((A2 - Y) ** 2)\n")
    assert (report.verdict, by_role(report, "cost").name, report.unknown) == ("right", "compute_cost", ("mse",))


def test_a_penalty_that_the_gradient_alone_has_is_recognised(checked):
    decayed = (
        ('"dW1": dZ1 @ X.T / m', '"dW1": dZ1 @ X.T / m + 0.7 / m * parameters["W1"]'),
        ('"dW2": dZ2 @ A1.T / m', '"dW2": dZ2 @ A1.T / m + 0.7 / m * parameters["W2"]'),
    )
    assert by_role(checked(NETWORK, *decayed), "backward").remarks[-1] == SAID["penalty.decayed"].filled(lambd="0.7")
    assert by_role(checked(NETWORK, decayed[0]), "backward").verdict == "wrong"
    (old, new) = decayed[1]
    assert by_role(checked(NETWORK, decayed[0], (old, new.replace("0.7", "0.3"))), "backward").verdict == "wrong"


# Sums


def gradients(v):
    right = worked(backward_sheet(v.L), v)
    return {(f"d{q}", l): value for q in ("W", "b") for l, value in getattr(right, f"d{q}").items()}


def test_sums_are_m_times_the_means():
    v = example((3, 4, 1), 7, 0)
    with InProcess({}) as runner:
        means = partial(right_as, partial(times, lambda v: 1 / v.m), Backward("backward"), Pupil(runner))
        assert means([Trial(v, {name: 7 * one for name, one in gradients(v).items()})])
        assert not means([Trial(v, gradients(v))])


REGRESSION = """
from functools import partial

import numpy as np

def start(n_x, n_h, n_y):
    rng = np.random.default_rng(2)
    return {"W1": rng.normal(size=(n_h, n_x)), "b1": np.zeros((n_h, 1)),
            "W2": rng.normal(size=(n_y, n_h)), "b2": np.zeros((n_y, 1))}

def predict(X, parameters):
    H = np.tanh(parameters["W1"] @ X + parameters["b1"])
    return parameters["W2"] @ H + parameters["b2"]

def compute_cost(Y_hat, Y):
    return ((Y_hat - Y) ** 2).sum() / (2 * Y.shape[1])
"""


def verdicts(report):
    return {one.name: one.verdict for one in report.functions}


def checked_file(tmp_path, code):
    path = tmp_path / "homework.py"
    path.write_text(code, "utf-8")
    return check(path, console=Console(quiet=True))


def test_an_output_without_sigmoid_and_a_squared_error_are_a_regression(tmp_path):
    report = checked_file(tmp_path, REGRESSION)
    assert not list(report.findings)
    assert verdicts(report)["compute_cost"] == "right"


def test_the_output_without_sigmoid_is_wrong_beside_the_cross_entropy(tmp_path):
    cost = "-(Y * np.log(Y_hat) + (1 - Y) * np.log(1 - Y_hat)).sum() / Y.shape[1]"
    report = checked_file(tmp_path, REGRESSION.replace("((Y_hat - Y) ** 2).sum() / (2 * Y.shape[1])", cost))
    assert verdicts(report)["compute_cost"] != "wrong"
    assert "scores for predictions" in [finding.mistake for _, finding in report.findings]


@pytest.mark.parametrize("scale", ["0.5 * np.mean(np.sum({}, axis=-1))", "np.sum({})", "np.mean({}) / 2"])
def test_what_is_called_a_squared_error_may_be_any_of_them(scale, tmp_path):
    code = "import numpy as np\n\ndef mse(p, t):\n    return " + scale.format("(p - t) ** 2") + "\n"
    assert verdicts(checked_file(tmp_path, code)) == {"mse": "right"}
    assert verdicts(checked_file(tmp_path, code.replace("- t", "+ t"))) != {"mse": "right"}


SUMMED = """
from functools import partial

import numpy as np

def compute_cost(AL, Y):
    return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))

def epoch(batches, p):
    total = 0
    for X, Y in batches:
        total += compute_cost(forward(X, p), Y)
    return total
"""


def test_a_cost_that_another_function_adds_up_is_a_sum(tmp_path):
    assert verdicts(checked_file(tmp_path, SUMMED))["compute_cost"] != "wrong"
    assert verdicts(checked_file(tmp_path, SUMMED.replace("+=", "=")))["compute_cost"] == "wrong"


def test_an_update_knows_gradients_by_where_they_are_held(tmp_path):
    code = KEYED.replace("STEP", "self.params[key] - self.lr * self.grads[key]")
    assert verdicts(checked_file(tmp_path, code))["Net.update"] == "right"
    code = KEYED.replace("STEP", "self.params[key] + self.lr * self.grads[key]")
    assert verdicts(checked_file(tmp_path, code))["Net.update"] == "wrong"


KEYED = """
from functools import partial

import numpy as np

class Net:
    def __init__(self, layers, lr=0.1):
        self.lr, self.L, self.grads, self.cache = lr, len(layers) - 1, {}, {}
        rng = np.random.default_rng(0)
        self.params = {}
        for l in range(1, self.L + 1):
            self.params[f"W{l}"] = rng.normal(size=(layers[l], layers[l - 1]))
            self.params[f"b{l}"] = np.zeros((layers[l], 1))

    def forward(self, X):
        self.cache["A0"] = X
        for l in range(1, self.L + 1):
            Z = self.params[f"W{l}"] @ self.cache[f"A{l - 1}"] + self.params[f"b{l}"]
            self.cache[f"A{l}"] = np.tanh(Z) if l < self.L else 1 / (1 + np.exp(-Z))
        return self.cache[f"A{self.L}"]

    def backward(self, Y):
        dZ = self.cache[f"A{self.L}"] - Y
        for l in range(self.L, 0, -1):
            self.grads[f"W{l}"] = dZ @ self.cache[f"A{l - 1}"].T / Y.shape[1]
            self.grads[f"b{l}"] = dZ.mean(axis=1, keepdims=True)
            if l > 1:
                dZ = self.params[f"W{l}"].T @ dZ * (1 - self.cache[f"A{l - 1}"] ** 2)

    def update(self):
        for key in self.params:
            self.params[key] = STEP
"""
