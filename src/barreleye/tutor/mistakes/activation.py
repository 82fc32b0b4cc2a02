"""Mistakes in A[l] = g(Z[l])."""

import numpy as np

from ...nn.activations import Sigmoid, Tanh
from ...words import Text
from ..equations import Work
from ..search import Mistake
from .activation_formulas import FORMULAS
from .guards import hidden, of, output

PROBABILITY = Text(
    "A[{l}] is to be the probability of a 1. Where do your numbers lie?",
    "A[{l}] 应当是“标签为 1”的概率。你的数值落在什么范围？",
)


def over(v: Work, l: int, axis: int) -> np.ndarray:
    """The output's softmax along an axis: 0 the units, 1 the samples."""
    e = np.exp(of(Sigmoid, output(v, l), l).Z[l])
    return e / e.sum(axis=axis, keepdims=True)


ACTIVATION = (
    Mistake(
        "A without activation",
        "A",
        lambda v, l: hidden(v, l).Z[l],
        "A[{l}] = Z[{l}]",
        Text(
            "{q}: the activation is missing, Z[{l}] itself goes on to the next layer.",
            "{q}：缺少激活函数，Z[{l}] 被原样传给了下一层。",
        ),
        Text("What makes two layers more than one linear map?", "是什么让两层网络不只是一个线性映射？"),
    ),
    Mistake(
        "output without sigmoid",
        "A",
        lambda v, l: of(Sigmoid, output(v, l), l).Z[l],
        "A[{l}] = Z[{l}]",
        Text(
            "{q}: it is Z[{l}] itself, the output's sigmoid is missing.",
            "{q}：它就是 Z[{l}] 本身，输出层缺少 sigmoid。",
        ),
        PROBABILITY,
    ),
    Mistake(
        "tanh output",
        "A",
        lambda v, l: np.tanh(of(Sigmoid, output(v, l), l).Z[l]),
        "A[{l}] = tanh(Z[{l}])",
        Text(
            "{q}: it comes out of tanh, between −1 and 1, and the cost will take the logarithm of a negative "
            "number. The "
            "cross-entropy wants a sigmoid.",
            "{q}：输出用了 tanh，取值在 −1 与 1 之间，代价函数会对负数取对数。交叉熵要配 sigmoid。",
        ),
        Text("Which activation gives numbers between 0 and 1?", "哪个激活函数的值在 0 与 1 之间？"),
    ),
    Mistake(
        "ReLU output",
        "A",
        lambda v, l: np.maximum(0, of(Sigmoid, output(v, l), l).Z[l]),
        "A[{l}] = max(0, Z[{l}])",
        Text(
            "{q}: it comes out of ReLU, so it is 0 or may be larger than 1. A probability comes out of a sigmoid.",
            "{q}：输出用了 ReLU，结果为 0 或可能大于 1。概率应由 sigmoid 给出。",
        ),
        PROBABILITY,
    ),
    Mistake(
        "step for g",
        "A",
        lambda v, l: np.where(v.Z[l] > 0, 1.0, 0.0),
        "A[{l}] = 1 where Z[{l}] > 0, else 0",
        Text(
            "{q}: it is cut to 0 and 1 already. Keep the smooth {g}: only a prediction is cut, and a step has "
            "no slope to "
            "learn from.",
            "{q}：已经被截成了 0 和 1。请保留平滑的 {g}：只有预测才截断，阶跃函数没有斜率可供学习。",
        ),
        Text("What is the derivative of a step?", "阶跃函数的导数是什么？"),
    ),
    Mistake(
        "softmax over one unit",
        "A",
        lambda v, l: over(v, l, 0),
        "A[{l}] = softmax(Z[{l}])",
        Text(
            "{q}: softmax shares 1 out among the units of a sample. With one output unit it is always 1; that "
            "unit needs a "
            "sigmoid.",
            "{q}：softmax 把 1 分给同一样本的各个单元。只有一个输出单元时它恒为 1；这里要用 sigmoid。",
        ),
        Text("A softmax over a single number: what is it?", "对单独一个数做 softmax，结果是多少？"),
    ),
    Mistake(
        "softmax over samples",
        "A",
        lambda v, l: over(v, l, 1),
        "A[{l}] = exp(Z[{l}]) / Σᵢ exp(Z[{l}])⁽ⁱ⁾",
        Text(
            "{q}: its row sums to 1, so the samples compete with one another. Each sample has its own "
            "probability: a sigmoid.",
            "{q}：整行之和为 1，样本之间互相竞争。每个样本各有自己的概率：应当用 sigmoid。",
        ),
        Text(
            "Should one sample's prediction change when another joins the batch?",
            "多加一个样本，别的样本的预测应当改变吗？",
        ),
    ),
    Mistake(
        "activation twice",
        "A",
        lambda v, l: of((Tanh, Sigmoid), v, l).g[l](v.g[l](v.Z[l])),
        "A[{l}] = {g}({g}(Z[{l}]))",
        Text(
            "{q}: {g} is applied twice, to Z[{l}] and then to its own result.",
            "{q}：{g} 用了两次：先对 Z[{l}]，再对自己的结果。",
        ),
        Text(
            "Does your Z[{l}] leave its line as it should, without an activation?",
            "你的 Z[{l}] 那一行里是否已经有了激活函数？",
        ),
    ),
    Mistake(
        "derivative for g",
        "A",
        lambda v, l: of((Tanh, Sigmoid), v, l).g[l].derivative(v.Z[l], v.g[l](v.Z[l])),
        "A[{l}] = {g}′(Z[{l}])",
        Text(
            "{q}: this is the derivative {g}′(Z[{l}]); forward goes {g} itself.",
            "{q}：这是导数 {g}′(Z[{l}])；前向传播用的是 {g} 本身。",
        ),
        Text("Where on the way is a derivative needed: forward or back?", "导数用在前向传播还是反向传播？"),
    ),
    Mistake(
        "g of the Z before",
        "A",
        lambda v, l: v.g[l](v.Z[l - 1]),
        "A[{l}] = {g}(Z[{p}])",
        Text("{q}: {g} is applied to Z[{p}], from the layer before.", "{q}：{g} 作用在了上一层的 Z[{p}] 上。"),
        Text(
            "Which line did you copy, and which numbers did you change in it?",
            "这一行是从哪一行复制来的？下标都改了吗？",
        ),
    ),
    Mistake(
        "g of the A before",
        "A",
        lambda v, l: v.g[l](v.A[l - 1]),
        "A[{l}] = {g}(A[{p}])",
        Text(
            "{q}: {g} is applied to A[{p}]; W[{l}] and b[{l}] are left out.",
            "{q}：{g} 作用在了 A[{p}] 上；W[{l}] 和 b[{l}] 都没有用到。",
        ),
        Text("What do you compute just before this line, and do you use it?", "这一行之前刚算了什么？你用到它了吗？"),
    ),
    *FORMULAS,
)
