"""A report as JSON, for autograders and for other programs.

    schema        1; grows when a field changes its meaning or goes away, not when one is added
    barreleye     the version that wrote it
    source        the file
    verdict       "right", "fragile", "wrong" or "unjudged": of the file, of each function and of each finding
    exit_status   of ``barreleye check``: 0 right or fragile, 1 wrong, 2 not judged
    seconds       that the check took
    functions     name, exercise, title, where, verdict, remarks, findings: a right function has no finding
    findings      verdict, quantity, mistake (the catalogue's name for it; null: it has none), claim, should, seen,
                  hint, solution, where, line, evidence [{quantity, expected, got, difference}], and curves, or null
    curves        steps, the costs right and mistaken at them (one that overflowed is shorter), right_accuracy,
                  mistaken_accuracy, tells: false where no learning curve shows the mistake
    notes         kind, where, text: what was noticed outside the functions
    unknown       functions that are none of the course's, by name
    unchecked     functions of the course that are not checked yet, by name

Whatever is said to a learner is there in both languages, as {"en": ..., "zh": ...}. The text is plain ASCII, so that it
passes through any pipe; numbers are finite, and null stands for one that is not.
"""

import json
import math
from dataclasses import fields, is_dataclass
from importlib.metadata import version
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from ..report import Report

SCHEMA = 1

DERIVED = ("verdict", "exit_status", "tells")
"""Properties that are written too, so that a reader need not know how they follow from the rest."""


def to_json(report: Report) -> str:
    """The report as indented JSON.

    >>> json.loads(to_json(Report("a.py", ())))["exit_status"]
    2
    """
    head = {"schema": SCHEMA, "barreleye": version("barreleye")}
    return json.dumps(head | plain(report), indent=1, allow_nan=False)


def from_json(text: str) -> Report:
    """The report that ``to_json`` wrote. Raises ValueError for text that is not one, and for a later schema.

    >>> from_json(to_json(Report("a.py", ()))) == Report("a.py", ())
    True
    """
    data = json.loads(text)
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise ValueError(f"this JSON has schema {schema!r}; this version of barreleye reads schema {SCHEMA}")
    return built(Report, data)


def plain(value: Any) -> Any:
    """Dataclasses as dictionaries, tuples as lists, numbers that are not finite as None."""
    if is_dataclass(value):
        names = [field.name for field in fields(value)]
        names += [name for name in DERIVED if name not in names and hasattr(value, name)]
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def built(kind: Any, data: Any) -> Any:
    """The value of type ``kind`` that ``plain`` took apart; what belongs to no field is left out."""
    if is_dataclass(kind) and isinstance(kind, type):
        types = get_type_hints(kind)
        known = [field.name for field in fields(kind) if field.name in data]
        return kind(**{name: built(types[name], data[name]) for name in known})
    if get_origin(kind) is tuple:
        return tuple(built(get_args(kind)[0], part) for part in data)
    if NoneType in get_args(kind):
        return None if data is None else built(get_args(kind)[0], data)
    return data
