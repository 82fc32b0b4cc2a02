"""A head of the user's own, tried on a few rows before a fit: whether its parts have the right shapes and agree."""

import numpy as np

from ..nn.arrays import Array
from ..nn.heads import Head
from ..nn.validation import misshapen
from ..words import catalogue
from .outputs import HEADS_OF_OURS

SAY = catalogue("estimators")

ROWS = 4
"""Samples that a head is tried on, and the most outputs whose derivative is."""


def check_own_head(head: Head, Y: Array) -> None:
    """Raise ValueError for a head whose answer has another shape than Z, or whose dZ is not its loss's derivative.

    The derivative is taken by central differences (loss(Z + h) - loss(Z - h)) / 2h at a few Z, with targets Y
    (m, n_outputs). Heads of the library are trusted.
    """
    if type(head) in HEADS_OF_OURS:
        return
    name = type(head).__name__
    Y = np.asarray(Y[:ROWS].T, np.float64)
    Z = np.random.default_rng(0).normal(size=Y.shape)
    with np.errstate(all="ignore"):
        A = np.asarray(head.link(Z))
        loss = np.asarray(head.loss(Z, Y))
        stated = np.asarray(head.dZ(Z, A, Y)) if A.shape == Z.shape else A
        for method, found, wanted in (("link", A, Z.shape), ("loss", loss, (1, Z.shape[1])), ("dZ", stated, Z.shape)):
            if found.shape != wanted:
                raise ValueError(
                    misshapen(f"{name}.{method}", found, str(wanted), SAY["error.of_Z"].filled(shape=Z.shape))
                )
        h = float(np.finfo(loss.dtype if loss.dtype.kind == "f" else np.float64).eps) ** (1 / 3)
        for row in range(min(ROWS, len(Z))):
            step = np.where(np.arange(len(Z)) == row, h, 0.0)[:, None]
            slope = np.asarray(head.loss(Z + step, Y) - head.loss(Z - step, Y))[0] / (2 * h)
            sure = np.isfinite(slope) & np.isfinite(stated[row])
            wrong = sure & (abs(slope - stated[row]) > 1e-3 * max(abs(slope[sure]).max(initial=0.0), 1e-9) + 1e-3 * h)
            if wrong.any():
                column = int(wrong.argmax())
                shown = {"stated": stated[row, column], "Z": Z[row, column], "Y": Y[row, column]}
                raise ValueError(SAY["error.head_dZ"].filled(name=name, slope=slope[column], **shown))
