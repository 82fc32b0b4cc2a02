"""Mistakes in an activation function that is written by hand; what any layer can get wrong is in ``activation``."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...nn.activations import Activation, LeakyReLU, ReLU, Sigmoid, Tanh, sigmoid
from ...words import Text
from ..equations import Work
from ..search import Mistake
from .guards import of


def _in(
    kind: type[Activation], name: str, function: Callable[[Any], Any], paper: str, claim: Text, hint: Text
) -> Mistake:
    """A mistake of one kind of activation: what it makes of Z, and on paper, where Z stands for Z[l]."""

    def compute(v: Work, l: int) -> Any:
        return function(of(kind, v, l).Z[l])

    return Mistake(name, "A", compute, "A[{l}] = " + paper.replace("Z", "Z[{l}]"), claim, hint)


_ODD = Text(
    "What should tanh(0) be, and where should tanh end for large Z?", "tanh(0) 应当是多少？Z 很大时 tanh 趋向多少？"
)
_BEND = Text("Try it on paper with Z = −2 and with Z = 3.", "在纸上分别用 Z = −2 和 Z = 3 试一试。")


SIGMOID = (
    _in(
        Sigmoid,
        "sigmoid of 2 Z",
        lambda Z: sigmoid(2 * Z),
        "1 / (1 + exp(−2 Z))",
        Text("{q} is σ(2 Z[{l}]): there is a factor 2 in the exponent.", "{q} 是 σ(2 Z[{l}])：指数里多了一个因子 2。"),
        Text("Which other activation has a 2 there?", "哪个别的激活函数在那里有一个 2？"),
    ),
)

TANH = (
    _in(
        Tanh,
        "tanh of Z / 2",
        lambda Z: np.tanh(Z / 2),
        "(1 − exp(−Z)) / (1 + exp(−Z))",
        Text(
            "{q} is tanh(Z[{l}] / 2): a factor 2 is missing in the exponents.",
            "{q} 是 tanh(Z[{l}] / 2)：指数里少了因子 2。",
        ),
        Text(
            "Multiply both sides of the fraction by exp(Z). What do you get?", "把分子分母同乘以 exp(Z)，会得到什么？"
        ),
    ),
    _in(
        Tanh,
        "tanh without the fraction",
        lambda Z: np.exp(Z) - np.exp(-Z),
        "exp(Z) − exp(−Z)",
        Text("{q} lacks the division by exp(Z[{l}]) + exp(−Z[{l}]).", "{q} 没有除以 exp(Z[{l}]) + exp(−Z[{l}])。"),
        _ODD,
    ),
    _in(
        Tanh,
        "sinh in place of tanh",
        np.sinh,
        "(exp(Z) − exp(−Z)) / 2",
        Text(
            "{q} is sinh(Z[{l}]): it is divided by 2, which is not the sum.",
            "{q} 是 sinh(Z[{l}])：除的是 2，而不是那个和。",
        ),
        _ODD,
    ),
    _in(
        Tanh,
        "tanh without brackets",
        lambda Z: np.exp(Z) - np.exp(-2 * Z) + np.exp(-Z),
        "exp(Z) − exp(−Z) / exp(Z) + exp(−Z)",
        Text(
            "{q} lacks brackets: only the two exponentials in the middle are divided.",
            "{q} 少了括号：被相除的只有中间两个指数。",
        ),
        Text("Which comes first in a − b / c + d?", "在 a − b / c + d 中，先算哪一步？"),
    ),
    _in(
        Tanh,
        "tanh without brackets above",
        lambda Z: np.exp(Z) - np.exp(-Z) / (np.exp(Z) + np.exp(-Z)),
        "exp(Z) − exp(−Z) / (exp(Z) + exp(−Z))",
        Text("{q} lacks brackets: only the second exponential is divided.", "{q} 少了括号：被除的只有第二个指数。"),
        Text("Which comes first in a − b / c?", "在 a − b / c 中，先算哪一步？"),
    ),
    _in(
        Tanh,
        "sigmoid in place of tanh",
        sigmoid,
        "1 / (1 + exp(−Z))",
        Text(
            "{q} is σ(Z[{l}]), between 0 and 1; tanh lies between −1 and 1.",
            "{q} 是 σ(Z[{l}])，介于 0 与 1 之间；tanh 介于 −1 与 1 之间。",
        ),
        _ODD,
    ),
)

RELU = (
    _in(
        ReLU,
        "largest in place of ReLU",
        lambda Z: Z.max(axis=0),
        "the largest number in each column of Z",
        Text(
            "{q} holds only the largest number of each column: np.max picks one out of many, np.maximum compares "
            "one by one.",
            "{q} 只留下了每一列的最大值：np.max 是从多个数里选一个，np.maximum 才是逐个比较。",
        ),
        Text("Which shape should {q} have? Which has it?", "{q} 应当是什么形状？现在是什么形状？"),
    ),
    _in(
        ReLU,
        "ReLU cut at 1",
        lambda Z: np.clip(Z, 0, 1),
        "min(1, max(0, Z))",
        Text("{q} is cut off at 1: ReLU has no upper end.", "{q} 在 1 处被截断：ReLU 没有上限。"),
        _BEND,
    ),
    _in(
        ReLU,
        "leak in ReLU",
        lambda Z: np.where(Z > 0, Z, 0.01 * Z),
        "Z where Z > 0, else 0.01 Z",
        Text(
            "{q} lets 0.01 Z[{l}] through where Z[{l}] is negative: that is Leaky ReLU.",
            "{q} 在 Z[{l}] 为负时留下了 0.01 Z[{l}]：那是 Leaky ReLU。",
        ),
        _BEND,
    ),
)


def _leaky(name: str, function: Callable[[Any, float], Any], paper: str, claim: Text) -> Mistake:
    def compute(v: Work, l: int) -> Any:
        return function(of(LeakyReLU, v, l).Z[l], v.g[l].slope)  # type: ignore[attr-defined]

    return Mistake(name, "A", compute, "A[{l}] = " + paper.replace("Z", "Z[{l}]"), claim, _BEND)


LEAKY = (
    _leaky(
        "leak of the wrong sign",
        lambda Z, a: np.where(Z > 0, Z, -a * Z),
        "Z where Z > 0, else −α Z",
        Text(
            "{q} turns negative numbers into positive ones: what leaks keeps its sign.",
            "{q} 把负数变成了正数：漏过去的部分应当保持符号。",
        ),
    ),
    _leaky(
        "ReLU without the leak",
        lambda Z, a: np.maximum(Z, 0),
        "max(0, Z)",
        Text(
            "{q} is 0 wherever Z[{l}] is negative: nothing leaks, this is plain ReLU.",
            "{q} 在 Z[{l}] 为负处都是 0：没有“泄漏”，这是普通的 ReLU。",
        ),
    ),
)

ACTIVATION_FUNCTIONS = (*SIGMOID, *TANH, *RELU, *LEAKY)
