"""What the commands share: the screen, exit statuses, and errors without a traceback."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console


class Screen(Console):
    """A Console that leaves a closed pipe to ``errors_in_one_line``."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


# Names come from users' files, so no text is taken as markup; nothing is wrapped, so that lines can be searched.
say = Screen(highlight=False, markup=False, soft_wrap=True)

PIPE_CLOSED = 141
"""The exit status of a program whose reader has gone, by the shells' convention."""

INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ended, by the shells' convention."""


@contextmanager
def errors_in_one_line(status: int = 2) -> Iterator[None]:
    """What the library says of bad input, without a traceback; BARRELEYE_TRACEBACK=1 shows it."""
    try:
        yield
    except BrokenPipeError:  # whoever reads it has had enough (head, less): the rest goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(PIPE_CLOSED) from None
    except (ValueError, TypeError, OSError, MemoryError) as error:
        if os.environ.get("BARRELEYE_TRACEBACK"):
            raise
        stderr = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        stderr.print("error: ", style="red", end="")
        stderr.print(str(error))
        raise typer.Exit(status) from None
