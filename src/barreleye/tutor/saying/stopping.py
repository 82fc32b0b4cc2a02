"""What is said of a call that gave nothing: a function that is not written yet, a call that does not fit it, an error.

A call does not fit where the check has guessed what an argument stands for, or the form that it has, and the function
stops when it takes just that argument apart. Nothing follows from it about the function's mathematics.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import numpy as np

from ...words import NOTHING, Text, catalogue, listed
from ..casting.naming import key_of
from ..casting.pupil import Pupil
from ..casting.roles import courses_own
from ..report import UNWRITTEN, Finding
from ..running.answers import Answer, Function, Opaque, Trouble
from ..syntax import global_names, tree_of, variables_in
from .errors import ONE_NUMBER, keys_in, like, meaning
from .judging import unjudged
from .messages import told
from .troubles import NOT_THEIRS, stopped

SAID = catalogue("tutor_stops")
ELSEWHERE = SAID["unjudged.elsewhere"]
SIGNATURE = re.compile(r"\S*\(\) (missing|takes|got) ")
TAKEN_APART = ("KeyError", "IndexError", "TypeError", "AttributeError", "UFuncTypeError", "_UFuncNoLoopError")
"""Errors of a function that finds something else in its argument than it looks for."""
MADE_BY = {
    "parameters": ("initialize", "initialize_deep"),
    "cache": ("forward", "forward_deep"),
    "grads": ("backward", "backward_deep"),
}
"""The learner's functions that show which form a thing has; where they are, a function that cannot read it is wrong."""


def stop(pupil: Pupil, role: str, available: Mapping[str, Any], answer: Answer) -> Finding:
    """A call that gave no value, as a finding: not judged where the function is unfinished or the call does not fit."""
    function, trouble = pupil.cast[role], answer.trouble
    assert trouble is not None
    if blank(function) or (
        unfinished(function) and (trouble.type == "NotImplementedError" or "NoneType" in trouble.message)
    ):
        return not_written(function)
    if waits := [one.name for one in called_by(pupil, function) if blank(one) or unwritten_as_it_stands(one)]:
        return unjudged(function, SAID["unjudged.waits"].filled(names=listed(waits)))
    if trouble.kind in NOT_THEIRS:
        return stopped(function, answer)
    if trouble.type == "NameError" and (name := undefined(trouble.message)):
        return nameless(pupil, function, name, answer, trouble)
    given = pupil.given(role, available)
    unknown = [one.name for one in function.parameters if one.required and one.name not in given]
    if unknown and trouble.type == "TypeError" and not trouble.where:
        return unjudged(function, SAID["unjudged.unknown"].filled(names=listed(unknown)))
    if misfits(pupil, function, given, trouble):
        meant = meaning(trouble, function, available)
        if meant.kind == ONE_NUMBER:
            where, line = own_line(pupil, function, trouble)
            return replace(
                unjudged(function, SAID["unjudged.one_number"], ONE_NUMBER), hint=meant.hint, where=where, line=line
            )
        handed = [f"{name} = {brief_form(key, available.get(key))}" for name, key in given.items()]
        message = told(trouble.type, trouble.message)
        return unjudged(function, SAID["unjudged.misfit"].filled(given=listed(handed or ["X", "Y"]), message=message))
    absent = [key for key in absent_from(given, trouble, function) if key != "parameters"]  # those are known by name
    maker = next((one for key in absent for one in makers_of(pupil, key)), None)
    if maker is not None:
        claim = SAID["stopped.absent_key"].filled(key=trouble.message.strip("'\""), maker=pupil.cast[maker].name)
        words = like(trouble.message.strip("'\""), keys_in(pupil.cast[maker].source)).words
        claim += Text(f" {words.en}", words.zh) if words != NOTHING else NOTHING
        return replace(stopped(function, answer), claim=claim, mistake="entry that is not there")
    return stopped(function, answer, available, own_line(pupil, function, trouble))


def leans(pupil: Pupil, role: str, helpers: Sequence[str]) -> Finding:
    """Not judged because of these functions; of those that call one another, the one that it starts with is named."""
    roles = {function.name: one for one, function in pupil.cast.items()}
    behind = {name: {pupil.cast[one].name for one in pupil.helpers(roles[name])} for name in helpers}
    first = [name for name in helpers if not behind[name] & {*helpers}] or list(helpers)
    key = "unjudged.leans" if len(first) == 1 else "unjudged.leans_on_several"
    return unjudged(pupil.cast[role], SAID[key].filled(names=listed(first)))


def not_written(function: Function) -> Finding:
    """What is said of a function that still is as the exercise hands it out."""
    return unjudged(function, SAID["unjudged.unwritten"], UNWRITTEN)


def undefined(message: str) -> str:
    """The name that a NameError speaks of.

    >>> undefined("name 'np' is not defined")
    'np'
    """
    found = re.match(r"name '(\w+)' is not defined", message)
    return found[1] if found else ""


def nameless(pupil: Pupil, function: Function, name: str, answer: Answer, trouble: Trouble) -> Finding:
    """A name that is nowhere: told once, and not as an error of this function where it may stand in unreadable code,
    or is a function of the course that was not handed in."""
    unread = next((note.where for note in pupil.runner.notes if note.kind == "syntax"), None)
    if unread is not None and f"{name}(" in trouble.line_text:
        return unjudged(function, SAID["unjudged.unread"].filled(name=name, where=unread))
    alike = get_close_matches(name, [one.name for one in pupil.runner.functions], 1, 0.8)
    if not alike and elsewhere(trouble):
        return unjudged(function, ELSEWHERE.filled(name=name))
    told = pupil.told_of(name)
    if told not in ("", function.name):
        return unjudged(function, SAID["unjudged.told"].filled(name=name, told=told))
    return stopped(function, answer)


def elsewhere(trouble: Trouble) -> str:
    """The function of the course that is called and is nowhere: it was not handed in. "" where it is something else."""
    name = undefined(trouble.message) if trouble.type == "NameError" else ""
    return name if name and f"{name}(" in trouble.line_text and courses_own(name) else ""


def called_by(pupil: Pupil, function: Function) -> list[Function]:
    """The functions of the same file that a function calls, directly or through others."""
    functions = {one.name: one for one in pupil.runner.functions if one.name != function.name}
    reached = [function]
    for one in reached:
        reached += [functions.pop(name) for name in sorted(global_names(one.source)) if name in functions]
    return reached[1:]


def absent_from(given: Mapping[str, str], trouble: Trouble, function: Function) -> list[str]:
    """The things, such as the cache, in which a function looked in vain for a key."""
    if trouble.type != "KeyError" or innermost(trouble) != function.name:
        return []
    return [key for name, key in given.items() if key in MADE_BY and re.search(rf"\b{name}\b", trouble.line_text)]


def makers_of(pupil: Pupil, key: str) -> list[str]:
    """The learner's functions that make a thing, those that can be used."""
    return [one for one in MADE_BY.get(key, ()) if one in pupil.cast and one not in pupil.broken]


def own_line(pupil: Pupil, function: Function, trouble: Trouble) -> tuple[str, str]:
    """The line to look at: where it stopped, or the function's own where one that is right was called wrongly there."""
    inner = next((role for role, one in pupil.cast.items() if one.name == innermost(trouble)), None)
    called = dict(zip(trouble.calls, trouble.lines, strict=False)).get(function.name)
    blameless = inner is not None and inner not in pupil.broken and not pupil.slips.get(inner)
    return called if called and blameless else (trouble.where, trouble.line_text)


def misfits(pupil: Pupil, function: Function, given: Mapping[str, str], trouble: Trouble) -> bool:
    """Whether an error comes from the call: of the wrong arguments, or of the wrong thing in one of them."""
    if trouble.kind != "exception":
        return False
    if trouble.type == "TypeError" and not trouble.where and SIGNATURE.match(trouble.message):
        return True
    if (
        trouble.type == "KeyError" and trouble.message.isdigit()
    ):  # a list or a dictionary by layers, which it was not given
        return True
    if "'str' object is not callable" in trouble.message and innermost(trouble) == function.name:
        return "activation" in given.values()
    takes_apart = trouble.type in TAKEN_APART or "values to unpack" in trouble.message
    unfitting = re.search("not aligned|broadcast|mismatch", trouble.message) is not None
    _, line = dict(zip(trouble.calls, trouble.lines, strict=False)).get(function.name, ("", trouble.line_text))
    if not (takes_apart or unfitting) or innermost(trouble) not in bare(pupil, function):
        return False
    guessed = [name for name, key in given.items() if key != key_of(name) or formless(pupil, key)]
    if unfitting:  # the shapes of what a name says are right: of another one the shape was guessed too
        guessed = [name for name in given if key_of(name) is None and len(name) > 1]
    return any(re.search(rf"\b{name}\b", line) for name in drawn_from(guessed, function.source))


def bare(pupil: Pupil, function: Function) -> set[str]:
    """The functions in which an error may come from what this one was handed: itself, and those of no exercise."""
    return {function.name, *(one.name for one in pupil.others)}


def innermost(trouble: Trouble) -> str:
    """The learner's function in which it stopped; a comprehension belongs to the function that it stands in."""
    return next((name for name in reversed(trouble.calls) if not name.startswith("<")), "")


def formless(pupil: Pupil, key: str) -> bool:
    """Whether none of the learner's functions shows in which form they have a thing."""
    return key in MADE_BY and not makers_of(pupil, key)


def drawn_from(names: Sequence[str], source: str) -> set[str]:
    """These names, and those that a function gives to parts of them: ``layer`` in ``for layer in layers``.

    >>> sorted(drawn_from(["layers"], "for k, one in enumerate(layers):\\n    W = one['W']\\n    A = 1"))
    ['W', 'k', 'layers', 'one']
    """
    found = set(names)
    for targets, value in bindings(source):
        if found & variables_in(value):
            found |= variables_in(targets)
    return found


def bindings(source: str) -> Iterator[tuple[ast.AST, ast.AST]]:
    """What a function binds names to, where no arithmetic comes between: by = and by for."""
    for node in sorted(tree_of(source), key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Subscript | ast.Attribute):
            for target in node.targets:
                yield target, node.value
        elif isinstance(node, ast.For):
            yield node.target, node.iter


def brief_form(key: str, value: Any) -> str:
    """What was handed over, in a few characters: Y (1, 7); parameters {W1, b1, ...}.

    >>> brief_form("Y", np.ones((1, 7))), brief_form("parameters", {"W1": 1, "b1": 2})
    ('Y (1, 7)', 'parameters {W1, b1}')
    """
    if isinstance(value, np.ndarray):
        return f"{key} {value.shape}"
    if isinstance(value, Mapping):
        return f"{key} {{{', '.join(map(str, value))}}}"
    if isinstance(value, list | tuple):
        return f"{key} [{len(value)}]"
    return key


# Not written yet


def unwritten(function: Function, answer: Answer) -> bool:
    """Whether a function still is as the exercise hands it out: an empty place, pass, or None to fill in."""
    return bool(EMPTY_PLACE.search(function.source)) or (empty(answer.value) and unfinished(function))


def empty(value: Any) -> bool:
    """None, NumPy's array of it, or a tuple, list or dictionary that holds nothing else.

    >>> empty((None, {"A1": None})), empty((None, 1.0)), empty({})
    (True, False, False)
    """
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return bool(value) and all(empty(one) for one in value)
    return value is None or (isinstance(value, Opaque) and "None" in value.text)


def blank(function: Function) -> bool:
    """Whether a place for the learner's code is empty, or holds a name that is None and nothing else.

    >>> blank(Function("f", source="def f():\\n # START CODE HERE\\n\\n # END CODE HERE\\n return A"))
    True
    >>> blank(Function("f", source="def f(X):\\n    J = None\\n    return np.squeeze(J)"))
    True
    """
    if EMPTY_PLACE.search(function.source):
        return True
    nodes = tree_of(function.source)
    read = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return any(name in read and name not in given_a_value(nodes) for name in nones(function.source))


def given_a_value(nodes: Sequence[ast.AST]) -> set[str]:
    """The names that get another value than None, or than one made of themselves."""
    given: set[str] = set()
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                names = {name for target in targets for name in variables_in(target)}
                given |= set() if leaves_none(value) else names - variables_in(value)
            case ast.For(target=target) | ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
                given |= variables_in(target)
    return given


def leaves_none(value: ast.AST) -> bool:
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return any(isinstance(one, ast.Constant) and one.value is None for one in parts)


MARK = r"^[ \t]*#[# \t]*(?:START CODE|YOUR CODE|BEGIN YOUR CODE|TODO)\b.*(?:\n[ \t]*(?:#.*)?)*?(?:\n[ \t]*|\Z)"
"""How an edition of the course marks a place for the learner's code, and the comments that follow."""
EMPTY_PLACE = re.compile(
    MARK + r"(?:#[# \t]*(?:END CODE|YOUR CODE ENDS|END YOUR CODE|END OF YOUR CODE)\b|\Z)",
    re.MULTILINE | re.IGNORECASE,
)
"""Such a place with nothing in it but comments."""


def waits(function: Function) -> bool:
    """Whether a place that is marked for the learner's code holds none: nothing, or the end of it, follows the mark.

    >>> waits(Function("f", source="def f(p):\\n    for l in p:\\n        # TODO\\n        pass\\n    return p"))
    True
    >>> waits(Function("f", source="def f(p):\\n    # TODO\\n    q = 2 * p\\n    return q"))
    False
    """
    return bool(WAITING.search(function.source))


WAITING = re.compile(
    MARK + r"(?:(?:pass|\.\.\.|raise NotImplementedError\b.*|return[\w ,()]*)[ \t]*(?:#.*)?$|\Z)",
    re.MULTILINE | re.IGNORECASE,
)


def nones(source: str) -> Iterator[str]:
    """The names that a function sets to None, alone or in a tuple."""
    for node in tree_of(source):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=None)):
                yield name
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                for target, value in zip(targets, values, strict=False):
                    if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and value.value is None:
                        yield target.id


def unwritten_as_it_stands(function: Function) -> bool:
    """Whether a function has no code but ``pass``, ``...`` or a docstring."""
    body = next((node.body for node in tree_of(function.source) if isinstance(node, ast.FunctionDef)), [])
    return bool(body) and all(
        isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in body
    )


def unfinished(function: Function) -> bool:
    """Whether a function has a ``pass``, ``...``, ``= None``, ``return None``, a NotImplementedError, or no code.

    >>> unfinished(Function("f", source="def f(X):\\n    A = None\\n    return A"))
    True
    >>> unfinished(Function("f", source="def f(X, A=None):\\n    A = X"))
    False
    """
    return any(left_open(node) for node in tree_of(function.source))


def left_open(node: ast.AST) -> bool:
    if isinstance(node, ast.FunctionDef):
        return len(node.body) == 1 and ast.get_docstring(node) is not None
    if isinstance(node, ast.Assign | ast.Return):
        return node.value is not None and leaves_none(node.value)
    if isinstance(node, ast.Raise):
        return "NotImplementedError" in ast.unparse(node)
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...
    )
