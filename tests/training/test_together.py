"""Trainings side by side are those that each would be alone: train() on XLA is the oracle, to rounding."""

import itertools
import os
import signal
import threading

import numpy as np
import pytest

from barreleye.nn.optimizers import AdamW
from barreleye.nn.structure import Network
from barreleye.training import together
from barreleye.training.interruption import listening
from barreleye.training.plan import planned
from barreleye.training.stopping import EarlyStopping, ReduceOnPlateau
from barreleye.training.together import Together, structure_of
from barreleye.training.xla_programs import programs_traced

RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 3))
Y = (X[:, 0] * X[:, 1] > 0).astype(float)
FOLDS = [np.flatnonzero(np.arange(90) % 4 != k) for k in range(3)]  # of 67, 67 and 68 rows


def network(keep_prob=None, L2=0.0, **how):
    return Network((3, 8, 1), "relu", "sigmoid", keep_prob=keep_prob, L2=L2, **how)


def parts(fold, dtype=np.float64):
    aside = np.setdiff1d(np.arange(90), fold)
    return X[fold].astype(dtype), Y[fold], {"validation": (X[aside].astype(dtype), Y[aside])}


def followed(plans, places=None, drop=None):
    looks = {id(plan): [] for plan in plans}
    side_by_side = Together(plans, places)
    for plan, look in side_by_side:
        looks[id(plan)].append(look)
        if drop and drop(plan, look):
            side_by_side.drop(plan)
    return [looks[id(plan)] for plan in plans]


def assert_alike(own, alone, tolerance):
    assert [one.step for one in own] == [one.step for one in alone]
    assert [one.stopped for one in own] == [one.stopped for one in alone]
    assert own[-1].restored is None or own[-1].restored.step == alone[-1].restored.step
    for mine, theirs in zip(own, alone, strict=True):
        np.testing.assert_allclose(mine.costs, theirs.costs, rtol=tolerance, atol=tolerance)
        measured = [np.array(one.measured[:2], float) for one in (mine, theirs)]
        np.testing.assert_allclose(*measured, rtol=tolerance, atol=tolerance)
    for mine, theirs in zip(own[-1].parameters.arrays(), alone[-1].parameters.arrays(), strict=True):
        assert mine.dtype == theirs.dtype
        np.testing.assert_allclose(mine, theirs, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-10), ("float32", 2e-3)])
@pytest.mark.parametrize("batch_size", [None, 16])
def test_each_is_what_it_would_be_alone(batch_size, dtype, tolerance):
    differ = zip((0.001, 0.01, 0.03, 0.1, 0.3), (0.9, 0.8, 0.5, 0.7, 0.6), itertools.cycle(FOLDS), strict=False)
    plans = []
    for seed, (rate, keep_prob, fold) in enumerate(differ):
        rows, labels, held_out = parts(fold, dtype)
        how = {"optimizer": AdamW(weight_decay=rate), "schedule": "cosine", "epochs": 6, "batch_size": batch_size}
        rules = [EarlyStopping(3), ReduceOnPlateau(0.5, 2)]
        own = network(keep_prob, rate, batch_norm=True)
        plans.append(
            planned(own, rows, labels, learning_rate=rate, seed=seed, rules=rules, engine="xla", **held_out, **how)
        )
    for own, plan in zip(followed(plans, places=2), plans, strict=True):
        assert_alike(own, list(plan.progress()), tolerance)


def test_another_number_or_another_network_in_a_place_compiles_nothing():
    def plans(rates):
        return [
            planned(network(0.8), X, Y, learning_rate=rate, epochs=2, batch_size=16, engine="xla") for rate in rates
        ]

    followed(plans((0.01, 0.02, 0.03, 0.04)), places=2)
    before = programs_traced()
    followed(plans((0.5, 0.1, 0.3, 0.2, 0.4, 0.6, 0.7)), places=2)
    assert programs_traced() == before


@pytest.mark.parametrize("engine", ["xla", "numpy"])
def test_a_place_that_is_given_up_goes_to_the_next(engine):
    how = {"learning_rate": 0.01, "epochs": 5, "batch_size": 16, "engine": engine}
    plans = [planned(network(), X, Y, seed=seed, **how) for seed in range(6)]
    own = followed(plans, places=2, drop=lambda plan, look: plan.seed % 2 == 0 and look.epoch == 2)
    assert [len(looks) for looks in own] == [2, 5, 2, 5, 2, 5]
    assert_alike(own[5], list(plans[5].progress()), 1e-10)


def test_one_that_diverges_ends_alone(monkeypatch):
    monkeypatch.setattr(together, "MOST_PLACES", 3)
    monkeypatch.setattr(together, "processors", lambda: 1)
    wild = {"optimizer": "gd", "epochs": 30, "batch_size": 16, "engine": "xla"}
    plans = [planned(Network((3, 8, 1), "relu"), X, Y, learning_rate=rate, **wild) for rate in (0.01, 1e6, 0.02)]
    calm, gone, other = followed(plans)
    assert (gone[-1].ending.kind, calm[-1].ending, other[-1].ending) == ("diverged", None, None)
    assert all(np.isfinite(p).all() for p in gone[-1].parameters.arrays())
    with pytest.raises(FloatingPointError):
        list(plans[1].progress())
    assert_alike(other, list(plans[2].progress()), 1e-10)


def test_what_cannot_go_side_by_side_goes_one_after_another():
    plans = [planned(network(), X, Y, optimizer="lbfgs", epochs=3, seed=seed) for seed in (0, 1)]
    assert structure_of(plans[0]) is None
    assert [looks[-1].step for looks in followed(plans)] == [3, 3]


def test_plans_of_another_structure_are_refused():
    plans = [planned(Network((3, n, 1)), X, Y, epochs=1, batch_size=16, engine="xla") for n in (8, 9)]
    assert structure_of(plans[0]) != structure_of(plans[1])
    with pytest.raises(ValueError, match="different structures cannot go side by side"):
        followed(plans)
    assert followed([]) == []


def test_few_and_short_trainings_are_done_before_a_program_is_compiled():
    before = programs_traced()
    own = followed([planned(network(), X, Y, seed=seed, epochs=2) for seed in range(4)])
    assert [looks[-1].engine for looks in own] == ["numpy"] * 4
    assert programs_traced() == before


def test_ctrl_c_ends_each_with_what_it_has():
    plans = [planned(network(), X, Y, seed=seed, epochs=10**6, batch_size=16, engine="xla") for seed in range(3)]
    with listening() as heard:  # from before the first call to behind the last
        timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        own = followed(plans, places=2)
    assert heard()
    assert [looks[-1].ending.kind for looks in own[:2]] == ["interrupted"] * 2
    assert own[2] == []
