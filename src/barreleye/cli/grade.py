"""``barreleye grade FOLDER``: a class's files checked into one table."""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ..nn.validation import positive
from ..tutor.printable import file_name
from ..words import listed
from .console import output
from .speech import spoken, words
from .verdicts import apart_from_verdicts, screen


def grade(
    folder: Path,
    csv: Path | None = None,
    html: Path | None = None,
    require: str | None = None,
    jobs: Annotated[int | None, typer.Option(min=1)] = None,
    seconds: float = 2.0,
    lang: str | None = None,
) -> None:
    """Check every script and notebook in FOLDER into one table, with the commonest mistakes counted."""
    from ..tutor.checking import check_file
    from ..tutor.classroom.checkers import checkers
    from ..tutor.classroom.grade_table import GradeTable, write
    from ..tutor.classroom.grading import Graded, graded, sorted_book
    from ..tutor.classroom.required import required
    from ..tutor.classroom.submissions import files_in, given
    from ..tutor.showing.terminal import OnScreen, line
    from ..tutor.showing.wording import label

    with apart_from_verdicts():
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
                each.callback(write, path, book, spoken())
            console.print(GradeTable(book, spoken()))
        console.print(OnScreen(line(label("grades.saved", spoken(), files=listed(map(file_name, outputs))))))
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
        raise ValueError(words("grade.overwrites", files=listed(there), options=options))
    return outputs
