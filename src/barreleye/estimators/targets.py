"""Labels as columns of 0 and 1, and back from columns of probabilities.

Two classes are one column, more are one each; several labels at once and several columns of classes are there too.
"""

import math
from typing import Any, Self

import numpy as np
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels

from ..nn.arrays import Array


class Labels:
    """The classes of y, and both ways between labels and columns.

    kind        "binary", "multiclass", "multilabel-indicator" or "multiclass-multioutput", as scikit-learn calls them
    classes_    the sorted classes; for multiclass-multioutput a list of them, one array for each column of y
    """

    def __init__(self, y: Any) -> None:
        check_classification_targets(y)
        self.kind: str = type_of_target(y, input_name="y")
        if self.kind == "multiclass-multioutput":
            y = np.asarray(y)
            self.binarizers = [Labels(y[:, column]) for column in range(y.shape[1])]
            self.classes_: Any = [labels.classes_ for labels in self.binarizers]
        else:
            self.binarizer = LabelBinarizer().fit(y)
            self.classes_ = self.binarizer.classes_
            if len(self.classes_) < 2:
                raise ValueError(f"y holds one class only, {str(self.classes_[0])!r}: there is nothing to tell apart")
            if self.binarizer.y_type_ == "multiclass" and len(self.classes_) == 2:
                self.kind = "binary"

    @property
    def n_outputs(self) -> int:
        """Columns."""
        if self.kind == "multiclass-multioutput":
            return sum(len(classes) for classes in self.classes_)
        return 1 if self.kind == "binary" else len(self.classes_)

    def encode(self, y: Any, dtype: Any) -> Array:
        """Columns (m, n_outputs) of 0 and 1."""
        if self.kind == "multiclass-multioutput":
            y = np.asarray(y)
            for k, classes in enumerate(self.classes_):
                refuse_unseen(y[:, k], classes)
            columns = [(y[:, [k]] == classes[None, :]).astype(dtype) for k, classes in enumerate(self.classes_)]
            return np.concatenate(columns, axis=1)
        if self.kind != "multilabel-indicator":
            refuse_unseen(y, self.classes_)
        Y = self.binarizer.transform(y)
        return np.asarray(Y.toarray() if hasattr(Y, "toarray") else Y).astype(dtype)

    def refuse_others(self, y: Any, warm_start: bool) -> None:
        """Raise ValueError, in scikit-learn's words, for labels that are not the classes; a warm start needs them all.

        Several columns of classes are checked by ``encode``.
        """
        if self.kind == "multiclass-multioutput":
            return
        found = unique_labels(y)
        if warm_start and set(found) != set(self.classes_):
            raise ValueError(
                "warm_start can only be used where `y` has the same classes as in the previous call to fit. Previously "
                f"got {self.classes_}, `y` has {found}"
            )
        if len(np.setdiff1d(found, self.classes_, assume_unique=True)):
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. 'y' has {found}."
            )

    def decode(self, P: Array) -> Array:
        """The likeliest labels for probabilities P (m, n_outputs), in the form of y."""
        if self.kind == "multiclass-multioutput":
            parts = self.split(P)
            chosen = [classes[part.argmax(axis=1)] for classes, part in zip(self.classes_, parts, strict=True)]
            return np.stack(chosen, axis=1)
        return self.binarizer.inverse_transform(P.ravel() if self.kind == "binary" else P)

    def of_decoded(self, P: Array, values: Array) -> Array:
        """Of values (m, n_outputs), those that belong to the labels that ``decode`` makes of P, in the form of y."""
        if self.kind == "multilabel-indicator":
            return values
        pairs = zip(self.split(P), self.split(values), strict=True)
        chosen = [np.take_along_axis(part, p.argmax(axis=1, keepdims=True), axis=1) for p, part in pairs]
        return np.concatenate(chosen, axis=1) if self.kind == "multiclass-multioutput" else chosen[0][:, 0]

    def by_class(self, P: Array) -> Any:
        """predict_proba's answer: (m, K); a list of (m, K) for several columns of classes."""
        if self.kind == "multiclass-multioutput":
            return self.split(P)
        if self.kind == "binary":
            return np.concatenate([1 - P, P], axis=1)
        return P

    def shared(self, P: Array) -> Array:
        """Probabilities that sum to 1 over the classes of which one holds, in the proportions of P (m, n_outputs)."""
        if self.kind not in ("multiclass", "multiclass-multioutput"):
            return P
        parts = []
        for part in self.split(P):
            total = part.sum(axis=1, keepdims=True)
            parts.append(np.divide(part, total, out=np.full_like(part, 1 / part.shape[1]), where=total > 0))
        return np.concatenate(parts, axis=1)

    def describe(self) -> dict[str, Any]:
        """The kind and the classes as JSON values."""
        if self.kind == "multiclass-multioutput":
            return {"kind": self.kind, "columns": [labels.describe() for labels in self.binarizers]}
        return {"kind": self.kind, "dtype": self.classes_.dtype.str, "classes": self.classes_.tolist()}

    @classmethod
    def described(cls, description: dict[str, Any]) -> Self:
        """The labels that ``describe`` described."""
        labels = object.__new__(cls)
        labels.kind = str(description["kind"])
        if labels.kind == "multiclass-multioutput":
            labels.binarizers = [Labels.described(column) for column in description["columns"]]
            labels.classes_ = [column.classes_ for column in labels.binarizers]
            return labels
        classes = np.array(description["classes"], dtype=np.dtype(str(description["dtype"])))
        indicator = labels.kind == "multilabel-indicator"
        labels.binarizer = LabelBinarizer().fit(np.eye(len(classes), dtype=int) if indicator else classes)
        labels.classes_ = labels.binarizer.classes_
        return labels

    def accuracy(self, y: Any, y_hat: Any, sample_weight: Any = None) -> float:
        """The share of rows that are right in every column."""
        if self.kind != "multiclass-multioutput":
            return float(accuracy_score(y, y_hat, sample_weight=sample_weight))
        return float(np.average((np.asarray(y) == y_hat).all(axis=1), weights=sample_weight))

    def split(self, P: Array) -> list[Array]:
        """The columns of P that belong to each column of y."""
        if self.kind != "multiclass-multioutput":
            return [P]
        return np.split(P, np.cumsum([len(classes) for classes in self.classes_])[:-1], axis=1)


def weights_of(class_weight: Any, y: Any, sample_weight: Any, dtype: Any) -> Any:
    """Sample weights times class weights: None, "balanced" or as scikit-learn's ``compute_sample_weight`` takes them.

    >>> weights_of({"a": 3.0, "b": 1.0}, ["a", "b"], None, float)
    array([3., 1.])
    """
    if class_weight is None:
        return sample_weight
    balanced = isinstance(class_weight, str)
    weights = balanced_weights(y, sample_weight) if balanced else compute_sample_weight(class_weight, y)
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
        _, codes = np.unique(column, return_inverse=True)
        mass = np.bincount(codes, sample_weight).astype(np.float64)
        weights *= mass.sum() / (np.count_nonzero(mass) * np.where(mass > 0, mass, 1.0))[codes]
    return weights


def refuse_unseen(y: Any, classes: Array) -> None:
    """Raise ValueError for labels that are not among the classes: they would be no class at all.

    >>> refuse_unseen(["a", "c"], np.array(["a", "b"]))
    Traceback (most recent call last):
        ...
    ValueError: y holds 'c', which is not among the classes ['a', 'b'] of the fit
    """
    unseen = np.setdiff1d(y, classes)
    if len(unseen):
        raise ValueError(
            f"y holds {unseen.tolist()[0]!r}, which is not among the classes {classes.tolist()} of the fit"
        )


def refuse_missing(y: Any) -> None:
    """Raise ValueError for None or NaN among labels, with the first row that has one.

    >>> refuse_missing(np.array(["a", None], dtype=object))
    Traceback (most recent call last):
        ...
    ValueError: y has no label in row 1 (it holds None): drop that row or give it a class
    """
    labels = np.asarray(y)
    if labels.dtype.kind != "O":
        return
    for row, label in enumerate(labels.reshape(len(labels), -1)):
        missing = [value for value in label if value is None or (isinstance(value, float) and math.isnan(value))]
        if missing:
            raise ValueError(f"y has no label in row {row} (it holds {missing[0]}): drop that row or give it a class")
