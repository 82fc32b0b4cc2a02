"""Which processes are alive, and what the file keeps of a record."""

import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from barreleye.search.entries import columns_of, process, state_now


def test_a_process_is_alive_until_it_is_over():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    who = process(child.pid)
    assert who.startswith(f"{platform.node()} {child.pid} ")
    assert state_now("running", who) == "running"
    child.stdin.close()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and nobody has asked how
    assert state_now("running", who) == "killed"
    child.wait()
    assert state_now("running", who) == "killed"


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="this system does not tell when a process began")
def test_another_process_of_the_same_number_is_another_one():
    machine, pid, began = process(os.getpid()).split(" ")
    assert state_now("running", f"{machine} {pid} {int(began) - 1}") == "killed"


def test_of_other_machines_and_of_other_states_nothing_more_is_told():
    assert state_now("running", "elsewhere 1 0") == "running"
    assert state_now("interrupted", f"{platform.node()} 1 0") == "interrupted"


def test_scores_without_a_number_are_none():
    found = columns_of({"score": {"name": "AUC", "value": None}, "scores": {"this network": {"AUC": None, "R2": 1.0}}})
    assert (found["score"], found["scores"]) == ("AUC", '{"R2": 1.0}')


def test_seeds_are_numbers_or_nothing():
    for seed, kept in ((3, 3), (None, None), (np.random.RandomState(0), None)):
        assert columns_of({"settings": {"seed": seed}})["seed"] == kept
