"""Watching a learner's code run: what it prints and warns of, kept from the terminal, and what an exception says."""

import io
import linecache
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any, Self

import numpy as np

from ...words import Text, catalogue
from .answers import Trouble
from .wire import LONGEST_TEXT, TooLarge

SAID = catalogue("tutor_running")
Absent = Callable[[str], Text | None]
Place = Callable[[str, int], str | None]
"""(file, line) -> where that is, in words; None outside the learner's own code."""

OUTPUT = 1 << 20
"""Bytes that one call may print."""
MOST_WARNINGS = 20
MOST_CALLS = 20
MOST_FRAMES = 1000


class Flood(BaseException):
    """More was printed than a call may print. No Exception, so that ``except Exception`` does not stop it."""

    def __init__(self, most: int) -> None:
        self.text = SAID["ended.flood"].filled(most=most)
        super().__init__(self.text.en)


class Forbidden(PermissionError):
    """Something that the isolation of a learner's code refuses."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


class Numberless(TypeError):
    """What stands in for a module that is not there is computed with."""

    def __init__(self, what: str) -> None:
        self.text = SAID["ended.numberless"].filled(what=what)
        super().__init__(self.text.en)


class Lost(LookupError):
    """The result of an earlier call is asked for, and is not there."""


class Printed(io.RawIOBase):
    """Where standard output and standard error go: the beginning is kept, and too much raises Flood."""

    def __init__(self, most: int) -> None:
        self.most, self.count, self.kept = most, 0, bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        size = len(data)
        self.kept += bytes(data[: max(0, 4 * LONGEST_TEXT - len(self.kept))])
        self.count += size
        if self.flooded:
            raise Flood(self.most)
        return size

    @property
    def flooded(self) -> bool:
        return self.count > self.most

    @property
    def text(self) -> str:
        return self.kept.decode("utf-8", "replace")[:LONGEST_TEXT]


class Observed:
    """A context in which nothing reaches the terminal: prints and warnings are collected, the keyboard is silent."""

    def __init__(self, output: int = OUTPUT) -> None:
        self.printed = Printed(output)

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        text = io.TextIOWrapper(self.printed, "utf-8", "replace", write_through=True)  # type: ignore[type-var]
        self._text = text
        self._stack.enter_context(redirect_stdout(text))
        self._stack.enter_context(redirect_stderr(text))
        self._stack.callback(setattr, sys, "stdin", sys.stdin)
        sys.stdin = io.StringIO()
        self._caught = self._stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always")
        self._stack.enter_context(np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"))
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.close()

    def warnings(self, place: Place) -> tuple[str, ...]:
        """The warnings, each once, with the line of the learner's code that gave rise to it."""
        said: dict[str, None] = {}
        for caught in self._caught or ():
            where = place(caught.filename, caught.lineno)
            text = f"{caught.category.__name__}: {str(caught.message)[:500]}"
            said[f"{text} ({where})" if where else text] = None
        return tuple(said)[:MOST_WARNINGS]


def trouble_of(error: BaseException, place: Place, absent: Absent = lambda name: None) -> Trouble:
    """What an exception says to the learner, with the innermost line of the learner's own code.

    absent    for a name that was not found: why that is no mistake of the code that looks for it, None where it is
    """
    kind = next((kind for cause, kind in KINDS.items() if isinstance(error, cause)), "exception")
    said = error.text if isinstance(error, Flood | Forbidden | TooLarge | Numberless) else None
    if isinstance(error, FileNotFoundError):
        said = SAID["absent.file"].filled(file=Path(str(error.filename)).name)
    elif isinstance(error, NameError) and not isinstance(error, UnboundLocalError):
        said = absent(error.name or "")
        kind = "absent" if said else kind
    frames = traceback.walk_tb(error.__traceback__)
    message = said.en if said else _message(error)
    return replace(_trouble(kind, type(error).__name__, message, frames, place), chinese=said.zh if said else "")


def trouble_at(frame: FrameType | None, place: Place) -> Trouble:
    """Where the learner's code is at this moment: the beginning of a Trouble of kind "timeout"."""
    return _trouble("timeout", "", "", reversed(list(islice(traceback.walk_stack(frame), MOST_FRAMES))), place)


def _trouble(kind: str, type: str, message: str, frames: Iterable[tuple[FrameType, int]], place: Place) -> Trouble:
    lines = [
        (where, frame.f_code.co_name, linecache.getline(frame.f_code.co_filename, line).strip()[:200])
        for frame, line in frames
        if (where := place(frame.f_code.co_filename, line)) is not None
    ]
    called = [(name, (where, text)) for where, name, text in lines if name != "<module>"][:MOST_CALLS]
    calls, places = tuple(name for name, _ in called), tuple(place for _, place in called)
    return Trouble(kind, type, message, *(lines[-1][::2] if lines else ("", "")), calls, places)


KINDS: dict[type[BaseException], str] = {
    FileNotFoundError: "absent",
    MemoryError: "memory",
    SystemExit: "exit",
    Flood: "output",
    Forbidden: "forbidden",
    Lost: "lost",
    TooLarge: "large",
    Numberless: "stand-in",
}


def _message(error: BaseException) -> str:
    try:
        return str(error.args[0] if isinstance(error, KeyError) and error.args else error)[:1000]
    except Exception as problem:
        return f"<its message raises {type(problem).__name__}>"
