"""Mistakes in functions that have no one right answer, such as random starting weights: they show in what is there.

What is said of them, and the hints, stand in ``words/tutor_flaws.toml``, by name.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ..words import NOTHING, catalogue, in_both
from .report import WRONG, Evidence, Finding
from .running.answers import Function

Seen = TypeVar("Seen")
WORDS = catalogue("tutor_flaws")


@dataclass(frozen=True)
class Flaw(Generic[Seen]):
    """One thing that can be wrong, and how it shows.

    name        unique, in words: the key of its sentence, whose {words} are filled in by what ``shows`` gives
    quantity    what it is wrong with; the first flaw of a quantity is the one that is said
    shows       from what was seen: None or False where the flaw is not there; else True, or the words
    hint        the key of what is said before the solution is; "": nothing
    seen        the equation or the rule as it stands there; should, solution: as it should be, and the line of code
    verdict     "wrong", or "fragile" where training merely suffers
    """

    name: str
    quantity: str
    shows: Callable[[Seen], dict[str, Any] | bool | None]
    hint: str = ""
    seen: str = ""
    should: str = ""
    solution: str = ""
    verdict: str = WRONG

    def finding(self, function: Function, words: dict[str, Any], evidence: Sequence[Evidence] = ()) -> Finding:
        """What is said of it, with its words filled in."""
        return Finding(
            verdict=self.verdict,
            quantity=self.quantity,
            mistake=self.name,
            claim=WORDS[f"flaw.{self.name}"].filled(**words),
            should=self.should,
            seen=in_both(self.seen).filled(**words),
            hint=WORDS[f"hint.{self.hint}"] if self.hint else NOTHING,
            solution=self.solution,
            where=function.where,
            evidence=tuple(evidence),
        )


def flawed(flaws: Iterable[Flaw[Seen]], seen: Seen, function: Function) -> list[Finding]:
    """A finding for the first flaw of each quantity that shows.

    >>> odd = Flaw("n_x is a fixed number", "n_x", lambda n: {"number": n} if n % 2 else None)
    >>> [finding.claim.en for finding in flawed([odd], 3, Function("f"))], flawed([odd], 4, Function("f"))
    (['n_x is 3 for data of every shape: it fits one data set only.'], [])
    """
    found: dict[str, Finding] = {}
    for flaw in flaws:
        words = None if flaw.quantity in found else flaw.shows(seen)
        if words is not None and words is not False:
            found[flaw.quantity] = flaw.finding(function, words if isinstance(words, dict) else {})
    return list(found.values())
