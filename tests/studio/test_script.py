"""The script that is taken along makes the same parameters, bit for bit."""

import numpy as np
import pytest

from barreleye.data.frame import Frame
from barreleye.data.read import read
from barreleye.studio.experiment import Edit, Experiment
from barreleye.studio.script import script
from barreleye.studio.setup import Setup

POINTS = [[0.1, 0.2, 0], [0.4, 0.1, 0], [0.9, 0.8, 1], [0.7, 0.7, 1], [0.5, -0.25, 2]]
CASES = {
    "flower": ({}, {}, [], 40),
    "start": ({}, {}, [], 0),
    "edited start": ({"name": "circles"}, {"seed": 4}, [Edit(0, "b[1]", (2, 0), -0.5)], 0),
    "edits": ({"name": "moons"}, {"batch": 16}, [Edit(0, "W[1]", (0, 1), 2.0), Edit(9, "W[2]", (0, 0), 0.125)], 30),
    "edit at the end": ({}, {}, [Edit(12, "W[1]", (0, 0), 1.5)], 12),
    "drawn": ({"name": "drawn", "points": POINTS}, {"layers": [3, 2], "activation": "relu"}, [], 25),
    "schedule": ({"name": "spiral", "options": {"m": 90, "arms": 3}}, {"schedule": "cosine", "epochs": 50}, [], 33),
    "options": ({"name": "xor", "share": 0.5}, {"dropout": 0.2, "batch_norm": True, "l2": 0.1, "clip": 1.0}, [], 21),
    "zeros": ({"name": "wine", "share": 0}, {"initializer": "zeros", "optimizer": "momentum", "rate": None}, [], 7),
    "numbers": ({"name": "diabetes"}, {"layers": []}, [], 15),
}


@pytest.mark.parametrize("case", CASES)
def test_it_makes_the_same_network_to_the_bit(case):
    data, settings, edits, step = CASES[case]
    setup = Setup().changed(data, settings)
    run = Experiment(setup, {})
    run.replay(edits, step)
    names: dict = {}
    exec(script(setup, run.edits, step), names)
    made = names["progress"].parameters if step else names["parameters"]
    assert made.named().keys() == run.state.parameters.named().keys()
    for name, array in run.state.parameters.named().items():
        assert np.array_equal(array, made.named()[name]), name


def test_a_table_is_read_from_where_it_was(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("a,b,c\n" + "".join(f"{i * i % 7.3:.2f},{i % 3},{'xy'[i % 2]}\n" for i in range(40)))
    frame: Frame = read(file)[0]
    setup = Setup().changed({"name": "own.csv"})
    run = Experiment(setup, {"own.csv": frame})
    run.forward(10)
    names: dict = {}
    exec(script(setup, [], 10, str(file)), names)
    made = names["progress"].parameters.named()
    assert all(np.array_equal(array, made[name]) for name, array in run.state.parameters.named().items())
