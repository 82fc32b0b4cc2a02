"""From numbers to findings: right, explained by mistakes of the catalogue, or wrong in a place that can be named."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from .answers import Answer, Function, Trouble
from .equations import EQUATIONS, Line, Work, worked
from .evidence import difference, evidence, evidence_of, first_wrong, listed, quantity_name
from .layouts import name_at
from .likeness import DIFFERENT, alike
from .places import end_of, place_of
from .report import UNJUDGED, WRONG, Finding
from .search import Slip, Trial
from .words import NOTHING, Text


def findings_of(
    slips: Sequence[Slip], sheet: Sequence[Line], trial: Trial, function: Function, inherited: Sequence[Slip] = ()
) -> list[Finding]:
    """One finding for each slip that was not reported before.

    Where one slip undoes another, so that its own quantity comes out right, the two are no explanation that a reader
    could follow: then the first quantity that is wrong is all that is said.
    """
    new = [slip for slip in slips if slip not in inherited]
    right = worked(sheet, trial.given)
    if len(slips) > 1 and any(comes_out_right(slip, right, trial) for slip in new):
        return [located(sheet, trial, function)]
    return [finding_of(slip, sheet, trial, right, function) for slip in new]


def comes_out_right(slip: Slip, right: Work, trial: Trial) -> bool:
    """Whether the learner's numbers are right where the slip is said to be, as far as they are seen."""
    places = [(EQUATIONS[one].quantity, l) for one in slip.mistake.computes for l in slip.layers]
    seen = [(quantity, l) for quantity, l in places if (quantity, l) in trial.observed]
    return any(alike(trial.observed[quantity, l], getattr(right, quantity)[l]) != DIFFERENT for quantity, l in seen)


def finding_of(slip: Slip, sheet: Sequence[Line], trial: Trial, right: Work, function: Function) -> Finding:
    """What there is to say about one slip, with the numbers of one trial beside the right ones."""
    mistake, layers = slip
    equation = EQUATIONS[mistake.equation]
    names = [quantity_name(EQUATIONS[one].quantity, l) for l in layers for one in mistake.computes]
    layer = layer_words(layers, trial.given)
    claim = mistake.claim.filled(**layer, m=trial.given.m, q=listed(names))
    claim = Text(claim.en, mistake.claim.filled(**layer, m=trial.given.m, q="、".join(names)).zh)
    of_m = ["m"] if "n_x" in mistake.seen and re.search(r"\bm *=.*(shape\[0\]|len\()", function.source) else []
    where, line = place_of(function, [*of_m, *names], trial.given.L, loop=at_some_layers(slip, sheet))
    wrong = worked(sheet, trial.given, slip.edits(sheet))
    return Finding(
        verdict=WRONG,
        quantity=names[0],
        mistake=mistake.name,
        claim=claim,
        should=equation.text.format(**layer),
        seen=mistake.seen.format(**layer),
        hint=mistake.hint.filled(**layer, m=trial.given.m, q=names[0]),
        solution="m = X.shape[1]" if of_m else solutions_of(slip, sheet, trial.given),
        where=where or function.where,
        line=line,
        evidence=evidence_of(sheet, right, wrong, trial, layers, equation.quantity),
    )


def at_some_layers(slip: Slip, sheet: Sequence[Line]) -> bool:
    """Whether the same line is right at other layers than these: neither at all of them nor at all the hidden ones."""
    layers = sorted(one.l for one in sheet if one.equation == slip.mistake.equation)
    return len(layers) > 1 and sorted(slip.layers) not in (layers, layers[:-1])


SYMBOLS = {"Tanh": "tanh", "Sigmoid": "σ", "ReLU": "ReLU", "LeakyReLU": "LeakyReLU", "Identity": "g"}


def layer_words(layers: Sequence[int], v: Work) -> dict[str, str]:
    """What {l}, {p}, {n} and {g} stand for in texts: numbers for one layer; l, l−1, l+1 and g for several."""
    if len(layers) == 1:
        l = layers[0]
        g = SYMBOLS.get(type(v.g.get(l)).__name__, "g")
        return {"l": str(l), "p": str(l - 1), "n": str(l + 1), "g": g}
    return {"l": "l", "p": "l−1", "n": "l+1", "g": "g"}


def solutions_of(slip: Slip, sheet: Sequence[Line], v: Work) -> str:
    """The line for each quantity of a slip, in the order in which they are computed."""
    places = [one for one in sheet if one.equation in slip.mistake.computes and one.l in slip.layers]
    return "\n".join(solution_of(EQUATIONS[one.equation].code, v, one.l) for one in places)


def solution_of(code: str, v: Work, l: int) -> str:
    """An equation's line of code for layer l; A0 is X there."""
    slope = {
        "Tanh": "(1 - np.power(A{l}, 2))",
        "Sigmoid": "A{l} * (1 - A{l})",
        "ReLU": "(Z{l} > 0)",
        "LeakyReLU": "np.where(Z{l} > 0, 1, {a})",
    }
    g = v.g.get(l)
    kind = type(g).__name__
    a = getattr(g, "slope", "")
    text = code.replace("{slope}", slope.get(kind, "g_prime(Z{l})").replace("{a}", str(a)))
    text = text.replace("{g_code}", {"Tanh": "np.tanh", "ReLU": "relu", "Sigmoid": "sigmoid"}.get(kind, "g"))
    return re.sub(r"\bA0\b", "X", text.format(l=l, p=l - 1, n=l + 1))


def located(sheet: Sequence[Line], trial: Trial, function: Function) -> Finding:
    """The first quantity of the chain that does not follow from those before it, when no known mistake explains it.

    It may be wrong only through quantities that the answer does not hold: those are named too.
    """
    v = trial.given.copy()
    first: tuple[Line, Any] | None = None
    for one in sheet:
        right = EQUATIONS[one.equation].compute(v, one.l)
        seen = trial.observed.get((one.quantity, one.l))
        if first is None and seen is not None and alike(seen, right) == DIFFERENT:
            first = one, right
        fits = seen is not None and np.shape(seen) == np.shape(right)
        getattr(v, one.quantity)[one.l] = seen if fits else right
    if first is None:
        return unjudged(function, Text("Its numbers could not be matched.", "它给出的数值无法对应到各个量。"))
    one, expected = first
    got = trial.observed[one.quantity, one.l]
    name, equation, layer = quantity_name(one.quantity, one.l), EQUATIONS[one.equation], layer_words([one.l], v)
    should, solution = equation.text.format(**layer), solution_of(equation.code, trial.given, one.l)
    unseen = [
        quantity_name(other.quantity, other.l)
        for other in sheet
        if (other.quantity, other.l) not in trial.observed
        and f"{other.quantity}[{other.l}]" in re.findall(r"\w+\[\d+\]", should.partition(" = ")[2])
    ]
    swapped = taken_for(worked(sheet, trial.given), trial, one)
    where, line = end_of(function) if swapped else place_of(function, [name], v.L)
    reads_right = compact(line) == compact(solution)
    if reads_right and unseen:
        there, text = place_of(function, unseen, v.L)
        where, line = (there, text) if there else (where, line)
    return Finding(
        verdict=WRONG,
        quantity=name,
        mistake=None,
        claim=first_wrong(name, difference(expected, got), unseen, swapped, reads_right),
        should=should,
        hint=NOTHING if swapped else BY_HAND.filled(q=unseen[0] if reads_right and unseen else name),
        solution="" if reads_right or swapped else solution,
        where=where or function.where,
        line=line,
        evidence=(evidence(name, expected, got),),
    )


BY_HAND = Text(
    "Work out one number of {q} by hand, and print its factors in your function: which is the first that differs?",
    "先手算 {q} 中的一个数，再在函数里打印它的各个因子：从哪一个开始不同？",
)


def taken_for(right: Work, trial: Trial, place: Line) -> str:
    """The other quantity of the answer whose right numbers stand at this place; "" where there is none."""
    got = trial.observed[place.quantity, place.l]
    others = [other for other in trial.observed if other != (place.quantity, place.l)]
    found = (quantity_name(q, l) for q, l in others if alike(got, getattr(right, q)[l]) != DIFFERENT)
    return next(found, "") if np.size(got) > 1 else ""


def compact(code: str) -> str:
    return re.sub(r"\s", "", code)


def unjudged(function: Function, why: Text) -> Finding:
    return Finding(verdict=UNJUDGED, quantity="", mistake=None, claim=why, where=function.where)


def wrong_as_a_whole(function: Function, claim: Text, mistake: str | None = None) -> Finding:
    """What is wrong with a function where it is not one quantity."""
    return Finding(verdict=WRONG, quantity="", mistake=mistake, claim=claim, where=function.where)


TROUBLE = {
    "timeout": Text("It did not finish in time: {message}", "它没有在规定时间内结束：{message}"),
    "memory": Text("It asked for more memory than it may have: {message}", "它要求的内存超过了上限：{message}"),
    "exit": Text("It ended the whole program: {message}", "它结束了整个程序：{message}"),
    "crash": Text("It crashed Python itself: {message}", "它让 Python 本身崩溃了：{message}"),
    "output": Text("It printed without end: {message}", "它不停地打印：{message}"),
    "forbidden": Text(
        "It tried something that a check does not allow: {message}", "它尝试了检查中不允许的操作：{message}"
    ),
}


OWN_CLASS = Text(
    "It reads {name} from an object of a class of your own, which a check cannot make: hand its numbers over in a "
    "dictionary, a list or a tuple to have it judged.",
    "它从你自定义的类的对象中读取 {name}，检查程序无法构造这种对象：改用字典、列表或元组传递，才能判断。",
)


def stopped(function: Function, answer: Answer) -> Finding:
    """A call that gave no value, as a finding."""
    trouble: Trouble | None = answer.trouble
    assert trouble is not None
    attribute = re.fullmatch(r"'(?:dict|list|tuple)' object has no attribute '(\w+)'", trouble.message)
    if attribute and name_at((attribute[1], 0)):
        return unjudged(function, OWN_CLASS.filled(name=attribute[1]))
    raised = trouble.type and trouble.kind not in TROUBLE
    message = f"{trouble.type}: {trouble.message}" if raised else trouble.message
    usual = Text("It stops with {message}", "它运行时出错：{message}")
    said = TROUBLE.get(trouble.kind, usual)
    claim = Text(said.en.format(message=message), said.zh.format(message=trouble.chinese or message))
    return Finding(
        verdict=UNJUDGED if trouble.kind == "lost" else WRONG,
        quantity="",
        mistake="undefined name" if trouble.type == "NameError" else None,
        claim=claim,
        hint=NOTHING,
        where=trouble.where or function.where,
        line=trouble.line_text,
    )
