"""What went wrong in a training, with stable codes, each finding tried: the same seeded run with one thing changed.

>>> from ..data.builtin import load_dataset
>>> moons = load_dataset("moons", m=100)
>>> found = diagnose(Network((2, 8, 1), "tanh"), moons.X, moons.y, learning_rate=30.0, steps=100)
>>> [finding.code for finding in found.findings][:1]
['BE301']
>>> print(diagnose(Network((2, 8, 1), "tanh"), moons.X, moons.y, learning_rate=0.1, steps=200))
Checked 25 things that go wrong in trainings, and found nothing.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from ..models.model import Model
from ..models.preparing import Prepared
from ..models.run import Settings, fold
from ..models.worth import Worth
from ..nn.structure import Network
from ..training.border import Rows
from ..training.divergence import DivergenceError
from ..training.interruption import Interrupted, never
from ..training.progress import Progress, remember
from ..words import Text
from .diagnosis.answers import ANSWERS
from .diagnosis.data import DATA
from .diagnosis.evidence import Evidence, Table, kept
from .diagnosis.experiment import Trial, said, tried
from .diagnosis.finding import Finding, Rule, Seen
from .diagnosis.job import Job, losses
from .diagnosis.layers import LAYERS
from .diagnosis.start import START
from .diagnosis.steps import STEPS

RULES: dict[str, Rule] = DATA | START | STEPS | LAYERS | ANSWERS
"""Every rule by its code, which never changes and is never given again."""


PATIENCE = 3
"""A trial may take so many times as long as the training, and a second."""
LEAST = 0.02
"""Seconds in which something may be seen."""
IN_A_HURRY = {"engine": "numpy"}
"""What trials are told where time is short: nothing is compiled."""


@dataclass(frozen=True)
class Diagnosis:
    """What was found, and what was not.

    findings     those that are confirmed, the largest gain first; behind them the possibilities
    withdrawn    those that their experiment speaks against
    checked      the codes of all rules
    """

    findings: tuple[Finding, ...]
    withdrawn: tuple[Finding, ...] = ()
    checked: tuple[str, ...] = tuple(RULES)

    @property
    def confirmed(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.confirmed)

    def said(self, lang: str = "en") -> str:
        """Everything as text, in the language "en" or "zh"."""
        return "\n".join(text.said(lang) for text in self.lines())

    def lines(self) -> Iterator[Text]:
        """Each finding in five lines; or that there was none."""
        for finding in self.findings:
            yield from told(finding)
        yield from self.remarks()

    def remarks(self) -> Iterator[Text]:
        """That nothing was found, and what was withdrawn."""
        if not self.findings:
            yield said("checked", n=len(self.checked))
        if self.withdrawn:
            codes = ", ".join(finding.code for finding in self.withdrawn)
            yield said("withdrawn", codes=codes)

    def values(self) -> list[dict[str, Any]]:
        """The findings as JSON values."""
        return [finding.values() for finding in self.findings]

    def __str__(self) -> str:
        return self.said()


def told(finding: Finding) -> Iterator[Text]:
    """A finding line by line: what it is, what was measured, the experiment, what it means and what to try."""
    title, where, lines = finding.text("title"), finding.seen.where, [finding.measured]
    yield both(f"{finding.code}  ") + (title if finding.confirmed else said("perhaps", title=title))
    if where is not None:
        lines = [said("at", where=where, text=finding.measured)]
    if finding.trial is not None:
        lines.append(finding.trial.text)
    for text in (*lines, finding.text("meaning"), finding.text("advice")):
        yield both("  ") + text


def both(letters: str) -> Text:
    """What is the same in both languages."""
    return Text(letters, letters)


def diagnose(
    network: Network, X: Any, Y: Any, *, history: Sequence[Progress] | None = None, **options: Any
) -> Diagnosis:
    """Train as ``train`` does with the same arguments, and say what went wrong; every finding is tried.

    history    every Progress of that training, where it has been made already

    A trial is the same seeded run with one change; it is cut short where it takes three times as long as the training,
    and a second. There are three of them at most for each finding.
    Raises what ``train`` raises for its arguments, and ValueError for a stream or a sparse X; a training that diverges
    is diagnosed.
    """
    job = Job.of(network, X, Y, **options)
    return diagnosis(Evidence(job, trained(job) if history is None else history))


def trained(job: Job) -> list[Progress]:
    """Every Progress of the job, the last with its arrays; of a run that diverges, as far as it came."""
    history: list[Progress] = []
    try:
        for progress in job.train():
            remember(history, progress)
    except DivergenceError:
        pass
    return history


def evidence_of(
    ready: Prepared,
    settings: Settings,
    history: Sequence[Progress],
    model: Model,
    found: Worth,
    edges: Mapping[str, str] = MappingProxyType({}),
) -> Evidence:
    """What a run on a table leaves to be diagnosed; ``found`` is empty for one that diverged.

    edges    of the search that the settings come from, if there was one: see ``search.study.Found``
    """
    ready = replace(ready, stream=None)  # what is tried is tried on the rows that are here
    train, judged = ready.parts.train, ready.judged
    job = Job(*settings.arguments(ready, fold(ready, train, ready.parts.validation)))
    own = kept(history[-1], job.network)
    rows = Rows(ready.X[judged], ready.Y[judged], None if ready.weights is None else ready.weights[judged])
    classes = ready.targets.classes
    if len(classes) == 1 and len(found.answers):
        right = ready.targets.indices(ready.frame.take(judged))
        with np.errstate(divide="ignore"):
            paid = -np.log(found.answers[0][np.arange(len(right)), right])
    else:
        paid = losses(job.network, *own, rows)
    inputs = [name for name in ready.frame.names if name in ready.table.inputs]
    features = ready.frame.without([name for name in ready.frame.names if name not in inputs]).take(train)
    y = ready.targets.indices(ready.frame.take(train)) if len(classes) == 1 else ready.Y[train, 0]
    table = Table(features, y, ready.table.places, rows, paid, bool(model.calibrations))
    return Evidence(job, history, ready.table.names, table, edges)


def diagnosis(evidence: Evidence, seconds: float | None = None, interrupted: Interrupted = never) -> Diagnosis:
    """Every rule, and the experiments of those that saw something.

    seconds        that experiments may take, all together; what there is no time for stays a possibility. None: each
                   three times as long as the training, and a second
    interrupted    says whether to stop trying
    """
    until = None if seconds is None else time.perf_counter() + seconds
    with np.errstate(all="ignore"):
        seen = {code: found for code, rule in RULES.items() if (found := rule.check(evidence)) is not None}
    judged: list[Finding] = []
    for code in sorted(seen, key=lambda code: RULES[code].yields):
        if RULES[code].yields and any(finding.confirmed for finding in judged):
            break
        judged.append(judge(evidence, code, seen[code], until, interrupted))
    findings = sorted((one for one in judged if one.confirmed is not False), key=_place)
    return Diagnosis(tuple(findings), tuple(one for one in judged if one.confirmed is False))


def judge(evidence: Evidence, code: str, seen: Seen, until: float | None, interrupted: Interrupted) -> Finding:
    """A finding with its experiment: of the changes that confirm the best, while each is better than the last.

    In a hurry the first of them; where none confirms, the one that came nearest. One that there was no time for, or
    that was cut short, speaks neither for nor against.
    """
    rule, whole = RULES[code], True
    best: Trial | None = None
    if rule.attempts is None or seen.certain:
        return Finding(code, seen, seen.trial, True)
    for attempt in rule.attempts(evidence, seen):
        left = PATIENCE * evidence.last.seconds + 1 if until is None else (until - time.perf_counter()) / 3
        if interrupted() or left < LEAST:
            whole = False
            break
        trial = tried(evidence, attempt, left, **({} if until is None else IN_A_HURRY))
        if trial is None:
            continue
        if best is not None and best.confirms and not (trial.confirms and trial.after < best.after):
            break
        whole &= trial.whole
        if best is None or trial.confirms or trial.after < best.after:
            best = trial
        if trial.confirms and until is not None:
            break
    if best is not None and best.confirms:
        return Finding(code, seen, best, True)
    return Finding(code, seen, best if whole else None, False if whole and best is not None else None)


def _place(finding: Finding) -> tuple[bool, float]:
    """Confirmed before possible, and the larger gain before the smaller."""
    trial = finding.trial
    gain = 0.0 if trial is None else abs(trial.before - trial.after) / max(trial.before, trial.after, 1e-12)
    return not finding.confirmed, -gain if np.isfinite(gain) else -np.inf
