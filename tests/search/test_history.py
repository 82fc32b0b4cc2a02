"""What a history keeps of runs, how they are found in it again, and that no training hangs on it."""

import json
import os
import signal
import subprocess
import sys
import warnings
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import barreleye
from barreleye.models.entry import entered
from barreleye.search import history as module
from barreleye.search.history import History, default_path, recording_by_default


@pytest.fixture
def history(tmp_path):
    return History(tmp_path / "history.sqlite")


def scored(source, kind="train", target="y", **scores):
    name = next(iter(scores), None)
    return {
        "kind": kind,
        "source": source,
        "target": {"names": [target]},
        "task": "classification",
        "settings": {"seed": 3},
        "fingerprint": "f" * 16,
        "score": {"name": name, "value": scores.get(name)},
        "scores": {"majority": {name: 0.1}, "this network": scores},
    }


RUNS = (
    scored("data/wine.csv", AUC=0.8, loss=0.5),
    scored("iris", AUC=0.9, loss=0.7),
    scored("iris", "fit", target="species", AUC=0.7, loss=0.2),
    scored("prices.csv", "search", RMSE=12.0),
)


@pytest.fixture
def filled(history):
    assert [history.record(run) for run in RUNS] == [1, 2, 3, 4]
    return history


def numbers(entries):
    return [one.number for one in entries]


def test_what_was_said_of_a_run_is_read_as_it_was(history):
    record = {**scored("größe.csv", AUC=0.9), "curves": {"cost": [0.5, None]}, "folder": "/somewhere/else"}
    number = history.record(record)
    found = history.read(number)
    assert found.items() >= record.items()
    assert (found["number"], found["state"]) == (1, "done")
    (entry,) = history.entries()
    assert (entry.kind, entry.source, entry.target, entry.seed) == ("train", "größe.csv", "y", 3)
    assert (entry.score, entry.value, entry.fingerprint, entry.folder) == ("AUC", 0.9, "f" * 16, "/somewhere/else")
    assert abs(datetime.fromisoformat(entry.begun) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_run_is_there_before_it_ends_and_is_one_run_when_it_has_ended(history):
    number = history.record({"source": "iris", "state": "running"})
    (entry,) = history.entries()
    assert (entry.state, entry.ended, entry.seconds, entry.value) == ("running", None, None, None)
    assert history.record(scored("iris", AUC=0.5), number) == number
    (entry,) = history.entries()
    assert (entry.state, entry.value) == ("done", 0.5)
    assert 0 <= entry.seconds < 60


def test_a_run_that_was_never_begun_cannot_end(history):
    history.record({})
    with pytest.raises(ValueError, match="holds no run 7"):
        history.record({}, 7)


def test_a_run_whose_process_is_gone_has_ended_without_a_word(history):
    code = "import sys, os, signal; from barreleye.search.history import History; h = History(sys.argv[1]); "
    code += "h.record({'source': 'iris', 'state': 'running'}); h.record({}); os.kill(os.getpid(), signal.SIGKILL)"
    killed = subprocess.run([sys.executable, "-c", code, str(history.path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    history.record({"state": "running"})
    assert [one.state for one in history.entries()] == ["running", "done", "killed"]
    assert history.read(1)["state"] == "killed"


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ({}, [4, 3, 2, 1]),
        ({"limit": 2}, [4, 3]),
        ({"kind": "fit"}, [3]),
        ({"source": "csv"}, [4, 1]),
        ({"source": "iris", "target": "species"}, [3]),
        ({"best": "AUC"}, [2, 1, 3]),
        ({"best": "auc", "limit": 1}, [2]),
        ({"best": "loss"}, [3, 1, 2]),
        ({"best": "rmse"}, [4]),
        ({"since": datetime.now(UTC) - timedelta(hours=1)}, [4, 3, 2, 1]),
        ({"since": "2999-01-01"}, []),
        ({"since": "2000-01-01T08:00"}, [4, 3, 2, 1]),
    ],
)
def test_runs_are_found_by_what_they_are(how, found, filled):
    assert numbers(filled.entries(**how)) == found


def test_the_score_that_is_sorted_by_is_the_one_that_is_shown(filled):
    found = filled.entries(best="loss", kind="train")
    assert [(one.score, one.value) for one in found] == [("loss", 0.5), ("loss", 0.7)]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"kind": "fits"}, r"kind='fits' is unknown \(did you mean 'fit'\?\)"),
        ({"best": "acu"}, r"best='acu' is unknown \(did you mean 'auc'\?\); choose one of: rmse, auc, loss"),
        ({"since": "yesterday"}, "since='yesterday' must be a day or a moment, such as 2026-11-30"),
        ({"limit": 0}, "limit=0 must be a whole number, 1 or above"),
    ],
)
def test_what_cannot_be_meant_is_refused(how, said, filled):
    with pytest.raises(ValueError, match=said):
        filled.entries(**how)


def test_a_run_is_called_by_its_number_or_by_its_folder(history, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results" / "iris"
    folder.mkdir(parents=True)
    for seed in (1, 2):
        history.record({"settings": {"seed": seed}, "folder": str(folder)})
    assert [history.read(name)["settings"]["seed"] for name in (1, "1", "results/iris", folder)] == [1, 1, 2, 2]
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "run.json").write_text(json.dumps({"source": "by hand"}))
    assert history.read("own")["source"] == History("nowhere").read("own")["source"] == "by hand"
    for name, said in ((9, "no run 9"), ("9", "no run 9"), ("else", "no run whose files are in 'else'")):
        with pytest.raises(ValueError, match=f"{said}: `barreleye runs` lists"):
            history.read(name)


def test_names_that_are_no_text_can_be_kept(history):
    history.record({"source": os.fsdecode(b"\xff.csv"), "columns": {"\ud800": {"kind": "number"}}, "value": np.nan})
    assert history.read(1)["columns"] == {"\ud800": {"kind": "number"}}
    assert history.entries()[0].source == r"\udcff.csv"


# Trainings that a history listens to


def test_a_block_is_a_run_with_a_beginning_and_an_end(history):
    with history.recording(), entered(lambda: {"source": "iris"}) as ended:
        assert history.entries()[0].state == "running"
        ended(lambda: {"state": "diverged"})
    assert [(one.source, one.state) for one in history.entries()] == [("iris", "diverged")]
    with entered(lambda: {"source": "another"}):
        pass
    assert len(history.entries()) == 1


@pytest.mark.parametrize(("error", "state"), [(KeyboardInterrupt(), "interrupted"), (OSError("a full disk"), "failed")])
def test_a_block_that_is_left_by_an_error_is_a_run_that_ended_by_it(error, state, history):
    with pytest.raises(type(error)), history.recording(), entered(lambda: {"source": "iris"}):
        raise error
    (entry,) = history.entries()
    assert entry.state == state
    assert history.read(1)["error"] == str(error)


def test_an_error_after_the_end_changes_nothing(history):
    with suppress(OSError), history.recording(), entered(lambda: {}) as ended:
        ended(lambda: {"state": "done"})
        raise OSError
    assert history.entries()[0].state == "done"


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.write_text("my own notes\n" * 99)])
def test_a_history_that_cannot_be_written_stops_nothing_and_is_told_of_once(make, tmp_path):
    make(tmp_path / "here")
    said = []
    with History(tmp_path / "here").recording(said.append), entered(lambda: {}) as ended:
        ended(lambda: {"state": "done"})
    assert len(said) == 1
    assert said[0].startswith(f"the history lacks this run: {tmp_path / 'here'}")
    recording = History(tmp_path / "here").recording()
    with pytest.warns(UserWarning, match="the history lacks this run"), recording, entered(lambda: {}):
        pass


def test_what_lacks_room_at_first_is_entered_at_the_end(history, monkeypatch):
    def full(*_, **__):
        raise OSError("a full disk")

    said = []
    with history.recording(said.append), monkeypatch.context() as patch:
        patch.setattr(module, "transact", full)
        with entered(lambda: {"source": "iris"}) as ended:
            patch.undo()
            ended(lambda: {"source": "iris", "state": "done"})
    assert said == ["the history lacks this run: a full disk"]
    assert [one.source for one in history.entries()] == ["iris"]


def test_histories_within_each_other_are_left_as_they_were_entered(tmp_path):
    outer, inner = History(tmp_path / "outer"), History(tmp_path / "inner")
    with outer.recording():
        with inner.recording(), entered(lambda: {}):
            pass
        with entered(lambda: {}):
            pass
    assert len(outer.entries()) == len(inner.entries()) == 1


# Where


def test_the_file_is_beside_the_results_unless_another_is_named(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BARRELEYE_HISTORY")
    assert str(History().path) == os.path.join("barreleye-results", "history.sqlite")
    monkeypatch.setenv("BARRELEYE_HISTORY", "mine.sqlite")
    with recording_by_default(print), entered(lambda: {}):
        pass
    assert len(barreleye.History("mine.sqlite").entries()) == 1
    monkeypatch.setenv("BARRELEYE_HISTORY", "off")
    assert default_path() is None
    with recording_by_default(warnings.warn), entered(lambda: {}):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.sqlite"]
    with pytest.raises(ValueError, match="BARRELEYE_HISTORY=off: no history is kept"):
        History()
