"""A class's files as a table: on the screen, and in the files that are asked for."""

from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table

from ...files.atomic import write_atomically
from ..showing.labels import SIGNS, colon, label
from ..showing.terminal import STYLES, OnScreen, Rows, line
from .grade_page import grade_page, totals
from .grading import Gradebook
from .spreadsheet import to_csv

MOST_COMMON = 10
"""Mistakes that are shown on the screen; the page has them all."""


def write(path: Path, book: Gradebook, lang: str) -> None:
    """Write the table or the page, by the file's suffix."""
    table = path.suffix.lower() == ".csv"
    write_atomically(path, to_csv(book, lang) if table else grade_page(book, lang).encode(errors="replace"))


def grade_table(book: Gradebook, lang: str) -> RenderableType:
    """A line for each file with its first mistake, and the commonest mistakes."""
    heads = [label(name, lang) for name in ("file", "right count", "fragile count", "verdict", "mistakes")]
    rows = []
    for row in book.rows:
        said = row.said(lang)
        more = f" (+{len(said) - 1})" if len(said) > 1 else ""
        rows.append(
            [
                line(row.file),
                line(f"{row.right}/{row.found}"),
                line(str(row.fragile or "")),
                line(f"{SIGNS[row.verdict]} {label(row.verdict, lang)}", STYLES[row.verdict]),
                line(said[0] + more if said else ""),
            ]
        )
    parts: list[RenderableType] = [Rows(heads, rows, colon(lang)), "", *map(line, totals(book, lang))]
    if book.commonest:
        common = Table.grid(padding=(0, 2))
        for mistake in book.commonest[:MOST_COMMON]:
            common.add_row(f"  {mistake.files}", line(mistake.claim.said(lang)))
        parts += ["", line(label("commonest", lang), "bold"), common]
    return OnScreen(Group(*parts, ""))
