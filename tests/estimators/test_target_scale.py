"""Targets on a scale of their own: where a fit falls short of them, the warning names what helps."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from barreleye.estimators import MLPRegressor
from barreleye.estimators.target_scale import target_scale
from barreleye.nn.heads import HuberHead, IdentityHead, PoissonHead, SigmoidHead

RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 4))
SIGNAL = X[:, 0] - 0.4 * X[:, 1]
MONEY, TRIFLE = 300_000 + 50_000 * SIGNAL, 1e-5 * SIGNAL
QUICK = {"hidden_layer_sizes": (20,), "random_state": 0, "engine": "numpy"}


def said(y, **settings):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = MLPRegressor(**QUICK, **settings).fit(X, y)
    return model, " ".join(str(one.message) for one in caught if issubclass(one.category, ConvergenceWarning))


@pytest.mark.parametrize(
    ("y", "settings", "begins"),
    [
        (MONEY, {"max_iter": 20}, "Stochastic Optimizer: Maximum iterations"),
        (MONEY, {"early_stopping": True}, "The fit answers no better than the mean of y"),
        (MONEY, {"solver": "sgd"}, "training diverged"),
        (MONEY, {"solver": "lbfgs", "max_iter": 5}, "lbfgs failed to converge"),
        (MONEY, {"loss": "huber", "max_iter": 20}, "Stochastic Optimizer: Maximum iterations"),
        (TRIFLE, {}, "The fit answers no better than the mean of y"),
        (TRIFLE, {"solver": "lbfgs"}, "The fit answers no better than the mean of y"),
    ],
)
def test_a_fit_that_falls_short_names_standardize_target(y, settings, begins):
    _, warning = said(y, **settings)
    assert warning.startswith(begins)
    assert "y has mean" in warning
    assert "standardize_target=True" in warning


@pytest.mark.parametrize("y", [MONEY, TRIFLE, SIGNAL], ids=["money", "trifle", "plain"])
def test_a_fit_that_learns_is_told_nothing(y):
    model, warning = said(y, standardize_target=True, learning_rate_init=0.01)
    assert model.score(X, y) > 0.95
    assert warning == ""


def test_plain_targets_and_heads_that_cannot_standardise_get_no_advice():
    assert "standardize" not in said(SIGNAL, max_iter=2)[1]
    assert "standardize" not in said(np.abs(MONEY), loss="poisson", max_iter=2)[1]
    for head in (PoissonHead(), SigmoidHead()):
        assert target_scale(np.full((3, 1), 1e6), None, head).advice == ""


def test_the_loss_of_the_mean():
    Y, weights = np.array([[0.0, 1], [100, 1], [200, 1]]), np.array([1.0, 2, 1])
    scale = target_scale(Y, weights, IdentityHead())
    assert scale.J_of_mean == pytest.approx((100**2 + 100**2) / 4 / 2)
    assert "mean 100 and standard deviation 70.7107 in column 0" in scale.advice
    assert target_scale(Y, None, HuberHead()).J_of_mean == pytest.approx(2 * (100 - 0.5) / 3)
