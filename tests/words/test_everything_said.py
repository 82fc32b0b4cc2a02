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
    "cli/judging.py": "the name of a score, by which it is looked up",
    "cli/watching.py": "the beginning of a warning that is caught",
    "tutor/showing/shown.py": "a repr",
}

FOR_PROGRAMMERS = {
    "__init__.py": "a name that the package does not have, in Python's own words",
    "models/folder.py": "what cannot happen",
    "models/quoting.py": "a part of the library itself that cannot be quoted",
    "models/tracing.py": "a line of the library that cannot be traced",
    "nn/notation.py": "an equation of the library that is not in the notation",
    "training/together.py": "a caller within the library",
    "tutor/classics.py": "a mistake that does not apply, which is passed over",
    "tutor/curves.py": "mistaken gradients that cannot be trained with, which are passed over",
    "tutor/equations.py": "an equation that there is not, which is passed over",
    "tutor/exercises/loops.py": "a number that is not in a learner's line, which is passed over",
    "tutor/running/calling.py": "between two processes",
    "tutor/running/reading.py": "what cannot happen",
    "tutor/running/sandbox.py": "between two processes",
    "tutor/running/wire.py": "between two processes",
}
"""Errors that are not said to a person who uses the library: the files that raise them, and why."""
KEYED = ("words", "label", "many", "counted", "import_module")
"""Functions whose arguments are keys of a catalogue, or names."""


def texts_in(tree):
    """The strings of a module that are no docstrings and no comments between statements, with their lines."""
    apart = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    keys = {
        id(one)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYED
        for one in node.args
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


def raised_in_code(root):
    """The files, with lines, where an error is raised with prose that stands in the code."""
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and any(PROSE.search(text) for _, text in texts_in(node)):
                yield path.relative_to(root).as_posix(), node.lineno


def test_every_error_is_said_in_both_languages():
    assert {file for file, _ in raised_in_code(SOURCE)} == FOR_PROGRAMMERS.keys()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('raise ValueError("must end in .csv")', 1),
        ('raise kind(f"{a} has shape {b}") from None', 1),
        ('raise ValueError("a " + ("big one" if x else "small one"))', 1),
        ('raise ValueError(SAY["rows.gap"].filled(gone=counted(n, "missing cell")))', 0),
        ('print("a word or two")', 0),
    ],
)
def test_an_error_in_english_alone_is_found(code, found, tmp_path):
    (tmp_path / "a.py").write_text(code)
    assert len([*raised_in_code(tmp_path)]) == found


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
