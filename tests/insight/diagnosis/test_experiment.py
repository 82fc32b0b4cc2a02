"""An experiment is two runs, whose numbers anybody gets who makes them."""

import numpy as np
import pytest

import barreleye as be
from barreleye.insight.diagnose import trained
from barreleye.insight.diagnosis.evidence import Evidence
from barreleye.insight.diagnosis.experiment import (
    Attempt,
    improved,
    number,
    other_rates,
    rerun,
    said,
    tried,
    unseen_loss,
    usual_start,
)
from barreleye.insight.diagnosis.job import Job

MOONS = be.load_dataset("moons", m=90)
X, Y = MOONS.X, MOONS.y.astype(float)
NETWORK = be.Network((2, 6, 1), "tanh")


def evidence(**options):
    job = Job.of(NETWORK, X[:60], Y[:60], **({"steps": 40, "engine": "numpy", "seed": 4} | options))
    return Evidence(job, trained(job))


def loss_of(rows=slice(60), **options):
    """By another way: train, predict, and the mean of -log p."""
    *_, last = be.train(NETWORK, X[:60], Y[:60], steps=40, engine="numpy", seed=4, **options)
    p = be.predict(NETWORK, last.parameters, X[rows].T)[0]
    return -np.log(np.where(Y[rows] == 1, p, 1 - p)).mean()


def test_both_numbers_are_those_of_the_two_runs():
    found = evidence(learning_rate=1e-4)
    (attempt,) = other_rates(found, 100)
    trial = tried(found, attempt, 60.0)
    assert trial.before == pytest.approx(loss_of(learning_rate=1e-4))
    assert trial.after == pytest.approx(loss_of(learning_rate=0.01))
    assert (trial.steps, trial.whole, trial.confirms) == (40, True, True)
    assert trial.text.en.startswith("tried: with the learning rate 0.01 in place of 0.0001, ")


def test_on_validation_rows():
    found = evidence(learning_rate=1e-4, validation=(X[60:], Y[60:]))
    (attempt,) = other_rates(found, 100)
    trial = tried(found, attempt._replace(measure=unseen_loss(found)), 60.0)
    assert trial.after == pytest.approx(loss_of(slice(60, 90), learning_rate=0.01))


def test_of_several_networks_the_first_is_compared():
    found = evidence(learning_rate=1e-4, seed=(4, 5))
    (attempt,) = other_rates(found, 100)
    trial = tried(found, attempt, 60.0)
    assert (trial.before, trial.after) == pytest.approx((loss_of(learning_rate=1e-4), loss_of(learning_rate=0.01)))


def test_a_run_that_diverges_confirms_nothing_and_is_improved_by_any_that_does_not():
    job = Job.of(be.Network((2, 6, 1), "relu", "identity"), X, Y, optimizer="gd", learning_rate=1e9, steps=40)
    found = Evidence(job, trained(job))
    assert found.diverged
    high, low = other_rates(found, 10, 1e-10)
    assert not tried(found, high, 60.0).confirms
    assert tried(found, low, 60.0).before == np.inf
    assert tried(found, low, 60.0).confirms


def test_what_is_cut_short_says_so():
    found = evidence()
    (attempt,) = other_rates(found, 2)
    trial = tried(found, attempt, 0.0)
    assert trial.steps < 40
    assert not trial.whole


def test_what_cannot_be_run_decides_nothing():
    found = evidence()
    assert rerun(found.job.changed(batch_size=-1), 40, 60.0) is None
    assert tried(found, Attempt(said("change.clip"), found.job.changed(batch_size=-1)), 60.0) is None


def test_lbfgs_has_no_rate_to_change_and_a_usual_start_no_other():
    assert list(other_rates(evidence(optimizer="lbfgs"), 0.1)) == []
    assert list(usual_start(evidence())) == []
    (attempt,) = usual_start(evidence(initializer="normal"))
    assert "initializer" not in attempt.job.options
    assert "(Xavier)" in attempt.change.en


@pytest.mark.parametrize(
    ("before", "after", "better"),
    [
        (np.full(50, 0.7), np.full(50, 0.6), True),
        (np.full(50, 0.7), np.full(50, 0.66), False),  # less than a tenth
        (np.full(50, 0.02), np.full(50, 0.001), False),  # of what is next to nothing
        (np.full(50, np.inf), np.full(50, 0.6), True),
        (np.full(50, np.nan), np.full(50, 0.6), True),
        (np.full(50, 0.7), np.full(50, np.nan), False),
        (np.where(np.arange(50) == 0, 30.0, 0.5), np.full(50, 0.5), False),  # one row alone
        (np.full(50, 400.0), np.full(50, 100.0), False),  # it fails as before
        (np.full(50, 0.7), np.where(np.arange(50) < 40, 0.01, 100.0), False),  # dearer on the whole
    ],
)
def test_an_improvement_is_one_of_most_rows(before, after, better):
    assert improved(before, after, 0.69) is better


def test_noise_is_no_improvement():
    rng = np.random.default_rng(0)
    wrong = sum(improved(*rng.exponential(0.5, (2, 40)), 0.69) for _ in range(400))
    assert wrong < 25  # one-sided, two standard errors: 2.3 %


def test_numbers_are_short():
    assert [number(x) for x in (0.69314, 1234.5, 1e300, np.nan)] == ["0.693", "1,234", "1e+300", "∞"]
