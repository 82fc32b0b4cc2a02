"""What ``barreleye train`` shows of a table and a network before it begins."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from rich.cells import cell_len, set_cell_size

from ..models.preparing import Prepared
from ..models.run import Settings
from ..words import NOTHING, Text, catalogue, listed
from .console import remark, say
from .speech import many, spoken, words

LINES_SHOWN = 40
ALIKE = 5
"""Columns of one kind, for one reason, that follow each other: from so many on they share a line."""


def introduce(ready: Prepared, settings: Settings, data: str, notes: Sequence[str]) -> None:
    """What was read and how, column by column, and how the rows are parted."""
    size = {"rows": many("row", sum(ready.totals)), "columns": many("column", len(ready.table.inputs))}
    task, targets = words(f"table.{ready.targets.task}"), listed(map(repr, ready.targets.names))
    say.print(words("table.title", name=Path(data).stem, task=task, targets=targets, **size), style="bold")
    for note in notes:
        remark(note)
    show_columns(ready)
    for note in ready.notes:
        remark(note)
    train, validation, test = ready.totals
    stops = words("table.stops", n=f"{validation:,}") if validation else NOTHING
    tests = words("table.tests", n=f"{test:,}") if test else NOTHING
    n, network = settings.members_for(train), repr(settings.network(ready))
    members = words("table.members", n=n) if n > 1 else NOTHING
    say.print(words("table.recipe", name=settings.named, members=members, network=network))
    say.print(words("table.parts", rows=many("row", train), stops=stops, tests=tests))
    if (settings.batch or 0) > train:
        remark(words("table.batch", batch=settings.batch, rows=many("row", train)))


def show_columns(ready: Prepared) -> None:
    """The kind of each column, and why; columns of one kind that follow each other together, where they are many."""
    parts = {name: len(ready.table.encoders[name].parts) for name in ready.found}
    lines: list[Sequence[Text | str]] = []
    for (what, k), group in groupby(ready.found, lambda name: (ready.found[name], parts[name])):
        names = list(group)
        together = words("table.alike", first=names[0], last=names[-1], n=len(names))
        shown = names if len(names) < ALIKE else [together]
        kind = catalogue("report")[f"kind.{what.kind}"].zh
        lines += [(name, Text(what.kind, kind), what.why, str(k) if k else words("table.left_out")) for name in shown]
    show([[words(f"table.{key}") for key in ("column", "kind", "why", "made")], *lines[:LINES_SHOWN]])
    if len(lines) > LINES_SHOWN:
        say.print(words("table.more", n=len(lines) - LINES_SHOWN), style="dim")


def show(rows: Sequence[Sequence[Text | str]], marked: int = 0) -> None:
    """Rows of cells below each other, never wrapped, so that a line can be searched. marked: the one in bold."""
    said = [[cell.said(spoken()) if isinstance(cell, Text) else cell for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*said, strict=True)]
    for i, row in enumerate(said):
        line = "  ".join(set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True))
        say.print(line.rstrip(), style="bold" if i == marked else None)
