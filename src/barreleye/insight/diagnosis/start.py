"""BE2xx: what is wrong before the first step."""

from collections.abc import Iterator

import numpy as np

from ...nn.arrays import Array
from ...nn.initializers import Initializer
from ...nn.initializers import initializer as named_initializer
from ...nn.quantities import Parameters
from .evidence import Evidence
from .experiment import Attempt, fresh, said, starts_as_usual, unseen_loss, usual_start
from .finding import Rule, Seen
from .job import Job

FAR_OFF = 3.0
"""How many times the loss of outputs of 0 the first loss may be: outputs of unit size, as of a start that looks at the
data, pay twice that."""
STARVED, FLOODED = 0.1, 10.0
"""What is left of the rows' differences in the last hidden layer, beside what the usual start would leave."""
LEAST_STEPS = 10
"""That make units differ which can."""


def loud_outputs(evidence: Evidence) -> Seen | None:
    """BE201: the first answers are sure and wrong: a loss far above that of outputs of 0."""
    start, knowing_nothing = evidence.start.loss, evidence.blank
    return Seen({"loss": start, "base": knowing_nothing}, FAR_OFF) if start > FAR_OFF * knowing_nothing else None


def with_quiet_outputs(evidence: Evidence, _: Seen) -> Iterator[Attempt]:
    """The last layer's weights a tenth of what they were, its biases 0."""
    start, L = evidence.job.start, evidence.network.L

    def softer(field: str, l: int, p: Array) -> Array:
        return p if l != L else p * 0.1 if field == "W" else p * 0

    quiet = evidence.job.changed(parameters=start.by_place(softer))
    yield Attempt(said("change.quiet"), quiet, unseen_loss(evidence))


def alike_units(evidence: Evidence) -> Seen | None:
    """BE202: units of a hidden layer that still have the same weights after ten steps: they can never differ."""
    if evidence.last.step < LEAST_STEPS:
        return None
    p = evidence.end.parameters
    for l in range(1, evidence.network.L):
        inward = p.W[l] if l not in p.b else np.concatenate([p.W[l], p.b[l]], axis=1)
        both = np.concatenate([inward, p.W[l + 1].T], axis=1)
        power = np.floor(np.log10(np.abs(both) + (both == 0)))
        digits = np.concatenate([np.round(both / 10.0**power, 5) + 0.0, power], axis=1)
        units, different = len(digits), len(np.unique(digits, axis=0))
        if different <= units / 2:
            where = said("where.layer", layer=l)
            return Seen({"layer": l, "different": different, "units": units}, where=where)
    return None


def signal(job: Job, evidence: Evidence, parameters: Parameters) -> dict[int, float]:
    """By layer how much the rows still differ: the deviation of A[l] over rows, a root mean square."""
    A = evidence.look(parameters, None).trace.A
    return {l: float(np.sqrt(A[l].var(axis=1).mean())) for l in range(1, job.network.L)}


def wrong_size(evidence: Evidence) -> Seen | None:
    """BE203: weights other than the usual ones, with which the rows' differences die out or blow up on the way."""
    job, network = evidence.job, evidence.network
    rule: str | Initializer | None = job.options.get("initializer")
    if starts_as_usual(job) or network.L < 2 or network.ntk or (rule is not None and named_initializer(rule).looks):
        return None
    own, usual = signal(job, evidence, job.start), signal(job, evidence, fresh(job).start)
    l = network.L - 1
    ratio = own[l] / usual[l] if usual[l] > 0 else 1.0
    if STARVED <= ratio <= FLOODED:
        return None
    values = {"layer": l, "own": own[l], "usual": usual[l]}
    return Seen(values, STARVED if ratio < 1 else FLOODED, said("where.layer", layer=l))


def from_the_usual(evidence: Evidence, _: Seen) -> Iterator[Attempt]:
    return usual_start(evidence)


START: dict[str, Rule] = {
    "BE201": Rule(loud_outputs, with_quiet_outputs, {"times": FAR_OFF}),
    "BE202": Rule(alike_units, from_the_usual, {"steps": LEAST_STEPS}),
    "BE203": Rule(wrong_size, from_the_usual, {"low": STARVED, "high": FLOODED}),
}
