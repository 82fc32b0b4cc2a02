"""Several files checked at the same time, each in a process beside this one: a check computes as much as it waits."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from types import FrameType

from ...words import catalogue
from ..report import Report
from .grading import Check

SAY = catalogue("tutor_errors")

ASKED = 0.05
"""Seconds between two looks at whether a check is to be ended."""
LEAVING = 1.0
"""Seconds that a process has to put away what it made."""


@contextmanager
def checkers(jobs: int, seconds: float) -> Iterator[Check]:
    """A check of one file that as many threads as ``jobs`` may call at the same time; with 1 it is made right here."""
    from ..checking import check_file

    if jobs == 1:
        yield lambda file, stop: check_file(file, seconds=seconds, stop=stop)
        return
    free: SimpleQueue[Checker] = SimpleQueue()
    made = [Checker(seconds) for _ in range(jobs)]
    for checker in made:
        free.put(checker)

    def check(file: Path, stop: threading.Event) -> Report:
        checker = free.get()
        try:
            return checker.check(file, stop)
        finally:
            free.put(checker)

    try:
        yield check
    finally:
        for checker in made:
            checker.end()


class Checker:
    """A process that checks one file after another."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.lock = threading.Lock()
        self.start()

    def start(self) -> None:
        context = get_context("spawn")  # a fork would take the locks of this process's threads along
        self.pipe, there = context.Pipe()
        self.process = context.Process(target=serve, args=(there, self.seconds), daemon=True)
        self.process.start()
        there.close()

    def check(self, file: Path, stop: threading.Event) -> Report:
        """The report on a file; KeyboardInterrupt once ``stop`` is set, and an OSError where the process is gone."""
        if not self.process.is_alive():
            self.start()
        try:
            self.pipe.send(file)
            while not self.pipe.poll(ASKED):
                if stop.is_set():
                    self.end()
                    raise KeyboardInterrupt
            found = self.pipe.recv()
        except (EOFError, OSError) as error:
            if stop.is_set():
                raise KeyboardInterrupt from None
            raise ChildProcessError(SAY["raised.process_ended"]) from error
        if isinstance(found, BaseException):
            raise found
        return found

    def end(self) -> None:
        """End the process as Ctrl-C would, so that it puts away what it has made."""
        with self.lock:
            self.process.terminate()
            self.process.join(LEAVING)
            self.process.kill()
            self.pipe.close()


def serve(pipe: Connection, seconds: float) -> None:
    """Check what is asked for until nobody asks; Ctrl-C is the business of who asks, and ends this process in time."""
    from ..checking import check_file

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, interrupted)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            file = pipe.recv()
            try:
                found: object = check_file(file, seconds=seconds)
            except Exception as error:
                found = error
            pipe.send(found)
    os._exit(0)  # nothing is left to put away


def interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
