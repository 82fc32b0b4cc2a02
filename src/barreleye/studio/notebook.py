"""The studio in a frame of a notebook, served by the machine that the notebook's kernel runs on."""

import asyncio
import threading
from html import escape
from pathlib import Path
from typing import Any, Self

from ..nn.validation import count
from ..words.extras import extras


class Studio:
    """A studio that is open: ``address`` is where, and a notebook shows it in a frame. It ends with the program."""

    def __init__(self, address: str, height: int, loop: asyncio.AbstractEventLoop, task: "asyncio.Task[Any]") -> None:
        self.address, self.height = address, height
        self._loop, self._task = loop, task

    def close(self) -> None:
        """End it; the page says so."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._task.cancel)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _repr_html_(self) -> str:
        frame = f'src="{escape(self.address)}" style="width: 100%; height: {self.height}px; border: 0"'
        return f"<iframe {frame}></iframe>"

    def __repr__(self) -> str:
        return f"Studio({self.address})"


def studio(
    data: str | Path | None = None, *, model: str | Path | None = None, port: int = 0, height: int = 1000
) -> Studio:
    """Open the studio: in a notebook, as a frame below the cell; else ``address`` can be opened in a browser.

    data      a table's file, or the name of a built-in one; None: the flower
    model     a trained model, or its folder, to be looked into on the table ``data``, or that of its training
    port      to listen on, on this machine alone; 0: a free one
    height    of the frame in pixels

    Raises ValueError for data or a model that there is not, OSError for a port that is taken, and ModuleNotFoundError
    where the extra "studio" is not installed.

    >>> from barreleye.studio import studio
    >>> with studio("xor") as opened:
    ...     opened.address.startswith("http://127.0.0.1:")
    True
    """
    with extras():
        from .server import Server

    height = count("height", height)
    server = Server(None if data is None else str(data), None if model is None else str(model), port)
    ready, held = threading.Event(), dict[str, Any]()

    async def serve() -> None:
        held.update(loop=asyncio.get_running_loop(), task=asyncio.current_task())
        await server.run(lambda address: ready.set())

    def run() -> None:
        try:
            asyncio.run(serve())
        except asyncio.CancelledError:
            pass
        except Exception as error:
            held["error"] = error
        finally:
            ready.set()

    threading.Thread(target=run, name="barreleye-studio", daemon=True).start()
    ready.wait()
    if "error" in held:
        raise held["error"]
    return Studio(server.address, height, held["loop"], held["task"])
