"""A learner may lay X or W out in another way throughout. That is right, though not as the course does: not judged."""

import ast
import re
from typing import Any, NamedTuple

import numpy as np

from ..words import Text
from .casting.arguments import shared_activation
from .casting.layouts import Name, at, leaves, read
from .casting.pupil import Pupil
from .casting.returned import cache_of, held, output_of
from .casting.roles import ROLES
from .equations import example
from .likeness import DIFFERENT, alike
from .report import FunctionReport
from .running.answers import Answer
from .saying.judging import unjudged
from .syntax import tree_of

N, M = (3, 4, 1), 7


class Convention(NamedTuple):
    """Whether X has samples as rows, whether W[l] is (n[l-1], n[l]), the shape of the output; what is said of it."""

    rows: bool
    in_by_out: bool
    output: tuple[int, int]
    words: Text

    def weights(self, l: int) -> tuple[int, int]:
        return (N[l - 1], N[l]) if self.in_by_out else (N[l], N[l - 1])

    @property
    def shapes(self) -> dict[Name, tuple[int, ...]]:
        """The shape of each parameter."""
        found: dict[Name, tuple[int, ...]] = {("W", l): self.weights(l) for l in (1, 2)}
        return found | {("b", l): (1, N[l]) if self.output == (M, 1) else (N[l], 1) for l in (1, 2)}


COURSE = Convention(False, False, (1, M), Text("", ""))
ROWS = Text(
    "Your samples are rows, X (m, n_x). That is a right way, and not the course's: there, samples are columns, "
    "X (n_x, m), W[l] (n[l], n[l−1]) and Z[l] = W[l] A[l−1] + b[l]. Only that way can be checked here.",
    "你的样本按行排列，X 是 (m, n_x)。这样做没有错，但不是课程的约定：课程里样本按列排列，X 是 (n_x, m)，"
    "W[l] 是 (n[l], n[l−1])，Z[l] = W[l] A[l−1] + b[l]。这里只能检查后一种写法。",
)
CONVENTIONS = (
    Convention(True, True, (M, 1), ROWS),
    Convention(
        True,
        False,
        (1, M),
        Text(
            "You take X with samples as rows, (m, n_x), and transpose it inside. That is a right way, and not the "
            "course's: there, X is (n_x, m) from the start. Only that way can be checked here.",
            "你传入的 X 按行存放样本，是 (m, n_x)，再在函数里转置。这样做没有错，但不是课程的约定："
            "课程里 X 一开始就是 (n_x, m)。这里只能检查后一种写法。",
        ),
    ),
    Convention(
        False,
        True,
        (1, M),
        Text(
            "Your W[l] is (n[l−1], n[l]), and Z[l] = W[l]ᵀ A[l−1] + b[l]. That is a right way, and not the course's: "
            "there, W[l] is (n[l], n[l−1]) and Z[l] = W[l] A[l−1] + b[l]. Only that way can be checked here.",
            "你的 W[l] 是 (n[l−1], n[l])，Z[l] = W[l]ᵀ A[l−1] + b[l]。这样做没有错，但不是课程的约定："
            "课程里 W[l] 是 (n[l], n[l−1])，Z[l] = W[l] A[l−1] + b[l]。这里只能检查后一种写法。",
        ),
    ),
)


WITHOUT_BIASES = Convention(
    False,
    False,
    (1, M),
    Text(
        "No b anywhere: your network has no biases, or has them as a column of W. That is another network than the "
        "course's, where Z[l] = W[l] A[l−1] + b[l]. Only that one can be checked here.",
        "到处都没有 b：你的网络没有偏置，或把偏置放在 W 的一列里。这与课程的网络不同，课程里 "
        "Z[l] = W[l] A[l−1] + b[l]。这里只能检查后一种网络。",
    ),
)
BIAS = re.compile(r"(?:^|[\W_])(?:[dD]_?|grad_?|nabla_?|delta_?)?(?:b|B|bias|biases|bs)s?(?:$|[\W_\d])")


def has_no_biases(pupil: Pupil, start: Answer | None) -> bool:
    """Whether neither pass has a b, by any name: the initialization makes a W for each layer and nothing else.

    Without an initialization the forward pass must run, and give the same for other b.
    """
    roles = [role for role in BIASED if role in pupil.cast]
    if not {role.split("_")[0] for role in roles} >= {"forward", "backward"}:
        return False
    if any(BIAS.search(code_of(pupil.cast[role].source)) for role in roles):
        return False
    if start is not None:
        return sum(np.ndim(leaf) > 0 for _, leaf in leaves(start.value)) == len(N) - 1
    forward = next(role for role in roles if role.startswith("forward"))
    v, other = example(N, M, 0), example(N, M, 0)
    other.b = {l: b + 1 for l, b in v.b.items()}
    first, second = (pupil.call(forward, pupil.available(one)) for one in (v, other))
    if first.trouble is not None or second.trouble is not None:
        return False
    outputs = [output_of(v, one.value) for one in (first, second)]
    return alike(*outputs) != DIFFERENT


BIASED = ("forward", "forward_deep", "backward", "backward_deep", "initialize", "initialize_deep", "linear_forward")


def code_of(source: str) -> str:
    """A function's names and texts, one in each line, without its comments.

    >>> code_of("def f(W): return W['W1']  # no b").split()
    ['f', 'W', 'W', 'W1']
    """
    found = []
    for node in tree_of(source):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name) | ast.FunctionDef(name=name):
                found.append(name)
            case ast.Constant(value=str(name)):
                found.append(name)
    return "\n".join(found)


def convention_of(pupil: Pupil) -> Convention | None:
    """The convention, other than the course's, in which the learner's functions run together; None where there is none.

    Samples that come out as rows show it by themselves. A transposed X or W alone may be a mistake: there the backward
    pass must go along, or, where the file has none, the learner's own starting parameters.
    """
    forward = next((role for role in ("forward", "forward_deep", "predict") if role in pupil.cast), None)
    start = started(pupil)
    if forward is None or (start is not None and start.trouble is not None):
        return None
    if has_no_biases(pupil, start):
        return WITHOUT_BIASES
    if forward_in(pupil, forward, COURSE, start) is not None:
        return None
    for one in CONVENTIONS:
        answer = forward_in(pupil, forward, one, start)
        if answer is not None and (one.output == (M, 1) or goes_along(pupil, one, start, answer)):
            return one
    return None


def given_in(pupil: Pupil, convention: Convention, start: Answer | None) -> dict[str, Any] | None:
    """What a function may ask for, in a convention; None where the learner's own starting parameters are not in it."""
    made = {f"{q}{l}": np.full(shape, 0.1) for (q, l), shape in convention.shapes.items()}
    parameters = made if start is None else start.value
    paths = read(parameters, convention.shapes)
    flat = {f"{quantity}{l}": at(parameters, path) for (quantity, l), path in paths.items()}
    own = {name: np.shape(flat[name]) for name in flat if name[0] == "W"}
    if any(own[name] != convention.weights(int(name[1:])) for name in own):
        return None
    v = example(N, M, 0)
    X, Y = (v.X.T if convention.rows else v.X), v.Y.reshape(convention.output)
    return {**flat, "X": X, "Y": Y, "parameters": parameters, "m": M, "activation": shared_activation(pupil.cast)}


def forward_in(pupil: Pupil, role: str, convention: Convention, start: Answer | None) -> Answer | None:
    """The forward pass's answer in a convention, where it runs and its output has the shape that it should."""
    given = given_in(pupil, convention, start)
    answer = pupil.call(role, given) if given else None
    if answer is None or answer.trouble is not None:
        return None
    return answer if np.shape(output_of(example(N, M, 0), answer.value)) == convention.output else None


def goes_along(pupil: Pupil, convention: Convention, start: Answer | None, answer: Answer) -> bool:
    """Whether the backward pass runs in a convention too, with gradients of the shapes of the parameters."""
    role = next((role for role in ("backward", "backward_deep") if role in pupil.cast), None)
    given = given_in(pupil, convention, start)
    if role is None or given is None:
        return start is not None and convention.in_by_out
    AL = output_of(example(N, M, 0), answer.value)
    found = cache_of(answer, AL)
    cache = {"cache": held(answer, found[0])} if found else {}
    back = pupil.call(role, {**given, "AL": AL, **cache})
    if back.trouble is not None:
        return False
    gradients = {(f"d{q}", l): shape for (q, l), shape in convention.shapes.items() if q == "W"}
    paths = read(back.value, gradients)
    return set(paths) == set(gradients) and all(np.shape(at(back.value, paths[k])) == gradients[k] for k in gradients)


def concerns(convention: Convention, role: str) -> bool:
    """Whether a convention makes a difference to a role: none to activations, their derivatives, and the steps back."""
    if role.startswith(("sigmoid", "tanh", "relu", "leaky_relu")):
        return False
    if convention == WITHOUT_BIASES:
        return not role.startswith(("cost", "softmax"))
    same = ("cost", "softmax") if convention.in_by_out else ("cost", "softmax", "update")
    return convention.output == (M, 1) or not role.startswith(same)


def started(pupil: Pupil) -> Answer | None:
    """The learner's own starting parameters for two layers."""
    role = next((one for one in ("initialize", "initialize_deep") if one in pupil.cast), None)
    return None if role is None else pupil.started(role, N)


def in_convention(pupil: Pupil, role: str, convention: Convention, told: str) -> FunctionReport:
    """The report on a function of a network in another convention: what that is, is said of the role ``told``."""
    function = pupil.cast[role]
    words = convention.words if role == told else SAME.filled(name=pupil.cast[told].name)
    return FunctionReport(function.name, role, ROLES[role].title, function.where, (unjudged(function, words),))


SAME = Text("Not judged, for the reason said of {name}.", "不作判断，原因见 {name}。")
