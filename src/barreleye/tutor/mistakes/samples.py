"""Mistakes of a loop over the samples: one of them counts alone, one is left out, or all are divided again and again.

dW, db and J are sums over the samples in which each counts 1/m; here each has a weight of its own. And A[L] has a
column for each sample; here some are never filled.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ...words import Text
from ..equations import Compute, Work
from ..search import Mistake
from .guards import output


class Counted(NamedTuple):
    """What each of m samples counts; on paper, what stands before a sample's share, and which sample it is."""

    name: str
    weights: Callable[[int], Any]
    front: str
    sample: str
    claim: Text
    hint: Text


def one(m: int, i: int) -> Any:
    """The weight 1 for sample i, and 0 for the others."""
    return np.eye(m)[i]


OVERWRITTEN = Text(
    "{q}: only the last of the {m} samples counts. Each turn of the loop overwrites the one before: = stands where += "
    "should.",
    "{q}：{m} 个样本里只有最后一个起作用。循环每转一圈都覆盖了前一圈的结果：应当用 +=，而不是 =。",
)
FIRST = Text(
    "{q}: only the first of the {m} samples counts. Does the function return, or the sum start anew, inside the loop?",
    "{q}：{m} 个样本里只有第一个起作用。是不是在循环里面就 return 了，或者没有逐个样本累加？",
)
ADDED = Text(
    "Follow your loop by hand for two samples. What is left of the first when the second is done?",
    "用两个样本手动走一遍循环：算完第二个时，第一个还剩下什么？",
)
INDENTED = Text(
    "Which lines of yours belong to the loop, and which come after it? Their indentation tells.",
    "哪些行属于循环，哪些应在循环之后？看缩进就知道。",
)
NO_LAST = Text(
    "{q}: the last of the {m} samples is left out. range(m) ends at m − 1 already.",
    "{q}：{m} 个样本中漏掉了最后一个。range(m) 本来就只到 m − 1。",
)
NO_FIRST = Text(
    "{q}: the first of the {m} samples is left out. Python counts from 0: its index is 0.",
    "{q}：{m} 个样本中漏掉了第一个。Python 从 0 开始计数：它的下标是 0。",
)
EVERY = Text("Which values does your loop variable take, for three samples?", "有三个样本时，循环变量依次取哪些值？")

COUNTED = (
    Counted("from the last sample alone", lambda m: one(m, -1) / m, "(1/m) ", "⁽ᵐ⁾", OVERWRITTEN, ADDED),
    Counted("from the last sample alone, without 1/m", lambda m: one(m, -1), "", "⁽ᵐ⁾", OVERWRITTEN, ADDED),
    Counted("from the first sample alone", lambda m: one(m, 0) / m, "(1/m) ", "⁽¹⁾", FIRST, INDENTED),
    Counted("from the first sample alone, without 1/m", lambda m: one(m, 0), "", "⁽¹⁾", FIRST, INDENTED),
    Counted(
        "without the last sample",
        lambda m: (1 - one(m, -1)) / m,
        "(1/m) Σ₍ᵢ<ₘ₎ ",
        "⁽ⁱ⁾",
        NO_LAST,
        EVERY,
    ),
    Counted(
        "without the first sample",
        lambda m: (1 - one(m, 0)) / m,
        "(1/m) Σ₍ᵢ>₁₎ ",
        "⁽ⁱ⁾",
        NO_FIRST,
        EVERY,
    ),
    Counted(
        "divided by m in the loop",
        lambda m: float(m) ** -np.arange(m, 0, -1),
        "Σᵢ (1/mᵐ⁻ⁱ⁺¹) ",
        "⁽ⁱ⁾",
        Text(
            "{q}: the sum is divided by m again after each sample, so that the early ones hardly count. Divide once, "
            "after the loop.",
            "{q}：每加一个样本就又除以一次 m，前面的样本几乎不起作用。应当在循环结束后只除一次。",
        ),
        INDENTED,
    ),
)


def losses(v: Work, l: int) -> Any:
    """The loss of each sample, (n_y, m)."""
    return -(v.Y * np.log(v.A[l]) + (1 - v.Y) * np.log(1 - v.A[l]))


def weighted(q: str, weights: Callable[[int], Any]) -> Compute:
    """dW, db or J, with these weights of the samples."""
    computes: dict[str, Compute] = {
        "dW": lambda v, l: (v.dZ[l] * weights(v.m)) @ v.A[l - 1].T,
        "db": lambda v, l: (v.dZ[l] * weights(v.m)).sum(axis=1, keepdims=True),
        "J": lambda v, l: (losses(v, l) * weights(v.m)).sum(),
    }
    return computes[q]


PAPER = {
    "dW": "dW[{{l}}] = {front}dZ[{{l}}]{i} (A[{{p}}]{i})ᵀ",
    "db": "db[{{l}}] = {front}dZ[{{l}}]{i}",
    "J": "J = −{front}[Y log A[{{l}}] + (1 − Y) log(1 − A[{{l}}])]{i}",
}


def mistake(q: str, named: str, counted: Counted, *also: str) -> Mistake:
    """The mistake in dW, db or J, and in these equations too."""
    return Mistake(
        f"{named} {counted.name}",
        q,
        weighted(q, counted.weights),
        PAPER[q].format(front=counted.front, i=counted.sample),
        counted.claim,
        counted.hint,
        tuple((other, weighted(other, counted.weights)) for other in also),
    )


GRADIENT_SAMPLES = (
    *(mistake("dW", "gradients", counted, "db") for counted in COUNTED),
    *(mistake(q, q, counted) for counted in COUNTED if counted.claim == OVERWRITTEN for q in ("dW", "db")),
)
COST_SAMPLES = tuple(mistake("J", "cost", counted) for counted in COUNTED)


def columns(filled: Callable[[Any], Any]) -> Compute:
    """A[L], of which only some columns are filled; the others are as np.zeros made them."""
    return lambda v, l: filled(output(v, l).g[l](v.Z[l]))


def only(i: int, A: Any) -> Any:
    """The column of sample i in its place, and zeros."""
    return A * one(A.shape[1], i)


OUTPUT_SAMPLES = (
    Mistake(
        "output without the last sample",
        "A",
        columns(lambda A: A - only(-1, A)),
        "A[{l}]⁽ᵐ⁾ = 0",
        NO_LAST,
        EVERY,
    ),
    Mistake(
        "output without the first sample",
        "A",
        columns(lambda A: A - only(0, A)),
        "A[{l}]⁽¹⁾ = 0",
        NO_FIRST,
        EVERY,
    ),
    Mistake(
        "output of the first sample alone",
        "A",
        columns(lambda A: only(0, A)),
        "A[{l}]⁽ⁱ⁾ = 0 for i > 1",
        Text(
            "{q}: only the first of the {m} samples has its output, the others are still 0. Does the function return "
            "inside the loop?",
            "{q}：{m} 个样本里只有第一个算出了输出，其余仍是 0。是不是在循环里面就 return 了？",
        ),
        INDENTED,
    ),
    Mistake(
        "output of the last sample alone",
        "A",
        columns(lambda A: only(-1, A)),
        "A[{l}]⁽ⁱ⁾ = 0 for i < m",
        Text(
            "{q}: only the last of the {m} samples has its output, the others are 0. Is the array made anew inside the "
            "loop?",
            "{q}：{m} 个样本里只有最后一个有输出，其余都是 0。是不是在循环里面又重新建了数组？",
        ),
        INDENTED,
    ),
    Mistake(
        "output of the last sample in the first column",
        "A",
        columns(lambda A: only(0, np.roll(A, 1, axis=1))),
        "A[{l}]⁽¹⁾ = {g}(Z[{l}]⁽ᵐ⁾)",
        Text(
            "{q}: every sample is written into the first column, so the last one stands there in the end and the "
            "others are 0.",
            "{q}：每个样本都写进了第一列，最后留在那里的是最后一个样本，其余各列都是 0。",
        ),
        Text("Which index moves with your loop over the samples?", "对样本循环时，哪个下标在变？"),
    ),
)
