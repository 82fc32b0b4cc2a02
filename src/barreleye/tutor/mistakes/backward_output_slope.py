"""Mistakes in dA[L] = −(Y / A[L] − (1 − Y) / (1 − A[L])), from which dZ[L] may come too."""

from collections.abc import Callable
from typing import Any

from ...words import Text
from ..equations import EQUATIONS
from ..search import Mistake
from .backward_output import CANCELS, SIGN

HALVES = Text(
    "Differentiate −Y log A and −(1 − Y) log(1 − A) one by one.", "分别对 −Y log A 和 −(1 − Y) log(1 − A) 求导试试。"
)


def slope(name: str, seen: str, compute: Callable[[Any, Any], Any], claim: Text, hint: Text = HALVES) -> Mistake:
    """Another dA[L], from A and Y."""
    return Mistake(name, "dA out", lambda v, l: compute(v.A[l], v.Y), f"dA[{{l}}] = {seen}", claim, hint)


OUTPUT_SLOPE = (
    slope(
        "dA without minus",
        "Y / A[{l}] − (1 − Y) / (1 − A[{l}])",
        lambda A, Y: Y / A - (1 - Y) / (1 - A),
        Text(
            "{q}: the minus before the bracket is missing, so every gradient gets the wrong sign.",
            "{q}：括号前少了负号，所有梯度的符号都反了。",
        ),
        SIGN,
    ),
    slope(
        "dA with one sign for both halves",
        "−(Y / A[{l}] + (1 − Y) / (1 − A[{l}]))",
        lambda A, Y: -(Y / A + (1 - Y) / (1 - A)),
        Text(
            "{q}: both halves have the same sign. The derivative of log(1 − A) brings a minus of its own; "
            "without brackets it is "
            "−Y/A + (1 − Y)/(1 − A).",
            "{q}：两项的符号相同了。log(1 − A) 求导会再带出一个负号；去掉括号就是 −Y/A + (1 − Y)/(1 − A)。",
        ),
    ),
    slope(
        "dA of the ones only",
        "−Y / A[{l}]",
        lambda A, Y: -Y / A,
        Text("{q}: only the half for Y = 1 is there.", "{q}：只有 Y = 1 的那一项。"),
    ),
    slope(
        "dA of the zeros only",
        "(1 − Y) / (1 − A[{l}])",
        lambda A, Y: (1 - Y) / (1 - A),
        Text("{q}: only the half for Y = 0 is there.", "{q}：只有 Y = 0 的那一项。"),
    ),
    slope(
        "dA with Y and 1 - Y swapped",
        "−((1 − Y) / A[{l}] − Y / (1 − A[{l}]))",
        lambda A, Y: -((1 - Y) / A - Y / (1 - A)),
        Text("{q}: Y and 1 − Y (or A and 1 − A) have changed places.", "{q}：Y 与 1 − Y（或 A 与 1 − A）的位置换了。"),
    ),
    slope(
        "dA is A - Y",
        "A[{l}] − Y",
        lambda A, Y: A - Y,
        Text(
            "{q}: it is A[{l}] − Y, which is dZ[{l}] already; then it is multiplied by σ′ once more.",
            "{q}：写成了 A[{l}] − Y，那已经是 dZ[{l}] 了；之后又多乘了一次 σ′。",
        ),
        CANCELS,
    ),
    slope(
        "dA is Y - A",
        "Y − A[{l}]",
        lambda A, Y: Y - A,
        Text(
            "{q}: it is Y − A[{l}]: the sign is reversed, and what belongs there is the derivative of the cost by A.",
            "{q}：写成了 Y − A[{l}]：符号反了，而且这里应当是代价对 A 的导数。",
        ),
    ),
    Mistake(
        "output dA with 1/m",
        "dA out",
        lambda v, l: EQUATIONS["dA out"].compute(v, l) / v.m,
        "dA[{l}] = −(1/m) (Y / A[{l}] − (1 − Y) / (1 − A[{l}]))",
        Text(
            "{q}: it carries a 1/m, and dW and db divide by m again: every gradient is m = {m} times too small.",
            "{q}：已经带了 1/m，而 dW 和 db 又除以了一次 m：所有梯度都只有应有值的 1/m（m = {m}）。",
        ),
        Text(
            "Count the divisions by m between the cost and dW. How many should there be?",
            "从代价到 dW 一共除了几次 m？应当是几次？",
        ),
    ),
)
