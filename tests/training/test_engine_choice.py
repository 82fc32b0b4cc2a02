import sys

import numpy as np
import pytest

from barreleye.nn.optimizers import Adam
from barreleye.nn.structure import Network
from barreleye.training.engine_choice import choose_engine, estimate_seconds
from barreleye.training.loop import train
from barreleye.training.step import Recipe

PLANAR = Recipe(Network((2, 4, 1)))
WIDE = Recipe(Network((784, 512, 256, 10)))


@pytest.mark.parametrize(
    ("recipe", "rows", "steps", "expected"),
    [
        (PLANAR, 400, 10, "numpy"),
        (PLANAR, 400, 10**6, "xla"),
        (WIDE, 128, 1, "numpy"),
        (WIDE, 128, 10_000, "xla"),
        (PLANAR, 32, None, "xla"),
    ],
)
def test_short_jobs_run_at_once_and_long_ones_are_compiled(recipe, rows, steps, expected):
    name, reason = choose_engine("auto", recipe, rows, steps, "float64")
    assert name == expected
    assert ("a stream may be long" in reason) if steps is None else ("on NumPy" in reason and "compiled" in reason)


@pytest.mark.parametrize("engine", ["numpy", "xla"])
def test_an_engine_that_is_named_is_taken(engine):
    assert choose_engine(engine, PLANAR, 1, 1, "float32") == (engine, "as asked for")


def test_an_unknown_engine_lists_those_there_are():
    with pytest.raises(ValueError, match=r"engine='nunpy' is unknown \(did you mean 'numpy'\?\).*auto, numpy, xla"):
        choose_engine("nunpy", PLANAR, 1, 1, "float32")


def test_the_choice_depends_on_the_job_alone(monkeypatch):
    """The engines agree to rounding, so a run that is repeated must meet the same engine to give the same bits."""
    network = Network((3, 5, 2), "tanh", "identity", L2=0.5)
    recipe = Recipe(network, Adam())
    before = [choose_engine("auto", recipe, 8, steps, "float64") for steps in range(100, 10_000, 300)]
    assert {name for name, _ in before} == {"numpy", "xla"}
    list(train(network, np.zeros((40, 3)), np.zeros((40, 2)), batch_size=8, steps=1, engine="xla"))
    assert [choose_engine("auto", recipe, 8, steps, "float64") for steps in range(100, 10_000, 300)] == before
    monkeypatch.delitem(sys.modules, "jax")
    assert [choose_engine("auto", recipe, 8, steps, "float64") for steps in range(100, 10_000, 300)] == before


@pytest.mark.parametrize("which", ["rows", "steps", "recipe", "dtype"])
def test_more_work_takes_longer(which):
    less = {"recipe": PLANAR, "rows": 100, "steps": 1000, "dtype": "float32"}
    more = less | {which: {"rows": 10**5, "steps": 10**5, "recipe": WIDE, "dtype": "float64"}[which]}
    for a, b in zip(estimate_seconds(**less), estimate_seconds(**more), strict=True):
        assert a < b
