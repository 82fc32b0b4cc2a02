"""``barreleye check``, as a learner and as an autograder meet it."""

import json
import os
import re
import subprocess
import sys
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from barreleye.cli.commands import app
from barreleye.tutor.report import Finding, FunctionReport
from barreleye.tutor.running.answers import Note
from barreleye.tutor.showing.shown import ShownReport
from barreleye.words import Text

runner = CliRunner()

UPDATE = """
def update_parameters(parameters, grads, learning_rate=1.2):
    return {{name: parameters[name] {sign} learning_rate * grads["d" + name] for name in parameters}}
"""


def run(*arguments, expect=0, lang="en_US.UTF-8"):
    environment = {"COLUMNS": "100", "LC_ALL": lang}
    result = runner.invoke(app, ["check", *(str(a) for a in arguments)], env=environment)
    assert result.exit_code == expect, result.output
    return result.output


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "homework.py"
    path.write_text("pass\n")
    return path


@pytest.fixture
def found(monkeypatch):
    """A function that decides what the check will find: a verdict, or an exception."""

    def decide(outcome):
        def check_file(path, *, seconds):
            if not isinstance(outcome, str):
                raise outcome
            finding = Finding(outcome, "W1", None, Text("a claim", "一个判断"), solution="W1 = W1 - dW1")
            functions = FunctionReport("update", "update", Text("the update", "更新"), "line 1", (finding,))
            return ShownReport(
                str(path), () if outcome == "none" else (functions,), (Note("served", "", Text("planar_utils", "")),)
            )

        monkeypatch.setattr("barreleye.tutor.checking.check_file", check_file)

    return decide


@pytest.mark.parametrize(("verdict", "status"), [("fragile", 0), ("wrong", 1), ("unjudged", 2), ("none", 2)])
def test_the_exit_status_is_the_verdict(found, file, verdict, status):
    found(verdict)
    assert "homework.py" in run(file, expect=status)
    assert json.loads(run(file, "--json", expect=status))["exit_status"] == status


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.py"], "there is no file 'nowhere.py'"),
        (["{file}", "--lang", "fr"], "--lang='fr' is unknown; choose one of: en, zh"),
        (["{file}", "--hint", "all"], "--hint='all' is unknown; choose one of: where, quantity, equation, line"),
        (["{file}", "--seconds", "0"], "--seconds=0.0 must be a finite number above 0"),
        (["{file}", "--seconds", "soon"], "--seconds"),
        (["{file}", "--html", "report.py"], "must end in .html"),
        (["{file}", "--html", "nowhere/report.html"], "there is no folder 'nowhere'"),
        (["{file}", "--hints"], "--hint"),
        ([], "file"),
    ],
)
def test_misuse_is_no_verdict(found, file, arguments, message):
    found("wrong")
    text = run(*(a.format(file=file) for a in arguments), expect=3)
    assert message.lower() in " ".join(text.split()).lower()
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("error", "status"),
    [(OSError("gone"), 3), (ValueError("no notebook"), 3), (KeyError("bug"), 4), (RecursionError("deep"), 4)],
)
def test_a_check_that_fails_is_no_verdict_and_one_line(found, file, error, status, monkeypatch):
    found(error)
    said = run(file, expect=status)
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    if status == 4:
        assert type(error).__name__ in said
        assert run(file, "--lang", "zh", expect=status).startswith("错误：barreleye 自己")
        monkeypatch.setenv("BARRELEYE_TRACEBACK", "1")
        assert "Traceback" in run(file, expect=status)


def test_ctrl_c_is_no_verdict(found, file):
    found(KeyboardInterrupt())
    run(file, expect=130)


def test_the_language_is_asked_for_or_the_locales(found, file):
    found("wrong")
    assert "a claim" in run(file, expect=1)
    assert "一个判断" in run(file, expect=1, lang="zh_CN.UTF-8")
    assert "一个判断" in run(file, "--lang", "zh", expect=1)


def test_the_solution_is_shown_on_request(found, file):
    found("wrong")
    assert "W1 = W1 - dW1" not in run(file, expect=1)
    assert "W1 = W1 - dW1" in run(file, "--hint", "line", expect=1)


@pytest.mark.parametrize(("hint", "said"), [("where", False), ("quantity", False), ("equation", True), ("line", True)])
def test_a_hint_hides_from_a_program_and_a_page_what_it_hides_from_a_reader(found, file, tmp_path, hint, said):
    found("wrong")
    for text in (run(file, "--hint", hint, expect=1), run(file, "--json", "--hint", hint, expect=1)):
        assert ("a claim" in text) == said
    run(file, "--hint", hint, "--html", tmp_path / "report.html", expect=1)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert ("W1 = W1 - dW1" in page) == (hint == "line")


def test_json_is_all_that_is_printed(found, file, tmp_path):
    found("wrong")
    text = run(file, "--json", "--html", tmp_path / "report.html", expect=1)
    assert json.loads(text)["functions"][0]["verdict"] == "wrong"
    assert "a claim" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("sign", "status"), [("-", 0), ("+", 1)])
def test_a_real_file_is_checked(tmp_path, sign, status):
    (tmp_path / "作业.py").write_text(UPDATE.format(sign=sign))
    text = run(tmp_path / "作业.py", expect=status)
    assert "update_parameters" in text


def test_a_screen_without_the_signs_is_no_hindrance_and_no_heavy_library_is_loaded(tmp_path):
    (tmp_path / "a.py").write_text(UPDATE.format(sign="+"))
    heavy = ("jax", "matplotlib", "sklearn")
    code = (
        "import sys\nfrom barreleye.cli.commands import app\n"
        f"sys.argv = ['barreleye', 'check', {str(tmp_path / 'a.py')!r}, '--lang', 'zh']\n"
        "try: app()\nfinally: print([name for name in "
        f"{heavy} if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 1, done.stderr
    assert "update_parameters" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_folder_and_a_pipe_are_called_so(tmp_path):
    assert "is a folder; a folder of files is checked by" in " ".join(run(tmp_path, expect=3).split())


def test_the_report_is_shown_where_the_page_cannot_be_written(found, file, tmp_path, monkeypatch):
    def full(path, data):
        raise OSError(28, "could not write", str(path))

    found("wrong")
    monkeypatch.setattr("barreleye.cli.check.write_atomically", full)
    text = run(file, "--html", tmp_path / "report.html", expect=3)
    assert "a claim" in text
    assert "could not write" in text


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_reader_that_has_had_enough_is_no_error(tmp_path, option):
    (tmp_path / "a.py").write_text(UPDATE.format(sign="+"))
    command = [sys.executable, "-m", "barreleye.cli", "check", "a.py", *option]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


@pytest.mark.parametrize("command", ["check", "grade", "train"])
@pytest.mark.parametrize("width", ["60", "100"])
def test_the_paragraphs_of_help_fill_their_lines(command, width):
    result = runner.invoke(app, [command, "--help"], env={"COLUMNS": width})
    text = result.output.partition("Usage")[2].partition("╭")[0]
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in paragraph.strip().splitlines()]
        for line, after in pairwise(lines):
            assert len(line) + 1 + len(after.split()[0]) > int(width) - 2


def test_help_has_examples():
    assert "barreleye check homework.py" in " ".join(run("--help").split())
