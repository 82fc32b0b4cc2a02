"""A right result beside a cache that holds other quantities than it should: the fault of the function that made it."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ..answers import Answer, Function
from ..equations import forward_sheet, worked
from ..evidence import quantity_name
from ..layouts import Name, leaves
from ..likeness import DIFFERENT, alike
from ..pupil import Pupil
from ..report import WRONG, Finding
from ..search import Trial, explanation
from ..words import Text
from .numeric import Numeric


def misnamed(trials: Sequence[Trial], required: Iterable[Name]) -> dict[Name, Name]:
    """Which named Z and A have the numbers of another quantity, and of which; not where all of a letter are shifted."""
    rights = [worked(forward_sheet(v.L), v) for v, _ in trials]
    extras = [name for name in trials[0].observed if name not in required and name[0] in ("Z", "A")]

    def holds(name: Name, other: Name) -> bool:
        return all(
            name in one.observed and alike(one.observed[name], getattr(v, other[0])[other[1]]) != DIFFERENT
            for v, one in zip(rights, trials, strict=True)
        )

    others = [(letter, l) for letter in ("Z", "A") for l in sorted(getattr(rights[0], letter))]
    found: dict[Name, Name] = {}
    for name in extras:
        held = None if holds(name, name) else next((other for other in others if holds(name, other)), None)
        if held is not None:
            found[name] = held
    for letter in ("Z", "A"):  # counted from 0, or from 2: names of the learner's own
        its = [name for name in extras if name[0] == letter]
        shifts = {(found[name][0], found[name][1] - name[1]) if name in found else None for name in its}
        if len(shifts) == 1 and None not in shifts and (letter,) == tuple(first for first, _ in filter(None, shifts)):
            found = {name: held for name, held in found.items() if name[0] != letter}
    return found


def serves(pupil: Pupil, case: Numeric) -> bool:
    """Whether a function that takes the cache gives the right numbers with it."""
    trials = []
    for v in case.examples(pupil):
        answer = pupil.call(case.role, case.available(pupil, v))
        observed = {} if answer.trouble is not None else case.observed(pupil, v, answer)
        if not set(case.required(v)) <= set(observed):
            return False
        trials.append(Trial(v, {name: observed[name] for name in case.required(v)}))
    return explanation(case.readings(pupil, trials), (), (), 0) is not None


def named_wrongly(pupil: Pupil, role: str, trials: Sequence[Trial], users: Sequence[Numeric]) -> list[Finding]:
    """Findings on a forward pass whose cache names quantities that are others, unless the backward pass knows."""
    found = misnamed(trials, [("A", trials[0].given.L)])
    if not found or any(serves(pupil, case) for case in users):
        return []
    pupil.misheld[role] = found
    return [finding(pupil.cast[role], quantity_name(*name), quantity_name(*held)) for name, held in found.items()]


def held_wrongly(
    pupil: Pupil, role: str, answer: Answer, should: Mapping[str, object], instead: Mapping[str, object], user: Numeric
) -> list[Finding]:
    """A finding where a cache without names lacks one quantity and has the other, and its user wants the first."""
    value = answer.value
    if answer.trouble is not None or not isinstance(value, tuple | list) or len(value) != 2:
        return []
    arrays = [leaf for _, leaf in leaves(value[1]) if np.ndim(leaf)]
    ((wanted, right),), ((got, other),) = should.items(), instead.items()
    lacks = not any(alike(leaf, right) != DIFFERENT for leaf in arrays)
    has = any(alike(leaf, other) != DIFFERENT for leaf in arrays)
    if not (lacks and has) or user.role not in pupil.cast or serves(pupil, user):
        return []
    pupil.misheld[role] = {}
    if serves(pupil, user):
        return [finding(pupil.cast[role], wanted, got)]
    del pupil.misheld[role]
    return []


def finding(function: Function, wanted: str, got: str) -> Finding:
    return Finding(
        verdict=WRONG,
        quantity=wanted,
        mistake="cache holds another quantity",
        claim=Text(
            f"What it returns first is right, but its cache holds {got} where {wanted} belongs: the backward pass "
            "will compute with the wrong numbers.",
            f"返回的结果是对的，但缓存里该放 {wanted} 的地方放的是 {got}：反向传播会用错误的数值计算。",
        ),
        should=f"cache: {wanted}",
        seen=f"cache: {got}",
        hint=Text(
            "Read your cache entry by entry: is each the quantity that the backward pass takes it for?",
            "把缓存逐项读一遍：每一项是不是反向传播所需要的那个量？",
        ),
        where=function.where,
    )
