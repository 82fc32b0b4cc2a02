"""Right mathematics whose numbers fail somewhere: at large Z, on one sample, on whole numbers, in the caller's arrays.

Only a function that was found right is put to these tests; what a function only has from another one that it calls is
said there. A function that is wrong without a known reason is looked at for what makes it depend on more than its
arguments.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from ..casting.pupil import Pupil
from ..exercises.exercise import Exercise
from ..judgement import Judged
from ..report import RIGHT, UNJUDGED, WRONG
from ..running.answers import Function
from ..saying.places import moved
from ..saying.stopping import called_by
from .extremes import at_extremes
from .inputs import on_other_inputs, on_other_numbers
from .names import SAID, Fragile
from .precision import cost_cut_off, flat_output, forward_cut_off, in_single_precision, sigmoid_cut_off
from .surroundings import effects, overwrites, surroundings


class Judges(Protocol):
    """Any way to try one of the learner's functions."""

    def judged(self, pupil: Pupil) -> Judged: ...


Probe = Callable[[Pupil, Exercise], Iterator[Fragile]]

PROBES: Mapping[str, tuple[Probe, ...]] = {
    "sigmoid": (at_extremes, sigmoid_cut_off, in_single_precision),
    **dict.fromkeys(("tanh", "softmax"), (at_extremes, in_single_precision)),
    **dict.fromkeys(
        ("forward", "forward_deep"),
        (on_other_inputs, at_extremes, forward_cut_off, flat_output, in_single_precision),
    ),
    "cost": (on_other_inputs, at_extremes, cost_cut_off, in_single_precision),
    **dict.fromkeys(("backward", "backward_deep"), (on_other_inputs, at_extremes, in_single_precision)),
    **dict.fromkeys(("update", "update_deep"), (on_other_numbers, in_single_precision)),
    "predict": (on_other_inputs,),
}


def weighed(pupil: Pupil, role: str, exercise: Judges) -> Judged:
    """What there is to say of a function, with its fragilities where it is right, or what it depends on where not."""
    judged = exercise.judged(pupil)
    if not isinstance(exercise, Exercise):
        return judged
    pupil = pupil.knowing(role, judged.known)
    exercise = exercise.cases(pupil)[0]
    function, verdict = pupil.cast[role], judged.verdict
    if verdict == WRONG and all(finding.mistake is None for finding in judged.findings):
        around = [*surroundings(pupil, function), *overwrites(pupil, exercise)]
        unjudged = [one for one in around if one.fragility.verdict == UNJUDGED]
        said = [one.finding(function) for one in unjudged or around]
        return judged._replace(findings=said if unjudged else [*judged.findings, *said])
    if verdict != RIGHT or pupil.inherited(role) or any(pupil.slips.get(one) for one in sources(pupil, role)):
        return judged
    found, remarks = effects(pupil, exercise)
    if role not in pupil.own_way:
        found += [one for probe in PROBES.get(role, ()) for one in probe(pupil, exercise)]
    met = {name for other in (*pupil.helpers(role), *sources(pupil, role)) for name in pupil.fragile(other)}
    own = [one for one in found if one.fragility.name not in met and not in_helper(pupil, role, one.where)]
    given = [one for one in own if in_given(pupil, function, one.where)]
    remarks += [SAID["remark.given"].filled(claim=one.finding(function).claim) for one in given]
    known = replace(judged.known, fragile=frozenset(one.fragility.name for one in found))
    said = [one.finding(function) for one in own if one not in given]
    return Judged([*judged.findings, *said], [*judged.remarks, *remarks], known)


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


def sources(pupil: Pupil, role: str) -> tuple[str, ...]:
    """Where what a backward pass is given comes from: the forward pass, and all that it calls."""
    if not role.startswith("backward"):
        return ()
    return tuple(one for one in pupil.cast if one.startswith("forward") for one in (one, *pupil.helpers(one)))
