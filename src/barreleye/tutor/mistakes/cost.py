"""Mistakes in J = −(1/m) Σ [Y log A + (1 − Y) log(1 − A)]; those in its mean are in ``cost_mean``."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...words import Text
from ..equations import EQUATIONS, Work
from ..search import Mistake
from .cost_mean import COST_MEAN
from .samples import COST_SAMPLES

cross_entropy = EQUATIONS["J"].compute
ONE_SAMPLE = Text(
    "Try one sample by hand: Y = 1 and A = 0.9. It was nearly right: is its cost small?",
    "手算一个样本：Y = 1，A = 0.9。预测几乎正确：代价小吗？",
)
BOTH = Text(
    "Take a sample with Y = 1 and one with Y = 0. Which term speaks for each of them?",
    "取一个 Y = 1 的样本和一个 Y = 0 的样本：公式中的哪一项在管它们？",
)
WHICH_LOG = Text("Which logarithm has the derivative 1/x?", "哪一种对数的导数是 1/x？")


def summed(name: str, seen: str, inside: Callable[[Work, Any], Any], claim: Text, hint: Text) -> Mistake:
    """−(1/m) Σ of something else than Y log A + (1 − Y) log(1 − A)."""
    return Mistake(name, "J", lambda v, l: inside(v, v.A[l]).sum() / v.m, seen, claim, hint)


COST = (
    Mistake(
        "cost without minus",
        "J",
        lambda v, l: -cross_entropy(v, l),
        "J = (1/m) Σ [Y log A[{l}] + (1 − Y) log(1 − A[{l}])]",
        Text("The cost is negative: the minus sign before the sum is missing.", "代价成了负数：求和前少了负号。"),
        Text(
            "The logarithm of a probability is never positive. Should a cost be negative?",
            "概率的对数不会是正数。代价应当是负数吗？",
        ),
    ),
    summed(
        "cost of the ones only",
        "J = −(1/m) Σ Y log A[{l}]",
        lambda v, A: -v.Y * np.log(A),
        Text(
            "The cost counts only the samples with Y = 1: the term (1 − Y) log(1 − A) is missing.",
            "代价只算了 Y = 1 的样本：少了 (1 − Y) log(1 − A) 这一项。",
        ),
        BOTH,
    ),
    summed(
        "cost of the zeros only",
        "J = −(1/m) Σ (1 − Y) log(1 − A[{l}])",
        lambda v, A: -(1 - v.Y) * np.log(1 - A),
        Text(
            "The cost counts only the samples with Y = 0: the term Y log A is missing.",
            "代价只算了 Y = 0 的样本：少了 Y log A 这一项。",
        ),
        BOTH,
    ),
    summed(
        "cost with Y and 1 - Y swapped",
        "J = −(1/m) Σ [(1 − Y) log A[{l}] + Y log(1 − A[{l}])]",
        lambda v, A: -((1 - v.Y) * np.log(A) + v.Y * np.log(1 - A)),
        Text(
            "The cost rewards the wrong answer: Y and 1 − Y (or A and 1 − A) have changed places.",
            "代价在奖励错误的答案：Y 与 1 − Y（或 A 与 1 − A）的位置换了。",
        ),
        BOTH,
    ),
    summed(
        "cost with minus between its terms",
        "J = −(1/m) Σ [Y log A[{l}] − (1 − Y) log(1 − A[{l}])]",
        lambda v, A: -(v.Y * np.log(A) - (1 - v.Y) * np.log(1 - A)),
        Text(
            "The second term has the wrong sign: the two are added, and the minus before the bracket holds for both.",
            "第二项的符号错了：两项应当相加，括号前的负号对两项都起作用。",
        ),
        ONE_SAMPLE,
    ),
    summed(
        "cost with log A twice",
        "J = −(1/m) Σ [Y log A[{l}] + (1 − Y) log A[{l}]]",
        lambda v, A: -(v.Y * np.log(A) + (1 - v.Y) * np.log(A)),
        Text(
            "The second logarithm is of A once more; the probability of a 0 is 1 − A.",
            "第二个对数取的还是 A；而标签为 0 的概率是 1 − A。",
        ),
        Text("If a 1 has the probability A, which one has a 0?", "标签为 1 的概率是 A，那么为 0 的概率是多少？"),
    ),
    summed(
        "cost with log(1 + A)",
        "J = −(1/m) Σ [Y log A[{l}] + (1 − Y) log(1 + A[{l}])]",
        lambda v, A: -(v.Y * np.log(A) + (1 - v.Y) * np.log(1 + A)),
        Text(
            "The second logarithm is of 1 + A; the probability of a 0 is 1 − A.",
            "第二个对数取的是 1 + A；而标签为 0 的概率是 1 − A。",
        ),
        Text("If a 1 has the probability A, which one has a 0?", "标签为 1 的概率是 A，那么为 0 的概率是多少？"),
    ),
    summed(
        "cost is the squared error",
        "J = (1/m) Σ (A[{l}] − Y)²",
        lambda v, A: (A - v.Y) ** 2,
        Text(
            "The cost is the mean squared error; for a probability the course takes the cross-entropy.",
            "代价用了均方误差；对概率，课程用的是交叉熵。",
        ),
        ONE_SAMPLE,
    ),
    summed(
        "cost is half the squared error",
        "J = (1/2m) Σ (A[{l}] − Y)²",
        lambda v, A: (A - v.Y) ** 2 / 2,
        Text(
            "The cost is half the mean squared error; for a probability the course takes the cross-entropy.",
            "代价用了均方误差的一半；对概率，课程用的是交叉熵。",
        ),
        ONE_SAMPLE,
    ),
    summed(
        "cost is the absolute error",
        "J = (1/m) Σ |A[{l}] − Y|",
        lambda v, A: abs(A - v.Y),
        Text(
            "The cost is the mean distance |A − Y|; for a probability the course takes the cross-entropy.",
            "代价用了平均绝对误差 |A − Y|；对概率，课程用的是交叉熵。",
        ),
        ONE_SAMPLE,
    ),
    Mistake(
        "cost with log10",
        "J",
        lambda v, l: cross_entropy(v, l) / np.log(10),
        "J = −(1/m) Σ [Y log₁₀ A[{l}] + (1 − Y) log₁₀(1 − A[{l}])]",
        Text(
            "The logarithms are to base 10; the natural one, np.log, is meant.",
            "对数用了以 10 为底的 log10；应当用自然对数 np.log。",
        ),
        WHICH_LOG,
    ),
    Mistake(
        "cost with log2",
        "J",
        lambda v, l: cross_entropy(v, l) / np.log(2),
        "J = −(1/m) Σ [Y log₂ A[{l}] + (1 − Y) log₂(1 − A[{l}])]",
        Text(
            "The logarithms are to base 2 (a cost in bits); the natural one, np.log, is meant.",
            "对数用了以 2 为底的 log2（得到的是比特数）；应当用自然对数 np.log。",
        ),
        WHICH_LOG,
    ),
    Mistake(
        "cost with A and Y swapped",
        "J",
        lambda v, l: np.inf,
        "J = −(1/m) Σ [A[{l}] log Y + (1 − A[{l}]) log(1 − Y)]",
        Text(
            "The cost is infinite, though A lies well between 0 and 1: a logarithm is taken of the labels, and "
            "log 0 = −∞. Have "
            "A and Y changed places?",
            "A 明明在 0 与 1 之间，代价却是无穷大：对标签取了对数，而 log 0 = −∞。A 与 Y 是不是写反了？",
        ),
        Text("Which of A and Y is never exactly 0 or 1?", "A 与 Y 中，哪个不会恰好等于 0 或 1？"),
    ),
    Mistake(
        "cost with a logarithm that does not exist",
        "J",
        lambda v, l: np.nan,
        "J = NaN",
        Text(
            "The cost is NaN, though A lies well between 0 and 1: a logarithm is taken of something that is not "
            "positive, such as "
            "1 − Y, A − 1 or −A.",
            "A 明明在 0 与 1 之间，代价却是 NaN：对不是正数的量取了对数，例如 1 − Y、A − 1 或 −A。",
        ),
        Text("Print what each np.log is given. Is all of it positive?", "打印每个 np.log 的自变量：都是正数吗？"),
    ),
    *COST_MEAN,
    *COST_SAMPLES,
)
