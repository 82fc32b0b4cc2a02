"""Rows that a fit does not train on: the user's own, or a part set aside for early stopping."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Real
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import _check_sample_weight

from ..nn.arrays import Array


def own_validation(model: Any, X: Any, y: Any, sample_weight: Any) -> tuple[Any, Any, Any] | None:
    """X_val and y_val, checked against the X and y of this fit; None where there are none."""
    if X is None and y is None:
        if sample_weight is not None:
            raise ValueError("sample_weight_val weighs the rows of X_val: pass X_val and y_val with it")
        return None
    if X is None or y is None:
        raise ValueError("X_val and y_val belong together: pass both or neither")
    with naming_validation():
        X, y = model._checked(X, y, reset=False)
        return X, y, None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=X.dtype)


@contextmanager
def naming_validation() -> Iterator[None]:
    """Say of an error about X and y that it is about X_val and y_val."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise (TypeError if isinstance(error, TypeError) else ValueError)(f"in X_val and y_val: {error}") from None


def split(model: Any, X: Array, y: Any, sample_weight: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The rows to train on and those set aside for early stopping, classes in proportion, each (X, y, weights)."""
    weights = np.ones(len(y), X.dtype) if sample_weight is None else sample_weight
    fraction, by = model.validation_fraction, model._stratify_by(y)
    try:
        parts = train_test_split(X, y, weights, random_state=model._random_state, test_size=fraction, stratify=by)
    except ValueError as error:
        raise ValueError(
            f"early_stopping=True cannot set aside validation_fraction={fraction} of {len(y)} rows ({error}): change "
            "validation_fraction, or pass X_val and y_val"
        ) from None
    X, X_val, y, y_val, w, w_val = parts
    if len(y_val) < 2:
        raise ValueError("The validation set is too small. Increase 'validation_fraction' or the size of your dataset.")
    w, w_val = (None, None) if sample_weight is None else (w, w_val)
    return (X, y, w), (X_val, y_val, w_val)


def validation_arguments(model: Any, held_out: Any, dtype: Any) -> dict[str, Any]:
    """train()'s arguments for the rows that are set aside, with the score that early stopping watches."""
    if held_out is None:
        return {}
    X, y, weights = held_out
    scorer = check_scoring(model, model.scoring)
    options = {} if weights is None else {"sample_weight": weights}

    def score(_: Array, Y_hat: Array) -> float:
        try:
            found = scorer(model._as_answering(Y_hat), X, y, **options)
        except TypeError as error:
            if "sample_weight" not in str(error):
                raise
            raise TypeError(
                f"scoring={model.scoring!r} takes no sample_weight, and the rows to watch have weights: choose a "
                "scorer that does, or leave the weights out"
            ) from error
        if not isinstance(found, Real) or math.isnan(found):
            raise ValueError(f"scoring={model.scoring!r} gave {found!r} for the rows to watch, not a number")
        return float(found)

    with naming_validation():
        Y = model._targets(y, dtype)
    return {"validation": (X, Y) if weights is None else (X, Y, weights), "score": score}
