"""Several processes: they give what one gives, whatever befalls them. Few tests: each start of JAX takes seconds."""

import inspect
import os
import re
import signal
import socket
import sys
import warnings

import cloudpickle
import numpy as np
import pytest

from barreleye.nn.structure import Network
from barreleye.training import crew, processes
from barreleye.training.hosts import hosts_of
from barreleye.training.loop import train
from barreleye.training.processes import Processes
from barreleye.training.transforms import Transform

RICH = Network((5, 8, 6, 3), "relu", "softmax", batch_norm=True, keep_prob=0.8, L2=0.3, L1=0.01)
PLAIN = Network((5, 3), head="softmax")


cloudpickle.register_pickle_by_value(sys.modules[__name__])


class Halved(Transform):
    """Of a module that no other process can import: it goes there whole."""

    def __call__(self, change, t):
        return change._replace(gradients=change.gradients.map(lambda g: g / 2))


@pytest.fixture
def asked():
    """37 rows in batches of 7, which two processes cannot share evenly, with all that looks at more than one row."""
    rng = np.random.default_rng(0)
    X, Y, weights = rng.normal(size=(37, 5)), np.eye(3)[rng.integers(0, 3, 37)], rng.uniform(0.2, 2, 37)
    aside = rng.normal(size=(11, 5)), np.eye(3)[rng.integers(0, 3, 11)]
    told = {"weights": weights, "validation": aside, "clip_norm": 0.05, "transforms": [Halved()]}
    return {"X": X, "Y": Y, "batch_size": 7, "epochs": 5, "learning_rate": 0.05, **told}


@pytest.fixture
def as_alone(asked, assert_same):
    """A function that fails unless the last Progress of a run is that of NumPy on the joined batches."""

    def check(last):
        *_, alone = train(last.network, **asked, engine="numpy")
        assert last.step == alone.step
        assert_same(last.state, alone.state, rtol=1e-12, atol=1e-12)
        assert last.validation_cost == pytest.approx(alone.validation_cost, rel=1e-12)

    return check


def test_processes_started_by_ssh_give_what_one_gives(asked, as_alone, tmp_path, monkeypatch, capfd):
    """In place of ssh stands a script that starts what it is told here, and notes on which host it was to be."""
    ssh = tmp_path / "ssh"
    ssh.write_text(f'#!/bin/sh\necho "$1" >> "{tmp_path}/hosts"\nshift\nexec sh -c "$@"\n')
    ssh.chmod(0o700)
    monkeypatch.setenv("BARRELEYE_SSH", str(ssh))
    *_, last = train(RICH, **asked, processes=["127.0.0.1", "localhost"])
    as_alone(last)
    assert last.engine_reason.en == "processes that share each batch: 2"
    assert (tmp_path / "hosts").read_text() == "127.0.0.1\n"
    assert "Gloo" not in capfd.readouterr().err


def test_a_port_taken_a_process_killed_and_one_that_hangs_change_nothing(asked, as_alone, monkeypatch):
    taken = socket.create_server(("127.0.0.1", 0))
    ports = iter([taken.getsockname()[1]])
    free = Processes._port
    monkeypatch.setattr(Processes, "_port", lambda engine, crew: next(ports, None) or free(engine, crew))
    run = train(PLAIN, **asked, processes=2)
    with taken, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        next(run)
        began = inspect.getgeneratorlocals(run)["self"].engine._crew.pids
        assert os.getpgid(began[1]) != os.getpgid(0), "Ctrl-C would reach it"
        os.kill(began[1], signal.SIGKILL)
        next(run)
        began = inspect.getgeneratorlocals(run)["self"].engine._crew.pids
        monkeypatch.setattr(processes, "LEAST_SECONDS", 4.0)
        os.kill(began[0], signal.SIGSTOP)
        *_, last = run
    said = [str(one.message) for one in told]
    assert len(said) == 3
    assert re.fullmatch(r"process 0 .*; all are started again, from step 0", said[0])
    assert said[1] == "process 1 (localhost) ended with signal SIGKILL; all are started again, from step 6"
    assert said[2].startswith("no answer for ")
    assert "; all are started again, from step 12" in said[2]
    as_alone(last)


def test_after_some_restarts_training_is_given_up(asked, monkeypatch):
    monkeypatch.setattr(crew, "command", lambda host, rank: [sys.executable, "-c", "raise SystemExit(7)"])
    run = train(PLAIN, **asked, processes=2)
    with (
        pytest.warns(UserWarning, match="started again, from step 0") as told,
        pytest.raises(RuntimeError, match=r"\(localhost\) ended with status 7, after 3 restarts: training is given up"),
    ):
        next(run)
    assert len(told) == processes.MOST_RESTARTS


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        ({"processes": 0}, ValueError, "processes=0"),
        ({"processes": "red"}, TypeError, r"processes='red' must be a number, or a list of hosts: pass \['red'\]"),
        ({"processes": ["red", ""]}, ValueError, "must name hosts"),
        ({"processes": []}, ValueError, "must name hosts"),
        ({"processes": 2, "engine": "numpy"}, ValueError, "engine='numpy' works in its own process, and 2 were asked"),
        ({"processes": 2, "device": "gpu"}, ValueError, "processes=2 with device='gpu': one process works with all"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_started(wrong, error, said, asked):
    with pytest.raises(error, match=said):
        train(PLAIN, **asked, **wrong)


def test_one_process_is_the_one_that_asks():
    assert hosts_of(1) == ()
    assert hosts_of(3) == ("localhost",) * 3
    assert hosts_of(["red"], "gpu") == ("red",)
