"""``barreleye train FILE --stream`` and ``barreleye predict`` of folders, as a user meets them."""

import csv
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from barreleye.cli.commands import app
from barreleye.models.model import load

QUICK = ["--epochs", "4", "--layers", "6", "--batch", "32", "--engine", "numpy"]


def run(*arguments, expect=0):
    result = CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == expect, result.output
    return result.output


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    (tmp_path / "rows").mkdir()
    for k in range(3):
        with open(tmp_path / "rows" / f"{k}.csv", "w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["a", "city", "kind"])
            for a in rng.normal(size=200).round(3):
                rows.writerow([a, rng.choice(["Oslo", "Turku"]), "up" if a > 0 else "down"])
    return tmp_path / "rows"


@pytest.mark.parametrize(("lang", "said"), [("en", "600 rows in 3 pieces"), ("zh", "600 行，分为 3 块")])
def test_a_folder_is_trained_on_reported_and_answered(folder, tmp_path, lang, said):
    out = tmp_path / "out"
    text = run("train", folder, "--stream", *QUICK, "--epochs", 20, "--out", out, "--lang", lang)
    assert said in text
    record = json.loads((out / "run.json").read_text())
    assert sum(record["rows"].values()) == 600
    assert record["rows"]["train"] > 300
    assert said in (out / "report.html").read_text()
    run("predict", out, folder, "--out", tmp_path / "answers.csv", "--lang", lang)
    with open(tmp_path / "answers.csv", newline="") as file:
        answers = list(csv.DictReader(file))
    truth = [row for k in range(3) for row in csv.DictReader((folder / f"{k}.csv").read_text().splitlines())]
    assert len(answers) == 600
    assert np.mean([mine["kind"] == its["kind"] for mine, its in zip(answers, truth, strict=True)]) > 0.8
    assert load(out).targets.classes == (("down", "up"),)


def test_what_a_stream_cannot_do_is_a_line(folder, tmp_path):
    text = run("train", folder, "--stream", "--batch", "0", "--out", tmp_path / "o", expect=3)
    assert "needs all rows in every step" in text
    text = run("train", folder, "--out", tmp_path / "o", expect=3)
    assert "--stream" in text
    text = run("train", "wine", "--stream", "--out", tmp_path / "o", expect=3)
    assert "wine" in text


def test_rows_that_training_met_and_could_not_use_are_told(folder, tmp_path, monkeypatch):
    from barreleye.models import survey

    rows = (folder / "1.csv").read_text().splitlines()
    rows[50] = "many,Oslo,up"
    (folder / "1.csv").write_text("\n".join(rows) + "\n")
    monkeypatch.setattr(survey, "SIZES", (100, 30, 40))
    text = run("train", folder, "--stream", *QUICK, "--kind", "a=number", "--out", tmp_path / "out")
    assert "1 row could not be used" in text or "row 250" in text or "many" in text
