import dataclasses

import numpy as np
import pytest

from barreleye.nn.structure import Network
from barreleye.training.engine import Ending
from barreleye.training.loop import train
from barreleye.training.progress import Best, Measured
from barreleye.training.stopping import EarlyStopping


@pytest.fixture
def looks(engine, task):
    t = task(batch_norm=True)
    options = {"validation": (t.X, t.Y), "rules": [EarlyStopping(monitor="cost", mode="max", patience=3)]}
    return list(train(t.network, t.X, t.Y, steps=20, every=2, learning_rate=0.1, engine=engine, **options))


def test_what_a_progress_tells(looks, engine, task):
    progress = looks[1]
    assert (progress.step, progress.epoch, len(progress.costs)) == (4, 4.0, 2)
    assert progress.network == task(batch_norm=True).network
    assert (progress.engine, progress.engine_reason) == (engine, "as asked for")
    assert 0 <= progress.validation_score <= 1
    assert progress.learning_rate == 0.1
    assert progress.seconds >= looks[0].seconds
    assert progress.settings["seed"] == 0
    assert progress.settings["engine"] == engine


def test_arrays_come_as_numpys_whatever_the_engine(looks):
    progress = looks[0]
    assert all(type(p) is np.ndarray for p in progress.parameters.arrays())
    assert all(type(s) is np.ndarray for slots in progress.state.optimizer.arrays() for s in slots)
    assert type(progress.averages.mu[1]) is np.ndarray
    assert progress.state is progress.state, "fetched once"


def test_an_earlier_progress_keeps_its_own_parameters(looks):
    norms = {float(np.linalg.norm(p.fetched_run.state.parameters.W[1])) for p in looks}
    assert len(norms) == len(looks)
    assert [p.state.t for p in looks] == [p.step for p in looks]


def test_the_last_one_holds_the_best_and_can_still_go_on_from_where_it_stood(looks, assert_same):
    """The cost falls, so with mode "max" the first look is the best one and the third after it the last."""
    last = looks[-1]
    assert last.step == 8
    assert last.restored.step == 2
    assert_same(last.parameters, looks[0].parameters)
    assert_same(last.averages, looks[0].averages)
    assert last.fetched_run.state.t == 8
    assert (last.fetched_run.state.parameters.W[1] != last.parameters.W[1]).any()
    assert (last.cost, last.validation_cost, last.validation_score) == last.restored.measured == looks[0].measured
    assert last.measured.validation_cost != last.validation_cost
    assert all(p.restored is None for p in looks[:-1])


def test_what_it_prints():
    progress = next(train_one())
    assert repr(progress) == f"Progress(step 1, cost {progress.cost:.6g})"
    measured = progress.measured._replace(validation_cost=0.5, validation_score=0.25)
    told = dataclasses.replace(progress, measured=measured, ending=Ending("rule", "enough"))
    assert repr(told).endswith("validation cost 0.5, validation score 0.25, stopped: enough)")


def train_one():
    return train(Network((1, 1)), [[0.0], [1.0]], [0, 1], steps=1, engine="numpy")


def test_without_an_engine_the_run_is_as_it_is():
    progress = next(train_one())
    bare = dataclasses.replace(progress, _engine=None)
    assert bare.fetched_run is bare.run
    best = Best(progress.parameters.map(np.ones_like), progress.averages, 0, Measured(0.25))
    restored = dataclasses.replace(bare, restored=best)
    assert restored.parameters.W[1].tolist() == [[1.0]]
    assert repr(restored) == "Progress(step 1, cost 0.25, parameters of step 0)"
