"""What ``barreleye train`` says at its end of what went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..insight.diagnose import Diagnosis, diagnosis, evidence_of, told
from ..models.model import Model
from ..models.preparing import Prepared
from ..models.run import Settings
from ..models.worth import Worth
from ..training.interruption import listening
from ..training.progress import Progress
from ..words import Text, catalogue
from .console import interruptible, remark, say

SHARE, UNNOTICED = 0.1, 0.5
"""Of the time that training took, and in seconds: what trials may take unless every finding is to be tried."""
SHOWN = 3


def diagnosed(
    ready: Prepared,
    settings: Settings,
    history: Sequence[Progress],
    model: Model,
    found: Worth,
    thorough: bool,
    edges: Mapping[str, str],
) -> Diagnosis:
    """The diagnosis of a run, shown: all of it, or at most three confirmed findings. Ctrl-C ends the trying.

    edges    of the search that the settings come from

    What there was no time to try is not told: most suspicions are withdrawn when they are tried.
    """
    texts = catalogue("diagnosis")
    seconds = None if thorough else max(SHARE * history[-1].seconds, UNNOTICED)
    with interruptible(), listening() as interrupted:
        made = diagnosis(evidence_of(ready, settings, history, model, found, edges), seconds, interrupted)
    if not thorough:
        made = replace(made, findings=made.confirmed)
    shown = made.findings if thorough else made.findings[:SHOWN]
    if shown or thorough:
        say.print(texts["section"], style="bold")
    for finding in shown:
        first, *others = told(finding)
        say.print(Text("  ", "  ") + first)
        for line in others:
            remark(line)
    if thorough:
        for line in made.remarks():
            remark(line)
    elif shown:
        remark(texts["more"])
    return made
