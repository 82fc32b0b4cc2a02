"""Mistakes in reading the sizes of the layers off the data: n_x rows of X, n_y rows of Y, n_h as you like."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...words import Text
from ..flaws import Flaw
from ..report import FRAGILE


class Sizes(NamedTuple):
    """The data that layer_sizes was given, and what it gave back, in its order."""

    X: Any
    Y: Any
    n_x: Any
    n_h: Any
    n_y: Any


Seen = Sequence[Sizes]


def _flaw(name: str, quantity: str, same: Callable[[Sizes], Any], paper: str, claim: Text, hint: Text) -> Flaw[Seen]:
    """A flaw that shows where a size is always what ``same`` gives."""

    def shows(seen: Seen) -> dict[str, Any] | None:
        return {} if all(np.array_equal(getattr(one, quantity), same(one)) for one in seen) else None

    data = quantity[-1].upper()
    return Flaw(
        name,
        quantity,
        shows,
        claim,
        hint,
        should=f"{quantity} = number of rows of {data}",
        seen=paper,
        solution=f"{quantity} = {data}.shape[0]",
    )


def _order(name: str, order: str, claim: Text) -> Flaw[Seen]:
    """A flaw that shows where the sizes come in another order; n_h is whichever is left."""
    names = order.split(", ")

    def shows(seen: Seen) -> dict[str, Any] | None:
        def at(one: Sizes, name: str) -> Any:
            return one[2 + names.index(name)]

        mixed = all(
            np.array_equal(at(one, "n_x"), one.X.shape[0]) and np.array_equal(at(one, "n_y"), one.Y.shape[0])
            for one in seen
        )
        return {} if mixed else None

    return Flaw(
        name,
        "order",
        shows,
        claim,
        Text("In which order does the next function take them?", "下一个函数按什么顺序接收它们？"),
        should="return (n_x, n_h, n_y)",
        seen=f"return ({order})",
        solution="return (n_x, n_h, n_y)",
    )


_COLUMNS = Text(
    "Each column of X is one sample. What does the length of one column count?",
    "X 的每一列是一个样本。一列的长度数的是什么？",
)
_LABELS = Text("How many numbers does Y hold for one sample?", "对一个样本，Y 里有几个数？")


def _fixed(quantity: str, claim: Text) -> Flaw[Seen]:
    """A flaw that shows where a size is the same number for data of every shape."""

    def shows(seen: Seen) -> dict[str, Any] | None:
        numbers = {int(getattr(one, quantity)) for one in seen if np.ndim(getattr(one, quantity)) == 0}
        return {"number": numbers.pop()} if len(numbers) == 1 else None

    data = quantity[-1].upper()
    return Flaw(
        f"{quantity} is a fixed number",
        quantity,
        shows,
        claim,
        Text("If the data had other shapes, should this number change?", "如果数据的形状变了，这个数应当跟着变吗？"),
        should=f"{quantity} = number of rows of {data}",
        solution=f"{quantity} = {data}.shape[0]",
        verdict=FRAGILE,
    )


ORDERS = (
    _order("sizes in reverse", "n_y, n_h, n_x", Text("The sizes come in reverse order.", "三个大小的次序反了。")),
    _order(
        "hidden size first",
        "n_h, n_x, n_y",
        Text("n_h comes first; the course has it in the middle.", "n_h 排在了最前面；课程里它在中间。"),
    ),
    _order(
        "hidden size last",
        "n_x, n_y, n_h",
        Text("n_h comes last; the course has it in the middle.", "n_h 排在了最后；课程里它在中间。"),
    ),
)
SIZES = (
    *ORDERS,
    _flaw(
        "n_x counts the samples",
        "n_x",
        lambda one: one.X.shape[1],
        "n_x = number of columns of X",
        Text(
            "n_x is the number of columns of X, the samples; it should be the number of rows, the features.",
            "n_x 取了 X 的列数，也就是样本数；它应当是行数，即特征数。",
        ),
        _COLUMNS,
    ),
    _flaw(
        "n_x counts every number",
        "n_x",
        lambda one: one.X.size,
        "n_x = number of entries of X",
        Text(
            "n_x counts every number in X, features times samples; it should count the features alone.",
            "n_x 数的是 X 的全部元素，即特征数乘样本数；它应当只数特征。",
        ),
        _COLUMNS,
    ),
    _flaw(
        "n_x is a shape",
        "n_x",
        lambda one: one.X.shape,
        "n_x = shape of X",
        Text(
            "n_x is the whole shape of X, two numbers; it should be the first of them.",
            "n_x 是 X 的整个形状（两个数）；应当取其中第一个。",
        ),
        _COLUMNS,
    ),
    _flaw(
        "n_x from Y",
        "n_x",
        lambda one: one.Y.shape[0],
        "n_x = number of rows of Y",
        Text("n_x is read off Y; the inputs are in X.", "n_x 是从 Y 读出来的；输入在 X 里。"),
        _COLUMNS,
    ),
    _flaw(
        "n_y counts the samples",
        "n_y",
        lambda one: one.Y.shape[1],
        "n_y = number of columns of Y",
        Text(
            "n_y is the number of columns of Y, the samples; it should be the number of rows, the outputs.",
            "n_y 取了 Y 的列数，也就是样本数；它应当是行数，即输出个数。",
        ),
        _LABELS,
    ),
    _flaw(
        "n_y counts every number",
        "n_y",
        lambda one: one.Y.size,
        "n_y = number of entries of Y",
        Text(
            "n_y counts every number in Y, outputs times samples; it should count the outputs alone.",
            "n_y 数的是 Y 的全部元素，即输出个数乘样本数；它应当只数输出。",
        ),
        _LABELS,
    ),
    _flaw(
        "n_y is a shape",
        "n_y",
        lambda one: one.Y.shape,
        "n_y = shape of Y",
        Text(
            "n_y is the whole shape of Y, two numbers; it should be the first of them.",
            "n_y 是 Y 的整个形状（两个数）；应当取其中第一个。",
        ),
        _LABELS,
    ),
    _flaw(
        "n_y from X",
        "n_y",
        lambda one: one.X.shape[0],
        "n_y = number of rows of X",
        Text(
            "n_y is read off X; the outputs are as many as Y has rows.", "n_y 是从 X 读出来的；输出个数应是 Y 的行数。"
        ),
        _LABELS,
    ),
    _flaw(
        "n_y counts the classes",
        "n_y",
        lambda one: len(np.unique(one.Y)),
        "n_y = number of different labels",
        Text(
            "n_y counts the different labels. A sigmoid needs one output to tell 0 from 1, not two: n_y is the "
            "number of rows of Y.",
            "n_y 数的是不同标签的个数。区分 0 和 1，sigmoid 只需要一个输出，而不是两个：n_y 是 Y 的行数。",
        ),
        _LABELS,
    ),
    _fixed(
        "n_x",
        Text(
            "n_x is {number} for data of every shape: it fits one data set only.",
            "不论数据是什么形状，n_x 总是 {number}：只适用于一个数据集。",
        ),
    ),
    _fixed(
        "n_y",
        Text(
            "n_y is {number} for data of every shape: it fits one kind of labels only.",
            "不论数据是什么形状，n_y 总是 {number}：只适用于一种标签。",
        ),
    ),
)
