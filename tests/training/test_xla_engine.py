import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from barreleye.nn.activations import LeakyReLU
from barreleye.nn.heads import HuberHead
from barreleye.nn.optimizers import Adam
from barreleye.nn.schedules import Cosine
from barreleye.nn.structure import Network
from barreleye.training.batches import table
from barreleye.training.border import Rows
from barreleye.training.loop import train
from barreleye.training.pace import FULL_BATCH_STEPS
from barreleye.training.step import Recipe, first_state
from barreleye.training.stopping import ReduceOnPlateau
from barreleye.training.xla_engine import MINI_BATCH_STEPS, XlaEngine
from barreleye.training.xla_programs import PROGRAMS_KEPT, _program, programs_traced
from barreleye.training.xla_setup import Devices, find_devices, full_batch_capacity, row_capacity


def last(*arguments, **keywords):
    *_, progress = train(*arguments, engine="xla", **keywords)
    return progress


# What compiles, and what does not


def run_with(task, m=40, *, slope=0.1, delta=1.0, keep_prob=0.8, L2=0.1, beta1=0.9, span=50.0, **options):
    t = task(LeakyReLU(slope), HuberHead(delta), m=m, keep_prob=keep_prob, L2=L2)
    settings = {"learning_rate": 0.01, "clip_norm": 1.0, "batch_size": 16, "steps": 6, "every": 3} | options
    validation = (t.X[:9], t.Y[:9])
    return last(t.network, t.X, t.Y, optimizer=Adam(beta1), schedule=Cosine(span), validation=validation, **settings)


@pytest.fixture(scope="module")
def compiled(task):
    """A run whose two programs are compiled, one of training and one of evaluation."""
    before = programs_traced()
    run_with(task)
    assert programs_traced() == before + 2


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"learning_rate": 0.5},
        {"beta1": 0.5},
        {"L2": 2.0},
        {"keep_prob": 0.3},
        {"slope": 0.3},
        {"delta": 0.2},
        {"span": 7.0},
        {"clip_norm": 0.01},
        {"averaging": 0.5},
        {"seed": 2**70},
        {"m": 63},
        {"m": 33},
        {"steps": 3},
        {"steps": 301, "every": 300},
        {"rules": [ReduceOnPlateau(monitor="cost", patience=1, min_delta=9.0)]},
    ],
    ids=str,
)
def test_another_number_does_not_compile(change, task, compiled):
    """Hyperparameters, the number of rows within a capacity, the number of steps, the first and later calls."""
    before = programs_traced()
    run_with(task, **change)
    assert programs_traced() == before


@pytest.mark.parametrize("change", [{"batch_size": 15}, {"clip_norm": None}], ids=str)
def test_another_structure_does_but_not_the_evaluation_that_is_the_same(change, task, compiled):
    before = programs_traced()
    run_with(task, **change)
    assert programs_traced() == before + 1


def test_full_batches_do_not_compile_for_another_number_of_rows_within_a_capacity(task):
    t = task(n=(3, 5, 2), m=400)
    costs = [last(t.network, t.X[:400], t.Y[:400], steps=2).cost]
    before = programs_traced()
    for m in (399, 390, 386):
        costs.append(last(t.network, t.X[:m], t.Y[:m], steps=2).cost)
    assert programs_traced() == before
    assert len(set(costs)) == 4


def test_a_resumed_run_does_not_compile(task, compiled):
    before = programs_traced()
    progress = run_with(task)
    run_with(task, steps=12, resume=progress)
    assert programs_traced() == before


def test_the_programs_that_are_kept_are_bounded():
    """XLA itself counts what it holds: one more for each new shape, up to the bound."""
    held, traced = jax.devices()[0].client.live_executables, []

    @_program
    def double(structure, x):
        traced.append(len(x))
        return 2 * x

    def count(size):
        double(None, np.ones(size)).block_until_ready()
        return len(held())

    counts = [count(100 + k) for k in range(PROGRAMS_KEPT + 6)]
    assert counts[1] == counts[0] + 1 or counts[1] <= counts[0]
    assert counts[-1] == counts[-2] == counts[-6]
    assert len(traced) == PROGRAMS_KEPT + 6
    count(100 + PROGRAMS_KEPT + 5)
    assert len(traced) == PROGRAMS_KEPT + 6, "the last ones are still there"


# Capacities and pace


@pytest.mark.parametrize("m", [1, 2, 31, 32, 33, 1000, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20])
def test_capacities_hold_the_rows_and_waste_little(m):
    assert m <= row_capacity(m) <= max(32, 2 * m)
    assert row_capacity(row_capacity(m)) == row_capacity(m)
    assert m <= full_batch_capacity(m) <= 1.0625 * m + 1
    assert full_batch_capacity(full_batch_capacity(m)) == full_batch_capacity(m)


def test_the_rows_that_are_not_there_have_weight_0():
    rows = Rows(np.arange(66.0).reshape(33, 2), np.ones((33, 1)), None)
    engine = XlaEngine(table(rows, 8, 0), 0)
    X, Y, weights = engine._data
    assert X.shape == (64, 2)
    assert Y.shape == (64, 1)
    assert np.asarray(weights).tolist() == [1.0] * 33 + [0.0] * 31
    assert (np.asarray(X[33:]) == rows.X[-1]).all(), "copies of a row that is there, so finite where it is"


def test_more_steps_than_one_call_takes_are_made_in_order(task, assert_same):
    """1,500 steps at once need several calls of the program, each of at most 1,024 or 256 steps."""
    t = task()
    for batch_size, most in ((None, FULL_BATCH_STEPS), (8, MINI_BATCH_STEPS)):
        steps = most + 300
        whole = last(t.network, t.X, t.Y, steps=steps, every=steps, batch_size=batch_size)
        in_parts = list(train(t.network, t.X, t.Y, steps=steps, every=97, batch_size=batch_size, engine="xla"))
        assert len(whole.costs) == steps
        assert_same(whole.state, in_parts[-1].state)
        np.testing.assert_array_equal(whole.costs, np.concatenate([p.costs for p in in_parts]))


# 64-bit numbers, devices


def test_64_bit_numbers_stay_inside(task):
    """Training in float64 leaves the user's own JAX in 32 bits, while a run goes on, after it and after an error."""
    t = task()
    for progress in train(t.network, t.X, t.Y, steps=4, every=2, engine="xla"):
        assert progress.parameters.W[1].dtype == np.float64
        assert not jax.config.jax_enable_x64
        assert jnp.zeros(3).dtype == np.float32
    with pytest.raises(ValueError, match="nothing here"):
        list(train(t.network, iter_that_fails(t), engine="xla", every=5))
    assert jnp.zeros(3).dtype == np.float32
    assert jax.config.jax_default_matmul_precision is None


def iter_that_fails(t):
    yield t.X, t.Y
    raise ValueError("nothing here")


def test_results_lie_on_the_device_that_was_found(task):
    t = task()
    progress = last(t.network, t.X, t.Y, steps=2, device="cpu")
    assert progress.run.state.parameters.W[1].devices() == {find_devices("cpu", 1).whole}
    assert isinstance(progress.parameters.W[1], np.ndarray)


def test_a_device_that_is_not_there_is_an_error_that_lists_what_is(task):
    there = {d.platform for d in jax.devices()}
    absent = next(kind for kind in ("tpu", "gpu", "cuda") if kind not in there)
    t = task()
    with pytest.raises(ValueError, match=rf"device='{absent}' is not to be found by JAX; choose one of: auto, .*cpu"):
        train(t.network, t.X, t.Y, engine="xla", device=absent)
    assert find_devices("auto", 1).whole == jax.devices()[0]


def test_rows_held_out_go_to_another_device_once(task, monkeypatch):
    t = task()
    engine = XlaEngine(table(Rows(t.X, t.Y, None), 8, 0), 0)
    recipe = Recipe(t.network)
    state = engine.place(first_state(recipe, t.parameters))
    here = engine.evaluate(recipe, state, Rows(t.X, t.Y, None))
    engine.devices = replace(engine.devices, platform="gpu")  # as far as the engine knows
    put = []
    monkeypatch.setattr(Devices, "put", lambda self, values, where: put.append(values) or jax.device_put(values, where))
    aside, others = Rows(t.X, t.Y, None), Rows(t.X[:5], t.Y[:5], None)
    found = [engine.evaluate(recipe, state, rows) for rows in (aside, aside, others, aside)]
    assert len(put) == 3
    for k in (0, 1, 3):
        assert found[k][0] == here[0]
        assert (found[k][1] == here[1]).all()
    assert len(found[2][1]) == 5


# The persistent cache, in processes of their own

SCRIPT = """
import json, os, sys
import jax
events = []
jax.monitoring.register_event_listener(lambda event, **_: events.append(event.rsplit("/", 1)[-1]))
import numpy as np
from barreleye.nn.structure import Network
from barreleye.training.loop import train
import jax.numpy as jnp
if "--jax-first" in sys.argv:
    jax.jit(lambda x: x + 1)(jnp.ones(3)).block_until_ready()
*_, progress = train(Network((3, 4, 2)), np.ones((5, 3)), np.ones((5, 2)), steps=3, engine="xla")
print(json.dumps({
    "hits": events.count("cache_hits"), "misses": events.count("cache_misses"), "cost": progress.cost,
    "x64": jax.config.jax_enable_x64, "zeros": str(jnp.zeros(3).dtype), "dtype": str(progress.parameters.W[1].dtype),
}))
"""


def in_a_process(folder, *arguments, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BARRELEYE", "XDG", "JAX"))}
    command = [sys.executable, "-c", SCRIPT, *arguments]
    done = subprocess.run(command, cwd=folder, env=kept | environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_programs_are_compiled_once_per_machine(tmp_path):
    """The second process takes from the cache what the first put there, also when JAX had been used before."""
    first = in_a_process(tmp_path, XDG_CACHE_HOME=str(tmp_path))
    programs = tmp_path / "barreleye" / "programs"
    kept = {file.name for file in programs.iterdir()}
    assert first["misses"] >= 1
    assert any("_run" in name for name in kept)
    assert programs.stat().st_mode & 0o777 == 0o700, "whoever can write there can run code here"

    second = in_a_process(tmp_path, "--jax-first", XDG_CACHE_HOME=str(tmp_path))
    assert second["hits"] >= 1
    assert {file.name for file in programs.iterdir() if "_run" in file.name} == {n for n in kept if "_run" in n}
    assert second["cost"] == first["cost"]
    assert (first["x64"], first["zeros"], first["dtype"]) == (False, "float32", "float64")


def test_one_setting_turns_the_cache_off(tmp_path):
    found = in_a_process(tmp_path, XDG_CACHE_HOME=str(tmp_path), HOME=str(tmp_path), BARRELEYE_COMPILATION_CACHE="off")
    assert found["hits"] == 0
    assert not list(tmp_path.iterdir())


def test_a_home_that_cannot_be_written_does_not_stop_training(tmp_path):
    (tmp_path / "file").write_text("")
    found = in_a_process(tmp_path, XDG_CACHE_HOME=str(tmp_path / "file"))
    assert found["hits"] == 0
    assert Path(tmp_path / "file").read_text() == ""


def test_the_network_is_the_key_and_not_its_name():
    """Two networks of equal structure share a program, whatever objects they are."""
    X, Y = np.ones((6, 3)), np.ones((6, 2))
    last(Network((3, 4, 2), "selu", L2=0.25), X, Y, steps=1)
    before = programs_traced()
    last(Network([3, 4, 2], ["selu"], "sigmoid", L2=[0.5, 0.75]), X, Y, steps=1)
    assert programs_traced() == before
