"""Calibration: the temperature of the least log-loss, probabilities that never say never, and how far they hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from barreleye.models.calibration import (
    Calibration,
    enough,
    expected_error,
    fit,
    reliability,
    temperature,
    tempered_log_loss,
)


def answers(m, K, sharpness, seed=0):
    """Probabilities (m, K) whose logits are so many times too large, and classes drawn from the right ones."""
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(m, K))
    right = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    y = (rng.random((m, 1)) > right.cumsum(axis=1)).sum(axis=1)
    P = right**sharpness
    return P / P.sum(axis=1, keepdims=True), y


def log_loss(P, y, weights=None):
    return -np.average(np.log(P[np.arange(len(y)), y]), weights=weights)


@pytest.mark.parametrize("K", [2, 5])
@pytest.mark.parametrize("sharpness", [0.5, 1, 3])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_temperature_has_the_least_log_loss(K, sharpness, weighted):
    P, y = answers(800, K, sharpness)
    weights = np.random.default_rng(1).uniform(0, 3, 800) if weighted else None

    def loss(log_T):
        tempered = P ** np.exp(-log_T)
        tempered /= tempered.sum(axis=1, keepdims=True)
        return log_loss(tempered, y, weights) * (800 if weights is None else weights.sum()) + 2 * log_T**2

    best = minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 1e-9}).x
    assert fit(P, y, weights).temperature == pytest.approx(np.exp(best), rel=1e-4)


@given(st.integers(2, 6), st.floats(0.05, 20), st.integers(0, 2**32 - 1))
def test_the_likeliest_class_stays_and_no_class_is_impossible(K, temperature, seed):
    P, _ = answers(20, K, 8, seed)
    P[0] = np.eye(K)[0]
    calibrated = Calibration(temperature, 50)(P)
    np.testing.assert_allclose(calibrated.sum(axis=1), 1)
    assert (calibrated >= 1 / (K * 51) * (1 - 1e-9)).all()
    np.testing.assert_array_equal(calibrated.argmax(axis=1), P.argmax(axis=1))


def test_float32_stays_and_what_rounded_to_0_is_no_infinity():
    P, y = answers(200, 3, 400)
    P = P.astype(np.float32)
    assert (P == 0).any()
    calibrated = fit(P, y)(P)
    assert calibrated.dtype == np.float32
    assert np.isfinite(np.log(calibrated)).all()


def test_rows_that_are_all_right_do_not_make_all_answers_alike():
    x = np.random.default_rng(0).normal(size=300)
    y = (x > 0).astype(int)
    p = 1 / (1 + np.exp(-8 * x))
    P = np.column_stack([1 - p, p])
    fitted = fit(P, y)
    assert 0.2 < fitted.temperature < 1
    calibrated = fitted(P)[:, 1]
    assert len(np.unique(calibrated.round(6))) > 75
    np.testing.assert_array_equal(np.argsort(calibrated[abs(x) < 0.5]), np.argsort(p[abs(x) < 0.5]))


def test_too_few_rows_and_a_class_without_one_tell_nothing():
    P, y = answers(49, 2, 1)
    assert not enough(y, 2)
    assert not enough(np.zeros(100, int), 2)
    with pytest.raises(ValueError, match="calibrating takes 50 rows at least and one of each class"):
        fit(P, y)


def test_the_error_is_the_gap_between_confidence_and_truth():
    P = np.array([[0.9, 0.1]] * 10 + [[0.3, 0.7]] * 10)
    y = np.array([0] * 7 + [1] * 3 + [1] * 9 + [0])
    sure, right, rows = reliability(P, y)
    np.testing.assert_allclose([sure, right, rows], [[0.7, 0.9], [0.9, 0.7], [10, 10]])
    assert expected_error(P, y) == pytest.approx(0.2)
    assert expected_error(*answers(20000, 3, 1)) < 0.02


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 5), st.floats(0.3, 5), st.integers(0, 2**32 - 1), st.booleans())
def test_the_temperature_of_logits_is_where_scipy_finds_the_least(K, sharpness, seed, weighted):
    rng = np.random.default_rng(seed)
    Z, y = sharpness * rng.normal(size=(60, K)), rng.integers(0, K, 60)
    Z[np.arange(60), y] += rng.uniform(0, 3)
    weights = rng.uniform(0.1, 3, 60) if weighted else None

    def loss(log_T):
        scaled = Z * np.exp(-log_T)
        losses = np.logaddexp.reduce(scaled, axis=1) - scaled[np.arange(60), y]
        return (losses if weights is None else weights * losses).sum() + 2 * log_T**2

    best = minimize_scalar(loss, bounds=(-16, 16), method="bounded", options={"xatol": 1e-10}).x
    assert temperature(Z, y, weights) == pytest.approx(np.exp(best), rel=1e-5)
    shifted = Z + rng.normal(size=(60, 1))  # the same probabilities
    assert temperature(shifted, y, weights) == pytest.approx(np.exp(best), rel=1e-5)


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 5), st.floats(0.2, 6), st.integers(0, 2**32 - 1), st.booleans())
def test_the_loss_behind_a_temperature_is_that_of_the_fitted_one_within_a_hundredth(K, sharpness, seed, weighted):
    P, y = answers(80, K, sharpness, seed)
    weights = np.random.default_rng(seed).uniform(0.1, 3, 80) if weighted else None
    y[:K] = np.arange(K)  # one of each class, as a fit asks for
    tempered = P ** (1 / fit(P, y, weights).temperature)
    tempered /= tempered.sum(axis=1, keepdims=True)
    found = tempered_log_loss(P, y, weights)
    assert found == pytest.approx(log_loss(tempered, y, weights), rel=0.01)
    assert found <= log_loss(P, y, weights) * 1.01  # no temperature is one of them


def test_the_epoch_is_told_by_how_answers_rank_and_not_by_how_sure_they_are():
    P, y = answers(2000, 3, 1)
    losses = [tempered_log_loss(P**k / (P**k).sum(axis=1, keepdims=True), y) for k in (0.5, 1, 2, 4)]
    np.testing.assert_allclose(losses, losses[1], rtol=2e-3)
