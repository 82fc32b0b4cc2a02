"""Mistakes in W[l] := W[l] − α dW[l] and b[l] := b[l] − α db[l]."""

from collections.abc import Callable
from typing import Any

from ...words import NOTHING, Text
from ..equations import Compute, Work
from ..search import Mistake

Step = Callable[[Any, Any, float], Any]
"""(parameter, its gradient, α) -> what it becomes."""


def at(letter: str, step: Step) -> Compute:
    """The new W[l], or b[l], by this step."""

    def compute(v: Work, l: int) -> Any:
        p, dp = (v.W, v.dW) if letter == "W" else (v.b, v.db)
        return step(p[l], dp[l], v.learning_rate)

    return compute


def slips(name: str, seen: str, step: Step, claim: Text, hint: Text = NOTHING) -> tuple[Mistake, ...]:
    """The mistake made in both parameters of a layer, in W alone, and in b alone; {p} in ``seen`` is W or b."""

    def written(letter: str) -> str:
        return seen.replace("{p}", letter + "[{l}]")

    return (
        Mistake(f"update {name}", "W new", at("W", step), written("W"), claim, hint, (("b new", at("b", step)),)),
        *(Mistake(f"{p} update {name}", f"{p} new", at(p, step), written(p), claim, hint) for p in ("W", "b")),
    )


def wrong_gradient(
    name: str, letter: str, seen: str, gradient: Callable[[Work, int], Any], claim: Text, hint: Text
) -> Mistake:
    """W or b moved along another gradient than its own."""

    def compute(v: Work, l: int) -> Any:
        p = v.W[l] if letter == "W" else v.b[l]
        return p - v.learning_rate * gradient(v, l)

    return Mistake(name, f"{letter} new", compute, f"{letter}[{{l}}] := {letter}[{{l}}] − α {seen}", claim, hint)


OWN = Text(
    "Every parameter has a gradient of its own, of its own shape. Which one is it here?",
    "每个参数都有自己的、形状相同的梯度。这里应该是哪一个？",
)
STEP = Text(
    "New = old − step. Which of the three is not as it should be in your line?",
    "新值 = 旧值 − 步长。你的这一行里，三者中哪一个不对？",
)
RATE = Text(
    "With learning_rate = 0 nothing should move; twice the rate is twice the step. Is it so?",
    "learning_rate = 0 时参数不应变化；学习率加倍，步长也加倍。你的代码是这样吗？",
)

UPDATE = (
    *slips(
        "adds",
        "{p} := {p} + α d{p}",
        lambda p, dp, a: p + a * dp,
        Text(
            "{q}: the gradient is added, so every step climbs and the cost grows.",
            "{q}：加上了梯度，于是每一步都在上坡，代价会越来越大。",
        ),
        Text("The gradient points uphill. Which way do we go?", "梯度指向上坡方向。我们要往哪边走？"),
    ),
    *slips(
        "without learning rate",
        "{p} := {p} − d{p}",
        lambda p, dp, a: p - dp,
        Text(
            "{q}: the whole gradient is subtracted, the learning rate α is missing.",
            "{q}：直接减去了整个梯度，少了学习率 α。",
        ),
        RATE,
    ),
    *slips(
        "without a step",
        "{p} := {p}",
        lambda p, dp, a: p,
        Text(
            "{q}: returned as they were given, not moved at all. Was the step forgotten, or computed and then "
            "not returned?",
            "{q}：原样返回，完全没有更新。是忘了写这一步，还是算了却没有返回？",
        ),
        Text(
            "Follow one number from the top of the function to its return. Where does it change?",
            "跟着一个数从函数开头走到 return：它在哪里改变了？",
        ),
    ),
    *slips(
        "keeps the step alone",
        "{p} := α d{p}",
        lambda p, dp, a: a * dp,
        Text(
            "{q}: this is the step α times gradient alone; the old value is lost.",
            "{q}：只剩下步长 α × 梯度，原来的值丢了。",
        ),
        STEP,
    ),
    *slips(
        "keeps minus the step alone",
        "{p} := −α d{p}",
        lambda p, dp, a: -a * dp,
        Text(
            "{q}: this is the step −α times gradient alone; the old value is lost (did =− stand for −=?).",
            "{q}：只剩下 −α × 梯度，原来的值丢了（是不是把 -= 写成了 =-？）。",
        ),
        STEP,
    ),
    *slips(
        "with the learning rate twice",
        "{p} := {p} − α² d{p}",
        lambda p, dp, a: p - a * a * dp,
        Text("{q}: the learning rate is multiplied in twice.", "{q}：学习率乘了两次。"),
        RATE,
    ),
    *slips(
        "divides by the learning rate",
        "{p} := {p} − d{p} / α",
        lambda p, dp, a: p - dp / a,
        Text(
            "{q}: the gradient is divided by α, so a smaller rate makes larger steps.",
            "{q}：梯度除以了 α，于是学习率越小步子反而越大。",
        ),
        RATE,
    ),
    *slips(
        "scales the difference",
        "{p} := α ({p} − d{p})",
        lambda p, dp, a: a * (p - dp),
        Text(
            "{q}: α multiplies the old value too. It belongs to the gradient alone: mind the brackets.",
            "{q}：α 把旧值也乘上了。它只应乘梯度：注意括号。",
        ),
        RATE,
    ),
    *slips(
        "multiplies by the gradient",
        "{p} := ({p} − α) ∗ d{p}",
        lambda p, dp, a: (p - a) * dp,
        Text(
            "{q}: α is subtracted first, then all is multiplied by the gradient: the brackets are in the wrong place.",
            "{q}：先减去了 α，再整体乘以梯度：括号放错了位置。",
        ),
        STEP,
    ),
    *slips(
        "subtracts itself",
        "{p} := {p} − α {p}",
        lambda p, dp, a: p - a * p,
        Text(
            "{q}: the parameter is subtracted from itself; a d is missing, the gradient is never used.",
            "{q}：减去的是参数自己：少写了一个 d，梯度根本没有用到。",
        ),
        OWN,
    ),
    wrong_gradient(
        "W update with db",
        "W",
        "db[{l}]",
        lambda v, l: v.db[l],
        Text(
            "{q}: moved along db[{l}], the bias's gradient. Broadcasting lets that pass in silence.",
            "{q}：更新时用了偏置的梯度 db[{l}]。广播机制让这个错误悄悄溜过去。",
        ),
        OWN,
    ),
    wrong_gradient(
        "b update with dW",
        "b",
        "dW[{l}]",
        lambda v, l: v.dW[l],
        Text(
            "{q}: moved along dW[{l}], so that it takes the shape of the weights. Its own gradient is db[{l}].",
            "{q}：更新时用了 dW[{l}]，形状也变得和权重一样。它自己的梯度是 db[{l}]。",
        ),
        OWN,
    ),
    wrong_gradient(
        "b update with the sum of dW",
        "b",
        "Σ dW[{l}]",
        lambda v, l: v.dW[l].sum(axis=1, keepdims=True),
        Text(
            "{q}: moved along the row sums of dW[{l}]; its own gradient is db[{l}].",
            "{q}：更新时用了 dW[{l}] 的行和；它自己的梯度是 db[{l}]。",
        ),
        OWN,
    ),
    *(
        wrong_gradient(
            f"{p} update with the gradient of the {which} layer",
            p,
            f"d{p}[{{{index}}}]",
            gradient,
            Text(
                f"{{q}}: moved along d{p}[{{{index}}}], the gradient of another layer.",
                f"{{q}}：更新时用了另一层的梯度 d{p}[{{{index}}}]。",
            ),
            OWN,
        )
        for p, which, index, gradient in (
            ("W", "next", "n", lambda v, l: v.dW[l + 1]),
            ("W", "previous", "p", lambda v, l: v.dW[l - 1]),
            ("b", "next", "n", lambda v, l: v.db[l + 1]),
            ("b", "previous", "p", lambda v, l: v.db[l - 1]),
        )
    ),
)
