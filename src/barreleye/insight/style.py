"""How the pictures look and how they are kept: figures without pyplot, colours and markers, saving.

Figures are built directly, never through pyplot: they need no display and no backend, and they work in threads.
The first seven colours are those of Okabe and Ito (2008), which people with any kind of colour vision tell apart;
three more are chosen to stay as far from them and from each other. Their order alternates light and dark, and every
class has its own marker besides, so that a grey print stays readable.
"""

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from ..files.atomic import write_atomically
from ..words import catalogue
from .fonts import readable

SAY = catalogue("pictures")

ORANGE, BLUE, GREEN, YELLOW = "#E69F00", "#0072B2", "#009E73", "#F0E442"
VERMILION, SKY, PURPLE = "#D55E00", "#56B4E9", "#CC79A7"
INDIGO, LIME, MAROON = "#3B1F6B", "#B2DF8A", "#7F0000"
INK = "#262626"

COLOURS = (ORANGE, BLUE, GREEN, YELLOW, VERMILION, SKY, PURPLE, INDIGO, LIME, MAROON)
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "<", "*", ">")

Entry = tuple[Artist, str]
"""What a legend shows: an artist and its name."""


class Picture(Figure):
    """A matplotlib Figure that a notebook shows by itself, which a plain Figure made without pyplot does not.

    Its texts are drawn in fonts that have their characters, where one is installed.
    """

    def draw(self, renderer: Any) -> None:
        with readable(self):
            super().draw(renderer)

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()


def axes_for(ax: Axes | None, size: tuple[float, float], title: str | None = None) -> tuple[Figure, Axes]:
    """The axes to draw on and their figure: those given, or the only ones of a new figure of ``size`` in inches."""
    if ax is None:
        ax = Picture(figsize=size, layout="constrained").add_subplot()
    ax.spines[["top", "right"]].set_visible(False)
    if title is not None:
        ax.set_title(title, loc="left")
    return figure_of(ax), ax


def figure_of(ax: Axes) -> Figure:
    """The whole figure around ``ax``, also where ax lies in a subfigure."""
    root: Figure = ax.figure.figure
    return root


def class_style(k: int) -> tuple[str, str]:
    """Colour and marker of class k; no two of the first 100 classes share both, and the first ten share neither.

    >>> class_style(0), class_style(10)
    (('#E69F00', 'o'), ('#E69F00', '^'))
    """
    return COLOURS[k % 10], MARKERS[(k + k // 10) % 10]


def rim(colour: str) -> str:
    """The edge of a point: dark, and white around a dark colour, so that its shape shows on any ground."""
    return "#FFFFFF" if colour in (INDIGO, MAROON) else INK


def tint(colour: str, strength: Any) -> Any:
    """The colour mixed with white: strength 0 is white, 1 the colour itself. Shape of strength, then 3 (RGB).

    >>> tint("#000000", 0.25).tolist()
    [0.75, 0.75, 0.75]
    """
    return 1 - np.asarray(strength, float)[..., None] * (1 - np.asarray(to_rgb(colour)))


def legend(ax: Axes, entries: Sequence[Entry], **place: Any) -> Legend:
    """A legend of (artist, name) pairs, each name shown as it is.

    Names come from data: "_" at their start and "$" in them are letters, and no commands to matplotlib.
    """
    box = ax.legend([artist for artist, _ in entries], [str(i) for i in range(len(entries))], **place)
    for text, (_, name) in zip(box.get_texts(), entries, strict=True):
        text.set(text=name, parse_math=False)
    return box


def legend_of_points(ax: Axes, entries: Sequence[Entry], title: str | None) -> None:
    """A legend of points where it covers no data, each as large as a single one, and the title."""
    for point in legend_outside(ax, entries, title, handletextpad=0.2).legend_handles:
        if point is not None:
            point.set(sizes=[34], alpha=1)


def legend_outside(
    ax: Axes, entries: Sequence[Entry], title: str | None, room: int = 52, handle: int = 4, **look: Any
) -> Legend:
    """A legend where it covers no data, and the title: in up to three rows above the axes, or else beside them.

    room, handle    the width above the axes and that of an entry without its name, in letters
    """
    n = len(entries)
    widths = [len(name) + handle for _, name in entries]
    columns = max((c for c in range(1, n + 1) if sum(max(widths[i::c]) for i in range(c)) <= room), default=1)
    rows = -(-n // columns)
    above = rows <= 3
    columns = columns if above else -(-n // 16)
    look = {"frameon": False, "borderaxespad": 0.1, "columnspacing": 1.2, **look}
    look |= {"loc": "lower left" if above else "upper left", "bbox_to_anchor": (0, 1) if above else (1, 1)}
    # matplotlib fills a legend column by column; in this order a legend above the axes reads row by row.
    order = [i for column in range(columns) for i in range(column, n, columns)] if above else range(n)
    if title is not None:
        ax.set_title(title, loc="left", pad=8 + 17 * rows if above else 8)
    return legend(ax, [entries[i] for i in order], ncols=columns, **look)


def note(ax: Axes, text: str) -> None:
    """A small remark in the lower left corner of the axes, for what a reader might otherwise take wrongly."""
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 2}
    ax.text(0.02, 0.03, text, transform=ax.transAxes, fontsize=8.5, color=INK, bbox=box, zorder=9, parse_math=False)


def save(figure: Figure, path: str | os.PathLike[str], dpi: float = 150) -> Path:
    """Write the figure to ``path``, in the format of its extension, and return the path.

    Written atomically: a failure leaves an older picture as it was. dpi: dots per inch of a PNG or JPEG.

    Raises ValueError for an unknown extension, and OSError that names the path where it cannot be written.

    >>> import tempfile
    >>> save(Picture(), Path(tempfile.mkdtemp()) / "empty.png").name
    'empty.png'
    """
    target = Path(path)
    formats = figure.canvas.get_supported_filetypes()
    extension = target.suffix.lower().removeprefix(".")
    if extension not in formats:
        known = ", ".join(f".{name}" for name in sorted(formats))
        raise ValueError(SAY["refused.extension"].filled(path=str(path), known=known))
    picture = io.BytesIO()
    with readable(figure):
        figure.savefig(picture, format=extension, dpi=dpi)
    write_atomically(target, picture.getvalue())
    return target
