"""The way of every function that turns numbers into numbers: call it on random inputs, read its answer, explain it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from ...nn.activations import Activation
from ...words import Text, catalogue
from ..casting.layouts import Name
from ..casting.pupil import Pupil
from ..classics import CATALOGUE
from ..constants import read_off
from ..equations import Work, worked
from ..judgement import BROKEN, Judged, Judgement
from ..likeness import FLOAT32_TOLERANCE, TOLERANCE
from ..report import Evidence, Finding
from ..running.answers import Answer, Opaque
from ..saying.evidence import listed
from ..saying.judging import contradicts, findings_of, likeliest_first, located, unjudged
from ..saying.stopping import stop, undefined
from ..search import Explained, Mistake, Reading, Slip, Trial, edits_of, explanation, none, slips_of
from ..unlisted import beyond
from .lacking import lacking, misfit

SAID = catalogue("tutor_judging")


class Beside(NamedTuple):
    """Findings on what stands beside right numbers, and what a cache holds in the place of what it names."""

    findings: Sequence[Finding] = ()
    misheld: Mapping[Name, Name] | None = None


Witness = Callable[[Pupil, Trial], tuple[Evidence, ...]]
Readings = Callable[[Pupil, Sequence[Trial]], Sequence[Reading]]
Mistakes = Callable[[Pupil, Sequence[Reading]], Iterable[Mistake]]


def every(pupil: Pupil, readings: Sequence[Reading]) -> Iterable[Mistake]:
    """The catalogue, then mistakes with a constant that these numbers suggest; none with a b where there is none."""
    found = (*CATALOGUE.values(), *read_off(readings))
    return found if pupil.reading.biases else [one for one in found if {"db", "b new"}.isdisjoint(one.computes)]


@dataclass(frozen=True)
class Numeric:
    """One such function.

    role        its key in ROLES
    examples    random inputs: several shapes, all different; ``square`` ones for code that only runs on those
    available   what the function may ask for, by the names of its arguments
    observed    the quantities in its answer
    required    those that the answer must hold; when they are right, the function is
    readings    the ways to take the answers: sheets, and what is unknown about the given
    rarer       further readings, in which a function may be right; mistakes are not looked for in them
    mistakes    those that may be made in it, in the order in which they are tried
    own         judges it by what the learner's other functions compute, before the course's equations do; None: no say
    witness     evidence for what is wrong and has no name
    beside      findings on what stands beside right numbers, such as the cache
    reworded    the findings on mistakes, with better words where all of the answer tells more than its numbers
    """

    role: str
    examples: Callable[[Pupil], Sequence[Work]]
    square: Callable[[Pupil], Sequence[Work]]
    available: Callable[[Pupil, Work], Mapping[str, Any]]
    observed: Callable[[Pupil, Work, Answer], Mapping[Name, Any]]
    required: Callable[[Work], Sequence[Name]]
    readings: Readings
    rarer: Readings = lambda pupil, trials: ()
    mistakes: Mistakes = every
    understood: Callable[[Pupil, Explained], Sequence[Text]] = lambda pupil, explained: ()
    shows: Callable[[Pupil, Explained], Activation | None] = lambda pupil, explained: None
    own: Callable[[Pupil, Sequence[Trial]], Judged | None] = lambda pupil, trials: None
    witness: Witness = lambda pupil, trial: ()
    beside: Callable[[Pupil, Sequence[Trial]], Beside] = lambda pupil, trials: Beside()
    reworded: Callable[[Pupil, Explained, list[Finding]], list[Finding]] = lambda pupil, found, findings: findings

    def judged(self, pupil: Pupil) -> Judged:
        """Call the function and say what is right or wrong with it."""
        examples = self.examples(pupil)
        answers = [pupil.call(self.role, self.available(pupil, v)) for v in examples]
        v, failed = next(((v, one) for v, one in zip(examples, answers, strict=True) if one.trouble), (None, None))
        if v is not None and failed is not None:
            leaning = pupil.leans_on_broken(self.role)
            why = stop(pupil, self.role, self.available(pupil, v), failed)
            known = stopped_at(failed)
            if why.unwritten:
                return Judged([why], (), known)
            if leaning:
                return Judged([leans(pupil, self.role, leaning)], (), known)
            helpers = pupil.leans_on_wrong(self.role)
            why = leans(pupil, self.role, helpers) if helpers else why
            return self._on_square_shapes(pupil) or Judged([why], (), known)
        trials = []
        for v, answer in zip(examples, answers, strict=True):
            found = self.observed(pupil, v, answer)
            observed = {name: value for name, value in found.items() if not isinstance(value, Opaque)}
            missing = [name for name in self.required(v) if name not in observed]
            if missing:
                leaning, why = pupil.leans_on_broken(self.role), lacking(pupil, self.role, missing, answer, v)
                told = why.mistake is not None or why.unwritten
                return Judged([leans(pupil, self.role, leaning) if leaning and not told else why])
            trials.append(Trial(v, observed))
        return self._explained(pupil, trials)

    def _explained(self, pupil: Pupil, trials: Sequence[Trial]) -> Judged:
        function = pupil.cast[self.role]
        needed = [Trial(v, {name: observed[name] for name in self.required(v)}) for v, observed in trials]
        judged = self.own(pupil, needed)
        if judged is not None:
            return judged
        readings = self.readings(pupil, needed)
        inherited = self._inherited(pupil, readings)
        leaning = pupil.leans_on_unexplained(self.role, readings[0].sheet)
        exactly = explanation(readings, (), inherited, 0)
        if exactly is None:
            readings = (*readings, *self.rarer(pupil, needed))
            exactly = explanation(readings, (), inherited, 0)
        # A constant near 1 would explain nearly right numbers too: that they are right comes first
        nearly = exactly or explanation(readings, (), inherited, 0, FLOAT32_TOLERANCE)
        found = nearly or self._mistaken(pupil, trials, needed, inherited, leaning)
        if found is None:
            if leaning:
                return Judged([leans(pupil, self.role, leaning)])
            if (why := misfit(pupil, self.role, self.available(pupil, trials[0].given), needed[0])) is not None:
                return Judged([unjudged(function, why)])
            reading, *_ = likeliest_first(self.readings(pupil, trials), function, pupil.reading)
            finding = located(reading.sheet, reading.trials, function, pupil.reading)
            return Judged([replace(finding, evidence=finding.evidence + self.witness(pupil, needed[0]))])
        findings, remarks, known = self._said(pupil, found, inherited)
        if not found.slips:
            hidden, so_far = found.reading.trials[0].given.g, pupil.knowing(self.role, known)
            beside = self.beside(so_far, [Trial(replace(v.copy(), g=hidden), seen) for v, seen in trials])
            findings, known = [*findings, *beside.findings], replace(known, misheld=beside.misheld)
        if nearly is not exactly and not in_float32(trials):
            remarks = [*remarks, SAID["numeric.about_right"].filled(n=digits(found))]
        return Judged(findings, remarks, known)

    def _mistaken(
        self,
        pupil: Pupil,
        trials: Sequence[Trial],
        needed: Sequence[Trial],
        inherited: Sequence[Slip],
        leaning: Sequence[str],
    ) -> Explained | None:
        """The mistakes that give the function's numbers: all of them, else those that its answer must hold."""
        # What is wrong in a function behind this one may look like another mistake here
        catalogue = () if leaning else tuple(self.mistakes(pupil, self.readings(pupil, needed)))
        function, further = pupil.cast[self.role], none if leaning else beyond
        more = any(len(one.observed) > len(self.required(one.given)) for one in trials)
        for tolerance, most in ((TOLERANCE, 2), (FLOAT32_TOLERANCE, int(in_float32(trials)))):
            for one, size in [(trials, most)] + [(needed, 1)] * (more and most > 0):
                readings = likeliest_first(self.readings(pupil, one), function, pupil.reading)
                found = explanation(
                    *(readings, catalogue, inherited, size, tolerance, further),
                    contradicted=lambda found: contradicts(function, found, pupil.reading),
                )
                if found is not None:
                    return found
        return None

    def _said(self, pupil: Pupil, found: Explained, inherited: Sequence[Slip]) -> Judged:
        """The slips that explain the function's numbers, in words."""
        sheet, (trial, *_) = found.reading
        findings = findings_of(found.slips, sheet, trial, pupil.cast[self.role], inherited, pupil.reading)
        remarks = list(self.understood(pupil, found))
        if set(found.slips) & set(inherited):
            remarks.append(follows(pupil, self.role))
        known = Judgement(found.slips, hidden=self.shows(pupil, found))
        return Judged(self.reworded(pupil, found, findings), remarks, known)

    def _on_square_shapes(self, pupil: Pupil) -> Judged | None:
        """Code that does not run on shapes that all differ may run where they are all the same, and can be named."""
        trials = []
        for v in self.square(pupil):
            answer = pupil.call(self.role, self.available(pupil, v))
            if answer.trouble is not None:
                return None
            trials.append(Trial(v, self.observed(pupil, v, answer)))
        if not trials:
            return None
        inherited = self._inherited(pupil, self.readings(pupil, trials))
        needed = [Trial(v, {name: seen[name] for name in self.required(v) if name in seen}) for v, seen in trials]
        attempts = (self.readings(pupil, seen) for seen in (trials, needed) if all(one.observed for one in seen))
        explained = (explanation(readings, self.mistakes(pupil, readings), inherited) for readings in attempts)
        found = next((one for one in explained if one is not None), None)
        if found is None or not found.slips:
            return None
        return self._said(pupil, found, inherited)

    def _inherited(self, pupil: Pupil, readings: Sequence[Reading]) -> tuple[Slip, ...]:
        mistakes = list(dict.fromkeys(slip.mistake for slip in pupil.inherited(self.role)))
        sheets = {tuple(reading.sheet) for reading in readings}
        return tuple(dict.fromkeys(slip for sheet in sheets for slip in slips_of(sheet, mistakes)))


def stopped_at(answer: Answer) -> Judgement:
    """What is known of a function that stopped."""
    trouble = answer.trouble
    name = undefined(trouble.message) if trouble is not None and trouble.type == "NameError" else ""
    return replace(BROKEN, undefined=name)


def leans(pupil: Pupil, role: str, helpers: Sequence[str]) -> Finding:
    """Not judged because of these functions; of those that call one another, the one that it starts with is named."""
    roles = {function.name: one for one, function in pupil.cast.items()}
    behind = {name: {pupil.cast[one].name for one in pupil.helpers(roles[name])} for name in helpers}
    first = [name for name in helpers if not behind[name] & {*helpers}] or list(helpers)
    are = "is" if len(first) == 1 else "are"
    return unjudged(
        pupil.cast[role],
        Text(
            f"It builds on {listed(first)}, which {are} wrong or could not be judged: that comes first, then this can "
            "be judged.",
            f"它依赖 {'、'.join(first)}，而后者有错或无法判断：请先处理那里，再来判断这个函数。",
        ),
    )


def follows(pupil: Pupil, role: str) -> Text:
    names = ", ".join(pupil.cast[helper].name for helper in pupil.helpers(role) if pupil.slips.get(helper))
    return Text(
        f"Its numbers are wrong only because of {names}, reported there.",
        f"它的数值有误只是因为 {names}，那里已经说明。",
    )


def in_float32(trials: Sequence[Trial]) -> bool:
    """Whether any of the answers comes in single precision."""
    return any(np.asarray(one).dtype == np.float32 for trial in trials for one in trial.observed.values())


def digits(found: Explained) -> int:
    """To how many digits the numbers of every trial are those of their explanation."""
    sheet, gap = found.reading.sheet, 0.0
    for v, observed in found.reading.trials:
        right = worked(sheet, v, edits_of(found.slips, sheet))
        for (quantity, l), got in observed.items():
            expected = np.asarray(getattr(right, quantity)[l], float)
            gap = max(gap, float(np.abs(got - expected).max() / np.abs(expected).max()))
    return int(-np.log10(gap))
