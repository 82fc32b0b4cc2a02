"""Mistakes in the slope g′(Z[l]) of dZ[l] = dA[l] ∗ g′(Z[l])."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...nn.activations import Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from ..search import Mistake
from ..words import Text
from .guards import of

RULES = {
    Tanh: Text(
        "tanh′ = 1 − A². Say it slowly: what is squared, and what is subtracted?",
        "tanh′ = 1 − A²。慢慢念：平方的是什么？被减去的是什么？",
    ),
    Sigmoid: Text(
        "Which is largest in the middle, at A = 0.5, and 0 at both ends?", "哪个式子在 A = 0.5 处最大、在两端为 0？"
    ),
    ReLU: Text("How steep is max(0, z) at z = 2? And at z = −2?", "max(0, z) 在 z = 2 处有多陡？在 z = −2 处呢？"),
    LeakyReLU: Text(
        "How steep is max(αz, z) at z = 2? And at z = −2?", "max(αz, z) 在 z = 2 处有多陡？在 z = −2 处呢？"
    ),
}
CHAIN = Text("The chain rule: how fast does A[{l}] change with Z[{l}]?", "链式法则：A[{l}] 随 Z[{l}] 变化得有多快？")


def steep(
    name: str,
    kinds: tuple[type[Activation], ...],
    seen: str,
    slope: Callable[[Any, Any, Any], Any],
    claim: Text,
    hint: Text | None = None,
) -> Mistake:
    """dZ[l] = dA[l] ∗ something else than g′: a function of Z, A and g, where g is of one of these kinds."""
    return Mistake(
        name,
        "dZ",
        lambda v, l: of(kinds, v, l).dA[l] * slope(v.Z[l], v.A[l], v.g[l]),
        f"dZ[{{l}}] = dA[{{l}}] ∗ {seen}" if seen else "dZ[{l}] = dA[{l}]",
        claim,
        hint or (RULES[kinds[0]] if len(kinds) == 1 else CHAIN),
    )


ANY = (Tanh, Sigmoid, ReLU, LeakyReLU)

SLOPE = (
    steep(
        "slope missing",
        ANY,
        "",
        lambda Z, A, g: 1,
        Text(
            "{q}: it is dA[{l}] unchanged; the derivative of the activation, {g}′(Z[{l}]), is missing.",
            "{q}：就是 dA[{l}] 本身，少乘了激活函数的导数 {g}′(Z[{l}])。",
        ),
    ),
    steep(
        "slope (1 - A) squared",
        (Tanh,),
        "(1 − A[{l}])²",
        lambda Z, A, g: (1 - A) ** 2,
        Text(
            "{q}: it uses (1 − A[{l}])² where tanh′ is 1 − A[{l}]².",
            "{q}：用了 (1 − A[{l}])²，而 tanh′ 是 1 − A[{l}]²。",
        ),
    ),
    steep(
        "slope 1 - A",
        (Tanh, Sigmoid),
        "(1 − A[{l}])",
        lambda Z, A, g: 1 - A,
        Text(
            "{q}: it uses 1 − A[{l}]; {g}′ has one more A in it (1 − A² for tanh, A(1 − A) for σ).",
            "{q}：用了 1 − A[{l}]；{g}′ 里还少一个 A（tanh 是 1 − A²，σ 是 A(1 − A)）。",
        ),
    ),
    steep(
        "slope 1 + A squared",
        (Tanh,),
        "(1 + A[{l}]²)",
        lambda Z, A, g: 1 + A * A,
        Text(
            "{q}: it uses 1 + A[{l}]²; tanh′ is 1 − A[{l}]² and never above 1.",
            "{q}：用了 1 + A[{l}]²；tanh′ 是 1 − A[{l}]²，不会超过 1。",
        ),
    ),
    steep(
        "slope A squared",
        (Tanh,),
        "A[{l}]²",
        lambda Z, A, g: A * A,
        Text("{q}: it uses A[{l}]² alone; tanh′ is 1 − A[{l}]².", "{q}：只用了 A[{l}]²；tanh′ 是 1 − A[{l}]²。"),
    ),
    steep(
        "slope A(1 + A)",
        (Sigmoid,),
        "A[{l}] ∗ (1 + A[{l}])",
        lambda Z, A, g: A * (1 + A),
        Text("{q}: it uses A(1 + A); σ′ is A(1 − A).", "{q}：用了 A(1 + A)；σ′ 是 A(1 − A)。"),
    ),
    steep(
        "slope is A",
        ANY,
        "A[{l}]",
        lambda Z, A, g: A,
        Text(
            "{q}: dA[{l}] is multiplied by A[{l}] itself, not by the derivative {g}′.",
            "{q}：dA[{l}] 乘的是 A[{l}] 本身，而不是导数 {g}′。",
        ),
    ),
    steep(
        "slope is Z",
        ANY,
        "Z[{l}]",
        lambda Z, A, g: Z,
        Text(
            "{q}: dA[{l}] is multiplied by Z[{l}] itself, not by the derivative {g}′(Z[{l}]).",
            "{q}：dA[{l}] 乘的是 Z[{l}] 本身，而不是导数 {g}′(Z[{l}])。",
        ),
    ),
    steep(
        "slope with Z for A",
        (Tanh, Sigmoid),
        "{g}′, with Z[{l}] in place of A[{l}]",
        lambda Z, A, g: g.derivative(Z, Z),
        Text(
            "{q}: Z[{l}] stands where A[{l}] should: 1 − A² and A(1 − A) are written in A, after the activation.",
            "{q}：该写 A[{l}] 的地方写了 Z[{l}]：1 − A² 与 A(1 − A) 中的 A 是激活之后的值。",
        ),
    ),
    steep(
        "slope taken at A",
        (Tanh, Sigmoid),
        "{g}′(A[{l}])",
        lambda Z, A, g: g.derivative(A, g(A)),
        Text(
            "{q}: the derivative is taken at A[{l}], so {g} is applied a second time; it is {g}′(Z[{l}]).",
            "{q}：导数在 A[{l}] 处取值，{g} 被多用了一次；应为 {g}′(Z[{l}])。",
        ),
    ),
    steep(
        "slope of sigmoid",
        (Tanh, ReLU, LeakyReLU),
        "A[{l}] ∗ (1 − A[{l}])",
        lambda Z, A, g: A * (1 - A),
        Text(
            "{q}: A(1 − A) is the derivative of the sigmoid; layer {l} has {g}.",
            "{q}：A(1 − A) 是 sigmoid 的导数；而第 {l} 层用的是 {g}。",
        ),
    ),
    steep(
        "slope of tanh",
        (Sigmoid, ReLU, LeakyReLU),
        "(1 − A[{l}]²)",
        lambda Z, A, g: 1 - A * A,
        Text(
            "{q}: 1 − A² is the derivative of tanh; layer {l} has {g}.",
            "{q}：1 − A² 是 tanh 的导数；而第 {l} 层用的是 {g}。",
        ),
    ),
    steep(
        "slope of ReLU",
        (Tanh, Sigmoid),
        "(1 where Z[{l}] > 0, else 0)",
        lambda Z, A, g: np.where(Z > 0, 1.0, 0.0),
        Text(
            "{q}: 1 where Z > 0 and else 0 is the derivative of ReLU; layer {l} has {g}.",
            "{q}：Z > 0 取 1、否则取 0，是 ReLU 的导数；而第 {l} 层用的是 {g}。",
        ),
    ),
    steep(
        "ReLU mask reversed",
        (ReLU,),
        "(1 where Z[{l}] ≤ 0, else 0)",
        lambda Z, A, g: np.where(Z > 0, 0.0, 1.0),
        Text(
            "{q}: the mask is the wrong way round: it lets the error through where ReLU was off.",
            "{q}：掩码反了：误差恰好从 ReLU 关闭的地方通过。",
        ),
    ),
    Mistake(
        "ReLU mask from dA",
        "dZ",
        lambda v, l: of(ReLU, v, l).dA[l] * (v.dA[l] > 0),
        "dZ[{l}] = dA[{l}] ∗ (1 where dA[{l}] > 0, else 0)",
        Text(
            "{q}: the mask asks whether dA[{l}] is positive; it should ask whether Z[{l}] was.",
            "{q}：掩码看的是 dA[{l}] 是否为正；应当看 Z[{l}] 是否为正。",
        ),
        RULES[ReLU],
    ),
    steep(
        "leaky slope on ReLU",
        (ReLU,),
        "(1 where Z[{l}] > 0, else 0.01)",
        lambda Z, A, g: np.where(Z > 0, 1.0, 0.01),
        Text(
            "{q}: 0.01 for negative Z is Leaky ReLU's derivative; forward there is a plain ReLU.",
            "{q}：Z 为负时取 0.01 是 Leaky ReLU 的导数；而前向用的是普通 ReLU。",
        ),
    ),
    steep(
        "leak forgotten",
        (LeakyReLU,),
        "(1 where Z[{l}] > 0, else 0)",
        lambda Z, A, g: np.where(Z > 0, 1.0, 0.0),
        Text(
            "{q}: 0 for negative Z is ReLU's derivative; forward there is a leak, so the slope there is α.",
            "{q}：Z 为负时取 0 是 ReLU 的导数；前向用的是 Leaky ReLU，那里的斜率是 α。",
        ),
    ),
    steep(
        "leak reversed",
        (LeakyReLU,),
        "(α where Z[{l}] > 0, else 1)",
        lambda Z, A, g: np.where(Z > 0, g.slope, 1.0),
        Text(
            "{q}: α and 1 have changed sides: α is the slope where Z < 0.", "{q}：α 和 1 放反了：Z < 0 处的斜率才是 α。"
        ),
    ),
    steep(
        "leak everywhere",
        (LeakyReLU,),
        "α",
        lambda Z, A, g: g.slope,
        Text("{q}: the slope is α everywhere; where Z > 0 it is 1.", "{q}：处处都用了斜率 α；Z > 0 处应为 1。"),
    ),
)
