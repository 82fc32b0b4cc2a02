"""What ``barreleye train`` shows while it works, and what it leaves: tables on the screen, files in a folder."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table as Grid

from ..data.builtin import DATASETS, load_dataset
from ..data.frame import Frame
from ..data.read import read
from ..models.preparing import Prepared, rows_of
from ..models.run import Settings
from ..models.scores import confusion, opponents, scores
from ..nn.validation import near
from ..training.divergence import DivergenceError
from ..training.interruption import Interrupted, listening
from ..training.progress import Progress
from .console import say

COLUMNS_SHOWN = 40
CLASSES_SHOWN = 12


def source(data: str, target: str | None, encoding: str | None) -> tuple[Frame, list[str], list[str]]:
    """The rows called ``data``, the columns to predict, and how the rows were understood."""
    if data in DATASETS and not Path(data).exists():
        table = load_dataset(data)
        if target is not None:
            raise ValueError(f"--target {target!r}: the built-in {data} has its own target, {table.target_name!r}")
        frame, name = rows_of(table)
        return frame, [name], [table.description]
    if not Path(data).exists() and not Path(data).suffix:
        raise ValueError(
            f"there is no file {data!r}, and no built-in data of that name{near(data, DATASETS)}; "
            f"built in: {', '.join(DATASETS)}"
        )
    frame, notes = read(data, encoding)
    whole = target is None or target in frame.names
    wanted = [target or frame.names[-1]] if whole else split_at_commas(target or "")
    return frame, wanted, list(notes)


def split_at_commas(text: str) -> list[str]:
    """The parts of "a,b", without the spaces around them."""
    return [part.strip() for part in text.split(",") if part.strip()]


def kinds_of(options: Sequence[str]) -> dict[str, str]:
    """{column: kind} of COLUMN=KIND, each. Raises ValueError for one of another form."""
    pairs = [option.rpartition("=") for option in options]
    odd = next((option for option, (name, _, kind) in zip(options, pairs, strict=True) if not (name and kind)), None)
    if odd is not None:
        raise ValueError(f"--kind {odd!r} must be COLUMN=KIND, such as postcode=category")
    return {name: kind for name, _, kind in pairs}


def hidden_units(layers: str) -> tuple[int, ...]:
    """The units of "64,32"; none for "0".

    >>> hidden_units("64,32"), hidden_units("0")
    ((64, 32), ())
    """
    try:
        units = tuple(int(part) for part in layers.split(","))
    except ValueError:
        raise ValueError(f"--layers {layers!r} must be whole numbers separated by commas, such as 64,32") from None
    if units != (0,) and min(units) < 1:
        raise ValueError(f"--layers {layers!r}: each hidden layer needs 1 unit or more; 0 alone means no hidden layer")
    return () if units == (0,) else units


def introduce(ready: Prepared, settings: Settings, data: str, notes: Sequence[str]) -> None:
    """What was read and how, column by column, and how the rows are parted."""
    names, task = ", ".join(map(repr, ready.targets.names)), ready.targets.task
    say.print(
        f"{Path(data).stem}: {ready.frame.m} rows, {len(ready.table.inputs)} columns, {task} of {names}", style="bold"
    )
    for note in notes:
        say.print(f"  {note}", style="dim")
    grid = Grid("column", "kind", "because it holds", "numbers made of it", box=None, pad_edge=False)
    for name, what in list(ready.found.items())[:COLUMNS_SHOWN]:
        grid.add_row(name, what.kind, what.why, str(len(ready.table.encoders[name].parts)))
    if set(ready.found.values()) != {next(iter(ready.found.values()))} or len(ready.found) <= 4:
        say.print(grid)
        if len(ready.found) > COLUMNS_SHOWN:
            say.print(f"and {len(ready.found) - COLUMNS_SHOWN} more", style="dim")
    else:
        say.print(f"  every column is {next(iter(ready.found.values())).kind}", style="dim")
    for note in ready.notes:
        say.print(f"  {note}", style="dim")
    train, validation, test = map(len, ready.parts)
    stops = f", {validation} rows to decide when to stop" if validation else ""
    tests = f", {test} rows for the score at the end" if test else ""
    say.print(f"{settings.network(ready)!r}")
    say.print(f"{train} rows to train on{stops}{tests}")
    if settings.batch > train:
        say.print(f"  --batch {settings.batch} is more than the {train} rows to train on: each step takes them all")


def watch(training: Iterator[Progress], epochs: int, interrupted: Interrupted) -> tuple[list[Progress], str | None]:
    """Every Progress of the run until it is interrupted, shown as a bar; and what went wrong, if training diverged."""
    said = TextColumn("{task.fields[numbers]}")
    bar = Bar(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), said, TimeElapsedColumn(), console=say
    )
    history: list[Progress] = []
    trouble = None
    with listening(last_word=True), bar, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "training was interrupted")  # said below, in its place
        shown = bar.add_task("training", total=epochs, numbers="")
        try:
            for progress in training:
                history.append(progress)
                numbers = f"cost {progress.cost:.4g}"
                if progress.validation_score is not None:
                    score = "accuracy" if progress.network.head.classifies else "R2"
                    numbers += f"  validation {score} {tidy(progress.validation_score)}"
                bar.update(shown, completed=progress.epoch, numbers=numbers)
                if interrupted():
                    break
            if not interrupted():  # a run that stops early has done all of its own
                bar.update(shown, total=history[-1].epoch)
        except DivergenceError as error:
            trouble = str(error)
    last = history[-1]
    stopped = "interrupted by Ctrl-C" if interrupted() else last.stopped
    why = f"; {stopped}" if stopped else ""
    say.print(f"  {last.step} steps in {last.seconds:.1f} s on {last.engine} ({last.engine_reason}){why}", style="dim")
    if last.restored is not None:
        say.print(f"  kept are the parameters of step {last.restored.step}, the best by validation cost", style="dim")
    return history, trouble


def report(ready: Prepared, last: Progress) -> dict[str, dict[str, float]]:
    """How good the network is, beside a constant and the linear model, shown and returned."""
    part = ready.judged
    outputs = ready.model(last).outputs(ready.frame.take(part))
    found = {**opponents(ready), "this network": scores(ready, outputs, part)}
    which = "rows that no model has seen" if ready.parts.test.size else "rows, on all of which each was trained"
    say.print(f"on the {len(part)} {which}", style="bold")
    show_scores(found)
    show_confusion(ready, outputs)
    return found


def show_scores(found: Mapping[str, Mapping[str, float]]) -> None:
    """The scores of each model, one below the other."""
    measures = list(next(iter(found.values())))
    grid = Grid("", *measures, box=None, pad_edge=False)
    for who, its in found.items():
        style = "bold" if who == "this network" else None
        grid.add_row(who, *(tidy(its[measure]) for measure in measures), style=style)
    say.print(grid)


def show_confusion(ready: Prepared, outputs: Any) -> None:
    """Which class was taken for which."""
    targets = ready.targets
    if len(targets.classes) != 1 or len(targets.classes[0]) > CLASSES_SHOWN:
        return
    names = [str(label) for label in targets.classes[0]]
    right = targets.indices(ready.frame.take(ready.judged))
    counts = confusion(right, targets.probabilities(outputs)[0].argmax(axis=1), len(names))
    grid = Grid("is \\ answered", *names, box=None, pad_edge=False)
    for name, row in zip(names, counts.tolist(), strict=True):
        grid.add_row(name, *map(str, row))
    say.print(grid)


def tidy(value: float) -> str:
    """A score to three decimals, or to three digits when it is large.

    >>> tidy(0.98765), tidy(-0.0001), tidy(-23765.9)
    ('0.988', '0.000', '-2.38e+04')
    """
    return f"{value:.3g}" if abs(value) >= 100 else f"{round(value, 3) + 0.0:.3f}"
