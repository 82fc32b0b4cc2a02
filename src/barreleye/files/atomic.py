"""Writing a file so that its name always leads to a whole file: the old one or the new one."""

import os
import secrets
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO

from ..nn.validation import SAY
from ..words import NOTHING, Text, reason


def write_atomically(path: str | Path, data: bytes) -> None:
    """Write ``data`` to a temporary file beside ``path``, flush it to the disk, and rename it over ``path``.

    A crash, a full disk or SIGKILL at any moment leaves the old file, or the new one, whole. Raises OSError that names
    the path; the temporary file is removed then.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder) / "a", b"whole")
    ...     (Path(folder) / "a").read_bytes()
    b'whole'
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else None
        try:
            _write(temporary, data, mode, nameless=True)
        except (AttributeError, OSError):  # it has no such files, or cannot name them; a full disk says so again
            _write(temporary, data, mode, nameless=False)
        os.replace(temporary, path)
        _flush_folder(path.parent)
    except OSError as error:
        raise type(error)(error.errno, _unwritten(path, error), str(path)) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def reserve(folder: Path, size: int) -> BinaryIO:
    """Room of ``size`` bytes in the folder, held until what is returned is closed, or the process ends in any way.

    Raises OSError, in words, where there is less.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     reserve(Path(folder), 1000).close()
    """
    with ExitStack() as closed_on_failure:
        try:
            room = closed_on_failure.enter_context(tempfile.TemporaryFile(dir=folder))
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(room.fileno(), 0, size)
            else:
                room.write(bytes(size))
                room.flush()
        except OSError as error:
            raise type(error)(
                error.errno, SAY["file.no_room"].filled(size=size, why=reason(error)), str(folder)
            ) from error
        closed_on_failure.pop_all()
    return room


def _write(temporary: Path, data: bytes, mode: int | None, *, nameless: bool) -> None:
    """Write a file, give it the mode (None: the usual one of a new file) and flush it to the disk.

    nameless: it gets its name when it is whole, so that nothing stays of it when the process is killed before.
    """
    created = os.O_TMPFILE if nameless else os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(temporary.parent if nameless else temporary, created | os.O_WRONLY, 0o666)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
        if mode is not None:
            os.chmod(handle if nameless else temporary, mode)
        if nameless:
            os.link(f"/proc/self/fd/{handle}", temporary, src_dir_fd=handle)  # so that the link is followed


def _unwritten(path: Path, error: OSError) -> Text:
    """Why nothing was written there, and what there is to say of the place."""
    why, left = reason(error), NOTHING
    if not path.parent.is_dir():
        left = SAY["file.no_folder"].filled(folder=str(path.parent))
    elif path.exists():
        left = SAY["file.kept"]
    return SAY["file.unwritten"].filled(why=why, left=left)


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system lets a folder be flushed."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
