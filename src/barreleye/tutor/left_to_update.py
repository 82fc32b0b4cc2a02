"""What a backward pass leaves to the update: the division by m, or the sign. Together the two are right."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ..words import Text, catalogue
from .casting.pupil import Pupil
from .equations import Work, backward_sheet, update_sheet
from .exercises.update import Update, with_share
from .judgement import OWN_WAY, Judged
from .likeness import SAME
from .search import Trial, reproduces

SAID = catalogue("tutor_judging")

Share = Callable[[Work], float]

SHARES: tuple[tuple[Share, Text], ...] = (
    (lambda v: 1 / v.m, SAID["left_to_update.sums"]),
    (lambda v: -1.0, SAID["left_to_update.downhill"]),
)
"""What may be left to the update, and what is said of it."""


def left_to_update(pupil: Pupil, trials: Sequence[Trial]) -> Judged | None:
    """The judgement of gradients whose share the learner's update has; None where nothing is left to it."""
    for share, words in SHARES:
        if shared(trials, share) and shares(pupil, share):
            return Judged([], [words], replace(OWN_WAY, share=share))
    return None


def right(trial: Trial) -> bool:
    """Whether these are the gradients of the cross-entropy."""
    return reproduces(backward_sheet(trial.given.L), trial, {}) == SAME


def shared(trials: Sequence[Trial], share: Callable[[Work], float]) -> bool:
    """Whether every gradient, multiplied by a share, is the cross-entropy's."""
    return all(
        right(Trial(v, {name: np.asarray(value, float) * share(v) for name, value in observed.items()}))
        for v, observed in trials
    )


def shares(pupil: Pupil, share: Callable[[Work], float]) -> bool:
    """Whether the learner's update multiplies the gradients that it is given by a share."""
    role = next((one for one in ("update", "update_deep") if one in pupil.cast), None)
    if role is None:
        return False
    one = Update(role)
    for v in one.examples(pupil):
        observed = one.observed(pupil, v, pupil.call(role, one.available(pupil, v)))
        if set(observed) != set(one.required(v)):
            return False
        (trial,) = with_share([Trial(v, observed)], share)
        if reproduces(update_sheet(v.L), trial, {}) != SAME:
            return False
    return True
