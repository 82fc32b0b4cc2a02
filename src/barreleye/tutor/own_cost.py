"""A network or a cost that is not the course's is right where the learner's own functions belong together.

A gradient that agrees with finite differences of the learner's own forward pass and cost is right for that cost: with
a squared error, an L2 penalty, or another activation, it is no mistake that it differs from the cross-entropy's. And
who has its gradient right has meant that network and that cost.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .casting.naming import SQUARED_ERRORS, plain
from .casting.pupil import Pupil, parameter_shapes, sizes
from .casting.returned import output_of
from .equations import Work, backward_sheet, cost_sheet, update_sheet
from .exercises.backward import BACKWARD, backward_available, gradients_observed
from .exercises.examples import examples_of
from .exercises.update import update
from .finite_differences import agrees, evidence_against, slopes_of
from .likeness import FLOAT32_TOLERANCE, SAME
from .mistakes import CATALOGUE
from .penalty import DECAYED, PENALISED, PENALTY, decay_in, layers_without, penalty_in, right_with, without_penalty
from .report import Evidence, Finding
from .saying.judging import layer_words, unjudged
from .search import Reading, Slip, Trial, explanation, reproduces
from .words import Text

Judged = tuple[list[Finding], Sequence[Text]]

FORWARD = ("forward", "forward_deep")


def consistent(pupil: Pupil, forward: str) -> bool:
    """Whether a forward pass, the cost and the backward pass belong together: the gradients are those of this cost.

    Gradients that are themselves finite differences of the cost say nothing.
    """
    back = next((one for one in (forward.replace("forward", "backward"), *BACKWARD) if one in pupil.cast), None)
    if back is None or "cost" not in pupil.cast or "cost" in pupil.helpers(back):
        return False
    for v in examples_of(back)(pupil):
        answer = pupil.call(back, backward_available(pupil, v, back))
        observed = {} if answer.trouble is not None else gradients_observed(pupil, v, answer)
        slopes = slopes_of(pupil, v, forward) if set(parameter_shapes(sizes(v), "d")) <= set(observed) else None
        if slopes is None or not agrees(Trial(v, observed), slopes):
            return False
    return True


def slip_in(readings: Sequence[Reading]) -> Slip | None:
    """The one equation of a network or a cost that is not the course's; None where it is none that is known."""
    found = explanation(readings, CATALOGUE.values(), (), 1)
    return found.slips[0] if found is not None and found.slips else None


def paper(slip: Slip, v: Work) -> str:
    """The equation of a slip, as it stands on paper."""
    return slip.mistake.seen.format(**layer_words(slip.layers, v))


# The forward pass


def judged_forward(pupil: Pupil, role: str, readings: Sequence[Reading]) -> Judged | None:
    """A forward pass of another network, whose gradient the learner has right; None for any other."""
    if pupil.inherited(role) or explanation(readings, (), (), 0, FLOAT32_TOLERANCE) is not None:
        return None
    if "random" in pupil.cast[role].source or not consistent(pupil, role):
        return None
    slip, v = slip_in(readings), readings[0].trials[0].given
    if slip is not None and slip.layers != (v.L,):  # a mistake in a hidden layer
        return None
    return [], [NETWORK_WITH.filled(seen=paper(slip, v)) if slip else NETWORK]


NETWORK = Text(
    "It is another network than the course's, with an activation or an output of its own, and a sound one: your "
    "gradients agree with finite differences of your own cost.",
    "这不是课程里的网络，激活函数或输出有所不同，但它自成一体，是对的：你的梯度与你自己的代价的有限差分一致。",
)
NETWORK_WITH = Text(
    "It is another network than the course's, with {seen}, and a sound one: your gradients agree with finite "
    "differences of your own cost.",
    "这不是课程里的网络，其中 {seen}；但它自成一体，是对的：你的梯度与你自己的代价的有限差分一致。",
)


def judged_prediction(pupil: Pupil, trials: Sequence[Trial]) -> Judged | None:
    """A prediction with another network: right where it is A[L] > 1/2, else not judged; None for the course's."""
    forward = next((one for one in FORWARD if one in pupil.own_way), None)
    if forward is None:
        return None
    for v, observed in trials:
        AL = output_of(v, pupil.call(forward, pupil.available(v)).value)
        if AL is None or not np.array_equal(observed["answer", v.L], AL > 0.5):
            return [unjudged(pupil.cast["predict"], OTHER_LABELS)], []
    return [], []


OTHER_LABELS = Text(
    "Your network is another than the course's, and so may be the labels: the prediction is not judged.",
    "你的网络不是课程里的网络，标签的取法也可能不同：这里不判断预测。",
)


# The cost


def judged_cost(pupil: Pupil, trials: Sequence[Trial]) -> Judged | None:
    """A cost with an L2 penalty, or another one, whose gradient the learner has right; None for any other."""
    pupil.penalty = penalty_in(trials)
    if pupil.penalty:
        return [], [PENALTY.filled(lambd=f"{pupil.penalty:.6g}")]
    readings = [Reading(cost_sheet(trials[0].given.L), trials)]
    if explanation(readings, (), (), 0, FLOAT32_TOLERANCE) is not None:
        return None
    slip = slip_in(readings)
    seen = paper(slip, trials[0].given) if slip else ""
    if seen and not any(sign in seen for sign in ERRORS):  # a cross-entropy with a mistake in it
        return None
    as_named = bool(seen) and plain(pupil.cast["cost"].name) in SQUARED_ERRORS
    forward = next((one for one in FORWARD if one in pupil.cast), None)
    if not as_named and (forward is None or not consistent(pupil, forward)):
        return None
    words = (ERROR if as_named else ERROR_WITH_GRADIENT).filled(seen=seen) if seen else OTHER_COST
    return [], [words]


ERRORS = (")²", "|A")
"""In the equation of a squared or an absolute error."""
ERROR = Text(
    "It is {seen}, as its name says; for a probability the course takes the cross-entropy.",
    "正如其名，它是 {seen}；对概率，课程用的是交叉熵。",
)
ERROR_WITH_GRADIENT = Text(
    "It is {seen}; for a probability the course takes the cross-entropy. Your gradients follow from it, by finite "
    "differences.",
    "它是 {seen}；对概率，课程用的是交叉熵。你的梯度与它的有限差分一致。",
)
OTHER_COST = Text(
    "It is another cost than the course's cross-entropy. Your gradients follow from it, by finite differences.",
    "它不是课程里的交叉熵。你的梯度与它的有限差分一致。",
)


# The backward pass


def judged_by_own_cost(pupil: Pupil, trials: Sequence[Trial], role: str) -> Judged | None:
    """What the learner's own cost, or their own update, says of a backward pass; None where neither has a say.

    Right for a cost or a network that is not the course's; without the penalty that the cost has; or sums over the
    samples that the update divides by m.
    """
    if sums(trials) and divides_by_m(pupil):
        pupil.sums = True
        return [], [SUMS]
    lambd = f"{pupil.penalty:.6g}"
    if pupil.penalty and right_with(pupil.penalty, pupil, trials):
        return [], [PENALISED.filled(lambd=lambd)]
    lacking = layers_without(pupil.penalty, pupil, trials) if pupil.penalty else ()
    if lacking:
        return [without_penalty(pupil, role, lacking, trials[0].given.L)], []
    decay = 0.0 if pupil.penalty else decay_in(pupil, trials)
    if decay:
        return [], [DECAYED.filled(lambd=f"{decay:.6g}")]
    if pupil.slips.get("cost") == () and not pupil.own_way & {"cost", *FORWARD}:
        return None
    slopes = [own_slopes(pupil, trial) for trial in trials]
    if any(one is None for one in slopes):
        return None
    if all(agrees(trial, one) for trial, one in zip(trials, slopes, strict=True) if one is not None):
        return [], [PENALISED.filled(lambd=lambd) if pupil.penalty else OWN]
    return None


SUMS = Text(
    "Its gradients are sums over the samples, and the update divides by m: together that is right.",
    "这里的梯度是对样本求和，更新时再除以 m：合起来是对的。",
)
OWN = Text(
    "It is right for your own cost: its gradients agree with finite differences of it.",
    "它对你自己的代价函数是对的：梯度与其有限差分一致。",
)


def own_slopes(pupil: Pupil, trial: Trial) -> dict[tuple[str, int], float] | None:
    """The slopes of the learner's own cost after a forward pass that is right; None where there is none."""
    forward = next((one for one in FORWARD[::-1] if pupil.slips.get(one) == ()), None)
    return slopes_of(pupil, trial.given, forward) if forward else None


def witness(pupil: Pupil, trial: Trial) -> tuple[Evidence, ...]:
    """The first gradient, from the output on, that the learner's own cost disagrees with."""
    slopes = own_slopes(pupil, trial)
    return evidence_against(trial, slopes) if slopes else ()


def right(trial: Trial) -> bool:
    """Whether these are the gradients of the cross-entropy."""
    return reproduces(backward_sheet(trial.given.L), trial, {}) == SAME


def sums(trials: Sequence[Trial]) -> bool:
    """Whether every gradient is m times the cross-entropy's."""
    means = [
        Trial(v, {name: np.asarray(value, float) / v.m for name, value in observed.items()}) for v, observed in trials
    ]
    return all(right(trial) for trial in means)


def divides_by_m(pupil: Pupil) -> bool:
    """Whether the learner's update divides the gradients that it is given by m."""
    role = next((one for one in ("update", "update_deep") if one in pupil.cast), None)
    if role is None:
        return False
    one = update(role)
    for v in one.examples(pupil):
        observed = one.observed(pupil, v, pupil.call(role, one.available(pupil, v)))
        rate = replace(v.copy(), learning_rate=v.learning_rate / v.m)
        if set(observed) != set(one.required(v)) or reproduces(update_sheet(v.L), Trial(rate, observed), {}) != SAME:
            return False
    return True
