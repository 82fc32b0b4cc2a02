"""Mistakes in the slope g′(Z[l]) of dZ[l] = dA[l] ∗ g′(Z[l])."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ...nn.activations import Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from ...words import Text
from ..search import Mistake
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
        (Tanh, Sigmoid, LeakyReLU),
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
        "slope 1 - 2 A",
        (Tanh,),
        "(1 − 2 A[{l}])",
        lambda Z, A, g: 1 - 2 * A,
        Text("{q}: it uses 1 − 2A; tanh′ is 1 − A², a square.", "{q}：用了 1 − 2A；tanh′ 是 1 − A²，那是平方。"),
    ),
    steep(
        "slope -2 A",
        (Tanh,),
        "(−2 A[{l}])",
        lambda Z, A, g: -2 * A,
        Text(
            "{q}: −2A is what 1 − A² has as its own derivative; 1 − A² is tanh′ already.",
            "{q}：−2A 是 1 − A² 再求一次导的结果；1 − A² 本身就已经是 tanh′。",
        ),
    ),
    steep(
        "slope 1 - tanh of the square",
        (Tanh,),
        "(1 − tanh(Z[{l}]²))",
        lambda Z, A, g: 1 - np.tanh(Z * Z),
        Text(
            "{q}: Z is squared inside tanh; in tanh′ = 1 − tanh²(Z) it is tanh(Z) that is squared.",
            "{q}：平方的是 tanh 里面的 Z；而 tanh′ = 1 − tanh²(Z) 中平方的是 tanh(Z)。",
        ),
    ),
    steep(
        "slope A - 2 A",
        (Sigmoid,),
        "(A[{l}] − 2 A[{l}])",
        lambda Z, A, g: A - 2 * A,
        Text("{q}: it uses A − 2A; σ′ is A − A², a square.", "{q}：用了 A − 2A；σ′ 是 A − A²，那是平方。"),
    ),
    steep(
        "slope with one A too many",
        (Sigmoid,),
        "A[{l}]² ∗ (1 − A[{l}])",
        lambda Z, A, g: A * A * (1 - A),
        Text("{q}: A is there once too often: σ′ is A(1 − A).", "{q}：多乘了一个 A：σ′ 是 A(1 − A)。"),
    ),
    steep(
        "slope with one 1 - A too many",
        (Sigmoid,),
        "A[{l}] ∗ (1 − A[{l}])²",
        lambda Z, A, g: A * (1 - A) ** 2,
        Text("{q}: 1 − A is there once too often: σ′ is A(1 − A).", "{q}：多乘了一个 1 − A：σ′ 是 A(1 − A)。"),
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
        "ReLU mask that lets all through",
        (ReLU,),
        "",
        lambda Z, A, g: 1,
        Text(
            "{q}: it is dA[{l}] unchanged: the mask Z[{l}] > 0 is missing, or it is true everywhere, as A[{l}] ≥ 0 is.",
            "{q}：就是 dA[{l}] 本身：缺少掩码 Z[{l}] > 0，或者掩码处处为真（A[{l}] ≥ 0 就总是成立）。",
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
        "leak reversed",
        (LeakyReLU,),
        "(α where Z[{l}] > 0, else 1)",
        lambda Z, A, g: np.where(Z > 0, g.slope, 1.0),
        Text(
            "{q}: α and 1 have changed sides: α is the slope where Z < 0.", "{q}：α 和 1 放反了：Z < 0 处的斜率才是 α。"
        ),
    ),
    steep(
        "leak with a minus",
        (LeakyReLU,),
        "(1 where Z[{l}] > 0, else −α)",
        lambda Z, A, g: np.where(Z > 0, 1.0, -g.slope),
        Text(
            "{q}: the slope where Z < 0 is −α; αZ rises with Z there too, so it is α.",
            "{q}：Z < 0 处用了斜率 −α；αZ 在那里也随 Z 增大，斜率应为 α。",
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
