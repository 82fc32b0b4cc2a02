"""Writing a file so that its name always leads to a whole file: the old one or the new one."""

import os
import tempfile
from pathlib import Path


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
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _usual_mode(path))
        os.replace(temporary, path)
        temporary = None
        _flush_folder(path.parent)
    except OSError as error:
        raise type(error)(error.errno, f"could not write ({error.strerror}){_left(path)}", str(path)) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def _left(path: Path) -> str:
    """What there is to say of the place where nothing was written."""
    if not path.parent.is_dir():
        return f"; there is no folder {str(path.parent)!r}"
    return "; what was there before is kept" if path.exists() else ""


def _usual_mode(path: Path) -> int:
    """The mode of the file that is replaced, or the one that a new file would get."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


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
