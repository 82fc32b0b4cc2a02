"""What a JSON value must be, checked before anything is made of it, so that what reads it meets no surprise."""

from reprlib import repr as short
from typing import Any

from ..nn.validation import SAY, count
from ..words import NOTHING, Text

NUMBER = (int, float)
MOST_STEPS = 2**53


def misfit(value: Any, form: Any, where: str = "") -> Text:
    """Where the JSON value departs from the form, and what stands there; "" where it fits.

    A form is a type (True is no int), None, a tuple of forms of which any will do, [form] for a list of such values,
    {str: form} for an object of such values, or {"key": form, ...} for an object that has at least these keys.

    >>> misfit({"n": [2, "3"]}, {"n": [int]})
    "n[1] is '3'"
    >>> misfit({"n": []}, {"n": [int], "head": str})
    'head is missing'
    """
    inside: list[tuple[str, Any, Any]] = []
    if isinstance(form, tuple):
        fits = any(not misfit(value, one) for one in form)
    elif isinstance(form, list):
        fits = isinstance(value, list)
        inside = [(f"{where}[{i}]", item, form[0]) for i, item in enumerate(value)] if fits else []
    elif isinstance(form, dict):
        fits = isinstance(value, dict)
        keys = (value if str in form else form) if fits else ()
        at = f"{where}." if where else ""
        missing = next((key for key in keys if key not in value), None)
        if missing is not None:
            return SAY["file.lacks"].filled(what=f"{at}{missing}")
        inside = [(f"{at}{key}", value[key], form.get(key, form.get(str))) for key in keys]
    else:
        fits = value is None if form is None else type(value) is form
    if not fits:
        return SAY["file.is"].filled(what=where or SAY["file.it"], value=short(value))
    return next((found for place, item, inner in inside if (found := misfit(item, inner, place))), NOTHING)


def depth(value: Any) -> int:
    """How deep lists and objects lie in each other, found without recursion.

    >>> depth(3), depth({"a": [[]]})
    (0, 3)
    """
    level, deep = [value], 0
    while level := [part for part in level if isinstance(part, dict | list)]:
        level = [inner for part in level for inner in (part.values() if isinstance(part, dict) else part)]
        deep += 1
    return deep


def steps(what: str, value: Any) -> int:
    """A number of updates: a whole number from 0 to 2^53; ValueError for others."""
    if count(what, value, least=0) > MOST_STEPS:
        raise ValueError(SAY["file.steps"].filled(what=what, short=short(value)))
    return int(value)
