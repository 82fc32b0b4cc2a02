"""Mistakes in the loop over the layers of a deep network, forward: a layer left out, or made twice."""

from typing import Any

from ...words import Text
from ..equations import Work
from ..search import Mistake
from .guards import from_second, hidden, output

COUNT = Text(
    "Write down which layers your loop makes, for L = 3. Is each of 1, 2, 3 there once?",
    "设 L = 3，写出循环依次计算了哪些层：1、2、3 是否各出现一次？",
)


def _twice(v: Work, l: int) -> Any:
    Z = v.W[l] @ v.A[l - 1] + v.b[l]
    return v.W[l] @ v.g[l - 1](Z) + v.b[l] if output(v, l).L > 1 else Z


LAYERS = (
    Mistake(
        "hidden layer left out",
        "A",
        lambda v, l: hidden(from_second(v, l), l).A[l - 1],
        "A[{l}] = A[{p}]",
        Text(
            "Layer {l} is left out: A[{p}] goes on to the next layer as if it were A[{l}].",
            "漏掉了第 {l} 层：A[{p}] 被当作 A[{l}] 直接传给了下一层。",
        ),
        COUNT,
    ),
    Mistake(
        "output layer left out",
        "A",
        lambda v, l: output(v, l).A[l - 1],
        "A[{l}] = A[{p}]",
        Text(
            "The output layer is left out: what is returned is A[{p}], from the last hidden layer.",
            "漏掉了输出层：返回的是最后一个隐藏层的 A[{p}]。",
        ),
        COUNT,
    ),
    Mistake(
        "output layer twice",
        "Z",
        _twice,
        "Z[{l}] = W[{l}] g(W[{l}] A[{p}] + b[{l}]) + b[{l}]",
        Text(
            "{q}: layer {l} is made twice, first as a hidden layer and then as the output. That runs only where "
            "its inputs are "
            "as many as its units.",
            "{q}：第 {l} 层算了两遍，先当作隐藏层，再当作输出层。只有它的输入个数与单元个数相同时才能运行。",
        ),
        COUNT,
    ),
)
