"""What stands in a worked equation gives the entry that it is of, when it is read back."""

import math

import numpy as np
import pytest

from barreleye.nn.equations import BATCH_NORM, EQUATIONS, made_by
from barreleye.nn.notation import value
from barreleye.nn.worked_out import shapes_in, worked_out

RNG = np.random.default_rng(0)


def numbers(*shape):
    """Random numbers of few digits, which are shown as they are."""
    return RNG.integers(-9, 10, shape) / 4


V = {
    "W": {1: numbers(3, 2), 2: numbers(2, 3)},
    "A": {0: numbers(2, 4), 1: numbers(3, 4)},
    "dZ": {1: numbers(3, 4), 2: numbers(2, 4)},
    "Z": {1: numbers(3, 4)},
    **{name: {1: numbers(3, 1)} for name in ("b", "mu", "gamma", "beta", "dgamma", "dbeta")},
    **{name: {1: numbers(3, 4)} for name in ("Z_norm", "dZ_tilde")},
    **{"sigma2": {1: abs(numbers(3, 1)) + 1}, "w": numbers(1, 4), "m": 4, "epsilon": 0.25, "l": 1},
}


def read_back(text):
    for printed, python in (("·", "*"), ("−", "-"), ("²", "**2"), ("√", "sqrt")):
        text = text.replace(printed, python)
    return eval(text, {"sqrt": math.sqrt})


TEXTS = [EQUATIONS[name].text for name in ("Z", "dW", "db", "dA")] + [one.text for one in BATCH_NORM.values()]
TEXTS += [made_by(name, {"dZ_tilde[1]", "Z_norm[1]"}, weighted=True) for name in ("mu[1]", "sigma2[1]", "dZ[1]")]


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_the_entry(text):
    expected = value(text, V)
    for i, j in np.ndindex(expected.shape):
        assert read_back(worked_out(text, V, (i, j))) == pytest.approx(expected[i, j], rel=1e-12), (i, j)


def test_of_cases_the_one_that_holds_is_worked():
    v = {"Z": np.array([[2.0, -3.0]])}
    assert [worked_out("where(Z > 0, Z, 0.5 * Z)", v, (0, j)) for j in (0, 1)] == ["2", "0.5·(−3)"]


def test_the_middle_of_a_long_sum_is_left_out_and_a_minus_takes_the_place_of_a_plus():
    v = {"x": np.array([[1.0, -2.0, 3.0, 4.0, -5.0]]), "m": 5}
    assert worked_out("sum(x, axis=1) / m", v) == "1/5·(1 − 2 + … − 5)"


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("W[l] @ A[l - 1] + b[l]", "(3, 2) (2, 4) + (3, 1)"),
        ("dZ[l] @ A[l - 1].T / m", "(3, 4) (4, 2)"),
        ("gamma[l] * (Z_norm[l] - w) / sqrt(sigma2[l] + epsilon)", "(3, 1) ∗ ((3, 4) − (1, 4)) / (3, 1)"),
        ("w * maximum(-1, minimum(1, Z[l]))", "(1, 4) ∗ (3, 4)"),
    ],
)
def test_shapes_stand_where_their_arrays_do(text, shapes):
    assert shapes_in(text, V) == shapes
