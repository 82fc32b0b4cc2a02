"""Mistakes in dW[l] = (1/m) dZ[l] A[l-1]ᵀ; those in its 1/m are in ``backward_mean``."""

from collections.abc import Callable
from typing import Any

from ...words import Text
from ..equations import Work
from ..search import Mistake
from .guards import from_second

SHAPE = Text(
    "{q} must have the shape of W[{l}], a row for each unit and a column for each input. Which product of "
    "dZ[{l}] and A[{p}] "
    "has that?",
    "{q} 的形状必须与 W[{l}] 相同：每个单元一行，每个输入一列。dZ[{l}] 与 A[{p}] 怎样相乘才能得到它？",
)
CARRIED = Text(
    "A weight joins an input of its layer with an error of its layer. Which two are they for W[{l}]?",
    "权重连接的是本层的一个输入和本层的一个误差。对 W[{l}] 来说是哪两个？",
)


def product(name: str, seen: str, compute: Callable[[Work, int], Any], claim: Text, hint: Text) -> Mistake:
    """dW[l] from another product than dZ[l] A[l-1]ᵀ, over m."""
    return Mistake(name, "dW", lambda v, l: compute(v, l) / v.m, f"dW[{{l}}] = (1/m) {seen}", claim, hint)


def shapes(name: str, seen: str, compute: Callable[[Any, Any], Any], claim: Text) -> Mistake:
    return product(name, seen, lambda v, l: compute(v.dZ[l], v.A[l - 1]), claim, SHAPE)


ONE_SIZE = Text(" That runs only where all sizes are the same.", "只有各个尺寸都相同时才能运行。")

WEIGHTS = (
    shapes(
        "dW without transpose",
        "dZ[{l}] A[{p}]",
        lambda dZ, A: dZ @ A,
        Text("{q}: A[{p}] lacks its transpose.", "{q}：A[{p}] 没有转置。") + ONE_SIZE,
    ),
    shapes(
        "dW transposed",
        "A[{p}] dZ[{l}]ᵀ",
        lambda dZ, A: A @ dZ.T,
        Text(
            "{q}: the right numbers, but transposed: rows and columns of the weights have changed places.",
            "{q}：数值都对，但被转置了：权重的行和列互换了。",
        ),
    ),
    shapes(
        "dW with the wrong factor transposed",
        "dZ[{l}]ᵀ A[{p}]",
        lambda dZ, A: dZ.T @ A,
        Text("{q}: dZ[{l}] is transposed; it is A[{p}] that should be.", "{q}：转置了 dZ[{l}]；应当转置的是 A[{p}]。")
        + ONE_SIZE,
    ),
    shapes(
        "dW with the factors swapped",
        "A[{p}]ᵀ dZ[{l}]",
        lambda dZ, A: A.T @ dZ,
        Text("{q}: the factors are swapped; dZ[{l}] stands on the left.", "{q}：两个因子的次序反了；dZ[{l}] 应在左边。")
        + ONE_SIZE,
    ),
    shapes(
        "dW elementwise",
        "dZ[{l}] ∗ A[{p}]",
        lambda dZ, A: dZ * A,
        Text(
            "{q}: * multiplies number by number and sums nothing over the samples; the matrix product with "
            "A[{p}]ᵀ does.",
            "{q}：* 只是逐元素相乘，没有对样本求和；与 A[{p}]ᵀ 的矩阵乘法才会求和。",
        ),
    ),
    shapes(
        "dW summed to one number",
        "Σ dZ[{l}] ∗ A[{p}]",
        lambda dZ, A: (dZ * A).sum(),
        Text(
            "{q}: np.sum adds up everything, units too, so that one number is left for all weights. The matrix product "
            "with A[{p}]ᵀ sums over the samples alone.",
            "{q}：np.sum 把单元也加在了一起，所有权重只剩一个数。与 A[{p}]ᵀ 的矩阵乘法只对样本求和。",
        ),
    ),
    shapes(
        "dW elementwise with a transpose",
        "dZ[{l}] ∗ A[{p}]ᵀ",
        lambda dZ, A: dZ * A.T,
        Text(
            "{q}: * multiplies number by number; it should be np.dot or @.", "{q}：* 是逐元素相乘；应当用 np.dot 或 @。"
        )
        + ONE_SIZE,
    ),
    product(
        "dW from A of its own layer",
        "dZ[{l}] A[{l}]ᵀ",
        lambda v, l: v.dZ[l] @ v.A[l].T,
        Text(
            "{q}: it uses A[{l}], what layer {l} puts out; W[{l}] was multiplied by what came in, A[{p}].",
            "{q}：用了第 {l} 层的输出 A[{l}]；而 W[{l}] 乘的是输入 A[{p}]。",
        ),
        CARRIED,
    ),
    product(
        "dW from X",
        "dZ[{l}] Xᵀ",
        lambda v, l: v.dZ[l] @ from_second(v, l).A[0].T,
        Text(
            "{q}: it uses X; W[{l}] was multiplied by what came in to layer {l}, A[{p}].",
            "{q}：用了 X；而 W[{l}] 乘的是第 {l} 层的输入 A[{p}]。",
        ),
        CARRIED,
    ),
    product(
        "dW from Z",
        "dZ[{l}] Z[{p}]ᵀ",
        lambda v, l: v.dZ[l] @ v.Z[l - 1].T,
        Text(
            "{q}: it uses Z[{p}], from before the activation; what came in to layer {l} is A[{p}].",
            "{q}：用了激活之前的 Z[{p}]；第 {l} 层的输入是 A[{p}]。",
        ),
        CARRIED,
    ),
    product(
        "dW from dA",
        "dA[{l}] A[{p}]ᵀ",
        lambda v, l: v.dA[l] @ v.A[l - 1].T,
        Text(
            "{q}: it uses dA[{l}]; W[{l}] acts before the activation, so dZ[{l}] is the error that it needs.",
            "{q}：用了 dA[{l}]；W[{l}] 作用在激活之前，需要的误差是 dZ[{l}]。",
        ),
        CARRIED,
    ),
    product(
        "dW from dZ of the next layer",
        "dZ[{n}] A[{p}]ᵀ",
        lambda v, l: v.dZ[l + 1] @ v.A[l - 1].T,
        Text("{q}: it uses dZ[{n}], the error of the next layer.", "{q}：用了下一层的误差 dZ[{n}]。"),
        CARRIED,
    ),
)
