"""``barreleye runs`` and ``barreleye compare``, as a user meets them after a few trainings."""

import json
import os
import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from barreleye import History
from barreleye.cli.commands import app

QUICK = ["--epochs", "5", "--layers", "6", "--engine", "numpy"]


def run(*arguments, expect=0):
    result = CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == expect, result.output
    return result.output


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder of one's own, where a history is kept as it is by default."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BARRELEYE_HISTORY")
    return tmp_path


@pytest.fixture
def trained(here):
    for seed, data in enumerate(("iris", "iris", "diabetes")):
        run("train", data, *QUICK, "--seed", seed)
    return here


def test_a_training_is_entered_with_everything_that_was_said(here):
    run("train", "iris", *QUICK, "--seed", 7)
    left = json.loads((here / "barreleye-results" / "iris" / "run.json").read_text("utf-8"))
    kept = json.loads(run("runs", "show", 1))
    assert kept.items() >= left.items()
    assert kept["folder"] == str(here / "barreleye-results" / "iris")
    assert (kept["kind"], kept["state"], kept["settings"]["seed"]) == ("train", "done", 7)
    assert kept["score"] == {"name": "log-loss", "value": kept["scores"]["this network"]["log-loss"]}
    assert len(kept["curves"]["cost"]) == 5
    assert re.fullmatch("[0-9a-f]{16}", kept["fingerprint"])


def test_runs_are_listed_the_newest_first_and_filtered(trained):
    lines = run("runs").splitlines()
    assert lines[0].split() == ["run", "begun", "took", "kind", "table", "target", "score", "state", "folder"]
    assert [line.split()[0] for line in lines[1:]] == ["3", "2", "1"]
    assert re.search(r"^3 .* train +diabetes +progression +RMSE +\d+\.\d+ +done +barreleye-results/diabetes$", lines[1])
    entries = json.loads(run("runs", "--json", "--source", "iris", "--best", "log-loss"))
    losses = [one["scores"]["log-loss"] for one in entries]
    assert losses == sorted(losses)
    assert sorted(one["number"] for one in entries) == [1, 2]
    assert run("runs", "--limit", 1).splitlines()[2:] == ["  and 2 more: --limit"]
    assert run("runs", "--kind", "search") == "no run is like that\n"


def test_what_differs_is_shown_with_the_curves_over_each_other(trained):
    text = run("compare", 1, 2, "--out", "curves.png")
    assert re.search(r"^settings +run 1 +run 2\nseed +0 +1$", text, re.MULTILINE)
    assert re.search(r"^results +run 1 +run 2$", text, re.MULTILINE)
    one, other = (json.loads(run("runs", "show", k))["scores"]["this network"]["log-loss"] for k in (1, 2))
    assert re.search(rf"^log-loss +{one:.5g} +{other:.5g}$", text, re.MULTILINE)
    assert "layers" not in text
    assert (trained / "curves.png").read_bytes().startswith(b"\x89PNG")
    folders = [os.path.join("barreleye-results", name) for name in ("iris", "iris-2")]
    cells = [line.split() for line in run("compare", *folders).splitlines()]
    assert cells[0] == ["settings", *folders]
    assert [row[-2:] for row in cells[1:2]] == [["0", "1"]]


def test_runs_are_taken_elsewhere(trained):
    assert "3 runs written to all.jsonl and mlruns" in run(
        "runs", "export", "--jsonl", "all.jsonl", "--mlflow", "mlruns"
    )
    lines = [json.loads(line) for line in (trained / "all.jsonl").read_text("utf-8").splitlines()]
    assert [line["number"] for line in lines] == [1, 2, 3]
    assert len(list((trained / "mlruns").glob("*/*/metrics/validation cost"))) == 3
    run("runs", "export", 2, "--jsonl", "one.jsonl")
    assert json.loads((trained / "one.jsonl").read_text("utf-8"))["settings"]["seed"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["runs", "show", "9"], "holds no run 9: `barreleye runs` lists"),
        (["runs", "--kind", "fits"], r"kind='fits' is unknown \(did you mean 'fit'"),
        (["runs", "--best", "f1"], "best='f1' is unknown"),
        (["runs", "--since", "monday"], "since='monday' must be a day"),
        (["runs", "--limit", "0"], "--limit does not fit: it must be 1 or more"),
        (["runs", "shw"], "No such command 'shw'"),
        (["runs", "export"], "name --jsonl FILE, --mlflow FOLDER or both"),
        (["runs", "export", "--jsonl", "a.json"], "must end in .jsonl"),
        (["runs", "export", "one", "--jsonl", "a.jsonl"], "does not fit: it must be a whole number"),
        (["compare", "1"], "1 alone: name two runs or more"),
        (["compare", "1", "1"], "1 is named twice"),
        (["compare", "1", "iris"], "no run whose files are in 'iris'"),
        (["compare", "1", "2", "--out", "a.jpg"], "must end in .png"),
    ],
)
def test_what_cannot_be_meant_is_one_line_and_status_3(arguments, said, here):
    for seed in (0, 1):
        History().record({"kind": "train", "source": "iris", "score": {"name": "AUC", "value": seed / 2}})
    assert re.search(said, run(*arguments, expect=3))


def test_without_a_history_it_is_said_so(here, monkeypatch):
    assert "there is no history 'barreleye-results/history.sqlite' yet" in run("runs", expect=3)
    monkeypatch.setenv("BARRELEYE_HISTORY", "off")
    assert "BARRELEYE_HISTORY=off: no history is kept" in run("runs", expect=3)
    run("train", "iris", *QUICK)
    assert not list(here.rglob("history.sqlite*"))
    run("train", "iris", *QUICK)
    monkeypatch.delenv("BARRELEYE_HISTORY")
    assert "no difference" in run("compare", "barreleye-results/iris", "barreleye-results/iris-2")


def test_a_history_that_cannot_be_written_stops_no_training(here, monkeypatch):
    (here / "notes").write_text("my own\n" * 99)
    monkeypatch.setenv("BARRELEYE_HISTORY", "notes")
    text = run("train", "iris", *QUICK)
    assert text.count("the history lacks this run: notes is no history, nor any SQLite file") == 1
    assert "saved in barreleye-results/iris: model.safetensors, run.json" in text
    assert (here / "notes").read_text() == "my own\n" * 99


def test_how_a_training_ended_is_told(here):
    run("train", "diabetes", *QUICK, "--optimizer", "gd", "--rate", "1e9", expect=1)
    run("train", "iris", *QUICK)
    (here / "file").touch()
    run("train", "iris", *QUICK, "--out", "file", expect=3)  # refused before there was a run
    assert [one.state for one in History().entries()] == ["done", "diverged"]


def test_a_run_is_found_where_a_later_one_has_moved_its_files(here):
    for seed in range(3):
        run("train", "iris", *QUICK, "--seed", seed, "--out", "mine")
    mine = here / "mine"
    assert [one.folder for one in History().entries()] == [str(mine), str(mine / "earlier-2"), str(mine / "earlier")]
    for folder, seed in (("mine", 2), ("mine/earlier-2", 1), ("mine/earlier", 0)):
        assert json.loads(run("runs", "show", folder))["settings"]["seed"] == seed
        assert json.loads((here / folder / "run.json").read_text("utf-8"))["settings"]["seed"] == seed


PRESS = """
import os, signal, sys
import rich.progress
rich.progress.Progress.update = lambda *_, **__: [os.kill(os.getpid(), signal.{signal}) for _ in range({times})]
sys.argv = ["barreleye", "train", "iris", "--recipe", "plain", "--epochs", "30", "--engine", "numpy"]
from barreleye.cli import main
main()
"""


@pytest.mark.parametrize(
    ("press", "times", "status", "state", "kept"),
    [
        ("SIGINT", 1, 130, "interrupted", True),
        ("SIGINT", 2, 130, "interrupted", False),
        ("SIGKILL", 1, -9, "killed", False),
    ],
)
def test_a_training_that_is_ended_from_without_is_there_and_says_so(press, times, status, state, kept, here):
    code = PRESS.format(signal=press, times=times)
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == status
    (entry,) = History().entries()
    assert (entry.state, entry.kind, entry.source, entry.seed) == (state, "train", "iris", 0)
    assert bool(entry.folder) == kept
    assert re.search(rf"^1 .* iris +species .*{state}", run("runs"), re.MULTILINE)


def test_two_trainings_at_once_are_both_there(here):
    command = [sys.executable, "-m", "barreleye.cli", "train", "iris", *QUICK]
    both = [
        subprocess.Popen([*command, "--seed", str(k)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for k in (1, 2)
    ]
    assert [one.communicate()[1] for one in both] == [b"", b""]
    entries = History().entries()
    assert sorted(one.seed for one in entries) == [1, 2]
    assert len({one.folder for one in entries}) == 2


def test_help_names_the_commands():
    assert re.search(r"^\W*runs +The runs that were made", run("--help"), re.MULTILINE)
    assert re.search(r"^\W*export +Write runs for other programs", run("runs", "-h"), re.MULTILINE)


def test_help_imports_nothing_of_the_work():
    code = "import sys; from barreleye.cli.commands import app\ntry: app(sys.argv[1:])\n"
    code += "finally: print([n for n in ('numpy', 'sqlite3', 'matplotlib') if n in sys.modules])"
    for words in (["runs", "-h"], ["runs", "export", "--help"], ["compare", "-h"]):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == "[]"
