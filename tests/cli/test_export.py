import sys

import numpy as np
import onnxruntime
import pytest
from typer.testing import CliRunner

import barreleye as be
from barreleye.cli.commands import app


def run(*arguments, expect=0):
    result = CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    assert result.exit_code == expect, (result.output, result.exception)
    return result.output


@pytest.fixture(autouse=True)
def trained(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    X, y = be.load_dataset("moons").X, be.load_dataset("moons").y
    be.MLPClassifier((4,), solver="lbfgs", max_iter=500, random_state=0).fit(X, y).save("m.safetensors")
    return X


def test_the_graph_stands_beside_the_model_or_where_it_is_asked_for(trained, tmp_path):
    assert run("export", "m.safetensors") == "the graph is in m.onnx\n"
    run("export", "m.safetensors", "--out", "other.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "other.onnx")
    _, P = session.run(None, {"X": trained})
    assert np.abs(P - be.load("m.safetensors").answer(trained)).max() < 1e-12


def test_what_cannot_be_meant_is_one_line(monkeypatch):
    assert "must end in .onnx" in run("export", "m.safetensors", "--out", "m.json", expect=3)
    assert "nowhere.safetensors" in run("export", "nowhere.safetensors", expect=3)
    monkeypatch.setitem(sys.modules, "ndonnx", None)
    said = run("export", "m.safetensors", expect=3)
    assert said == "error: ndonnx is not installed, which makes ONNX graphs: pip install 'barreleye[onnx]'\n"
