"""A report as one HTML page that needs nothing else: no network, no script. Hints and solutions unfold."""

from functools import cache, partial
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ..printable import printable
from ..report import Curves, Report
from . import wording
from .wording import SIGNS, axis_range, label


def page(report: Report, lang: str = "en") -> str:
    """The whole page in the language "en" or "zh". Whatever comes from the learner's file is escaped.

    >>> "&lt;script&gt;" in page(Report("<script>.py", ()))
    True
    """
    title = label("report.title", lang, source=report.source)
    return rendered("showing/page.html.jinja", lang, report=report, title=title)


def fragment(report: Report, lang: str = "en") -> str:
    """All of a report but its title, for a place in a larger page."""
    return rendered("showing/fragment.html.jinja", lang, report=report)


SAID = (
    *("finding_rows", "heading", "ending", "silence", "summary", "placed", "right_line", "remark_lines"),
    *("note_lines", "next_step"),
)
"""What templates may call of ``wording``, which takes the language last."""


def rendered(template: str, lang: str, **values: Any) -> str:
    """The template, named by its place in the tutor, filled in: what is no markup already is escaped."""
    said: dict[str, Any] = {name: partial(getattr(wording, name), lang=lang) for name in SAID}
    said |= {"said": lambda key, **fields: label(key, lang, **fields), "to_mend": wording.to_mend}
    found = {"lang": lang, "signs": SIGNS, "picture": picture, "style": Markup(text("showing/report.css"))}
    return printable(environment().get_template(template).render(found | said | values)).strip() + "\n"


@cache
def environment() -> Environment:
    return Environment(
        loader=FunctionLoader(text), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def text(file: str) -> str:
    """The text of a file of the tutor."""
    return (files(__package__.rpartition(".")[0]) / file).read_text(encoding="utf-8")


WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 320, 170, 42, 10, 22
"""Of a curve's picture in pixels, with the room for the numbers at its axes."""


def picture(curves: Curves, which: str) -> dict[str, Any]:
    """One curve as a picture: the cost upwards, the steps to the right, and what stands at its axes."""
    low, high = axis_range(curves)
    costs: tuple[float, ...] = getattr(curves, which)
    floor, right, last = HEIGHT - BOTTOM, WIDTH - 4, curves.steps[-1]
    points = []
    for step, cost in zip(curves.steps, costs, strict=False):  # a curve that overflowed is shorter
        x = LEFT + (right - LEFT) * step / (last or 1)
        y = TOP + (floor - TOP) * (high - min(cost, high)) / (high - low or 1)
        points.append(f"{x:.1f},{y:.1f}")
    frame = {"width": WIDTH, "height": HEIGHT, "left": LEFT, "top": TOP, "floor": floor, "right": right, "last": last}
    return {**frame, "low": f"{low:.2g}", "high": f"{high:.2g}", "points": " ".join(points)}
