"""What is said of a call that gave no value: an error, no end, too much of something."""

import re
from collections.abc import Mapping
from typing import Any

from ...words import Text, catalogue
from ..casting.layouts import name_at
from ..report import UNJUDGED, WRONG, Finding, place
from ..running.answers import Answer, Function, Trouble
from .errors import meaning
from .judging import unjudged
from .messages import told
from .places import at_line
from .shape_errors import Meaning

SAID = catalogue("tutor_stops")
NOT_THEIRS = {"lost", "large", "stand-in", "absent", "forbidden"}
"""The kinds of trouble that come from the check, or from what was not handed in: they say nothing of the function."""


def stopped(
    function: Function, answer: Answer, available: Mapping[str, Any] = {}, at: tuple[str, str] | None = None
) -> Finding:
    """A call that gave no value, as a finding.

    available    what the function could ask for
    at           the line to look at, and its text; None: where it stopped
    """
    trouble = answer.trouble
    assert trouble is not None
    attribute = re.fullmatch(
        rf"'(?:dict|list|tuple|{function.owner})' object has no attribute '(\w+)'", trouble.message
    )
    if attribute and (name_at((attribute[1], 0)) or function.owner):
        return unjudged(function, SAID["unjudged.own_class"].filled(name=attribute[1]))
    key = "unjudged.absent" if trouble.kind == "absent" else f"stopped.{trouble.kind}"
    raised = trouble.type != "" and (trouble.kind == "exception" or key not in SAID)
    message = (
        told(trouble.type, trouble.message) if raised else Text(trouble.message, trouble.chinese or trouble.message)
    )
    claim = SAID.get(key, SAID["stopped.exception"]).filled(message=message)
    meant = meaning(trouble, function, available) if raised else Meaning()
    where, line = endless(function, trouble) or at or (trouble.where, trouble.line_text)
    if trouble.where not in ("", where) and raised:
        claim += SAID["stopped.where"].filled(where=place(trouble.where), function=trouble.calls[-1])
    return Finding(
        verdict=UNJUDGED if trouble.kind in NOT_THEIRS else WRONG,
        quantity="",
        mistake="undefined name" if trouble.type == "NameError" and raised else None,
        claim=claim + Text(f". {meant.words.en}", f"。{meant.words.zh}") if meant.words.en else claim,
        hint=meant.hint,
        solution=meant.solution,
        where=where or function.where,
        line=line,
        kind=meant.kind or trouble.type or trouble.kind,
    )


def endless(function: Function, trouble: Trouble) -> tuple[str, str] | None:
    """The while loop of a function that does not finish, around the line where it was stopped."""
    if trouble.kind != "timeout":
        return None
    reached = dict(zip(trouble.calls, trouble.lines, strict=False)).get(function.name, ("", ""))
    lines = function.source.splitlines()
    number = next((i for i, text in enumerate(lines, 1) if at_line(function, i) == reached), 0)
    loops = [i for i, text in enumerate(lines[:number], 1) if re.match(r"\s*while\b", text)]
    return at_line(function, loops[-1]) if loops else None
