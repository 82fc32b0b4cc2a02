"""The planar data sets and the decision boundary: what readers of the planar exercise import and cannot install.

The points are those of the exercise, from ``barreleye.data.builtin``. No function resets NumPy's global random state,
which the exercise's own loader did: what you draw after loading does not depend on it.
"""

import contextlib
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ..data.builtin import Points, blobs, circles, flower, gaussian_quantiles, moons, no_structure
from ..nn.arrays import Array
from ..nn.validation import SAY as KINDS
from ..nn.validation import misshapen, transposed
from ..words import NOTHING, catalogue
from .inputs import as_float

SAY = catalogue("course")


def load_planar_dataset() -> tuple[Array, Array]:
    """The flower of 400 points: X (2, 400) and Y (1, 400) of 0 (red in the exercise) and 1 (blue), as uint8.

    Drawn from legacy seed 1, class 0 first. The labels are unsigned, as in the exercise: -Y and Y - 1 wrap around, so
    write 1 - Y, or take Y.astype(float). The functions of this package are safe with them.

    >>> X, Y = load_planar_dataset()
    >>> X.shape, Y.shape, Y.dtype
    ((2, 400), (1, 400), dtype('uint8'))
    """
    X, y = flower(np.random.RandomState(1))
    return X.T, y.reshape(1, -1).astype(np.uint8)


def load_extra_datasets(seed: int | None = 1) -> tuple[Points, Points, Points, Points, Points]:
    """noisy_circles, noisy_moons, blobs, gaussian_quantiles and no_structure, each (X, y) with 200 rows.

    As in the exercise, and unlike everything else in this package, samples are rows here, and the reader's next lines
    are ``X, Y = X.T, Y.reshape(1, -1)`` and, for the six blobs, ``Y = Y % 2``. The "y" of no_structure is a second
    (200, 2) array of random numbers, as in the exercise: it is no label.

    seed    of a legacy RandomState; None: draw from NumPy's global random state, as the exercise did, so that the
            points depend on what was drawn before. The blobs always come from seed 5

    >>> noisy_circles, noisy_moons, blobs, gaussian_quantiles, no_structure = load_extra_datasets()
    >>> [X.shape for X, y in load_extra_datasets()]
    [(200, 2), (200, 2), (200, 2), (200, 2), (200, 2)]
    """
    # The module numpy.random has the legacy RandomState's methods as functions on the global state.
    rs: Any = np.random if seed is None else np.random.RandomState(seed)
    return circles(rs), moons(rs), blobs(np.random.RandomState(5)), gaussian_quantiles(rs), no_structure(rs)


def plot_decision_boundary(model: Callable[[Array], Array], X: Array, y: Array) -> Any:
    """The plane coloured by what ``model`` says, with the boundary and the points of X (2, m) and y (1, m).

    model    takes ROWS (k, 2) and returns k classes or probabilities of class 1, in any shape of k numbers:
             ``lambda x: predict(parameters, x.T)``

    Returns the matplotlib Figure, to save or to show; a notebook shows it by itself. It never needs a display. Where
    your code has imported pyplot, the picture is drawn on the current axes, so that plt.subplot before it and plt.title
    after it work as in the exercise.

    Raises ValueError for an X of other than two rows, and for a model that answers with another number of values.

    >>> X, Y = load_planar_dataset()
    >>> figure = plot_decision_boundary(lambda x: x[:, 0] > 0, X, Y)
    >>> figure.axes[0].get_xlabel()
    'x1'
    """
    from ..insight.plots import plot_decision_boundary as plot_rows

    X = as_float("X", X)
    if X.ndim != 2 or X.shape[0] != 2:
        hint = transposed("X") if X.ndim == 2 and X.shape[1] == 2 else NOTHING
        raise ValueError(misshapen("X", X, KINDS["samples"].filled(shape="(2, m)"), hint))

    def on_rows(rows: Array) -> Array:
        answer = np.asarray(model(rows))
        if answer.size != len(rows):
            raise ValueError(SAY["error.model_of_rows"].filled(answer=answer, rows=len(rows)))
        return answer.reshape(-1)

    axes = None
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        with contextlib.suppress(ImportError):  # its backend wants a display, and there is none
            axes = pyplot.gca()
    figure = plot_rows(on_rows, X.T, np.asarray(y).reshape(-1), task="classification", ax=axes)
    if axes is not None:
        # Above the axes is the place of plt.title, and between subplots there is none for a colour bar.
        if (bar := axes.get_images()[-1].colorbar) is not None:  # hard classes have none
            bar.remove()
        legend = axes.get_legend()
        legend.set(bbox_to_anchor=None, loc="best", frame_on=True)
    return figure
