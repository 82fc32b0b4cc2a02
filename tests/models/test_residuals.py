"""Residuals of answered numbers."""

import numpy as np
import pytest

from barreleye.models.residuals import residuals

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("m", [1, 299, 300, 301, 1000])
def test_all_rows_make_the_quantiles_and_some_are_shown(m):
    truth, answers = RNG.normal(size=(2, m))
    found = residuals(truth, answers)
    np.testing.assert_allclose(found.quantiles, [np.quantile(answers - truth, share) for share in found.shares])
    assert found.rows == m
    assert len(found.truth) == len(found.answers) <= 300
    assert len(found.truth) >= min(m, 150)
    shown = set(zip(found.truth, found.answers, strict=True))
    assert shown <= set(zip(truth, answers, strict=True))
