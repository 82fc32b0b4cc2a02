import subprocess
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


def test_each_form_stands_beside_the_model_or_where_it_is_asked_for(trained, tmp_path):
    assert run("export", "m.safetensors", "--onnx") == "the graph is in m.onnx\n"
    said = run("export", "m.safetensors", "--python", "--torch", "--onnx", "other.onnx")
    assert [line.split()[-1] for line in said.splitlines()] == ["other.onnx", "m.py", "m_torch.py"]
    assert "import torch" in (tmp_path / "m_torch.py").read_text(encoding="utf-8").splitlines()
    _, P = onnxruntime.InferenceSession(tmp_path / "other.onnx").run(None, {"X": trained})
    assert np.abs(P - be.load("m.safetensors").answer(trained)).max() < 1e-12
    np.savetxt("rows.csv", trained, delimiter=",", header="x1,x2", comments="")
    out = subprocess.run([sys.executable, "m.py", "rows.csv"], capture_output=True, text=True, check=True).stdout
    assert list(map(int, out.split())) == be.load("m.safetensors").predict(trained).tolist()


def test_a_folder_of_a_run_holds_its_forms_and_chinese_ones_speak_chinese(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "m.safetensors").rename(tmp_path / "run" / "model.safetensors")
    assert run("export", "run", "--python", "--lang", "zh").endswith("run/model.py\n")
    assert "不需要 Barreleye" in (tmp_path / "run" / "model.py").read_text(encoding="utf-8")


def test_what_cannot_be_meant_is_one_line(monkeypatch):
    assert "name --onnx, --python, --torch or several" in run("export", "m.safetensors", expect=3)
    assert "must end in .onnx" in run("export", "m.safetensors", "--onnx", "m.json", expect=3)
    assert "two forms go to the same file" in run(
        "export", "m.safetensors", "--python", "a.py", "--torch", "./a.py", expect=3
    )
    assert "nowhere.safetensors" in run("export", "nowhere.safetensors", "--python", expect=3)
    monkeypatch.setitem(sys.modules, "ndonnx", None)
    said = run("export", "m.safetensors", "--onnx", expect=3)
    assert said == "error: ndonnx is not installed, which makes ONNX graphs: pip install 'barreleye[onnx]'\n"
