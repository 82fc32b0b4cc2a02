"""What is known of one of the learner's functions once it was judged: a value, handed on to the judging of the next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from ..nn.activations import Activation
from ..words import Text
from .equations import Work
from .report import RIGHT, Finding, gravest
from .search import Slip

Share: TypeAlias = Callable[[Work], float]


@dataclass(frozen=True)
class Judgement:
    """What others need to know of a function.

    slips      the slips that explain it (none: it is right); None where it was not explained
    broken     it is wrong in a way that has no name, or could not be run
    hidden     the hidden activation that it has shown
    penalty    lambda of the L2 penalty that it has, (lambda / 2m) times the sum of W**2
    share      what it leaves to the update: by it every gradient is to be multiplied
    own_way    it is right by what the learner's other functions compute, not by the course's equations
    fragile    the names of its fragilities
    misheld    where its result is right and its cache is not: the names in it that hold others, and which
    undefined  the name that it looked for in vain
    """

    slips: tuple[Slip, ...] | None = None
    broken: bool = False
    hidden: Activation | None = None
    penalty: float = 0.0
    share: Share | None = None
    own_way: bool = False
    fragile: frozenset[str] = frozenset()
    misheld: Mapping[tuple[str, int], tuple[str, int]] | None = None
    undefined: str = ""


BROKEN, OWN_WAY = Judgement(broken=True), Judgement((), own_way=True)


class Judged(NamedTuple):
    """What there is to say about a function, and what is known of it."""

    findings: list[Finding]
    remarks: Sequence[Text] = ()
    known: Judgement = BROKEN

    @property
    def verdict(self) -> str:
        """The gravest of the findings' verdicts."""
        return gravest((one.verdict for one in self.findings), none=RIGHT)
