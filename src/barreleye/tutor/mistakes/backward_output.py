"""Mistakes in dZ[L] = A[L] − Y."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...nn.activations import sigmoid
from ...words import Text
from ..equations import EQUATIONS, Work
from ..search import Mistake

SIGN = Text(
    "If A[{l}] is larger than Y, should the cost fall or rise with Z[{l}]?",
    "若 A[{l}] 比 Y 大，Z[{l}] 增大时代价是升还是降？",
)
CANCELS = Text(
    "Multiply dA[{l}] by σ′ = A(1 − A) on paper. What is left?",
    "在纸上把 dA[{l}] 乘以 σ′ = A(1 − A)：最后剩下什么？",
)
PERFECT = Text(
    "If every prediction were perfect, A[{l}] = Y: what should {q} be?",
    "若预测全部正确，A[{l}] = Y：{q} 应当是多少？",
)


def delta(name: str, seen: str, compute: Callable[[Work, int], Any], claim: Text, hint: Text) -> Mistake:
    return Mistake(name, "dZ out", compute, seen, claim, hint)


OUTPUT = (
    delta(
        "output delta reversed",
        "dZ[{l}] = Y − A[{l}]",
        lambda v, l: v.Y - v.A[l],
        Text(
            "{q}: it is Y − A[{l}], the wrong way round. Every gradient gets the wrong sign, and training climbs.",
            "{q}：写成了 Y − A[{l}]，反了。所有梯度的符号都跟着反，训练会往上坡走。",
        ),
        SIGN,
    ),
    delta(
        "output delta with a plus",
        "dZ[{l}] = A[{l}] + Y",
        lambda v, l: v.A[l] + v.Y,
        Text(
            "{q}: A[{l}] and Y are added; it is their difference.", "{q}：把 A[{l}] 和 Y 加在了一起，应当是它们的差。"
        ),
        PERFECT,
    ),
    delta(
        "output delta without Y",
        "dZ[{l}] = A[{l}]",
        lambda v, l: v.A[l],
        Text("{q}: it is A[{l}] alone, the labels are never used.", "{q}：只有 A[{l}]，没有用到标签 Y。"),
        PERFECT,
    ),
    delta(
        "output delta times slope",
        "dZ[{l}] = (A[{l}] − Y) ∗ A[{l}] ∗ (1 − A[{l}])",
        lambda v, l: (v.A[l] - v.Y) * v.A[l] * (1 - v.A[l]),
        Text(
            "{q}: A[{l}] − Y is multiplied by σ′ as with the squared error. With the cross-entropy that factor "
            "cancels.",
            "{q}：A[{l}] − Y 又乘了 σ′，那是平方误差的做法。用交叉熵时这个因子已经约掉了。",
        ),
        CANCELS,
    ),
    delta(
        "output delta reversed and times slope",
        "dZ[{l}] = (Y − A[{l}]) ∗ A[{l}] ∗ (1 − A[{l}])",
        lambda v, l: (v.Y - v.A[l]) * v.A[l] * (1 - v.A[l]),
        Text(
            "{q}: Y − A[{l}] is the wrong way round, and the factor σ′ belongs to the squared error: with the "
            "cross-entropy it "
            "cancels.",
            "{q}：Y − A[{l}] 反了；而且 σ′ 这个因子属于平方误差，用交叉熵时已经约掉了。",
        ),
        CANCELS,
    ),
    delta(
        "output delta times tanh's slope",
        "dZ[{l}] = (A[{l}] − Y) ∗ (1 − A[{l}]²)",
        lambda v, l: (v.A[l] - v.Y) * (1 - v.A[l] ** 2),
        Text(
            "{q}: A[{l}] − Y is multiplied by 1 − A², the slope of tanh; with sigmoid and cross-entropy nothing "
            "is multiplied.",
            "{q}：A[{l}] − Y 又乘了 tanh 的导数 1 − A²；sigmoid 配交叉熵时不需要再乘任何东西。",
        ),
        CANCELS,
    ),
    delta(
        "output delta over slope",
        "dZ[{l}] = −(Y / A[{l}] − (1 − Y) / (1 − A[{l}]))",
        EQUATIONS["dA out"].compute,
        Text(
            "{q}: this is dA[{l}] still; the step through the sigmoid, times σ′, is missing.",
            "{q}：这还是 dA[{l}]，少了穿过 sigmoid 的一步：乘以 σ′。",
        ),
        CANCELS,
    ),
    delta(
        "output delta doubled",
        "dZ[{l}] = 2 (A[{l}] − Y)",
        lambda v, l: 2 * (v.A[l] - v.Y),
        Text(
            "{q}: twice what it should be, and every gradient with it. The 2 belongs to the squared error.",
            "{q}：是应有值的 2 倍，所有梯度也跟着成了 2 倍。因子 2 属于平方误差。",
        ),
        CANCELS,
    ),
    delta(
        "output delta with 1/m",
        "dZ[{l}] = (1/m) (A[{l}] − Y)",
        lambda v, l: (v.A[l] - v.Y) / v.m,
        Text(
            "{q}: it carries a 1/m, and dW and db divide by m again: every gradient is m = {m} times too small.",
            "{q}：已经带了 1/m，而 dW 和 db 又除以了一次 m：所有梯度都只有应有值的 1/m（m = {m}）。",
        ),
        Text(
            "Count the divisions by m between the cost and dW. How many should there be?",
            "从代价到 dW 一共除了几次 m？应当是几次？",
        ),
    ),
    delta(
        "output delta squared",
        "dZ[{l}] = (A[{l}] − Y)²",
        lambda v, l: (v.A[l] - v.Y) ** 2,
        Text(
            "{q}: squared, it has lost its sign: the network cannot tell too much from too little.",
            "{q}：平方之后符号没了，网络分不清是偏大还是偏小。",
        ),
        SIGN,
    ),
    delta(
        "output delta without its sign",
        "dZ[{l}] = |A[{l}] − Y|",
        lambda v, l: abs(v.A[l] - v.Y),
        Text(
            "{q}: it is the distance |A[{l}] − Y|; without the sign the network cannot tell too much from too little.",
            "{q}：取了绝对值 |A[{l}] − Y|；没有符号，网络分不清是偏大还是偏小。",
        ),
        SIGN,
    ),
    delta(
        "output delta from Z",
        "dZ[{l}] = Z[{l}] − Y",
        lambda v, l: v.Z[l] - v.Y,
        Text(
            "{q}: it is Z[{l}] − Y. The labels are compared with the probability A[{l}], after the sigmoid.",
            "{q}：写成了 Z[{l}] − Y。应当拿标签与经过 sigmoid 的概率 A[{l}] 相比。",
        ),
        PERFECT,
    ),
    delta(
        "output delta with sigmoid again",
        "dZ[{l}] = σ(A[{l}]) − Y",
        lambda v, l: sigmoid(v.A[l]) - v.Y,
        Text("{q}: A[{l}] goes through the sigmoid a second time.", "{q}：A[{l}] 又过了一次 sigmoid。"),
        PERFECT,
    ),
    delta(
        "output delta from predictions",
        "dZ[{l}] = (A[{l}] > 0.5) − Y",
        lambda v, l: np.where(v.A[l] > 0.5, 1.0, 0.0) - v.Y,
        Text(
            "{q}: it compares Y with the prediction 0 or 1. Learning needs the probability A[{l}]: 0.51 and "
            "0.99 are not the same.",
            "{q}：拿 0 或 1 的预测与 Y 相比。学习要用概率 A[{l}]：0.51 和 0.99 并不一样。",
        ),
        PERFECT,
    ),
    delta(
        "output delta from the layer before",
        "dZ[{l}] = A[{p}] − Y",
        lambda v, l: v.A[l - 1] - v.Y,
        Text(
            "{q}: it takes A[{p}], of the hidden layer, for the output A[{l}].",
            "{q}：把隐藏层的 A[{p}] 当成了输出 A[{l}]。",
        ),
        Text("Which layer's answer do the labels judge?", "标签评判的是哪一层的输出？"),
    ),
    delta(
        "output delta with the first label",
        "dZ[{l}] = A[{l}] − Y⁽¹⁾",
        lambda v, l: v.A[l] - v.Y[:, :1],
        Text(
            "{q}: every sample is compared with the label of the first; each has its own.",
            "{q}：每个样本都在与第一个样本的标签相比；每个样本应当用自己的标签。",
        ),
        Text("Which index of Y moves with your loop?", "循环时，Y 的哪个下标在变？"),
    ),
)
