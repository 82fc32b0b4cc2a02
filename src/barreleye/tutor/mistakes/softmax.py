"""Mistakes in the softmax: A = exp(Z) / sum of exp(Z) over the units of each sample."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...nn.activations import Activation, sigmoid
from ...nn.heads import SoftmaxHead
from ...words import Text
from ..equations import Work
from ..search import Mistake
from .guards import of


@dataclass(frozen=True)
class Softmax(Activation):
    """g(z)_k = exp(z_k) / sum over j of exp(z_j), along an axis: 0 where samples are columns. No elementwise g′."""

    axis: int = 0

    def __call__(self, Z: Any) -> Any:
        return SoftmaxHead().link(Z) if self.axis == 0 else SoftmaxHead().link(Z.T).T

    def derivative(self, Z: Any, A: Any) -> Any:
        raise NotImplementedError("softmax has a matrix of derivatives for each sample, no single g'")


def _softmax(name: str, function: Callable[[Any], Any], paper: str, claim: Text, hint: Text | None = None) -> Mistake:
    def compute(v: Work, l: int) -> Any:
        return function(of(Softmax, v, l).Z[l])

    shares = Text(
        "For one sample, what should the outputs of all its units add up to?",
        "对一个样本来说，各单元的输出加起来应当等于多少？",
    )
    return Mistake(name, "A", compute, "A[{l}] = " + paper.replace("Z", "Z[{l}]"), claim, hint or shares)


def _uneven(Z: Any) -> Any:
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


def _shifted(Z: Any) -> Any:
    return np.exp(Z - Z.max(axis=0, keepdims=True))


def _without_exp_below(name: str, shift: Callable[[Any], Any]) -> Mistake:
    return _softmax(
        name,
        lambda Z: np.exp(shift(Z)) / shift(Z).sum(axis=0, keepdims=True),
        "exp(Z) / Σ over the units of Z",
        Text(
            "{q}: above the line stands exp(Z), below it the sum of Z itself: what is summed lacks its exp.",
            "{q}：分子是 exp(Z)，分母却是 Z 本身的和：求和的各项少了 exp。",
        ),
    )


_WAYS = Text(
    "Samples are columns here. Along which axis do the units of one sample lie?",
    "这里每一列是一个样本。同一个样本的各单元排在哪个轴上？",
)

SOFTMAX = (
    _softmax(
        "softmax over the samples",
        Softmax(axis=1),
        "exp(Z) / Σ over the samples of exp(Z)",
        Text(
            "{q} adds up to 1 along each row: it is summed over the samples (axis=1), not over the units.",
            "{q} 的每一行之和为 1：求和是沿样本（axis=1）进行的，而不是沿各单元。",
        ),
        _WAYS,
    ),
    _softmax(
        "softmax over everything",
        lambda Z: np.exp(Z) / np.exp(Z).sum(),
        "exp(Z) / Σ over all of exp(Z)",
        Text(
            "All of {q} adds up to 1: the sum runs over all samples at once, where each sample should have its own.",
            "{q} 的全部元素之和为 1：求和把所有样本混在了一起，而每个样本应当各自求和。",
        ),
        _WAYS,
    ),
    _softmax(
        "softmax over the samples, shifted",
        lambda Z: _shifted(Z) / _shifted(Z).sum(axis=1, keepdims=True),
        "exp(Z − max) / Σ over the samples of exp(Z − max)",
        Text(
            "{q}: the largest number is taken of each column, but the sum of each row (axis=1): it should run over the "
            "units too.",
            "{q}：最大值是按列取的，求和却是按行（axis=1）：求和也应当沿各单元。",
        ),
        _WAYS,
    ),
    _softmax(
        "softmax over everything, shifted",
        lambda Z: _shifted(Z) / _shifted(Z).sum(),
        "exp(Z − max) / Σ over all of exp(Z − max)",
        Text(
            "{q}: the largest number is taken of each column, but the sum of everything (no axis): each sample should "
            "have its own.",
            "{q}：最大值是按列取的，求和却把所有样本混在了一起（没有写 axis）：每个样本应当各自求和。",
        ),
        _WAYS,
    ),
    _without_exp_below("softmax without exp below", lambda Z: Z),
    _without_exp_below("softmax without exp below, shifted", lambda Z: Z - Z.max(axis=0, keepdims=True)),
    _without_exp_below("softmax without exp below, shifted by one number", lambda Z: Z - Z.max()),
    _softmax(
        "softmax not normalised",
        np.exp,
        "exp(Z)",
        Text("{q} is exp(Z[{l}]): the division by the sum is missing.", "{q} 只是 exp(Z[{l}])：没有除以总和。"),
    ),
    _softmax(
        "softmax without exp",
        lambda Z: Z / Z.sum(axis=0, keepdims=True),
        "Z / Σ over the units of Z",
        Text(
            "{q} divides Z[{l}] itself by its sum: without exp it can be negative, and the sum can be 0.",
            "{q} 直接用 Z[{l}] 除以它的和：没有取 exp，结果可能是负数，和也可能为 0。",
        ),
        Text("What makes every share positive, whatever the sign of Z?", "不论 Z 的符号如何，是什么使每一份都为正？"),
    ),
    _softmax(
        "softmax of minus Z",
        lambda Z: Softmax()(-Z),
        "exp(−Z) / Σ over the units of exp(−Z)",
        Text(
            "{q} has exp(−Z[{l}]): the largest Z gets the smallest share.",
            "{q} 用了 exp(−Z[{l}])：Z 最大的单元反而得到最小的份额。",
        ),
        Text(
            "Which unit should win, the one with the largest Z or with the smallest?",
            "哪个单元应当胜出，Z 最大的还是最小的？",
        ),
    ),
    _softmax(
        "softmax shifted unevenly",
        _uneven,
        "exp(Z − c) / Σ over the units of exp(Z − c), with another c in each row",
        Text(
            "{q}: what is subtracted before exp differs from unit to unit. Only a number that all units of a "
            "sample share "
            "cancels out.",
            "{q}：取 exp 之前减去的数因单元而异。只有同一样本的各单元减去同一个数，结果才不变。",
        ),
        Text("Of which numbers is the largest one to be taken?", "应当在哪些数里取最大值？"),
    ),
    _softmax(
        "sigmoid in place of softmax",
        sigmoid,
        "1 / (1 + exp(−Z))",
        Text(
            "{q} is a sigmoid of each unit by itself: the shares of one sample do not add up to 1.",
            "{q} 对每个单元分别做了 sigmoid：同一样本的各份之和不等于 1。",
        ),
    ),
    _softmax(
        "log of softmax",
        lambda Z: np.log(Softmax()(Z)),
        "log(exp(Z) / Σ over the units of exp(Z))",
        Text("{q} is the logarithm of the softmax: its numbers are negative.", "{q} 是 softmax 的对数：数值都是负的。"),
        Text("In which function does the logarithm come?", "对数应当出现在哪个函数里？"),
    ),
)
