"""A report for the terminal, made of rich's parts: it fits the width that there is, with colour or without."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table

from ..printable import printable
from ..report import FRAGILE, HINTS, RIGHT, UNJUDGED, WRONG, Curves, Evidence, Finding, FunctionReport, Report
from .encodable import encodable
from .text_plot import text_plot
from .wording import (
    SIGNS,
    axis_range,
    ending,
    finding_rows,
    heading,
    label,
    next_step,
    note_lines,
    placed,
    remark_lines,
    right_line,
    silence,
    summary,
    to_mend,
)
from .wrapping import Line

NARROW = 60
"""Columns of a screen on which the two curves stand side by side."""

STYLES = {RIGHT: "green", FRAGILE: "yellow", WRONG: "red", UNJUDGED: "yellow"}
"""Colours only repeat what signs and words say."""


def terminal_report(report: Report, lang: str = "en", hint: str = "equation", ask: str = "--hint {}") -> RenderableType:
    """The report in the language "en" or "zh", for a rich Console to print, giving away as much as a hint of ``HINTS``.

    ask    how the reader can ask for the next of them

    >>> from ...words import Text
    >>> tanh = FunctionReport("my_tanh", "tanh", Text("tanh", "tanh 函数"), "line 3")
    >>> Console(width=80).print(terminal_report(Report("a.py", (tanh,))))
    a.py: 1 right
    <BLANKLINE>
    ✓ right: my_tanh
    <BLANKLINE>
    All of it is right. Well done!
    """
    shown = report.hinted(hint)
    parts: list[RenderableType] = [line(f"{report.source}{label('colon', lang)}{summary(report, lang)}", "bold")]
    for function in to_mend(shown):
        parts += ["", *function_lines(function, lang)]
    if right := right_line(report, lang):
        parts += ["", line(f"{SIGNS[RIGHT]} {right}", STYLES[RIGHT])]
        parts += [indented(line(remark, "dim")) for remark in remark_lines(report, lang)]
    notes = list(note_lines(report, lang))
    if notes:
        parts += ["", line(label("report.notes", lang), "bold"), *(indented(line(note)) for note in notes)]
    parts += ["", line(next_step(report, lang))]
    if more := next_hint(report, hint):
        parts.append(line(label("next.line" if more == "line" else "next.hint", lang, ask=ask.format(more))))
    return OnScreen(Group(*parts))


def next_hint(report: Report, hint: str) -> str:
    """The level at which the report gives away more than at this one; "" where there is none."""
    levels = HINTS[HINTS.index(hint) + 1 :]
    return next((level for level in levels if report.hinted(level) != report.hinted(hint)), "")


@dataclass(frozen=True)
class OnScreen:
    """Lines in signs that the screen's encoding has, without the blanks at their ends that tables have."""

    part: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for row in console.render_lines(self.part, options, pad=False):
            row = [Segment(encodable(part.text, options.encoding), part.style) for part in row]
            while row and not row[-1].text.strip():
                row.pop()
            if row:
                *most, end = row
                yield from (*most, Segment(end.text.rstrip(), end.style))
            yield Segment.line()


def plain_text(report: Report, lang: str = "en", hint: str = "equation") -> str:
    """The report as text of 80 columns without colour, wherever it is asked for: a notebook, a pipe, a log."""
    text = io.StringIO()
    console = Console(
        file=text, width=80, color_system=None, force_terminal=False, force_jupyter=False, legacy_windows=False
    )
    console.print(terminal_report(report, lang, hint, ask='report.said(hint="{}")'))
    return text.getvalue().rstrip()


def line(text: str, style: str = "") -> Line:
    """Text for the screen. Control characters, which a learner's text may hold, become visible and act on nothing."""
    return Line(printable(text), style=style)


def indented(part: RenderableType, by: int = 2) -> RenderableType:
    return Padding(part, (0, 0, 0, by), expand=False)


def function_lines(function: FunctionReport, lang: str) -> Iterator[RenderableType]:
    """The sign, the name, what it was taken for, and what there is to say."""
    verdict = function.verdict
    title = f"{function.title.said(lang)}{label('colon', lang)}{label(f'verdict.{verdict}', lang)}"
    sign = line(f"{SIGNS[verdict]} {function.name}", f"bold {STYLES[verdict]}")
    yield Line.assemble(sign, line(f"{placed(function, lang)}  {title}"))
    for remark in function.remarks:
        yield indented(line(remark.said(lang), "dim"))
    for k, finding in enumerate(function.findings):
        if k:
            yield ""
        yield from (indented(part) if part != "" else part for part in finding_lines(finding, lang))


def finding_lines(finding: Finding, lang: str) -> Iterator[RenderableType]:
    """The claim, the equations, the numbers, the hint, the solution and the curves, as far as there are any."""
    yield line(finding.claim.said(lang), STYLES[finding.verdict])
    if equations := finding_rows(finding, lang):
        table = Table.grid(padding=(0, 2))
        for name, text in equations:
            table.add_row(line(name, "dim"), line(text))
        yield indented(table)
    words = [(name, text) for name, text in (("hint", finding.hint.said(lang)), ("solution", finding.solution)) if text]
    if finding.evidence:
        yield ""
        yield indented(evidence_table(finding.evidence, lang))
    for k, (name, text) in enumerate(words):
        if finding.evidence and not k:
            yield ""
        first, *more = text.splitlines()
        told = line(label(f"finding.{name}", lang) + label("colon", lang), "bold")
        yield Line.assemble(told, line("" if more else first))
        yield from (indented(line(one)) for one in (first, *more) if more)
    if finding.curves is not None:
        yield ""
        yield CurvePair(finding.curves, lang)


def evidence_table(evidence: tuple[Evidence, ...], lang: str) -> RenderableType:
    """A line for each quantity: as it should be, as it came, and the difference in words."""
    heads = [label(f"finding.{name}", lang) for name in ("quantity", "should", "got", "difference")]
    rows = [(one.quantity, one.expected, one.got, one.difference.said(lang)) for one in evidence]
    return Rows(heads, [[line(text) for text in row] for row in rows], label("colon", lang))


@dataclass(frozen=True)
class Rows:
    """A table; where it does not fit without cutting words, its rows one after another, each cell behind its head."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Line]]
    colon: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        for head in self.heads:
            table.add_column(line(head), overflow="fold")
        for row in self.rows:
            table.add_row(*row)
        if Measurement.get(console, options.update(max_width=10_000), table).minimum <= options.max_width:
            yield table
            return
        for k, row in enumerate(self.rows):
            if k:
                yield ""
            for head, cell in zip(self.heads, row, strict=True):
                if cell.plain:
                    yield Line.assemble(line(head + self.colon, "dim"), cell)


@dataclass(frozen=True)
class CurvePair:
    """The two curves side by side on the same axes, and the sentence for those that do not differ."""

    curves: Curves
    lang: str
    height: int = 5

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        curves, lang = self.curves, self.lang
        yield line(heading(curves, lang), "dim")
        shown = axis_range(curves)
        margin = max(len(f"{value:.2g}") for value in shown) + 1
        together = 2 if options.max_width >= NARROW else 1
        width = min(max((options.max_width - 3) // together - margin - 1, 8), 40)
        parts = [
            (
                line(label(f"curves.{which}", lang)),
                self.panel(which, width, margin, shown),
                line(ending(curves, which, lang), "dim"),
            )
            for which in ("right", "mistaken")
        ]
        if together == 1:
            yield from (part for three in parts for part in three)
        else:
            table = Table.grid(padding=(0, 3, 0, 0), pad_edge=False)
            for _ in parts:
                table.add_column(width=margin + 1 + width)
            for pair in zip(*parts, strict=True):
                table.add_row(*pair)
            yield table
        if silence(curves, lang):
            yield line(silence(curves, lang))

    def panel(self, which: str, width: int, margin: int, shown: tuple[float, float]) -> RenderableType:
        """One curve over its axes: the cost upwards, the steps to the right."""
        costs: tuple[float, ...] = getattr(self.curves, which)
        steps = self.curves.steps
        drawn = text_plot(steps[: len(costs)], costs, width, self.height, steps[-1], shown)
        names = [f"{shown[1]:.2g}", *[""] * (self.height - 2), f"{shown[0]:.2g}"]
        rows = [f"{name:>{margin - 1}} │{dots}" for name, dots in zip(names, drawn, strict=True)]
        rows.append(f"{'':{margin}}└{'─' * width}")
        rows.append(f"{'':{margin + 1}}0{steps[-1]:>{width - 1}}")
        return Line("\n".join(rows), no_wrap=True)
