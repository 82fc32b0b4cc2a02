import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from barreleye.nn.heads import HEADS, head
from barreleye.training.scores import (
    SCORES,
    accuracy,
    mean_absolute_error,
    r2,
    root_mean_squared_error,
    score,
    usual_score,
)

SEEDS = st.integers(0, 10**6)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(2, 5))
def test_accuracy_of_classes_is_scikit_learns(seed, k):
    rng = np.random.default_rng(seed)
    labels, Y_hat = rng.integers(0, k, 12), rng.dirichlet(np.ones(k), 12)
    assert accuracy(np.eye(k)[labels], Y_hat) == pytest.approx(metrics.accuracy_score(labels, Y_hat.argmax(axis=1)))


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(1, 4))
def test_accuracy_of_independent_labels_asks_for_all_of_them(seed, k):
    rng = np.random.default_rng(seed)
    Y, Y_hat = rng.integers(0, 2, (12, k)) * 1.0, rng.random((12, k))
    assert accuracy(Y, Y_hat) == pytest.approx(metrics.accuracy_score(Y, Y_hat > 0.5))


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_accuracy_of_signs_is_decided_at_0(seed):
    rng = np.random.default_rng(seed)
    Y, Y_hat = rng.choice([-1.0, 1.0], (12, 1)), rng.uniform(-1, 1, (12, 1))
    of_signs = score("accuracy", head("tanh"))
    assert of_signs.mode == "max"
    assert of_signs.function(Y, Y_hat) == pytest.approx(metrics.accuracy_score(Y, np.sign(Y_hat)))
    assert score(None, head("tanh")).function(Y, Y_hat) == of_signs.function(Y, Y_hat)


def test_signs_that_are_all_alike_are_decided_at_0_too():
    one, weak = np.ones((2, 1)), np.array([[0.2], [-0.2]])
    assert score(None, head("tanh")).function(one, weak) == 0.5


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.integers(1, 3))
def test_scores_of_numbers_are_scikit_learns(seed, k):
    rng = np.random.default_rng(seed)
    Y, Y_hat = rng.normal(size=(9, k)), rng.normal(size=(9, k))
    assert r2(Y, Y_hat) == pytest.approx(metrics.r2_score(Y, Y_hat))
    assert mean_absolute_error(Y, Y_hat) == pytest.approx(metrics.mean_absolute_error(Y, Y_hat))
    assert root_mean_squared_error(Y, Y_hat) == pytest.approx(np.sqrt(metrics.mean_squared_error(Y, Y_hat)))


@pytest.mark.parametrize("name", SCORES)
def test_the_mode_says_which_way_is_better(name):
    rng = np.random.default_rng(0)
    Y = rng.integers(0, 2, (50, 1)) * 1.0
    near, far = abs(Y - 0.1), abs(Y - 0.9)
    function, mode = SCORES[name]
    assert (function(Y, near) > function(Y, far)) == (mode == "max")


@pytest.mark.parametrize("name", HEADS)
def test_classes_are_scored_by_accuracy_and_numbers_by_r2(name):
    expected = "accuracy" if name in ("sigmoid", "softmax", "tanh") else "r2"
    assert usual_score(head(name)) == expected
    assert score(None, head(name)).mode == "max"


def test_a_function_of_ones_own_is_better_when_higher():
    own = score(lambda Y, Y_hat: 7.0, head("identity"))
    assert (own.mode, own.function(None, None)) == ("max", 7.0)


def test_an_unknown_score_lists_those_there_are():
    with pytest.raises(ValueError, match=r"score='acuracy' is unknown \(did you mean 'accuracy'\?\); choose one of: "):
        score("acuracy", head("sigmoid"))
