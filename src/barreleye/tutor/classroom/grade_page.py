"""A class's grades as one HTML page: the table, the commonest mistakes, and each file's report, which unfolds."""

from ...words import listed
from ..showing.page import rendered
from ..showing.wording import label
from .grading import Gradebook


def grade_page(book: Gradebook, lang: str = "en") -> str:
    """The whole page in the language "en" or "zh". Whatever comes from the files is escaped."""
    title = label("grades.title", lang, folder=book.folder)
    return rendered("classroom/grades.html.jinja", lang, book=book, title=title, totals=totals(book, lang))


def totals(book: Gradebook, lang: str) -> list[str]:
    """How many files are right, how many were not reached, and which are the course's own."""
    lines = [label("grades.of_files", lang, right=book.right, fragile=book.fragile, total=len(book.rows))]
    if len(book.rows) < book.total:
        lines.append(label("grades.partial", lang, done=len(book.rows), total=book.total))
    if book.given:
        lines.append(label("grades.given", lang, files=listed(book.given)))
    return lines
