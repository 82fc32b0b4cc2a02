"""A trained model on a table: what its layers do, the rows that it gets wrong, and one row, followed through it.

The row is changed column by column, and beside each column stands what would be answered along it, all else as it is
(individual conditional expectation: Goldstein et al. 2015, arXiv 1309.6392).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cached_property
from typing import Any

import numpy as np
from rich.console import Console

from ..data.frame import Cells, Frame, Numbers, as_texts, cells_of, missing
from ..models.model import Model
from ..models.scores import short
from ..models.worst import Worst, worst_of
from ..nn.arrays import Array
from ..nn.network import forward
from ..nn.validation import choose, count, finite
from ..training.members import how_many
from ..tutor.explain import explain
from ..words import catalogue
from .commands import done
from .frames import UNITS, spreads

SAY = catalogue("studio")

LISTED, LEVELS, ALONG, LOOKED_AT = 100, 40, 41, 256
"""Rows that are listed; names of a column that are offered; values along it; rows by which layers are told."""
MIDDLE = (0.01, 0.99)
"""Quantiles between which a column of numbers is followed."""


class Viewing:
    """A model and a table; the row that is looked at, and what was changed in it. Nothing is trained, so none plays."""

    playing = False

    def __init__(self, model: Model, frame: Frame, name: str) -> None:
        self.model, self.name, self.version = model, name, 0
        self.frame = model.table.frame(frame)
        outputs = model.outputs(self.frame)
        self.read = np.flatnonzero(~np.isnan(outputs).any(axis=1))
        if not self.read.size:
            raise ValueError(SAY["error.no_row"].filled(name=repr(name)))
        known = all(one in frame.names for one in model.targets.names)
        self.truth = frame.take(self.read) if known else None
        self.worst: list[Worst] = []
        if self.truth is not None:
            self.worst = worst_of(model, self.truth, outputs[self.read], self.read + 1)
        self.number = self.worst[0].row if self.worst else int(self.read[0]) + 1
        self.changed: dict[str, Any] = {}
        self.unit: dict[int, int] | None = None

    def do(self, message: Mapping[str, Any]) -> Any:
        """What a message {"do": command, ...} asks for; TypeError or ValueError in words."""
        self.version += 1
        return done(self, COMMANDS, message)

    # Commands

    def hello(self) -> dict[str, Any]:
        """What a page is told first: that it shows a trained model, and which columns a row has."""
        return {"model": self.name, "columns": list(self.columns.values())}

    def row(self, number: int) -> None:
        """Look at the row of that number, counted from 1, as it is."""
        if count("row", number) - 1 not in self.read:
            raise ValueError(SAY["error.row_number"].filled(number=number, m=self.frame.m))
        self.number, self.changed = number, {}

    def change(self, column: str, value: Any = None) -> None:
        """Another value in a column of the row; None: nothing in it."""
        choose("column", column, dict.fromkeys(self.model.table.inputs))
        changed = self.changed | {column: value}
        self.model.heard(self.with_changes(changed))
        self.changed = changed

    def look(self, unit: Mapping[str, int] | None = None) -> None:
        """Which unit of which layer is worked out."""
        wanted = None if unit is None else {int(l): u for l, u in unit.items()}
        self.steps(wanted)
        self.unit = wanted

    # What is shown

    def shown(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Facts and arrays, for ``frames.encoded``."""
        rows = self.with_changes(self.changed)
        outputs = self.model.heard(rows)[0]
        facts = {
            "version": self.version,
            "playing": False,
            "row": {name: said(rows[name]) for name in rows.names},
            "number": self.number,
            "changed": list(self.changed),
            "answer": self.answer(outputs)[0].tolist(),
            "names": self.names,
            "told": short(self.model.targets.answer(outputs).ravel()[0]),
            "truth": next((short(one.truth[0]) for one in self.worst if one.row == self.number), None),
            "worst": [told(one) for one in self.worst[:LISTED]],
            "wrong": sum(one.truth != one.answer for one in self.worst) if self.model.targets.classes else None,
            "rows": len(self.read),
            "network": repr(self.model.network),
            "networks": how_many(self.model.parameters) or 1,
            "steps": self.steps(self.unit),
        }
        arrays = {"0.spread": self.spreads} | {f"0.along{i}": curve for i, curve in enumerate(self.along())}
        network, (parameters, averages) = self.model.network, self.model.first
        trace = forward(network, parameters, self.coded(rows).T, averages=averages)
        arrays |= {f"0.A{l}": A[:UNITS, 0].astype(np.float32) for l, A in trace.A.items()}
        facts["sides"] = [{"n": list(network.n), "shapes": network.shapes()}]
        return facts, arrays

    @property
    def names(self) -> list[str]:
        """Of the numbers that are answered: each class, or the first target."""
        targets = self.model.targets
        return [str(label) for label in targets.classes[0]] if targets.classes else [targets.names[0]]

    def answer(self, outputs: Array) -> Array:
        """The probability of each class of the first target (m, K), or its number (m, 1)."""
        answers = self.model.answers(outputs)
        return np.asarray(answers[0] if self.model.targets.classes else answers[:, :1], np.float64)

    def with_changes(self, changed: Mapping[str, Any], m: int = 1) -> Frame:
        """The row, m times, with what was changed in it."""
        rows = self.frame.take(np.full(m, self.number - 1))
        return Frame({**rows.columns, **{name: filled(value, m, rows[name]) for name, value in changed.items()}}, m)

    def coded(self, rows: Frame) -> Array:
        return self.model.table(rows, self.model.parameters.W[1].dtype)

    @cached_property
    def columns(self) -> dict[str, dict[str, Any]]:
        """The columns that a row has, for a page."""
        return {name: self.column(name) for name in self.model.table.inputs}

    def column(self, name: str) -> dict[str, Any]:
        """A column for a page: its kind, and the values that it is followed along."""
        cells = self.frame[name]
        if isinstance(cells, Numbers):
            low, high = np.quantile(cells.values[~missing(cells)], MIDDLE) if not missing(cells).all() else (0.0, 1.0)
            return {"name": name, "kind": "number", "low": float(low), "high": float(high)}
        texts = as_texts(cells)
        times = np.bincount(texts.codes[texts.codes >= 0], minlength=len(texts.levels))
        most = np.argsort(-times, kind="stable")[:LEVELS]
        return {"name": name, "kind": "choice", "levels": [texts.levels[i] for i in most]}

    def along(self) -> list[Array]:
        """By column: what would be answered along it, all else as it is in the row, (values, K)."""
        found = []
        for name, column in self.columns.items():
            at = np.linspace(column["low"], column["high"], ALONG) if column["kind"] == "number" else column["levels"]
            rows = self.with_changes(self.changed, len(at))
            of = self.frame[name]
            values = Numbers(np.asarray(at), decimal=of.decimal) if isinstance(of, Numbers) else cells_of([*at], name)
            outputs = self.model.outputs(Frame({**rows.columns, name: values}, len(at)))
            found.append(self.answer(outputs).astype(np.float32))
        return found

    @cached_property
    def spreads(self) -> Array:
        """``frames.spreads`` on some of the rows; what needs a truth is NaN where there is none."""
        some = np.arange(len(self.read))[:: -(-len(self.read) // LOOKED_AT)]
        rows = self.frame.take(self.read[some])
        known = self.truth is not None
        truth = self.truth.take(some) if self.truth is not None else self.answered(rows)
        network, (parameters, averages) = self.model.network, self.model.first
        X = self.coded(rows).T
        Y = self.model.targets.encode(truth).T.astype(X.dtype)
        with np.errstate(all="ignore"):
            found = spreads(network, parameters, X, Y, None, averages)
        if not known:
            found[:, 2:4] = np.nan
        return found

    def steps(self, unit: Mapping[int, int] | None) -> list[dict[str, Any]]:
        """The row through the layers of the first network, each equation with its numbers, for units by layer.

        None of a network with batch norm, for one row alone has no statistics.
        """
        network, (parameters, _) = self.model.network, self.model.first
        if network.batch_norm_layers:
            return []
        rows = self.with_changes(self.changed)
        X, Y = self.coded(rows).T, self.model.targets.encode(self.answered(rows)).T
        quiet = Console(quiet=True)
        found = explain(network, parameters, X.astype(np.float64), Y, sample=0, unit=unit, console=quiet)
        return [asdict(step) for step in found.steps if step.part == "forward"]

    def answered(self, rows: Frame) -> Frame:
        """What is answered for the rows, in place of a truth."""
        told = self.model.targets.answer(self.model.outputs(rows)).reshape(rows.m, -1)
        names = self.model.targets.names
        return Frame({name: cells_of([*told[:, i]], name) for i, name in enumerate(names)}, rows.m)


def filled(value: Any, m: int, like: Cells) -> Cells:
    """m cells that hold a value as a page sends it; None: nothing."""
    if isinstance(like, Numbers):
        return Numbers(np.full(m, np.nan if value is None else finite("value", value)), decimal=like.decimal)
    return cells_of([None if value is None else str(value)] * m)


def said(cells: Cells) -> Any:
    """The first cell as a page shows it: a number, or a text; None: nothing."""
    if missing(cells)[0]:
        return None
    return float(cells.values[0]) if isinstance(cells, Numbers) else as_texts(cells).levels[0]


def told(row: Worst) -> dict[str, Any]:
    """A row for a page: its number, its loss, and its first target's truth and answer as they are written."""
    return {"row": row.row, "loss": row.loss, "truth": short(row.truth[0]), "answer": short(row.answer[0])}


COMMANDS: dict[str, Callable[..., Any]] = {
    "hello": Viewing.hello,
    "row": Viewing.row,
    "change": Viewing.change,
    "look": Viewing.look,
}
