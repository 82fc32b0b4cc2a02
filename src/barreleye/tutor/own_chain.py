"""The chain of every training step: each function is judged by the learner's others before the course's equations are.

So a network, a cost or a share of the step that is not the course's is right where all of it goes together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..words import catalogue
from .casting.pupil import Pupil
from .casting.returned import output_of
from .exercises.backward import Backward
from .exercises.chain import Cost, Forward, Predict, forward_with
from .exercises.examples import HIDDEN, RARER
from .exercises.exercise import Exercise
from .exercises.update import Update
from .finite_differences import evidence_against, slopes_of
from .fragility.surroundings import data_globals
from .judgement import OWN_WAY, Judged
from .likeness import FLOAT32_TOLERANCE
from .own_cost import (
    ERRORS,
    FORWARD,
    OF_MANY,
    called_squared,
    consistent,
    counts_in,
    gradients_follow,
    of_regression,
    paper,
    rightly_forward,
    share_of_squares,
    slip_in,
    summed_up,
)
from .own_gradients import (
    decay_in,
    layers_without,
    left_to_update,
    penalty_in,
    right_as,
    steady,
    without,
    without_penalty,
)
from .report import Evidence
from .saying.judging import unjudged
from .search import Trial, explanation

SAID = catalogue("tutor_judging")


@dataclass(frozen=True)
class OwnForward(Forward):
    """A forward pass, or that of another network, whose gradient the learner has right."""

    def own(self, pupil: Pupil, trials: Sequence[Trial]) -> Judged | None:
        """The rarer activations are worked where no other is right."""
        if explanation(self.readings(pupil, trials), (), (), 0, FLOAT32_TOLERANCE) is not None:
            return None
        if of_regression(pupil):
            return Judged([], [SAID["own_cost.regression"]], OWN_WAY)
        readings = forward_with((*HIDDEN, *RARER), trials)
        if pupil.inherited(self.role) or explanation(readings, (), (), 0, FLOAT32_TOLERANCE) is not None:
            return None
        if "random" in pupil.cast[self.role].source or not consistent(pupil, self.role):
            return None
        slip, v = slip_in(readings), readings[0].trials[0].given
        if slip is None:
            return Judged([], [SAID["own_cost.network"]], OWN_WAY)
        if slip.layers != (v.L,):  # a mistake in a hidden layer
            return None
        return Judged([], [SAID["own_cost.network_with"].filled(seen=paper(slip, v))], OWN_WAY)


@dataclass(frozen=True)
class OwnCost(Cost):
    """A cost, with an L2 penalty, or another one, whose gradient the learner has right."""

    def own(self, pupil: Pupil, trials: Sequence[Trial]) -> Judged | None:
        if penalty := penalty_in(trials):
            said = SAID["penalty.penalty"].filled(lambd=f"{penalty:.6g}")
            return Judged([], [said], replace(OWN_WAY, penalty=penalty))
        readings, function = self.readings(pupil, trials), pupil.cast[self.role]
        if explanation(readings, (), (), 0, FLOAT32_TOLERANCE) is not None:
            return None
        counts = counts_in(trials)
        if "m" in data_globals(function) and steady(counts) and counts[0] > 1:
            return Judged([], [], OWN_WAY)  # with the remark that m is from outside
        slip = slip_in(readings)
        if slip and slip.mistake.name == "cost not summed" and not OF_MANY.search(function.source):
            return Judged([], [SAID["own_cost.of_one"]], OWN_WAY)
        seen = paper(slip, trials[0].given) if slip else ""
        total = counts == [1.0] * len(counts)
        if total and summed_up(pupil):
            return Judged([], [SAID["own_cost.summed_up"]], OWN_WAY)
        if of_regression(pupil):
            return Judged([], [SAID["own_cost.regression"]], OWN_WAY)
        if seen and not total and not any(sign in seen for sign in ERRORS):  # a cross-entropy with a mistake in it
            return None
        as_named = called_squared(pupil) and ((bool(seen) and not total) or share_of_squares(trials))
        forward = next((one for one in FORWARD if one in pupil.cast), None)
        if not as_named and (forward is None or not consistent(pupil, forward)):
            return None
        shown, unseen = ("error", "named") if as_named else ("error_with_gradient", "other_cost")
        key = "total" if total else shown if seen else unseen
        return Judged([], [SAID[f"own_cost.{key}"].filled(seen=seen)], OWN_WAY)


@dataclass(frozen=True)
class OwnBackward(Backward):
    """The gradients: right for a cost or a network that is not the course's, or with what is left to the update."""

    def own(self, pupil: Pupil, trials: Sequence[Trial]) -> Judged | None:
        """What the learner's own cost, or their own update, says; None where neither has a say."""
        if (left := left_to_update(self, pupil, trials)) is not None:
            share, said = left
            return Judged([], [said], replace(OWN_WAY, share=share))
        penalty = pupil.penalty
        said = SAID["penalty.penalised"].filled(lambd=f"{penalty:.6g}") if penalty else SAID["own_cost.own"]
        if penalty and right_as(without(penalty), self, pupil, trials):
            return Judged([], [said], OWN_WAY)
        if penalty and (lacking := layers_without(penalty, self, pupil, trials)):
            return Judged([without_penalty(pupil.cast[self.role], lacking, trials[0].given.L)], [], OWN_WAY)
        if not penalty and (decay := decay_in(self, pupil, trials)):
            return Judged([], [SAID["penalty.decayed"].filled(lambd=f"{decay:.6g}")], OWN_WAY)
        if pupil.slips.get("cost") == () and not pupil.own_way & {"cost", *FORWARD}:
            return None
        forward = rightly_forward(pupil)
        follows = forward is not None and gradients_follow(pupil, self, forward)
        return Judged([], [said], OWN_WAY) if follows else None

    def witness(self, pupil: Pupil, trial: Trial) -> tuple[Evidence, ...]:
        """The first gradient, from the output on, that the learner's own cost disagrees with."""
        forward = rightly_forward(pupil)
        slopes = slopes_of(pupil, trial.given, forward) if forward else None
        return evidence_against(trial, slopes) if slopes else ()


@dataclass(frozen=True)
class OwnPredict(Predict):
    """A prediction; with another network it is right where it is A[L] > 1/2, else not judged."""

    def own(self, pupil: Pupil, trials: Sequence[Trial]) -> Judged | None:
        if explanation(self.readings(pupil, trials), (), (), 0) is not None:
            return None
        if of_regression(pupil):
            return Judged([], [SAID["own_cost.regression"]], OWN_WAY)
        forward = next((one for one in FORWARD if one in pupil.own_way), None)
        if forward is None:
            return None
        for v, observed in trials:
            AL = output_of(v, pupil.call(forward, pupil.available(v)).value)
            if AL is None or not np.array_equal(observed["answer", v.L], AL > 0.5):
                return Judged([unjudged(pupil.cast[self.role], SAID["own_cost.other_labels"])], [], OWN_WAY)
        return Judged([], [], OWN_WAY)


CHAIN: Mapping[str, Exercise] = {
    one.role: one
    for one in (
        OwnForward("forward"),
        OwnForward("forward_deep"),
        OwnCost("cost"),
        OwnBackward("backward"),
        OwnBackward("backward_deep"),
        Update("update"),
        Update("update_deep"),
        OwnPredict("predict"),
    )
}
