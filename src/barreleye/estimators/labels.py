"""Classes as scikit-learn's users have them: sorted, in a type of their own, in one column of y or in several."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from reprlib import repr as short
from typing import Any, Self

import numpy as np
from sklearn.metrics import accuracy_score
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels

from ..data.targets import Coding, Targets, places
from ..nn.arrays import Array
from ..nn.heads import Head, SoftmaxGroupsHead
from ..training.members import mean
from ..words import catalogue
from .targets import Learnt, names

SAY = catalogue("estimators")

DTYPES = re.compile(r"[<>|](b1|[iu][1248]|f[248]|O|U\d+|[mM]8\[\d{0,9}(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])")
"""That a file may say of classes."""


@dataclass(frozen=True)
class Labels(Learnt):
    """Classes to tell apart.

    kind       "binary", "multiclass", "multilabel-indicator" or "multiclass-multioutput", as scikit-learn calls them
    columns    the sorted classes of each column of y, in its own type
    coding     what the head takes: see ``Targets``
    """

    kind: str
    columns: tuple[Array, ...]
    coding: Coding | None = None

    @classmethod
    def of(cls, y: Any, what: str = "y") -> Self:
        """The labels that y holds. Raises ValueError for a single class, and for what are no classes."""
        check_classification_targets(y)
        kind = type_of_target(y, input_name=what)
        if kind == "multilabel-indicator" and not np.isin(y, (0, 1)).all():
            kind = "multiclass-multioutput"
        if kind == "multilabel-indicator":
            return cls(kind, (np.array([0, 1]),) * columns_of(y))
        if kind == "multiclass-multioutput":
            own = [
                cls.of(column, SAY["error.column_of"].filled(k=k, what=what))
                for k, column in enumerate(np.asarray(y).T)
            ]
            return cls(kind, tuple(one.columns[0] for one in own))
        classes = unique_labels(y)
        if len(classes) < 2:
            raise ValueError(SAY["error.one_class"].filled(what=what, classes=str(classes[0])))
        return cls("binary" if len(classes) == 2 else "multiclass", (classes,))

    @classmethod
    def of_classes(cls, classes: Any, y: Any) -> Self:
        """The labels of which y is the first batch and ``classes`` names all: one list, or one for each column of y.

        Raises ValueError for classes that are not those of as many columns.

        >>> Labels.of_classes([["a", "b"], [1, 2, 3]], [["a", 1], ["b", 1]]).targets.n_y
        5
        """
        several, wide = all(np.ndim(column) == 1 for column in classes), columns_of(y)
        if several and len(classes) == wide > 1:
            own = [cls.of(np.asarray(one), f"classes[{k}]") for k, one in enumerate(classes)]
            return cls("multiclass-multioutput", tuple(one.columns[0] for one in own))
        if not several and wide == 1:
            return cls.of(np.asarray(classes), "classes")
        labels = cls.of(y)
        yes_or_no = labels.kind == "multilabel-indicator"
        if yes_or_no and not several and len(classes) == wide:
            return labels
        wanted = SAY["error.list_of_classes" if wide == 1 else "error.lists_of_classes"]
        if yes_or_no and wide > 1:
            wanted = SAY["error.range_of_classes"].filled(wide=wide)
        raise ValueError(SAY["error.classes_columns"].filled(classes=classes, wide=wide, wanted=wanted))

    @property
    def classes_(self) -> Any:
        """As scikit-learn has them: an array, or a list of one for each of several columns of classes."""
        if self.kind == "multilabel-indicator":
            return np.arange(len(self.columns))
        return list(self.columns) if self.kind == "multiclass-multioutput" else self.columns[0]

    @property
    def targets(self) -> Targets:
        classes, yes_or_no = tuple(tuple(plain(column)) for column in self.columns), self.kind == "multilabel-indicator"
        return Targets(names(len(classes)), classes, np.zeros(0), np.ones(0), self.coding, yes_or_no)

    def behind(self, head: Head, said: str) -> Self:
        coding: Any = None if isinstance(head, SoftmaxGroupsHead) else head.targets
        return replace(self, coding=coding)

    def encode(self, y: Any, dtype: Any) -> Array:
        self.refuse_other_columns(y)
        columns = np.asarray(y).reshape(len(y), -1).T
        if self.kind != "multilabel-indicator":
            found = [places(c.tolist(), own.tolist(), "y") for c, own in zip(columns, self.columns, strict=True)]
        elif np.isin(columns, (0, 1)).all():
            found = list(columns.astype(np.int64))
        else:
            odd = np.setdiff1d(columns, (0, 1)).tolist()[0]
            raise ValueError(SAY["error.yes_or_no"].filled(odd=odd))
        return self.targets.coded(found).astype(dtype)

    def probabilities(self, Y_hat: Array) -> Any:
        """predict_proba's answer: (m, K); a list of (m, K) for several columns of classes."""
        P = self.targets.probabilities(Y_hat)
        if self.kind == "multilabel-indicator":
            return np.concatenate([p[:, 1:] for p in P], axis=1)
        return P if self.kind == "multiclass-multioutput" else P[0]

    def answer(self, Y_hat: Array) -> Array:
        P = self.targets.probabilities(Y_hat)
        chosen = [classes[p.argmax(axis=1)] for classes, p in zip(self.columns, P, strict=True)]
        return np.stack(chosen, axis=1) if len(chosen) > 1 else chosen[0]

    def spread(self, Y_hats: list[Array]) -> Array:
        likely = [p.argmax(axis=1)[:, None] for p in self.targets.probabilities(mean(Y_hats))]
        members = zip(*(self.targets.probabilities(Y_hat) for Y_hat in Y_hats), strict=True)
        deviations = [
            np.take_along_axis(np.std(p, axis=0), place, axis=1) for p, place in zip(members, likely, strict=True)
        ]
        return np.concatenate(deviations, axis=1) if len(deviations) > 1 else deviations[0][:, 0]

    def strata(self, y: Any) -> Any:
        return y if len(self.columns) == 1 else None

    def accuracy(self, y: Any, y_hat: Any, sample_weight: Any = None) -> float:
        """The share of rows that are right in every column."""
        if self.kind != "multiclass-multioutput":
            return float(accuracy_score(y, y_hat, sample_weight=sample_weight))
        return float(np.average((np.asarray(y) == y_hat).all(axis=1), weights=sample_weight))

    def refuse_other_columns(self, y: Any) -> None:
        """Raise ValueError for a y of another number of columns."""
        if columns_of(y) != len(self.columns):
            raise ValueError(SAY["error.columns"].filled(columns_of=columns_of(y), columns=len(self.columns)))

    def refuse_other_classes(self, classes: Any) -> None:
        """Raise ValueError, in scikit-learn's words, for a later call of partial_fit that names other classes."""
        several = self.kind == "multiclass-multioutput"
        mine, named = (self.classes_, list(classes)) if several else ([self.classes_], [classes])
        if len(mine) != len(named) or not all(map(np.array_equal, map(np.unique, named), mine)):
            raise ValueError(SAY["error.other_classes"].filled(classes=classes, it=self))

    def refuse_others(self, y: Any, warm_start: bool) -> None:
        """Raise ValueError, in scikit-learn's words, for labels that are not the classes; a warm start needs them all.

        Several columns of classes are checked by ``encode``.
        """
        self.refuse_other_columns(y)
        if self.kind == "multiclass-multioutput":
            return
        found = unique_labels(y)
        if warm_start and set(found) != set(self.classes_):
            raise ValueError(SAY["error.warm_classes"].filled(it=self, found=found))
        if len(np.setdiff1d(found, self.classes_, assume_unique=True)):
            raise ValueError(SAY["error.new_classes"].filled(it=self, found=found))


def plain(classes: Array) -> list[Any]:
    """Typed classes as values that any file or sentence can hold: dates as text, spans of time as their numbers.

    >>> plain(np.array(["2024-02-29"], "M8[D]"))
    ['2024-02-29']
    """
    kinds = {"M": str, "m": np.int64}
    values = classes.astype(kinds[classes.dtype.kind]) if classes.dtype.kind in kinds else classes
    return [label.item() if isinstance(label, np.generic) else label for label in values.tolist()]


def typed(classes: Sequence[Any], dtype: str) -> Array:
    """The classes that ``plain`` took out of their type. Raises TypeError or ValueError where that is not their type.

    Text takes the room of its longest class, whatever the dtype says.

    >>> typed(["2024-02-29"], "<M8[D]")
    array(['2024-02-29'], dtype='datetime64[D]')
    """
    if not DTYPES.fullmatch(dtype):
        raise ValueError(SAY["error.classes_dtype"].filled(dtype=dtype[:40]))
    column = np.array(classes, dtype="U" if dtype[1] == "U" else dtype)
    if plain(column) != list(classes) or not np.array_equal(np.unique(column), column):
        raise ValueError(SAY["error.classes_sorted"].filled(short=short(classes), dtype=dtype[:40]))
    return column


def log_of(P: Any) -> Any:
    """log P of probabilities, or of a list of them; -inf for 0."""
    with np.errstate(divide="ignore"):
        return [np.log(p) for p in P] if isinstance(P, list) else np.log(P)


def columns_of(y: Any) -> int:
    """Columns of y: 1 for a plain list of labels."""
    shape = np.shape(y)
    return 1 if len(shape) < 2 else shape[1]
