"""Mistakes with a constant that only the learner knows, read off the numbers: it must be the same in every trial.

What is said of them stands in ``words/tutor_mistakes.toml``, by name, as for ``classics``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeGuard

import numpy as np

from .classics import members, mistake
from .equations import EQUATIONS, Work, computing, shown, worked
from .likeness import DIFFERENT, alike
from .search import Mistake, Reading

Finder = Callable[[Sequence["Seen"]], Iterable[Mistake]]


class Seen(NamedTuple):
    """What a function gave in one trial, and all that should have come of what it was given."""

    right: Work
    observed: Mapping[tuple[str, int], Any]

    def got(self, quantity: str, l: int) -> Any:
        """What was observed of a quantity, in the shape that it should have; NaN where it has not."""
        right = np.asarray(getattr(self.right, quantity)[l])
        got = self.observed.get((quantity, l), np.nan)
        return (
            np.reshape(got, right.shape) if np.size(got) == right.size == 1 or np.shape(got) == right.shape else np.nan
        )

    def beyond(self, quantity: str, l: int) -> Any:
        """By how much an observed quantity is not what it should be."""
        return self.got(quantity, l) - getattr(self.right, quantity)[l]


def seen_in(reading: Reading) -> list[Seen]:
    """The trials of a reading, with what was observed as far as it is finite numbers."""
    return [Seen(worked(reading.sheet, given), arrays(observed)) for given, observed in reading.trials]


def arrays(observed: Mapping[tuple[str, int], Any]) -> dict[tuple[str, int], Any]:
    known = {}
    for name, seen in observed.items():
        try:
            array = np.asarray(seen, float)
        except (TypeError, ValueError):
            continue
        if np.isfinite(array).all():
            known[name] = array
    return known


def along(change: Any, direction: Any) -> float | None:
    """c where the change is c times the direction, and not 0; None where it is no multiple of it.

    >>> along(np.array([2.0, 4.0]), np.array([1.0, 2.0])), along(np.array([2.0, 5.0]), np.array([1.0, 2.0]))
    (2.0, None)
    """
    if np.shape(change) != np.shape(direction) or not np.isfinite(change).all() or not np.any(direction):
        return None
    c = float(np.vdot(direction, change) / np.vdot(direction, direction))
    return c if c and alike(change, c * np.asarray(direction)) != DIFFERENT else None


def steady(values: Sequence[float | None]) -> float | None:
    """The one number that all of these are, to six digits; None where one is missing or differs.

    >>> steady([2.0000000001, 2.0]), steady([2.0, 3.0]), steady([2.0, None])
    (2.0, None, None)
    """
    known = [value for value in values if value is not None]
    same = len(known) == len(values) and np.ptp(known) <= 1e-6 * abs(known[0])
    return float(f"{known[0]:.6g}") if same else None


def printed(c: float) -> str:
    """A constant as it stands in a sentence.

    >>> printed(-0.5)
    '−0.5'
    """
    return f"{c:g}".replace("-", "−")


# A quantity that is k times the right one, or divided by another number than m

PLACES = {
    "Z": ("Z",),
    "A": ("A",),
    "J": ("J",),
    "dZ": ("dZ out", "dZ"),
    "dA": ("dA",),
    "dW": ("dW", "dZ out", "gradients", "dZ", "dA"),
    "db": ("db", "dZ out", "gradients", "dZ", "dA"),
}
"""By what is observed: the equations that a factor in it may come from; "gradients" are dW and db at once."""
MEANS = ("gradients", "dW", "db", "J")
"""Those that divide by m."""


def factors(trials: Sequence[Seen]) -> Iterator[Mistake]:
    """k times what it should be; or divided by another number than m."""
    for quantity, l in trials[0].observed:
        if quantity not in PLACES:
            continue
        ks = [along(seen.got(quantity, l), getattr(seen.right, quantity)[l]) for seen in trials]
        k, m = steady(ks), steady([seen.right.m / k if k else None for seen, k in zip(trials, ks, strict=True)])
        if is_factor(k):
            yield from (multiplied(equation, k) for equation in PLACES[quantity])
        if m is not None and quantity in MEANS:
            yield from (divided(equation, m) for equation in PLACES[quantity] if equation in MEANS)


def is_factor(k: float | None) -> TypeGuard[float]:
    """Whether this is a factor, and not 1 beside a guard such as log(A + 1e-6)."""
    return k is not None and abs(k - 1) > 1e-3


@cache
def multiplied(family: str, k: float) -> Mistake:
    """k times the right numbers."""
    right = "{all} / m" if family in MEANS else EQUATIONS[family].notation
    texts = members(family, f"{k!r} * ({right})" if k != -1 else f"-({right})")
    return mistake(
        f"{family} times a constant", texts, "* times a constant" if k != -1 else "* reversed", "factor", k=printed(k)
    )


@cache
def divided(family: str, m: float) -> Mistake:
    """Divided by one number, whatever m is."""
    texts = members(family, f"{{all}} / {m!r}")
    return mistake(f"{family} with a number for m", texts, "* with a number for m", "count", number=printed(m))


# A step that is k times as long, or goes at one rate


def steps(trials: Sequence[Seen]) -> Iterator[Mistake]:
    """An update whose step is k times what it should be, or goes at one rate whatever the learning rate is."""
    for letter, quantity in (("W", "W_new"), ("b", "b_new")):
        for l in trials[0].right.W:
            ks = [length(seen, letter, quantity, l) for seen in trials]
            rates = [k * seen.right.learning_rate if k else None for seen, k in zip(trials, ks, strict=True)]
            k, rate = steady(ks), steady(rates)
            if is_factor(k):
                yield from stepping("times a constant", f"{{p}} - {k!r} * alpha * {{dp}}", "factor", k)
            if rate is not None:
                yield from stepping("at a rate of its own", f"{{p}} - {rate!r} * {{dp}}", "rate", rate)


def length(seen: Seen, letter: str, quantity: str, l: int) -> float | None:
    """The step of W[l] or b[l] as a multiple of the right one."""
    old, right = getattr(seen.right, letter)[l], getattr(seen.right, quantity).get(l)
    return None if right is None else along(seen.got(quantity, l) - old, right - old)


@cache
def stepping(name: str, text: str, hint: str, k: float) -> tuple[Mistake, ...]:
    """The mistake in both parameters of a layer, in W alone, and in b alone."""
    return tuple(
        mistake(f"{one} {name}", members(one, text), f"update {name}", hint, k=printed(k))
        for one in ("update", "W update", "b update")
    )


# A line that is not at 0.5


def cut(trials: Sequence[Seen]) -> Iterator[Mistake]:
    """A > t for a t that is not 0.5."""
    zeros, ones = [], []
    for right, observed in trials:
        A, answer = right.A[right.L], np.asarray(observed.get(("answer", right.L), np.nan))
        if answer.shape != A.shape or not np.isin(answer, (0, 1)).all():
            return
        zeros.append(A[answer == 0].max(initial=-np.inf))
        ones.append(A[answer == 1].min(initial=np.inf))
    low, high = max(zeros), min(ones)
    if -np.inf < low < high < np.inf and not low <= 0.5 < high:
        yield cut_between(float(low), float(high))


@cache
def cut_between(low: float, high: float) -> Mistake:
    """A line somewhere between the two: the roundest number there."""
    ends = {"low": f"{np.floor(low * 1000) / 1000:g}", "high": f"{np.ceil(high * 1000) / 1000:g}"}
    middle = next(x for digits in range(18) if low <= (x := round((low + high) / 2, digits)) < high)
    key = "predictions cut at another line"
    return mistake(key, {"answer": f"A[l] > {middle!r}"}, key, "cut", **ends)


# Something small in the logarithms of the cost that is not small enough

GUARDS = {"both": "-sum(Y * log(A[l] + {e}) + (1 - Y) * log(1 - A[l] + {e})) / m"}
GUARDS |= {"first": "-sum(Y * log(A[l] + {e}) + (1 - Y) * log(1 - A[l])) / m"}
GUARDS |= {"clipped": "-sum(Y * log(clip(A[l], {e}, 1 - {e})) + (1 - Y) * log(1 - clip(A[l], {e}, 1 - {e}))) / m"}


def guarded(trials: Sequence[Seen]) -> Iterator[Mistake]:
    """log(A + e), in both logarithms or in one, or A cut at e and 1 − e: what e is, by bisection."""
    for text in GUARDS.values() if trials[0].observed.keys() == {("J", trials[0].right.L)} else ():
        if (e := steady([guard_in(seen, text) for seen in trials])) is not None:
            texts = {"J": text.format(e=repr(e))}
            yield mistake("cost with a guard too large", texts, "cost with a guard too large", "guard", e=printed(e))


def guard_in(seen: Seen, text: str) -> float | None:
    """The e between 1e-7 and 0.4 with which the text gives the cost that was observed; None where none does."""
    v, l = seen.right, seen.right.L
    J, cost = float(np.ravel(seen.got("J", l))[0]), computing(text.format(e="e"), "e")
    low, high = 1e-7, 0.4

    def above(e: float) -> bool:
        return bool(cost(v, l, e) > J)

    if above(low) == above(high):
        return None
    for _ in range(60):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if above(middle) == above(low) else (low, middle)
    return low


# A multiple of W in dW


def decayed(trials: Sequence[Seen]) -> Iterator[Mistake]:
    """c W[l] in dW[l], or (c/m) W[l]."""
    for quantity, l in trials[0].observed:
        if quantity != "dW":
            continue
        cs = [along(seen.beyond("dW", l), seen.right.W[l]) for seen in trials]
        by_m = [c and c * seen.right.m for seen, c in zip(trials, cs, strict=True)]
        if (c := steady(cs)) is not None:
            yield with_decay(c, over_m=False)
        elif (c := steady(by_m)) is not None:
            yield with_decay(c, over_m=True)


@cache
def with_decay(c: float, *, over_m: bool) -> Mistake:
    """dW[l] with c W[l] added, or (c/m) W[l]."""
    share = f"{c!r} / m * W[l]" if over_m else f"{c!r} * W[l]"
    texts = {"dW": f"{EQUATIONS['dW'].notation} + {share}"}
    return mistake("dW with a multiple of W", texts, "dW with a multiple of W", "which term", share=shown(share))


# Weights that move before all gradients are there


def moved(trials: Sequence[Seen]) -> Iterator[Mistake]:
    """dA[L-1] from W[L] − α dW[L], for some α."""
    alphas = [early(seen) for seen in trials]
    if (alpha := steady(alphas)) is not None:
        yield moved_by(alpha)


def early(seen: Seen) -> float | None:
    """The α with which W[L] − α dW[L] gives the dW[L-1] that was observed; None where none does."""
    v, l = seen.right, seen.right.L - 1
    if not {("dW", l), ("dW", v.L)} <= set(seen.observed):
        return None
    if alike(seen.observed["dW", v.L], v.dW[v.L]) == DIFFERENT:
        return None
    back = -(v.dW[v.L].T @ v.dZ[v.L]) * v.g[l].derivative(v.Z[l], v.A[l])
    return along(seen.beyond("dW", l), back @ v.A[l - 1].T / v.m)


@cache
def moved_by(alpha: float) -> Mistake:
    """dA[l] through W[l+1] after a step at this rate."""
    texts = {"dA": f"(W[l+1] - {alpha!r} * dW[l+1]).T @ dZ[l+1]"}
    return mistake("dA from updated W", texts, "dA from updated W", "which point")


# All of them


def read_off(readings: Sequence[Reading]) -> tuple[Mistake, ...]:
    """The mistakes that the numbers suggest in one of the readings; whether they explain all, the search tells."""
    return suggested(readings, (factors, steps, guarded, decayed, moved))


def lines_drawn(readings: Sequence[Reading]) -> tuple[Mistake, ...]:
    """The line of a prediction that is not drawn at 0.5.

    Labels say only on which side of a line they are: before a formula is accused, it is the line.
    """
    return suggested(readings, (cut,))


def suggested(readings: Sequence[Reading], finders: Sequence[Finder]) -> tuple[Mistake, ...]:
    found: dict[Mistake, None] = {}
    for reading in readings:
        trials = seen_in(reading)
        if len(trials) > 1:  # one trial would have a constant for anything
            found |= dict.fromkeys(mistake for finder in finders for mistake in finder(trials))
    return tuple(found)
