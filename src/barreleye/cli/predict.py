"""``barreleye predict MODEL FILE``: the answers of a trained model for the rows of a file."""

from pathlib import Path
from typing import Annotated

import typer

from .console import errors_in_one_line, interruptible, output, say

ROWS_SAID = 20


def predict(
    model: Annotated[Path, typer.Argument(help="The model file that barreleye train left, or its folder.")],
    file: Annotated[str, typer.Argument(help="Rows to answer: CSV, TSV, gzipped or not, Parquet, Feather.")],
    out: Annotated[
        Path | None,
        typer.Option(help="The CSV of answers, in place of an earlier one; predictions.csv, or -2, ... by default."),
    ] = None,
    coverage: Annotated[
        float | None,
        typer.Option(help="Also intervals of numbers, or sets of classes, that hold the truth so often: 0.9."),
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="A column of few values, for each of which --coverage is to hold.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Such as latin-1; detected by default.")] = None,
) -> None:
    """Answer each row of FILE: the class with the probability of each, or the number; on request a set, or two ends.

    Columns go by their names, in any order; columns that the model does not know are passed over. A row that cannot be
    read gets an empty answer, and a line in the log beside the answers.

    Exit status: 0 done, 3 MODEL, FILE or an option cannot be used, or no row could be answered, 130 ended by Ctrl-C.
    """
    with errors_in_one_line():
        import pyarrow.csv  # noqa: F401 - a Ctrl-C in an import comes out as something else

        from ..data.frame import counted
        from ..models.answering import answer_file
        from ..models.folder import numbered
        from ..models.model import load

        if Path(file).suffix == ".safetensors" or Path(file, "model.safetensors").exists():
            raise ValueError(f"{file} is a model, where a table is needed: MODEL comes first, then FILE")
        free = (path for one in numbered(Path("predictions")) if not (path := one.with_suffix(".csv")).exists())
        out = output("--out", out or next(free), ".csv")
        instead = ", in place of an earlier file" if out.exists() else ""
        with interruptible():
            said = answer_file(load(model), file, out, encoding, coverage, by)
        for note in said.notes:
            say.print(f"  {note}", style="dim")
        if said.unread:
            log = out.with_name(out.name + ".log")
            lines = [f"row {row}: {why}" for row, why in sorted(said.unread.items())]
            log.write_text("\n".join(lines) + "\n", encoding="utf-8")
            say.print("\n".join(f"  {line}" for line in lines[:ROWS_SAID]), style="dim")
            say.print(f"{counted(len(lines), 'row')} could not be read, without an answer: see {log}", style="bold")
        if said.rows == len(said.unread):
            raise ValueError(f"no row of {file} could be answered, and {out} holds no answer")
        say.print(f"{counted(said.rows - len(said.unread), 'row')} answered in {out}{instead}")
