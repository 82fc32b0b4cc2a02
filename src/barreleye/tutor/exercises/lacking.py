"""What is said of an answer that does not hold what it should."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ... import words
from ...words import Text, catalogue
from ..casting.layouts import Name, leaves, name_at
from ..casting.naming import key_in
from ..casting.pupil import Pupil
from ..equations import Work
from ..report import Finding
from ..running.answers import Answer, Function, Opaque
from ..saying.evidence import kind_of, listed, quantity_name
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
    if any(name in ((quantity, 0) for quantity in ("W", "b", "dW", "db")) for name in names_in(answer.value)):
        return shifted(function, ", ".join(names))
    if role == "predict" and isinstance(answer.value, float | int | np.ndarray) and np.ndim(answer.value) == 0:
        return unjudged(function, SAID["lacking.one_for_all"])
    return too_few_layers(function, missing, v) or holds_not(function, answer, Text(listed(names), "、".join(names)))


def leans(pupil: Pupil, role: str, helpers: Sequence[str]) -> Finding:
    """Not judged because of these functions; of those that call one another, the one that it starts with is named."""
    roles = {function.name: one for one, function in pupil.cast.items()}
    behind = {name: {pupil.cast[one].name for one in pupil.helpers(roles[name])} for name in helpers}
    first = [name for name in helpers if not behind[name] & {*helpers}] or list(helpers)
    key = "lacking.leans" if len(first) == 1 else "lacking.leans_on_several"
    return unjudged(pupil.cast[role], SAID[key].filled(names=words.listed(first)))


def misfit(pupil: Pupil, role: str, available: Mapping[str, Any], trial: Trial) -> Text | None:
    """Why unexplained numbers may be of another function than the role's; None where they are not.

    The check has guessed what an argument stands for; or what should be one number is one for each sample.
    """
    if guessed := guesses(pupil, role, available):
        return SAID["lacking.guessed"].filled(names=words.listed(guessed))
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
    got = kind_of(answer.value)
    return wrong_as_a_whole(
        function,
        Text(f"Its answer ({got}) does not hold {what.en}: ", f"它的返回值（{got}）里没有 {what.zh}：") + where,
    )


def trained_shapes(function: Function, value: Any, n_x: int, n_y: int) -> Finding | None:
    """Trained parameters of shapes that belong to no network from n_x inputs to n_y outputs."""
    W = {name[1]: np.shape(leaf) for path, leaf in leaves(value) if (name := name_at(path)) and name[0] == "W"}
    L = max(W, default=0)
    if sorted(W) != list(range(1, L + 1)) or any(len(shape) != 2 for shape in W.values()):
        return None
    widths = [n_x, *(W[l][0] for l in range(1, L)), n_y]
    l = next((l for l in W if W[l] != (widths[l], widths[l - 1])), None)
    if l is None:
        return None
    claim = Text(
        f"Its W{l} has shape {W[l]}, where {n_x} features, {n_y} output and the other layers ask for "
        f"({widths[l]}, {widths[l - 1]}): are the sizes handed on in the right order?",
        f"它的 W{l} 的形状是 {W[l]}；输入有 {n_x} 个特征、输出有 {n_y} 个，再看其他各层，"
        f"应为 ({widths[l]}, {widths[l - 1]})：各层大小传递的顺序对吗？",
    )
    return wrong_as_a_whole(function, claim)


def returns_nothing(function: Function, answer: Answer) -> Finding:
    """A function that hands nothing back: it has no return, or one without a value, or it prints instead."""
    gives = any(isinstance(node, ast.Return) and node.value is not None for node in tree_of(function.source))
    claim = (
        SAID["lacking.sometimes_nothing"]
        if gives
        else SAID["lacking.prints_instead"]
        if answer.printed.strip()
        else SAID["lacking.no_return"]
    )
    hint = Text(
        f"What would value = {function.name}(...) put into value?",
        f"执行 value = {function.name}(...) 之后，value 里是什么？",
    )
    return replace(wrong_as_a_whole(function, claim, "returns nothing"), hint=hint)


def too_few_layers(function: Function, missing: Sequence[Name], v: Work) -> Finding | None:
    """An answer without some layers, of a function whose loop does not reach them."""
    loop = layer_loop(function.source, v, down=missing[0][0].startswith("d"))
    if loop is None or not {l for _, l in missing} <= set(loop.should) - set(loop.made):
        return None
    layers = [str(l) for l in loop.should if l not in loop.made]
    made = [str(l) for l in loop.made]
    where, line = at_line(function, loop.number)
    claim = Text(
        f"The loop leaves out layer {listed(layers)}: with {v.L} layers it makes {listed(made) if made else 'none'}.",
        f"循环漏掉了第 {'、'.join(layers)} 层：共 {v.L} 层时，它只处理第 {'、'.join(made)} 层。"
        if made
        else f"循环漏掉了第 {'、'.join(layers)} 层：共 {v.L} 层时，它一层也没有处理。",
    )
    hint = Text(
        f"Write down which values the variable takes for L = {v.L}: where does range stop?",
        f"写出 L = {v.L} 时循环变量取到的每个值：range 停在哪里？",
    )
    finding = wrong_as_a_whole(function, claim, "loop over too few layers")
    return replace(finding, hint=hint, where=where, line=line, solution=loop.mended)


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
