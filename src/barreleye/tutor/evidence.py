"""The learner's numbers beside the right ones: a few of each, how they differ, and where they first do."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .equations import Line, Work
from .likeness import DIFFERENT, alike
from .report import Evidence
from .search import Trial
from .words import Text


def quantity_name(quantity: str, l: int) -> str:
    """dW1, Z2; J has no layer, and the new parameters are W1 and b1 again.

    >>> quantity_name("dW", 1), quantity_name("J", 2), quantity_name("W_new", 2)
    ('dW1', 'J', 'W2')
    """
    return {"J": "J", "answer": "predictions"}.get(quantity) or f"{quantity.removesuffix('_new')}{l}"


def evidence_of(
    sheet: Sequence[Line], right: Work, wrong: Work, trial: Trial, layers: Sequence[int], quantity: str
) -> tuple[Evidence, ...]:
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
    return Evidence(name, brief(expected), brief(got), difference(expected, got))


def brief(value: Any) -> str:
    """A few numbers of an array, with its shape.

    >>> brief(np.array([[0.5, -1.0], [2.0, 3.0]]))
    '(2, 2): 0.5, -1, 2, ...'
    """
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return repr(value)[:60]
    if array.ndim == 0:
        return f"{float(array):.6g}"
    numbers = ", ".join(f"{x:.4g}" for x in array.ravel()[:3])
    return f"{array.shape}: {numbers}{', ...' if array.size > 3 else ''}"


def difference(expected: Any, got: Any) -> Text:
    """How ``got`` differs: its shape, a factor, a sign, a transposition, NaN, or by how much."""
    try:
        a, b = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    except (TypeError, ValueError):
        return Text(f"a {type(got).__name__}, not numbers", f"得到的是 {type(got).__name__}，不是数字")
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


def listed(names: Sequence[str]) -> str:
    """dW1, db1 and dW2."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def first_wrong(name: str, gap: Text, unseen: Sequence[str], swapped: str, reads_right: bool) -> Text:
    """Where the chain first breaks, and where else to look."""
    if swapped:
        return Text(
            f"{name} is wrong: {gap.en}. Its numbers are those of {swapped}: check the names and the order in which "
            "they are returned.",
            f"{name} 有误：{gap.zh}。其中的数值其实是 {swapped}：请检查返回时的名称和顺序。",
        )
    if not unseen:
        return Text(
            f"{name} is the first quantity that is wrong: {gap.en}. No known mistake gives exactly these numbers, so "
            "the reason is yours to find; the equation below is what it should be.",
            f"{name} 是第一个出错的量：{gap.zh}。目录中没有哪种错误会给出完全相同的数值，"
            "原因要由你来找；下面是它应满足的公式。",
        )
    names, names_zh = listed(unseen), "、".join(unseen)
    look = Text(
        f"Its own line reads right, so look at {names}, which it is made of and a check cannot see."
        if reads_right
        else f"Look at {names} too, which it is made of and a check cannot see.",
        f"它自己那一行看起来没有问题，请看看构成它的 {names_zh}：检查程序看不到这些数值。"
        if reads_right
        else f"也请看看构成它的 {names_zh}：检查程序看不到这些数值。",
    )
    return (
        Text(
            f"{name} is the first quantity in the answer that is wrong: {gap.en}. No known mistake gives exactly "
            "these numbers. ",
            f"{name} 是返回值中第一个出错的量：{gap.zh}。目录中没有哪种错误会给出完全相同的数值。",
        )
        + look
    )
