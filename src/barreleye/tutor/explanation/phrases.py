"""What the page of ``explain`` says beside its equations, in both languages. Equations are the same in both."""

from ...words import Text

TITLE = Text("One forward and one backward pass, worked out", "一次前向传播和一次反向传播，逐步演算")

NETWORK = Text("network", "网络")
SAMPLES = Text("; {m} samples, as columns", "；{m} 个样本，每列一个")
SHOWN = Text("shown", "所示")
SAMPLE_AND_INPUT = Text("sample {s}; input {u}", "样本 {s}；输入 {u}")
UNIT = Text(", unit {u} of layer {l}", "，第 {l} 层的单元 {u}")
FROM_0 = Text("; indices count from 0", "；下标从 0 数起")
SIGNS = Text("signs", "符号")
HOW_TO_READ = Text(
    "⊙ multiplies entry by entry, Σᵢ sums over samples; numbers are rounded to be shown, not to compute with",
    "⊙ 为逐元素相乘，Σᵢ 对样本求和；数字只在显示时取近似值，计算时不取",
)
MEANS = Text("1/m", "1/m")
PER_SAMPLE = Text(
    "dZ and dA have one column a sample and no 1/m; dW and db are means over the samples",
    "dZ 和 dA 每个样本一列，不含 1/m；dW 和 db 是对样本的平均",
)
CHECK = Text("check", "检验")
DIFFERENCES = Text(
    "≈ is the slope measured on J itself, (J(p + ε) − J(p − ε)) / 2ε with p the one entry shown",
    "≈ 是直接在 J 上量出的斜率：(J(p + ε) − J(p − ε)) / 2ε，p 为所示的那一个元素",
)
WEIGHTS = Text("weights", "权重")
WEIGHTED = Text("sample i counts wᵢ times; m is the sum of the weights, {m}", "样本 i 计 wᵢ 次；m 为权重之和 {m}")
FRONT = Text("layer 0", "第 0 层")
OF_PARTS = Text(
    "X are the rows that a part takes; a condition in parentheses is 1 where it holds, else 0",
    "X 指各部分所取的行；括号里的条件成立时为 1，否则为 0",
)
PART_LABEL = Text("part {k}", "第 {k} 部分")
PART = Text(
    "{name}; F[{k}] is rows {first} to {last} of A[0]; shown: its row {row}, made of row {x} of X",
    "{name}；F[{k}] 是 A[0] 的第 {first} 至 {last} 行；所示为它的第 {row} 行，由 X 的第 {x} 行得到",
)
FIRST_WAVE = Text(", and its wave 0", "，取第 0 个波")
BATCH_NORM = Text("batch norm", "批归一化")
NORMALISED = Text(
    "mu and sigma2 are those of these samples, as in training; such a layer has gamma and beta and no b",
    "mu 和 sigma2 取自这些样本，与训练时相同；这样的层有 gamma 和 beta，没有 b",
)
DROPOUT = Text("dropout", "随机失活")
SWITCHED_OFF = Text(
    "off on this page, though {kept}: every unit is kept, as in prediction",
    "本页不使用（虽然 {kept}）：与预测时一样，保留所有单元",
)

FORWARD = Text("Forward, layer {l}: ", "前向传播，第 {l} 层：")
COST = Text("Cost", "代价")
BACKWARD = Text("Backward, layer {l}: ", "反向传播，第 {l} 层：")
UNIT_OF = Text("1 unit, {g}", "1 个单元，{g}")
UNITS = Text("{n} units, {g}", "{n} 个单元，{g}")
NORMALISED_LAYER = Text(", batch norm", "，批归一化")
PARAMETRIC_LAYER = Text(", parametric", "，带参数")
AGREES = Text("agrees", "一致")
DIFFERS = Text("DIFFERS", "不一致")
KINK = Text(
    "no finite difference: J has a kink here, with one slope to the left and another to the right",
    "没有有限差分：J 在此处有折点，左右两侧斜率不同",
)
ALL_AGREE = Text(
    "All {n} derivatives shown agree with their finite differences.", "所示的 {n} 个导数都与有限差分一致。"
)
SOME_DIFFER = Text(
    "Of the {n} derivatives shown, {which}: not what the finite differences say.",
    "所示的 {n} 个导数中，{which} 与有限差分不一致。",
)
KINKS = Text("At {which} J has a kink, and there is nothing to compare with.", "J 在 {which} 处有折点，无法比较。")
