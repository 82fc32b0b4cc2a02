"""The cost over the steps of training: of one run or several, smooth or noisy, with validation."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, MaxNLocator

from ..nn.arrays import Array
from ..nn.rows import numbers
from ..nn.validation import misshapen
from ..words import catalogue
from .fonts import fit_fonts, label
from .style import (
    BLUE,
    GREEN,
    INK,
    MARKERS,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
    Entry,
    axes_for,
    legend,
    legend_outside,
    note,
)

SAY = catalogue("pictures")

RUN_COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
RUN_LINES = ("-", "--", "-.", ":", (0, (5, 1)))

MOST_POINTS = 2000
"""A longer curve is drawn by the lowest and highest cost of each of half as many bins: it looks the same."""
LARGEST = 1e100
"""Costs beyond it, of a run that diverges, are left out: matplotlib's logarithmic axes overflow near 1e308."""


def plot_costs(
    costs: Any,
    *,
    validation: Any = None,
    steps: Any = None,
    log: bool = True,
    best: Any = None,
    unit: str = "step",
    title: str | None = None,
    ax: Axes | None = None,
) -> Figure:
    """The cost J of every step, the validation costs with markers, and the best validation step marked.

    costs         the training costs (T,), or {name: costs} of several runs; each further argument is then a dict too
    steps         the updates made before each cost, (T,); None: 0, 1, ..., T - 1, every step recorded
    validation    a pair (steps, costs)
    best          the step to mark; None: the one of the lowest validation cost
    unit          what steps count: "epoch" where they are epochs
    log           a logarithmic scale; it becomes linear, and a note says so, when a cost is 0 or below

    A curve that goes up and down, as of mini-batches, is drawn faint, with its running mean (over 1 % of the costs, 11
    at least) on top. Costs that are not finite, or above 1e100, leave a gap, and a note names
    the first such step.

    Raises TypeError or ValueError for costs that are no row of numbers, for lengths that differ and for runs that
    ``costs`` does not name.

    >>> figure = plot_costs([0.69, 0.4, 0.2], validation=([1, 3], [0.7, 0.5]))
    >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    ['training', 'validation', 'best: step 3, J = 0.5']
    """
    J_of = per_run("costs", costs)
    t_of, pair_of, best_of = (
        per_run(what, value, J_of) for what, value in (("steps", steps), ("validation", validation), ("best", best))
    )
    if not J_of or not all(map(np.size, J_of.values())):
        raise ValueError(SAY["refused.no_costs"].filled(costs=costs))
    trained = {name: series("costs", name, t_of.get(name), J) for name, J in J_of.items()}
    validated = {name: validation_series(name, pair) for name, pair in pair_of.items()}
    validated = {name: (t, J) for name, (t, J) in validated.items() if J.size}
    everything = np.concatenate([J[np.isfinite(J)] for _, J in (*trained.values(), *validated.values())])
    remarks = []
    if log and (everything <= 0).any():
        log = False
        remarks.append(label("linear"))

    single = None in trained
    figure, ax = axes_for(ax, (6.4, 4.2) if single else (8, 4.2), title)
    unit = label(f"unit.{unit}") if unit in ("step", "epoch") else unit
    ax.set(xlabel=unit, ylabel=label("cost"), yscale="log" if log else "linear")
    entries: list[Entry] = []
    for i, (name, (t, J)) in enumerate(trained.items()):
        colour, marker = RUN_COLOURS[i % len(RUN_COLOURS)], MARKERS[i % len(MARKERS)]
        entries += draw_costs(ax, t, J, name, log, color=colour, linestyle=RUN_LINES[i % len(RUN_LINES)])
        if name in validated:
            entries += draw_validation(ax, *validated[name], name, color=VERMILION if single else colour, marker=marker)
        if name in validated or name in best_of:
            entries += draw_best(ax, *validated.get(name, (t, J)), best_of.get(name), name, colour, unit)
        bad = ~(J < LARGEST)
        if bad.any():
            where = {"run": name, "value": f"{J[bad][0]:.3g}", "unit": unit, "at": f"{t[bad][0]:,.10g}"}
            remarks.append(label("gap" if single else "gap_of", **where))
    ax.grid(alpha=0.25, linewidth=0.6)
    if all(np.equal(t, np.round(t)).all() for t, _ in (*trained.values(), *validated.values())):
        ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True, min_n_ticks=1))
    ax.xaxis.set_major_formatter("{x:,.10g}")
    if log:
        ax.yaxis.set_major_formatter(PlainLogFormatter())
        ax.yaxis.set_minor_formatter(PlainLogFormatter(minor_thresholds=(1.5, 0.5)))
    if not single:
        legend(ax, entries, loc="upper left", bbox_to_anchor=(1, 1), frameon=False, fontsize=9)
    elif len(entries) > 1:
        legend_outside(ax, entries, title, room=70, handle=6, fontsize=9)
    if remarks:
        note(ax, "\n".join(remarks))
    fit_fonts(figure)
    return figure


class PlainLogFormatter(LogFormatter):
    """Labels of a logarithmic axis as people write them, 0.6 and not 6 x 10^-1; where, matplotlib decides."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return f"{x:g}" if super().__call__(x, pos) else ""


def per_run(what: str, value: Any, runs: Mapping[Any, Any] | None = None) -> Mapping[Any, Any]:
    """{run: value}; a single run has the name None. ``runs`` are those that there may be."""
    if value is None:
        return {}
    named = value if isinstance(value, Mapping) else {None: value}
    if runs is not None and not set(named) <= set(runs):
        text = SAY["refused.one_run" if None in runs else "refused.runs"]
        raise ValueError(text.filled(what=what, found=list(named), runs=list(runs)))
    return named


def series(what: str, run: Any, steps: Any, costs: Any) -> tuple[Array, Array]:
    """Steps (T,) and costs (T,) as arrays; ValueError names what has another shape."""
    what = what if run is None else SAY["refused.of"].filled(what=what, run=run)
    J = numbers(what, costs, float)
    if J.ndim != 1:
        raise ValueError(misshapen(what, J, "(T,)", SAY["refused.a_cost_a_step"]))
    t = np.arange(J.size) if steps is None else np.asarray(steps)
    if t.shape != J.shape:
        raise ValueError(SAY["refused.steps"].filled(what=what, J=J, t=t))
    return t, J


def validation_series(run: Any, pair: Any) -> tuple[Array, Array]:
    try:
        steps, costs = pair
    except (TypeError, ValueError):
        raise ValueError(SAY["refused.pair"]) from None
    return series("validation", run, steps, costs)


def draw_costs(ax: Axes, t: Array, J: Array, run: Any, log: bool, **line: Any) -> list[Entry]:
    """The curve as it is, or, if it goes up and down, faint below its running mean; a gap where there is no cost."""
    drawn = np.isfinite(J) & (J < LARGEST)
    pieces = [piece for piece in np.split(np.arange(J.size), np.flatnonzero(np.diff(drawn)) + 1) if drawn[piece[0]]]
    name = label("training") if run is None else str(run)
    curve = with_gaps([thinned(t[piece], J[piece]) for piece in pieces])
    if not is_noisy(np.log(J[drawn]) if log else J[drawn]):
        return [(ax.plot(*curve, linewidth=1.6, **lone_points(curve[1]), **line)[0], name)]
    half = max(5, int(drawn.sum()) // 200)
    means = [(t[piece], running_mean(J[piece], min(half, (piece.size - 1) // 2))) for piece in pieces]
    faint = ax.plot(*curve, color=line["color"], alpha=0.3, linewidth=0.7)[0]
    clear = ax.plot(*with_gaps([thinned(*mean) for mean in means]), linewidth=1.8, **line)[0]
    return [(faint, name), (clear, label("running_mean", n=f"{2 * half + 1:,}"))] if run is None else [(clear, name)]


def with_gaps(pieces: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    """The pieces of a curve as one, with NaN between them, across which matplotlib draws no line."""
    if len(pieces) < 2:
        return pieces[0] if pieces else (np.zeros(0), np.zeros(0))
    t = [part for t, _ in pieces for part in (t, t[-1:])][:-1]
    J = [part for _, J in pieces for part in (J, [np.nan])][:-1]
    return np.concatenate(t), np.concatenate(J)


def lone_points(J: Array) -> dict[str, Any]:
    """Markers for costs between two gaps, which no line shows.

    >>> lone_points(np.array([1.0, np.nan, 2.0, 1.0]))
    {'marker': 'o', 'markevery': [0]}
    """
    here = np.concatenate([[False], np.isfinite(J), [False]])
    lone = np.flatnonzero(here[1:-1] & ~here[:-2] & ~here[2:]).tolist()
    return {"marker": "o", "markevery": lone} if lone else {}


def draw_validation(ax: Axes, t: Array, J: Array, run: Any, **line: Any) -> list[Entry]:
    look = {"markersize": 5, "markeredgecolor": INK, "markeredgewidth": 0.5, "linewidth": 1, **line}
    curve = ax.plot(t, np.where(J < LARGEST, J, np.nan), markevery=max(1, len(t) // 20), **look)[0]
    return [(curve, label("validation") if run is None else label("validation_of", run=run))]


def draw_best(ax: Axes, t: Array, J: Array, best: Any, run: Any, colour: str, unit: str) -> list[Entry]:
    """A line at the best step (None: of the lowest cost), and a star where that step has a cost."""
    finite = np.isfinite(J) & (J < LARGEST)
    if best is None:
        if not finite.any():
            return []
        best = t[finite][J[finite].argmin()]
    name = label("best" if run is None else "best_of", run=run, unit=unit, at=f"{best:,.10g}")
    mark = ax.axvline(best, color=colour, linewidth=0.9, linestyle=":")
    here = finite & (t == best)
    if here.any():
        look: dict[str, Any] = {"markersize": 14, "markerfacecolor": YELLOW, "markeredgecolor": INK, "zorder": 5}
        mark = ax.plot(t[here][:1], J[here][:1], linestyle="none", marker="*", **look)[0]
        name += f", J = {J[here][0]:.4g}" if run is None else ""
    return [(mark, name)]


def is_noisy(height: Array) -> bool:
    """Whether a curve travels up and down more than three times the way between its lowest and its highest point.

    >>> is_noisy(np.linspace(1, 0, 100)), is_noisy(np.tile([0.0, 1.0], 50))
    (False, True)
    """
    return bool(height.size >= 30 and abs(np.diff(height)).sum() > 3 * np.ptp(height))


def running_mean(J: Array, half: int) -> Array:
    """The mean over 2 half + 1 costs around each; fewer where the curve begins (so that it begins as J) and ends.

    Only sums of neighbours are taken, never differences of long sums: tiny late costs keep their digits.

    >>> running_mean(np.array([9.0, 3.0, 0.0, 3.0, 6.0]), 1).tolist()
    [9.0, 4.0, 2.0, 3.0, 4.5]
    """
    width = 2 * half + 1
    middle = np.convolve(J, np.full(width, 1 / width), "valid")
    begin = np.cumsum(J[: width - 1])[::2] / np.arange(1, width, 2)
    end = (np.cumsum(J[::-1][: width - 1])[half:] / np.arange(half + 1, width))[::-1]
    return np.concatenate([begin, middle, end])


def thinned(t: Array, J: Array) -> tuple[Array, Array]:
    """The curve, or if it is long its ends and the lowest and highest point of each bin."""
    if J.size <= MOST_POINTS:
        return t, J
    keep = {0, J.size - 1}
    for part in np.array_split(np.arange(J.size), MOST_POINTS // 2):
        keep |= {int(part[J[part].argmin()]), int(part[J[part].argmax()])}
    kept = sorted(keep)
    return t[kept], J[kept]
