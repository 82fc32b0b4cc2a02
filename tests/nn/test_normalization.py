import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

from barreleye.nn.normalization import EPSILON, batch_norm_backward, batch_norm_forward, batch_statistics

rng = np.random.default_rng(0)
Z, dZ_tilde = rng.normal(size=(3, 8)) * 4 + 2, rng.normal(size=(3, 8))
gamma, beta = rng.normal(size=(3, 1)), rng.normal(size=(3, 1))
WEIGHTS = {"all alike": None, "sample weights": rng.uniform(0, 2, (1, 8))}


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_statistics_are_those_of_scikit_learns_scaler(weights):
    scaler = StandardScaler().fit(Z.T, sample_weight=None if weights is None else weights[0])
    mu, sigma2 = batch_statistics(Z, weights)
    np.testing.assert_allclose(mu[:, 0], scaler.mean_, rtol=1e-13)
    np.testing.assert_allclose(sigma2[:, 0], scaler.var_, rtol=1e-13)


def test_a_variance_beside_a_large_mean_keeps_its_digits():
    shifted = np.array([[1.0, 2.0, 3.0, 6.0]]) + 1e8  # exact in doubles; mean of squares less square of mean loses it
    assert batch_statistics(shifted, None)[1] == 3.5


def test_normalised_columns_have_mean_0_and_variance_almost_1():
    mu, sigma2 = batch_statistics(Z, None)
    Z_norm, Z_tilde = batch_norm_forward(Z, gamma, beta, mu, sigma2)
    np.testing.assert_allclose(Z_norm.mean(axis=1), 0, atol=1e-14)
    np.testing.assert_allclose(Z_norm.var(axis=1, keepdims=True), sigma2 / (sigma2 + EPSILON))
    np.testing.assert_allclose(Z_tilde, gamma * Z_norm + beta)


def test_a_constant_unit_normalises_to_zero():
    constant = np.full((1, 5), 7.0)
    np.testing.assert_array_equal(batch_norm_forward(constant, 1.0, 0.0, *batch_statistics(constant, None))[0], 0)


@pytest.mark.parametrize("statistics", [True, False])
@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_backward_is_what_jax_finds(weights, statistics, x64):
    """The cost is (1/m) sum of weight <C, Z_tilde>; dZ_tilde and dZ are derivatives of m J, dgamma and dbeta of J."""
    sample = np.ones((1, 8)) if weights is None else weights
    m = sample.sum()
    constants = tuple(map(jnp.asarray, batch_statistics(Z, weights)))

    def J(Z, gamma, beta):
        mu, sigma2 = batch_statistics(Z, weights) if statistics else constants
        return (sample * dZ_tilde * batch_norm_forward(Z, gamma, beta, mu, sigma2)[1]).sum() / m

    by_Z, by_gamma, by_beta = jax.jit(jax.grad(J, argnums=(0, 1, 2)))(*map(jnp.asarray, (Z, gamma, beta)))
    mu, sigma2 = batch_statistics(Z, weights)
    Z_norm, _ = batch_norm_forward(Z, gamma, beta, mu, sigma2)
    dZ, dgamma, dbeta = batch_norm_backward(sample * dZ_tilde, gamma, Z_norm, sigma2, weights, statistics=statistics)
    np.testing.assert_allclose(dZ, m * by_Z, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(dgamma, by_gamma, rtol=1e-12)
    np.testing.assert_allclose(dbeta, by_beta, rtol=1e-12)


@settings(max_examples=25, deadline=None)
@given(repeats=st.lists(st.integers(0, 3), min_size=8, max_size=8).filter(lambda r: sum(r) > 1))
def test_whole_weights_are_samples_repeated(repeats):
    weights, repeated = np.array([repeats], float), np.repeat(Z, repeats, axis=1)
    for by_weight, by_copy in zip(batch_statistics(Z, weights), batch_statistics(repeated, None), strict=True):
        np.testing.assert_allclose(by_weight, by_copy, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)
def test_float32_is_kept(weights, xp):
    small = [xp.asarray(a, dtype="float32") for a in (Z, gamma, beta, dZ_tilde)]
    weights = None if weights is None else xp.asarray(weights, dtype="float32")
    mu, sigma2 = batch_statistics(small[0], weights)
    Z_norm, Z_tilde = batch_norm_forward(*small[:3], mu, sigma2)
    found = [mu, sigma2, Z_norm, Z_tilde, *batch_norm_backward(small[3], small[1], Z_norm, sigma2, weights)]
    assert {str(a.dtype) for a in found} == {"float32"}


def test_a_mean_over_no_sample_is_nothing():
    """Weights that are all 0: mean and variance 0, no NaN, no gradient."""
    Z = np.array([[1.0, 3.0], [5.0, -2.0]])
    none = np.zeros((1, 2))
    mu, sigma2 = batch_statistics(Z, none)
    assert not mu.any()
    assert not sigma2.any()
    Z_norm, _ = batch_norm_forward(Z, 1.0, 0.0, mu, sigma2)
    for part in batch_norm_backward(none * Z, np.ones((2, 1)), Z_norm, sigma2, none):
        assert not part.any()
