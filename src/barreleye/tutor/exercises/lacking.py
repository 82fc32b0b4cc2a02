"""What is said of an answer that does not hold what it should."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..answers import Answer, Function
from ..evidence import quantity_name
from ..judging import unjudged, wrong_as_a_whole
from ..layouts import Name, leaves, name_at
from ..pupil import Pupil
from ..report import Finding
from ..stopping import NOT_WRITTEN, unwritten
from ..words import Text


def lacking(pupil: Pupil, role: str, missing: Sequence[Name], answer: Answer) -> Finding:
    if unwritten(pupil.cast[role], answer):
        return unjudged(pupil.cast[role], NOT_WRITTEN)
    names = ", ".join(quantity_name(quantity, l) if l else quantity for quantity, l in missing)
    got = "None" if answer.value is None else type(answer.value).__name__
    if any(name in ((quantity, 0) for quantity in ("W", "b", "dW", "db")) for name in names_in(answer.value)):
        return shifted(pupil.cast[role], names)
    return wrong_as_a_whole(
        pupil.cast[role],
        Text(
            f"Its answer ({got}) does not hold {names}: check what it returns, and by which names.",
            f"它的返回值（{got}）里没有 {names}：请检查返回了什么、键名是什么。",
        ),
        "returns nothing" if answer.value is None else None,
    )


def names_in(tree: Any) -> list[Name]:
    """The quantities that the keys of an answer name."""
    return [name for path, _ in leaves(tree) if (name := name_at(path)) is not None]


def shifted(function: Function, names: str) -> Finding:
    """An answer that has a layer 0 in place of one that is missing."""
    finding = wrong_as_a_whole(
        function,
        Text(
            f"Its answer does not hold {names}, and it has parameters of a layer 0, which there is not: the keys are "
            "one too low.",
            f"返回值里没有 {names}，却有并不存在的第 0 层：键名里的层号小了 1。",
        ),
        "keys one layer too low",
    )
    hint = Text(
        "If l runs from 0, to which layer do W[l + 1] and its gradient belong?",
        "如果 l 从 0 开始，W[l + 1] 和它的梯度属于第几层？",
    )
    return replace(finding, hint=hint)
