"""A run: forward, back and edited by hand, always the numbers that ``train`` makes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.studio.experiment import LOOKS, MOMENTS, Experiment
from barreleye.studio.setup import Setup
from barreleye.studio.thinning import superfluous
from barreleye.training.loop import train

BATCHES = Setup().changed({"name": "moons", "options": {"m": 60}}, {"batch": 16, "dropout": 0.2, "layers": [5]})


def numbers(run):
    return [p.copy() for p in run.state.parameters.arrays()]


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_it_makes_the_steps_of_train():
    run = Experiment(BATCHES, {})
    for steps in (1, 7, 30):
        run.forward(steps)
    *what, options = BATCHES.settings.arguments(run.ready)
    progress = next(train(*what, **options | {"every": 38}))
    assert same(numbers(run), progress.parameters.arrays())


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.data())
def test_any_step_that_was_reached_is_there_again_to_the_bit(steps, data):
    run, met = Experiment(BATCHES, {}), {}
    met[0] = numbers(run)
    for one in steps:
        run.forward(one)
        met[run.step] = numbers(run)
    step = data.draw(st.sampled_from(sorted(met)))
    run.go_to(step)
    assert same(numbers(run), met[step])
    run.go_to(sum(steps))
    assert same(numbers(run), met[sum(steps)])


def test_a_step_that_was_never_reached_is_refused():
    run = Experiment(BATCHES, {})
    run.forward(3)
    with pytest.raises(ValueError, match="step 4 is not there: the run has steps 0 to 3"):
        run.go_to(4)


def test_an_edit_holds_from_its_step_on_and_can_be_replayed():
    run = Experiment(BATCHES, {})
    run.forward(20)
    run.go_to(10)
    run.edit("W[1]", (0, 1), 3.0)
    assert run.last == 10
    assert run.state.parameters.W[1][0, 1] == 3.0
    run.forward(5)
    again = Experiment(BATCHES, {})
    again.replay(run.edits, 15)
    assert same(numbers(run), numbers(again))
    run.go_to(4)
    untouched = Experiment(BATCHES, {})
    untouched.forward(4)
    assert same(numbers(run), numbers(untouched))


@pytest.mark.parametrize(
    ("name", "place", "value", "said"),
    [
        ("W[9]", (0, 0), 1.0, "parameter='W.9.' is unknown"),
        ("W[1]", (5, 0), 1.0, r"W\[1\]\[5, 0\] is not there: W\[1\] has shape \(5, 2\)"),
        ("W[1]", (0, 0), float("inf"), "value=inf must be a finite number"),
    ],
)
def test_an_edit_of_what_is_not_there_is_refused_and_changes_nothing(name, place, value, said):
    run = Experiment(BATCHES, {})
    run.forward(5)
    before = numbers(run)
    with pytest.raises(ValueError, match=said):
        run.edit(name, place, value)
    assert same(before, numbers(run))
    assert (run.last, run.edits) == (5, [])


def test_a_run_that_diverges_stands_at_its_last_finite_step():
    wild = Setup().changed({"name": "diabetes"}, {"optimizer": "gd", "rate": 1e8, "activation": "relu"})
    run = Experiment(wild, {})
    run.forward(500)
    assert run.over
    assert run.ending.kind == "diverged"
    assert all(np.isfinite(p).all() for p in run.state.parameters.arrays())
    run.forward(10)
    assert run.step == run.last < 500


def test_a_schedule_ends_the_run_and_without_one_it_goes_on():
    falling = Experiment(Setup().changed({}, {"schedule": "cosine", "epochs": 12}), {})
    falling.forward(100)
    assert (falling.step, falling.over) == (12, True)
    endless = Experiment(Setup().changed({}, {"epochs": 12}), {})
    endless.forward(100)
    assert (endless.step, endless.over) == (100, False)


def test_what_is_kept_is_bounded_and_dense_where_it_is_new():
    run = Experiment(Setup().changed({"name": "xor", "options": {"m": 8}, "share": 0}), {})
    for _ in range(700):
        run.forward(1)
    kept = list(run.kept)
    assert len(kept) <= MOMENTS
    assert len(run.history) <= LOOKS
    assert (kept[0], kept[-1], run.history[0].step, run.history[-1].step) == (0, 700, 0, 700)
    gaps = np.diff(kept)
    assert gaps[-20:].max() <= gaps[:20].max()


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 100), min_size=2, max_size=20))
def test_the_first_and_the_last_step_are_never_superfluous(gaps):
    steps = np.cumsum([0, *gaps]).tolist()
    assert 0 < superfluous(steps) < len(steps) - 1


def test_the_cost_is_that_of_the_state_and_the_score_that_of_the_rows_held_out():
    run = Experiment(Setup(), {})
    run.forward(200)
    look, model = run.history[-1], run.model()
    held = run.ready.frame.take(run.ready.parts.validation)
    y = np.array(run.ready.targets.classes[0])[run.ready.targets.indices(held)]
    assert look.measured.validation_score == pytest.approx((model.predict(held) == y).mean())
