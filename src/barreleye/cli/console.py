"""What the commands share: the screen, exit statuses, and errors without a traceback."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

# Names come from users' files, so no text is taken as markup; nothing is wrapped, so that lines can be searched.
say = Console(highlight=False, markup=False, soft_wrap=True)

INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ended, by the shells' convention."""


@contextmanager
def errors_in_one_line(status: int = 2) -> Iterator[None]:
    """What the library says of bad input, without a traceback; BARRELEYE_TRACEBACK=1 shows it."""
    try:
        yield
    except (ValueError, TypeError, OSError, MemoryError) as error:
        if os.environ.get("BARRELEYE_TRACEBACK"):
            raise
        stderr = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        stderr.print("error: ", style="red", end="")
        stderr.print(str(error))
        raise typer.Exit(status) from None
