"""Frames: laid out as safetensors, and showing what the model answers and the equations compute."""

import json

import numpy as np
import pytest
from safetensors.numpy import load

from barreleye.data.frame import Frame, Numbers, frame_of
from barreleye.models.worth import plain
from barreleye.nn.network import backward, forward
from barreleye.studio.experiment import Experiment
from barreleye.studio.frames import bare, encoded, shown
from barreleye.studio.plane import SIDE, plane_of
from barreleye.studio.setup import Setup


def run_of(data, settings=None, steps=60):
    run = Experiment(Setup().changed(data, settings or {}), {})
    run.forward(steps)
    return run, plane_of(run.ready, run.setup.data.plane)


def test_a_frame_is_read_by_safetensors_own_reader():
    run, plane = run_of({})
    facts, arrays = shown(run, plane)
    sent = encoded({"sides": [facts]}, arrays)
    read = load(sent)
    assert read.keys() == arrays.keys()
    assert all(np.array_equal(read[name], arrays[name], equal_nan=True) for name in arrays)
    header = json.loads(sent[8 : 8 + int.from_bytes(sent[:8], "little")])
    assert json.loads(header["__metadata__"]["facts"])["sides"][0]["step"] == 60
    for name, entry in header.items():  # a page views numbers in place, which asks for their alignment
        if name != "__metadata__":
            assert entry["data_offsets"][0] % {"F32": 4, "I32": 4, "U8": 1}[entry["dtype"]] == 0


def test_json_holds_no_number_that_is_none():
    told = plain({"a": [float("nan"), 1.0, {"b": float("inf")}], "c": (2,)})
    assert json.loads(json.dumps(told, allow_nan=False)) == {"a": [None, 1.0, {"b": None}], "c": [2]}


@pytest.mark.parametrize("name", ["flower", "spiral", "iris"])
def test_the_picture_is_what_the_model_answers_there(name):
    run, plane = run_of({"name": name})
    arrays = shown(run, plane)[1]
    axes = [np.linspace(*limits, SIDE) for limits in plane.limits]
    for row, column in ((0, 0), (SIDE - 1, 3), (40, 77)):
        there = {
            one: Numbers(np.array([axis[i]])) for one, axis, i in zip(plane.names, axes, (column, row), strict=True)
        }
        others = {
            one: Numbers(np.array([np.sort(run.ready.frame[one].values)[run.ready.frame.m // 2]]))
            for one in run.ready.table.inputs
            if one not in there
        }
        P = bare(run).answer(Frame({**others, **there}, 1))[0]
        assert arrays["answer"][row, column] == P.argmax()
        K = len(P)
        assert arrays["sure"][row, column] == pytest.approx(255 * (P.max() - 1 / K) / (1 - 1 / K), abs=0.51)


def test_units_are_pictures_of_their_activation():
    run, plane = run_of({}, {"layers": [6, 3]})
    arrays = shown(run, plane)[1]
    A = forward(run.job.network, run.state.parameters, plane.X.T).A
    assert [arrays[f"units{l}"].shape for l in range(4)] == [(n, SIDE // 3, SIDE // 3) for n in (2, 6, 3, 1)]
    one = A[2][1].reshape(SIDE, SIDE)
    sampled = one[::3, ::3]
    assert arrays["units2"][1] == pytest.approx(128 + 127 * sampled / np.abs(sampled).max(), abs=1)


def test_spreads_are_those_of_the_two_passes():
    run, plane = run_of({"name": "moons"}, {"activation": "relu"})
    X, Y, _ = run.job.rows.columns
    trace = forward(run.job.network, run.state.parameters, X)
    gradients = backward(run.job.network, run.state.parameters, trace, Y)
    Z, A, dZ, ratio, still = shown(run, plane)[1]["spread"][0]
    assert (Z, A, dZ) == pytest.approx([np.std(v) for v in (trace.Z[1], trace.A[1], gradients.dZ[1])], rel=1e-6)
    W, dW = run.state.parameters.W[1], gradients.dW[1]
    assert ratio == pytest.approx(np.linalg.norm(dW) / np.linalg.norm(W), rel=1e-6)
    assert still == np.mean(np.ptp(trace.A[1], axis=1) < 1e-12)


def test_updates_are_what_the_next_step_changes():
    run, plane = run_of({"name": "moons"}, {"optimizer": "momentum", "rate": 0.1})
    said = shown(run, plane)[1]["updates"]
    before = {l: W.copy() for l, W in run.state.parameters.W.items()}
    run.forward(1)
    after = run.state.parameters.W
    assert said == pytest.approx(
        [np.linalg.norm(after[l] - before[l]) / np.linalg.norm(before[l]) for l in (1, 2)], rel=1e-5
    )


def test_dead_units_stand_still():
    run, plane = run_of({"name": "moons"}, {"activation": "relu"}, 5)
    for unit in range(4):
        run.edit("b[1]", (unit, 0), -1e3)
    assert shown(run, plane)[1]["spread"][0, 4] >= 0.5


def test_who_is_taken_for_whom_counts_each_row_once():
    run, plane = run_of({"name": "iris"})
    arrays = shown(run, plane)[1]
    assert arrays["confusion"].sum() == len(arrays["rows"]) == 150
    assert np.trace(arrays["confusion"]) == (arrays["truth"] == arrays["told"]).sum()


def test_numbers_are_a_curve_over_one_column_and_a_surface_over_two():
    x = np.linspace(-1, 1, 50)
    one = Experiment(Setup().changed({"name": "own"}), {"own": Frame({"x": Numbers(x), "y": Numbers(x**2)}, 50)})
    one.forward(20)
    arrays = shown(one, plane_of(one.ready, None))[1]
    assert arrays["line"].shape == (SIDE,)
    assert "answer" not in arrays
    assert shown(*run_of({"name": "diabetes"}))[1]["answer"].shape == (SIDE, SIDE)


def test_a_table_without_numbers_has_no_plane():
    frame = frame_of({"town": ["Oslo", "Turku", "Bergen", "Oslo"] * 10, "y": ["a", "b", "a", "a"] * 10})
    run = Experiment(Setup().changed({"name": "own"}), {"own": frame})
    assert plane_of(run.ready, None) is None
    facts, arrays = shown(run, None)
    assert "plane" not in facts
    assert arrays["confusion"].shape == (2, 2)


def test_a_plane_of_columns_that_are_no_numbers_is_refused():
    with pytest.raises(ValueError, match="plane='nope' is unknown"):
        plane_of(run_of({}, steps=1)[0].ready, ("nope", "x1"))


def test_many_rows_make_no_larger_frame():
    run, plane = run_of({"name": "moons", "options": {"m": 30_000}}, {"batch": 64}, 2)
    arrays = shown(run, plane)[1]
    assert len(arrays["rows"]) <= 4000
    assert len(encoded({"sides": []}, arrays)) < 2**18
