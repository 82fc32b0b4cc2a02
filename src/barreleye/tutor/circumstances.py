"""Why a function that seems wrong is not judged all the same: what it leans on is out of a check's reach.

a module that is not there      its stand-in computes nothing
sizes that its code fixes       a check tries several
gradients that are clipped      another method than the plain step
parameters from outside         a check cannot hand over its own
what is kept between calls      the answer does not follow from the arguments
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from ..words import Text, catalogue
from .casting.fitting import guessed, has_another_form, is_another_cost
from .casting.naming import key_of
from .casting.pupil import Pupil
from .casting.roles import ROLES, courses_own
from .equations import example
from .fragility.names import USES_GLOBAL
from .fragility.surroundings import is_read
from .judgement import Judged
from .report import UNJUDGED, WRONG, FunctionReport
from .running.answers import Function
from .saying.judging import unjudged
from .saying.stopping import called_by, not_written, waits
from .syntax import global_names, tree_of

SAID = catalogue("tutor_judging")

CASTING = catalogue("tutor_casting")


def excused(pupil: Pupil, role: str, judged: Judged) -> Judged:
    """What was found, or that it is not judged where that may come from outside the function."""
    function = pupil.cast[role]
    if judged.verdict not in (WRONG, UNJUDGED) or any(one.unwritten for one in judged.findings):
        return judged
    why = next(reasons(pupil, role, judged), None)
    if why is None:
        return judged
    return Judged([unjudged(function, why)], judged.remarks, replace(judged.known, broken=True, slips=None))


def as_handed_out(function: Function, report: FunctionReport) -> FunctionReport:
    """The report; of a function that is wrong because its place for the learner's code is empty, that it is so."""
    if report.verdict != WRONG or not waits(function):
        return report
    return replace(report, findings=(not_written(function),))


def reasons(pupil: Pupil, role: str, judged: Judged) -> Iterator[Text]:
    """What may have led to the findings besides a mistake; a catalogued one is none where its own module is there."""
    function = pupil.cast[role]
    own = [one for one in called_by(pupil, function) if one in pupil.others]
    if lacks := list(dict.fromkeys(name for one in (function, *own) for name in one.lacks)):
        yield SAID["circumstances.missing"].filled(names=", ".join(lacks))
    if any(one.mistake == "probabilities for predictions" for one in judged.findings):
        others = [one for one in pupil.others if thresholds(one, function.name)]
        yield from (SAID["circumstances.probabilities"].filled(name=one.name) for one in others)
    if role == "softmax" and not any(role.startswith("forward") for role in pupil.cast):
        yield from (CASTING["softmax_alone"] for one in judged.findings if one.mistake in SUMMED_OTHERWISE)
    if role == "cost" and judged.verdict == WRONG and is_another_cost(pupil):
        yield CASTING["another_cost"]
    scores = any(one.mistake == "output without sigmoid" for one in judged.findings)
    if scores and not courses_own(function.name) and "cost" not in pupil.cast:
        yield CASTING["scores"]
    if judged.verdict == UNJUDGED or any(one.mistake not in (None, USES_GLOBAL.name) for one in judged.findings):
        return
    if has_another_form(pupil, role):
        yield CASTING["other_form"].filled(title=ROLES[role].title)
    if names := guessed(pupil, role, pupil.available(example((3, 4, 1), 7, 0))):
        yield CASTING["guessed"].filled(names=", ".join(names))
    if any(fixes_sizes(one.line) for one in judged.findings):
        yield SAID["circumstances.sizes"]
    if role.startswith("update") and CLIPPING.search(function.source):
        yield SAID["circumstances.clips"]
    if names := parameters_from_outside(function):
        yield SAID["circumstances.outside"].filled(names=", ".join(names))
    if names := kept(function.source):
        yield SAID["circumstances.keeps"].filled(names=", ".join(names))
    if function.owner or (role.startswith("model") and not courses_own(function.name)):
        yield CASTING["own_way"].filled(title=ROLES[role].title)


SUMMED_OTHERWISE = ("softmax over the samples", "softmax over everything")
CLIPPING = re.compile(r"norm|clip", re.IGNORECASE)


def thresholds(function: Function, predict: str) -> bool:
    """Whether a function compares, or rounds, what another returns.

    >>> thresholds(Function("labels", source="def labels(X):\\n    return predict(X) > 0.5"), "predict")
    True
    """
    nodes = tree_of(function.source)
    compares = any(isinstance(op, ORDER) for node in nodes if isinstance(node, ast.Compare) for op in node.ops)
    rounds = any(isinstance(node, ast.Attribute) and node.attr in ("round", "rint") for node in nodes)
    return predict in global_names(function.source) and (compares or rounds)


ORDER = (ast.Gt, ast.GtE, ast.Lt, ast.LtE)


def fixes_sizes(line: str) -> bool:
    """Whether a line asserts a shape, or a length, of more than 1 in numbers; or that a bias is a single number.

    >>> fixes_sizes("assert W1.shape == (4, 2)"), fixes_sizes("assert A2.shape == (1, X.shape[1])")
    (True, False)
    """
    if re.match(r"\s*assert\b.*isinstance\(d?b\w*, float\)", line):
        return True
    shape = re.match(r"\s*assert\b.*(?:\.shape|len\(|\.size)(.*)", line)
    numbers = re.findall(r"(?<![\w\[.])\d+(?![\w.])", shape[1]) if shape else []
    return any(int(number) > 1 for number in numbers)


def parameters_from_outside(function: Function) -> list[str]:
    """The W, b or parameters that a function reads from outside, where none of its arguments brings any."""
    if any(is_parameter(one.name) for one in function.parameters):
        return []
    names = sorted(global_names(function.source))
    return [name for name in names if is_parameter(name) and is_read(name, function.source)]


def is_parameter(name: str) -> bool:
    """Whether a name is one of parameters.

    >>> is_parameter("W1"), is_parameter("weights_ih"), is_parameter("bias_h"), is_parameter("X")
    (True, True, True, False)
    """
    key = key_of(name) or ""
    called_so = name.lower().startswith(("weight", "bias"))
    return called_so or key == "parameters" or key.rstrip("0123456789") in ("W", "b")


def kept(source: str) -> list[str]:
    """The data from outside that a function changes and reads again.

    >>> kept("def step(g):\\n    v['W'] = 0.9 * v['W'] + g\\n    seen['W'] = v['W']\\n    return v['W']")
    ['v']
    """
    stores = [node for node in tree_of(source) if isinstance(node, ast.Subscript | ast.Attribute | ast.Name)]
    targets = [node for node in stores if isinstance(node.ctx, ast.Store)]
    roots = [node if isinstance(node, ast.Name) else node.value for node in targets]
    again = [node.target for node in tree_of(source) if isinstance(node, ast.AugAssign)]
    changed = {node.id for node in roots if isinstance(node, ast.Name)} & global_names(source)
    read = {node.id for node in stores if isinstance(node, ast.Name) and node not in roots}
    read |= {root.id for node, root in zip(targets, roots, strict=True) if node in again and isinstance(root, ast.Name)}
    return sorted(changed & read)
