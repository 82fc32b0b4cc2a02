"""What an error of Python or NumPy means here, in words: which key is missing, which name is meant."""

import builtins
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np

from ...words import NOTHING, Text, catalogue
from ..equations import example
from ..running.answers import Function, Trouble
from .assignments import assignments, quantity
from .layer_loops import layer_loop
from .shape_errors import Meaning, not_aligned, not_broadcast

SAID = catalogue("tutor_stops")


def meaning(trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    """What an error says of the function that stopped.

    available    what the function could ask for, by the course's names

    >>> error = Trouble("exception", "NameError", "name 'dz2' is not defined", "line 2", "return dz2")
    >>> meaning(error, Function("f", source="def f(A2, Y):\\n    dZ2 = A2 - Y\\n    return dz2"), {}).words.en
    'Did you mean dZ2?'
    """
    for type, pattern, said in MEANINGS:
        found = re.search(pattern, trouble.message) if re.fullmatch(type, trouble.type) else None
        if found:
            return said(found, trouble, function, available)
    return Meaning()


# A key or a name that is not there


def missing_key(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    key = trouble.message
    letters, layer = quantity(key) or ("", "")
    parameters = available.get("parameters")
    there = [str(one) for one in parameters] if isinstance(parameters, Mapping) else []
    L = max((int(one[1:]) for one in available if re.fullmatch(r"W\d", one)), default=0)
    if letters in ("W", "b") and layer.isdigit() and there:
        names = Text(", ".join(there), "、".join(there))
        return Meaning(SAID["means.no_parameter"].filled(key=key, names=names), SAID["means.no_parameter_hint"])
    if letters.startswith("d") and layer.isdigit() and L:
        return no_gradient_yet(key, function, L)
    return like(key, [*there, *keys_in(function.source)])


def no_gradient_yet(key: str, function: Function, L: int) -> Meaning:
    loop = layer_loop(function.source, example((2,) * (L + 1), 3, 0, worked_forward=False), down=True)
    upward = loop is not None and len(loop.made) > 1 and loop.made == tuple(sorted(loop.made))
    words = SAID["means.no_gradient"].filled(key=key)
    if loop is not None and upward:
        return Meaning(words + SAID["means.upward"], SAID["means.which_keys"], loop.mended)
    return Meaning(words, SAID["means.which_keys"])


def keys_in(source: str) -> list[str]:
    """The words that a function puts in brackets or braces."""
    return re.findall(r"""[\[{,]\s*["'](\w+)["']""", source)


def missing_name(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    names = [one.name for one in assignments(function.source)] + [one.name for one in function.parameters]
    return like(found[1], [*names, *available, *dir(builtins)])


def unset_name(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    return Meaning(SAID["means.unset"].filled(name=found[1]), SAID["means.unset_hint"])


def missing_attribute(
    found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]
) -> Meaning:
    return like(found[2], dir(np if found[1] else np.ndarray))


def unknown_keyword(
    found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]
) -> Meaning:
    return like(found[1], ("axis", "keepdims", "dtype", "copy", "out", "where", "initial", "size"))


def like(word: str, others: Iterable[str]) -> Meaning:
    """The one of these that is written most like a word; no quantity of another layer than the word's."""
    layer = (quantity(word) or ("", ""))[1]
    names = {one.lower(): one for one in others if one != word and (quantity(one) or ("", layer))[1] == layer}
    near = get_close_matches(word.lower(), names, 1, 0.6)
    return Meaning(SAID["means.near"].filled(name=names[near[0]]) if near else NOTHING)


def beyond_the_end(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    return Meaning(SAID["means.beyond"], SAID["means.beyond_hint"])


# One number where there are many


def one_at_a_time(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    return Meaning(SAID["means.one_number"], SAID["means.whole_arrays"], kind=ONE_NUMBER)


ONE_NUMBER = "one number"
"""The kind of an error where one number is taken at a time."""


def failed_assert(found: re.Match[str], trouble: Trouble, function: Function, available: Mapping[str, Any]) -> Meaning:
    return Meaning(SAID["means.assert"], SAID["means.assert_hint"])


MEANINGS: tuple[tuple[str, str, Callable[..., Meaning]], ...] = (
    ("KeyError", "", missing_key),
    ("NameError", r"name '(\w+)' is not defined", missing_name),
    ("UnboundLocalError", r"variable '(\w+)'", unset_name),
    ("AttributeError", r"(?:(module 'numpy')|'numpy\.ndarray' object) has no attribute '(\w+)'", missing_attribute),
    ("IndexError", r"(?:list|tuple) index out of range", beyond_the_end),
    ("ValueError", r"shapes \((\d+,?\d*)\) and \((\d+,?\d*)\) not aligned", not_aligned),
    ("ValueError", r"could not be broadcast together with shapes \((\d+,?\d*)\) \((\d+,?\d*)\)", not_broadcast),
    ("TypeError", r"unexpected keyword argument '(\w+)'", unknown_keyword),
    ("ValueError", r"truth value of an array", one_at_a_time),
    ("TypeError", r"converted to (?:Python scalars|a scalar index)", one_at_a_time),
    ("AssertionError", "", failed_assert),
)
"""The type of an error, what its message looks like, and what to say."""
