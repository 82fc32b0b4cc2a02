"""What a page asks for: {"do": name, ...}, carried out by the command of that name with the rest as its arguments.

>>> done([3, 1, 2], {"index": lambda own, value: own.index(value)}, {"do": "index", "value": 2})
2
"""

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

from ..nn.validation import choose


def done(own: Any, commands: Mapping[str, Callable[..., Any]], message: Mapping[str, Any]) -> Any:
    """The answer of the command, if it has one. ValueError for another command or argument, with those there are."""
    told = dict(message)
    command = choose("do", told.pop("do", None), commands)
    known = dict.fromkeys(list(signature(command).parameters)[1:])
    for name in told:
        choose(f"argument of {message['do']}", name, known)
    return command(own, **told)
