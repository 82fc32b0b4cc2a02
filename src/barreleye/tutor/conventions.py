"""A learner may take samples as rows throughout. That is right, though not as the course does: it is not judged."""

import numpy as np

from .answers import Answer
from .equations import example
from .judging import unjudged
from .layouts import at, read
from .pupil import Pupil
from .report import FunctionReport
from .returned import output_of
from .roles import ROLES
from .words import Text

N, M = (3, 4, 1), 7

ROWS = Text(
    "Your samples are rows, X (m, n_x). That is a right way, and not the course's: there, samples are columns, "
    "X (n_x, m), W[l] (n[l], n[l−1]) and Z[l] = W[l] A[l−1] + b[l]. Only that way can be checked here.",
    "你的样本按行排列，X 是 (m, n_x)。这样做没有错，但不是课程的约定：课程里样本按列排列，X 是 (n_x, m)，"
    "W[l] 是 (n[l], n[l−1])，Z[l] = W[l] A[l−1] + b[l]。这里只能检查后一种写法。",
)


def samples_as_rows(pupil: Pupil) -> bool:
    """Whether the forward pass runs on X (m, n_x), and only on that, with the learner's own starting parameters.

    Where there are none of their own, with W[l] (n[l-1], n[l]).
    """
    forward = next((role for role in ("forward", "forward_deep") if role in pupil.cast), None)
    if forward is None:
        return False
    v = example(N, M, 0)
    shapes = {("W", l): (N[l - 1], N[l]) for l in (1, 2)} | {("b", l): (1, N[l]) for l in (1, 2)}
    start = started(pupil)
    if start is not None and start.trouble is not None:
        return False
    parameters = start.value if start else {f"{q}{l}": np.full(shape, 0.1) for (q, l), shape in shapes.items()}
    flat = {f"{quantity}{l}": at(parameters, path) for (quantity, l), path in read(parameters, shapes).items()}

    def runs(X: np.ndarray, shape: tuple[int, int]) -> bool:
        answer = pupil.call(forward, {**flat, "X": X, "parameters": parameters})
        A = None if answer.trouble is not None else output_of(v, answer.value)
        return A is not None and np.shape(A) == shape

    return runs(v.X.T, (M, 1)) and not runs(v.X, (1, M))


def elementwise(role: str) -> bool:
    """Whether a function does the same to rows and to columns: activations, their derivatives, and the steps back."""
    return role.startswith(("sigmoid", "tanh", "relu", "leaky_relu"))


def started(pupil: Pupil) -> Answer | None:
    """The learner's own starting parameters for two layers."""
    if "initialize" in pupil.cast:
        return pupil.call("initialize", dict(zip(("n_x", "n_h", "n_y"), N, strict=True)))
    if "initialize_deep" in pupil.cast:
        return pupil.call("initialize_deep", {"layer_dims": list(N)})
    return None


def of_rows(pupil: Pupil, role: str) -> FunctionReport:
    """The report on a function of a network whose samples are rows."""
    function = pupil.cast[role]
    return FunctionReport(function.name, role, ROLES[role].title, function.where, (unjudged(function, ROWS),))
