"""What a learner's function is given where its arguments have names, places or kinds of their own."""

import pytest

HEAD = "import numpy as np\nimport enum\nclass Act(enum.Enum):\n    RELU = 1\n    SIGMOID = 2\n"
FUNCTIONS = """
def sigmoid(Z):
    return np.exp(-np.logaddexp(0, -Z))
def relu(Z):
    return np.maximum(0, Z)
def d_sigmoid(Z):
    return sigmoid(Z) * (1 - sigmoid(Z))
def d_relu(Z):
    return np.where(Z > 0, 1.0, 0.0)
"""
BACK = "    m = A_prev.shape[1]\n    return W.T @ dZ, dZ @ A_prev.T / m, dZ.mean(1, keepdims=True)\n"
LAYERS = {
    "functions": FUNCTIONS + "def linear_activation_forward(A_prev, W, b, activation):\n    Z = W @ A_prev + b\n"
    "    return activation(Z), ((A_prev, W, b), Z)\n"
    "def linear_activation_backward(dA, cache, d_activation):\n    (A_prev, W, b), Z = cache\n"
    "    dZ = dA * d_activation(Z)\n" + BACK,
    "members of an Enum": "def linear_activation_forward(A_prev, W, b, activation):\n    Z = W @ A_prev + b\n"
    "    A = np.maximum(0, Z) if activation is Act.RELU else None\n"
    "    A = np.exp(-np.logaddexp(0, -Z)) if activation is Act.SIGMOID else A\n    return A, ((A_prev, W, b), Z)\n"
    "def linear_activation_backward(dA, cache, activation):\n    (A_prev, W, b), Z = cache\n"
    "    if activation is Act.RELU:\n        dZ = dA * (Z > 0)\n    if activation is Act.SIGMOID:\n"
    "        s = np.exp(-np.logaddexp(0, -Z))\n        dZ = dA * s * (1 - s)\n" + BACK,
    "a word in the cache": "def linear_activation_forward(A_prev, W, b, activation):\n    Z = W @ A_prev + b\n"
    "    A = np.maximum(0, Z) if activation == 'relu' else np.exp(-np.logaddexp(0, -Z))\n"
    "    return A, {'A': A_prev, 'W': W, 'Z': Z, 'kind': activation}\n"
    "def linear_activation_backward(dA, cache):\n    A_prev, W, Z = cache['A'], cache['W'], cache['Z']\n"
    "    s = np.exp(-np.logaddexp(0, -Z))\n    dZ = dA * (Z > 0 if cache['kind'] == 'relu' else s * (1 - s))\n" + BACK,
}


def layers(report):
    return {one.exercise: one for one in report.functions if one.exercise.startswith("linear_activation")}


@pytest.mark.parametrize("kind", LAYERS)
def test_an_activation_is_handed_over_as_the_function_takes_it(kind, checked):
    assert [one.verdict for one in layers(checked(HEAD + LAYERS[kind])).values()] == ["right", "right"]


@pytest.mark.parametrize("kind", LAYERS)
def test_mistakes_are_found_all_the_same(kind, checked):
    found = layers(checked(HEAD + LAYERS[kind].replace("dZ @ A_prev.T / m", "dZ @ A_prev.T")))
    assert found["linear_activation_forward"].verdict == "right"
    assert [one.mistake for one in found["linear_activation_backward"].findings] == ["dW without 1/m"]


def test_a_function_that_cannot_be_handed_over_is_not_judged(checked):
    source = "def linear_activation_forward(A_prev, W, b, activation):\n    return activation(W @ A_prev + b), None\n"
    ((_, finding),) = checked(HEAD + source).findings
    assert finding.verdict == "unjudged"
    assert "as if it were a function" in finding.claim.en


def test_what_nobody_knows_is_named(checked):
    source = "def update_parameters(parameters, grads, v, s, t, learning_rate=0.01):\n    return parameters, v, s\n"
    ((_, finding),) = checked(source).findings
    assert finding.verdict == "unjudged"
    assert "v, s and t" in finding.claim.en
    assert "v、s、t" in finding.claim.zh


PENALTY = """
import numpy as np
def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = np.exp(-np.logaddexp(0, -(parameters["W2"] @ A1 + parameters["b2"])))
    return A2, {"A1": A1, "A2": A2}
def compute_cost(A2, Y, parameters, lambd):
    A2 = np.clip(A2, 1e-12, 1 - 1e-12)
    J = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    return J + lambd / (2 * Y.shape[1]) * sum(np.sum(parameters[k] ** 2) for k in ("W1", "W2"))
def backward_propagation(parameters, cache, X, Y, lambd):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dZ1 = parameters["W2"].T @ dZ2 * (1 - cache["A1"] ** 2)
    dW1, dW2 = dZ1 @ X.T / m + lambd / m * parameters["W1"], dZ2 @ cache["A1"].T / m + lambd / m * parameters["W2"]
    return {"dW1": dW1, "db1": dZ1.mean(1, keepdims=True), "dW2": dW2, "db2": dZ2.mean(1, keepdims=True)}
"""


def test_a_penalty_that_is_asked_for_is_judged(checked):
    report = checked(PENALTY)
    assert report.verdict == "right"
    assert any("0.7" in remark.en for function in report.functions for remark in function.remarks)
    assert checked(PENALTY.replace(' + lambd / m * parameters["W1"]', "")).verdict == "wrong"


NAMES = {
    "es": (
        "inicializar_parametros",
        "propagacion_adelante",
        "calcular_costo",
        "propagacion_atras",
        "actualizar_parametros",
    ),
    "fr": ("initialiser_parametres", "propagation_avant", "calculer_cout", "retropropagation", "mise_a_jour"),
    "zh": ("初始化参数", "前向传播", "计算代价", "反向传播", "更新参数"),
}


@pytest.mark.parametrize("language", NAMES)
def test_functions_are_known_by_their_names_in_other_languages(language):
    from barreleye.tutor.casting.roles import role_of
    from barreleye.tutor.running.answers import Function, Parameter

    three = tuple(Parameter(name, True) for name in ("n_x", "n_h", "n_y"))
    roles = [role_of(Function(name, three)) for name in NAMES[language]]
    assert roles == ["initialize", "forward", "cost", "backward", "update"]
