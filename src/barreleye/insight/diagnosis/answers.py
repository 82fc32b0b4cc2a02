"""BE5xx and BE6xx: what is wrong with the answers, and what keeps them from being better."""

from collections.abc import Iterator
from functools import reduce

import numpy as np

from ...models.calibration import LEAST_ROWS, logits, softmax, temperature
from ...nn.arrays import Array
from ...nn.front import Levels
from ...nn.network import predict
from ...nn.structure import Network
from ...training.stopping import EarlyStopping
from ...words import Text
from .evidence import Evidence, classes_of
from .experiment import Attempt, Measure, Trial, fresh, percent, said, unseen_loss
from .finding import Rule, Seen
from .job import Job, losses, mean, remade

ERRORS = 2.0
"""Standard errors that a difference must be beyond."""
RISEN = 0.1
"""By what share of itself the validation loss must have risen, and by half of that share of the constant's."""
SPREAD = 0.01
"""How much answers may differ from row to row, beside how much the targets do."""
NOT_LEARNT = 0.9
FEW, FEW_STEPS, WRONG = 16, 1000, 0.25
"""Rows that any network that works can learn by heart in so many steps, and the share of the constant's loss left."""
SURE = (0.7, 1.4)
"""Between these temperatures probabilities are as sure as they are right, nearly."""
DOMINATES = 1.0
"""How large the penalty's part of dW may be at the start, beside the data's."""
DROPPED = 0.5
SMALL = 8
"""Hidden units that may be too few to be better than a linear model by much."""
LEARNT = 0.2


def overfitting(evidence: Evidence) -> Seen | None:
    """BE501: the loss of the validation rows has risen from its lowest, while the cost fell further.

    And it lies above that. Both are measured alike, and beyond a standard error; row by row, the experiment is
    stricter. Where the best parameters were kept, there is nothing to say.
    """
    job, costs = evidence.job, evidence.validation_costs
    if job.held_out is None or evidence.last.restored is not None or len(costs) < 4 or evidence.diverged:
        return None
    cost = [one.measured.cost for one in evidence.history]
    if cost[-1] > cost[int(costs.argmin())]:
        return None
    end, rows = evidence.end, job.held_out
    unseen = losses(evidence.network, end.parameters, end.averages, rows)
    error = float(unseen.std() / np.sqrt(len(unseen)))
    now, best = mean(unseen, rows), float(costs.min())
    if (
        end.loss > NOT_LEARNT * evidence.base
        or now - end.loss <= error
        or now - best <= max(error, RISEN * best, RISEN / 2 * evidence.base)
    ):
        return None
    return Seen({"train": end.loss, "now": now, "best": best, "error": error}, error)


def stopped_in_time(evidence: Evidence, _: Seen) -> Iterator[Attempt]:
    """The same run, which keeps the parameters that were best on the validation rows; else dropout."""
    measure = unseen_loss(evidence)
    stopping = evidence.job.changed(rules=[EarlyStopping(patience=None)])
    yield Attempt(said("change.keep_best"), stopping, measure)
    dropout = evidence.job.changed(remade(evidence.network, keep_prob=0.7))
    yield Attempt(said("change.dropout", share=0.3), dropout, measure)


def underfitting(evidence: Evidence) -> Seen | None:
    """BE502: on the rows it was trained on, a network with hidden units is no better than a linear model."""
    front = evidence.network.front
    if front is not None and any(isinstance(part, Levels) for part in front.parts):
        return None  # numbers that name levels have no linear model
    restored = evidence.last.restored
    if evidence.diverged or evidence.end.loss < LEARNT * evidence.base:
        return None
    if restored is not None and restored.step < 0.9 * evidence.last.step:
        return None  # what it learnt afterwards was of no use elsewhere
    many = sum(evidence.network.n[1:-1]) > SMALL or evidence.end.loss < 0.4 * evidence.base
    if (many or evidence.job.held_out is None) and evidence.end.loss < 0.98 * evidence.linear_loss:
        return None
    return Seen({"loss": evidence.end.loss, "linear": evidence.linear_loss}, evidence.linear_loss)


def with_more(evidence: Evidence, _: Seen) -> Iterator[Attempt]:
    """Twice the units, or a hidden layer where there was none."""
    n, network = evidence.network.n, evidence.network
    measure = unseen_loss(evidence)
    if network.L == 1:
        wider = Network((n[0], 16, n[1]), "tanh", network.head, L2=network.L2[0], ntk=network.ntk, front=network.front)
        yield Attempt(said("change.hidden", units=16), fresh(evidence.job, wider), measure)
    else:
        for factor in (2, 8) if sum(n[1:-1]) <= 8 * SMALL else (2,):
            sizes = (n[0], *(factor * units for units in n[1:-1]), n[-1])
            yield Attempt(said("change.wider", factor=factor), fresh(evidence.job, remade(network, n=sizes)), measure)


def no_better_than_constant(evidence: Evidence) -> Seen | None:
    """BE503: on rows that it has not seen, the answers are no better than the same answer for all."""
    if evidence.table is not None:
        rows, paid = evidence.table.rows, evidence.table.losses
    elif evidence.job.held_out is not None:
        rows = evidence.job.held_out
        paid = losses(evidence.network, evidence.end.parameters, evidence.end.averages, rows)
    else:
        return None
    least = evidence.constant_losses(rows)
    gain = least - paid
    error = float(gain.std() / np.sqrt(len(gain)))
    better, base = mean(gain, rows), mean(least, rows)
    if len(gain) < 20 or not np.isfinite(error) or better > min(ERRORS * error, 0.1 * base) or better > 0.05 * base:
        return None
    return Seen({"ours": mean(paid, rows), "constant": base, "rows": len(gain), "error": error}, 0.0)


def miscalibrated(evidence: Evidence) -> Seen | None:
    """BE504: probabilities that a temperature, told by half of the validation rows, makes better on the other half."""
    rows = evidence.job.held_out
    if rows is None or evidence.classes is None or (evidence.table is not None and evidence.table.calibrated):
        return None
    y = classes_of(evidence.network, rows.Y)
    if y is None or evidence.network.head.targets == "signs" or len(y) < 2 * LEAST_ROWS or evidence.diverged:
        return None
    end = evidence.end
    P = predict(evidence.network, end.parameters, rows.X.T, end.averages).T.astype(np.float64)
    Z = logits(np.concatenate([1 - P, P], axis=1) if P.shape[1] == 1 else P)
    halves = np.arange(len(y)) % 2
    told = [temperature(Z[halves == k], y[halves == k]) for k in (0, 1)]
    T = float(np.sqrt(told[0] * told[1]))
    own, mended = (-np.log(np.maximum(p[np.arange(len(y)), y], 1e-300)) for p in (softmax(Z), _cross(Z, told, halves)))
    gain = own - mended
    if SURE[0] <= T <= SURE[1] or gain.mean() <= max(ERRORS * gain.std() / np.sqrt(len(gain)), 0.02 * evidence.base):
        return None
    measure = said("measure.validation")
    trial = Trial(said("change.temperature", T=T), measure, 0, float(own.mean()), float(mended.mean()), True)
    values = {"how": said("BE504.over" if T > 1 else "BE504.under"), "T": T}
    return Seen(values, SURE[1] if T > 1 else SURE[0], trial=trial)


def _cross(Z: Array, told: list[float], halves: Array) -> Array:
    """Probabilities at the temperature that the other half told."""
    return softmax(Z / np.array(told)[1 - halves][:, None])


def ignores_input(evidence: Evidence) -> Seen | None:
    """BE505: the answers hardly differ from row to row, where the targets do."""
    given, wanted = evidence.end.trace.Y_hat, evidence.job.rows.Y.T
    spread, own = float(wanted.std(axis=1).mean()), float(given.std(axis=1).mean())
    if spread == 0 or not own < SPREAD * spread:
        return None
    return Seen({"share": percent(own / spread)}, SPREAD)


def cannot_learn_by_heart(evidence: Evidence) -> Seen | None:
    """BE506: the network pays nearly what a constant pays on its own training rows; can it learn sixteen of them?"""
    loss, base = evidence.end.loss, evidence.base
    if evidence.diverged or evidence.reached < NOT_LEARNT * base or len(evidence.job.X) < 2 or evidence.network.L < 2:
        return None
    return Seen({"loss": loss, "base": base, "rows": min(FEW, len(evidence.job.X))}, NOT_LEARNT)


def few_rows(evidence: Evidence, _: Seen) -> Iterator[Attempt]:
    """Sixteen rows that differ, all of them in each step, neither dropout nor penalty, the usual steps of Adam."""
    job = evidence.job
    first = np.unique(job.rows.X, axis=0, return_index=True)[1]
    chosen = np.sort(first)[np.linspace(0, len(first) - 1, min(FEW, len(first))).astype(int)]
    X, Y = job.rows.X[chosen], job.rows.Y[chosen]
    network = remade(job.network, keep_prob=None, L2=None, L1=None)
    own = {name: job.options[name] for name in ("initializer", "parameters", "seed", "engine") if name in job.options}
    alone = Job(network, X, Y, own | {"seed": job.seed, "steps": FEW_STEPS, "learning_rate": 0.01})
    measure = Measure(said("measure.few"), lambda one, p, averages: losses(one.network, p, averages, alone.rows))
    yield Attempt(said("change.few", rows=len(chosen)), alone, measure, not_by_heart, FEW_STEPS)


def not_by_heart(before: Array, after: Array, base: float) -> bool:
    """Whether more than a quarter of the constant's loss is left."""
    return bool(not np.isfinite(after).all() or after.mean() > WRONG * base)


def held_back(evidence: Evidence) -> Seen | None:
    """BE601: a penalty that outweighs the rows from the start, or dropout of more than half of the units."""
    network, gradients = evidence.network, evidence.start.gradients
    if evidence.end.loss < LEARNT * evidence.base:
        return None
    if network.penalised_layers:
        penalty = np.sqrt(sum(float((gradients.dR[l] ** 2).sum()) for l in network.penalised_layers))
        data = np.sqrt(sum(float(((gradients.dW[l] - gradients.dR.get(l, 0)) ** 2).sum()) for l in gradients.dW))
        scale = len(evidence.job.rows.X) / len(evidence.job.X)  # the penalty is shared by all rows, not by the sample
        if data > 0 and penalty * scale / data > DOMINATES:
            return Seen({"ratio": float(penalty * scale / data)}, DOMINATES, key="penalty")
    keep = min((k for k in network.keep_prob if k is not None), default=1.0)
    if 1 - keep > DROPPED:
        return Seen({"share": percent(1 - keep)}, DROPPED, key="dropout")
    return None


def let_go(evidence: Evidence, seen: Seen) -> Iterator[Attempt]:
    """A tenth of the penalty, or a third of the dropout."""
    network, job = evidence.network, evidence.job
    if seen.key == "penalty":
        fields = {name: [None if k is None else 0.1 * k for k in getattr(network, name)] for name in ("L2", "L1")}
        yield Attempt(said("change.penalty"), job.changed(remade(network, **fields)), unseen_loss(evidence))
    else:
        keep = [None if k is None else 1 - (1 - k) / 3 for k in network.keep_prob]
        change = said("change.less_dropout")
        yield Attempt(change, job.changed(remade(network, keep_prob=keep)), unseen_loss(evidence))


def at_the_edge(evidence: Evidence) -> Seen | None:
    """BE602: the best setting of a search lies at an end of what was tried."""
    if not evidence.edges:
        return None
    ends = [said(f"BE602.{end}", setting=name) for name, end in evidence.edges.items()]
    return Seen({"settings": reduce(lambda a, b: a + Text("; ", "；") + b, ends)}, certain=True)


ANSWERS: dict[str, Rule] = {
    "BE501": Rule(overfitting, stopped_in_time, {"share": percent(RISEN)}),
    "BE502": Rule(underfitting, with_more, {"units": SMALL}, yields=True),
    "BE503": Rule(no_better_than_constant, None, {"errors": ERRORS}, yields=True),
    "BE504": Rule(miscalibrated, None, {"low": SURE[0], "high": SURE[1], "errors": ERRORS}, yields=True),
    "BE505": Rule(ignores_input, None, {"share": percent(SPREAD)}, yields=True),
    "BE506": Rule(
        cannot_learn_by_heart,
        few_rows,
        {"share": percent(NOT_LEARNT), "rows": FEW, "steps": FEW_STEPS, "wrong": percent(WRONG)},
        yields=True,
    ),
    "BE601": Rule(held_back, let_go, {"times": DOMINATES, "dropped": percent(DROPPED)}),
    "BE602": Rule(at_the_edge, None),
}
