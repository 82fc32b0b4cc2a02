"""A file of each kind, as an earlier version wrote it, goes on being read.

``python tests/files/test_golden.py`` writes those that are missing: only for a new kind, or for a new FORMAT under a
new name. What is there already is never written again.
"""

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from barreleye.data.frame import frame_of
from barreleye.data.names import Category
from barreleye.data.quantities import Number
from barreleye.data.read import read
from barreleye.data.table import Table
from barreleye.data.targets import Targets
from barreleye.estimators import MLPClassifier
from barreleye.files.model_file import load_model, save_model
from barreleye.insight.report import report
from barreleye.models.model import Model, load
from barreleye.models.preparing import prepare
from barreleye.models.record import read_record, write_record
from barreleye.models.run import Settings
from barreleye.nn.normalization import Averages
from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network
from barreleye.search.history import History
from barreleye.search.space import space_of
from barreleye.search.study import Study
from barreleye.training.checkpoint import save_checkpoint
from barreleye.training.loop import train
from barreleye.training.stopping import EarlyStopping
from barreleye.tutor.running import reading

GOLDEN = Path(__file__).parent / "golden"

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
W, b = (
    {1: np.array([[1.0, -1.0], [0.5, 2.0]]), 2: np.array([[3.0, -2.0]])},
    {1: np.array([[0.5], [0.0]]), 2: np.ones((1, 1))},
)
GAMMA, BETA, MU, SIGMA2 = (np.array([[value], [1.0]]) for value in (2.0, -1.0, 0.25, 4.0))
NORMALISED = Network((2, 2, 1), "tanh", batch_norm=True, keep_prob=0.5, L2=0.25)
RUN = {
    "optimizer": "momentum",
    "learning_rate": 0.5,
    "parameters": Parameters(W, b, {}, {}),
    "rules": [EarlyStopping(monitor="cost")],
    "engine": "numpy",
    "steps": 4,
    "every": 2,
}
TABLE = "city;area;since;kept\nZürich;70,5;2024-01-31;yes\nBern;;2023-12-01;no\n日内瓦;88,25;2024-02-29;yes\n"
ROWS = {
    "city": ["Zürich", "Bern", "日内瓦"],
    "area": [70.5, None, 88.25],
    "since": ["2024-01-31", "2023-12-01", "2024-02-29"],
}
SPACE = """
rate = [0.001, 0.1, "log"]
sigma = "usual"
batch = { low = 32, high = 128, step = 32 }
layers = ["16", "64,32"]
"""
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# 作业"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["def sigmoid(z):\n", "    return z"]},
    ],
}
RECORD = {
    "kind": "train",
    "state": "done",
    "source": "rent.csv",
    "task": "regression",
    "target": {"names": ["rent"], "classes": []},
    "columns": {"area": {"kind": "number", "why": {"en": "numbers", "zh": "数"}, "inputs": 1}},
    "rows": {"train": 6, "validation": 2, "test": 2},
    "score": {"name": "R2", "value": 0.75},
    "scores": {"this network": {"RMSE": 0.5, "R2": 0.75}},
    "training": {"steps": 10, "cost": 0.5},
    "settings": {"recipe": "plain", "seed": 7},
    "versions": {"barreleye": "0.1.0"},
}


def trials():
    """What the study is of."""
    x = np.linspace(-1, 1, 40)
    return prepare(frame_of({"x": x, "y": 3 * x}), ["y"]), Settings(
        recipe="plain", layers=(2,), epochs=1, engine="numpy"
    )


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def answer(X):
    """What W and b say of rows X, line by line."""
    return sigmoid(np.tanh(X @ W[1].T + b[1].T) @ W[2].T + b[2].T)


def write() -> None:
    """The files that are missing."""
    import pyarrow as pa
    from pyarrow import feather, parquet

    own = {"details": {"made": "by hand"}, "arrays": {"a": np.arange(3.0)}}
    parameters = Parameters(W, {2: b[2]}, {1: GAMMA}, {1: BETA})
    plain = Network((2, 2, 1), "tanh")
    encoders = {"a": Number(("", ".", ""), 1.0, False), "b": Category(("x", "y"), (), False, False)}
    columns = Table(encoders, np.array([1.0, 0.0]), np.array([0.25, 2.0]))
    targets = Targets(("kind",), (("dog", "猫"),), np.zeros(0), np.ones(0))
    table = Model(columns, plain, Parameters(W, b, {}, {}), None, targets)
    estimator = MLPClassifier((2,), "tanh", solver="sgd", alpha=0.0, max_iter=1, random_state=0, engine="numpy")
    estimator.fit(X, ["no", "yes", "yes", "no"])
    run = next(train(plain, X, [0, 1, 1, 0], **RUN))
    for name, save in {
        "network": lambda path: save_model(path, NORMALISED, parameters, Averages({1: MU}, {1: SIGMA2}), **own),
        "table": table.save,
        "estimator": estimator.save,
        "checkpoint": lambda path: save_checkpoint(path, run),
    }.items():
        if not (path := GOLDEN / f"{name}-1.safetensors").exists():
            save(path)
    for name, save in {
        "rows-1.csv": lambda path: path.write_text(TABLE, encoding="utf-8"),
        "gb18030-1.csv": lambda path: path.write_text(TABLE, encoding="gb18030"),
        "zipped-1.csv.gz": lambda path: path.write_bytes(gzip.compress(TABLE.encode(), mtime=0)),
        "rows-1.parquet": lambda path: parquet.write_table(pa.table(ROWS), path),
        "rows-1.feather": lambda path: feather.write_feather(pa.table(ROWS), path),
        "space-1.toml": lambda path: path.write_text(SPACE),
        "cells-1.ipynb": lambda path: path.write_text(json.dumps(NOTEBOOK, ensure_ascii=False), encoding="utf-8"),
        "run-1.json": lambda path: (write_record(path.parent, RECORD), (path.parent / "run.json").rename(path)),
        "history-1.sqlite": lambda path: History(path).record(RECORD),
        "study-1.log": lambda path: list(Study(*trials(), {"rate": [0.01, 0.1]}, trials=2, storage=path).run()),
    }.items():
        if not (path := GOLDEN / name).exists():
            save(path)
    with closing(sqlite3.connect(GOLDEN / "history-1.sqlite")) as db:
        db.execute("PRAGMA journal_mode = DELETE")  # so that it is one file


def test_a_network_with_batch_norm():
    model = load_model(GOLDEN / "network-1.safetensors")
    assert model.network == NORMALISED
    assert model.details == {"made": "by hand"}
    np.testing.assert_array_equal(model.arrays["a"], [0, 1, 2])
    for found, expected in zip(
        [*model.parameters.arrays(), *model.averages.mu.values(), *model.averages.sigma2.values()],
        [W[1], W[2], b[2], GAMMA, BETA, MU, SIGMA2],
        strict=True,
    ):
        np.testing.assert_array_equal(found, expected)


def test_a_network_trained_on_a_table():
    model = load(GOLDEN / "table-1.safetensors")
    x = (np.array([1.0, 9.0, -3.0]) - 1) / 4
    coded = np.column_stack([x, [-2.0, 2.0, 0.0]])
    expected = answer(coded / np.sqrt(1 + (coded / 3) ** 2))
    rows = {"b": ["x", "y", "never"], "a": [1.0, 9.0, -3.0]}
    np.testing.assert_allclose(model.answer(rows)[:, 1:], expected, rtol=1e-12)
    assert model.predict(rows).tolist() == ["猫" if p > 0.5 else "dog" for p in expected[:, 0]]


def test_an_estimator():
    model = MLPClassifier.load(GOLDEN / "estimator-1.safetensors")
    assert (
        model.get_params()
        == MLPClassifier((2,), "tanh", solver="sgd", alpha=0.0, max_iter=1, random_state=0, engine="numpy").get_params()
    )
    hidden = np.tanh(X @ model.coefs_[0] + model.intercepts_[0])
    expected = sigmoid(hidden @ model.coefs_[1] + model.intercepts_[1])
    np.testing.assert_allclose(model.predict_proba(X)[:, 1:], expected, rtol=1e-12)
    assert model.classes_.tolist() == ["no", "yes"]
    assert (model.n_iter_, model.t_) == (1, 4)
    model.partial_fit(X, ["no", "yes", "yes", "no"])


def test_a_checkpoint_goes_on_where_it_was_saved():
    network = Network((2, 2, 1), "tanh")
    *_, whole = train(network, X, [0, 1, 1, 0], **RUN)
    *_, resumed = train(network, X, [0, 1, 1, 0], **RUN, resume=GOLDEN / "checkpoint-1.safetensors")
    assert (resumed.step, resumed.run.state.t) == (4, 4)
    for mine, other in zip(resumed.parameters.arrays(), whole.parameters.arrays(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9)


@pytest.mark.parametrize("name", ["rows-1.csv", "gb18030-1.csv", "zipped-1.csv.gz", "rows-1.parquet", "rows-1.feather"])
def test_a_table(name):
    frame, _ = read(GOLDEN / name)
    assert frame["city"].levels == ("Zürich", "Bern", "日内瓦")
    np.testing.assert_array_equal(frame["area"].values, [70.5, np.nan, 88.25])
    since = frame["since"]  # CSV files are read for their times, and a column of texts is one
    days = since.values.astype("M8[D]").astype(str).tolist() if name.split(".")[1] == "csv" else list(since.levels)
    assert days == ROWS["since"]


def test_a_space():
    space = space_of("tuned", GOLDEN / "space-1.toml")
    assert (space["rate"].low, space["rate"].high, space["rate"].log) == (0.001, 0.1, True)
    assert (space["batch"].low, space["batch"].high, space["batch"].step) == (32, 128, 32)
    assert space["layers"].choices == ("16", "64,32")


def test_a_notebook():
    (cell,) = reading.read(GOLDEN / "cells-1.ipynb")
    assert cell.text == "def sigmoid(z):\n    return z"


def test_a_record_and_its_report():
    assert read_record(GOLDEN / "run-1.json") == RECORD
    assert report(GOLDEN / "run-1.json", "zh", "md").splitlines()[0] == "# 从 rent.csv 学会 rent"


def test_a_history(tmp_path):
    copied = tmp_path / "history.sqlite"
    copied.write_bytes((GOLDEN / "history-1.sqlite").read_bytes())
    history = History(copied)
    (entry,) = history.entries()
    assert (entry.number, entry.source, entry.score, entry.scores["R2"]) == (1, "rent.csv", "R2", 0.75)
    assert history.read(1)["settings"] == RECORD["settings"]
    assert history.record(RECORD) == 2


def test_a_study_goes_on(tmp_path):
    copied = tmp_path / "study.log"
    copied.write_bytes((GOLDEN / "study-1.log").read_bytes())
    study = Study(*trials(), {"rate": [0.01, 0.1]}, trials=3, storage=copied)
    assert [0.01 <= one.settings["rate"] <= 0.1 for one in study.over] == [True, True]
    assert len(list(study.run())) == 1


if __name__ == "__main__":
    write()
