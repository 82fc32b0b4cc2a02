"""A run's files: no run takes another's place, and a full disk is told before the work rather than after it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..files.atomic import reserve
from ..nn.structure import Network
from ..words import catalogue, reason
from .model import Model

SAY = catalogue("results")

PICTURES = ("cost.png", "boundary.png", "effects.png", "reliability.png", "trials.png")
REPORTS = ("report.html", "report.md", "report.json")
FILES = ("model.safetensors", "diverged.safetensors", "run.json", *REPORTS, *PICTURES)
"""What a run leaves."""

RESULTS = Path("barreleye-results")
"""The folder of all that runs leave, where none is named."""

ROOM = 2**20
"""Bytes that the pictures and the model's description take, at most."""


def new_folder(wanted: Path) -> Path:
    """A folder made anew: ``wanted``, or wanted-2, wanted-3, ... where there is one."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    for folder in numbered(wanted):
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise AssertionError("numbers do not end")


def numbered(wanted: Path) -> Iterator[Path]:
    """wanted, wanted-2, wanted-3, ...

    >>> names = numbered(Path("wine"))
    >>> str(next(names)), str(next(names))
    ('wine', 'wine-2')
    """
    yield wanted
    yield from (wanted.with_name(f"{wanted.name}-{k}") for k in count(2))


@contextmanager
def results_folder(out: Path | None, data: str) -> Iterator[Path]:
    """The folder of a run's files, made before an hour of training and not after it; OSError in words where it cannot.

    Without --out each run has a folder of its own. One that was made and has stayed empty is removed.
    """
    folder = out or RESULTS / Path(data).name
    made = out is None or not out.exists()
    try:
        if out is None:
            folder = new_folder(folder)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(SAY["error.no_folder"].filled(folder=repr(str(folder)), why=reason(error))) from None
    if not os.access(folder, os.W_OK):
        raise OSError(SAY["error.unwritable"].filled(folder=repr(str(folder))))
    try:
        yield folder
    finally:
        with suppress(OSError):  # it stays where it holds something
            if made:
                folder.rmdir()


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """The folder for one run alone: others that are to leave their files there wait until this one has left its own.

    A process that ends in any way holds nothing any more. On Windows nobody waits.
    """
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        with suppress(OSError):  # of a network's disk that knows no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def room_for(network: Network, members: int, dtype: Any, folder: Path) -> BinaryIO:
    """Room for a run's files in the folder, held until it is closed; OSError that says what to do where it lacks."""
    weights = sum(units * (inputs + 4) for inputs, units in zip(network.n, network.n[1:], strict=False))
    try:
        return reserve(folder, members * weights * np.dtype(dtype).itemsize + ROOM)
    except OSError as error:
        raise OSError(SAY["error.no_room"].filled(error=error)) from None


def set_aside(folder: Path) -> Path | None:
    """The earlier run's files in the folder, moved into one of their own inside it; None where there are none."""
    there = [folder / name for name in FILES if (folder / name).exists()]
    if not there:
        return None
    earlier = new_folder(folder / "earlier")
    for file in there:
        file.rename(earlier / file.name)
    return earlier


def keep(model: Model, folder: Path, name: str) -> tuple[Path, str]:
    """Save the model in the folder; where that fails, in the temporary folder or at home. Where it is, and what failed.

    Raises OSError where it cannot be saved anywhere.
    """
    try:
        model.save(folder / name)
        return folder, ""
    except OSError as error:
        for other in (tempfile.gettempdir(), os.path.expanduser("~")):
            with suppress(OSError):
                instead = new_folder(Path(other) / f"barreleye-{folder.name}")
                try:
                    model.save(instead / name)
                except OSError:
                    instead.rmdir()
                    raise
                return instead, f"{error}; the model is in {str(instead)!r} instead"
        raise OSError(SAY["error.lost"].filled(error=error, gettempdir=tempfile.gettempdir())) from error
