"""How a command ends: what each exit status means, and Ctrl-C before there is anything to put away.

Exit statuses mean the same in every command: 0 done; 1 and 2 what it found (``check``: wrong, not judged; ``train``: 1,
it diverged); 3 a file or an option cannot be used; 4 the program itself is at fault; 130 ended by Ctrl-C; 141 whoever
read the output has gone.
"""

import os
import sys
from contextlib import suppress
from types import FrameType

MISUSED, FAULT = 3, 4
INTERRUPTED, PIPE_CLOSED = 130, 141  # by the shells' convention: 128 and the signal's number


_line = [b"\ninterrupted\n"]
"""What ``leave`` writes: bytes, for in a signal's handler nothing may be read."""


def say_interrupted(text: str) -> None:
    """Let Ctrl-C end a command with these words."""
    _line[:] = [f"\n{text}\n".encode()]


def leave(number: int, frame: FrameType | None) -> None:
    """End at once, in one line: an exception would come out of whatever import it met as another one.

    It is in force while nothing is at work that must be put away; see ``console.interruptible``.
    """
    with suppress(OSError, RuntimeError, ValueError):  # it may have come in the middle of a line, or on a closed screen
        sys.stdout.flush()
    with suppress(OSError):
        os.write(2, _line[0])
    os._exit(128 + number)
