import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.nn.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    CosLog4,
    Exponential,
    InverseTime,
    OneCycle,
    Schedule,
    Step,
    Warmup,
    progress,
    schedule,
)

ALL = [
    Constant(),
    Step(every=7, factor=0.3),
    Exponential(every=7, factor=0.3),
    InverseTime(decay=0.5, every=3),
    InverseTime(decay=0.5, every=3, staircase=True),
    Cosine(steps=40, last=0.1),
    Warmup(5, then=Cosine(steps=35)),
    OneCycle(steps=40),
    CosLog4(steps=40),
]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (Constant(), optax.constant_schedule(1.0)),
        (Step(every=7, factor=0.3), optax.exponential_decay(1.0, 7, 0.3, staircase=True)),
        (Exponential(every=7, factor=0.3), optax.exponential_decay(1.0, 7, 0.3)),
        (Cosine(steps=40), optax.cosine_decay_schedule(1.0, 40)),
        (Cosine(steps=40, last=0.1), optax.cosine_decay_schedule(1.0, 40, alpha=0.1)),
        (
            Warmup(5, then=Cosine(steps=35)),
            optax.join_schedules([optax.linear_schedule(0.2, 1.2, 5), optax.cosine_decay_schedule(1.0, 35)], [5]),
        ),
    ],
    ids=lambda s: type(s).__name__ if isinstance(s, Schedule) else "optax",
)
def test_schedules_agree_with_optax(ours, theirs, x64):
    t = np.arange(60)
    np.testing.assert_allclose([float(ours(int(k))) for k in t], jax.vmap(theirs)(t), rtol=1e-6, atol=1e-12)


def test_inverse_time_is_the_courses_decay():
    """alpha = alpha0 / (1 + decay_rate epoch), and the exercise's form with 1 + decay_rate floor(epoch / interval)."""
    for epoch in (0, 1, 10, 999):
        assert InverseTime(decay=1.0)(epoch) == pytest.approx(1 / (1 + epoch))
    staircase = InverseTime(decay=0.3, every=100, staircase=True)
    assert [float(0.5 * staircase(epoch)) for epoch in (10, 100)] == pytest.approx([0.5, 0.5 / 1.3])  # as published


# lr_scheduler.OneCycleLR of PyTorch 2.13 with max_lr=1, cosine annealing, cycle_momentum off; every fourth value.
PYTORCH = {
    OneCycle(steps=20): [0.04, 0.90832808, 0.89091618, 0.50000200, 0.10908782],
    OneCycle(steps=37, rise=0.45, div=10, final_div=100): (
        [0.1, 0.23743984, 0.56580508, 0.88451589, 0.99927103, 0.89153942, 0.63937466, 0.33591558, 0.09324691, 0.001]
    ),
}


@pytest.mark.parametrize(("ours", "published"), PYTORCH.items())
def test_one_cycle_agrees_with_pytorch(ours, published):
    values = [float(ours(t)) for t in range(0, int(ours.steps), 4)]
    np.testing.assert_allclose(values, published, atol=1e-7)


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 10])
def test_one_cycle_of_a_short_run_stays_within_its_bounds(steps):
    for rise in (0.1, 0.3, 1.0):
        values = [float(OneCycle(steps, rise)(t)) for t in range(steps + 2)]
        assert all(4e-6 - 1e-12 <= v <= 1 for v in values)


def test_coslog4_is_the_published_formula():
    """(1 - cos(2 pi log2(1 + 15 t))) / 2: 0 where log2 is whole, at t = 0, 1/15, 3/15, 7/15, 1; 1 half-way in log."""
    curve = CosLog4(steps=1500)
    for k in range(5):
        assert curve(100 * (2**k - 1)) == pytest.approx(0, abs=1e-12)
    for k in range(4):
        assert curve(100 * (2 ** (k + 0.5) - 1)) == pytest.approx(1, abs=1e-12)
    for t in (17, 333, 1200):
        assert curve(t) == pytest.approx((1 - math.cos(2 * math.pi * math.log2(1 + 15 * t / 1500))) / 2)


def test_warm_up_rises_evenly_and_joins_its_successor_without_a_jump():
    curve = Warmup(10, then=Cosine(steps=1000))
    values = [float(curve(t)) for t in range(12)]
    np.testing.assert_allclose(values[:10], np.arange(1, 11) / 10)
    assert values[10] == 1
    assert 0.9999 < values[11] < 1


def test_a_warm_up_over_a_fraction_of_steps_stays_at_most_1():
    assert [float(Warmup(2.5)(t)) for t in range(4)] == [0.4, 0.8, 1, 1]


@settings(max_examples=30, deadline=None)
@given(steps=st.integers(1, 10**6), t=st.integers(0, 2 * 10**6))
def test_factors_stay_between_0_and_1_on_and_past_the_run(steps, t):
    for name in SCHEDULES:
        assert -1e-12 <= float(schedule(name, steps)(t)) <= 1 + 1e-12


@pytest.mark.parametrize("curve", ALL, ids=repr)
def test_an_array_of_steps_gives_each_its_own_factor(curve, x64):
    t = np.arange(60)
    one_by_one = [float(curve(int(k))) for k in t]
    np.testing.assert_allclose(np.broadcast_to(curve(t), t.shape), one_by_one, rtol=1e-12, atol=1e-15)
    traced = jax.jit(jax.vmap(lambda k: 1.0 * jnp.asarray(curve(k))))(jnp.asarray(t))
    np.testing.assert_allclose(traced, one_by_one, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("curve", ALL, ids=repr)
def test_a_step_count_inside_jit_works_in_32_bits(curve):
    with jax.enable_x64(False):
        traced = jax.jit(lambda k: 1.0 * jnp.asarray(curve(k)))(jnp.int32(12))
    assert traced.dtype == jnp.float32
    np.testing.assert_allclose(traced, float(curve(12)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_name_is_enough_for_a_run_of_any_length(name):
    for steps in (1, 10, 3000):
        factors = [float(schedule(name, steps)(t)) for t in range(min(steps, 20))]
        assert np.isfinite(factors).all()


def test_named_schedules_fit_the_length_of_the_run():
    assert schedule("cosine", 300) == Cosine(steps=300)
    assert float(schedule("step", 300)(299)) == pytest.approx(0.01)
    assert float(schedule("exponential", 300)(300)) == pytest.approx(2**-10)
    assert float(schedule("inverse_time", 300)(300)) == pytest.approx(0.5)
    assert float(schedule("warmup", 300)(0)) == pytest.approx(1 / 15)
    assert float(schedule("warmup", 300)(14)) == 1
    assert schedule("coslog4", 8) == CosLog4(8)


def test_a_schedule_of_ones_own_is_returned_as_it_is():
    @dataclass(frozen=True)
    class Half(Schedule):
        def __call__(self, t):
            return 0.5

    assert schedule(Half(), 10) == Half()
    assert float(Warmup(2, then=Half())(3)) == 0.5


def test_progress_runs_from_0_to_1():
    assert [float(progress(t, 4)) for t in (0, 1, 4, 9)] == [0, 0.25, 1, 1]
    assert float(progress(0, 0)) == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Step(every=0), "every=0 must be a finite number above 0"),
        (lambda: Exponential(every=2, factor=-1), "factor=-1 must be a finite number above 0"),
        (lambda: InverseTime(decay=-1), "decay=-1 must be a finite number, 0 or above"),
        (lambda: Cosine(steps=math.nan), "steps=nan must be"),
        (lambda: Cosine(steps=3, last=-0.5), "last=-0.5 must be"),
        (lambda: Warmup(0), "steps=0 must be"),
        (lambda: OneCycle(10, rise=1.5), "rise=1.5 must be a number above 0, at most 1"),
        (lambda: OneCycle(10, div=0), "div=0 must be"),
        (lambda: CosLog4("10"), "steps='10' must be"),
    ],
)
def test_a_constant_out_of_range_is_named(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make()


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(
        ValueError, match=r"schedule='cosin'.*did you mean 'cosine'.*choose one of: constant, step, expon"
    ):
        schedule("cosin", 10)
