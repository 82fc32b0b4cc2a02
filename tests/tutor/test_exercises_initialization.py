"""The starting parameters: any random numbers of the right shapes and spread are right."""

import re

import numpy as np
import pytest

from barreleye.tutor.checking import check
from barreleye.tutor.mistakes.starting import FLAT_BIAS, INITIALIZATION, LYING_BIAS
from barreleye.tutor.report import FRAGILE

from .deep_planting import COURSE, LOOPED, found, rows, texts_of
from .planting import checked

W1, B1 = "W1 = np.random.randn(n_h, n_x) * 0.01", "b1 = np.zeros((n_h, 1))"
W2, B2 = "W2 = np.random.randn(n_y, n_h) * 0.01", "b2 = np.zeros((n_y, 1))"
DEEP_W = "np.random.randn(layer_dims[l], layer_dims[l - 1]) / np.sqrt(layer_dims[l - 1])"
DEEP_B = 'parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))'
LOOP_W, LOOP_B = "rng.normal(size=(n_out, n_in)) * np.sqrt(2.0 / n_in)", 'theta[f"b{k}"] = np.zeros((n_out, 1))'
PAIRS = "for k, (n_in, n_out) in enumerate(zip(dims, dims[1:]), start=1):"
LOOP = '        parameters["W" + str(l)] = np.random.randn'


def weights(course, looped):
    return {COURSE: (DEEP_W, course), LOOPED: (LOOP_W, looped)}


def biases(course, looped):
    return {COURSE: (DEEP_B, course), LOOPED: (LOOP_B, looped)}


TABLE = (
    ("initialize_deep", "weights without biases", "parameters", biases("pass", "pass")),
    (
        "initialize_deep",
        "layers numbered from 0",
        "parameters",
        {
            COURSE: (
                ('"W" + str(l)] = np.random', '"W" + str(l - 1)] = np.random'),
                (DEEP_B, DEEP_B.replace("str(l)", "str(l - 1)")),
            ),
            LOOPED: (PAIRS, PAIRS.replace("start=1", "start=0")),
        },
    ),
    (
        "initialize_deep",
        "last layer without parameters",
        "parameters",
        {
            COURSE: ("for l in range(1, L):\n        parameters", "for l in range(1, L - 1):\n        parameters"),
            LOOPED: (PAIRS, PAIRS.replace("dims[1:]", "dims[1:-1]")),
        },
    ),
    (
        "initialize_deep",
        "a layer too many",
        "parameters",
        {
            COURSE: ("for l in range(1, L):\n        parameters", "for l in range(L):\n        parameters"),
            LOOPED: (
                "    return theta\n",
                '    theta["W0"], theta["b0"] = np.eye(dims[0]), np.zeros((dims[0], 1))\n    return theta\n',
            ),
        },
    ),
    (
        "initialize_deep",
        "W transposed at the start",
        "W",
        weights("np.random.randn(layer_dims[l - 1], layer_dims[l]) * 0.01", "rng.normal(size=(n_in, n_out)) * 0.1"),
    ),
    (
        "initialize_deep",
        "W starts at zero",
        "W",
        weights("np.zeros((layer_dims[l], layer_dims[l - 1]))", "0 * rng.normal(size=(n_out, n_in))"),
    ),
    (
        "initialize_deep",
        "W starts with one number",
        "W",
        weights("np.ones((layer_dims[l], layer_dims[l - 1])) * 0.01", "np.full((n_out, n_in), rng.normal())"),
    ),
    (
        "initialize_deep",
        "units start alike",
        "W",
        weights(
            "np.ones((layer_dims[l], 1)) * np.random.randn(1, layer_dims[l - 1]) * 0.01",
            "np.tile(rng.normal(size=n_in) / n_in, (n_out, 1))",
        ),
    ),
    (
        "initialize_deep",
        "W starts as integers",
        "W",
        weights(
            "np.random.randint(-3, 4, (layer_dims[l], layer_dims[l - 1]))", "rng.randint(-3, 4, size=(n_out, n_in))"
        ),
    ),
    (
        "initialize_deep",
        "W starts positive",
        "W",
        weights("np.random.rand(layer_dims[l], layer_dims[l - 1]) * 0.01", "rng.uniform(size=(n_out, n_in)) * 0.1"),
    ),
    (
        "initialize_deep",
        "W starts too large",
        "W",
        weights("np.random.randn(layer_dims[l], layer_dims[l - 1])", "rng.normal(size=(n_out, n_in)) * np.sqrt(n_in)"),
    ),
    (
        "initialize_deep",
        "W starts too small",
        "W",
        weights("np.random.randn(layer_dims[l], layer_dims[l - 1]) * 1e-8", "rng.normal(size=(n_out, n_in)) * 1e-6"),
    ),
    (
        "initialize_deep",
        "one seed for every layer",
        "seed",
        {
            COURSE: (LOOP, "        np.random.seed(3)\n" + LOOP),
            LOOPED: (LOOP_W, LOOP_W.replace("rng", "np.random.RandomState(7)")),
        },
    ),
    (
        "initialize_deep",
        "b of the layer before",
        "b",
        biases(DEEP_B.replace("layer_dims[l]", "layer_dims[l - 1]"), LOOP_B.replace("n_out", "n_in")),
    ),
    (
        "initialize_deep",
        "one b for a whole layer",
        "b",
        biases('parameters["b" + str(l)] = 0.0', 'theta[f"b{k}"] = np.zeros(1)'),
    ),
    (
        "initialize_deep",
        "b starts as integers",
        "b",
        biases(DEEP_B.replace(", 1))", ", 1), dtype=int)"), LOOP_B.replace(", 1))", ", 1), int)")),
    ),
    (
        "initialize_deep",
        "b that does not fit",
        "b",
        biases(DEEP_B.replace("(layer_dims[l], 1)", "layer_dims[l]"), LOOP_B.replace("(n_out, 1)", "(1, n_out)")),
    ),
)


def test_every_mistake_is_planted():
    assert {name for _, name, *_ in TABLE} == {flaw.name for flaw in (*INITIALIZATION, LYING_BIAS)}


@pytest.mark.parametrize(("exercise", "name", "quantity", "solution", "edits"), rows(TABLE))
def test_planted(exercise, name, quantity, solution, edits):
    assert found(solution, *edits) == [(exercise, name, quantity)]
    said = " ".join(texts_of(solution, *edits))
    assert "{" not in re.sub(r"""\[f["'][Wb]\{k\}["']\]""", "", said)  # the learner's own theta[f"W{k}"]


def test_biases_that_do_not_start_at_zero_are_worth_a_word():
    edits = ((DEEP_B, DEEP_B.replace("zeros", "ones")),)
    report = next(one for one in checked(COURSE, *edits).functions if one.exercise == "initialize_deep")
    assert report.verdict == "right"
    assert any("b1, b2 and b3" in remark.en and "b1、b2、b3" in remark.zh for remark in report.remarks)


@pytest.mark.parametrize(
    ("edit", "line", "solution"),
    [
        ((W1, W1.replace("n_h, n_x", "n_x, n_h")), "W1 = np.random.randn(n_x, n_h) * 0.01", W1),
        ((W1, "W1 = np.zeros((n_h, n_x))"), "W1 = np.zeros((n_h, n_x))", W1),
        (
            (DEEP_B, DEEP_B.replace("layer_dims[l]", "layer_dims[l - 1]")),
            DEEP_B.replace("layer_dims[l]", "layer_dims[l - 1]"),
            DEEP_B,
        ),
    ],
)
def test_the_line_and_what_should_stand_there(edit, line, solution):
    finding = next(one for function, one in checked(COURSE, edit).findings if function.exercise[:4] == "init")
    assert (finding.line, finding.solution) == (line, solution.replace("'", '"'))


def test_two_layers_are_judged_in_the_same_way():
    assert found(COURSE, (W1, "W1 = np.zeros((n_h, n_x))"), (W2, "W2 = np.zeros((n_y, n_h))")) == [
        ("initialize", "W starts at zero", "W")
    ]
    assert found(COURSE, (W1, W1.replace("n_h, n_x", "n_x, n_h")), (W2, W2.replace("n_y, n_h", "n_h, n_y"))) == [
        ("initialize", "W transposed at the start", "W")
    ]


def test_a_bias_without_a_second_dimension_alone_is_only_fragile():
    def initialize_parameters(n_x, n_h, n_y):
        W = np.random.randn(n_h, n_x) * 0.01, np.random.randn(n_y, n_h) * 0.01
        return {"W1": W[0], "b1": np.zeros(n_h), "W2": W[1], "b2": np.zeros(n_y)}

    ((_, finding),) = check(initialize_parameters).findings
    assert (finding.mistake, finding.verdict) == (FLAT_BIAS.name, FRAGILE)


@pytest.mark.parametrize(
    "spread", [lambda n: 0.01, lambda n: np.sqrt(2 / n), lambda n: np.sqrt(1 / n), lambda n: 0.1, lambda n: 1 / n]
)
def test_every_usual_spread_is_right(spread):
    def initialize_parameters_deep(layer_dims):
        p = {}
        for l in range(1, len(layer_dims)):
            p[f"W{l}"] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * spread(layer_dims[l - 1])
            p[f"b{l}"] = np.zeros((layer_dims[l], 1))
        return p

    (function,) = check(initialize_parameters_deep).functions
    assert function.verdict == "right"
    assert len(function.remarks) == (spread(1) == 0.01)  # which starves a deep ReLU network


def test_a_shape_that_no_flaw_explains_is_shown():
    def initialize_parameters(n_x, n_h, n_y):
        W1, W2 = np.random.randn(n_h, n_x) * 0.01, np.random.randn(n_y + 1, n_h) * 0.01
        return {"W1": W1, "b1": np.zeros((n_h, 1)), "W2": W2, "b2": np.zeros((n_y, 1))}

    ((_, finding),) = check(initialize_parameters).findings
    assert "W2 has shape (3, 3) in place of (2, 3)" in finding.claim.en


def test_it_may_return_nothing():
    def initialize_parameters(n_x, n_h, n_y):
        np.random.randn(n_h, n_x)

    ((_, finding),) = check(initialize_parameters).findings
    assert finding.mistake == "returns nothing"
    assert "return" in finding.claim.zh
