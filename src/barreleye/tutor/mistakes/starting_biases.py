"""Mistakes in the starting biases: b[l] zeros, of shape (n[l], 1)."""

from ...words import Text
from ..flaws import Flaw
from ..report import FRAGILE
from .start import Seen, Shows, always, some

B_SHOULD = "b[l] = 0, of shape (n[l], 1)"
B_CODE = "np.zeros((n[l], 1))"


def _biases(name: str, shows: Shows, claim: Text, hint: Text, seen: str = "", verdict: str = "wrong") -> Flaw[Seen]:
    return Flaw(name, "b", shows, claim, hint, B_SHOULD, seen, B_CODE, verdict)


_COLUMN = Text(
    "Which shape must b[l] have to be added to every column of Z[l]?", "b[l] 要加到 Z[l] 的每一列上，应当是什么形状？"
)


BIASES = (
    _biases(
        "b of the layer before",
        always("b", lambda b, l, n: b.size == n[l - 1] and n[l - 1] != n[l]),
        Text(
            "b[l] has n[l−1] numbers, one for each input of the layer; there is one bias for each of its n[l] units.",
            "b[l] 有 n[l−1] 个数，按输入个数来取了；偏置应当是每个单元一个，共 n[l] 个。",
        ),
        Text("To what is b[l] added?", "b[l] 要加到什么上面？"),
        "b[l] of shape (n[l−1], 1)",
    ),
    _biases(
        "one b for a whole layer",
        always("b", lambda b, l, n: b.size == 1 and n[l] != 1),
        Text(
            "b[l] is a single number for the whole layer; every unit has a bias of its own.",
            "整层只有一个数作为 b[l]；每个单元都应有自己的偏置。",
        ),
        Text("How many units does layer l have?", "第 l 层有几个单元？"),
        "b[l] = 0, a single number",
    ),
    _biases(
        "b starts as integers",
        some("b", lambda b, l, n: b.dtype.kind in "iu"),
        Text(
            "{q}: whole numbers. b -= step cannot be stored in an array of integers.",
            "{q} 是整数数组，无法存下 b -= 步长 的结果。",
        ),
        Text("What does np.zeros give if you ask for no dtype?", "不指定 dtype 时，np.zeros 给出什么类型？"),
        verdict=FRAGILE,
    ),
)
LYING_BIAS = _biases(
    "b that does not fit",
    lambda seen: {"shape": "(1, n[l])" if next(iter(seen[0].b.values())).ndim == 2 else "(n[l],)"},
    Text(
        "b[l] has shape {shape}, and your forward pass cannot add it to Z[l]: it should be a column.",
        "b[l] 的形状是 {shape}，你的前向传播无法把它加到 Z[l] 上：它应当是一列。",
    ),
    _COLUMN,
)
FLAT_BIAS = _biases(
    "b is no column",
    LYING_BIAS.shows,
    Text(
        "b[l] has shape {shape}: to be added to every column of Z[l] it should be a column, (n[l], 1).",
        "b[l] 的形状是 {shape}：要加到 Z[l] 的每一列上，它应当是一列，即 (n[l], 1)。",
    ),
    _COLUMN,
    verdict=FRAGILE,
)
