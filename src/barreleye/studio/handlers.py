"""What is answered to the requests of a page, and to none but its own."""

import json
import re
import secrets
import tempfile
from pathlib import Path
from typing import Any

from tornado.web import HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from ..words import LANGUAGES, catalogue
from .worker import Worker

PAGES = 32
"""Open at once, at most."""
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
SAFE = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
TAKEN = {
    "script": ("reproduce.py", "text/x-python; charset=utf-8"),
    "model": ("model.safetensors", "application/octet-stream"),
}
"""What a visitor takes along: the file's name and its type."""


class Guarded(RequestHandler):
    """What all answers have in common: only for this machine's own page, and with headers that let nothing else in."""

    def set_default_headers(self) -> None:
        for name, value in SAFE.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        own: Own = self.application.settings["own"]
        if self.request.host.lower() not in own.hosts:
            raise HTTPError(403)
        origin = self.request.headers.get("Origin")
        if origin is not None and origin.lower() not in own.origins:
            raise HTTPError(403)
        if not secrets.compare_digest(self.request.path.split("/")[1].encode(), own.token.encode()):
            raise HTTPError(404)

    def write_error(self, status_code: int, **_: Any) -> None:
        self.finish(f"{status_code}\n")

    @property
    def worker(self) -> Worker:
        worker: Worker = self.application.settings["worker"]
        return worker


class Nothing(Guarded):
    """What is at no other address."""

    def get(self) -> None:
        raise HTTPError(404)


class Own:
    """What this server is called: its port and its token."""

    def __init__(self, port: int, token: str) -> None:
        self.token = token
        names = ("127.0.0.1", "localhost", "[::1]")
        self.hosts = {f"{name}:{port}" for name in names}
        self.origins = {f"http://{host}" for host in self.hosts}


class Static(Guarded):
    """A file of the page, by its name among those that there are: no path leads anywhere else."""

    def get(self, name: str = "") -> None:
        held: dict[str, bytes] = self.application.settings["page"]
        name = name or "index.html"
        if name not in held:
            raise HTTPError(404)
        self.set_header("Content-Type", f"{TYPES[Path(name).suffix]}; charset=utf-8")
        self.finish(held[name])


class Words(Guarded):
    """The texts of the page in a language."""

    def get(self, lang: str) -> None:
        if lang not in LANGUAGES:
            raise HTTPError(404)
        self.finish({key: text.said(lang) for key, text in catalogue("studio").items() if key.startswith("page.")})


class Taken(Guarded):
    """What a visitor takes along, as a file."""

    async def get(self, what: str) -> None:
        said = await self.worker.ask("do", {"do": "take", "what": what})
        if "error" in said:
            raise HTTPError(404)
        name = {"script": "reproduce.py", "model": "model.safetensors"}[what]
        self.set_header(
            "Content-Type", "text/x-python; charset=utf-8" if what == "script" else "application/octet-stream"
        )
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(said["answer"])


class Upload(Guarded):
    """A table that a visitor opens."""

    async def post(self) -> None:
        name = Path(self.get_query_argument("name", "table.csv")).name[:200] or "table.csv"
        suffix = "".join(part for part in Path(name).suffixes[-2:] if re.fullmatch(r"\.\w{1,8}", part)) or ".csv"
        with tempfile.TemporaryDirectory(prefix="barreleye-") as folder:
            file = Path(folder, f"table{suffix}")
            file.write_bytes(self.request.body)
            self.finish(await self.worker.ask("table", name, str(file)))


class Page(Guarded, WebSocketHandler):
    """One open page: it is sent the newest frame when it has shown the one before, and what it asked for."""

    def open(self, *_: str, **__: str) -> None:
        self.shown, self.ready = -1, False
        self.worker.pages.add(self)
        if len(self.worker.pages) > PAGES:
            self.close(1013, "too many pages")

    def on_close(self) -> None:
        self.worker.pages.discard(self)

    def check_origin(self, origin: str) -> bool:
        return origin.lower() in self.application.settings["own"].origins

    def get(self, *arguments: str, **named: str) -> Any:
        if self.request.headers.get("Origin") is None:  # a browser says where its page comes from
            raise HTTPError(403)
        return WebSocketHandler.get(self, *arguments, **named)

    def offer(self) -> None:
        """Send the newest frame, if it is new here and the page is ready for one; else have one made."""
        if not self.ready:
            return
        if self.worker.frame is None or self.shown == self.worker.number:
            self.worker.want()
            return
        self.shown, self.ready = self.worker.number, False
        self.send(self.worker.frame)

    def send(self, message: bytes | str) -> None:
        try:
            self.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            self.worker.pages.discard(self)

    async def on_message(self, message: str | bytes) -> None:
        try:
            told = json.loads(message)
            number, command = told["number"], told["command"]
        except (ValueError, KeyError, TypeError):
            self.close(1007, "not a command")
            return
        if command == "shown":
            self.ready = True
            self.offer()
            return
        said = await self.worker.ask("do", command)
        self.send(json.dumps({"number": number, **said}))
        if self.ready:
            self.worker.want()
