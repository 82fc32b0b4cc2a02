"""The process that a learner's file runs in, as seen from outside: asked, watched, and ended."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...words import Text, catalogue
from .answers import Trouble
from .calling import troubled
from .isolation import environment
from .wire import receive, send

SAID = catalogue("tutor_running")


class Ended(Exception):
    """The process has ended, or was ended; ``why`` says it in words, and ``trouble`` also where, if that is known."""

    def __init__(self, kind: str, why: Text, at: Trouble | None = None) -> None:
        super().__init__(why.en)
        self.why = why
        self.trouble = replace(at or Trouble(kind), kind=kind, type="", message=why.en, chinese=why.zh)


class Process:
    """The other process, with a watch that kills it, and all that it started, when the time is up.

    stop    an event that ends it as Ctrl-C would: once it is set, whoever waits here gets a KeyboardInterrupt
    """

    def __init__(self, stop: threading.Event) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        self.stop = stop
        self.scratch = Path(tempfile.mkdtemp(prefix="barreleye-"))
        self.deadline = float("inf")
        self.late = False
        self.at: Trouble | None = None
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end
        self._gone = threading.Event()
        self._at_the_clock = threading.Lock()
        started: Future[subprocess.Popen[bytes]] = Future()
        threading.Thread(target=self._watch, args=(started,), daemon=True).start()
        self.process = started.result()

    def ask(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a message, and receive the answer within so many seconds; Ended where there is none."""
        assert self.process.stdin is not None
        self._set(seconds)
        with contextlib.suppress(OSError):  # it is gone, which reading will tell
            send(self.process.stdin, message)
        return self.next(seconds)

    def next(self, seconds: float) -> dict[str, Any]:
        """Receive a message within so many seconds; Ended, too, where it is that the processor time is up."""
        assert self.process.stdout is not None
        self._set(seconds)
        try:
            message = receive(self.process.stdout)
            self._set(float("inf"))
            if "at" in message:
                self.at, self.late, seconds = troubled(message["at"]), True, float(message["seconds"])
        except (EOFError, OSError):
            if self.stop.is_set():
                raise KeyboardInterrupt from None
            raise self._ended(seconds) from None
        if self.late:
            raise self._ended(seconds)
        return message

    def end(self) -> None:
        """Kill the process and what it started, and remove its scratch directory."""
        if self._gone.is_set():
            return
        self._gone.set()
        self._kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        shutil.rmtree(self.scratch, ignore_errors=True)

    def _started(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "barreleye.tutor.running.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=self.scratch,
            env=environment(self.scratch),
            start_new_session=True,
        )

    def _kill(self) -> None:
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()

    def _set(self, seconds: float) -> None:
        with self._at_the_clock:
            self.deadline = time.monotonic() + seconds

    def _watch(self, started: "Future[subprocess.Popen[bytes]]") -> None:
        """Start the process, in this thread because it ends with the thread that started it, and look at the clock."""
        try:
            started.set_result(self._started())
        except BaseException as error:
            started.set_exception(error)
            return
        while not self._gone.wait(0.02):
            with self._at_the_clock:
                self.late = time.monotonic() > self.deadline
                if self.late or self.stop.is_set():
                    self._kill()
                    return

    def _ended(self, seconds: float) -> Ended:
        """Why the process is no longer there."""
        if self.late:
            return Ended("timeout", SAID["ended.late"].filled(seconds=seconds), self.at)
        status = self.process.wait()
        if sys.platform != "win32" and status == -signal.SIGKILL:
            return Ended("memory", SAID["ended.memory"])
        if status < 0:
            return Ended("crash", SAID["ended.signal"].filled(name=signal.Signals(-status).name))
        self.errors.seek(0)
        said = self.errors.read(4000).decode("utf-8", "replace").strip().split("\n")[-1]
        kind = "crash" if said else "exit"  # a worker that fails by itself says why
        return Ended(kind, SAID["ended.said" if said else "ended.status"].filled(status=status, said=said))
