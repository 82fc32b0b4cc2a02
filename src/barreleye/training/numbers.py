"""Structure and numbers of a recipe, taken apart and put together again.

A recipe is made of frozen dataclasses. Their floats are numbers: XLA receives them as arguments, so that another
learning rate, slope or penalty runs the same compiled program. All else (classes, sizes, flags, names, None) is
structure: it is hashable and belongs to the program's key.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

NUMBER = "number"
"""Stands in a structure where a float was."""


def split(value: Any) -> tuple[Any, list[float]]:
    """The hashable structure of ``value`` and its floats, in the order in which ``merge`` takes them.

    >>> from barreleye.nn.activations import LeakyReLU
    >>> split((LeakyReLU(0.25), 3))[1]
    [0.25]
    >>> split(LeakyReLU(0.25))[0] == split(LeakyReLU(0.5))[0]
    True
    """
    if isinstance(value, float):
        return NUMBER, [value]
    if isinstance(value, tuple):
        parts = [split(item) for item in value]
        return (tuple, tuple(s for s, _ in parts)), [x for _, xs in parts for x in xs]
    if is_dataclass(value) and not isinstance(value, type):
        names = tuple(field.name for field in fields(value))
        parts = [split(getattr(value, name)) for name in names]
        return (type(value), names, tuple(s for s, _ in parts)), [x for _, xs in parts for x in xs]
    return (None, value), []


def merge(structure: Any, numbers: Any) -> Any:
    """The value whose ``split`` is (structure, numbers); the numbers may be tracers, so nothing is validated again.

    >>> from barreleye.nn.activations import LeakyReLU
    >>> merge(split(LeakyReLU(0.25))[0], [0.5])
    LeakyReLU(slope=0.5)
    """
    return _merge(structure, iter(numbers))


def _merge(structure: Any, numbers: Iterator[Any]) -> Any:
    if structure == NUMBER:
        return next(numbers)
    kind, *rest = structure
    if kind is None:
        return rest[0]
    if kind is tuple:
        return tuple(_merge(item, numbers) for item in rest[0])
    value = object.__new__(kind)
    for name, item in zip(*rest, strict=True):
        object.__setattr__(value, name, _merge(item, numbers))
    return value
