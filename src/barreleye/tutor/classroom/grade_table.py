"""A class's files as a table: on the screen, which it fits, and in the files that are asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table

from ...files.atomic import write_atomically
from ..report import RIGHT
from ..showing.terminal import STYLES, OnScreen, line
from ..showing.wording import SIGNS, label
from .grade_page import grade_page, totals
from .grading import Gradebook, Graded
from .spreadsheet import to_csv

MOST = 5
"""Mistakes, and copies, that are shown on the screen; the page has them all."""
FEWEST = 8
"""Files that are shown on the lowest screen."""
WIDEST = 28
"""Columns of the screen that a file's name takes."""
PROMPT = 3
"""Lines of the screen that what follows the table takes."""


def write(path: Path, book: Gradebook, lang: str) -> None:
    """Write the table or the page, by the file's suffix."""
    table = path.suffix.lower() == ".csv"
    write_atomically(path, to_csv(book, lang) if table else grade_page(book, lang).encode(errors="replace"))


@dataclass(frozen=True)
class GradeTable:
    """A line for each file with its first mistake, and the commonest mistakes: as many as the screen is high.

    Where it is too low, the files that most is to be said of are shown; what is no screen shows all.
    """

    book: Gradebook
    lang: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        book, lang = self.book, self.lang
        below = [*map(line, totals(book, lang)), *self.common()]
        room = console.height - len(below) - PROMPT if console.is_terminal else len(book.rows)
        rows = list(book.rows)
        if len(rows) > max(room, FEWEST):
            worst = sorted(rows, key=lambda row: (row.score, row.verdict == RIGHT))[: max(room - 1, FEWEST)]
            shown = {row.file for row in worst}
            rows = [row for row in rows if row.file in shown]
        parts: list[RenderableType] = [self.table(rows)]
        if left := len(book.rows) - len(rows):
            parts.append(line(label("grades.rows", lang, n=left), "dim"))
        yield OnScreen(Group(*parts, "", *below, ""))

    def table(self, rows: list[Graded]) -> Table:
        """A line for each of these files: what does not fit behind its numbers is cut."""
        lang = self.lang
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", expand=True)
        for key in ("file", "score", "verdict"):
            table.add_column(line(label(f"grades.{key}", lang)), no_wrap=True, overflow="ellipsis", max_width=WIDEST)
        table.add_column(line(label("grades.mistakes", lang)), no_wrap=True, overflow="ellipsis", ratio=1)
        for row in rows:
            said = row.said(lang)
            more = f"(+{len(said) - 1}) " if len(said) > 1 else ""
            verdict = line(f"{SIGNS[row.verdict]} {label(f'verdict.{row.verdict}', lang)}", STYLES[row.verdict])
            first = " ".join((more + said[0]).split()) if said else ""
            table.add_row(line(row.file), line(str(row.score)), verdict, line(first))
        return table

    def common(self) -> Iterator[RenderableType]:
        """The commonest mistakes and the copies, a line for each."""
        found = [f"  {common.files}  {common.claim.said(self.lang)}" for common in self.book.commonest]
        copies = [f"  {copy.said(self.lang)}" for copy in self.book.copies]
        for key, lines in (("commonest", found), ("copies", copies)):
            if lines:
                yield line(label(f"grades.{key}", self.lang), "bold")
            for text in lines[:MOST]:
                cut = line(text)
                cut.no_wrap, cut.overflow = True, "ellipsis"
                yield cut
