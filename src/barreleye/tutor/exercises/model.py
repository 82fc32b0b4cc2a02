"""The training: judged by its steps, each of which should follow from the parameters before it.

A step is right when the learner's own forward pass, backward pass and update make it, be they right or wrong (what is
wrong with them is said there); or when the equations do, for a function that has it all in one piece.
"""

from collections.abc import Sequence
from dataclasses import replace as changed
from itertools import pairwise
from typing import Any

import numpy as np

from ...nn.activations import Sigmoid
from ..answers import Answer, Function
from ..equations import Work, backward_sheet, forward_sheet, update_sheet
from ..flaws import flawed
from ..judging import findings_of, unjudged, wrong_as_a_whole
from ..layouts import Name
from ..likeness import DIFFERENT, alike
from ..mistakes import CATALOGUE
from ..mistakes.model import MODEL, Point, Training, equal, still, twins
from ..naming import key_of
from ..pupil import Pupil
from ..report import Finding, FunctionReport
from ..roles import ROLES
from ..search import Mistake, Reading, Trial, explanation, slips_of
from ..stopping import NOT_WRITTEN, stop, unwritten
from ..words import NOTHING, Text
from .examples import HIDDEN
from .loops import loop_of
from .numeric import leans
from .steps import fitted_rate, new, own_sizes, own_step, point_in

RATE = 0.7
"""A learning rate that nobody has as a default."""
ITERATIONS = ((1, 2, 3), (20, 21, 22), (1000, 1001, 1002))
"""Numbers of iterations: the next ones where a function divides by num_iterations // 10 or // 100."""
SAMPLES, BATCH = 8, 64
"""So many samples; for a function that speaks of batches one whole batch of the usual size, lest it have none."""
SIZES = {"model": (3, 4, 1), "model_deep": (3, 5, 4, 1)}


class Model:
    """The exercise for one of the two functions."""

    def __init__(self, role: str, m: int = SAMPLES) -> None:
        self.role, self.m = role, m
        rng = np.random.default_rng(5)
        self.X, self.other_X = rng.normal(size=(3, m)), rng.normal(size=(3, m))
        self.Y = (np.arange(m).reshape(1, m) % 3 == 0).astype(float)  # unbalanced: b moves from zero parameters too

    def report(self, pupil: Pupil) -> FunctionReport:
        """Train for a few iterations on a few samples, and look at every step."""
        function = pupil.cast[self.role]
        if self.m != BATCH and "batch" in function.source.lower():
            return Model(self.role, BATCH).report(pupil)
        with np.errstate(all="ignore"):  # a mistaken step may lead anywhere
            findings = self._findings(pupil, function)
        return FunctionReport(function.name, self.role, ROLES[self.role].title, function.where, tuple(findings))

    def _findings(self, pupil: Pupil, function: Function) -> list[Finding]:
        keys = {key_of(parameter.name) for parameter in function.parameters}
        if "num_iterations" not in keys:
            return [unjudged(function, UNCOUNTED)]
        for counts in ITERATIONS:
            answers = [self._trained(pupil, k) for k in counts]
            failed = next((answer for answer in answers if answer.trouble is not None), None)
            if failed is None or failed.trouble is None or failed.trouble.type != "ZeroDivisionError":
                break
        points = [self._point(answer) for answer in answers]
        if any(point is None for point in points):
            leaning = pupil.leans_on_broken(self.role) or pupil.leans_on_wrong(self.role)
            if leaning:
                return [leans(pupil, self.role, leaning)]
            return [holds_none(function, answers[0]) if failed is None else stop(pupil, self.role, {}, failed)]
        if not equal(points[0], self._point(self._trained(pupil, counts[0]))):
            return [unjudged(function, UNSEEDED)]
        return self._judged(pupil, function, [point for point in points if point is not None], counts[0], keys)

    def _judged(
        self, pupil: Pupil, function: Function, points: Sequence[Point], k: int, keys: set[str | None]
    ) -> list[Finding]:
        rate = RATE if "learning_rate" in keys else None
        works = [self._work(point, rate or 0.0) for point in points]
        factor = self._own_factor(pupil, works, rate)
        leaning = pupil.leans_on_broken(self.role)
        starts_itself = not any(one.startswith("initialize") for one in pupil.helpers(self.role))
        learns = not still(points) and not (starts_itself and twins(points))
        if factor is not None and abs(factor - 1) < 1e-5:
            if learns:
                return []
            helpers = leaning or pupil.leans_on_wrong(self.role)
            if helpers and still(points):  # as their own functions have it
                return [leans(pupil, self.role, helpers)]
        trials = [Trial(v, new(after)) for v, after in zip(works, points[1:], strict=False)]
        readings = self._readings(pupil, trials, rate)
        inherited = self._inherited(pupil, readings)
        right = explanation(readings, (), inherited, 0) if learns else None
        climbs = right is not None and any(one.given.learning_rate < 0 for one in right.reading.trials)
        if right is not None and not climbs:
            return []
        seen = Training(
            points,
            self._point(self._trained(pupil, 0)),
            self._point(self._trained(pupil, k, learning_rate=RATE / 2)) if rate else None,
            self._point(self._trained(pupil, k, X=self.other_X)),
            self._point(self._trained(pupil, k, Y=1 - self.Y)),
            factor,
            loop_of(pupil, self.role),
            climbs,
        )
        found = flawed(MODEL, seen, function)
        if found:
            return found
        if leaning:
            return [leans(pupil, self.role, leaning)]
        if not rate:  # a mistake spoils the rate that fits best: that of a parameter which it leaves alone
            tops = (("b", max(l for _, l in points[0])), ("W", 1))
            readings = [one for top in tops for one in self._readings(pupil, trials, rate, [top])]
        named = explanation(readings, CATALOGUE.values(), inherited, 1)
        if named is None:
            return [unjudged(function, UNKNOWN_STEPS)]
        return list(findings_of(named.slips, named.reading.sheet, named.reading.trials[0], function, inherited))

    def _trained(self, pupil: Pupil, k: int, **other: Any) -> Answer:
        n = SIZES[self.role]
        given = {"X": self.X, "Y": self.Y, "n_x": n[0], "n_h": n[1], "n_y": n[-1], "layer_dims": list(n)}
        given |= {"learning_rate": RATE, "num_iterations": k, "print_cost": False, "m": self.X.shape[1]}
        return pupil.call(self.role, given | other)

    def _point(self, answer: Answer) -> Point | None:
        """W and b in what was returned, as matrices and columns, where they are of one network; None where not."""
        if answer.trouble is not None:
            return None
        point = point_in(answer.value, own_sizes(answer.value, self.X)) or point_in(answer.value, SIZES[self.role])
        if point is None:
            return None
        L = len(point) // 2
        widths = [self.X.shape[0], *(len(point["b", l]) for l in range(1, L + 1))]
        fits = all(point["W", l].shape == (widths[l], widths[l - 1]) for l in range(1, L + 1))
        return point if fits and widths[-1] == len(self.Y) else None

    def _work(self, point: Point, rate: float) -> Work:
        L = max(l for _, l in point)
        W, b = ({l: point[letter, l] for l in range(1, L + 1)} for letter in "Wb")
        return Work(self.X, self.Y, W, b, {l: HIDDEN[0] if l < L else Sigmoid() for l in W}, rate)

    # The step that the learner's own functions make

    def _own_factor(self, pupil: Pupil, works: Sequence[Work], rate: float | None) -> float | None:
        """The steps as a multiple of those that the learner's own functions make; None where they are no multiple."""
        helpers = pupil.helpers(self.role)
        chosen = [next((role for role in helpers if role.removesuffix("_deep") == one), None) for one in CHAIN]
        if None in chosen:
            return None
        factors = []
        for v, after in pairwise(works):
            point = own_step(pupil, [role for role in chosen if role], v, rate)
            if point is None:
                return None
            before = {**{("W", l): W for l, W in v.W.items()}, **{("b", l): b for l, b in v.b.items()}}
            own = np.concatenate([(point[name] - before[name]).ravel() for name in before])
            made = np.concatenate([(getattr(after, name[0])[name[1]] - before[name]).ravel() for name in before])
            factor = float(own @ made / (own @ own)) if own.any() else 1.0
            if alike(made, factor * own) == DIFFERENT:
                return None
            factors.append(factor)
        return factors[0] if np.ptp(factors) < 1e-6 else None

    # The step that the equations make

    def _readings(
        self, pupil: Pupil, trials: Sequence[Trial], rate: float | None, by: Sequence[Name] = ()
    ) -> list[Reading]:
        """One step as a sheet, for each hidden activation; the rate is fitted where the function takes none.

        by    the parameters to which it is fitted; all of them where none is named
        """
        L = trials[0].given.L
        sheets = [
            (*forward_sheet(L), *backward_sheet(L, from_dA=from_dA), *update_sheet(L)) for from_dA in (False, True)
        ]
        known = pupil.hidden_of(self.role)
        calls_forward = any(one.startswith("forward") for one in pupil.helpers(self.role))
        kinds = [known] if known is not None and calls_forward else HIDDEN
        readings = []
        for g in kinds:
            given = [Trial(changed(v.copy(), g={l: g if l < L else v.g[l] for l in v.g}), seen) for v, seen in trials]
            if not rate:
                rates = [fitted_rate(sheets[0], v, seen, by) for v, seen in given]
                given = [Trial(changed(v, learning_rate=a), seen) for (v, seen), a in zip(given, rates, strict=True)]
            readings += [Reading(sheet, given) for sheet in sheets]
        return readings

    def _inherited(self, pupil: Pupil, readings: Sequence[Reading]) -> tuple[Any, ...]:
        mistakes = list(dict.fromkeys(slip.mistake for slip in pupil.inherited(self.role)))
        mistakes += [SLOPE_FROM_Z] if mistakes else []
        return tuple(dict.fromkeys(slip for reading in readings for slip in slips_of(reading.sheet, mistakes)))


CHAIN = ("forward", "backward", "update")
SLOPE_FROM_Z = Mistake(
    "slope from Z",
    "dZ",
    lambda v, l: v.dA[l] * v.g[l].derivative(v.Z[l], v.g[l](v.Z[l])),
    "dZ[{l}] = dA[{l}] ∗ {g}′(Z[{l}])",
    NOTHING,
)
"""No mistake, but what it amounts to where A is wrong: a slope that is worked out from Z again does not see it."""


UNCOUNTED = Text(
    "It takes no num_iterations, so its steps cannot be looked at one by one.",
    "它没有 num_iterations 参数，无法逐次查看它的迭代。",
)
UNSEEDED = Text(
    "It starts from other random numbers at every call, so two calls cannot be compared: set the seed inside, with "
    "np.random.seed or default_rng(0).",
    "每次调用的随机初值都不同，两次调用无法比较：请在函数里用 np.random.seed 或 default_rng(0) 设定种子。",
)
UNKNOWN_STEPS = Text(
    "Its steps are not those of plain gradient descent with your functions, nor those of a known mistake. If you meant "
    "another method (momentum, mini-batches, regularisation), this is no mistake.",
    "它的每一步不同于用你的函数做普通梯度下降的一步，也不同于任何已知的错误。如果你用的是别的方法（动量、小批量、"
    "正则化），这不是错误。",
)


def holds_none(function: Function, answer: Answer) -> Finding:
    if unwritten(function, answer):
        return unjudged(function, NOT_WRITTEN)
    got = "None" if answer.value is None else type(answer.value).__name__
    return wrong_as_a_whole(
        function,
        Text(
            f"Its answer ({got}) does not hold the trained W and b of every layer: check what it returns.",
            f"它的返回值（{got}）里没有每一层训练后的 W 和 b：请检查返回了什么。",
        ),
        "returns nothing" if answer.value is None else None,
    )


MODELS = {role: Model(role) for role in SIZES}
