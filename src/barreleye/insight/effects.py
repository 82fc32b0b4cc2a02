"""What is answered on average along each column: lines along numbers and dates, points beside names."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import dates
from matplotlib.figure import Figure

from ..models.effects import Effect
from ..nn.arrays import Array
from .charts import shortened
from .fonts import label
from .style import COLOURS, Picture, class_style, legend

CLASSES = 6
"""That are drawn, those that vary most."""
DATES: Any = dates  # which has no types


def most_varying(answers: Sequence[Array]) -> list[int]:
    """Of the classes in answers (places, K) along several columns, those six that go furthest, in their order.

    >>> most_varying([np.array([[0.1, 0.5], [0.2, 0.5]])])
    [0, 1]
    """
    reach = np.max([np.ptp(own, axis=0) for own in answers], axis=0)
    return sorted(np.argsort(-reach, kind="stable")[:CLASSES].tolist())


def plot_effects(found: Mapping[str, Effect], *, title: str | None = None) -> Figure:
    """The partial dependence of the first target on each column, all on one scale of answers.

    >>> effect = Effect("category", ("Bern", "Genf"), np.array([[900.0], [1800.0]]), ("rent",))
    >>> [ax.get_xlabel() for ax in plot_effects({"city": effect}).axes]
    ['city']
    """
    names = next(iter(found.values())).names
    shown = most_varying([effect.answers for effect in found.values()])
    across = 2 if len(found) == 4 else min(len(found), 3)
    down = -(-len(found) // across)
    figure = Picture(figsize=(0.6 + 2.9 * across, 0.6 + 2.6 * down), layout="constrained")
    axes: Any = figure.subplots(down, across, sharey=True, squeeze=False)
    for ax in axes.ravel()[len(found) :]:
        ax.remove()
    lines = []
    for ax, (column, effect) in zip(axes.ravel(), found.items(), strict=False):
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_xlabel(shortened(column, 30), parse_math=False)
        named = isinstance(effect.at[0], str)
        x: Any = np.arange(len(effect.at)) if named else np.array(effect.at)
        if effect.kind == "date":
            locator: Any = DATES.AutoDateLocator(maxticks=5)
            ax.xaxis.set_major_locator(locator)
            ax.xaxis.set_major_formatter(DATES.ConciseDateFormatter(locator))
        for k, i in enumerate(shown):
            colour, marker = (COLOURS[1], "o") if len(shown) == 1 else class_style(k)
            style = {"linestyle": "", "markersize": 7} if named else {"linewidth": 1.6, "markersize": 4}
            lines += ax.plot(x, effect.answers[:, i], color=colour, marker=marker, **style)
        if named:
            labels = [shortened(name, 13) for name in effect.at]
            tilted = sum(map(len, labels)) > 24
            how = {"rotation": 60, "ha": "right", "rotation_mode": "anchor"} if tilted else {}
            ax.set_xticks(x, labels, parse_math=False, **how)
            ax.margins(x=0.15)
    of = label("mean_probability") if len(names) > 1 else label("mean", name=names[0])
    for row in axes:
        row[0].set_ylabel(of, parse_math=False)
    if len(shown) > 1:
        entries = [(line, names[i]) for line, i in zip(lines, shown, strict=False)]
        legend(axes[0, -1], entries, loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    if title is not None:
        figure.suptitle(title, x=0.01, ha="left", parse_math=False)
    return figure
