import functools
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from barreleye.nn.activations import ACTIVATIONS, ELU, Activation, LeakyReLU, ReLU, activation
from barreleye.nn.gradient_check import gradient_check
from barreleye.nn.initializers import He, LeCun, Xavier

DTYPES = ["float32", "float64"]
magnitudes = np.concatenate([10.0 ** np.arange(-30, 4.1), np.geomspace(0.02, 200, 50)])
GRID = np.concatenate([-magnitudes, [0.0], magnitudes])


def sigma(z):
    return 1 / (1 + mpmath.exp(-z))


def softplus(z):
    return max(z, 0) + mpmath.log1p(mpmath.exp(-abs(z)))


def Phi(z):
    return mpmath.erfc(-z / mpmath.sqrt(2)) / 2


def two_u(z):
    return 2 * mpmath.sqrt(2 / mpmath.pi) * (z + mpf("0.044715") * z**3)


# SELU's constants are the solution, in closed form, of "mean 0 and variance 1 stay so" (arXiv 1706.02515, equation 14).
with mpmath.workdps(50):
    p, q, e = mpmath.erfc(1 / mpmath.sqrt(2)), mpmath.erfc(mpmath.sqrt(2)), mpmath.e
    ALPHA = -mpmath.sqrt(2 / mpmath.pi) / (p * mpmath.sqrt(e) - 1)
    SCALE = (1 - p * mpmath.sqrt(e)) * mpmath.sqrt(2 * mpmath.pi)
    SCALE /= mpmath.sqrt(2 * q * e**2 + mpmath.pi * p**2 * e - 2 * (2 + mpmath.pi) * p * mpmath.sqrt(e) + mpmath.pi + 2)

EXACT = {
    "identity": lambda z: z,
    "sigmoid": sigma,
    "tanh": mpmath.tanh,
    "relu": lambda z: max(z, mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else mpf(0.01) * z,
    "elu": lambda z: z if z > 0 else mpmath.expm1(z),
    "selu": lambda z: SCALE * (z if z > 0 else ALPHA * mpmath.expm1(z)),
    "gelu": lambda z: z * Phi(z),
    "gelu_tanh": lambda z: z * sigma(two_u(z)),
    "silu": lambda z: z * sigma(z),
    "softplus": softplus,
    "mish": lambda z: z * mpmath.tanh(softplus(z)),
}

EXACT_SLOPE = {
    "identity": lambda z: mpf(1),
    "sigmoid": lambda z: sigma(z) * sigma(-z),
    "tanh": lambda z: mpmath.sech(z) ** 2,
    "relu": lambda z: mpf(z > 0),
    "leaky_relu": lambda z: mpf(1) if z > 0 else mpf(0.01),
    "elu": lambda z: mpf(1) if z > 0 else mpmath.exp(z),
    "selu": lambda z: SCALE * (1 if z > 0 else ALPHA * mpmath.exp(z)),
    "gelu": lambda z: Phi(z) + z * mpmath.npdf(z),
    "gelu_tanh": lambda z: sigma(two_u(z)) + z * mpmath.diff(two_u, z) * sigma(two_u(z)) * sigma(-two_u(z)),
    "silu": lambda z: sigma(z) + z * sigma(z) * sigma(-z),
    "softplus": sigma,
    "mish": lambda z: mpmath.tanh(softplus(z)) + z * sigma(z) * mpmath.sech(softplus(z)) ** 2,
}

# The largest error allowed, in units of epsilon times a scale. NumPy's and SciPy's functions keep 4 ulp on any
# processor (2.4 was seen here), XLA's a little less (its tanh: 3.3 seen).
ULPS = {"numpy": 5, "jax": 6}

# The scale is |g(z)| itself, but for the tails that shrink like exp(-z^2) and faster: there one rounding of z alone
# moves g by epsilon |z g'(z)|, and the scale has that added.
CONDITIONED_VALUES = {"gelu", "gelu_tanh"}

# The scale of a slope is |g'(z)| where the formula allows it; where g' is a sum that crosses zero, |z g''(z)| is
# added; the formulas of the textbook (A (1 - A), 1 - A^2, A + alpha) keep an error relative to the largest slope.
CONDITIONED_SLOPES = {"gelu", "gelu_tanh", "silu", "mish"}
TEXTBOOK_SLOPES = {"sigmoid": 0.25, "tanh": 1.0, "elu": 1.0, "selu": 1.7581}

# Below this many times the smallest normal number a factor may have been flushed to 0, as XLA does.
UNDERFLOW = 1e4


@functools.cache
def exact(name, dtype):
    """The points as the dtype holds them; g, g', |z g'| and |z g''| there, in 50 digits."""
    with mpmath.workdps(50):
        zs = [mpf(float(z)) for z in GRID.astype(dtype)]
        g, slope = EXACT[name], EXACT_SLOPE[name]
        slopes = [slope(z) for z in zs]
        bends = [abs(z * mpmath.diff(slope, z)) if name in CONDITIONED_SLOPES else 0 for z in zs]
        return [g(z) for z in zs], slopes, floats([z * s for z, s in zip(zs, slopes, strict=True)]), floats(bends)


def floats(numbers):
    return np.array([abs(float(x)) for x in numbers])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_g_and_its_derivative_agree_with_50_digits(name, dtype, xp, distance):
    g = activation(name)
    Z = xp.asarray(GRID.astype(dtype))

    def both(Z):
        A = g(Z)
        return A, g.derivative(Z, A)

    A, slopes = both(Z) if xp is np else jax.jit(both)(Z)
    assert A.dtype == slopes.dtype == dtype

    exact_A, exact_slopes, bent, bends = exact(name, dtype)
    unit = ULPS["numpy" if xp is np else "jax"] * np.finfo(dtype).eps
    floor = UNDERFLOW * np.finfo(dtype).tiny

    scale = floats(exact_A) + (bent if name in CONDITIONED_VALUES else 0)
    worst = np.argmax(distance(A, exact_A) - unit * scale - floor)
    assert distance(A, exact_A)[worst] <= unit * scale[worst] + floor, f"g({float(Z[worst])!r})"

    scale = np.maximum(floats(exact_slopes) + bends, 2 * TEXTBOOK_SLOPES.get(name, 0))
    worst = np.argmax(distance(slopes, exact_slopes) - unit * scale - floor)
    assert distance(slopes, exact_slopes)[worst] <= unit * scale[worst] + floor, f"g'({float(Z[worst])!r})"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_ten_thousand_neither_overflows_nor_warns(name, dtype):
    g = activation(name)
    Z = np.array([-1e4, 1e4], dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        A = g(Z)
        slopes = g.derivative(Z, A)
    assert np.isfinite(A).all()
    assert np.isfinite(slopes).all()


@pytest.mark.parametrize("name", ["identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "softplus"])
def test_infinity_goes_to_the_limit(name):
    """The rest (z Phi(z), z sigmoid(z), ...) would need 0 * inf at -inf and promise nothing there."""
    g = activation(name)
    Z = np.array([-np.inf, np.inf])
    limits = {"sigmoid": [0, 1], "tanh": [-1, 1], "relu": [0, np.inf], "elu": [-1, np.inf], "softplus": [0, np.inf]}
    limits["selu"] = [-float(SCALE * ALPHA), np.inf]
    np.testing.assert_allclose(g(Z), limits.get(name, [-np.inf, np.inf]))
    assert not np.isnan(g.derivative(Z, g(Z))).any()


@pytest.mark.parametrize("name", ACTIVATIONS)
@settings(max_examples=40, deadline=None)
@given(z=st.floats(-30, 30).filter(lambda z: abs(z) > 1e-4))
def test_the_derivative_is_the_limit_of_differences(name, z):
    g, h = activation(name), 1e-5
    Z = np.array(z)
    slope = (g(Z + h) - g(Z - h)) / (2 * h)
    assert abs(g.derivative(Z, g(Z)) - slope) < 1e-8


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_derivative_is_what_jax_finds(name, x64):
    g = activation(name)
    Z = np.linspace(-9, 9, 38)  # an even number of points: 0, where some have a kink, is not among them
    found = jax.jit(jax.vmap(jax.grad(g)))(jnp.asarray(Z))
    np.testing.assert_allclose(g.derivative(Z, g(Z)), found, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("slope", [0, 0.2, 1.5, -0.3, np.float64(0.1)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_leaky_relu_has_any_slope(slope, dtype, xp):
    g = LeakyReLU(slope)
    Z = xp.asarray([-2.0, -0.0, 0.0, 3.0], dtype=dtype)
    A = g(Z)
    assert A.dtype == g.derivative(Z, A).dtype == dtype
    np.testing.assert_allclose(A, [-2 * slope, 0, 0, 3], rtol=1e-6)
    np.testing.assert_allclose(g.derivative(Z, A), [slope, slope, slope, 1], rtol=1e-6)


@pytest.mark.parametrize("alpha", [0.3, 2.0])
def test_elu_has_any_alpha(alpha):
    Z = np.array([-1.0, 2.0])
    A = ELU(alpha)(Z)
    np.testing.assert_allclose(A, [alpha * (np.exp(-1) - 1), 2])
    np.testing.assert_allclose(ELU(alpha).derivative(Z, A), [alpha * np.exp(-1), 1])


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("z", [-0.5, 2.0])
def test_a_plain_number_will_do(name, z):
    g = activation(name)
    assert float(g(z)) == g(np.array([z]))[0]
    assert float(g.derivative(z, g(z))) == g.derivative(np.array([z]), g(np.array([z])))[0]


def test_relu_has_slope_zero_at_zero():
    Z = np.array([-1.0, -0.0, 0.0, 1e-300])
    np.testing.assert_array_equal(ReLU().derivative(Z, ReLU()(Z)), [0, 0, 0, 1])


def test_the_two_forms_of_gelu_are_close_but_not_the_same():
    Z = np.linspace(-6, 6, 241)
    gap = abs(activation("gelu")(Z) - activation("gelu_tanh")(Z)).max()
    assert 1e-4 < gap < 5e-4


def test_gelu_relu_and_their_kin_ask_for_he_selu_for_lecun_the_rest_for_xavier():
    usual = {name: type(activation(name).usual_initializer) for name in ACTIVATIONS}
    assert {name for name, kind in usual.items() if kind is Xavier} == {"identity", "sigmoid", "tanh"}
    assert {name for name, kind in usual.items() if kind is LeCun} == {"selu"}
    assert set(usual.values()) == {Xavier, LeCun, He}


def test_an_activation_of_ones_own_works_in_a_network(problem):
    @dataclass(frozen=True)
    class Softsign(Activation):
        def __call__(self, Z):
            return Z / (1 + abs(Z))

        def derivative(self, Z, A):
            return (1 - abs(A)) ** 2

    network, parameters, X, Y, *_ = problem(Softsign())
    assert network.activations == (Softsign(), Softsign())
    assert gradient_check(network, parameters, X, Y)


def test_an_activation_is_chosen_by_name_or_given_as_it_is():
    assert activation(LeakyReLU(0.3)) == LeakyReLU(0.3)
    assert activation("leaky_relu") == LeakyReLU(0.01)
    assert len({type(activation(name)) for name in ACTIVATIONS}) == 12


@pytest.mark.parametrize("name", ["ReLU", "", None, 3])
def test_an_unknown_name_lists_the_known_ones(name):
    with pytest.raises(ValueError, match=r"activation=.*choose one of: identity, sigmoid, tanh, relu, leaky_relu, elu"):
        activation(name)


@pytest.mark.parametrize("slope", [np.nan, np.inf, "0.1", None, True])
def test_a_slope_that_is_no_number_is_refused(slope):
    with pytest.raises((TypeError, ValueError), match=r"slope=.* must be a finite number"):
        LeakyReLU(slope)
