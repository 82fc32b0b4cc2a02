"""A run's files: each run keeps its own, and a disk that is full is told while something can be done."""

import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import pytest
from typer.testing import CliRunner

from barreleye.cli.commands import app
from barreleye.files import tensors
from barreleye.models.folder import new_folder, results_folder, room_for
from barreleye.models.model import load
from barreleye.nn.structure import Network

QUICK = ["--epochs", "3", "--engine", "numpy", "--recipe", "plain"]


def train(*words, expect=0):
    result = CliRunner().invoke(app, ["train", "iris", *QUICK, *map(str, words)], env={"COLUMNS": "200"})
    assert result.exit_code == expect, result.output
    return result.output


def weights(path):
    return load(path / "model.safetensors").parameters.W[1]


def test_each_run_has_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for seed, name in enumerate(("iris", "iris-2", "iris-3")):
        assert f"saved in barreleye-results/{name}: model.safetensors" in train("--seed", seed)
    found = [weights(tmp_path / "barreleye-results" / name) for name in ("iris", "iris-2", "iris-3")]
    assert len({W.tobytes() for W in found}) == 3


def test_a_folder_that_was_asked_for_holds_the_newest_run_and_keeps_the_earlier_ones(tmp_path):
    for seed in range(3):
        text = train("--seed", seed, "--out", tmp_path / "mine")
    assert f"the files of an earlier run are in {tmp_path / 'mine' / 'earlier-2'}" in text
    folders = [tmp_path / "mine", tmp_path / "mine" / "earlier", tmp_path / "mine" / "earlier-2"]
    for seed, folder in zip((2, 0, 1), folders, strict=True):
        train("--seed", seed, "--out", tmp_path / f"{seed}")
        np.testing.assert_array_equal(weights(folder), weights(tmp_path / f"{seed}"))
        assert (folder / "cost.png").exists()


TWO = """
import sys, time
from pathlib import Path
import barreleye.cli.training as training
seed, here = sys.argv.pop(), Path.cwd()
real_watch, real_report = training.watch, training.report
def watch(*of):
    found = real_watch(*of)
    (here / f"trained {seed}").touch()
    return found
def report(*of):  # the first run stays here until the second is about to leave its files, too
    while seed == "1" and not (here / "trained 2").exists():
        time.sleep(0.01)
    time.sleep(0.3)
    return real_report(*of)
training.watch, training.report = watch, report
while seed == "2" and not (here / "trained 1").exists():
    time.sleep(0.01)
quick = ["--epochs", "3", "--engine", "numpy", "--recipe", "plain"]
sys.argv += ["train", "iris", *quick, "--out", "mine", "--seed", seed]
from barreleye.cli import main
main()
"""


def test_two_runs_into_one_folder_at_once_lose_neither(tmp_path):
    """The second is trained while the first is between its model and its record, and waits with its own."""
    both = [
        subprocess.Popen([sys.executable, "-c", TWO, seed], cwd=tmp_path, stdout=subprocess.DEVNULL) for seed in "12"
    ]
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    for seed, folder in ((1, "mine/earlier"), (2, "mine")):
        run = json.loads((tmp_path / folder / "run.json").read_text("utf-8"))
        assert run["settings"]["seed"] == seed
        train("--seed", seed, "--out", tmp_path / f"{seed}")
        np.testing.assert_array_equal(weights(tmp_path / folder), weights(tmp_path / f"{seed}"))
        assert (tmp_path / folder / "cost.png").exists()


def test_files_of_ones_own_stay_where_they_are(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    assert "earlier" not in train("--out", tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_new_folder_is_never_one_that_is_there(tmp_path):
    (tmp_path / "a").touch()
    (tmp_path / "a-2").mkdir()
    assert new_folder(tmp_path / "a") == tmp_path / "a-3"
    assert new_folder(tmp_path / "b" / "c") == tmp_path / "b" / "c"


def test_a_run_that_leaves_nothing_leaves_no_folder_either(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    for out in (None, tmp_path / "new", tmp_path / "mine"):
        with results_folder(out, "iris") as folder:
            assert folder.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["barreleye-results", "mine"]
    assert list((tmp_path / "barreleye-results").iterdir()) == []
    with results_folder(None, "iris") as folder:
        (folder / "run.json").touch()
    assert folder.exists()


def full(*_):
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_told_before_training_and_leaves_no_empty_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "posix_fallocate", full)
    text = train("--out", tmp_path / "new", expect=3)
    assert "No space left on device" in text
    assert "make room, or choose another folder with --out" in text
    assert "steps in" not in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("members", [1, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_room_is_that_of_the_weights_and_the_pictures(dtype, members, tmp_path):
    network = Network((1000, 500, 2))
    with room_for(network, members, dtype, tmp_path) as room:
        size = os.fstat(room.fileno()).st_size
    needed = members * (1000 * 500 + 500 * 2 + 502) * np.dtype(dtype).itemsize
    assert needed < size < 1.1 * needed + 2**20


@pytest.fixture
def filled(tmp_path, monkeypatch):
    """A disk that is full when the model is to be saved in the folders of that name, and a temporary folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    real = tensors.write_atomically

    def fill(*names):
        def write(path, data):
            if set(names) & set(path.parts):
                raise OSError(28, "could not write (No space left on device)", str(path))
            real(path, data)

        monkeypatch.setattr(tensors, "write_atomically", write)

    return fill


@pytest.mark.parametrize(("names", "where"), [(("out",), "temporary"), (("out", "temporary"), "home")])
def test_a_model_that_finds_no_room_at_the_end_is_saved_elsewhere_and_it_is_said_where(names, where, filled, tmp_path):
    filled(*names)
    text = train("--out", tmp_path / "out", expect=3)
    instead = tmp_path / where / "barreleye-out"
    assert f"No space left on device): '{tmp_path / 'out' / 'model.safetensors'}'; the model is in '{instead}'" in text
    assert "this network" in text
    assert weights(instead).shape == (64, 4)
    assert (instead / "cost.png").exists()


def test_a_model_that_finds_no_room_anywhere_is_said_to_be_lost(filled, tmp_path):
    filled("out", "temporary", "home")
    assert "nor at home: the model is lost" in train("--out", tmp_path / "out", expect=3)
    assert not list(tmp_path.rglob("barreleye-*"))


def test_a_picture_that_cannot_be_written_loses_no_model(tmp_path, monkeypatch):
    monkeypatch.setattr("barreleye.insight.style.write_atomically", full)
    text = train("--out", tmp_path, expect=3)
    assert "saved in" in text
    assert "No space left on device" in text
    assert weights(tmp_path).shape == (64, 4)
