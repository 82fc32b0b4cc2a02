"""``barreleye studio [DATA]``: the page on which a network is trained and seen through."""

import asyncio
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from ..words import catalogue
from ..words.extras import extras
from .console import errors_in_one_line, interruptible, say


def studio(
    data: Annotated[str | None, typer.Argument()] = None,
    model: Path | None = None,
    port: Annotated[int, typer.Option(min=0, max=65535)] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser")] = True,
    lang: str | None = None,
) -> None:
    """Open a page of this machine on which a network is trained, stepped, rewound and read."""
    with errors_in_one_line():
        with extras():
            from ..studio.server import Server
        texts = catalogue("studio")
        try:
            server = Server(data, None if model is None else str(model), port)
        except OSError:
            raise ValueError(texts["command.port"].filled(port=port)) from None

        def opened(_: str) -> None:
            address = server.address if lang is None else server.address_in(lang)
            say.print(texts["command.at"].filled(address=address))
            say.print(texts["command.end"])
            if browser:
                webbrowser.open(address)

        with suppress(KeyboardInterrupt), interruptible():  # Ctrl-C is how it ends
            asyncio.run(server.run(opened))
