"""Mistakes in the 1/m of dW[l] = (1/m) dZ[l] A[l-1]ᵀ and of db[l] = (1/m) Σᵢ dZ[l]⁽ⁱ⁾."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ...words import Text
from ..equations import EQUATIONS, Work
from ..search import Mistake
from .guards import other

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


MEANS = (
    *scaled(
        "without 1/m",
        "",
        lambda v, l: v.m,
        Text(
            "{q}: m = {m} times too large, the 1/m is missing (or m is 1 there).",
            "{q}：是应有值的 m = {m} 倍，少了 1/m（或者那里的 m 等于 1）。",
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
            "{q}: divided by the number of features, not by m = {m}: the samples are columns, X.shape[1].",
            "{q}：除以了特征数，而不是 m = {m}：样本按列排放，个数是 X.shape[1]。",
        ),
        COUNT,
    ),
    *scaled(
        "divided by n[l-1]",
        "(1/n[{p}])",
        lambda v, l: v.m / other(v.A[l - 1].shape[0], v.m),
        Text(
            "{q}: divided by the number of units below, not by m = {m}: the samples are columns, A_prev.shape[1].",
            "{q}：除以了上一层的单元数，而不是 m = {m}：样本按列排放，个数是 A_prev.shape[1]。",
        ),
        COUNT,
    ),
    *scaled(
        "divided by n[l]",
        "(1/n[{l}])",
        lambda v, l: v.m / other(v.W[l].shape[0], v.m),
        Text(
            "{q}: divided by the number of units, not by m = {m}: the samples are columns, dZ.shape[1].",
            "{q}：除以了单元数，而不是 m = {m}：样本按列排放，个数是 dZ.shape[1]。",
        ),
        COUNT,
    ),
    *scaled(
        "with 1/m twice",
        "(1/m²)",
        lambda v, l: 1 / v.m,
        Text(
            "{q}: m = {m} times too small, divided by m twice (np.mean, or dZ, has done it already).",
            "{q}：只有应有值的 1/m（m = {m}），除了两次 m（np.mean 或者 dZ 里已经除过一次）。",
        ),
        Text(
            "Count the divisions by m on the way to {q}. How many should there be?",
            "到 {q} 为止一共除了几次 m？应当是几次？",
        ),
        both=False,
    ),
    *scaled(
        "with 1 // m",
        "(1 // m)",
        lambda v, l: 0,
        Text(
            "{q}: 0 everywhere: 1 // m divides whole numbers and leaves 0 (or it was filled with zeros and never "
            "changed).",
            "{q}：处处为 0：1 // m 是整数除法，结果是 0（或者填了 0 之后就没有再改）。",
        ),
        MEAN,
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
