"""Mistakes in how the two factors of dZ[l] = dA[l] ∗ g′(Z[l]) come together."""

from ...nn.activations import LeakyReLU, Sigmoid, Tanh
from ...words import Text
from ..search import Mistake
from .backward_slope import CHAIN
from .guards import hidden, of

BRACKETS = Text("Which comes first in a * b − c?", "在 a * b − c 中，先算哪一步？")

CHAIN_RULE = (
    Mistake(
        "slope with a minus",
        "dZ",
        lambda v, l: -hidden(v, l).dA[l] * v.g[l].derivative(v.Z[l], v.A[l]),
        "dZ[{l}] = −dA[{l}] ∗ {g}′(Z[{l}])",
        Text(
            "{q}: it has the wrong sign; {g} never falls, so {g}′ is never negative (or dA[{l}] got a minus).",
            "{q}：符号反了；{g} 是不减的，{g}′ 不会是负数（也可能是 dA[{l}] 多了负号）。",
        ),
        CHAIN,
    ),
    Mistake(
        "slope twice",
        "dZ",
        lambda v, l: of((Tanh, Sigmoid, LeakyReLU), hidden(v, l), l).dA[l] * v.g[l].derivative(v.Z[l], v.A[l]) ** 2,
        "dZ[{l}] = dA[{l}] ∗ {g}′(Z[{l}])²",
        Text("{q}: the derivative {g}′ is multiplied in twice.", "{q}：导数 {g}′ 乘了两次。"),
        CHAIN,
    ),
    Mistake(
        "slope divides",
        "dZ",
        lambda v, l: of((Tanh, Sigmoid, LeakyReLU), v, l).dA[l] / v.g[l].derivative(v.Z[l], v.A[l]),
        "dZ[{l}] = dA[{l}] / {g}′(Z[{l}])",
        Text(
            "{q}: dA[{l}] is divided by {g}′; the chain rule multiplies.", "{q}：dA[{l}] 除以了 {g}′；链式法则是相乘。"
        ),
        CHAIN,
    ),
    Mistake(
        "slope added",
        "dZ",
        lambda v, l: v.dA[l] + v.g[l].derivative(v.Z[l], v.A[l]),
        "dZ[{l}] = dA[{l}] + {g}′(Z[{l}])",
        Text(
            "{q}: {g}′ is added to dA[{l}]; the chain rule multiplies.", "{q}：{g}′ 与 dA[{l}] 相加了；链式法则是相乘。"
        ),
        CHAIN,
    ),
    Mistake(
        "slope alone",
        "dZ",
        lambda v, l: v.g[l].derivative(v.Z[l], v.A[l]),
        "dZ[{l}] = {g}′(Z[{l}])",
        Text(
            "{q}: it is the derivative {g}′ alone; the error dA[{l}] that comes back from above is not used.",
            "{q}：只有导数 {g}′，没有用到从上一级传回来的误差 dA[{l}]。",
        ),
        CHAIN,
    ),
    Mistake(
        "1 - A squared without brackets",
        "dZ",
        lambda v, l: of(Tanh, v, l).dA[l] - v.A[l] ** 2,
        "dZ[{l}] = dA[{l}] ∗ 1 − A[{l}]²",
        Text(
            "{q}: the brackets around 1 − A² are missing, so that only the 1 is multiplied.",
            "{q}：1 − A² 少了括号，于是只乘了其中的 1。",
        ),
        BRACKETS,
    ),
    Mistake(
        "A(1 - A) without brackets",
        "dZ",
        lambda v, l: of(Sigmoid, v, l).dA[l] * v.A[l] - v.A[l],
        "dZ[{l}] = dA[{l}] ∗ A[{l}] ∗ 1 − A[{l}]",
        Text(
            "{q}: the brackets around 1 − A are missing, so that only the 1 is multiplied.",
            "{q}：1 − A 少了括号，于是只乘了其中的 1。",
        ),
        BRACKETS,
    ),
    Mistake(
        "slope by matrix product",
        "dZ",
        lambda v, l: v.dA[l] @ v.g[l].derivative(v.Z[l], v.A[l]),
        "dZ[{l}] = dA[{l}] {g}′(Z[{l}])",
        Text(
            "{q}: a matrix product mixes the samples; each number of dA[{l}] has its own slope, so it is *, "
            "number by number.",
            "{q}：矩阵乘法把样本混在了一起；dA[{l}] 的每个数各有自己的斜率，应当逐元素相乘，用 *。",
        ),
        Text(
            "What shape have dA[{l}] and {g}′(Z[{l}])? And their product?",
            "dA[{l}] 与 {g}′(Z[{l}]) 的形状各是什么？乘积呢？",
        ),
    ),
    Mistake(
        "slope of the next layer",
        "dZ",
        lambda v, l: v.dA[l] * v.g[l].derivative(v.Z[l + 1], v.A[l + 1]),
        "dZ[{l}] = dA[{l}] ∗ {g}′(Z[{n}])",
        Text(
            "{q}: the derivative is taken from layer {n}; it belongs to layer {l}.",
            "{q}：导数用了第 {n} 层的值；应当用第 {l} 层的。",
        ),
        Text("Read your line aloud, number by number.", "把这一行逐个下标念一遍。"),
    ),
    Mistake(
        "hidden delta like the output's",
        "dZ",
        lambda v, l: hidden(v, l).A[l] - v.Y,
        "dZ[{l}] = A[{l}] − Y",
        Text(
            "{q}: A − Y holds for the output only. A hidden layer has no labels: its error comes back from layer {n}.",
            "{q}：A − Y 只适用于输出层。隐藏层没有标签：它的误差要从第 {n} 层传回来。",
        ),
        Text("Who tells a hidden unit that it was wrong?", "是谁告诉隐藏单元它错了？"),
    ),
)
