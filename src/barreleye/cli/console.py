"""What the commands share: the screen, Ctrl-C, errors without a traceback, files to write, the language."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from ..words import Text, reason, told
from .endings import MISUSED, PIPE_CLOSED, leave
from .speech import spoken, words


class Screen(Console):
    """A Console that says texts in the language, and leaves a closed pipe to ``errors_in_one_line``."""

    def print(self, *objects: Any, **how: Any) -> None:
        super().print(*(one.said(spoken()) if isinstance(one, Text) else one for one in objects), **how)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


# Names come from users' files, so no text is taken as markup; nothing is wrapped, so that lines can be searched.
say = Screen(highlight=False, markup=False, soft_wrap=True)


def remark(text: Text | str) -> None:
    """Something worth knowing, in a line that does not stand out."""
    say.print(Text("  ", "  ") + (text if isinstance(text, Text) else Text(text, text)), style="dim")


@contextmanager
def interruptible() -> Iterator[None]:
    """Where something is at work that must be put away, Ctrl-C is a KeyboardInterrupt rather than the end at once."""
    quick = signal.getsignal(signal.SIGINT) is leave
    try:
        if quick:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
    finally:
        if quick:
            signal.signal(signal.SIGINT, leave)


@contextmanager
def errors_in_one_line() -> Iterator[None]:
    """What the library says of bad input, and Ctrl-C, without a traceback; BARRELEYE_TRACEBACK=1 shows it."""
    try:
        yield
    except BrokenPipeError:  # whoever reads it has had enough (head, less): the rest goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(PIPE_CLOSED) from None
    except KeyboardInterrupt as interrupt:
        print(words("interrupted").said(spoken()), file=sys.stderr)
        raise typer.Exit(128 + int(next(iter(interrupt.args), signal.SIGINT))) from None
    except (ValueError, TypeError, OSError, MemoryError, ModuleNotFoundError) as error:
        if os.environ.get("BARRELEYE_TRACEBACK"):
            raise
        stderr = Screen(stderr=True, highlight=False, markup=False, soft_wrap=True)
        stderr.print(words("error"), style="red", end="")
        stderr.print(in_words(error))
        raise typer.Exit(MISUSED) from None


def in_words(error: Exception) -> Text:
    """What an error says; of one of the system the file and what is wrong with it, without its number.

    >>> in_words(PermissionError(13, "Permission denied", "runs.jsonl")).zh
    "'runs.jsonl'：没有权限"
    """
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        return words("file", file=repr(str(error.filename)), why=reason(error))
    return told(error)


def output(option: str, path: Path, suffix: str) -> Path:
    """A file that is to be written, refused before the work rather than after it.

    The suffix keeps another file, such as a learner's or a model, from being named here by mistake.
    """
    named = {"option": option, "path": repr(str(path))}
    if path.suffix.lower() != suffix:
        raise ValueError(words("output.suffix", suffix=suffix, **named))
    if not path.parent.is_dir():
        raise ValueError(words("output.no_folder", folder=repr(str(path.parent)), **named))
    if path.is_dir():
        raise ValueError(words("output.folder", **named))
    try:
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise ValueError(words("output.unwritable", why=reason(error), **named)) from None
    return path
