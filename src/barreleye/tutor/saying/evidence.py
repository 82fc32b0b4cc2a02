"""The learner's numbers beside the right ones: a few of each, how they differ, and where they first do."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...words import Text, catalogue, listed
from ..equations import Work
from ..likeness import DIFFERENT, TOLERANCE, alike
from ..report import Evidence
from ..running.answers import Opaque
from ..search import Trial

SAID = catalogue("tutor_judging")


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
        return SAID["differs.kind"].filled(kind=kind_of(got))
    if a.shape != b.shape and not (a.size == b.size == 1):
        if a.shape == b.T.shape and alike(a, b.T) != DIFFERENT:
            return SAID["differs.transposed"]
        return SAID["differs.shape"].filled(got=a.shape, right=b.shape)
    a, b = a.ravel(), b.ravel()
    if not np.isfinite(a).all():
        return SAID["differs.infinite"].filled(many=int((~np.isfinite(a)).sum()), size=a.size)
    if alike(a, b) != DIFFERENT:
        return SAID["differs.same"]
    factor = float(a @ b / (b @ b)) if b.any() else 0.0
    if factor and alike(a, factor * b) != DIFFERENT:
        return SAID["differs.sign"] if abs(factor + 1) < 1e-6 else SAID["differs.factor"].filled(factor=factor)
    if alike(a - a[0], b - b[0] + 0 * a) != DIFFERENT and a.size > 1:
        return SAID["differs.everywhere"].filled(gap=a[0] - b[0])
    return SAID["differs.most"].filled(gap=float(np.abs(a - b).max()))


def kind_of(value: Any) -> str:
    """What kind of thing a value is, by the name that the learner knows it by."""
    return value.type if isinstance(value, Opaque) else type(value).__name__


def first_wrong(
    name: str, gap: Text, unseen: Sequence[str], swapped: str = "", at_fault: str = "", *, misread: bool = False
) -> Text:
    """Where the chain first breaks, and where else to look.

    at_fault    the quantity whose line goes wrong by itself, where that is known
    misread     its own line is right
    """
    behind = "at_fault" if at_fault else "behind"
    key = "swapped" if swapped else behind if unseen else "misread" if misread else "unknown"
    words = {"name": name, "gap": gap, "swapped": swapped, "at_fault": at_fault, "unseen": listed(unseen)}
    return SAID[f"first_wrong.{key}"].filled(**words)
