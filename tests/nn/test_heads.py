import functools
import itertools
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf
from scipy import special
from sklearn import metrics

from barreleye.nn.activations import sigmoid
from barreleye.nn.gradient_check import gradient_check
from barreleye.nn.heads import (
    HEADS,
    AbsoluteErrorHead,
    ActivatedHead,
    Head,
    HuberHead,
    IdentityHead,
    PoissonHead,
    QuantileHead,
    QuantilesHead,
    SigmoidHead,
    SoftmaxHead,
    TanhHead,
    head,
)

DTYPES = ["float32", "float64"]
CANONICAL = ["sigmoid", "softmax", "tanh", "identity", "poisson"]
magnitudes = np.concatenate([10.0 ** np.arange(-30, 4.1), np.geomspace(0.02, 800, 30)])
GRID = np.concatenate([-magnitudes, [0.0], magnitudes])


def softplus(z):
    return max(z, 0) + mpmath.log1p(mpmath.exp(-abs(z)))


def cross_entropy(z, y):
    """-(y log a + (1 - y) log(1 - a)) with a = 1 / (1 + exp(-z))."""
    return y * softplus(-z) + (1 - y) * softplus(z)


def huber(z, y):
    r = abs(z - y)
    return r * r / 2 if r <= 1 else r - mpf(1) / 2


def pinball(z, y):
    q = mpf(0.3)
    return q * (y - z) if y > z else (1 - q) * (z - y)


LINKS = {
    "relu": lambda z: max(z, mpf(0)),
    "softplus": softplus,
    "exp": mpmath.exp,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
}
ERRORS = {"identity": lambda z, y: (z - y) ** 2 / 2, "huber": huber, "absolute_error": lambda z, y: abs(z - y)}


def error_of(activation, error):
    """error(g(z), y)."""
    return lambda z, y: ERRORS[error](LINKS[activation](z), y)


def half_poisson_deviance(z, y):
    return mpmath.exp(z) - y - (y * (z - mpmath.log(y)) if y else 0)


# Head: its exact loss, the labels tried, and whether those are hard (or the head is of r = z - y alone), when even the
# smallest loss keeps its relative accuracy. Soft labels and rates subtract y z or y log y: the loss is then as exact
# as one rounding of z and y allows, epsilon (loss + |z dloss/dz| + |y dloss/dy|).
CASES = {
    "hard labels": (SigmoidHead(), cross_entropy, [0, 1], True),
    "soft labels": (SigmoidHead(), cross_entropy, [0.25, 0.9, 1e-8], False),
    "hard signs": (TanhHead(), lambda z, y: cross_entropy(2 * z, (1 + y) / 2), [-1, 1], True),
    "soft signs": (TanhHead(), lambda z, y: cross_entropy(2 * z, (1 + y) / 2), [0.5, -0.75, 0], False),
    "identity": (IdentityHead(), lambda z, y: (z - y) ** 2 / 2, [0, 1, -3.5, 1e4], True),
    "huber": (HuberHead(), huber, [0, 1, -3.5], True),
    "absolute error": (AbsoluteErrorHead(), lambda z, y: abs(z - y), [0, 1, -3.5], True),
    "quantile": (QuantileHead(0.3), pinball, [0, 1, -3.5], True),
    "poisson": (PoissonHead(), half_poisson_deviance, [0, 1, 0.5, 7, 1e6, 1e-37], False),
    **{
        f"{error} of {g}": (ActivatedHead(g, error), error_of(g, error), [0.25, 1, 0], False)
        for g, error in itertools.product(LINKS, ERRORS)
    },
}


def points(case, dtype):
    """Every z of the grid with every label, as the dtype holds them; exp(z), or its square, must fit."""
    head, _, labels, _ = CASES[case]
    top = (85 if dtype == "float32" else 700) if isinstance(head, PoissonHead) else np.inf
    top = (40 if dtype == "float32" else 350) if getattr(head, "activation", "") == "exp" else top
    z, y = np.array([(z, y) for z, y in itertools.product(GRID, labels) if z < top], dtype).T
    return z.reshape(1, -1), y.reshape(1, -1)


@functools.cache
def exact_losses(case, dtype):
    """The exact losses, and the scale that errors are measured by."""
    _, loss, _, strict = CASES[case]
    with mpmath.workdps(50):
        losses, scale = [], []
        for z, y in zip(*(a.ravel().tolist() for a in points(case, dtype)), strict=True):
            z, y = mpf(z), mpf(y)
            losses.append(loss(z, y))
            by_z = 0 if strict else abs(z * mpmath.diff(lambda z, y=y: loss(z, y), z))
            by_y = 0 if strict or y == 0 else abs(y * mpmath.diff(lambda y, z=z: loss(z, y), y))
            scale.append(float(losses[-1] + by_z + by_y))
        return losses, np.array(scale)


def jitted(xp, f):
    """JAX runs compiled, as in training; one program also costs less to build than one for each operation."""
    return f if xp is np else jax.jit(f)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES)
def test_losses_agree_with_50_digits_from_tiny_to_ten_thousand(case, dtype, xp, distance):
    head = CASES[case][0]
    Z, Y = points(case, dtype)
    losses = jitted(xp, head.losses)(xp.asarray(Z), xp.asarray(Y))
    exact, scale = exact_losses(case, dtype)
    assert losses.dtype == dtype
    allowed = 6 * np.finfo(dtype).eps * scale + 4 * np.finfo(dtype).tiny
    worst = np.argmax(distance(losses, exact) - allowed)
    assert distance(losses, exact)[worst] <= allowed[worst], f"z={Z[0, worst]!r}, y={Y[0, worst]!r}"


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_and_its_loss_agree_with_50_digits(dtype, xp, distance):
    columns = [(0, 0, 0), (1e4, -1e4, 0), (-1e4, -1e4, -1e4), (5, 5, -2), (60, 0, 1), (0.1, -0.2, 0.3), (1e-9, 0, 0)]
    labels = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 0.25, 0.25)]
    pairs = [(np.array(z, dtype), np.array(y, dtype)) for z, y in itertools.product(columns, labels)]
    Z, Y = (xp.asarray(np.stack(side, axis=1)) for side in zip(*pairs, strict=True))

    exact_A, exact, spread = [], [], []
    with mpmath.workdps(50):
        for z, y in pairs:
            z, y = [mpf(float(e)) for e in z], [mpf(float(e)) for e in y]
            total = mpmath.fsum(mpmath.exp(e) for e in z)
            exact_A.append([mpmath.exp(e) / total for e in z])
            log1p_others = mpmath.log1p(mpmath.fsum(mpmath.exp(e - max(z)) for e in z) - 1)
            exact.append(mpmath.fsum(p * (log1p_others + max(z) - e) for p, e in zip(y, z, strict=True)))
            spread.append([1 + float(max(z) - e) for e in z])
    eps, tiny = np.finfo(dtype).eps, np.finfo(dtype).tiny

    A, loss = jitted(xp, SoftmaxHead().link)(Z), jitted(xp, SoftmaxHead().loss)(Z, Y)
    assert A.dtype == loss.dtype == dtype
    assert loss.shape == (1, len(pairs))
    assert np.all(distance(loss, exact) <= 6 * eps * np.array([float(e) for e in exact]) + tiny)
    flat_A = [a for column in zip(*exact_A, strict=True) for a in column]
    spread = np.array(spread).T.ravel()  # exp(z - max) feels the rounding of z - max
    assert np.all(distance(A, flat_A) <= 4 * eps * spread * np.array([float(a) for a in flat_A]) + tiny)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_confident_right_answer_keeps_its_tiny_loss(dtype):
    z, one, zero = (np.array([[value]], dtype) for value in (40.0, 1.0, 0.0))
    assert SigmoidHead().loss(z, one).item() == pytest.approx(np.exp(-40), rel=1e-6)
    assert SigmoidHead().loss(-z, zero).item() == pytest.approx(np.exp(-40), rel=1e-6)
    assert TanhHead().loss(z, one).item() == pytest.approx(np.exp(-80), rel=1e-6)
    two = np.concat([z, 0 * z]), np.concat([one, zero])
    assert SoftmaxHead().loss(*two).item() == pytest.approx(np.exp(-40), rel=1e-6)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [name for name in HEADS if name != "poisson"])
def test_ten_thousand_neither_overflows_nor_warns_and_keeps_the_dtype(name, dtype, xp):
    h = head(name)
    Z = xp.asarray([[1e4, -1e4, 1e4, -1e4], [-1e4, 1e4, 1e4, -1e4]], dtype=dtype)
    Y = xp.asarray([[1, 0, 0, 1], [0, 1, 1, 0]], dtype=dtype)

    def everything(Z, Y):
        A = h.link(Z)
        return A, h.losses(Z, Y), h.loss(Z, Y), h.dZ(Z, A, Y)

    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for values in jitted(xp, everything)(Z, Y):
            assert np.isfinite(values).all()
            assert values.dtype == dtype


def test_poisson_at_ten_thousand_overflows_and_says_so(x64):
    """Its mean exp(z) has no finite double there: the loss is inf, with NumPy's warning, and never NaN."""
    Z, Y = np.array([[1e4, 1e4, -1e4, -1e4]]), np.array([[3.0, 0.0, 3.0, 0.0]])
    with pytest.warns(RuntimeWarning, match="overflow"):
        loss = PoissonHead().loss(Z, Y)
    np.testing.assert_allclose(loss, [[np.inf, np.inf, 3e4 - 3 + 3 * np.log(3), 0]])
    np.testing.assert_allclose(PoissonHead().loss(jnp.asarray(Z), jnp.asarray(Y)), loss)


@pytest.mark.parametrize(
    "h", [PoissonHead(), HuberHead(np.float64(0.5)), QuantileHead(np.float64(0.3)), QuantilesHead(np.array([0.1, 0.5]))]
)
def test_float32_is_kept_whatever_a_constant_was_given_as(h):
    Z, Y = np.float32([[0.5, -2.0]]), np.float32([[1.0, 0.0]])
    A = h.link(Z)
    assert A.dtype == h.losses(Z, Y).dtype == h.loss(Z, Y).dtype == h.dZ(Z, A, Y).dtype == np.float32


@pytest.mark.parametrize(
    ("name", "link"),
    [("sigmoid", special.expit), ("softmax", lambda Z: special.softmax(Z, axis=0)), ("tanh", np.tanh)]
    + [("poisson", np.exp), (ActivatedHead("exp"), np.exp), (ActivatedHead("sigmoid"), special.expit)]
    + [("activated", lambda Z: np.logaddexp(0, Z)), (ActivatedHead("relu"), lambda Z: np.maximum(Z, 0))]
    + [(name, lambda Z: Z) for name in ("identity", "huber", "absolute_error", "quantile")],
)
def test_the_link_is_what_scipy_computes(name, link):
    Z = np.random.default_rng(0).normal(scale=5, size=(3, 40))
    np.testing.assert_allclose(head(name).link(Z), link(Z), rtol=1e-14)


@pytest.mark.parametrize("case", CASES)
def test_dZ_is_the_derivative_of_the_exact_loss(case):
    h, loss, labels, _ = CASES[case]
    Z = np.random.default_rng(1).normal(scale=4, size=(1, 12))
    Y = np.resize(np.array(labels, float), Z.shape)
    with mpmath.workdps(50):
        slopes = [float(mpmath.diff(lambda z, y=y: loss(z, mpf(y)), mpf(z))) for z, y in zip(Z[0], Y[0], strict=True)]
    np.testing.assert_allclose(h.dZ(Z, h.link(Z), Y)[0], slopes, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    "h", [*map(head, HEADS), HuberHead(0.4), QuantileHead(0.9), QuantilesHead((0.05, 0.95)), QuantilesHead()]
)
def test_dZ_is_what_jax_finds(h, problem, x64):
    *_, Y, _, _ = problem(head=h, m=20)
    Z = np.random.default_rng(2).normal(scale=3, size=Y.shape)
    found = jax.jit(jax.grad(lambda Z: h.loss(Z, jnp.asarray(Y)).sum()))(jnp.asarray(Z))
    np.testing.assert_allclose(h.dZ(Z, h.link(Z), Y), found, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("name", CANONICAL)
def test_a_canonical_head_has_dZ_equal_to_Y_hat_minus_Y(name, problem):
    h = head(name)
    *_, Y, _, _ = problem(head=h)
    Z = np.random.default_rng(3).normal(size=Y.shape)
    A = h.link(Z)
    np.testing.assert_array_equal(h.dZ(Z, A, Y), A - Y)


exact_floats = st.integers(-(2**20), 2**20).map(lambda k: k / 1024)


@settings(max_examples=40, deadline=None)
@given(z=st.lists(exact_floats, min_size=2, max_size=5), c=st.integers(-10000, 10000), k=st.integers(0, 4))
def test_softmax_does_not_feel_a_shift_of_all_logits(z, c, k):
    """To the bit, as these sums of z and c are exact."""
    Z = np.array(z).reshape(-1, 1)
    Y = np.zeros_like(Z)
    Y[k % len(z)] = 1
    h = SoftmaxHead()
    np.testing.assert_array_equal(h.link(Z + c), h.link(Z))
    np.testing.assert_array_equal(h.loss(Z + c, Y), h.loss(Z, Y))


@settings(max_examples=40, deadline=None)
@given(z=exact_floats, w=exact_floats, y=st.floats(0, 1))
def test_softmax_of_two_classes_is_sigmoid_of_the_difference(z, w, y):
    two, labels = np.array([[z], [w]]), np.array([[y], [1 - y]])
    one, label = np.array([[z - w]]), np.array([[y]])
    np.testing.assert_allclose(SoftmaxHead().link(two)[0], sigmoid(one)[0], rtol=1e-15, atol=1e-300)
    loss = SigmoidHead().loss(one, label)
    np.testing.assert_allclose(SoftmaxHead().loss(two, labels), loss, rtol=1e-15, atol=1e-15 * abs(z - w))


@settings(max_examples=40, deadline=None)
@given(z=st.floats(-1e4, 1e4), y=st.floats(-1, 1))
def test_the_tanh_head_is_the_sigmoid_head_at_2z_with_labels_mapped_to_0_and_1(z, y):
    Z, Y = np.array([[z]]), np.array([[y]])
    same = SigmoidHead().loss(2 * Z, (1 + Y) / 2)
    np.testing.assert_allclose(TanhHead().loss(Z, Y), same, rtol=1e-14, atol=1e-15 * abs(z))
    np.testing.assert_allclose((1 + TanhHead().link(Z)) / 2, sigmoid(2 * Z), rtol=1e-13, atol=1e-16)


@settings(max_examples=20, deadline=None)
@given(z=st.floats(-500, 500), y=st.floats(0, 1))
def test_no_loss_is_negative(z, y):
    Z, Y = np.array([[z]]), np.array([[y]])
    for name in HEADS:
        assert head(name).loss(Z, Y).item() >= -1e-12 * abs(z)


def test_mean_losses_are_those_of_scikit_learn_and_scipy():
    rng = np.random.default_rng(4)
    Z, R, one_hot = rng.normal(size=(1, 50)), rng.normal(size=(1, 50)), np.eye(3)[:, rng.integers(3, size=50)]
    labels, counts = rng.integers(2, size=(1, 50)) * 1.0, rng.poisson(2, (1, 50)) * 1.0
    logits = rng.normal(size=(3, 50))

    def mean_loss(h, Y, Z=Z):
        return h.loss(Z, Y).mean()

    def row(A):
        return A[0]

    assert mean_loss(SigmoidHead(), labels) == pytest.approx(metrics.log_loss(row(labels), row(special.expit(Z))))
    softmax = special.softmax(logits, axis=0)
    assert mean_loss(SoftmaxHead(), one_hot, logits) == pytest.approx(metrics.log_loss(one_hot.T, softmax.T))
    assert mean_loss(IdentityHead(), R) == pytest.approx(metrics.mean_squared_error(row(R), row(Z)) / 2)
    assert mean_loss(AbsoluteErrorHead(), R) == pytest.approx(metrics.mean_absolute_error(row(R), row(Z)))
    deviance = metrics.mean_poisson_deviance(row(counts), row(np.exp(Z)))
    assert mean_loss(PoissonHead(), counts) == pytest.approx(deviance / 2)
    for q in (0.1, 0.5, 0.8):
        assert mean_loss(QuantileHead(q), R) == pytest.approx(metrics.mean_pinball_loss(row(R), row(Z), alpha=q))
    for delta in (0.2, 1.0, 5.0):
        assert mean_loss(HuberHead(delta), R) == pytest.approx(special.huber(delta, Z - R).mean())


def test_the_loss_of_a_sample_sums_over_its_outputs():
    Z, Y = np.array([[0.0, 2.0], [0.0, -1.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    expected = [[2 * np.log(2), np.log1p(np.exp(2)) + np.log1p(np.exp(1))]]
    np.testing.assert_allclose(SigmoidHead().loss(Z, Y), expected)
    np.testing.assert_allclose(IdentityHead().loss(Z, Y), [[0.5, 4.0]])


def test_at_a_kink_the_slope_is_between_those_of_the_sides():
    Z = Y = np.array([[1.0]])
    assert AbsoluteErrorHead().dZ(Z, Z, Y) == 0
    assert QuantileHead(0.9).dZ(Z, Z, Y) == 0
    assert HuberHead(0.5).dZ(Z + 0.5, Z + 0.5, Y) == 0.5


def test_a_head_of_ones_own_works_in_a_network(problem):
    @dataclass(frozen=True)
    class LogCoshHead(Head):
        def link(self, Z):
            return Z

        def losses(self, Z, Y):
            return np.log(np.cosh(Z - Y))

        def dZ(self, Z, A, Y):
            return np.tanh(A - Y)

    network, parameters, X, Y, *_ = problem(head=LogCoshHead())
    assert gradient_check(network, parameters, X, Y)
    assert "logcosh" in repr(network)


def test_a_head_is_chosen_by_name_or_given_as_it_is():
    assert head(QuantileHead(0.9)) == QuantileHead(0.9)
    assert {type(head(name)) for name in HEADS} == set(HEADS.values())
    assert [name for name in HEADS if head(name).classifies] == ["sigmoid", "softmax", "tanh"]


@pytest.mark.parametrize("name", ["softmx", None, 1])
def test_an_unknown_name_lists_the_known_ones(name):
    with pytest.raises(ValueError, match=r"head=.* choose one of: sigmoid, softmax, tanh, identity, poisson, huber"):
        head(name)


@pytest.mark.parametrize("delta", [0, -1, np.nan, np.inf, "1"])
def test_a_delta_that_is_not_above_0_is_refused(delta):
    with pytest.raises((ValueError, TypeError), match=r"delta=.* must be a finite number above 0"):
        HuberHead(delta)


@pytest.mark.parametrize("field", ["activation", "error"])
@pytest.mark.parametrize("name", ["softmax", "sotfplus", None, ActivatedHead()])
def test_an_activation_or_error_that_is_not_there_is_refused(field, name):
    with pytest.raises(ValueError, match=rf"{field}=.* is unknown.*; choose one of: identity"):
        ActivatedHead(**{field: name})


@pytest.mark.parametrize(
    ("activation", "targets"),
    [("sigmoid", "probabilities"), ("tanh", "signs"), ("relu", "counts"), ("exp", "counts"), ("gelu", "numbers")],
)
def test_an_activated_head_takes_numbers_within_its_range(activation, targets):
    assert ActivatedHead(activation).targets == targets
    assert not ActivatedHead(activation).classifies


@pytest.mark.parametrize("dtype", DTYPES)
def test_several_quantiles_are_as_many_heads_of_one(dtype, xp):
    quantiles = (0.05, 0.3, 0.5, 0.9)
    h, rng = QuantilesHead(quantiles), np.random.default_rng(5)
    Z, Y = (xp.asarray(side, dtype=dtype) for side in (rng.normal(size=(8, 30)), rng.normal(size=(2, 30)).repeat(4, 0)))
    Z = xp.where(xp.asarray(rng.random((8, 30)) < 0.1), Y, Z)  # some at the kink
    A, losses, dZ = jitted(xp, lambda Z, Y: (h.link(Z), h.losses(Z, Y), h.dZ(Z, h.link(Z), Y)))(Z, Y)
    assert A.dtype == losses.dtype == dZ.dtype == dtype
    for row in range(8):
        one = QuantileHead(quantiles[row % 4])
        np.testing.assert_allclose(losses[row], one.losses(Z[row], Y[row]), rtol=1e-6)
        np.testing.assert_allclose(dZ[row], one.dZ(Z[row], Z[row], Y[row]), rtol=1e-6)
    np.testing.assert_array_equal(A, np.concatenate([np.sort(np.asarray(Z)[k : k + 4], axis=0) for k in (0, 4)]))


@pytest.mark.parametrize("n_y", [3, 6])
def test_several_quantiles_in_a_network_have_the_gradients_that_differences_show(n_y, problem):
    network, parameters, X, Y, weights, _ = problem(head=QuantilesHead(), n=(3, 4, n_y))
    assert gradient_check(network, parameters, X, Y, weights=weights)


def test_the_least_loss_of_several_quantiles_is_at_those_of_the_numbers():
    y = np.random.default_rng(6).exponential(size=2001)
    h, grid = QuantilesHead((0.05, 0.5, 0.95)), np.linspace(0, 5, 2001)
    losses = np.array([h.losses(np.full((3, len(y)), z), np.tile(y, (3, 1))).mean(axis=1) for z in grid])
    np.testing.assert_allclose(grid[losses.argmin(axis=0)], np.quantile(y, [0.05, 0.5, 0.95]), atol=5e-3)


@pytest.mark.parametrize("quantiles", [(), (0.5, 0.1), (0.5, 0.5), (0.1, 1), (0, 0.5), (np.nan,), ("0.5",)])
def test_quantiles_that_do_not_ascend_between_0_and_1_are_refused(quantiles):
    with pytest.raises((ValueError, TypeError), match="quantiles"):
        QuantilesHead(quantiles)


@pytest.mark.parametrize("q", [0, 1, -0.1, 1.5, np.nan])
def test_a_quantile_outside_0_and_1_is_refused(q):
    with pytest.raises(ValueError, match=r"q=.* must be a"):
        QuantileHead(q)
