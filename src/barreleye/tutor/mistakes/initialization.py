"""Mistakes in the starting parameters: W[l] and b[l] for the layers 1 to L."""

from typing import Any

from ...words import NOTHING, Text
from ..flaws import Flaw
from ..report import UNJUDGED
from .start import Seen, Shows
from .starting_biases import BIASES
from .starting_weights import SEEDS, WEIGHTS


def _parameters(name: str, shows: Shows, claim: Text, hint: Text = NOTHING, verdict: str = "wrong") -> Flaw[Seen]:
    return Flaw(name, "parameters", shows, claim, hint, "W[l] and b[l] for l = 1, ..., L", verdict=verdict)


def missing(seen: Seen) -> set[tuple[str, int]]:
    start = seen[0]
    return {(letter, l) for l in range(1, start.L + 1) for letter in "Wb" if l not in getattr(start, letter)}


def missing_last(seen: Seen) -> dict[str, Any] | None:
    L = seen[0].L
    return {"L": L} if L > 1 and missing(seen) == {("W", L), ("b", L)} and not _from_zero(seen) else None


def _from_zero(seen: Seen) -> bool:
    return ("W", 0) in seen[0].names and ("W", seen[0].L) not in seen[0].names


def too_many(seen: Seen) -> dict[str, Any] | None:
    extra = sorted(l for letter, l in seen[0].names if letter == "W" and (l < 1 or l > seen[0].L))
    return {"q": f"W{extra[0]}"} if extra and not missing(seen) else None


PARAMETERS = (
    _parameters(
        "weights without biases",
        lambda seen: {} if missing(seen) == {("b", l) for l in range(1, seen[0].L + 1)} else None,
        Text("There are weights W, but no biases b in what it returns.", "返回值里有权重 W，却没有偏置 b。"),
        Text("Which numbers does Z = W A + b need?", "计算 Z = W A + b 需要哪些数？"),
    ),
    _parameters(
        "layers numbered from 0",
        lambda seen: {} if _from_zero(seen) else None,
        Text(
            "Its layers are numbered from 0 (W0, b0, ...). The course begins with W1, so that W[l] leads into layer l.",
            "它的层从 0 开始编号（W0、b0 ……）。课程从 W1 开始，W[l] 通向第 l 层。",
        ),
        Text(
            "Where does your loop over the layers begin, and where does it end?",
            "遍历各层的循环从哪里开始，到哪里结束？",
        ),
        UNJUDGED,
    ),
    _parameters(
        "last layer without parameters",
        missing_last,
        Text(
            "W{L} and b{L} are missing: the loop ends one layer too early.",
            "缺少 W{L} 和 b{L}：循环少走了最后一层。",
        ),
        Text(
            "layer_dims has L + 1 numbers. What is the last l that range gives you?",
            "layer_dims 有 L + 1 个数。range 给出的最后一个 l 是多少？",
        ),
    ),
    _parameters(
        "a layer too many",
        too_many,
        Text(
            "There is a {q} too: the input is no layer of its own, and len(parameters) // 2 now counts one layer "
            "too many.",
            "多出了 {q}：输入本身不算一层，而且 len(parameters) // 2 会因此多数一层。",
        ),
        Text("Which l does the loop begin with, and which should it?", "循环从哪个 l 开始？应当从哪个开始？"),
    ),
)
INITIALIZATION = (*PARAMETERS, *WEIGHTS, *SEEDS, *BIASES)
