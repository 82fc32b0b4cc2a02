"""A class's grades as a table for a spreadsheet."""

import csv
import io

from ..printable import printable
from ..showing.labels import label
from .grading import Gradebook

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell begins with that a spreadsheet computes; the wide ones too, in Chinese and Japanese ones."""

COLUMNS = ("file", "right count", "fragile count", "found count", "verdict", "mistakes", "remarks")


def to_csv(book: Gradebook, lang: str = "en") -> bytes:
    """The table in UTF-8 with a mark at its start, which Excel needs for Chinese.

    A row for each file: its name, functions right, fragile and found, verdict, mistakes, remarks, and the verdict for
    each exercise. No text is taken as a formula, and none acts on a terminal.
    """
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    heads = [label(name, lang) for name in COLUMNS]
    rows.writerow([*heads, *book.exercises])
    for row in book.rows:
        exercises = [row.exercise(exercise) for exercise in book.exercises]
        rows.writerow(
            [
                harmless(row.file),
                row.right,
                row.fragile,
                row.found,
                label(row.verdict, lang),
                harmless("\n".join(row.claims(lang))),
                harmless("\n".join(row.remarks(lang))),
                *(label(verdict, lang) if verdict else "" for verdict in exercises),
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """The text so that no spreadsheet computes it: an apostrophe goes before what would begin a formula.

    >>> harmless("=HYPERLINK(1)"), harmless("Lee.py")
    ("'=HYPERLINK(1)", 'Lee.py')
    """
    text = printable(text)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
