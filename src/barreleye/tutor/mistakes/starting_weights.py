"""Mistakes in the starting weights: W[l] random and small, of shape (n[l], n[l-1])."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...words import Text
from ..flaws import Flaw
from ..report import FRAGILE
from .start import Seen, Shows, always, some

W_SHOULD = "W[l]: random numbers of shape (n[l], n[l−1]), small"
W_CODE = "np.random.randn(n[l], n[l-1]) * np.sqrt(2 / n[l-1])"


def _weights(name: str, shows: Shows, claim: Text, hint: Text, seen: str = "", verdict: str = "wrong") -> Flaw[Seen]:
    return Flaw(name, "W", shows, claim, hint, W_SHOULD, seen, W_CODE, verdict)


def layers_alike(seen: Seen) -> dict[str, Any] | None:
    """Whether every layer starts with the numbers of the first one, scaled or not: one seed, set again for each."""
    W = list(seen[0].W.values())
    if len(W) < 2 or any(np.ptp(one) == 0 for one in W):
        return None
    first = W[0].ravel()
    for one in W[1:]:
        k = min(first.size, one.size, 30)
        ratios = one.ravel()[:k] / np.where(first[:k] == 0, np.nan, first[:k])
        if not np.allclose(ratios, ratios[0], rtol=1e-6):
            return None
    return {}


def too_large(W: np.ndarray, l: int, n: Sequence[int]) -> bool:
    """More than twice as wide as He's rule, the widest of the usual ones, and than Xavier's for two inputs."""
    return bool(np.std(W) > max(2.2 * np.sqrt(2 / n[l - 1]), np.sqrt(1 / 2)))


_ALIKE = Text(
    "Two hidden units with the same weights: will they ever compute different things?",
    "两个权重完全相同的隐藏单元，以后会变得不同吗？",
)
_SPREAD = Text(
    "Z adds up n[l−1] products. How large will it be, and how steep is the activation there?",
    "Z 是 n[l−1] 个乘积之和。它会有多大？激活函数在那里还有多陡？",
)
ROWS = Text(
    "W[l] A[l−1] should have a row for each unit of layer l.", "W[l] A[l−1] 的每一行应当对应第 l 层的一个单元。"
)

WEIGHTS = (
    _weights(
        "W transposed at the start",
        always("W", lambda W, l, n: W.shape == (n[l - 1], n[l]) and n[l - 1] != n[l]),
        Text(
            "W[l] has shape (n[l−1], n[l]): it is transposed, and np.dot(W, A) will not run.",
            "W[l] 的形状是 (n[l−1], n[l])：行列颠倒了，np.dot(W, A) 无法运行。",
        ),
        ROWS,
        "W[l] of shape (n[l−1], n[l])",
    ),
    _weights(
        "W starts at zero",
        some("W", lambda W, l, n: not W.any()),
        Text(
            "{q}: all zeros. Every unit of a layer then gets the same gradient and stays the same as the others "
            "for ever: the "
            "symmetry is never broken.",
            "{q} 全为零。这样同一层的各单元得到的梯度都相同，永远保持一样：对称性无法打破。",
        ),
        _ALIKE,
        "W[l] = 0",
    ),
    _weights(
        "W starts with one number",
        some("W", lambda W, l, n: np.ptp(W) == 0),
        Text(
            "{q}: the same number everywhere. All units of a layer compute the same and learn the same: the "
            "symmetry is never "
            "broken.",
            "{q} 的每个元素都相同。同一层的各单元算得一样、学得也一样：对称性无法打破。",
        ),
        _ALIKE,
        "W[l] = the same number everywhere",
    ),
    _weights(
        "units start alike",
        some("W", lambda W, l, n: len(W) > 1 and not np.ptp(W, axis=0).any()),
        Text(
            "{q}: all rows are the same, so all units of the layer are, and they learn the same: the symmetry is "
            "never broken.",
            "{q} 的各行都相同，于是该层的单元都相同、学得也一样：对称性无法打破。",
        ),
        _ALIKE,
        "W[l]: one random row, repeated",
    ),
    _weights(
        "W starts as integers",
        some("W", lambda W, l, n: W.dtype.kind in "iu"),
        Text(
            "{q}: whole numbers. Weights are small fractions, and W -= step cannot be stored in an array of integers.",
            "{q} 是整数数组。权重应当是很小的小数，而且整数数组无法存下 W -= 步长 的结果。",
        ),
        Text("Which function of np.random gives fractions around 0?", "np.random 里哪个函数给出 0 附近的小数？"),
    ),
    _weights(
        "W starts positive",
        some("W", lambda W, l, n: W.min() >= 0),
        Text(
            "{q}: no number is negative, as from np.random.rand. The units then start far more alike than with "
            "randn, and Z is "
            "pushed to one side.",
            "{q} 没有负数，像是用了 np.random.rand。与 randn 相比，各单元一开始就相似得多，Z 也偏向一边。",
        ),
        Text("rand or randn?", "是 rand 还是 randn？"),
        verdict=FRAGILE,
    ),
    _weights(
        "W starts too large",
        some("W", too_large),
        Text(
            "{q}: the numbers are not scaled down. With many inputs Z is large, sigmoid and tanh saturate, and "
            "learning is slow "
            "from the start.",
            "{q} 没有缩小。输入多时 Z 会很大，sigmoid 和 tanh 进入饱和区，一开始就学得很慢。",
        ),
        _SPREAD,
        verdict=FRAGILE,
    ),
    _weights(
        "W starts too small",
        some("W", lambda W, l, n: 0 < np.std(W) < 1e-5),
        Text(
            "{q}: so near to 0 that the signal is lost on the way, forward and back.",
            "{q} 太接近 0，信号在前向和反向的途中都会消失。",
        ),
        _SPREAD,
        verdict=FRAGILE,
    ),
)
SEEDS = (
    Flaw[Seen](
        "one seed for every layer",
        "seed",
        layers_alike,
        Text(
            "Every layer starts with the same random numbers: the seed is set again for each one, inside the loop.",
            "每一层开头的随机数都相同：在循环里，每一层都重新设了一次种子。",
        ),
        Text("How often should the seed be set?", "种子应当设几次？"),
        should="np.random.seed once, before the first layer",
        seen="np.random.seed before every layer",
        solution="np.random.seed(3) before the loop",
        verdict=FRAGILE,
    ),
)
