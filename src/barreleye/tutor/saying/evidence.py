"""The learner's numbers beside the right ones: a few of each, how they differ, and where they first do."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...words import Text
from ..equations import Work
from ..likeness import DIFFERENT, TOLERANCE, alike
from ..report import Evidence
from ..running.answers import Opaque
from ..search import Trial


def quantity_name(quantity: str, l: int) -> str:
    """dW1, Z2; J has no layer, and the new parameters are W1 and b1 again.

    >>> quantity_name("dW", 1), quantity_name("J", 2), quantity_name("W_new", 2)
    ('dW1', 'J', 'W2')
    """
    return {"J": "J", "answer": "predictions"}.get(quantity) or f"{quantity.removesuffix('_new')}{l}"


def evidence_of(right: Work, wrong: Work, trial: Trial, layers: Sequence[int], quantity: str) -> tuple[Evidence, ...]:
    """Numbers of the mistaken quantity itself, and of the first one observed that differs, where it is another."""
    shown = []
    for l in layers[:1]:
        got = trial.observed.get((quantity, l), getattr(wrong, quantity)[l])
        shown.append(evidence(quantity_name(quantity, l), getattr(right, quantity)[l], got))
    if (quantity, layers[0]) not in trial.observed:
        for (name, l), got in trial.observed.items():
            if alike(got, getattr(right, name)[l]) == DIFFERENT:
                shown.append(evidence(quantity_name(name, l), getattr(right, name)[l], got))
                break
    return tuple(shown)


def evidence(name: str, expected: Any, got: Any) -> Evidence:
    where = most_different(expected, got) if brief(expected) == brief(got) else ()
    return Evidence(name, brief(expected, where), brief(got, where), difference(expected, got))


def most_different(expected: Any, got: Any, most: int = 3) -> tuple[int, ...]:
    """The places of the numbers that differ most, in the order of the array; () where that makes no sense.

    >>> most_different(np.array([0.0, 0.0, 0.0, 1.0, 0.0]), np.array([0.0, 0.0, 0.0, 0.0, 0.0]))
    (3,)
    """
    try:
        gaps = np.abs(np.asarray(expected, float) - np.asarray(got, float)).ravel()
    except (TypeError, ValueError):
        return ()
    largest = np.argsort(-gaps, kind="stable")[:most]
    return tuple(sorted(int(i) for i in largest if gaps[i] > TOLERANCE * gaps.max(initial=0.0)))


def brief(value: Any, places: Sequence[int] = ()) -> str:
    """A few numbers of an array, with its shape: the first, or those at these places, each with its index.

    >>> brief(np.array([[0.5, -1.0], [2.0, 3.0]])), brief(np.array([[0.5, -1.0], [2.0, 3.0]]), [2])
    ('(2, 2): 0.5, -1, 2, ...', '(2, 2): [1, 0] 2')
    """
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return (value.text if isinstance(value, Opaque) else repr(value))[:60]
    if array.ndim == 0:
        return f"{float(array):.6g}"
    if places:
        indices = (", ".join(map(str, np.unravel_index(i, array.shape))) for i in places)
        at_them = (f"[{index}] {array.ravel()[i] + 0:.4g}" for index, i in zip(indices, places, strict=True))
        return f"{array.shape}: {', '.join(at_them)}"
    numbers = ", ".join(f"{x + 0:.4g}" for x in array.ravel()[:3])
    return f"{array.shape}: {numbers}{', ...' if array.size > 3 else ''}"


def difference(expected: Any, got: Any) -> Text:
    """How ``got`` differs: its shape, a factor, a sign, a transposition, NaN, or by how much."""
    try:
        a, b = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    except (TypeError, ValueError):
        return Text(f"a {kind_of(got)}, not numbers", f"得到的是 {kind_of(got)}，不是数字")
    if a.shape != b.shape and not (a.size == b.size == 1):
        if a.shape == b.T.shape and alike(a, b.T) != DIFFERENT:
            return Text("the right numbers, transposed", "数值正确，但被转置了")
        return Text(f"shape {a.shape} in place of {b.shape}", f"形状是 {a.shape}，应为 {b.shape}")
    a, b = a.ravel(), b.ravel()
    if not np.isfinite(a).all():
        many = int((~np.isfinite(a)).sum())
        return Text(f"{many} of {a.size} numbers are NaN or infinite", f"{a.size} 个数中有 {many} 个是 NaN 或无穷大")
    if alike(a, b) != DIFFERENT:
        return Text("the same numbers", "数值相同")
    factor = float(a @ b / (b @ b)) if b.any() else 0.0
    if factor and alike(a, factor * b) != DIFFERENT:
        if abs(factor + 1) < 1e-6:
            return Text("the sign is the other way round", "符号相反")
        return Text(f"{factor:.6g} times what it should be", f"是正确值的 {factor:.6g} 倍")
    if alike(a - a[0], b - b[0] + 0 * a) != DIFFERENT and a.size > 1:
        return Text(f"{a[0] - b[0]:+.6g} in every place", f"每个数都相差 {a[0] - b[0]:+.6g}")
    gap = float(np.abs(a - b).max())
    return Text(f"off by up to {gap:.3g}", f"最大相差 {gap:.3g}")


def kind_of(value: Any) -> str:
    """What kind of thing a value is, by the name that the learner knows it by."""
    return value.type if isinstance(value, Opaque) else type(value).__name__


def listed(names: Sequence[str]) -> str:
    """dW1, db1 and dW2."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def first_wrong(
    name: str, gap: Text, unseen: Sequence[str], swapped: str = "", at_fault: str = "", *, misread: bool = False
) -> Text:
    """Where the chain first breaks, and where else to look.

    at_fault    the quantity whose line goes wrong by itself, where that is known
    misread     its own line is right
    """
    if swapped:
        return Text(
            f"{name} is wrong: {gap.en}. Its numbers are those of {swapped}: check the names and the order in which "
            "they are returned.",
            f"{name} 有误：{gap.zh}。其中的数值其实是 {swapped}：请检查返回时的名称和顺序。",
        )
    if not unseen and misread:
        return Text(
            f"{name} is the first quantity that is wrong: {gap.en}. Its line is right by itself, so one of the names "
            "that it reads must hold other numbers there than the name says.",
            f"{name} 是第一个出错的量：{gap.zh}。它那一行本身没有问题，所以那里用到的某个变量，"
            "存的已不是它名字所说的数值。",
        )
    if not unseen:
        return Text(
            f"{name} is the first quantity that is wrong: {gap.en}. No known mistake gives exactly these numbers, so "
            "the reason is yours to find; the equation below is what it should be.",
            f"{name} 是第一个出错的量：{gap.zh}。已知的错误中，没有一种会给出完全相同的数值，"
            "原因要由你来找；下面是它应满足的公式。",
        )
    if at_fault:
        return Text(
            f"{name} is the first quantity in the answer that is wrong: {gap.en}. No known mistake gives exactly "
            f"these numbers, but the line of {at_fault} is not its equation.",
            f"{name} 是返回值中第一个出错的量：{gap.zh}。已知的错误中，没有一种会给出完全相同的数值，"
            f"不过计算 {at_fault} 的那一行与公式不符。",
        )
    names, names_zh = listed(unseen), "、".join(unseen)
    look = Text(
        f"Look at {names} too, which it is made of and a check cannot see.",
        f"也请看看构成它的 {names_zh}：检查程序看不到这些数值。",
    )
    return (
        Text(
            f"{name} is the first quantity in the answer that is wrong: {gap.en}. No known mistake gives exactly "
            "these numbers. ",
            f"{name} 是返回值中第一个出错的量：{gap.zh}。已知的错误中，没有一种会给出完全相同的数值。",
        )
        + look
    )
