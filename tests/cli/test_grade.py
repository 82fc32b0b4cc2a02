"""``barreleye grade``, as a teacher meets it."""

import os
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from barreleye.cli.commands import app
from barreleye.tutor.report import Finding, FunctionReport, Report
from barreleye.words import Text

runner = CliRunner()

ENDLESS = """
def update_parameters(parameters, grads, learning_rate=1.2):
    open("loaded", "w").close()
    while True:
        pass
"""


def run(*arguments, expect=0):
    environment = {"COLUMNS": "100", "LC_ALL": "en_US.UTF-8"}
    result = runner.invoke(app, ["grade", *(str(a) for a in arguments), "--jobs", "1"], env=environment)
    assert result.exit_code == expect, result.output
    return result.output


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A class of five, of whom one's file breaks the check, in the current folder."""

    def check_file(path, *, seconds, stop):
        if path.name == "c.py":
            raise RuntimeError("it broke")
        finding = Finding("wrong", "W1", "sign", Text("the update adds the gradient", "更新时加上了梯度"))
        findings = (finding,) if path.name in "b.py d.py" else ()
        return Report(str(path), (FunctionReport("update", "update", Text("the update", "更新"), "line 1", findings),))

    monkeypatch.setattr("barreleye.tutor.checking.check_file", check_file)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class").mkdir()
    for name in "abcde":
        (tmp_path / "class" / f"{name}.py").touch()
    return tmp_path / "class"


def test_a_class_is_graded_into_a_table_and_a_page(folder):
    text = run("class")
    assert "2 of 5 files all right" in text
    assert "the update adds the gradient" in text
    assert "could not be checked: RuntimeError: it" in " ".join(text.split())
    assert "Written: class-grades.csv and class-grades.html" in text
    table = (folder.parent / "class-grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[:5] for line in table[1:3]] == [
        ["a.py", "100", "right", "1", "0"],
        ["b.py", "0", "wrong", "0", "1"],
    ]
    assert "Grades of class" in (folder.parent / "class-grades.html").read_text(encoding="utf-8")


def test_only_what_is_named_is_written(folder):
    run(folder, "--csv", "week.csv", "--lang", "zh")
    assert {path.name for path in folder.parent.iterdir()} == {"class", "week.csv"}
    assert "更新时加上了梯度" in (folder.parent / "week.csv").read_text(encoding="utf-8-sig")


def test_nothing_is_overwritten_unasked(folder):
    (folder.parent / "class-grades.csv").write_text("mine")
    assert "class-grades.csv would be overwritten" in run("class", expect=3)
    assert (folder.parent / "class-grades.csv").read_text() == "mine"
    run("class", "--csv", "class-grades.csv")
    assert (folder.parent / "class-grades.csv").read_text() != "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "'nowhere' is not a folder"),
        (["class", "--csv", "class/a.py"], "must end in .csv"),
        (["class", "--html", "x/y.html"], "there is no folder 'x'"),
        (["class", "--require", "compute-cost"], "'compute-cost' is no function's name"),
        (["class", "--lang", "fr"], "choose one of: en, zh"),
    ],
)
def test_misuse_is_refused_before_anything_is_checked(folder, arguments, message):
    assert message in " ".join(run(*arguments, expect=3).split())
    assert {path.name for path in folder.parent.iterdir()} == {"class"}


def test_ctrl_c_keeps_what_was_checked(folder, monkeypatch):
    def check_file(path, *, seconds, stop):
        if path.name == "b.py":
            time.sleep(0.2)
            raise KeyboardInterrupt
        return Report(str(path), ())

    monkeypatch.setattr("barreleye.tutor.checking.check_file", check_file)
    text = run("class", expect=130)
    assert "Interrupted: 1 of 5 files checked." in text
    assert "a.py" in (folder.parent / "class-grades.csv").read_text(encoding="utf-8-sig")


def test_a_folder_that_cannot_be_written_to_is_refused_before_anything_is_checked(folder, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("barreleye.tutor.checking.check_file", None)
    monkeypatch.setattr("tempfile.TemporaryFile", full)
    for arguments in (["--csv", "week.csv"], []):
        assert "cannot be written here: No space left on device" in " ".join(run("class", *arguments, expect=3).split())


def test_what_was_found_is_shown_and_the_other_file_written_where_one_cannot_be(folder, monkeypatch):
    def broken(path, data):
        if path.suffix == ".csv":
            raise OSError(28, "could not write", str(path))
        path.write_bytes(data)

    monkeypatch.setattr("barreleye.tutor.classroom.grade_table.write_atomically", broken)
    text = run("class", expect=3)
    assert "2 of 5 files all right" in text
    assert "could not write" in text
    assert "Written" not in text
    assert (folder.parent / "class-grades.html").exists()


@pytest.mark.filterwarnings("ignore:os.fork:RuntimeWarning")  # JAX may have started in this process before
@pytest.mark.skipif(not hasattr(os, "fork"), reason="signals are sent on Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_what_was_checked_and_leaves_nothing_behind(tmp_path, number):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "a.py").write_text("")
    (tmp_path / "class" / "b.py").write_text(ENDLESS)
    (tmp_path / "scratch").mkdir()
    command = [sys.executable, "-m", "barreleye.cli", "grade", "class", "--csv", "g.csv", "--seconds", "60"]
    command += ["--jobs", "1"]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "scratch"), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # under nohup a hang-up would be ignored
    ) as process:
        loaded, since = None, time.monotonic()
        while loaded is None or time.monotonic() - since < 2:  # b.py stays, and a.py has nothing to check
            now = next(iter((tmp_path / "scratch").glob("barreleye-*/loaded")), None)
            loaded, since = now, since if now == loaded else time.monotonic()
            time.sleep(0.05)
        process.send_signal(number)
        text, _ = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert "Interrupted: 1 of 2 files checked." in text
    assert "a.py" in (tmp_path / "g.csv").read_text(encoding="utf-8-sig")
    assert list((tmp_path / "scratch").iterdir()) == []


def test_help_has_examples():
    assert "barreleye grade submissions" in " ".join(run("--help").split())
