"""Named arrays and a JSON description in one safetensors file, with a checksum over both.

safetensors holds numbers and nothing that could be run, and its parser (in Rust, fuzzed) refuses overlapping, missing
or overlong parts. The description is one JSON string in its header, under the key "barreleye".
"""

import hashlib
import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ..nn.validation import SAY
from .atomic import write_atomically
from .form import depth, misfit

FORMAT = 1
"""Grows when an older reader could misread a newer file."""

LONGEST_HEADER, DEEPEST = 2**25, 50
"""Bytes of a file's header, in which the description stands, and how deep its lists and objects may lie in each other.

Both are more than any network needs, and bound the memory and the recursion that a forged file can cause.
"""


CAUSED = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, StopIteration, TypeError),
    ValueError,
)
"""What content that is not as it was written makes of the code that reads it."""


class FileError(ValueError):
    """A file that is damaged, of another kind, or from a newer version; the message says which and what to do."""


@contextmanager
def whole(path: str | Path, kind: str) -> Iterator[None]:
    """Where something is made of a file's content: whatever error that is cause of is a FileError that names the file.

    >>> with whole("run.json", "record"):
    ...     {}["score"]
    Traceback (most recent call last):
    ...
    barreleye.files.tensors.FileError: run.json is not a whole record (KeyError: 'score'): restore it from a copy
    """
    try:
        yield
    except CAUSED as error:
        if isinstance(error, FileError) and str(path) in str(error):
            raise
        said = error if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
        raise not_whole(path, kind, said) from None


def not_whole(path: str | Path, kind: str, why: object) -> FileError:
    """The error of a file that lacks a part of such a thing."""
    return FileError(SAY["file.not_whole"].filled(path=path, kind=kind, said=why))


def damaged(path: str | Path, why: object) -> FileError:
    """The error of a file whose description is not of the form that it must have."""
    return FileError(SAY["file.damaged"].filled(path=path, wrong=why))


def write_tensors(
    path: str | Path, kind: str, arrays: Mapping[str, np.ndarray], description: Mapping[str, Any]
) -> None:
    """Write the arrays and the description atomically. ``kind`` says what the file is, such as "model".

    Raises TypeError for arrays of anything but booleans and numbers of at most 64 bits, ValueError for a description
    that is too long or too deep to be read back, OSError where the file cannot be written.
    """
    from safetensors.numpy import save

    tensors = {name: _storable(name, array) for name, array in arrays.items()}
    body = json.dumps({"format": FORMAT, "kind": kind, **description}, allow_nan=False, sort_keys=True)
    data = save(tensors, {"barreleye": body, "sha256": _checksum(body, tensors)})
    length, deep = _header_length(data), depth(json.loads(body))
    if length > LONGEST_HEADER or deep > DEEPEST:
        raise ValueError(
            SAY["file.long_header"].filled(
                kind=kind, length=length, deep=deep, LONGEST_HEADER=LONGEST_HEADER, DEEPEST=DEEPEST
            )
        )
    write_atomically(path, data)


def read_tensors(path: str | Path, kind: str, form: Any = None) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays and the description of a file of that kind; the description has the form that ``misfit`` takes.

    Raises FileNotFoundError, or FileError for a file that is not whole, not ours, or newer than this version.
    """
    from safetensors import SafetensorError, safe_open

    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(SAY["file.none"].filled(path=str(path)))
    with path.open("rb") as start:
        length, first = _header_length(start.read(8)), start.read(1)
        if first not in (b"{", b""):
            raise FileError(SAY["file.no_safetensors"].filled(path=path, kind=kind))
        if length > LONGEST_HEADER:
            raise FileError(SAY["file.long"].filled(path=path, length=length))
    try:
        with safe_open(path, framework="numpy") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
            tensors = {name: _storable(name, tensor) for name, tensor in tensors.items()}
    except (SafetensorError, OSError, ValueError, TypeError, OverflowError, AttributeError) as error:
        raise FileError(SAY["file.torn"].filled(path=path, error=error)) from None
    body = header.get("barreleye")
    if body is None:
        raise FileError(SAY["file.foreign"].filled(path=path))
    try:
        description = json.loads(body, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise damaged(path, error) from None
    if depth(description) > DEEPEST or misfit(description, {"format": int}):
        raise FileError(SAY["file.odd"].filled(path=path))
    if description["format"] > FORMAT:
        raise FileError(SAY["file.newer"].filled(path=path, description=description["format"], FORMAT=FORMAT))
    if header.get("sha256") != _checksum(body, tensors):
        raise FileError(SAY["file.checksum"].filled(path=path))
    if description.get("kind") != kind:
        raise FileError(SAY["file.other_kind"].filled(path=path, found=str(description.get("kind"))[:40], kind=kind))
    if wrong := misfit(description, form or {}):
        raise damaged(path, wrong)
    return tensors, description


def warn_of_non_finite(path: str | Path, tensors: Mapping[str, np.ndarray]) -> None:
    """Warn where an array that is to be computed with holds NaN or infinity."""
    bad = [name for name, array in tensors.items() if array.dtype.kind == "f" and not np.isfinite(array).all()]
    if bad:
        warnings.warn(
            f"{path} has NaN or infinity in {', '.join(bad)}: its predictions will be of no use", stacklevel=3
        )


def _header_length(data: bytes) -> int:
    """What a safetensors file begins with."""
    return int.from_bytes(data[:8], "little")


def _storable(name: str, array: Any) -> np.ndarray:
    """The array in the file's layout: C order, least byte first."""
    values = np.asarray(array, order="C")
    if values.dtype.kind not in "biuf" or values.dtype.itemsize > 8:
        raise TypeError(SAY["file.large_numbers"].filled(name=name, values=values))
    return values.astype(values.dtype.newbyteorder("<"), copy=False)


def _checksum(body: str, tensors: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256(body.encode())
    for name in sorted(tensors):
        array = tensors[name]
        digest.update(f"{name}:{array.dtype.str}:{array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(SAY["file.twice"])
    return dict(pairs)
