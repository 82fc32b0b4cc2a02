"""What a diagnosis says: findings, each with what was measured and where, and the experiment that decides."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...words import LANGUAGES, Text, catalogue
from .evidence import Evidence
from .experiment import Attempt, Trial, said


class Seen(NamedTuple):
    """What a rule found.

    values       for the names in the sentence that says what was measured, numbers or texts
    key          of that sentence among the texts of the rule's code
    threshold    which the measured number is beyond; None where the rule has none
    where        the layer, column or rows
    about        what the experiment needs of it: numbers of columns or rows, a layer
    trial        the experiment, where the rule itself is one
    certain      whether what was measured is itself the proof; it is where a rule has no experiment
    """

    values: Mapping[str, Any]
    threshold: float | None = None
    where: Text | None = None
    about: Any = None
    trial: Trial | None = None
    certain: bool = False
    key: str = "measured"


@dataclass(frozen=True)
class Rule:
    """One thing that goes wrong.

    check       what it saw, or None: a pure function of the evidence
    attempts    the changes that would confirm it, the likeliest first; None: what was measured is itself the proof
    limits      the numbers in the sentence that says what it goes by
    yields      whether it is as a rule a consequence: not worth a word beside another confirmed finding
    """

    check: Callable[[Evidence], Seen | None]
    attempts: Callable[[Evidence, Seen], Iterator[Attempt]] | None = None
    limits: Mapping[str, float | str] = field(default_factory=dict)
    yields: bool = False


@dataclass(frozen=True)
class Finding:
    """One thing that went wrong, in both languages.

    trial        the experiment that decided; None where none was made
    confirmed    True where the experiment, or a measurement that needs none, shows it; None: it is a possibility that
                 nothing has confirmed; False: the experiment speaks against it
    """

    code: str
    seen: Seen
    trial: Trial | None
    confirmed: bool | None

    def text(self, part: str) -> Text:
        """One of its texts from the catalogue: "title", "meaning" or "advice"."""
        return catalogue("diagnosis")[f"{self.code}.{part}"]

    @property
    def measured(self) -> Text:
        """What was measured, in a sentence."""
        return said(f"{self.code}.{self.seen.key}", **self.seen.values)

    def values(self) -> dict[str, Any]:
        """As JSON values; a text is a dict by language."""
        texts = {"title": self.text("title"), "measured": self.measured, "where": self.seen.where}
        texts |= {"meaning": self.text("meaning"), "advice": self.text("advice")}
        texts |= {"trial": None if self.trial is None else self.trial.text}
        both = {name: None if t is None else {lang: t.said(lang) for lang in LANGUAGES} for name, t in texts.items()}
        threshold = self.seen.threshold
        finite = threshold is not None and math.isfinite(threshold)
        return {"code": self.code, **both, "threshold": threshold if finite else None, "confirmed": self.confirmed}
