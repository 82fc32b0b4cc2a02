"""Processes that work together: started here or on other machines, asked all at once, and ended all at once.

They are spoken to through the pipes of their standard input and output, which ssh carries to other machines: no port is
open that another program could speak to, and a process whose pipes are closed ends.
"""

import os
import queue
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, BinaryIO

import cloudpickle

from ..words import catalogue
from .hosts import HERE

SAY = catalogue("training")

HARMLESS = "[Gloo] Rank "
"""Begins a line that XLA prints at each start, of ranks that are connected."""
LENGTH = 8
"""Bytes that say how long a message is."""
GRACE_SECONDS = 3.0
"""After one has failed, how long the others may take to say the same or to be found gone."""


class LostError(RuntimeError):
    """One of the processes is gone, or answers no more."""


class Crew:
    """A process for each host, running ``barreleye.training.worker``; a host may stand there more than once.

    A machine other than this one is reached by ``ssh``, or what BARRELEYE_SSH names in its place, and has the same
    Python with Barreleye at the same path.
    """

    def __init__(self, hosts: Sequence[str]) -> None:
        self._answers: queue.Queue[tuple[int, bool | None, Any]] = queue.Queue()
        self._over = False
        self._hosts = list(hosts)
        self._processes = [
            subprocess.Popen(
                command(host, rank),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the process that asks, which then asks for no more
            )
            for rank, host in enumerate(hosts)
        ]
        for rank in range(len(hosts)):
            for read in (self._read_answers, self._read_lines):
                threading.Thread(target=read, args=(rank,), daemon=True).start()

    def __len__(self) -> int:
        return len(self._processes)

    @property
    def pids(self) -> list[int]:
        """The numbers of the processes of this machine that were started, ssh's among them."""
        return [process.pid for process in self._processes]

    def ask(self, name: str, *arguments: Any, seconds: float) -> list[Any]:
        """What each process answers to ``Worker.name(*arguments)``.

        Raises what was raised there, and LostError where a process is gone or the answers take more seconds than that.
        """
        message = cloudpickle.dumps((name, arguments), protocol=5)
        for process in self._processes:  # a process that hangs may take a long message as little as it answers
            threading.Thread(target=_write, args=(process.stdin, message), daemon=True).start()
        answers: dict[int, Any] = {}
        failure: Exception | None = None
        end = time.monotonic() + seconds
        while len(answers) < len(self):
            try:
                rank, well, answer = self._answers.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                if failure is not None:
                    raise failure from None
                waited_for = ", ".join(self._named(rank) for rank in range(len(self)) if rank not in answers)
                raise LostError(SAY["error.no_answer"].filled(seconds=seconds, waited_for=waited_for)) from None
            if well is None:
                raise self._lost(rank)
            answers[rank] = answer
            if not well and failure is None:
                failure, end = answer, time.monotonic() + GRACE_SECONDS
        if failure is not None:
            raise failure
        return [answers[rank] for rank in range(len(self))]

    def end(self) -> None:
        """End all, whatever they do: they hold nothing that is not held here."""
        self._over = True
        for process in self._processes:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            with suppress(OSError):  # what is left to be written has nobody to read it
                assert process.stdin is not None
                process.stdin.close()

    def _read_answers(self, rank: int) -> None:
        pipe: Any = self._processes[rank].stdout
        with pipe:
            while True:
                try:
                    self._answers.put((rank, *cloudpickle.load(pipe)))
                except Exception:  # the pipe is at its end, or was cut in the middle of an answer
                    self._answers.put((rank, None, None))
                    return

    def _read_lines(self, rank: int) -> None:
        pipe: Any = self._processes[rank].stderr
        with pipe:
            for line in pipe:
                text = line.decode(errors="replace").rstrip()
                if text and not self._over and not text.startswith(HARMLESS):
                    print(f"[{rank}] {text}", file=sys.stderr, flush=True)

    def _named(self, rank: int) -> str:
        return f"process {rank} ({self._hosts[rank]})"

    def _lost(self, rank: int) -> LostError:
        """What became of a process whose pipe has closed."""
        try:
            status = self._processes[rank].wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            return LostError(f"{self._named(rank)} has closed its pipe")
        by = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        return LostError(f"{self._named(rank)} ended with {by}")


def _write(pipe: Any, message: bytes) -> None:
    """A message behind its length; where nobody reads any more, who waits for the answer will learn of it."""
    with suppress(OSError, ValueError):
        pipe.write(len(message).to_bytes(LENGTH, "big"))
        pipe.write(message)
        pipe.flush()


def read(pipe: BinaryIO) -> bytes | None:
    """The next message of a pipe, as ``Crew.ask`` writes it; None at its end.

    >>> import io
    >>> read(io.BytesIO(bytes([0, 0, 0, 0, 0, 0, 0, 2]) + b"ab")), read(io.BytesIO())
    (b'ab', None)
    """
    length = pipe.read(LENGTH)
    return pipe.read(int.from_bytes(length, "big")) if length else None


def command(host: str, rank: int) -> list[str]:
    """What starts the process of that rank on that host.

    >>> command("localhost", 1)[1:]
    ['-P', '-m', 'barreleye.training.worker', '1']
    """
    start = [sys.executable, "-P", "-m", "barreleye.training.worker", str(rank)]
    if host == HERE:
        return start
    return [*shlex.split(os.environ.get("BARRELEYE_SSH", "ssh -o BatchMode=yes")), host, shlex.join(start)]
