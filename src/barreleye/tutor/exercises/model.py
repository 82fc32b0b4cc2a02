"""The training: judged by its steps, each of which should follow from the parameters before it.

A step is right when the learner's own forward pass, backward pass and update make it, be they right or wrong (what is
wrong with them is said there); or when the equations do, for a function that has it all in one piece.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ...words import catalogue
from ..casting.arguments import is_told_sizes
from ..casting.layouts import Name
from ..casting.pupil import Pupil
from ..classics import CATALOGUE
from ..flaws import flawed
from ..judgement import Judged, Judgement
from ..mistakes.training import (
    ITERATIONS,
    MODEL,
    Loop,
    Point,
    Training,
    all_finite,
    equal,
    finite,
    still,
    twins,
    updates_twice,
)
from ..report import Finding
from ..running.answers import Function
from ..saying.judging import findings_of, unjudged, wrong_as_a_whole
from ..saying.places import at_line
from ..saying.stopping import leans, stop
from ..search import Explained, Reading, Trial, explanation
from .lacking import holds_not, trained_shapes
from .loops import loop_of, turns_of
from .one_layer import reworded
from .runs import RATE, SIZES, Runs, counts
from .shown_costs import on_costs
from .steps import Way, chain_of, equations_step, inherited_in, own_factor, own_step, readings_of

SAID = catalogue("tutor_judging")

ITERATED = ((1, 2, 3), (20, 21, 22), (1000, 1001, 1002))
"""Numbers of iterations: the next ones where a function divides by num_iterations // 10 or // 100."""
SAMPLES, BATCH = 8, 64
"""So many samples; for a function that speaks of batches one whole batch of the usual size, lest it have none."""


@dataclass(frozen=True)
class Model:
    """The exercise for one of the two functions."""

    role: str

    def judged(self, pupil: Pupil) -> Judged:
        """Train for a few iterations on a few samples, and look at every step."""
        function = pupil.cast[self.role]
        m = BATCH if "batch" in function.source.lower() else SAMPLES + 6 * pupil.reading.whole
        runs = Runs(pupil, self.role, m)
        with np.errstate(all="ignore"):  # a mistaken step may lead anywhere
            findings = findings_on(runs)
        loop, count = loop_of(pupil, self.role), runs.named("num_iterations") or "num_iterations"
        at_loop = [at_the_loop(one, function, loop) for one in findings]
        said = [reworded(one, lambda text: text.replace("num_iterations", count)) for one in at_loop]
        return Judged(said, (), Judgement())


def findings_on(runs: Runs) -> list[Finding]:
    """What is wrong with a training: that its steps cannot be seen, or with the steps."""
    pupil, role, function = runs.pupil, runs.role, runs.function
    if not (count := runs.named("num_iterations")):
        return [unjudged(function, SAID["model.uncounted"])]
    for asked in ITERATED:
        answers = [runs.answer(k) for k in asked]
        failed = next((answer for answer in answers if answer.trouble is not None), None)
        if failed is None or failed.trouble is None or failed.trouble.type != "ZeroDivisionError":
            break
    points = [runs.point(answer) for answer in answers]
    if any(point is None for point in points):
        if leaning := pupil.leans_on_broken(role) or pupil.leans_on_wrong(role):
            return [leans(pupil, role, leaning)]
        starts = [one for one in pupil.helpers(role) if one.startswith("initialize")]
        if not all(is_told_sizes(pupil.cast[one], one) for one in starts):
            return [unjudged(function, SAID["model.own_sizes"])]
        if failed is not None:
            return [stop(pupil, role, runs.available(asked[0]), failed)]
        misshapen = trained_shapes(function, answers[0].value, len(runs.X_and_other[0]), len(runs.Y))
        return [misshapen or holds_not(function, answers[0], SAID["model.trained"])]
    if not equal(points[0], runs.after(asked[0])):
        return [unjudged(function, SAID["model.unseeded"])]
    seen = Training([one for one in points if one is not None], asked, loop_of(pupil, role), runs.start)
    seen = seen._replace(turns=turns_of(function, count, asked))
    return on_steps(runs, seen, seconds=answers[-1].seconds / asked[-1])


def on_steps(runs: Runs, seen: Training, seconds: float) -> list[Finding]:
    """What is wrong with the steps, the number of them, or the costs that are shown.

    seconds    that one iteration takes
    """
    pupil, role, function = runs.pupil, runs.role, runs.function
    works = [runs.work(point) for point in seen.points]
    chain = chain_of(pupil, role)
    own: Way = partial(own_step, pupil, chain, rate=runs.rate)
    factor = own_factor(own, works) if chain and finite(seen) else None
    as_own = factor is not None and abs(factor - 1) < 1e-5
    wrong = pupil.leans_on_broken(role) or pupil.leans_on_wrong(role)
    if wrong and still(seen.points) and (as_own or not finite(seen)):  # as their own functions have it
        return [leans(pupil, role, wrong)]
    if not finite(seen):
        as_own = bool(chain) and counted(runs, seen, [own]) is not None
        return [] if as_own else [no_numbers(function, seen)]
    trials = [Trial(v, new(after)) for v, after in zip(works, seen.points[1:], strict=False)]
    readings = readings_of(pupil, role, trials, runs.rate)
    known = still(seen.points) or (as_own and runs.rate) or (factor is not None and updates_twice(factor, seen.loop))
    right = None if known else explanation(readings, (), inherited_in(pupil, role, readings), 0)
    ways = [own] if chain and (as_own or right is None) else []
    ways += [equations_step(one) for one in ([right.reading] if right else readings)]
    climbs = None if as_own and wrong else uphill(right)
    seen = seen._replace(factor=factor, climbs=climbs, counts=counted(runs, seen, ways))
    if (as_own or right or seen.counts) and climbs is None and learns(pupil, role, seen):
        as_many = not wrong and seen.counts in (None, tuple(seen.asked))  # wrong numbers may run out of range
        last = runs.last(seconds) if as_many else None
        return flawed(ITERATIONS, seen._replace(last=last), function) or on_costs(runs, seen)
    found = flawed(MODEL, tried(runs, seen), function)
    return found or mistaken(runs, trials, readings)


def mistaken(runs: Runs, trials: Sequence[Trial], readings: Sequence[Reading]) -> list[Finding]:
    """The mistake in the equations that gives these steps, for a training that has them all in one piece."""
    pupil, role, function = runs.pupil, runs.role, runs.function
    if leaning := pupil.leans_on_broken(role) or pupil.leans_on_wrong(role):
        return [leans(pupil, role, leaning)]
    if pupil.own_way & {*pupil.helpers(role)}:  # the equations are not the course's
        return [unjudged(function, SAID["model.unknown_steps"])]
    inherited = inherited_in(pupil, role, readings)
    if not runs.rate:  # a mistake spoils the rate that fits best: that of a parameter which it leaves alone
        tops = (("b", trials[0].given.L), ("W", 1))
        readings = [one for top in tops for one in readings_of(pupil, role, trials, None, [top])]
    named = explanation(readings, CATALOGUE.values(), inherited, 1)
    if named is None:
        return [unjudged(function, SAID["model.unknown_steps"])]
    sheet, (trial, *_) = named.reading
    return findings_of(named.slips, sheet, trial, function, inherited, pupil.reading)


def learns(pupil: Pupil, role: str, seen: Training) -> bool:
    """Whether the parameters move, and the units apart, where the training begins with weights of its own."""
    starts_itself = not any(one.startswith("initialize") for one in pupil.helpers(role))
    return not still(seen.points) and not (starts_itself and twins(seen.points))


def uphill(right: Explained | None) -> float | None:
    """The learning rate with which the steps are right, where that is negative."""
    rates = [trial.given.learning_rate for trial in right.reading.trials] if right else []
    return min(rates) if min(rates, default=0.0) < 0 else None


def new(point: Point) -> dict[Name, Any]:
    """The parameters as what an update makes."""
    return {(f"{letter}_new", l): value for (letter, l), value in point.items()}


def counted(runs: Runs, seen: Training, ways: Sequence[Way]) -> tuple[int, ...] | None:
    """How many steps of one of these kinds lead from the start to each of the points; None where none does."""
    if seen.asked[0] > 1:
        return None
    found = (counts(seen.start, seen.points, partial(moved, runs, way)) for way in ways)
    return next((one for one in found if one is not None), None)


def moved(runs: Runs, way: Way, point: Point) -> Point | None:
    return way(runs.work(point))


def tried(runs: Runs, seen: Training) -> Training:
    """What is seen, with what comes of another learning rate, of other data and of other labels."""
    k = seen.asked[0]
    return seen._replace(
        other_rate=runs.after(k, learning_rate=RATE / 2) if runs.rate else None,
        other_X=runs.after(k, X=runs.X_and_other[1]),
        other_Y=runs.after(k, Y=runs.pupil.reading.other_labels(runs.Y)),
    )


def at_the_loop(finding: Finding, function: Function, loop: Loop) -> Finding:
    """A finding on the iterations, at the line where their loop begins."""
    if finding.mistake not in {flaw.name for flaw in ITERATIONS} or not loop.line:
        return finding
    where, line = at_line(function, loop.line)
    return replace(finding, where=where or finding.where, line=line)


def no_numbers(function: Function, seen: Training) -> Finding:
    """What is said of parameters that are no numbers, where those of the learner's own functions would be some."""
    if seen.start is None:
        return unjudged(function, SAID["model.unknown_steps"])
    k = next(k for k, point in zip(seen.asked, seen.points, strict=True) if not all_finite(point))
    return wrong_as_a_whole(function, SAID["model.no_numbers"].filled(k=k))


MODELS = {role: Model(role) for role in SIZES}
