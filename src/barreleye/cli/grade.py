"""``barreleye grade FOLDER``: a class's files checked into one table."""

import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text as Line

from ..files.atomic import write_atomically
from ..nn.validation import positive
from ..tutor.grade_page import grade_page, totals
from ..tutor.grading import Gradebook, Graded, files_in, graded, sorted_book, to_csv
from ..tutor.labels import SIGNS, label, separator
from ..tutor.terminal import STYLES, Trimmed, line
from .console import INTERRUPTED
from .verdicts import Lang, Seconds, apart_from_verdicts, chosen_language, output, screen

MOST_COMMON = 10
"""Mistakes that are shown on the screen; the page has them all."""


def grade(
    folder: Annotated[Path, typer.Argument(help="A folder of .py and .ipynb files, or of folders with such files.")],
    csv: Annotated[Path | None, typer.Option(help="Write the table to this file; it replaces what is there.")] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the table and every report to this page; it replaces what is there.")
    ] = None,
    lang: Lang = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Files checked at the same time; by default as many as there are processors."),
    ] = None,
    seconds: Seconds = 2.0,
) -> None:
    """Check every script and notebook in FOLDER into one table, with the commonest mistakes counted.

    Without --csv and --html the table goes to FOLDER-grades.csv and FOLDER-grades.html in the current folder, unless a
    file of that name is there already. A file that cannot be checked is a row that says why. Ctrl-C keeps the files
    checked so far.

    Exit status: 0 done, whatever was found, 3 FOLDER or an option cannot be used, 130 ended by Ctrl-C.

    Examples:

      barreleye grade submissions

      barreleye grade submissions --csv week3.csv --lang zh --jobs 8
    """
    with apart_from_verdicts():
        language = chosen_language(lang)
        files = files_in(folder)
        outputs = outputs_of(folder, csv, html)
        from ..tutor.checking import check_file

        check = partial(check_file, seconds=positive("--seconds", seconds))
        rows: list[Graded] = []
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = screen()
        interrupted = False
        try:
            with Progress(*columns, console=console, transient=True) as bar:
                shown = bar.add_task(folder.name, total=len(files))
                for row in graded(folder, files, check, jobs or os.cpu_count() or 1):
                    rows.append(row)
                    bar.advance(shown)
        except KeyboardInterrupt:
            interrupted = True
        book = sorted_book(folder, rows, len(files))
        for path in outputs:
            data = (
                to_csv(book, language)
                if path.suffix.lower() == ".csv"
                else grade_page(book, language).encode(errors="replace")
            )
            write_atomically(path, data)
        console.print(grade_table(book, language))
        console.print(line(label("saved", language, files=separator(language).join(map(str, outputs)))))
    if interrupted:
        raise typer.Exit(INTERRUPTED)


def outputs_of(folder: Path, csv: Path | None, html: Path | None) -> list[Path]:
    """The files to write: those that were named, else two beside which nothing is lost."""
    if csv or html:
        named = [("--csv", csv, ".csv"), ("--html", html, ".html")]
        return [output(option, path, suffix) for option, path, suffix in named if path]
    outputs = [Path(f"{folder.resolve().name}-grades{suffix}") for suffix in (".csv", ".html")]
    there = [str(path) for path in outputs if path.exists()]
    if there:
        options = f"--csv {outputs[0]} --html {outputs[1]}"
        raise ValueError(f"{' and '.join(there)} would be overwritten; move it away, or ask for it with {options}")
    return outputs


def grade_table(book: Gradebook, lang: str) -> RenderableType:
    """A line for each file with its first mistake, and the commonest mistakes."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for name in ("file", "right count", "fragile count", "verdict", "mistakes"):
        table.add_column(label(name, lang), overflow="fold")
    for row in book.rows:
        said = [*row.claims(lang), *row.remarks(lang)]
        more = f" (+{len(said) - 1})" if len(said) > 1 else ""
        table.add_row(
            line(row.file),
            f"{row.right}/{row.found}",
            str(row.fragile or ""),
            line(f"{SIGNS[row.verdict]} {label(row.verdict, lang)}", STYLES[row.verdict]),
            line(said[0] + more if said else ""),
        )
    parts: list[RenderableType] = [table, "", *map(Line, totals(book, lang))]
    if book.commonest:
        common = Table.grid(padding=(0, 2))
        for mistake in book.commonest[:MOST_COMMON]:
            common.add_row(f"  {mistake.files}", line(mistake.claim.said(lang)))
        parts += ["", Line(label("commonest", lang), style="bold"), common]
    return Trimmed(Group(*parts, ""))
