import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.nn.front import Front, Numbers, Rows
from barreleye.nn.initializers import (
    INITIALIZERS,
    FromData,
    He,
    Initializer,
    LeCun,
    Normal,
    Xavier,
    Zeros,
    initializer,
)
from barreleye.nn.network import backward, forward, initialize, usual_initializer
from barreleye.nn.structure import Network

VARIANCES = {
    "normal": lambda n_out, n_in: 0.01**2,
    "xavier": lambda n_out, n_in: 2 / (n_in + n_out),
    "he": lambda n_out, n_in: 2 / n_in,
    "lecun": lambda n_out, n_in: 1 / n_in,
}


@pytest.mark.parametrize("shape", [(400, 300), (100, 900)])
@pytest.mark.parametrize("name", [name for name in INITIALIZERS if name.split("_")[0] in VARIANCES])
def test_mean_and_variance_are_those_of_the_paper(name, shape):
    W = initializer(name).W(np.random.default_rng(0), *shape)
    variance = VARIANCES[name.split("_")[0]](*shape)
    assert W.shape == shape
    assert W.dtype == np.float64
    assert abs(W.mean()) < 5 * math.sqrt(variance / W.size)
    kurtosis = 9 / 5 if "uniform" in name else 3
    assert abs(W.var() / variance - 1) < 5 * math.sqrt((kurtosis - 1) / W.size)


@pytest.mark.parametrize("name", ["xavier_uniform", "he_uniform", "lecun_uniform"])
def test_uniform_weights_reach_their_bound_and_stay_within_it(name):
    W = initializer(name).W(np.random.default_rng(0), 300, 200)
    bound = math.sqrt(3 * VARIANCES[name.split("_")[0]](300, 200))
    assert 0.999 * bound < W.max() <= bound
    assert -bound <= W.min() < -0.999 * bound


@pytest.mark.parametrize("name", ["normal", "xavier_normal", "he_normal", "lecun_normal"])
def test_normal_weights_have_normal_tails(name):
    W = initializer(name).W(np.random.default_rng(0), 300, 200)
    assert (abs(W) > 2 * W.std()).mean() == pytest.approx(0.0455, abs=0.005)


@settings(max_examples=20, deadline=None)
@given(n_out=st.integers(1, 30), n_in=st.integers(1, 30), name=st.sampled_from(list(INITIALIZERS)))
def test_every_shape_is_drawn_and_a_seed_repeats(n_out, n_in, name):
    first, again = (initializer(name).W(np.random.default_rng(5), n_out, n_in) for _ in range(2))
    assert first.shape == (n_out, n_in)
    np.testing.assert_array_equal(first, again)


def test_from_data_every_unit_has_size_1_and_is_0_amid_the_data():
    rng = np.random.default_rng(0)
    X = rng.normal(3, 5, (4, 300))
    front = Front((Numbers(3), Rows(1)))
    network = Network((13, 20, 30, 1), "mish", "identity", parametric=True, ntk=True, front=front)
    parameters = initialize(network, 0, "from_data", X=X)
    trace = forward(network, parameters, X)
    for l in (1, 2, 3):
        Z = trace.P[l] / np.sqrt(network.n[l - 1])
        np.testing.assert_allclose(Z.std(axis=1), 1, rtol=1e-12)
        bend = -parameters.b[l][:, 0]
        assert (Z.min(axis=1) <= bend).all()
        assert (bend <= Z.max(axis=1)).all()
        assert len(set(bend)) == network.n[l]
    again = initialize(network, 0, "from_data", X=X)
    np.testing.assert_array_equal(again.W[3], parameters.W[3])
    with pytest.raises(ValueError, match="looks at training data: pass X="):
        initialize(network, 0, "from_data")


def test_from_data_a_constant_input_is_no_division_by_zero():
    parameters = initialize(Network((2, 3, 1)), 0, "from_data", X=np.ones((2, 9)))
    assert all(np.isfinite(p).all() for p in parameters.arrays())


def test_biases_of_he_5_are_convex_combinations_of_as_many_rows():
    """With one row each, a bias is a row's own Z; the mean over units of many rows comes near the mean of Z."""
    Z = np.tile(np.random.default_rng(1).exponential(size=(1, 50)), (4000, 1))
    alone = -FromData(rows=1).b(np.random.default_rng(0), Z)
    assert np.isin(alone, Z).all()
    many = -FromData(rows=5).b(np.random.default_rng(0), Z)
    assert many.mean() == pytest.approx(Z[0].mean(), rel=0.03)
    # Var of a sum of 5 draws with exponential shares: Var(Z) E[sum of squares] = Var(Z) 2 / 6
    assert many.var() == pytest.approx(Z[0].var() * 2 / 6, rel=0.1)


def test_the_courses_legacy_stream_is_accepted_and_reproduced():
    """np.random.seed(2); W1 = np.random.randn(4, 2) * 0.01; W2 = np.random.randn(1, 4) * 0.01."""
    stream = np.random.RandomState(2)
    W1, W2 = stream.randn(4, 2) * 0.01, stream.randn(1, 4) * 0.01
    parameters = initialize(Network((2, 4, 1)), np.random.RandomState(2), Normal(0.01))
    np.testing.assert_array_equal(parameters.W[1], W1)
    np.testing.assert_array_equal(parameters.W[2], W2)

    stream = np.random.RandomState(3)
    scaled = [stream.randn(4, 5) / np.sqrt(5), stream.randn(3, 4) / np.sqrt(4)]
    parameters = initialize(Network((5, 4, 3)), np.random.RandomState(3), "lecun_normal")
    for l in (1, 2):
        np.testing.assert_allclose(parameters.W[l], scaled[l - 1], rtol=1e-15)


def test_uniform_weights_come_from_a_legacy_stream_too():
    W = initializer("he_uniform").W(np.random.RandomState(0), 3, 4)
    bound = math.sqrt(6 / 4)
    np.testing.assert_allclose(W, np.random.RandomState(0).uniform(-bound, bound, (3, 4)), rtol=1e-14, atol=1e-15)


def test_biases_start_at_0_gamma_at_1_and_beta_at_0():
    parameters = initialize(Network((3, 4, 5, 2), batch_norm=[True, False]), 0)
    assert set(parameters.b) == {2, 3}
    assert set(parameters.gamma) == set(parameters.beta) == {1}
    for values, start in ((parameters.b, 0), (parameters.gamma, 1), (parameters.beta, 0)):
        for l, p in values.items():
            np.testing.assert_array_equal(p, np.full(((4, 5, 2)[l - 1], 1), start))


def test_each_layer_starts_as_its_own_activation_asks():
    network = Network((3, 4, 4, 4, 2), ["relu", "selu", "tanh"])
    assert [usual_initializer(network, l) for l in (1, 2, 3, 4)] == [He(), LeCun(), Xavier(), Xavier()]
    rng = np.random.default_rng(7)
    drawn = [He().W(rng, 4, 3), LeCun().W(rng, 4, 4), Xavier().W(rng, 4, 4), Xavier().W(rng, 2, 4)]
    parameters = initialize(network, 7)
    for l in range(1, 5):
        np.testing.assert_array_equal(parameters.W[l], drawn[l - 1])


@pytest.mark.parametrize("g", ["tanh", "sigmoid", "relu"])
def test_zeros_never_break_the_symmetry_of_the_units(g):
    rng = np.random.default_rng(0)
    network = Network((3, 4, 2), g)
    X, Y = rng.normal(size=(3, 9)), rng.integers(2, size=(2, 9)) * 1.0
    parameters = initialize(network, 0, "zeros")
    for _ in range(3):
        gradients = backward(network, parameters, forward(network, parameters, X), Y)
        assert np.ptp(gradients.dW[1], axis=0).max() == 0  # every row, that is every unit, is the same
        assert np.ptp(gradients.db[1]) == 0
        parameters = parameters.map(lambda p, dp: p - dp, gradients.parameters)
    assert np.ptp(parameters.W[1], axis=0).max() == 0
    trained = initialize(network, 0)
    assert np.ptp(backward(network, trained, forward(network, trained, X), Y).dW[1], axis=0).max() > 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_parameters_have_the_dtype_asked_for(dtype):
    parameters = initialize(Network((3, 4, 1), batch_norm=True), 0, dtype=dtype)
    assert {p.dtype for p in parameters.arrays()} == {np.dtype(dtype)}


def test_an_initializer_of_ones_own_and_names():
    @dataclass(frozen=True)
    class Ones(Initializer):
        def W(self, rng, n_out, n_in):
            return np.ones((n_out, n_in))

    assert initialize(Network((2, 3, 1)), 0, Ones()).W[1].sum() == 6
    assert initializer("zeros") == Zeros()
    assert initializer("he_uniform") == He("uniform")
    with pytest.raises(ValueError, match=r"initializer='he'.*choose one of: zeros, normal, xavier_normal, xavier_uni"):
        initializer("he")
    with pytest.raises(ValueError, match="distribution='normale' is unknown"):
        Xavier("normale")
    with pytest.raises(ValueError, match="scale=0 must be a finite number above 0"):
        Normal(0)


@pytest.mark.parametrize("rng", ["a", None, 1.5, [1]])
def test_a_source_of_randomness_that_is_none_is_named(rng):
    with pytest.raises(TypeError, match="must be a whole number, a NumPy Generator or a RandomState"):
        initialize(Network((2, 4, 1)), rng)
