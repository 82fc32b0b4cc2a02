"""The functions of one layer: a mistake in a helper is said there once, however many functions call it."""

import pytest

from barreleye.tutor.classics import LAYERS, mistakes

from .deep_planting import COURSE, LOOPED, found, rows, texts_of
from .planting import checked

LOOP_Z = "z[:, i] = w @ a_prev[:, i] + b[:, 0]"
LOOP_DW, LOOP_DB = "d_w += np.outer(d_z[:, i], a_prev[:, i]) / samples", "d_b[:, 0] += d_z[:, i] / samples"
BACK = "return w.T @ d_z, d_w, d_b"
SUM = "db = np.sum(dZ, axis=1, keepdims=True) / m"
DEEP_DW = 'np.outer(delta[:, i], tape[k - 1]["A"][:, i]) for i in range(samples)) / samples'

HELPERS = (
    (
        "linear_forward",
        "Z without b",
        "Z",
        {COURSE: ("Z = np.dot(W, A) + b", "Z = np.dot(W, A)"), LOOPED: (LOOP_Z, "z[:, i] = w @ a_prev[:, i]")},
    ),
    (
        "linear_forward",
        "Z minus b",
        "Z",
        {
            COURSE: ("Z = np.dot(W, A) + b", "Z = np.dot(W, A) - b"),
            LOOPED: (LOOP_Z, "z[:, i] = w @ a_prev[:, i] - b[:, 0]"),
        },
    ),
    (
        "linear_backward",
        "dW without 1/m",
        "dW",
        {COURSE: ("dW = np.dot(dZ, A_prev.T) / m", "dW = np.dot(dZ, A_prev.T)")},
    ),
    ("linear_backward", "db without 1/m", "db", {COURSE: (SUM, "db = np.sum(dZ, axis=1, keepdims=True)")}),
    ("linear_backward", "db summed over units too", "db", {COURSE: (SUM, "db = np.sum(dZ) / m")}),
    ("linear_activation_backward", "dW without 1/m", "dW", {LOOPED: (LOOP_DW, LOOP_DW[:-10])}),
    ("linear_activation_backward", "db without 1/m", "db", {LOOPED: (LOOP_DB, LOOP_DB[:-10])}),
    (
        "linear_activation_backward",
        "ReLU mask that lets all through",
        "dZ",
        {
            LOOPED: (
                'd_z = d_a * d_relu(z) if act == "relu" else d_a * d_sigmoid(z)',
                'd_z = d_a if act == "relu" else d_a * d_sigmoid(z)',
            )
        },
    ),
)
"""Of helpers: quantities have no layer there."""
LOOP = "    for l in range(1, L):\n        A_prev = A\n"
AL = 'AL, cache = linear_activation_forward(A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid")'
STEP = 'z = theta[f"W{k}"] @ a + theta[f"b{k}"]'
DEEP = (
    (
        "forward_deep",
        "ReLU output",
        "A3",
        {
            COURSE: (AL, AL.replace("sigmoid", "relu")),
            LOOPED: ("a = my_relu(z) if k < depth else logistic(z)", "a = my_relu(z)"),
        },
    ),
    (
        "forward_deep",
        "Z from X again",
        "Z2",
        {
            COURSE: ("linear_activation_forward(A_prev, parameters", "linear_activation_forward(X, parameters"),
            LOOPED: (STEP, STEP.replace("@ a ", "@ (x if k < depth else a) ")),
        },
    ),
    (
        "forward_deep",
        "output layer left out",
        "A3",
        {COURSE: (AL, "AL = A"), LOOPED: ("for k in range(1, depth + 1):", "for k in range(1, depth):")},
    ),
    (
        "forward_deep",
        "hidden layer left out",
        "A2",
        {
            COURSE: (LOOP, LOOP.replace("L)", "L - 1)")),
            LOOPED: (STEP, "if k == depth - 1:\n            continue\n        " + STEP),
        },
    ),
    (
        "forward_deep",
        "output layer twice",
        "Z3",
        {
            COURSE: (LOOP, LOOP.replace("L)", "L + 1)")),
            LOOPED: (
                "        a = my_relu(z) if",
                '        z = theta[f"W{k}"] @ my_relu(z) + theta[f"b{k}"] if k == depth else z\n'
                "        a = my_relu(z) if",
            ),
        },
    ),
    ("backward_deep", "output delta reversed", "dZ3", {LOOPED: ("delta = y_hat - y", "delta = y - y_hat")}),
    (
        "backward_deep",
        "ReLU mask that lets all through",
        "dZ2",
        {
            COURSE: (
                '(grads["dA" + str(l + 1)], current_cache, "relu")',
                '(grads["dA" + str(l + 1)], current_cache, "relu") if l else '
                'linear_backward(grads["dA1"], current_cache[0])',
            ),
            LOOPED: ('delta = back * (tape[k - 1]["Z"] > 0)', "delta = back"),
        },
    ),
    (
        "backward_deep",
        "keys one layer too low",
        "",
        {
            COURSE: (
                ('grads["dW" + str(l + 1)] = dW_temp', 'grads["dW" + str(l)] = dW_temp'),
                ('grads["db" + str(l + 1)] = db_temp', 'grads["db" + str(l)] = db_temp'),
            ),
            LOOPED: (
                ('slopes[f"dW{k}"] = sum', 'slopes[f"dW{k - 1}"] = sum'),
                ('slopes[f"db{k}"] = delta', 'slopes[f"db{k - 1}"] = delta'),
            ),
        },
    ),
    ("backward_deep", "dW without 1/m", "dW3", {LOOPED: (DEEP_DW, DEEP_DW[:-10])}),
    (
        "update",
        "W update without a step",
        "W2",
        {LOOPED: ("        moved[name] = value - lr", '        moved[name] = value - (name != "W2") * lr')},
    ),
    (
        "update",
        "update without a step",
        "W2",
        {COURSE: ("    for l in range(L):\n        parameters[", "    for l in range(L - 1):\n        parameters[")},
    ),
)
"""Of the loops over the layers."""


def test_every_mistake_of_the_loop_is_planted():
    assert {one.name for one in mistakes(LAYERS)} <= {name for _, name, *_ in DEEP}


@pytest.mark.parametrize(("exercise", "name", "quantity", "solution", "edits"), rows(HELPERS))
def test_a_helper_is_named_once(exercise, name, quantity, solution, edits):
    assert found(solution, *edits) == [(exercise, name, quantity)]
    said = " ".join(texts_of(solution, *edits))
    assert "[1]" not in said
    assert "[0]" not in said
    assert "{" not in said


@pytest.mark.parametrize(("exercise", "name", "quantity", "solution", "edits"), rows(DEEP))
def test_a_deep_pass(exercise, name, quantity, solution, edits):
    assert [one[:2] for one in found(solution, *edits)] == [(exercise, name)]
    assert "{" not in " ".join(texts_of(solution, *edits))


def test_what_follows_from_a_helper_is_said_to_follow():
    report = checked(COURSE, ("dW = np.dot(dZ, A_prev.T) / m", "dW = np.dot(dZ, A_prev.T)"))
    remarks = {one.exercise: [text.en for text in one.remarks] for one in report.functions}
    assert remarks["linear_activation_backward"] == [
        "Its numbers are wrong only because of linear_backward, reported there."
    ]
    assert "linear_backward" in remarks["backward_deep"][-1]


def test_two_helpers_wrong_at_once():
    edits = (
        ("Z = np.dot(W, A) + b", "Z = np.dot(W, A)"),
        ("dW = np.dot(dZ, A_prev.T) / m", "dW = np.dot(dZ, A_prev.T)"),
    )
    assert found(COURSE, *edits) == [
        ("linear_forward", "Z without b", "Z"),
        ("linear_backward", "dW without 1/m", "dW"),
    ]


def test_a_layer_that_is_asked_in_other_words():
    edit = (
        'elif activation == "relu":\n        Z, linear_cache',
        'elif activation == "ReLU":\n        Z, linear_cache',
    )
    calls = ('parameters["b" + str(l)], "relu")', 'parameters["b" + str(l)], "ReLU")')
    model = ('linear_activation_forward(X, W1, b1, "relu")', 'linear_activation_forward(X, W1, b1, "ReLU")')
    assert found(COURSE, edit, calls, model) == []


def test_a_cache_that_holds_another_quantity_and_a_slip_of_the_function_that_takes_it():
    edits = (
        ("cache = (A, W, b)", "cache = (Z, W, b)"),
        ("dW = np.dot(dZ, A_prev.T) / m", "dW = np.dot(dZ, A_prev.T)"),
    )
    assert found(COURSE, *edits) == [
        ("linear_forward", "cache holds another quantity", "A_prev"),
        ("linear_backward", "dW without 1/m", "dW"),
    ]
