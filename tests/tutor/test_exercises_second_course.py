"""The published exercises beside the network: right code is right, and each mistake is named at its line."""

import pytest

SOLUTION = "second_course"

MISTAKES = {
    "np.abs(y - yhat)": ("(y - yhat)", "L1", "loss"),
    "axis=1, keepdims=True)\n    x = x": ("axis=0, keepdims=True)\n    x = x", "normalizeRows", "x"),
    "dw = np.dot(X, (A - Y).T) / m": ("dw = np.dot(X, (A - Y).T)", "propagate", "dw"),
    "db = np.sum(A - Y) / m": ("db = np.sum(Y - A) / m", "propagate", "db"),
    "w = np.zeros((dim, 1))": ("w = np.ones((dim, 1))", "initialize_with_zeros", "w"),
    "(A > 0.5)": ("(A < 0.5)", "predict", "predictions"),
    "lambd / (2 * m) * (np": ("lambd / m * (np", "compute_cost_with_regularization", "penalty"),
    " + np.sum(np.square(W3)))": (")", "compute_cost_with_regularization", "penalty"),
    " + lambd / m * W2": ("", "backward_propagation_with_regularization", "dW2"),
    "lambd / m * W1": ("lambd * W1", "backward_propagation_with_regularization", "dW1"),
    "    A1 = A1 / keep_prob\n": ("", "forward_propagation_with_dropout", "A1"),
    "A2 * D2 / keep_prob": ("A2 * D2 * keep_prob", "forward_propagation_with_dropout", "A2"),
    "    dA2 = dA2 * D2\n": ("", "backward_propagation_with_dropout", "dA2"),
    "* D1 / keep_prob": ("* D1", "backward_propagation_with_dropout", "dA1"),
    'v["dW" + str(l + 1)] + (1 - beta) * grads["dW"': (
        'v["dW" + str(l + 1)] + beta * grads["dW"',
        "update_parameters_with_momentum",
        'v["dW1"]',
    ),
    '- learning_rate * v["db"': ('- learning_rate * grads["db"', "update_parameters_with_momentum", 'parameters["b1"]'),
    '* grads[f"dW{l}"] ** 2': ('* grads[f"dW{l}"]', "update_parameters_with_rmsprop", 's["dW1"]'),
    "(1 - beta1**t)": ("(1 - beta1)", "update_parameters_with_adam", 'v_corrected["dW1"]'),
    "s[k] / (1 - beta2**t)": ("s[k] / (1 - beta1**t)", "update_parameters_with_adam", 's_corrected["dW1"]'),
    "np.power(grads[k], 2)": ("grads[k]", "update_parameters_with_adam", 's["dW1"]'),
    "1 / (1 + decay_rate * epoch_num)": ("1 / (1 + epoch_num)", "update_lr", "learning_rate"),
    "np.floor(epoch_num / time_interval)": ("(epoch_num / time_interval)", "schedule_lr_decay", "learning_rate"),
}


def test_a_gradient_check_that_is_none_is_told_by_its_formula(checked):
    (findings,) = said(checked(SOLUTION, ("(J_plus[i] - J_minus[i]) / (2", "(J_plus[i] - J_minus[i]) / (1"))).values()
    assert findings[0].claim.en == "gradapprox: the factor 2 is missing."
    (findings,) = said(checked(SOLUTION, ("D1 < keep_prob", "D1 > keep_prob"))).values()
    assert findings[0].mistake == "dropout keeps another share"


def said(report):
    return {one.name: one.findings for one in report.functions if one.findings}


def test_right_code_is_right(checked):
    report = checked(SOLUTION)
    assert {one.verdict for one in report.functions} == {"right"}
    assert len(report.functions) == 33
    helpers = {"dictionary_to_vector", "vector_to_dictionary", "gradients_to_vector"}
    assert {*report.unknown, *report.unchecked} == helpers


@pytest.mark.parametrize("line", MISTAKES)
def test_mistakes_are_named_at_their_line(line, checked):
    new, name, quantity = MISTAKES[line]
    finding, *_ = said(checked(SOLUTION, (line, new)))[name]
    assert (finding.quantity, finding.mistake is not None) == (quantity, True)


def test_two_mistakes_are_both_named(checked):
    report = checked(
        SOLUTION, ("np.power(grads[k], 2)", "grads[k]"), ("beta1 * v[k] + (1 - beta1)", "beta1 * v[k] + beta1")
    )
    (findings,) = said(report).values()
    assert [one.quantity for one in findings] == ['v["dW1"]', 's["dW1"]']
    assert 'v["db2"]' in findings[0].claim.en


def test_the_mistakes_that_the_exercise_has_planted_are_its_own(checked):
    report = checked(
        SOLUTION,
        ("db1 = 1.0 / m", "db1 = 4.0 / m"),
        ("dW2 = 1.0 / m * np.dot(dZ2, A1.T)", "dW2 = 1.0 / m * np.dot(dZ2, A1.T) * 2"),
    )
    (findings,) = said(report).values()
    assert [one.quantity for one in findings] == ["dW2", "db1"]
    assert all("planted there" in one.claim.en for one in findings)
    assert report.verdict != "wrong"


def test_the_published_adam_that_forgets_its_correction_is_named_in_the_line_of_the_step(checked):
    report = checked(SOLUTION, ("np.sqrt(s_corrected[k]) + epsilon", "np.sqrt(s[k] + epsilon)"))
    (findings,) = said(report).values()
    assert findings[0].quantity == 'parameters["W1"]'
    assert "s_dW[1]" in findings[0].claim.en
    assert findings[0].line.startswith("parameters[k[1:]] =")


def test_an_exercise_that_is_not_written_yet_is_told_so(checked):
    report = checked(
        "import numpy as np\ndef initialize_velocity(parameters):\n    v = {}\n    v['dW1'] = None\n    return v\n"
    )
    assert [finding.claim.en for _, finding in report.findings] == ["It is not written yet."]
