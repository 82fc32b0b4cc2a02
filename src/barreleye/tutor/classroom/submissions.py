"""The files that a class hands in: found in a folder, with what is not theirs left out, and compared as texts."""

import re
from collections.abc import Iterator
from pathlib import Path

from ...words import catalogue
from ..running.reading import read
from ..running.standins import COURSE, EXERCISES

SAY = catalogue("tutor_errors")

SUFFIXES = (".py", ".ipynb")

LEFT_OUT = {"__pycache__", "__MACOSX", "node_modules", "site-packages"}
"""Folders that programs make; hidden ones and virtual environments are left out too."""


GIVEN = re.compile(rf"(?:{'|'.join(EXERCISES)})s?(?:_?v?\d+\w*)?")
"""The names of modules that only the course's authors write, in their editions."""


def given(file: Path) -> bool:
    """Whether a file is one that the course hands out beside its exercises, and no learner's.

    >>> [given(Path(name)) for name in ("planar_utils.py", "testCases_v4a.py", "homework.py", "outputs_of_lee.py")]
    [True, True, False, False]
    """
    return file.suffix == ".py" and (file.stem in COURSE or GIVEN.fullmatch(file.stem) is not None)


def files_in(folder: Path) -> list[Path]:
    """The scripts and notebooks of a folder and of the folders in it, which may be links.

    What has such a name and is no file, and a folder that cannot be opened, is among them: a check says why. Raises
    ValueError where there is none, and for what is not a folder.
    """
    if not folder.is_dir():
        raise ValueError(SAY["raised.no_folder"].filled(folder=str(folder)))
    files = sorted(found(folder, frozenset()))
    if not files:
        raise ValueError(SAY["raised.no_submissions"].filled(folder=str(folder)))
    return files


def found(folder: Path, above: frozenset[Path]) -> Iterator[Path]:
    """The files below a folder; ``above`` are the folders on the way to it, which a link may lead back to."""
    home = folder.resolve()
    if home in above:
        return
    try:
        entries = list(folder.iterdir())
    except OSError:
        yield folder
        return
    for path in entries:
        if path.name.startswith(".") or path.name in LEFT_OUT or (path / "pyvenv.cfg").is_file():
            continue
        inside = list(found(path, above | {home})) if path.is_dir() else []
        yield from inside or ([path] if path.suffix.lower() in SUFFIXES else [])


def text_of(file: Path) -> str:
    """A file's code without empty lines, the same in a script and in a notebook; "" where it cannot be read."""
    try:
        lines = (line.rstrip() for cell in read(file) for line in cell.text.split("\n"))
        return "\n".join(line for line in lines if line)
    except (OSError, ValueError):
        return ""
