"""What an error of Python or NumPy means here, in words: which key is missing, which name is meant."""

import builtins
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np

from ...words import NOTHING, Text
from ..equations import example
from ..running.answers import Function, Trouble
from .assignments import assignments, quantity
from .layer_loops import layer_loop
from .shape_errors import Meaning, not_aligned, not_broadcast


def meaning(trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    """What an error says of the function that stopped.

    available    what the function could ask for, by the course's names

    >>> error = Trouble("exception", "NameError", "name 'dz2' is not defined", "line 2", "return dz2")
    >>> meaning(error, Function("f", source="def f(A2, Y):\\n    dZ2 = A2 - Y\\n    return dz2"), {}).words.en
    'Did you mean dZ2?'
    """
    for type, pattern, said in MEANINGS:
        found = re.search(pattern, trouble.message) if re.fullmatch(type, trouble.type) else None
        if found:
            return said(found, trouble, function, available)
    return Meaning()


# A key or a name that is not there


def missing_key(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    key = trouble.message
    letters, layer = quantity(key) or ("", "")
    parameters = available.get("parameters")
    there = [str(one) for one in parameters] if isinstance(parameters, Mapping) else []
    L = max((int(one[1:]) for one in available if re.fullmatch(r"W\d", one)), default=0)
    if letters in ("W", "b") and layer.isdigit() and there:
        return Meaning(
            Text(
                f"It asks for {key}, and the parameters are {', '.join(there)}.",
                f"它要取 {key}，而参数里只有 {'、'.join(there)}。",
            ),
            Text("How many layers are there? Each has a W and a b.", "一共有几层？每一层都有一个 W 和一个 b。"),
        )
    if letters.startswith("d") and layer.isdigit() and L:
        return no_gradient_yet(key, function, L)
    return like(key, [*there, *keys_in(function.source)])


def no_gradient_yet(key: str, function: Function, L: int) -> Meaning:
    loop = layer_loop(function.source, example((2,) * (L + 1), 3, 0, worked_forward=False), down=True)
    upward = loop is not None and len(loop.made) > 1 and loop.made == tuple(sorted(loop.made))
    words = Text(
        f"It asks for {key}, which nothing has been stored under at that moment.",
        f"它要取 {key}，但那时还没有存过这个键。",
    )
    if loop is not None and upward:
        up = Text(
            " The loop goes up through the layers; backward it goes down, from the last to the first.",
            "循环是从前往后走的；反向传播要从最后一层走到第一层。",
        )
        return Meaning(words + up, WHICH_KEYS, loop.mended)
    return Meaning(words, WHICH_KEYS)


WHICH_KEYS = Text(
    "Print the layer and the keys that are there at that moment: under which key was the gradient before it stored?",
    "在那一行之前打印层号和已有的键：上一步的梯度存在哪个键下？",
)


def keys_in(source: str) -> list[str]:
    """The words that a function puts in brackets or braces."""
    return re.findall(r"""[\[{,]\s*["'](\w+)["']""", source)


def missing_name(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    names = [one.name for one in assignments(function.source)] + [one.name for one in function.parameters]
    return like(found[1], [*names, *available, *dir(builtins)])


def unset_name(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    return Meaning(
        Text(f"{found[1]} is used here before it gets a value.", f"{found[1]} 在这里被使用时还没有赋值。"),
        Text("Which line gives it one, and when does that line run?", "哪一行给它赋值？那一行什么时候运行？"),
    )


def missing_attribute(
    found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]
) -> Meaning:
    return like(found[2], dir(np if found[1] else np.ndarray))


def unknown_keyword(
    found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]
) -> Meaning:
    return like(found[1], ("axis", "keepdims", "dtype", "copy", "out", "where", "initial", "size"))


def like(word: str, others: Iterable[str]) -> Meaning:
    """The one of these that is written most like a word; no quantity of another layer than the word's."""
    layer = (quantity(word) or ("", ""))[1]
    names = {one.lower(): one for one in others if one != word and (quantity(one) or ("", layer))[1] == layer}
    near = get_close_matches(word.lower(), names, 1, 0.6)
    return Meaning(Text(f"Did you mean {names[near[0]]}?", f"是不是想写 {names[near[0]]}？") if near else NOTHING)


def beyond_the_end(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    return Meaning(
        Text(
            "It asks for an entry after the last: Python counts from 0, so that of L entries the last is [L − 1].",
            "它取的下标超出了末尾：Python 从 0 数起，L 个元素的最后一个是 [L − 1]。",
        ),
        Text("Print the index and the length there.", "在那里打印下标和长度。"),
    )


# One number where there are many


def one_at_a_time(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    return Meaning(ONE_NUMBER, WHOLE_ARRAYS)


ONE_NUMBER = Text(
    "This line takes one number at a time, and it was given an array.",
    "这一行一次只能处理一个数，而传入的是数组。",
)
WHOLE_ARRAYS = Text(
    "np.exp, np.maximum and np.where work on whole arrays; math.exp, max, np.max and if do not.",
    "np.exp、np.maximum、np.where 可以处理整个数组；math.exp、max、np.max 和 if 不行。",
)


def failed_assert(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    return Meaning(
        Text("The assert in this line does not hold.", "这一行的 assert 不成立。"),
        Text(
            "Print both sides of the assert just before it: which one is not what you expect?",
            "在 assert 之前打印两边的值：哪一边和你想的不一样？",
        ),
    )


MEANINGS: tuple[tuple[str, str, Callable[..., Meaning]], ...] = (
    ("KeyError", "", missing_key),
    ("NameError", r"name '(\w+)' is not defined", missing_name),
    ("UnboundLocalError", r"variable '(\w+)'", unset_name),
    ("AttributeError", r"(?:(module 'numpy')|'numpy\.ndarray' object) has no attribute '(\w+)'", missing_attribute),
    ("IndexError", r"(?:list|tuple) index out of range", beyond_the_end),
    ("ValueError", r"shapes \((\d+,?\d*)\) and \((\d+,?\d*)\) not aligned", not_aligned),
    ("ValueError", r"could not be broadcast together with shapes \((\d+,?\d*)\) \((\d+,?\d*)\)", not_broadcast),
    ("TypeError", r"unexpected keyword argument '(\w+)'", unknown_keyword),
    ("ValueError", r"truth value of an array", one_at_a_time),
    ("TypeError", r"converted to (?:Python scalars|a scalar index)", one_at_a_time),
    ("AssertionError", "", failed_assert),
)
"""The type of an error, what its message looks like, and what to say."""
