"""Labels as columns of 0 and 1, and back from columns of probabilities.

Two classes are one column, more are one each; several labels at once and several columns of classes are there too.
"""

import re
from typing import Any, Self

import numpy as np
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels

from ..files.form import NUMBER, misfit
from ..nn.arrays import Array

DTYPES = re.compile(r"[<>|](b1|[iu][1248]|f[248]|O|U\d+|[mM]8\[\d{0,9}(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])")
CLASSES = {"dtype": str, "classes": [(str, bool, *NUMBER)]}
COLUMNS = {"columns": [{"kind": str}]}
"""What a file may say of labels: the dtypes, and the descriptions of one column and of several."""


class Labels:
    """The classes of y, and both ways between labels and columns.

    kind        "binary", "multiclass", "multilabel-indicator" or "multiclass-multioutput", as scikit-learn calls them
    classes_    the sorted classes; for multiclass-multioutput a list of them, one array for each column of y
    """

    def __init__(self, y: Any, what: str = "y") -> None:
        check_classification_targets(y)
        self.kind: str = type_of_target(y, input_name=what)
        if self.kind == "multilabel-indicator" and not np.isin(y, (0, 1)).all():
            self.kind = "multiclass-multioutput"
        if self.kind == "multiclass-multioutput":
            self._side_by_side([Labels(column, f"column {k} of {what}") for k, column in enumerate(np.asarray(y).T)])
        else:
            self.binarizer = LabelBinarizer().fit(y)
            self.classes_ = self.binarizer.classes_
            if len(self.classes_) < 2:
                raise ValueError(
                    f"{what} holds one class only, {str(self.classes_[0])!r}: there is nothing to tell apart"
                )
            if self.binarizer.y_type_ == "multiclass" and len(self.classes_) == 2:
                self.kind = "binary"

    @classmethod
    def of_classes(cls, classes: Any, y: Any) -> Self:
        """The labels of which y is the first batch and ``classes`` names all: one list, or one for each column of y.

        Raises ValueError for classes that are not those of as many columns.

        >>> Labels.of_classes([["a", "b"], [1, 2, 3]], [["a", 1], ["b", 1]]).n_outputs
        5
        """
        several = all(np.ndim(column) == 1 for column in classes)
        if several and len(classes) == columns_of(y) > 1:
            labels = object.__new__(cls)
            labels._side_by_side([Labels(np.asarray(one), f"classes[{k}]") for k, one in enumerate(classes)])
            return labels
        if not several and columns_of(y) == 1:
            return cls(np.asarray(classes), "classes")
        labels = cls(y)
        if labels.kind == "multilabel-indicator" and not several and len(classes) == labels.n_outputs:
            return labels
        wanted = {"multilabel-indicator": f"for its labels, classes=range({columns_of(y)})"}.get(
            labels.kind, "one list of classes for each, such as classes=[[0, 1, 2], [0, 1]]"
        )
        if columns_of(y) == 1:
            wanted = "one list of its classes"
        raise ValueError(f"classes={classes!r} does not fit y of {columns_of(y)} column(s): pass {wanted}")

    def _side_by_side(self, columns: "list[Labels]") -> None:
        """Be several columns of classes."""
        self.kind = "multiclass-multioutput"
        self.binarizers = columns
        self.classes_ = [column.classes_ for column in columns]

    @property
    def n_outputs(self) -> int:
        """Columns."""
        if self.kind == "multiclass-multioutput":
            return sum(len(classes) for classes in self.classes_)
        return 1 if self.kind == "binary" else len(self.classes_)

    def encode(self, y: Any, dtype: Any) -> Array:
        """Columns (m, n_outputs) of 0 and 1."""
        self.refuse_other_columns(y)
        if self.kind == "multiclass-multioutput":
            y = np.asarray(y)
            for k, classes in enumerate(self.classes_):
                refuse_unseen(y[:, k], classes)
            columns = [(y[:, [k]] == classes[None, :]).astype(dtype) for k, classes in enumerate(self.classes_)]
            return np.concatenate(columns, axis=1)
        if self.kind != "multilabel-indicator":
            refuse_unseen(y, self.classes_)
        elif not np.isin(y, (0, 1)).all():
            odd = np.setdiff1d(y, (0, 1)).tolist()[0]
            raise ValueError(f"y holds {odd!r}, but the columns of the fit say yes or no: 1 or 0")
        Y = self.binarizer.transform(y)
        return np.asarray(Y.toarray() if hasattr(Y, "toarray") else Y).astype(dtype)

    def refuse_other_columns(self, y: Any) -> None:
        """Raise ValueError for a y of another number of columns."""
        mine = 1 if self.kind in ("binary", "multiclass") else len(self.classes_)
        if columns_of(y) != mine:
            raise ValueError(f"y has {columns_of(y)} column(s) where that of the fit had {mine}")

    def refuse_other_classes(self, classes: Any) -> None:
        """Raise ValueError, in scikit-learn's words, for a later call of partial_fit that names other classes."""
        if self.kind == "multiclass-multioutput":
            named = [np.unique(column) for column in classes]
            same = len(named) == len(self.classes_) and all(map(np.array_equal, named, self.classes_))
        else:
            same = np.array_equal(np.unique(classes), self.classes_)
        if not same:
            raise ValueError(
                f"`classes={classes!r}` is not the same as on last call to partial_fit, was: {self.classes_!r}"
            )

    def refuse_others(self, y: Any, warm_start: bool) -> None:
        """Raise ValueError, in scikit-learn's words, for labels that are not the classes; a warm start needs them all.

        Several columns of classes are checked by ``encode``.
        """
        self.refuse_other_columns(y)
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
        dated = self.classes_.dtype.kind in "mM"  # dates and times, as whole numbers of their unit
        classes = self.classes_.astype(np.int64) if dated else self.classes_
        listed = [label.item() if isinstance(label, np.generic) else label for label in classes.tolist()]
        odd = next((label for label in listed if not isinstance(label, str | int | float)), None)
        if odd is not None:
            raise TypeError(f"y has the class {odd!r}, which no file can keep: fit with text or numbers for classes")
        return {"kind": self.kind, "dtype": self.classes_.dtype.str, "classes": listed}

    @classmethod
    def described(cls, description: dict[str, Any]) -> Self:
        """The labels that ``describe`` described; TypeError, ValueError or OverflowError for anything else.

        Text takes the room of its longest class, whatever the description's dtype says.
        """
        labels = object.__new__(cls)
        if wrong := misfit(description, {"kind": str}):
            raise ValueError(f"labels of which {wrong}")
        labels.kind = description["kind"]
        form = COLUMNS if labels.kind == "multiclass-multioutput" else CLASSES
        if wrong := misfit(description, form):
            raise ValueError(f"labels of which {wrong}")
        if form is COLUMNS:
            columns = [Labels.described(column) for column in description["columns"]]
            if not {column.kind for column in columns} <= {"binary", "multiclass"}:
                raise ValueError("columns of labels inside each other")
            labels._side_by_side(columns)
            return labels
        listed, dtype = description["classes"], description["dtype"]
        if not DTYPES.fullmatch(dtype) or len(listed) < 2:
            raise ValueError(f"{len(listed)} classes of dtype {dtype[:40]!r}")
        classes = np.array(listed, dtype="U" if dtype[1] == "U" else dtype)
        indicator = labels.kind == "multilabel-indicator"
        labels.binarizer = LabelBinarizer().fit(np.eye(2, len(classes), dtype=int) if indicator else classes)
        labels.classes_ = labels.binarizer.classes_
        if labels.describe()["classes"] != listed or labels.kind not in (
            "multilabel-indicator",
            "binary" if len(listed) == 2 else "multiclass",
        ):
            raise ValueError(f"{labels.kind[:40]} labels that are not {len(listed)} classes in their order")
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


def columns_of(y: Any) -> int:
    """Columns of y: 1 for a plain list of labels."""
    shape = np.shape(y)
    return 1 if len(shape) < 2 else shape[1]


def refuse_unseen(y: Any, classes: Array) -> None:
    """Raise ValueError for labels that are not among the classes: they would be no class at all.

    >>> refuse_unseen(["a", "c"], np.array(["a", "b"]))
    Traceback (most recent call last):
        ...
    ValueError: y holds 'c', which is not among the classes ['a', 'b'] of the fit
    """
    known = {*classes.tolist()}
    unseen = [label for label in np.asarray(y).ravel().tolist() if label not in known]
    if unseen:
        raise ValueError(f"y holds {unseen[0]!r}, which is not among the classes {classes.tolist()} of the fit")
