"""``barreleye check FILE``: what is right and what is wrong with a learner's functions."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from ..files.atomic import write_atomically
from ..nn.validation import choose, positive
from ..tutor.printable import file_name
from .console import output
from .speech import spoken, words
from .verdicts import apart_from_verdicts, screen


def check(
    file: Path,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    html: Path | None = None,
    hint: str | None = None,
    seconds: float = 2.0,
    lang: str | None = None,
) -> None:
    """Check the functions of the course in FILE, and say what is wrong with them and why."""
    from ..tutor.checking import check_file
    from ..tutor.report import HINTS
    from ..tutor.showing.json_report import to_json
    from ..tutor.showing.terminal import terminal_report

    with apart_from_verdicts():
        given = choose("--hint", hint, {level: level for level in HINTS}) if hint else None
        page_file = output("--html", html, ".html") if html else None
        if not file.exists():
            raise ValueError(words("check.no_file", file=repr(file_name(file))))
        report = check_file(file, seconds=positive("--seconds", seconds))
        with ExitStack() as each:  # one that fails keeps back no other
            if page_file:
                from ..tutor.showing.page import page  # Jinja2 takes a while to import

                text = page(report.hinted(given or "line"), spoken())
                each.callback(write_atomically, page_file, text.encode(errors="replace"))
            if as_json:
                print(to_json(report, given or "line"), flush=True)
            else:
                screen().print(terminal_report(report, spoken(), given or "equation"))
    raise typer.Exit(report.exit_status)
