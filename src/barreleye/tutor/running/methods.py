"""The methods of a learner's classes as functions: what they leave in their object is a part of what they answer.

    Net.__init__   called as the class is; answers the new object
    Net.forward    called with an object first; answers what the method returns, and the object
    Net.sigmoid    a static method: the function that it is

An object travels by its attributes (``records``), and is made again without its constructor.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import wraps
from types import FunctionType
from typing import Any, NamedTuple

from .answers import Function

CALLED = ("__init__", "__call__")
"""The methods with underscores that are looked at."""


class Callee(NamedTuple):
    """What is called in the place of a function or a method: itself, or what makes a function of it."""

    called: Callable[..., Any]
    original: Callable[..., Any]
    owner: str = ""
    takes_object: bool = False

    def described(self, function: Function) -> Function:
        """What is known of it, as it is called."""
        taken = function.parameters[1:] if self.takes_object else function.parameters
        return replace(function, parameters=taken, owner=self.owner, takes_object=self.takes_object)


def with_methods(functions: Mapping[str, Any]) -> Iterator[tuple[str, Callee]]:
    """Functions by name, and in the place of a class its methods."""
    for name, value in functions.items():
        if isinstance(value, type):
            yield from methods(value, name)
        else:
            yield name, Callee(value, value)


def methods(cls: type, owner: str) -> Iterator[tuple[str, Callee]]:
    """Each method that a class itself defines, by the owner's name and its own.

    >>> class Net:
    ...     def __init__(self, n): self.n = n
    ...     def double(self): self.n = 2 * self.n
    >>> of = dict(methods(Net, "Net"))
    >>> _, net = of["Net.double"].called(of["Net.__init__"].called(3))
    >>> net.n
    6
    """
    for name, value in vars(cls).items():
        if name.startswith("__") and name not in CALLED:
            continue
        if isinstance(value, staticmethod):
            yield f"{owner}.{name}", Callee(value.__func__, value.__func__, owner)
        elif name == "__init__" and isinstance(value, FunctionType):
            yield f"{owner}.{name}", Callee(cls, value, owner)
        elif isinstance(value, FunctionType):
            yield f"{owner}.{name}", Callee(with_object(value), value, owner, True)


def with_object(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, which answers its object too."""

    @wraps(method)
    def answered(self: Any, *args: Any, **kwargs: Any) -> Any:
        return method(self, *args, **kwargs), self

    return answered
