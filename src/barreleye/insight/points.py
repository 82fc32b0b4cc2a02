"""Labelled rows in the plane: what is checked about them, which class each belongs to, and how they are drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import Normalize

from ..data.frame import cells_of
from ..data.targets import task_of
from ..nn.arrays import Array
from ..nn.rows import check_features, columns, data_dtype, refuse_missing
from ..nn.validation import choose, misshapen
from ..words import catalogue
from .style import INK, Entry, class_style, legend_of_points, rim

SAY = catalogue("pictures")

ClassNames = Mapping[Any, str] | Sequence[str] | None


def checked_rows(X: Array, y: Array, feature_names: Sequence[str]) -> tuple[Array, Array]:
    """X as a (m, 2) array of finite numbers and y as (m,); TypeError or ValueError says what else was found."""
    if len(feature_names) != 2:
        raise ValueError(SAY["refused.two_names"].filled(feature_names=feature_names))
    refuse_missing("y", y)
    shape, y = np.shape(X), np.asarray(y)
    if len(shape) == 2 and shape[1] != 2:
        advice = "transpose" if shape[0] == 2 else "choose" if shape[1] > 2 else "more"
        raise ValueError(SAY["refused.two_features"].filled(shape=shape, hint=SAY[f"refused.{advice}"]))
    own = columns("X", X)  # a frame's names need not be those of the picture
    X = check_features(X, 2, data_dtype(X), names=feature_names if own is None else tuple(own))
    m = len(X)
    if y.shape != (m,):
        hint = SAY["refused.a_label_a_row"] + (SAY["refused.ravel"] if y.size == m else "")
        raise ValueError(misshapen("y", y, f"({m},)", hint))
    return X, y


def is_regression(task: str | None, y: Array, class_names: ClassNames, K: int = 1) -> bool:
    """Whether y holds numbers rather than labels: as ``task`` says; if it is None, labels if they have names or if
    K > 1 answers a row tell them apart, else by the look of y.

    >>> is_regression(None, np.array([0.0, 1.0]), None), is_regression(None, np.array([0.5, 1.0]), None)
    (False, True)
    """
    if task is not None:
        return choose("task", task, {"classification": False, "regression": True})
    return class_names is None and K == 1 and task_of(cells_of(y))[0] == "regression"


def classes(y: Array, class_names: ClassNames, K: int | None = None) -> tuple[Array, list[str]]:
    """For each row the number of its class, (m,) in 0..K-1, and the names of the classes in order.

    K    how many there must be; None: as many as have names, or as y shows.

    Labels that are whole numbers below K are those numbers, so that a class may be missing from y; -1 and 1 are a
    pair; other labels are sorted. Raises ValueError when the counts do not agree.

    >>> classes(np.array([2, 0, 2]), ["setosa", "versicolor", "virginica"])
    (array([2, 0, 2]), ['setosa', 'versicolor', 'virginica'])
    """
    found = np.unique(y)
    wanted = len(class_names) if class_names is not None else K
    if wanted is not None and K is not None and wanted != K:
        raise ValueError(SAY["refused.class_names"].filled(class_names=class_names, wanted=wanted, K=K))
    if isinstance(class_names, Mapping):
        labels = list(class_names)
    elif wanted == 2 and y.dtype.kind == "b":
        labels = [False, True]
    elif wanted is not None and set(found.tolist()) <= set(range(wanted)):
        labels = list(range(wanted))
    elif wanted == 2 and set(found.tolist()) <= {-1, 1}:
        labels = [-1, 1]
    else:
        labels = found.tolist()
    if not set(found.tolist()) <= set(labels) or (wanted is not None and len(labels) != wanted):
        shown = ", ".join(map(repr, found[:6].tolist())) + (", ..." if len(found) > 6 else "")
        raise ValueError(SAY["refused.labels"].filled(found=len(found), shown=shown, wanted=wanted))
    names = class_names.values() if isinstance(class_names, Mapping) else labels if class_names is None else class_names
    number = {label: k for k, label in enumerate(labels)}
    return np.array([number[label] for label in y.tolist()]), [
        f"{name:g}" if isinstance(name, float) else str(name) for name in names
    ]


def draw_classes(ax: Axes, X: Array, k: Array, names: Sequence[str], title: str | None) -> None:
    """The rows of X, each with the colour and marker of its class k, and the legend above the axes."""
    entries: list[Entry] = []
    for i, name in enumerate(names):
        colour, marker = class_style(i)
        rows = X[k == i]
        points = ax.scatter(rows[:, 0], rows[:, 1], color=colour, marker=marker, **point_style(len(X), rim(colour)))
        entries.append((points, name))
    legend_of_points(ax, entries, title)


def draw_numbers(ax: Axes, X: Array, y: Array, norm: Normalize) -> PathCollection:
    """The rows of X, each with the number y as its colour."""
    return ax.scatter(X[:, 0], X[:, 1], c=y, norm=norm, cmap="cividis", **point_style(len(X)))


def point_style(m: int, edge: str = INK) -> dict[str, Any]:
    """The more points, the smaller. A thin rim keeps light ones visible on any ground; crowds are see-through."""
    size = float(np.clip(34 * (500 / m) ** 0.5, 4, 34))
    if m > 5000:
        return {"s": size, "linewidths": 0, "alpha": 0.5, "rasterized": True}
    return {"s": size, "edgecolors": edge, "linewidths": 0.5 * size / 34 + 0.1}
