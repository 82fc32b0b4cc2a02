"""A learner's file in a process of its own, behind walls: ``isolation`` says what they hold."""

import threading
import time
import weakref
from pathlib import Path
from typing import Any, Self

from ...words import Text, catalogue
from .answers import Answer, Function, Note, Parameter, Trouble
from .calling import answered
from .observing import OUTPUT
from .process import Ended, Process
from .reading import read
from .wire import MALFORMED, WireError, clipped, pack
from .worker import BY_THE_CLOCK, PATIENCE

STARTING = 60.0
"""Seconds in which the process must have started, before anything of the learner's is loaded."""
LOADING = 60.0
"""Seconds in which the file must be taken apart and loaded, whatever each statement may take."""
MOST_ENDS = 2
"""How often a function may end the process before it is not called any more."""
MOST_STARTS = 4
"""How often the file may end the process while it is loaded; each time, the statement is left out."""
MOST_NOTES = 1000
MOST_FUNCTIONS, LONGEST_NAME = 500, 200
"""More are no learner's, and each takes its time."""
SAID = catalogue("tutor_running")


class Sandbox:
    """The Runner of a file, a script (.py) or a notebook (.ipynb).

    A call that takes longer than ``seconds``, needs more memory or prints more than it may, or that ends the process,
    gives an Answer whose Trouble says so. The next call starts a fresh process, in which what was ``Held`` is lost.
    A function that has ended the process twice is not called again: it gets the same Trouble at once.

    seconds    of processor time that a call, or a statement at top level, may take; of the clock it may take four times
               as many, and imports five times as many of both
    memory     bytes of address space of the process
    output     bytes that a call may print
    stop       an event that ends it from another thread: whoever waits for an answer gets a KeyboardInterrupt

    Raises what ``barreleye.tutor.running.reading.read`` raises for a file that cannot be read, and ChildProcessError,
    an OSError, where no process can be started.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        seconds: float = 2.0,
        memory: int = 2 << 30,
        output: int = OUTPUT,
        stop: threading.Event | None = None,
    ) -> None:
        self.path = Path(path).resolve()
        self.seconds, self.memory, self.output = seconds, memory, output
        self.stop = stop or threading.Event()
        self.functions: tuple[Function, ...] = ()
        self.notes: tuple[Note, ...] = ()
        self._cells = read(path)
        self._avoided: dict[int, Text] = {}
        self._ends: dict[str, list[Trouble]] = {}
        self._calls = 0
        self._process: Process | None = None
        self._start()

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Answer:
        """Call a function of the file. KeyError for a name that is not there; all else is in the answer."""
        if all(function.name != name for function in self.functions):
            known = [function.name for function in self.functions]
            raise KeyError(f"there is no function {name!r} in {self.path.name}: there are {known}")
        self._calls += 1
        ends = self._ends.setdefault(name, [])
        if len(ends) >= MOST_ENDS:
            return Answer(self._calls, trouble=ends[-1])
        if self._process is None:
            self._start()
        if self._process is None:
            return Answer(self._calls, trouble=Ended("crash", SAID["load.ends_itself"]).trouble)
        begun = time.perf_counter()
        request = {"number": self._calls, "name": name, "arguments": pack((args, kwargs))}
        try:
            message = self._process.ask(request, self.seconds * BY_THE_CLOCK)
            self._add(message.get("notes"))
            answer = answered(message)
            if answer.call != self._calls:
                raise WireError(f"call {self._calls} is answered as call {answer.call}")
            return answer
        except Ended as end:
            ends.append(end.trouble)
        except MALFORMED as error:
            ends.append(Ended("crash", SAID["ended.unreadable"].filled(error=error)).trouble)
        except BaseException:  # interrupted: the answer to this call must not be taken for the next one's
            self.close()
            raise
        self.close()
        return Answer(self._calls, seconds=time.perf_counter() - begun, trouble=ends[-1])

    def close(self) -> None:
        """End the process and remove its scratch directory. A later call would start another."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _start(self) -> None:
        """Start a process and load the file, leaving out the statements that end the process."""
        for _ in range(MOST_STARTS):
            process = Process(self.stop)
            weakref.finalize(self, process.end)
            order = {
                "scratch": str(process.scratch),
                "path": str(self.path),
                "cells": [[cell.file, cell.place, cell.text] for cell in self._cells],
                "avoided": [[number, [why.en, why.zh]] for number, why in self._avoided.items()],
                "seconds": self.seconds,
                "memory": self.memory,
                "output": self.output,
            }
            try:
                process.ask(order, STARTING)
            except (Ended, *MALFORMED) as error:
                process.end()
                raise ChildProcessError(f"the process for {self.path.name} did not start: {error}") from None
            statement, until = None, time.monotonic() + LOADING
            wait = LOADING
            try:
                while "functions" not in (message := process.next(min(wait, until - time.monotonic()))):
                    statement = int(message["statement"])
                    wait = self.seconds * BY_THE_CLOCK * (PATIENCE if message["patient"] else 1)
                self._add(message["notes"])
                self.functions = self._looked_at(message["functions"])
                self._process = process
                return
            except Ended as end:
                process.end()
                if statement is None or time.monotonic() > until:
                    why = SAID["load.still_loading"].filled(seconds=LOADING) if time.monotonic() > until else end.why
                    break
                self._avoided[statement] = end.why
            except MALFORMED as error:
                process.end()
                why = SAID["ended.unreadable"].filled(error=error)
                break
        else:
            why = SAID["load.ended"].filled(n=MOST_STARTS)
        self._add([Note("skipped", "", SAID["load.not_loaded"].filled(why=why)).message()])

    def _looked_at(self, messages: list[dict[str, Any]]) -> tuple[Function, ...]:
        """The functions that a check can go through, with a note on those that are too many."""
        named = [message for message in messages if len(message["name"]) <= LONGEST_NAME]
        if left := len(messages) - len(named[:MOST_FUNCTIONS]):
            text = SAID["load.left_out"].filled(left=f"{left:,}", most=MOST_FUNCTIONS, longest=LONGEST_NAME)
            self._add([Note("skipped", "", text).message()])
        return tuple(map(_function, named[:MOST_FUNCTIONS]))

    def _add(self, notes: Any) -> None:
        """Add the notes that are new: a fresh process says again what the one before it said."""
        for note in notes or ():
            text = Text(clipped(note["text"]["en"]), clipped(note["text"]["zh"]))
            new = Note(clipped(note["kind"]), clipped(note["where"]), text)
            if new not in self.notes and len(self.notes) < MOST_NOTES:
                self.notes += (new,)


def _function(message: dict[str, Any]) -> Function:
    line = message["line"]
    parameters = (
        Parameter(str(p["name"]), bool(p["required"]), bool(p["keyword_only"])) for p in message["parameters"]
    )
    return Function(
        str(message["name"]),
        tuple(parameters),
        None if line is None else int(line),
        str(message["where"]),
        str(message["source"]),
        bool(message["has_varargs"]),
        bool(message["has_varkw"]),
        clipped(message["owner"]),
        bool(message["takes_object"]),
        tuple(map(clipped, message["given"])),
        tuple(map(str, message["lacks"])),
    )
