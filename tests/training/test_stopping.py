import dataclasses
import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.nn.network import forward, loss
from barreleye.nn.structure import Network
from barreleye.training.loop import train
from barreleye.training.stopping import EarlyStopping, ReduceOnPlateau, Rule, Target, Verdict

PROGRESS = next(train(Network((1, 1)), [[0.0], [1.0]], [0, 1], steps=1, engine="numpy"))
VALUES = st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0, -1.0, math.nan, math.inf]), min_size=1, max_size=12)


def looks(values, monitor):
    measured = PROGRESS.measured
    return [
        dataclasses.replace(PROGRESS, step=10 * (k + 1), measured=measured._replace(**{monitor: value}))
        for k, value in enumerate(values)
    ]


def observed(rule, values):
    """The verdicts on a series of values, until one says stop."""
    memory, verdicts = rule.start(), []
    for progress in looks(values, rule.monitor):
        memory, verdict = rule.observe(memory, progress)
        verdicts.append(verdict)
        if verdict.stop is not None:
            break
    return verdicts


# Early stopping


def patient(values, patience, min_delta, better):
    """Where early stopping stops, and the looks it liked best: the definition, looking back over all values.

    One that is as good as the best is liked as well, but is no reason to wait longer.
    """
    kept, best, since = [], None, 0
    for k, value in enumerate(values):
        if not math.isnan(value) and abs(value) != math.inf and (best is None or better(value, best) > min_delta):
            kept, best, since = [*kept, k], value, 0
        else:
            kept, since = [*kept, k] if value == best else kept, since + 1
        if since >= patience:
            return k, kept
    return None, kept


@settings(max_examples=100, deadline=None)
@given(VALUES, st.integers(1, 4), st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from(["min", "max"]))
def test_early_stopping_waits_as_long_as_it_was_told(values, patience, min_delta, mode):
    worst = math.inf if mode == "min" else -math.inf
    values = [value if abs(value) != math.inf else worst for value in values]
    verdicts = observed(EarlyStopping(patience, min_delta, monitor="validation_score", mode=mode), values)
    better = (lambda new, old: old - new) if mode == "min" else (lambda new, old: new - old)
    stop, kept = patient(values, patience, min_delta, better)
    assert [k for k, v in enumerate(verdicts) if v.stop] == ([] if stop is None else [stop])
    liked = [k for k, v in enumerate(verdicts) if v.best]
    assert liked == [k for k in kept if k < len(verdicts)]


@pytest.mark.parametrize(
    ("monitor", "mode", "values", "best"),
    [
        ("validation_cost", None, [3, 1, 2, 2], "1 at step 20"),
        ("validation_score", None, [-5, -2, -3, -3], "-2 at step 20"),
        ("validation_score", "min", [3, -1, 2, 2], "-1 at step 20"),
        ("cost", None, [math.nan, math.nan], "none"),
    ],
)
def test_the_reason_names_the_number_and_the_best_of_it_with_its_sign(monitor, mode, values, best):
    stop = observed(EarlyStopping(2, monitor=monitor, mode=mode), values)[-1].stop
    assert stop == f"no better {monitor} in 2 looks (best {best})"


def test_without_restore_best_nothing_is_kept():
    assert not any(v.best for v in observed(EarlyStopping(patience=2, restore_best=False), [3, 2, 1, 4, 5]))


def overfitting():
    """Few noisy rows and a wide network: the validation cost falls, then rises."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    y = (X[:, 0] + rng.normal(size=60) > 0) * 1.0
    return Network((3, 32, 1), "tanh"), X[:20], y[:20], (X[20:], y[20:])


@pytest.mark.parametrize("monitor", ["validation_cost", "validation_score"])
def test_early_stopping_ends_training_with_the_best_parameters(monitor, engine, assert_same):
    network, X, y, validation = overfitting()
    options = {"validation": validation, "learning_rate": 0.05, "steps": 300, "every": 5, "engine": engine}
    whole = list(train(network, X, y, rules=[EarlyStopping(4, monitor=monitor)], **options))
    series = np.array([getattr(p.measured, monitor) for p in whole]) * (1 if monitor == "validation_cost" else -1)
    best = int(series.argmin())
    last = whole[-1]
    assert 5 * len(whole) < 300
    assert last.step == whole[best].step + 4 * 5
    assert last.stopped.startswith(f"no better {monitor} in 4 looks")
    assert_same(last.parameters, whole[best].parameters)
    assert last.restored.step == whole[best].step
    assert (last.cost, last.validation_cost, last.validation_score) == whole[best].measured
    assert last.validation_cost != last.measured.validation_cost
    held = loss(network, forward(network, last.parameters, validation[0].T), validation[1].reshape(1, -1))
    np.testing.assert_allclose(last.validation_cost, held, rtol=1e-12)
    assert all(p.stopped is None for p in whole[:-1])

    *_, plain = train(network, X, y, rules=[EarlyStopping(4, monitor=monitor, restore_best=False)], **options)
    assert plain.step == last.step
    assert plain.restored is None
    assert_same(plain.parameters, plain.fetched_run.state.parameters)


def test_the_best_is_restored_at_the_end_of_all_steps_too(assert_same):
    network, X, y, validation = overfitting()
    *earlier, last = train(
        network,
        X,
        y,
        validation=validation,
        learning_rate=0.05,
        steps=60,
        every=5,
        engine="numpy",
        rules=[EarlyStopping(patience=100)],
    )
    best = min([*earlier, last], key=lambda p: p.validation_cost)
    assert best.step < last.step
    assert last.stopped is None
    assert_same(last.parameters, best.parameters)


# Target


@pytest.mark.parametrize(
    ("monitor", "mode", "target", "values", "at"),
    [
        ("validation_cost", None, 1.0, [3, 2, 1, 0], 2),
        ("validation_score", None, 0.9, [0.5, math.nan, 0.95], 2),
        ("validation_score", "min", 0.9, [1.5, 0.5], 1),
        ("cost", None, -1.0, [0, -0.5, -1], 2),
        ("cost", "max", 5.0, [0, 6], 1),
        ("cost", None, 1.0, [3, 2, math.nan], None),
    ],
)
def test_a_target_stops_when_it_is_reached(monitor, mode, target, values, at):
    verdicts = observed(Target(monitor, target, mode=mode), values)
    stops = [k for k, v in enumerate(verdicts) if v.stop]
    assert stops == ([] if at is None else [at])
    if at is not None:
        assert verdicts[at].stop == f"{monitor} {values[at]:.6g} has reached the target {target:g}"


def test_training_ends_at_the_target(engine, task):
    t = task()
    whole = list(
        train(
            t.network,
            t.X,
            t.Y,
            optimizer="gd",
            learning_rate=1.0,
            steps=500,
            every=2,
            engine=engine,
            rules=[Target("cost", target=1.0)],
        )
    )
    assert whole[-1].step < 500
    assert whole[-1].cost <= 1.0 < whole[-2].cost
    assert "has reached the target 1" in whole[-1].stopped


# Plateau


def test_a_plateau_lowers_the_rate_after_each_wait():
    verdicts = observed(ReduceOnPlateau(monitor="cost", factor=0.5, patience=2), [3, 2, 2, 2, 2, 2, 1, 1, math.nan])
    assert [v.rate_factor for v in verdicts] == [1, 1, 1, 0.5, 1, 0.5, 1, 1, 0.5]
    assert observed(ReduceOnPlateau(monitor="cost", patience=1, min_delta=2), [3, 2, 1, 0])[1].rate_factor == 0.5


def test_the_lowered_rate_is_used_and_told(engine, task):
    """min_delta so large that every look after the first is a plateau: the rate is halved for each next look."""
    t = task()
    rule = ReduceOnPlateau(monitor="cost", factor=0.5, patience=1, min_delta=99.0)
    whole = list(
        train(
            t.network,
            t.X,
            t.Y,
            optimizer="gd",
            learning_rate=0.8,
            steps=4,
            every=1,
            rules=[rule],
            engine=engine,
            parameters=t.parameters,
        )
    )
    assert [p.learning_rate for p in whole] == [0.8, 0.8, 0.4, 0.2]
    by_hand = t.parameters
    for rate in (0.8, 0.8, 0.4, 0.2):
        *_, one = train(
            t.network, t.X, t.Y, optimizer="gd", learning_rate=rate, steps=1, parameters=by_hand, engine="numpy"
        )
        by_hand = one.parameters
    np.testing.assert_allclose(whole[-1].parameters.W[1], by_hand.W[1], rtol=1e-10)


# Rules of one's own, and several at once


@dataclass(frozen=True)
class StopAt(Rule):
    steps: int = 4

    def observe(self, memory, progress):
        seen = memory.get("seen", 0) + 1
        return {"seen": seen}, Verdict(stop=f"seen {seen}" if progress.step >= self.steps else None, rate_factor=0.5)


def test_a_rule_of_ones_own_remembers_stops_and_lowers(task):
    t = task()
    whole = list(
        train(t.network, t.X, t.Y, steps=50, every=1, learning_rate=0.8, rules=[StopAt(monitor="cost")], engine="numpy")
    )
    assert whole[-1].stopped == "seen 4"
    assert [p.learning_rate for p in whole] == [0.8, 0.4, 0.2, 0.1]
    assert whole[-1].run.memories == ({"seen": 4},)


def test_several_rules_give_all_their_reasons(task):
    t = task()
    *_, last = train(
        t.network,
        t.X,
        t.Y,
        steps=50,
        every=1,
        rules=[StopAt(monitor="cost"), Target("cost", target=99.0)],
        engine="numpy",
    )
    assert last.step == 1
    assert last.stopped.startswith("cost ")
    *_, last = train(
        t.network,
        t.X,
        t.Y,
        steps=50,
        every=1,
        engine="numpy",
        rules=[StopAt(monitor="cost", steps=2), StopAt(monitor="cost", steps=1)],
    )
    assert last.stopped == "seen 1"
    *_, last = train(
        t.network,
        t.X,
        t.Y,
        steps=50,
        every=1,
        engine="numpy",
        rules=[StopAt(monitor="cost", steps=2), StopAt(monitor="cost", steps=2)],
    )
    assert last.stopped == "seen 2; seen 2"


def test_what_comes_first_is_what_a_rule_is_known_by():
    assert EarlyStopping(7).patience == 7
    assert (Target("cost", 0.3).monitor, Target("cost", 0.3).target) == ("cost", 0.3)
    assert (ReduceOnPlateau(0.1, 3).factor, ReduceOnPlateau(0.1, 3).patience) == (0.1, 3)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: Target("val_loss", 0.1),
            ValueError,
            "monitor='val_loss' is unknown.*; choose one of: validation_cost",
        ),
        (lambda: EarlyStopping(mode="up"), ValueError, "mode='up' is unknown; choose one of: min, max"),
        (lambda: EarlyStopping(patience=0), ValueError, "patience=0 must be a whole number, 1 or above"),
        (lambda: EarlyStopping(min_delta=-1), ValueError, "min_delta=-1 must be a finite number, 0 or above"),
        (lambda: ReduceOnPlateau(factor=1), ValueError, "factor=1 must be a number between 0 and 1"),
        (lambda: ReduceOnPlateau(factor=0), ValueError, "factor=0 must be a number between 0 and 1"),
        (lambda: ReduceOnPlateau(patience=1.5), TypeError, "patience=1.5 must be a whole number"),
        (lambda: Target("cost", math.nan), ValueError, "target=nan must be a finite number"),
    ],
)
def test_rules_check_their_settings(make, error, message):
    with pytest.raises(error, match=message):
        make()
