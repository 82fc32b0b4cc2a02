"""``barreleye report RUN``: what a run has left, on one page."""

from pathlib import Path
from typing import Annotated

import typer

from ..nn.validation import choose
from .console import Lang, chosen_language, errors_in_one_line, output, say


def report(
    run: Annotated[Path, typer.Argument(help="The folder that barreleye train left, or the run.json in it.")],
    lang: Lang = None,
    format: Annotated[str, typer.Option(help="html: one page; md: Markdown; json: the record itself.")] = "html",
    out: Annotated[Path | None, typer.Option(help="The file to write; in the folder by default.")] = None,
) -> None:
    """Make the report of a run anew, in any language: its data, scores, curves, layers, settings, all on one page.

    It needs neither the data nor the model: all is in run.json. An earlier report of that name is replaced.

    Exit status: 0 done, 3 RUN or an option cannot be used.
    """
    with errors_in_one_line():
        from ..insight.report import FORMATS, write_report
        from ..models.record import read_record

        made, spoken = choose("--format", format, dict.fromkeys(FORMATS, format)), chosen_language(lang)
        record = read_record(run)
        folder = run if run.is_dir() else run.parent
        file = output("--out", out or folder / f"report.{made}", f".{made}")
        write_report(file, record, spoken, made)
        say.print(f"the report is in {file}")
