"""A file, or a folder of them, answered by a model, some thousands of rows at a time, into a CSV of answers.

No row stops it: one that cannot be read gets an empty answer and is named in the log.
"""

import csv
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..data.frame import Frame, Numbers, counted, missing
from ..data.read import all_blocks, open_files, unzipping
from ..data.table import matching
from ..nn.arrays import Array
from ..nn.prediction import rows_at_once
from ..nn.rows import listed
from ..training.threads import blas_threads, worthwhile
from ..words import catalogue
from .conformal import lacking
from .model import Model

SAY = catalogue("results")


@dataclass
class Answered:
    """How many rows were answered, and what is worth knowing, in sentences.

    unread        by row, counted from 1: why it has no answer
    unfamiliar    by column: how many cells hold what no training row had, one of them, and what comes of it
    remarks       on what is promised
    """

    rows: int = 0
    unread: dict[int, str] = field(default_factory=dict)
    unfamiliar: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def notes(self) -> list[str]:
        return self.remarks + [
            f"{name!r}: {counted(times, 'cell')} {f'such as {level[:40]!r}' if level else 'with nothing'} {consequence}"
            for name, (times, level, consequence) in self.unfamiliar.items()
        ]


def answer_file(
    model: Model,
    path: str | Path,
    out: str | Path,
    encoding: str | None = None,
    coverage: float | None = None,
    by: str | None = None,
) -> Answered:
    """Write a CSV with a row for each row of the file: the answer, and for classes the probability of each.

    coverage, by: also from where to where numbers lie with this probability, or the classes that hold the right one,
    as ``Model.interval`` and ``Model.set`` have it.
    Columns go by their names, whatever their order; others are passed over. Raises ValueError for a file that is no
    table or lacks columns of the model, with their names, or is ``out`` itself, which is written whole or not at all.
    """
    path, out, said = Path(path), Path(out), Answered()
    if out.exists() and path.exists() and out.samefile(path):
        raise ValueError(SAY["error.rows_themselves"].filled(out=out))
    with unzipping(path):  # all of a CSV file is surveyed here
        files = open_files(path, encoding)
    file = files[0]
    absent = [name for name in dict.fromkeys([*model.table.inputs, *([by] if by else [])]) if name not in file.names]
    renamed = {}
    for name in absent:
        try:
            renamed[matching(name, file.names)] = name
        except ValueError:
            others = ", ".join(map(repr, absent))
            lacks = {"path": path, "names": others, "there": listed(file.names, 20)}
            raise ValueError(SAY["error.lacks"].filled(**lacks)) from None
    meant = {name: renamed.get(name, name) for name in file.names}
    wanted = [name for name in file.names if meant[name] in model.table.encoders]
    # Numbers that the model knows with marks of their own are read by those, whatever this file looks like.
    decimal = file.layout.decimal if file.layout else "."
    written = [name for name in wanted if not model.table.encoders[meant[name]].reads(decimal)]
    if by is not None and coverage is None:
        raise ValueError(SAY["error.by_alone"].filled(by=repr(by)))
    if coverage is not None:  # what cannot be promised is refused before the work
        model.aside.limits(coverage, by, Numbers(np.empty(0)))
    handle, temporary = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
    threads = blas_threads(worthwhile(model.network, rows_at_once(model.network, 8)))
    try:
        with os.fdopen(handle, "w", newline="", encoding="utf-8") as sink, threads:
            writer = csv.writer(sink)
            names, alone = heading(model, coverage), dict[str, None]()
            writer.writerow(names)
            for _, before, block in all_blocks(files, wanted, written):
                rows = block.rows + before
                frame = Frame({meant[name]: cells for name, cells in block.frame}, block.frame.m)
                outputs, spread = model.opinions(frame)
                nothing = np.logical_and.reduce([missing(frame[name]) for name in model.table.inputs])
                outputs[nothing] = np.nan
                said.unread |= {int(row) + 1: "no cell that the model asks holds anything" for row in rows[nothing]}
                if np.isnan(outputs).any():
                    unread = model.table.unread(frame)
                    said.unread |= {int(rows[row]) + 1: why for row, why in unread.items()}
                for name, (times, level, consequence) in model.table.unfamiliar(frame).items():
                    said.unfamiliar[name] = (said.unfamiliar.get(name, (0,))[0] + times, level, consequence)
                limits = None
                if coverage is not None:
                    cells = None if by is None else model.table.frame(frame)[by]
                    limits, without = model.aside.limits(coverage, by, cells)
                    alone |= dict.fromkeys(without)
                answered: list[list[object]] = [[""] * len(names)] * block.m
                each = lines(model, outputs, spread, limits) if frame.m else []
                for row, line in zip((rows - said.rows).tolist(), each, strict=True):
                    answered[row] = line
                writer.writerows(answered)
                said.rows += block.m
                for row, text in block.unread.items():
                    said.unread[row + before + 1] = f"another number of cells: {text[:60]}"
        os.replace(temporary, out)
        if coverage is not None:
            low, high = model.coverage_range(coverage)
            whose = f"{counted(len(model.aside.scores), 'row')} set aside"
            said.remarks += [f"coverage {coverage:g}: {whose} promise it for {low:.0%} to {high:.0%} of rows like them"]
            said.remarks += [lacking(by, list(alone), coverage)] if alone else []
    finally:
        Path(temporary).unlink(missing_ok=True)
    return said


def heading(model: Model, coverage: float | None) -> list[str]:
    """The columns of the answers: each target's name; the probabilities of its classes; ends of intervals, or sets."""
    targets = model.targets
    names = list(targets.names)
    several = len(names) > 1
    for name, classes in zip(names[:], targets.classes, strict=False):
        names += [f"P({name}={label})" if several else f"P({label})" for label in classes]
    if coverage is not None:
        more = ("set",) if targets.classes else ("from", "to")
        names += [f"{name} {what}" for name in targets.names for what in more]
    return names


def lines(model: Model, outputs: Array, spread: Array, limits: Array | None) -> list[list[object]]:
    """The answers for what the network says, with what is promised where there are limits; empty cells for NaN."""
    gone = np.isnan(outputs).any(axis=1)
    filled = np.where(gone[:, None], 0.0, outputs)
    answers = model.targets.answer(filled).reshape(len(outputs), -1)
    if model.targets.classes:
        columns: list[list[object]] = [column.tolist() for column in answers.T]
        columns += [p.round(6).tolist() for P in model.answers(filled) for p in P.T]
        sets = [] if limits is None else model.sets(filled, limits)
        for classes, held in zip(model.targets.classes, sets, strict=False):
            columns.append(["|".join(str(c) for c, there in zip(classes, row, strict=True) if there) for row in held])
    else:
        ends = () if limits is None else model.ends(filled, spread, limits)
        each = [*answers.T, *(end for pair in zip(*(Y.T for Y in ends), strict=True) for end in pair)]
        columns = [y.tolist() for y in each]
        if model.targets.scale.size:  # seven digits of the deviation: no network knows more
            decimals = np.maximum(6 - np.floor(np.log10(model.targets.scale)).astype(int), 0).tolist()
            decimals += [d for d in decimals for _ in ends]
            columns = [y.round(d).tolist() for y, d in zip(each, decimals, strict=True)]
    empty: list[object] = [""] * len(columns)
    return [empty if g else list(row) for g, row in zip(gone.tolist(), zip(*columns, strict=True), strict=True)]
