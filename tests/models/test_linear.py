"""The linear model: its minimum is SciPy's and scikit-learn's."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from barreleye.models.linear import linear
from barreleye.nn.structure import Network

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 6)) * [1, 1, 1, 1, 0.01, 10]


@pytest.mark.parametrize("weights", [None, RNG.uniform(0.1, 3, 200)])
def test_least_squares_are_those_of_ridge_regression(weights):
    y = X @ [1, -2, 0, 3, 100, 0.1] + RNG.normal(size=200)
    found = linear(Network((6, 1), head="identity", L2=1.0), X, y[:, None], weights)
    # Both add |W|^2 to the sum of the weighted squares.
    oracle = Ridge(alpha=1.0, tol=1e-12).fit(X, y, sample_weight=weights)
    np.testing.assert_allclose(found.W[1][0], oracle.coef_, atol=2e-3)


@pytest.mark.parametrize("k", [2, 4])
def test_classes_are_those_of_logistic_regression(k):
    y = (X @ RNG.normal(size=(6, k)) + RNG.gumbel(size=(200, k))).argmax(axis=1)
    Y = y[:, None] == [1] if k == 2 else y[:, None] == np.arange(k)
    network = Network((6, 1 if k == 2 else k), head="sigmoid" if k == 2 else "softmax", L2=1.0)
    found = linear(network, X, Y.astype(float))
    oracle = LogisticRegression(tol=1e-10, max_iter=10_000).fit(X, y)
    np.testing.assert_allclose(found.W[1], oracle.coef_, atol=5e-3)
