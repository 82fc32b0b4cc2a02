import math

import numpy as np
import pytest

from barreleye.nn.optimizers import Adam
from barreleye.nn.structure import Network
from barreleye.training import engine_choice
from barreleye.training.batches import table
from barreleye.training.border import Rows
from barreleye.training.engine_choice import (
    JOBS_KEPT,
    XLA_COMPILE_SECONDS,
    choose_engine,
    estimate_seconds,
    new_engine,
)
from barreleye.training.loop import train
from barreleye.training.step import Recipe

PLANAR = Recipe(Network((2, 4, 1)))
WIDE = Recipe(Network((784, 512, 256, 10)))


@pytest.fixture(autouse=True)
def _a_new_process(monkeypatch):
    monkeypatch.setattr(engine_choice, "_lost", {})


@pytest.mark.parametrize(
    ("recipe", "rows", "steps", "expected", "why"),
    [
        (PLANAR, 400, 10, "numpy", "starting a compiled program"),
        (PLANAR, 400, 1000, "numpy", "compiling it"),
        (PLANAR, 400, 10**6, "xla", "compiling to pay"),
        (WIDE, 128, 1, "numpy", "less time than"),
        (WIDE, 128, 10_000, "xla", "compiling to pay"),
        (PLANAR, 32, None, "xla", "a stream may be long"),
    ],
)
def test_short_jobs_run_at_once_and_long_ones_are_compiled(recipe, rows, steps, expected, why):
    name, reason = choose_engine("auto", recipe, rows, steps, "float64")
    assert name == expected
    assert why in reason
    assert not any(character.isdigit() for character in reason)  # estimates are not right enough to be shown


@pytest.mark.parametrize("engine", ["numpy", "xla"])
def test_an_engine_that_is_named_is_taken(engine):
    assert choose_engine(engine, PLANAR, 1, 1, "float32") == (engine, "as asked for")


def test_an_unknown_engine_lists_those_there_are():
    with pytest.raises(ValueError, match=r"engine='nunpy' is unknown \(did you mean 'numpy'\?\).*auto, numpy, xla"):
        choose_engine("nunpy", PLANAR, 1, 1, "float32")


def test_a_program_that_is_compiled_is_free():
    job = (8, 2000, "float64")
    network = Network((3, 5, 2), "tanh", "identity", L2=0.5)
    assert choose_engine("auto", Recipe(network, Adam()), *job, m=40)[0] == "numpy"
    list(train(network, np.zeros((40, 3)), np.zeros((40, 2)), batch_size=8, steps=1, engine="xla"))
    another_penalty = Recipe(Network((3, 5, 2), "tanh", "identity", L2=0.1), Adam(), 0.5)
    assert choose_engine("auto", another_penalty, *job, m=40) == ("xla", "its program is compiled already")
    assert choose_engine("auto", another_penalty, 8, 1, "float64", m=40)[0] == "numpy"  # too short even so
    for other in ((9, 2000, "float64"), (8, 2000, "float32")):
        assert choose_engine("auto", another_penalty, *other, m=40)[0] == "numpy"


def test_many_short_jobs_are_compiled_when_they_have_lost_what_it_costs():
    numpy_seconds, xla_seconds = estimate_seconds(PLANAR, 400, 2000, "float64")
    jobs = int(XLA_COMPILE_SECONDS / (numpy_seconds - xla_seconds))
    taken = [choose_engine("auto", PLANAR, 400, 2000, "float64") for _ in range(jobs + 2)]
    assert jobs > 2
    assert [name for name, _ in taken] == ["numpy"] * jobs + ["xla"] * 2
    assert [reason for _, reason in taken[-2:]] == [
        "long enough for compiling to pay, with those like it before",
        "its program is compiled already",
    ]


def test_jobs_too_short_for_a_compiled_program_never_add_up():
    assert {choose_engine("auto", PLANAR, 400, 20, "float64")[0] for _ in range(2000)} == {"numpy"}


def test_the_same_calls_in_a_new_process_take_the_same_engines(monkeypatch):
    """The engines agree to rounding, so a program that is run again must meet the same ones to give the same bits."""

    def calls():
        return [choose_engine("auto", PLANAR, 400, steps, "float64") for steps in range(100, 10_000, 300)]

    first = calls()
    assert {name for name, _ in first} == {"numpy", "xla"}
    monkeypatch.setattr(engine_choice, "_lost", {})
    assert calls() == first


def test_what_is_remembered_is_bounded_and_the_job_used_last_stays():
    choose_engine("xla", PLANAR, 400, 10, "float64")
    for n in range(1, 5 * JOBS_KEPT):
        choose_engine("auto", Recipe(Network((n, 1))), 400, 1000, "float64")
        choose_engine("auto", PLANAR, 400, 10, "float64")
    assert len(engine_choice._lost) == JOBS_KEPT
    assert math.inf in engine_choice._lost.values()


@pytest.mark.parametrize("which", ["rows", "steps", "recipe", "dtype"])
def test_more_work_takes_longer(which):
    less = {"recipe": PLANAR, "rows": 100, "steps": 1000, "dtype": "float32"}
    more = less | {which: {"rows": 10**5, "steps": 10**5, "recipe": WIDE, "dtype": "float64"}[which]}
    for a, b in zip(estimate_seconds(**less), estimate_seconds(**more), strict=True):
        assert a < b


@pytest.mark.parametrize("name", ["numpy", "xla"])
def test_engines_by_name(name):
    source = table(Rows(np.zeros((3, 2)), np.zeros((3, 1)), None), 2, seed=0)
    assert new_engine(name, source, 0, "cpu").name == name
