"""How good answers are, on rows that no model has seen, and what a constant and a linear model reach there.

>>> P = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.7, 0.3]])
>>> of_classes(np.array([0, 1, 1, 1]), P)["accuracy"], round(of_classes(np.array([0, 1, 1, 1]), P)["AUC"], 3)
(0.75, 1.0)
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

import numpy as np

from ..data.table import Table
from ..data.targets import Task
from ..nn.arrays import Array
from ..nn.heads import Head, QuantilesHead, SoftmaxGroupsHead
from ..nn.network import predict
from ..nn.structure import Network
from ..training.scores import SCORES, Score, mean_absolute_error, r2, root_mean_squared_error
from ..words import Text, catalogue
from .calibration import expected_error, tempered_log_loss
from .linear import linear
from .preparing import Prepared

SAY = catalogue("results")


def of_classes(y: Array, P: Array) -> dict[str, float]:
    """accuracy, balanced accuracy (the mean over classes that occur), log-loss, ECE and AUC of probabilities (m, K).

    y (m,): places of the right classes. AUC for several classes is the mean of each against the rest, of those that
    occur (Hand & Till's alternative by Provost & Domingos, unweighted); NaN where one class alone occurs.
    """
    answer = P.argmax(axis=1)
    occurring = np.unique(y)
    recalls = [float((answer[y == k] == k).mean()) for k in occurring]
    chance = np.clip(P[np.arange(len(y)), y], np.finfo(np.float64).eps, 1)
    ranked = [1] if P.shape[1] == 2 else occurring
    areas = [auc(y == k, P[:, k]) for k in ranked]
    return {
        "accuracy": float((answer == y).mean()),
        "balanced accuracy": float(np.mean(recalls)),
        "log-loss": float(-np.log(chance).mean()),
        "ECE": expected_error(P, y),
        "AUC": float(np.mean(areas)),
    }


def auc(positive: Array, score: Array) -> float:
    """The chance that a positive row scores above another one, ties counting half (Mann & Whitney)."""
    n = int(positive.sum())
    others = len(positive) - n
    if not n or not others:
        return float("nan")
    _, place, times = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(times) - (times - 1) / 2)[place]
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * others))


def of_numbers(y: Array, y_hat: Array) -> dict[str, float]:
    """R2, RMSE and MAE of answers (m,), the last two in the target's units."""
    return {
        "R2": r2(y, y_hat) if y.std() > 0 else float("nan"),
        "RMSE": root_mean_squared_error(y, y_hat),
        "MAE": mean_absolute_error(y, y_hat),
    }


MOST_TOLD_APART = 20
"""Classes of which a table says which were taken for which."""


def confusion(y: Array, answer: Array, k: int) -> Array:
    """Rows by their class (down) and by the answer (across), (k, k)."""
    return np.bincount(y * k + answer, minlength=k * k).reshape(k, k)


def scores(ready: Prepared, answers: Any, part: Array) -> dict[str, float]:
    """The scores of answers, as ``Model.answers`` gives them, for those rows; over several targets their mean."""
    targets = ready.targets
    if targets.classes:
        frame = ready.frame.take(part)
        each = [of_classes(targets.indices(frame, i), P) for i, P in enumerate(answers)]
    else:
        truth, several = targets.decoded(ready.Y[part].astype(np.float64)), len(targets.names) > 1
        unit = targets.scale if several else np.ones(1)  # errors in different units have no mean
        each = [of_numbers(y, y_hat) for y, y_hat in zip((truth / unit).T, (answers / unit).T, strict=True)]
        if several:
            each = [{name if name == "R2" else f"{name}/deviation": one[name] for name in one} for one in each]
    return {name: float(np.mean([one[name] for one in each])) for name in each[0]}


def loss_in(found: Mapping[str, float]) -> str:
    """The score by which networks are told apart: log-loss, or the root of the mean squared error."""
    return next(name for name in ("log-loss", "RMSE", "RMSE/deviation") if name in found)


def opponents(ready: Prepared) -> dict[str, dict[str, float]]:
    """Scores on the test rows of what needs no hidden layer: the majority or mean, and the linear model.

    The linear model is a network without hidden layers, lambda = 1 (scikit-learn's default C = 1), brought to its
    minimum on the training and validation rows together.
    """
    rows = np.concatenate([ready.parts.train, ready.parts.validation])
    ready = replace(
        ready, targets=replace(ready.targets, quantiles=()), Y=ready.Y[:, :: len(ready.targets.quantiles) or 1]
    )
    test, Y = ready.judged, ready.Y[rows].astype(np.float64)
    weights = None if ready.weights is None else ready.weights[rows]
    constant = np.tile(np.average(Y, axis=0, weights=weights), (len(test), 1))
    X = one_hot(ready.table, ready.X)
    network = Network((X.shape[1], ready.targets.n_y), head=head_of(ready), L2=1.0)
    parameters = linear(network, X[rows].astype(np.float64), Y, weights)
    outputs = predict(network, parameters, X[test].T.astype(np.float64)).T
    said = ready.targets.probabilities if ready.targets.classes else ready.targets.decoded
    names = ("majority", "logistic regression") if ready.targets.classes else ("mean", "linear regression")
    return {name: scores(ready, said(Y_hat), test) for name, Y_hat in zip(names, (constant, outputs), strict=True)}


def one_hot(table: Table, X: Array) -> Array:
    """The coded rows with a column for each level where levels are numbered: numbers of names have no order."""
    if not any(table.rows):
        return X
    each = zip(X.T, table.rows, strict=True)
    parts = [x[:, None] if k is None else np.eye(k, dtype=X.dtype)[x.astype(int)] for x, k in each]
    return np.concatenate(parts, axis=1)


def amount(value: float) -> str:
    """So much of something, to two digits; from a hundred on in whole numbers.

    >>> amount(0.123), amount(12345.6)
    ('0.12', '12,346')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


Standing: TypeAlias = Literal["useless", "behind", "ahead"]


def standing(found: Mapping[str, Mapping[str, float]]) -> Standing:
    """Where the last of three stands, after a constant and the linear model, by the loss.

    "useless": no better than the constant; "behind": by more than 2 % worse than the linear model.
    """
    least, straight, ours = (its[loss_in(its)] for its in found.values())
    return "useless" if ours >= least else "behind" if ours > 1.02 * straight else "ahead"


def tidy(value: float) -> str:
    """A score to three decimals; from a hundred on in whole numbers, as long as a person would read them.

    >>> tidy(0.98765), tidy(-0.0001), tidy(-23765.9), tidy(1.5e300)
    ('0.988', '0.000', '-23,766', '1.5e+300')
    """
    large = ",.0f" if abs(value) < 1e15 else ".3g"
    return format(value, large) if abs(value) >= 100 else f"{round(value, 3) + 0.0:.3f}"


def short(value: Any) -> str:
    """A setting's value, a number to three digits.

    >>> short(0.0123456), short("64,32")
    ('0.0123', '64,32')
    """
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def comparison(found: Mapping[str, Mapping[str, float]], hidden: int = 1) -> list[Text]:
    """What the scores of a constant, the linear model and a network, in this order, say of each other, in sentences.

    hidden: the network's hidden layers.

    >>> losses = {"majority": 0.5, "logistic regression": 0.2, "this network": 0.3}
    >>> print(*comparison({who: {"log-loss": loss} for who, loss in losses.items()}))
    by log-loss logistic regression answers better: perhaps these rows support no more than it, --layers 0
    """
    constant, linear, us = found
    measure = loss_in(found[us])
    match standing(found):
        case "useless":
            return [SAY["comparison.useless"].filled(measure=measure, constant=SAY[f"who.{constant}"])]
        case "behind":
            why = "comparison.support" if hidden else "comparison.same"
            return [SAY[why].filled(measure=measure, linear=SAY[f"who.{linear}"])]
    return []


METRICS: dict[Task, tuple[str, ...]] = {
    "classification": ("log-loss", "accuracy", "auc"),
    "regression": ("rmse", "mae"),
}
"""What may count, by task; the first where nobody says."""


def watched(ready: Prepared, metric: str, aside: Array) -> Score | None:
    """The score of rows set aside by which the best epoch is chosen; None: the network's own loss there.

    For log-loss and AUC log-loss behind the best temperature (Berta, Holzmueller, Jordan and Bach 2025, arXiv
    2501.19195): how well probabilities rank, for how sure they are is mended afterwards.
    """
    targets, weights = ready.targets, None if ready.weights is None else ready.weights[aside]

    def weighed(Y: Array, Y_hat: Array) -> float:
        answer, right = targets.probabilities(Y_hat)[0], targets.probabilities(Y)[0]
        return float(np.average(answer.argmax(axis=1) == right.argmax(axis=1), weights=weights))

    if metric == "accuracy" and len(targets.classes) == 1:
        return SCORES["accuracy"] if weights is None else Score(weighed, "max")
    if metric not in ("log-loss", "auc") or targets.yes_or_no:
        return None

    def tempered(Y: Array, Y_hat: Array) -> float:
        P = targets.probabilities(Y_hat)
        right = [p.argmax(axis=1) for p in targets.probabilities(Y)]
        return sum(tempered_log_loss(p, y, weights) for p, y in zip(P, right, strict=True))

    return Score(tempered, "min")


def head_of(ready: Prepared) -> str | Head:
    """The head of the targets: with its quantiles, or the sizes of its groups where several columns are classes."""
    targets = ready.targets
    if targets.head == "quantiles":
        return QuantilesHead(targets.quantiles)
    return SoftmaxGroupsHead(tuple(map(len, targets.classes))) if targets.head == "softmax_groups" else targets.head


def is_better_higher(score: str) -> bool:
    """Whether more of it is better, of a score by its name.

    >>> is_better_higher("AUC"), is_better_higher("validation accuracy"), is_better_higher("RMSE")
    (True, True, False)
    """
    better = ("accuracy", "balanced accuracy", "AUC", "R2")
    return score.removeprefix("validation ") in better or score.endswith("validation score")
