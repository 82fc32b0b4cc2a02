"""The bench: commands, two runs side by side, what is wrong, what is taken along."""

import numpy as np
import pytest

from barreleye.files.model_file import load_model
from barreleye.studio import bench as bench_module
from barreleye.studio.bench import COMMANDS, Bench


def bench_at(steps, **settings):
    bench = Bench({})
    if settings:
        bench.do({"do": "set", "settings": settings})
    if steps:
        bench.do({"do": "step", "steps": steps})
    return bench


def numbers(run):
    return np.concatenate([p.ravel() for p in run.state.parameters.arrays()])


def test_a_command_or_an_argument_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match=r"do='plya' is unknown .did you mean 'play'"):
        Bench({}).do({"do": "plya"})
    with pytest.raises(ValueError, match=r"argument of go='stpe' is unknown .did you mean 'step'"):
        Bench({}).do({"do": "go", "stpe": 3})
    with pytest.raises(ValueError, match="do=None is unknown"):
        Bench({}).do({})


def test_a_setting_that_cannot_be_leaves_the_run_as_it_is():
    bench = bench_at(7)
    with pytest.raises(ValueError, match="rate=0 must be"):
        bench.do({"do": "set", "settings": {"rate": 0}})
    assert bench.runs[0].step == 7


def test_the_second_run_has_the_same_start_and_differs_in_one_setting():
    bench = bench_at(0)
    bench.do({"do": "compare", "settings": {"rate": 0.3}})
    assert np.array_equal(*map(numbers, bench.runs))
    bench.do({"do": "step", "steps": 20})
    assert [run.step for run in bench.runs] == [20, 20]
    assert not np.array_equal(*map(numbers, bench.runs))
    assert bench.runs[0].setup.data == bench.runs[1].setup.data
    bench.do({"do": "go", "step": 5})
    assert [run.step for run in bench.runs] == [5, 5]
    first = numbers(bench_at(5).runs[0])
    assert np.array_equal(numbers(bench.runs[0]), first)
    bench.do({"do": "compare"})
    assert len(bench.runs) == 1


def test_what_an_address_says_is_there_again():
    bench = bench_at(12, layers=[4])
    bench.do({"do": "edit", "name": "W[1]", "place": [0, 1], "value": 2.0})
    bench.do({"do": "step", "steps": 8})
    side = bench.shown()[0]["sides"][0]
    other = Bench({})
    other.do({"do": "open", "setup": side["setup"], "edits": side["edits"], "step": side["step"]})
    assert np.array_equal(numbers(bench.runs[0]), numbers(other.runs[0]))


def test_it_plays_at_its_pace_until_it_is_paused(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(bench_module.time, "perf_counter", lambda: now[0])
    bench = Bench({})
    bench.do({"do": "pace", "steps": 32})
    bench.do({"do": "play"})
    for _ in range(8):
        now[0] += 0.125
        bench.advance()
    assert bench.runs[0].step == 32
    bench.do({"do": "pause"})
    assert not bench.playing


def test_an_epoch_ends_where_it_ends():
    bench = bench_at(3, batch=32)
    per_epoch = bench.runs[0].plan.source.steps_per_epoch
    bench.do({"do": "step"})
    assert bench.runs[0].step == per_epoch
    bench.do({"do": "step"})
    assert bench.runs[0].step == 2 * per_epoch


def test_a_rate_that_is_too_high_is_seen_and_confirmed_by_its_experiment():
    bench = bench_at(200, optimizer="gd", rate=60.0)
    assert "BE301" in [finding["code"] for finding in bench.shown()[0]["findings"]]
    found = bench.do({"do": "diagnose"})["findings"]
    assert found[0]["code"] == "BE301"
    assert found[0]["confirmed"]
    assert found[0]["trial"]["zh"]


def test_the_numbers_of_a_sample_agree_with_their_finite_differences():
    bench = bench_at(30, layers=[3])
    bench.do({"do": "look", "sample": 4, "unit": {"1": 2}})
    facts = bench.shown()[0]
    assert facts["looked"]["sample"] == 4
    assert facts["looked"]["unit"][1] == 2
    steps = {step["name"]: step for step in facts["steps"]}
    assert steps["dW[1]"]["equation"] == "dW[1] = (1/m) dZ[1] A[0]ᵀ"
    assert all(step["agrees"] for step in facts["steps"] if step["agrees"] is not None)
    with pytest.raises(ValueError, match="sample=9999 is out of range"):
        bench.do({"do": "look", "sample": 9999})
    assert bench.shown()[0]["looked"]["sample"] == 4


def test_what_was_looked_into_does_not_outlive_its_rows():
    bench = bench_at(5)
    bench.do({"do": "look", "sample": 200})
    bench.do({"do": "set", "data": {"name": "xor", "options": {"m": 8}}})
    assert bench.shown()[0]["looked"]["sample"] < 8


def test_the_model_that_is_taken_along_is_the_one_of_this_step(tmp_path):
    bench = bench_at(40)
    bench.do({"do": "go", "step": 25})
    file = tmp_path / "model.safetensors"
    file.write_bytes(bench.do({"do": "take", "what": "model"}))
    assert np.array_equal(load_model(file).parameters.W[1], bench.runs[0].state.parameters.W[1])


def test_each_command_says_what_it_does():
    assert all(command.__doc__ for command in COMMANDS.values())
