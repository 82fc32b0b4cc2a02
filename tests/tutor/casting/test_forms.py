"""Parameters in any of the usual forms are handed over in that form, though no initialization shows it."""

import re

import numpy as np
import pytest

from barreleye.tutor.casting.forms import halves, usual_forms
from barreleye.tutor.casting.layouts import read
from barreleye.tutor.casting.pupil import parameter_shapes


def test_every_form_holds_every_parameter():
    shapes = parameter_shapes((5, 4, 3, 1))
    forms = list(usual_forms(shapes))
    assert all(set(read(form, shapes)) == set(shapes) for form in forms)
    assert [bool(halves(form, read(form, shapes))) for form in forms].count(True) == 2


HEAD = "import numpy as np\n\ndef sigmoid(z):\n    return np.exp(-np.logaddexp(0, -z))\n\n"
FORWARD = {
    "pairs": "def forward_prop(X, theta):\n    (W1, b1), (W2, b2) = theta\n"
    "    return sigmoid(W2 @ np.tanh(W1 @ X + b1) + b2)\n",
    "a tuple": "def forward_prop(X, params):\n    W1, b1, W2, b2 = params\n"
    "    return sigmoid(W2 @ np.tanh(W1 @ X + b1) + b2)\n",
    "dictionaries": "def forward(X, layers):\n    A = X\n    for k, one in enumerate(layers):\n"
    "        Z = one['W'] @ A + one['b']\n        A = sigmoid(Z) if k + 1 == len(layers) else np.tanh(Z)\n"
    "    return A\n",
    "lists": "def feedforward(a, weights, biases):\n    for w, b in zip(weights, biases):\n"
    "        a = sigmoid(w @ a + b)\n    return a\n",
    "by number": "def L_model_forward(X, W, b):\n    A = X\n    for l in range(1, len(W) + 1):\n"
    "        Z = W[l] @ A + b[l]\n        A = sigmoid(Z) if l == len(W) else np.maximum(Z, 0)\n    return A\n",
    "attributes": "def forward(X, net):\n    return sigmoid(net.W2 @ np.tanh(net.W1 @ X + net.b1) + net.b2)\n",
    "one by one": "def forward(X, *params):\n    W1, b1, W2, b2 = params\n"
    "    return sigmoid(W2 @ np.tanh(W1 @ X + b1) + b2)\n",
    "by name": "def forward(X, **params):\n"
    "    return sigmoid(params['W2'] @ np.tanh(params['W1'] @ X + params['b1']) + params['b2'])\n",
    "theta": "def forward_propagation(x, theta):\n"
    "    return sigmoid(theta['W2'] @ np.tanh(theta['W1'] @ x + theta['b1']) + theta['b2'])\n",
}


@pytest.mark.parametrize("name", FORWARD)
def test_a_forward_pass_is_called_in_the_form_that_it_expects(name, checked):
    report = checked(HEAD + FORWARD[name])
    assert [one.verdict for one in report.functions] == ["right", "right"]


@pytest.mark.parametrize("name", FORWARD)
def test_its_mistakes_are_found_in_that_form(name, checked):
    report = checked(HEAD + re.sub(r"\+ (\S*b[12l\['])", r"- \1", FORWARD[name]).replace("a + b", "a - b"))
    assert [finding.mistake for _, finding in report.findings] == ["Z minus b"]


def test_gradients_by_letter_are_handed_over_by_letter(checked):
    report = checked(
        "def update(weights, biases, nabla_w, nabla_b, eta):\n"
        "    return [w - eta * d for w, d in zip(weights, nabla_w)], [b - eta * d for b, d in zip(biases, nabla_b)]\n"
    )
    assert [one.verdict for one in report.functions] == ["right"]


def test_the_one_number_of_a_gradient_check_is_no_network(checked):
    report = checked("def forward_propagation(x, theta):\n    return x * theta\n")
    assert [(one.exercise, one.verdict) for one in report.functions] == [("forward_1", "right")]


def test_halves_are_not_made_of_a_dictionary_of_all():
    assert halves({"W1": np.ones(1), "b1": np.ones(1)}, {("W", 1): ("W1",), ("b", 1): ("b1",)}) == {}
