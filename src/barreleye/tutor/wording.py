"""What the terminal and the pages say alike of a report, in the reader's language."""

from collections.abc import Iterator

from .labels import colon, label, place, separator
from .report import VERDICTS, Curves, Finding, Report

LONGEST = 200
"""Characters of a note that are shown: what a file prints while it is loaded can be long."""


def finding_rows(finding: Finding, lang: str) -> list[tuple[str, str]]:
    """The equation as it should be, as it appears to be, and the line of the file: what there is, with its name."""
    rows = [
        (label("should", lang), finding.should),
        (label("seen", lang), finding.seen),
        (place(finding.where, lang), finding.line.strip()),
    ]
    return [(name, text) for name, text in rows if text]


def summary(report: Report, lang: str) -> str:
    """How many functions there are, of each verdict, and whether a part of the file is missing from the count.

    >>> summary(Report("a.py", ()), "en")
    'no function of the course found'
    """
    verdicts = [function.verdict for function in report.functions]
    counts = [label(f"count {verdict}", lang, n=verdicts.count(verdict)) for verdict in VERDICTS if verdict in verdicts]
    found = counts or [label("none", lang)]
    return separator(lang).join([*found, label("unread", lang)] if report.unread else found)


def ending(curves: Curves, which: str, lang: str) -> str:
    """Where a curve ends: "90.50% correct, cost 0.2912"."""
    costs: tuple[float, ...] = getattr(curves, which)
    accuracy = f"{getattr(curves, f'{which}_accuracy'):.2%}"
    text = label("ends", lang, accuracy=accuracy, cost=f"{costs[-1]:.4g}")
    if len(costs) < len(curves.steps):
        text += "; " + label("diverged", lang, step=curves.steps[len(costs)])
    return text


def axis_range(curves: Curves) -> tuple[float, float]:
    """The costs between which both curves are drawn: of the right one, and of the other where it is not far above."""
    top = max(curves.right)
    return min(*curves.right, *curves.mistaken), max(top, min(max(curves.mistaken), 2 * top))


def silence(curves: Curves, lang: str) -> str:
    """The sentence for a mistake that leaves no mark on a learning curve; "" for one that does."""
    if curves.tells:
        return ""
    numbers = {"mistaken_accuracy": f"{curves.mistaken_accuracy:.2%}", "right_accuracy": f"{curves.right_accuracy:.2%}"}
    costs = {"mistaken_cost": f"{curves.mistaken[-1]:.4g}", "right_cost": f"{curves.right[-1]:.4g}"}
    return label("silent", lang, **numbers, **costs)


def note_lines(report: Report, lang: str, most: int = 3) -> Iterator[str]:
    """What was noticed outside the functions, a line for each thing and at most ``most`` of a kind."""
    kinds = dict.fromkeys(note.kind for note in report.notes)
    for kind in kinds:
        notes = [note for note in report.notes if note.kind == kind]
        for note in notes[:most]:
            said = " ".join(note.text.said(lang).split())
            said = said if len(said) <= LONGEST else f"{said[:LONGEST]} ..."
            where = place(note.where, lang)
            yield f"{where}{colon(lang)}{said}" if where else said
        if len(notes) > most:
            yield label("more", lang, n=len(notes) - most)
    if report.unknown:
        yield label("unknown", lang, names=", ".join(report.unknown))


def next_step(report: Report, lang: str) -> str:
    """What to do now: first what cannot be read, then the first function of the gravest verdict."""
    if report.unread:
        return label("next syntax", lang, where=place(report.unread[0].where, lang) or report.source)
    names = [function.name for function in report.functions if function.verdict == report.verdict]
    return label(f"next {report.verdict}" if names else "next none", lang, name=names[0] if names else "")
