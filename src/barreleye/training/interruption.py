"""Ctrl-C, heard between steps.

An exception may arrive on any line, also between the two halves of an update or inside a library's own bookkeeping, and
one that arrives inside a garbage collection is lost. So while a run is at work SIGINT only sets a flag, which engines
look at between steps; the state is whole then. A second Ctrl-C raises KeyboardInterrupt at once. A fit that does more
than run steps listens from its beginning to its end, and the runs within it share its flag.
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


class _Ear:
    """A handler of SIGINT that remembers."""

    def __init__(self) -> None:
        self.heard = self.told = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.heard:
            signal.default_int_handler(number, frame)
        self.heard = True

    def interrupted(self) -> bool:
        self.told = self.told or self.heard
        return self.heard


@contextmanager
def listening(last_word: bool = False) -> Iterator[Interrupted]:
    """A function that says whether Ctrl-C was pressed since; the usual handling comes back at the end.

    Ask once more after the end, for what came with it; with ``last_word`` a Ctrl-C that nobody asked for raises
    KeyboardInterrupt there. Only where Python's own handling is in force: in another thread than the main one, or where
    the user's program has a handler of its own for SIGINT, everything stays as it is.

    >>> with listening() as interrupted:
    ...     interrupted()
    False
    """
    main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT)
    if main and isinstance(handler, _Ear):
        yield handler.interrupted
        return
    if not main or handler is not signal.default_int_handler:
        yield never
        return
    ear = _Ear()
    signal.signal(signal.SIGINT, ear)
    try:
        yield ear.interrupted
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if last_word and ear.heard and not ear.told:
        raise KeyboardInterrupt
