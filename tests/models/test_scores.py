"""Scores, beside scikit-learn's; and what a constant and a linear model reach."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from sklearn import metrics
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder

from barreleye.data.frame import frame_of
from barreleye.models.preparing import prepare
from barreleye.models.scores import (
    auc,
    comparison,
    confusion,
    loss_in,
    of_classes,
    of_numbers,
    one_hot,
    opponents,
    scores,
    watched,
)


@pytest.mark.parametrize("k", [2, 3, 5])
def test_scores_of_classes_are_scikit_learns(k):
    rng = np.random.default_rng(k)
    y, P = rng.integers(0, k, 200), rng.dirichlet(np.ones(k), 200)
    found = of_classes(y, P)
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(y, P.argmax(axis=1)))
    assert found["balanced accuracy"] == pytest.approx(metrics.balanced_accuracy_score(y, P.argmax(axis=1)))
    assert found["log-loss"] == pytest.approx(metrics.log_loss(y, P))
    score = P[:, 1] if k == 2 else P
    assert found["AUC"] == pytest.approx(metrics.roc_auc_score(y, score, multi_class="ovr"))
    np.testing.assert_array_equal(confusion(y, P.argmax(axis=1), k), metrics.confusion_matrix(y, P.argmax(axis=1)))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=30))
def test_the_area_counts_ties_half_as_scikit_learn_does(pairs):
    positive, score = np.array([p for p, _ in pairs]), np.array([float(s) for _, s in pairs])
    if positive.all() or not positive.any():
        assert np.isnan(auc(positive, score))
    else:
        assert auc(positive, score) == pytest.approx(metrics.roc_auc_score(positive, score))


def test_scores_of_numbers_are_scikit_learns():
    rng = np.random.default_rng(0)
    y, y_hat = rng.normal(size=50), rng.normal(size=50)
    found = of_numbers(y, y_hat)
    assert found["R2"] == pytest.approx(metrics.r2_score(y, y_hat))
    assert found["RMSE"] == pytest.approx(metrics.root_mean_squared_error(y, y_hat))
    assert found["MAE"] == pytest.approx(metrics.mean_absolute_error(y, y_hat))


@pytest.mark.parametrize("k", [2, 3])
def test_the_linear_model_is_scikit_learns_logistic_regression(k):
    rng = np.random.default_rng(1)
    X = rng.normal(size=(150, 4))
    y = (X @ rng.normal(size=(4, k)) + rng.gumbel(size=(150, k))).argmax(axis=1)
    ready = prepare(frame_of({**{f"c{i}": x for i, x in enumerate(X.T)}, "y": [f"k{c}" for c in y]}), ["y"])
    rows = np.concatenate([ready.parts.train, ready.parts.validation])
    oracle = LogisticRegression(max_iter=1000, tol=1e-8).fit(ready.X[rows], y[rows])
    test = ready.parts.test
    ours = opponents(ready)["logistic regression"]
    assert ours["log-loss"] == pytest.approx(metrics.log_loss(y[test], oracle.predict_proba(ready.X[test])), rel=1e-3)


def test_the_constant_is_the_mean_or_the_share_of_each_class():
    ready = prepare(
        frame_of({"a": np.random.default_rng(0).normal(size=50), "y": [i % 5 == 0 for i in range(50)]}), ["y"]
    )
    assert opponents(ready)["majority"]["accuracy"] == pytest.approx(0.8)
    assert opponents(ready)["majority"]["AUC"] == 0.5


def test_a_network_without_hidden_layers_is_not_told_to_have_none():
    losses = {"majority": 0.5, "logistic regression": 0.2, "this network": 0.3}
    found = {who: {"log-loss": loss} for who, loss in losses.items()}
    assert "--layers 0" in comparison(found)[0]
    assert "it is the same network" in comparison(found, hidden=0)[0]


def test_errors_of_targets_in_different_units_are_told_in_their_deviations():
    rng = np.random.default_rng(0)
    x = rng.normal(size=300)
    ready = prepare(frame_of({"x": x, "small": 0.02 * x, "big": 1e6 * rng.normal(size=300)}), ["small", "big"])
    truth = ready.targets.numbers(ready.Y[ready.judged])
    found = scores(ready, truth + ready.targets.scale * [0.5, 1.5], ready.judged)
    assert found["RMSE/deviation"] == pytest.approx(1.0)
    assert loss_in(found) == "RMSE/deviation"


def answered(target, *, seed=0, **options):
    """A table ready, and answers (m, n_y) to its rows set aside that know no more than chance."""
    rng = np.random.default_rng(seed)
    columns = {"a": rng.normal(size=300), "w": rng.integers(1, 4, 300) * 1.0, **target}
    ready = prepare(frame_of(columns), list(target), weight="w", **options)
    Y_hat = rng.dirichlet(np.ones(ready.targets.n_y), len(ready.parts.validation))
    return ready, ready.parts.validation, Y_hat


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("each_class", [False, True])
def test_the_epoch_by_accuracy_counts_rows_as_often_as_their_weights_say(k, each_class):
    ready, aside, Y_hat = answered({"y": [f"k{i % k}" for i in range(300)]}, each_class=each_class)
    score, y = watched(ready, "accuracy", aside), ready.targets.indices(ready.frame.take(aside))
    Y_hat = Y_hat[:, :1] * 0.9 if ready.targets.n_y == 1 else Y_hat
    answer = (Y_hat[:, 0] > 0.5).astype(int) if ready.targets.n_y == 1 else Y_hat.argmax(axis=1)
    expected = metrics.accuracy_score(y, answer, sample_weight=ready.weights[aside])
    assert score.function(ready.Y[aside], Y_hat) == pytest.approx(expected)
    assert score.mode == "max"


def least_log_loss(P, y, weights):
    """-log p_y behind the temperature that is best with a normal prior of variance 1/4 on its logarithm."""

    def mean(log_T, prior=0.0):
        losses = -np.log(P ** np.exp(-log_T) / (P ** np.exp(-log_T)).sum(axis=1, keepdims=True))[np.arange(len(y)), y]
        return np.average(losses, weights=weights) + prior * 2 * log_T**2 / weights.sum()

    return mean(minimize_scalar(lambda log_T: mean(log_T, 1.0), bounds=(-3, 3), method="bounded").x)


@pytest.mark.parametrize("metric", ["log-loss", "auc"])
@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("each_class", [False, True])
def test_the_epoch_by_log_loss_is_the_best_behind_a_temperature(metric, columns, each_class):
    target = {"y": [f"k{i % 2}" for i in range(300)], "z": [f"k{i % 3}" for i in range(300)]}
    ready, aside, Y_hat = answered(dict([*target.items()][:columns]), each_class=each_class)
    Y_hat = Y_hat[:, :1] * 0.9 if ready.targets.n_y == 1 else Y_hat
    score, frame, expected = watched(ready, metric, aside), ready.frame.take(aside), 0.0
    for i, P in enumerate(ready.targets.probabilities(Y_hat)):
        P = P / P.sum(axis=1, keepdims=True)
        expected += least_log_loss(P, ready.targets.indices(frame, i), ready.weights[aside])
    assert score.function(ready.Y[aside], Y_hat) == pytest.approx(expected, rel=1e-3)
    assert score.mode == "min"


def test_elsewhere_the_epoch_goes_by_the_networks_own_loss():
    numbers = answered({"y": np.random.default_rng(1).normal(size=300)})
    assert watched(numbers[0], "rmse", numbers[1]) is None
    assert watched(numbers[0], "mae", numbers[1]) is None
    several = answered({"y": [i % 2 for i in range(300)], "z": [i % 3 for i in range(300)]})
    assert watched(several[0], "accuracy", several[1]) is None
    labels = replace(several[0], targets=replace(several[0].targets, yes_or_no=True))
    assert watched(labels, "log-loss", several[1]) is None


def test_numbered_levels_are_a_column_each_for_a_linear_model():
    rng = np.random.default_rng(0)
    town, a = rng.integers(0, 15, 400), rng.normal(size=400)
    y = (a + np.sin(5 * town) + rng.logistic(size=400) > 0).astype(int)
    names = [None if i % 40 == 0 else f"town {k:02d}" for i, k in enumerate(town)]
    columns = {"a": a, "town": names, "y": [f"k{k}" for k in y]}
    ready = prepare(frame_of(columns), ["y"], numbered=True)
    hot = one_hot(ready.table, ready.X)
    levels = OneHotEncoder(sparse_output=False).fit_transform([[name or ""] for name in names])  # "" comes first
    np.testing.assert_array_equal(hot, np.column_stack([ready.X[:, 0], levels]))
    assert one_hot(ready.table, ready.X.astype(np.float32)).dtype == np.float32

    rows, test = np.concatenate([ready.parts.train, ready.parts.validation]), ready.parts.test
    oracle = LogisticRegression(max_iter=1000, tol=1e-8).fit(hot[rows], y[rows])
    ours = opponents(ready)["logistic regression"]["log-loss"]
    assert ours == pytest.approx(metrics.log_loss(y[test], oracle.predict_proba(hot[test])), rel=1e-3)

    plain = prepare(frame_of(columns), ["y"])
    assert one_hot(plain.table, plain.X) is plain.X
