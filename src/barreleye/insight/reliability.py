"""How often answers of a given confidence are right: a point on the diagonal is one that keeps its word."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..models.calibration import reliability
from ..nn.arrays import Array
from .fonts import label
from .style import BLUE, INK, VERMILION, axes_for, legend_outside

LOOKS = ((VERMILION, "^"), (BLUE, "o"))


def plot_reliability(P: Mapping[str, Array], y: Array, *, title: str | None = None, ax: Axes | None = None) -> Figure:
    """The reliability diagram of probabilities by name, each (m, K), for classes y (m,): their places.

    Rows are put in bins by their greatest probability; a bin's point stands over the mean of those, at the share of
    its rows that are right, the larger the more rows. Niculescu-Mizil and Caruana (2005), ICML. The legend gives each
    one's expected calibration error.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> p = rng.uniform(0.5, 1, 500)
    >>> figure = plot_reliability({"as it is": np.column_stack([1 - p, p])}, (rng.random(500) < p).astype(int))
    >>> figure.axes[0].get_xlabel()
    'probability of the answer'
    """
    figure, ax = axes_for(ax, (4.8, 5.2))
    ax.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle=":")
    entries = []
    for (name, one), (colour, marker) in zip(P.items(), LOOKS, strict=False):
        sure, right, rows = found = reliability(one, y)
        ax.plot(sure, right, color=colour, linewidth=1, alpha=0.3)  # bins of few rows jump about
        area = 10 + 150 * rows / rows.sum()
        points = ax.scatter(sure, right, area, color=colour, marker=marker, alpha=0.8, edgecolors="white", zorder=3)
        entries.append((points, label("error", name=name, error=f"{found.error:.3f}")))
    ax.set(xlim=(0, 1.02), ylim=(-0.02, 1.02), xlabel=label("sure"), ylabel=label("right"))
    ax.set_aspect("equal")
    legend_outside(ax, entries, title)
    return figure
