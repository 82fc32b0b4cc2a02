"""Where two of a learner's functions disagree: one returns (cache, A2), the other takes it apart as (A2, cache).

Each of the two may be right by itself, so it is looked for only where a function that builds on both fails in a way
that no known mistake explains. It is told once, and the functions that fail because of it are not judged.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from ..words import catalogue, listed
from .casting.naming import key_in, key_of, plain
from .casting.pupil import Pupil
from .packing import Names, Taken, packings, paired, takings
from .report import WRONG, Finding, FunctionReport
from .running.answers import Function
from .saying.judging import wrong_as_a_whole
from .saying.places import at_line
from .saying.stopping import leans
from .syntax import tree_of

SAID = catalogue("tutor_judging")


class Handover(NamedTuple):
    """What the function of a role hands over, by name and line, and where others take it for something else."""

    maker: str
    made: Names
    line: int
    taken: tuple[Taken, ...]


def attributed(pupil: Pupil, reports: Sequence[FunctionReport]) -> list[FunctionReport]:
    """The reports, with each disagreement told at its source in place of what follows from it."""
    by_role = {report.exercise: report for report in reports}
    for role, report in by_role.items():
        if report.verdict == WRONG and (said := next(misgiven(pupil, role), None)):
            by_role[role] = replace(report, findings=(said,))
    for one in disagreements(pupil):
        failing = [role for role, report in by_role.items() if unexplained(report) and depends(pupil, role, one)]
        users = [taken.role for taken in one.taken]
        if not failing or any(by_role[role].verdict == WRONG for role in {one.maker, *users} - {*failing}):
            continue
        agreeing = any(other.names == one.made for role in pupil.cast for other in takings(pupil, role, one.maker))
        usual = cache_last(one.made) or (in_layers(one.made) and not in_layers(one.taken[0].names))
        guilty = users[0] if agreeing or usual else one.maker
        for role in failing:
            by_role[role] = replace(by_role[role], findings=(leans(pupil, role, [pupil.cast[guilty].name]),))
        others = () if guilty in failing else by_role[guilty].findings
        by_role[guilty] = replace(by_role[guilty], findings=(*others, disagreeing(pupil, one, guilty)))
    return [by_role[report.exercise] for report in reports]


def unexplained(report: FunctionReport) -> bool:
    """Whether something is wrong with a function that no known mistake explains."""
    wrong = [finding for finding in report.findings if finding.verdict == WRONG]
    return bool(wrong) and all(finding.mistake is None for finding in wrong)


def cache_last(names: Names) -> bool:
    """Whether a result stands before its cache, as the course has it."""
    return "cache" in plain(names[-1]) and "cache" not in plain(names[0])


def in_layers(names: Names) -> bool:
    """Whether the numbers of the layers rise, as in W1, b1, W2, b2; so they do where there are none."""
    layers = [int(name[-1]) for name in names if name[-1].isdigit()]
    return layers == sorted(layers)


def depends(pupil: Pupil, role: str, one: Handover) -> bool:
    """Whether a function takes what is handed over, calls one that does, or gets what comes of it."""
    if FED_BY.get(role.removesuffix("_deep")) == one.maker.removesuffix("_deep"):
        return True
    return any(role == taken.role or taken.role in pupil.helpers(role) for taken in one.taken)


FED_BY = {"backward": "forward", "update": "backward"}
"""Whose result a function is given."""


# What is written there


def disagreements(pupil: Pupil) -> Iterator[Handover]:
    """Every place where names are taken in another order, or another number, than they are handed over."""
    for maker in pupil.cast:
        for made, line, returned in packings(pupil.cast[maker]):
            taken = tuple(
                one
                for user in pupil.cast
                for one in chain(takings(pupil, user, maker if returned else ""), paired(pupil, user))
                if user != maker and differ(made, one.names, called=returned)
            )
            if taken:
                yield Handover(maker, made, line, taken)


def differ(made: Names, taken: Names, *, called: bool) -> bool:
    """Whether the same things, but for one at most, are in other places; or some are missing.

    called    they come from a call of the maker; else only from something that has all of these names

    >>> differ(("cache", "A2"), ("AL", "caches"), called=True)
    True
    >>> differ(("A", "W", "b"), ("A_prev", "W", "b"), called=False)
    False
    >>> differ(("z1", "a1", "a2"), ("z1", "a1", "z2", "a2"), called=False)
    True
    """
    first, second = ([key_of(name) or plain(name) for name in names] for names in (made, taken))
    shared = [name for name in first if name in second]
    if len(set(first)) < len(first) or len(set(second)) < len(second):
        return False
    if len(first) != len(second):
        return len(shared) == min(len(first), len(second)) and (called or len(shared) > 1)
    return 0 < len(shared) >= len(first) - 1 and any(first.index(name) != second.index(name) for name in shared)


def misgiven(pupil: Pupil, role: str) -> Iterator[Finding]:
    """A finding for each call of another of the learner's functions whose arguments stand in the wrong places."""
    named = {function.name: (other, function) for other, function in pupil.cast.items()}
    for node in tree_of(pupil.cast[role].source):
        match node:
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in named:
                callee, function = named[name]
                given = tuple(one.id if isinstance(one, ast.Name) else "" for one in arguments)
                asked = tuple(parameter.name for parameter in function.parameters[: len(given)])
                if wrong := misplaced(callee, asked, given):
                    yield in_another_place(pupil.cast[role], function.name, asked, given, wrong, node.lineno)


def misplaced(callee: str, asked: Names, given: Names) -> list[str]:
    """Which of the names that are given stand, by what they say, where something else is asked for.

    >>> misplaced("backward_deep", ("AL", "Y", "caches"), ("Y", "AL", "caches"))
    ['Y', 'AL']
    """
    pairs = [(its, key_in(wanted, callee), key_in(its, callee)) for wanted, its in zip(asked, given, strict=False)]
    return [its for its, wanted, got in pairs if wanted != got and {wanted, got} <= PLAIN]


PLAIN = {"X", "Y", "AL", "cache", "parameters", "grads"}
"""What is always meant by its name."""


# What is said of it


def disagreeing(pupil: Pupil, one: Handover, guilty: str) -> Finding:
    function = pupil.cast[guilty]
    where, line = at_line(function, one.line if guilty == one.maker else one.taken[0].line)
    users = list(dict.fromkeys(pupil.cast[taken.role].name for taken in one.taken))
    maker, made, taken = pupil.cast[one.maker].name, written(one.made), written(one.taken[0].names)
    sides = (f"{users[0]}: {taken}", f"{maker}: {made}")
    should, seen = sides if guilty == one.maker else sides[::-1]
    claim = SAID["handover.disagree"].filled(maker=maker, made=made, taken=taken, users=listed(users))
    return replace(
        wrong_as_a_whole(function, claim, "handed over in another order"),
        should=should,
        seen=seen,
        hint=SAID["handover.one_of_both"],
        where=where,
        line=line,
    )


def in_another_place(
    function: Function, callee: str, asked: Names, given: Names, wrong: Sequence[str], number: int
) -> Finding:
    where, line = at_line(function, number)
    there = [wanted for wanted, its in zip(asked, given, strict=False) if its in wrong]
    claim = SAID["handover.misplaced"].filled(callee=callee, wrong=listed(wrong), there=listed(there))
    return replace(
        wrong_as_a_whole(function, claim, "arguments in another order"),
        should=f"{callee}{written(asked)}",
        seen=f"{callee}{written(given)}",
        hint=SAID["handover.which_order"],
        where=where,
        line=line,
    )


def written(names: Names) -> str:
    return f"({', '.join(names)})" if len(names) > 1 else names[0]
