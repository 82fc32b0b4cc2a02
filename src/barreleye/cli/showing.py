"""What ``barreleye train`` shows of a table and a network before it begins."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from rich.cells import cell_len, set_cell_size

from ..data.frame import counted
from ..models.preparing import Prepared
from ..models.run import Settings
from .console import say

LINES_SHOWN = 40
ALIKE = 5
"""Columns of one kind, for one reason, that follow each other: from so many on they share a line."""


def introduce(ready: Prepared, settings: Settings, data: str, notes: Sequence[str]) -> None:
    """What was read and how, column by column, and how the rows are parted."""
    names, task = ", ".join(map(repr, ready.targets.names)), ready.targets.task
    size = f"{counted(ready.frame.m, 'row')}, {counted(len(ready.table.inputs), 'column')}"
    say.print(f"{Path(data).stem}: {size}, {task} of {names}", style="bold")
    for note in notes:
        say.print(f"  {note}", style="dim")
    show_columns(ready)
    for note in ready.notes:
        say.print(f"  {note}", style="dim")
    train, validation, test = map(len, ready.parts)
    stops = f", {validation:,} to decide when to stop" if validation else ""
    tests = f", {test:,} for the score at the end" if test else ""
    members = settings.members_for(train)
    how_many = f"{members} networks, whose mean answers, each " if members > 1 else ""
    say.print(f"recipe {settings.named}: {how_many}{settings.network(ready)!r}")
    say.print(f"{counted(train, 'row')} to train on{stops}{tests}")
    if (settings.batch or 0) > train:
        rows = counted(train, "row")
        say.print(f"  --batch {settings.batch} is more than the {rows} to train on: each step takes them all")


def show_columns(ready: Prepared) -> None:
    """The kind of each column, and why; columns of one kind that follow each other together, where they are many."""
    parts = {name: len(ready.table.encoders[name].parts) for name in ready.found}
    lines: list[Sequence[str]] = []
    for (what, k), group in groupby(ready.found, lambda name: (ready.found[name], parts[name])):
        names = list(group)
        shown = names if len(names) < ALIKE else [f"{names[0]} ... {names[-1]} ({len(names)} columns)"]
        lines += [(name, what.kind, what.why, str(k or "left out")) for name in shown]
    show([("column", "kind", "because it holds", "numbers made of it"), *lines[:LINES_SHOWN]])
    if len(lines) > LINES_SHOWN:
        say.print(f"and {len(lines) - LINES_SHOWN} more", style="dim")


def show(rows: Sequence[Sequence[str]], marked: int = 0) -> None:
    """Rows of cells below each other, never wrapped, so that a line can be searched. marked: the one in bold."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for i, row in enumerate(rows):
        line = "  ".join(set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True))
        say.print(line.rstrip(), style="bold" if i == marked else None)
