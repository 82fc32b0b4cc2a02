"""How stretches become Progress, and Ctrl-C. Rules are in test_stopping.py, divergence in test_divergence.py."""

import json
import os
import signal
import subprocess
import sys
import time
from itertools import count

import numpy as np
import pytest

from barreleye.training.loop import train
from barreleye.training.stopping import EarlyStopping


def test_looks_fall_on_multiples_of_every_wherever_a_run_begins(engine, task):
    """A resumed run looks when the uninterrupted one would, so that its rules decide alike."""
    t = task()
    options = {"steps": 20, "engine": engine}
    odd = next(train(t.network, t.X, t.Y, every=3, **options))
    assert [p.step for p in train(t.network, t.X, t.Y, every=5, resume=odd, **options)] == [5, 10, 15, 20]


def test_a_run_that_is_over_cannot_be_resumed(task):
    t = task()
    *_, last = train(t.network, t.X, t.Y, steps=4, engine="numpy")
    with pytest.raises(
        ValueError, match="the run to resume has made its 4 steps already: ask for more epochs or steps"
    ):
        train(t.network, t.X, t.Y, steps=4, resume=last, engine="numpy")
    *_, more = train(t.network, t.X, t.Y, steps=6, resume=last, engine="numpy")
    assert more.step == 6


def test_a_run_may_change_its_engine_halfway(task):
    """The state that XLA left is taken over by NumPy, and the other way round."""
    t = task()
    options = {"steps": 8, "every": 4, "batch_size": 8}
    *_, whole = train(t.network, t.X, t.Y, engine="numpy", **options)
    for first, second in (("xla", "numpy"), ("numpy", "xla")):
        halfway = next(train(t.network, t.X, t.Y, engine=first, **options))
        *_, last = train(t.network, t.X, t.Y, engine=second, resume=halfway, **options)
        assert last.engine == second
        np.testing.assert_allclose(last.parameters.W[1], whole.parameters.W[1], rtol=1e-9)


def test_a_prediction_that_is_not_finite_scores_nan(engine, task):
    t = task("relu", "poisson")
    far = t.X.copy()
    far[0] = 1e6
    progress = next(
        train(
            t.network,
            t.X,
            t.Y,
            validation=(far, t.Y),
            score="r2",
            steps=1,
            engine=engine,
            parameters=t.parameters.map(abs),
        )
    )
    assert np.isnan(progress.validation_score)
    assert not np.isfinite(progress.validation_cost)


# Ctrl-C


def stream_interrupted_at(t, batch):
    """Batches without end; Ctrl-C is pressed just before one of them is handed out, counted from 1."""
    for k in count(1):
        if k == batch:
            signal.raise_signal(signal.SIGINT)
        yield t.X, t.Y


@pytest.mark.parametrize("at", [2, 5, 8])
def test_ctrl_c_ends_the_run_after_a_whole_step(at, engine, task, assert_same):
    """NumPy ends with the step that is under way, XLA with the call that is."""
    t = task()
    with pytest.warns(UserWarning, match=r"training was interrupted at step \d+; its parameters are kept"):
        whole = list(train(t.network, stream_interrupted_at(t, at), every=5, engine=engine))
    last = whole[-1]
    assert last.stopped == "interrupted by Ctrl-C"
    assert last.step == at if engine == "numpy" else last.step >= at - 1
    *_, expected = train(t.network, [(t.X, t.Y)] * last.step, engine=engine)
    assert_same(last.state, expected.state)


def test_ctrl_c_while_scoring_ends_the_run_with_that_score(engine, task):
    t = task()
    calls = []

    def score(Y, Y_hat):
        calls.append(1)
        if len(calls) == 3:
            signal.raise_signal(signal.SIGINT)
        return 0.5

    with pytest.warns(UserWarning, match="training was interrupted at step 6"):
        whole = list(train(t.network, t.X, t.Y, validation=(t.X, t.Y), score=score, steps=20, every=2, engine=engine))
    assert [p.step for p in whole] == [2, 4, 6]
    assert (whole[-1].stopped, whole[-1].validation_score) == ("interrupted by Ctrl-C", 0.5)


def test_ctrl_c_restores_the_best_parameters_where_a_rule_keeps_them(task, assert_same):
    t = task()
    rule = EarlyStopping(monitor="cost", mode="max", patience=9)
    with pytest.warns(UserWarning, match="interrupted"):
        whole = list(train(t.network, stream_interrupted_at(t, 8), every=2, rules=[rule], engine="numpy"))
    assert whole[-1].step == 8
    assert whole[-1].restored.step == 2
    assert_same(whole[-1].parameters, whole[0].parameters)


def test_ctrl_c_in_the_caller_s_own_loop_is_the_caller_s(task):
    t = task()
    steps = []
    for progress in train(t.network, t.X, t.Y, steps=4, every=2, engine="numpy"):
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        steps.append((progress.step, progress.stopped))
    assert steps == [(2, None), (4, None)]


SCRIPT = """
import json, sys, warnings
import numpy as np
from barreleye.nn.structure import Network
from barreleye.training.loop import train
warnings.simplefilter("ignore")
rng = np.random.default_rng(0)
X = rng.normal(size=(400, 5))
Y = np.sin(3 * X[:, :1]) * X[:, 1:2]
network = Network((5, 30, 30, 1), "tanh", "identity")
for engine, options in json.loads(sys.argv[1]):
    options = {"engine": engine, **options}
    next(train(network, X, Y, steps=2, **options))
    print("ready", flush=True)
    *_, last = train(network, X, Y, steps=10**9, every=10**9, **options)
    print(last.stopped, flush=True)
    finite = all(np.isfinite(p).all() for p in last.parameters.arrays())
    *_, again = train(network, X, Y, steps=last.step, every=last.step, **options)
    same = all((p == q).all() for p, q in zip(last.parameters.arrays(), again.parameters.arrays()))
    print(json.dumps([last.step, len(last.costs), finite, same]), flush=True)
print("the script went on", flush=True)
"""


def test_a_real_ctrl_c_leaves_a_usable_result_and_the_script_goes_on():
    """SIGINT to a process that trains on NumPy, by L-BFGS and on XLA; each result is a run of just its steps."""
    runs = [("numpy", {"batch_size": 32}), ("numpy", {"optimizer": "lbfgs"}), ("xla", {"batch_size": 32})]
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, json.dumps(runs)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        for _ in runs:
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.4)
            os.kill(process.pid, signal.SIGINT)
            assert process.stdout.readline() == "interrupted by Ctrl-C\n"
            step, costs, finite, same = json.loads(process.stdout.readline())
            assert step == costs > 0
            assert finite
            assert same
        assert process.stdout.readline() == "the script went on\n"
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.stderr.close()
        process.wait()
