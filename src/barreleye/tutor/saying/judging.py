"""From numbers to findings: right, explained by mistakes of the catalogue, or wrong in a place that can be named."""

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ...words import NOTHING, Text, listed
from ..casting.reading import Reading as Meant
from ..equations import EQUATIONS, Line, Work, worked
from ..likeness import DIFFERENT, alike
from ..report import UNJUDGED, WRONG, Finding
from ..running.answers import Function
from ..search import Explained, Reading, Slip, Trial
from .assignments import Line as Place
from .assignments import assignments
from .culprit import Blame, culprit_of, wrong_lines
from .evidence import SAID, difference, evidence, evidence_of, first_wrong, quantity_name
from .own_names import solution_in
from .places import at_line, best_of, end_of, place_of
from .transcript import transcript

COURSE = Meant()


def findings_of(
    slips: Sequence[Slip],
    sheet: Sequence[Line],
    trial: Trial,
    function: Function,
    inherited: Sequence[Slip] = (),
    meant: Meant = COURSE,
) -> list[Finding]:
    """One finding for each slip that was not reported before.

    Where one slip undoes another, so that its own quantity comes out right, the two are no explanation that a reader
    could follow: then the first quantity that is wrong is all that is said.
    """
    new = [slip for slip in slips if slip not in inherited]
    right = worked(sheet, trial.given)
    if len(slips) > 1 and any(comes_out_right(slip, right, trial) for slip in new):
        return [located(sheet, [trial], function, meant)]
    place = {one: i for i, one in enumerate(sheet)}
    new.sort(key=lambda slip: min(place[one] for one in slip.edits(sheet)))
    findings = [finding_of(slip, sheet, trial, right, function, meant, alone=len(slips) == 1) for slip in new]
    at_one_line = {(one.where, one.solution) if one.solution else i: one for i, one in reversed([*enumerate(findings)])}
    return list(at_one_line.values())[::-1]


def comes_out_right(slip: Slip, right: Work, trial: Trial) -> bool:
    """Whether the learner's numbers are right where the slip is said to be, as far as they are seen."""
    places = [(EQUATIONS[one].quantity, l) for one in slip.mistake.computes for l in slip.layers]
    seen = [(quantity, l) for quantity, l in places if (quantity, l) in trial.observed]
    return any(alike(trial.observed[quantity, l], getattr(right, quantity)[l]) != DIFFERENT for quantity, l in seen)


def finding_of(
    slip: Slip, sheet: Sequence[Line], trial: Trial, right: Work, function: Function, meant: Meant, *, alone: bool
) -> Finding:
    """What there is to say about one slip, with the numbers of one trial beside the right ones.

    alone    it is the only one; else the numbers are those that it gives where the others are mended
    """
    mistake, layers = slip
    equation = meant.equation(mistake.equation)
    laid = meant.work(right)
    names = [quantity_name(EQUATIONS[one].quantity, l) for l in layers for one in mistake.computes]
    layer = layer_words(layers, trial.given)
    claim = mistake.claim.filled(**layer, m=trial.given.m, q=listed(names))
    places = sorted(
        slip.edits(sheet), key=lambda one: (layers.index(one.l), list(mistake.computes).index(one.equation))
    )
    found = culprit_of(
        function,
        places,
        laid,
        meant.equation,
        sheet[sheet.index(places[-1]) + 1 :],
        of_m=mistake.of_m,
        loop=at_some_layers(slip, sheet),
    )
    wrong = worked(sheet, trial.given, slip.edits(sheet))
    shown = trial if alone else Trial(trial.given, {(q, l): getattr(wrong, q)[l] for q, l in trial.observed})
    return Finding(
        verdict=WRONG,
        quantity=names[0],
        mistake=mistake.name,
        claim=claim,
        should=equation.text.filled(**layer),
        seen=mistake.seen.filled(**layer),
        hint=mistake.hint.filled(**layer, m=trial.given.m, q=names[0]),
        solution=found.solution,
        where=found.where or function.where,
        line=found.line,
        evidence=evidence_of(laid, meant.work(wrong), meant.trial(shown), layers, equation.quantity),
    )


def at_some_layers(slip: Slip, sheet: Sequence[Line]) -> bool:
    """Whether the same line is right at other layers than these: neither at all of them nor at all the hidden ones."""
    layers = sorted(one.l for one in sheet if one.equation == slip.mistake.equation)
    return len(layers) > 1 and sorted(slip.layers) not in (layers, layers[:-1])


SYMBOLS = {"Tanh": "tanh", "Sigmoid": "σ", "ReLU": "ReLU", "LeakyReLU": "LeakyReLU", "Identity": "g"}


def layer_words(layers: Sequence[int], v: Work) -> dict[str, str]:
    """What {l}, {p}, {n} and {g} stand for in texts: numbers for one layer; l, l−1, l+1 for several.

    {g} is the activation of them all, g where they have several.
    """
    kinds = {SYMBOLS.get(type(v.g.get(l)).__name__, "g") for l in layers}
    g = kinds.pop() if len(kinds) == 1 else "g"
    if len(layers) == 1:
        l = layers[0]
        return {"l": str(l), "p": str(l - 1), "n": str(l + 1), "g": g}
    return {"l": "l", "p": "l−1", "n": "l+1", "g": g}


def located(sheet: Sequence[Line], trials: Sequence[Trial], function: Function, meant: Meant = COURSE) -> Finding:
    """The first quantity of the chain that does not follow from those before it, when no known mistake explains it.

    It may be wrong only through quantities that the answer does not hold: those are named too. Where one line alone
    goes wrong by itself, it is that line.
    """
    broken = next((one for trial in trials for one in departures(sheet, trial)), None)
    if broken is None:
        return unjudged(function, SAID["first_wrong.unmatched"])
    one, expected, trial = broken
    name, got, right = quantity_name(*one[1:]), trial.observed[one.quantity, one.l], worked(sheet, trial.given)
    swapped, behind = taken_for(right, trial, one), unseen_in(sheet, one, trial)
    behind, right = [] if swapped else behind, meant.work(right)
    expected, got = (meant.laid((one.quantity, one.l), value) for value in (expected, got))
    gap = difference(expected, got)
    cleared = right_lines(function, [*behind, one], right)
    behind = [place for place in behind if place not in cleared]
    unseen = [quantity_name(*other[1:]) for other in behind[-1:]]
    wrong = [] if swapped else wrong_lines(function, [*behind, one], right)
    if len(wrong) == 1:
        fault, (where, line) = wrong[0]
        claim, look_at = first_wrong(name, gap, unseen, at_fault=quantity_name(*fault[1:])), quantity_name(*fault[1:])
    else:
        fault, (where, line) = one, end_of(function) if swapped else place_of(function, [*unseen, name], right.L)
        spoilt = [] if unseen or swapped else stores_after(function, name, right.L)
        where, line = at_line(function, spoilt[-1].number) if spoilt else (where, line)
        claim = first_wrong(name, gap, unseen, swapped, misread=one in cleared and not spoilt)
        look_at = (unseen or [name])[0]
    equation = meant.equation(fault.equation)
    solution = solution_in(function, fault, right, equation)
    best = best_of(assignments(function.source), quantity_name(*fault[1:]), right.L)
    blame = Blame(function, transcript(function.source), fault, best, right, equation) if best else None
    if blame is not None and blame.found is not None and blame.found is not best:
        (where, line), solution = at_line(function, blame.found.number), blame.mended(blame.found)
    known = len(wrong) == 1 or not (unseen or swapped or one in cleared)
    return Finding(
        verdict=WRONG,
        quantity=name,
        mistake=None,
        claim=claim,
        should=equation.text.filled(**layer_words([fault.l], right)),
        seen=blame.seen if blame is not None and known else NOTHING,
        hint=NOTHING if swapped else SAID["first_wrong.by_hand"].filled(q=look_at),
        solution=solution if known else "",
        where=where or function.where,
        line=line,
        evidence=(evidence(name, expected, got),),
    )


def right_lines(function: Function, places: Sequence[Line], right: Work) -> list[Line]:
    """The quantities whose lines are seen to be right, and those that are worked out within such a line."""
    script = transcript(function.source)
    best = {place: line for place in places if (line := best_of(script.lines, quantity_name(*place[1:]), right.L))}
    numbers = {line.number for place, line in best.items() if script.right(line, place[1:], right)}
    return [place for place, line in best.items() if line.number in numbers]


def contradicts(function: Function, found: Explained, meant: Meant = COURSE) -> bool:
    """Whether a line that an explanation finds wrong is seen to be right."""
    sheet, (trial, *_) = found.reading
    places = [one for slip in found.slips for one in slip.edits(sheet)]
    return bool(right_lines(function, places, meant.work(worked(sheet, trial.given))))


def likeliest_first(readings: Sequence[Reading], function: Function, meant: Meant = COURSE) -> list[Reading]:
    """Those readings first in which most of what was observed is right, then those in which the fewest lines are wrong.

    What else is unknown, such as the hidden activation, is so told by the parts of a wrong answer that are right. Only
    lines of every reading count: that the line of dA[L] is wrong is no reason to do without it.
    """
    common = set(readings[0].sheet).intersection(*(reading.sheet for reading in readings))

    def doubts(reading: Reading) -> tuple[int, int]:
        sheet, trials = reading
        departed = sum(1 for trial in trials for _ in departures(sheet, trial))
        lines = [one for one in sheet if one in common]
        return departed, len(wrong_lines(function, lines, meant.work(worked(sheet, trials[0].given))))

    return sorted(readings, key=doubts)


def stores_after(function: Function, name: str, last: int) -> list[Place]:
    """The lines that put single numbers into a quantity's array after the line that computes it: A2[:, 0] = 0.5."""
    lines = list(assignments(function.source))
    best = best_of(lines, name, last)
    stores = (
        one
        for one in lines
        if isinstance(getattr(one.target, "slice", None), ast.Tuple | ast.Slice) and not one.computes
    )
    return [one for one in stores if best and best.computes and one.name == best.name and one.number > best.number]


def departures(sheet: Sequence[Line], trial: Trial) -> Iterator[tuple[Line, Any, Trial]]:
    """Each quantity that does not follow from those before it, and what would follow."""
    v = trial.given.copy()
    for one in sheet:
        right = EQUATIONS[one.equation].compute(v, one.l)
        seen = trial.observed.get((one.quantity, one.l))
        if seen is not None and alike(seen, right) == DIFFERENT:
            yield one, right, trial
        getattr(v, one.quantity)[one.l] = right if seen is None else seen


def unseen_in(sheet: Sequence[Line], one: Line, trial: Trial) -> list[Line]:
    """The quantities that a line is made of, directly or through others of them, and that the answer does not hold."""
    named = re.findall(r"(\w+)\[(\d+)\]", EQUATIONS[one.equation].text.format(**layer_words([one.l], trial.given)))[1:]
    found = [
        other
        for other in sheet
        if (other.quantity, str(other.l)) in named and (other.quantity, other.l) not in trial.observed
    ]
    return [*(deeper for other in found for deeper in unseen_in(sheet, other, trial)), *found]


def taken_for(right: Work, trial: Trial, place: Line) -> str:
    """The other quantity of the answer whose right numbers stand at this place; "" where there is none."""
    got = trial.observed[place.quantity, place.l]
    others = [other for other in trial.observed if other != (place.quantity, place.l)]
    found = (quantity_name(q, l) for q, l in others if alike(got, getattr(right, q)[l]) != DIFFERENT)
    return next(found, "") if np.size(got) > 1 else ""


def unjudged(function: Function, why: Text, kind: str = "") -> Finding:
    return Finding(verdict=UNJUDGED, quantity="", mistake=None, claim=why, where=function.where, kind=kind)


def wrong_as_a_whole(function: Function, claim: Text, mistake: str | None = None) -> Finding:
    """What is wrong with a function where it is not one quantity."""
    return Finding(verdict=WRONG, quantity="", mistake=mistake, claim=claim, where=function.where)
