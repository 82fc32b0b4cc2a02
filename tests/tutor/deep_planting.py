"""Planting mistakes in the two deep solutions: a table has a row for each, with the edits in both."""

import re
from typing import Any

import pytest

from barreleye.tutor.report import FRAGILE

from .planting import checked, diagnoses

COURSE, LOOPED, SHORT = "deep_course", "deep_looped", "activations_vectorised"


def found(solution: str, *edits: tuple[str, str]) -> list[tuple[str, str | None, str]]:
    """(exercise, mistake, quantity) of each finding that is not there without the edits.

    "It builds on ..., mend that first" is no finding of its own: it only points to another one.
    """
    usual = diagnoses(checked(solution))
    report = checked(solution, *edits)
    return [
        (function.exercise, finding.mistake, finding.quantity)
        for function, finding in report.findings
        if not finding.claim.en.startswith("It builds on")
        and (function.exercise, finding.mistake, finding.quantity) not in usual
    ]


def texts_of(solution: str, *edits: tuple[str, str]) -> list[str]:
    """Everything that the findings which are not fragilities say, in both languages, but for keys such as f"W{k}"."""
    findings = [one for _, one in checked(solution, *edits).findings if one.verdict != FRAGILE]
    return [
        re.sub(r"""f["']d?[Wb]\{k\}["']""", "", text)
        for one in findings
        for text in (one.claim.en, one.claim.zh, one.hint.en, one.hint.zh, one.should, one.seen, one.solution)
    ]


def rows(table: Any) -> list[Any]:
    """(exercise, name, quantity, solution, edits) for each mistake in each solution, as parameters of a test."""
    return [
        pytest.param(exercise, name, quantity, solution, edits, id=f"{name}, {solution}")
        for exercise, name, quantity, places in table
        for solution, edits in (
            (solution, (edit,) if isinstance(edit[0], str) else tuple(edit)) for solution, edit in places.items()
        )
    ]
