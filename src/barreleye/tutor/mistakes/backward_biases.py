"""Mistakes in db[l] = (1/m) Σᵢ dZ[l]⁽ⁱ⁾."""

from collections.abc import Callable
from typing import Any

from ...words import Text
from ..equations import Work
from ..search import Mistake
from .guards import other, units

EACH = Text(
    "b[{l}] has one number for each unit, shape (n[{l}], 1). What must be summed, then, and what must not?",
    "b[{l}] 每个单元一个数，形状是 (n[{l}], 1)。那么应当对什么求和，不应对什么求和？",
)
WHOSE = Text(
    "b[{l}] is added to Z[{l}], once for each sample. Which error does it feel?",
    "b[{l}] 对每个样本都加在 Z[{l}] 上。它感受到的是哪个误差？",
)


def bias(name: str, seen: str, compute: Callable[[Work, int], Any], claim: Text, hint: Text = EACH) -> Mistake:
    return Mistake(name, "db", lambda v, l: compute(v, l) / v.m, f"db[{{l}}] = {seen}", claim, hint)


BIASES = (
    bias(
        "db summed over units too",
        "(1/m) Σⱼ Σᵢ dZ[{l}]ⱼ⁽ⁱ⁾",
        lambda v, l: units(v, l).dZ[l].sum(),
        Text(
            "{q}: one number for all units. Without axis=1 the sum runs over the units too, and every bias gets "
            "the same push.",
            "{q}：所有单元共用一个数。没有 axis=1，求和把单元也加在一起，每个偏置得到同样的更新。",
        ),
    ),
    bias(
        "db averaged over units too",
        "mean over units and samples of dZ[{l}]",
        lambda v, l: units(v, l).dZ[l].mean() * v.m,
        Text(
            "{q}: one number for all units, the mean of the whole of dZ[{l}]. Without axis=1 np.mean mixes the units.",
            "{q}：所有单元共用一个数，即整个 dZ[{l}] 的平均。没有 axis=1，np.mean 把各个单元混在了一起。",
        ),
    ),
    bias(
        "db without keepdims",
        "(1/m) Σᵢ dZ[{l}]⁽ⁱ⁾, of shape (n[{l}],)",
        lambda v, l: units(v, l).dZ[l].sum(axis=1),
        Text(
            "{q}: the right numbers in the wrong shape: without keepdims=True a column becomes a flat array, "
            "and b − α db "
            "quietly grows into a square.",
            "{q}：数值对，形状不对：没有 keepdims=True，列向量变成了一维数组，b − α db 会悄悄广播成方阵。",
        ),
        Text("Print the shape of {q} and of b[{l}]. Are they the same?", "打印 {q} 与 b[{l}] 的形状：相同吗？"),
    ),
    bias(
        "db without keepdims, as a row",
        "(1/m) (Σᵢ dZ[{l}]⁽ⁱ⁾)ᵀ",
        lambda v, l: units(v, l).dZ[l].sum(axis=1, keepdims=True).T,
        Text(
            "{q}: the right numbers lie in a row; b[{l}] is a column, and b − α db quietly grows into a square.",
            "{q}：数值对，但排成了一行；b[{l}] 是一列，b − α db 会悄悄广播成方阵。",
        ),
        Text("Print the shape of {q} and of b[{l}]. Are they the same?", "打印 {q} 与 b[{l}] 的形状：相同吗？"),
    ),
    bias(
        "db not summed",
        "(1/m) dZ[{l}]",
        lambda v, l: v.dZ[l],
        Text(
            "{q}: dZ[{l}] is not summed over the samples, only divided by m.",
            "{q}：dZ[{l}] 只除以了 m，没有对样本求和。",
        ),
    ),
    bias(
        "db is dZ",
        "dZ[{l}]",
        lambda v, l: v.dZ[l] * v.m,
        Text(
            "{q}: it is dZ[{l}] itself, a column for each sample; their mean is missing.",
            "{q}：就是 dZ[{l}] 本身，每个样本一列；没有对样本求平均。",
        ),
    ),
    bias(
        "db summed along the wrong axis",
        "(1/m) Σⱼ dZ[{l}]ⱼ",
        lambda v, l: v.dZ[l].sum(axis=0, keepdims=True),
        Text(
            "{q}: summed along axis 0, over the units, so that one number is left for each sample. The samples "
            "lie along axis 1.",
            "{q}：沿 axis=0 对单元求了和，剩下每个样本一个数。样本排在 axis=1 上。",
        ),
    ),
    bias(
        "db summed along the wrong axis without keepdims",
        "(1/m) Σⱼ dZ[{l}]ⱼ, of shape (m,)",
        lambda v, l: v.dZ[l].sum(axis=0),
        Text(
            "{q}: summed along axis 0, over the units, so that one number is left for each sample, in a flat "
            "array. The samples "
            "lie along axis 1.",
            "{q}：沿 axis=0 对单元求了和，剩下每个样本一个数，而且成了一维数组。样本排在 axis=1 上。",
        ),
    ),
    bias(
        "db averaged along the wrong axis",
        "mean over units of dZ[{l}]",
        lambda v, l: units(v, l).dZ[l].sum(axis=0, keepdims=True) * v.m / other(len(v.W[l]), v.m),
        Text(
            "{q}: np.mean runs along axis 0, over the units, so that one number is left for each sample. The samples "
            "lie along axis 1.",
            "{q}：np.mean 沿 axis=0 对单元求了平均，剩下每个样本一个数。样本排在 axis=1 上。",
        ),
    ),
    bias(
        "db averaged along the wrong axis without keepdims",
        "mean over units of dZ[{l}], of shape (m,)",
        lambda v, l: units(v, l).dZ[l].sum(axis=0) * v.m / other(len(v.W[l]), v.m),
        Text(
            "{q}: np.mean runs along axis 0, over the units, so that one number is left for each sample, in a flat "
            "array. The samples lie along axis 1.",
            "{q}：np.mean 沿 axis=0 对单元求了平均，剩下每个样本一个数，而且成了一维数组。样本排在 axis=1 上。",
        ),
    ),
    bias(
        "db from dA",
        "(1/m) Σᵢ dA[{l}]⁽ⁱ⁾",
        lambda v, l: v.dA[l].sum(axis=1, keepdims=True),
        Text(
            "{q}: it sums dA[{l}]; b[{l}] acts before the activation, so dZ[{l}] is the error that it needs.",
            "{q}：求和的是 dA[{l}]；b[{l}] 作用在激活之前，需要的误差是 dZ[{l}]。",
        ),
        WHOSE,
    ),
    bias(
        "db from dZ of the next layer",
        "(1/m) Σᵢ dZ[{n}]⁽ⁱ⁾",
        lambda v, l: v.dZ[l + 1].sum(axis=1, keepdims=True),
        Text(
            "{q}: it sums dZ[{n}], the error of the next layer. Broadcasting may let that pass in silence.",
            "{q}：求和的是下一层的误差 dZ[{n}]。广播机制可能让这个错误悄悄溜过去。",
        ),
        WHOSE,
    ),
    bias(
        "db from dW",
        "Σ over inputs of dW[{l}]",
        lambda v, l: v.dW[l].sum(axis=1, keepdims=True) * v.m,
        Text(
            "{q}: it sums dW[{l}]; what is summed is dZ[{l}], over the samples.",
            "{q}：求和的是 dW[{l}]；应当对 dZ[{l}] 按样本求和。",
        ),
        WHOSE,
    ),
    bias(
        "db from A",
        "(1/m) Σᵢ A[{l}]⁽ⁱ⁾",
        lambda v, l: v.A[l].sum(axis=1, keepdims=True),
        Text("{q}: it sums A[{l}]; a d and a Z are what it needs, dZ[{l}].", "{q}：求和的是 A[{l}]；应当是 dZ[{l}]。"),
        WHOSE,
    ),
)
