"""How far answers may be trusted, by rows set aside: split conformal prediction, for numbers and for classes.

A score says how ill the truth suits an answer. Whatever the network is, the score of a new row that comes as the m rows
set aside did is with a probability of c at least no larger than the one of rank ceil((m + 1) c) among theirs
(Papadopoulos et al. 2002; Lei et al. 2018, arXiv 1604.04173, theorem 2.2).

>>> aside = Aside(np.arange(1.0, 100)[:, None])
>>> aside.limits(0.9)[0], aside.limits(0.5)[0]
(array([[90.]]), array([[50.]]))
>>> [round(share, 3) for share in coverage_range(99, 0.9)]
[0.847, 0.944]
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..data.frame import Cells, Texts, as_texts
from ..nn.arrays import Array
from ..nn.rows import listed
from ..nn.validation import between_0_and_1
from ..words import catalogue

SAY = catalogue("results")

MOST_ROWS = 4096
"""That are set aside and whose scores a model keeps: more tell no more."""
MOST_GROUPS = 40
"""That a column may part the rows set aside into."""


@dataclass(frozen=True)
class Aside:
    """What the rows set aside tell.

    scores    (m, n) by target: how far a number lies beyond the ends of its answer, divided by the members' deviation
              plus beta where there are members; of classes 1 - the probability of the right one
    beta      (n,) by target; empty where the answer of a row says nothing of its own of how far it may be off
    groups    {column: its cells in these rows}, of columns that part them into few groups
    """

    scores: Array = field(default_factory=lambda: np.empty((0, 0)))
    beta: Array = field(default_factory=lambda: np.empty(0))
    groups: Mapping[str, Texts] = field(default_factory=dict)

    def limits(
        self, coverage: float, by: str | None = None, cells: Cells | None = None
    ) -> tuple[Array, tuple[str, ...]]:
        """What scores (m, n) of new rows, or (1, n) of any, are at most, with a probability of ``coverage`` at least.

        by, cells: a column of ``groups`` and its cells in the new rows: the probability holds in each group for itself,
        by its own rows (Mondrian; Vovk et al. 2005). Groups that lack them go by all rows, and are returned as well.

        Raises ValueError for a coverage that so few rows cannot promise, and for a column that makes no groups.
        """
        of_all = limit(self.scores, coverage)
        if by is None or cells is None:
            return of_all[None], ()
        if by not in self.groups:
            there = SAY["error.groups"].filled(names=listed([*self.groups], 20)) if self.groups else SAY["error.none"]
            raise ValueError(SAY["error.no_groups"].filled(by=by, most=MOST_GROUPS, there=there))
        asked, known = as_texts(cells), self.groups[by]
        limits, without = np.tile(of_all, (len(asked.codes), 1)), []
        for code in np.unique(asked.codes).tolist():
            name = asked.levels[code] if code >= 0 else ""
            own = known.levels.index(name) if name in known.levels else -1 if code < 0 else -2
            scores = self.scores[known.codes == own]
            if rank(len(scores), coverage) <= len(scores):
                limits[asked.codes == code] = limit(scores, coverage)
            else:
                without.append(name)
        return limits, tuple(without)

    def ends(self, low: Array, middle: Array, high: Array, spread: Array, limits: Array) -> tuple[Array, Array]:
        """From where to where numbers lie, (m, n) each, for the ends of their answers and scores that are not exceeded.

        The answer itself is always within: quantiles that lay too far apart are moved in, and might pass each other.
        """
        reach = limits * (spread + self.beta if self.beta.size else 1.0)
        return np.minimum(low - reach, middle), np.maximum(high + reach, middle)

    def arrays(self) -> dict[str, Array]:
        """What a file holds beside the names of the groups; ``aside_in`` reads it."""
        groups = {f"groups.{i}": texts.codes for i, texts in enumerate(self.groups.values())}
        return {"errors": self.scores, "beta": self.beta, **groups}


def some(m: int) -> Array:
    """The rows of m that are kept: all, or evenly some thousands of them."""
    return np.arange(m)[:: 1 + m // MOST_ROWS]


def rank(m: int, coverage: float) -> int:
    """ceil((m + 1) coverage), above m where m rows cannot promise so much. Raises ValueError for what is no share."""
    return math.ceil((m + 1) * between_0_and_1("coverage", coverage))


def limit(scores: Array, coverage: float) -> Array:
    """The score (n,) of that rank in each column of scores (m, n). Raises ValueError where there are too few."""
    m = len(scores)
    place = rank(m, coverage)
    if not m:
        raise ValueError(SAY["error.nothing_aside"].filled(coverage=coverage))
    if place > m:
        most = math.floor(1000 * m / (m + 1)) / 1000
        raise ValueError(SAY["error.coverage"].filled(coverage=coverage, m=m, most=most))
    found: Array = np.partition(scores, place - 1, axis=0)[place - 1]
    return found


def coverage_range(m: int, coverage: float) -> tuple[float, float]:
    """Between what shares of new rows the promise will hold, in nine cases of ten: it depends on which m rows it was.

    The share is Beta(k, m + 1 - k) distributed, k the rank (Vovk 2012, arXiv 1209.2673): its 5 % and 95 % quantiles.
    It is below x where k at least of m rows are, so that its distribution function is a sum of binomial terms.

    Raises ValueError as ``limit`` does.
    """
    limit(np.zeros((m, 1)), coverage)
    j = np.arange(rank(m, coverage), m + 1)
    factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, m + 1)))])
    ways = factorials[m] - factorials[j] - factorials[m - j]

    def quantile(p: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(50):
            x = (low + high) / 2
            below = np.exp(ways + j * np.log(x) + (m - j) * np.log1p(-x)).sum()
            low, high = (low, x) if below > p else (x, high)
        return low

    return quantile(0.05), quantile(0.95)


def excess(Y: Array, low: Array, high: Array) -> Array:
    """How far numbers lie beyond the ends of their answers, below 0 inside: max(low - y, y - high).

    The error's size |y - y_hat| for an answer without extent; between two quantiles the score of conformalised quantile
    regression (Romano, Patterson and Candes 2019, arXiv 1905.03222).
    """
    return np.maximum(low - Y, Y - high)


def usual_size(errors: Array) -> Array:
    """beta (n,), which is added to the members' deviation before errors (m, n) are divided by it: their median size.

    The deviation tells of what another network would have learnt from the same rows, and nothing of the noise that all
    members share; the median error is about that. By the deviation alone, or with its median for beta, intervals are
    longer wherever noise is most of the error. 1 where the median is 0.

    >>> usual_size(np.array([[1.0], [-3.0], [2.0]]))
    array([2.])
    """
    beta = np.median(np.abs(errors), axis=0)
    return np.where(beta > 0, beta, 1.0)


def likely(P: Array, most: Array) -> Array:
    """Which classes (m, K) have a score of ``most`` (m,) or less, 1 - P; the likeliest is always among them.

    >>> likely(np.array([[0.7, 0.2, 0.1], [0.4, 0.35, 0.25]]), np.array([0.7])).tolist()
    [[True, False, False], [True, True, False]]
    """
    return (most[:, None] >= 1 - P) | (np.arange(P.shape[1]) == P.argmax(axis=1)[:, None])


def groups_in(columns: Mapping[str, Cells]) -> dict[str, Texts]:
    """The columns that part their rows into a few groups, of two rows at least on average, by their cells as texts.

    Empty cells are a group as well.

    >>> from ..data.frame import frame_of
    >>> list(groups_in(frame_of({"city": ["Oslo", "Turku"] * 2, "same": [1] * 4, "age": [30, 31, 32, 33]}).columns))
    ['city']
    """
    texts = {name: as_texts(cells) for name, cells in columns.items()}
    groups = {name: len(np.unique(one.codes)) for name, one in texts.items()}
    few = [name for name, k in groups.items() if 2 <= k <= min(MOST_GROUPS, len(texts[name].codes) // 2)]
    return {name: Texts(texts[name].codes.astype(np.int8), texts[name].levels) for name in few}


def aside_in(arrays: Mapping[str, Array], details: Mapping[str, Any]) -> Aside:
    """What a file's arrays and details say of rows set aside; a file of before there were groups has none.

    Raises ValueError for what does not fit together.
    """
    scores, beta = arrays["errors"], arrays.get("beta", np.empty(0))
    named = enumerate(details.get("groups", ()))
    groups = {str(name): Texts(arrays[f"groups.{i}"], tuple(map(str, levels))) for i, (name, levels) in named}
    for codes, levels in groups.values():
        if codes.shape != (len(scores),) or codes.dtype.kind != "i" or not (codes < len(levels)).all():
            raise ValueError(SAY["error.other_groups"])
    if scores.ndim != 2 or np.isnan(scores).any():
        raise ValueError(SAY["error.no_scores"])
    return Aside(scores, beta, groups)


def lacking(by: str | None, groups: Sequence[str], coverage: float) -> str:
    """What is said of groups with too few rows set aside.

    >>> lacking("city", ["Zug", ""], 0.9)
    "too few rows with 'Zug', '' in 'city' were set aside for coverage 0.9: there the rows of all groups stand in"
    """
    few = f"too few rows with {listed(list(groups), 5)} in {by!r} were set aside for coverage {coverage:g}"
    return f"{few}: there the rows of all groups stand in"
