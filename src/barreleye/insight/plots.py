"""The first pictures: raw data and decision boundary; cost curves and activations come from their own files.

Rows outside: X is (m, 2), one sample a row, and y is (m,). Every function returns the matplotlib Figure, draws on
``ax`` when one is given, and touches neither pyplot nor a display. ``save`` writes a figure to a file.

>>> import numpy as np
>>> X, y = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1])
>>> figure = plot_decision_boundary(lambda rows: rows[:, 0], X, y, feature_names=("height", "width"), resolution=50)
>>> figure.axes[0].get_xlabel()
'height'
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize, TwoSlopeNorm
from matplotlib.figure import Figure

from ..nn.arrays import Array
from ..nn.rows import numbers
from ..nn.validation import count, finite
from ..words import NOTHING, catalogue
from .activation_grid import plot_activations
from .curves import plot_costs
from .fonts import fit_fonts, label
from .points import ClassNames, checked_rows, classes, draw_classes, draw_numbers, is_regression
from .style import INK, axes_for, class_style, note, save, tint

SAY = catalogue("pictures")

__all__ = ["plot_activations", "plot_costs", "plot_decision_boundary", "plot_scatter", "save"]

SIZE = (6.4, 4.8)
ROWS_AT_ONCE = 10_000
"""What predict is asked at a time: the hidden layers of a wide network must fit in memory."""


def plot_scatter(
    X: Array,
    y: Array,
    *,
    feature_names: Sequence[str] = ("x1", "x2"),
    class_names: ClassNames = None,
    task: str | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Figure:
    """The raw data: each row of X (m, 2) a point, its class in y (m,) as colour and marker, or its number as colour.

    class_names    the names of the sorted classes, or {label: name} in the order wanted; None: the labels themselves
    task           "classification" or "regression"; None: by the look of y, as ``tables.task.infer_task`` says

    Raises TypeError or ValueError for other shapes and for what is no finite number, with the row that holds it.

    >>> figure = plot_scatter([[0, 0], [1, 2]], ["cat", "dog"])
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    ['cat', 'dog']
    """
    X, y = checked_rows(X, y, feature_names)
    if is_regression(task, y, class_names):
        y = numbers("y", y, float)
        figure, ax = axes_for(ax, SIZE, title)
        figure.colorbar(draw_numbers(ax, X, y, Normalize(y.min(), y.max())), ax=ax, label="y")
    else:
        k, names = classes(y, class_names)
        figure, ax = axes_for(ax, SIZE)
        draw_classes(ax, X, k, names, title)
    label_axes(ax, feature_names)
    fit_fonts(figure)
    return figure


def plot_decision_boundary(
    predict: Callable[[Array], Array],
    X: Array,
    y: Array,
    *,
    positive_at: float = 0.5,
    feature_names: Sequence[str] = ("x1", "x2"),
    class_names: ClassNames = None,
    task: str | None = None,
    resolution: int = 300,
    title: str | None = None,
    ax: Axes | None = None,
) -> Figure:
    """What ``predict`` answers over the plane of X (m, 2), shaded, the boundary as a line, and the data on top.

    predict        rows (k, 2) -> (k,) or (k, 1) scores of the second class; (k, K) class probabilities;
                   or (k,) numbers for regression. For a function f of columns pass lambda rows: f(rows.T).T
    positive_at    the score above which the second class is chosen: 0.5 for a probability, 0 for a tanh in -1..1
    class_names    the names of the sorted classes, or {label: name} in the order of predict's columns
    task           as in ``plot_scatter``; None with class_names or K > 1: "classification"
    resolution     points of the grid along each axis; predict gets at most 10,000 of its rows at once

    Two classes: white where the score is at the threshold. More: the paler, the less sure of its class. Answers that
    are only the two classes (0 and 1, -1 and 1, or the two numbers in y) have no probability to show: each region is
    filled evenly, there is no bar, ``positive_at`` is not used, and ``predict`` is asked more closely along the line.

    Raises TypeError or ValueError as ``plot_scatter`` does, and for answers of another shape, that are NaN or infinite,
    or that are of more than two classes and no probabilities.

    >>> figure = plot_decision_boundary(lambda X: 1 / (1 + np.exp(-X[:, 0])), [[-1, 0], [1, 2]], [0, 1], resolution=20)
    >>> figure.axes[1].get_ylabel()
    'probability of 1'
    """
    X, y = checked_rows(X, y, feature_names)
    positive_at, resolution = finite("positive_at", positive_at), count("resolution", resolution, 2)
    x1, x2 = (axis_points(X[:, i], resolution) for i in (0, 1))
    S = answers(predict, np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)).reshape(resolution, resolution, -1)
    K, upper = S.shape[2], upper_class(S[..., -1], y) if S.shape[2] <= 2 else None
    # imshow paints cells: half a cell around the outermost points puts the middle of each on its point.
    half1, half2 = (x1[1] - x1[0]) / 2, (x2[1] - x2[0]) / 2
    extent = (x1[0] - half1, x1[-1] + half1, x2[0] - half2, x2[-1] + half2)
    where: dict[str, Any] = {"extent": extent, "origin": "lower", "aspect": "auto", "interpolation": "bilinear"}
    if is_regression(task, y, class_names, K):
        if K > 1:
            raise ValueError(SAY["refused.several"].filled(K=K))
        y = numbers("y", y, float)
        figure, ax = axes_for(ax, SIZE, title)
        norm = Normalize(min(S.min(), y.min()), max(S.max(), y.max()))
        shades = ax.imshow(S[..., 0], norm=norm, cmap="cividis", **where)
        figure.colorbar(shades, ax=ax, label=label("prediction"))
        draw_numbers(ax, X, y, norm)
    else:
        k, names = classes(y, class_names, max(K, 2))
        figure, ax = axes_for(ax, SIZE)
        if K > 2:
            ax.imshow(class_shades(S), **where)
        else:
            if upper is not None:
                S, positive_at = (S[..., -1:] == upper).astype(float), 0.5
            norm = score_norm(S[..., -1], positive_at)
            shades = ax.imshow(S[..., -1], norm=norm, cmap=two_class_map(), **where)
            what = "probability_of" if (norm.vmin, norm.vmax) == (0, 1) else "score_of"
            if upper is None:
                figure.colorbar(shades, ax=ax).set_label(label(what, name=names[1]), parse_math=False)
        lines = draw_boundary(ax, x1, x2, S, positive_at, names)
        if upper is not None:
            for line in lines:
                refine(line, lambda rows: answers(predict, rows)[:, -1] == upper, x1, x2)
        draw_classes(ax, X, k, names, title)
    ax.set(xlim=(x1[0], x1[-1]), ylim=(x2[0], x2[-1]))
    label_axes(ax, feature_names)
    fit_fonts(figure)
    return figure


def axis_points(x: Array, resolution: int) -> Array:
    """The grid along one feature: its range and 8 % of it on either side, in the dtype that predict knows from X."""
    low, high = float(x.min()), float(x.max())
    margin = 0.08 * (high - low) or abs(high) or 1.0
    return np.linspace(low - margin, high + margin, resolution, dtype=x.dtype)


def answers(predict: Callable[[Array], Array], rows: Array) -> Array:
    """predict(rows) as (k, K) numbers, K = 1 for one score a row, asked for in portions."""
    portions = [
        checked_answer(predict(rows[i : i + ROWS_AT_ONCE]), rows[i : i + ROWS_AT_ONCE])
        for i in range(0, len(rows), ROWS_AT_ONCE)
    ]
    return np.concatenate(portions)


def checked_answer(answer: Array, rows: Array) -> Array:
    """One portion as (k, K); ValueError for another shape, for anything but numbers, and for NaN or infinity."""
    S, k = np.asarray(answer), len(rows)
    if S.dtype.kind not in "biuf":
        raise ValueError(SAY["refused.no_scores"].filled(S=S))
    if S.ndim not in (1, 2) or S.shape[0] != k or S.size == 0:
        hint = SAY["refused.columns"] if S.ndim == 2 and S.shape[1] == k else NOTHING
        raise ValueError(SAY["refused.answer_shape"].filled(S=S, k=k, hint=hint))
    S = S.reshape(k, -1).astype(float)
    if not np.isfinite(S).all():
        row = int(np.argmin(np.isfinite(S).all(axis=1)))
        raise ValueError(SAY["refused.not_finite"].filled(found=S[row].tolist(), at=rows[row].tolist()))
    return S


def score_norm(S: Array, positive_at: float) -> TwoSlopeNorm:
    """From scores to colours, with the threshold in the middle: of 0..1 for probabilities, else symmetric around it."""
    if S.min() >= 0 and S.max() <= 1 + 1e-6 and 0 < positive_at < 1:
        return TwoSlopeNorm(positive_at, 0, 1)
    reach = max(1.0, float(abs(S - positive_at).max()))
    return TwoSlopeNorm(positive_at, positive_at - reach, positive_at + reach)


def two_class_map() -> LinearSegmentedColormap:
    """From the first class's colour through white to the second's, pale enough for the points to stand out."""
    first, second = (tint(class_style(k)[0], 0.5) for k in (0, 1))
    return LinearSegmentedColormap.from_list("two classes", [first, (1, 1, 1), second])


def class_shades(P: Array) -> Array:
    """Probabilities (.., K) -> RGB (.., 3): the likeliest class's colour, from pale at 1/K to strong at 1."""
    K = P.shape[-1]
    if P.min() < 0 or P.max() > 1 + 1e-6:
        raise ValueError(SAY["refused.no_probabilities"].filled(K=K, P=P.min(), P2=P.max()))
    k, sureness = P.argmax(axis=-1), np.clip((P.max(axis=-1) - 1 / K) / (1 - 1 / K), 0, 1)
    colours = np.stack([tint(class_style(i)[0], 1.0) for i in range(K)])
    return 1 - (0.1 + 0.4 * sureness[..., None]) * (1 - colours[k])


def upper_class(S: Array, y: Array) -> float | None:
    """The higher of the two classes if S holds nothing but classes: 0 and 1, -1 and 1, or the two numbers in y.

    >>> upper_class(np.array([0.0, 1.0, 1.0]), np.array(["cat", "dog"])), upper_class(np.array([0.0, 0.9]), np.zeros(2))
    (1.0, None)
    """
    pairs = [(0.0, 1.0), (-1.0, 1.0)]
    if y.dtype.kind in "iuf" and len(labels := np.unique(y)) == 2:
        pairs.insert(0, (float(labels[0]), float(labels[1])))
    return next((high for low, high in pairs if np.isin(S, (low, high)).all()), None)


def refine(line: Any, is_upper: Callable[[Array], Array], x1: Array, x2: Array) -> None:
    """Move the points of a line between cells of hard classes to where the class changes, by bisection.

    Between 0 and 1 the line crosses every edge of the grid in its middle, which makes stairs; the two ends of that edge
    are of different classes.
    """
    step1, step2 = x1[1] - x1[0], x2[1] - x2[0]
    for path in line.get_paths():
        v = path.vertices
        if not len(v):
            continue
        along1 = abs((v[:, 0] - x1[0]) / step1 % 1 - 0.5) < abs((v[:, 1] - x2[0]) / step2 % 1 - 0.5)
        reach = np.where(along1[:, None], [step1 / 2, 0], [0, step2 / 2])
        low, high = v - reach, v + reach
        begin = is_upper(low)
        for _ in range(7):
            middle = (low + high) / 2
            same = (is_upper(middle) == begin)[:, None]
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        v[:] = (low + high) / 2


def draw_boundary(ax: Axes, x1: Array, x2: Array, S: Array, positive_at: float, names: Sequence[str]) -> list[Any]:
    """The line between two classes, where the score is ``positive_at``; of K classes, where the two likeliest tie."""
    K = S.shape[2]
    margins = [S[..., -1] - positive_at]
    if K > 2:
        margins = [S[..., i] - np.delete(S, i, axis=2).max(axis=2) for i in range(K)]
    lines = []
    for margin in margins:
        if margin.min() < 0 < margin.max():  # contour warns when there is nothing to draw
            lines.append(ax.contour(x1, x2, margin, levels=[0], colors=INK, linewidths=1.8, zorder=1))
    if not lines:
        everywhere = names[int(S[0, 0].argmax()) if K > 2 else int(margins[0].max() > 0)]
        note(ax, f"no boundary here: {everywhere} everywhere")
    return lines


def label_axes(ax: Axes, feature_names: Sequence[str]) -> None:
    """The features' names, shown as they are ("$" is no mathematics), and ticks without an offset."""
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter("{x:,.10g}")
    ax.set_xlabel(str(feature_names[0]), parse_math=False)
    ax.set_ylabel(str(feature_names[1]), parse_math=False)
