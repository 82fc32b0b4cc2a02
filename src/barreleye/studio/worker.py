"""The process that computes, as the server sees it: a pipe, the newest frame, and who waits for which answer."""

import asyncio
import secrets
import subprocess
import sys
import threading
from multiprocessing.connection import Client, Connection, Listener
from typing import Any, Protocol


class Shows(Protocol):
    """Something that shows frames, one at a time."""

    def offer(self) -> None:
        """A new frame is there."""
        ...


class Worker:
    """A compute process with a mailbox that holds the newest frame.

    A process of its own, and not a fork or a thread: it trains while the server serves, on another core, and whatever
    program opens a studio is not run a second time.
    """

    def __init__(self, *start: str | None) -> None:
        key = secrets.token_bytes(32)
        self._listener, self._key = Listener(None, authkey=key), key
        arguments = [self._listener.address, *(one or "" for one in start)]
        command = [sys.executable, "-m", f"{__package__}.compute", *map(str, arguments)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE)
        assert self.process.stdin is not None
        self.process.stdin.write(key)
        self.process.stdin.close()
        self.pipe: Connection | None = None
        self.pages: set[Shows] = set()
        self.asked: dict[int | None, asyncio.Future[Any]] = {}
        self.frame: bytes | None = None
        self.number, self._wanted, self._count = 0, False, 0
        self.ended = asyncio.Event()

    async def begun(self) -> dict[str, Any]:
        """What the process says first."""
        loop = asyncio.get_running_loop()
        first = self.asked[None] = loop.create_future()
        threading.Thread(target=self._read, args=(loop,), daemon=True).start()
        threading.Thread(target=self._watch, daemon=True).start()
        return dict(await first)

    def _watch(self) -> None:
        """A process that ends before it has called leaves nobody waiting for its call."""
        self.process.wait()
        if self.pipe is None:
            Client(self._listener.address, authkey=self._key).close()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand everything that comes through the pipe to the loop, until it ends."""
        try:
            with self._listener:
                self.pipe = self._listener.accept()
            while True:
                loop.call_soon_threadsafe(self.heard, *self.pipe.recv())
        except (EOFError, OSError):
            if not loop.is_closed():
                loop.call_soon_threadsafe(self.over)

    def heard(self, kind: str, *what: Any) -> None:
        """A frame for all pages, or an answer for one."""
        if kind == "frame":
            self.frame, self._wanted = what[0], False
            self.number += 1
            for page in list(self.pages):
                page.offer()
        elif (waiting := self.asked.pop(what[0], None)) is not None and not waiting.done():
            waiting.set_result(what[1])

    def over(self) -> None:
        """The process is gone: nothing more will come."""
        for waiting in self.asked.values():
            waiting.cancel()
        self.ended.set()

    def want(self) -> None:
        """Ask for a frame, if none is on its way."""
        if not self._wanted:
            self._wanted = True
            self._send("frame")

    async def ask(self, kind: str, *what: Any) -> Any:
        """Send a request and wait for its answer."""
        self._count += 1
        number = self._count
        self.asked[number] = asyncio.get_running_loop().create_future()
        self._send(kind, number, *what)
        return await self.asked[number]

    def _send(self, *message: Any) -> None:
        assert self.pipe is not None  # it has begun
        self.pipe.send(message)

    def close(self) -> None:
        """End the process: it goes when its pipe does."""
        if self.pipe is not None:
            self.pipe.close()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
