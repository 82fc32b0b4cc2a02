"""A table, a network and a score on rows it has never seen: what ``barreleye train`` does, as functions.

>>> from barreleye.datasets import load_dataset
>>> from barreleye.nn.structure import Network
>>> iris = load_dataset("iris")
>>> experiment = prepare(iris.X, iris.y, "classification", seed=0)
>>> experiment.parts.train.shape, experiment.head
((96,), 'softmax')
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .datasets import Task
from .nn.arrays import Array
from .nn.rows import check_features, named
from .tables.preparation import (
    Standardisation,
    Targets,
    as_labels,
    decode,
    encode_targets,
    is_truth_table,
    refuse_identifier,
    split,
    standardisation,
)
from .trained import Trained
from .training.progress import Progress

TEST_SHARE = 0.2
VALIDATION_SHARE = 0.2


class Parts(NamedTuple):
    """Row numbers: what is trained on, what stops training, and what nobody looks at before the end."""

    train: Array
    validation: Array
    test: Array


@dataclass(frozen=True)
class Experiment:
    """A table ready to train on. Standardisations come from the training rows alone.

    X, y          the rows as they came; whole numbers that are classes as integers
    Y             targets (m, n_y) as the network takes them: 0/1, one-hot, or standardised numbers
    of_X, of_Y    the standardisations; of_Y is None for classes
    """

    X: Array
    y: Array
    Y: Array
    task: Task
    head: str
    classes: tuple[object, ...] | None
    parts: Parts
    of_X: Standardisation
    of_Y: Standardisation | None
    feature_names: tuple[str, ...] = ()
    target_name: str = "y"

    def data(self, part: Array) -> tuple[Array, Array]:
        """Standardised X and Y of those rows, for train()."""
        return self.of_X(self.X[part]).astype(self.X.dtype), self.Y[part]

    def trained(self, progress: Progress) -> Trained:
        """The network as it is after this Progress, ready for rows as they come."""
        return Trained(
            progress.network,
            progress.parameters,
            progress.averages if progress.network.batch_norm_layers else None,
            self.of_X,
            self.of_Y,
            self.classes,
            self.feature_names,
            self.target_name,
        )

    @property
    def constants(self) -> list[object]:
        """The columns that are the same in every training row: nothing is learnt from them, so they have no say."""
        names: Sequence[object] = self.feature_names or range(self.X.shape[1])
        return [name for name, scale in zip(names, self.of_X.scale, strict=True) if scale == 0]

    @property
    def judged(self) -> Array:
        """The rows that the score is of: those that no model has seen; of a full truth table, all."""
        return self.parts.test if len(self.parts.test) else self.parts.train

    def score(self, answer: Array, part: Array) -> float:
        """Accuracy, or R2, of answers for those rows."""
        from sklearn.metrics import accuracy_score, r2_score

        if self.classes is None:
            return float(r2_score(self.y[part], answer))
        known = np.array(self.classes, dtype=object)
        return float(accuracy_score(self.y[part].astype(str), decode(answer, tuple(known)).astype(str)))


def prepare(
    X: Any,
    y: Any,
    task: Task,
    *,
    seed: int = 0,
    validate: bool = True,
    dtype: str = "float64",
    feature_names: tuple[str, ...] = (),
    target_name: str = "y",
) -> Experiment:
    """Split off a fifth of the rows to test on, and with ``validate`` a fifth of the rest to stop by; standardise.

    A frame X brings its own ``feature_names``, or is asked for these. Classes keep their proportions in every part; of
    a full truth table nothing is split off.

    Raises ValueError for what cannot be trained on: NaN (with column and row), a single class, a class too rare to be
    in every part, an identifier for a class, a number that is the same in every row, and for regression a part of fewer
    than 2 rows, which R2 needs.
    """
    X, feature_names = named("X", X, feature_names)
    X = check_features(X, None, dtype, names=feature_names)
    targets: Targets = encode_targets(y, task, target_name)
    y = targets.Y[:, 0] if targets.classes is None else as_labels(y)
    labels = None if targets.classes is None else y
    if labels is not None:
        refuse_identifier(labels, target_name)
    if is_truth_table(X):
        rest, test, validate = np.arange(len(X)), np.arange(0), False
    else:
        rest, test = split(len(X), TEST_SHARE, seed, labels)
    train, validation = rest, rest[:0]
    if validate:
        kept, off = split(len(rest), VALIDATION_SHARE, seed, None if labels is None else labels[rest], "validation")
        train, validation = rest[kept], rest[off]
    if labels is None:
        for what, part in (("test", test), ("validation", validation)):
            if len(part) < 2 and (len(test) if what == "test" else validate):
                raise ValueError(
                    f"{len(X)} rows are too few for regression: the {what} part would have {len(part)}, and R2 needs "
                    "at least 2; gather at least 10 rows"
                )
    Y, of_Y = targets.Y, None
    if targets.classes is None:
        of_Y = standardisation(Y[train])
        Y = of_Y(Y)
    return Experiment(
        X,
        y,
        Y.astype(dtype),
        task,
        targets.head,
        targets.classes,
        Parts(train, validation, test),
        standardisation(X[train]),
        of_Y,
        feature_names,
        target_name,
    )


def baselines(experiment: Experiment) -> dict[str, float]:
    """Held-out scores of two honest opponents, trained on the training and validation rows together.

    The majority class and logistic regression, or the mean and linear regression, by scikit-learn.
    """
    from sklearn.dummy import DummyClassifier, DummyRegressor
    from sklearn.linear_model import LinearRegression, LogisticRegression

    parts = experiment.parts
    rows = np.concatenate([parts.train, parts.validation])
    X, y = experiment.of_X(experiment.X), experiment.y
    opponents: dict[str, Any] = {"mean": DummyRegressor(), "linear regression": LinearRegression()}
    if experiment.classes is not None:
        y = y.astype(str)
        opponents = {"majority class": DummyClassifier(), "logistic regression": LogisticRegression(max_iter=2000)}
    return {
        name: float(model.fit(X[rows], y[rows]).score(X[experiment.judged], y[experiment.judged]))
        for name, model in opponents.items()
    }
