from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.nn.optimizers import (
    OPTIMIZERS,
    Adam,
    AdamW,
    GradientDescent,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
    clip_by_global_norm,
    global_norm,
    optimizer,
    start,
    update,
)
from barreleye.nn.quantities import Parameters

RATE = 0.03


def random_parameters(rng, scale=1.0):
    shapes = Parameters({1: (4, 3), 2: (2, 4)}, {1: (4, 1), 2: (2, 1)}, {1: (4, 1)}, {1: (4, 1)})
    return shapes.map(lambda shape: scale * rng.standard_normal(shape))


only_W = Parameters({1: True, 2: True}, {1: False, 2: False}, {1: False}, {1: False})


def decayed(rule, decay=0.1):
    """The rule of optax with the decay of W decoupled from it, both times the learning rate."""
    return optax.chain(rule, optax.add_decayed_weights(decay, mask=only_W), optax.scale(-RATE))


# Ours beside the same published rule in optax.
RULES = {
    "gradient descent": (GradientDescent(), optax.sgd(RATE)),
    "the course's momentum": (Momentum(0.8), optax.chain(optax.ema(0.8, debias=False), optax.scale(-RATE))),
    "Polyak's momentum": (Momentum(0.8, dampening=0.0), optax.sgd(RATE, momentum=0.8)),
    "Nesterov": (Nesterov(0.8), optax.sgd(RATE, momentum=0.8, nesterov=True)),
    "RMSProp": (RMSProp(0.95, 1e-3), optax.rmsprop(RATE, 0.95, 1e-3, initial_scale=0, eps_in_sqrt=False)),
    "Adam": (Adam(), optax.adam(RATE)),
    "Adam, other constants": (Adam(0.5, 0.7, 1e-2), optax.adam(RATE, 0.5, 0.7, 1e-2)),
    "AdamW": (AdamW(), optax.adamw(RATE, weight_decay=0.01, mask=only_W)),
    "AdamW, more decay": (AdamW(weight_decay=0.3), optax.adamw(RATE, weight_decay=0.3, mask=only_W)),
    "gradient descent, decay": (GradientDescent(weight_decay=0.1), decayed(optax.identity())),
    "Nesterov, decay": (Nesterov(0.8, weight_decay=0.1), decayed(optax.trace(0.8, nesterov=True))),
}


@pytest.mark.parametrize(("ours", "theirs"), RULES.values(), ids=RULES)
def test_seven_steps_agree_with_optax(ours, theirs, x64):
    rng = np.random.default_rng(0)
    parameters = random_parameters(rng)
    gradients = [random_parameters(rng, 10.0 ** rng.integers(-3, 3)) for _ in range(7)]

    p, memory = parameters, start(ours, parameters)
    for t, dp in enumerate(gradients, start=1):
        p, memory = update(ours, p, dp, memory, t, RATE)

    @jax.jit
    def optax_step(expected, state, dp):
        steps, state = theirs.update(dp, state, expected)
        return optax.apply_updates(expected, steps), state

    expected = parameters.map(jnp.asarray)
    state = theirs.init(expected)
    for dp in gradients:
        expected, state = optax_step(expected, state, dp)
    for name, value in expected.named().items():
        np.testing.assert_allclose(p.named()[name], value, rtol=1e-11, atol=1e-13, err_msg=name)


def test_adams_first_step_has_the_length_of_the_learning_rate():
    """Algorithm 1 of the paper: both corrections turn the first averages into dp and dp^2."""
    p, _ = Adam().update(np.zeros(3), np.array([5.0, -1e-3, 400.0]), (0.0, 0.0), 1, 0.1)
    np.testing.assert_allclose(p, [-0.1, 0.1, -0.1], rtol=1e-4)


def test_the_default_constants_are_the_published_ones():
    assert Momentum() == Momentum(beta=0.9, dampening=None)
    assert RMSProp() == RMSProp(beta=0.9, epsilon=1e-8)
    assert Adam() == Adam(beta1=0.9, beta2=0.999, epsilon=1e-8)
    assert AdamW().weight_decay == 0.01
    assert {OPTIMIZERS[name]().weight_decay for name in OPTIMIZERS if name != "adamw"} == {None}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_weight_decay_touches_W_only(name):
    rng = np.random.default_rng(1)
    p, dp = random_parameters(rng), random_parameters(rng)
    plain = type(optimizer(name))(weight_decay=None)
    decaying = type(optimizer(name))(weight_decay=0.2)
    without, _ = update(plain, p, dp, start(plain, p), 1, 0.5)
    with_decay, _ = update(decaying, p, dp, start(decaying, p), 1, 0.5)
    for l in p.W:
        np.testing.assert_allclose(with_decay.W[l], without.W[l] - 0.5 * 0.2 * p.W[l], rtol=1e-12)
    for field in ("b", "gamma", "beta"):
        for l, value in getattr(without, field).items():
            np.testing.assert_array_equal(getattr(with_decay, field)[l], value)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_update_changes_nothing_in_place_and_keeps_its_form(name):
    rng, rule = np.random.default_rng(2), optimizer(name)
    p, dp = random_parameters(rng), random_parameters(rng)
    memory = start(rule, p)
    for array in [*p.arrays(), *dp.arrays(), *(s for slots in memory.arrays() for s in slots)]:
        array.flags.writeable = False
    new, new_memory = update(rule, p, dp, memory, 1, 0.1)
    assert {k: v.shape for k, v in new.named().items()} == {k: v.shape for k, v in p.named().items()}
    for slots, new_slots in zip(memory.arrays(), new_memory.arrays(), strict=True):
        assert [s.shape for s in slots] == [s.shape for s in new_slots]


@pytest.mark.parametrize("rate", [np.float64(0.1), "array"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_float32_stays_float32(name, rate, xp):
    """Whatever the learning rate and t came as, float64 and int64 among them; under JAX with 64-bit numbers on."""
    rule = type(optimizer(name))(weight_decay=0.1)
    p = random_parameters(np.random.default_rng(3)).map(lambda a: xp.asarray(a, dtype="float32"))
    step = xp.asarray(0.1, dtype="float64") if isinstance(rate, str) else rate

    def two_updates(p, step, t):
        memory = start(rule, p)
        for k in range(2):
            p, memory = update(rule, p, clip_by_global_norm(p, step), memory, t + k, step)
        return p, memory

    run = two_updates if xp is np else jax.jit(two_updates)
    p, memory = run(p, step, xp.asarray(1, dtype="int64")[()])
    arrays = [*p.arrays(), *(s for slots in memory.arrays() for s in slots)]
    assert {str(a.dtype) for a in arrays} == {"float32"}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_finds_the_bottom_of_a_bowl(name):
    rule = type(optimizer(name))(weight_decay=None)
    p = Parameters({1: np.array([[3.0, -2.0]])}, {}, {}, {})
    memory = start(rule, p)
    for t in range(1, 1500):
        p, memory = update(rule, p, p.map(lambda x: 2 * (x - 1)), memory, t, 0.1 * 0.995**t)
    np.testing.assert_allclose(p.W[1], 1, atol=1e-2)


def test_an_optimizer_of_ones_own():
    @dataclass(frozen=True)
    class SignDescent(Optimizer):
        def init(self, p):
            return ()

        def update(self, p, dp, s, t, learning_rate):
            return p - learning_rate * np.sign(dp), s

    p = Parameters({1: np.array([[1.0]])}, {1: np.array([[1.0]])}, {}, {})
    rule = SignDescent(weight_decay=1.0)
    new, _ = update(rule, p, p, start(rule, p), 1, 0.25)
    assert (new.W[1], new.b[1]) == (0.5, 0.75)
    assert optimizer(rule) is rule


@settings(max_examples=30, deadline=None)
@given(limit=st.floats(1e-6, 1e6), scale=st.floats(1e-6, 1e6))
def test_clipping_bounds_the_norm_and_keeps_the_direction(limit, scale):
    gradients = random_parameters(np.random.default_rng(4), scale)
    clipped = clip_by_global_norm(gradients, limit)
    flat = [np.concatenate([a.ravel() for a in g.arrays()]) for g in (gradients, clipped)]
    assert global_norm(gradients) == pytest.approx(np.linalg.norm(flat[0]), rel=1e-12)
    assert np.linalg.norm(flat[1]) == pytest.approx(min(limit, np.linalg.norm(flat[0])), rel=1e-12)
    np.testing.assert_allclose(flat[1] * np.linalg.norm(flat[0]), flat[0] * np.linalg.norm(flat[1]), rtol=1e-10)


@pytest.mark.parametrize("limit", [0.5, 1e3])
def test_clipping_agrees_with_optax(limit, x64):
    gradients = random_parameters(np.random.default_rng(5)).map(jnp.asarray)
    rule = optax.clip_by_global_norm(limit)
    expected, _ = rule.update(gradients, rule.init(gradients))
    for name, value in clip_by_global_norm(gradients, limit).named().items():
        np.testing.assert_allclose(value, expected.named()[name], rtol=1e-12)


def test_clipping_leaves_zero_gradients_at_zero():
    gradients = random_parameters(np.random.default_rng(6), 0.0)
    for array in clip_by_global_norm(gradients, 1.0).arrays():
        assert not array.any()


@pytest.mark.parametrize(
    ("kind", "constants", "message"),
    [
        (Momentum, {"beta": 1.0}, "beta=1.0 must be a number from 0 up to, not including, 1"),
        (Momentum, {"dampening": -0.1}, "dampening=-0.1 must be"),
        (Nesterov, {"beta": np.nan}, "beta=nan must be"),
        (RMSProp, {"epsilon": 0}, "epsilon=0 must be a finite number above 0"),
        (RMSProp, {"beta": "0.9"}, "beta='0.9' must be"),
        (Adam, {"beta1": 1}, "beta1=1 must be"),
        (Adam, {"beta2": -1}, "beta2=-1 must be"),
        (Adam, {"epsilon": np.inf}, "epsilon=inf must be"),
        (AdamW, {"weight_decay": -0.01}, "weight_decay=-0.01 must be a finite number, 0 or above"),
        (GradientDescent, {"weight_decay": True}, "weight_decay=True must be"),
    ],
)
def test_a_constant_out_of_range_is_named(kind, constants, message):
    with pytest.raises((ValueError, TypeError), match=message):
        kind(**constants)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(
        ValueError, match=r"optimizer='adm'.*'adam'.*choose one of: gd, momentum, nesterov, rmsprop, adam"
    ):
        optimizer("adm")
