"""The trials of a search: what each was worth, one after another and along each setting."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from optuna.distributions import CategoricalDistribution

from ..search.space import Space
from ..search.study import Found
from .charts import shortened
from .fonts import label
from .style import BLUE, INK, ORANGE, SKY, VERMILION, Picture

PANELS = 8
"""Settings that are drawn: those that mattered most."""
DECADES = 1000.0
"""Costs that are so many times as large as others are drawn on a logarithmic axis."""
WILD = 4.0
"""What is so many times further from the best than three quarters of the trials are is left out: it would hide them."""


def plot_trials(found: Found, space: Space, *, title: str | None = None) -> Figure:
    """The measure of every trial that is done, with the best so far, and along each setting; the best is marked.

    >>> from ..search.study import Trial
    >>> from ..search.space import space_of
    >>> trials = tuple(Trial(i, {"rate": 0.01 * (i + 1)}, "done", 1 / (i + 1), 5.0) for i in range(4))
    >>> figure = plot_trials(Found("cost", False, trials, trials[3], {}, {}), space_of("plain", {"rate": [0.01, 0.1]}))
    >>> [ax.get_xlabel() for ax in figure.axes]
    ['trial', 'rate']
    """
    done = [one for one in found.trials if one.value is not None]
    names = [*found.importance, *(name for name in space if name not in found.importance)][:PANELS]
    panels = 1 + len(names)
    across = min(3, panels)
    down = -(-panels // across)
    figure = Picture(figsize=(0.6 + 3.2 * across, 0.6 + 2.6 * down), layout="constrained")
    axes: Any = figure.subplots(down, across, sharey=True, squeeze=False)
    for ax in axes.ravel()[panels:]:
        ax.remove()
    values = np.array([one.value for one in done], float)
    best = found.best
    for ax, name in zip(axes.ravel(), [None, *names], strict=False):
        ax.spines[["top", "right"]].set_visible(False)
        x = np.array([one.number if name is None else one.settings[name] for one in done], object)
        at = None if best is None else best.number if name is None else best.settings[name]
        if name is not None and isinstance(space[name], CategoricalDistribution):
            choices = list(space[name].choices)  # type: ignore[attr-defined]
            x, at = np.array([choices.index(one) for one in x]), None if at is None else choices.index(at)
            ax.set_xticks(range(len(choices)), [shortened(str(one), 14) for one in choices], parse_math=False)
            ax.margins(x=0.15)
        elif name is not None and getattr(space[name], "log", False):
            ax.set_xscale("log")
        elif name is None:
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.scatter(x.astype(float), values, s=22, color=SKY if name is None else BLUE, edgecolor="white", linewidth=0.5)
        if name is None and len(done):
            order = np.argsort([one.number for one in done])
            so_far = (np.maximum if found.higher else np.minimum).accumulate(values[order])
            ax.step(x.astype(float)[order], so_far, where="post", color=ORANGE, linewidth=1.6)
        if best is not None:
            ax.plot([at], [best.value], marker="*", markersize=12, color=VERMILION, markeredgecolor="white")
        share = found.importance.get(name or "")
        ax.set_title(
            "" if share is None else label("importance", share=f"{share:.0%}"), fontsize=9, color=INK, loc="left"
        )
        ax.set_xlabel(label("trial") if name is None else name)
    for row in axes:
        row[0].set_ylabel(found.measure)
    _within(axes[0, 0], values, found.higher)
    if title is not None:
        figure.suptitle(title, x=0.01, ha="left", parse_math=False)
    return figure


def _within(ax: Any, values: np.ndarray, higher: bool) -> None:
    """A logarithmic axis for costs of all sizes; else limits that leave out what is wildly worse than the rest."""
    if len(values) < 4:
        return
    if not higher and values.min() > 0 and values.max() > DECADES * values.min():
        ax.set_yscale("log")
        return
    best = values.max() if higher else values.min()
    distance = np.abs(values - best)
    near = distance <= WILD * np.quantile(distance, 0.75)
    if not near.all() and distance[near].max() > 0:
        low, high = values[near].min(), values[near].max()
        pad = 0.06 * (high - low)
        ax.set_ylim(low - pad, high + pad)
