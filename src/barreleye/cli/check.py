"""``barreleye check FILE``: what is right and what is wrong with a learner's functions."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from ..files.atomic import write_atomically
from ..nn.validation import choose, positive
from ..tutor.printable import file_name
from .console import Lang, chosen_language, output
from .verdicts import Seconds, apart_from_verdicts, screen


def check(
    file: Annotated[Path, typer.Argument(help="A script (.py) or a notebook (.ipynb) with functions of the course.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON, in both languages.")] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write the report as a page to this file too; it replaces what is there.")
    ] = None,
    lang: Lang = None,
    hint: Annotated[
        str | None,
        typer.Option(help="How much is given away: where, quantity, equation, or line: the right line itself."),
    ] = None,
    seconds: Seconds = 2.0,
) -> None:
    """Check the functions of the course in FILE, and say what is wrong with them and why.

    The functions are called with random inputs, in a process of their own. Code at the top level is run where it
    defines something, or where a function needs it.

    Exit status: 0 all that was found is right, though numbers may fail somewhere; 1 something is wrong; 2 something, or
    all, is not judged; 3 FILE or an option cannot be used.

    Examples:

      barreleye check homework.py

      barreleye check homework.ipynb --hint line --lang zh

      barreleye check homework.py --json --hint quantity
    """
    from ..tutor.checking import check_file
    from ..tutor.report import HINTS
    from ..tutor.showing.json_report import to_json
    from ..tutor.showing.terminal import terminal_report

    with apart_from_verdicts(lang):
        language = chosen_language(lang)
        given = choose("--hint", hint, {level: level for level in HINTS}) if hint else None
        page_file = output("--html", html, ".html") if html else None
        if not file.exists():
            raise ValueError(f"there is no file {file_name(file)!r}")
        report = check_file(file, seconds=positive("--seconds", seconds))
        with ExitStack() as each:  # one that fails keeps back no other
            if page_file:
                from ..tutor.showing.page import page  # Jinja2 takes a while to import

                text = page(report.hinted(given or "line"), language)
                each.callback(write_atomically, page_file, text.encode(errors="replace"))
            if as_json:
                print(to_json(report, given or "line"), flush=True)
            else:
                screen().print(terminal_report(report, language, given or "equation"))
    raise typer.Exit(report.exit_status)
