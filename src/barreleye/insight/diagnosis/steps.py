"""BE3xx: what is wrong with the steps: too long, too short, too few."""

from collections.abc import Iterator

import numpy as np

from ...nn.arrays import Array
from .evidence import Evidence
from .experiment import Attempt, other_rates, percent, said, unseen_loss
from .finding import Rule, Seen
from .job import Job

NOTHING_LEARNT = 0.9
"""Of the constant's loss: a network that pays more has learnt hardly anything."""
BLOWN_UP = 3.0
"""How many times the first cost, or the constant's, any later cost may be."""
STILL_FALLING = 0.01
"""The share by which the last tenth of the costs must lie below the tenth before to be still falling."""
HARDLY = 0.05
"""By what share of itself the loss of a run that stands still has fallen or risen."""
LEARNT, LOUD = 0.2, 3.0
"""Of the constant's loss: less is learnt well enough, and more, at the start, is a fault of the start."""
SWINGS, AMPLITUDE = 0.6, 0.05
LEAST = 12
"""Looks at the cost that make a curve."""


def rate_too_high(evidence: Evidence) -> Seen | None:
    """BE301: costs that are no numbers any more, that blow up, or that do not come below the constant's."""
    if evidence.diverged:
        return Seen({"step": evidence.last.step}, key="diverged")
    base, (first, peak) = evidence.base, blown_up(evidence)
    if peak > BLOWN_UP * first:
        return Seen({"peak": peak, "first": first}, BLOWN_UP, key="peak")
    if evidence.reached > NOTHING_LEARNT * base and evidence.job.rate is not None:
        return Seen({"loss": evidence.end.loss, "base": base}, NOTHING_LEARNT, key="stuck")
    return None


def blown_up(evidence: Evidence) -> tuple[float, float]:
    """The first cost, or the constant's if that is more, and the highest; 0 where penalties are among them."""
    first = max(evidence.start.loss, evidence.base, float(evidence.costs[0]))
    return first, 0.0 if evidence.network.penalised_layers else float(max(evidence.costs.max(), evidence.peak))


def lower_rates(evidence: Evidence, seen: Seen) -> Iterator[Attempt]:
    """A tenth of the rate and less; after a divergence far less as well, for what diverges again is over at once."""
    return other_rates(evidence, 0.1, 0.01, *((1e-3, 1e-4, 1e-6, 1e-8, 1e-10) if seen.key == "diverged" else (0.3,)))


def rate_too_low(evidence: Evidence) -> Seen | None:
    """BE302: a constant rate with which the loss is still falling at the end, or has hardly moved."""
    if evidence.job.rate is None or not evidence.ran_out or not evidence.steady:
        return None
    start, end, base = evidence.start.loss, evidence.end.loss, evidence.base
    fallen = 1 - end / start
    still, (first, peak) = abs(fallen) < HARDLY, blown_up(evidence)
    if end < LEARNT * base or start > LOUD * base or peak > LOUD * first or not (still or falling(evidence.costs)):
        return None
    return Seen({"start": start, "end": end}, STILL_FALLING, about=still)


def higher_rates(evidence: Evidence, seen: Seen) -> Iterator[Attempt]:
    """Three or ten times the rate; of a run that has hardly moved ten, a hundred or a thousand times."""
    for attempt in other_rates(evidence, *((10, 100, 1000) if seen.about else (3, 10))):
        yield attempt._replace(measure=unseen_loss(evidence))


def stopped_too_early(evidence: Evidence) -> Seen | None:
    """BE303: all steps are made, and the loss of the validation rows (or the cost) is as low as never before."""
    costs = evidence.validation_costs if len(evidence.validation_costs) else evidence.costs
    if not evidence.ran_out or not evidence.steady or len(costs) < LEAST or evidence.end.loss < LEARNT * evidence.base:
        return None
    if not falling(costs) or costs.argmin() < 0.95 * (len(costs) - 1):
        return None
    return Seen({"steps": evidence.last.step, "cost": float(costs[-1])}, STILL_FALLING)


def twice_as_long(evidence: Evidence, _: Seen) -> Iterator[Attempt]:
    """Twice as many steps."""
    yield Attempt(said("change.twice"), longer(evidence.job), unseen_loss(evidence), steps=2 * evidence.last.step)


def longer(job: Job) -> Job:
    """The job with twice its steps or epochs, 200 by default."""
    name = "steps" if "steps" in job.options else "epochs"
    return job.changed(**{name: 2 * job.options.get(name, 200)})


def oscillation(evidence: Evidence) -> Seen | None:
    """BE304: in the second half the cost goes up as often as down, by more than a twentieth of itself each time."""
    late = evidence.costs[len(evidence.costs) // 2 :]
    if evidence.job.rate is None or not evidence.steady or len(late) < LEAST or evidence.diverged:
        return None
    moves = np.diff(late)
    turns = float((moves[1:] * moves[:-1] < 0).mean())
    amplitude = float(np.median(np.abs(moves)))
    if turns < SWINGS or amplitude < AMPLITUDE * np.median(late) or amplitude < 0.01 * evidence.base:
        return None
    return Seen({"turns": f"{turns:.0%}", "amplitude": amplitude, "cost": float(np.median(late))}, SWINGS)


def calmer(evidence: Evidence, _: Seen) -> Iterator[Attempt]:
    return other_rates(evidence, 0.3, 0.1)


def falling(costs: Array) -> bool:
    """Whether the last tenth lies below the tenth before by 1 %, and by more than costs go up and down.

    >>> falling(np.linspace(2, 1, 50)), falling(np.ones(50)), falling(np.array([1.0, 0.5] * 25))
    (True, False, False)
    """
    tenth = max(3, len(costs) // 10)
    if len(costs) < LEAST:
        return False
    before, after = costs[-2 * tenth : -tenth], costs[-tenth:]
    noise = 2 * np.sqrt((np.diff(before).var() + np.diff(after).var()) / (2 * tenth))
    return bool(before.mean() - after.mean() > max(STILL_FALLING * before.mean(), noise))


STEPS: dict[str, Rule] = {
    "BE301": Rule(rate_too_high, lower_rates, {"times": BLOWN_UP, "share": percent(NOTHING_LEARNT)}),
    "BE302": Rule(rate_too_low, higher_rates, {"share": percent(STILL_FALLING)}),
    "BE303": Rule(stopped_too_early, twice_as_long, {"share": percent(STILL_FALLING)}, yields=True),
    "BE304": Rule(oscillation, calmer, {"turns": percent(SWINGS), "amplitude": percent(AMPLITUDE)}, yields=True),
}
