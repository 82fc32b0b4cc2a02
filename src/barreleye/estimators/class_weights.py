"""class_weight: how much each row counts, by its class."""

import math
from numbers import Real
from typing import Any

import numpy as np
from sklearn.utils.class_weight import compute_sample_weight

from ..data.targets import balance
from ..nn.arrays import Array
from ..words import catalogue

SAY = catalogue("estimators")


def weights_of(class_weight: Any, y: Any, sample_weight: Any, dtype: Any) -> Any:
    """Sample weights times class weights: None, "balanced" or as scikit-learn's ``compute_sample_weight`` takes them.

    Raises ValueError for weights that are not numbers of 0 or above.

    >>> weights_of({"a": 3.0, "b": 1.0}, ["a", "b"], None, float)
    array([3., 1.])
    """
    if class_weight is None:
        return sample_weight
    if isinstance(class_weight, str):
        weights = balanced_weights(y, sample_weight)
    else:
        refuse_odd_weights(class_weight, 1 if np.ndim(y) < 2 else np.shape(y)[1])
        weights = compute_sample_weight(class_weight, y)
    return weights.astype(dtype) if sample_weight is None else weights.astype(dtype) * sample_weight


def balanced_weights(y: Any, sample_weight: Any = None) -> Array:
    """class_weight="balanced": (sum of weights) / (classes * the class's own sum); over several columns the product.

    scikit-learn's ``compute_sample_weight`` counts rows instead, so that a weight of 2 is not a row seen twice there.

    >>> balanced_weights(["a", "a", "b"]), balanced_weights(["a", "b"], [2.0, 1.0])
    (array([0.75, 0.75, 1.5 ]), array([0.75, 1.5 ]))
    """
    labels = np.asarray(y.toarray() if hasattr(y, "toarray") else y)
    weights = np.ones(len(labels))
    for column in labels.reshape(len(labels), -1).T:
        places = np.unique(column, return_inverse=True)[1]
        weights *= balance(places, sample_weight)[places]
    return weights


def refuse_balanced(class_weight: Any) -> None:
    """Raise AttributeError for class_weight="balanced" in partial_fit, whose rows are a part of all."""
    if isinstance(class_weight, str):
        raise AttributeError(SAY["error.partial_balanced"])


def refuse_odd_weights(class_weight: Any, columns: int) -> None:
    """Raise ValueError unless it is {class: weight}, one for each column of y, with numbers of 0 or above.

    >>> refuse_odd_weights({"a": -1}, 1)
    Traceback (most recent call last):
        ...
    ValueError: class_weight={'a': -1}: the weight of class 'a' is -1, where a number of 0 or above is needed
    """
    listed = class_weight if isinstance(class_weight, list) else [class_weight]
    if isinstance(class_weight, list) and (len(listed) != columns or not all(isinstance(one, dict) for one in listed)):
        text = SAY["error.class_weight_list" if columns == 1 else "error.class_weight_lists"]
        raise ValueError(text.filled(class_weight=class_weight, columns=columns))
    for weights in listed:
        for label, weight in weights.items():
            if not isinstance(weight, Real) or not 0 <= float(weight) < math.inf:
                raise ValueError(
                    SAY["error.class_weight"].filled(class_weight=class_weight, label=label, weight=weight)
                )
