"""Mistakes in the mean over the samples, −(1/m) Σ, of J."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...words import Text
from ..equations import EQUATIONS, Work
from ..search import Mistake
from .samples import losses

cross_entropy = EQUATIONS["J"].compute
MEAN = Text(
    "Two classes equally good, one twice as large: should their costs differ?",
    "两个班成绩一样好，其中一个人数多一倍：它们的代价应当不同吗？",
)
ONE_NUMBER = Text(
    "A cost is one number for all samples. What turns many into one?",
    "代价是所有样本共有的一个数。怎样把许多数变成一个？",
)
WRONG_AXIS = Text(
    "The cost is still one number for each sample: axis 0 runs over the output units, the samples lie along axis 1.",
    "代价仍是每个样本一个数：axis=0 是沿输出单元的方向，样本排在 axis=1 上。",
)
NOT_SUMMED = Text(
    "The cost is still one number for each sample: the sum over samples is missing.",
    "代价仍是每个样本一个数：没有对样本求和。",
)


def scaled(name: str, divisor: str, factor: Callable[[Work], float], claim: Text) -> Mistake:
    """The cost with another number than m below the fraction line."""
    return Mistake(
        name,
        "J",
        lambda v, l: cross_entropy(v, l) * factor(v),
        f"J = −{divisor} Σ [Y log A[{{l}}] + (1 − Y) log(1 − A[{{l}}])]".replace("−  Σ", "−Σ"),
        claim,
        MEAN,
    )


def half(name: str, sign: str, second: float) -> Mistake:
    """The cost whose first sum is not divided by m, because a division binds tighter than an addition."""

    def compute(v: Work, l: int) -> Any:
        ones, zeros = (v.Y * np.log(v.A[l])).sum(), ((1 - v.Y) * np.log(1 - v.A[l])).sum()
        return -ones + second * zeros / v.m

    return Mistake(
        name,
        "J",
        compute,
        f"J = −Σ Y log A[{{l}}] {sign} (1/m) Σ (1 − Y) log(1 − A[{{l}}])",
        Text(
            "Only the second sum is divided by m" + (", and only the first has the minus" if second > 0 else "") + ".",
            "只有第二个和除以了 m" + ("，负号也只作用于第一个和" if second > 0 else "") + "。",
        ),
        Text("Which part of the line does the division by m belong to?", "除以 m 作用于这一行的哪一部分？"),
    )


def unsummed(name: str, seen: str, many: Callable[[Work, int], Any], claim: Text) -> Mistake:
    """Many numbers where the cost is one."""
    return Mistake(name, "J", many, seen, claim, ONE_NUMBER)


COST_MEAN = (
    half("cost with 1/m on the second sum alone", "−", -1),
    half("cost with minus on the first sum and 1/m on the second", "+", 1),
    scaled(
        "cost without 1/m",
        " ",
        lambda v: v.m,
        Text(
            "The cost is m = {m} times too large: it is a sum, not a mean (or m was taken from Y.shape[0], "
            "which is 1).",
            "代价是应有值的 m = {m} 倍：它是总和而不是平均（或者 m 取自 Y.shape[0]，那是 1）。",
        ),
    ),
    scaled(
        "cost with 1/m twice",
        "(1/m²)",
        lambda v: 1 / v.m,
        Text(
            "The cost is m = {m} times too small: it is divided by m twice. np.mean has done it once already.",
            "代价只有应有值的 1/m（m = {m}）：除了两次 m。np.mean 已经除过一次了。",
        ),
    ),
    scaled(
        "cost with 1/(2m)",
        "(1/2m)",
        lambda v: 1 / 2,
        Text(
            "The cost is half of what it should be: 1/(2m) belongs to the squared error, the cross-entropy has 1/m.",
            "代价只有应有的一半：1/(2m) 是平方误差的写法，交叉熵用 1/m。",
        ),
    ),
    scaled(
        "cost with 1/(m - 1)",
        "(1/(m − 1))",
        lambda v: v.m / (v.m - 1),
        Text("The cost is divided by m − 1, one sample too few.", "代价除以了 m − 1，少算了一个样本。"),
    ),
    scaled(
        "cost with 1 // m",
        "(1 // m)",
        lambda v: 0,
        Text(
            "The cost is always 0: 1 // m divides whole numbers and leaves 0 (or the sum is never added up).",
            "代价恒为 0：1 // m 是整数除法，结果是 0（或者根本没有累加）。",
        ),
    ),
    Mistake(
        "cost with its sum closed too early",
        "J",
        lambda v, l: (-(v.Y * np.log(v.A[l])).sum() - (1 - v.Y) * np.log(1 - v.A[l])) / v.m,
        "J = −(1/m) [Σ(Y log A[{l}]) + (1 − Y) log(1 − A[{l}])]",
        Text(
            "The sum covers only Y log A: its bracket closes too early, and the second term stays one number "
            "for each sample.",
            "求和只包住了 Y log A：括号关得太早，第二项仍是每个样本一个数。",
        ),
        ONE_NUMBER,
    ),
    unsummed("cost not summed", "J = −[Y log A[{l}] + (1 − Y) log(1 − A[{l}])]", losses, NOT_SUMMED),
    unsummed(
        "cost not summed but divided",
        "J = −(1/m) [Y log A[{l}] + (1 − Y) log(1 − A[{l}])]",
        lambda v, l: losses(v, l) / v.m,
        NOT_SUMMED,
    ),
    unsummed(
        "cost summed over units",
        "J = −Σⱼ [Y log A[{l}] + (1 − Y) log(1 − A[{l}])]",
        lambda v, l: losses(v, l).sum(axis=0),
        WRONG_AXIS,
    ),
    unsummed(
        "cost summed over units and divided",
        "J = −(1/m) Σⱼ [Y log A[{l}] + (1 − Y) log(1 − A[{l}])]",
        lambda v, l: losses(v, l).sum(axis=0) / v.m,
        WRONG_AXIS,
    ),
)
