"""Mistakes in the formulas of g: an exponential, a quotient or a maximum that is not as it should be."""

import numpy as np

from ...nn.activations import LeakyReLU, ReLU, Sigmoid, Tanh, sigmoid
from ...words import Text
from ..search import Mistake
from .guards import of

ONE_CASE = Text("Put z = 0 and z = 2 in by hand. What should come out?", "手算 z = 0 和 z = 2 的情形：应当得到什么？")

FORMULAS = (
    Mistake(
        "sigmoid of minus Z",
        "A",
        lambda v, l: sigmoid(-of(Sigmoid, v, l).Z[l]),
        "A[{l}] = 1 / (1 + exp(Z[{l}]))",
        Text(
            "{q}: this is σ(−Z[{l}]) = 1 − σ(Z[{l}]). In 1 / (1 + exp(−Z)) the exponent has a minus, and above the "
            "line stands 1.",
            "{q}：这是 σ(−Z[{l}]) = 1 − σ(Z[{l}])。在 1 / (1 + exp(−Z)) 中，指数带负号，分子是 1。",
        ),
        Text("What should σ(z) be for a large positive z?", "当 z 是很大的正数时，σ(z) 应当接近多少？"),
    ),
    Mistake(
        "sigmoid with 1 - exp(-Z)",
        "A",
        lambda v, l: 1 / (1 - np.exp(-of(Sigmoid, v, l).Z[l])),
        "A[{l}] = 1 / (1 − exp(−Z[{l}]))",
        Text(
            "{q}: the denominator is 1 − exp(−Z); in σ it is 1 + exp(−Z). This one divides by zero at Z = 0.",
            "{q}：分母写成了 1 − exp(−Z)，而 σ 的分母是 1 + exp(−Z)。这样在 Z = 0 处会除以零。",
        ),
        ONE_CASE,
    ),
    Mistake(
        "sigmoid without its quotient",
        "A",
        lambda v, l: 1 + np.exp(-of(Sigmoid, v, l).Z[l]),
        "A[{l}] = 1 + exp(−Z[{l}])",
        Text(
            "{q}: this is 1 + exp(−Z), the denominator of σ alone. In 1 / 1 + exp(−Z) the division comes first: "
            "it needs "
            "brackets.",
            "{q}：这是 1 + exp(−Z)，只是 σ 的分母。1 / 1 + exp(−Z) 会先做除法：分母要加括号。",
        ),
        ONE_CASE,
    ),
    Mistake(
        "exp for sigmoid",
        "A",
        lambda v, l: np.exp(of(Sigmoid, v, l).Z[l]),
        "A[{l}] = exp(Z[{l}])",
        Text(
            "{q}: exp(Z) alone has no upper bound; σ(Z) stays below 1.", "{q}：只取 exp(Z) 没有上界；而 σ(Z) 总小于 1。"
        ),
        ONE_CASE,
    ),
    Mistake(
        "exp of minus Z for sigmoid",
        "A",
        lambda v, l: np.exp(-of(Sigmoid, v, l).Z[l]),
        "A[{l}] = exp(−Z[{l}])",
        Text("{q}: this is exp(−Z) alone, one piece of σ.", "{q}：这只是 exp(−Z)，是 σ 的一小部分。"),
        ONE_CASE,
    ),
    Mistake(
        "tanh upside down",
        "A",
        lambda v, l: 1 / np.tanh(of(Tanh, v, l).Z[l]),
        "A[{l}] = (exp(Z) + exp(−Z)) / (exp(Z) − exp(−Z))",
        Text("{q}: the fraction of tanh is upside down.", "{q}：tanh 的分子和分母颠倒了。"),
        ONE_CASE,
    ),
    Mistake(
        "minus tanh",
        "A",
        lambda v, l: -np.tanh(of(Tanh, v, l).Z[l]),
        "A[{l}] = (exp(−Z) − exp(Z)) / (exp(Z) + exp(−Z))",
        Text(
            "{q}: this is −tanh(Z[{l}]): the two exponentials above are swapped.",
            "{q}：这是 −tanh(Z[{l}])：分子里的两个指数项颠倒了。",
        ),
        ONE_CASE,
    ),
    Mistake(
        "tanh with a minus below",
        "A",
        lambda v, l: np.ones_like(of(Tanh, v, l).Z[l]),
        "A[{l}] = (exp(Z) − exp(−Z)) / (exp(Z) − exp(−Z))",
        Text(
            "{q}: it is 1 everywhere, something divided by itself: below the line stands the sum exp(Z) + exp(−Z).",
            "{q}：处处为 1，自己除以了自己：分母应当是和 exp(Z) + exp(−Z)。",
        ),
        ONE_CASE,
    ),
    Mistake(
        "ReLU with minimum",
        "A",
        lambda v, l: np.minimum(0, of(ReLU, v, l).Z[l]),
        "A[{l}] = min(0, Z[{l}])",
        Text(
            "{q}: ReLU keeps the positive numbers; these are the negative ones.",
            "{q}：ReLU 保留正数，这里保留的却是负数。",
        ),
        Text("max or min?", "是 max 还是 min？"),
    ),
    Mistake(
        "ReLU with a floor of 1",
        "A",
        lambda v, l: np.maximum(1, of(ReLU, v, l).Z[l]),
        "A[{l}] = max(1, Z[{l}])",
        Text("{q}: never below 1: ReLU compares with 0, max(0, Z).", "{q}：都不小于 1：ReLU 是与 0 比较，max(0, Z)。"),
        Text("What is ReLU(−3)?", "ReLU(−3) 等于多少？"),
    ),
    Mistake(
        "absolute value for ReLU",
        "A",
        lambda v, l: abs(of(ReLU, v, l).Z[l]),
        "A[{l}] = |Z[{l}]|",
        Text(
            "{q}: negative numbers lose their sign here; in ReLU they become 0.",
            "{q}：负数在这里变成了正数，而 ReLU 应把它们变成 0。",
        ),
        Text("What is ReLU(−3)?", "ReLU(−3) 等于多少？"),
    ),
    Mistake(
        "Leaky ReLU with minimum",
        "A",
        lambda v, l: np.minimum(of(LeakyReLU, v, l).g[l].slope * v.Z[l], v.Z[l]),  # type: ignore[attr-defined]
        "A[{l}] = min(αZ[{l}], Z[{l}])",
        Text(
            "{q}: the slope α has come to the positive side: it is max(αZ, Z), not min.",
            "{q}：斜率 α 跑到了正半轴：应为 max(αZ, Z)，不是 min。",
        ),
        Text("Which side leaks?", "“泄漏”的是哪一边？"),
    ),
    Mistake(
        "Leaky ReLU with a floor",
        "A",
        lambda v, l: np.maximum(of(LeakyReLU, v, l).g[l].slope, v.Z[l]),  # type: ignore[attr-defined]
        "A[{l}] = max(α, Z[{l}])",
        Text(
            "{q}: α is a slope: it multiplies Z, max(αZ, Z). Here it is a floor.",
            "{q}：α 是斜率，应当乘以 Z：max(αZ, Z)。这里它成了下限。",
        ),
        Text("What is LeakyReLU(−10) with α = 0.01?", "α = 0.01 时，LeakyReLU(−10) 等于多少？"),
    ),
)
