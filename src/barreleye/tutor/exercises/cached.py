"""A right result beside a cache that holds other quantities than it should: the fault of the function that made it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf

import numpy as np

from ...words import Text, catalogue
from ..casting.layouts import Name, leaves
from ..casting.pupil import Pupil
from ..casting.returned import cache_of
from ..equations import Work, forward_sheet, worked
from ..likeness import DIFFERENT, alike
from ..report import WRONG, Finding
from ..running.answers import Answer, Function
from ..saying.assignments import assignments, quantity
from ..saying.evidence import quantity_name
from ..saying.places import at_line
from ..search import Explained, Trial, edits_of, explanation
from .exercise import Beside, Exercise

SAID = catalogue("tutor_judging")


def misnamed(trials: Sequence[Trial], required: Iterable[Name]) -> dict[Name, Name]:
    """Which named Z and A have the numbers of another quantity, and of which; not where all of a letter are shifted."""
    rights = [worked(forward_sheet(v.L), v) for v, _ in trials]
    extras = [name for name in trials[0].observed if name not in required and name[0] in ("Z", "A")]

    def holds(name: Name, other: Name) -> bool:
        both = [(one.observed.get(name), getattr(v, other[0])[other[1]]) for v, one in zip(rights, trials, strict=True)]
        return all(seen is not None and alike(seen, right) != DIFFERENT for seen, right in both)

    others = [(letter, l) for letter in ("Z", "A") for l in sorted(getattr(rights[0], letter))]
    found: dict[Name, Name] = {}
    for letter in ("Z", "A"):
        its = [name for name in extras if name[0] == letter]
        held = {name: next((one for one in others if holds(name, one)), None) for name in its if not holds(name, name)}
        shifts = {(one[0], one[1] - name[1]) if (one := held.get(name)) else None for name in its}
        if len(shifts) == 1 and {one and one[0] for one in shifts} == {letter}:
            continue  # counted from 0, or from 2: names of the learner's own
        found |= {name: one for name, one in held.items() if one is not None}
    return found


def slips_needed(pupil: Pupil, user: Exercise) -> float:
    """How many mistakes explain what a function that takes the cache gives with it: 0, 1, or more than can be said."""
    trials = []
    for v in user.examples(pupil):
        answer = pupil.call(user.role, user.available(pupil, v))
        observed = {} if answer.trouble is not None else user.observed(pupil, v, answer)
        if not set(user.required(v)) <= set(observed):
            return inf
        trials.append(Trial(v, {name: observed[name] for name in user.required(v)}))
    readings = user.readings(pupil, trials)
    found = explanation(readings, user.mistakes(pupil, readings), (), 1)
    return inf if found is None else len(found.slips)


def strange(trials: Sequence[Trial], required: Iterable[Name]) -> dict[Name, Name]:
    """Which named Z and A, each by its own name, have neither their own numbers nor another shape."""
    v = worked(forward_sheet(trials[0].given.L), trials[0].given)
    found = {}
    for name, seen in trials[0].observed.items():
        right = getattr(v, name[0]).get(name[1]) if name[0] in ("Z", "A") and name not in required else None
        if right is not None and np.shape(seen) == right.shape and alike(seen, right) == DIFFERENT:
            found[name] = name
    return found


def named_wrongly(pupil: Pupil, role: str, trials: Sequence[Trial], users: Sequence[Exercise]) -> Beside:
    """A finding on a forward pass whose cache names quantities that are others, or has not one part for each layer.

    None where the backward pass is right with it, or less wrong than without; nor, for numbers that are of no quantity,
    where it is as wrong without.
    """
    output = [("A", trials[0].given.L)]
    found = misnamed(trials, output)
    counts = caches_by_layer(pupil, role, trials[0].given) if users and not found else {}
    others = strange(trials, output) if users and not (found or counts) else {}
    if not (found or counts or others):
        return Beside()
    with_it = min((slips_needed(pupil, case) for case in users), default=inf)
    if with_it == 0:
        return Beside()
    mended = pupil.knowing(role, replace(pupil.before[role], misheld=found or others))
    without = min((slips_needed(mended, case) for case in users), default=inf)
    if without > with_it or (others and without == with_it):
        return Beside()
    function = pupil.cast[role]
    said = miscounted(function, counts) if counts else finding(function, exchanged(found or others))
    return Beside([said], found or others)


def returned_too_early(pupil: Pupil, role: str, found: Explained, findings: list[Finding]) -> list[Finding]:
    """The findings; where Z[L] is returned and the cache holds A[L], that is said of it: no sigmoid is missing."""
    sheet, ((v, _), *_) = found.reading
    others = [slip for slip in found.slips if slip.mistake.name != NO_SIGMOID]
    A = worked(sheet, v, edits_of(others, sheet)).A[v.L]
    answer = pupil.call(role, pupil.available(v))
    cache = cache_of(answer, v.A[v.L])
    if cache is None or not any(alike(leaf, A) != DIFFERENT for _, leaf in leaves(cache[1])):
        return findings
    function = pupil.cast[role]
    last = max((one.number for one in assignments(function.source) if one.name == "return"), default=1)
    where, line = at_line(function, last)

    def retold(finding: Finding) -> Finding:
        return replace(
            finding,
            mistake="Z returned in place of A",
            claim=SAID["cached.z_returned"].filled(q=f"A{v.L}", l=v.L),
            should=f"return A[{v.L}]",
            seen=f"return Z[{v.L}]",
            solution=f"return A{v.L}, cache",
            where=where,
            line=line,
        )

    return [retold(one) if one.mistake == NO_SIGMOID else one for one in findings]


NO_SIGMOID = "output without sigmoid"


def exchanged(found: Mapping[Name, Name]) -> dict[str, str]:
    """What belongs in the cache and what is there, by name; without layers where it is the same at several.

    >>> exchanged({("Z", 1): ("A", 1), ("A", 1): ("Z", 1)}), exchanged({("Z", l): ("A", l) for l in (1, 2)})
    ({'Z1': 'A1', 'A1': 'Z1'}, {'Z': 'A'})
    """
    if len({l for _, l in found}) > 1 and all(name[1] == held[1] for name, held in found.items()):
        return {name[0]: held[0] for name, held in found.items()}
    return {quantity_name(*name): quantity_name(*held) for name, held in found.items()}


def caches_by_layer(pupil: Pupil, role: str, v: Work) -> dict[int, int]:
    """How many parts of a list of caches are of each layer, by their Z or W; {} where it is one each, or no list."""
    answer = pupil.call(role, pupil.available(v))
    found = cache_of(answer, v.A[v.L])
    parts = found[1] if found and isinstance(found[1], list) else []
    if not parts or not all(isinstance(part, tuple | list | dict) for part in parts):
        return {}

    def of_layer(part: object, l: int) -> bool:
        return any(alike(leaf, right) != DIFFERENT for _, leaf in leaves(part) for right in (v.Z[l], v.W[l]))

    v = worked(forward_sheet(v.L), v)
    counts = {l: sum(of_layer(part, l) for part in parts) for l in v.W}
    return {} if all(count == 1 for count in counts.values()) or not any(counts.values()) else counts


def miscounted(function: Function, counts: Mapping[int, int]) -> Finding:
    """A finding on a list of caches that has none, or more than one, for some layers."""
    lines = [k for k, text in enumerate(function.source.splitlines(), 1) if ".append(" in text]
    where, line = at_line(function, lines[0]) if lines else ("", "")
    wrong = {l: Text(str(count or "none"), str(count)) for l, count in counts.items() if count != 1}
    said = SAID["cached.and"].join(SAID["cached.of_layer"].filled(n=n, l=l) for l, n in wrong.items())
    return Finding(
        verdict=WRONG,
        quantity="",
        mistake="not one cache for each layer",
        claim=SAID["cached.miscounted"].filled(counts=said),
        should=f"len(caches) = L = {len(counts)}",
        seen=f"len(caches) = {sum(counts.values())}",
        hint=SAID["cached.after_which_layers"],
        where=where or function.where,
        line=line,
    )


def held_wrongly(
    pupil: Pupil, role: str, answer: Answer, should: Mapping[str, object], instead: Mapping[str, object], user: Exercise
) -> Beside:
    """A finding where a cache without names lacks one quantity and has the other, and its user wants the first.

    It does where it is less wrong with the first: it may have a mistake of its own.
    """
    value = answer.value
    if answer.trouble is not None or not isinstance(value, tuple | list) or len(value) != 2:
        return Beside()
    arrays = [leaf for _, leaf in leaves(value[1]) if np.ndim(leaf)]
    ((wanted, right),), ((got, other),) = should.items(), instead.items()
    lacks = not any(alike(leaf, right) != DIFFERENT for leaf in arrays)
    has = any(alike(leaf, other) != DIFFERENT for leaf in arrays)
    if not (lacks and has) or user.role not in pupil.cast:
        return Beside()
    mended = pupil.knowing(role, replace(pupil.before[role], misheld={}))
    if slips_needed(mended, user) < slips_needed(pupil, user):
        return Beside([finding(pupil.cast[role], {wanted: got})], {})
    return Beside()


def finding(function: Function, instead: Mapping[str, str]) -> Finding:
    """One finding for all that is in another's place: by what belongs there, what is there."""
    where, line = entry_of(function, next(iter(instead)))
    held = {wanted: (got if got != wanted else "") for wanted, got in instead.items()}
    words = [{"wanted": wanted, "got": got or SAID["cached.other_numbers"]} for wanted, got in held.items()]
    said = SAID["cached.and"].join(SAID["cached.instead"].filled(**one) for one in words)
    return Finding(
        verdict=WRONG,
        quantity=next(iter(instead)),
        mistake="cache holds another quantity",
        claim=SAID["cached.holds"].filled(instead=said),
        should=f"cache: {', '.join(instead)}",
        seen=f"cache: {', '.join(held.values())}" if all(held.values()) else "",
        hint=SAID["cached.entry_by_entry"],
        solution=", ".join(f'"{name}": {name}' for name in instead) if line else "",
        where=where or function.where,
        line=line,
    )


def entry_of(function: Function, name: str) -> tuple[str, str]:
    """The line that puts a quantity into a cache under its own name; ("", "") where there is none."""
    places = [one for one in assignments(function.source) if quantity(one.name) in (quantity(name), (name[0], ""))]
    lines = [at_line(function, one.number) for one in places]
    return next((at for at in lines if re.search(rf"""["']{name[0]}""", at[1], re.IGNORECASE)), ("", ""))
