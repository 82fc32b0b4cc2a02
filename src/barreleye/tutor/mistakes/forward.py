"""Mistakes in Z[l] = W[l] A[l-1] + b[l]."""

import numpy as np

from ...words import Text
from ..search import Mistake
from .activation import ACTIVATION
from .guards import first, from_second, units
from .samples import OUTPUT_SAMPLES

SHAPES_OF_Z = Text(
    "W[{l}] has a row for each unit of layer {l} and a column for each input of it. Which product turns A[{p}] into "
    "one row for each unit?",
    "W[{l}] 的每一行对应第 {l} 层的一个单元，每一列对应它的一个输入。怎样的乘积能把 A[{p}] 变成每个单元一行？",
)
WHOSE = Text(
    "Each layer has its own W and b, and takes what the layer before puts out. Read your line aloud, number by number.",
    "每一层都有自己的 W 和 b，输入是上一层的输出。把这一行逐个下标念一遍。",
)


Z = (
    Mistake(
        "Z without b",
        "Z",
        lambda v, l: v.W[l] @ v.A[l - 1],
        "Z[{l}] = W[{l}] A[{p}]",
        Text("{q}: the bias is missing, b[{l}] is never added.", "{q}：缺少偏置，没有加上 b[{l}]。"),
        Text(
            "Which parameters does layer {l} have, and which of them do you use?", "第 {l} 层有哪些参数？你用到了哪些？"
        ),
    ),
    Mistake(
        "Z minus b",
        "Z",
        lambda v, l: v.W[l] @ v.A[l - 1] - v.b[l],
        "Z[{l}] = W[{l}] A[{p}] − b[{l}]",
        Text("{q}: the bias is subtracted where it should be added.", "{q}：偏置应当加上，这里却减去了。"),
        Text("Does a larger bias make a unit more active, or less?", "偏置变大时，单元应当更活跃还是更不活跃？"),
    ),
    Mistake(
        "Z times b",
        "Z",
        lambda v, l: v.W[l] @ v.A[l - 1] * v.b[l],
        "Z[{l}] = (W[{l}] A[{p}]) ∗ b[{l}]",
        Text("{q}: multiplied by the bias, which should be added.", "{q}：偏置应当相加，这里却相乘了。"),
        Text(
            "In w·x + b, what does b do to the line: shift it or stretch it?",
            "在 w·x + b 中，b 是平移直线还是拉伸直线？",
        ),
    ),
    Mistake(
        "Z of the first sample for all",
        "Z",
        lambda v, l: v.W[l] @ first(v, l).X[:, :1] + v.b[l] + np.zeros((1, v.m)),
        "Z[{l}] = W[{l}] X⁽¹⁾ + b[{l}]",
        Text(
            "{q}: all samples have the Z of the first one: the same column is taken each time.",
            "{q}：所有样本用的都是第一个样本的 Z：每次取的都是同一列。",
        ),
        Text("Which index moves with your loop over the samples?", "对样本循环时，哪个下标在变？"),
    ),
    Mistake(
        "Z with the bias of the layer before",
        "Z",
        lambda v, l: v.W[l] @ v.A[l - 1] + v.b[l - 1],
        "Z[{l}] = W[{l}] A[{p}] + b[{p}]",
        Text(
            "{q}: it adds b[{p}], the bias of the layer before; b[{l}] is the one. Broadcasting may let that "
            "pass in silence.",
            "{q}：加的是上一层的偏置 b[{p}]，应为 b[{l}]。广播机制会让这个错误悄悄溜过去。",
        ),
        WHOSE,
    ),
    Mistake(
        "Z with the bias of the next layer",
        "Z",
        lambda v, l: v.W[l] @ v.A[l - 1] + v.b[l + 1],
        "Z[{l}] = W[{l}] A[{p}] + b[{n}]",
        Text(
            "{q}: it adds b[{n}], the bias of the next layer; b[{l}] is the one. Broadcasting may let that pass "
            "in silence.",
            "{q}：加的是下一层的偏置 b[{n}]，应为 b[{l}]。广播机制会让这个错误悄悄溜过去。",
        ),
        WHOSE,
    ),
    Mistake(
        "Z with the bias as a row",
        "Z",
        lambda v, l: units(v, l).W[l] @ v.A[l - 1] + v.b[l].T,
        "Z[{l}] = W[{l}] A[{p}] + b[{l}]ᵀ",
        Text(
            "{q}: the bias lies down as a row, so it is dealt out over the samples; each unit has one bias for "
            "all samples.",
            "{q}：偏置被转成了行向量，于是按样本分配；其实每个单元对所有样本共用一个偏置。",
        ),
        Text(
            "What shape has b[{l}], and along which axis should it be repeated?",
            "b[{l}] 的形状是什么？它应当沿哪个轴重复？",
        ),
    ),
    Mistake(
        "Z from Z",
        "Z",
        lambda v, l: v.W[l] @ v.Z[l - 1] + v.b[l],
        "Z[{l}] = W[{l}] Z[{p}] + b[{l}]",
        Text(
            "{q}: it is fed with Z[{p}], from before the activation; the next layer takes A[{p}].",
            "{q}：输入用了激活之前的 Z[{p}]，而下一层的输入应是 A[{p}]。",
        ),
        Text(
            "If no activation stands between two layers, how many layers are they?",
            "若两层之间没有激活函数，它们算几层？",
        ),
    ),
    Mistake(
        "Z from X again",
        "Z",
        lambda v, l: from_second(v, l).W[l] @ v.X + v.b[l],
        "Z[{l}] = W[{l}] X + b[{l}]",
        Text(
            "{q}: it is fed with X again. Layer {l} sees only what layer {p} puts out, A[{p}].",
            "{q}：输入又用了 X。第 {l} 层看到的只是第 {p} 层的输出 A[{p}]。",
        ),
        WHOSE,
    ),
    Mistake(
        "Z with W transposed",
        "Z",
        lambda v, l: v.W[l].T @ v.A[l - 1] + v.b[l],
        "Z[{l}] = W[{l}]ᵀ A[{p}] + b[{l}]",
        Text(
            "{q}: W[{l}] is transposed. That runs only where both layers are of one size; here W[{l}] already "
            "has a row for "
            "each unit.",
            "{q}：W[{l}] 被转置了，只有相邻两层一样大时才能运行；这里 W[{l}] 的每一行本来就对应一个单元。",
        ),
        SHAPES_OF_Z,
    ),
    Mistake(
        "Z elementwise",
        "Z",
        lambda v, l: v.W[l] * v.A[l - 1] + v.b[l],
        "Z[{l}] = W[{l}] ∗ A[{p}] + b[{l}]",
        Text(
            "{q}: * multiplies number by number; W[{l}] and A[{p}] need the matrix product, np.dot or @.",
            "{q}：* 是逐元素相乘；W[{l}] 与 A[{p}] 之间要用矩阵乘法 np.dot 或 @。",
        ),
        SHAPES_OF_Z,
    ),
    Mistake(
        "Z with the factors swapped",
        "Z",
        lambda v, l: v.A[l - 1] @ v.W[l] + v.b[l],
        "Z[{l}] = A[{p}] W[{l}] + b[{l}]",
        Text(
            "{q}: the factors are swapped. With samples as columns W[{l}] stands on the left of A[{p}].",
            "{q}：两个因子的次序反了。样本按列排放时，W[{l}] 应在 A[{p}] 的左边。",
        ),
        SHAPES_OF_Z,
    ),
    Mistake(
        "Z with A transposed",
        "Z",
        lambda v, l: v.W[l] @ v.A[l - 1].T + v.b[l],
        "Z[{l}] = W[{l}] A[{p}]ᵀ + b[{l}]",
        Text(
            "{q}: A[{p}] is transposed, so units are taken for samples.",
            "{q}：A[{p}] 被转置了，把单元当成了样本。",
        ),
        SHAPES_OF_Z,
    ),
    Mistake(
        "Z with W of the layer before",
        "Z",
        lambda v, l: v.W[l - 1] @ v.A[l - 1] + v.b[l],
        "Z[{l}] = W[{p}] A[{p}] + b[{l}]",
        Text("{q}: it uses W[{p}], the weights of the layer before.", "{q}：用了上一层的权重 W[{p}]。"),
        WHOSE,
    ),
    Mistake(
        "Z with W and b of the next layer",
        "Z",
        lambda v, l: v.W[l + 1] @ v.A[l - 1] + v.b[l + 1],
        "Z[{l}] = W[{n}] A[{p}] + b[{n}]",
        Text(
            "{q}: it takes W[{n}] and b[{n}], those of the next layer; W[{l}] and b[{l}] are its own.",
            "{q}：用的是下一层的 W[{n}] 和 b[{n}]，应为本层的 W[{l}] 和 b[{l}]。",
        ),
        WHOSE,
    ),
    Mistake(
        "Z with W of the next layer",
        "Z",
        lambda v, l: v.W[l + 1] @ v.A[l - 1] + v.b[l],
        "Z[{l}] = W[{n}] A[{p}] + b[{l}]",
        Text("{q}: it uses W[{n}], the weights of the next layer.", "{q}：用了下一层的权重 W[{n}]。"),
        WHOSE,
    ),
)

FORWARD: tuple[Mistake, ...] = (*ACTIVATION, *Z, *OUTPUT_SAMPLES)
