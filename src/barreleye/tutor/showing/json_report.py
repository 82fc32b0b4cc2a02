"""A report as JSON, for autograders and for other programs; ``report.schema.json`` beside this page says its form.

Whatever is said to a learner is there in both languages, as {"en": ..., "zh": ...}. The text is plain ASCII, so that it
passes through any pipe; numbers are finite, and null stands for one that is not.
"""

import json
import math
from dataclasses import fields, is_dataclass
from importlib.metadata import version
from typing import Any

from ...words import Text
from ..report import Report

SCHEMA = 2
"""Grows when a key changes its meaning or goes away, not when one is added."""

DERIVED = ("verdict", "counts", "exit_status", "tells")
"""Properties that are written too, so that a reader need not know how they follow from the rest."""

EQUATIONS = ("should", "seen")
"""What is written in one way: equations, with the few words in them in English."""


def to_json(report: Report, hint: str = "line") -> str:
    """The report as indented JSON, giving away as much as a hint of that level.

    >>> json.loads(to_json(Report("a.py", ())))["exit_status"]
    2
    """
    whole = plain(report.hinted(hint))
    whole.pop("lang", None)
    head = {"schema": SCHEMA, "barreleye": version("barreleye"), "hint": hint}
    return json.dumps(head | whole, indent=1, allow_nan=False)


def plain(value: Any) -> Any:
    """Dataclasses as dictionaries, tuples as lists, numbers that are not finite as None."""
    if is_dataclass(value):
        names = [field.name for field in fields(value)]
        names += [name for name in DERIVED if name not in names and hasattr(value, name)]
        return {name: str(getattr(value, name)) if name in EQUATIONS else plain(getattr(value, name)) for name in names}
    if isinstance(value, Text):
        return value.both()
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
