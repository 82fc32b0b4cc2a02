"""Are gradients those of a cost? The slope of the learner's own J along a direction, by central differences.

The slope of J along a direction D of one parameter P is, by the learner's own forward pass and cost,

    (J(P + hD) - J(P - hD)) / 2h        which is <dP, D> = the sum of dP * D where dP is J's gradient
"""

import numpy as np

from ..words import Text
from .casting.layouts import Name
from .casting.pupil import Pupil, parameter_names
from .casting.returned import number_in, output_of
from .equations import Work
from .report import Evidence
from .search import Trial

STEP = 1e-5
AGREEMENT = 1e-5
"""Of the largest slope: central differences are good to about 1e-9."""


def directions(v: Work) -> dict[Name, np.ndarray]:
    """A random direction for each W[l] and b[l]."""
    rng = np.random.default_rng(v.m)
    return {(q, l): rng.normal(size=getattr(v, q)[l].shape) for q, l in parameter_names(v)}


def slopes_of(pupil: Pupil, v: Work, forward: str) -> dict[Name, float] | None:
    """The slope of the learner's own cost along each direction, by central differences; None where it has no number."""
    if "cost" not in pupil.cast:
        return None
    slopes = {}
    for (quantity, l), D in directions(v).items():
        ends = []
        for h in (STEP, -STEP):
            moved = v.copy()
            getattr(moved, quantity)[l] = getattr(v, quantity)[l] + h * D
            ends.append(cost_of(pupil, moved, forward))
        slope = (ends[0] - ends[1]) / (2 * STEP)
        if not np.isfinite(slope):
            return None
        slopes[quantity, l] = slope
    return slopes


def cost_of(pupil: Pupil, v: Work, forward: str) -> float:
    """J by the learner's own forward pass and cost; NaN where one of them fails."""
    answer = pupil.call(forward, pupil.available(v))
    AL = None if answer.trouble else output_of(v, answer.value)
    if AL is None:
        return np.nan
    v.A[v.L] = v.Z[v.L] = AL  # a cost that takes Z[L] belongs to a forward pass that returns it
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
    return not disagreements(trial, slopes)


def disagreements(trial: Trial, slopes: dict[Name, float]) -> list[Name]:
    """The parameters whose observed gradients have not these slopes, from the output on."""
    largest = max(map(abs, slopes.values()))
    found = along(trial)
    wrong = [name for name in slopes if not abs(found[name] - slopes[name]) <= AGREEMENT * largest]
    return sorted(wrong, key=lambda name: (-name[1], name[0]))


def evidence_against(trial: Trial, slopes: dict[Name, float]) -> tuple[Evidence, ...]:
    """The first gradient, from the output on, that the learner's own cost disagrees with."""
    for quantity, l in disagreements(trial, slopes)[:1]:
        gap = Text(
            "when {q} is moved a little, your own cost changes at the first rate; your d{q} says the second",
            "稍微移动 {q}，你自己的代价按前一个速度变化；你的 d{q} 却说是后一个",
        ).filled(q=f"{quantity}{l}")
        slope, one = slopes[quantity, l], along(trial)[quantity, l]
        return (Evidence(f"ΔJ / Δ{quantity}{l}", f"{slope:.6g}", f"{one:.6g}", gap),)
    return ()
