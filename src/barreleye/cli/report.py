"""``barreleye report RUN``: what a run has left, on one page."""

from pathlib import Path

from ..nn.validation import choose
from .console import errors_in_one_line, output, say
from .speech import spoken, words


def report(
    run: Path,
    format: str = "html",
    out: Path | None = None,
    lang: str | None = None,
) -> None:
    """Make the report of a run anew, in any language: its data, scores, curves, layers, settings, all on one page."""
    with errors_in_one_line():
        from ..insight.report import FORMATS, write_report

        made = choose("--format", format, dict.fromkeys(FORMATS, format))
        folder = run if run.is_dir() else run.parent
        file = output("--out", out or folder / f"report.{made}", f".{made}")
        write_report(file, run, spoken(), made)
        say.print(words("report.made", file=file))
