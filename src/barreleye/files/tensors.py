"""Named arrays and a JSON description in one safetensors file, with a checksum over both.

safetensors holds numbers and nothing that could be run, and its parser (in Rust, fuzzed) refuses overlapping, missing
or overlong parts. The description is one JSON string in its header, under the key "barreleye".
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .atomic import write_atomically

FORMAT = 1
"""Grows when an older reader could misread a newer file."""


class FileError(ValueError):
    """A file that is damaged, of another kind, or from a newer version; the message says which and what to do."""


def write_tensors(
    path: str | Path, kind: str, arrays: Mapping[str, np.ndarray], description: Mapping[str, Any]
) -> None:
    """Write the arrays and the description atomically. ``kind`` says what the file is, such as "model".

    Raises TypeError for arrays of anything but booleans and numbers of at most 64 bits, OSError where the file cannot
    be written.
    """
    from safetensors.numpy import save

    tensors = {name: _storable(name, array) for name, array in arrays.items()}
    body = json.dumps({"format": FORMAT, "kind": kind, **description}, allow_nan=False, sort_keys=True)
    write_atomically(path, save(tensors, {"barreleye": body, "sha256": _checksum(body, tensors)}))


def read_tensors(path: str | Path, kind: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays and the description of a file of that kind.

    Raises FileNotFoundError, or FileError for a file that is not whole, not ours, or newer than this version.
    """
    from safetensors import SafetensorError, safe_open

    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {str(path)!r}")
    try:
        with safe_open(path, framework="numpy") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    except (SafetensorError, OSError, ValueError, TypeError, OverflowError, AttributeError) as error:
        raise FileError(f"{path} is not a whole safetensors file ({error}): restore it from a copy") from None
    body = header.get("barreleye")
    if body is None:
        raise FileError(f"{path} is a safetensors file, but not one of Barreleye's")
    try:
        description = json.loads(body, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{path} has a damaged description ({error}): restore it from a copy") from None
    if not isinstance(description, dict) or not isinstance(description.get("format"), int):
        raise FileError(f"{path} has a damaged description: restore it from a copy")
    if description["format"] > FORMAT:
        raise FileError(
            f"{path} has format {description['format']}, newer than this version's {FORMAT}: upgrade barreleye"
        )
    if header.get("sha256") != _checksum(body, tensors):
        raise FileError(f"{path} does not match its checksum: it was damaged or edited; restore it from a copy")
    if description.get("kind") != kind:
        held = f"a {description.get('kind')}"
        if "estimator" in description:
            held = f"an estimator, which {description['estimator']}.load reads"
        raise FileError(f"{path} holds {held}, not {'an' if kind == 'estimator' else 'a'} {kind}")
    return tensors, description


def _storable(name: str, array: Any) -> np.ndarray:
    """The array in the file's layout: C order, least byte first."""
    values = np.asarray(array, order="C")
    if values.dtype.kind not in "biuf" or values.dtype.itemsize > 8:
        raise TypeError(
            f"array {name!r} has dtype {values.dtype}; a file holds booleans and numbers of at most 64 bits"
        )
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
        raise ValueError("a key appears twice")
    return dict(pairs)
