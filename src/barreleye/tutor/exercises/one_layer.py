"""One layer alone: the same equations and the same search as in a network, told without layer numbers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ...words import in_both
from ..casting.pupil import Pupil
from ..classics import CATALOGUE
from ..judgement import Judged
from ..report import Finding
from ..search import Slip
from .exercise import Exercise


@dataclass(frozen=True)
class OneLayer(Exercise):
    """A function of one layer, tried in each of its cases, and reported once."""

    @property
    def solutions(self) -> Mapping[str, tuple[str, str]]:
        """By quantity the equation on paper and in NumPy, where the function is that equation and nothing else."""
        return {}

    def words(self, text: str) -> str:
        """How a finding's texts are said where there is one layer only."""
        return layerless(text)

    def judged(self, pupil: Pupil) -> Judged:
        """Try every case and say each thing once."""
        findings: dict[tuple[str | None, str, str], Finding] = {}
        cases = [Exercise.judged(case, pupil) for case in self.cases(pupil)]
        for finding in (one for case in cases for one in case.findings):
            said = reworded(finding, self.words)
            if said.quantity in self.solutions:
                should, solution = self.solutions[said.quantity]
                said = replace(said, should=should, solution=solution)
            findings.setdefault((said.mistake, said.quantity, said.claim.en if said.mistake is None else ""), said)
        remarks = dict.fromkeys(remark for case in cases for remark in case.remarks)
        known = [case.known for case in cases]
        slips = dict.fromkeys(slip for one in known for slip in one.slips or ())
        together = replace(
            known[-1],
            slips=tuple(map(of_any_layer, slips)),
            broken=any(one.broken for one in known),
            own_way=any(one.own_way for one in known),
            misheld=next((one.misheld for one in known if one.misheld is not None), None),
        )
        return Judged(list(findings.values()), list(remarks), together)


def of_any_layer(slip: Slip) -> Slip:
    """The slip as it is made in every layer: what comes in to one layer alone is X there, and A[l-1] in a network."""
    return slip._replace(mistake=CATALOGUE.get(slip.mistake.name.replace("n_x", "n[l-1]"), slip.mistake))


def reworded(finding: Finding, words: Callable[[str], str]) -> Finding:
    """The finding with all its texts said in other words."""
    return replace(
        finding,
        quantity=words(finding.quantity),
        claim=finding.claim.each(words),
        should=in_both(finding.should).each(words),
        seen=in_both(finding.seen).each(words),
        hint=finding.hint.each(words),
        solution=words(finding.solution),
        evidence=tuple(replace(one, quantity=words(one.quantity)) for one in finding.evidence),
    )


def layerless(text: str) -> str:
    """An equation or a sentence about layer 1 as one about any layer.

    >>> layerless("dW[1] = (1/m) dZ[1] A[0]ᵀ")
    'dW = (1/m) dZ A_prevᵀ'
    >>> layerless("dW1 = np.dot(dZ1, X.T) / m")
    'dW = np.dot(dZ, A_prev.T) / m'
    >>> layerless("m = X.shape[1]")
    'm = A_prev.shape[1]'
    """
    for pattern, words in PLAIN:
        text = re.sub(pattern, words, text)
    return text


PLAIN = (
    (r"A\[0\]", "A_prev"),
    (r"(?<!shape)\[1\]", ""),
    (r"(?<![A-Za-z])(d?[WbZA])1(?![0-9A-Za-z])", r"\1"),
    (r"(?<![A-Za-z])(d?A)0(?![0-9A-Za-z])", r"\1_prev"),
    (r"(?<![A-Za-z])X(?![A-Za-z])", "A_prev"),
    (r"layer 1\b", "this layer"),
    (r"第 1 层", "这一层"),
)
