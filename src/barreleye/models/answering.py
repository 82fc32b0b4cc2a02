"""A file answered by a model, some thousands of rows at a time, into a CSV of answers.

No row stops it: one that cannot be read gets an empty answer and is named in the log.
"""

import csv
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..data.frame import Frame, counted, missing
from ..data.read import open_file, unzipping
from ..data.table import matching
from ..nn.arrays import Array
from ..nn.prediction import rows_at_once
from ..nn.rows import listed
from ..training.threads import blas_threads, worthwhile
from .model import Model


@dataclass
class Answered:
    """How many rows were answered, and what is worth knowing, in sentences.

    unread        by row, counted from 1: why it has no answer
    unfamiliar    by column: how many cells hold what no training row had, one of them, and what comes of it
    """

    rows: int = 0
    unread: dict[int, str] = field(default_factory=dict)
    unfamiliar: dict[str, tuple[int, str, str]] = field(default_factory=dict)

    @property
    def notes(self) -> list[str]:
        return [
            f"{name!r}: {counted(times, 'cell')} {f'such as {level[:40]!r}' if level else 'with nothing'} {consequence}"
            for name, (times, level, consequence) in self.unfamiliar.items()
        ]


def answer_file(
    model: Model, path: str | Path, out: str | Path, encoding: str | None = None, coverage: float | None = None
) -> Answered:
    """Write a CSV with a row for each row of the file: the answer, and for classes the probability of each.

    coverage: for numbers, also from where to where they lie with this probability, as ``Model.interval`` has it.
    Columns go by their names, whatever their order; others are passed over. Raises ValueError for a file that is no
    table or lacks columns of the model, with their names, or is ``out`` itself, which is written whole or not at all.
    """
    path, out, said = Path(path), Path(out), Answered()
    if out.exists() and path.exists() and out.samefile(path):
        raise ValueError(f"{out} holds the rows themselves: name another file for the answers")
    with unzipping(path):  # all of a CSV file is surveyed here
        file = open_file(path, encoding)
    lacking = [name for name in model.table.inputs if name not in file.names]
    renamed = {}
    for name in lacking:
        try:
            renamed[matching(name, file.names)] = name
        except ValueError:
            others = ", ".join(map(repr, lacking))
            raise ValueError(
                f"{path} has no column {others}, from which the model answers; it has {listed(file.names, 20)}"
            ) from None
    meant = {name: renamed.get(name, name) for name in file.names}
    wanted = [name for name in file.names if meant[name] in model.table.encoders]
    # Numbers that the model knows with marks of their own are read by those, whatever this file looks like.
    decimal = file.layout.decimal if file.layout else "."
    written = [name for name in wanted if not model.table.encoders[meant[name]].reads(decimal)]
    width = None if coverage is None else model.half_width(coverage)
    handle, temporary = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
    threads = blas_threads(worthwhile(model.network, rows_at_once(model.network, 8)))
    try:
        with os.fdopen(handle, "w", newline="", encoding="utf-8") as sink, threads:
            writer = csv.writer(sink)
            writer.writerow(heading(model, coverage))
            for block in file.blocks(wanted, as_text=written):
                frame = Frame({meant[name]: cells for name, cells in block.frame}, block.frame.m)
                outputs = np.full((block.m, model.network.n[-1]), np.nan)
                outputs[block.rows - said.rows] = model.outputs(frame)
                nothing = np.logical_and.reduce([missing(frame[name]) for name in model.table.inputs])
                outputs[(block.rows - said.rows)[nothing]] = np.nan
                said.unread |= {
                    int(row) + 1: "no cell that the model asks holds anything" for row in block.rows[nothing]
                }
                if np.isnan(outputs).any():
                    unread = model.table.unread(frame)
                    said.unread |= {int(block.rows[row]) + 1: why for row, why in unread.items()}
                for name, (times, level, consequence) in model.table.unfamiliar(frame).items():
                    said.unfamiliar[name] = (said.unfamiliar.get(name, (0,))[0] + times, level, consequence)
                writer.writerows(lines(model, outputs, width))
                said.rows += block.m
            said.unread |= {row + 1: f"another number of cells: {text[:60]}" for row, text in file.unread.items()}
        os.replace(temporary, out)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return said


def heading(model: Model, coverage: float | None) -> list[str]:
    """The columns of the answers: each target's name, and the probabilities of its classes or the ends of intervals."""
    targets = model.targets
    names = list(targets.names)
    several = len(names) > 1
    for name, classes in zip(names[:], targets.classes, strict=False):
        names += [f"P({name}={label})" if several else f"P({label})" for label in classes]
    if coverage is not None:
        names += [f"{name} {end}" for name in targets.names for end in ("from", "to")]
    return names


def lines(model: Model, outputs: Array, width: Array | None) -> list[list[object]]:
    """The answers for a network's outputs, and so much to either side; empty cells where they are NaN."""
    gone = np.isnan(outputs).any(axis=1)
    filled = np.where(gone[:, None], 0.0, outputs)
    answers = model.targets.answer(filled).reshape(len(outputs), -1)
    if model.targets.scale.size and not model.targets.classes:  # seven digits of the spread: no network knows more
        decimals = 6 - np.floor(np.log10(model.targets.scale)).astype(int)
        answers = np.column_stack([y.round(max(d, 0)) for y, d in zip(answers.T, decimals.tolist(), strict=True)])
    columns: list[list[object]] = [column.tolist() for column in answers.T]
    for y, reach in zip(answers.T, [] if width is None else width, strict=False):
        columns += [(y - reach).tolist(), (y + reach).tolist()]
    if model.targets.classes:
        columns += [p.round(6).tolist() for P in model.answers(filled) for p in P.T]
    empty: list[object] = [""] * len(columns)
    return [empty if g else list(row) for g, row in zip(gone.tolist(), zip(*columns, strict=True), strict=True)]
