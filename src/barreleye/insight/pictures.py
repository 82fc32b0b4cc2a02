"""The pictures that a run leaves in its folder."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..data.frame import Cells, Frame, Numbers
from ..models.effects import Effect
from ..models.model import Model
from ..models.preparing import Prepared
from ..nn.arrays import Array
from ..training.members import how_many
from ..training.progress import Progress
from .effects import plot_effects
from .fonts import label, labels_in
from .plots import plot_costs, plot_decision_boundary, save
from .reliability import plot_reliability


def pictures(
    folder: Path,
    ready: Prepared,
    model: Model,
    history: Sequence[Progress],
    effects: Mapping[str, Effect],
    title: str,
    lang: str = "en",
) -> tuple[list[str], list[str]]:
    """Draw the cost curve, answers over the plane of two columns of numbers, effects, and how far probabilities hold.

    Returns the names of the files, and what is worth knowing of them, in sentences. Raises OSError where a picture
    cannot be written.
    """
    last, files = history[-1], ["cost.png"]
    looks = [p for p in history if p.measured.validation_cost is not None]
    validation = ([p.step for p in looks], [p.measured.validation_cost for p in looks]) if looks else None
    best = last.restored.step if last.restored else None
    inputs = {name: ready.frame[name] for name in ready.table.inputs}
    with (
        labels_in(lang),
        warnings.catch_warnings(record=True) as remarks,
    ):  # such as: no installed font has these characters
        warnings.simplefilter("always")
        costs = np.concatenate([p.costs for p in history])
        save(plot_costs(costs, validation=validation, best=best, title=title), folder / "cost.png")
        plane = plane_of(ready, inputs)
        if plane is not None:
            save(boundary(ready, model, inputs, plane, title), folder / "boundary.png")
            files.append("boundary.png")
        if effects:
            save(plot_effects(effects, title=title), folder / "effects.png")
            files.append("effects.png")
        test = ready.parts.test
        if model.calibrations and test.size:
            outputs = model.outputs_of(ready.X[test])
            given, calibrated = (P[0] for P in (model.targets.probabilities(outputs), model.answers(outputs)))
            named = {label("as_given"): given, label("calibrated"): calibrated}
            y = ready.targets.indices(ready.frame.take(test))
            save(plot_reliability(named, y, title=title), folder / "reliability.png")
            files.append("reliability.png")
    return files, list(dict.fromkeys(str(remark.message) for remark in remarks))


def plane_of(ready: Prepared, inputs: Mapping[str, Cells]) -> Array | None:
    """The rows as points (m, 2); None unless one target is told from two columns of numbers, all of them there."""
    columns = [
        cells.values
        for name, cells in inputs.items()
        if isinstance(cells, Numbers) and ready.found[name].kind == "number" and np.isfinite(cells.values).all()
    ]
    return np.column_stack(columns) if len(inputs) == len(columns) == 2 and len(ready.targets.names) == 1 else None


def boundary(ready: Prepared, model: Model, inputs: Mapping[str, Cells], plane: Array, title: str) -> Any:
    """What the model answers over the plane of its two columns."""
    targets = ready.targets
    classes = {i: str(label) for i, label in enumerate(targets.classes[0])} if targets.classes else None
    y: Any = targets.indices(ready.frame) if targets.classes else ready.frame[targets.names[0]][0]

    def answer(X: Array) -> Any:
        return model.answer(Frame({name: Numbers(x) for name, x in zip(inputs, X.T, strict=True)}, len(X)))

    how: Any = {"feature_names": tuple(inputs), "class_names": classes, "task": targets.task}
    points = max(100, round(300 / (how_many(model.parameters) or 1) ** 0.5))  # of several networks each is asked
    return plot_decision_boundary(answer, plane, y, title=title, resolution=points, **how)
