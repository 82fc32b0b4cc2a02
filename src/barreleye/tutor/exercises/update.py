"""The update of the parameters: called with gradients in the form that the learner's own backward pass gives them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import Any

import numpy as np

from ..casting.layouts import Name, read, replaced
from ..casting.naming import key_of
from ..casting.pupil import Pupil, parameter_names
from ..equations import Work, update_sheet
from ..running.answers import Answer
from ..search import Reading, Trial
from .backward import BACKWARD, Backward
from .examples import examples_of, square_of
from .exercise import Exercise

RATES = (0.2, 0.3)
"""Of examples with an even and with an odd number of samples: a rate that the function has from elsewhere shows."""


@dataclass(frozen=True)
class Update(Exercise):
    """The new parameters."""

    def examples(self, pupil: Pupil) -> Sequence[Work]:
        return [with_gradients(v) for v in examples_of("update", pupil)]

    def square(self, pupil: Pupil) -> Sequence[Work]:
        return [with_gradients(v) for v in square_of(self.role, pupil)]

    def available(self, pupil: Pupil, v: Work) -> Mapping[str, Any]:
        return pupil.available(v, grads=gradients(pupil, v))

    def observed(self, pupil: Pupil, v: Work, answer: Answer) -> Mapping[Name, Any]:
        """As returned, or, by a function that returns nothing, left in the parameters that it was given."""
        tree, names = answer.value, parameter_names(v)
        if tree is None and answer.arguments_after is not None:
            _, keywords = answer.arguments_after
            found = (pupil.quantities(value, v, names) for value in keywords.values())
            new = next((one for one in found if set(one) == set(names)), {})
        else:
            new = pupil.quantities(tree, v, names)
        return {(f"{quantity}_new", l): value for (quantity, l), value in new.items()}

    def required(self, v: Work) -> Sequence[Name]:
        return [(f"{quantity}_new", l) for quantity, l in parameter_names(v)]

    def readings(self, pupil: Pupil, trials: Sequence[Trial]) -> Sequence[Reading]:
        """The update does what the backward pass leaves to it, and may divide by m where no backward pass is there.

        A rate that is no argument is read off the numbers of the first trial.
        """
        function = next(pupil.cast[role] for role in ("update_deep", "update") if role in pupil.cast)
        if not function.has_varkw and all(key_of(one.name) != "learning_rate" for one in function.parameters):
            trials = with_own_rate(trials)
        alone = not any(role in pupil.cast for role in BACKWARD)
        shares = (pupil.share, lambda v: 1 / v.m) if alone else (pupil.share,)
        return [Reading(update_sheet(trials[0].given.L), with_share(trials, share)) for share in shares]


def with_gradients(v: Work) -> Work:
    """The example with gradients that no pass made, as any will do for an update, and a learning rate of its own."""
    rng = np.random.default_rng(v.m)
    dW = {l: rng.normal(size=W.shape) for l, W in v.W.items()}
    db = {l: rng.normal(size=b.shape) for l, b in v.b.items()}
    return changed(v.copy(), dW=dW, db=db, learning_rate=RATES[v.m % 2])


def gradients(pupil: Pupil, v: Work) -> Any:
    """dW and db of v as the learner's backward pass returns its own; named after the parameters where there is none."""
    role = next((role for role in BACKWARD if role in pupil.cast), None)
    if role is not None:
        value = pupil.call(role, Backward(role).available(pupil, v)).value
        own, names = pupil.named(v), parameter_names(v, "d")
        paths = read(value, {name: np.shape(own[name]) for name in names})
        if set(paths) == set(names):
            return replaced(value, {path: own[name] for name, path in paths.items()})
    return pupil.parameters(v, "d")


def with_share(trials: Sequence[Trial], share: Callable[[Work], float]) -> list[Trial]:
    """The trials with gradients that are multiplied by a share."""
    return [Trial(changed(v.copy(), learning_rate=v.learning_rate * share(v)), observed) for v, observed in trials]


def with_own_rate(trials: Sequence[Trial]) -> Sequence[Trial]:
    """The trials with the rate that takes W[1] to where it was found; as they are where none does."""
    v, observed = trials[0]
    try:
        step = v.W[1] - np.asarray(observed.get(("W_new", 1), np.nan), float)
    except (TypeError, ValueError):
        return trials
    rate = abs(float((step * v.dW[1]).sum() / (v.dW[1] ** 2).sum()))
    if not rate > 0:
        return trials
    return [Trial(changed(one.copy(), learning_rate=rate), seen) for one, seen in trials]
