"""Trees of arrays as plain JSON and back: what travels between the tutor and the process that runs a learner's code.

JSON and the arrays' bytes, never pickle: reading a message runs nothing, whoever wrote it. Every array arrives
writeable, with its dtype and in its memory order: C, Fortran, or strided, where it is a slice of a larger one.

A message is one JSON document after its length in 8 bytes.
"""

import binascii
import json
import reprlib
from collections.abc import Callable, Mapping
from typing import IO, Any

import numpy as np

from ...words import catalogue
from .answers import Held, Named, Opaque
from .records import Record, fields_of

NUMBERS = "biufc"
"""The kinds of arrays that travel: booleans, whole numbers, floats and complex numbers."""
DEEPEST = 50
MOST_PARTS = 200_000
MOST_BYTES = 32 << 20
LONGEST_MESSAGE = 4 * MOST_BYTES
MOST_SIGNS = 20 * MOST_PARTS
"""Brackets and commas of a message, each of which may become an object here."""
LONGEST_TEXT = 2000
"""Characters of whatever is said."""


MALFORMED = (AttributeError, KeyError, IndexError, TypeError, ValueError, OverflowError, RecursionError)
"""What reading a message raises that says something else than it should."""


class WireError(ValueError):
    """A tree too large to travel, or a message that does not say what a message can say."""


class TooLarge(WireError):
    """A tree of more parts or bytes than travel."""

    def __init__(self) -> None:
        parts, size = f"{MOST_PARTS:,}", f"{MOST_BYTES >> 20} MiB"
        self.text = catalogue("tutor_running")["ended.large"].filled(parts=parts, size=size)
        super().__init__(self.text.en)


def pack(tree: Any, met: Callable[[Any], int] = lambda value: 0) -> Any:
    """The tree in JSON's own types. Whatever has no place in it becomes ``Opaque``.

    met    called with every object that is packed by its fields, or as Opaque: its number

    Raises TooLarge for a tree of more than 200,000 parts or 32 MiB.

    >>> pack({"b1": (1, None)})
    {'dict': [['b1', {'tuple': [1, None]}]]}
    """
    parts, size = MOST_PARTS, MOST_BYTES

    def spend(length: int) -> None:
        nonlocal parts, size
        parts, size = parts - 1, size - length
        if parts < 0 or size < 0:
            raise TooLarge

    def packed(value: Any, depth: int) -> Any:
        if value is None or value is True or value is False:
            return value
        if isinstance(value, str):
            spend(len(value))
            return str(value)
        if isinstance(value, np.generic) and value.dtype.kind in NUMBERS:
            value = np.asarray(value)
        if isinstance(value, np.ndarray):
            if value.dtype.kind in NUMBERS:
                spend(value.nbytes)
                return {"array": _array(np.asarray(value))}
            if value.dtype.hasobject and value.ndim == 1:
                value = list(value)
        spend(8)
        if isinstance(value, Held):
            return {"held": [value.call, list(value.path)]}
        if isinstance(value, Named):
            return {"named": value.name}
        if isinstance(value, Opaque):
            return {"opaque": [value.type, value.text, value.number]}
        if isinstance(value, Record):
            return {"record": [value.kind, packed(dict(value), depth)]}
        if (parts_of := fields_of(value)) is not None and depth < DEEPEST:
            met(value)
            return {"record": [type(value).__name__[:LONGEST_TEXT], packed(parts_of, depth)]}
        if isinstance(value, dict) and depth < DEEPEST:
            return {"dict": [[key_of(key, depth), packed(part, depth + 1)] for key, part in value.items()]}
        if isinstance(value, (list, tuple)) and depth < DEEPEST:
            return {"list" if isinstance(value, list) else "tuple": [packed(part, depth + 1) for part in value]}
        if isinstance(value, int) and value.bit_length() <= 1024:
            return int(value)
        if isinstance(value, float):
            return float(value)
        if isinstance(value, complex):
            return {"complex": [value.real, value.imag]}
        return {"opaque": [type(value).__name__, short(value), met(value)]}

    def key_of(key: Any, depth: int) -> Any:
        return packed(key.item() if isinstance(key, np.generic) else key, depth + 1)

    return packed(tree, 0)


def unpack(
    plain: Any,
    held: Callable[[Held | Named | Opaque], Any] = lambda value: value,
    record: Callable[[str, Mapping[str, Any]], Any] = Record,
) -> Any:
    """The tree that was packed, made anew at every call; ``held`` says what stands in the place of a ``Held``,
    a ``Named`` or an ``Opaque``, and ``record`` makes an object of its class's name and its fields.

    Raises WireError for anything that ``pack`` does not write.

    >>> unpack({"dict": [["b1", {"tuple": [1, None]}]]})
    {'b1': (1, None)}
    """

    def tree(plain: Any) -> Any:
        if not isinstance(plain, dict):
            if isinstance(plain, list):
                raise WireError("a list stands where a value is expected")
            return plain
        ((kind, content),) = plain.items()
        if kind == "array":
            return _from_bytes(*content)
        if kind == "dict":
            return {tree(key): tree(part) for key, part in content}
        if kind == "held":
            return held(Held(int(content[0]), tuple(content[1])))
        if kind == "named":
            return held(Named(str(content)))
        if kind == "record":
            return record(clipped(content[0]), tree(content[1]))
        if kind == "opaque":
            return held(Opaque(clipped(content[0]), clipped(content[1]), int(content[2])))
        if kind == "complex":
            return complex(*content)
        return {"list": list, "tuple": tuple}[kind](tree(part) for part in content)

    try:
        return tree(plain)
    except MALFORMED as error:
        raise error if isinstance(error, WireError) else WireError(f"a message is malformed: {error}") from None


def clipped(text: Any) -> str:
    """What the other side says, of a length that can be shown."""
    return str(text)[:LONGEST_TEXT]


def short(value: Any) -> str:
    """A short repr that never fails, of at most 200 characters."""
    try:
        return reprlib.repr(value)[:200]
    except Exception as error:
        return f"<its repr raises {type(error).__name__}>"


def send(stream: IO[bytes], message: Mapping[str, Any]) -> None:
    """Write one message."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    stream.write(len(body).to_bytes(8, "big") + body)
    stream.flush()


def receive(stream: IO[bytes]) -> dict[str, Any]:
    """Read one message; EOFError where the stream ends, WireError for what is none."""
    length = int.from_bytes(_exactly(stream, 8), "big")
    if length > LONGEST_MESSAGE:
        raise WireError(f"a message says that it has {length:,} bytes")
    body = _exactly(stream, length)
    if sum(map(body.count, b"[{,")) > MOST_SIGNS:
        raise WireError(f"a message has more than {MOST_SIGNS:,} parts")
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WireError(f"a message is malformed: {error}") from None
    if not isinstance(message, dict):
        raise WireError("a message is malformed: it has no names")
    return message


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if data is None or len(data) < length:
        raise EOFError("the other side has gone")
    return data


def _array(array: np.ndarray) -> list[Any]:
    order = "C" if array.flags.c_contiguous else "F" if array.flags.f_contiguous else "strided"
    data = array.tobytes("F" if order == "F" else "C")
    return [array.dtype.str, list(array.shape), order, binascii.b2a_base64(data, newline=False).decode("ascii")]


def _from_bytes(dtype: str, shape: list[int], order: str, text: str) -> np.ndarray:
    kind = np.dtype(str(dtype))
    if kind.kind not in NUMBERS:
        raise WireError(f"an array of {kind} does not travel")
    if not all(type(n) is int and n >= 0 for n in shape):
        raise WireError(f"{shape} is no shape")
    flat = np.frombuffer(binascii.a2b_base64(text), kind)
    if order == "strided":
        return np.repeat(flat.reshape(shape), 2, axis=-1)[..., ::2]
    layout = {"C": "C", "F": "F"}[order]
    return np.array(flat.reshape(shape, order=layout), order=layout, copy=True)  # type: ignore[call-overload]
