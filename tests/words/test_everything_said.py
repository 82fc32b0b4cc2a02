"""Whatever is said to a person stands in a catalogue, in both languages: found by reading the source of whole rooms."""

import ast
import re
from pathlib import Path

import pytest

import barreleye

SOURCE = Path(barreleye.__file__).parent
ROOMS = ("cli", "tutor/showing", "tutor/classroom")
"""Whose every text comes from a catalogue."""
PROSE = re.compile(r"[A-Za-z]{2,},? [a-z]{2,}")
PLAIN = {
    "cli/commands.py": "what the parser's own messages look like",
    "cli/endings.py": "what is said in a signal's handler, where nothing may be read",
    "cli/judging.py": "the name of a score, by which it is looked up",
    "cli/watching.py": "the beginning of a warning that is caught",
    "tutor/showing/shown.py": "a repr",
    "tutor/classroom/required.py": "errors, as in the rooms that are still to come",
    "tutor/classroom/submissions.py": "errors, as in the rooms that are still to come",
    "tutor/classroom/checkers.py": "errors, as in the rooms that are still to come",
}


def texts_in(tree):
    """The strings of a module that are no docstrings and no comments between statements, with their lines."""
    apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    keys = {
        id(one)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("words", "label", "many", "import_module")
        for one in node.args[:1]
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart | keys:
            yield node.lineno, node.value


def said_in_code(root, room):
    """Where prose stands in the code of a room."""
    return [
        f"{path.relative_to(root).as_posix()}:{line}: {text}"
        for path in sorted((root / room).rglob("*.py"))
        for line, text in texts_in(ast.parse(path.read_text(encoding="utf-8")))
        if PROSE.search(text) and path.relative_to(root).as_posix() not in PLAIN
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_stands_in_the_code(room):
    assert said_in_code(SOURCE, room) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('say.print("saved in a folder")', 1),
        ('remark(f"the files of {earlier} are there")', 1),
        ('raise ValueError("must end in .csv")', 1),
        ('def f():\n    """A sentence about f."""\n    return words("saved")', 0),
        ('typer.Option("--json", help="Print them as JSON.")', 1),
        ('x = {"mean answer": 1}\n"""What x is, said below it."""', 1),
    ],
)
def test_a_sentence_in_the_code_is_found(code, found, tmp_path):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "a.py").write_text(code)
    assert bool(said_in_code(tmp_path, "room")) == bool(found)
