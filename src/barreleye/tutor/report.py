"""What a check found, as plain data: the terminal, JSON and HTML say it each in their way."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Self

from ..nn.validation import choose
from ..words import NOTHING, Text, catalogue
from .running.answers import Note

UNWRITTEN = "unwritten"
RIGHT, FRAGILE, WRONG, UNJUDGED = "right", "fragile", "wrong", "unjudged"
VERDICTS = (RIGHT, FRAGILE, WRONG, UNJUDGED)
"""The mathematics and the numbers are right; the mathematics is right and some numbers fail; wrong; not to be told."""


def gravest(verdicts: Iterable[str], none: str) -> str:
    """The first of wrong, unjudged, fragile, right that is among them; ``none`` where there are none.

    >>> gravest(["right", "fragile"], none="unjudged")
    'fragile'
    """
    found = set(verdicts)
    return next((verdict for verdict in (WRONG, UNJUDGED, FRAGILE, RIGHT) if verdict in found), none)


def place(where: str) -> Text:
    """A place in a file, such as "cell 3, line 12", in either language.

    >>> place("cell 3, line 12").zh, place("helper.py, line 7").en
    ('第 3 单元格，第 12 行', 'helper.py, line 7')
    """
    words = catalogue("tutor_report")
    zh = re.sub(r"\b(line|cell) (\d+)", lambda found: words[found[1]].filled(n=found[2]).zh, where)
    return Text(where, zh.replace(", ", "，"))


@dataclass(frozen=True)
class Evidence:
    """One quantity, as it should be on one random input and as the learner's function gave it: short texts."""

    quantity: str
    expected: str
    got: str
    difference: Text


@dataclass(frozen=True)
class Curves:
    """The cost while training on the flower with the right equation and with the mistaken one, and where both end.

    by_heart    whether the mistaken one gives every sample a bias of its own, which no new sample has
    """

    steps: tuple[int, ...]
    right: tuple[float, ...]
    mistaken: tuple[float, ...]
    right_accuracy: float
    mistaken_accuracy: float
    by_heart: bool = False

    @property
    def tells(self) -> bool:
        """Whether someone who looks at the accuracy or at the cost would have seen that something is wrong.

        A cost far below what the network can reach is as plain a sign as one above it.
        """
        rise = self.mistaken[-1] - self.right[-1]
        too_good = self.mistaken_accuracy > self.right_accuracy + 0.05 or self.mistaken[-1] < self.right[-1] / 2
        return self.mistaken_accuracy <= self.right_accuracy - 0.02 or not rise < 0.05 or too_good


@dataclass(frozen=True)
class Finding:
    """One thing to say about one function.

    verdict      "wrong", "fragile" (right mathematics whose numbers fail somewhere), "unjudged"
    quantity     what is wrong first in the chain, such as "dW1"; "" where it is not one quantity
    mistake      the name of the catalogued mistake that gives exactly the learner's numbers; None: none does
    claim        the sentence: which quantity, by how much, why
    should       the equation as it should be; seen: as it appears to be
    hint         a push in the right direction that does not give the line away
    solution     the line itself, shown on request
    where        the place in the file, such as "line 12", as near as it is known; line: its text
    kind         of an error that the function stops with, such as "KeyError" or "timeout": what it is counted by;
                 "unwritten" where the function is not written yet
    """

    verdict: str
    quantity: str
    mistake: str | None
    claim: Text
    should: str = ""
    seen: str = ""
    hint: Text = NOTHING
    solution: str = ""
    where: str = ""
    line: str = ""
    kind: str = ""
    evidence: tuple[Evidence, ...] = ()
    curves: Curves | None = None

    @property
    def unwritten(self) -> bool:
        """Whether it says that the function is not written yet."""
        return self.kind == UNWRITTEN


@dataclass(frozen=True)
class FunctionReport:
    """One of the learner's functions: what it was taken for, and what there is to say about it. No finding: right.

    remarks    things to know that are not mistakes: "the hidden activation is tanh", "judged with the learner's cache"
    """

    name: str
    exercise: str
    title: Text
    where: str
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Text, ...] = ()

    @property
    def verdict(self) -> str:
        """The gravest of the findings' verdicts; "right" where there is none."""
        return gravest((finding.verdict for finding in self.findings), none=RIGHT)


HINTS = ("where", "quantity", "equation", "line")
"""How much a finding gives away, from the place alone to the right line; each says what those before it say."""


def hinted(finding: Finding, level: str) -> Finding:
    """The finding with no more than one of ``HINTS`` gives away.

    >>> finding = Finding("wrong", "dW1", "dW without 1/m", Text("the 1/m is missing", "少了 1/m"), where="line 9")
    >>> hinted(finding, "quantity").claim.en, hinted(finding, "where").claim.en
    ('dW1 is not what it should be.', 'Something goes wrong here.')
    """
    words = catalogue("tutor_report")
    if level == "line":
        return finding
    if level == "equation" or finding.verdict == UNJUDGED:
        return replace(finding, solution="")
    told = Finding(
        finding.verdict, "", None, words[f"finding.{finding.verdict}"], where=finding.where, line=finding.line
    )
    if level == "where" or not finding.quantity:
        return told
    claim = words["finding.something"].filled(quantity=finding.quantity)
    return replace(told, quantity=finding.quantity, claim=claim, evidence=finding.evidence)


@dataclass(frozen=True)
class Report:
    """All that a check found in one file, or in the functions that were handed over.

    source     the file's name, or "functions"
    notes      what was noticed outside the functions
    unknown    functions that are none of the course's, by name: they were left alone
    unchecked  functions of the course that no exercise checks, by name: not judged
    seconds    that the check took
    """

    source: str
    functions: tuple[FunctionReport, ...]
    notes: tuple[Note, ...] = ()
    unknown: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    @property
    def findings(self) -> Iterable[tuple[FunctionReport, Finding]]:
        return ((function, finding) for function in self.functions for finding in function.findings)

    @property
    def unread(self) -> tuple[Note, ...]:
        """The places that could not be read as Python: what stood there was not checked."""
        return tuple(note for note in self.notes if note.kind == "syntax")

    @property
    def counts(self) -> dict[str, int]:
        """How many functions, and classes that were passed over, have each verdict."""
        verdicts = [function.verdict for function in self.functions] + [UNJUDGED] * len(self.unchecked)
        verdicts += [UNJUDGED for note in self.notes if note.kind == "methods"]
        return {verdict: verdicts.count(verdict) for verdict in VERDICTS}

    @property
    def verdict(self) -> str:
        """The gravest verdict of all that was found.

        "unjudged" where nothing was found, and at least that where something was left alone or could not be read.
        """
        verdicts = [verdict for verdict, n in self.counts.items() if n]
        return gravest([*verdicts, UNJUDGED] if self.unread else verdicts, none=UNJUDGED)

    @property
    def exit_status(self) -> int:
        """For an autograder: 0 all that was found is right or fragile, 1 wrong, 2 something is not judged."""
        return {RIGHT: 0, FRAGILE: 0, WRONG: 1, UNJUDGED: 2}[self.verdict]

    def hinted(self, level: str) -> Self:
        """The report with no more than one of ``HINTS`` gives away; ValueError for another level."""
        choose("hint", level, dict.fromkeys(HINTS))
        functions = (
            replace(one, findings=tuple(hinted(finding, level) for finding in one.findings)) for one in self.functions
        )
        return replace(self, functions=tuple(functions))
