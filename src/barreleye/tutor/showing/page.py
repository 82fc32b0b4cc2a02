"""A report as one HTML page that needs nothing else: no network, no script. Hints and solutions unfold."""

from collections.abc import Iterator

from ..report import Curves, Evidence, Finding, FunctionReport, Report
from .html import Html, document, element
from .labels import SIGNS, bracketed, colon, label, place
from .wording import axis_range, ending, finding_rows, heading, next_step, note_lines, silence, summary


def page(report: Report, lang: str = "en") -> str:
    """The whole page in the language "en" or "zh". Whatever comes from the learner's file is escaped.

    >>> "&lt;script&gt;" in page(Report("<script>.py", ()))
    True
    """
    title = label("title", lang, source=report.source)
    return document(title, lang, [element("h1", title), report_body(report, lang)])


def report_body(report: Report, lang: str, level: int = 2) -> Html:
    """All of a report but its title, with headings of ``level``: for a page of its own or a place in a larger one."""
    notes = [element("li", note) for note in note_lines(report, lang)]
    return element(
        "div",
        element("p", summary(report, lang), class_="faint"),
        [function_section(function, lang, level) for function in report.functions],
        [element(f"h{level}", label("notes", lang)), element("ul", notes)] if notes else [],
        element("p", next_step(report, lang)),
    )


def verdict_mark(verdict: str, lang: str) -> Html:
    """The sign and the word, coloured."""
    return element("span", f"{SIGNS[verdict]} {label(verdict, lang)}", class_=f"verdict {verdict}")


def function_section(function: FunctionReport, lang: str, level: int) -> Html:
    where = bracketed(place(function.where, lang), lang) if function.where else ""
    return element(
        "section",
        element(f"h{level}", element("code", function.name), element("span", where, class_="faint")),
        element("p", verdict_mark(function.verdict, lang), colon(lang), function.title.said(lang)),
        [element("p", remark.said(lang), class_="faint") for remark in function.remarks],
        [element("div", finding_parts(finding, lang), class_="finding") for finding in function.findings],
        class_=f"function {function.verdict}",
    )


def finding_parts(finding: Finding, lang: str) -> Iterator[Html]:
    """The claim, the equations, the numbers, the curves, and what unfolds: the hint and the solution."""
    yield element("p", finding.claim.said(lang), class_="claim")
    rows = [(element("dt", name), element("dd", element("code", text))) for name, text in finding_rows(finding, lang)]
    if rows:
        yield element("dl", rows)
    if finding.evidence:
        yield evidence_table(finding.evidence, lang)
    if finding.curves is not None:
        yield curve_pair(finding.curves, lang)
    if finding.hint.said(lang):
        yield element("details", element("summary", label("hint", lang)), element("p", finding.hint.said(lang)))
    if finding.solution:
        solution = element("pre", element("code", finding.solution))
        yield element("details", element("summary", label("solution", lang)), solution)


def evidence_table(evidence: tuple[Evidence, ...], lang: str) -> Html:
    heads = [element("th", label(name, lang), scope="col") for name in ("quantity", "should", "got", "difference")]
    rows = [
        element(
            "tr",
            [element("td", element("code", text)) for text in (one.quantity, one.expected, one.got)],
            element("td", one.difference.said(lang)),
        )
        for one in evidence
    ]
    return element(
        "div", element("table", element("thead", element("tr", heads)), element("tbody", rows)), class_="wide"
    )


def curve_pair(curves: Curves, lang: str) -> Html:
    """The two curves side by side on the same axes, and the sentence for those that do not differ."""
    return element(
        "div",
        element("p", heading(curves, lang), class_="faint"),
        element("div", [curve_figure(curves, which, lang) for which in ("right", "mistaken")], class_="curves"),
        [element("p", silence(curves, lang))] if silence(curves, lang) else [],
    )


WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 320, 170, 42, 10, 22
"""Of a curve's picture in pixels, with the room for the numbers at its axes."""


def curve_figure(curves: Curves, which: str, lang: str) -> Html:
    """One curve as a picture: the cost upwards, the steps to the right. It can be seen without the page's style too."""
    low, high = axis_range(curves)
    costs: tuple[float, ...] = getattr(curves, which)
    floor, right, last = HEIGHT - BOTTOM, WIDTH - 4, curves.steps[-1]
    points = []
    for step, cost in zip(curves.steps, costs, strict=False):  # a curve that overflowed is shorter
        x = LEFT + (right - LEFT) * step / (last or 1)
        y = TOP + (floor - TOP) * (high - min(cost, high)) / (high - low or 1)
        points.append(f"{x:.1f},{y:.1f}")
    caption = f"{label(f'{which} curve', lang)}{colon(lang)}{ending(curves, which, lang)}"
    numbers = [
        element("text", f"{high:.2g}", x=LEFT - 6, y=TOP + 4, text_anchor="end"),
        element("text", f"{low:.2g}", x=LEFT - 6, y=floor + 4, text_anchor="end"),
        element("text", "0", x=LEFT, y=HEIGHT - 6),
        element("text", str(last), x=right, y=HEIGHT - 6, text_anchor="end"),
    ]
    picture = element(
        "svg",
        element("line", x1=LEFT, y1=TOP, x2=LEFT, y2=floor),
        element("line", x1=LEFT, y1=floor, x2=right, y2=floor),
        element("g", numbers, fill="currentColor", stroke="none", font_size=11),
        element("polyline", points=" ".join(points), class_=which),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        fill="none",
        stroke="currentColor",
        role="img",
        aria_label=caption,
    )
    return element("figure", picture, element("figcaption", caption))
