"""A class's grades as a table for a spreadsheet."""

import csv
import io

from ..printable import printable
from ..showing.wording import label
from .grading import MISSING, Gradebook

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell begins with that a spreadsheet computes; the wide ones too, in Chinese and Japanese ones."""


def to_csv(book: Gradebook, lang: str = "en") -> bytes:
    """The table in UTF-8 with a mark at its start, which Excel needs for Chinese.

    A row for each file: its name, score, verdict, how many functions have each verdict that is there, the verdict for
    each exercise, mistakes, remarks. No text is taken as a formula, and none acts on a terminal.
    """
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    heads = [label(f"grades.{key}", lang) for key in ("file", "score", "verdict", *book.counted)]
    rows.writerow([*heads, *book.exercises, label("grades.mistakes", lang), label("grades.remarks", lang)])
    for row in book.rows:
        verdicts = [row.exercise(exercise) or (MISSING if row.required else "") for exercise in book.exercises]
        rows.writerow(
            [
                harmless(row.file),
                row.score,
                label(f"verdict.{row.verdict}", lang),
                *(row.counts.get(key, 0) for key in book.counted),
                *(verdict and label(f"verdict.{verdict}", lang) for verdict in verdicts),
                harmless("\n".join(row.claims(lang))),
                harmless("\n".join(row.remarks(lang))),
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
