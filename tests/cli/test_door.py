"""The door of the command: Ctrl-C at any moment, screens of any encoding, and what each exit status means."""

import os
import re
import signal
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from barreleye import cli
from barreleye.cli.commands import NAMES, app
from barreleye.cli.endings import FAULT, MISUSED
from barreleye.models.model import load

HERE = """
import os, signal, sys
def press(*_, **__):
    os.kill(os.getpid(), signal.SIGINT)
class AtImport:
    def find_spec(self, name, path=None, target=None):
        if name == {moment!r}:
            press()
sys.meta_path.insert(0, AtImport())
sys.argv = ["barreleye", *{words!r}]
{also}
from barreleye.cli import main
main()
"""
QUICK = ["train", "iris", "--recipe", "plain", "--epochs", "30", "--engine", "numpy", "--out", "out"]


def pressed(folder, moment, words, also=""):
    """The command run in a process of its own, with Ctrl-C when it first imports ``moment``."""
    code = HERE.format(moment=moment, words=words, also=also)
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("typer", QUICK),
        ("rich.console", QUICK),
        ("numpy._core._multiarray_umath", QUICK),  # from here an exception comes out as an ImportError
        ("barreleye.models.linear", QUICK),
        ("matplotlib.figure", QUICK),
        ("numpy", ["check", "a.py"]),
        ("barreleye.tutor.classroom.grading", ["grade", "."]),
    ],
)
def test_ctrl_c_during_an_import_is_one_line_and_status_130(moment, words, tmp_path):
    done = pressed(tmp_path, moment, words)
    assert done.returncode == 130
    assert done.stderr == "\ninterrupted\n"


BETWEEN_STRETCHES = "import rich.progress; rich.progress.Progress.update = press"
TWICE = "import rich.progress; rich.progress.Progress.update = lambda *_, **__: (press(), press())"
WHILE_SAVING = "real, once = os.fsync, [press]; os.fsync = lambda handle: (once and once.pop()(), real(handle))"


@pytest.mark.parametrize("also", [BETWEEN_STRETCHES, WHILE_SAVING])
def test_ctrl_c_while_training_or_saving_keeps_the_model(also, tmp_path):
    done = pressed(tmp_path, None, QUICK, also)
    assert (done.returncode, done.stderr) == (130, "")
    assert ("interrupted by Ctrl-C" in done.stdout) == (also == BETWEEN_STRETCHES)
    assert load(tmp_path / "out" / "model.safetensors").targets.classes
    assert not list(tmp_path.rglob("*.part"))


def test_ctrl_c_after_the_work_does_not_change_how_it_ended(tmp_path):
    done = pressed(tmp_path, None, ["--version"], "import atexit; atexit.register(press)")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_ctrl_c_while_training_ends_at_once(tmp_path):
    done = pressed(
        tmp_path,
        None,
        QUICK,
        "import rich.progress; rich.progress.Progress.update = lambda *_, **__: (press(), press())",
    )
    assert (done.returncode, done.stderr) == (130, "interrupted\n")
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_answering_leaves_nothing_behind(tmp_path):
    subprocess.run([sys.executable, "-m", "barreleye.cli", *QUICK], cwd=tmp_path, check=True, capture_output=True)
    columns = load(tmp_path / "out").feature_names
    (tmp_path / "new.csv").write_text(f"{','.join(columns)}\n5,3,1,0.2\n")
    before = sorted(path.name for path in tmp_path.iterdir())
    also = "import barreleye.models.answering as answering; answering.heading = press"
    done = pressed(tmp_path, None, ["predict", "out", "new.csv"], also)
    assert (done.returncode, done.stderr) == (130, "interrupted\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize(
    "words",
    [["train", "水果.csv", "--recipe", "plain", "--epochs", "2", "--out", "结果"], ["train", "没有.csv"], ["-h"]],
)
def test_a_screen_that_lacks_a_character_stops_nothing(encoding, words, tmp_path):
    rows = [f"{i % 7},{i % 2},{'苹果' if i % 2 else '梨'}" for i in range(40)]
    (tmp_path / "水果.csv").write_text("\n".join(["重量,颜色,种类", *rows]), encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "barreleye.cli", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, env=environment, timeout=120)
    assert done.returncode == (3 if words[1:] == ["没有.csv"] else 0), done.stderr
    assert b"Traceback" not in done.stderr
    if "结果" in words:
        assert load(tmp_path / "结果" / "model.safetensors").table.inputs == ("重量", "颜色")
        assert b"of '??'" in done.stdout


@pytest.mark.parametrize(
    "words", [["trian"], ["--nonsense"], ["train", "iris", "--nonsense"], ["check"], ["grade", "a", "b"]]
)
def test_a_command_that_cannot_be_followed_ends_with_3(words):
    assert CliRunner().invoke(app, words).exit_code == MISUSED


def test_a_fault_of_the_program_ends_with_4_and_shows_where_it_lies(monkeypatch, capsys):
    def faulty():
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr("barreleye.cli.commands.app", faulty)
    handler = signal.getsignal(signal.SIGINT)
    try:
        with pytest.raises(SystemExit) as end:
            cli.main()
    finally:
        signal.signal(signal.SIGINT, handler)
    assert end.value.code == FAULT
    assert "a bug of ours" in capsys.readouterr().err


def test_ctrl_c_that_the_shell_ignores_stays_ignored(tmp_path):
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
    done = pressed(tmp_path, "rich.console", ["--version"], code)
    assert done.returncode == 0
    assert re.fullmatch(r"barreleye \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize("command", ["", *NAMES, "runs show", "runs export"])
def test_every_help_is_there_in_both_languages(command):
    english, chinese = (
        CliRunner().invoke(app, [*command.split(), "--help", "--lang", lang], env={"COLUMNS": "100"}).output
        for lang in ("en", "zh")
    )
    assert not re.search("[\u4e00-\u9fff]", english)
    described = [row for row in re.findall(r"│ (.+?) *│", chinese) if re.match(r"\*? *-*[a-z]", row)]
    assert described
    commands = r"(Usage: |用法： )[ -~]+|barreleye [ -~]+|(mlflow ui|pip install) [ -~]+|<[^>]+>"
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", re.sub(commands, "", " ".join(chinese.split())))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["trian"], "没有命令 trian。是不是想写 train？"),
        (["check", "--sollution"], "没有选项 --sollution。"),
        (["check"], "缺少 file。"),
        (["check", "nowhere.py"], "错误：没有文件 'nowhere.py'"),
        (["train", "iris", "--epochs", "x"], "--epochs 不合适：必须是整数"),
        (["runs", "--limit", "0"], "--limit 不合适：必须不小于 1"),
        (["train", "nowhere"], "错误：没有文件 'nowhere'，也没有这个名字的内置数据"),
        (["train", "iris", "--layers", "a"], "错误：--layers 'a' 应是用逗号隔开的整数"),
        (["predict", "a", "b.csv", "--out", "a.py"], "--out 'a.py' 必须以 .csv 结尾"),
        (["compare", "3"], "只有 3：请给出两次或更多次运行"),
    ],
)
@pytest.mark.parametrize("how", ["option", "equals", "locale"])
def test_misuse_is_told_in_the_language(words, said, how, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = {"option": ["--lang", "zh"], "equals": ["--lang=zh"], "locale": []}[how]
    environment = {"COLUMNS": "120", "LC_ALL": "zh_CN.UTF-8" if how == "locale" else "en_US.UTF-8"}
    done = CliRunner().invoke(app, [*words, *asked], env=environment)
    assert done.exit_code == MISUSED
    assert said in " ".join(done.output.split())


def test_an_unknown_language_is_refused_by_every_command():
    for command in NAMES:
        done = CliRunner().invoke(app, [command, "--lang", "fr"])
        assert (done.exit_code, "--lang='fr' is unknown; choose one of: en, zh" in done.output) == (MISUSED, True)


def test_what_the_parser_says_by_itself_is_in_the_language_too():
    command = [sys.executable, "-m", "barreleye.cli", "predict", "--help", "--lang", "zh"]
    said = subprocess.run(command, capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}).stdout
    assert "─ 参数 ─" in said
    assert "─ 选项 ─" in said
    assert "[必需]" in said
