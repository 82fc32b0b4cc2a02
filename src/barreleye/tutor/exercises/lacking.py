"""What is said of an answer that does not hold what it should."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...words import Text, catalogue, listed
from ..casting.layouts import Name, leaves, name_at
from ..casting.naming import key_in
from ..casting.pupil import Pupil
from ..equations import Work
from ..report import Finding
from ..running.answers import Answer, Function, Opaque
from ..saying.evidence import kind_of, quantity_name
from ..saying.judging import unjudged, wrong_as_a_whole
from ..saying.layer_loops import layer_loop
from ..saying.places import at_line
from ..saying.stopping import not_written, unwritten
from ..search import Trial
from ..syntax import tree_of

SAID = catalogue("tutor_judging")


def lacking(pupil: Pupil, role: str, missing: Sequence[Name], answer: Answer, v: Work) -> Finding:
    """An answer to v without these quantities."""
    function = pupil.cast[role]
    names = [quantity_name(quantity, l) if l else quantity for quantity, l in missing]
    found = {name_at(path) for path, _ in leaves(answer.value)}
    if found & {(quantity, 0) for quantity in ("W", "b", "dW", "db")}:
        claim = SAID["lacking.shifted"].filled(names=", ".join(names))
        return replace(wrong_as_a_whole(function, claim, "keys one layer too low"), hint=SAID["lacking.which_layer"])
    if role == "predict" and isinstance(answer.value, float | int | np.ndarray) and np.ndim(answer.value) == 0:
        return unjudged(function, SAID["lacking.one_for_all"])
    return too_few_layers(function, missing, v) or holds_not(function, answer, listed(names))


def misfit(pupil: Pupil, role: str, available: Mapping[str, Any], trial: Trial) -> Text | None:
    """Why unexplained numbers may be of another function than the role's; None where they are not.

    The check has guessed what an argument stands for; or what should be one number is one for each sample.
    """
    if guessed := guesses(pupil, role, available):
        return SAID["lacking.guessed"].filled(names=listed(guessed))
    v, J = trial.given, trial.observed.get(("J", trial.given.L), 0.0)
    shape = np.shape(pupil.reading.laid(("J", v.L), J))
    return SAID["lacking.no_cost"].filled(shape=shape) if np.size(J) > 1 and shape != (v.m, v.m) else None


def guesses(pupil: Pupil, role: str, available: Mapping[str, Any]) -> list[str]:
    """The required arguments whose names say nothing, and which are given something by their place alone."""
    given = pupil.given(role, available)
    required = [one.name for one in pupil.cast[role].parameters if one.required]
    return [name for name in required if name in given and len(name) > 1 and key_in(name, role) is None]


def holds_not(function: Function, answer: Answer, what: Text, where: Text = SAID["lacking.by_which_names"]) -> Finding:
    """An answer that does not hold what it should: nothing at all, or something else."""
    if unwritten(function, answer):
        return not_written(function)
    if answer.value is None:
        return returns_nothing(function, answer)
    opaque = next((leaf for _, leaf in leaves(answer.value) if isinstance(leaf, Opaque)), None)
    if opaque is not None and opaque.type == "ndarray" and "'" in opaque.text:
        return unjudged(function, SAID["lacking.words"])
    if opaque is not None:
        return unjudged(function, SAID["lacking.opaque"].filled(kind=opaque.type))
    return wrong_as_a_whole(function, SAID["lacking.holds_not"].filled(got=kind_of(answer.value), what=what) + where)


def trained_shapes(function: Function, value: Any, n_x: int, n_y: int) -> Finding | None:
    """Trained parameters of shapes that belong to no network from n_x inputs to n_y outputs."""
    W = {name[1]: np.shape(leaf) for path, leaf in leaves(value) if (name := name_at(path)) and name[0] == "W"}
    L = max(W, default=0)
    if sorted(W) != list(range(1, L + 1)) or any(len(shape) != 2 for shape in W.values()):
        return None
    widths = [n_x, *(W[l][0] for l in range(1, L)), n_y]
    for l, shape in W.items():
        if shape != (right := (widths[l], widths[l - 1])):
            words = {"l": l, "shape": shape, "right": right, "n_x": n_x, "n_y": n_y}
            return wrong_as_a_whole(function, SAID["lacking.trained_shape"].filled(**words))
    return None


def returns_nothing(function: Function, answer: Answer) -> Finding:
    """A function that hands nothing back: it has no return, or one without a value, or it prints instead."""
    gives = any(isinstance(node, ast.Return) and node.value is not None for node in tree_of(function.source))
    why = "sometimes_nothing" if gives else "prints_instead" if answer.printed.strip() else "no_return"
    finding = wrong_as_a_whole(function, SAID[f"lacking.{why}"], "returns nothing")
    return replace(finding, hint=SAID["lacking.put_into"].filled(name=function.name))


def too_few_layers(function: Function, missing: Sequence[Name], v: Work) -> Finding | None:
    """An answer without some layers, of a function whose loop does not reach them."""
    loop = layer_loop(function.source, v, down=missing[0][0].startswith("d"))
    if loop is None or not {l for _, l in missing} <= set(loop.should) - set(loop.made):
        return None
    left = listed(l for l in loop.should if l not in loop.made)
    key = "lacking.left_out" if loop.made else "lacking.no_layer"
    claim = SAID[key].filled(left=left, L=v.L, made=listed(loop.made))
    where, line = at_line(function, loop.number)
    finding = wrong_as_a_whole(function, claim, "loop over too few layers")
    hint = SAID["lacking.where_range_stops"].filled(L=v.L)
    return replace(finding, hint=hint, where=where, line=line, solution=loop.mended)
