"""``barreleye report``, as a user meets it."""

import json

import pytest
from typer.testing import CliRunner

from barreleye.cli.commands import app


def run(*arguments, expect=0, **environment):
    words = [str(argument) for argument in arguments]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["barreleye", *words])
        result = CliRunner().invoke(app, words, env={"COLUMNS": "200", **environment})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == expect, result.output
    return result.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "iris"
    run("train", "iris", "--recipe", "plain", "--epochs", 3, "--engine", "numpy", "--out", folder, "--lang", "zh")
    return folder


def test_train_leaves_the_report_in_the_language_that_was_asked_for(folder):
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert '<html lang="zh-Hans">' in text
    assert "从 <bdi>iris</bdi> 学会 <bdi>species</bdi>" in text
    assert "--lang zh" in text  # of the command that makes the run again


def test_it_is_made_again_in_another_language_without_data_or_model(folder, tmp_path):
    (tmp_path / "run.json").write_bytes((folder / "run.json").read_bytes())
    assert f"the report is in {tmp_path / 'report.html'}" in run("report", tmp_path)
    assert '<html lang="en">' in (tmp_path / "report.html").read_text(encoding="utf-8")
    run("report", tmp_path / "run.json", LANG="zh_CN.UTF-8")
    assert '<html lang="zh-Hans">' in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"run.json", "report.html"}


def test_markdown_and_json_and_a_file_of_ones_own(folder, tmp_path):
    run("report", folder, "--format", "md", "--out", tmp_path / "iris.md")
    assert (tmp_path / "iris.md").read_text(encoding="utf-8").startswith("# species, learnt from iris\n")
    run("report", folder, "--format", "json")
    kept = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert json.loads((folder / "report.json").read_text(encoding="utf-8")) == kept


def test_a_second_run_into_the_folder_takes_no_report_away(tmp_path):
    quick = ("train", "xor", "--recipe", "plain", "--epochs", 2, "--engine", "numpy", "--out", tmp_path)
    run(*quick)
    run("report", tmp_path, "--format", "md")
    run(*quick, "--seed", 1)
    earlier = tmp_path / "earlier"
    assert (earlier / "report.md").exists()
    assert "--seed 1" not in (earlier / "report.html").read_text(encoding="utf-8")
    assert "--seed 1" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--lang", "de"], "--lang='de' is unknown"),
        (["--format", "pdf"], "--format='pdf' is unknown"),
        (["--out", "report.md"], "must end in .html"),
        (["--out", "nowhere/report.html"], "there is no folder"),
    ],
)
def test_what_cannot_be_meant_is_one_line_and_status_3(options, message, folder):
    text = run("report", folder, *options, expect=3)
    assert message in text
    assert "Traceback" not in text


def test_no_run_is_one_line_and_status_3(tmp_path):
    assert "run.json'" in run("report", tmp_path, expect=3)
    (tmp_path / "run.json").write_text("{}")
    assert "is no record of a run: source is missing" in run("report", tmp_path, expect=3)


def test_training_in_an_unknown_language_is_refused_before_it_begins(tmp_path):
    text = run("train", "iris", "--lang", "de", "--out", tmp_path, expect=3)
    assert "--lang='de' is unknown" in text
    assert list(tmp_path.iterdir()) == []
