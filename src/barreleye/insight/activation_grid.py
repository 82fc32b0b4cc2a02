"""Every activation g with its derivative g', side by side, and where its gradient vanishes."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ..nn.activations import ACTIVATIONS, Activation, activation
from ..words import catalogue
from .style import BLUE, INK, VERMILION, Picture, figure_of

SAY = catalogue("pictures")

FLAT = 0.05
"""A tail of g with |g'| below this is called saturated: hardly any gradient comes through."""

Z = np.linspace(-5, 5, 1001)
FAR, VERY_FAR = 1e4, 1e8

G: dict[str, Any] = {"color": BLUE, "linewidth": 1.8, "label": "g"}
SLOPE: dict[str, Any] = {"color": VERMILION, "linewidth": 1.4, "linestyle": "--", "label": "g′"}
SATURATED: dict[str, Any] = {"facecolor": "0.91", "linewidth": 0, "label": f"saturated: |g′| < {FLAT}"}
DEAD = SATURATED | {"facecolor": "0.85", "edgecolor": "0.6", "hatch": "////", "label": "dead: g′ = 0"}


def plot_activations(
    names: str | Activation | Iterable[str | Activation] | None = None, *, ax: Axes | Iterable[Axes] | None = None
) -> Figure:
    """Small panels, all on one scale: g (solid) and g' (dashed) over z in -5..5, with g's range.

    names    the activations, by name or as Activation (your own too); None: all that Barreleye has
    ax       the axes to draw on, one for each activation; None: a new figure

    Shaded are the tails where g levels off with |g'| < 0.05 (saturated) or where g' = 0 (dead: a unit there
    learns nothing). The range is measured, out to z = -1e8 and 1e8.

    Raises ValueError with the valid names for an unknown one, and when there are fewer axes than activations.

    >>> figure = plot_activations(["relu", "tanh"])
    >>> [axes.get_title(loc="left") for axes in figure.axes]
    ['relu', 'tanh']
    """
    names = ACTIVATIONS if names is None else names
    chosen: list[Any] = list(names) if isinstance(names, Iterable) and not isinstance(names, str) else [names]
    if not chosen:
        raise ValueError(SAY["refused.no_names"])
    functions = [activation(name) for name in chosen]
    n = len(chosen)
    handles = [Line2D([], [], **G), Line2D([], [], **SLOPE), Patch(**SATURATED), Patch(**DEAD)]
    if ax is None:
        columns = min(n, 4)
        rows = -(-n // columns)
        figure: Figure = Picture(figsize=(max(4.0, 2.7 * columns), 2.2 * rows + 0.6), layout="constrained")
        panels = [figure.add_subplot(rows, columns, i + 1) for i in range(n)]
        figure.legend(handles=handles, loc="outside lower center", ncols=min(4, 2 * columns), frameon=False, fontsize=9)
    else:
        panels = [ax] if isinstance(ax, Axes) else list(np.ravel(np.asarray(ax)))
        if len(panels) < n:
            raise ValueError(SAY["refused.axes"].filled(panels=len(panels), n=n))
        figure = figure_of(panels[0])
        panels[0].legend(handles=handles, loc="lower right", fontsize=7, framealpha=0.9)
    for panel, name, g in zip(panels, chosen, functions, strict=False):
        draw_activation(panel, g)
        panel.set_title(name if isinstance(name, str) else repr(name), loc="left", fontsize=10)
    return figure


def draw_activation(ax: Axes, g: Activation) -> None:
    """One panel: the shaded tails, g, g' and the range."""
    A = g(Z)
    slope = g.derivative(Z, A)
    low, high, levels_off = limits(g)
    for side in (-1, 1):
        tail = flat_tail(slope, side) if levels_off[side] else 0
        if tail > 1:
            dead = bool((slope[::-side][:tail] == 0).all())
            ax.axvspan(side * 5, float(Z[::-side][tail - 1]), zorder=0, **(DEAD if dead else SATURATED))
    ax.axhline(0, color="0.5", linewidth=0.7, zorder=1)
    ax.axvline(0, color="0.5", linewidth=0.7, zorder=1)
    ax.plot(Z, A, **G)
    ax.plot(Z, slope, **SLOPE)
    opening, closing = "[" if A.min() <= low else "(", "]" if A.max() >= high else ")"
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5}
    text = f"range {opening}{shown(low)}, {shown(high)}{closing}"
    ax.text(0.03, 0.96, text, transform=ax.transAxes, va="top", fontsize=8.5, color=INK, bbox=box)
    ax.set(xlim=(-5, 5), ylim=(-2, 3), xticks=(-4, -2, 0, 2, 4), yticks=(-2, -1, 0, 1, 2, 3))
    ax.set_xlabel("z", fontsize=8, labelpad=0)
    ax.tick_params(labelsize=8)
    ax.spines[["top", "right"]].set_visible(False)


def limits(g: Activation) -> tuple[float, float, dict[int, bool]]:
    """The lowest and highest value of g, and for each side (-1, 1) whether g stays finite on the way there.

    >>> limits(activation("softplus"))
    (0.0, inf, {-1: True, 1: False})
    """
    with np.errstate(all="ignore"):
        ends = {side: g(side * np.array([FAR, VERY_FAR])) for side in (-1, 1)}
    grows = {side: not abs(very_far) <= 10 * max(1.0, abs(far)) for side, (far, very_far) in ends.items()}
    values = [math.copysign(math.inf, ends[side][1]) if grows[side] else float(ends[side][1]) for side in (-1, 1)]
    A = g(Z)
    return min(float(A.min()), *values), max(float(A.max()), *values), {side: not grows[side] for side in (-1, 1)}


def flat_tail(slope: Any, side: int) -> int:
    """How many points from that side's end on have |g'| < FLAT."""
    steep = abs(slope[::-side]) >= FLAT
    return int(steep.argmax()) if steep.any() else len(slope)


def shown(x: float) -> str:
    """
    >>> shown(-math.inf), shown(-0.1700), shown(1.0)
    ('−∞', '−0.17', '1')
    """
    text = "∞" if math.isinf(abs(x)) else f"{abs(x):.3g}"
    return f"−{text}" if x < 0 else text
