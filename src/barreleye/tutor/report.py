"""What a check found, as plain data: the terminal, JSON and HTML say it each in their way."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..nn.validation import choose
from ..words import LANGUAGES, NOTHING, Text
from .running.answers import Note
from .showing.encodable import to_print

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
    evidence: tuple[Evidence, ...] = ()
    curves: Curves | None = None


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


@dataclass(frozen=True, repr=False)
class Report:
    """All that a check found in one file, or in the functions that were handed over. Print it, or ``said`` in Chinese.

    source     the file's name, or "functions"
    notes      what was noticed outside the functions
    unknown    functions that are none of the course's, by name: they were left alone
    unchecked  functions of the course that no exercise checks yet, by name: left alone too
    seconds    that the check took

    >>> print(Report("homework.py", ()))
    homework.py: no function of the course found
    <BLANKLINE>
    Next: name the functions as the course does (forward_propagation, compute_cost,
    backward_propagation, ...), so that they can be found.
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
    def in_part(self) -> bool:
        """Whether something of the file was left alone: functions, or the methods of a class."""
        return bool(self.unknown or self.unchecked) or any(note.kind == "methods" for note in self.notes)

    @property
    def unread(self) -> tuple[Note, ...]:
        """The places that could not be read as Python: what stood there was not checked."""
        return tuple(note for note in self.notes if note.kind == "syntax")

    @property
    def verdict(self) -> str:
        """The gravest of the functions' verdicts.

        "unjudged" where no function was found, and at least that where something could not be read.
        """
        verdicts = [function.verdict for function in self.functions]
        return gravest([*verdicts, UNJUDGED] if self.unread else verdicts, none=UNJUDGED)

    @property
    def exit_status(self) -> int:
        """For an autograder: 0 right or fragile, 1 wrong, 2 something could not be judged."""
        return {RIGHT: 0, FRAGILE: 0, WRONG: 1, UNJUDGED: 2}[self.verdict]

    # For people: the modules below say a report, and so they import this one

    def said(self, lang: str = "en", *, solution: bool = False) -> str:
        """The report as plain text, 80 columns wide, in the language "en" or "zh"; ``solution`` shows the right lines.

        Raises ValueError for another language.
        """
        from .showing.terminal import plain_text

        return plain_text(self, choose("lang", lang, dict(zip(LANGUAGES, LANGUAGES, strict=True))), solution=solution)

    def __str__(self) -> str:
        return to_print(self.said())

    def __repr__(self) -> str:
        from .showing.wording import summary

        return f"<Report on {self.source}: {summary(self, 'en')}>"

    def _repr_html_(self) -> str:
        from .showing.page import report_body

        return report_body(self, "en", level=4)
