"""planned(): the plan of a run, of which train() makes the run; test_loop.py has what its arguments do."""

import inspect

import numpy as np

from barreleye.nn.structure import Network
from barreleye.training.loop import train
from barreleye.training.plan import planned

X, Y = np.arange(12.0).reshape(6, 2), np.arange(6) % 2


def test_a_plan_takes_what_train_takes():
    plan, run = inspect.signature(planned), inspect.signature(train)
    assert plan.parameters == run.parameters


def test_a_plan_begins_nothing_and_can_be_followed_again_and_again():
    plan = planned(Network((2, 1)), X, Y, steps=4, every=2, seed=3)
    before = plan.run.state.parameters.W[1].copy()
    runs = [[(one.step, one.cost) for one in plan.progress()] for _ in range(2)]
    assert (
        runs[0] == runs[1] == [(one.step, one.cost) for one in train(Network((2, 1)), X, Y, steps=4, every=2, seed=3)]
    )
    np.testing.assert_array_equal(plan.run.state.parameters.W[1], before)
