"""Right mathematics whose numbers fail somewhere: at large Z, on one sample, on whole numbers, in the caller's arrays.

Only a function that was found right is put to these tests; what a function only has from another one that it calls is
said there. A function that is wrong without a known reason is looked at for what makes it depend on more than its
arguments.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from ..casting.pupil import Pupil
from ..exercises.alone import Alone
from ..exercises.numeric import Numeric
from ..report import RIGHT, UNJUDGED, WRONG, FunctionReport
from ..running.answers import Function
from ..saying.places import moved
from ..saying.stopping import called_by
from .extremes import activation_at_extremes, backward_at_extremes, cost_at_extremes, forward_at_extremes
from .inputs import on_other_inputs, on_other_numbers
from .names import SAID, Fragile
from .precision import cost_cut_off, flat_output, forward_cut_off, in_single_precision, sigmoid_cut_off
from .surroundings import effects, overwrites, surroundings


class Exercise(Protocol):
    """Any way to try one of the learner's functions."""

    def report(self, pupil: Pupil) -> FunctionReport: ...


Probe = Callable[[Pupil, Numeric], Iterator[Fragile]]

PROBES: Mapping[str, tuple[Probe, ...]] = {
    "sigmoid": (activation_at_extremes, sigmoid_cut_off, in_single_precision),
    **dict.fromkeys(("tanh", "softmax"), (activation_at_extremes, in_single_precision)),
    **dict.fromkeys(
        ("forward", "forward_deep"),
        (on_other_inputs, forward_at_extremes, forward_cut_off, flat_output, in_single_precision),
    ),
    "cost": (on_other_inputs, cost_at_extremes, cost_cut_off, in_single_precision),
    **dict.fromkeys(("backward", "backward_deep"), (on_other_inputs, backward_at_extremes, in_single_precision)),
    **dict.fromkeys(("update", "update_deep"), (on_other_numbers, in_single_precision)),
    "predict": (on_other_inputs,),
}


def weighed(pupil: Pupil, exercise: Exercise) -> FunctionReport:
    """The report on a function, with its fragilities where it is right, or what it depends on where it is wrong."""
    report = exercise.report(pupil)
    if not isinstance(exercise, Numeric | Alone):
        return report
    numeric = exercise.cases(pupil)[0] if isinstance(exercise, Alone) else exercise
    function, role = pupil.cast[numeric.role], numeric.role
    if report.verdict == WRONG and all(finding.mistake is None for finding in report.findings):
        around = [*surroundings(pupil, function), *overwrites(pupil, numeric)]
        unjudged = [one for one in around if one.fragility.verdict == UNJUDGED]
        report = replace(report, findings=()) if unjudged else report
        return with_findings(report, function, unjudged or around)
    if report.verdict != RIGHT or pupil.inherited(role) or any(pupil.slips.get(one) for one in sources(pupil, role)):
        return report
    found, remarks = effects(pupil, numeric)
    if role not in pupil.own_way:
        found += [one for probe in PROBES.get(role, ()) for one in probe(pupil, numeric)]
    known = {name for other in (*pupil.helpers(role), *sources(pupil, role)) for name in pupil.fragile.get(other, ())}
    pupil.fragile[role] = {one.fragility.name for one in found}
    own = [one for one in found if one.fragility.name not in known and not in_helper(pupil, role, one.where)]
    given = [one for one in own if in_given(pupil, function, one.where)]
    remarks += [SAID["remark.given"].filled(claim=one.finding(function).claim) for one in given]
    own = [one for one in own if one not in given]
    return replace(with_findings(report, function, own), remarks=(*report.remarks, *remarks))


def in_helper(pupil: Pupil, role: str, where: str) -> bool:
    """Whether a place lies in another function of the learner's that this one calls."""
    return any(where in places_of(pupil.cast[one]) for one in pupil.helpers(role))


def in_given(pupil: Pupil, function: Function, where: str) -> bool:
    """Whether a place lies in a helper module that came with the exercise."""
    own = (function, *called_by(pupil, function))
    return where != "" and any(one.given for one in own) and not any(where in places_of(one) for one in own)


def places_of(function: Function) -> set[str]:
    """Where each line of a function is."""
    return {moved(function.where, i) for i in range(len(function.source.splitlines()))} - {""}


def with_findings(report: FunctionReport, function: Function, found: list[Fragile]) -> FunctionReport:
    return replace(report, findings=(*report.findings, *(one.finding(function) for one in found)))


def sources(pupil: Pupil, role: str) -> tuple[str, ...]:
    """Where what a backward pass is given comes from: the forward pass, and all that it calls."""
    if not role.startswith("backward"):
        return ()
    return tuple(one for one in pupil.cast if one.startswith("forward") for one in (one, *pupil.helpers(one)))
