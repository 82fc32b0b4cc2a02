"""What the terminal and the pages say alike of a report, in the reader's language."""

from collections.abc import Iterator
from typing import Any

from ...words import catalogue, in_both, listed
from ..curves import LEARNING_RATE
from ..report import FRAGILE, RIGHT, UNJUDGED, VERDICTS, WRONG, Curves, Finding, FunctionReport, Report, place

SIGNS = {RIGHT: "✓", FRAGILE: "!", WRONG: "✗", UNJUDGED: "?"}

LONGEST = 200
"""Characters of a note that are shown: what a file prints while it is loaded can be long."""


def label(key: str, lang: str, /, **values: Any) -> str:
    """The fixed words of that key, filled in.

    >>> label("report.title", "zh", source="a.py")
    '检查 a.py'
    """
    return catalogue("tutor_report")[key].filled(**values).said(lang)


def placed(function: FunctionReport, lang: str) -> str:
    """Where a function stands, in brackets behind its name: " (line 3)"."""
    return label("bracketed", lang, text=place(function.where)) if function.where else ""


def to_mend(report: Report) -> list[FunctionReport]:
    """The functions in which something was found: wrong ones first, then fragile ones, then those not judged."""
    order = (WRONG, FRAGILE, UNJUDGED)
    found = [function for function in report.functions if function.verdict != RIGHT]
    return sorted(found, key=lambda function: order.index(function.verdict))


def right_ones(report: Report) -> list[FunctionReport]:
    return [function for function in report.functions if function.verdict == RIGHT]


def right_line(report: Report, lang: str) -> str:
    """What is right, in one line; "" where nothing is."""
    names = [function.name for function in right_ones(report)]
    return label("report.right", lang, names=listed(names)) if names else ""


def remark_lines(report: Report, lang: str) -> Iterator[str]:
    """The things to know of right functions, each with the function's name."""
    for function in right_ones(report):
        for remark in function.remarks:
            yield label("report.remark", lang, name=function.name, text=remark)


def finding_rows(finding: Finding, lang: str) -> list[tuple[str, str]]:
    """The equation as it should be, as it appears to be, and the line of the file: what there is, with its name."""
    rows = [
        (label("finding.should", lang), in_both(finding.should).said(lang)),
        (label("finding.seen", lang), in_both(finding.seen).said(lang)),
        (place(finding.where).said(lang), finding.line.strip()),
    ]
    return [(name, text) for name, text in rows if text]


def summary(report: Report, lang: str) -> str:
    """How much there is of each verdict, and whether a part of the file is missing from the count.

    >>> summary(Report("a.py", ()), "en")
    'no function of the course found'
    """
    counts = report.counts
    found = [label(f"count.{verdict}", lang, n=counts[verdict]) for verdict in VERDICTS if counts[verdict]]
    found = found or [label("count.none", lang)]
    return label("comma", lang).join([*found, label("count.unread", lang)] if report.unread else found)


def heading(curves: Curves, lang: str) -> str:
    """What the two curves are: "The cost while training on the flower, 2500 steps at rate 0.4"."""
    return label("curves.title", lang, steps=curves.steps[-1], rate=f"{LEARNING_RATE:g}")


def ending(curves: Curves, which: str, lang: str) -> str:
    """Where a curve ends: "90.50% correct, cost 0.2912"."""
    costs: tuple[float, ...] = getattr(curves, which)
    accuracy = f"{getattr(curves, f'{which}_accuracy'):.2%}"
    text = label("curves.ends", lang, accuracy=accuracy, cost=f"{costs[-1]:.4g}")
    over = len(costs) < len(curves.steps)
    return text + label("curves.diverged", lang, step=curves.steps[len(costs)]) if over else text


def axis_range(curves: Curves) -> tuple[float, float]:
    """The costs between which both curves are drawn: of the right one, and of the other where it is not far above."""
    top = max(curves.right)
    return min(*curves.right, *curves.mistaken), max(top, min(max(curves.mistaken), 2 * top))


def silence(curves: Curves, lang: str) -> str:
    """The sentence for a mistake that leaves no mark on a learning curve, or too good a one; "" for any other."""
    if curves.by_heart:
        return label("curves.by_heart", lang)
    if curves.tells:
        return ""
    numbers = {"mistaken_accuracy": f"{curves.mistaken_accuracy:.2%}", "right_accuracy": f"{curves.right_accuracy:.2%}"}
    costs = {"mistaken_cost": f"{curves.mistaken[-1]:.4g}", "right_cost": f"{curves.right[-1]:.4g}"}
    return label("curves.silent", lang, **numbers, **costs)


def note_lines(report: Report, lang: str, most: int = 3) -> Iterator[str]:
    """What was noticed outside the functions, a line for each thing and at most ``most`` of a kind."""
    kinds = dict.fromkeys(note.kind for note in report.notes)
    for kind in kinds:
        notes = [note for note in report.notes if note.kind == kind]
        for note in notes[:most]:
            said = " ".join(note.text.said(lang).split())
            said = said if len(said) <= LONGEST else f"{said[:LONGEST]} ..."
            where = place(note.where).said(lang)
            yield f"{where}{label('colon', lang)}{said}" if where else said
        if len(notes) > most:
            yield label("report.more", lang, n=len(notes) - most)
    for name in ("unchecked", "unknown"):
        if getattr(report, name):
            yield label(f"report.{name}", lang, names=listed(getattr(report, name)))


def next_step(report: Report, lang: str) -> str:
    """What to do now: first what cannot be read, then the first function of the gravest verdict."""
    if report.unread:
        return label("next.syntax", lang, where=place(report.unread[0].where or report.source))
    if not any(report.counts.values()):
        return label("next.none", lang)
    names = [function.name for function in report.functions if function.verdict == report.verdict]
    judged = report.counts[RIGHT] + report.counts[FRAGILE] > 0
    key = "in_part" if report.verdict == UNJUDGED and judged else report.verdict
    return label(f"next.{key}", lang, name="".join(names[:1]), names=listed(names))
