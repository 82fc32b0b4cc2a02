"""A cost that is worked out in several lines: which of them makes a part that is none of the cross-entropy's."""

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..casting.naming import key_of
from ..equations import Work
from ..likeness import DIFFERENT, alike
from ..syntax import variables_in
from .assignments import Line, quantity
from .lines import Reader, Unreadable


def wrong_part(source: str, lines: Sequence[Line], best: Line, v: Work) -> tuple[Line, str] | None:
    """The one line whose name the cost's line reads and that is wrong, and that line as it should be ("" if unknown).

    >>> from ..equations import cost_sheet, example, worked
    >>> from .assignments import assignments
    >>> source = "def f(A2, Y):\\n    logs = Y * np.log2(A2)\\n    cost = -np.sum(logs) / m"
    >>> logs, cost = assignments(source)
    >>> wrong_part(source, [logs, cost], cost, worked(cost_sheet(2), example((3, 4, 1), m=7, seed=0)))[1]
    'logs = Y * np.log(A2) + (1 - Y) * np.log(1 - A2)'
    """
    read = variables_in(best.value)
    parts = [one for one in lines if one.name in read and one.computes and one.number < best.number]
    whole = len(parts) == 1 and not any(key_of(name) == "Y" or quantity(name) for name in read)
    wrong = [one for one in parts if quantity(one.name) is None and is_none(worked_out(source, one.value, v), v, whole)]
    if len(wrong) != 1:
        return None
    terms = f"Y * np.log(A{v.L}) + (1 - Y) * np.log(1 - A{v.L})"
    for text in (terms, f"-({terms})"):
        mended = wrong[0]._replace(value=ast.parse(text, mode="eval").body)
        cost = worked_out(source, best.value, v, mended)
        if cost is not None and alike(cost, v.J[v.L]) != DIFFERENT:
            return wrong[0], f"{wrong[0].name} = {text}"
    return wrong[0], ""


def worked_out(source: str, value: ast.expr | None, v: Work, instead: Line | None = None) -> Any:
    """The numbers of an expression where all quantities are right; None where they cannot be worked out.

    instead    stands in the place of the learner's line of that number
    """
    reader = Reader(source, v, v.L, v.L)
    reader.assigned = [instead if instead and instead.number == one.number else one for one in reader.assigned]
    try:
        with np.errstate(all="ignore"):
            return None if value is None else np.asarray(reader.value(value), float)
    except (Unreadable, ValueError, TypeError, ArithmeticError, LookupError, AttributeError, RecursionError):
        return None


def is_none(made: Any, v: Work, whole: bool) -> bool:
    """Whether numbers are neither the cross-entropy of each sample nor, where they need not be, a term or factor."""
    A, Y = v.A[v.L], v.Y
    halves = (Y * np.log(A), (1 - Y) * np.log(1 - A))
    known = [sum(halves)] if whole else [A, 1 - A, Y, 1 - Y, np.log(A), np.log(1 - A), *halves, sum(halves)]
    if made is None or made.shape != A.shape:
        return False
    return all(alike(made, k * one) == DIFFERENT for one in known for k in (1, -1, 1 / v.m, -1 / v.m))
