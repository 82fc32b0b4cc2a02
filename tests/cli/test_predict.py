"""``barreleye predict``, as a user meets it."""

import csv
import gzip
import re
from itertools import product

import numpy as np
import pytest
from typer.testing import CliRunner

from barreleye.cli.commands import app

runner = CliRunner()


def run(*arguments, expect=0):
    result = runner.invoke(app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    assert result.exit_code == expect, result.output
    return result.output


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    a, b = np.random.default_rng(0).normal(size=(2, 120))
    rows = [f"{x:.3f},{y:.3f},{'wet' if x > y else 'dry'}" for x, y in zip(a, b, strict=True)]
    (folder / "sky.csv").write_text("\n".join(["a,b,sky", *rows]))
    run("train", folder / "sky.csv", "--epochs", 60, "--layers", 8, "--engine", "numpy", "--out", folder / "out")
    return folder


@pytest.mark.parametrize("model", ["out", "out/model.safetensors"])
def test_a_model_or_its_folder_answers_new_rows(trained, tmp_path, model):
    (tmp_path / "new.csv").write_text("b,more,a\n-1,x,1\n1,x,-1\n")
    text = run("predict", trained / model, tmp_path / "new.csv", "--out", tmp_path / "answers.csv")
    assert "2 rows answered in" in text
    with (tmp_path / "answers.csv").open(newline="") as file:
        assert [row["sky"] for row in csv.DictReader(file)] == ["wet", "dry"]


def test_the_trained_rows_without_their_target_are_answered_well(trained, tmp_path):
    lines = (trained / "sky.csv").read_text().splitlines()
    (tmp_path / "new.csv").write_text("\n".join(line.rpartition(",")[0] for line in lines))
    run("predict", trained / "out", tmp_path / "new.csv", "--out", tmp_path / "answers.csv")
    with (tmp_path / "answers.csv").open(newline="") as file:
        answers = [row["sky"] for row in csv.DictReader(file)]
    right = [line.rpartition(",")[2] for line in lines[1:]]
    assert np.mean([one == other for one, other in zip(answers, right, strict=True)]) > 0.85


def test_a_coverage_adds_sets_and_says_what_it_promises(trained, tmp_path):
    (tmp_path / "new.csv").write_text("b,a\n-1,1\n1,-1\n")
    text = run("predict", trained / "out", tmp_path / "new.csv", "--coverage", 0.8, "--out", tmp_path / "answers.csv")
    assert re.search("coverage 0.8: 19 rows set aside promise it for 6[0-9]% to 9[0-9]% of rows like them", text)
    with (tmp_path / "answers.csv").open(newline="") as file:
        assert [row["sky set"] for row in csv.DictReader(file)] == ["wet", "dry"]
    words = ["--by", "a", "--coverage", 0.8, "--out", tmp_path / "answers.csv"]
    assert "by='a' does not part the rows" in run("predict", trained / "out", tmp_path / "new.csv", *words, expect=3)


def test_rows_that_cannot_be_read_are_named_and_logged(trained, tmp_path):
    (tmp_path / "new.csv").write_text("a,b\n1,2\nmany,2\n3\n")
    text = run("predict", trained / "out", tmp_path / "new.csv", "--out", tmp_path / "answers.csv")
    assert "row 2: 'a' holds 'many', where a number is needed" in text
    assert "2 rows could not be read, without an answer" in text
    assert (tmp_path / "answers.csv").read_text().splitlines()[2:] == [",,", ",,"]
    assert (tmp_path / "answers.csv.log").read_text().startswith("row 2: 'a' holds 'many'")


@pytest.mark.parametrize(
    ("model", "content", "message"),
    [
        ("out", "a,c\n1,2\n", "has no column 'b', from which the model answers"),
        ("nothing", "a,b\n1,2\n", "there is no file"),
        ("sky.csv", "a,b\n1,2\n", "sky.csv is no safetensors file, as one that holds a model is"),
        ("out/run.json", "a,b\n1,2\n", "run.json is no safetensors file"),
    ],
)
def test_what_cannot_be_answered_is_one_clear_line(trained, tmp_path, model, content, message):
    (tmp_path / "new.csv").write_text(content)
    text = run("predict", trained / model, tmp_path / "new.csv", "--out", tmp_path / "answers.csv", expect=3)
    assert message in text
    assert not (tmp_path / "answers.csv").exists()


@pytest.mark.parametrize("content", ["a,b\n", "a,b\nmany,2\n"])
def test_a_file_of_which_no_row_is_answered_has_a_status_of_its_own(trained, tmp_path, content):
    (tmp_path / "new.csv").write_text(content)
    text = run("predict", trained / "out", tmp_path / "new.csv", "--out", tmp_path / "answers.csv", expect=3)
    assert "new.csv could be answered" in text


def test_no_file_is_replaced_unless_it_was_named(trained, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new.csv").write_text("a,b\n1,-1\n")
    assert "1 row answered in predictions.csv\n" in run("predict", trained / "out", "new.csv")
    assert "1 row answered in predictions-2.csv\n" in run("predict", trained / "out", "new.csv")
    text = run("predict", trained / "out", "new.csv", "--out", "predictions.csv")
    assert "1 row answered in predictions.csv, in place of an earlier file" in text
    assert {path.name for path in tmp_path.iterdir()} == {"new.csv", "predictions.csv", "predictions-2.csv"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["out", "new.csv", "--out", "./new.csv"], "new.csv holds the rows themselves"),
        (["out", "new.csv", "--out", "out/model.safetensors"], "must end in .csv"),
        (["out", "new.csv", "--out", "nowhere/a.csv"], "there is no folder 'nowhere'"),
        (["new.csv", "out"], "out is a model, where a table is needed"),
        (["new.csv", "out/model.safetensors"], "MODEL comes first, then FILE"),
    ],
)
def test_what_was_not_meant_is_refused_and_nothing_is_written(trained, monkeypatch, words, message):
    monkeypatch.chdir(trained)
    (trained / "new.csv").write_text("a,b\n1,-1\n")
    before = {path: path.read_bytes() for path in trained.rglob("*") if path.is_file()}
    assert message in run("predict", *words, expect=3)
    assert {path: path.read_bytes() for path in trained.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("spoil", [lambda zipped: zipped[:-9], lambda zipped: zipped[:80] + b"?" * 40 + zipped[120:]])
def test_a_damaged_zipped_file_is_named_as_such(trained, tmp_path, spoil):
    (tmp_path / "new.csv.gz").write_bytes(spoil(gzip.compress((trained / "sky.csv").read_bytes() * 400)))
    for words, more in product((["train"], ["predict", trained / "out"]), ([], ["--encoding", "utf-8"])):
        text = run(*words, tmp_path / "new.csv.gz", *more, "--out", tmp_path / "answers.csv", expect=3)
        assert f"{tmp_path / 'new.csv.gz'} is a damaged gzip file" in text
        assert list(tmp_path.iterdir()) == [tmp_path / "new.csv.gz"]
