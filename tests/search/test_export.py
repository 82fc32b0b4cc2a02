"""Runs for other programs. MLflow's layout is checked against what its FileStore (3.7.0) itself wrote."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from barreleye.search.export import to_json_lines, to_mlflow
from barreleye.search.history import History

RECORD = {
    "kind": "train",
    "source": "häuser.csv",
    "settings": {"layers": [8], "seed": 3, "rate": 0.01},
    "score": {"name": "RMSE/deviation", "value": 0.25},
    "scores": {"mean": {"R2": 0.0}, "this network": {"RMSE/deviation": 0.25, "R2": 0.9}},
    "columns": {"../price [€]": {"kind": "number", "why": ""}},
    "command": ["train", "häuser.csv"],
    "curves": {
        **{"step": [4, 8], "epoch": [1.0, 2.0], "seconds": [0.5, 1.0]},
        **{"cost": [0.7, 0.5], "validation cost": [None, 0.6]},
    },
}


@pytest.fixture
def records(tmp_path):
    history = History(tmp_path / "history.sqlite")
    (tmp_path / "out").mkdir()
    for record in (
        {**RECORD, "folder": str(tmp_path / "out")},
        {"kind": "fit", "source": "MLPClassifier", "state": "running"},
        {**RECORD, "state": "diverged", "curves": {}},
    ):
        history.record(record)
    return [history.read(number) for number in (1, 2, 3)]


def test_a_line_holds_all_that_is_known_of_a_run(records, tmp_path):
    to_json_lines(records, tmp_path / "a.jsonl")
    assert [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()] == records


def of(path):
    """A mapping in YAML as simple as MLflow's: a line for each value, as JSON has it, or bare, or in single quotes."""
    lines = (line.partition(": ") for line in path.read_text("utf-8").splitlines())
    return {name: json.loads(value) for name, _, value in lines}


# meta.yaml of an experiment and of a run, by MLflow 3.7.0; it reads run_uuid of older ones, too.
EXPERIMENT = ("artifact_location", "creation_time", "experiment_id", "last_update_time", "lifecycle_stage", "name")
RUN = (
    *("artifact_uri", "end_time", "entry_point_name", "experiment_id", "lifecycle_stage", "run_id", "run_name"),
    *("run_uuid", "source_name", "source_type", "source_version", "start_time", "status", "tags", "user_id"),
)


def test_the_folders_of_mlflow_hold_experiments_runs_and_what_was_measured(records, tmp_path):
    root = tmp_path / "mlruns"
    to_mlflow(records, root)
    experiments = {of(path)["name"]: (path.parent, of(path)) for path in root.glob("*/meta.yaml")}
    assert set(experiments) == {"häuser.csv", "MLPClassifier"}
    folder, facts = experiments["häuser.csv"]
    assert sorted(facts) == sorted(EXPERIMENT)
    assert facts["experiment_id"] == folder.name
    assert folder.name.isdecimal()
    runs = {of(path)["run_name"]: path.parent for path in folder.glob("*/meta.yaml")}
    assert set(runs) == {"run 1", "run 3"}
    run, begun = runs["run 1"], round(1000 * datetime.fromisoformat(records[0]["begun"]).timestamp())
    facts = of(run / "meta.yaml")
    assert sorted(facts) == sorted(RUN)
    assert (facts["experiment_id"], facts["run_id"], facts["run_uuid"]) == (folder.name, run.name, run.name)
    assert (len(run.name), facts["status"], facts["start_time"]) == (32, 3, begun)
    assert facts["artifact_uri"] == (tmp_path / "out").as_uri()
    assert facts["source_name"] == "barreleye train häuser.csv"
    ended = round(1000 * datetime.fromisoformat(records[0]["ended"]).timestamp())
    measured = {path.name: path.read_text() for path in (run / "metrics").iterdir()}
    assert measured == {
        "cost": f"{begun + 500} 0.7 4\n{begun + 1000} 0.5 8\n",
        "validation cost": f"{begun + 1000} 0.6 8\n",
        "RMSE_deviation": f"{ended} 0.25 8\n",
        "R2": f"{ended} 0.9 8\n",
    }
    told = {path.name: path.read_text() for path in (run / "params").iterdir()}
    assert told.items() >= {"layers": "[8]", "seed": "3", "rate": "0.01", "column .._price ___": "number"}.items()
    assert {path.name: path.read_text() for path in (run / "tags").iterdir()} == {
        "mlflow.runName": "run 1",
        "barreleye.state": "done",
    }


def test_how_a_run_ended_is_told_in_mlflows_numbers(records, tmp_path):
    to_mlflow(records, tmp_path / "mlruns")
    found = {of(path)["run_name"]: of(path) for path in (tmp_path / "mlruns").glob("*/*/meta.yaml")}
    assert {name: facts["status"] for name, facts in found.items()} == {"run 1": 3, "run 2": 1, "run 3": 4}
    assert found["run 2"]["end_time"] is None
    artifacts = Path(found["run 2"]["artifact_uri"].removeprefix("file://"))
    assert artifacts.is_dir()
    assert artifacts.parent.name == found["run 2"]["run_id"]


def test_a_run_that_is_written_again_takes_its_own_place(records, tmp_path):
    for _ in range(2):
        to_mlflow(records, tmp_path / "mlruns")
    assert len(list((tmp_path / "mlruns").glob("*/*/meta.yaml"))) == 3
    metrics = (tmp_path / "mlruns").glob("*/*/metrics/cost")
    assert [len(path.read_text().splitlines()) for path in metrics] == [2]
