"""What Python's and NumPy's own messages say, in words of both languages."""

import re

from ...words import Text, catalogue

MESSAGES = {
    "not_aligned": r"shapes \((.*?)\) and \((.*?)\) not aligned",
    "core": r"mismatch in its core dimension.*size (\d+) is different from (\d+)",
    "broadcast_into": r"could not broadcast input array from shape \((.*?)\) into shape \((.*?)\)",
    "broadcast": r"could not be broadcast together with (?:remapped )?shapes.*? ?\((.*?)\)[^(]*\((.*?)\)",
    "reshape": r"cannot reshape array of size (\d+) into shape \((.*?)\)",
    "truth": r"truth value of an array with more than one element",
    "scalar": r"only (?:length-1|size-1|0-dimensional) arrays can be converted",
    "integer_index": r"(?:arrays used as indices must be of integer|only integers, slices)",
    "out_of_bounds": r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
    "axis": r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
    "too_many_indices": r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed",
    "list_index": r"^(\w+) (?:assignment )?index out of range",
    "not_defined": r"name '(\w+)' is not defined",
    "unset": r"variable '(\w+)' (?:referenced before|where it is not)",
    "unexpected": r"([\w.]+)\(\) got an unexpected keyword argument '(\w+)'",
    "missing": r"([\w.]+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.+)",
    "too_many": r"([\w.]+)\(\) takes (?:from \d+ to )?(\d+) positional arguments? but (\d+)",
    "operands": r"unsupported operand type\(s\) for (\S+?):? '(\w+)' and '(\w+)'",
    "subscript": r"'(\w+)' object (?:is not subscriptable|does not support item)",
    "callable": r"'([\w.]+)' object is not callable",
    "no_member": r"module '([\w.]+)' has no attribute '(\w+)'",
    "no_attribute": r"'([\w.]+)' object has no attribute '(\w+)'",
    "unpack_more": r"too many values to unpack \(expected (\d+)",
    "unpack_fewer": r"not enough values to unpack \(expected (\d+), got (\d+)",
    "iterate": r"(?:cannot unpack non-iterable (\w+)|'(\w+)' object is not iterable)",
    "zero": r"division by zero|float modulo",
    "range": r"math range error|Numerical result out of range|int too large to convert",
    "domain": r"math domain error|expected a (?:non-negative|positive) input",
    "recursion": r"maximum recursion depth",
}
"""What the message looks like, by the key of its words; its groups are filled in, in this order."""


def error_in_words(type: str, message: str) -> Text:
    """The message of an error in words; one that is of no known form, such as a learner's own, as it stands.

    >>> error_in_words("ValueError", "shapes (4,7) and (5,4) not aligned: 7 (dim 1) != 5 (dim 0)").zh
    '形状 (4,7) 与 (5,4) 不能做矩阵乘法'
    >>> error_in_words("KeyError", "W3").en, error_in_words("ValueError", "my own words").zh
    ('there is no key W3', 'my own words')
    """
    if type == "KeyError" or (type == "AssertionError" and not message):
        return _words(type.removesuffix("Error").lower(), message)
    for key, pattern in MESSAGES.items():
        if found := re.search(pattern, message):
            return _words(key, *(part for part in found.groups() if part is not None))
    return Text(message, message)


def told(type: str, message: str) -> Text:
    """An error by its type and its message in words, as Python would print it.

    >>> told("ZeroDivisionError", "division by zero").zh, told("NotImplementedError", "").en
    ('ZeroDivisionError：除以零', 'NotImplementedError')
    """
    words = error_in_words(type, message.strip())
    return catalogue("tutor_errors")["error"].filled(type=type, message=words) if words.en else Text(type, type)


def _words(key: str, *parts: str) -> Text:
    text = catalogue("tutor_errors")[f"message.{key}"]
    return Text(text.en.format(*parts), text.zh.format(*parts))
