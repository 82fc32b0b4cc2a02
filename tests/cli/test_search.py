"""``barreleye search``, as a user meets it."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from barreleye import load
from barreleye.cli.commands import app
from barreleye.search.history import History

QUICK = ["--recipe", "plain", "--epochs", "4", "--engine", "numpy"]
SPACE = 'rate = [0.001, 0.1, "log"]\nlayers = ["4", "8"]\n'


def run(*arguments, expect=0):
    result = CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == expect, result.output
    return result.output


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BARRELEYE_HISTORY", str(tmp_path / "history.sqlite"))
    (tmp_path / "space.toml").write_text(SPACE)
    return tmp_path


def test_a_search_ends_as_a_training_with_the_best_settings(here):
    said = run("search", "iris", *QUICK, "--trials", 6, "--sampler", "random", "--space", "space.toml", "--folds", 2)
    assert re.search(r"search 'iris-[0-9a-f]{8}': 6 trials of layers and rate", said)
    assert "judged by cost on 120 rows in 2 folds; kept in barreleye-results/iris-" in said
    assert "on the 30 rows that no model has seen" in said
    made = here / "barreleye-results" / "iris"
    record = json.loads((made / "run.json").read_text("utf-8"))
    trials = record["search"]["trials"]
    best = min((one for one in trials if one["value"] is not None), key=lambda one: one["value"])
    assert record["search"]["best"] == best
    assert record["kind"] == "search"
    assert [*map(str, record["recipe"]["layers"])] == [best["settings"]["layers"]]
    assert record["recipe"]["rate"] == best["settings"]["rate"]
    assert {"trials.png", "model.safetensors", "report.html"} <= {file.name for file in made.iterdir()}
    shown = (made / "report.html").read_text("utf-8")
    assert f'<td class="n">{best["epochs"]:.4g}</td>' in shown[shown.index('id="search"') :]
    assert load(made).network.n[1] == int(best["settings"]["layers"])


def test_the_same_command_goes_on_and_a_named_study_is_shared(here):
    how = ["search", "iris", *QUICK, "--sampler", "random", "--space", "space.toml"]
    run(*how, "--trials", 3, "--study", "mine")
    assert "3 trials made before" in run(*how, "--trials", 5, "--study", "mine")
    assert (here / "barreleye-results" / "mine.journal").exists()
    said = run(*how, "--trials", 3, "--study", "mine", "--metric", "accuracy", expect=3)
    assert "the study 'mine' was begun with measure: cost, and here it is accuracy: name another study" in said


def test_ctrl_c_keeps_the_trials_that_are_over(here):
    command = [sys.executable, "-m", "barreleye.cli", "search", "iris", "--recipe", "plain", "--epochs", "40"]
    command += ["--trials", "3000", "--study", "long", "--sampler", "random", "--engine", "numpy"]
    begun = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "200"})
    journal, began = here / "barreleye-results" / "long.journal", time.monotonic()
    while not (journal.exists() and '"epochs"' in journal.read_text()) and time.monotonic() - began < 60:
        time.sleep(0.05)
    begun.send_signal(signal.SIGINT)
    said, _ = begun.communicate(timeout=60)
    assert begun.returncode == 130
    (entry,) = History().entries()
    assert (entry.kind, entry.state) == ("search", "interrupted")
    assert len(History().read(entry.number)["search"]["trials"]) >= 1
    assert re.search(r"interrupted after \d+ trials?: the same command goes on", said)
    assert not (here / "barreleye-results" / "iris").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sampler", "bayes"], "sampler='bayes'"),
        (["--space", "none.toml"], "there is no file 'none.toml' with a space to search"),
        (["--folds", "3", "--split", "group:x"], "--folds 3: folds are drawn at random"),
        (["--minutes", "0"], "minutes=0"),
        (["--recipe", "best"], "recipe='best'"),
    ],
)
def test_what_cannot_be_meant_is_one_line(options, said, here):
    (here / "t.csv").write_text("x,z,y\n" + "".join(f"{k % 7},{k % 5},{k % 3}\n" for k in range(60)))
    out = run("search", "t.csv", "--trials", 2, *options, expect=3)
    assert said in out.replace("\n", " ")


def test_what_is_tried_is_said(here):
    (here / "grid.toml").write_text('rate = [0.001, 0.1, "log"]\nlayers = ["4", "8", "16"]\nepochs = [2, 5]')
    how = ["search", "iris", *QUICK, "--sampler", "grid", "--trials", 3, "--study", "mine", "--space"]
    said = run(*how, "grid.toml")
    assert "rate: 0.001 to 0.1 by powers\n" in said
    assert "layers: 4; 8; 16\n" in said
    assert "epochs: 2 to 5 in whole numbers\n" in said
    assert "the grid has 12 points, and 3 drawn among them are tried" in said
    said = run(*how, "space.toml", expect=3)
    assert "begun with space of epochs: 2 to 5 in whole numbers, and here it is nothing: name another study" in said


def test_a_place_that_cannot_keep_a_study_and_a_setting_without_effect_are_one_line(here):
    assert "storage 'foo://bar': Can't load plugin" in run("search", "iris", "--storage", "foo://bar", expect=3)
    (here / "sigma.toml").write_text("sigma = [0.1, 1.0]")
    said = run("search", "iris", *QUICK, "--space", "sigma.toml", expect=3)
    assert "sigma changes nothing in the recipe 'plain': leave it out of the space" in said
