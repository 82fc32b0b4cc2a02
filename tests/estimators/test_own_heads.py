"""A head of one's own is tried before it is trained with: shapes, the derivative, the name of its targets."""

from dataclasses import dataclass

import pytest
from sklearn.datasets import load_iris

from barreleye import MLPRegressor
from barreleye.nn.heads import Head, IdentityHead

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, _ = load_iris(return_X_y=True)
QUICK = {"hidden_layer_sizes": (4,), "max_iter": 2, "random_state": 0, "engine": "numpy"}


@dataclass(frozen=True)
class Cubed(Head):
    """|z - y|^3, without its derivative."""

    def link(self, Z):
        return Z

    def losses(self, Z, Y):
        return abs(Z - Y) ** 3


@dataclass(frozen=True)
class Right(Cubed):
    def dZ(self, Z, A, Y):
        return 3 * (Z - Y) * abs(Z - Y)


@dataclass(frozen=True)
class Summed(Cubed):
    def link(self, Z):
        return Z.sum(axis=0, keepdims=True)


@dataclass(frozen=True)
class Misnamed(IdentityHead):
    targets = "number"


def test_a_head_of_ones_own_is_tried_before_a_fit():
    with pytest.raises(ValueError, match=r"Cubed\.dZ is .* its loss has the derivative .* A - Y, which is right for"):
        MLPRegressor(Cubed(), **QUICK).fit(X, X[:, 0])
    with pytest.raises(
        ValueError, match=r"Summed\.link has shape \(1, 4\) where \(2, 4\) is expected for Z of shape \(2, 4\)"
    ):
        MLPRegressor(Summed(), **QUICK).fit(X, X[:, :2])
    with pytest.raises(ValueError, match="targets='number'; choose one of: probabilities, distributions"):
        MLPRegressor(Misnamed(), **QUICK).fit(X, X[:, 0])
    for Y in (X[:, 0], X[:, :2], 1e4 * X[:, 0], X.astype("float32")[:, 0]):
        MLPRegressor(Right(), **QUICK, learning_rate_init=1e-9).fit(X, Y)
