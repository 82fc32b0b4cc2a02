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
from ...training.border import Rows
from ...training.divergence import DivergenceError
from ...words import Text, catalogue
from .evidence import Evidence, kept
from .job import Job, losses

GAIN = 0.1
"""By what share of itself the number must fall to confirm a finding; and it must be beyond two standard errors."""
FAILED = 3.0
"""Of the constant's loss: a row that costs more counts as this."""
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
    confirms    None: ``improved``
    steps       of the changed job; None: as many as the run made
    """

    change: Text
    job: Job
    measure: Measure | None = None
    confirms: Confirms | None = None
    steps: int | None = None


class Trial(NamedTuple):
    """An experiment that was made: a number of the run as it ended, and of the changed one after so many steps.

    whole    whether that is as far as it goes, rather than as there was time for
    """

    change: Text
    measure: Text
    steps: int
    before: float
    after: float
    confirms: bool
    whole: bool = True

    @property
    def text(self) -> Text:
        """Both numbers in a sentence."""
        key = "trial" if self.steps else "trial_without_steps"
        return said(key, **self._asdict())


class Reached(NamedTuple):
    """How far a run came, what it kept, and whether it diverged or was ended there by a rule."""

    step: int
    parameters: Parameters
    averages: Averages | None
    diverged: bool
    ended: bool = True


def improved(before: Array, after: Array, base: float) -> bool:
    """Whether losses (m,) fell by more than a tenth, two standard errors of the fall and 3 % of the constant's.

    Taken as they are, or with three times the constant's at most for each: a few rows that are sure and wrong are what
    overfitting costs, and one absurd row, or none that is a number, is not to hide what became of all others.

    >>> rng = np.random.default_rng(0)
    >>> before = rng.random(100)
    >>> improved(before, before - 0.2, 1.0), improved(before, rng.random(100), 1.0)
    (True, False)
    """

    def fell(old: Array, new: Array) -> bool:
        gain = old - new
        error = gain.std() / np.sqrt(len(gain))
        return bool(gain.mean() > max(2 * error, GAIN * old.mean(), WORTHWHILE * base))

    old, new = (np.minimum(np.nan_to_num(one, nan=np.inf), 1e100) for one in (before, after))
    most = FAILED * base
    either = fell(old, new) or fell(np.minimum(old, most), np.minimum(new, most))
    return either and bool(new.mean() < old.mean()) and not new.mean() > most


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


def tried(evidence: Evidence, attempt: Attempt, seconds: float, **told: Any) -> Trial | None:
    """The experiment: the changed run, as it ends or as far as it comes in that time, beside the run as it ended.

    What is better already when it is cut short is better for certain. None where there is nothing to compare.

    told    is said to ``train`` besides, such as its engine
    """
    steps = attempt.steps or evidence.last.step
    changed = rerun(attempt.job.alone.changed(**told), steps, seconds)
    own: Reached | None = Reached(evidence.last.step, *kept(evidence.last, evidence.network), evidence.diverged)
    if evidence.job.options.get("shared"):  # none of them would be alone what it is among the others
        own = rerun(evidence.job.alone, evidence.last.step, seconds)
    if changed is None or own is None:
        return None
    measure, confirms = attempt.measure or training_loss(), attempt.confirms or improved
    before, after = (
        measure.rows(each, one.parameters, one.averages) + (np.inf if one.diverged else 0)
        for each, one in ((evidence.job, own), (attempt.job, changed))
    )
    good = confirms(before, after, evidence.base)
    whole = changed.diverged or changed.ended or changed.step >= steps
    return Trial(attempt.change, measure.name, changed.step, float(before.mean()), float(after.mean()), good, whole)


def rerun(job: Job, steps: int, seconds: float) -> Reached | None:
    """The job up to a step or for so many seconds; None where it cannot be run, or was interrupted."""
    begun, progress, diverged = time.perf_counter(), None, False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is to be said of the run was said when it was first made
        try:
            for progress in job.train():
                if progress.step >= steps or time.perf_counter() - begun > seconds:
                    break
        except DivergenceError as error:
            progress, diverged = error.progress, True
        except (ValueError, MemoryError):  # such as a width that does not fit: nothing is learnt from that
            return None
    if progress is None or (progress.ending is not None and progress.ending.kind == "interrupted"):
        return None
    return Reached(progress.step, *kept(progress, job.network), diverged, progress.ending is not None)


def number(value: float) -> str:
    """A number to three digits, or a word for one that there is none of.

    >>> number(0.123456), number(12345.6), number(float("inf"))
    ('0.123', '12,346', '∞')
    """
    if not np.isfinite(value):
        return "∞"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.3g}"


def percent(share: float) -> str:
    """A share as people write it.

    >>> percent(0.123)
    '12%'
    """
    return f"{100 * share:.3g}%" if share < 0.01 else f"{100 * share:.0f}%"


def said(key: str, **values: Any) -> Text:
    """A text of the diagnosis's catalogue, filled in; numbers that are not whole to three digits."""
    shown = {name: number(value) if isinstance(value, float) else value for name, value in values.items()}
    return catalogue("diagnosis")[key].filled(**shown)


# The changes that several findings propose


def other_rates(evidence: Evidence, *factors: float) -> Iterator[Attempt]:
    """Other learning rates, by their factors; none for L-BFGS, which has no rate."""
    rate = evidence.job.rate
    if rate is None:
        return
    for factor in factors:
        other = float(f"{rate * factor:.2g}")
        change = said("change.rate", new=other, old=rate)
        yield Attempt(change, evidence.job.changed(learning_rate=other))


def usual_start(evidence: Evidence) -> Iterator[Attempt]:
    """The starting weights that each layer's activation asks for."""
    if not starts_as_usual(evidence.job):
        network = evidence.network
        names = {type(usual_initializer(network, l)).__name__: None for l in range(1, network.L)}
        change = said("change.start", names=", ".join(names) or "Xavier")
        yield Attempt(change, fresh(evidence.job))


def starts_as_usual(job: Job) -> bool:
    """Whether nothing was said of where the parameters start."""
    return job.options.get("parameters") is None and job.options.get("initializer") is None


def fresh(job: Job, network: Network | None = None) -> Job:
    """The job from its usual start."""
    return job.changed(network, parameters=None, initializer=None)
