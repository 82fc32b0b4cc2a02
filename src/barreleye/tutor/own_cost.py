"""Is a backward pass right for the cost that the learner computes, whatever cost that is? And where is it not?

The slope of J along a direction D of one parameter P is, by central differences of the learner's own functions,

    (J(P + hD) - J(P - hD)) / 2h        which is <dP, D> = the sum of dP * D where dP is J's gradient

A gradient that agrees along random directions is right for that cost: with a squared error, or an L2 penalty, it is no
mistake that it differs from the cross-entropy's.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .equations import Work, backward_sheet, cost_sheet, update_sheet, worked
from .exercises.backward import backward_readings
from .exercises.update import update
from .judging import wrong_as_a_whole
from .layouts import Name
from .likeness import SAME
from .places import place_of
from .pupil import Pupil, parameter_shapes, sizes
from .report import Evidence, Finding
from .returned import number_in, output_of
from .search import Trial, explanation, reproduces
from .words import Text

Judged = tuple[list[Finding], Sequence[Text]]

STEP = 1e-5
AGREEMENT = 1e-5
"""Of the largest slope: central differences are good to about 1e-9."""


def judged_by_own_cost(pupil: Pupil, trials: Sequence[Trial], role: str) -> Judged | None:
    """What the learner's own cost, or their own update, says of a backward pass; None where neither has a say.

    Right for a cost that is not the cross-entropy; without the penalty that the cost has; or sums over the samples that
    the update divides by m.
    """
    if sums(trials) and divides_by_m(pupil):
        pupil.sums = True
        return [], [SUMS]
    if pupil.slips.get("cost") == () and not pupil.penalty:
        return None
    if pupil.penalty and right_with_penalty(pupil, trials):
        return [], [PENALISED.filled(lambd=f"{pupil.penalty:.6g}")]
    slopes = [slopes_of(pupil, trial.given) for trial in trials]
    if any(one is None for one in slopes):
        return None
    if all(agrees(trial, one) for trial, one in zip(trials, slopes, strict=True) if one is not None):
        return [], [OWN if not pupil.penalty else PENALISED.filled(lambd=f"{pupil.penalty:.6g}")]
    if pupil.penalty and all(right(trial) for trial in trials):
        return [without_penalty(pupil, role)], []
    return None


SUMS = Text(
    "Its gradients are sums over the samples, and the update divides by m: together that is right.",
    "这里的梯度是对样本求和，更新时再除以 m：合起来是对的。",
)
OWN = Text(
    "It is right for your own cost, which is not the cross-entropy: its gradients agree with finite differences of it.",
    "它对你自己的代价函数是对的（该代价不是交叉熵）：梯度与其有限差分一致。",
)
PENALISED = Text(
    "It is right for your cost with its L2 penalty, lambda = {lambd}: dW has the derivative of the penalty too.",
    "对带 L2 正则项（lambda = {lambd}）的代价，它是对的：dW 里也有正则项的导数。",
)


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


# Slopes


def directions(v: Work) -> dict[Name, np.ndarray]:
    """A random direction for each W[l] and b[l]."""
    rng = np.random.default_rng(v.m)
    return {name: rng.normal(size=shape) for name, shape in parameter_shapes(sizes(v)).items()}


def slopes_of(pupil: Pupil, v: Work) -> dict[Name, float] | None:
    """The slope of the learner's own cost along each direction, by central differences; None where it has no number."""
    role = next((one for one in ("forward_deep", "forward") if pupil.slips.get(one) == ()), None)
    if role is None or "cost" not in pupil.cast:
        return None
    slopes = {}
    for (quantity, l), D in directions(v).items():
        ends = []
        for h in (STEP, -STEP):
            moved = v.copy()
            getattr(moved, quantity)[l] = getattr(v, quantity)[l] + h * D
            ends.append(cost_of(pupil, moved, role))
        slope = (ends[0] - ends[1]) / (2 * STEP)
        if not np.isfinite(slope):
            return None
        slopes[quantity, l] = slope
    return slopes


def cost_of(pupil: Pupil, v: Work, forward: str) -> float:
    """J by the learner's own forward pass and cost; NaN where one of them fails."""
    answer = pupil.call(forward, pupil.available(v, activation="tanh"))
    AL = None if answer.trouble else output_of(v, answer.value)
    if AL is None:
        return np.nan
    v.A[v.L] = AL
    J = number_in(pupil.call("cost", pupil.available(v)).value)
    return float(np.squeeze(J)) if isinstance(J, float | np.ndarray) and np.size(J) == 1 else np.nan


def along(trial: Trial) -> dict[Name, float]:
    """<dW[l], D> and <db[l], D> for the gradients observed; NaN for one of another shape than its parameter."""
    found = {}
    for (quantity, l), D in directions(trial.given).items():
        gradient = np.asarray(trial.observed.get((f"d{quantity}", l), np.nan), float)
        found[quantity, l] = float((gradient * D).sum()) if gradient.shape == D.shape else np.nan
    return found


def agrees(trial: Trial, slopes: dict[Name, float]) -> bool:
    """Whether the observed gradients have these slopes."""
    largest = max(map(abs, slopes.values()))
    return all(abs(one - slopes[name]) <= AGREEMENT * largest for name, one in along(trial).items())


def witness(pupil: Pupil, trial: Trial) -> tuple[Evidence, ...]:
    """The first gradient, from the output on, that the learner's own cost disagrees with."""
    slopes = slopes_of(pupil, trial.given)
    if slopes is None:
        return ()
    largest = max(map(abs, slopes.values()))
    found = along(trial)
    for quantity, l in sorted(slopes, key=lambda name: (-name[1], name[0])):
        slope, one = slopes[quantity, l], found[quantity, l]
        if abs(one - slope) > AGREEMENT * largest:
            gap = Text(
                "when {q} is moved a little, your own cost changes at the first rate; your d{q} says the second",
                "稍微移动 {q}，你自己的代价按前一个速度变化；你的 d{q} 却说是后一个",
            ).filled(q=f"{quantity}{l}")
            return (Evidence(f"ΔJ / Δ{quantity}{l}", f"{slope:.6g}", f"{one:.6g}", gap),)
    return ()


# The L2 penalty


def judged_by_penalty(pupil: Pupil, trials: Sequence[Trial]) -> Judged | None:
    """A cost that is the cross-entropy and an L2 penalty on W is right, and says its lambda; None for any other.

    Penalties of the form c * sum of W**2 are recognised with c = lambda/2m, lambda/m, lambda/2 or lambda.
    """
    found = []
    for v, observed in trials:
        J = np.asarray(observed.get(("J", v.L), np.nan), float)
        plain = worked(cost_sheet(v.L), v).J[v.L]
        if J.size != 1 or not np.isfinite(J).all():
            return None
        c = float((J.reshape(()) - plain) / sum((W**2).sum() for W in v.W.values()))
        found.append((2 * v.m * c, c))
    lambdas, constants = zip(*found, strict=True)
    for values, scale in ((lambdas, 1), (constants, 2)):
        if min(values) > 1e-6 and np.ptp(values) <= 1e-6 * max(values):
            pupil.penalty = values[0] * scale
            return [], [PENALTY.filled(lambd=f"{pupil.penalty:.6g}")]
    return None


PENALTY = Text(
    "It is the cross-entropy and an L2 penalty, lambda = {lambd} if the penalty is halved as in (lambda / 2m) Σ W².",
    "它是交叉熵加 L2 正则项；按 (lambda / 2m) Σ W² 计，lambda = {lambd}。",
)


def right_with_penalty(pupil: Pupil, trials: Sequence[Trial]) -> bool:
    """Whether the gradients are the cross-entropy's once (lambda/m) W is taken away from dW."""
    plain = []
    for v, observed in trials:
        penalties = {("dW", l): pupil.penalty / v.m * W for l, W in v.W.items()}
        if any(np.shape(observed[name]) != penalty.shape for name, penalty in penalties.items()):
            return False
        less = {name: np.asarray(observed[name], float) - penalty for name, penalty in penalties.items()}
        plain.append(Trial(v, {**observed, **less}))
    return explanation(backward_readings(pupil, plain), (), (), 0) is not None


def without_penalty(pupil: Pupil, role: str) -> Finding:
    function = pupil.cast[role]
    where, line = place_of(function, ["dW1", "dW2"])
    return replace(
        wrong_as_a_whole(
            function,
            Text(
                "It is the gradient of the cross-entropy alone, but your cost has an L2 penalty: every dW lacks it.",
                "它只是交叉熵的梯度，而你的代价里还有 L2 正则项：每个 dW 都少了对应的部分。",
            ),
            "gradient without the penalty",
        ),
        quantity="dW",
        should="dW[l] = (1/m) dZ[l] A[l−1]ᵀ + (lambda/m) W[l]",
        seen="dW[l] = (1/m) dZ[l] A[l−1]ᵀ",
        hint=Text("What is the derivative of (lambda / 2m) W² by W?", "(lambda / 2m) W² 对 W 的导数是什么？"),
        solution="dW1 = np.dot(dZ1, X.T) / m + lambd / m * W1",
        where=where or function.where,
        line=line,
    )
