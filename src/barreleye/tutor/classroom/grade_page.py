"""A class's grades as one HTML page: the table, the commonest mistakes, and each file's report, which unfolds."""

from ..showing.html import Html, document, element
from ..showing.labels import SIGNS, label, separator
from ..showing.page import report_body, verdict_mark
from .grading import Gradebook, Graded


def grade_page(book: Gradebook, lang: str = "en") -> str:
    """The whole page in the language "en" or "zh". Whatever comes from the files is escaped."""
    title = label("grades", lang, folder=book.folder)
    return document(
        title,
        lang,
        [
            element("h1", title),
            [element("p", line) for line in totals(book, lang)],
            element("h2", label("commonest", lang)),
            common_table(book, lang),
            element("h2", label("files", lang)),
            files_table(book, lang),
            [file_report(row, k, lang) for k, row in enumerate(book.rows)],
        ],
    )


def totals(book: Gradebook, lang: str) -> list[str]:
    """How many files are right, and how many were not reached."""
    lines = [label("of files", lang, right=book.right, fragile=book.fragile, total=len(book.rows))]
    if len(book.rows) < book.total:
        lines.append(label("partial", lang, done=len(book.rows), total=book.total))
    return lines


def common_table(book: Gradebook, lang: str) -> Html:
    if not book.commonest:
        return element("p", label("no mistakes", lang))
    heads = element(
        "tr", element("th", label("in files", lang), scope="col"), element("th", label("mistakes", lang), scope="col")
    )
    rows = [
        element("tr", element("td", str(common.files), class_="number"), element("td", common.claim.said(lang)))
        for common in book.commonest
    ]
    return wide_table(heads, rows)


def files_table(book: Gradebook, lang: str) -> Html:
    """A row for each file, which leads to its report."""
    names = [label(name, lang) for name in ("file", "right count", "fragile count", "verdict")]
    heads = [element("th", name, scope="col") for name in names]
    heads += [element("th", name, scope="col", title=title.said(lang)) for name, title in book.exercises.items()]
    rows = [
        element(
            "tr",
            element("td", element("a", row.file, href=f"#file-{k}")),
            element("td", f"{row.right}/{row.found}", class_="number"),
            element("td", str(row.fragile or ""), class_="number"),
            element("td", verdict_mark(row.verdict, lang)),
            [element("td", exercise_mark(row.exercise(exercise), lang)) for exercise in book.exercises],
        )
        for k, row in enumerate(book.rows)
    ]
    return element("div", wide_table(element("tr", heads), rows), class_="grades")


def exercise_mark(verdict: str, lang: str) -> Html | str:
    """The sign alone, which a reader of the screen hears as the word."""
    if not verdict:
        return ""
    word = label(verdict, lang)
    return element("span", SIGNS[verdict], class_=f"verdict {verdict}", role="img", aria_label=word, title=word)


def wide_table(heads: Html, rows: list[Html]) -> Html:
    return element("div", element("table", element("thead", heads), element("tbody", rows)), class_="wide")


def file_report(row: Graded, k: int, lang: str) -> Html:
    """One file's report behind its name; the style shows it to whoever follows a link to it."""
    words = [element("h3", row.file), " ", verdict_mark(row.verdict, lang), separator(lang), f"{row.right}/{row.found}"]
    body = report_body(row.report, lang, level=4) if row.report else [element("p", text) for text in row.remarks(lang)]
    return element("details", element("summary", words), body, id=f"file-{k}")
