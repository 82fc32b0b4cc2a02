"""Rows that a fit does not train on: the user's own, or a part set aside for early stopping."""

from typing import Any

import numpy as np
from sklearn.metrics import check_scoring
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import _check_sample_weight

from ..nn.arrays import Array


def own_validation(model: Any, X: Any, y: Any, sample_weight: Any) -> tuple[Any, Any, Any] | None:
    """X_val and y_val, checked against the X and y of this fit; None where there are none."""
    if X is None and y is None:
        return None
    if X is None or y is None:
        raise ValueError("X_val and y_val belong together: pass both or neither")
    X, y = model._checked(X, y, reset=False)
    return X, y, None if sample_weight is None else _check_sample_weight(sample_weight, X, dtype=X.dtype)


def split(model: Any, X: Array, y: Any, sample_weight: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The rows to train on and those set aside for early stopping, classes in proportion, each (X, y, weights)."""
    weights = np.ones(len(X), X.dtype) if sample_weight is None else sample_weight
    X, X_val, y, y_val, w, w_val = train_test_split(
        X,
        y,
        weights,
        random_state=model._random_state,
        test_size=model.validation_fraction,
        stratify=model._stratify_by(y),
    )
    if len(X_val) < 2:
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
        return float(scorer(model._as_answering(Y_hat), X, y, **options))

    Y = model._targets(y, dtype)
    return {"validation": (X, Y) if weights is None else (X, Y, weights), "score": score}
