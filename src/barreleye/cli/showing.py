"""What ``barreleye train`` shows of a table, a network and its scores."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.cells import cell_len, set_cell_size

from ..data.frame import counted
from ..models.importance import Rise, importance, told
from ..models.model import Model
from ..models.preparing import Prepared
from ..models.run import Settings
from ..models.scores import comparison, confusion, loss_in, opponents, reach, scores
from .console import say

LINES_SHOWN = 40
ALIKE = 5
"""Columns of one kind, for one reason, that follow each other: from so many on they share a line."""
CLASSES_SHOWN = 12


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
    made, members = settings.recipe_for(task, train), settings.members_for(train)
    how_many = f"{members} networks, whose mean answers: each " if members > 1 else ""
    say.print(f"{how_many}{settings.network(ready)!r}")
    say.print(f"{counted(train, 'row')} to train on{stops}{tests}")
    if made.batch and made.batch > train and settings.batch:
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


def report(ready: Prepared, model: Model) -> tuple[dict[str, dict[str, float]], dict[str, Rise]]:
    """How good the network is, beside a constant and the linear model, and what it goes by: shown and returned."""
    part = ready.judged
    answers = model.answers(model.outputs_of(ready.X[part]))
    found = {**opponents(ready), "this network": scores(ready, answers, part)}
    which = "that no model has seen" if ready.parts.test.size else "on all of which each was trained"
    say.print(f"on the {counted(len(part), 'row')} {which}", style="bold")
    measures = list(found["this network"])
    lines = [(who, *(tidy(its[measure]) for measure in measures)) for who, its in found.items()]
    show([("", *measures), *lines], marked=len(lines))
    for name, calibration in zip(ready.targets.names, model.calibrations, strict=False):
        of_which = f"of {name!r}: " if len(model.calibrations) > 1 else ""
        how = ", as if all classes were as common" if ready.balanced else ""
        say.print(f"  {of_which}{calibration.said}{how}", style="dim")
    show_confusion(ready, answers)
    for said in comparison(found, model.network.L - 1):
        say.print(f"  {said}", style="dim")
    for said in reach(ready, model, answers):
        say.print(f"  {said}", style="dim")
    rises = importance(ready, model)
    if rises:
        say.print(f"  {told(rises, loss_in(found['this network']))}", style="dim")
    return found, rises


def show_confusion(ready: Prepared, answers: Any) -> None:
    """Which class was taken for which."""
    targets, names = ready.targets, [str(label) for label in next(iter(ready.targets.classes), ())]
    if len(targets.classes) != 1 or len(names) > CLASSES_SHOWN:
        return
    right = targets.indices(ready.frame.take(ready.judged))
    counts = confusion(right, answers[0].argmax(axis=1), len(names))
    lines = [(name, *map(str, row)) for name, row in zip(names, counts.tolist(), strict=True)]
    show([("is \\ answered", *names), *lines])


def tidy(value: float) -> str:
    """A score to three decimals; from a hundred on in whole numbers, as long as a person would read them.

    >>> tidy(0.98765), tidy(-0.0001), tidy(-23765.9), tidy(1.5e300)
    ('0.988', '0.000', '-23,766', '1.5e+300')
    """
    large = ",.0f" if abs(value) < 1e15 else ".3g"
    return format(value, large) if abs(value) >= 100 else f"{round(value, 3) + 0.0:.3f}"
