"""The costs that a training prints or returns: whether they are those of its parameters."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..casting.layouts import leaves
from ..casting.pupil import Pupil
from ..casting.returned import number_in, output_of
from ..equations import Work, forward_sheet, worked
from ..flaws import flawed
from ..handover import misgiven
from ..likeness import DIFFERENT, alike
from ..mistakes.training import COSTS, Shown, Training
from ..report import Finding
from ..running.answers import Answer
from .runs import SECONDS, Runs

PRINTED, ROUNDED = 1e-5, 1e-2
"""How near a printed cost is to the cost: it is printed to six places, or to two."""
FEW, MANY = 10, 1001
"""Iterations after which a cost that is shown at every one, or at every thousandth, has been shown twice."""


def on_costs(runs: Runs, seen: Training) -> list[Finding]:
    """What is wrong with the costs that a right training shows; nothing where it shows none, or has no right cost."""
    pupil, function = runs.pupil, runs.function
    unsure = pupil.slips.get("cost") or "cost" in pupil.broken | pupil.own_way
    if seen.start is None or unsure or "cost" not in pupil.helpers(runs.role):
        return []
    v = worked(forward_sheet(max(l for _, l in seen.start)), runs.work(seen.start))
    AL = output_at(pupil, v)
    costs = list(costs_in(runs.answer(1, print_cost=True)))
    first = cost_of(pupil, v, AL, v.Y)
    if AL is None or first is None or not np.isfinite(first) or not costs:
        return []
    if not any(near(cost, first, ROUNDED) for cost in costs):
        swapped = cost_of(pupil, v, v.Y, AL)
        calls = f"{pupil.cast['cost'].name}("
        said = [finding for finding in misgiven(pupil, runs.role) if finding.seen.startswith(calls)]
        return said if swapped is not None and any(near(cost, swapped) for cost in costs) else []
    if seen.loop.costs:
        return []
    slow = runs.answer(FEW).seconds * MANY / FEW > SECONDS
    answers = (runs.answer(k, print_cost=True) for k in ((FEW,) if slow else (FEW, MANY)))
    return flawed(COSTS, Shown(max(sum(near(cost, first) for cost in costs_in(one)) for one in answers)), function)


def output_at(pupil: Pupil, v: Work) -> Any:
    """A[L] at the parameters of v, by the learner's own forward pass; None where that cannot be had."""
    kinds = ("forward_deep",) if v.L > 2 else ("forward_deep", "forward")
    role = next((one for one in kinds if one in pupil.cast), None)
    answer = None if role is None else pupil.call(role, pupil.available(v, activation="tanh"))
    return None if answer is None or answer.trouble else output_of(v, answer.value)


def cost_of(pupil: Pupil, v: Work, AL: Any, Y: Any) -> float | None:
    """The learner's own cost of an output and labels; None where it gives no number."""
    cost = number_in(pupil.call("cost", {**pupil.available(v), "AL": AL, "Y": Y}).value)
    return None if cost is None or np.ndim(cost) else float(cost)


def costs_in(answer: Answer) -> Iterator[float]:
    """The numbers that were printed with a decimal point, NaN and infinity too, and those in the lists returned."""
    for text in re.findall(r"-?\d+\.\d+(?:e-?\d+)?|\bnan\b|-?\binf\b", answer.printed):
        yield float(text)
    for _, leaf in leaves(answer.value):
        if np.ndim(leaf) == 0 and isinstance(leaf, float | np.ndarray):
            yield float(leaf)


def near(a: float, b: float, tolerance: float = PRINTED) -> bool:
    return alike(a, b, tolerance) != DIFFERENT
