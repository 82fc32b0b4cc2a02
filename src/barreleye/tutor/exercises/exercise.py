"""How every function that turns numbers into numbers is judged: call it on random inputs, read its answer, explain it.

An exercise is a row: its role, and what is its own in the questions that ``Exercise`` asks. The judge is the same for
all of them, and stands here: what stops is told by its error, what lacks a quantity by what is missing; right numbers
are right; wrong ones are explained by the fewest mistakes in the equations of the exercise's sheets that give them in
every trial, else by the first quantity that does not follow from those before it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
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
from ..saying.judging import contradicts, findings_of, likeliest_first, located, unjudged
from ..saying.stopping import leans, stop, undefined
from ..search import Explained, Mistake, Reading, Slip, Trial, edits_of, explanation, none, slips_of
from ..unlisted import beyond
from .examples import examples_of, square_of
from .lacking import lacking, misfit

SAID = catalogue("tutor_judging")


class Beside(NamedTuple):
    """Findings on what stands beside right numbers, and what a cache holds in the place of what it names."""

    findings: Sequence[Finding] = ()
    misheld: Mapping[Name, Name] | None = None


@dataclass(frozen=True)
class Exercise(ABC):
    """One such function: ``role`` is its key in ROLES."""

    role: str

    def examples(self, pupil: Pupil) -> Sequence[Work]:
        """Random inputs: several shapes, all different."""
        return examples_of(self.role, pupil)

    def square(self, pupil: Pupil) -> Sequence[Work]:
        """Inputs for code that runs only where all sizes are the same."""
        return square_of(self.role, pupil)

    def available(self, pupil: Pupil, v: Work) -> Mapping[str, Any]:
        """What the function may ask for, by the names of its arguments."""
        return pupil.available(v)

    @abstractmethod
    def observed(self, pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
        """The quantities in its answer."""

    @abstractmethod
    def required(self, v: Work) -> Sequence[Name]:
        """Those that the answer must hold; when they are right, the function is."""

    @abstractmethod
    def readings(self, pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        """The ways to take the answers: sheets, and what is unknown about the given."""

    def rarer(self, pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        """Further readings, in which a function may be right; mistakes are not looked for in them."""
        return ()

    def mistakes(self, pupil: Pupil, readings: Sequence[Reading]) -> Iterable[Mistake]:
        """Those that may be made in it, in the order in which they are tried.

        The catalogue, then mistakes with a constant that the numbers suggest; none with a b where there is none.
        """
        found = (*CATALOGUE.values(), *read_off(readings))
        return found if pupil.reading.biases else [one for one in found if {"db", "b new"}.isdisjoint(one.computes)]

    def understood(self, pupil: Pupil, explained: Explained) -> Sequence[Text]:
        """Remarks on how an explained function is meant."""
        return ()

    def shows(self, explained: Explained) -> Activation | None:
        """The hidden activation that it has, to judge others by."""
        return None

    def own(self, pupil: Pupil, trials: Sequence[Trial]) -> Judged | None:
        """What the learner's other functions say of it, before the course's equations do; None: they have no say."""
        return None

    def witness(self, pupil: Pupil, trial: Trial) -> tuple[Evidence, ...]:
        """Evidence for what is wrong and has no name."""
        return ()

    def beside(self, pupil: Pupil, trials: Sequence[Trial]) -> Beside:
        """Findings on what stands beside right numbers, such as the cache."""
        return Beside()

    def reworded(self, pupil: Pupil, found: Explained, findings: list[Finding]) -> list[Finding]:
        """The findings on mistakes, with better words where all of the answer tells more than its numbers."""
        return findings

    def cases(self, pupil: Pupil) -> Sequence["Exercise"]:
        """The ways to try it: one for each activation that a layer may be asked for."""
        return (self,)

    # The judge

    def judged(self, pupil: Pupil) -> Judged:
        """Call the function and say what is right or wrong with it."""
        tried = [(v, pupil.call(self.role, self.available(pupil, v))) for v in self.examples(pupil)]
        for v, answer in tried:
            if answer.trouble is not None:
                return self._stopped(pupil, v, answer)
        trials = []
        for v, answer in tried:
            found = self.observed(pupil, v, answer)
            observed = {name: value for name, value in found.items() if not isinstance(value, Opaque)}
            if missing := [name for name in self.required(v) if name not in observed]:
                leaning, why = pupil.leans_on_broken(self.role), lacking(pupil, self.role, missing, answer, v)
                told = why.mistake is not None or why.unwritten
                return Judged([leans(pupil, self.role, leaning) if leaning and not told else why])
            trials.append(Trial(v, observed))
        return self._explained(pupil, trials)

    def _stopped(self, pupil: Pupil, v: Work, answer: Answer) -> Judged:
        """What is said of a call that gave no value: which function is to be mended first, or a mistake in shapes."""
        why = stop(pupil, self.role, self.available(pupil, v), answer)
        trouble = answer.trouble
        name = undefined(trouble.message) if trouble is not None and trouble.type == "NameError" else ""
        known = replace(BROKEN, undefined=name)
        if why.unwritten:
            return Judged([why], (), known)
        if leaning := pupil.leans_on_broken(self.role):
            return Judged([leans(pupil, self.role, leaning)], (), known)
        if helpers := pupil.leans_on_wrong(self.role):
            why = leans(pupil, self.role, helpers)
        return self._on_square_shapes(pupil) or Judged([why], (), known)

    def _explained(self, pupil: Pupil, trials: Sequence[Trial]) -> Judged:
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
            return self._unexplained(pupil, trials, needed, leaning)
        findings, remarks, known = self._said(pupil, found, inherited)
        if not found.slips:
            hidden, so_far = found.reading.trials[0].given.g, pupil.knowing(self.role, known)
            beside = self.beside(so_far, [Trial(replace(v.copy(), g=hidden), seen) for v, seen in trials])
            findings, known = [*findings, *beside.findings], replace(known, misheld=beside.misheld)
        if nearly is not exactly and not in_float32(trials):
            remarks = [*remarks, SAID["exercise.about_right"].filled(n=digits(found))]
        return Judged(findings, remarks, known)

    def _unexplained(
        self, pupil: Pupil, trials: Sequence[Trial], needed: Sequence[Trial], leaning: Sequence[str]
    ) -> Judged:
        """What is said of wrong numbers that no mistake gives."""
        function = pupil.cast[self.role]
        if leaning:
            return Judged([leans(pupil, self.role, leaning)])
        if (why := misfit(pupil, self.role, self.available(pupil, trials[0].given), needed[0])) is not None:
            return Judged([unjudged(function, why)])
        reading, *_ = likeliest_first(self.readings(pupil, trials), function, pupil.reading)
        finding = located(reading.sheet, reading.trials, function, pupil.reading)
        return Judged([replace(finding, evidence=finding.evidence + self.witness(pupil, needed[0]))])

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
            wrong = [pupil.cast[one].name for one in pupil.helpers(self.role) if pupil.slips.get(one)]
            remarks.append(SAID["exercise.follows"].filled(names=", ".join(wrong)))
        known = Judgement(found.slips, hidden=self.shows(found))
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
        return self._said(pupil, found, inherited) if found is not None and found.slips else None

    def _inherited(self, pupil: Pupil, readings: Sequence[Reading]) -> tuple[Slip, ...]:
        mistakes = list(dict.fromkeys(slip.mistake for slip in pupil.inherited(self.role)))
        sheets = {tuple(reading.sheet) for reading in readings}
        return tuple(dict.fromkeys(slip for sheet in sheets for slip in slips_of(sheet, mistakes)))


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
