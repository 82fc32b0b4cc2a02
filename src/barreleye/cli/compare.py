"""``barreleye compare A B ...``: what differs between runs, in settings and in results."""

from pathlib import Path
from typing import Annotated

import typer

from .console import errors_in_one_line, output, say


def compare(
    run: Annotated[list[str], typer.Argument(help="Runs, by the numbers of barreleye runs, or by their folders.")],
    out: Annotated[
        Path | None, typer.Option(help="A picture of their curves, .png; it replaces what is there.")
    ] = None,
) -> None:
    """Show what differs between runs: first in what they were told, then in what came of it.

    Examples:

      barreleye compare 3 5

      barreleye compare barreleye-results/wine barreleye-results/wine-2 --out curves.png
    """
    with errors_in_one_line():
        from ..search.compare import compare as compared
        from ..search.history import History
        from .runs import written
        from .showing import show

        picture = None if out is None else output("--out", out, ".png")
        if len(run) < 2:
            raise ValueError(f"{run[0]} alone: name two runs or more, such as 3 5")
        if twice := next((one for one in run if run.count(one) > 1), None):
            raise ValueError(f"{twice} is named twice: a run does not differ from itself")
        records = [History().read(one) for one in run]
        names = [f"run {one}" if one.isdecimal() else one for one in run]
        for what, differences in zip(("settings", "results"), compared(records), strict=True):
            lines = [(name, *map(written, values)) for name, values in differences.items()]
            show([(what, *names), *(lines or [("no difference",) + ("",) * len(names)])])
        if picture is not None:
            from ..insight.runs import plot_runs
            from ..insight.style import save

            curves = [record.get("curves", {}) for record in records]
            save(plot_runs(dict(zip(names, curves, strict=True))), picture)
            say.print(f"curves drawn in {picture}")
