"""Mistakes in functions that have no one right answer, such as random starting weights: they show in what is there."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..words import NOTHING, Text
from .report import WRONG, Evidence, Finding
from .running.answers import Function

Seen = TypeVar("Seen")


@dataclass(frozen=True)
class Flaw(Generic[Seen]):
    """One thing that can be wrong, and how it shows.

    name, claim, seen, hint    as for a ``Mistake``; the claim's {words} are filled in by what ``shows`` gives
    quantity                   what it is wrong with; the first flaw of a quantity is the one that is said
    shows                      from what was seen: None where the flaw is not there, else the words
    should, solution           the equation or the rule as it should be, and the line of code
    verdict                    "wrong", or "fragile" where training merely suffers
    """

    name: str
    quantity: str
    shows: Callable[[Seen], dict[str, Any] | None]
    claim: Text
    hint: Text = NOTHING
    should: str = ""
    seen: str = ""
    solution: str = ""
    verdict: str = WRONG

    def finding(self, function: Function, words: dict[str, Any], evidence: Sequence[Evidence] = ()) -> Finding:
        return Finding(
            verdict=self.verdict,
            quantity=self.quantity,
            mistake=self.name,
            claim=self.claim.filled(**words),
            should=self.should,
            seen=self.seen.format(**words),
            hint=self.hint,
            solution=self.solution,
            where=function.where,
            evidence=tuple(evidence),
        )


def flawed(flaws: Iterable[Flaw[Seen]], seen: Seen, function: Function) -> list[Finding]:
    """A finding for the first flaw of each quantity that shows.

    >>> odd = Flaw("odd", "n", lambda n: {"n": n} if n % 2 else None, Text("{n} is odd", "{n} 是奇数"))
    >>> [finding.claim.en for finding in flawed([odd], 3, Function("f"))], flawed([odd], 4, Function("f"))
    (['3 is odd'], [])
    """
    found: dict[str, Finding] = {}
    for flaw in flaws:
        words = None if flaw.quantity in found else flaw.shows(seen)
        if words is not None:
            found[flaw.quantity] = flaw.finding(function, words)
    return list(found.values())
