"""Exercises that are a few lines of notation: called on random inputs, compared line by line, explained by edits.

A line follows from what stands before it in the learner's own answer, as far as that holds it: so each mistake is found
by itself, however many there are. A line that is wrong is explained by one edit of itself, or of the lines before it
that the answer does not show.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np

from ...nn.activations import Sigmoid
from ...nn.notation import Tree, code, parsed, value, written
from ...words import NOTHING, Text, listed
from ..casting.naming import plain
from ..edits import KINDS, Edit, edits_of
from ..edits import Line as Edited
from ..equations import shown
from ..likeness import DIFFERENT, alike
from ..report import FRAGILE, UNJUDGED, WRONG, Evidence, Finding
from ..running.answers import Function
from ..running.calling import Runner
from ..saying.evidence import evidence
from ..saying.places import at_line, end_of
from ..syntax import tree_of
from ..unlisted import claim
from .published import SAID, Published, Stopped, Values

Name = tuple[str, int]
FAR = 0.12
"""So much may the share of the units that are kept differ from keep_prob by chance."""

# The lines


class Step(NamedTuple):
    """One line at one layer: quantity[l] = text; l is 0 where the quantity has no layer. ``forms``: also right."""

    quantity: str
    l: int
    text: str
    forms: tuple[str, ...] = ()

    @property
    def name(self) -> Name:
        return self.quantity, self.l


def steps(program: str) -> tuple[Step, ...]:
    """The lines of a program; a row such as ``3 2 1:`` before some says at which layers they stand, one after another.

    >>> [(one.quantity, one.l) for one in steps("J = A + B\\n2 1:\\n  dW[l] = A[l]\\n  db[l] = A[l]")]
    [('J', 0), ('dW', 2), ('db', 2), ('dW', 1), ('db', 1)]
    """
    found: list[Step] = []
    layers, block = [0], list[tuple[str, list[str]]]()
    for row in (*filter(None, map(str.strip, program.splitlines())), ":"):
        if row.endswith(":"):
            found += [Step(q, l, text, tuple(forms)) for l in layers for q, (text, *forms) in block]
            layers, block = [int(l) for l in row[:-1].split()] or [0], []
        else:
            left, _, texts = row.partition(" = ")
            block.append((left.removesuffix("[l]"), [written(parsed(one.strip())) for one in texts.split(" | ")]))
    return tuple(found)


def worked(
    program: Sequence[Step],
    given: Values,
    until: Step | None = None,
    seen: Mapping[Name, Any] = {},
    edits: Mapping[Step, str] = {},
) -> dict[str, Any] | None:
    """What is given, and every quantity up to a line: as it was seen, where it was; None: it cannot be made.

    >>> worked(steps("1 2:\\n A[l] = 2 * A[l-1]"), {"A": {0: 3.0}})["A"]
    {0: 3.0, 1: 6.0, 2: 12.0}
    """
    v = {name: dict(one) if isinstance(one, dict) else one for name, one in given.items()}
    with np.errstate(all="ignore"):
        for step in program:
            try:
                made = value(edits.get(step, step.text), {**v, "l": step.l})
            except (KeyError, NameError, ValueError, TypeError, IndexError, ArithmeticError, AttributeError):
                return None
            made = made if step == until else seen.get(step.name, made)
            if step.l:
                v.setdefault(step.quantity, {})[step.l] = made
            else:
                v[step.quantity] = made
            if step == until:
                break
    return v


# The exercise


@dataclass(frozen=True)
class Formula(Published):
    """One exercise of lines.

    given      the inputs of a trial: the quantities, by letter and layer or by name
    gives      what it returns: names of quantities, or dictionaries and tuples of them; one, or a tuple of several
    lines      the program
    shown      what a quantity is called in code, with {l} for its layer
    at         how the line that makes a quantity begins, where its name does not tell: a regular expression
    planted    texts of a line that are mistakes of the published exercise itself: nobody is accused of them
    settles    what the learner's own answer settles, such as the mask of dropout: taken as given
    firm       numbers that no edit explains are wrong; else, where it builds on other functions, they are not judged
    """

    given: Callable[[int], dict[str, Any]]
    handed: Callable[[Values], Values]
    gives: tuple[Any, ...]
    lines: str
    shown: Mapping[str, str] = field(default_factory=dict)
    at: Mapping[str, str] = field(default_factory=dict)
    planted: tuple[tuple[str, int, str], ...] = ()
    settles: tuple[str, ...] = ()
    firm: bool = True

    @cached_property
    def program(self) -> tuple[Step, ...]:
        return steps(self.lines)

    def findings(self, runner: Runner, function: Function) -> Sequence[Finding]:
        judged, trials = {step.quantity for step in self.program}, []
        for seed in (0, 1):
            v = self.given(seed)
            try:
                answer = self.answer(runner, function, self.handed(v))
            except Stopped as stopped:
                return [stopped.finding]
            found = read(answer, self.gives)
            seen = {name: one for name, one in found.items() if isinstance(one, np.ndarray | float | int)}
            if lacking := {name for name in names_in(self.gives) if name[0] in judged and name not in seen}:
                names = listed(self.called(name) for name in names_in(self.gives) if name in lacking)
                said = SAID["claim.nothing"] if answer is None else SAID["claim.lacking"].filled(names=names)
                return [Finding(WRONG, "", "returns nothing" if answer is None else None, said, where=function.where)]
            v |= {q: {l: one for (letter, l), one in seen.items() if letter == q} for q in self.settles}
            trials.append((v, seen))
            for l, mask in v.get("D", {}).items() if self.settles else ():
                if abs(np.mean(mask) - v["keep_prob"]) > FAR:
                    share = SAID["claim.share"].filled(q=f"D{l}", kept=f"{np.mean(mask):.0%}", p=v["keep_prob"])
                    where, line = self.line_of(function, Step("D", l, ""))
                    return [Finding(WRONG, f"D{l}", "dropout keeps another share", share, where=where, line=line)]
        at_one_line: dict[tuple[Any, ...], list[Wrong]] = {}
        for wrong in departures(self, function, trials):
            key = self.line_of(function, wrong.at), wrong.edit and wrong.edit.kind
            at_one_line.setdefault(key, []).append(wrong)
        return [self._finding(function, alike) for alike in at_one_line.values()]

    def called(self, name: Name) -> str:
        """A quantity as code has it."""
        return self.shown.get(name[0], name[0] + ("{l}" if name[1] else "")).format(l=name[1])

    def _finding(self, function: Function, alike: Sequence["Wrong"]) -> Finding:
        """One finding for what is wrong in one line, at one layer or at several."""
        _, edit, at, gap = alike[0]
        where, line = self.line_of(function, at)
        q = listed([self.called(one.at.name) for one in alike])
        if at.text.startswith("0 *"):
            said = SAID["claim.zeros"].filled(q=q, gap=gap.difference)
        elif edit is None:
            said = SAID["claim.unknown"].filled(q=q, gap=gap.difference)
        elif edit.kind == "planted":
            said = SAID["claim.planted"].filled(q=q, now=on_paper(edit.text, at.l))
        else:
            said = in_words(edit, at.l, q=q, m=self.given(0).get("m", ""))
        first = self.called(at.name)
        return Finding(
            verdict=FRAGILE if edit and edit.kind == "planted" else WRONG if edit or self.firm else UNJUDGED,
            quantity=first,
            mistake=edit and f"{at.quantity}: {edit.now} for {edit.was}",
            claim=said,
            should=NOTHING + f"{first} = " + on_paper(at.text, at.l),
            seen=NOTHING + f"{first} = " + on_paper(edit.text, at.l) if edit else "",
            hint=SAID["hint.edit"].filled(q=first) if edit else NOTHING,
            solution=f"{first} = {self.code(at)}",
            where=where or function.where,
            line=line,
            evidence=(gap,),
        )

    def code(self, step: Step) -> str:
        """A line's right-hand side in NumPy."""

        def named(q: str, index: str) -> str:
            l = {"l": step.l, "l - 1": step.l - 1, "l + 1": step.l + 1}.get(index, index)
            plain = "X" if (q, l) == ("A", 0) else f"{q}{l}" if index else q
            return self.shown[q].format(l=l) if q in self.shown else {"alpha": "learning_rate"}.get(q, plain)

        return code(step.text, named)

    def line_of(self, function: Function, step: Step) -> tuple[str, str]:
        """The line that makes a quantity: its place and its text; the last where none names it."""
        name, l = step.name
        pattern = self.at.get(name, rf"\b{name}\b|\b{name}{l or ''}\b|['\"]{name}")
        made = list(targets(function.source))
        fitting = [one for one in made if re.search(pattern, one[1])]
        held = pattern.partition(".*")[0]  # v[k] for v["dW" + str(l)]
        fitting = fitting or [one for one in made if held != pattern and re.search(held, one[1])]
        own = [one for one in fitting if l and re.search(rf"\D{l}\b", one[1])]
        return at_line(function, (own or fitting)[-1][0]) if fitting else end_of(function)


def targets(source: str) -> Iterator[tuple[int, str]]:
    """What gets a value in a function, and in which line."""
    for one in tree_of(source):
        if isinstance(one, ast.Assign):
            yield from ((one.lineno, ast.unparse(target)) for target in one.targets)
        elif isinstance(one, ast.AugAssign):
            yield one.lineno, ast.unparse(one.target)


# What was returned


def names_in(gives: Any) -> list[Name]:
    """The quantities in a form: "dW1" and the like in dictionaries, by their keys."""
    if isinstance(gives, str):
        return [named(gives)]
    inner = gives.values() if isinstance(gives, Mapping) else gives
    return [name for one in inner for name in names_in(one)]


def named(text: str) -> Name:
    """A quantity and its layer.

    >>> named("dW1"), named("cost")
    (('dW', 1), ('cost', 0))
    """
    letters = text.rstrip("0123456789")
    return letters, int(text[len(letters) :] or 0)


def read(value: Any, gives: Any) -> dict[Name, Any]:
    """The quantities in what was returned, by keys and places; of a tuple the dictionaries among themselves."""
    if isinstance(gives, str):
        return {named(gives): value}
    if isinstance(gives, Mapping):
        by_key = {plain(str(key)): one for key, one in value.items()} if isinstance(value, Mapping) else {}
        held = [(by_key[plain(key)], inner) for key, inner in gives.items() if plain(key) in by_key]
        return {name: one for part, inner in held for name, one in read(part, inner).items()}
    if len(gives) == 1 and not (isinstance(value, tuple | list) and len(value) == 1):
        first = isinstance(value, tuple) and isinstance(gives[0], str | Mapping)
        value = [value[0] if first and len(value) else value]
    if not isinstance(value, tuple | list):
        return {}
    found: dict[Name, Any] = {}
    whole = [one for one in value if isinstance(one, Mapping)]
    others = [one for one in value if not isinstance(one, Mapping)]
    for form in gives:
        line = whole if isinstance(form, Mapping) else others
        if line:
            found |= read(line.pop(0), form)
    return found


# Comparing, and explaining

Trial = tuple[dict[str, Any], Mapping[Name, Any]]
"""What was given, and what was seen."""
LIKELY = ("planted", *KINDS, "other name")
"""The kinds of edits, the likeliest first."""


class Wrong(NamedTuple):
    """A line whose quantity is wrong, the edit that explains it, in which line that is, and the numbers."""

    step: Step
    edit: Edit | None
    at: Step
    gap: Evidence


def departures(exercise: Formula, function: Function, trials: Sequence[Trial]) -> Iterator[Wrong]:
    """Each line whose quantity does not follow from those before it: the edit that explains it, and where it is."""
    unseen: list[Step] = []
    for step in exercise.program:
        if any(step.name not in seen for _, seen in trials):
            unseen.append(step)
            continue
        if not right(exercise, trials, step):
            gap = evidence(exercise.called(step.name), made(exercise, trials[0], step), trials[0][1][step.name])
            found = explained(exercise, trials, step, [*unseen[::-1], step])
            at, edit = min(found, key=lambda one: doubts(exercise, function, *one), default=(step, None))
            yield Wrong(step, edit, at, gap)
            if at in unseen:
                return  # all that follows from it is wrong too
        unseen = [one for one in unseen if one.l != step.l] if step.l else []


def doubts(exercise: Formula, function: Function, at: Step, edit: Edit) -> tuple[bool, int]:
    """How unlikely an edit is: more so where the line has the names that it should have, and not those of the edit."""
    _, line = exercise.line_of(function, at)
    was, now = names_of(edit.was), names_of(edit.now)
    lost, gained = (
        {name: re.search(rf"\b{name}\b", line) is not None for name in names} for names in (was - now, now - was)
    )
    otherwise = bool(lost) and all(lost.values()) and not any(gained.values())
    return otherwise, LIKELY.index(edit.kind)


def names_of(text: str) -> set[str]:
    """The plain names in a text of the notation.

    >>> sorted(names_of("sW[l] / (1 - beta2 ** t)"))
    ['beta2', 't']
    """
    nodes = [*ast.walk(parsed(text))]
    inside = {part for one in nodes if isinstance(one, ast.Subscript) for part in ast.walk(one)}
    called = {one.func for one in nodes if isinstance(one, ast.Call)}
    return {one.id for one in nodes if isinstance(one, ast.Name) and one not in inside and one not in called}


def right(exercise: Formula, trials: Sequence[Trial], step: Step, edits: Mapping[Step, str] = {}) -> bool:
    """Whether a line gives the numbers that were seen, in their shape; a single one may have any shape of one."""
    both = ((trial[1][step.name], made(exercise, trial, step, edits)) for trial in trials)
    return all(expected is not None and alike(seen, expected) != DIFFERENT for seen, expected in both)


def made(exercise: Formula, trial: Trial, step: Step, edits: Mapping[Step, str] = {}) -> Any:
    """The quantity of a line, by the learner's own answer as far as it holds what comes before; None: it cannot be."""
    given, seen = trial
    v = worked(exercise.program, given, step, seen, edits)
    return None if v is None else v[step.quantity][step.l] if step.l else v[step.quantity]


def explained(
    exercise: Formula, trials: Sequence[Trial], step: Step, places: Sequence[Step]
) -> Iterator[tuple[Step, Edit]]:
    """The edits of these lines that give the numbers of a step in every trial, the likeliest first."""
    scope = tuple(sorted({*trials[0][0], *(one.quantity for one in exercise.program)}))
    layered = tuple(name for name in scope if isinstance(trials[0][0].get(name), dict))
    for place in places:
        planted = [Edit("planted", place.text, text, text) for q, l, text in exercise.planted if (q, l) == place.name]
        for edit in (*planted, *edits_with((place.text, *place.forms), scope, layered)):
            if right(exercise, trials, step, {place: edit.text}):
                yield place, edit


@cache
def edits_with(forms: tuple[str, ...], names: tuple[str, ...], layered: tuple[str, ...]) -> tuple[Edit, ...]:
    """Every edit of these right-hand sides once: by the kinds of mistakes, and with another name for each."""
    return tuple(edits_of(forms, "", Sigmoid(), {**KINDS, "other name": other_name(names, layered)}))


def other_name(names: Sequence[str], layered: Sequence[str]) -> Callable[[Tree, Edited], Iterator[Tree]]:
    """A rule: another of these names in the place of one; a count that is one off."""

    def rule(node: Tree, line: Edited) -> Iterator[Tree]:
        match node:
            case ast.Name(id=name) if name in names:
                yield from (ast.Name(other) for other in names if other != name and other not in layered)
                yield from (parsed(f"{name} {sign} 1") for sign in "-+")
                yield parsed(f"1 - {name}")
            case ast.BinOp(left=a, op=ast.FloorDiv(), right=c):
                yield ast.BinOp(a, ast.Div(), c)
            case ast.Subscript(value=ast.Name(id=q), slice=i):
                yield from (parsed(f"{other}[{written(i)}]") for other in layered if other != q)

    return rule


# In words


def in_words(edit: Edit, l: int, **words: Any) -> Text:
    """What is said of an edit at a layer."""
    kind = "quantity" if edit.kind == "other name" else "other" if edit.was == f"1 - {edit.now}" else edit.kind
    text = claim(edit._replace(kind=kind)).filled(l=l, p=l - 1, n=l + 1, g="g", **words)
    return text.each(signs)


def on_paper(text: str, l: int) -> Text:
    """A right-hand side as it stands on paper, at a layer."""
    return shown(text).filled(l=l, p=l - 1, n=l + 1, g="g").each(signs)


def signs(text: str) -> str:
    """A text with the letters of paper in it."""
    for word, sign in SIGNS.items():
        text = re.sub(word, sign, text)
    return text


SIGNS = {
    **{r"\bA\[0\]": "X", r"\bbeta1\b": "β₁", r"\bbeta2\b": "β₂", r"\bbeta\b": "β", r"\blambd\b": "λ"},
    **{r"\bepsilon\b": "ε", r"\b([vs])([Wb])\[": r"\1_d\2[", r"\bc([vs])([Wb])\[": r"\1_corrected_d\2["},
}
"""What stands on paper for the names of the programs."""
