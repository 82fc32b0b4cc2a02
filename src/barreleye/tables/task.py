"""Which task a target column asks for."""

import math

import numpy as np

from ..datasets import Task
from ..nn.arrays import Array


def infer_task(y: Array, target_name: str = "y") -> tuple[Task, str]:
    """The task that the targets y (m,) ask for, and the reason as a sentence for the user.

    Text and booleans are classes. Whole numbers are classes when few distinct ones share the rows: two, or at most 20
    and at most sqrt(m), so that a class has sqrt(m) rows on average. Everything else is regression.

    >>> infer_task(np.array([0, 1, 1, 0]), "passed")[1]
    "'passed' holds 2 distinct whole numbers, so this is classification; --task regression overrides"
    >>> infer_task(np.array([0.5, 2.25, 1.0]))[0]
    'regression'
    """
    y = np.asarray(y)
    labels = np.unique(y)
    if y.dtype.kind not in "iuf":
        kind = "truth values" if y.dtype.kind == "b" else "text"
        return "classification", f"{target_name!r} holds {kind} ({len(labels)} distinct), so this is classification"
    fractions = labels[labels != np.floor(labels)]
    if len(fractions):
        held = f"fractions such as {fractions[0]:g}"
    else:
        held = f"{len(labels)} distinct whole number{'s'[: len(labels) > 1]}"
        if len(labels) <= max(2, min(20, math.isqrt(len(y)))):
            return (
                "classification",
                f"{target_name!r} holds {held}, so this is classification; --task regression overrides",
            )
    return "regression", f"{target_name!r} holds {held}, so this is regression; --task classification overrides"
