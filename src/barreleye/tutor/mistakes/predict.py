"""Mistakes in Ŷ = 1 where A[L] > 0.5, else 0."""

import numpy as np

from ...words import Text
from ..search import Mistake

CUT = Text(
    "A[{l}] is the probability of a 1. From which probability on do you bet on it?",
    "A[{l}] 是标签为 1 的概率。概率多大时你会押 1？",
)

PREDICT = (
    Mistake(
        "prediction reversed",
        "answer",
        lambda v, l: v.A[l] < 0.5,
        "Ŷ = 1 where A[{l}] < 0.5, else 0",
        Text(
            "The predictions are exactly the opposite of what they should be: the comparison is the wrong way "
            "round (or A[{l}] is "
            "σ(−Z[{l}])).",
            "预测恰好全部相反：比较的方向反了（或者 A[{l}] 算成了 σ(−Z[{l}])）。",
        ),
        Text("A sample with A = 0.99: is it a 1 or a 0?", "A = 0.99 的样本是 1 还是 0？"),
    ),
    Mistake(
        "probabilities for predictions",
        "answer",
        lambda v, l: v.A[l],
        "Ŷ = A[{l}]",
        Text(
            "These are the probabilities themselves; a prediction is 0 or 1.", "返回的是概率本身；预测应当是 0 或 1。"
        ),
        CUT,
    ),
    Mistake(
        "scores for predictions",
        "answer",
        lambda v, l: v.Z[l],
        "Ŷ = Z[{l}]",
        Text("These are the numbers Z[{l}]; a prediction is 0 or 1.", "返回的是 Z[{l}] 的数值；预测应当是 0 或 1。"),
        CUT,
    ),
    Mistake(
        "predictions are always 1",
        "answer",
        lambda v, l: np.ones_like(v.A[l]),
        "Ŷ = 1 where A[{l}] > 0, else 0",
        Text(
            "Everything is predicted to be 1: a probability is always larger than 0, the line is drawn at 0.5.",
            "所有样本都被预测为 1：概率总是大于 0，分界线应在 0.5。",
        ),
        CUT,
    ),
    Mistake(
        "predictions are always 0",
        "answer",
        lambda v, l: np.zeros_like(v.A[l]),
        "Ŷ = 0",
        Text(
            "Everything is predicted to be 0. A probability is below 1, so int, astype(int) and floor cut it to 0, and "
            "it never reaches 1; argmax over the only output unit is 0 too.",
            "所有样本都被预测为 0。概率小于 1，所以 int、astype(int)、floor 都会把它截成 0，它也永远达不到 1；"
            "只有一个输出单元时 argmax 也恒为 0。",
        ),
        CUT,
    ),
    Mistake(
        "predictions from the rounded Z",
        "answer",
        lambda v, l: np.round(v.Z[l]),
        "Ŷ = round(Z[{l}])",
        Text(
            "Z[{l}] is rounded; it can be any number. Round or compare A[{l}].",
            "对 Z[{l}] 做了四舍五入，而它可以是任何数。应当对 A[{l}] 取整或比较。",
        ),
        CUT,
    ),
    Mistake(
        "predictions from Z above 0.5",
        "answer",
        lambda v, l: v.Z[l] > 0.5,
        "Ŷ = 1 where Z[{l}] > 0.5, else 0",
        Text(
            "It answers as if Z[{l}] were compared with 0.5; the probability is A[{l}], after the sigmoid.",
            "这样的答案相当于拿 Z[{l}] 与 0.5 比较；概率是经过 sigmoid 的 A[{l}]。",
        ),
        CUT,
    ),
    Mistake(
        "predictions from another layer",
        "answer",
        lambda v, l: v.A[l - 1] > 0.5,
        "Ŷ = 1 where A[{p}] > 0.5, else 0",
        Text(
            "There is one row of predictions for each hidden unit: they come from A[{p}], not from the output A[{l}].",
            "每个隐藏单元都有一行预测：它们来自 A[{p}]，而不是输出 A[{l}]。",
        ),
        Text("Which layer knows about the labels?", "哪一层的输出才对应标签？"),
    ),
    Mistake(
        "predictions of -1 and 1",
        "answer",
        lambda v, l: np.where(v.A[l] > 0.5, 1.0, -1.0),
        "Ŷ = 1 where A[{l}] > 0.5, else −1",
        Text("The two answers are −1 and 1; the labels Y are 0 and 1.", "预测值是 −1 和 1；而标签 Y 是 0 和 1。"),
        Text("What would comparing these with Y say?", "把它们与 Y 比较，会得到什么？"),
    ),
    Mistake(
        "predictions cut at the mean",
        "answer",
        lambda v, l: v.A[l] > v.A[l].mean(),
        "Ŷ = 1 where A[{l}] > mean of A[{l}], else 0",
        Text(
            "The line is drawn at the mean of A[{l}], so about half of any data is called 1; it belongs at 0.5.",
            "分界线取在了 A[{l}] 的平均值上，于是无论什么数据都有大约一半被判为 1；应取 0.5。",
        ),
        CUT,
    ),
)
