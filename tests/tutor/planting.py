"""Planting a mistake in a right solution, and checking what comes of it."""

import linecache
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import pytest

from barreleye.tutor.checking import check
from barreleye.tutor.report import Report
from barreleye.tutor.search import Mistake
from barreleye.words import Text

SOLUTIONS = Path(__file__).parent / "solutions"


def planted(solution: str, *edits: tuple[str, str]) -> ModuleType:
    """The solution as a module, with ``old`` replaced by ``new`` for each edit; it must be there exactly once."""
    source = (SOLUTIONS / f"{solution}.py").read_text(encoding="utf-8")
    for old, new in edits:
        assert source.count(old) == 1, f"{solution}: {source.count(old)} of {old!r}"
        source = source.replace(old, new)
    module = ModuleType(solution)
    file = f"<{solution}: {edits}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), vars(module))
    return module


@cache
def checked(solution: str, *edits: tuple[str, str]) -> Report:
    """What a check says of the solution with these edits; the learning curves, which take half of the time, aside."""
    with patch("barreleye.tutor.checking.with_curves", lambda report, *_: report):
        return check(planted(solution, *edits))


def said_of(mistake: Mistake) -> list[Text]:
    """Its claim and its hint, filled in: nothing is left open, and each ends as a sentence does."""
    layer = {"l": 2, "p": 1, "n": 3, "g": "tanh"}
    assert "{" not in mistake.seen.format(**layer)
    said = [text.filled(**layer, m=7, q="dW2") for text in (mistake.claim, mistake.hint)]
    for text in said:
        assert text.en[-1] in ".?"
        assert text.zh[-1] in "。？"
        assert "{" not in text.en + text.zh
    return said


def diagnoses(report: Report) -> list[tuple[str, str | None, str]]:
    """(exercise, mistake, quantity) of each finding."""
    return [(function.exercise, finding.mistake, finding.quantity) for function, finding in report.findings]


VECTORISED, LOOPED = "two_layer_vectorised", "two_layer_looped"
Edits = tuple[str, str] | tuple[tuple[str, str], ...]
Row = tuple[str, str, Edits, Edits]
"""A mistake's name, the quantity that it spoils, and how to make it in the vectorised and in the looped solution."""


def plants(table: tuple[Row, ...]) -> list[Any]:
    """(name, quantity, solution, edits) for each mistake of a table in each solution, as parameters of a test."""
    return [
        pytest.param(
            name, quantity, solution, edits if isinstance(edits[0], tuple) else (edits,), id=f"{name}, {solution}"
        )
        for name, quantity, *both in table
        for solution, edits in zip((VECTORISED, LOOPED), both, strict=True)
    ]
