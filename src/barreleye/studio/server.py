"""The server of the page: it stands between pages and the process that computes, and computes nothing itself.

It listens on this machine alone. Every address of it begins with a random token, and it answers no request whose Host
or Origin is another's: a page of the web that a browser also has open can neither read nor steer it.
"""

import secrets
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

from ..words import Text
from .handlers import TAKEN, Nothing, Own, Page, Static, Taken, Upload, Words
from .worker import Worker

LARGEST_TABLE = 2**28
LARGEST_MESSAGE = 2**21
PATIENCE = 30.0
"""Seconds in which a request must have come, and a ping be answered."""


class Server:
    """A studio that is served: its address, and how it ends."""

    def __init__(self, start: str | None = None, model: str | None = None, port: int = 0) -> None:
        self.sockets = bind_sockets(port, "127.0.0.1")  # OSError where the port is taken
        self.port = self.sockets[0].getsockname()[1]
        self.token = secrets.token_urlsafe(24)
        self.start = (start, model)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self.token}/"

    def address_in(self, lang: str) -> str:
        """The address of the page in a language, whatever the browser's is."""
        return f"{self.address}?lang={lang}"

    async def run(self, opened: Callable[[str], Any]) -> None:
        """Serve until the compute process ends or this is cancelled; ``opened`` hears the address when it is there.

        Raises ValueError in the words of the compute process where what it was to start with cannot be.
        """
        worker = Worker(*self.start)
        try:
            said = await worker.begun()
            if "error" in said:
                raise ValueError(Text(**said["error"]))
            page = {
                one.name: one.read_bytes() for one in files(__package__).joinpath("page").iterdir() if one.is_file()
            }
            token = self.token
            application = Application(
                [
                    (rf"/{token}/", Static),
                    (rf"/{token}/page/(.*)", Static),
                    (rf"/{token}/words/(\w+)", Words),
                    (rf"/{token}/take/({'|'.join(TAKEN)})", Taken),
                    (rf"/{token}/table", Upload),
                    (rf"/{token}/socket", Page),
                ],
                default_handler_class=Nothing,
                own=Own(self.port, token),
                worker=worker,
                page=page,
                websocket_max_message_size=LARGEST_MESSAGE,
                websocket_ping_interval=PATIENCE / 3,
                websocket_ping_timeout=PATIENCE / 3,
            )
            server = HTTPServer(
                application, max_body_size=LARGEST_TABLE, idle_connection_timeout=PATIENCE, body_timeout=PATIENCE
            )
            server.add_sockets(self.sockets)
            opened(self.address)
            await worker.ended.wait()
        finally:
            for one in self.sockets:
                one.close()
            worker.close()
