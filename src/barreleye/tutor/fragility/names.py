"""The fragilities by name, with what is said of each."""

import re
from typing import Any, NamedTuple

from ...words import NOTHING, Text
from ..report import FRAGILE, UNJUDGED, WRONG, Finding
from ..running.answers import Function


class Fragility(NamedTuple):
    """One way in which right mathematics fails. The claim has places for {what} went wrong, and for {q}, a quantity."""

    name: str
    claim: Text
    hint: Text = NOTHING
    solution: str = ""
    verdict: str = FRAGILE


class Fragile(NamedTuple):
    """A fragility that a function was found to have: what happened, and where, as near as it is known.

    hint, solution    where they fit this function better than those that the fragility has
    """

    fragility: Fragility
    what: Text = NOTHING
    where: str = ""
    line: str = ""
    q: str | Text = ""
    hint: Text = NOTHING
    solution: str = ""

    def finding(self, function: Function) -> Finding:
        one = self.fragility
        claim, q = one.claim.filled(what=self.what, q=self.q), self.q.en if isinstance(self.q, Text) else self.q
        usual = one.solution if re.search(r"\bAL\b", function.source) else in_own_name(one.solution, function.source)
        hint = one.hint.filled(q=self.q) if self.hint == NOTHING else self.hint
        values: dict[str, Any] = {"hint": hint, "solution": self.solution or usual, "line": self.line}
        where = self.where or function.where
        return Finding(one.verdict, q, one.name, claim, where=where, **values)


def in_own_name(solution: str, source: str) -> str:
    """A line of code with the learner's own name for the output, where that is one of the usual ones.

    >>> in_own_name("AL = np.clip(AL, 1e-15, 1 - 1e-15)", "def cost(A2, Y): ...")
    'A2 = np.clip(A2, 1e-15, 1 - 1e-15)'
    """
    name = re.search(r"\b(A\d|a\d|[Yy]_?hat|[Yy]_?pred|A)\b", source)
    return re.sub(r"\bAL\b", name[1], solution) if name else solution


STABLE_SIGMOID = "A = np.where(Z >= 0, 1, np.exp(-np.abs(Z))) / (1 + np.exp(-np.abs(Z)))"

SIGMOID_OVERFLOWS = Fragility(
    "sigmoid overflows",
    Text(
        "sigmoid overflows at −1000: exp(1000) is too large for a float. The value, 0, is still right.",
        "sigmoid 在 −1000 处溢出：exp(1000) 超出了浮点数的范围。结果 0 仍然是对的。",
    ),
    Text("Which exponent is never positive?", "哪种指数永远不会是正数？"),
    STABLE_SIGMOID,
)
SIGMOID_FAILS = Fragility(
    "sigmoid fails at large Z",
    Text("At Z = ±1000 sigmoid fails: {what}.", "Z = ±1000 时 sigmoid 出错：{what}。"),
    Text("Which exponent is never positive?", "哪种指数永远不会是正数？"),
    STABLE_SIGMOID,
)
TANH_FAILS = Fragility(
    "tanh fails at large Z",
    Text(
        "At Z = ±1000 tanh fails: {what}. Both exponentials overflow, and ∞ / ∞ is no number.",
        "Z = ±1000 时 tanh 出错：{what}。分子分母的指数都溢出，而 ∞ / ∞ 不是一个数。",
    ),
    Text("NumPy has this function itself.", "NumPy 自带这个函数。"),
    "A = np.tanh(Z)",
)
GROWS = Text(
    "Which exponent grows without bound? Is there a form without it?", "哪个指数会无限增大？有没有不含它的写法？"
)
HIDDEN_FAILS = Fragility(
    "hidden layer fails at large Z",
    Text("Where the hidden Z are about ±1000, it fails: {what}.", "隐藏层的 Z 约为 ±1000 时出错：{what}。"),
    GROWS,
)
HIDDEN_OVERFLOWS = Fragility(
    "hidden layer overflows",
    Text(
        "Where the hidden Z are about ±1000, an exponential overflows. The output is still right.",
        "隐藏层的 Z 约为 ±1000 时，指数溢出。输出仍然是对的。",
    ),
    GROWS,
)
SOFTMAX_FAILS = Fragility(
    "softmax without shift",
    Text(
        "At Z = 1000 softmax fails: {what}. Softmax does not change when the same number is taken from all of Z.",
        "Z = 1000 时 softmax 出错：{what}。从 Z 中减去同一个数，softmax 的结果不变。",
    ),
    Text("Which number is best taken from Z so that no exponent is positive?", "从 Z 中减去哪个数，指数就不会是正数？"),
    "expZ = np.exp(Z - np.max(Z, axis=0, keepdims=True))",
)
ZERO_LOG_ZERO = Fragility(
    "0 log 0",
    Text(
        "Where a prediction is exactly 0 or 1 and right, the cost fails: {what}. 0 · log 0 should count as 0.",
        "当预测恰好是 0 或 1 而且正确时，代价会出错：{what}。0 · log 0 应当算作 0。",
    ),
    Text("How do you keep log away from 0?", "怎样让 log 避开 0？"),
    "AL = np.clip(AL, 1e-15, 1 - 1e-15)",
)
LOG_OF_ZERO = Fragility(
    "log of zero",
    Text(
        "Where a prediction is exactly 0 or 1 and wrong, the cost fails: {what}.",
        "当预测恰好是 0 或 1 而且错误时，代价会出错：{what}。",
    ),
    Text("How do you keep log away from 0?", "怎样让 log 避开 0？"),
    "AL = np.clip(AL, 1e-15, 1 - 1e-15)",
)
DIVIDES_BY_ZERO = Fragility(
    "divides by zero",
    Text(
        "Where an output is exactly 0 or 1, it divides by zero: {what}.",
        "当输出恰好是 0 或 1 时，这里会除以零：{what}。",
    ),
    Text(
        "dZ of the output layer needs no dAL: what do the two factors make together?",
        "输出层的 dZ 并不需要 dAL：两个因子合在一起是什么？",
    ),
    "dZ = AL - Y",
)
LOG_ON_THE_WAY = Fragility(
    "log of zero",
    Text(
        "Where an output is exactly 0 or 1, it takes the logarithm of 0 on the way: {what}.",
        "当输出恰好是 0 或 1 时，途中会对 0 取对数：{what}。",
    ),
    Text("How do you keep log away from 0?", "怎样让 log 避开 0？"),
)
WRITES = Fragility(
    "changes the caller's arrays",
    Text(
        "It changes the caller's {q} in place: after the call, what was handed over holds other numbers.",
        "它原地修改了调用者的 {q}：调用之后，传进来的数组里已是别的数。",
    ),
    Text(
        "Is it an array of its own that is written into, or the caller's?",
        "被写入的是函数自己的数组，还是调用者的数组？",
    ),
)
ONE_SAMPLE = Fragility(
    "one sample",
    Text("With one sample, m = 1, {what}.", "只有一个样本（m = 1）时，{what}。"),
    Text(
        "Which step drops an axis of length 1, or needs more than one sample?",
        "哪一步去掉了长度为 1 的轴，或者需要不止一个样本？",
    ),
)
WHOLE_X = Fragility(
    "whole numbers in X",
    Text("Where X has an integer dtype, {what}.", "当 X 是整数类型时，{what}。"),
    Text("What is the dtype of np.zeros_like(X)?", "np.zeros_like(X) 的 dtype 是什么？"),
)
UINT8_Y = Fragility(
    "type of Y",
    Text(
        "Where Y is of type uint8, as load_planar_dataset gives it, {what}.",
        "当 Y 的类型是 uint8（load_planar_dataset 给出的就是）时，{what}。",
    ),
    Text("What is -Y, or a new array of Y's dtype, in uint8?", "在 uint8 里，-Y 是多少？以 Y 的 dtype 新建的数组呢？"),
    "Y = Y.astype(float)",
)
BOOLEAN_Y = Fragility(
    "type of Y",
    Text("Where Y holds True and False, {what}.", "当 Y 由 True 和 False 组成时，{what}。"),
    Text("What is -Y, or a difference, of booleans?", "布尔值的 -Y 或相减是什么？"),
    "Y = Y.astype(float)",
)
MEMORY_ORDER = Fragility(
    "memory order",
    Text(
        "On arrays that are not C-contiguous, such as a transpose or a slice, {what}.",
        "遇到非 C 连续的数组（例如转置或切片）时，{what}。",
    ),
    Text(
        "What do ravel and reshape with order='K' or 'A' go by?",
        "ravel、reshape 的 order='K' 或 'A' 是按什么顺序取数的？",
    ),
)
REMEMBERS = Fragility(
    "remembers earlier calls",
    Text(
        "Right at first, it fails on the next numbers of the same shape: {what}. Something is kept from call to call.",
        "第一次是对的，换一组同样形状的数再调用就错了：{what}。有东西在两次调用之间保留了下来。",
    ),
    Text(
        "A global, or a default value such as grads={{}}, lives on after the call.",
        "全局变量，或 grads={{}} 这样的默认参数，在调用之后仍然存在。",
    ),
)
USES_GLOBAL = Fragility(
    "depends on a global",
    Text(
        "It takes {q} from outside, not from what it is given: with other data it goes on computing with the old.",
        "它用的是函数外部的 {q}，而不是传入的参数：换了数据，它仍在用旧的值。",
    ),
    Text("Which arguments should bring {q}?", "{q} 应当由哪些参数传进来？"),
    verdict=WRONG,
)
DROPS = Fragility(
    "dropout",
    Text(
        "It drops units at random, as dropout does, so its numbers are not the network's own: they are not judged.",
        "它像 dropout 那样随机丢弃单元，所以数值不是网络本身的：这里不作判断。",
    ),
    Text(
        "Make it keep every unit where nothing else is asked for, such as keep_prob=1, and check again.",
        "让它默认保留所有单元（例如 keep_prob=1），再检查一次。",
    ),
    verdict=UNJUDGED,
)
NORMALISES = Fragility(
    "batch normalization",
    Text(
        "It takes the mean and the spread over the samples, as batch normalization does, so what it gives for one "
        "sample depends on the others. The course's network does not, and only that can be checked.",
        "它对样本取均值和方差（如批归一化），因此一个样本的结果取决于其他样本。课程里的网络没有这一步，这里也只能检查那种网络。",
    ),
    Text(
        "Is it meant? X can be standardised once, before the network.", "这是有意的吗？X 可以在进入网络之前标准化一次。"
    ),
    verdict=UNJUDGED,
)
DRAWS = Fragility(
    "draws random numbers",
    Text(
        "It draws random numbers: what it returns does not follow from its arguments alone.",
        "它使用了随机数：返回值并不只由参数决定。",
    ),
    Text("Which line uses np.random, and should this function need it?", "哪一行用了 np.random？这个函数需要它吗？"),
    verdict=WRONG,
)
