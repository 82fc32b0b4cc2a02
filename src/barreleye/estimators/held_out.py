"""Rows that a fit does not train on: the user's own, or a part set aside for early stopping."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Real
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring

from ..data.split import parts_of
from ..nn.arrays import Array
from ..words import NOTHING, catalogue
from .answering import answering
from .options import Options
from .targets import Learnt

SAY = catalogue("estimators")

Rows = tuple[Any, Any, Any]
"""X, y and the weights of the rows, or None."""


@contextmanager
def naming_validation() -> Iterator[None]:
    """Say of an error about X and y that it is about X_val and y_val."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise (TypeError if isinstance(error, TypeError) else ValueError)(
            SAY["error.in_val"].filled(error=error)
        ) from None


def split(rows: Rows, strata: Any, fraction: float, seed: int) -> tuple[Rows, Rows]:
    """The rows to train on and those set aside for early stopping, classes in proportion."""
    m, places = len(rows[1]), None
    size = round(fraction * m)
    trouble = SAY["trouble.small"] if size < 2 else SAY["trouble.none_left"] if size >= m else NOTHING
    if strata is not None:
        classes, places, counts = np.unique(strata, return_inverse=True, return_counts=True)
        if counts.min() < 2:
            trouble = SAY["trouble.alone"].filled(classes=classes[counts < 2].tolist())
        elif size < len(classes):
            trouble = SAY["trouble.small_for"].filled(n=len(classes))
    if trouble:
        raise ValueError(SAY["error.no_held_out"].filled(fraction=fraction, m=m, trouble=trouble))
    parts = parts_of(m, classes=places, test=False, share=fraction, seed=seed)
    X, y, weights = rows
    kept, aside = ((X[part], y[part], None if weights is None else weights[part]) for part in parts[:2])
    return kept, aside


def validation_arguments(options: Options, learnt: Learnt, held_out: Rows | None, dtype: Any) -> dict[str, Any]:
    """train()'s arguments for the rows that are set aside, with the score that early stopping watches."""
    if held_out is None:
        return {}
    X, y, weights = held_out
    scorer = check_scoring(options, options.scoring)
    weighted = {} if weights is None else {"sample_weight": weights}

    def score(_: Array, Y_hat: Array) -> float:
        try:
            found = scorer(answering(learnt, Y_hat), X, y, **weighted)
        except TypeError as error:
            if "sample_weight" not in str(error):
                raise
            raise TypeError(SAY["error.scorer_weights"].filled(options=options)) from error
        if not isinstance(found, Real) or math.isnan(found):
            raise ValueError(SAY["error.scorer_number"].filled(options=options, found=found))
        return float(found)

    with naming_validation():
        Y = learnt.encode(y, dtype)
    return {"validation": (X, Y) if weights is None else (X, Y, weights), "score": score}
