"""Mistakes in the starting parameters: W[l] random and small, b[l] zeros, for the layers 1 to L."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..flaws import WORDS, Flaw
from ..report import FRAGILE, UNJUDGED


class Start(NamedTuple):
    """The sizes n[0..L] given to an initialization; W and b by layer as it gave them, and every name that it used."""

    n: Sequence[int]
    W: Mapping[int, np.ndarray]
    b: Mapping[int, np.ndarray]
    names: frozenset[tuple[str, int]]

    @property
    def L(self) -> int:
        return len(self.n) - 1


Seen = Sequence[Start]
"""Some trials; the first has layers so large that the spread of its weights can be told."""
Shows = Callable[[Seen], dict[str, Any] | bool | None]
Wrong = Callable[[np.ndarray, int, Sequence[int]], bool]
"""Whether a W or b is wrong, told from its numbers, its layer, and the sizes."""

W_SHOULD = WORDS["should.W"]
W_CODE = "np.random.randn(n[l], n[l-1]) * np.sqrt(2 / n[l-1])"
B_SHOULD, B_CODE = WORDS["should.b"], "np.zeros((n[l], 1))"


def where(layers: Iterable[int], letter: str) -> dict[str, Any] | None:
    """The names of the parameters of some layers, as {q}; None where there are none."""
    names = [f"{letter}{l}" for l in layers]
    return {"q": ", ".join(names)} if names else None


def some(letter: str, wrong: Wrong) -> Shows:
    """Shows where some W or b of the first trial is wrong."""

    def shows(seen: Seen) -> dict[str, Any] | None:
        start = seen[0]
        return where([l for l, array in getattr(start, letter).items() if wrong(array, l, start.n)], letter)

    return shows


def always(letter: str, wrong: Wrong) -> Shows:
    """Shows where every W or b of every trial is so."""

    def shows(seen: Seen) -> bool:
        arrays = [(array, l, start.n) for start in seen for l, array in getattr(start, letter).items()]
        return bool(arrays) and all(wrong(*one) for one in arrays)

    return shows


# Which parameters there are


def missing(seen: Seen) -> set[tuple[str, int]]:
    start = seen[0]
    return {(letter, l) for l in range(1, start.L + 1) for letter in "Wb" if l not in getattr(start, letter)}


def missing_last(seen: Seen) -> dict[str, Any] | None:
    L = seen[0].L
    return {"L": L} if L > 1 and missing(seen) == {("W", L), ("b", L)} and not from_zero(seen) else None


def from_zero(seen: Seen) -> bool:
    return ("W", 0) in seen[0].names and ("W", seen[0].L) not in seen[0].names


def too_many(seen: Seen) -> dict[str, Any] | None:
    extra = sorted(l for letter, l in seen[0].names if letter == "W" and (l < 1 or l > seen[0].L))
    return {"q": f"W{extra[0]}"} if extra and not missing(seen) else None


def parameters(name: str, shows: Shows, hint: str, verdict: str = "wrong") -> Flaw[Seen]:
    return Flaw(name, "parameters", shows, hint, should="W[l] and b[l] for l = 1, ..., L", verdict=verdict)


PARAMETERS = (
    parameters(
        "weights without biases", lambda seen: missing(seen) == {("b", l) for l in range(1, seen[0].L + 1)}, "needed"
    ),
    parameters("layers numbered from 0", from_zero, "begins", UNJUDGED),
    parameters("last layer without parameters", missing_last, "last of range"),
    parameters("a layer too many", too_many, "first of range"),
)

# The weights


def layers_alike(seen: Seen) -> bool:
    """Whether every layer starts with the numbers of the first one, scaled or not: one seed, set again for each."""
    W = list(seen[0].W.values())
    if len(W) < 2 or any(np.ptp(one) == 0 for one in W):
        return False
    first = W[0].ravel()
    for one in W[1:]:
        k = min(first.size, one.size, 30)
        ratios = one.ravel()[:k] / np.where(first[:k] == 0, np.nan, first[:k])
        if not np.allclose(ratios, ratios[0], rtol=1e-6):
            return False
    return True


def too_large(W: np.ndarray, l: int, n: Sequence[int]) -> bool:
    """More than twice as wide as He's rule, the widest of the usual ones, and than Xavier's for two inputs."""
    return bool(np.std(W) > max(2.2 * np.sqrt(2 / n[l - 1]), np.sqrt(1 / 2)))


def weights(name: str, shows: Shows, hint: str, seen: str = "", verdict: str = "wrong") -> Flaw[Seen]:
    return Flaw(name, "W", shows, hint, seen, W_SHOULD, W_CODE, verdict)


WEIGHTS = (
    weights(
        "W transposed at the start",
        always("W", lambda W, l, n: W.shape == (n[l - 1], n[l]) and n[l - 1] != n[l]),
        "rows",
        WORDS["seen.transposed"],
    ),
    weights("W starts at zero", some("W", lambda W, l, n: not W.any()), "alike", "W[l] = 0"),
    weights(
        "W starts with one number",
        some("W", lambda W, l, n: np.ptp(W) == 0),
        "alike",
        WORDS["seen.same"],
    ),
    weights(
        "units start alike",
        some("W", lambda W, l, n: len(W) > 1 and not np.ptp(W, axis=0).any()),
        "alike",
        WORDS["seen.repeated"],
    ),
    weights("W starts as integers", some("W", lambda W, l, n: W.dtype.kind in "iu"), "fractions"),
    weights("W starts positive", some("W", lambda W, l, n: W.min() >= 0), "rand", verdict=FRAGILE),
    weights("W starts too large", some("W", too_large), "spread", verdict=FRAGILE),
    weights("W starts too small", some("W", lambda W, l, n: bool(0 < np.std(W) < 1e-5)), "spread", verdict=FRAGILE),
)
SEEDS = (
    Flaw[Seen](
        "one seed for every layer",
        "seed",
        layers_alike,
        "seed",
        WORDS["seen.seeds"],
        WORDS["seen.seed"],
        "np.random.seed(3) before the loop",
        FRAGILE,
    ),
)

# The biases


def lying(seen: Seen) -> dict[str, Any]:
    """The shape of biases that are no columns."""
    return {"shape": "(1, n[l])" if next(iter(seen[0].b.values())).ndim == 2 else "(n[l],)"}


def biases(name: str, shows: Shows, hint: str, seen: str = "", verdict: str = "wrong") -> Flaw[Seen]:
    return Flaw(name, "b", shows, hint, seen, B_SHOULD, B_CODE, verdict)


BIASES = (
    biases(
        "b of the layer before",
        always("b", lambda b, l, n: b.size == n[l - 1] and n[l - 1] != n[l]),
        "added to",
        WORDS["seen.layer_before"],
    ),
    biases(
        "one b for a whole layer",
        always("b", lambda b, l, n: b.size == 1 and n[l] != 1),
        "units",
        WORDS["seen.number"],
    ),
    biases("b starts as integers", some("b", lambda b, l, n: b.dtype.kind in "iu"), "dtype", verdict=FRAGILE),
)
LYING_BIAS = biases("b that does not fit", lying, "column")
FLAT_BIAS = biases("b is no column", lying, "column", verdict=FRAGILE)

INITIALIZATION = (*PARAMETERS, *WEIGHTS, *SEEDS, *BIASES)
