"""The two curves, with the textbook's vectorised equations written out here."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from barreleye.course import compute_cost, forward_propagation, nn_model, predict
from barreleye.data.builtin import load_dataset
from barreleye.nn.activations import ReLU
from barreleye.tutor.curves import LEARNING_RATE, curves_of
from barreleye.tutor.report import Curves


def gradients(p, X, Y, axis=1):
    m = X.shape[1]
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    A2 = 1 / (1 + np.exp(-(p["W2"] @ A1 + p["b2"])))
    dZ2 = A2 - Y
    dZ1 = p["W2"].T @ dZ2 * (1 - A1**2)
    db1 = dZ1.sum(axis=axis, keepdims=axis is not None) / m
    return {"dW1": dZ1 @ X.T / m, "db1": db1, "dW2": dZ2 @ A1.T / m, "db2": dZ2.sum(axis=1, keepdims=True) / m}


def with_db1(change):
    return lambda p, X, Y: (g := gradients(p, X, Y)) | {"db1": change(g["db1"])}


def test_a_bias_gradient_summed_over_the_units_leaves_no_mark():
    """After as many steps as the course takes."""
    curves = curves_of(gradients, lambda p, X, Y: gradients(p, X, Y, axis=None), steps=10_000, points=11)
    assert curves.right_accuracy > 0.88
    assert abs(curves.right_accuracy - curves.mistaken_accuracy) < 0.02
    assert abs(curves.mistaken[-1] - curves.right[-1]) < 0.03
    assert not curves.tells


def test_the_usual_length_is_enough_to_tell_a_silent_mistake_from_a_loud_one():
    silent = curves_of(gradients, lambda p, X, Y: gradients(p, X, Y, axis=None))
    loud = curves_of(gradients, lambda p, X, Y: {name: -d for name, d in gradients(p, X, Y).items()})
    assert not silent.tells
    assert loud.tells
    assert len(silent.steps) == len(silent.right) == len(silent.mistaken) == 60
    assert np.isfinite([*loud.right, *loud.mistaken]).all()


def test_the_right_curve_is_that_of_the_course():
    flower = load_dataset("flower")
    X, Y = flower.X.T, flower.y.reshape(1, -1)
    curves = curves_of(gradients, gradients, steps=1000, points=3)
    p = nn_model(X, Y, 4, num_iterations=1000, learning_rate=LEARNING_RATE)
    assert curves.steps == (0, 500, 1000)
    assert curves.right == curves.mistaken
    assert curves.right[0] == pytest.approx(0.693048, abs=1e-6)  # printed in the course's exercise
    assert curves.right[-1] == pytest.approx(compute_cost(forward_propagation(X, p)[0], Y), rel=1e-9)
    assert curves.right_accuracy == (predict(p, X) == Y).mean()


def test_gradients_that_broadcast_are_trained_with_as_numpy_does():
    """One number for all biases; a column for each sample; float32."""
    assert curves_of(gradients, with_db1(lambda db: db[0, 0]), steps=20) is not None
    spread = with_db1(lambda db: np.repeat(db, 400, axis=1))
    assert curves_of(gradients, spread, steps=20).mistaken[-1] == pytest.approx(
        curves_of(gradients, gradients, steps=20).right[-1]
    )
    assert curves_of(gradients, with_db1(np.float32), steps=20) is not None


@pytest.mark.parametrize(
    "mistaken",
    [
        with_db1(np.ravel),  # b1 becomes (4, 4), which no longer adds to Z1
        lambda p, X, Y: gradients(p, X, Y) | {"dW1": np.ones((3, 3))},
        lambda p, X, Y: {},
        lambda p, X, Y: None,
        lambda p, X, Y: 1 / 0,
    ],
)
def test_gradients_that_cannot_be_trained_with_have_no_curve(mistaken):
    assert curves_of(gradients, mistaken, steps=20) is None


def test_the_cost_is_measured_with_the_hidden_activation_that_is_trained():
    """ReLU's own equations, written out; its cost falls as ReLU's does, to 0.6, and not to tanh's 0.3."""

    def relu(p, X, Y):
        m, Z1 = X.shape[1], p["W1"] @ X + p["b1"]
        A1 = np.maximum(0, Z1)
        dZ2 = 1 / (1 + np.exp(-(p["W2"] @ A1 + p["b2"]))) - Y
        dZ1 = p["W2"].T @ dZ2 * (Z1 > 0)
        db = {"db1": dZ1.sum(axis=1, keepdims=True) / m, "db2": dZ2.sum(axis=1, keepdims=True) / m}
        return {"dW1": dZ1 @ X.T / m, "dW2": dZ2 @ A1.T / m, **db}

    curves = curves_of(relu, relu, hidden=ReLU(), points=21)
    assert curves.right[-1] == pytest.approx(0.58, abs=0.01)
    assert all(later <= earlier + 0.01 for earlier, later in pairwise(curves.right))


def test_a_curve_ends_at_its_last_finite_cost():
    def broken(p, X, Y):
        return gradients(p, X, Y) | {"dW2": np.full((1, 4), np.nan)}

    curves = curves_of(gradients, broken, steps=50, points=6)
    assert len(curves.right) == 6
    assert curves.mistaken == curves.right[:1]
    assert curves.tells


def test_a_curve_that_is_too_good_to_be_true_tells():
    mean = Curves((0, 2500), (0.69, 0.24), (0.69, 0.0008), 0.9075, 1.0)
    assert mean.tells
    assert replace(mean, mistaken=(0.69, 0.21), mistaken_accuracy=0.9175).tells is False
