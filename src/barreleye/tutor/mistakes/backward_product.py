"""Mistakes in dA[l] = W[l+1]ᵀ dZ[l+1]."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...words import Text
from ..equations import Work
from ..search import Mistake
from .guards import units

BACK = Text(
    "Forward, W[{n}] carries A[{l}] to Z[{n}]. What carries dZ[{n}] back, and is its shape that of A[{l}]?",
    "前向时 W[{n}] 把 A[{l}] 带到 Z[{n}]。那么把 dZ[{n}] 带回来要用什么？结果的形状与 A[{l}] 相同吗？",
)


def back(name: str, seen: str, compute: Callable[[Work, int], Any], claim: Text) -> Mistake:
    return Mistake(name, "dA", compute, f"dA[{{l}}] = {seen}", claim, BACK)


def several(v: Work, l: int) -> Work:
    """v, where the layer after l has several units: with one, * and @ give the same."""
    return units(v, l + 1)


PRODUCT = (
    back(
        "dA without transpose",
        "W[{n}] dZ[{n}]",
        lambda v, l: v.W[l + 1] @ v.dZ[l + 1],
        Text(
            "{q}: W[{n}] lacks its transpose. That runs only where both layers are of one size.",
            "{q}：W[{n}] 没有转置，只有相邻两层一样大时才能运行。",
        ),
    ),
    back(
        "dA with the factors swapped",
        "dZ[{n}]ᵀ W[{n}]",
        lambda v, l: v.dZ[l + 1].T @ v.W[l + 1],
        Text(
            "{q}: the factors are swapped, so samples come out as rows where units should.",
            "{q}：两个因子的次序反了，结果的行成了样本，而应当是单元。",
        ),
    ),
    back(
        "dA elementwise",
        "W[{n}]ᵀ ∗ dZ[{n}]",
        lambda v, l: several(v, l).W[l + 1].T * v.dZ[l + 1],
        Text(
            "{q}: * multiplies number by number; W[{n}]ᵀ and dZ[{n}] need the matrix product, np.dot or @.",
            "{q}：* 是逐元素相乘；W[{n}]ᵀ 与 dZ[{n}] 之间要用矩阵乘法 np.dot 或 @。",
        ),
    ),
    back(
        "dA with W of its own layer",
        "W[{l}]ᵀ dZ[{n}]",
        lambda v, l: v.W[l].T @ v.dZ[l + 1],
        Text(
            "{q}: it goes back through W[{l}]; dZ[{n}] came about through W[{n}].",
            "{q}：反传时用了 W[{l}]；而 dZ[{n}] 对应的是 W[{n}]。",
        ),
    ),
    back(
        "dA with dW for W",
        "dW[{n}]ᵀ dZ[{n}]",
        lambda v, l: v.dW[l + 1].T @ v.dZ[l + 1],
        Text(
            "{q}: it uses the gradient dW[{n}] where the weights W[{n}] belong.",
            "{q}：该用权重 W[{n}] 的地方用了梯度 dW[{n}]。",
        ),
    ),
    back(
        "dA from dA",
        "W[{n}]ᵀ dA[{n}]",
        lambda v, l: v.W[l + 1].T @ v.dA[l + 1],
        Text(
            "{q}: it starts from dA[{n}]; the step through the activation of layer {n}, which gives dZ[{n}], is "
            "skipped.",
            "{q}：从 dA[{n}] 直接反传，跳过了第 {n} 层激活函数的那一步（dZ[{n}]）。",
        ),
    ),
    back(
        "dA from A",
        "W[{n}]ᵀ A[{n}]",
        lambda v, l: v.W[l + 1].T @ v.A[l + 1],
        Text(
            "{q}: it sends A[{n}] back; what travels back is the error dZ[{n}].",
            "{q}：反传的是 A[{n}]；应当反传误差 dZ[{n}]。",
        ),
    ),
    back(
        "dA without W",
        "dZ[{n}]",
        lambda v, l: v.dZ[l + 1] + np.zeros_like(v.A[l]),
        Text(
            "{q}: every unit gets the whole dZ[{n}]; W[{n}] says how much of it each one has caused.",
            "{q}：每个单元都拿到了整个 dZ[{n}]；每个单元该承担多少，要由 W[{n}] 决定。",
        ),
    ),
    back(
        "hidden dA with 1/m",
        "(1/m) W[{n}]ᵀ dZ[{n}]",
        lambda v, l: v.W[l + 1].T @ v.dZ[l + 1] / v.m,
        Text(
            "{q}: a 1/m has slipped in here (or into dZ[{l}]); the mean over samples is taken only in dW and db.",
            "{q}：这里（或 dZ[{l}]）混进了一个 1/m；只有 dW 和 db 才对样本求平均。",
        ),
    ),
)
