"""How a whole file means its network is decided once, with evidence; then everything in it is judged by that.

Each *facet* is a question that the file's own functions answer by running: how its data is laid out, whether it has
biases, which output it has. A facet returns the reading that it was given, or one with more in it.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np

from ..words import catalogue
from .casting.arguments import is_told_sizes
from .casting.layouts import leaves
from .casting.naming import plain
from .casting.pupil import Pupil, parameter_names
from .casting.reading import Reading
from .casting.returned import cache_of, held, number_in, output_of
from .equations import cost_sheet, worked
from .likeness import DIFFERENT, FLOAT32_TOLERANCE, alike
from .running.answers import Answer
from .running.calling import Runner
from .syntax import tree_of

SAID = catalogue("tutor_judging")

N, M = (3, 4, 1), 7
Facet = Callable[[Runner, Reading], Reading]


def read(runner: Runner) -> Reading:
    """How the functions of a file mean their network."""
    return reduce(lambda reading, facet: facet(runner, reading), FACETS, Reading())


# How X, W and all else are laid out

LAYOUTS = (
    Reading(rows=True, in_by_out=True, said=(SAID["reading.rows"],)),
    Reading(rows=True, said=(SAID["reading.rows_out_by_in"],)),
    Reading(X_in_rows=True, said=(SAID["reading.x_in_rows"],)),
    Reading(in_by_out=True, said=(SAID["reading.in_by_out"],)),
)
"""The layouts in which whole files are written, besides the course's: the likelier first."""
FORWARD, BACKWARD = ("forward", "forward_deep", "predict"), ("backward", "backward_deep")


def layout(runner: Runner, reading: Reading) -> Reading:
    """The layout, other than the course's, in which the functions run together.

    Samples that come out as rows show it by themselves. A transposed X or W alone may be a mistake: there the backward
    pass must go along, or, where the file has none, the learner's own starting parameters.
    """
    pupil = Pupil(runner, reading)
    role = next((role for role in FORWARD if role in pupil.cast), None)
    if role is None and "linear_forward" in pupil.cast:
        return layout_of_a_layer(runner, reading)
    if role is None or not reading.biases or runs_forward(pupil, role) is not None:
        return reading
    for other in LAYOUTS:
        pupil = Pupil(runner, other)
        if (answer := runs_forward(pupil, role)) is not None and (other.rows or goes_along(pupil, answer)):
            return other
    return reading


def layout_of_a_layer(runner: Runner, reading: Reading) -> Reading:
    """The layout in which the linear part of a layer is right by itself: rows, where the course's is wrong.

    With the course's own names for its arguments it is the course's, its factors swapped.
    """
    names = [plain(one.name) for one in Pupil(runner).cast["linear_forward"].parameters[:1]]
    layouts = (reading, *LAYOUTS[: 0 if names[:1] in (["a"], ["aprev"]) else 2])
    return next((one for one in layouts if is_linear(Pupil(runner, one))), reading)


def is_linear(pupil: Pupil) -> bool:
    """Whether the linear part of a layer gives W A + b."""
    v = pupil.example((5, 4, 1), M, 0)
    flat = pupil.flat(v)
    answer = pupil.call("linear_forward", {"A_prev": v.X, "X": v.X, "W": flat["W1"], "b": flat["b1"]})
    Z = answer.value[0] if isinstance(answer.value, tuple | list) and answer.value else answer.value
    return alike(Z, v.Z[1]) != DIFFERENT


def runs_forward(pupil: Pupil, role: str) -> Answer | None:
    """The forward pass's answer, where it runs and its output has the shape that it should."""
    start, maker = started(pupil), maker_of(pupil)
    if start is not None and is_told_sizes(pupil.cast[maker], maker) and not has_their_shapes(pupil, start.value):
        return None
    v = pupil.example(N, M, 0)
    answer = pupil.call(role, pupil.available(v))
    shape = np.shape(output_of(v, answer.value))
    fits = shape == v.Y.shape or (role == "predict" and shape == (v.m,))
    return answer if answer.trouble is None and fits else None


def has_their_shapes(pupil: Pupil, parameters: Any) -> bool:
    """Whether the weights of two layers that an initialization has made are laid out so."""
    v = pupil.example(N, M, 0)
    found = pupil.parameters_in(parameters, N)
    return all(np.shape(found["W", l]) == v.W[l].shape for l in v.W if ("W", l) in found)


def goes_along(pupil: Pupil, answer: Answer) -> bool:
    """Whether the backward pass runs so too, with gradients of the shapes of the parameters."""
    role = next((role for role in BACKWARD if role in pupil.cast), None)
    v = pupil.example(N, M, 0)
    if role is None:
        return started(pupil) is not None and pupil.reading.in_by_out
    AL = output_of(v, answer.value)
    found = cache_of(answer, AL)
    cache = {"cache": held(answer, found[0])} if found else {}
    back = pupil.call(role, {**pupil.available(v), "AL": AL, **cache})
    if back.trouble is not None:
        return False
    gradients = pupil.quantities(back.value, v, parameter_names(v, "d"))
    return all(("dW", l) in gradients and gradients["dW", l].shape == v.W[l].shape for l in v.W)


def maker_of(pupil: Pupil) -> str:
    """The role of the function that makes the starting parameters; "" where there is none."""
    return next((one for one in ("initialize", "initialize_deep") if one in pupil.cast), "")


def started(pupil: Pupil) -> Answer | None:
    """The learner's own starting parameters for two layers; None where they are of sizes that nobody can name."""
    role = maker_of(pupil)
    return pupil.started(role, N) if role and pupil.cast[role].parameters else None


# Whether it has biases

BIASED = ("forward", "forward_deep", "backward", "backward_deep", "initialize", "initialize_deep", "linear_forward")
BIAS = re.compile(r"(?:^|[\W_])(?:[dD]_?|grad_?|nabla_?|delta_?)?(?:b|B|bias|biases|bs)s?(?:$|[\W_\d])")


def biases(runner: Runner, reading: Reading) -> Reading:
    """Whether either pass has a b, by any name; else the initialization makes a W for each layer and nothing more.

    Without an initialization the forward pass must run, and give the same for other b.
    """
    pupil = Pupil(runner, reading)
    roles = [role for role in BIASED if role in pupil.cast]
    if not {role.split("_")[0] for role in roles} >= {"forward", "backward"}:
        return reading
    if any(BIAS.search(code_of(pupil.cast[role].source)) for role in roles):
        return reading
    start = started(pupil)
    if start is not None:
        without = start.trouble is None and sum(np.ndim(leaf) > 0 for _, leaf in leaves(start.value)) == len(N) - 1
    else:
        forward = next(role for role in roles if role.startswith("forward"))
        v, other = pupil.example(N, M, 0), pupil.example(N, M, 0)
        other.b = {l: b + 1 for l, b in v.b.items()}
        answers = [pupil.call(forward, pupil.available(one)) for one in (v, other)]
        outputs = [output_of(v, one.value) for one in answers if one.trouble is None]
        without = len(outputs) == 2 and alike(*outputs) != DIFFERENT
    return replace(reading, biases=False, said=(SAID["reading.without_biases"],)) if without else reading


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


# Which output it has

ONE_HOT = re.compile(r"one_?hot|soft_?max|arg_?max|\beye\(|to_categorical", re.IGNORECASE)


def output(runner: Runner, reading: Reading) -> Reading:
    """Whether the output is a softmax: each sample's outputs add up to 1; without a forward pass, by the cost.

    A cost of the ones alone may be the half of a cross-entropy that someone forgot to finish: without a forward pass it
    is one of several classes only where some code speaks of them, or the labels are whole numbers.
    """
    several = replace(reading, classes=True, said=(*reading.said, SAID["reading.classes"]))
    role = next((one for one in ("forward", "forward_deep") if one in Pupil(runner).cast), None)
    if role is not None:
        pupil = Pupil(runner, several)
        answer = runs_forward(pupil, role)
        AL = None if answer is None else np.asarray(output_of(pupil.example(N, M, 0), answer.value))
        shares = AL is not None and bool((AL > 0).all()) and np.allclose(AL.sum(axis=0), 1)
        return with_labels(runner, several) if shares else reading
    spoken = any(ONE_HOT.search(one.source) for one in runner.functions)
    cast = Pupil(runner).cast
    if "cost" not in cast:
        return several if "predict" in cast and ONE_HOT.search(cast["predict"].source) else reading
    for other in (
        several,
        replace(several, rows=True, in_by_out=True, said=(SAID["reading.rows"], SAID["reading.classes"])),
    ):
        if spoken and has_cost(runner, other):
            return other
        if has_cost(runner, replace(other, whole=True)):
            return replace(other, whole=True)
    return reading


def with_labels(runner: Runner, reading: Reading) -> Reading:
    """The reading with labels as the cost, or the backward pass, takes them: one-hot, else whole numbers."""
    whole = replace(reading, whole=True)
    role = next((one for one in BACKWARD if one in Pupil(runner).cast), None)
    if role is not None and not takes_labels(Pupil(runner, reading), role):
        return whole if takes_labels(Pupil(runner, whole), role) else reading
    return whole if not has_cost(runner, reading) and has_cost(runner, whole) else reading


def takes_labels(pupil: Pupil, role: str) -> bool:
    """Whether a backward pass runs with labels of this form."""
    v = pupil.example(N, M, 0)
    forward = next(one for one in ("forward", "forward_deep") if one in pupil.cast)
    answer = pupil.call(forward, pupil.available(v))
    found = cache_of(answer, v.A[v.L])
    cache = {"cache": held(answer, found[0])} if found else {}
    return pupil.call(role, {**pupil.available(v), **cache}).trouble is None


def has_cost(runner: Runner, reading: Reading) -> bool:
    """Whether the cost is the cross-entropy of several classes."""
    pupil = Pupil(runner, reading)
    if "cost" not in pupil.cast:
        return False
    v = pupil.example(N, M, 0)
    J = number_in(pupil.call("cost", pupil.available(v)).value)
    return alike(J, worked(cost_sheet(v.L, reading.output), v).J[v.L], FLOAT32_TOLERANCE) != DIFFERENT


FACETS: tuple[Facet, ...] = (biases, layout, output)
