"""Ctrl-C, heard between steps.

An exception may arrive on any line, also between the two halves of an update or inside a library's own bookkeeping, and
one that arrives inside a garbage collection is lost. So while a run is at work SIGINT only sets a flag, which engines
look at between steps; the state is whole then. A second Ctrl-C raises KeyboardInterrupt at once.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Interrupted = Callable[[], bool]


def never() -> bool:
    """No interruption: what an engine asks when nobody listens.

    >>> never()
    False
    """
    return False


@contextmanager
def listening() -> Iterator[Interrupted]:
    """A function that says whether Ctrl-C was pressed since; the usual handling comes back at the end.

    Only where Python's own handling is in force: in another thread than the main one, or where the user's program has a
    handler of its own for SIGINT, everything stays as it is.

    >>> with listening() as interrupted:
    ...     interrupted()
    False
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield never
        return
    heard = False

    def hear(number: int, frame: FrameType | None) -> None:
        nonlocal heard
        if heard:
            signal.default_int_handler(number, frame)
        heard = True

    signal.signal(signal.SIGINT, hear)
    try:
        yield lambda: heard
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
