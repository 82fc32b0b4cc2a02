"""``barreleye predict MODEL FILE``: the answers of a trained model for the rows of a file."""

from contextlib import suppress
from pathlib import Path

from ..words import NOTHING
from .console import errors_in_one_line, interruptible, output, remark, say
from .speech import many, spoken, words

ROWS_SAID = 20


def predict(
    model: Path,
    file: str,
    out: Path | None = None,
    coverage: float | None = None,
    by: str | None = None,
    encoding: str | None = None,
    lang: str | None = None,
) -> None:
    """Answer each row of FILE: the class with the probability of each, or the number; on request a set, or two ends."""
    with errors_in_one_line():
        with suppress(ModuleNotFoundError):  # a Ctrl-C in an import comes out as something else
            import pyarrow.csv  # noqa: F401
        from ..models.answering import answer_file
        from ..models.folder import numbered
        from ..models.model import load

        if Path(file).suffix == ".safetensors" or Path(file, "model.safetensors").exists():
            raise ValueError(words("predict.is_model", file=file))
        free = (path for one in numbered(Path("predictions")) if not (path := one.with_suffix(".csv")).exists())
        out = output("--out", out or next(free), ".csv")
        instead = words("predict.instead") if out.exists() else NOTHING
        with interruptible():
            said = answer_file(load(model), file, out, encoding, coverage, by)
        for note in said.notes:
            remark(note)
        if said.unread:
            log = out.with_name(out.name + ".log")
            lines = [words("predict.unread_row", row=row, why=why) for row, why in sorted(said.unread.items())]
            log.write_text("".join(f"{line.said(spoken())}\n" for line in lines), encoding="utf-8")
            for line in lines[:ROWS_SAID]:
                remark(line)
            say.print(words("predict.unread", rows=many("row", len(lines)), log=log), style="bold")
        if said.rows == len(said.unread):
            raise ValueError(words("predict.nothing", file=file, out=out))
        rows = many("row", said.rows - len(said.unread))
        say.print(words("predict.answered", rows=rows, out=out, instead=instead))
