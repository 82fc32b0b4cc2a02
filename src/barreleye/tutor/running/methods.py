"""The methods of a learner's classes as functions: what they leave in their object is a part of what they answer.

    Net            called as its constructor is; answers the new object
    Net.forward    called with an object first; answers the object, after what the method returns, if that is anything
    Net.sigmoid    a static method: the function that it is

An object travels by its attributes (``records``), and is made again without its constructor.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

CALLED = ("__init__", "__call__")
"""The methods with underscores that are looked at."""


def methods(cls: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Each method that a class itself defines, by name, as a function.

    >>> class Net:
    ...     def __init__(self, n): self.n = n
    ...     def double(self): self.n = 2 * self.n
    >>> of = dict(methods(Net))
    >>> net = of["__init__"](3)
    >>> of["double"](net).n
    6
    """
    for name, value in vars(cls).items():
        if name.startswith("__") and name not in CALLED:
            continue
        if isinstance(value, staticmethod):
            yield name, value.__func__
        elif name == "__init__" and callable(value):
            yield name, cls
        elif hasattr(value, "__code__"):
            yield name, with_object(value)


def with_object(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method, which answers its object too."""

    @wraps(method)
    def answered(self: Any, *args: Any, **kwargs: Any) -> Any:
        value = method(self, *args, **kwargs)
        return self if value is None or value is self else (value, self)

    return answered
