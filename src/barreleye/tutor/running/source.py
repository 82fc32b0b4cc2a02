"""A learner's source taken apart into statements. Nothing is run.

A cell that cannot be read does not hide the others: ``parse`` saves the functions around an error, and says where it
is.
"""

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ...words import Text, catalogue
from .answers import Note

SAID = catalogue("tutor_running")
NESTED = SAID["source.nested"]
DEEPEST = 200
"""Levels of a statement's tree, which whoever reads it follows by recursion."""


@dataclass(frozen=True)
class Cell:
    """A piece of source. ``file`` is its name in tracebacks, ``place`` what a learner calls it ("" for a script)."""

    file: str
    place: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def where(self, line: int | None) -> str:
        """The line in words: "line 12" or "cell 3, line 4"."""
        return ", ".join(part for part in (self.place, f"line {line}" if line else "") if part)


def parse(cell: Cell) -> tuple[list[ast.stmt], list[Note]]:
    """The statements of a cell, and what is to be said of it: magics left out, and where it cannot be read.

    >>> statements, notes = parse(Cell("", "", "import numpy\\n\\ndef f(:\\n    pass\\n\\ndef g():\\n    pass\\n"))
    >>> [type(statement).__name__ for statement in statements], notes[0].where
    (['Import', 'FunctionDef'], 'line 3')
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in strings and the like
        try:
            return _statements(cell.text), []
        except SyntaxError:
            text, magics = _without_magics(cell.text)
        notes = []
        if magics:
            first, more = cell.lines[magics[0] - 1].strip(), len(magics) - 1
            said = SAID["source.magics" if more else "source.magic"].filled(first=first, n=more)
            notes.append(Note("magic", cell.where(magics[0]), said))
        try:
            return _statements(text), notes
        except SyntaxError as error:
            saved, lost = _saved(text)
            notes.append(Note("syntax", cell.where(error.lineno), _said(error)))
            notes += [
                Note("syntax", cell.where(other.lineno), _said(other)) for other in lost if other.lineno != error.lineno
            ]
            return saved, notes


def _statements(text: str) -> list[ast.stmt]:
    try:
        body = ast.parse(text).body
    except ValueError as error:  # null bytes
        raise SyntaxError(str(error)) from None
    except (RecursionError, MemoryError):
        raise SyntaxError(NESTED.en) from None
    level: list[ast.AST] = [*body]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    if level:
        raise SyntaxError(NESTED.en)
    return body


MAGIC = re.compile(r"^(\s*)([%!?]|[\w.\[\], ]+=\s*[%!]|[\w.]+\?{1,2}\s*$)")
# Cell magics whose cell is Python all the same.
PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%python", "%%python3")


def _without_magics(text: str) -> tuple[str, list[int]]:
    """The text with IPython's magic lines emptied, and their line numbers. A cell of another language is empty."""
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%") and lines[first].split()[0] not in PYTHON_CELLS:
        return "", [first + 1]
    magics = []
    for i, line in enumerate(lines):
        if found := MAGIC.match(line):
            magics.append(i + 1)
            lines[i] = f"{found[1]}pass"
    return "\n".join(lines), magics


DEFINING = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom),
    *(ast.Assign, ast.AnnAssign),
)


def _saved(text: str) -> tuple[list[ast.stmt], list[SyntaxError]]:
    """The statements that can be read when the text is taken apart at its left margin, and the errors of the others.

    Only functions, classes, imports and names given a value are saved: what else stands there may be a part of
    something torn apart.
    """
    saved: list[ast.stmt] = []
    errors = []
    for first, block in _blocks(text.split("\n")):
        try:
            found = _statements(block)
        except SyntaxError as error:
            error.lineno = first + (error.lineno or 1)
            if re.match(r"(@|def |async |class )", block):
                errors.append(error)
            continue
        saved += (ast.increment_lineno(node, first) for node in found if isinstance(node, DEFINING))
    return saved, errors


def _blocks(lines: list[str]) -> Iterator[tuple[int, str]]:
    """(lines before it, text) of each piece that begins at the left margin; decorators go with what they decorate."""
    starts = [i for i, line in enumerate(lines) if line and not line[0].isspace() and line[0] not in "#)]}"]
    starts = [i for k, i in enumerate(starts) if k == 0 or not lines[starts[k - 1]].startswith("@")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield start, "\n".join(lines[start:end])


def _said(error: SyntaxError) -> Text:
    """What is wrong, in Python's own words, which are English, and the line."""
    message = (error.msg or "invalid syntax")[:250]
    said = NESTED if message == NESTED.en else Text(message, message)
    if message.startswith("Missing parentheses in call"):
        said = SAID["source.python2"].filled(message=said)
    line = (error.text or "").strip()[:250]
    return unreadable(SAID["source.line"].filled(message=said, line=line) if line else said)


def unreadable(why: Text) -> Text:
    return SAID["source.unreadable"].filled(why=why)


def ready_made(cell: Cell, nodes: Iterable[ast.stmt]) -> Iterator[Note]:
    """A Note for each place that imports barreleye: what is called from there is not the learner's own work."""
    parts = (part for one in nodes for part in ast.walk(one)) if "barreleye" in cell.text else ()
    for node in parts:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        if any(name.split(".")[0] == "barreleye" for name in names):
            yield Note("ready-made", cell.where(getattr(node, "lineno", None)), SAID["source.ready_made"])
