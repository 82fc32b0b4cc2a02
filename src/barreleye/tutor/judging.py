"""From numbers to findings: right, explained by mistakes of the catalogue, or wrong in a place that can be named."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from .answers import Answer, Function, Trouble
from .equations import EQUATIONS, Line, Work, worked
from .layouts import name_at
from .places import place_of
from .report import UNJUDGED, WRONG, Evidence, Finding
from .search import DIFFERENT, Slip, Trial, alike
from .words import NOTHING, Text


def findings_of(
    slips: Sequence[Slip], sheet: Sequence[Line], trial: Trial, function: Function, inherited: Sequence[Slip] = ()
) -> list[Finding]:
    """One finding for each slip that was not reported before."""
    return [finding_of(slip, sheet, trial, function) for slip in slips if slip not in inherited]


def finding_of(slip: Slip, sheet: Sequence[Line], trial: Trial, function: Function) -> Finding:
    """What there is to say about one slip, with the numbers of one trial."""
    mistake, layers = slip
    equation = EQUATIONS[mistake.equation]
    names = [quantity_name(EQUATIONS[one].quantity, l) for l in layers for one in mistake.computes]
    layer = layer_words(layers, trial.given)
    claim = mistake.claim.filled(**layer, m=trial.given.m, q=listed(names))
    claim = Text(claim.en, mistake.claim.filled(**layer, m=trial.given.m, q="、".join(names)).zh)
    where, line = place_of(function, names)
    right = worked(sheet, trial.given)
    wrong = worked(sheet, trial.given, slip.edits(sheet))
    return Finding(
        verdict=WRONG,
        quantity=names[0],
        mistake=mistake.name,
        claim=claim,
        should=equation.text.format(**layer),
        seen=mistake.seen.format(**layer),
        hint=mistake.hint.filled(**layer, m=trial.given.m, q=names[0]),
        solution=solution_of(equation.code, trial.given, layers[-1]),
        where=where or function.where,
        line=line,
        evidence=evidence_of(sheet, right, wrong, trial, layers, equation.quantity),
    )


def listed(names: Sequence[str]) -> str:
    """dW1, db1 and dW2."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


SYMBOLS = {"Tanh": "tanh", "Sigmoid": "σ", "ReLU": "ReLU", "LeakyReLU": "LeakyReLU", "Identity": "g"}


def layer_words(layers: Sequence[int], v: Work) -> dict[str, str]:
    """What {l}, {p}, {n} and {g} stand for in texts: numbers for one layer; l, l−1, l+1 and g for several."""
    if len(layers) == 1:
        l = layers[0]
        g = SYMBOLS.get(type(v.g.get(l)).__name__, "g")
        return {"l": str(l), "p": str(l - 1), "n": str(l + 1), "g": g}
    return {"l": "l", "p": "l−1", "n": "l+1", "g": "g"}


def quantity_name(quantity: str, l: int) -> str:
    """dW1, Z2; J has no layer, and the new parameters are W1 and b1 again.

    >>> quantity_name("dW", 1), quantity_name("J", 2), quantity_name("W_new", 2)
    ('dW1', 'J', 'W2')
    """
    return {"J": "J", "answer": "predictions"}.get(quantity) or f"{quantity.removesuffix('_new')}{l}"


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


def evidence_of(
    sheet: Sequence[Line], right: Work, wrong: Work, trial: Trial, layers: Sequence[int], quantity: str
) -> tuple[Evidence, ...]:
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
    return Evidence(name, brief(expected), brief(got), difference(expected, got))


def brief(value: Any) -> str:
    """A few numbers of an array, with its shape.

    >>> brief(np.array([[0.5, -1.0], [2.0, 3.0]]))
    '(2, 2): 0.5, -1, 2, ...'
    """
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return repr(value)[:60]
    if array.ndim == 0:
        return f"{float(array):.6g}"
    numbers = ", ".join(f"{x:.4g}" for x in array.ravel()[:3])
    return f"{array.shape}: {numbers}{', ...' if array.size > 3 else ''}"


def difference(expected: Any, got: Any) -> Text:
    """How ``got`` differs: its shape, a factor, a sign, a transposition, NaN, or by how much."""
    try:
        a, b = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    except (TypeError, ValueError):
        return Text(f"a {type(got).__name__}, not numbers", f"得到的是 {type(got).__name__}，不是数字")
    if a.shape != b.shape and not (a.size == b.size == 1):
        if a.shape == b.T.shape and alike(a, b.T) != DIFFERENT:
            return Text("the right numbers, transposed", "数值正确，但被转置了")
        return Text(f"shape {a.shape} in place of {b.shape}", f"形状是 {a.shape}，应为 {b.shape}")
    a, b = a.ravel(), b.ravel()
    if not np.isfinite(a).all():
        many = int((~np.isfinite(a)).sum())
        return Text(f"{many} of {a.size} numbers are NaN or infinite", f"{a.size} 个数中有 {many} 个是 NaN 或无穷大")
    if alike(a, b) != DIFFERENT:
        return Text("the same numbers", "数值相同")
    factor = float(a @ b / (b @ b)) if b.any() else 0.0
    if factor and alike(a, factor * b) != DIFFERENT:
        if abs(factor + 1) < 1e-6:
            return Text("the sign is the other way round", "符号相反")
        return Text(f"{factor:.6g} times what it should be", f"是正确值的 {factor:.6g} 倍")
    if alike(a - a[0], b - b[0] + 0 * a) != DIFFERENT and a.size > 1:
        return Text(f"{a[0] - b[0]:+.6g} in every place", f"每个数都相差 {a[0] - b[0]:+.6g}")
    gap = float(np.abs(a - b).max())
    return Text(f"off by up to {gap:.3g}", f"最大相差 {gap:.3g}")


def located(sheet: Sequence[Line], trial: Trial, function: Function) -> Finding:
    """The first quantity of the chain that does not follow from those before it, when no known mistake explains it."""
    v = trial.given.copy()
    name, expected, got = "", None, None
    for one in sheet:
        right = EQUATIONS[one.equation].compute(v, one.l)
        if (one.quantity, one.l) not in trial.observed:
            getattr(v, one.quantity)[one.l] = right
            continue
        seen = trial.observed[one.quantity, one.l]
        if not name and alike(seen, right) == DIFFERENT:
            name, expected, got, equation = quantity_name(one.quantity, one.l), right, seen, EQUATIONS[one.equation]
            layer = layer_words([one.l], v)
        getattr(v, one.quantity)[one.l] = seen if np.shape(seen) == np.shape(right) else right
    if not name:
        return unjudged(function, Text("Its numbers could not be matched.", "它给出的数值无法对应到各个量。"))
    where, line = place_of(function, [name])
    gap = difference(expected, got)
    return Finding(
        verdict=WRONG,
        quantity=name,
        mistake=None,
        claim=Text(
            f"{name} is the first quantity that is wrong: {gap.en}. No known mistake gives exactly these numbers, so "
            "the reason is yours to find; the equation below is what it should be.",
            f"{name} 是第一个出错的量：{gap.zh}。目录中没有哪种错误会给出完全相同的数值，"
            "原因要由你来找；下面是它应满足的公式。",
        ),
        should=equation.text.format(**layer),
        solution=solution_of(equation.code, trial.given, int(layer["l"])),
        where=where or function.where,
        line=line,
        evidence=(evidence(name, expected, got),),
    )


def unjudged(function: Function, why: Text, verdict: str = UNJUDGED) -> Finding:
    return Finding(verdict=verdict, quantity="", mistake=None, claim=why, where=function.where)


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
    message = f"{trouble.type}: {trouble.message}" if trouble.type else trouble.message
    usual = Text("It stops with {message}", "它运行时出错：{message}")
    claim = TROUBLE.get(trouble.kind, usual).filled(message=message)
    return Finding(
        verdict=UNJUDGED if trouble.kind == "lost" else WRONG,
        quantity="",
        mistake=None,
        claim=claim,
        hint=NOTHING,
        where=trouble.where or function.where,
        line=trouble.line_text,
    )
