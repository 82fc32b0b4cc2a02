"""The experiment behind a finding: the same seeded run with one change, and one number of both runs."""

import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ...nn.arrays import Array
from ...nn.network import usual_initializer
from ...nn.normalization import Averages
from ...nn.quantities import Parameters
from ...nn.structure import Network
from ...training.divergence import DivergenceError
from ...training.border import Rows
from ...words import Text, catalogue
from .evidence import Evidence, kept
from .job import Job, losses

GAIN = 0.1
"""By what share of itself the number must fall to confirm a finding; and it must be beyond two standard errors."""
FAILED = 3.0
"""Of the constant's loss: what still pays more with the change has shown nothing."""
WORTHWHILE = 0.03
"""And by what share of what the best constant answer costs: a loss of 0.001 in place of 0.002 is no finding."""

Confirms = Callable[[Array, Array, float], bool]
"""Whether losses before and after the change (m,) confirm, beside what the constant costs."""


class Measure(NamedTuple):
    """A number by which two runs are compared: its name, and its parts row by row (m,), whose mean it is."""

    name: Text
    rows: Callable[[Job, Parameters, Averages | None], Array]


class Attempt(NamedTuple):
    """One change that may confirm a finding.

    change      in words
    job         the changed one
    measure     None: the loss on the rows that are trained on
    confirms    None: the number falls by more than a tenth, and more than two standard errors
    share       of the run's steps that show it
    """

    change: Text
    job: Job
    measure: Measure | None = None
    confirms: Confirms | None = None
    share: float = 1.0


class Trial(NamedTuple):
    """An experiment that was made: the number without and with the change, both after so many steps."""

    change: Text
    measure: Text
    steps: int
    before: float
    after: float
    confirms: bool

    @property
    def text(self) -> Text:
        """Both numbers in a sentence."""
        key = "trial" if self.steps else "trial_without_steps"
        return said(key, **self._asdict())


class Reached(NamedTuple):
    """How far a rerun came, and whether that is its end."""

    step: int
    parameters: Parameters
    averages: Averages | None
    ended: bool
    diverged: bool


def improved(before: Array, after: Array, base: float) -> bool:
    """Whether losses (m,) fell by more than a tenth, 3 % of the constant's and two standard errors of the fall, to one that has not failed.

    >>> rng = np.random.default_rng(0)
    >>> before = rng.random(100)
    >>> improved(before, before - 0.2, 1.0), improved(before, rng.random(100), 1.0)
    (True, False)
    """
    with np.errstate(all="ignore"):
        gain = before - after
    if not np.isfinite(after).all():
        return False
    if not np.isfinite(before).all() or before.mean() > FAILED * base:
        return bool(after.mean() < min(base, 0.9 * before.mean()))
    error = gain.std() / np.sqrt(len(gain))
    enough = gain.mean() > max(2 * error, GAIN * before.mean(), WORTHWHILE * base)
    return bool(enough and after.mean() < FAILED * base)


def training_loss() -> Measure:
    """The loss on the rows that are trained on, as predictions are judged."""
    return Measure(said("measure.training"), lambda job, p, averages: losses(job.network, p, averages, job.rows))


def unseen_loss(evidence: Evidence) -> Measure:
    """The loss on the validation rows; on those that are trained on where none are held out."""
    if evidence.job.held_out is None:
        return training_loss()
    return Measure(said("measure.validation"), lambda job, p, a: losses(job.network, p, a, _held_out(job)))


def _held_out(job: Job) -> Rows:
    return job.rows if job.held_out is None else job.held_out


def tried(evidence: Evidence, attempt: Attempt, seconds: float | None = None) -> Trial | None:
    """The experiment: both runs as far as the changed one comes in that time; None where that is nowhere.

    A run's end is compared with a run's end, as each keeps its parameters; what is cut short, at the same step.
    """
    total = evidence.last.step
    steps = max(1, round(attempt.share * total))
    changed = rerun(attempt.job.alone, steps, seconds)
    if changed is None:
        return None
    first = evidence.job.alone
    whole = changed.ended or changed.step >= total
    if whole and attempt.share >= 1 and not evidence.job.options.get("shared"):
        own: Reached | None = Reached(total, *kept(evidence.last, evidence.network), True, evidence.diverged)
    else:
        own = rerun(first, changed.step if not changed.diverged else steps, None if seconds is None else 2 * seconds)
    if own is None:
        return None
    measure, confirms = attempt.measure or training_loss(), attempt.confirms or improved
    before, after = (
        measure.rows(job, one.parameters, one.averages) + (np.inf if one.diverged else 0)
        for job, one in ((first, own), (attempt.job, changed))
    )
    good = confirms(before, after, evidence.base)
    return Trial(attempt.change, measure.name, changed.step, float(before.mean()), float(after.mean()), good)


def rerun(job: Job, steps: int, seconds: float | None = None) -> Reached | None:
    """The job up to a step or for so many seconds; None where it cannot be run, or was interrupted."""
    begun, progress, diverged = time.perf_counter(), None, False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is to be said of the run was said when it was first made
        try:
            for progress in job.train():
                if progress.step >= steps or (seconds is not None and time.perf_counter() - begun > seconds):
                    break
        except DivergenceError as error:
            progress, diverged = error.progress, True
        except (ValueError, MemoryError):  # such as a width that does not fit: nothing is learnt from that
            return None
    if progress is None or (progress.ending is not None and progress.ending.kind == "interrupted"):
        return None
    return Reached(progress.step, *kept(progress, job.network), progress.ending is not None, diverged)


def number(value: float) -> str:
    """A number to three digits, or a word for one that there is none of.

    >>> number(0.123456), number(12345.6), number(float("inf"))
    ('0.123', '12,346', '∞')
    """
    if not np.isfinite(value):
        return "∞"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.3g}"


def said(key: str, **values: Any) -> Text:
    """A text of the diagnosis's catalogue, filled in; numbers that are not whole to three digits."""
    shown = {name: number(value) if isinstance(value, float) else value for name, value in values.items()}
    return catalogue("diagnosis")[key].filled(**shown)


# The changes that several findings propose


def other_rates(evidence: Evidence, *factors: float) -> Iterator[Attempt]:
    """Other learning rates, by their factors; none for L-BFGS, which has no rate."""
    rate = evidence.job.rate
    for factor in factors if rate is not None else ():
        other = float(f"{rate * factor:.2g}")
        change = said("change.rate", new=other, old=rate)
        yield Attempt(change, evidence.job.changed(learning_rate=other))


def usual_start(evidence: Evidence) -> Iterator[Attempt]:
    """The starting weights that each layer's activation asks for."""
    if not starts_as_usual(evidence.job):
        names = dict.fromkeys(type(usual_initializer(evidence.network, l)).__name__ for l in range(1, evidence.network.L))
        change = said("change.start", names=", ".join(names) or "Xavier")
        yield Attempt(change, fresh(evidence.job))


def starts_as_usual(job: Job) -> bool:
    """Whether nothing was said of where the parameters start."""
    return job.options.get("parameters") is None and job.options.get("initializer") is None


def fresh(job: Job, network: Network | None = None) -> Job:
    """The job from its usual start."""
    return job.changed(network, parameters=None, initializer=None)
