"""BE1xx: what is wrong with the rows before any network sees them."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from ...data.frame import Numbers
from ...data.remarks import leaks
from ...nn.arrays import Array
from ...nn.front import Levels
from ...nn.network import predict
from ...training.border import Rows
from .evidence import Evidence, classes_of, standardised
from .experiment import Attempt, Measure, improved, percent, said, unseen_loss
from .finding import Rule, Seen
from .job import losses

FARTHEST = 10.0
"""The root mean square of a column that training still copes with; standardised it is 1."""
APART = 100.0
"""How many times one column may vary as much as the median one."""
TENFOLD = 10.0
"""How many times 1 a target's standard deviation may be, and how many of them its mean may be from 0."""
RARE, RECALLED = 0.4, 0.5
"""A class is rare with less than this share of what it had if all were as common; and found if this share of it is."""
DOUBTED, LEAST_DOUBTED = 0.25, 0.05
"""A label to which the trained network gives less than a quarter; and the share of such rows that is too many."""
NOTHING_LEARNT = 0.95
"""Of the constant's loss: of a network that pays more no class is found, and that has other reasons."""
ALIKE = 0.95
"""The share of rows with one and the same number that says too little to compare columns by."""
ENOUGH = 20
"""Rows that a share is told of."""


def unscaled(evidence: Evidence) -> Seen | None:
    """BE101: a column far from unit size, or columns of very different size. Numbers that name a level have no size."""
    X, front = evidence.job.rows.X, evidence.network.front
    order = list(front.order or range(X.shape[1])) if front else []
    named = {order[rows.start] for _, part, rows, _ in front.places() if isinstance(part, Levels)} if front else set()
    amounts = [j for j in range(X.shape[1]) if j not in named and X[:, j].std() > 0]
    if not amounts or len(X) < 2:
        return None
    size, spread = np.sqrt((X[:, amounts] ** 2).mean(axis=0)), X[:, amounts].std(axis=0)
    for measured, threshold, key in ((size, FARTHEST, "size"), (spread / np.median(spread), APART, "apart")):
        worst = int(measured.argmax())
        if measured[worst] > threshold:
            column = evidence.name(amounts[worst])
            value = float(measured[worst])
            return Seen({"value": value}, threshold, said("where.column", column=column), amounts, key=key)
    return None


def with_standard_columns(evidence: Evidence, seen: Seen) -> Iterator[Attempt]:
    """The columns that are amounts standardised, by what they are in the training rows."""
    job, amounts = evidence.job, seen.about

    def scaled(X: Array) -> Array:
        X = X.copy()
        X[:, amounts] = standardised(X[:, amounts], job.X[:, amounts])
        return X

    yield Attempt(said("change.standardised"), job.recoded(scaled))


def target_unscaled(evidence: Evidence) -> Seen | None:
    """BE102: numbers to predict that are far from 0 or of another size than 1."""
    Y = evidence.job.rows.Y
    if evidence.network.head.targets != "numbers" or not (Y.std(axis=0) > 0).all():
        return None
    middle, spread = Y.mean(axis=0), Y.std(axis=0)
    k = int(np.maximum(np.abs(middle) / spread, np.maximum(spread, 1 / spread)).argmax())
    if abs(middle[k]) <= TENFOLD * spread[k] and 1 / TENFOLD <= spread[k] <= TENFOLD:
        return None
    return Seen({"mean": float(middle[k]), "deviation": float(spread[k])}, TENFOLD)


def with_standard_target(evidence: Evidence, _: Seen) -> Iterator[Attempt]:
    """The loss as a share of the constant's, for it has another unit afterwards."""
    job = evidence.job
    coded = job.recoded(Y=lambda Y: standardised(Y, job.Y))

    def share(own: Any, parameters: Any, averages: Any) -> Array:
        paid = losses(own.network, parameters, averages, own.rows)
        other = replace(evidence, job=own)
        return paid / other.base * evidence.base

    measure = Measure(said("measure.comparable"), share)
    yield Attempt(said("change.standard_target"), coded, measure)


def idle_columns(evidence: Evidence) -> Seen | None:
    """BE103: a column that alone gives the target away, or is a straight function of another.

    A column that never changes is harmless: it is one more bias.
    """
    features, network = evidence.features, evidence.network
    one_question = evidence.classes is not None or network.n[-1] == 1
    leaking = leaks(features, evidence.y, network.head.classifies) if one_question and len(features.names) > 1 else []
    if leaking:
        return Seen({"column": leaking[0]}, about=leaking[:1], key="leak")
    forms: dict[bytes, str] = {}
    for name, cells in features:
        if not isinstance(cells, Numbers) or len(features) < ENOUGH:
            continue
        x = cells.values.astype(np.float64)
        if np.isnan(x).any() or np.unique(x, return_counts=True)[1].max() > ALIKE * len(x):
            continue
        z = (x - x.mean()) / x.std()
        form = (np.round(z * np.sign(z[np.abs(z).argmax()]), 6) + 0.0).tobytes()
        if form in forms:
            return Seen({"column": name, "other": forms[form]}, certain=True, key="twin")
        forms[form] = name
    return None


def without_leak(evidence: Evidence, seen: Seen) -> Iterator[Attempt]:
    """What the loss is without a column that gives the target away: 0 in its place in every row."""

    def without(X: Array, places: slice) -> Array:
        X = X.copy()
        X[:, places] = 0
        return X

    for name in seen.about:
        other = evidence.job.recoded(partial(without, places=evidence.places[name]))
        yield Attempt(said("change.without_column", column=name), other, unseen_loss(evidence), worsened)


def worsened(before: Array, after: Array, base: float) -> bool:
    """Whether the change took away what the answers hang on."""
    return improved(after, before, base)


def imbalanced(evidence: Evidence) -> Seen | None:
    """BE104: a class of less than a fifth of the rows beside one other, or as rare among more, that is not found."""
    y, rows = evidence.classes, evidence.job.rows
    if y is None or rows.weights is not None or len(y) < ENOUGH or evidence.end.loss > NOTHING_LEARNT * evidence.base:
        return None
    shares = np.bincount(y) / len(y)
    rare = int(np.where(shares > 0, shares, 1).argmin())
    looked_at = rows if evidence.job.held_out is None else evidence.job.held_out
    of_it = classes_of(evidence.network, looked_at.Y) == rare
    answers = predict(evidence.network, evidence.end.parameters, looked_at.X.T, evidence.end.averages).T
    recall = float((classes_of(evidence.network, answers)[of_it] == rare).mean())
    if shares[rare] >= RARE / np.count_nonzero(shares) or of_it.sum() < 5 or recall >= RECALLED:
        return None
    return Seen({"share": percent(shares[rare]), "recall": percent(recall)}, RECALLED, about=rare)


def weighted(evidence: Evidence, _: Seen) -> Iterator[Attempt]:
    """Each class counts as much as any other; judged by the share of each class that is answered wrong."""
    job = evidence.job
    y = classes_of(job.network, job.Y)
    own = np.bincount(y)
    weights = (len(y) / (np.count_nonzero(own) * np.maximum(own, 1)))[y].astype(job.X.dtype)

    def wrong(one: Any, parameters: Any, averages: Any) -> Array:
        looked_at = one.rows if one.held_out is None else one.held_out
        truth = classes_of(one.network, looked_at.Y)
        answer = classes_of(one.network, predict(one.network, parameters, looked_at.X.T, averages).T)
        counts = np.bincount(truth)
        return (truth != answer) * (len(truth) / (np.count_nonzero(counts) * np.maximum(counts, 1)))[truth]

    measure = Measure(said("measure.balanced"), wrong)
    yield Attempt(said("change.weights"), job.changed(weights=weights), measure, fewer_wrong)


def fewer_wrong(before: Array, after: Array, base: float) -> bool:
    """Whether the share that is answered wrong, each class counting alike, fell by a tenth and a standard error.

    Of a rare class there are few rows, and two errors are seldom to be had.
    """
    gain = before - after
    return bool(gain.mean() > max(gain.std() / np.sqrt(len(gain)), 0.1 * before.mean()))


def doubtful_labels(evidence: Evidence) -> Seen | None:
    """BE105: rows of whose class the trained network is nearly sure that it is another, though most are right."""
    y = evidence.classes
    if y is None or len(y) < 5 * ENOUGH or evidence.job.held_out is None:
        return None
    doubted = np.flatnonzero(evidence.end.losses > -np.log(DOUBTED))
    right = classes_of(evidence.network, evidence.end.trace.Y_hat.T) == y
    share = len(doubted) / len(y)
    if share < LEAST_DOUBTED or right.mean() < 0.7:
        return None
    worst = doubted[np.argsort(-evidence.end.losses[doubted], kind="stable")]
    where = said("where.rows", rows=", ".join(map(str, worst[:8].tolist())))
    return Seen({"share": percent(share), "rows": len(doubted)}, LEAST_DOUBTED, where)


def without_doubted(evidence: Evidence, _: Seen) -> Iterator[Attempt]:
    """Without the rows whose labels are doubted, all of them."""
    job, end = evidence.job, evidence.end
    weights = job.options.get("weights")
    each = losses(job.network, end.parameters, end.averages, Rows(job.X, job.Y, None))
    left = each <= -np.log(DOUBTED)
    other = job.changed(X=job.X[left], Y=job.Y[left], weights=None if weights is None else weights[left])
    yield Attempt(said("change.without_rows", rows=int((~left).sum())), other, unseen_loss(evidence))


DATA: dict[str, Rule] = {
    "BE101": Rule(unscaled, with_standard_columns, {"size": FARTHEST, "apart": APART}),
    "BE102": Rule(target_unscaled, with_standard_target, {"low": 1 / TENFOLD, "times": TENFOLD}),
    "BE103": Rule(idle_columns, without_leak),
    "BE104": Rule(imbalanced, weighted, {"rare": percent(RARE), "found": percent(RECALLED)}),
    "BE105": Rule(doubtful_labels, without_doubted, {"share": percent(LEAST_DOUBTED), "doubted": percent(DOUBTED)}),
}
