"""``barreleye predict MODEL FILE``: the answers of a trained model for the rows of a file."""

from pathlib import Path
from typing import Annotated

import typer

from .console import errors_in_one_line, say

ROWS_SAID = 20


def predict(
    model: Annotated[Path, typer.Argument(help="The model file that ``barreleye train`` left, or its folder.")],
    file: Annotated[str, typer.Argument(help="Rows to answer: CSV, TSV, gzipped or not, Parquet, Feather.")],
    out: Annotated[Path, typer.Option(help="The CSV of answers.")] = Path("predictions.csv"),
    encoding: Annotated[str | None, typer.Option(help="Such as latin-1; detected by default.")] = None,
) -> None:
    """Answer each row of FILE: the class with the probability of each, or the number.

    Columns go by their names, in any order; columns that the model does not know are passed over. A row that cannot be
    read gets an empty answer, and a line in the log beside the answers.
    """
    with errors_in_one_line():
        from ..data.frame import counted
        from ..models.answering import answer_file
        from ..models.model import load

        said = answer_file(load(model / "model.safetensors" if model.is_dir() else model), file, out, encoding)
        for note in said.notes:
            say.print(f"  {note}", style="dim")
        if said.unread:
            log = out.with_name(out.name + ".log")
            lines = [f"row {row}: {why}" for row, why in sorted(said.unread.items())]
            log.write_text("\n".join(lines) + "\n", encoding="utf-8")
            for line in lines[:ROWS_SAID]:
                say.print(f"  {line}", style="dim")
            say.print(f"{counted(len(lines), 'row')} could not be read, without an answer: see {log}", style="bold")
        say.print(f"{counted(said.rows - len(said.unread), 'row')} answered in {out}")
