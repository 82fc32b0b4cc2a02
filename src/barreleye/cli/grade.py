"""``barreleye grade FOLDER``: a class's files checked into one table."""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ..nn.validation import positive
from ..tutor.printable import file_name
from .console import Lang, chosen_language, output
from .verdicts import Seconds, apart_from_verdicts, screen


def grade(
    folder: Annotated[Path, typer.Argument(help="A folder of .py and .ipynb files, or of folders with such files.")],
    csv: Annotated[Path | None, typer.Option(help="Write the table to this file; it replaces what is there.")] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the table and every report to this page; it replaces what is there.")
    ] = None,
    require: Annotated[
        str | None,
        typer.Option(help="The functions asked for, such as compute_cost,predict, or a reference file that has them."),
    ] = None,
    lang: Lang = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Files checked at the same time; by default as many as there are processors."),
    ] = None,
    seconds: Seconds = 2.0,
) -> None:
    """Check every script and notebook in FOLDER into one table, with the commonest mistakes counted.

    The score is the share of right functions in hundredths: of those that --require names, else of those in the file.
    Without --csv and --html the table goes to FOLDER-grades.csv and FOLDER-grades.html in the current folder, unless a
    file of that name is there already. A file that cannot be checked is a row that says why. Files with the same text,
    or nearly the same code, name each other. Modules that the course hands out, hidden folders, virtual environments,
    site-packages, node_modules, __pycache__ and __MACOSX are left out. Ctrl-C keeps the files checked so far.

    Exit status: 0 done, whatever was found, 3 FOLDER or an option cannot be used, 130 ended by Ctrl-C.

    Examples:

      barreleye grade submissions

      barreleye grade submissions --csv week3.csv --lang zh --jobs 8

      barreleye grade submissions --require solution.ipynb
    """
    from ..tutor.checking import check_file
    from ..tutor.classroom.checkers import checkers
    from ..tutor.classroom.grade_table import GradeTable, write
    from ..tutor.classroom.grading import Graded, graded, sorted_book
    from ..tutor.classroom.required import required
    from ..tutor.classroom.submissions import files_in, given
    from ..tutor.showing.terminal import OnScreen, line
    from ..tutor.showing.wording import label
    from ..words import listed

    with apart_from_verdicts(lang):
        language = chosen_language(lang)
        found = files_in(folder)
        files = [file for file in found if not given(file)] or found
        outputs = outputs_of(folder, csv, html)
        limit = positive("--seconds", seconds)
        wanted = required(require, lambda file: check_file(file, seconds=limit)) if require else {}
        many = min(jobs or os.cpu_count() or 1, len(files))
        rows: list[Graded] = []
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = screen()
        interrupted: KeyboardInterrupt | None = None
        try:
            with (
                checkers(many, limit) as check,
                Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar,
            ):
                shown = bar.add_task(file_name(folder.resolve().name), total=len(files))
                for row in graded(folder, files, check, many):
                    rows.append(row)
                    bar.advance(shown)
        except KeyboardInterrupt as signal:
            interrupted = signal
        ours = [file_name(file.relative_to(folder)) for file in found if file not in files]
        book = sorted_book(folder, rows, len(files), wanted, ours)
        with ExitStack() as each:  # one that fails keeps back no other
            for path in reversed(outputs):
                each.callback(write, path, book, language)
            console.print(GradeTable(book, language))
        console.print(OnScreen(line(label("grades.saved", language, files=listed(map(file_name, outputs))))))
        if interrupted:
            raise interrupted


def outputs_of(folder: Path, csv: Path | None, html: Path | None) -> list[Path]:
    """The files to write: those that were named, else two beside which nothing is lost."""
    if csv or html:
        named = [("--csv", csv, ".csv"), ("--html", html, ".html")]
        return [output(option, path, suffix) for option, path, suffix in named if path]
    name = f"{file_name(folder.resolve().name)}-grades"
    outputs = [output(f"--{kind}", Path(f"{name}.{kind}"), f".{kind}") for kind in ("csv", "html")]
    there = [str(path) for path in outputs if path.exists()]
    if there:
        options = f"--csv {outputs[0]} --html {outputs[1]}"
        raise ValueError(f"{' and '.join(there)} would be overwritten; move it away, or ask for it with {options}")
    return outputs
