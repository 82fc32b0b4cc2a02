"""Mistakes with a constant that only the learner knows, which is read off the numbers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import numpy as np

from ...words import Text
from ..likeness import DIFFERENT, alike
from ..search import Mistake, Reading
from .constants import Seen, along, said, seen_in, steady
from .factors import factors, steps
from .predict import CUT

Finder = Callable[[Sequence[Seen]], Iterable[Mistake]]


def read_off(readings: Sequence[Reading]) -> tuple[Mistake, ...]:
    """The mistakes that the numbers suggest in one of the readings; whether they explain all, the search tells."""
    return suggested(readings, (factors, steps, decayed, moved))


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
    ends = {"low": f"{np.floor(low * 1000) / 1000:g}", "high": f"{np.ceil(high * 1000) / 1000:g}"}
    return Mistake(
        "predictions cut at another line",
        "answer",
        lambda v, l: v.A[l] > (low + high) / 2,
        "Ŷ = 1 where A[{{l}}] > t, else 0, with t between {low} and {high}".format(**ends),
        Text(
            "The line between 0 and 1 is drawn somewhere between {low} and {high}; it belongs at 0.5.",
            "0 与 1 的分界线画在 {low} 与 {high} 之间；应取 0.5。",
        ).filled(**ends),
        CUT,
    )


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
    share = f"({said(c)}/m) W[{{l}}]" if over_m else f"{said(c)} W[{{l}}]"
    return Mistake(
        "dW with a multiple of W",
        "dW",
        lambda v, l: v.dZ[l] @ v.A[l - 1].T / v.m + c * v.W[l] / (v.m if over_m else 1),
        f"dW[{{l}}] = (1/m) dZ[{{l}}] A[{{p}}]ᵀ + {share}",
        Text(
            f"{{q}}: it has {share} in it. If that is meant as L2 regularisation, every dW needs it, and the cost its "
            "penalty.",
            f"{{q}}：里面多了 {share}。如果这是 L2 正则化，那么每个 dW 都要加上它，代价里也要有相应的正则项。",
        ),
        Text("Of which term of your cost is that the derivative?", "它是你的代价里哪一项的导数？"),
    )


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
    return Mistake(
        "dA from updated W",
        "dA",
        lambda v, l: (v.W[l + 1] - alpha * v.dW[l + 1]).T @ v.dZ[l + 1],
        f"dA[{{l}}] = (W[{{n}}] − {said(alpha)} dW[{{n}}])ᵀ dZ[{{n}}]",
        Text(
            "{q}: it goes back through W[{n}] after its update. All gradients belong to the old weights: update when "
            "they are all there.",
            "{q}：用的是已经更新过的 W[{n}]。所有梯度都应按旧的权重计算：全部算完之后再更新。",
        ),
        Text("At which point of W and b is the slope taken?", "导数是在哪一组 W 和 b 处取的？"),
    )
