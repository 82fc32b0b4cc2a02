"""``barreleye compare A B ...``: what differs between runs, in settings and in results."""

from collections.abc import Sequence
from pathlib import Path

from ..words import Text
from .console import errors_in_one_line, output, say
from .speech import spoken, words


def compare(
    run: list[str],
    out: Path | None = None,
    lang: str | None = None,
) -> None:
    """Show what differs between runs: first in what they were told, then in what came of it."""
    with errors_in_one_line():
        from ..search.compare import compare as compared
        from ..search.history import History
        from .runs import written
        from .showing import show

        picture = None if out is None else output("--out", out, ".png")
        if len(run) < 2:
            raise ValueError(words("compare.alone", run=run[0]))
        if twice := next((one for one in run if run.count(one) > 1), None):
            raise ValueError(words("compare.twice", run=twice))
        records = [History().read(one) for one in run]
        names = [words("compare.run", n=one).said(spoken()) if one.isdecimal() else one for one in run]
        for what, differences in zip(("settings", "results"), compared(records), strict=True):
            lines: list[Sequence[Text | str]] = [(name, *map(written, values)) for name, values in differences.items()]
            same: Sequence[Text | str] = (words("compare.same"), *[""] * len(names))
            show([(words(f"compare.{what}"), *names), *(lines or [same])])
        if picture is not None:
            from ..insight.fonts import labels_in
            from ..insight.runs import plot_runs
            from ..insight.style import save

            curves = [record.get("curves", {}) for record in records]
            with labels_in(spoken()):
                save(plot_runs(dict(zip(names, curves, strict=True))), picture)
            say.print(words("compare.drawn", file=picture))
