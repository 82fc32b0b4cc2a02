"""What the tests of a class share: its files, and a table of four of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from barreleye.tutor.classroom.grading import Graded, sorted_book
from barreleye.tutor.report import Report
from barreleye.words import Text


@pytest.fixture
def folder(tmp_path):
    """Students' files: in folders of their own and not, a notebook, and what is not theirs."""
    for name in (
        *("b.py", "a.py", "lee/hw.py", "王/作业.ipynb", "notes.txt"),
        *("lee/__pycache__/x.py", ".git/x.py", "lee/.ipynb_checkpoints/hw.ipynb"),
    ):
        path = tmp_path / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "class"


@pytest.fixture
def book(report):
    rows = [
        Graded("lee/hw.py", report),
        Graded("=cmd|' /C calc'!A0.py", None, Text("OSError: gone", "OSError: gone")),
        Graded("b.py", replace(report, functions=report.functions[:2], notes=())),
        Graded("c.py", Report("c.py", ())),
    ]
    return sorted_book(Path("class"), rows, 5)
