"""The process that holds a learner's functions: it builds the walls, loads the file, and answers calls.

Run as ``python -m barreleye.tutor.running.worker`` by the sandbox, which it speaks with over its standard input and
output; the learner's code sees neither of them.
"""

import os
import signal
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import IO, Any

from ...words import Text, catalogue
from .answers import Note
from .calling import Caller
from .helpers import mentioned, served
from .isolation import isolate
from .loading import Program
from .neighbours import around, neighbours
from .observing import Observed, trouble_at
from .source import Cell
from .wire import receive, send

SAID = catalogue("tutor_running")


def main() -> None:
    """Read what to load, load it, then answer calls until nobody asks."""
    parent = os.getppid()
    requests, replies = _private_pipes()
    order = receive(requests)
    cells = [Cell(*cell) for cell in order["cells"]]
    path = Path(order["path"])
    texts = [cell.text for cell in cells]
    helpers = served(mentioned(texts, path.parent))
    package, beyond = around(texts, path.parent)
    beyond |= neighbours(texts, path.parent)
    readable = [path.parent, *beyond.values()]
    notes = isolate(Path(order["scratch"]), readable, order["memory"], parent)
    send(replies, {"ready": True})

    program = Program(path, cells, notes, helpers, beyond, package)
    alarm = Alarm(order["seconds"], program, replies)
    with Observed(order["output"]) as observed:
        avoided = {number: Text(*why) for number, why in order["avoided"]}
        program.load(avoided, lambda index, patient: alarm.begin(statement=index, patient=patient))
        functions = program.functions()
    if observed.printed.count:
        program.notes.append(Note("printed", "", SAID["load.printed"].filled(text=observed.printed.text[:200])))
    classes = {name: value for name, value in program.names.items() if isinstance(value, type)}
    caller = Caller({function.name: value for function, value in functions}, program.place, classes=classes)
    caller.names = program.names
    caller.missing, caller.absent, caller.output = program.define, program.absent, order["output"]
    alarm.end()
    send(replies, {"functions": [asdict(function) for function, _ in functions], "notes": _taken(program.notes)})
    while True:
        try:
            request = receive(requests)
        except EOFError:
            return
        alarm.begin()
        message = caller.call(request["number"], request["name"], request["arguments"])
        alarm.end()
        send(replies, {**message, "notes": _taken(program.notes)})


class Alarm:
    """Says, when the processor time is up, or nearly all of the clock's, which line is running; ends the process itself
    if nobody else does."""

    def __init__(self, seconds: float, program: Program, replies: IO[bytes]) -> None:
        self.seconds, self.program, self.replies = seconds, program, replies
        self.works = hasattr(signal, "setitimer")
        self.allowed = seconds
        if self.works:
            signal.signal(signal.SIGALRM, self._ring)
            signal.signal(signal.SIGPROF, self._ring)

    def begin(self, statement: int | None = None, patient: bool = False) -> None:
        """Set the alarm; a statement is announced, so that it is known if the process ends in it."""
        self.end()  # it must not ring while something is sent
        if statement is not None:
            send(self.replies, {"statement": statement, "patient": patient})
        self.allowed = self.seconds * (PATIENCE if patient else 1)
        if self.works:
            signal.setitimer(signal.ITIMER_PROF, self.allowed)
            signal.setitimer(signal.ITIMER_REAL, 0.9 * self.allowed * BY_THE_CLOCK)

    def end(self) -> None:
        if self.works:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        self.end()
        seconds = self.allowed * (BY_THE_CLOCK if number == signal.SIGALRM else 1)
        send(self.replies, {"at": asdict(trouble_at(frame, self.program.place)), "seconds": seconds})
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, self.seconds * PATIENCE)


PATIENCE = 5
"""How many times longer an import may take than a call."""
BY_THE_CLOCK = 4
"""How many times its processor time a call may take of the clock: on a busy machine, or asleep."""


def _private_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Standard input and output under numbers of their own; in their place, and for standard error, nothing."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nothing, number)
    return requests, replies


def _taken(notes: list[Note]) -> list[dict[str, Any]]:
    """The notes, taken out of the list."""
    taken = [note.message() for note in notes]
    notes.clear()
    return taken


if __name__ == "__main__":
    status = 1
    try:
        main()
        status = 0
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(status)  # whatever threads the learner's code has left running
