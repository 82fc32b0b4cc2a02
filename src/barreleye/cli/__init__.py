"""The command line: the door. It imports nothing that takes time, so that Ctrl-C is answered from the first moment.

Exit statuses mean the same in every command: 0 done; 1 and 2 what it found (``check``: wrong, not judged; ``train``: 1,
it diverged); 3 a file or an option cannot be used; 4 the program itself is at fault; 130 ended by Ctrl-C; 141 whoever
read the output has gone.
"""

import os
import signal
import sys
import traceback
from contextlib import suppress
from types import FrameType

MISUSED, FAULT = 3, 4
INTERRUPTED, PIPE_CLOSED = 130, 141  # by the shells' convention: 128 and the signal's number


def leave(number: int, frame: FrameType | None) -> None:
    """End at once, in one line: an exception would come out of whatever import it met as another one.

    It is in force while nothing is at work that must be put away; see ``console.interruptible``.
    """
    with suppress(OSError, RuntimeError, ValueError):  # it may have come in the middle of a line, or on a closed screen
        sys.stdout.flush()
    with suppress(OSError):
        os.write(2, b"\ninterrupted\n")
    os._exit(128 + number)


def main() -> None:
    """The entry point of the ``barreleye`` command."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where the shell ignores Ctrl-C
        signal.signal(signal.SIGINT, leave)
    for stream in (sys.stdout, sys.stderr):  # a character that the screen lacks is shown as "?" and stops nothing
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    from .commands import app

    try:
        app()
    except Exception:
        traceback.print_exc()
        sys.exit(FAULT)
    finally:
        if signal.getsignal(signal.SIGINT) is leave:  # all is done, and the interpreter's own end takes a while
            signal.signal(signal.SIGINT, signal.SIG_IGN)
