"""Mistakes in dW[l] = (1/m) dZ[l] A[l-1]ᵀ, and in the 1/m that it shares with db[l]."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..equations import EQUATIONS, Work
from ..search import Mistake
from ..words import Text
from .guards import from_second, other

MEAN = Text("The cost is a mean over m samples. And its gradient?", "代价是对 m 个样本的平均。它的梯度呢？")
COUNT = Text(
    "Print m in your function: it should be {m}, the number of columns of X.",
    "在函数里打印 m：它应当是 {m}，即 X 的列数。",
)
TEXTS = {
    "dW": "dW[{{l}}] = {} dZ[{{l}}] A[{{p}}]ᵀ",
    "db": "db[{{l}}] = {} Σᵢ dZ[{{l}}]⁽ⁱ⁾",
}


def scaled(
    name: str, front: str, factor: Callable[[Work, int], float], claim: Text, hint: Text, *, both: bool = True
) -> tuple[Mistake, ...]:
    """Gradients with another factor than 1/m in ``front``: dW and db of a layer (if ``both``), dW alone, db alone."""

    def times(equation: str) -> Callable[[Work, int], Any]:
        return lambda v, l: EQUATIONS[equation].compute(v, l) * factor(v, l)

    def mistake(q: str) -> Mistake:
        seen = TEXTS[q].format(front).replace("=  ", "= ")
        return Mistake(f"{q} {name}", q, times(q), seen, claim, hint)

    dW, db = mistake("dW"), mistake("db")
    joint = replace(dW, name=f"gradients {name}", also=((db.equation, db.compute),))
    return (joint, dW, db) if both else (dW, db)


SCALES = (
    *scaled(
        "without 1/m",
        "",
        lambda v, l: v.m,
        Text(
            "{q}: m = {m} times too large, the 1/m is missing (or m is 1 there).",
            "{q}：大了 m = {m} 倍，少了 1/m（或者那里的 m 等于 1）。",
        ),
        MEAN,
    ),
    *scaled(
        "with 1/(2m)",
        "(1/2m)",
        lambda v, l: 1 / 2,
        Text(
            "{q}: half of what it should be; 1/(2m) belongs to the squared error, here it is 1/m.",
            "{q}：只有应有的一半；1/(2m) 是平方误差的写法，这里是 1/m。",
        ),
        MEAN,
    ),
    *scaled(
        "with 1/(m - 1)",
        "(1/(m − 1))",
        lambda v, l: v.m / (v.m - 1),
        Text("{q}: divided by m − 1, one sample too few.", "{q}：除以了 m − 1，少算了一个样本。"),
        COUNT,
    ),
    *scaled(
        "divided by n_x",
        "(1/n_x)",
        lambda v, l: v.m / other(v.A[0].shape[0], v.m),
        Text(
            "{q}: divided by the number of features. X.shape[0] counts rows; the m samples are columns, X.shape[1].",
            "{q}：除以了特征数。X.shape[0] 是行数；m 个样本按列排放，应取 X.shape[1]。",
        ),
        COUNT,
    ),
    *scaled(
        "divided by n[l-1]",
        "(1/n[{p}])",
        lambda v, l: v.m / other(v.A[l - 1].shape[0], v.m),
        Text(
            "{q}: divided by the number of units below. A_prev.shape[0] counts rows; the m samples are columns, "
            "A_prev.shape[1].",
            "{q}：除以了上一层的单元数。A_prev.shape[0] 是行数；m 个样本按列排放，应取 A_prev.shape[1]。",
        ),
        COUNT,
    ),
    *scaled(
        "with 1/m twice",
        "(1/m²)",
        lambda v, l: 1 / v.m,
        Text(
            "{q}: m = {m} times too small, divided by m twice (np.mean, or dZ, has done it already).",
            "{q}：小了 m = {m} 倍，除了两次 m（np.mean 或者 dZ 里已经除过一次）。",
        ),
        Text(
            "Count the divisions by m on the way to {q}. How many should there be?",
            "到 {q} 为止一共除了几次 m？应当是几次？",
        ),
        both=False,
    ),
    *scaled(
        "with a minus",
        "−(1/m)",
        lambda v, l: -1,
        Text(
            "{q}: the sign is reversed. The minus of the descent belongs to the update, not to the gradient.",
            "{q}：符号反了。下降用的负号属于参数更新，不属于梯度。",
        ),
        Text("The update subtracts already. What do two minuses make?", "更新时已经减了一次。负负得什么？"),
        both=False,
    ),
)


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
    *SCALES,
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
