"""The two pages on tables are what happens: their code runs, their commands are given, and the screen is compared."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

from barreleye import TableClassifier

ROOT = Path(__file__).parents[1]
PAGES = ("docs/tables.md", "docs/tables.zh-CN.md")
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```$", re.S | re.M)
BY_THE_MACHINE = re.compile(r"training ━| steps in |kept are the parameters")


def blocks(page):
    """(language, text) of each block that is to come true."""
    return BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


def words(screen):
    """The lines without what differs from machine to machine: times, and the last digits of scores."""
    lines = [line.rstrip() for line in screen.splitlines() if not BY_THE_MACHINE.search(line)]
    return [re.sub(r" +", " ", re.sub(r"-?\d[\d.,]*", "#", line)) for line in lines]


def test_the_code_runs_and_the_commands_say_what_is_printed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for language, text in blocks(PAGES[0]):
        if language == "python":
            example = doctest.DocTestParser().get_doctest(text, names, "tables", PAGES[0], 0)
            assert doctest.DocTestRunner().run(example, clear_globs=False).failed == 0
            names = example.globs
        else:
            command, _, screen = text.removeprefix("$ barreleye ").partition("\n")
            run = [sys.executable, "-m", "barreleye.cli", *command.split()]
            done = subprocess.run(run, capture_output=True, check=True, env={"COLUMNS": "100", "PYTHONUTF8": "1"})
            assert words(done.stdout.decode()) == words(screen)


def test_both_languages_show_the_same():
    assert blocks(PAGES[0]) == blocks(PAGES[1])
    assert len(blocks(PAGES[0])) == 14


@pytest.mark.parametrize("page", PAGES)
def test_every_option_that_is_named_is_there(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    known = set()
    for command in (["train"], ["predict"], ["report"], ["runs"], ["runs", "export"], ["compare"], ["export"]):
        run = [sys.executable, "-m", "barreleye.cli", *command, "--help"]
        done = subprocess.run(run, capture_output=True, check=True, env={"COLUMNS": "200", "PYTHONUTF8": "1"})
        known |= set(re.findall(r"--[a-z]+", done.stdout.decode()))
    assert set(re.findall(r"--[a-z]+", text)) - known == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_parameter_stands_beside_the_option_that_it_is(page):
    table = (ROOT / page).read_text(encoding="utf-8").rpartition("\n\n")[2]
    beside = "".join(line.split("|")[2] for line in table.splitlines())
    parameters = set(TableClassifier().get_params())
    assert {name for name in re.findall(r"\b[a-z][a-z_]+\b", beside) if name in parameters} == parameters
