"""The activations by themselves: right in any form, and every mistake named once, where it is made."""

import math

import numpy as np
import pytest

from barreleye.tutor.checking import check
from barreleye.tutor.classics import ACTIVATION_FUNCTIONS, SOFTMAX, mistakes
from barreleye.tutor.exercises.activations import ACTIVATIONS, SLOPES
from barreleye.tutor.report import FRAGILE

from .deep_planting import COURSE, LOOPED, SHORT, found, rows, texts_of
from .planting import checked, diagnoses

SIGMOID_LOOP = "1.0 / (1.0 + math.exp(-z[i, j]))"
TANH = ("    e, f = np.exp(z), np.exp(-z)\n    return (e - f) / (e + f)", "    return {}")
RELU_LOOP = "z[i, j] if z[i, j] > 0 else 0.0"
LEAK = "np.where(z > 0, z, alpha * z)"
MAX = "np.maximum(alpha * z, z)"
SHARE = "        out[:, j] = e / e.sum()\n    return out"
SOFT = "np.exp(Z) / np.sum(np.exp(Z), axis=0, keepdims=True)"


def tanh(new):
    return {SHORT: ("return np.tanh(z)", f"return {new}"), LOOPED: (TANH[0], TANH[1].format(new))}


def softmax(short, looped):
    return {SHORT: (SOFT, short), LOOPED: (SHARE, looped)}


OWN = (
    (
        "sigmoid",
        "sigmoid of 2 Z",
        "A",
        {
            COURSE: ("A = 1 / (1 + np.exp(-Z))", "A = 1 / (1 + np.exp(-2 * Z))"),
            LOOPED: (SIGMOID_LOOP, "1.0 / (1.0 + math.exp(-2.0 * z[i, j]))"),
        },
    ),
    ("tanh", "tanh of Z / 2", "A", tanh("(1 - np.exp(-z)) / (1 + np.exp(-z))")),
    ("tanh", "tanh without the fraction", "A", tanh("np.exp(z) - np.exp(-z)")),
    ("tanh", "sinh in place of tanh", "A", tanh("(np.exp(z) - np.exp(-z)) / 2")),
    ("tanh", "tanh without brackets", "A", tanh("np.exp(z) - np.exp(-z) / np.exp(z) + np.exp(-z)")),
    ("tanh", "tanh without brackets above", "A", tanh("np.exp(z) - np.exp(-z) / (np.exp(z) + np.exp(-z))")),
    ("tanh", "sigmoid in place of tanh", "A", tanh("1 / (1 + np.exp(-z))")),
    (
        "relu",
        "largest in place of ReLU",
        "A",
        {
            SHORT: ("np.maximum(0, z)", "np.max(z, 0)"),
            LOOPED: (
                "            a[i, j] = z[i, j] if z[i, j] > 0 else 0.0\n    return a",
                "            a[i, j] = 0.0\n    return np.array([max(column) for column in z.T])",
            ),
        },
    ),
    (
        "relu",
        "ReLU cut at 1",
        "A",
        {
            COURSE: ("np.maximum(0, Z)", "np.clip(Z, 0, 1)"),
            LOOPED: (RELU_LOOP, "min(1.0, z[i, j]) if z[i, j] > 0 else 0.0"),
        },
    ),
    (
        "relu",
        "leak in ReLU",
        "A",
        {
            SHORT: ("np.maximum(0, z)", "np.where(z > 0, z, 0.01 * z)"),
            LOOPED: (RELU_LOOP, "z[i, j] if z[i, j] > 0 else z[i, j] / 100"),
        },
    ),
    (
        "leaky_relu",
        "leak of the wrong sign",
        "A",
        {
            SHORT: (MAX, "np.where(z > 0, z, -alpha * z)"),
            LOOPED: (LEAK, "np.maximum(z, 0) + alpha * np.maximum(-z, 0)"),
        },
    ),
    ("leaky_relu", "ReLU without the leak", "A", {SHORT: (MAX, "np.maximum(0, z)"), LOOPED: (LEAK, "z * (z > 0)")}),
    (
        "softmax",
        "softmax over the samples",
        "A",
        softmax(
            "np.exp(Z) / np.sum(np.exp(Z), axis=1, keepdims=True)",
            "        pass\n    return np.array([np.exp(row) / np.exp(row).sum() for row in z])",
        ),
    ),
    (
        "softmax",
        "softmax over everything",
        "A",
        softmax(
            "np.exp(Z) / np.sum(np.exp(Z))", "        out[:, j] = np.exp(z[:, j]) / np.exp(z).sum()\n    return out"
        ),
    ),
    (
        "softmax",
        "softmax over the samples, shifted",
        "A",
        softmax(
            "(lambda e: e / e.sum(axis=1, keepdims=True))(np.exp(Z - Z.max(axis=0)))",
            "        out[:, j] = e\n    return out / out.sum(1)[:, None]",
        ),
    ),
    (
        "softmax",
        "softmax over everything, shifted",
        "A",
        softmax(
            "(lambda e: e / e.sum())(np.exp(Z - Z.max(axis=0)))", "        out[:, j] = e\n    return out / out.sum()"
        ),
    ),
    (
        "softmax",
        "softmax without exp below",
        "A",
        softmax("np.exp(Z) / np.sum(Z, axis=0)", "        out[:, j] = np.exp(z[:, j]) / z[:, j].sum()\n    return out"),
    ),
    (
        "softmax",
        "softmax without exp below, shifted",
        "A",
        softmax(
            "(lambda z: np.exp(z) / z.sum(axis=0))(Z - Z.max(axis=0))",
            "        out[:, j] = e / np.log(e).sum()\n    return out",
        ),
    ),
    (
        "softmax",
        "softmax without exp below, shifted by one number",
        "A",
        softmax(
            "(lambda z: np.exp(z) / z.sum(axis=0))(Z - np.max(Z))",
            "        c = z[:, j] - z.max()\n        out[:, j] = np.exp(c) / c.sum()\n    return out",
        ),
    ),
    (
        "softmax",
        "softmax not normalised",
        "A",
        softmax("np.exp(Z)", "        out[:, j] = np.exp(z[:, j])\n    return out"),
    ),
    (
        "softmax",
        "softmax without exp",
        "A",
        softmax("Z / np.sum(Z, axis=0)", "        out[:, j] = z[:, j] / z[:, j].sum()\n    return out"),
    ),
    (
        "softmax",
        "softmax of minus Z",
        "A",
        softmax(
            "np.exp(-Z) / np.sum(np.exp(-Z), axis=0)",
            "        f = 1 / np.exp(z[:, j])\n        out[:, j] = f / f.sum()\n    return out",
        ),
    ),
    (
        "softmax",
        "softmax shifted unevenly",
        "A",
        softmax(
            "(lambda E: E / E.sum(axis=0))(np.exp(Z - Z.max(axis=1, keepdims=True)))",
            "        f = np.exp(z[:, j] - np.array([max(row) for row in z]))\n        out[:, j] = f / f.sum()\n    "
            "return out",
        ),
    ),
    (
        "softmax",
        "sigmoid in place of softmax",
        "A",
        softmax("1 / (1 + np.exp(-Z))", "        out[:, j] = logistic(z)[:, j]\n    return out"),
    ),
    (
        "softmax",
        "log of softmax",
        "A",
        softmax(f"np.log({SOFT})", "        out[:, j] = np.log(e / e.sum())\n    return out"),
    ),
)
"""Mistakes that only the activations by themselves can make."""
SHARED = (
    (
        "sigmoid",
        "sigmoid of minus Z",
        "A",
        {
            COURSE: ("A = 1 / (1 + np.exp(-Z))", "A = 1 / (1 + np.exp(Z))"),
            LOOPED: (SIGMOID_LOOP, "1.0 / (1.0 + math.exp(z[i, j]))"),
        },
    ),
    (
        "sigmoid",
        "sigmoid without its quotient",
        "A",
        {
            COURSE: ("A = 1 / (1 + np.exp(-Z))", "A = 1 / 1 + np.exp(-Z)"),
            LOOPED: (SIGMOID_LOOP, "1.0 + math.exp(-z[i, j])"),
        },
    ),
    (
        "relu",
        "ReLU with minimum",
        "A",
        {COURSE: ("np.maximum(0, Z)", "np.minimum(0, Z)"), LOOPED: (RELU_LOOP, "z[i, j] if z[i, j] < 0 else 0.0")},
    ),
    ("relu", "A without activation", "A", {COURSE: ("np.maximum(0, Z)", "Z"), LOOPED: (RELU_LOOP, "z[i, j]")}),
    (
        "leaky_relu",
        "Leaky ReLU with minimum",
        "A",
        {SHORT: (MAX, "np.minimum(alpha * z, z)"), LOOPED: (LEAK, "np.where(z > 0, alpha * z, z)")},
    ),
    (
        "tanh_derivative",
        "slope (1 - A) squared",
        "g′(Z)",
        {SHORT: ("1 - np.tanh(z) ** 2", "(1 - np.tanh(z)) ** 2"), LOOPED: ("1.0 - a**2", "(1.0 - a) ** 2")},
    ),
    (
        "sigmoid_derivative",
        "slope is A",
        "g′(Z)",
        {SHORT: ("a * (1 - a)", "a"), LOOPED: ("    return a * (1.0 - a)", "    return a")},
    ),
    (
        "relu_derivative",
        "ReLU mask reversed",
        "g′(Z)",
        {
            SHORT: ("np.where(z > 0, 1, 0)", "np.where(z > 0, 0, 1)"),
            LOOPED: ("    return (z > 0).astype(float)", "    return (z < 0).astype(float)"),
        },
    ),
    (
        "leaky_relu_derivative",
        "leak forgotten",
        "g′(Z)",
        {
            SHORT: ("np.where(z > 0, 1, alpha)", "np.where(z > 0, 1, 0)"),
            LOOPED: ("np.where(z > 0, 1.0, alpha)", "(z > 0) * 1.0"),
        },
    ),
    (
        "sigmoid_backward",
        "slope is A",
        "dZ",
        {SHORT: ("dA * s * (1 - s)", "dA * s"), COURSE: ("dA * s * (1 - s)", "s * dA")},
    ),
    (
        "relu_backward",
        "ReLU mask from dA",
        "dZ",
        {SHORT: ("dA * (cache > 0)", "dA * (dA > 0)"), COURSE: ("dZ[Z <= 0] = 0", "dZ[dA <= 0] = 0")},
    ),
    (
        "relu_backward",
        "ReLU mask that lets all through",
        "dZ",
        {SHORT: ("dA * (cache > 0)", "dA"), COURSE: ("    dZ[Z <= 0] = 0\n", "")},
    ),
    (
        "sigmoid_backward",
        "slope with Z for A",
        "dZ",
        {COURSE: ("dA * s * (1 - s)", "dA * (cache - cache**2)")},  # which has Z in its cache
    ),
    (
        "sigmoid_backward",
        "slope with one A too many",
        "dZ",
        {SHORT: ("dA * s * (1 - s)", "dA * s**2 * (1 - s)"), COURSE: ("dA * s * (1 - s)", "dA * s * (1 - s) * s")},
    ),
    (
        "sigmoid_derivative",
        "dZ times a constant",
        "g′(Z)",
        {SHORT: ("a * (1 - a)", "a * (a - 1)"), LOOPED: ("    return a * (1.0 - a)", "    return 2 * a * (1 - a)")},
    ),
    (
        "tanh_backward",
        "slope (1 - A) squared",
        "dZ",
        {SHORT: ("dA * (1 - np.tanh(cache) ** 2)", "dA * (1 - np.tanh(cache)) ** 2")},
    ),
)
"""Mistakes that are the same in a network, and are said without layer numbers here."""


def test_every_mistake_is_planted():
    assert {name for _, name, *_ in OWN} == {one.name for one in mistakes(ACTIVATION_FUNCTIONS + SOFTMAX)}


@pytest.mark.parametrize(("exercise", "name", "quantity", "solution", "edits"), rows((*OWN, *SHARED)))
def test_planted(exercise, name, quantity, solution, edits):
    alone = [(exercise, None, "")] if name in ("softmax over the samples", "softmax over everything") else []
    assert found(solution, *edits) in ([(exercise, name, quantity)], alone)  # by itself it may be one of rows
    said = " ".join(texts_of(solution, *edits))
    assert "[1]" not in said
    assert "[0]" not in said
    assert "{" not in said


@pytest.mark.parametrize("solution", [SHORT, COURSE, LOOPED])
def test_right_in_every_form(solution):
    assert all(one.verdict == FRAGILE for _, one in checked(solution).findings)


def test_the_derivative_of_A_is_told_from_that_of_Z():
    remarks = {one.exercise: one.remarks for one in checked(LOOPED).functions}
    assert remarks["sigmoid_derivative"] == ()
    assert remarks["tanh_derivative"][0].en == "It takes A, not Z: call it with A."


def test_the_slope_of_a_leaky_relu_may_be_any_and_is_said():
    def leaky_relu(Z):
        return np.where(Z > 0, Z, 0.37 * Z)

    (function,) = check(leaky_relu).functions
    assert function.verdict == "right"
    assert "0.37" in function.remarks[0].en


def test_softmax_of_rows_is_right_where_samples_are_rows():
    def softmax(x):
        E = np.exp(x - x.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)

    (function,) = check(softmax).functions
    assert function.verdict == "right"
    assert "axis=0" in function.remarks[0].zh


def test_two_mistakes_in_one_file_are_two_findings():
    edits = (("A = 1 / (1 + np.exp(-Z))", "A = 1 / (1 + np.exp(Z))"), ("dZ[Z <= 0] = 0", "dZ[dA <= 0] = 0"))
    assert found(COURSE, *edits) == [
        ("sigmoid", "sigmoid of minus Z", "A"),
        ("relu_backward", "ReLU mask from dA", "dZ"),
    ]


def test_the_line_and_the_equation_are_shown_without_layers():
    (finding,) = [
        one for one in texts_of(COURSE, ("np.maximum(0, Z)", "np.minimum(0, Z)")) if one.startswith("A = max")
    ]
    assert finding == "A = max(0, Z)"
    assert diagnoses(checked(COURSE)) == [one for one in diagnoses(checked(COURSE)) if one[1] is not None]


def test_the_slope_of_a_mistaken_leaky_relu_is_not_praised():
    def leaky_relu(z, alpha=0.01):
        return np.maximum(alpha, z)

    (function,) = check(leaky_relu).functions
    assert [finding.mistake for finding in function.findings] == ["Leaky ReLU with a floor"]
    assert function.remarks == ()


OF_A = """
import numpy as np
def linear_activation_forward(A_prev, W, b, activation):
    Z = W @ A_prev + b
    return (1 / (1 + np.exp(-Z)) if activation == "sigmoid" else np.maximum(0, Z)), {"A_prev": A_prev, "W": W, "Z": Z}
def sigmoid_backward(dA, A): return dA * A * (1 - A)
def relu_grad(a): return np.sign(a)
"""


def test_a_derivative_with_an_argument_called_A_takes_A(request):
    checked = request.getfixturevalue("checked")
    assert checked(OF_A).verdict == "right", str(checked(OF_A))
    sigmoid_of_Z = ("(dA, A): return dA * A * (1 - A)", "(dA, Z): return dA * Z * (1 - Z)")
    report = checked(OF_A, sigmoid_of_Z, ("relu_grad(a): return np.sign(a)", "relu_grad(z): return np.sign(z)"))
    assert [one.verdict for one in report.functions].count("wrong") == 2


EXACT = {
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
    "leaky_relu": lambda z: z if z > 0 else 0.01 * z,
}


@pytest.mark.parametrize("role", [role for role in (*ACTIVATIONS, *SLOPES) if role != "softmax"])
def test_the_line_that_is_shown_computes_what_it_says(role):
    exercise = {**ACTIVATIONS, **SLOPES}[role]
    ((_, line),) = exercise.solutions.values()
    g = EXACT[exercise.kind]
    for z in (-1.3, 0.4):
        names = {"np": np, "Z": z, "A": g(z), "dA": -2.0}
        value = eval(line.partition(" = ")[2] or line, names)
        slope = (g(z + 1e-6) - g(z - 1e-6)) / 2e-6
        right = g(z) if role in ACTIVATIONS else slope * (-2.0 if role.endswith("backward") else 1.0)
        assert value == pytest.approx(right, abs=1e-8)
