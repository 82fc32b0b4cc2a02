import platform
import subprocess
import sys
import threading

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from barreleye.nn.optimizers import Adam, GradientDescent
from barreleye.training.batches import Stream, table
from barreleye.training.border import Rows
from barreleye.training.engine import STREAM_ENDED, seed_word
from barreleye.training.numpy_engine import NumpyEngine
from barreleye.training.step import Recipe, State, first_state, step


def test_a_stretch_is_a_loop_over_step(task, assert_same):
    t = task(keep_prob=0.7)
    recipe = Recipe(t.network, Adam(), 0.01)
    source = table(Rows(t.X, t.Y, t.weights), 8, seed=3)
    stretch = NumpyEngine(source, 3).run(recipe, first_state(recipe, t.parameters), 5)
    state, costs = first_state(recipe, t.parameters), []
    for k in range(5):
        X, Y, weights = source.at(k)
        state, J = step(recipe, state, X.T, Y.T, weights.reshape(1, -1), seed_word(3))
        costs.append(J)
    assert_same(stretch.state, state)
    np.testing.assert_array_equal(stretch.costs, costs)
    assert (stretch.finite, stretch.ended) == (True, None)


def test_it_stops_at_the_first_cost_that_is_not_finite_without_a_warning(task):
    t = task("relu", "identity")
    recipe = Recipe(t.network, GradientDescent(), 1e6)
    stretch = NumpyEngine(table(Rows(t.X, t.Y, None), None, 0), 0).run(recipe, first_state(recipe, t.parameters), 100)
    assert not stretch.finite
    assert len(stretch.costs) == stretch.state.t < 20
    assert np.isfinite(stretch.costs[:-1]).all()
    assert not np.isfinite(stretch.costs[-1])


def test_parameters_that_are_not_finite_are_seen_though_every_cost_is(task):
    t = task("relu", "identity")
    recipe = Recipe(t.network, GradientDescent(), 1e6)
    engine = NumpyEngine(table(Rows(t.X, t.Y, None), None, 0), 0)
    ran = len(engine.run(recipe, first_state(recipe, t.parameters), 100).costs)
    for steps in range(1, ran):
        stretch = engine.run(recipe, first_state(recipe, t.parameters), steps)
        assert np.isfinite(stretch.costs).all()
        assert stretch.finite == all(np.isfinite(p).all() for p in stretch.state.parameters.arrays())


def test_the_end_of_a_stream_is_told(task):
    t = task()
    recipe = Recipe(t.network)
    engine = NumpyEngine(Stream([(t.X, t.Y)] * 3, t.network), 0)
    state = first_state(recipe, t.parameters)
    stretch = engine.run(recipe, state, 2)
    assert (len(stretch.costs), stretch.ended) == (2, None)
    stretch = engine.run(recipe, stretch.state, 2)
    assert (len(stretch.costs), stretch.ended) == (1, STREAM_ENDED)
    assert stretch.state.t == 3


def test_evaluation_in_blocks_is_evaluation_at_once(task, monkeypatch):
    monkeypatch.setattr("barreleye.training.numpy_engine.rows_at_once", lambda network, itemsize: 100)
    t = task("tanh", "softmax", m=8)
    recipe = Recipe(t.network)
    engine = NumpyEngine(table(Rows(t.X, t.Y, None), None, 0), 0)
    state = first_state(recipe, t.parameters)
    copies = 28
    cost, Y_hat = engine.evaluate(recipe, state, Rows(np.tile(t.X, (copies, 1)), np.tile(t.Y, (copies, 1)), None))
    once, Y_hat_once = engine.evaluate(recipe, state, Rows(t.X, t.Y, None))
    assert cost == pytest.approx(once, rel=1e-12)
    np.testing.assert_allclose(Y_hat, np.tile(Y_hat_once, (copies, 1)), rtol=1e-12)


def test_a_state_of_jax_arrays_is_taken_over_as_numpys(task, assert_same, x64):
    t = task(batch_norm=True)
    state = first_state(Recipe(t.network), t.parameters)
    placed = NumpyEngine(table(Rows(t.X, t.Y, None), None, 0), 0).place(
        State(*jax.tree.map(jnp.asarray, tuple(state)[:3]), 0)
    )
    arrays = [*placed.parameters.arrays(), *placed.averages.mu.values(), *placed.averages.sigma2.values()]
    arrays += [s for slots in placed.optimizer.arrays() for s in slots]
    assert all(type(a) is np.ndarray for a in arrays)
    assert_same(placed, state)


def test_it_starts_no_thread(task):
    t = task()
    before = threading.active_count()
    recipe = Recipe(t.network)
    NumpyEngine(table(Rows(t.X, t.Y, None), None, 0), 0).run(recipe, first_state(recipe, t.parameters), 2)
    assert threading.active_count() == before


PAGES = """
import resource
import numpy as np
from barreleye.nn.structure import Network
from barreleye.training.loop import train
training = train(Network((30, 100, 1)), np.ones((200, 30)), np.zeros((200, 1)), steps=220, every=20, engine="numpy")
next(training)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
list(training)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is glibc that would give the memory back")
def test_a_step_computes_where_the_step_before_it_did():
    """Given back and asked for again, the arrays of these 200 steps would be 20,000 pages and more."""
    run = subprocess.run([sys.executable, "-c", PAGES], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 2000
