"""Errors at the border: each names the thing, shows the value, and says what to do."""

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from ..words import NOTHING, Text, catalogue

T = TypeVar("T")
SAY = catalogue("errors")


def choose(what: str, name: Any, table: Mapping[str, T]) -> T:
    """The entry of ``table`` called ``name``; ValueError lists the valid names and the nearest one.

    >>> choose("activation", "rleu", {"relu": 1, "tanh": 2})
    Traceback (most recent call last):
        ...
    ValueError: activation='rleu' is unknown (did you mean 'relu'?); choose one of: relu, tanh
    """
    if isinstance(name, str) and name in table:
        return table[name]
    shown = {"value": repr(name), "near": near(name, table), "names": ", ".join(table)}
    raise ValueError(SAY["unknown"].filled(what=what, **shown))


def misshapen(what: str, array: Any, expected: str, hint: str = NOTHING) -> Text:
    """That an array has another shape than is expected, and a hint at what was meant.

    >>> import numpy as np
    >>> misshapen("b1", np.zeros(3), "(3, 1)")
    'b1 has shape (3,) where (3, 1) is expected'
    """
    return SAY["shape"].filled(what=what, shape=tuple(array.shape), expected=expected, hint=hint)


def transposed(what: str, way: str = "rows") -> Text:
    """The hint that the samples of an array look like rows, or columns, where the other is meant."""
    return SAY[f"hint.{way}"].filled(what=what)


def unfit(what: str, value: Any) -> Text:
    """That something read from a file is none that was ever written there."""
    return SAY["unfit"].filled(what=what, value=value)


def missing(what: str, there: Iterable[Any]) -> Text:
    """That something is missing, and what there is.

    >>> missing("'b1'", ["W1", "W2"])
    "'b1' is missing; here are W1, W2"
    """
    return SAY["missing"].filled(what=what, there=", ".join(map(str, there)) or SAY["nothing"])


def near(name: Any, names: Iterable[str]) -> Text:
    """The text " (did you mean 'relu'?)" where one of the names is close, else nothing.

    >>> near("flour", ["flower", "moons"])
    " (did you mean 'flower'?)"
    """
    match = difflib.get_close_matches(str(name), list(names), n=1)
    return SAY["near"].filled(name=repr(match[0])) if match else NOTHING


def check(thing: Any, **checks: Callable[[str, Any], Any]) -> None:
    """Replace each named field of a frozen dataclass by what its check returns for it.

    The check raises for a bad value and turns a good one into a plain Python number, which never changes
    the dtype of an array that it meets.
    """
    for name, checked in checks.items():
        object.__setattr__(thing, name, checked(name, getattr(thing, name)))


def number(what: str, value: Any, expected: str, low: float, high: float, *, open_low: bool, open_high: bool) -> float:
    """``value`` as a finite float between low and high, an open end excluded.

    TypeError for anything but a number, ValueError for one out of range.

    >>> number("keep_prob", 1.5, "a number in (0, 1]", 0, 1, open_low=True, open_high=False)
    Traceback (most recent call last):
        ...
    ValueError: keep_prob=1.5 must be a number in (0, 1]
    """
    try:
        if isinstance(value, str | bytes | bool):
            raise TypeError
        x = float(value)
    except (TypeError, ValueError):
        raise TypeError(must(what, value, expected)) from None
    except OverflowError:
        x = math.inf
    above = x > low if open_low else x >= low
    below = x < high if open_high else x <= high
    if not (math.isfinite(x) and above and below):
        raise ValueError(must(what, value, expected))
    return x


def must(what: str, value: Any, expected: str) -> Text:
    """That a value must be another: learning_rate=-1 must be a finite number above 0."""
    return SAY["must"].filled(what=what, value=value, expected=expected)


def positive(what: str, value: Any) -> float:
    """A finite number above 0.

    >>> positive("learning_rate", 0.1)
    0.1
    """
    return number(what, value, SAY["expected.positive"], 0, math.inf, open_low=True, open_high=False)


def nonnegative(what: str, value: Any) -> float:
    """A finite number, 0 or above.

    >>> nonnegative("L2", 0)
    0.0
    """
    return number(what, value, SAY["expected.nonnegative"], 0, math.inf, open_low=False, open_high=False)


def between_0_and_1(what: str, value: Any) -> float:
    """A number in (0, 1).

    >>> between_0_and_1("coverage", 0.9)
    0.9
    """
    return number(what, value, SAY["expected.between"], 0, 1, open_low=True, open_high=True)


def finite(what: str, value: Any) -> float:
    """A finite number.

    >>> finite("slope", -0.5)
    -0.5
    """
    return number(what, value, SAY["expected.finite"], -math.inf, math.inf, open_low=False, open_high=False)


def fraction(what: str, value: Any) -> float:
    """A number in [0, 1).

    >>> fraction("beta1", 0.9)
    0.9
    """
    return number(what, value, SAY["expected.fraction"], 0, 1, open_low=False, open_high=True)


def share(what: str, value: Any) -> float:
    """A number in (0, 1].

    >>> share("keep_prob", 1)
    1.0
    """
    return number(what, value, SAY["expected.share"], 0, 1, open_low=True, open_high=False)


def count(what: str, value: Any, least: int = 1) -> int:
    """A whole number, ``least`` or above; 3.0 is not one, nor is True.

    >>> count("batch_size", 0)
    Traceback (most recent call last):
        ...
    ValueError: batch_size=0 must be a whole number, 1 or above
    """
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(must(what, value, SAY["expected.count"].filled(least=least)))
    if value.__index__() < least:
        raise ValueError(must(what, value, SAY["expected.count"].filled(least=least)))
    return int(value)
