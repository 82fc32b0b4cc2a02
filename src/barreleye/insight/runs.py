"""The curves of several runs over each other."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..words import catalogue
from .curves import plot_costs

SAY = catalogue("pictures")


def plot_runs(
    curves: Mapping[str, Mapping[str, Sequence[Any]]], *, title: str | None = None, ax: Axes | None = None
) -> Figure:
    """The cost of each run over its epochs, its validation cost with markers, and the epoch in which that is lowest.

    Over epochs, since steps of different sizes of batches are no common measure.

    curves    by the name of the run its record's "curves": "epoch", "cost" and, where there is one, "validation cost"

    Raises ValueError where no run has a curve.

    >>> figure = plot_runs({"run 1": {"epoch": [1, 2], "cost": [0.7, 0.4]}, "run 2": {"epoch": [1], "cost": [0.5]}})
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    ['run 1', 'run 2']
    """
    drawn = {name: curve for name, curve in curves.items() if curve.get("cost")}
    if not drawn:
        raise ValueError(SAY["refused.no_epoch"].filled(curves=", ".join(curves)))
    epochs = {name: np.asarray(curve["epoch"], float) for name, curve in drawn.items()}
    costs = {name: np.asarray(curve["cost"], float) for name, curve in drawn.items()}
    watched = {name: np.asarray(curve.get("validation cost") or [None], float) for name, curve in drawn.items()}
    validation = {name: (epochs[name], J) for name, J in watched.items() if np.isfinite(J).any()}
    return plot_costs(costs, steps=epochs, validation=validation, unit="epoch", title=title, ax=ax)
