"""Validation rows on another scale than X are told; others, however odd, are not."""

import warnings

import numpy as np
import pytest

from barreleye import Network, train
from barreleye.training.scale import far_outside

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 3))


@pytest.mark.parametrize(
    ("rows", "X_val", "columns"),
    [
        (X, 50 + 10 * X, [0, 1, 2]),
        (X, X[:50] * [1, 1000, 1] + [0, 2000, 0], [1]),
        (X, X[:50] - np.array([0, 0, 20]), [2]),
        (X, X + 3, []),  # another distribution
        (X, np.vstack([X, [[1e6, 0, 0]]]), []),  # one wild row
        (X * [1, 1, 0], X, []),  # a column that is constant in training
        (X[:5], 50 + X, []),  # too few rows to know their range
        ((X > 2.5).astype(float), np.ones((1, 3)), []),  # rare indicators
    ],
)
def test_only_columns_that_half_of_the_rows_are_far_out_in(rows, X_val, columns):
    assert far_outside(rows, X_val) == columns


def test_train_tells():
    Y = (X[:, 0] > 0).astype(float)
    with pytest.warns(UserWarning, match=r"far outside X in 3 of 3 columns: column 0 is around .* Scale both alike"):
        train(Network((3, 1)), X, Y, validation=(50 + X, Y))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(Network((3, 1)), X, Y, validation=(X[:20], Y[:20]))
