"""The command line: the door. It imports nothing that takes time, so that Ctrl-C is answered from the first moment."""

import signal
import sys
import traceback

from .endings import FAULT, leave


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
